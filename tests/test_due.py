"""What somebody has to call or look up again."""

import csv
import datetime
import io
import json

import pytest
from click.testing import CliRunner
from real import CONTENT

from helper.cli import main
from helper.due import as_calendar, as_csv, as_json, due
from helper.model.contacts import Place, Source
from helper.model.content import Content

TODAY = datetime.date(2026, 11, 27)
CALL = {"on": "2026-11-20", "by": "A. Example"}


def town(**team: object) -> Content:
    entry = {"way": "line", "lines": ["desk"], "source": "page", "verified": "2025", "expires": "2027-11-23"} | team
    place = Place.model_validate({"name": "Town", "kind": "city", "team": [entry]})
    source = Source.model_validate({"title": "A page", "url": "https://example.org/teams", "checked": "2026-11-23"})
    front = source.model_copy(update={"url": "https://example.org/"})
    lost = source.model_copy(update={"url": None})
    sources = {"page": source, "front": front, "lost": lost}
    return Content(trees={}, contacts={}, sources=sources, places={"town": place})


@pytest.mark.parametrize(
    ("keys", "reasons"),
    [
        ({}, "nobody has called it"),
        ({"called": CALL}, "no second person has called it"),
        ({"called": CALL, "second": CALL}, None),
        ({"way": "988", "lines": []}, None),
        ({"way": "988", "lines": [], "expires": "2026-12-20"}, "ends within 30 days"),
        ({"way": "988", "lines": [], "expires": "2027-01-20"}, "ends within 60 days"),
        ({"way": "988", "lines": [], "expires": "2027-02-20"}, "ends within 90 days"),
        ({"way": "988", "lines": [], "expires": "2026-11-26"}, "its last day is past"),
        ({"way": "988", "lines": [], "source": "front"}, "only the front page of a site is known"),
        ({"way": "988", "lines": [], "source": "lost"}, "the exact page was not kept"),
    ],
)
def test_an_entry_is_due_for_a_reason(keys, reasons):
    assert [entry.reasons for entry in due(town(**keys), TODAY)] == ([reasons] if reasons else [])


def test_what_nobody_is_offered_is_told():
    told = {(entry.place, entry.entry) for entry in due(CONTENT, TODAY) if "unchecked" in entry.reasons}
    hidden = {
        (place, name)
        for place in CONTENT.places
        for name, line in CONTENT.places[place].contacts.items()
        if line.status
    }
    assert told == hidden and len(hidden) > 20


def test_the_first_to_end_stands_first():
    days = [entry.expires for entry in due(CONTENT, TODAY) if entry.expires]
    assert days == sorted(days)


def test_programs_and_calendars_read_it():
    entries = due(CONTENT, TODAY)
    assert [row["entry"] for row in csv.DictReader(io.StringIO(as_csv(entries)))] == [entry.entry for entry in entries]
    assert [entry["place"] for entry in json.loads(as_json(entries))] == [entry.place for entry in entries]
    calendar = as_calendar(entries)
    assert calendar.count("BEGIN:VEVENT") == sum(bool(entry.expires) for entry in entries)
    assert all(len(line) <= 75 for line in calendar.split("\r\n"))


@pytest.mark.parametrize("form", ["text", "csv", "json", "ics"])
def test_the_command_writes_each_form(form):
    result = CliRunner().invoke(main, ["places", "due", "--format", form])
    assert result.exit_code == 0 and "ga" in result.stdout
