"""What a text message to 911 says: whole sentences in plain English, and at its end the place, left open.

Centers ask for English, and some phone networks lose other letters. Nobody knows what "___" means, so a sentence loses
the blank at its end. The place comes last, because that is where the sender types on.
"""

import re
import unicodedata
from collections.abc import Mapping

from helper.answers import Facts, words
from helper.model.contacts import Contact
from helper.model.fields import BLANK
from helper.model.tree import Option, Step, Topic

MOST_CHARACTERS = 160
"""The most characters of a text as it is before anything is tapped or typed: one part of a message holds no more."""
OWN_NUMBER = "(number)"
"""The blank for the number of the sender, which a text carries anyhow."""
_BLANK_LAST = re.compile(r"([^()]*): ?\([^()]*\)[.?!]?")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) ")
_KEPT_BLANK = "\0"
"""What stands for a blank while a line is cut into sentences: no text of a tree has it."""
_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def takes_lines(contact: Contact) -> bool:
    """Whether a text to the contact begins with the lines to say. Other lines want a word of their own, or none."""
    return contact.text == "911" and not contact.word


def speaks(language: str) -> str:
    """The sentence that names the language of the sender, by its English name."""
    return _ascii(f"I speak {language}.")


def sent(line: str) -> str | None:
    """What a text says of the words of a line, or None where it can't leave out a blank: one that does not end a
    sentence, after a colon."""
    sentences = [_sentence(sentence) for sentence in _sentences(line)]
    said = [sentence for sentence in sentences if sentence]
    return _ascii(" ".join(said)) if len(said) == len(sentences) else None


def place(line: str) -> str | None:
    """What stands last in a text, such as "Address: ": the first line, left open at the blank for the place.

    What the line says after that comes before it. None for a line without such a blank, or with more of them.
    """
    before, _, rest = line.partition("(")
    blank, closed, after = rest.partition(")")
    opening = before.rstrip(": ")
    if not (opening and closed) or "(" in blank or ")" in opening or after[:1] not in ("", ".", "?", "!"):
        return None
    others = [one for one in _sentences(after[1:].strip()) if one and OWN_NUMBER not in one]
    said = [sent(one) for one in others]
    return None if None in said else " ".join([*filter(None, said), f"{_ascii(opening)}: "])


def chosen(topic: Topic, option: Option, line: str) -> str:
    """What a text says of an option that was chosen, whose words are `line`.

    A sentence with a blank that can't be left out does not go with it. Then the question and the words on the button
    go first, so that nothing that was chosen is lost.
    """
    if whole := sent(line):
        return whole
    said = filter(None, map(sent, _sentences(line)))
    return " ".join([_ascii(f"{topic.ask} {option.tap}."), *said])


def message(
    step: Step, tree_id: str, facts: Facts, topics: Mapping[str, Topic], first_sentence: str | None = None
) -> str:
    """The text of a step of a tree, by what is known, or "" where the step has nothing to say first.

    The lines to say first, without the place; then what was chosen of the topics that the step shows; then the place.
    `first_sentence` begins it, where the sender reads another language. step.js does the same.
    """
    first = [words(line, tree_id, facts, topics) or "" for line in step.first]
    answers = [
        chosen(topics[topic], option, line)
        for topic in dict.fromkeys((*step.asked, *step.picked))
        if topic in topics and facts.get(topic)
        for option in topics[topic].options
        if option.id in facts[topic] and (line := words(option, tree_id, facts, topics))
    ]
    texts = [text for text in (*map(sent, first[1:]), *answers, *map(place, first[:1])) if text]
    return "\n".join([first_sentence, *texts] if first_sentence and texts else texts)


def _sentences(line: str) -> list[str]:
    blanks = iter(BLANK.findall(line))
    parts = _BETWEEN_SENTENCES.split(BLANK.sub(_KEPT_BLANK, line))
    return [re.sub(_KEPT_BLANK, lambda _: next(blanks), part) for part in parts]


def _sentence(sentence: str) -> str | None:
    match = _BLANK_LAST.fullmatch(sentence)
    said = f"{match[1]}." if match else sentence
    return None if "(" in said or ")" in said else said


def _ascii(text: str) -> str:
    """The text in letters that every network takes."""
    return unicodedata.normalize("NFKD", text.translate(_TYPED)).encode("ascii", "ignore").decode()
