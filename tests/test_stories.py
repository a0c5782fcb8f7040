"""Stories are walked as a reader walks, and every part of what they expect can fail."""

import datetime
from pathlib import Path

import pytest
import walk_cases

from helper.check import report, tried
from helper.check.context import Context
from helper.check.stories import STORY_RULES, walked
from helper.check.structure import STRUCTURE_RULES
from helper.loading.folder import load
from helper.model.tree import Story

BIKE = """\
title: The bicycle
start: where
edited: 2026-11-23
review_by: 2027-05-23
steps:
  where:
    title: Where is it?
    choices:
      - {label: At home, go: flat, id: home}
      - {label: On a trip, go: flat, id: trip}
      - {label: I do not know, go: flat, kind: unsure}
      - {label: It is stolen, go: bell/ring, kind: aside}
  flat:
    title: Is the tire flat?
    checks:
      - {id: nail, label: There is a nail}
    say:
      - It is flat.
      - {when: {where: home}, if: If it is at home, line: I am at home.}
      - {when: {where: home, nail: ticked}, if: If there is a nail, line: The nail is at home.}
    choices:
      - {label: "Yes", go: shop}
  shop:
    title: Ask the shop
    outcome: true
    urgency: routine
    contacts: [shop, later]
    also: [garage]
    choices:
      - {label: Ask again, go: where}
"""
BELL = """\
title: The bell
start: ring
edited: 2026-11-23
review_by: 2027-05-23
steps:
  ring:
    title: Ring the bell
    outcome: true
    urgency: routine
    contacts: [shop]
"""
NOT_TRUE = '"flat", where this story ends, does not give this line as true'
CONTACTS = """\
shop: {name: Shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2999-12-31}
garage: {name: Garage, call: 800-555-0101, hours: always, source: manual, verified: undated, expires: 2026-12-31}
later: {name: Later, call: 800-555-0102, hours: always, source: manual, verified: undated, status: unchecked}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bell.yaml").write_text(BELL)
    (tmp_path / "contacts.yaml").write_text(CONTACTS)
    (tmp_path / "sources.yaml").write_text("manual: {title: The manual, checked: 2026-11-23}\n")
    return tmp_path


def told(folder: Path, story: str) -> list[str]:
    (folder / "bike.yaml").write_text(f"{BIKE}tests:\n  - {{name: A story, {story}}}\n")
    return [problem.message for problem in tried(load(folder), STORY_RULES).problems]


@pytest.mark.parametrize(
    "story",
    [
        'take: [At home, "Yes"], reach: shop, pass: [flat], contacts: [shop, garage]',
        "take: [It is stolen], reach: bell/ring, contacts: [shop]",
        'begin: flat, take: ["Yes"], reach: shop',
        "begin: bell/ring, take: [], reach: bell/ring",
        "take: [At home], reach: flat, says: [It is flat., I am at home.]",
        "take: [At home], tick: [nail], reach: flat, says: [The nail is at home.]",
        "take: [On a trip], reach: flat, never: [I am at home., bell/ring]",
        "take: [On a trip], tick: [nail], reach: flat, never: [The nail is at home.]",
        'take: [At home, "Yes", Ask again, On a trip], reach: flat, says: [It is flat.]',
        'take: [At home, "Yes"], reach: shop, never: [later]',
    ],
)
def test_what_holds_is_no_problem(folder: Path, story: str) -> None:
    assert told(folder, story) == []


@pytest.mark.parametrize(
    ("story", "message"),
    [
        ("take: [At work], reach: flat", 'the step "where" has no choice "At work"'),
        ("take: [At home], reach: shop", 'this story ends at "flat"'),
        ("take: [It is stolen], reach: ring", 'there is no step "ring"'),
        ("take: [At home], reach: flat, pass: [shop]", 'this story does not pass "shop"'),
        ("take: [It is stolen], contacts: [garage]", '"ring", where this story ends, does not show "garage"'),
        ('take: [At home, "Yes"], contacts: [later]', '"shop", where this story ends, does not show "later"'),
        ("take: [I do not know], says: [I am at home.]", NOT_TRUE),
        ("take: [At home], says: [The nail is at home.]", NOT_TRUE),
        ("take: [I do not know], never: [I am at home.]", 'a walk of this story meets "I am at home." at "flat"'),
        ("take: [At home], never: [shop]", 'a walk of this story meets "shop" at "shop"'),
        ("take: [], never: [bell/ring]", 'a walk of this story meets "bell/ring" at "ring"'),
        ('take: [At home, "Yes", Ask again], never: [garage]', 'a walk of this story meets "garage" at "shop"'),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told(folder: Path, story: str, message: str) -> None:
    assert told(folder, story) == [message]


@pytest.mark.parametrize(
    ("edited", "today", "problem"),
    [
        ("2026-11-23", "2026-12-31", None),
        ("2026-11-23", "2027-01-01", ("warning", "expired-in-story")),
        ("2026-11-23", "2099-01-01", ("warning", "expired-in-story")),
        ("2026-12-31", "2027-01-01", ("warning", "expired-in-story")),
        ("2027-01-01", "2027-01-01", ("error", "story")),
        ("2027-01-01", "1970-01-01", ("error", "story")),
    ],
)
def test_a_story_is_looked_at_as_on_the_day_when_its_tree_was_edited(
    folder: Path, edited: str, today: str, problem: tuple[str, str] | None
) -> None:
    """Only an edit makes an error. What days alone took from the end of a story is a warning."""
    story = 'tests:\n  - {name: A story, take: [At home, "Yes"], contacts: [garage], never: [bell/ring]}\n'
    (folder / "bike.yaml").write_text(BIKE.replace("edited: 2026-11-23", f"edited: {edited}") + story)
    found = report(load(folder), datetime.date.fromisoformat(today)).problems
    assert [(one.severity, one.code) for one in found if "story" in one.code] == ([problem] if problem else [])


def test_an_answer_given_anew_takes_back_what_came_after(folder: Path) -> None:
    (folder / "bike.yaml").write_text(BIKE)
    context = Context(load(folder))
    take = ("At home", "Yes", "Ask again", "On a trip", "Yes")
    walk = walked(context, "bike", Story(name="Twice", take=take))
    assert walk
    assert walk.answers == {("bike", "where"): "trip", ("bike", "flat"): None}
    assert [step for _, step in walk.nodes] == ["where", "flat", "shop", "where", "flat", "shop"]


STATES = {True: "shown", False: "hidden", None: "unknown"}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(load(walk_cases.write(tmp_path_factory.mktemp("cases"))))


@pytest.mark.parametrize("name", walk_cases.CASES)
def test_a_story_knows_what_the_page_of_its_reader_knows(cases: Context, name: str) -> None:
    """tests/browser/test_walk_cases.py takes the same walks in a browser."""
    case = walk_cases.CASES[name]
    walk = walked(cases, walk_cases.HOME, Story(name=name, take=case["take"], tick=case["tick"]))
    assert walk and len(walk.taken) == len(case["take"])
    assert [["/".join(question), choice] for question, choice in walk.answers.items()] == case["answers"]
    assert {line.line: STATES[walk.holds(line)] for line in walk.ref.step.say if line.when} == case["lines"]


def test_an_id_of_a_quiet_choice_is_no_answer(folder: Path) -> None:
    (folder / "bike.yaml").write_text(
        BIKE.replace("kind: aside}", "kind: aside, id: stolen}").replace("{where: home}", "{where: stolen}")
    )
    assert [one.message for one in tried(load(folder), STRUCTURE_RULES).problems] == ['"where" has no answer "stolen"']


def test_walks_by_chance_are_the_same_each_time(folder: Path) -> None:
    story = "take: [], never: [shop]"
    first = told(folder, story)
    assert first and all(told(folder, story) == first for _ in range(3))
