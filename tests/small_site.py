"""A small site with every kind of page: two guides, two languages, a state with a county, moved and removed steps."""

import datetime
import re

from helper.guide import read
from helper.site import Site

DAY = datetime.date(2026, 11, 23)
BIKE = """\
title: My bicycle will not move
about: From a flat tire to the shop.
start: flat
edited: 2026-11-23
review_by: 2027-05-23
moved: {old-shop: shop}
removed: [pump, glue]
steps:
  flat:
    title: Is a tire flat?
    why: A flat tire is quickly mended.
    sources: [manual]
    choices:
      - {label: "Yes", go: shop}
      - {label: "I am not sure", go: shop, kind: unsure}
      - {label: "I want to know about books", go: book/where, kind: aside}
  shop:
    title: Ask the shop
    outcome: true
    urgency: routine
    contacts: [shop]
    also: ["988"]
    say:
      - "My bicycle will not move. I am at (place)."
"""
BOOK = """\
title: My book is lost
start: where
edited: 2026-11-23
review_by: 2027-05-23
steps:
  where: {title: Ask at the desk, outcome: true, urgency: routine, contacts: [shop]}
"""
CONTACTS = """\
"911": {name: "911", call: 911, text: 911, hours: always, source: manual, verified: undated}
"988": {name: "988", call: 988, text: 988, hours: always, source: manual, verified: undated}
shop: {name: The shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2027-01-31}
"""
SOURCES = 'manual: {title: The manual, url: "https://shop.example/manual", checked: 2026-11-23}\n'
STATE = """\
name: Minnesota
kind: state
contacts:
  mn-shop:
    name: Shop of Minnesota
    call: 800-555-0101
    hours: always
    source: manual
    verified: undated
    expires: 2027-05-23
    beside: [shop]
"""
COUNTY = """\
name: Olmsted
kind: county
parents: [mn]
contacts:
  olmsted-shop:
    name: Shop of Olmsted
    call: 800-555-0102
    hours: always
    source: manual
    verified: undated
    expires: 2027-05-23
    beside: [shop]
"""
OHIO = "name: Ohio\nkind: state\n"
SPANISH = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: es\\n"

msgctxt "flat title"
msgid "Is a tire flat?"
msgstr "¿Está desinflada una rueda?"
"""


def write(folder):
    """Write the files of the small site into a folder, and return it."""
    files = {
        "bike.yaml": BIKE,
        "book.yaml": BOOK,
        "contacts.yaml": CONTACTS,
        "sources.yaml": SOURCES,
        "places/mn.yaml": STATE,
        "places/olmsted.yaml": COUNTY,
        "places/ohio.yaml": OHIO,
        "places/moved.yaml": "moved: {minn: mn}\nremoved: [dakota]\n",
        "locale/es/bike.po": SPANISH,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder.parent / "helper.yaml").write_text("home: bike\n")
    return folder


def site(folder, settings=None):
    """The site of a folder, as the commands read it."""
    loaded, chosen, _ = read(folder, settings or folder.parent / "helper.yaml")
    return Site(loaded.content, chosen, loaded.catalogs)


def links(page):
    """Every address that a page names: in its links, its files and what htmx asks for."""
    found = re.findall(r'\s(?:href|src|action|hx-get|hx-push-url|data-partial|data-home)="([^"]*)"', page)
    return {address.replace("&amp;", "&") for address in (*found, *re.findall(r'content="0; url=([^"]*)"', page))}
