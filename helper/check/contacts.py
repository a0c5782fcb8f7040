"""Rules of contacts: how each is reached, what it dials and when it is open. Nothing here can be silenced."""

import re
import unicodedata
from collections.abc import Iterator

from helper.check.context import EMERGENCY, LIFELINE, RELAY, Context
from helper.check.refs import Finding
from helper.model.contacts import CHANNELS, Contact, Hours
from helper.model.fields import MIDNIGHT

LOCAL_HELP = "211"
SERVICES = {number: number for number in (EMERGENCY, LIFELINE, LOCAL_HELP, RELAY)} | {"relay": RELAY}
"""The contacts whose number is the same for everyone in the country, and that number."""
SPELLED = re.compile(r"(?<![\w,.-])(9[- .]?1[- .]?1|9[- .]?8[- .]?8|2[- .]?1[- .]?1|7[- .]?1[- .]?1)(?!\w|[-.]\d)")
"""The numbers of the services as a name may have them, after `_plain`."""
DIGITS = {"nine": "9", "nueve": "9", "one": "1", "uno": "1", "eight": "8", "ocho": "8", "two": "2", "dos": "2",
          "seven": "7", "siete": "7"}  # fmt: skip
DASHES = re.compile("[\u2010-\u2015\u2212]")
LATE = "03:00"
"""When a line that opened before noon is hardly open still: its author may have meant the afternoon."""


def contact_without_way(context: Context) -> Iterator[Finding]:
    """A contact can be reached: by call, text, TTY, chat, video or a page.

    Wrong:

        team: {name: Mobile team, hours: always, source: county, verified: 2026}

    Right:

        team: {name: Mobile team, call: 800-555-0100, hours: always, source: county, verified: 2026}
    """
    for document, path, contact_id, contact in context.contacts():
        if not contact.ways():
            message = f'the contact "{contact_id}" has no number and no address'
            yield Finding(document, path, message, "add call or text", key=True)


def contact_without_expiry(context: Context) -> Iterator[Finding]:
    """Every contact but those that only use 911 and 988 says when it is no longer shown.

    One that is unchecked is not shown at all, so it needs no day.

    Wrong:

        team: {name: Mobile team, call: 800-555-0100, hours: always, source: a, verified: 2026}

    Right:

        team: {name: Mobile team, call: 800-555-0100, hours: always, source: a, verified: 2026, expires: 2027-05-23}
    """
    for document, path, contact_id, contact in context.contacts():
        lasting = {"911", "988"}.issuperset(contact.numbers() or ("none",))
        if not (contact.expires or contact.status or lasting):
            message = f'the contact "{contact_id}" has no date on which it expires'
            hint = "add expires: with the date by which someone checks it again"
            yield Finding(document, path, message, hint, key=True)


def wrong_number(context: Context) -> Iterator[Finding]:
    """A contact that is called 911, 988, 211 or 711 dials that number, and "relay" dials 711.

    It is called so when that is its id, or that of the contact it is a `version_of`, or when its name has the number.
    Then it has no other number to call, text or type to. One whose id has the number in it, such as 988-veterans,
    must call it, and may have a number of its own for texts.

    Wrong:

        "988": {name: 988 Lifeline, call: 800-555-0199, hours: always, source: a, verified: 2026}

    Right:

        "988": {name: 988 Lifeline, call: 988, hours: always, source: a, verified: 2026}
    """
    for document, path, contact_id, contact in context.contacts():
        if document is not context.loaded.contacts and {contact_id, contact.version_of} & context.protected:
            continue  # told by place_over_emergency
        called, in_id = _called(contact_id, contact)
        if contact_id in SERVICES and not contact.call:
            message = f'the contact "{contact_id}" has no number to call'
            yield Finding(document, path, message, f"add call: {SERVICES[contact_id]}", key=True)
        for way, dialled in contact.ways().items():
            meant = called or (in_id if way == "call" or not contact.call else frozenset())
            if CHANNELS[way].scheme and meant and dialled not in meant:
                number = " or ".join(sorted(meant))
                message = f'the contact "{contact_id}" must dial {number}, not {dialled}'
                hint = f"write {way}: {number}, or give the line a name and an id without {number}"
                yield Finding(document, (*path, way), message, hint)


def _called(contact_id: str, contact: Contact) -> tuple[frozenset[str], frozenset[str]]:
    """The services that a contact is called by for all its numbers, and those that stand in its id."""
    whole = {SERVICES[name] for name in (contact_id, contact.version_of) if name in SERVICES}
    whole |= {re.sub("[- .]", "", number) for number in SPELLED.findall(_plain(contact.name))}
    return frozenset(whole), frozenset(SERVICES.keys() & set(contact_id.split("-"))) - {"relay"}


def _plain(name: str) -> str:
    """A name with every digit and dash in its usual form, whatever sign or word stood for it."""
    usual = DASHES.sub("-", unicodedata.normalize("NFKC", name).lower())
    return re.sub(r"[a-z]+", lambda word: DIGITS.get(word[0], word[0]), usual)


def unclear_hours(context: Context) -> Iterator[Finding]:
    """A line closes at another time than it opens. One that never closes has `hours: always`.

    A line that closes before it opens, as from 17:00 to 02:00, is open past midnight: Friday night reaches into
    Saturday. 24:00 is the end of a day.

    Wrong:

        hours: {days: Mon-Sun, open: "08:00", close: "08:00", zone: America/Chicago}

    Right:

        hours: always
    """
    for document, path, contact_id, contact in context.contacts():
        if not isinstance(hours := contact.hours, Hours):
            continue
        hint = f'write hours: always, or for all of some days open: "00:00" and close: "{MIDNIGHT}"'
        if hours.open == hours.close:
            message = f'"{contact_id}" closes at the time at which it opens'
            yield Finding(document, (*path, "hours", "close"), message, hint)
        elif (hours.days, hours.open, hours.close) == ("Mon-Sun", "00:00", MIDNIGHT):
            yield Finding(document, (*path, "hours"), f'"{contact_id}" never closes', "write hours: always")


def open_all_night(context: Context) -> Iterator[Finding]:
    """Warning: a line that opens in the morning closes on the next morning. Maybe the afternoon was meant.

    Hours go from 00:00 to 24:00: 5 in the afternoon is 17:00.

    Wrong:

        hours: {days: Mon-Fri, open: "09:00", close: "05:00", zone: America/Chicago}

    Right:

        hours: {days: Mon-Fri, open: "09:00", close: "17:00", zone: America/Chicago}
    """
    for document, path, contact_id, contact in context.contacts():
        hours = contact.hours
        if isinstance(hours, Hours) and LATE <= hours.close < hours.open < "12:00":
            message = f'"{contact_id}" is open from {hours.open} to {hours.close} of the next day'
            hint = f"for the afternoon write {int(hours.close[:2]) + 12}{hours.close[2:]}"
            yield Finding(document, (*path, "hours", "close"), message, hint)


CONTACT_RULES = (
    contact_without_way, contact_without_expiry, wrong_number, unclear_hours, open_all_night,
)  # fmt: skip
