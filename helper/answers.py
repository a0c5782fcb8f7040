"""What a reader answered and ticked, and which lines that makes true. static/step.js does the same on a page, and
tests/walks.json holds both to it."""

from collections.abc import Iterable, Mapping, Set

from helper.model.tree import Check, Choice, Say
from helper.walks import Node

QUIET = ("worse", "aside")
"""The kinds of choices that are no answers."""

Answers = Mapping[Node, str | None]
"""The ids of the choices by which questions were answered, by question, in the order of the answers. None stands for a
choice without an id, which tells no line anything."""


def answered(answers: Answers, question: Node, choice: Choice) -> Answers:
    """The answers after a choice.

    The earlier answer to the same question is given up, with all that came after it: also where the choice is a quiet
    one, which answers nothing. Who came back to a question and left it open may not mean the old answer any more, and
    would read it out, or text it to 911, as true.
    """
    asked = list(answers)
    before = asked[: asked.index(question)] if question in answers else asked
    kept = {node: answers[node] for node in before}
    return kept if choice.kind in QUIET else {**kept, question: choice.id}


def ticked(ticks: Set[str], check_id: str, checks: Iterable[Check]) -> Set[str]:
    """The ticks after a check was ticked among the `checks` of its step: of a group only one can be true."""
    group_of = {check.id: check.group for check in checks}
    group = group_of.get(check_id)
    return {tick for tick in ticks if not group or group_of.get(tick) != group} | {check_id}


def holds(line: Say, tree_id: str, answers: Answers, ticks: Set[str]) -> bool | None:
    """Whether the condition of a line of a tree is true. None while it is not known: only another answer makes it
    false."""
    parts = set[bool | None]()
    for key, wanted in (line.when or {}).items():
        answer = answers.get((tree_id, key))
        parts.add(True if key in ticks or answer in wanted else False if answer else None)
    return False if False in parts else None if None in parts else True
