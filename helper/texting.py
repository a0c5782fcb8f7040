"""What a text message to 911 says: whole sentences in plain English, and at its end the place, left open.

Centers ask for English, and some phone networks lose other letters. Nobody knows what "___" means, so a line loses the
blank at its end. The place comes last, because that is where the sender types on.
"""

import re
import unicodedata
from collections.abc import Sequence

from helper.model.contacts import Contact

MOST_CHARACTERS = 140
"""The most characters of a text as it is before anything is ticked or typed. One part of a message holds 160."""
_BLANK_LAST = re.compile(r"([^()]*): ?\([^()]*\)\.?")
_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def takes_lines(contact: Contact) -> bool:
    """Whether a text to the contact begins with the lines to say. Other lines want a word of their own, or none."""
    return contact.text == "911" and not contact.word


def sent(line: str) -> str | None:
    return _place(line) if line.startswith("Address") else _sentence(line)


def speaks(language: str) -> str:
    """The sentence that names the language of the sender, by its English name."""
    return _ascii(f"I speak {language}.")


def message(step, tree_id, facts, topics, first_sentence=None) -> str:
    from helper.answers import words

    texts = [sent(words(line, tree_id, facts, topics)) for line in step.first]
    texts = [*texts[1:], *texts[:1]]
    return "\n".join(text for text in [first_sentence, *texts] if text)


def _place(line: str) -> str | None:
    match = _BLANK_LAST.fullmatch(line)
    return f"{_ascii(match[1])}: " if match else None


def _sentence(line: str) -> str | None:
    match = _BLANK_LAST.fullmatch(line)
    said = f"{match[1]}." if match else line
    return None if "(" in said or ")" in said else _ascii(said)


def _ascii(text: str) -> str:
    """The text in letters that every network takes."""
    return unicodedata.normalize("NFKD", text.translate(_TYPED)).encode("ascii", "ignore").decode()
