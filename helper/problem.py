"""What is wrong in a file, and how we say it."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Literal

MAX_SHOWN = 160
"""The most characters of a line or a name that are shown."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend. `line` and `column` count from 1; `width` is how many characters to underline."""

    file: str
    line: int
    column: int
    code: str
    message: str
    help: str = ""
    severity: Literal["error", "warning"] = "error"
    source: str = ""
    width: int = 1


class ContentError(Exception):
    """The files can't be used. `problems` holds everything that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(explain(problem) for problem in self.problems)


def _printable(text: str, start: int = 0) -> str:
    """At most MAX_SHOWN characters from `start`, each of which can be seen and none of which steers the terminal."""
    shown = "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text[start : start + MAX_SHOWN])
    return ("…" + shown[1:] if start else shown) + ("…" if start + MAX_SHOWN < len(text) else "")


def explain(problem: Problem) -> str:
    """The problem as an author sees it: the place and the fact, the line with its mark, and a way on."""
    place = f"{problem.file}:{problem.line}:{problem.column}"
    text = f"{place}: {problem.severity}: {_printable(problem.message)} [{problem.code}]"
    if problem.source.strip():
        before = problem.column - 1
        start = before - MAX_SHOWN // 2 if len(problem.source) > MAX_SHOWN and before > MAX_SHOWN // 2 else 0
        quoted = _printable(problem.source, start)
        number = f"{problem.line:>3} | "
        indent = " " * len(number) + re.sub(r"[^\t]", " ", quoted[: before - start])
        mark = "^" * max(1, min(problem.width, len(quoted) - (before - start)))
        text += f"\n{number}{quoted}\n{indent}{mark}"
    if problem.help:
        text += f"\n  help: {_printable(problem.help)}"
    return text


def nearest(word: str, names: Iterable[str]) -> str:
    """A help line with the name that looks most like `word`, or nothing when none does."""
    similar = get_close_matches(word, list(names), n=1)
    return f'the nearest name is "{similar[0]}"' if similar else ""


def as_json(problems: Iterable[Problem]) -> str:
    """The problems as a JSON list of objects with the keys of Problem: file, line, column, code, message, …"""
    return json.dumps([asdict(problem) for problem in problems], indent=1, ensure_ascii=False)


def as_github(problem: Problem) -> str:
    """The problem as a line that GitHub shows beside the changed lines of a pull request."""

    def escaped(text: str, *signs: str) -> str:
        for sign in ("%", "\r", "\n", *signs):
            text = text.replace(sign, f"%{ord(sign):02X}")
        return text

    place = {
        "file": problem.file, "line": problem.line, "endLine": problem.line, "col": problem.column,
        "endColumn": problem.column + problem.width, "title": problem.code,
    }  # fmt: skip
    where = ",".join(f"{name}={escaped(str(value), ':', ',')}" for name, value in place.items())
    text = _printable(problem.message) + (f"\nhelp: {_printable(problem.help)}" if problem.help else "")
    return f"::{problem.severity} {where}::{escaped(text)}"
