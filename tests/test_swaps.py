"""Two choices on the danger part of the crisis tree trade the steps they lead to: a story or a rule finds it, always.

`python tests/test_swaps.py` tries every pair and prints what found them.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from real import LOADED

from helper.check import RULES, tried
from helper.check.stories import STORY_RULES
from helper.loading.folder import Loaded

Way = tuple[str, int]
"""A step of the crisis tree, and the place of one of its choices."""


def ways(loaded: Loaded) -> list[Way]:
    """The choices of the danger part: of the first question, and of every step where it is an emergency."""
    tree = loaded.content.trees["crisis"]
    part = {tree.start} | {name for name, step in tree.steps.items() if step.urgency == "emergency"}
    return [(name, n) for name in tree.steps if name in part for n, _ in enumerate(tree.steps[name].choices)]


def swapped(loaded: Loaded, first: Way, second: Way) -> Loaded:
    """The set with the targets of two choices traded."""
    tree = loaded.content.trees["crisis"]
    steps = dict(tree.steps)
    goals = {way: tree.steps[way[0]].choices[way[1]].go for way in (first, second)}
    for (name, n), go in ((first, goals[second]), (second, goals[first])):
        choices = list(steps[name].choices)
        choices[n] = choices[n].model_copy(update={"go": go})
        steps[name] = steps[name].model_copy(update={"choices": tuple(choices)})
    trees = {**loaded.content.trees, "crisis": tree.model_copy(update={"steps": steps})}
    return replace(loaded, content=loaded.content.model_copy(update={"trees": trees}))


def pairs(loaded: Loaded) -> Iterator[tuple[Way, Way]]:
    """All pairs of choices that lead to two steps."""
    steps = loaded.content.trees["crisis"].steps
    for first, second in combinations(ways(loaded), 2):
        if steps[first[0]].choices[first[1]].go != steps[second[0]].choices[second[1]].go:
            yield first, second


def found_by(loaded: Loaded, first: Way, second: Way) -> str | None:
    """The first rule that finds the swap wrong, or None."""
    other = swapped(loaded, first, second)
    for rules in (STORY_RULES, RULES):
        for problem in tried(other, rules).problems:
            if problem.severity == "error":
                return problem.code
    return None


PAIRS = list(pairs(LOADED))


def missed(some: list[tuple[Way, Way]]) -> list[tuple[Way, Way]]:
    return [pair for pair in some if not found_by(LOADED, *pair)]


def test_some_swaps_are_found() -> None:
    assert missed(random.Random(1).sample(PAIRS, 150)) == []


@pytest.mark.proof
@pytest.mark.parametrize("way", ways(LOADED), ids=lambda way: f"{way[0]}-{way[1]}")
def test_every_choice_that_is_swapped_is_found(way: Way) -> None:
    """With some of the others, drawn by chance: all pairs take the program at the top."""
    with_it = [pair for pair in PAIRS if way in pair]
    assert missed(random.Random(str(way)).sample(with_it, 25)) == []


if __name__ == "__main__":
    found = Counter(found_by(LOADED, *pair) for pair in PAIRS)
    print(f"{len(PAIRS)} swaps of two choices on the danger part, which has {len(ways(LOADED))}")
    for name, n in found.most_common():
        print(f"{n:>6} found by {name or 'nothing'}")
    print(*missed(PAIRS), sep="\n")
