"""What somebody has to look up or call again, so that places keep telling what is so."""

import csv
import datetime
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlsplit

from helper.model.contacts import LocalContact, Note, Place, Team
from helper.model.content import Content

WITHIN = (30, 60, 90)
"""Days before the last one, from the most urgent on, at which an entry is told."""


@dataclass(frozen=True)
class Due:
    """An entry of a place: its last day, where it has one, and why somebody has to look at it."""

    place: str
    entry: str
    expires: str
    reasons: str


def due(content: Content, today: datetime.date) -> list[Due]:
    """The entries of all places that somebody has to look at, those whose last day comes first at the top."""
    found = [
        Due(place_id, name, str(entry.expires or ""), "; ".join(reasons))
        for place_id, place in content.places.items()
        for name, entry in _entries(place)
        if (reasons := [*_reasons(content, entry, today)])
    ]
    return sorted(found, key=lambda entry: (entry.expires or "9999", entry.place, entry.entry))


def _entries(place: Place) -> Iterator[tuple[str, LocalContact | Note | Team]]:
    yield from place.contacts.items()
    yield from ((f"note {n}", note) for n, note in enumerate(place.notes, 1))
    yield from ((f"team {n}", team) for n, team in enumerate(place.team, 1))


def _reasons(content: Content, entry: LocalContact | Note | Team, today: datetime.date) -> Iterator[str]:
    if isinstance(entry, LocalContact) and entry.status:
        yield "unchecked: nobody is offered it"
    if entry.expires:
        left = (entry.expires - today).days
        if left < 0:
            yield "its last day is past"
        else:
            yield from [f"ends within {days} days" for days in WITHIN if left <= days][:1]
    if isinstance(entry, Team) and entry.way == "line":
        if not entry.called:
            yield "nobody has called it"
        elif not entry.second:
            yield "no second person has called it"
    source = content.sources[entry.source]
    if not source.url:
        yield "the exact page was not kept"
    elif urlsplit(source.url).path in ("", "/"):
        yield "only the front page of a site is known"


def as_csv(entries: Sequence[Due]) -> str:
    """The entries as a table, with a line of headings."""
    out = io.StringIO()
    table = csv.DictWriter(out, [field.name for field in fields(Due)], lineterminator="\n")
    table.writeheader()
    table.writerows(asdict(entry) for entry in entries)
    return out.getvalue()


def as_json(entries: Sequence[Due]) -> str:
    """The entries as a list of objects."""
    return json.dumps([asdict(entry) for entry in entries], indent=1)


def as_calendar(entries: Sequence[Due]) -> str:
    """The last days as a calendar (RFC 5545), each with its entry."""
    events = [
        [
            "BEGIN:VEVENT",
            f"UID:{entry.place}-{entry.entry.replace(' ', '-')}-{entry.expires}@crisis-guide",
            f"DTSTAMP:{entry.expires.replace('-', '')}T000000Z",
            f"DTSTART;VALUE=DATE:{entry.expires.replace('-', '')}",
            f"SUMMARY:Last day of {entry.place}: {entry.entry}",
            "END:VEVENT",
        ]
        for entry in entries
        if entry.expires
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//crisis guide//places//EN", *sum(events, []), "END:VCALENDAR"]
    return "".join(f"{line}\r\n" for line in lines)
