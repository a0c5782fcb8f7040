"""Addresses that were spoiled on their way: by the full stop of a sentence, by capitals, or by a place that is gone."""

from typing import NamedTuple

from helper.model.content import Content

MARKS = (
    ".,;:!?)]}>\"'`*_-&|~=<”’»…“‘„。、，；：！？）」』 \t\r\n"
    "\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
)
"""What may stick to the end of an address in a text, and is never part of one."""


class Redirect(NamedTuple):
    """The path that was meant, and whether it is so for good."""

    path: str
    lasting: bool


def meant(path: str, base: str, content: Content) -> Redirect | None:
    """The path that a spoiled one below `base` was meant to be, or None when nothing is wrong with it that we know.

    It may lead nowhere too. A place that moved gives way to the one that took its place. One that was taken out is left
    out, and so is one that was never there, for now: it may come.
    """
    if not f"{path.rstrip(MARKS)}/".lower().startswith(f"{base}/".lower()):
        return None
    parts = [part for word in path[len(base) :].lower().split("/") if (part := word.rstrip(MARKS))]
    start = 1 if parts[:1] == ["kiosk"] else 0
    lasting = True
    in_place = parts[start : start + 1] == ["in"] and len(parts) > start + 1
    if in_place and (place := parts[start + 1]) not in content.places:
        old = content.old_places
        new = [new_id for old_id, new_id in old.moved.items() if old_id == place and new_id in content.places]
        lasting = bool(new) or place in old.removed
        parts[start : start + 2] = ["in", *new] if new else []
    goal = "/".join((base, *parts)) or "/"
    return None if goal == path.rstrip("/") or not goal.isascii() else Redirect(goal, lasting)
