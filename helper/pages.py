"""Every address once: for each kind of page its address, what makes it, where it exists, and how long it may be kept.

The server, the export, the rules for hosts, the offline copy and the tests read this table. A new page is a row here, a
view and a template.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from helper.headers import ERROR, FRESH, HTML, JSON, PAGE, PARTIAL
from helper.qr import qr_png, qr_svg
from helper.site import COPY_MARK, KIOSK, MANIFEST, WEB, Mode, Site
from helper.views import about, card, errors, languages, offline, paper, places, share, step, tree_map

Make = Callable[[Site, datetime.date, str, str], str | bytes]
"""Makes a page of a site, a day, and the ids of a tree and a step, which are empty where its address names none."""


@dataclass(frozen=True)
class Page:
    """A kind of page: a row of the table."""

    name: str
    path: str
    """Its address below that of the site or place. <lang>, <tree> and <step> stand for every language, tree and step,
    <moved> and <removed> for the ids of steps that are no longer there."""
    make: Make
    modes: tuple[Mode, ...] = (WEB,)
    caching: str = PAGE
    type: str = HTML
    exists: Callable[[Site, str, str], bool] = lambda site, tree_id, step_id: True
    """Whether a site has it for a tree and a step."""
    placed: bool = True
    """Whether each place has one of its own."""
    copied: bool = False
    """Whether it stands in the offline copy of its guide."""
    saved: bool = False
    """Whether browsers save it as a file, under the name of a QR code."""
    for_hosts: bool = False
    """Whether it is only for hosts that serve files. The server answers such an address with a status of its own."""

    @property
    def file(self) -> str:
        """The name of its file, empty for the one that a folder shows."""
        return self.path.rpartition("/")[2]


def _error(status: int) -> Make:
    return lambda site, day, tree_id, _: errors.page(site, status, tree_id)


def _code(file: str, draw: Callable[[str], bytes], media_type: str) -> Page:
    """The QR code of the page that is shared, where the settings tell its address."""
    return Page(
        file,
        f"/<lang>/<tree>/<step>/share/{file}",
        lambda site, day, tree_id, step_id: draw(share.shared(site, tree_id, step_id) or ""),
        type=media_type,
        exists=lambda site, tree_id, step_id: share.shared(site, tree_id, step_id) is not None,
        saved=True,
    )


BOTH: tuple[Mode, ...] = (WEB, KIOSK)

PAGES = (
    Page("home", "/", lambda site, day, *_: _first_step(site, day)),
    Page("languages", "/<tree>/", lambda site, day, tree_id, _: languages.page(site, tree_id)),
    Page("home in a language", "/<lang>/", lambda site, day, *_: _first_step(site, day), BOTH),
    Page("begin", "/", lambda site, day, *_: languages.begin(site), (KIOSK,)),
    Page("about", "/<lang>/about/", lambda site, day, *_: about.page(site, day), copied=True),
    Page("leaving", "/<lang>/about/leaving/", lambda site, day, *_: about.leaving(site), copied=True),
    Page("card", "/<lang>/about/card/", lambda site, day, *_: card.page(site)),
    Page(
        "places",
        "/<lang>/about/places/",
        lambda site, day, *_: places.page(site, day),
        exists=lambda site, *_: bool(site.content.places),
    ),
    Page(
        "guide",
        "/<lang>/<tree>/",
        lambda site, day, tree_id, _: step.page(site, day, tree_id, site.content.trees[tree_id].start),
        BOTH,
    ),
    Page("map", "/<lang>/<tree>/map/", lambda site, day, tree_id, _: tree_map.page(site, tree_id)),
    Page("all", "/<lang>/<tree>/all/", lambda site, day, tree_id, _: paper.page(site, day, tree_id)),
    Page(
        "words",
        "/<lang>/<tree>/words.json",
        lambda site, day, tree_id, _: offline.answer_words(site, tree_id),
        caching=PARTIAL,
        type=JSON,
        copied=True,
    ),
    Page(
        "bundle",
        "/<lang>/<tree>/bundle.json",
        lambda site, day, tree_id, _: offline.bundle(site, day, tree_id, _copied(site, day, tree_id)),
        BOTH,
        caching=FRESH,
        type=JSON,
        exists=lambda site, *_: site.mode == KIOSK or (site.copied and site.requested_language is None),
    ),
    Page("step", "/<lang>/<tree>/<step>/", step.page, BOTH),
    Page("partial", "/<lang>/<tree>/<step>/step.html", step.partial, BOTH, caching=PARTIAL),
    Page(
        "where",
        "/<lang>/<tree>/<step>/where/",
        places.where,
        exists=lambda site, tree_id, step_id: (
            bool(site.content.places) and site.content.trees[tree_id].steps[step_id].where
        ),
        placed=False,
    ),
    Page("share", "/<lang>/<tree>/<step>/share/", share.page),
    _code("qr.svg", qr_svg, "image/svg+xml"),
    _code("qr.png", qr_png, "image/png"),
    Page(
        "manifest",
        f"/{MANIFEST}",
        lambda site, day, *_: offline.manifest(site),
        caching=FRESH,
        type="application/manifest+json",
    ),
    Page(
        "moved",
        "/<lang>/<tree>/<moved>/",
        lambda site, day, tree_id, old: errors.moved(site, tree_id, site.content.trees[tree_id].moved[old]),
        BOTH,
        for_hosts=True,
    ),
    Page(
        "moved partial",
        "/<lang>/<tree>/<moved>/step.html",
        lambda site, day, tree_id, old: step.partial(site, day, tree_id, site.content.trees[tree_id].moved[old]),
        BOTH,
        caching=PARTIAL,
        for_hosts=True,
    ),
    Page(
        "removed",
        "/<lang>/<tree>/<removed>/",
        _error(410),
        BOTH,
        for_hosts=True,
    ),
    Page(
        "removed from a guide",
        "/<lang>/<tree>/410.html",
        _error(410),
        BOTH,
        exists=lambda site, tree_id, _: bool(site.content.trees[tree_id].removed),
        caching=ERROR,
        for_hosts=True,
    ),
    Page(
        "missing in a guide",
        "/<lang>/<tree>/404.html",
        _error(404),
        BOTH,
        caching=ERROR,
        for_hosts=True,
    ),
    Page("missing", "/<lang>/404.html", _error(404), BOTH, caching=ERROR, for_hosts=True),
    Page(
        "lost",
        "/404.html",
        _error(404),
        BOTH,
        caching=ERROR,
        placed=False,
        for_hosts=True,
    ),
    Page(
        "refused",
        "/400.html",
        _error(400),
        BOTH,
        caching=ERROR,
        placed=False,
        for_hosts=True,
    ),
)


class Address(NamedTuple):
    """A page of a site, for a tree and a step where it has them."""

    page: Page
    site: Site
    tree_id: str = ""
    step_id: str = ""

    @property
    def path(self) -> str:
        """The address, in the language that was asked for."""
        parts = {"<lang>": self.site.requested_language or self.site.language, "<tree>": self.tree_id}
        path = re.sub(r"<\w+>", lambda mark: parts.get(mark[0], self.step_id), self.page.path)
        return f"{self.site.root}{path}"

    @property
    def exists(self) -> bool:
        """Whether the page is there."""
        return self.page.exists(self.site, self.tree_id, self.step_id)

    def body(self, day: datetime.date) -> bytes:
        """The page of a day."""
        body = self.page.make(self.site, day, self.tree_id, self.step_id)
        return body if isinstance(body, bytes) else body.encode()

    @property
    def saved_as(self) -> str | None:
        """The name under which browsers save it, if they do."""
        name = share.file_name(self.site, self.tree_id, self.step_id)
        return f"{name}{self.page.file.removeprefix('qr')}" if self.page.saved else None


def addresses(site: Site) -> Iterator[Address]:
    """Every address of a site on the web and on screens, without a place and for each of its places."""
    there, kiosk = site.content.places, site.kiosk
    for place in (None, *there):
        for language in site.languages:
            yield from addresses_of(site.edition(language, place))
    for place in dict.fromkeys((kiosk.place, *there)):
        for language in kiosk.languages:
            yield from addresses_of(kiosk.edition(language, place))


def addresses_of(site: Site, *pages: Page) -> Iterator[Address]:
    """The addresses of one edition, of these pages or of all. Those without a language are those of the first one."""
    first = site.language == site.languages[0]
    base = site.place == (site.settings.kiosk.place if site.mode == KIOSK else None)
    for page in pages or PAGES:
        if site.mode in page.modes and (first or "<lang>" in page.path) and (base or page.placed):
            yield from (address for address in _instances(page, site) if address.exists)


def _instances(page: Page, site: Site) -> Iterator[Address]:
    if "<tree>" not in page.path:
        yield Address(page, site)
        return
    for tree_id in site.guides:
        tree = site.content.trees[tree_id]
        step_ids = {"<step>": tree.steps, "<moved>": tree.moved, "<removed>": tree.removed}
        ids = next((each for mark, each in step_ids.items() if mark in page.path), ("",))
        yield from (Address(page, site, tree_id, step_id) for step_id in ids)


def _first_step(site: Site, day: datetime.date) -> str:
    return step.page(site, day, site.begin, site.content.trees[site.begin].start)


def _copied(site: Site, day: datetime.date, tree_id: str) -> Mapping[str, str]:
    """The pages that stand in the offline copy of a guide, by their address."""
    copy = replace(site, copy=COPY_MARK)
    pages = [
        Address(page, copy, tree_id if "<tree>" in page.path else "")
        for page in PAGES
        if page.copied and site.mode in page.modes
    ]
    return {address.path: address.body(day).decode() for address in pages}
