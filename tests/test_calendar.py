"""No day that passes makes an error: what was good enough to be served when it was written is served for ever."""

import ast
import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_site
from pydantic import BaseModel
from real import LOADED

import helper
from helper.check import CALENDAR_RULES, RULES, report, severity
from helper.loading.folder import Loaded, load

ROOT = Path(__file__).parent.parent
DOORS = {"cli/authoring.py", "cli/kiosk.py", "cli/serving.py", "server/app.py", "server/reload.py", "check/__init__.py"}
"""The only modules that may ask what day it is: all others are told."""
CLOCK = (
    ".date.today", ".datetime.today", ".datetime.now", ".datetime.utcnow", ".time.time", ".time.time_ns",
    ".time.localtime", ".time.gmtime", ".time.strftime", ".time.ctime",
)  # fmt: skip


def days_in(value: object) -> Iterator[datetime.date]:
    """Every day that a content names, whatever it means."""
    if isinstance(value, datetime.date):
        yield value
    elif isinstance(value, BaseModel):
        yield from days_in(list(dict(value).values()))
    elif isinstance(value, dict):
        yield from days_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from days_in(one)


def turns(loaded: Loaded) -> list[datetime.date]:
    """The days on which anything may change: those that the content names and their neighbors, also some weeks and
    years away; days of a clock that is wrong; and the end of each year until 2040."""
    spans = [datetime.timedelta(days) for days in (-365, -335, -30, 0, 30, 335, 365)]
    near = [datetime.timedelta(days) for days in (-1, 0, 1)]
    found = {day + span + one for day in set(days_in(loaded.content)) for span in spans for one in near}
    wrong = {datetime.date(1, 1, 1) + datetime.timedelta(366), datetime.date(1970, 1, 1), datetime.date(9999, 1, 1)}
    return sorted(found | wrong | {datetime.date(year, 12, 31) for year in range(2026, 2041)})


@pytest.fixture(params=["built-in", "small", "broken", "bicycle", "library", "start-triage"])
def loaded(request: pytest.FixtureRequest, tmp_path: Path) -> Loaded:
    """Sets of trees: good ones, and one with errors that must stay the same ones."""
    if request.param == "built-in":
        return LOADED
    if request.param == "small":
        return load(small_site.write(tmp_path / "trees"))
    if request.param == "broken":
        broken = Path(__file__).parent / "broken"
        shutil.copytree(broken / "good", tmp_path / "trees", ignore=shutil.ignore_patterns("town.yaml", "es"))
        for path in (broken / "trees").glob("story*.yaml"):
            shutil.copy(path, tmp_path / "trees" / path.name.replace("--", "-"))
        with (tmp_path / "trees" / "contacts.yaml").open("a") as contacts:
            contacts.write("closed: {name: Closed, call: 800-555-0102, hours: always, source: manual, ")
            contacts.write("verified: undated, expires: 2026-11-22}\n")
        return load(tmp_path / "trees")
    return load(ROOT / "docs" / "examples" / request.param)


def errors(loaded: Loaded, day: datetime.date) -> list[str]:
    return [str(problem) for problem in report(loaded, day).problems if problem.severity == "error"]


def other_errors(loaded: Loaded, days: list[datetime.date]) -> dict[str, list[str]]:
    """The days on which the errors are others than on the first, with them."""
    found = {str(day): errors(loaded, day) for day in days}
    return {day: them for day, them in found.items() if them != found[str(days[0])]}


@pytest.mark.proof
def test_the_errors_are_the_same_on_every_day(loaded: Loaded) -> None:
    assert other_errors(loaded, turns(loaded)[:: 9 if loaded is LOADED else 1]) == {}
    assert bool(errors(loaded, small_site.DAY)) == ("story-choice" in loaded.content.trees)


@pytest.mark.proof
def test_the_built_in_guides_have_no_error_on_any_day() -> None:
    assert {str(day): found for day in turns(LOADED) if (found := errors(LOADED, day))} == {}


def test_what_days_change_is_told(loaded: Loaded) -> None:
    """The days of this file are not idle: each set has other warnings at the end than at the beginning."""
    days = turns(loaded)
    first, last = (len(report(loaded, day).problems) for day in (days[1], days[-2]))
    assert first < last


def test_only_rules_that_warn_are_told_the_day() -> None:
    assert {severity(rule) for rule in CALENDAR_RULES} == {"warning"}
    assert not set(RULES) & set(CALENDAR_RULES)


def asks_the_clock(path: Path) -> bool:
    """Whether a module calls, or hands on, what tells the time of the machine."""
    names = (ast.unparse(node) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))
    return any(f".{name}".endswith(CLOCK) for name in names)


def test_only_the_doors_ask_the_clock() -> None:
    """So what is a page, and what is an error, can be tried on any day."""
    folder = Path(helper.__file__).parent
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.py") if asks_the_clock(path)}
    assert found == DOORS


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_that_an_author_mistyped_by_centuries_stops_nothing(tmp_path: Path, day: str) -> None:
    folder = small_site.write(tmp_path / "trees")
    for path in folder.rglob("*.yaml"):
        text = path.read_text()
        for old in ("2026-11-23", "2027-05-23", "2027-01-31"):
            text = text.replace(old, day)
        path.write_text(text)
    assert errors(load(folder), small_site.DAY) == []
