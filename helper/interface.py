"""The words around the steps in one language: labels, dates, hours, names of languages."""

import datetime
from collections.abc import Container, Sequence
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_name
from markupsafe import Markup, escape

from helper.catalog import Foreign, read_interface
from helper.model.contacts import Hours
from helper.model.fields import MIDNIGHT, Urgency

LANGUAGE = "en"
"""The language that trees and templates are written in."""
LOCALE = Path(__file__).parent / "locale"
"""The PO files of the interface."""
UNDATED = "undated"


class Interface:
    """The words of the pages in a language. What has no translation stays English, and says so to the browser."""

    def __init__(self, language: str) -> None:
        """`language` is one of `languages()`."""
        self.language = language
        self.locale = Locale.parse(language)
        self._translations = read_interface(LOCALE / f"{language}.po", language) if language != LANGUAGE else None

    def gettext(self, text: str, /, **values: object) -> str:
        """The text in this language. Where a value is HTML, so is what comes out."""
        translation = self._translations.ugettext(text) if self._translations else text
        return self._filled(translation, translation is text, values)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The text for `n` things, which it calls %(n)s."""
        translations = self._translations
        translation = translations.ungettext(singular, plural, n) if translations else singular if n == 1 else plural
        return self._filled(translation, translation in (singular, plural), {"n": n})

    def _filled(self, text: str, same: bool, values: dict[str, object]) -> str:
        english = same and self.language != LANGUAGE
        if any(hasattr(value, "__html__") for value in values.values()):
            html = escape(text) % values
            return Markup('<span lang="{}">{}</span>').format(LANGUAGE, html) if english else html
        text = text % values if values else text
        return Foreign(text, LANGUAGE) if english else text

    def day(self, day: datetime.date) -> str:
        """The day in words."""
        return format_date(day, "long", self.locale)

    def dates(self, dated: str, checked: datetime.date) -> str:
        """When a source was written and when it was last read."""
        parts = [int(part) for part in dated.split("-")] if dated != UNDATED else []
        if not parts:
            return self.gettext("no date of its own, read %(day)s", day=self.day(checked))
        form = {1: "y", 2: "MMMM y", 3: "long"}[len(parts)]
        written = format_date(datetime.date(*(*parts, 1, 1)[:3]), form, self.locale)
        return self.gettext("%(written)s, read %(day)s", written=written, day=self.day(checked))

    def hours(self, hours: Hours | str) -> str:
        """When a line is open."""
        if isinstance(hours, Hours):
            days = {"Mon-Fri": self.gettext("Monday to Friday"), "Mon-Sun": self.gettext("Every day")}[hours.days]
            zone = self._zone(hours.zone)
            if (hours.open, hours.close) == ("00:00", MIDNIGHT):
                return self.gettext("%(days)s, all day, %(zone)s", days=days, zone=zone)
            times = {"open": self._time(hours.open), "close": self._time(hours.close)}
            return self.gettext("%(days)s, %(open)s to %(close)s %(zone)s", days=days, zone=zone, **times)
        return self.gettext("Open all day, every day") if hours == "always" else self.gettext("Hours vary")

    def _zone(self, name: str) -> str:
        """The time zone in words. No two zones whose clocks ever differ have the same."""
        # Babel has words for what neighbors share. These never move their clocks, or go by a name that it lacks.
        zone_names = {
            "America/Phoenix": self.gettext("Arizona Time"),
            "Pacific/Honolulu": self.gettext("Hawaii Time"),
            "America/Puerto_Rico": self.gettext("Puerto Rico Time"),
            "America/St_Thomas": self.gettext("U.S. Virgin Islands Time"),
        }
        eastern = ("America/Indiana/Indianapolis", "America/Kentucky/Louisville")
        known_to_babel = "America/New_York" if name in eastern else name
        return zone_names.get(name) or get_timezone_name(known_to_babel, locale=self.locale)

    def _time(self, text: str) -> str:
        if text in ("00:00", MIDNIGHT):
            return self.gettext("midnight")
        if text == "12:00":
            return self.gettext("noon")
        time = datetime.time.fromisoformat(text)
        if self.language == LANGUAGE:
            minutes = f":{time.minute:02}" if time.minute else ""
            return f"{time.hour % 12 or 12}{minutes} {'a.m.' if time.hour < 12 else 'p.m.'}"
        return format_time(time, "short", locale=self.locale)

    def name(self, code: str) -> str:
        """The name of a language, in this one where Babel knows it."""
        if code == "ase":  # which few languages of Babel have a name for
            return self.gettext("American Sign Language")
        english = str(Locale.parse(LANGUAGE).languages.get(code, code))
        return str(self.locale.languages.get(code, "")) or Foreign(english, LANGUAGE)

    def urgency(self, urgency: Urgency) -> str:
        """How urgent a step is, in words."""
        return {
            "emergency": self.gettext("Emergency"),
            "urgent": self.gettext("Get help today"),
            "routine": self.gettext("You have time"),
        }[urgency]

    def kind(self, kind: str) -> str:
        """What a card on a map is: how urgent its step is, a question, or a step of another guide."""
        other_kinds = {"question": self.gettext("Question"), "elsewhere": self.gettext("In another guide")}
        return other_kinds[kind] if kind in other_kinds else self.urgency(kind)  # type: ignore[arg-type]


def native_name(code: str) -> str:
    """The name of a language as its speakers write it, such as Español."""
    locale = Locale.parse(code)
    name = str(locale.languages.get(code, code))
    return name[:1].upper() + name[1:]


@lru_cache
def interface_for(language: str) -> Interface:
    """The interface in a language."""
    return Interface(language)


def offered(translated: Container[str], chosen: Sequence[str]) -> tuple[str, ...]:
    """The languages that are offered: those of both the content and the interface, as they were chosen.

    `translated` are those that the content is translated to. Where none was chosen, or none of them is there, it is
    all.
    """
    available = [code for code in languages() if code == LANGUAGE or code in translated]
    return tuple(code for code in chosen if code in available) or tuple(available)


def languages() -> tuple[str, ...]:
    """The languages that the interface has."""
    return LANGUAGE, *sorted(path.stem for path in LOCALE.glob("*.po"))
