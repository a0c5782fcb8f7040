"""The sheet for reviewers says all that the file says."""

import datetime
import html
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from markupsafe import escape
from real import CONTENT

from helper import data_dir
from helper.answers import topics_of
from helper.check import Report, check_path
from helper.cli import main
from helper.loading.folder import load
from helper.model.settings import Settings
from helper.model.tree import Review
from helper.problem import Problem
from helper.review import review
from helper.site import Site

DAY = datetime.date(2026, 11, 23)


@cache
def looked_at(tree_id: str, day: datetime.date) -> Report:
    return check_path(data_dir("trees") / f"{tree_id}.yaml", day)


def sheet(tree_id: str, day: datetime.date = DAY, **more: object) -> str:
    report = looked_at(tree_id, day)._replace(**more)  # type: ignore[arg-type]
    return review(Site(CONTENT, Settings()), tree_id, report, day)


def plain(text: str) -> str:
    """Without marks of Markdown or HTML, and with one space where any stand."""
    return " ".join(re.sub(r"\*\*|^- ", " ", re.sub(r"<[^>]+>", " ", html.unescape(text)), flags=re.M).split())


@pytest.mark.proof
@pytest.mark.parametrize("tree_id", CONTENT.trees)
def test_it_has_every_text_of_every_step(tree_id: str) -> None:
    page = plain(sheet(tree_id))
    for step_id, step in CONTENT.trees[tree_id].steps.items():
        assert f" {step_id} " in page
        for _, text in step.texts():
            for line in text.splitlines():
                assert plain(line) in page, line
        for choice in step.choices:
            assert plain(choice.because or "") in page
        for topic in topics_of(step, CONTENT.topics):
            for _, text in CONTENT.topics[topic].texts():
                assert plain(text) in page, text


@pytest.mark.parametrize("tree_id", CONTENT.trees)
def test_it_has_every_number_and_every_source_with_its_dates(tree_id: str) -> None:
    page, tree = sheet(tree_id), CONTENT.trees[tree_id]
    for contact_id in {name for step in tree.steps.values() for name in (*step.contacts, *step.also)}:
        for number in CONTENT.contacts[contact_id].numbers():
            assert number in page
    for source_id in {name for step in tree.steps.values() for name in step.sources}:
        source = CONTENT.sources[source_id]
        assert str(escape(source.title)) in page and (source.url or "") in page
        assert plain(source.note or "") in plain(page)
    for story in tree.tests:
        assert str(escape(story.name)) in page


def test_each_step_each_topic_and_each_number_has_room_to_sign() -> None:
    tree = CONTENT.trees["crisis"]
    named = {name for step in tree.steps.values() for name in (*step.contacts, *step.also)}
    topics = {topic for step in tree.steps.values() for topic in topics_of(step, CONTENT.topics)}
    assert sheet("crisis").count('class="sign"') == len(tree.steps) + len(topics) + len(named) + 1


BIKE = """\
title: The bicycle
start: whose
edited: 2026-11-23
review_by: 2027-05-23
steps:
  whose:
    title: Whose is it?
    choices:
      - {label: It is mine, go: call, id: me}
      - {label: It is hired, go: call, sets: {nail: none}}
      - {label: I see the nail, go: note, kind: aside}
  call:
    title: Call the shop
    outcome: true
    urgency: routine
    phone: dial
    contacts: [shop]
    first:
      - line: I am at (place).
        instead:
          - {when: {whose: me}, line: I am at home.}
          - {when: {whose: [me, hired], nail: deep}, line: I am in the road.}
      - Please come.
    picked: [nail]
    do: [Hold it.]
    show: Lay the phone down.
    asked: [nail]
  note:
    title: Write it down
    outcome: true
    urgency: routine
    phone: talk
    contacts: [shop]
    asked: [nail, price]
"""
TOPICS = """\
price: {ask: What may it cost?, choose: any, options: [{id: low, tap: Little, line: It may cost (sum).}]}
nail:
  ask: Is there a nail?
  options:
    - {id: deep, tap: It sits deep, line: There is a nail., instead: [{when: {whose: me}, line: I have a nail in it.}]}
    - {id: none, tap: None, line: I see no nail.}
  lines:
    - {line: The tire is (size)., instead: [{when: {whose: me}, line: My tire is (size).}]}
whose: {ask: Who owns it?, options: [{id: me, tap: I do}, {id: hired, tap: A shop}]}
"""


def bicycle(tmp_path: Path) -> str:
    """The sheet of a bicycle, in plain words."""
    for name, text in (("bike", BIKE), ("topics", TOPICS)):
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "contacts.yaml").write_text(
        "shop: {name: Shop, call: 988, hours: always, source: us, verified: undated}"
    )
    (tmp_path / "sources.yaml").write_text("us: {title: A sign, checked: 2026-11-23}")
    site = Site(load(tmp_path).content, Settings(home="bike"))
    return plain(review(site, "bike", looked_at("crisis", DAY)._replace(problems=[]), DAY))


@pytest.mark.parametrize(
    "told",
    [
        "The reader’s phone: they call now Said first: “I am at (place).” (when nothing below is known) when the "
        'answer to "Who owns it?" is "I do": “I am at home.” when the answer to "Who owns it?" is "I do" or "A shop" '
        'and the answer to "Is there a nail?" is "It sits deep": “I am in the road.” “Please come.” '
        "Said again after the first line, once it was chosen: T1 “Is there a nail?” To do: Hold it. "
        "How to show the words: Lay the phone down. What they may ask, in the section below: T1 “Is there a nail?”",
        "The reader’s phone: they are on the call What they may ask, in the section below: T1 “Is there a nail?”, T3 "
        "“What may it cost?”",
        '“It is mine” → 3. Call the shop From then on: the answer to "Who owns it?" is "I do"',
        '“It is hired” → 3. Call the shop From then on: the answer to "Is there a nail?" is "None"',
        "“I see the nail” (aside) → 2. Write it down Yes Change",
        "T1 Is there a nail? On steps 2, 3. Only one of these can be chosen: It sits deep: “There is a nail.” (when "
        'nothing below is known) when the answer to "Who owns it?" is "I do": “I have a nail in it.” None: “I see no '
        "nail.” Whatever was chosen: “The tire is (size).” (when nothing below is known) when the answer to",
        "T2 Who owns it? On steps 2, 3. Only one of these can be chosen: I do: nothing to say, it only chooses other "
        "words A shop: nothing to say",
        "T3 What may it cost? On step 2. Any of these can be chosen: Little: “It may cost (sum).”",
    ],
)
def test_what_is_said_first_asked_and_known_stands_in_words(tmp_path: Path, told: str) -> None:
    assert told in bicycle(tmp_path)


def test_each_topic_is_printed_once(tmp_path: Path) -> None:
    assert [bicycle(tmp_path).count(line) for line in ("“There is a nail.”", "“It may cost (sum).”")] == [1, 1]


def test_it_needs_nothing_else() -> None:
    page = sheet("crisis")
    assert not re.search(r"<(?:script|link|img|iframe)|@import|url\(", page)


def test_it_says_who_signed_or_that_nobody_did() -> None:
    assert "by nobody" in sheet("crisis")
    signed = Review(by="A. Example", role="nurse", on=datetime.date(2026, 11, 20))
    tree = CONTENT.trees["crisis"].model_copy(update={"reviewed": signed})
    content = CONTENT.model_copy(update={"trees": {**CONTENT.trees, "crisis": tree}})
    page = review(Site(content, Settings()), "crisis", check_path(data_dir("trees") / "crisis.yaml", DAY), DAY)
    assert "A. Example, nurse, November 20, 2026" in page


def test_it_has_the_warnings_and_what_is_silenced() -> None:
    assert "many-choices" in sheet("crisis")
    assert "It warns of nothing" in sheet("crisis")
    problem = Problem("crisis.yaml", 3, 1, "hard-to-read", "it <is> hard", severity="warning")
    assert "it &lt;is&gt; hard" in sheet("crisis", problems=[problem])


def test_a_contact_past_its_date_is_told() -> None:
    assert "Not shown now" not in sheet("crisis")
    assert "Not shown now" in sheet("crisis", datetime.date(2090, 1, 1))


def test_a_tree_that_is_not_there_is_told_with_the_nearest_name() -> None:
    result = CliRunner().invoke(main, ["review", "crises"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'there is no tree "crises"' in result.stderr and '"crisis"' in result.stderr
