"""Contacts, their sources, and the places that have some of their own."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Tag,
    WithJsonSchema,
)

from helper.model.fields import (
    MIDNIGHT,
    TIME,
    ZONES,
    Age,
    Dated,
    Day,
    Id,
    Model,
    Number,
    Text,
    Truth,
    Untranslated,
    Voice,
    WebAddress,
    end_of_opening,
    key,
    time_of_day,
    time_zone,
)

Time = Annotated[str, BeforeValidator(time_of_day), WithJsonSchema({"type": "string", "pattern": f"^{TIME.pattern}$"})]
End = Annotated[
    str,
    BeforeValidator(end_of_opening),
    WithJsonSchema({"type": "string", "pattern": f"^({TIME.pattern}|{MIDNIGHT})$"}),
]
Zone = Annotated[str, BeforeValidator(time_zone), WithJsonSchema({"enum": list(ZONES)})]


class Hours(Model):
    """When a line that closes is open, by the clocks of its zone. Other hours are `varies`, with words in `about`."""

    days: Literal["Mon-Fri", "Mon-Sun"] = key("The days on which it opens.", "Mon-Fri")
    open: Time = key("The time of day at which it opens.", "10:00")
    close: End = key(
        "The time of day at which it closes: of the next day, when it is not after open. 24:00 is the end of the day.",
        "18:00",
        "02:00",
    )
    zone: Zone = key("The time zone of the times, by its IANA name.", "America/New_York", "America/Phoenix")


@dataclass(frozen=True)
class Channel:
    """A way to reach someone: a mark on the key of a contact that has it. The order of the keys is that of buttons."""

    scheme: str
    """What a link begins with before the number. Empty where the value is the address to go to."""
    writes: bool
    """Whether it is of use to someone who can't talk or hear."""
    beside: str | None = None
    """The key that tells what else to do: a key to press, a word to send."""


class Contact(Model):
    """A person or line to reach."""

    name: Text = key("What it calls itself.", "988 Suicide & Crisis Lifeline")
    about: Text | None = key(
        "Who it is for and what it is not, in one or two short sentences.", "Free, day and night.", default=None
    )
    lang: Id | None = key("The language of name and about, when it is not that of the file.", "es", default=None)
    version_of: Id | None = key(
        "The contact whose line this is, in the language of `lang`: it shows before it on pages in that language.",
        "988",
        default=None,
    )
    call: Annotated[Voice | None, Channel("tel:", writes=False, beside="press")] = key(
        "The number to call.", "988", "800-555-0100", default=None
    )
    press: Untranslated | None = key("The key to press after the call is answered.", "2", default=None)
    text: Annotated[Number | None, Channel("sms:", writes=True, beside="word")] = key(
        "The number to text.", "988", "741741", default=None
    )
    word: Untranslated | None = key("The word to send first.", "HOME", default=None)
    chat: Annotated[WebAddress | None, Channel("", writes=True)] = key(
        "Where to chat.", "https://988lifeline.org", default=None
    )
    video: Annotated[WebAddress | None, Channel("", writes=True)] = key(
        "Where to start a call in sign language.", "https://988lifeline.org", default=None
    )
    tty: Annotated[Voice | None, Channel("tel:", writes=True)] = key(
        "The number for a text telephone.", "800-555-0101", default=None
    )
    web: Annotated[WebAddress | None, Channel("", writes=False)] = key(
        "A page that lists or explains the help.", "https://warmline.org", default=None
    )
    hours: Annotated[
        Annotated[Literal["always", "varies"], Tag("word")] | Annotated[Hours, Tag("times")],
        Discriminator(lambda value: "word" if isinstance(value, str) else "times"),
    ] = key("always, varies, or days, open, close and zone.", "always")
    languages: tuple[Id, ...] = key("Codes of the languages it speaks.", ["en", "es", "ase"], default=())
    source: Id = key("The id of the source of its numbers.", "samhsa-988-faq")
    verified: Dated = key("The source’s own date, or undated.", "2025-10-16", "2025", "undated")
    expires: Day | None = key("The last day on which it is shown. 911 and 988 have none.", "2027-11-23", default=None)
    status: Literal["unchecked"] | None = key(
        "unchecked keeps it in the file and off the page.", "unchecked", default=None
    )

    def _readable(self) -> frozenset[str]:
        return frozenset() if self.lang else super()._readable()

    def offered(self, day: datetime.date) -> bool:
        """Whether a page made on `day` may show it."""
        return self.status is None and (self.expires is None or day <= self.expires)

    def ways(self) -> dict[str, str]:
        """Each of the CHANNELS that it has, with the number as it was typed, or the address."""
        return {kind: value for kind in CHANNELS if (value := getattr(self, kind))}

    def numbers(self) -> tuple[str, ...]:
        """All its numbers as they were typed."""
        return tuple(value for kind, value in self.ways().items() if CHANNELS[kind].scheme)

    def writes(self) -> dict[str, str]:
        """Those of its ways that are of use to someone who can't talk or hear."""
        return {kind: value for kind, value in self.ways().items() if CHANNELS[kind].writes}


CHANNELS: Mapping[str, Channel] = {
    kind: mark for kind, field in Contact.model_fields.items() for mark in field.metadata if isinstance(mark, Channel)
}
"""Every way to reach someone, by its key: pages, paper, rules, diff and reviews read it."""


class Source(Model):
    """Where a fact comes from."""

    title: Untranslated = key("Who says it, and where.", "FCC, What you need to know about text-to-911")
    url: WebAddress | None = key("Left out where the address was not kept.", "https://example.org/page", default=None)
    dated: Dated = key("The date that the source gives for itself.", "2025-10-16", "2025", default="undated")
    checked: Day = key("When it was last read for this project.", "2026-11-23")
    note: Untranslated | None = key("Why this source was preferred, or that it is old.", "An old page.", default=None)


Beside = key("The contacts that it stands with: it shows on every step that shows one of them.", ["211"])


class LocalContact(Contact):
    """A line of a place. With the id of a contact of the guide it takes its place."""

    beside: tuple[Id, ...] = Beside


class Note(Model):
    """What is different in a place."""

    text: Text = key("One or two short sentences.", "Each county has a crisis team.")
    beside: tuple[Id, ...] = Beside
    source: Id = key("The id of the source.", "olmsted-daily-gist")
    verified: Dated = key("The source’s own date, or undated.", "2024", "undated")
    expires: Day = key("The last day on which it is shown.", "2027-05-23")


class Called(Model):
    """A call that a person made to find out whether an answer is true."""

    on: Day = key("The day of the call.", "2026-12-01")
    by: Untranslated = key("Who called.", "A. Example, NAMI Example County")
    heard: Untranslated | None = key("What they were told.", "A team comes within an hour.", default=None)


class Team(Model):
    """How people in a place get a mobile crisis team: one answer for each age, without gaps."""

    way: Literal["988", "line", "list", "some", "none", "unknown"] = key(
        "988 sends it, or a line of the place; each county has its own (list), or some have one; none is known; or we "
        "do not know.",
        "988",
    )
    min_age: Age | None = key("The youngest age it is for.", "21", default=None)
    max_age: Age | None = key("The oldest age it is for.", "20", default=None)
    ask_for: Untranslated | None = key(
        "What to ask for by name, where it is not a mobile team.", "MRSS team", default=None
    )
    certain: Truth = key(
        "true where an official page says that it can send one. Else pages say that it may.", True, default=False
    )
    police: Literal["without", "may come"] | None = key(
        "Whether police come, where a source says so.", "without", default=None
    )
    lines: tuple[Id, ...] = key("The contacts of this file that send it, for way: line.", ["ga-gcal"], default=())
    source: Id = key("The id of the source.", "ohio-youth-teams")
    verified: Dated = key("The source’s own date, or undated. Never the day of a call.", "2025", "undated")
    called: Called | None = key(
        "The last call that somebody made to it.", {"on": "2026-12-01", "by": "A. Example"}, default=None
    )
    second: Called | None = key(
        "A call by another person, who heard the same.", {"on": "2026-12-02", "by": "B. Example"}, default=None
    )
    expires: Day = key("The last day on which it is shown. After it pages say that we do not know.", "2027-11-23")

    def fits(self, age: int) -> bool:
        """Whether it is for people of an age."""
        return (self.min_age or 0) <= age and (self.max_age is None or age <= self.max_age)


class Place(Model):
    """A state, county, city or clinic, with the lines of its own."""

    name: Untranslated = key("Its name.", "Minnesota")
    kind: Literal["state", "territory", "nation", "county", "city", "clinic"] = key("What it is.", "state")
    parents: tuple[Id, ...] = key(
        "The places it lies in, whose lines it has as well. A nation can lie in several states.", ["mn"], default=()
    )
    team: tuple[Team, ...] = key(
        "How people here get a mobile crisis team. Without it, as in the place it lies in.",
        [{"way": "988", "certain": "true", "source": "utah-988", "verified": "undated", "expires": "2027-11-23"}],
        default=(),
    )
    contacts: Mapping[Id, LocalContact] = key(
        "Its lines, under their ids.",
        {"mn-desk": {"name": "Desk", "call": "800-555-0100", "hours": "always", "source": "sign", "beside": ["211"]}},
        default={},
    )
    notes: tuple[Note, ...] = key(
        "What is different there.", [{"text": "Each county has a team.", "beside": ["211"]}], default=()
    )
    sources: Mapping[Id, Source] = key(
        "Sources of its own, beside those of sources.yaml.",
        {"sign": {"title": "The sign at our door", "checked": "2026-11-23"}},
        default={},
    )


class OldPlaces(Model):
    """The places that are no longer there, so that links to them lead on."""

    moved: Mapping[Id, Id] = key("Old ids and the places that took their place.", {"old": "new"}, default={})
    removed: tuple[Id, ...] = key(
        "Old ids that nothing took the place of: readers get the guide without a place.", ["old"], default=()
    )
