"""The words of the project as frozen values: what a tree, a contact and a source are.

These classes are the only statement of the shape of the YAML files. `helper.loading` checks every file
against them, and the JSON Schemas that editors use are made from them. They do no input or output.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

MAX_TEXT = 5_000
"""The most characters of a text, in YAML and in PO files: five times the longest that is shipped."""
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VOICE = re.compile(r"[2379]11|988|(1-)?[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}")
"""What can be called. 411, 511, 611 and 811 are no help: directory, traffic, the phone company, and who digs."""
NUMBER = re.compile(rf"{VOICE.pattern}|[0-9]{{5,6}}")
ABROAD = "242|246|264|268|284|345|441|473|649|658|664|721|758|767|784|809|829|849|868|869|876"
"""The area codes of the Caribbean and Bermuda. They look like ours, and cost like calls abroad."""
PREMIUM = re.compile(rf"(1-)?(900-.+|[0-9]{{3}}-976-.+|({ABROAD})-.+)")
"""The numbers whose callers pay by the minute, in the plan of North America: area code 900, exchange 976, abroad."""
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
    """What is wrong with a text that has more than MAX_TEXT characters, or None."""
    return f"has {len(text):,} characters, the most is {MAX_TEXT:,}" if len(text) > MAX_TEXT else None


def _fits(value: object) -> object:
    if isinstance(value, str) and (why := too_long(value)):
        raise PydanticCustomError("long", "{why}", {"why": why, "help": "make two texts or two steps of it"})
    return value


def _check_text(value: object) -> object:
    _fits(value)
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("empty", "is empty")
    return value


def _check_id(value: object) -> object:
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


def _voice(value: object) -> object:
    if isinstance(value, str) and not VOICE.fullmatch(value):
        raise PydanticCustomError("voice", "must be 911, 988, 211, 311 or 711, or a number like 800-555-0100")
    return _number(value)


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


def time_of_day(value: object) -> object:
    if isinstance(value, str) and not TIME.fullmatch(value):
        raise PydanticCustomError("time", "must be a time of day like 09:30")
    return value


def end_of_opening(value: object) -> object:
    return value if value == MIDNIGHT else time_of_day(value)


def time_zone(value: object) -> object:
    # No nearest name: between two that look alike may lie hours.
    if isinstance(value, str) and value not in ZONES:
        hint = (
            "write America/New_York, or after America/ Chicago, Denver, Phoenix, Los_Angeles, Anchorage, Puerto_Rico; "
            "after Pacific/ Honolulu, Guam, Saipan, Pago_Pago"
        )
        raise PydanticCustomError("zone", "is no time zone of the United States", {"help": hint})
    return value


def hazard_id(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"H[0-9]{2}", value):
        raise PydanticCustomError("hazard-id", "is no number of a hazard: write it like H07")
    return value


def test_id(value: object) -> object:
    _fits(value)
    if isinstance(value, str) and not TEST.fullmatch(value):
        raise PydanticCustomError("test", "is no test: write it like tests/test_trees.py::test_the_first_question")
    return value


def not_empty(value: object) -> object:
    if value in ([], ""):
        raise PydanticCustomError("some", "names nothing: a hazard or control without it is no use")
    return value


def seconds_from(least: int) -> BeforeValidator:
    def seconds(value: object) -> object:
        if isinstance(value, str):
            if not re.fullmatch(r"[0-9]{1,5}", value) or int(value) < least:
                message = "must be a number of seconds, {least} or more"
                raise PydanticCustomError("seconds", message, {"least": least})
            return int(value)
        return value

    return BeforeValidator(seconds)


def age(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch("[0-9]{1,2}", value):
            raise PydanticCustomError("age", "must be an age in years, such as 20")
        return int(value)
    return value


def as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def as_line(value: object) -> object:
    return {"line": value} if isinstance(value, str) else value


# YAML in an editor reads 988 as a number and true as a truth; here every scalar is the text that was typed.
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"], "maxLength": MAX_TEXT}
SHORT_TEXT: dict[str, Any] = {"type": "string", "maxLength": MAX_TEXT}
_WEB = SHORT_TEXT | {"pattern": r"^https://\S+$"}

Untranslated = Annotated[str, BeforeValidator(_check_text), WithJsonSchema(_SCALAR)]
"""A text that is the same in every language: a name, where a choice goes, what only authors and reviewers read."""
FOR_READERS = "for readers"
Text = Annotated[Untranslated, FOR_READERS]
"""A text for readers. `Model.texts` finds every one in a tree, a contact or a place."""
Id = Annotated[str, BeforeValidator(_check_id), WithJsonSchema(_SCALAR | {"pattern": f"^{ID.pattern}$"})]
Truth = Annotated[bool, BeforeValidator(_truth)]
Age = Annotated[int, BeforeValidator(age)]
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
Voice = Annotated[
    str,
    BeforeValidator(_voice),
    WithJsonSchema(
        {
            "anyOf": [
                SHORT_TEXT | {"pattern": f"^(?!({PREMIUM.pattern})$)({VOICE.pattern})$"},
                {"enum": [211, 311, 711, 911, 988]},
            ]
        }
    ),
]
WebAddress = Annotated[str, BeforeValidator(_address), WithJsonSchema(_WEB)]
PublicAddress = Annotated[str, BeforeValidator(_public), WithJsonSchema(_WEB)]
Origin = Annotated[str, BeforeValidator(_origin), WithJsonSchema(SHORT_TEXT | {"pattern": f"^{ORIGIN.pattern}$"})]
ReportAddress = Annotated[
    str,
    BeforeValidator(_report),
    WithJsonSchema(SHORT_TEXT | {"pattern": rf"^({MAIL.pattern}|https://\S+)$"}),
]
Urgency = Literal["routine", "urgent", "emergency"]
Path_ = tuple[str | int, ...]
"""The keys and the numbers in lists that lead to a value."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def texts(self) -> Iterable[tuple[Path_, str]]:
        """Every text for readers in it, with its path."""
        texts: dict[Path_, str] = {}
        self.with_texts(texts.setdefault)
        return texts.items()

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
