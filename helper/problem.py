"""What is wrong in a file, and how we say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal


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
        super().__init__("\n".join(explain(problem) for problem in self.problems))


def explain(problem: Problem) -> str:
    """The problem as an author sees it: the place and the fact, the line with its mark, and a way on."""
    text = f"{problem.file}:{problem.line}:{problem.column}: {problem.severity}: {problem.message} [{problem.code}]"
    if problem.source.strip():
        number = f"{problem.line:>3} | "
        mark = " " * (len(number) + problem.column - 1) + "^" * max(1, problem.width)
        text += f"\n{number}{problem.source}\n{mark}"
    if problem.help:
        text += f"\n  help: {problem.help}"
    return text


def nearest(word: str, names: Iterable[str]) -> str:
    """A help line with the name that looks most like `word`, or nothing when none does."""
    found = get_close_matches(word, list(names), n=1)
    return f'the nearest name is "{found[0]}"' if found else ""
