"""The words of the project as frozen values: what a tree, a contact and a source are.

These classes are the only statement of the shape of the YAML files. `helper.load` checks every file
against them, and the JSON Schemas that editors use are made from them. They do no input or output.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

LONGEST = 5_000
"""The most characters of a text, in YAML and in PO files: five times the longest that is shipped."""
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NUMBER = re.compile(r"[2-9]11|988|[0-9]{5,6}|(1-)?[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}")
PREMIUM = re.compile(r"(1-)?(900-.+|[0-9]{3}-976-.+)")
"""The numbers whose callers pay by the minute, in the plan of North America: area code 900, and exchange 976."""
TEST = re.compile(r"tests/[a-z0-9_/]+\.py::test_[a-z0-9_]+(\[.+\])?")
MAIL = re.compile(r"[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MIDNIGHT = "24:00"
"""The end of a day, at which a line may close."""
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas",
    "Pacific/Guam", "Pacific/Saipan", "Pacific/Pago_Pago", "America/Boise", "America/Detroit",
    "America/Indiana/Indianapolis", "America/Indiana/Knox", "America/Indiana/Marengo", "America/Indiana/Petersburg",
    "America/Indiana/Tell_City", "America/Indiana/Vevay", "America/Indiana/Vincennes", "America/Indiana/Winamac",
    "America/Juneau", "America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/Menominee",
    "America/Metlakatla", "America/Nome", "America/North_Dakota/Beulah", "America/North_Dakota/Center",
    "America/North_Dakota/New_Salem", "America/Sitka", "America/Yakutat",
)  # fmt: skip
"""The time zones of the states and territories where people live, in the names of IANA (zone.tab)."""
ORIGIN = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{0,4})?")
BLANK = re.compile(r"\([^()]+\)")
"""A blank in a line to say, such as (address)."""
RESERVED_STEPS = frozenset({"all", "map", "share"})
RESERVED_TREES = frozenset({"in", "kiosk", "static", "about", "healthz", "readyz"})
URGENCIES = ("routine", "urgent", "emergency")
"""The urgencies from the least to the most pressing."""


def too_long(text: str) -> str | None:
    """What is wrong with a text that has more than LONGEST characters, or None."""
    return f"has {len(text):,} characters, the most is {LONGEST:,}" if len(text) > LONGEST else None


def _fits(value: object) -> object:
    if isinstance(value, str) and (why := too_long(value)):
        raise PydanticCustomError("long", "{why}", {"why": why, "help": "make two texts or two steps of it"})
    return value


def _text(value: object) -> object:
    _fits(value)
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "is empty")
    return value


def _id(value: object) -> object:
    _fits(value)
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
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "must be a date like 2026-11-23") from None
    return value


def _dated(value: object) -> object:
    if isinstance(value, str) and value != "undated":
        try:
            if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
                raise ValueError
            datetime.date(*([*map(int, value.split("-")), 1, 1][:3]))
        except ValueError:
            message = 'must be a date like 2026-11-23, 2026-11 or 2026, or "undated"'
            raise PydanticCustomError("dated", message) from None
    return value


def _number(value: object) -> object:
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise PydanticCustomError("number", "must be a short number like 988 or 741741, or a number like 800-555-0100")
    if isinstance(value, str) and PREMIUM.fullmatch(value):
        raise PydanticCustomError("premium", "is a number that callers pay for by the minute: no line of help has one")
    return value


def _address(value: object) -> object:
    _fits(value)
    if isinstance(value, str):
        try:
            parts = urlsplit(value)
            if not re.fullmatch(r"https://[^\s\"<>]+", value) or not parts.hostname or parts.port == 0:
                raise ValueError
        except ValueError:
            raise PydanticCustomError("address", 'must be a web address that begins with "https://"') from None
    return value


def _public(value: object) -> object:
    if isinstance(value, str) and re.search(r"[?#@]", value):
        raise PydanticCustomError("public", 'must end with its path: without "?", "#" or "@"')
    return _address(value)


def _origin(value: object) -> object:
    _fits(value)
    # What stands here is written into a header: nothing but a host and a port may.
    if isinstance(value, str) and not ORIGIN.fullmatch(value):
        raise PydanticCustomError("origin", "must be a website like https://clinic.example, without a path")
    return value


def _report(value: object) -> object:
    _fits(value)
    # No phone number: it would stand among those that help, without a source and a date of its own.
    if not isinstance(value, str) or MAIL.fullmatch(value):
        return value
    if not value.startswith("https://"):
        message = 'must be a mail address like guide@clinic.example, or a web address that begins with "https://"'
        raise PydanticCustomError("report", message)
    return _address(value)


def _time(value: object) -> object:
    if isinstance(value, str) and not TIME.fullmatch(value):
        raise PydanticCustomError("time", "must be a time of day like 09:30")
    return value


def _end(value: object) -> object:
    return value if value == MIDNIGHT else _time(value)


def _zone(value: object) -> object:
    # No nearest name: between two that look alike may lie hours.
    if isinstance(value, str) and value not in ZONES:
        help = (
            "write America/New_York, or after America/ Chicago, Denver, Phoenix, Los_Angeles, Anchorage, Puerto_Rico; "
            "after Pacific/ Honolulu, Guam, Saipan, Pago_Pago"
        )
        raise PydanticCustomError("zone", "is no time zone of the United States", {"help": help})
    return value


def _hazard_id(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"H[0-9]{2}", value):
        raise PydanticCustomError("hazard-id", "is no number of a hazard: write it like H07")
    return value


def _test(value: object) -> object:
    _fits(value)
    if isinstance(value, str) and not TEST.fullmatch(value):
        raise PydanticCustomError("test", "is no test: write it like tests/test_trees.py::test_the_first_question")
    return value


def _some(value: object) -> object:
    if value in ([], ""):
        raise PydanticCustomError("some", "names nothing: a hazard or control without it is no use")
    return value


def _seconds(least: int) -> BeforeValidator:
    def seconds(value: object) -> object:
        if isinstance(value, str):
            if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) < least:
                message = "must be a number of seconds, {least} or more"
                raise PydanticCustomError("seconds", message, {"least": least})
            return int(value)
        return value

    return BeforeValidator(seconds)


def _list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _line(value: object) -> object:
    return {"line": value} if isinstance(value, str) else value


# YAML in an editor reads 988 as a number and true as a truth; here every scalar is the text that was typed.
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"], "maxLength": LONGEST}
_SHORT: dict[str, Any] = {"type": "string", "maxLength": LONGEST}
_WEB = _SHORT | {"pattern": r"^https://\S+$"}

Untranslated = Annotated[str, BeforeValidator(_text), WithJsonSchema(_SCALAR)]
"""A text that is the same in every language: a name, where a choice goes, what only authors and reviewers read."""
FOR_READERS = "for readers"
Text = Annotated[Untranslated, FOR_READERS]
"""A text for readers. `Model.texts` finds every one in a tree, a contact or a place."""
Id = Annotated[str, BeforeValidator(_id), WithJsonSchema(_SCALAR | {"pattern": f"^{ID.pattern}$"})]
Truth = Annotated[bool, BeforeValidator(_truth)]
Day = Annotated[
    datetime.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
]
Dated = Annotated[
    str,
    BeforeValidator(_dated),
    WithJsonSchema(_SCALAR | {"pattern": "^([0-9]{4}(-[0-9]{2}){0,2}|undated)$"}),
]
Number = Annotated[
    str,
    BeforeValidator(_number),
    WithJsonSchema(_SCALAR | {"pattern": f"^(?!({PREMIUM.pattern})$)({NUMBER.pattern})$"}),
]
Address = Annotated[str, BeforeValidator(_address), WithJsonSchema(_WEB)]
PublicAddress = Annotated[str, BeforeValidator(_public), WithJsonSchema(_WEB)]
Origin = Annotated[str, BeforeValidator(_origin), WithJsonSchema(_SHORT | {"pattern": f"^{ORIGIN.pattern}$"})]
Report = Annotated[
    str,
    BeforeValidator(_report),
    WithJsonSchema(_SHORT | {"pattern": rf"^({MAIL.pattern}|https://\S+)$"}),
]
Urgency = Literal["routine", "urgent", "emergency"]
Path_ = tuple[str | int, ...]
"""The keys and the numbers in lists that lead to a value."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def texts(self) -> Iterable[tuple[Path_, str]]:
        """Every text for readers in it, with its path."""
        found: dict[Path_, str] = {}
        self.with_texts(found.setdefault)
        return found.items()

    def with_texts(self, change: Callable[[Path_, str], str]) -> Self:
        """A copy in which each text for readers is what `change` makes of its path and words."""
        copy: Self = _changed(self, False, (), change)
        return copy

    def _readable(self) -> frozenset[str]:
        """The fields with texts for readers."""
        return _text_fields(type(self))


@cache
def _text_fields(model: type[Model]) -> frozenset[str]:
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if _is_text(field.annotation) or FOR_READERS in field.metadata)


def _is_text(annotation: Any) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return FOR_READERS in marks or any(map(_is_text, get_args(annotation)))


def _changed(value: Any, text: bool, path: Path_, change: Callable[[Path_, str], str]) -> Any:
    match value:
        case Model():
            readable = value._readable()
            return value.model_copy(
                update={
                    name: _changed(getattr(value, name), name in readable, (*path, field.alias or name), change)
                    for name, field in type(value).model_fields.items()
                }
            )
        case tuple():
            return tuple(_changed(part, text, (*path, n), change) for n, part in enumerate(value))
        case Mapping():
            return {name: _changed(part, text, (*path, name), change) for name, part in value.items()}
        case str() if text:
            return change(path, value)
    return value


def key(about: str, *examples: Any, default: Any = ..., alias: str | None = None) -> Any:
    """A key of a YAML file: what editors say about it, examples, and its value when it is left out."""
    return Field(default, description=about, examples=list(examples), alias=alias)


class Choice(Model):
    """A labelled link from one step to another."""

    label: Text = key("The words on the button.", "I am not sure")
    go: Untranslated = key("The step it leads to, or other-tree/step.", "call-911", "after/first-day")
    id: Id | None = key('A name for this choice, needed when a "when" asks for it.', "with-me", default=None)
    kind: Literal["unsure", "refused", "worse", "aside"] | None = key(
        "unsure: the reader does not know. refused: others said no. worse: what would make it a 911 call, shown as a "
        "warning. aside: a quiet link below the choices.",
        "unsure",
        default=None,
    )
    because: Untranslated | None = key(
        "Why it may lead to a less urgent step, for reviewers.", "The danger is over.", default=None
    )


class Check(Model):
    """Something to tick on a step. Only `when` reads it."""

    id: Id = key("The name by which a `when` asks for it.", "children")
    label: Text = key("The words beside the box.", "Children are here")
    group: Id | None = key("Of the checks with one group, at most one can be ticked.", "weapon", default=None)


Wanted = Annotated[tuple[Id, ...], BeforeValidator(_list, json_schema_input_type=Id | list[Id])]


class Say(Model):
    """A line to read out loud. In YAML a bare text is a line without a condition."""

    line: Text = key("The words to say, with blanks in brackets.", "I am at (exact address).")
    when: Mapping[Id, Wanted] | None = key(
        "Steps with the choices taken there, or checks with the word ticked. All must hold; a list means any.",
        {"children": "ticked"},
        {"who": ["with", "away"]},
        default=None,
    )
    if_: Text | None = key(
        "The condition in words, for when it is not known.", "If children are here", default=None, alias="if"
    )


class More(Model):
    """A block below the help: shown folded, printed open."""

    title: Text = key("What the block is about.", "What they may ask you")
    text: Text = key("Markdown: paragraphs, lists and **bold**.", "- Where are you?\n- Is anyone hurt?")


Line = Annotated[Say, BeforeValidator(_line, json_schema_input_type=Text | Say)]


class Step(Model):
    """One screen."""

    title: Text = key("The heading: a question, or what to do.", "Is anyone in danger right now, including you?")
    text: Text | None = key(
        "One to three short sentences, or a list. Markdown: paragraphs, lists and **bold**.",
        "Say where you are first.",
        default=None,
    )
    why: Text | None = key("Why this is asked, in one sentence.", "911 is for danger that can’t wait.", default=None)
    ask: Text | None = key(
        "The question above the choices, where the title is not one.", "What did they say?", default=None
    )
    urgency: Urgency | None = key("On every outcome, and on any step that raises it.", "urgent", default=None)
    outcome: Truth = key("true where the walk may end.", True, default=False)
    request: Truth = key("true where the reader is told to ask for something.", True, default=False)
    private: Truth = key(
        "true where the danger may sit beside the reader: a kiosk shows the step small, without its QR code.",
        True,
        default=False,
    )
    contacts: tuple[Id, ...] = key("Ids from contacts.yaml, as large buttons.", ["988"], default=())
    also: tuple[Id, ...] = key("More contacts, for some readers, shown smaller.", ["988-veterans"], default=())
    checks: tuple[Check, ...] = key(
        "Things to tick, any number of them.", [{"id": "children", "label": "Children are here"}], default=()
    )
    say: tuple[Line, ...] = key("Lines to read out loud, in their order.", ["I am at (exact address)."], default=())
    more: tuple[More, ...] = key(
        "Blocks that unfold below the help.", [{"title": "What a team does", "text": "They come to you."}], default=()
    )
    sheet: Literal["card"] | None = key(
        "A sheet to fill in and print, which the step links to. card: the crisis card.", "card", default=None
    )
    choices: tuple[Choice, ...] = key(
        "Where to go from here, in their order.", [{"label": "Yes", "go": "call-911"}], default=()
    )
    sources: tuple[Id, ...] = key("Ids from sources.yaml for the facts of this step.", ["fcc-text-911"], default=())
    silence: Mapping[Id, Untranslated] = key(
        "Rules of helper check that need not hold here, each with the reason, for reviewers.",
        {"many-choices": "Each answer that 911 gives needs its own words."},
        default={},
    )


class Story(Model):
    """A walk in words, and what it must meet. `helper check` takes it as a reader would."""

    name: Untranslated = key("Who walks, and why.", "A mother whose son holds a knife")
    begin: Untranslated | None = key("The first step, when it is not the first of the tree.", "call-911", default=None)
    take: tuple[Untranslated, ...] = key("The labels of the choices taken, in their order.", ["Yes", "I am not sure"])
    tick: tuple[Id, ...] = key("The ids of the checks ticked on the way.", ["children"], default=())
    reach: Untranslated | None = key("The step where the walk must end, or other-tree/step.", "no-cit", default=None)
    passes: tuple[Untranslated, ...] = key("Steps that it must pass.", ["call-911"], default=(), alias="pass")
    contacts: tuple[Id, ...] = key("Contacts that its last step must show.", ["911"], default=())
    says: tuple[Untranslated, ...] = key(
        "Lines that its last step must give as true.", ["There is a weapon: (what, where)."], default=()
    )
    never: tuple[Untranslated, ...] = key(
        "Steps, contacts and lines to say that it must not meet, nor any walk that goes on from its end.",
        ["plan", "warmlines"],
        default=(),
    )


class Review(Model):
    """Who has signed the tree, and when."""

    by: Untranslated = key("The name of the person who signed.", "Dr. A. Example")
    role: Untranslated = key("What makes them fit to review.", "emergency psychiatrist")
    on: Day = key("The day they signed.", "2026-11-23")


class Tree(Model):
    """One guide: steps joined by choices."""

    title: Text = key("The name of the guide.", "What to do in a mental health crisis")
    about: Text | None = key("One sentence for lists of guides.", "Find the right help now.", default=None)
    start: Id = key("The first step.", "danger")
    urgent: Truth = key("true when the safety rules for urgent trees apply.", True, default=False)
    no_voice: Id | None = key("The step for readers who can’t talk or hear.", "cant-talk", default=None)
    abroad: Id | None = key("The step for readers outside the country of the numbers.", "not-in-us", default=None)
    edited: Day = key("When the content last changed.", "2026-11-23")
    review_by: Day = key("When it must be read again.", "2027-05-23")
    reviewed: Review | None = key(
        "Only when a clinician has signed. Until then pages say Draft.",
        {"by": "Dr. A. Example", "role": "psychiatrist", "on": "2026-11-23"},
        default=None,
    )
    moved: Mapping[Id, Id] = key("Old step ids and the steps that took their place.", {"old": "new"}, default={})
    removed: tuple[Id, ...] = key("Old step ids that nothing took the place of.", ["old"], default=())
    steps: Mapping[Id, Step] = key(
        "Every step under its id. Ids are for ever: they stand in links and on paper.",
        {"danger": {"title": "Is anyone in danger?", "choices": [{"label": "Yes", "go": "call-911"}]}},
    )
    tests: tuple[Story, ...] = key(
        "Stories: walks in words, which helper check takes.",
        [{"name": "A weapon is in reach", "take": ["Yes"], "reach": "call-911", "contacts": ["911"]}],
        default=(),
    )


Time = Annotated[str, BeforeValidator(_time), WithJsonSchema({"type": "string", "pattern": f"^{TIME.pattern}$"})]
End = Annotated[
    str, BeforeValidator(_end), WithJsonSchema({"type": "string", "pattern": f"^({TIME.pattern}|{MIDNIGHT})$"})
]
Zone = Annotated[str, BeforeValidator(_zone), WithJsonSchema({"enum": list(ZONES)})]


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
    call: Annotated[Number | None, Channel("tel:", writes=False, beside="press")] = key(
        "The number to call.", "988", "800-555-0100", default=None
    )
    press: Untranslated | None = key("The key to press after the call is answered.", "2", default=None)
    text: Annotated[Number | None, Channel("sms:", writes=True, beside="word")] = key(
        "The number to text.", "988", "741741", default=None
    )
    word: Untranslated | None = key("The word to send first.", "HOME", default=None)
    chat: Annotated[Address | None, Channel("", writes=True)] = key(
        "Where to chat.", "https://988lifeline.org", default=None
    )
    video: Annotated[Address | None, Channel("", writes=True)] = key(
        "Where to start a call in sign language.", "https://988lifeline.org", default=None
    )
    tty: Annotated[Number | None, Channel("tel:", writes=True)] = key(
        "The number for a text telephone.", "800-555-0101", default=None
    )
    web: Annotated[Address | None, Channel("", writes=False)] = key(
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
    url: Address | None = key("Left out where the address was not kept.", "https://example.org/page", default=None)
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


class Place(Model):
    """A state, county, city or clinic, with the lines of its own."""

    name: Untranslated = key("Its name.", "Minnesota")
    kind: Literal["state", "county", "city", "clinic"] = key("What it is.", "state")
    parent: Id | None = key("The place it lies in, whose lines it has as well.", "mn", default=None)
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


class Operator(Model):
    """Who runs the website, as its About page tells."""

    name: Text = key("The name of the person or organization.", "North Clinic")
    page: Address | None = key("A page about them.", "https://clinic.example/", default=None)
    contact: Report | None = key(
        "Where readers report a mistake: a mail address, or a page with a form. Never for emergencies.",
        "guide@clinic.example",
        "https://clinic.example/report",
        default=None,
    )


# WCAG 2.2.1 gives who is slow 20 seconds, at the least, to ask for more time.
Idle = Annotated[int, _seconds(20), WithJsonSchema({"type": "integer", "minimum": 20})]
Urgent = Annotated[int, _seconds(180), WithJsonSchema({"type": "integer", "minimum": 180})]


class Kiosk(Model):
    """A screen in a waiting room, that can't call and forgets."""

    place: Id | None = key("The place where the screen stands.", "mn", default=None)
    languages: tuple[Id, ...] = key(
        "The languages on the start screen, in their order. Without it, all that are offered.",
        ["en", "es"],
        default=(),
    )
    guides: tuple[Id, ...] = key(
        "The guides to choose from; the first is where everyone begins. The guides that they lead to come along. "
        "Without it, all.",
        ["crisis", "after"],
        default=(),
    )
    desk: Mapping[Id, Text] = key(
        "What to do when it happens here, in each language of the screen: one line, on every urgent step.",
        {"en": "Tell the person at the desk now.", "es": "Avise ahora a la persona del mostrador."},
        default={},
    )
    desk_hours: Mapping[Id, Text] = key(
        "When someone is at the desk, in each language of the screen.",
        {"en": "Monday to Friday, 8 to 5.", "es": "De lunes a viernes, de 8 a 5."},
        default={},
    )
    desk_phone: Number | None = key("The number of the desk.", "800-555-0100", default=None)
    idle: Idle = key("Seconds without touch after which the screen asks if someone is there.", 90, default=90)
    warning: Idle = key("Seconds that it waits for an answer before it clears itself.", 30, default=30)
    urgent: Urgent = key("What `idle` is on urgent steps and on outcomes. Never less than `idle`.", 180, default=180)
    night: Time = key("The time of day at which the screen loads anew.", "03:30", default="03:30")


class Settings(Model):
    """What an operator chooses, in helper.yaml."""

    public_address: PublicAddress | None = key(
        "Where people find the guide.", "https://clinic.example/help/", default=None
    )
    trusted_hosts: tuple[Text, ...] = key("Host names that the server answers to.", ["clinic.example"], default=())
    home: Id = key("The tree that the first page shows.", "crisis", default="crisis")
    languages: tuple[Id, ...] = key(
        "The languages that are offered, in their order. Without it, all that the trees are translated to.",
        ["en", "es"],
        default=(),
    )
    places: Text | None = key(
        "A folder of places of one’s own, seen from this file. They join those of the trees.", "places", default=None
    )
    exit: Address = key(
        "The page that the quick exit opens.", "https://www.weather.gov/", default="https://www.weather.gov/"
    )
    frame_ancestors: tuple[Origin, ...] = key(
        "The websites that may show the guide inside a page of their own. Without it, none may.",
        ["https://clinic.example"],
        default=(),
    )
    offline: Truth = key(
        "Whether browsers keep a copy of the guides that were opened. With false they delete it.", False, default=True
    )
    operator: Operator | None = key(
        "Who runs the website. Without it, the About page says that nobody gave a name.",
        {"name": "North Clinic", "page": "https://clinic.example/", "contact": "guide@clinic.example"},
        default=None,
    )
    kiosk: Kiosk = key(
        "A screen in a waiting room: the pages under /kiosk/.",
        {"languages": ["en"], "desk": {"en": "Tell the person at the desk now."}},
        default=Kiosk(),
    )

    @property
    def base(self) -> str:
        """The path that every address begins with: empty, or like /help."""
        return urlsplit(self.public_address or "").path.rstrip("/")

    @property
    def origin(self) -> str | None:
        """What whole addresses begin with: the public address, else the first trusted host. A request never says it."""
        hosts = [host for host in self.trusted_hosts if not host.startswith(".")]  # ".clinic.example" names no host
        public = urlsplit(self.public_address or "").netloc or next(iter(hosts), None)
        return f"https://{public}" if public else None


UNSCORED = "to be confirmed"
Score = Annotated[Literal["to be confirmed", "1", "2", "3", "4", "5"],
                  WithJsonSchema({"enum": [UNSCORED, 1, 2, 3, 4, 5]})]  # fmt: skip
HazardId = Annotated[str, BeforeValidator(_hazard_id), WithJsonSchema({"type": "string", "pattern": "^H[0-9]{2}$"})]
Test = Annotated[
    str, BeforeValidator(_test), WithJsonSchema(_SHORT | {"pattern": f"^{TEST.pattern}$"})
]  # fmt: skip


class Control(Model):
    """What is done against a hazard, and the tests that fail when it is not."""

    text: Text = key("What is done.", "The first question is whether anyone is in danger.")
    proof: Annotated[tuple[Test, ...], BeforeValidator(_some)] = key(
        "Tests that prove it. A name without [ ] stands for all cases of the test, and each must pass.",
        ["tests/test_trees.py::test_the_first_question_is_danger"],
    )


class Controls(Model):
    """The controls of a hazard in the order of ISO 14971: from what takes it away to what only tells of it."""

    design: tuple[Control, ...] = key(
        "Safe by design: the hazard can’t come up, or can’t do harm.",
        [{"text": "A number stands in one file.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )
    protect: tuple[Control, ...] = key(
        "A protective measure: something catches it.",
        [{"text": "An alert shows 911.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )
    inform: tuple[Control, ...] = key(
        "Information for safety: the reader or the clinic is told.",
        [{"text": "The page says so.", "proof": ["tests/test_a.py::test_b"]}],
        default=(),
    )


def _more_than_words(value: Controls) -> Controls:
    if not (value.design or value.protect):
        raise PydanticCustomError("words", 'only inform: a hazard needs a control under "design" or "protect"')
    return value


class Hazard(Model):
    """One way in which the guide could harm someone."""

    hazard: Text = key("What could be wrong.", "A number that is shown is out of date.")
    causes: Annotated[tuple[Text, ...], BeforeValidator(_some)] = key("How it comes up.", ["A line has closed."])
    effect: Text = key("What it could do to a person.", "The reader reaches nobody, and help comes late.")
    severity: Score = key("How bad that would be, once a clinician has said so.", UNSCORED, "4")
    likelihood: Score = key("How likely it is with the controls, once a clinician has said so.", UNSCORED, "2")
    scored: Review | None = key(
        "The clinician who gave both scores.",
        {"by": "A. Example", "role": "psychiatrist", "on": "2026-11-23"},
        default=None,
    )
    controls: Annotated[Controls, AfterValidator(_more_than_words)] = key(
        "What is done against it.",
        {"design": [{"text": "A number stands in one file.", "proof": ["tests/test_a.py::test_b"]}]},
    )
    remains: Annotated[tuple[Text, ...], BeforeValidator(_some)] = key(
        "What no control here takes away: what the clinic must look after.", ["Nobody has called the numbers."]
    )

    @model_validator(mode="after")
    def _signed(self) -> "Hazard":
        # A score is a clinician's word. Nobody else may write one, and one alone says nothing.
        unscored = [score == UNSCORED for score in (self.severity, self.likelihood)]
        if unscored != [self.scored is None] * 2:
            message = f'needs both scores and who gave them under "scored", or "{UNSCORED}" twice'
            raise PydanticCustomError("signed", "{why}", {"why": message})
        return self

    def proofs(self) -> Iterator[str]:
        """The tests that its controls name."""
        for control in (*self.controls.design, *self.controls.protect, *self.controls.inform):
            yield from control.proof


class HazardLog(Model):
    """All hazards that are known, in safety/hazards.yaml."""

    edited: Day = key("The last day on which someone changed this file.", "2026-11-23")
    hazards: Mapping[HazardId, Hazard] = key(
        "The hazards under their numbers, which are for ever.",
        {"H01": {"hazard": "A number is out of date.", "causes": ["A line closed."], "effect": "Help comes late.",
                 "severity": UNSCORED, "likelihood": UNSCORED, "remains": ["Nobody has called it."],
                 "controls": {"design": [{"text": "One file.", "proof": ["tests/test_a.py::test_b"]}]}}},
    )  # fmt: skip


class Content(Model):
    """All that a site is made from."""

    trees: Mapping[Id, Tree]
    contacts: Mapping[Id, Contact]
    sources: Mapping[Id, Source]
    places: Mapping[Id, Place] = {}
    old_places: OldPlaces = OldPlaces()
