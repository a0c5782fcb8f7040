"""The words of the project as frozen values: what a tree, a contact and a source are.

These classes are the only statement of the shape of the YAML files. `helper.load` checks every file
against them, and the JSON Schemas that editors use are made from them. They do no input or output.
"""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_STEPS = frozenset({"all", "map", "share"})
RESERVED_TREES = frozenset({"in", "kiosk", "static", "about", "healthz", "readyz"})
URGENCIES = ("routine", "urgent", "emergency")
"""The urgencies from the least to the most pressing."""


def _text(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "is empty")
    return value


def _id(value: object) -> object:
    if isinstance(value, str) and not ID.fullmatch(value):
        raise PydanticCustomError("id", 'is not an id: use small letters a to z, digits and "-" between them')
    return value


def _truth(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise PydanticCustomError("truth", 'must be "true" or "false"')
        return value == "true"
    return value


def _date(value: object) -> object:
    if isinstance(value, str):
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                raise ValueError
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "must be a date like 2026-11-23") from None
    return value


def _dated(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{4}(-\d{2}){0,2}|undated", value):
        raise PydanticCustomError("dated", 'must be a date like 2026-11-23, 2026-11 or 2026, or "undated"')
    return value


def _number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"\d{3}|\d{5,6}|\d{3}-\d{3}-\d{4}|\d-\d{3}-\d{3}-\d{4}", value):
        raise PydanticCustomError("number", "must be a short number like 988 or 741741, or a number like 800-555-0100")
    return value


def _address(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"https://[^\s\"<>]+", value):
        raise PydanticCustomError("address", 'must be a web address that begins with "https://"')
    return value


def _list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _line(value: object) -> object:
    return {"line": value} if isinstance(value, str) else value


# YAML in an editor reads 988 as a number and true as a truth; here every scalar is the text that was typed.
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}

Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(_SCALAR)]
Id = Annotated[str, BeforeValidator(_id), WithJsonSchema(_SCALAR | {"pattern": f"^{ID.pattern}$"})]
Truth = Annotated[bool, BeforeValidator(_truth)]
Day = Annotated[datetime.date, BeforeValidator(_date)]
Dated = Annotated[str, BeforeValidator(_dated), WithJsonSchema(_SCALAR)]
Number = Annotated[str, BeforeValidator(_number), WithJsonSchema(_SCALAR)]
Address = Annotated[str, BeforeValidator(_address)]
Urgency = Literal["routine", "urgent", "emergency"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Choice(Model):
    """A labelled link from one step to another."""

    label: Text
    go: Text = Field(description="The step it leads to, or other-tree/step.")
    id: Id | None = Field(None, description='A name for this choice, needed when a "when" line asks for it.')
    kind: Literal["unsure", "refused", "worse", "aside"] | None = Field(
        None,
        description="unsure: the reader does not know. refused: others said no. worse: what would make it a 911 "
        "call, shown as a warning. aside: a quiet link below the choices.",
    )
    because: Text | None = Field(None, description="Why it may lead to a less urgent step, for reviewers.")


class Check(Model):
    """Something to tick on a step. Only `when` lines read it."""

    id: Id
    label: Text
    group: Id | None = Field(None, description="Of the checks with one group, at most one can be ticked.")


Wanted = Annotated[tuple[Id, ...], BeforeValidator(_list, json_schema_input_type=str | list[str])]


class Say(Model):
    """A line to read out loud. In YAML a bare text is a line without a condition."""

    line: Text
    when: Mapping[Id, Wanted] | None = Field(
        None, description="Steps and the choices taken there, or checks and the word ticked. All must hold."
    )
    if_: Text | None = Field(None, alias="if", description="The condition in words, for when it is not known.")


class More(Model):
    """A block below the help: shown folded, printed open."""

    title: Text
    text: Text


class Step(Model):
    """One screen."""

    title: Text
    text: Text | None = None
    why: Text | None = Field(None, description="Why this is asked.")
    urgency: Urgency | None = None
    outcome: Truth = Field(False, description="true where the walk may end.")
    request: Truth = Field(False, description="true where the reader is told to ask for something.")
    contacts: tuple[Id, ...] = ()
    also: tuple[Id, ...] = Field((), description="More contacts, for some readers, shown smaller.")
    checks: tuple[Check, ...] = ()
    say: tuple[Annotated[Say, BeforeValidator(_line, json_schema_input_type=str | Say)], ...] = ()
    more: tuple[More, ...] = ()
    ask: Text | None = Field(None, description="The question above the choices, where the title is not one.")
    choices: tuple[Choice, ...] = ()
    sources: tuple[Id, ...] = ()

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every text that a reader sees, with its path inside the step."""
        for key in ("title", "text", "why", "ask"):
            if value := getattr(self, key):
                yield (key,), value
        for n, check in enumerate(self.checks):
            yield ("checks", n, "label"), check.label
        for n, line in enumerate(self.say):
            yield ("say", n, "line"), line.line
            if line.if_:
                yield ("say", n, "if"), line.if_
        for n, block in enumerate(self.more):
            yield ("more", n, "title"), block.title
            yield ("more", n, "text"), block.text
        for n, choice in enumerate(self.choices):
            yield ("choices", n, "label"), choice.label


class Review(Model):
    """Who has signed the tree, and when."""

    by: Text
    role: Text
    on: Day


class Tree(Model):
    """One guide: steps joined by choices."""

    title: Text
    about: Text | None = Field(None, description="One sentence for lists of guides.")
    start: Id
    urgent: Truth = Field(False, description="true when safety rules for urgent trees apply.")
    no_voice: Id | None = Field(None, description="The step for readers who cannot talk or hear.")
    abroad: Id | None = Field(None, description="The step for readers outside the country of the numbers.")
    edited: Day
    review_by: Day
    reviewed: Review | None = None
    moved: Mapping[Id, Id] = Field({}, description="Old step ids and the steps that took their place.")
    removed: tuple[Id, ...] = Field((), description="Old step ids that nothing took the place of.")
    steps: Mapping[Id, Step]


class Hours(Model):
    """When a line that closes is open."""

    days: Literal["Mon-Fri", "Mon-Sun"]
    open: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]
    close: Annotated[str, Field(pattern=r"^\d{2}:\d{2}$")]
    zone: Literal["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]


class Contact(Model):
    """A person or line to reach."""

    name: Text
    about: Text | None = Field(None, description="Who it is for or what to expect, in one or two short sentences.")
    lang: Id | None = Field(None, description="The language of the name and about, when it is not that of the file.")
    call: Number | None = None
    press: Text | None = Field(None, description="The key to press after the call is answered.")
    text: Number | None = None
    word: Text | None = Field(None, description="The word to send first.")
    tty: Number | None = None
    chat: Address | None = None
    video: Address | None = Field(None, description="Where to start a call in sign language.")
    web: Address | None = Field(None, description="A page that lists or explains the help.")
    hours: Annotated[
        Annotated[Literal["always", "varies"], Tag("word")] | Annotated[Hours, Tag("times")],
        Discriminator(lambda value: "word" if isinstance(value, str) else "times"),
    ] = Field(description='"always", "varies", or days, open, close and zone.')
    languages: tuple[Id, ...] = Field((), description="Language codes, such as en and es.")
    source: Id
    verified: Dated = Field(description="The source's own date.")
    expires: Day | None = Field(None, description="The last day on which the contact is shown.")
    status: Literal["unchecked"] | None = Field(None, description="unchecked keeps it in the file and off the page.")

    def offered(self, day: datetime.date) -> bool:
        """Whether a page made on `day` may show it."""
        return self.status is None and (self.expires is None or day <= self.expires)

    def numbers(self) -> tuple[str, ...]:
        """All its numbers as they were typed."""
        return tuple(number for number in (self.call, self.text, self.tty) if number)


class Source(Model):
    """Where a fact comes from."""

    title: Text
    url: Address | None = Field(None, description="Left out where the address was not kept.")
    dated: Dated = Field("undated", description="The date that the source gives for itself.")
    checked: Day = Field(description="When it was last read for this project.")
    note: Text | None = Field(None, description="Why one source was preferred where sources differ.")


class Settings(Model):
    """What an operator chooses, in helper.yaml."""

    public_address: Address | None = Field(
        None, description="Where people find the guide, such as https://clinic.example/help/."
    )
    trusted_hosts: tuple[Text, ...] = Field((), description="Host names that the server answers to.")
    home: Id = Field("crisis", description="The tree that the first page shows.")
    exit: Address = Field("https://www.weather.gov/", description="The page that the quick exit opens.")

    @property
    def base(self) -> str:
        """The path that every address begins with: empty, or like /help."""
        return urlsplit(self.public_address or "").path.rstrip("/")


class Content(Model):
    """All that a site is made from."""

    trees: Mapping[Id, Tree]
    contacts: Mapping[Id, Contact]
    sources: Mapping[Id, Source]
