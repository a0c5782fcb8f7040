"""Links that last: a step or a place that was ever released is there, has moved, or is told to be gone.

`.venv/bin/python tests/test_released.py` writes those that are new into tests/released.txt.
"""

from pathlib import Path

from real import CONTENT

FILE = Path(__file__).parent / "released.txt"
"""Every id that a step or a place ever had, as tree/step and in/place. No line is ever taken out."""


def there():
    """The steps of the trees as they are, and the places, as in/place."""
    steps = {f"{name}/{step}" for name, tree in CONTENT.trees.items() for step in tree.steps}
    return steps | {f"in/{place}" for place in CONTENT.places}


def released():
    return FILE.read_text(encoding="utf-8").split()


def test_every_step_that_was_ever_released_can_be_asked_for():
    lost = [
        name
        for name in released()
        for tree, step in [name.split("/")]
        if tree != "in"
        if tree not in CONTENT.trees
        or step not in {*CONTENT.trees[tree].steps, *CONTENT.trees[tree].moved, *CONTENT.trees[tree].removed}
    ]
    assert lost == [], "list each under moved: or removed: in its tree"


def test_every_place_that_was_ever_released_can_be_asked_for():
    old = CONTENT.old_places
    known = {f"in/{place}" for place in (*CONTENT.places, *old.moved, *old.removed)}
    lost = [name for name in released() if name.startswith("in/") and name not in known]
    assert lost == [], "list each under moved: or removed: in trees/places/moved.yaml"


def test_no_old_address_leads_to_another_step_than_its_own():
    """What is listed as moved or removed was a step once, and a moved one leads to a step that is there."""
    for name, tree in CONTENT.trees.items():
        for old in (*tree.moved, *tree.removed):
            assert f"{name}/{old}" in released() and old not in tree.steps
        assert set(tree.moved.values()) <= set(tree.steps)
    for old in (*CONTENT.old_places.moved, *CONTENT.old_places.removed):
        assert f"in/{old}" in released()


def test_every_new_step_and_place_is_written_down():
    assert sorted(there() - set(released())) == [], "run .venv/bin/python tests/test_released.py"


def test_the_file_is_in_order_and_has_no_line_twice():
    assert released() == sorted(set(released()))


if __name__ == "__main__":
    old = released() if FILE.is_file() else []
    FILE.write_text("".join(f"{name}\n" for name in sorted({*old, *there()})), encoding="utf-8")
