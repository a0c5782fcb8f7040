"""Rules of safety: what a guide for emergencies owes to a reader in fear.

They hold for trees that say `urgent: true`, but for `no-refused` and those of texts, which hold for all.
"""

import re
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter

from helper.answers import QUIET, Facts, switch
from helper.check.context import EMERGENCY, LIFELINE, RELAY, Context
from helper.check.refs import Finding, StepRef, spoken
from helper.interface import LANGUAGE, interface_for
from helper.model.contacts import Contact
from helper.model.fields import URGENCIES
from helper.texting import MOST_CHARACTERS, message, place, sent, speaks, takes_lines
from helper.walks import Node, backwards, reached

MOST_TEXTS = 20
"""A switch with more options is looked at in these; it has too many anyhow."""
FEWEST_WORDS = 3
"""The fewest words of a sentence in a text to 911: "Weapon." says nothing."""
MOST_QUESTIONS = 12
"""The most questions that a walk may pass before help."""
DANGER = re.compile(r"\b(?:danger|emergency|safe|peligro|emergencia|a salvo)\b", re.I)
LINK = re.compile(r"https?://|\bwww\.|\]\(")


def _rank(urgency: str | None) -> int:
    """Emergency 3, urgent 2, routine 1, and 0 for none."""
    return URGENCIES.index(urgency) + 1 if urgency else 0


def _writes(contact: Contact) -> bool:
    """Whether people who can't talk or hear reach it."""
    return bool(contact.writes()) or contact.call == RELAY


def _writes_to_911(contact: Contact) -> bool:
    return EMERGENCY in contact.writes().values() or contact.call == RELAY


def first_question(context: Context) -> Iterator[Finding]:
    """The first question of an urgent tree is whether anyone is in danger, and its first answer leads straight to 911.

    The start is a question, no outcome. Its title names danger (or: emergency, safe). Its first choice leads to a step
    with `urgency: emergency` on which 911 is the first contact. Whatever else a guide asks can wait until then.

    Wrong:

        start: who
        steps:
          who: {title: "Who is this for?", choices: [{label: Me, go: danger}, {label: Someone else, go: danger}]}

    Right:

        start: danger
        steps:
          danger: {title: "Is anyone in danger?", choices: [{label: "Yes", go: call-911}, {label: "No", go: who}]}
          call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911]}
    """
    for tree_id, tree in context.content.trees.items():
        ref = context.steps.get((tree_id, tree.start))
        if not tree.urgent or not ref:
            continue
        if ref.step.outcome or len(ref.answers) < 2:
            yield ref.finding((), "an urgent tree must begin with a question", 'begin with "Is anyone in danger?"')
            continue
        if not DANGER.search(ref.step.title):
            hint = 'ask "Is anyone in danger?" before anything else'
            yield ref.finding(("title",), "the first question of an urgent tree must ask about danger", hint)
        goal = context.goal(ref, ref.answers[0])
        if goal and not (goal.step.urgency == "emergency" and context.begins_with_911(goal)):
            message = f'the first answer must lead straight to 911, but "{goal.step_id}" does not begin with it'
            hint = "lead it to a step with urgency: emergency and contacts: [911]"
            yield ref.finding(("choices", ref.step.choices.index(ref.answers[0]), "go"), message, hint)


def out_of_reach(context: Context) -> Iterator[Finding]:
    """From every step of an urgent tree, walks lead to 911 and to 988.

    The bar on every page has both. The guide itself must lead there too, with the words to say.

    Wrong:

        pacing: {title: Give space, outcome: true, urgency: urgent, contacts: [nami-helpline]}

    Right:

        pacing: {title: Give space, outcome: true, urgency: urgent, contacts: [988], choices: [
          {label: Call 911 if anyone is hurt., go: call-911, kind: worse}]}
    """
    links_back = backwards(context.edges)
    for number in (EMERGENCY, LIFELINE):
        ends = [
            node
            for node, ref in context.steps.items()
            if any(number in contact.numbers() for _, contact in context.shown(*ref.step.contacts, *ref.step.also))
        ]
        leading = reached(links_back, ends)
        for ref in context.urgent():
            if ref.node not in leading:
                yield ref.finding((), f'no walk from "{ref.step_id}" leads to {number}', f"add contacts: [{number}]")


def no_unsure(context: Context) -> Iterator[Finding]:
    """Every question of an urgent tree has a choice for readers who are not sure.

    A question has two or more answers: choices without a kind, or of kind unsure or refused.

    Wrong:

        choices:
          - {label: "Yes", go: call-911}
          - {label: "No", go: who}

    Right:

        choices:
          - {label: "Yes", go: call-911}
          - {label: I am not sure, go: signs, kind: unsure}
          - {label: "No", go: who}
    """
    for ref in context.urgent():
        if len(ref.answers) > 1 and not any(choice.kind == "unsure" for choice in ref.answers):
            hint = 'add {label: "I am not sure", go: …, kind: unsure}'
            yield ref.finding((), f'"{ref.step_id}" has no choice for readers who are not sure', hint)


def no_refused(context: Context) -> Iterator[Finding]:
    """Where readers are told to ask for something, they can say that the answer was no. This holds in every tree.

    Wrong:

        no-cit: {title: Ask for a supervisor, request: true, choices: [{label: Someone is coming, go: wait}]}

    Right:

        no-cit: {title: Ask for a supervisor, request: true, choices: [
          {label: Someone is coming, go: wait},
          {label: They said no, go: no-one-comes, kind: refused}]}
    """
    for ref in context.steps.values():
        if ref.step.request and not any(choice.kind == "refused" for choice in ref.step.choices):
            hint = 'add {label: "They said no", go: …, kind: refused}'
            yield ref.finding(
                ("request",), f'"{ref.step_id}" asks for something, but nobody can say no', hint, key=True
            )


def no_worse(context: Context) -> Iterator[Finding]:
    """An outcome of an urgent tree that is no emergency says what would make it one.

    It has a choice of kind worse whose label names 911. Such a choice, wherever it stands, leads to a step with
    `urgency: emergency` on which 911 is the first contact.

    Wrong:

        plan: {title: Plan the next days, outcome: true, urgency: routine, contacts: [988]}

    Right:

        plan: {title: Plan the next days, outcome: true, urgency: routine, contacts: [988], choices: [
          {label: Call 911 if someone is in danger., go: call-911, kind: worse}]}
    """
    for ref in context.urgent():
        worse = [(n, choice) for n, choice in enumerate(ref.step.choices) if choice.kind == "worse"]
        if ref.step.outcome and ref.step.urgency != "emergency" and not worse and not ref.abroad:
            hint = 'add {label: "Call 911 if …", go: …, kind: worse}'
            yield ref.finding((), f'the outcome "{ref.step_id}" does not say when to call 911', hint)
        for n, choice in worse:
            goal = context.goal(ref, choice)
            if EMERGENCY not in choice.label:
                message = "a choice of kind worse must say when to call 911"
                yield ref.finding(("choices", n, "label"), message, 'begin it with "Call 911 if"')
            if goal and not (goal.step.urgency == "emergency" and context.begins_with_911(goal)):
                message = f'this must lead straight to 911, but "{goal.step_id}" does not begin with it'
                hint = "lead it to a step with urgency: emergency and contacts: [911]"
                yield ref.finding(("choices", n, "go"), message, hint)


def voice_only(context: Context) -> Iterator[Finding]:
    """Where help can only be called, people who can't talk or hear have a way too.

    The way is a contact with text, TTY, chat, video or relay (711): the contact itself, another one on the step, or one
    on a step to which a choice leads. Every page links to the step that the tree names under `no_voice`; when that step
    has such a contact, it is enough.

    Wrong:

        poison: {title: Call Poison Help, outcome: true, urgency: urgent, contacts: [poison-help]}

    Right:

        no_voice: cant-talk
        steps:
          cant-talk: {title: Get help without talking, outcome: true, urgency: emergency, contacts: [911-text, relay]}
          poison: {title: Call Poison Help, outcome: true, urgency: urgent, contacts: [poison-help]}
    """
    covered = _behind_the_bar(context, _writes)
    for ref in context.urgent():
        contacts = context.shown(*ref.step.contacts, *ref.step.also)
        voice = [name for name, contact in contacts if contact.call and not _writes(contact)]
        if voice and ref.tree_id not in covered and not _within_one_choice(context, ref, _writes):
            key = "contacts" if voice[0] in ref.step.contacts else "also"
            message = f'"{voice[0]}" can only be called, and nothing here is for people who can\'t talk or hear'
            hint = "add a contact with text or relay, or name a step with one under no_voice"
            yield ref.finding((key, getattr(ref.step, key).index(voice[0])), message, hint)


def emergency_without_text(context: Context) -> Iterator[Finding]:
    """Every emergency has a way to 911 that needs no voice: a text to 911, or relay (711).

    It stands on the step, on a step to which a choice leads, or on the step that the tree names under `no_voice`, to
    which every page links.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911]}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911], choices: [
          {label: I can’t talk or hear, go: cant-talk, kind: aside}]}
        cant-talk: {title: Get help without talking, outcome: true, urgency: emergency, contacts: [911-text, relay]}
    """
    covered = _behind_the_bar(context, _writes_to_911)
    for ref in context.urgent():
        if ref.step.urgency != "emergency" or ref.abroad or ref.tree_id in covered:
            continue
        if not _within_one_choice(context, ref, _writes_to_911):
            message = f'the emergency "{ref.step_id}" has no way to 911 without a voice'
            yield ref.finding((), message, "add a choice to a step with a text to 911 or relay")


def _within_one_choice(context: Context, ref: StepRef, fits: Callable[[Contact], bool]) -> bool:
    """Whether a contact that fits stands on the step, or on a step to which one of its choices leads."""
    goals = [context.goal(ref, choice) for choice in ref.step.choices]
    return any(
        fits(contact)
        for nearby in (ref, *goals)
        if nearby
        for _, contact in context.shown(*nearby.step.contacts, *nearby.step.also)
    )  # fmt: skip


def _behind_the_bar(context: Context, fits: Callable[[Contact], bool]) -> set[str]:
    """The trees of which every page links to a step with a contact that fits: the one for readers without a voice."""
    goals = [context.steps.get((tree_id, tree.no_voice or "")) for tree_id, tree in context.content.trees.items()]
    fitting = (goal for goal in goals if goal and any(fits(c) for _, c in context.shown(*goal.step.contacts)))
    return {goal.tree_id for goal in fitting}


def sms_blank(context: Context) -> Iterator[Finding]:
    """A text to 911 has whole sentences and no blanks. This holds in every tree, on steps that text their first lines.

    The first line is the place. The text ends with it, left open at its blank, so that the reader types on; what the
    line says after that goes before. In any other line a blank may stand only at the end of a sentence, after a colon.
    The text has the sentence without it. What is chosen of a topic is never lost: where its sentence has another blank,
    the text has the question and the words on the button.

    Wrong:

        contacts: [911-text]
        first: ["I am at (street) in (town). Please send help.", "Weapon: (what).", "I (am Deaf, can’t talk)."]

    Right:

        contacts: [911-text]
        first: ["The emergency is at (address, town).", "Please send help. What happened: (what).", Please text back.]
    """
    for ref in _texting(context):
        for n, line in enumerate(ref.step.first):
            for path, said in spoken(line, ("first", n)):
                text = sent(said)
                if n == 0:
                    if not place(said):
                        hint = 'begin with the place, and let one blank end its sentence: "I am at (address, town)."'
                        yield ref.finding(path, "a text to 911 would have no place to type the address", hint)
                elif not text:
                    hint = 'put it at the end of its sentence, after a colon: "What happened: (what)."'
                    yield ref.finding(path, "a text to 911 can't leave out the blank of this line", hint)
                elif len(text.split()) < FEWEST_WORDS:
                    hint = "write a sentence before the colon"
                    yield ref.finding(path, f'a text to 911 would say "{text}"', hint)


def sms_length(context: Context) -> Iterator[Finding]:
    """A text to 911 is short: while nothing is tapped it has at most 160 characters, in each language of its sender.

    Phones cut a longer one into parts, which may come late or in another order. Where a switch chooses its words, this
    holds for each of its options. It holds in every tree.

    Wrong:

        contacts: [911-text]
        first: ["I am at: (address).", "Please send help, and if you have any officer with training for people who are
          in a mental health crisis, please send that officer, and tell all the others that nobody has done wrong."]

    Right:

        contacts: [911-text]
        first: ["I am at: (address).", Mental health crisis. Please send a CIT officer., Please text back.]
    """
    topics = context.content.topics
    english = interface_for(LANGUAGE)
    speaking = (None, *(speaks(english.name(language)) for language in context.loaded.catalogs))
    for ref in _texting(context):
        chooses = switch(ref.step, topics)
        known: list[Facts] = (
            [{chooses: (option.id,)} for option in topics[chooses].options[:MOST_TEXTS]] if chooses else [{}]
        )
        texts = (message(ref.step, ref.tree_id, facts, topics, first) for facts in known for first in speaking)
        longest = max(texts, key=len, default="")
        if (length := len(longest)) > MOST_CHARACTERS:
            fact = f"the text to 911 has {length} characters before anything is tapped, the most is {MOST_CHARACTERS}"
            yield ref.finding(("first",), fact, "shorten its lines", key=True)


def _texting(context: Context) -> Iterator[StepRef]:
    """The steps with a button that begins a text to 911 with the lines to say first."""
    table = context.content.contacts
    contact_ids = {
        contact_id
        for name, contact in table.items()
        if takes_lines(contact)
        for contact_id in (name, contact.version_of)
    }
    return (ref for ref in context.steps.values() if ref.step.first and contact_ids & set(ref.step.contacts))


def lowered_urgency(context: Context) -> Iterator[Finding]:
    """No choice of an urgent tree lowers the urgency that was reached, unless it says why with `because`.

    From an emergency every choice leads to an emergency, or says why not. From an urgent step a choice to a routine
    step says why. A question without an urgency keeps the one that was reached before it, so that asking something in
    between does not make it less. `because` is for reviewers, and it starts anew: after it nothing is kept.

    Wrong:

        wait: {title: Wait for help, urgency: emergency, choices: [{label: It is calmer, go: plan}]}

    Right:

        wait: {title: Wait for help, urgency: emergency, choices: [
          {label: It is calmer, go: plan, because: Officers are there. The plan step says when to call 911.}]}
    """
    urgent = {node for node, ref in context.steps.items() if ref.step.urgency == "urgent"}
    waiting = list(urgent)
    while waiting:
        ref = context.steps[waiting.pop()]
        for choice in ref.step.choices:
            goal = context.goal(ref, choice)
            if goal and not choice.because and not goal.step.urgency and goal.node not in urgent:
                urgent.add(goal.node)
                waiting.append(goal.node)
    for ref in context.urgent():
        held = ref.step.urgency or ("urgent" if ref.node in urgent else None)
        for n, choice in enumerate(ref.step.choices):
            goal = context.goal(ref, choice)
            if not goal or choice.because:
                continue
            urgency = goal.step.urgency
            if held == "emergency" != urgency or held == "urgent" and urgency == "routine":
                lower = f"{urgency} step" if urgency else "step without an urgency"
                message = f"this leads from an {held} step to a {lower}"
                yield ref.finding(("choices", n, "go"), message, 'say why that is right: because: "…"')


def unsure_gets_less(context: Context) -> Iterator[Finding]:
    """On a question of an urgent tree, "I am not sure" gets no less help than the most careful other answer.

    Answers are compared by the least urgent help that may come first after them: the urgency of the step they lead to;
    for a question without one, the least of its own answers. On an outcome help stands already, and there
    `lowered-urgency` is the rule.

    Wrong:

        choices:
          - {label: "Yes", go: call-911}
          - {label: I am not sure, go: call-988, kind: unsure}
          - {label: "No", go: who}

    Right:

        choices:
          - {label: "Yes", go: call-911}
          - {label: I am not sure, go: call-911, kind: unsure}
          - {label: "No", go: who}
    """
    least = _least(context)
    for ref in context.urgent():
        if ref.step.outcome:
            continue
        ranks = {
            n: least.get(goal.node, 0)
            for n, choice in enumerate(ref.step.choices)
            if choice.kind not in QUIET and (goal := context.goal(ref, choice))
        }
        careful = max(ranks, key=lambda n: ranks[n], default=0)
        for n, rank in ranks.items():
            if ref.step.choices[n].kind == "unsure" and rank < ranks[careful]:
                message = f'"not sure" gets less help here than "{ref.step.choices[careful].label}"'
                hint = f'lead it to "{ref.step.choices[careful].go}", or to a step as urgent'
                yield ref.finding(("choices", n, "go"), message, hint)


def _least(context: Context) -> dict[Node, int]:
    """The least urgent help that may come first on a walk from each step. Empty when questions lead in a circle."""
    ask = {
        node: [] if ref.step.urgency or ref.step.outcome else
        [goal.node for choice in ref.answers if (goal := context.goal(ref, choice))]
        for node, ref in context.steps.items()
    }  # fmt: skip
    least: dict[Node, int] = {}
    try:
        for node in TopologicalSorter(ask).static_order():
            least[node] = min((least[goal] for goal in ask[node]), default=_rank(context.steps[node].step.urgency))
    except CycleError:
        return {}
    return least


def emergency_first(context: Context) -> Iterator[Finding]:
    """On every emergency step of an urgent tree, help that can be had at once comes first.

    Its first contact can be called or texted, at any hour, and has no day on which it expires: no web page, no line
    that closes, no number that may be gone tomorrow. The step for readers abroad has no contact.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [warmlines, 911]}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911, warmlines]}
    """
    for ref in context.urgent():
        if ref.step.urgency != "emergency" or ref.abroad:
            continue
        shown = context.shown(*ref.step.contacts)
        if not shown and not ref.step.outcome:
            message = f'"{ref.step_id}" is an emergency, but shows no contact'
            yield ref.finding((), message, "add contacts: [911], above the question")
        for name, contact in shown[:1]:
            if not (contact.call or contact.text):
                message = f'"{name}" comes first in an emergency, but can\'t be called or texted'
            elif contact.hours != "always":
                message = f'"{name}" comes first in an emergency, but is not always open'
            elif contact.expires:
                message = f'"{name}" comes first in an emergency, but expires'
            else:
                continue
            yield ref.finding(("contacts", ref.step.contacts.index(name)), message, "put 911 before it")


def emergency_clutter(context: Context) -> Iterator[Finding]:
    """On an emergency outcome of an urgent tree stands nothing but help.

    No `why`: nobody reads reasons now. No link or web address in its texts: the way to help is a contact, and a
    link leads elsewhere.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911], why: Police are for danger.}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911]}
    """
    for ref in context.urgent():
        if ref.step.urgency != "emergency" or not ref.step.outcome:
            continue
        if ref.step.why:
            message = "an emergency outcome has no room for a reason"
            yield ref.finding(("why",), message, "take it out, or put it on the question before", key=True)
        for path, text in ref.step.texts():
            if link := LINK.search(text):
                message = "a link on an emergency outcome leads away from help"
                yield ref.finding(path, message, "name a contact instead", word=link[0])


def long_walk(context: Context) -> Iterator[Finding]:
    """No walk through an urgent tree passes more than twelve questions before help.

    Help is an outcome. A walk may go on after it.

    Wrong:

        # thirteen questions, one after the other, and then the first outcome

    Right:

        # after some questions an outcome, such as a step with 988, that leads on to the others
    """
    left = context.questions_left
    for tree_id, tree in context.content.trees.items():
        nodes = [(tree_id, step_id or "") for step_id in (tree.start, tree.no_voice, tree.abroad)]
        starts = [node for node in nodes if node in left]
        longest = max(starts, key=left.__getitem__, default=None)
        if tree.urgent and longest and left[longest] > MOST_QUESTIONS:
            message = f"a walk from here passes {left[longest]} questions before help, the most is {MOST_QUESTIONS}"
            yield context.steps[longest].finding((), message, "show help earlier: make one of the steps an outcome")


SAFETY_RULES = (
    first_question, out_of_reach, no_unsure, no_refused, no_worse, voice_only, emergency_without_text, sms_blank,
    sms_length, lowered_urgency, unsure_gets_less, emergency_first, emergency_clutter, long_walk,
)  # fmt: skip
