"""Stories are walked as a reader walks, and every part of what they expect can fail."""

import datetime
from pathlib import Path

import pytest
import walk_cases

from helper.answers import QUIET
from helper.check import report, tried
from helper.check.context import Context
from helper.check.refs import offered
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
    asked: [nail, ground]
    first:
      - {line: It is flat., instead: [{when: {who: me}, line: I have a flat tire.}]}
    say:
      - line: It is somewhere.
        instead:
          - {when: {where: home, nail: seen}, line: The nail is at home.}
          - {when: {where: home}, line: I am at home.}
    choices:
      - {label: "Yes", go: shop}
      - {label: I took it out, go: pump, sets: {nail: none}}
      - {label: It is mine, go: shop, sets: {who: me}, kind: aside}
  pump:
    title: Pump it up
    asked: [nail]
    choices:
      - {label: It is flat again, go: shop}
  shop:
    title: Ask the shop
    outcome: true
    urgency: routine
    contacts: [shop, later]
    also: [garage]
    first:
      - {line: Who can mend it?, instead: [{when: {who: me}, line: Who can mend mine?}]}
      - Please come soon.
    picked: [nail]
    asked: [ground]
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
TOPICS = """\
who: {ask: Who rides?, options: [{id: me, tap: I do}, {id: child, tap: My child}]}
nail:
  ask: A nail?
  options:
    - {id: seen, tap: One is there, line: There is a nail., instead: [{when: {who: me}, line: I have a nail.}]}
    - {id: none, tap: None that I see, line: I have seen no nail.}
    - {id: unknown, tap: I do not know, line: I do not know.}
ground:
  ask: The ground?
  choose: any
  options: [{id: wet, tap: Wet, line: It is wet.}, {id: dark, tap: Dark, line: It is dark.}]
  lines: [The road is (which).]
air: {ask: The air?, lines: [The air is out.]}
"""
NOT_GIVEN = '"flat", where this story ends, does not give this line'
CONTACTS = """\
shop: {name: Shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2999-12-31}
garage: {name: Garage, call: 800-555-0101, hours: always, source: manual, verified: undated, expires: 2026-12-31}
later: {name: Later, call: 800-555-0102, hours: always, source: manual, verified: undated, status: unchecked}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bell.yaml").write_text(BELL)
    (tmp_path / "contacts.yaml").write_text(CONTACTS)
    (tmp_path / "topics.yaml").write_text(TOPICS)
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
        "take: [At home], tap: {nail: seen}, reach: flat, says: [The nail is at home., There is a nail.]",
        "take: [On a trip], reach: flat, never: [I am at home., bell/ring]",
        "take: [On a trip], tap: {nail: seen}, reach: flat, never: [The nail is at home.]",
        # of lines and sentences, the words that stand
        "take: [At home], tap: {who: me}, first: [I have a flat tire.], never: [It is flat.]",
        "take: [At home], tap: {who: me, nail: seen}, says: [I have a nail.]",
        "take: [At home], tap: {nail: [seen, unknown]}, says: [I do not know.], never: [There is a nail.]",
        "take: [At home], tap: {ground: [dark, wet]}, says: [It is wet., It is dark., The road is (which).]",
        'take: [At home, "Yes"], first: [Who can mend it?, Please come soon.], never: [There is a nail.]',
        # a topic is known from the step that asks it first, until a later answer sets it
        'take: [At home, "Yes"], tap: {nail: seen}, says: [There is a nail.]',
        "take: [At home, I took it out], tap: {nail: seen}, says: [I have seen no nail.]",
        "take: [At home, It is mine], first: [Who can mend mine?, Please come soon.]",
        "take: [At home, It is mine], tap: {who: child}, first: [Who can mend mine?, Please come soon.]",
        'take: [At home, "Yes"], tap: {who: child}, first: [Who can mend it?, Please come soon.]',
        # what is known of it opens a topic
        "take: [At home], tap: {nail: seen}, opens: [nail]",
        'take: [At home, "Yes"], tap: {ground: wet}, opens: [ground]',
        "take: [At home, I took it out], opens: [nail]",
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
        ("take: [I do not know], says: [I am at home.]", NOT_GIVEN),
        ("take: [At home], says: [The nail is at home.]", NOT_GIVEN),
        ("take: [At home], tap: {nail: seen}, says: [I am at home.]", NOT_GIVEN),
        ("take: [At home], says: [There is a nail.]", NOT_GIVEN),
        ("take: [At home], tap: {who: me}, says: [It is flat.]", NOT_GIVEN),
        ("take: [At home], says: [The air is out.]", NOT_GIVEN),
        ("take: [At home], tap: {who: me}, first: [It is flat.]",
         '"flat", where this story ends, does not say this line first'),
        ("take: [At home], first: [It is flat., It is (what).]",
         '"flat", where this story ends, does not say this line first'),
        ('take: [At home, "Yes"], first: [Who can mend it?]',
         '"shop", where this story ends, says one more line first: "Please come soon."'),
        ('take: [At home, "Yes"], tap: {nail: seen}, opens: [nail]',
         '"shop", where this story ends, does not open "nail"'),
        ("take: [At home], opens: [nail]", '"flat", where this story ends, does not open "nail"'),
        ("take: [At home], tap: {who: you}, reach: flat", 'the topic "who" has no option "you"'),
        ("take: [At home], tap: {nails: seen}, reach: flat", 'there is no topic "nails"'),
        ("take: [At home], opens: [nails]", 'there is no topic "nails"'),
        ("take: [], tap: {nail: seen}, reach: where", 'no step of this story asks "nail"'),
        ('take: [At home, "Yes"], tap: {nail: seen}, never: [There is a nail.]',
         'a walk of this story meets "There is a nail." at "flat"'),
        ("take: [At home], never: [Who can mend mine?]", 'a walk of this story meets "Who can mend mine?" at "shop"'),
        ("take: [At home], tap: {who: me}, never: [Who can mend mine?]",
         'a walk of this story meets "Who can mend mine?" at "shop"'),
        ("take: [At home], never: [I am at home.]", 'a walk of this story meets "I am at home." at "flat"'),
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
    assert {step: choice.label for step, choice in walk.answers.items()} == {
        ("bike", "where"): "On a trip", ("bike", "flat"): "Yes",
    }  # fmt: skip
    assert [step for _, step in walk.nodes] == ["where", "flat", "shop", "where", "flat", "shop"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(load(walk_cases.write(tmp_path_factory.mktemp("cases"))))


@pytest.mark.parametrize("name", walk_cases.CASES)
def test_a_story_knows_what_the_page_of_its_reader_knows(cases: Context, name: str) -> None:
    """tests/browser/test_walk_cases.py takes the same walks in a browser."""
    case = walk_cases.CASES[name]
    walk = walked(cases, walk_cases.HOME, Story(name=name, take=case["take"], tap=case["tap"]))
    assert walk and len(walk.taken) == len(case["take"])
    ids = {step: None if choice.kind in QUIET else choice.id for step, choice in walk.answers.items()}
    assert [["/".join(step), choice_id] for step, choice_id in ids.items()] == case["answers"]
    assert [*walk.first(), *(line for topic in walk.ref.step.asked for line in walk.chosen(topic))] == case["lines"]


def test_the_cases_tap_where_a_page_shows_the_topic(cases: Context) -> None:
    for node in cases.steps:
        assert walk_cases.shown("/".join(node)) == offered(cases.steps[node].step, cases.content.topics)
    for case in walk_cases.CASES.values():
        tapped = [pair for pairs in walk_cases.taps(case) for pair in pairs]
        assert sorted(tapped) == sorted((topic, one) for topic, options in case["tap"].items() for one in options)


def test_the_guides_of_the_cases_keep_the_rules(cases: Context) -> None:
    assert [problem for problem in report(cases.loaded).problems if problem.severity == "error"] == []


def test_an_id_of_a_quiet_choice_is_no_answer(folder: Path) -> None:
    (folder / "bike.yaml").write_text(
        BIKE.replace("stolen, go: bell/ring,", "stolen, go: bell/ring, id: stolen,").replace(
            "{where: home}", "{where: stolen}"
        )
    )
    assert [one.message for one in tried(load(folder), STRUCTURE_RULES).problems] == ['"where" has no answer "stolen"']


def test_walks_by_chance_are_the_same_each_time(folder: Path) -> None:
    story = "take: [], never: [shop]"
    first = told(folder, story)
    assert first and all(told(folder, story) == first for _ in range(3))
