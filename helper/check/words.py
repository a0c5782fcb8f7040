"""Rules of words: texts that a frightened reader understands at once. They hold for every tree, as warnings."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from helper.check.context import Context
from helper.check.refs import Finding, StepRef, TopicRef
from helper.interface import LANGUAGE
from helper.reading import grade, hard_words, sentences, tokens

GRADE = 6
LONG, LONG_IN_DANGER = 20, 15
"""The most words of a sentence, and of one where someone may be calling 911."""
FEW = 8
"""The words of a sentence that is never too long for a reader."""
LONGEST_TITLE = 90
MOST_ANSWERS = 6
ALIKE = 0.9
BETTER = {
    r"committ?(?:ed|s|ing)? suicide": "died by suicide",
    r"(?:un)?success(?:ful|fully) (?:suicide|attempt\w*)": "died by suicide, or an attempt",
    r"(?:failed|completed) (?:suicide|attempt)": "an attempt, or died by suicide",
    r"schizophrenics?": "a person living with schizophrenia",
    r"psychotics?|psycho|crazy|insane|lunatics?|maniacs?|deranged": "a person in crisis, or what they do",
    r"junk(?:ie|ies|y)|addicts?|drug abusers?": "a person who uses drugs",
    r"(?:the )?mentally ill": "a person with a mental illness",
    r"police (?:will not|won['’]t|never)|will not be arrested|won['’]t be arrested": "what often happens: no promise",
    r"72[- ]hours?": "each state has its own law",
    r"press 3": "press 1 or 2: the line behind 3 has closed",
}
"""Words that hurt, or that are not true everywhere, and what to write instead."""
_AVOID = {re.compile(rf"\b(?:{pattern})\b", re.I): better for pattern, better in BETTER.items()}
_AVOID_ANY = re.compile(rf"\b(?:{'|'.join(BETTER)})\b", re.I)
_ANY_OR_ALL = re.compile(
    r"\b(?:any|at least one|one|all|each|every|both|either|none) (?:one )?of\b|\bany one\b|\b(?:at least|only) one\b|"
    r"\ball (?:two|three|four|five|six|seven|eight)\b|\b(?:all|both|each) (?:must|count|are|is)\b|\bany counts\b|"
    r"\bcualquiera\b|\balgun[oa]\b|\btod[oa]s\b",
    re.I,
)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]) ", re.M)


def hard_to_read(context: Context) -> Iterator[Finding]:
    """Warning: a step or a topic reads above grade 6.

    The grade is that of Flesch-Kincaid for English, of Fernández Huerta for Spanish, for all its texts
    together. Long sentences and long words raise it. The longest words are named. A topic of short sentences alone is
    never told.

    Wrong:

        text: Immediately communicate your approximate geographical location to the emergency operator.

    Right:

        text: Say where you are first.
    """
    for ref in _read(context):
        text = "\n".join(text for _, text in ref.texts())
        level = grade(text, LANGUAGE)
        if level <= GRADE:
            continue
        hard = ", ".join(hard_words(text, LANGUAGE)[:6])
        # The formulas are for whole texts: of a few short words, as in a topic, they make too much.
        if hard and isinstance(ref, StepRef) or any(len(tokens(sentence)) > FEW for sentence in sentences(text)):
            hint = f"shorten the sentences, or put short words for: {hard}" if hard else "shorten the sentences"
            yield ref.finding((), f'"{ref.name}" reads at grade {level:.1f}, the most is {GRADE}', hint)


def long_sentence(context: Context) -> Iterator[Finding]:
    """Warning: a sentence has more than 20 words, or more than 15 where someone may be calling 911.

    Fifteen is for emergency steps and topics, and for the first question of an urgent tree. A point of a list is a
    sentence.

    Wrong:

        text: If they go let them go and do not stand in the door but tell 911 which way they went, as fast as you can.

    Right:

        text: Let them go. Do not block the door. Tell 911 which way they went.
    """
    for ref in _read(context):
        most = LONG_IN_DANGER if isinstance(ref, TopicRef) or _in_danger(ref) else LONG
        for path, text in ref.texts():
            for sentence in sentences(text):
                if (count := len(tokens(sentence))) > most:
                    start = " ".join(sentence.lstrip("-*+ ").split()[:3])
                    message = f'the sentence that begins with "{start}" has {count} words, the most is {most}'
                    yield ref.finding(path, message, "make two of it", word=start)


def _in_danger(ref: StepRef) -> bool:
    return ref.step.urgency == "emergency" or ref.tree.urgent and ref.step_id == ref.tree.start


def _read(context: Context) -> Iterator[StepRef | TopicRef]:
    """What readers read: every step and every topic."""
    yield from context.steps.values()
    yield from context.topics.values()


def avoid_word(context: Context) -> Iterator[Finding]:
    """Warning: words that hurt readers, or promise what is not true everywhere.

    Each comes with better words. They follow the advice of JED on suicide and of people-first writing.

    Wrong:

        text: Has he committed suicide, or does he act crazy?

    Right:

        text: Has he died by suicide, or does he shout and pace?
    """
    for ref in _read(context):
        for path, text in ref.texts():
            if not _AVOID_ANY.search(text):
                continue
            for pattern, better in _AVOID.items():
                for word in dict.fromkeys(match[0] for match in pattern.finditer(text)):
                    yield ref.finding(path, f'"{word}" hurts or misleads', f"better: {better}", word=word)


def long_title(context: Context) -> Iterator[Finding]:
    """Warning: a title has more than 90 characters.

    Wrong:

        title: Is there any person at all in the place where you are now who may be in danger, or could be quite soon?

    Right:

        title: Is anyone in danger right now, including you?
    """
    for ref in context.steps.values():
        if (count := len(ref.step.title)) > LONGEST_TITLE:
            message = f"this title has {count} characters, the most is {LONGEST_TITLE}"
            yield ref.finding(("title",), message, "put the rest under text")


def many_choices(context: Context) -> Iterator[Finding]:
    """Warning: a step has more than six answers. Warnings and asides do not count.

    Wrong:

        choices: # anger, fear, voices, panic, no sleep, no food, something else

    Right:

        choices: # anger; voices, panic or fear; no sleep or no food; something else
    """
    for ref in context.steps.values():
        if (count := len(ref.answers)) > MOST_ANSWERS:
            message = f"{count} answers to choose from, the most is {MOST_ANSWERS}"
            hint = "put two into one, ask in two steps, or make some of kind aside"
            yield ref.finding(("choices",), message, hint, key=True)


def look_alike(context: Context) -> Iterator[Finding]:
    """Warning: the labels of two choices, or of two options of a topic, can be mistaken for each other.

    Wrong:

        choices:
          - {label: A team can come, go: team-coming}
          - {label: A team can't come, go: no-team}

    Right:

        choices:
          - {label: A team is coming, go: team-coming}
          - {label: "No team, closed, or hours away", go: no-team}
    """
    for ref in _read(context):
        if isinstance(ref, TopicRef):
            list_key, key, labels = "options", "tap", [option.tap for option in ref.topic.options]
        else:
            list_key, key, labels = "choices", "label", [choice.label for choice in ref.step.choices]
        for (_, label), (n, other_label) in combinations(list(enumerate(labels))[:30], 2):
            if label.casefold() != other_label.casefold() and _alike(label, other_label):
                message = f'"{other_label}" looks like "{label}"'
                yield ref.finding((list_key, n, key), message, "begin them with different words")


def _alike(label: str, other_label: str) -> bool:
    """Whether two labels differ by a few letters. Of long ones only the beginning is looked at."""
    first, second = (" ".join(re.findall(r"\w+", text.casefold()[:200])) for text in (label, other_label))
    if first == second:
        return True
    if min(len(first), len(second)) < 8:
        return False
    match = SequenceMatcher(None, first, second, autojunk=False)
    return match.real_quick_ratio() >= ALIKE and match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE


def same_title(context: Context) -> Iterator[Finding]:
    """Warning: a choice leads to a step with the same title. The reader taps, and it looks as if nothing happened.

    Wrong:

        help-for-you: {title: Help for you, choices: [{label: I need to rest, go: rest}]}
        rest: {title: Help for you}

    Right:

        help-for-you: {title: Help for you, choices: [{label: I need to rest, go: rest}]}
        rest: {title: Look after yourself too}
    """
    for ref in context.steps.values():
        for n, choice in enumerate(ref.step.choices):
            goal = context.goal(ref, choice)
            if goal and goal is not ref and goal.step.title.casefold() == ref.step.title.casefold():
                message = f'"{choice.go}" has the same title as this step'
                yield ref.finding(("choices", n, "go"), message, "give one of the two another title")


def any_or_all(context: Context) -> Iterator[Finding]:
    """Warning: a list under a question does not say whether any one of its points counts, or only all of them.

    Readers have been hurt by that doubt. Say it in the title or above the list: "any one", "at least one", "all three".

    Wrong:

        title: Is their body in trouble?
        text: |
          - They are hard to wake.
          - They are hurt.

    Right:

        title: Is their body in trouble?
        text: |
          Any one of these counts:

          - They are hard to wake.
          - They are hurt.
    """
    for ref in context.steps.values():
        text = ref.step.text or ""
        if _asks(ref) and len(_ITEM.findall(text)) > 1:
            around = "\n".join([ref.step.title, *(line for line in text.splitlines() if not _ITEM.match(line))])
            if not _ANY_OR_ALL.search(around):
                message = "this list does not say whether any one of its points counts, or only all of them"
                yield ref.finding(("text",), message, 'say "any one of these" or "all of these" above it')


def _asks(ref: StepRef) -> bool:
    return not ref.step.outcome and ref.step.title.rstrip().endswith("?")


WORD_RULES = (hard_to_read, long_sentence, avoid_word, long_title, many_choices, look_alike, same_title, any_or_all)
