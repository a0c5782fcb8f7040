"""Rules of safety: what a guide for emergencies owes to a reader in fear.

They hold for trees that say `urgent: true`, but for `no-refused` and those of texts, which hold for all.
"""

import re
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter

from helper.answers import QUIET
from helper.check.subject import EMERGENCY, LIFELINE, RELAY, At, Found, Subject
from helper.model.contacts import Contact
from helper.model.fields import URGENCIES
from helper.texting import MOST, message, sent, takes_lines
from helper.walks import Node, backwards, reached

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


def first_question(subject: Subject) -> Iterator[Found]:
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
    for name, tree in subject.content.trees.items():
        at = subject.steps.get((name, tree.start))
        if not tree.urgent or not at:
            continue
        if at.step.outcome or len(at.answers) < 2:
            yield at.found((), "an urgent tree must begin with a question", 'begin with "Is anyone in danger?"')
            continue
        if not DANGER.search(at.step.title):
            help = 'ask "Is anyone in danger?" before anything else'
            yield at.found(("title",), "the first question of an urgent tree must ask about danger", help)
        goal = subject.goal(at, at.answers[0])
        if goal and not (goal.step.urgency == "emergency" and subject.begins_with_911(goal)):
            message = f'the first answer must lead straight to 911, but "{goal.step_id}" does not begin with it'
            help = "lead it to a step with urgency: emergency and contacts: [911]"
            yield at.found(("choices", at.step.choices.index(at.answers[0]), "go"), message, help)


def out_of_reach(subject: Subject) -> Iterator[Found]:
    """From every step of an urgent tree, walks lead to 911 and to 988.

    The bar on every page has both. The guide itself must lead there too, with the words to say.

    Wrong:

        pacing: {title: Give space, outcome: true, urgency: urgent, contacts: [nami-helpline]}

    Right:

        pacing: {title: Give space, outcome: true, urgency: urgent, contacts: [988], choices: [
          {label: Call 911 if anyone is hurt., go: call-911, kind: worse}]}
    """
    before = backwards(subject.edges)
    for number in (EMERGENCY, LIFELINE):
        ends = [
            node
            for node, at in subject.steps.items()
            if any(number in contact.numbers() for _, contact in subject.shown(*at.step.contacts, *at.step.also))
        ]
        found = reached(before, ends)
        for at in subject.urgent():
            if at.node not in found:
                yield at.found((), f'no walk from "{at.step_id}" leads to {number}', f"add contacts: [{number}]")


def no_unsure(subject: Subject) -> Iterator[Found]:
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
    for at in subject.urgent():
        if len(at.answers) > 1 and not any(choice.kind == "unsure" for choice in at.answers):
            help = 'add {label: "I am not sure", go: …, kind: unsure}'
            yield at.found((), f'"{at.step_id}" has no choice for readers who are not sure', help)


def no_refused(subject: Subject) -> Iterator[Found]:
    """Where readers are told to ask for something, they can say that the answer was no. This holds in every tree.

    Wrong:

        no-cit: {title: Ask for a supervisor, request: true, choices: [{label: Someone is coming, go: wait}]}

    Right:

        no-cit: {title: Ask for a supervisor, request: true, choices: [
          {label: Someone is coming, go: wait},
          {label: They said no, go: no-one-comes, kind: refused}]}
    """
    for at in subject.steps.values():
        if at.step.request and not any(choice.kind == "refused" for choice in at.step.choices):
            help = 'add {label: "They said no", go: …, kind: refused}'
            yield at.found(("request",), f'"{at.step_id}" asks for something, but nobody can say no', help, key=True)


def no_worse(subject: Subject) -> Iterator[Found]:
    """An outcome of an urgent tree that is no emergency says what would make it one.

    It has a choice of kind worse whose label names 911. Such a choice, wherever it stands, leads to a step with
    `urgency: emergency` on which 911 is the first contact.

    Wrong:

        plan: {title: Plan the next days, outcome: true, urgency: routine, contacts: [988]}

    Right:

        plan: {title: Plan the next days, outcome: true, urgency: routine, contacts: [988], choices: [
          {label: Call 911 if someone is in danger., go: call-911, kind: worse}]}
    """
    for at in subject.urgent():
        worse = [(n, choice) for n, choice in enumerate(at.step.choices) if choice.kind == "worse"]
        if at.step.outcome and at.step.urgency != "emergency" and not worse and not at.abroad:
            help = 'add {label: "Call 911 if …", go: …, kind: worse}'
            yield at.found((), f'the outcome "{at.step_id}" does not say when to call 911', help)
        for n, choice in worse:
            goal = subject.goal(at, choice)
            if EMERGENCY not in choice.label:
                message = "a choice of kind worse must say when to call 911"
                yield at.found(("choices", n, "label"), message, 'begin it with "Call 911 if"')
            if goal and not (goal.step.urgency == "emergency" and subject.begins_with_911(goal)):
                message = f'this must lead straight to 911, but "{goal.step_id}" does not begin with it'
                help = "lead it to a step with urgency: emergency and contacts: [911]"
                yield at.found(("choices", n, "go"), message, help)


def voice_only(subject: Subject) -> Iterator[Found]:
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
    bar = _behind_the_bar(subject, _writes)
    for at in subject.urgent():
        contacts = subject.shown(*at.step.contacts, *at.step.also)
        voice = [name for name, contact in contacts if contact.call and not _writes(contact)]
        if voice and at.tree_id not in bar and not _near(subject, at, _writes):
            key = "contacts" if voice[0] in at.step.contacts else "also"
            message = f'"{voice[0]}" can only be called, and nothing here is for people who can\'t talk or hear'
            help = "add a contact with text or relay, or name a step with one under no_voice"
            yield at.found((key, getattr(at.step, key).index(voice[0])), message, help)


def emergency_without_text(subject: Subject) -> Iterator[Found]:
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
    bar = _behind_the_bar(subject, _writes_to_911)
    for at in subject.urgent():
        if at.step.urgency != "emergency" or at.abroad or at.tree_id in bar:
            continue
        if not _near(subject, at, _writes_to_911):
            message = f'the emergency "{at.step_id}" has no way to 911 without a voice'
            yield at.found((), message, "add a choice to a step with a text to 911 or relay")


def _near(subject: Subject, at: At, fits: Callable[[Contact], bool]) -> bool:
    """Whether a contact that fits stands on the step, or on a step to which one of its choices leads."""
    goals = [subject.goal(at, choice) for choice in at.step.choices]
    return any(
        fits(contact)
        for one in (at, *goals)
        if one
        for _, contact in subject.shown(*one.step.contacts, *one.step.also)
    )  # fmt: skip


def _behind_the_bar(subject: Subject, fits: Callable[[Contact], bool]) -> set[str]:
    """The trees of which every page links to a step with a contact that fits: the one for readers without a voice."""
    steps = [subject.steps.get((name, tree.no_voice or "")) for name, tree in subject.content.trees.items()]
    return {at.tree_id for at in steps if at and any(fits(found) for _, found in subject.shown(*at.step.contacts))}


def sms_blank(subject: Subject) -> Iterator[Found]:
    """A text to 911 has whole sentences and no blanks. This holds in every tree, on steps that text their lines to 911.

    The first line is the place, and its blank stands at the end, after a colon: the text ends there, so that the reader
    types on. In any other line a blank may stand only at the end, after a colon. The text has the sentence without it.

    Wrong:

        contacts: [911-text]
        say: ["I am at (address). Please send help.", "Weapon: (what).", "I (am Deaf, can’t talk)."]

    Right:

        contacts: [911-text]
        say: ["I am at: (address).", "Please send help.", "There is a weapon: (what).", "Please text me back."]
    """
    for at in _texting(subject):
        for n, (line, text) in enumerate(zip(at.step.say, sent(at.step.say), strict=True)):
            path = ("say", n, "line") if line.when else ("say", n)
            if n == 0 and (line.when or not text):
                help = 'begin with the place, and put its blank at the end, after a colon: "I am at: (address)."'
                yield at.found(path, "a text to 911 would have no place to type the address", help)
            elif n and not text:
                help = 'put it at the end, after a colon: "There is a weapon: (what, where)."'
                yield at.found(path, "a text to 911 can't leave out the blank of this line", help)
            elif n and text and len(text.split()) < FEWEST_WORDS:
                yield at.found(path, f'a text to 911 would say "{text}"', "write a sentence before the colon")


def sms_length(subject: Subject) -> Iterator[Found]:
    """A text to 911 is short: the lines that always hold have 140 characters together, without their blanks.

    Phones cut a text with more than 160 characters into parts, which may come late or in another order. The rest is for
    the address. This holds in every tree.

    Wrong:

        contacts: [911-text]
        say: ["I am at: (address).", "Please send help, and if you have any officer with training for people who are in
          a mental health crisis, please send that officer, and tell all the others that nobody here has done wrong."]

    Right:

        contacts: [911-text]
        say: ["I am at: (address).", "Please send a CIT officer. This is a mental health emergency."]
    """
    for at in _texting(subject):
        if (length := len(message(at.step.say))) > MOST:
            fact = f"the text to 911 has {length} characters before anything is typed, the most is {MOST}"
            yield at.found(("say",), fact, "shorten its lines, or put a line under a check", key=True)


def _texting(subject: Subject) -> Iterator[At]:
    """The steps with a button that begins a text to 911 with the lines to say."""
    table = subject.content.contacts
    found = {one for name, contact in table.items() if takes_lines(contact) for one in (name, contact.version_of)}
    return (at for at in subject.steps.values() if at.step.say and found & set(at.step.contacts))


def lowered_urgency(subject: Subject) -> Iterator[Found]:
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
    urgent = {node for node, at in subject.steps.items() if at.step.urgency == "urgent"}
    waiting = list(urgent)
    while waiting:
        at = subject.steps[waiting.pop()]
        for choice in at.step.choices:
            goal = subject.goal(at, choice)
            if goal and not choice.because and not goal.step.urgency and goal.node not in urgent:
                urgent.add(goal.node)
                waiting.append(goal.node)
    for at in subject.urgent():
        held = at.step.urgency or ("urgent" if at.node in urgent else None)
        for n, choice in enumerate(at.step.choices):
            goal = subject.goal(at, choice)
            if not goal or choice.because:
                continue
            urgency = goal.step.urgency
            if held == "emergency" != urgency or held == "urgent" and urgency == "routine":
                lower = f"{urgency} step" if urgency else "step without an urgency"
                message = f"this leads from an {held} step to a {lower}"
                yield at.found(("choices", n, "go"), message, 'say why that is right: because: "…"')


def unsure_gets_less(subject: Subject) -> Iterator[Found]:
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
    least = _least(subject)
    for at in subject.urgent():
        if at.step.outcome:
            continue
        ranks = {
            n: least.get(goal.node, 0)
            for n, choice in enumerate(at.step.choices)
            if choice.kind not in QUIET and (goal := subject.goal(at, choice))
        }
        careful = max(ranks, key=lambda n: ranks[n], default=0)
        for n, rank in ranks.items():
            if at.step.choices[n].kind == "unsure" and rank < ranks[careful]:
                message = f'"not sure" gets less help here than "{at.step.choices[careful].label}"'
                help = f'lead it to "{at.step.choices[careful].go}", or to a step as urgent'
                yield at.found(("choices", n, "go"), message, help)


def _least(subject: Subject) -> dict[Node, int]:
    """The least urgent help that may come first on a walk from each step. Empty when questions lead in a circle."""
    ask = {
        node: [] if at.step.urgency or at.step.outcome else
        [goal.node for choice in at.answers if (goal := subject.goal(at, choice))]
        for node, at in subject.steps.items()
    }  # fmt: skip
    found: dict[Node, int] = {}
    try:
        for node in TopologicalSorter(ask).static_order():
            found[node] = min((found[goal] for goal in ask[node]), default=_rank(subject.steps[node].step.urgency))
    except CycleError:
        return {}
    return found


def emergency_first(subject: Subject) -> Iterator[Found]:
    """On every emergency step of an urgent tree, help that can be had at once comes first.

    Its first contact can be called or texted, at any hour, and has no day on which it expires: no web page, no line
    that closes, no number that may be gone tomorrow. The step for readers abroad has no contact.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [warmlines, 911]}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911, warmlines]}
    """
    for at in subject.urgent():
        if at.step.urgency != "emergency" or at.abroad:
            continue
        shown = subject.shown(*at.step.contacts)
        if not shown and not at.step.outcome:
            message = f'"{at.step_id}" is an emergency, but shows no contact'
            yield at.found((), message, "add contacts: [911], above the question")
        for name, contact in shown[:1]:
            if not (contact.call or contact.text):
                message = f'"{name}" comes first in an emergency, but can\'t be called or texted'
            elif contact.hours != "always":
                message = f'"{name}" comes first in an emergency, but is not always open'
            elif contact.expires:
                message = f'"{name}" comes first in an emergency, but expires'
            else:
                continue
            yield at.found(("contacts", at.step.contacts.index(name)), message, "put 911 before it")


def emergency_clutter(subject: Subject) -> Iterator[Found]:
    """On an emergency outcome of an urgent tree stands nothing but help.

    No `why`: nobody reads reasons now. No link or web address in its texts: the way to help is a contact, and a
    link leads elsewhere.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911], why: Police are for danger.}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911]}
    """
    for at in subject.urgent():
        if at.step.urgency != "emergency" or not at.step.outcome:
            continue
        if at.step.why:
            message = "an emergency outcome has no room for a reason"
            yield at.found(("why",), message, "take it out, or put it on the question before", key=True)
        for path, text in at.step.texts():
            if link := LINK.search(text):
                message = "a link on an emergency outcome leads away from help"
                yield at.found(path, message, "name a contact instead", word=link[0])


def hidden_way(subject: Subject) -> Iterator[Found]:
    """Where a step of an urgent tree has lines to say, at least one has no condition.

    A reader for whom no condition is true must still have something to say.

    Wrong:

        say:
          - {when: {children: ticked}, if: If children are here, line: There are children here.}

    Right:

        say:
          - I am at (address).
          - {when: {children: ticked}, if: If children are here, line: There are children here.}
    """
    for at in subject.urgent():
        if at.step.say and all(line.when for line in at.step.say):
            help = "add a line that is always true, such as where the reader is"
            yield at.found(("say",), f'every line of "{at.step_id}" can be hidden', help, key=True)


def long_walk(subject: Subject) -> Iterator[Found]:
    """No walk through an urgent tree passes more than twelve questions before help.

    Help is an outcome. A walk may go on after it.

    Wrong:

        # thirteen questions, one after the other, and then the first outcome

    Right:

        # after some questions an outcome, such as a step with 988, that leads on to the others
    """
    left = subject.questions_left
    for name, tree in subject.content.trees.items():
        nodes = [(name, step_id or "") for step_id in (tree.start, tree.no_voice, tree.abroad)]
        starts = [node for node in nodes if node in left]
        longest = max(starts, key=left.__getitem__, default=None)
        if tree.urgent and longest and left[longest] > MOST_QUESTIONS:
            message = f"a walk from here passes {left[longest]} questions before help, the most is {MOST_QUESTIONS}"
            yield subject.steps[longest].found((), message, "show help earlier: make one of the steps an outcome")


SAFETY = (
    first_question, out_of_reach, no_unsure, no_refused, no_worse, voice_only, emergency_without_text, sms_blank,
    sms_length, lowered_urgency, unsure_gets_less, emergency_first, emergency_clutter, hidden_way, long_walk,
)  # fmt: skip
