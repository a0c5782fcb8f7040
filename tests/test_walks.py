"""Where walks lead, how many questions they ask, and that ten thousand steps are no trouble."""

import datetime
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helper.check import problems_in
from helper.loading.document import parse
from helper.loading.folder import Loaded
from helper.loading.shape import shape
from helper.model.content import Content
from helper.model.tree import Choice, Step, Tree
from helper.walks import backwards, graph, question_loop, questions_left, reached, target

DAY = datetime.date(2026, 11, 23)
FOUND = "found"
"""The name of an outcome begins with this."""


def content(**trees: dict[str, str]) -> Content:
    """Trees given as steps and the steps that their choices name. Steps called found… are outcomes."""
    return Content(
        trees={
            name: Tree(title=name, start=next(iter(steps)), edited=DAY, review_by=DAY, steps={
                step: Step(
                    title=step,
                    outcome=step.startswith(FOUND),
                    choices=tuple(Choice(label=go, go=go) for go in goals.split()),
                )
                for step, goals in steps.items()
            })
            for name, steps in trees.items()
        },
        contacts={},
        sources={},
    )  # fmt: skip


def left(**trees: dict[str, str]) -> dict[str, int]:
    return {f"{tree}/{step}": n for (tree, step), n in questions_left(content(**trees)).items()}


@pytest.mark.parametrize(
    ("go", "node"),
    [
        ("shelf", ("library", "shelf")),
        ("bike/tyre", ("bike", "tyre")),
        ("bike/", ("bike", "")),
        ("/tyre", ("", "tyre")),
        ("bike/tyre/nail", ("bike", "tyre/nail")),
    ],
)
def test_a_choice_names_a_step_of_its_tree_or_of_another(go: str, node: tuple[str, str]) -> None:
    assert target("library", go) == node


def test_the_graph_leaves_out_steps_that_do_not_exist() -> None:
    found = graph(
        content(library={"desk": "shelf gone bike/tyre bike/gone bus/stop"} | {"shelf": ""}, bike={"tyre": ""})
    )
    assert found == {
        ("library", "desk"): (("library", "shelf"), ("bike", "tyre")),
        ("library", "shelf"): (),
        ("bike", "tyre"): (),
    }


def test_a_walk_reaches_its_start_and_all_that_follows() -> None:
    edges = graph(content(bike={"tyre": "pump", "pump": "tyre found", "found": "", "bell": "pump"}))
    assert reached(edges, [("bike", "tyre")]) == {("bike", "tyre"), ("bike", "pump"), ("bike", "found")}
    assert reached(edges, []) == set()
    assert reached(edges, [("bike", "gone")]) == {("bike", "gone")}


def test_backwards_a_walk_reaches_all_that_leads_there() -> None:
    edges = graph(content(bike={"tyre": "pump found", "pump": "found", "found": "", "bell": "bell"}))
    assert reached(backwards(edges), [("bike", "found")]) == {("bike", "tyre"), ("bike", "pump"), ("bike", "found")}


def test_a_question_counts_itself_and_an_outcome_nothing() -> None:
    assert left(bike={"tyre": "found", "found": ""}) == {"bike/tyre": 1, "bike/found": 0}


def test_of_two_ways_the_longer_one_counts() -> None:
    bike = {"tyre": "found pump", "pump": "nail found", "nail": "found", "found": ""}
    assert left(bike=bike) == {"bike/tyre": 3, "bike/pump": 2, "bike/nail": 1, "bike/found": 0}


def test_ways_that_meet_again_count_once() -> None:
    """Two choices in a row with two ways each, drawn as diamonds."""
    bike = {"a": "b c", "b": "d", "c": "d", "d": "e f", "e": "found", "f": "found", "found": ""}
    assert left(bike=bike)["bike/a"] == 4


def test_help_ends_the_count_though_its_choices_lead_on() -> None:
    bike = {"tyre": "found", "found": "tyre pump", "pump": "found-shop", "found-shop": "tyre"}
    assert left(bike=bike) == {"bike/tyre": 1, "bike/found": 0, "bike/pump": 1, "bike/found-shop": 0}


def test_questions_of_another_tree_count_too() -> None:
    assert left(bike={"tyre": "library/desk"}, library={"desk": "found", "found": ""})["bike/tyre"] == 2


def test_a_question_that_leads_nowhere_counts_itself() -> None:
    assert left(bike={"tyre": "pump gone", "pump": ""}) == {"bike/tyre": 2, "bike/pump": 1}


@pytest.mark.parametrize(
    ("bike", "loop"),
    [
        ({"tyre": "found", "found": "tyre"}, []),
        ({"tyre": "tyre"}, ["tyre"]),
        ({"bell": "tyre", "tyre": "pump", "pump": "nail found", "nail": "tyre", "found": ""}, ["tyre", "pump", "nail"]),
    ],
)
def test_a_circle_of_questions_is_found_in_the_order_of_a_walk(bike: dict[str, str], loop: list[str]) -> None:
    found = [step for _, step in question_loop(content(bike=bike))]
    assert sorted(found) == sorted(loop)
    for step, following in itertools.pairwise([*found, *found[:1]]):
        assert following in bike[step].split()


def test_a_circle_through_two_trees_is_found() -> None:
    found = question_loop(content(bike={"tyre": "library/desk"}, library={"desk": "bike/tyre"}))
    assert set(found) == {("bike", "tyre"), ("library", "desk")}


NAMES = ["a", "b", "c", "d", "found-e", "found-f", "g"]
GRAPHS = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=3).map(" ".join) for name in NAMES})


def longest(bike: dict[str, str], step: str, taken: tuple[str, ...] = ()) -> float:
    """The most questions on any walk from a step, found by taking every walk."""
    if step.startswith(FOUND):
        return 0
    if step in taken:
        return float("inf")
    return 1 + max((longest(bike, go, (*taken, step)) for go in bike[step].split()), default=0)


@settings(deadline=None, max_examples=300)
@given(GRAPHS)
def test_the_count_is_that_of_taking_every_walk(bike: dict[str, str]) -> None:
    counts = {step: longest(bike, step) for step in bike}
    loop = question_loop(content(bike=bike))
    if float("inf") in counts.values():
        assert loop
        assert all(counts[step] == float("inf") for _, step in loop)
    else:
        assert not loop
        assert left(bike=bike) == {f"bike/{step}": n for step, n in counts.items()}


MANY = 10_000


def test_a_walk_may_be_ten_thousand_steps_long() -> None:
    steps = {f"s{n}": f"s{n + 1}" for n in range(MANY)} | {f"s{MANY}": "found", "found": ""}
    bike = content(bike=steps)
    assert questions_left(bike)["bike", "s0"] == MANY + 1
    assert len(reached(graph(bike), [("bike", "s0")])) == MANY + 2


def test_a_circle_may_be_ten_thousand_steps_long() -> None:
    assert len(question_loop(content(bike={f"s{n}": f"s{(n + 1) % MANY}" for n in range(MANY)}))) == MANY


@pytest.mark.proof
def test_a_file_of_ten_thousand_steps_is_checked() -> None:
    """About as many as fit into the largest file."""
    steps = "".join(
        f"  s{n}: {{title: Is s{n} flat, choices: [{{label: Yes, go: s{n + 1}}}, {{label: No, go: found}}]}}\n"
        for n in range(MANY)
    )
    tree = f"""\
title: Bicycles
start: s0
edited: 2026-11-23
review_by: 2027-05-23
steps:
{steps}
  s{MANY}: {{title: Is the last one flat, choices: [{{label: No, go: found}}]}}
  found: {{title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}}
"""
    shop = "shop: {name: Shop, call: 988, hours: always, source: manual, verified: undated}\n"
    manual = "manual: {title: The manual, checked: 2026-11-23}\n"
    texts = {"tree": tree, "contacts": shop, "topics": "{}\n", "sources": manual}
    files = {kind: parse(text.encode(), f"{kind}.yaml", kind) for kind, text in texts.items()}
    made = Content(
        trees={"bike": shape(files["tree"])}, contacts=shape(files["contacts"]), sources=shape(files["sources"])
    )
    documents = [files[kind] for kind in ("contacts", "topics", "sources")]
    assert problems_in(Loaded(made, {"bike": files["tree"]}, *documents)) == []
