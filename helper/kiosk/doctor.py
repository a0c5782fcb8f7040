"""A look at a kiosk that runs: what is wrong with it, in plain words."""

import datetime
import json
import re
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from helper.server.app import LOOPBACK
from helper.site import KIOSK

ANSWER_TIMEOUT = 10
"""Seconds in which a page must come."""
APART = datetime.timedelta(minutes=5)
"""How far two clocks may be apart."""
WAYS_OUT = ("iframe", "object", "embed", "area", "base")
TICKS = ("checkbox", "radio")
LINK_ATTRIBUTES = ("href", "src", "action", "formaction", "data", "ping")


class Answer(NamedTuple):
    """What came from an address."""

    url: str
    status: int
    headers: Message
    body: str


class Unreachable(Exception):
    """No answer came; the text tells why."""


class _Page(HTMLParser):
    """The parts of a page that matter here."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags = list[tuple[str, dict[str, str]]]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def first(self, tag: str) -> dict[str, str]:
        return next((attributes for name, attributes in self.tags if name == tag), {})

    def having(self, name: str, word: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.tags if word in attributes.get(name, "").split()]


def diagnose(address: str, now: datetime.datetime) -> list[str]:
    """What is wrong with the kiosk at an address, seen on a machine where it is `now`. Empty where all is well."""
    start = address if f"/{KIOSK}/" in f"{address}/" else urljoin(f"{address.rstrip('/')}/", f"{KIOSK}/")
    start = f"{start.rstrip('/')}/"
    try:
        return list(dict.fromkeys(_look(start, now)))
    except Unreachable as error:
        return [str(error)]


def _ask(url: str) -> Answer:
    """What comes from an address, an error page too. Raises Unreachable."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_TIMEOUT) as response:
            return Answer(response.url, response.status, response.headers, response.read().decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(url, error.code, error.headers, error.read().decode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        raise Unreachable(f"{url} can't be reached: {getattr(error, 'reason', error)}") from None


def _look(start: str, now: datetime.datetime) -> Iterator[str]:
    parts = urlsplit(start)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield (
            "the address begins with http and is not of this machine: the screen may go dark (a page may keep it awake "
            "only over https or from its own machine), and others on the network can see and change what it shows"
        )
    first = _ask(start)
    start_page = _Page(first.body)
    body = start_page.first("body")
    if first.status != 200:
        yield f"{start} answers {first.status}: there is no kiosk, or the path of public_address is missing in it"
        return
    if not {"data-health", "data-version", "data-bundles"} <= set(body):
        yield f"{start} is no page of a kiosk: another program, or an old version of this one, answers there"
        return
    yield from _clock(first, now)
    yield from _health(urljoin(start, body["data-health"]), body["data-version"])
    yield from _contents(first, start, start_page, now)


def _contents(first: Answer, start: str, start_page: _Page, now: datetime.datetime) -> Iterator[str]:
    """What is wrong with the pages of a kiosk, and with the guides that the screen holds in memory."""
    body = start_page.first("body")
    links = ("no-such-page/", *(link.get("href", "") for link in start_page.having("class", "language")))
    others = [_ask(urljoin(start, link)) for link in links]
    bundles = [_ask(urljoin(start, address)) for address in body["data-bundles"].split()]
    pages, steps = [(start, start_page)], 0
    for bundle in bundles:
        bundle_pages = yield from _unpacked(bundle, start, body["data-version"])
        pages += bundle_pages
        steps += len(bundle_pages[:-1])
    for answer in (first, *others, *bundles):
        yield from _kept(answer)
    html = (answer for answer in others + bundles if "html" in answer.headers["Content-Type"])
    pages += [(answer.url, _Page(answer.body)) for answer in html]
    yield from _ways_out(start, pages)
    yield from _assets(start, start_page)
    if not steps:
        yield "it holds no step of any guide: look at kiosk: guides in the settings"
        return
    if not any(page.having("class", "carry") for _, page in pages):
        yield "no step has a QR code to carry it away: set public_address in the settings"
    yield from _expired([page for _, page in pages], now)


def _unpacked(bundle: Answer, start: str, version: str) -> Generator[str, None, list[tuple[str, _Page]]]:
    """What is wrong with a guide that the screen holds in memory. Returns its pages, the steps and last their frame."""
    if bundle.status != 200:
        yield f"{bundle.url} answers {bundle.status}: the screen can't hold this guide in memory"
        return []
    try:
        guide = json.loads(bundle.body)
        texts, frame, bundle_version = guide["steps"], guide["frame"], guide["version"]
    except (ValueError, KeyError, TypeError):
        yield f"{bundle.url} is no guide that the screen can hold in memory"
        return []
    if bundle_version != version:
        yield f"{bundle.url} is of another version than the start screen: start the server again"
    return [*((urljoin(start, url), _Page(html)) for url, html in texts.items()), (bundle.url, _Page(frame))]


def _ways_out(start: str, pages: list[tuple[str, _Page]]) -> Iterator[str]:
    """Every way out, with the first page that has it."""
    faults = dict[str, list[str]]()
    for url, page in pages:
        for fault in _leaving(start, url, page):
            faults.setdefault(fault, []).append(url)
    for fault, urls in faults.items():
        others = f" and {len(urls) - 1} more pages" if len(urls) > 1 else ""
        yield f"{urls[0]}{others}: {fault}"


def _clock(answer: Answer, now: datetime.datetime) -> Iterator[str]:
    try:
        server_time = parsedate_to_datetime(answer.headers["Date"])
    except (TypeError, ValueError):
        yield "the server does not tell its time, so its clock can't be looked at"
        return
    if abs(server_time - now) > APART:
        yield (
            f"the clocks are apart: {server_time:%Y-%m-%d %H:%M} on the server, {now:%Y-%m-%d %H:%M} here (UTC). With "
            "a wrong day, lines that are out of date are shown, or good ones are not"
        )


def _health(url: str, version: str) -> Iterator[str]:
    answer = _ask(url)
    try:
        health = json.loads(answer.body)
        status, running = health["status"], health["version"]
    except (ValueError, KeyError, TypeError):
        yield f"{url} does not tell how the server is: it answers {answer.status}"
        return
    if status != "ok":
        yield f"the server says that it is {status}: helper check tells what is wrong with its files"
    if running != version:
        yield "the start screen is of another version than the server: something keeps old pages in between"
    if answer.headers["Access-Control-Allow-Origin"] != "*":
        yield f"{url} is not open to the wait page (Access-Control-Allow-Origin: *), which would wait for ever"


def _kept(answer: Answer) -> Iterator[str]:
    if "no-store" not in (answer.headers["Cache-Control"] or ""):
        yield f"{answer.url} may be kept by the browser: it is not sent with Cache-Control: no-store"
    if answer.headers["Set-Cookie"]:
        yield f"{answer.url} sets a cookie"


def _leaving(start: str, url: str, page: _Page) -> set[str]:
    """The ways out of a page of a kiosk."""
    faults = set()
    for tag, attributes in page.tags:
        if tag in WAYS_OUT or (tag == "input" and attributes.get("type") not in TICKS):
            faults.add(f"there is a <{tag}>, which a screen for everyone must not have")
        if "download" in attributes:
            faults.add("something can be downloaded")
        if attributes.get("rel") == "manifest":
            faults.add("the page can be installed as an app: it has a manifest")
        for target in (attributes[name] for name in LINK_ATTRIBUTES if name in attributes):
            destination = urljoin(url, target)
            if tag in ("a", "form", "button") and not destination.startswith(_root(start)):
                faults.add(f"a link leaves the kiosk: {target}")
            elif urlsplit(destination)[:2] != urlsplit(start)[:2]:
                faults.add(f"something is loaded from elsewhere: {target}")
    return faults


def _root(start: str) -> str:
    """What the addresses of a kiosk begin with, whatever place it is for."""
    return f"{start.partition(f'/{KIOSK}/')[0]}/{KIOSK}/"


def _assets(start: str, page: _Page) -> Iterator[str]:
    """What is wrong with the scripts and styles of the start screen."""
    for tag, attributes in page.tags:
        target = attributes.get("src" if tag == "script" else "href")
        if target is None or tag not in ("script", "link"):
            continue
        answer = _ask(urljoin(start, target))
        if answer.status != 200:
            yield f"{answer.url} answers {answer.status}: the page misses a part"
        elif tag == "script" and re.search(r"serviceWorker\s*\.\s*register|localStorage|sessionStorage", answer.body):
            yield f"{answer.url} has a service worker or keeps something in the browser"


def _expired(pages: list[_Page], now: datetime.datetime) -> Iterator[str]:
    """Lines whose last day is over. The server leaves them out, unless it lives on another day."""
    days = [attributes["data-expires"] for page in pages for _, attributes in page.tags if "data-expires" in attributes]
    if past := [day for day in days if day < now.date().isoformat()]:
        yield f"lines are shown that were good until {max(past)}: update the guide, and look at the clock of the server"
    if hidden := [page for page in pages if page.having("class", "unchecked")]:
        yield f"on {len(hidden)} steps a line is out of date and not shown: update the guide, or check those lines"
