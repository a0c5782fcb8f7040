"""A link dials what its label says, digit by digit, on every page of every mode and language, and of places."""

import json
import re
from html.parser import HTMLParser

import pytest
from real import CONTENT, LOADED
from small_site import DAY

from helper.export.site import only, site_files
from helper.model.settings import Settings
from helper.site import KIOSK, Site
from helper.views import paper

SITE = Site(CONTENT, Settings(public_address="https://guide.example/"), LOADED.catalogs)

WITH_LINES = [
    name for name, place in CONTENT.places.items() if any(line.offered(DAY) for line in place.contacts.values())
]


class Labels(HTMLParser):
    """The links of a piece of HTML that dial: each address with every label that it has on some screen."""

    def __init__(self, source):
        super().__init__()
        self.found, self.labels = [], None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a" and re.match("(tel|sms):", attrs.get("href", "")):
            self.labels = [attrs["aria-label"], ""] if "aria-label" in attrs else [""]
            self.found.append((attrs["href"], self.labels))
        elif self.labels is not None and {"near", "far"} & set(attrs.get("class", "").split()):
            self.labels.append("")

    def handle_endtag(self, tag):
        if tag == "a":
            self.labels = None

    def handle_data(self, data):
        if self.labels is not None:
            self.labels[-1] += data


def dialled(href):
    """The digits that a phone dials, without the 1 of the country."""
    number = re.fullmatch(r"(?:tel|sms):\+?([0-9]*)(?:\?.*)?", href, re.S)
    assert number, href
    return number[1].removeprefix("1") if len(number[1]) == 11 else number[1]


def read(label):
    """The numbers that a label says, without the 1 of the country, and without one key to press after them."""
    found = [number.replace("-", "") for number in re.findall(r"[0-9](?:[0-9-]*[0-9])?", label)]
    if len(found) == 2 and len(found[1]) == 1:
        found.pop()
    return [number.removeprefix("1") if len(number) == 11 else number for number in found]


def wrong(html):
    """The links of a piece of HTML with a label that says another number, or none, and how many links there are."""
    found = [
        (href, [label for label in labels if label.strip()])
        for href, labels in Labels(html).found
    ]  # fmt: skip
    bad = [
        (href, labels)
        for href, labels in found
        if not labels or any(read(label) != ([dialled(href)] if dialled(href) else []) for label in labels)
    ]
    return bad, len(found)


def pieces(name, body):
    """The HTML in a file: itself, or the strings of JSON."""
    text = body.decode()
    if not name.endswith(".json"):
        yield text
        return
    waiting = [json.loads(text)]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one


@pytest.mark.proof
@pytest.mark.parametrize("places", [[], WITH_LINES], ids=["no place", "places with lines"])
def test_every_link_dials_what_its_label_says(places):
    count, without = 0, []
    for made in site_files(only(SITE, places), DAY):
        if made.path.endswith((".png", "qr.svg")):
            continue  # pictures
        before = count
        for html in pieces(made.path, made.make()):
            bad, number = wrong(html)
            assert bad == [], made.path
            count += number
        if count == before and made.path.endswith(".html") and not made.path.startswith(KIOSK):
            without.append(made.path)
    assert count > 5_000
    # The partial of a step stands in a page that has the bar.
    assert {path.rpartition("/")[2] for path in without} <= {"step.html"}


@pytest.mark.parametrize("language", SITE.languages)
def test_every_link_of_a_guide_in_one_file_dials_what_its_label_says(language):
    for tree in CONTENT.trees:
        bad, number = wrong(paper.file(SITE.edition(language), DAY, tree))
        assert bad == [] and number > 10


@pytest.mark.parametrize(
    "link",
    [
        '<a href="tel:911">Call 988</a>', '<a href="tel:+18005550100">Call 800-555-0101</a>',
        '<a href="sms:988?body=1">Text</a>', '<a href="tel:988"></a>', '<a href="tel:9888">Call 988</a>',
        '<a href="tel:988"><span class="near">Call 988</span><span class="far">Call 911</span></a>',
        '<a href="tel:988" aria-label="Call 911">Call 988</a>', '<a href="tel:+18005550100">Call 800-555-010</a>',
    ],
)  # fmt: skip
def test_a_link_that_dials_another_number_is_found(link):
    assert wrong(link)[0]
