"""Rules of calls: what someone who is calling 911, or stands before officers, can read, find and say in time."""

import re
from collections.abc import Iterator, Mapping

from helper.answers import Facts, fact_name, sets, words
from helper.check.context import EMERGENCY, Context
from helper.check.refs import Finding, StepRef, spoken
from helper.model.fields import BLANK, Path_
from helper.model.tree import Choice, Step, Topic
from helper.reading import WORD, sentences

# Budgets of our own, not of a study. At 150 spoken words a minute 60 words take 24 seconds, and 14 one breath.
MOST_TO_READ = 60
"""The most words to read before the first answer."""
MOST_IN_SIGHT = 110
"""The most words of a step with the names of its topics and its answers."""
MOST_FIRST_LINES = 3
MOST_IN_A_LINE = 14
MOST_TO_SAY = 36
"""The most words of a first line, and of all of them together, without blanks."""
MOST_CONDITIONS = 100
"""A step with more of them is measured by these, so that measuring takes no longer than reading."""
MOST_TO_DO = 3
MOST_IN_A_POINT = 10
MOST_TOPICS = 6
MOST_OPTIONS = 4
MOST_TOPIC_LINES = 3
MOST_IN_A_QUESTION = 5
LONGEST_QUESTION = 26
"""The most words and characters of what a topic asks: one line of a narrow phone."""
MOST_ON_A_BUTTON = 6

WHO, ME = "who", "me"
"""The topic and its option that are known where the reader needs help."""
UNSURE = "unknown"
"""The option of a topic for who does not know."""
PLACE = re.compile(
    r"\b(?:address|town|city|village|street|road|place|landmark|corner|building|location|school|park)\b", re.I
)
PLACE_BEFORE = re.compile(r"\b(?:address:?|emergency is at:?)\s*$", re.I)
FIRST_PERSON = re.compile(r"\b(?:I|me|my|we|us|our)\b(?! number\b)", re.I)
OTHER_PERSON = re.compile(r"\((?:who|name)\b|\b(?:they|them|their|he|him|his|she|her)\b", re.I)
NOT_COME = re.compile(r"\bnot (?:yet )?(?:come|here|arrived)\b|\b(?:nobody|no one) (?:came|has come)\b", re.I)
NEGATIVE = re.compile(r"(?:no|none|nobody)\b", re.I)


def count(text: str) -> int:
    """The words of a text, those of its blanks too."""
    return len(WORD.findall(text))


def count_said(line: str) -> int:
    """The words of a line without its blanks."""
    return count(BLANK.sub(" ", line))


def to_read(step: Step) -> int:
    """The words to read before the first answer while nothing is known: title, text, first lines and what to do."""
    return sum(map(count, (step.title, step.text or "", *(line.line for line in step.first), *step.do)))


def in_sight(step: Step, topics: Mapping[str, Topic]) -> int:
    """The same with the names of the topics, the question and its answers."""
    asked = [topics[topic].ask for topic in step.asked if topic in topics]
    labels = [choice.label for choice in step.choices if choice.kind not in ("worse", "aside")]
    return to_read(step) + sum(map(count, (*asked, step.ask or "", *labels)))


def to_say(step: Step, tree_id: str, topics: Mapping[str, Topic]) -> int:
    """The most words of the first lines together, without blanks, whatever is known of what one variant asks for."""
    whens = [variant.when for line in step.first for variant in line.instead][:MOST_CONDITIONS]
    known: list[Facts] = [{fact_name(key, tree_id, topics): when[key] for key in when} for when in ({}, *whens)]
    return max(sum(count_said(words(line, tree_id, facts, topics) or "") for line in step.first) for facts in known)


def must_read(context: Context) -> Iterator[Finding]:
    """Before the first answer of an emergency stand at most 60 words to read.

    They are those of the title, the text, the first lines with their blanks, and what to do, while nothing is known.
    The rule holds where someone may be calling: on each step with `phone` or of an emergency, and on the first question
    of an urgent tree.

    Wrong:

        title: Call 911 now
        text: # seventy words on what a dispatcher may ask

    Right:

        title: Call 911 now
        first: ["The emergency is at (address, town).", Please send a CIT officer or a crisis team.]
        asked: [weapon, hurt]
    """
    for ref in _pressed(context):
        if (n := to_read(ref.step)) > MOST_TO_READ:
            message = f'"{ref.step_id}" has {n} words to read before the first answer, the most is {MOST_TO_READ}'
            yield ref.finding((), message, "make the title, the text, the first lines or what to do shorter")


def step_words(context: Context) -> Iterator[Finding]:
    """All that a step shows of an emergency has at most 110 words.

    They are those of `must-read`, the questions of the topics, and the question of the step with its answers. Warnings,
    asides and what is folded do not count.

    Wrong:

        choices: # nine answers of eight words each

    Right:

        choices: # four answers of four words each, and asides
    """
    for ref in _pressed(context):
        if (n := in_sight(ref.step, context.content.topics)) > MOST_IN_SIGHT:
            message = f'"{ref.step_id}" shows {n} words, the most is {MOST_IN_SIGHT}'
            yield ref.finding((), message, "ask less, shorten the answers, or make some of kind aside")


def _pressed(context: Context) -> Iterator[StepRef]:
    for ref in context.steps.values():
        if ref.calling or ref.tree.urgent and ref.step_id == ref.tree.start:
            yield ref


def first_lines(context: Context) -> Iterator[Finding]:
    """An emergency outcome gives up to three lines to say first, of 14 words each, and of 36 together.

    Blanks do not count, and variants must be as short. The step for readers abroad may have none.

    Wrong:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911]}

    Right:

        call-911: {title: Call 911 now, outcome: true, urgency: emergency, contacts: [911], first: [
          "The emergency is at (address, town). My number is (number)."]}
    """
    for ref in context.steps.values():
        step = ref.step
        if not step.first and step.outcome and step.urgency == "emergency" and not ref.abroad:
            message = f'the emergency outcome "{ref.step_id}" has nothing to say first'
            yield ref.finding((), message, 'add first: with the place, such as "The emergency is at (address, town)."')
        if (n := len(step.first)) > MOST_FIRST_LINES:
            hint = "put what is asked later into topics"
            yield ref.finding(("first",), f"{n} lines to say first, the most is {MOST_FIRST_LINES}", hint, key=True)
        for number, line in enumerate(step.first):
            for path, said in spoken(line, ("first", number)):
                if (n := count_said(said)) > MOST_IN_A_LINE:
                    message = f"this line has {n} words without its blanks, the most is {MOST_IN_A_LINE}"
                    yield ref.finding(path, message, "say it in fewer words, or leave the rest to a topic")
        if (n := to_say(step, ref.tree_id, context.content.topics)) > MOST_TO_SAY:
            message = f"the lines to say first have {n} words without their blanks, the most is {MOST_TO_SAY}"
            yield ref.finding(("first",), message, "shorten them; variants count too", key=True)


def place_first(context: Context) -> Iterator[Finding]:
    """Where the reader dials 911, the first line says where the emergency is, and so does each of its variants.

    When the call is cut off, help can still come. The line has a blank for an address, a town, a street, a landmark or
    another place, or one after "Address:" or "The emergency is at".

    Wrong:

        phone: dial
        contacts: [911]
        first: ["(Who) is in a mental health crisis.", "The emergency is at (address, town)."]

    Right:

        phone: dial
        contacts: [911]
        first: ["The emergency is at (address, town).", "(Who) is in a mental health crisis."]
    """
    for ref in context.steps.values():
        calls_911 = any(EMERGENCY in contact.numbers() for _, contact in context.shown(*ref.step.contacts))
        if ref.step.phone != "dial" or not calls_911 or not ref.step.first:
            continue
        for path, said in spoken(ref.step.first[0], ("first", 0)):
            blanks = BLANK.finditer(said)
            if not any(PLACE.search(blank[0]) or PLACE_BEFORE.search(said[: blank.start()]) for blank in blanks):
                hint = 'begin with "The emergency is at (address, town)."'
                yield ref.finding(path, "the first words to 911 have no blank for the place", hint)


def no_phone(context: Context) -> Iterator[Finding]:
    """An emergency outcome says what the phone of the reader does. The page stands in that order.

    `dial`: they call now. `talk`: they are on the call. `down`: officers are there. The step for readers abroad needs
    none.

    Wrong:

        officers: {title: Officers are here, outcome: true, urgency: emergency, contacts: [911]}

    Right:

        officers: {title: Officers are here, outcome: true, urgency: emergency, contacts: [911], phone: down}
    """
    for ref in context.steps.values():
        if ref.step.outcome and ref.step.urgency == "emergency" and not ref.step.phone and not ref.abroad:
            message = f'the emergency outcome "{ref.step_id}" does not say what the phone does'
            yield ref.finding((), message, "add phone: dial, talk or down")


def phone_down(context: Context) -> Iterator[Finding]:
    """Where officers are there, the phone goes down: the text begins with that in bold, and no choice begins a call.

    A phone in the hand can be taken for a weapon. Only a choice of kind worse or refused, or one that says that they
    have not come, may lead to a step with `phone: dial`.

    Wrong:

        phone: down
        text: Stay calm.
        choices: [{label: They are here, go: call-911}]

    Right:

        phone: down
        text: "**Lay the phone down now. Show empty hands.**"
        choices: [{label: They have not come yet, go: call-911}]
    """
    for ref in context.steps.values():
        if ref.step.phone != "down":
            continue
        if not (ref.step.text or "").startswith("**"):
            hint = 'begin it with "**Lay the phone down now. Show empty hands.**"'
            path = "text" if ref.step.text else "phone"
            yield ref.finding((path,), "with officers there the text must begin in bold", hint)
        for n, choice in enumerate(ref.step.choices):
            goal = context.goal(ref, choice)
            if goal and goal.step.phone == "dial" and not _may_call(choice):
                message = f'with officers there, "{goal.step_id}" makes the reader take up the phone'
                hint = "lead it to a step without a call, or say in its label that they have not come"
                yield ref.finding(("choices", n, "go"), message, hint)


def _may_call(choice: Choice) -> bool:
    return choice.kind in ("worse", "refused") or NOT_COME.search(choice.label) is not None


def ready_made(context: Context) -> Iterator[Finding]:
    """A sentence that excludes others stands in its topic alone, where a step gives words to say first.

    In a first line, the text or what to do someone could read it out though it is not true. A first line may have it as
    a variant for its topic.

    Wrong:

        asked: [weapon]
        first: ["The emergency is at (address, town).", I have seen no weapon.]

    Right:

        asked: [weapon]
        first: ["The emergency is at (address, town)."]
    """
    of_topics = {
        _in_sentences(said): ref.topic_id
        for ref in context.topics.values()
        if ref.topic.choose == "one"
        for n, option in enumerate(ref.topic.options)
        for _, said in spoken(option, ("options", n))
    }
    lengths = {len(part) for part in of_topics}
    for ref in context.steps.values():
        if not ref.step.first:
            continue
        texts: list[tuple[Path_, str, tuple[str, ...]]] = [(("text",), ref.step.text or "", ())]
        texts += [(("do", n), text, ()) for n, text in enumerate(ref.step.do)]
        for n, line in enumerate(ref.step.first):
            keys: tuple[tuple[str, ...], ...] = ((), *(tuple(variant.when) for variant in line.instead))
            texts += [(path, said, key) for (path, said), key in zip(spoken(line, ("first", n)), keys, strict=True)]
        for path, text, known in texts:
            said_here = _in_sentences(text)
            parts = (said_here[n : n + most] for most in lengths for n in range(len(said_here)))
            for topic in sorted({of_topics[part] for part in parts if part in of_topics} - {*known}):
                message = f'someone could say this untrue: it is a sentence of the topic "{topic}"'
                yield ref.finding(path, message, f'take it out, and ask "{topic}" instead')


def _in_sentences(text: str) -> tuple[str, ...]:
    return tuple(sentence.casefold() for sentence in sentences(text))


def topic_size(context: Context) -> Iterator[Finding]:
    """What a dispatcher asks is found at a glance: six topics a step, four options and three lines a topic.

    A question has at most five words and 26 characters, the words on a button are at most six.

    Wrong:

        weapon: {ask: "Is there any weapon in the home where you are?", options: [{id: seen, tap: I see one}]}

    Right:

        weapon: {ask: "Weapons?", options: [{id: seen, tap: I see one}]}
    """
    for ref in context.steps.values():
        if (n := len(ref.step.asked)) > MOST_TOPICS:
            hint = "keep those that are asked first"
            yield ref.finding(("asked",), f"{n} topics to choose from, the most is {MOST_TOPICS}", hint, key=True)
    for topic in context.topics.values():
        ask = topic.topic.ask
        if count(ask) > MOST_IN_A_QUESTION or len(ask) > LONGEST_QUESTION:
            most = f"the most is {MOST_IN_A_QUESTION} and {LONGEST_QUESTION}"
            message = f"this question has {count(ask)} words and {len(ask)} characters, {most}"
            yield topic.finding(("ask",), message, 'name what it is about, such as "Weapons?"')
        for key, allowed in (("options", MOST_OPTIONS), ("lines", MOST_TOPIC_LINES)):
            if (n := len(getattr(topic.topic, key))) > allowed:
                yield topic.finding((key,), f"{n} {key}, the most is {allowed}", "make two topics of it", key=True)
        for number, option in enumerate(topic.topic.options):
            if (n := count(option.tap)) > MOST_ON_A_BUTTON:
                message = f"this button has {n} words, the most is {MOST_ON_A_BUTTON}"
                yield topic.finding(("options", number, "tap"), message, "the sentence itself can say more")


def topic_no_unsure(context: Context) -> Iterator[Finding]:
    """Warning: a topic with sentences of which one excludes the others has no option `unknown`.

    Who does not know would choose the nearest, and say it as true.

    Wrong:

        weapon: {ask: "Weapons?", options: [{id: seen, tap: I see one, line: I see a weapon.}]}

    Right:

        weapon: {ask: "Weapons?", options: [
          {id: seen, tap: I see one, line: I see a weapon.},
          {id: unknown, tap: I do not know, line: I do not know about weapons.}]}
    """
    for ref in context.topics.values():
        options = ref.topic.options
        says = any(option.line for option in options)
        if ref.topic.choose == "one" and says and UNSURE not in {option.id for option in options}:
            message = f'the topic "{ref.topic_id}" has no option for who does not know'
            yield ref.finding((), message, "add {id: unknown, tap: I do not know, line: I do not know …}")


def negative_any(context: Context) -> Iterator[Finding]:
    """Warning: of several options that can all be true one says no. It could stand beside what it denies.

    Wrong:

        hurt: {choose: any, options: [{id: hurt, tap: Hurt, line: I am hurt.}, {id: none, tap: Nobody is hurt}]}

    Right:

        hurt: {choose: any, options: [{id: hurt, tap: Hurt, line: I am hurt.}]}
    """
    for ref in context.topics.values():
        for n, option in enumerate(ref.topic.options if ref.topic.choose == "any" else ()):
            if NEGATIVE.match(option.tap) or NEGATIVE.match(option.line or ""):
                message = "this could stand beside an option that it denies"
                yield ref.finding(("options", n, "tap"), message, "take it out, or let one exclude others: choose: one")


def no_self_words(context: Context) -> Iterator[Finding]:
    """Where it can be known that the reader needs help, a first line about "them" has a variant about "me".

    It is known by the option `me` of the topic `who`. One such variant, or a line in the first person that is not only
    the number, is enough.

    Wrong:

        first: ["The emergency is at (address, town).", "(Who) is in a mental health crisis."]

    Right:

        first:
          - The emergency is at (address, town).
          - line: (Who) is in a mental health crisis.
            instead: [{when: {who: me}, line: I am in a mental health crisis.}]
    """
    for ref in context.steps.values():
        lines = ref.step.first
        about = next((n for n, line in enumerate(lines) if OTHER_PERSON.search(line.line)), None)
        if about is None or any(FIRST_PERSON.search(line.line) for line in lines):
            continue
        if any(ME in variant.when.get(WHO, ()) for line in lines for variant in line.instead):
            continue
        arriving = [
            sets(step_id, choice, context.content.topics) for step_id, choice in context.leading_to.get(ref.node, ())
        ]
        if arriving and all(known.get(WHO, ME) != ME for known in arriving):
            continue  # each way here says who it is about
        if WHO in context.content.topics and context.knowing.passes(ref, {WHO: (ME,)}):
            message = "who needs help can read this line, and it speaks of someone else"
            hint = f"add a variant: instead: [{{when: {{{WHO}: {ME}}}, line: I …}}]"
            yield ref.finding(("first", about, "line"), message, hint)


def do_words(context: Context) -> Iterator[Finding]:
    """Warning: a step has more than three points to do, or one with more than ten words.

    Wrong:

        do: [Stay near a way out and keep the phone with you so that you can call again if it should get worse.]

    Right:

        do: [Stay near a way out., Keep the phone with you.]
    """
    for ref in context.steps.values():
        if (n := len(ref.step.do)) > MOST_TO_DO:
            yield ref.finding(("do",), f"{n} things to do, the most is {MOST_TO_DO}", "keep the first ones", key=True)
        for number, point in enumerate(ref.step.do):
            if (n := count(point)) > MOST_IN_A_POINT:
                message = f"this has {n} words, the most is {MOST_IN_A_POINT}"
                yield ref.finding(("do", number), message, "make two points of it, or say less")


CALL_RULES = (
    must_read, step_words, first_lines, place_first, no_phone, phone_down, ready_made, topic_size, topic_no_unsure,
    negative_any, no_self_words, do_words,
)  # fmt: skip
