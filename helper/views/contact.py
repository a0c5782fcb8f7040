"""People and lines to reach, and where their numbers come from."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from helper import texting
from helper.interface import UNDATED
from helper.model.contacts import CHANNELS, Contact, Hours
from helper.site import KIOSK, Site

ALWAYS = ("988", "211", "911")
"""The contacts that readers are led to where nothing nearer is known."""
SAID = "text said"
"""The kind of a button whose message begins with the lines to say."""


@dataclass(frozen=True)
class Way:
    """One way to reach a contact: a button."""

    kind: str
    href: str
    label: str
    number: str = ""
    """The number alone, where words stand around it."""
    topic: str = ""
    """Of a text to 911, the topic that chooses what it says and the option for which it is; and all that it says."""
    option: str = ""
    body: str = ""

    @property
    def needs_phone(self) -> bool:
        """Whether a tap opens nothing on most tablets and computers."""
        return self.kind in ("call", "text", SAID)


@dataclass(frozen=True)
class ContactView:
    """What `_contact.html` shows."""

    id: str
    expires: datetime.date | None
    name: str
    lang: str | None
    about: str | None
    ways: tuple[Way, ...]
    hours: str
    times: Mapping[str, str]
    languages: Markup
    source: str
    source_url: str | None
    verified: str

    @property
    def said(self) -> bool:
        """Whether a button begins a text to 911 with the lines to say."""
        return any(way.kind == SAID for way in self.ways)

    @property
    def origin(self) -> Markup:
        """The source, as a link where it has an address to go to."""
        if not self.source_url:
            return escape(self.source)
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(self.source_url, self.source)


@dataclass(frozen=True)
class SourceView:
    title: str
    url: str | None
    dates: str | None


class Message(NamedTuple):
    """A text to 911: the topic that chooses what it says, the option for which it is, its words, and what it says."""

    topic: str
    option: str
    tap: str
    body: str


class CrisisBar(NamedTuple):
    """What stands at the top of every page of the web."""

    emergency: Way
    call: Way
    text: Way


def crisis_bar(site: Site) -> CrisisBar:
    """911 and 988 as the table of contacts has them; no line of a place takes their place here.

    Where the guides have no such contact, its id is the number.
    """
    _, table = site.words.gettext, site.content.contacts
    emergency, crisis, crisis_text = (
        table[contact_id].ways().get(kind, contact_id) if contact_id in table else contact_id
        for contact_id, kind in (("911", "call"), ("988", "call"), ("988", "text"))
    )
    return CrisisBar(
        Way("call", f"tel:{dial(emergency)}", _("Call %(number)s", number=emergency), emergency),
        Way("call", f"tel:{dial(crisis)}", _("Call %(number)s", number=crisis), crisis),
        Way("text", f"sms:{dial(crisis_text)}{_first_word(site)}", _("Text %(line)s", line=crisis_text), crisis_text),
    )


def _first_word(site: Site) -> str:
    """What a text to 988 begins with in this language, as a part of an address."""
    word = next((site.shown.contacts[contact_id].word for contact_id in versions(site, "988")), None)
    return f"?&body={quote(word)}" if word else ""


def versions(site: Site, contact_id: str) -> list[str]:
    """The same line in the language of the pages, if it has one of its own there."""
    wanted = contact_id, site.language
    return [name for name, contact in site.shown.contacts.items() if (contact.version_of, contact.lang) == wanted]


def with_versions(site: Site, contact_ids: Iterable[str], day: datetime.date) -> list[str]:
    """The contacts, each with its line in the language of the pages in its place, if one is offered on `day`."""
    table = site.shown.contacts
    shown: list[str] = []
    for contact_id in contact_ids:
        shown += [name for name in versions(site, contact_id) if table[name].offered(day)] or [contact_id]
    return list(dict.fromkeys(shown))


def offering(site: Site, contact_id: str, day: datetime.date) -> Site | None:
    """The site whose contact may be shown on `day`: this one, or that of a place around it, or of no place.

    A place can put a line of its own under the id of another. Past its date the other one is back.
    """
    contact = site.shown.contacts.get(contact_id)
    if contact and contact.offered(day):
        return site
    if site.place is None:
        return None
    outer = (site.edition(site.language, parent) for parent in site.content.places[site.place].parents or (None,))
    return next((found for edition in outer if (found := offering(edition, contact_id, day))), None)


def contact_views(
    site: Site, contact_ids: Iterable[str], day: datetime.date, messages: Sequence[Message] = ()
) -> tuple[ContactView, ...]:
    """The contacts that may be shown on `day`, those that never close first. `messages` are texts to 911."""
    offered = [(name, edition) for name in contact_ids if (edition := offering(site, name, day))]
    offered.sort(key=lambda pair: pair[1].shown.contacts[pair[0]].hours != "always")
    return tuple(contact_view(edition, name, messages) for name, edition in offered)


def contact_view(site: Site, contact_id: str, messages: Sequence[Message] = ()) -> ContactView:
    """The contact as pages show it, whatever its date. `messages` are texts to 911."""
    contact = site.shown.contacts[contact_id]
    source = site.content.sources[contact.source]
    return ContactView(
        id=contact_id,
        expires=contact.expires,
        name=contact.name,
        lang=contact.lang if contact.lang != site.language else None,
        about=contact.about,
        ways=tuple(_ways(site, contact, messages)),
        hours=site.words.hours(contact.hours),
        times=contact.hours.model_dump() if isinstance(contact.hours, Hours) else {},
        languages=Markup(", ").join(site.words.name(code) for code in contact.languages),
        source=site.in_english(source.title),
        source_url=source.url if site.mode != KIOSK else None,
        verified=site.words.dates(contact.verified, source.checked),
    )


def source_views(site: Site, source_ids: Iterable[str], links: bool = True) -> tuple[SourceView, ...]:
    """The sources as pages show them, with or without `links`. On a kiosk nothing leads elsewhere."""
    sources = (site.content.sources[source_id] for source_id in source_ids)
    return tuple(
        SourceView(
            site.in_english(source.title),
            source.url if links and site.mode != KIOSK else None,
            site.words.dates(source.dated, source.checked) if source.url or source.dated != UNDATED else None,
        )
        for source in sources
    )


def _ways(site: Site, contact: Contact, messages: Sequence[Message]) -> Iterator[Way]:
    """The buttons of a contact. A text to 911 has one for each of the `messages`."""
    for kind, value in contact.ways().items():
        scheme = CHANNELS[kind].scheme
        href = f"{scheme}{dial(value)}" if scheme else value
        label = _label(site, kind, value, contact)
        if kind == "text" and texting.takes_lines(contact) and messages:
            for topic, option, tap, body in messages:
                words = Markup("{}: {}").format(label, tap) if tap else label
                # iOS may drop a plain "?body="
                yield Way(SAID, f"{href}?&body={quote(body)}", words, topic=topic, option=option, body=body)
        elif kind == "text" and contact.word:
            yield Way(kind, f"{href}?&body={quote(contact.word)}", label)
        else:
            yield Way(kind, href, label)


def _label(site: Site, kind: str, value: str, contact: Contact) -> str:
    """The words on a button."""
    _, kiosk = site.words.gettext, site.mode == KIOSK
    number = Markup("<b>{}</b>").format(value) if kiosk else value
    address = _host(value)
    match kind:
        case "call":
            if contact.press:
                number = _("%(number)s, then press %(key)s", number=number, key=contact.press)
            return _("From a phone, call %(number)s", number=number) if kiosk else _("Call %(number)s", number=number)
        case "text" if contact.word and kiosk:
            return _("From a phone, text %(word)s to %(number)s", word=contact.word, number=number)
        case "text" if contact.word:
            return _("Text %(word)s to %(number)s", word=contact.word, number=number)
        case "text":
            return _("From a phone, text %(number)s", number=number) if kiosk else _("Text %(number)s", number=number)
        case "chat" if kiosk:
            return _("On your own phone, chat at %(site)s", site=address)
        case "chat":
            return _("Chat at %(site)s", site=address)
        case "video":
            return _("Sign language call at %(site)s", site=address)
        case "tty":
            return _("TTY %(number)s", number=number)
    return _("On your own phone, open %(site)s", site=address) if kiosk else _("Open %(site)s", site=address)


def dial(number: str) -> str:
    """The number as a phone link has it: ten digits get the country's 1."""
    digits = number.replace("-", "")
    return f"+1{digits}" if len(digits) == 10 else digits


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
