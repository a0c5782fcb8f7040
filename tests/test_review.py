"""The sheet for reviewers says all that the file says."""

import datetime
import html
import re
from functools import cache

import pytest
from click.testing import CliRunner
from markupsafe import escape
from real import CONTENT

from helper import data_dir
from helper.check import Report, check_path
from helper.cli import main
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


def test_each_step_and_each_number_has_room_to_sign() -> None:
    tree = CONTENT.trees["crisis"]
    named = {name for step in tree.steps.values() for name in (*step.contacts, *step.also)}
    assert sheet("crisis").count('class="sign"') == len(tree.steps) + len(named) + 1


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
