"""What a text message to 911 says: whole sentences in plain English, and at its end the place, left open.

Centers ask for English, and some phone networks lose other letters. Nobody knows what "___" means, so a line loses the
blank at its end. The place comes last, because that is where the sender types on.
"""

import re
import unicodedata
from collections.abc import Sequence

from helper.model.contacts import Contact
from helper.model.tree import Say

MOST_CHARACTERS = 140
"""The most characters of a text as it is before anything is ticked or typed. One part of a message holds 160."""
_BLANK_LAST = re.compile(r"([^()]*): ?\([^()]*\)\.?")
_TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def takes_lines(contact: Contact) -> bool:
    """Whether a text to the contact begins with the lines to say. Other lines want a word of their own, or none."""
    return contact.text == "911" and not contact.word


def sent(lines: Sequence[Say]) -> list[str | None]:
    """What of each line a text says. The first is the place, such as "I am at: ", the others end with their sentence.

    None for a line that can't be sent: the place has no blank at its end, or another line has one elsewhere.
    """
    return [_sentence(line.line) if n else _place(line.line) for n, line in enumerate(lines)]


def speaks(language: str) -> str:
    """The sentence that names the language of the sender, by its English name."""
    return _ascii(f"I speak {language}.")


def message(lines: Sequence[Say], first_sentence: str | None = None) -> str:
    """The text while nothing is known but what always holds, or "" where that is nothing.

    `first_sentence` begins it, where the sender reads another language. step.js does the same with the lines that are
    known to be true.
    """
    known = [text if not line.when else None for line, text in zip(lines, sent(lines), strict=True)]
    texts = [text for text in (*known[1:], *known[:1]) if text]
    return "\n".join([first_sentence, *texts] if first_sentence and texts else texts)


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
