"""What is otherwise, one thing at a time, and all of it as a reviewer reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

GOALS, REACH, LINES, LINKS, WORDS = range(5)
HEADINGS = ("Where people get to", "Contacts and numbers", "What to say and do", "Links", "Words")


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise. With `reach` someone now gets to another step, urgency or contact than before."""

    part: int
    text: str
    walk: str = ""
    help_text: str = ""
    reach: bool = False
    danger: int = 0
    """The lower the worse: the urgency that is gained, less that which is lost."""
    taps: int = 0


def describe(changes: Iterable[Change]) -> str:
    """The changes as a reviewer reads them, or that there is none."""
    lines = []
    for part, group in groupby(changes, key=lambda change: change.part):
        lines.append(f"{HEADINGS[part]}:")
        for change in group:
            lines.append(f"  {_one_line(change.text)}")
            lines += [f"    walk: {_one_line(change.walk)}"] * bool(change.walk and part != WORDS)
            lines += [f"    {_one_line(change.help_text)}"] * bool(change.help_text)
    return "\n".join(lines) or "no walk changed"


def _one_line(text: str) -> str:
    """The text on one line, without what would steer the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))
