"""Content in, HTML out: a page is a function of a tree, a step, a language and a day."""

import datetime
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from helper import shipped, texting
from helper.assets import Asset, assets
from helper.catalog import Catalog, Foreign
from helper.draw import svg
from helper.graph import MOST_UNTANGLED, Graph, lay_out
from helper.headers import secure
from helper.interface import LANGUAGE, UNDATED, Interface, offered, own_name, words
from helper.model import BLANK, Choice, Contact, Content, Hours, Kiosk, Note, Operator, Say, Settings, Tree
from helper.places import line_of, local_contacts, notes, placed
from helper.translate import translated
from helper.walks import choice_keys, questions_left, target

MOST_ASIDES = 4
"""More than these fold under one line."""
ALWAYS = ("988", "211", "911")
"""The contacts that the page of places offers where a place has none of its own."""
MANIFEST = "manifest.webmanifest"
SAID = "text said"
"""The kind of a button whose message begins with the lines to say."""
Mode = Literal["web", "kiosk"]
"""kiosk: for a screen in a waiting room, which can't call, forgets, and has no way out."""
KIOSK: Final = "kiosk"
HEALTH = "healthz"
"""The address that tells whether the guide is there."""
MOST_CODES = 4000
"""How many QR codes are kept: on the screens of a waiting room each step has one."""
markdown = MarkdownIt("zero").enable(["emphasis", "list"])
"""Paragraphs, lists and emphasis. HTML, links and images stay text."""


@dataclass(frozen=True)
class Way:
    """One way to reach a contact: a button."""

    kind: str
    href: str
    label: str

    @property
    def needs_phone(self) -> bool:
        """Whether a tap opens nothing on most tablets and computers."""
        return self.kind in ("call", "text", SAID)


@dataclass(frozen=True)
class ContactView:
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
class ChoiceView:
    label: str
    key: str
    """What tells it from the other choices of its step: its id, or the step that it leads to."""
    href: str
    partial: str


@dataclass(frozen=True)
class LineView:
    n: int
    line: Markup
    when: str | None
    condition: str | None
    original: str | None = None
    """The line in English, for who hears or reads it, where the page is in another language."""
    sent: str | None = None
    """What of it a text to 911 says, where the step has a button for one."""


@dataclass(frozen=True)
class SourceView:
    title: str
    url: str | None
    dates: str | None


@dataclass(frozen=True)
class DeskView:
    """What a step on a kiosk says of the people who work where it stands."""

    line: str
    hours: str | None
    phone: str | None


@dataclass(frozen=True)
class StepView:
    """What `_step.html` shows."""

    id: str
    title: str
    partial: str
    outcome: bool
    urgency: str | None
    urgency_words: str | None
    text: Markup | None
    contacts: tuple[ContactView, ...]
    hidden: int
    notes: tuple[Note, ...]
    """What is different in the place."""
    checks: tuple[Any, ...]
    lines: tuple[LineView, ...]
    conditions: tuple[LineView, ...]
    send: bool
    """Whether a button begins a text to 911 with the lines."""
    speaks: str | None
    """What the text says first where the page is not in English: the language of its reader."""
    sheet: str | None
    """The address of the sheet to fill in."""
    worse: tuple[ChoiceView, ...]
    ask: str | None
    choices: tuple[ChoiceView, ...]
    asides: tuple[ChoiceView, ...]
    folded: tuple[ChoiceView, ...]
    also: tuple[ContactView, ...]
    more: tuple[tuple[str, Markup], ...]
    why: str | None
    sources: tuple[SourceView, ...]
    left: int
    partly: bool
    """Whether some of it stands in another language than the page."""
    draft: bool
    edited: str
    share: str
    """The address of its page to share it."""
    private: bool
    address: str | None
    """On a kiosk, the whole address to carry the step away; and as a QR code."""
    qr: Markup | None
    desk: DeskView | None
    """On an urgent step of a kiosk, who is near; and the lines for people who can't talk or hear."""
    no_voice: tuple[ContactView, ...]


@dataclass(frozen=True)
class MapChoice:
    """A choice in the outline of a map, with the number and the title of the step that it leads to."""

    label: str
    kind: str | None
    href: str
    number: int
    title: str


@dataclass(frozen=True)
class MapStep:
    """A step in the outline of a map."""

    number: int
    title: str
    kind: str
    words: str
    href: str
    choices: tuple[MapChoice, ...]


@dataclass(frozen=True)
class MapView:
    """What `map.html` shows: the picture of a tree, and the same as text; of a very large one, a link to its words."""

    css: Mapping[str, str]
    all: str
    picture: Markup | None
    steps: tuple[MapStep, ...]
    draft: bool
    edited: str


@dataclass(frozen=True)
class PaperChoice:
    """A choice in the guide on one page, with the number, or the guide and title, of the step that it leads to."""

    label: str
    kind: str | None
    goal: str
    href: str | None


@dataclass(frozen=True)
class PaperStep:
    """A step in the guide on one page."""

    number: int
    step: StepView
    sheet: str | None
    """The address of the sheet to fill in."""
    lines: tuple[LineView, ...]
    choices: tuple[PaperChoice, ...]


@dataclass(frozen=True)
class PaperView:
    """What `_all.html` shows: the whole guide."""

    css: Mapping[str, str]
    title: str
    about: str | None
    address: str | None
    """Where the guide is on the web, when there is a public address; and as a QR code."""
    qr: Markup | None
    draft: bool
    edited: str
    day: str
    steps: tuple[PaperStep, ...]
    contacts: tuple[ContactView, ...]
    sources: tuple[SourceView, ...]


@dataclass(frozen=True)
class FileView:
    """What `file.html` shows: the whole guide in one file."""

    lang: str
    rtl: bool
    title: str
    style: Markup
    text_body: str
    detail: PaperView


@dataclass(frozen=True)
class PlaceView:
    """A place to choose, with those that lie in it. One with nothing of its own has no address."""

    name: str
    href: str | None
    inside: tuple["PlaceView", ...]


@dataclass(frozen=True)
class PlacesView:
    """What `places.html` shows."""

    here: str | None
    notes: tuple[Note, ...]
    contacts: tuple[ContactView, ...]
    start: str
    anywhere: str
    places: tuple[PlaceView, ...]
    always: tuple[ContactView, ...]


@dataclass(frozen=True)
class GuideView:
    """A guide, as the About page lists it."""

    title: str
    href: str
    draft: bool
    signed: str
    """Who has checked it, and when. Empty while nobody has."""
    edited: str
    review_by: str
    late: bool
    """Whether the day on which it was to be read again has passed."""


@dataclass(frozen=True)
class AboutView:
    """What `about.html` shows."""

    urgent: bool
    """Whether the guide of the first page is for people in danger."""
    operator: Operator | None
    report: str | None
    """The address of the link by which readers report a mistake."""
    guides: tuple[GuideView, ...]
    contacts: tuple[ContactView, ...]
    sources: tuple[SourceView, ...]


@dataclass(frozen=True)
class ShareView:
    """What `share.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    whole: bool
    """Whether it is the whole guide that is shared."""
    guide: str
    title: str
    path: str
    """The address of the step on this website."""
    start: str
    """The address of the page that shares the whole guide."""
    address: str | None
    """The whole address that is shared. None when the settings do not tell where the guide is."""
    message: str
    """What a text or mail says, in an address; and its subject."""
    subject: str
    qr: Markup | None
    code: str
    """The address of the QR code as a file, and the name of the file, without the ending."""
    file: str
    anywhere: str | None
    """The same page without the place."""
    places: tuple[PlaceView, ...]
    frame_ancestors: tuple[str, ...]
    draft: bool
    edited: str
    day: str


@dataclass(frozen=True)
class LanguageView:
    """The same page in a language."""

    code: str
    name: str
    href: str
    home: str
    """What the addresses of the steps begin with in it, for walk.js."""


@dataclass(frozen=True)
class PageView:
    """What every page shows around its own part."""

    lang: str
    rtl: bool
    title: str
    name: str
    canonical: str | None
    home: str
    """What the addresses of the steps begin with, for walk.js."""
    languages: tuple[LanguageView, ...]
    notice: str | None
    text_body: str
    """What a text to 988 begins with, in its address."""
    css: Mapping[str, str]
    scripts: tuple[Mapping[str, str], ...]
    icon: str
    manifest: str
    offline: bool
    """Whether browsers keep a copy of the guide."""
    start: ChoiceView
    no_voice: ChoiceView | None
    abroad: ChoiceView | None
    exit: str
    about: str
    leaving: str
    map: str
    all: str
    places: str | None
    place: str | None
    guides: tuple[tuple[str, str, str | None], ...]
    step: StepView | None = None
    detail: Any = None
    copy: str = ""
    """What a page says that comes from the copy."""


@dataclass(frozen=True)
class KioskView:
    """What every page of a kiosk shows around its own part."""

    lang: str
    rtl: bool
    title: str
    name: str
    css: tuple[Mapping[str, str], ...]
    scripts: tuple[Mapping[str, str], ...]
    icon: str
    start: str
    """The address of the start screen."""
    times: Kiosk
    version: str
    bundles: tuple[str, ...]
    health: str
    languages: tuple[LanguageView, ...]
    no_voice: ChoiceView | None
    guides: tuple[tuple[str, str], ...]
    first: bool = False
    """Whether it is the start screen."""
    step: StepView | None = None
    detail: Any = None


@dataclass(frozen=True)
class WaitingView:
    """What `waiting.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    problems: str


def templates() -> Environment:
    """The templates as they are now; a page never mixes those of different times."""
    found = Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters["plain"] = str
    return found


def link(asset: Asset, settings: Settings) -> Mapping[str, str]:
    """What a page writes to use an asset."""
    return {"url": f"{settings.base}/static/{asset.name}", "integrity": asset.integrity}


def watcher(found: Mapping[str, Asset], settings: Settings, version: str) -> Mapping[str, str]:
    """The link to watch.js, which reads from it of which version the page is."""
    script = link(found["watch.js"], settings)
    return {**script, "url": f"{script['url']}?{version}"}


def worker(settings: Settings, copied: bool) -> str:
    """The service worker, which keeps the offline copy; or one that deletes it, and itself."""
    name = "sw.js" if copied else "sw-off.js"
    return shipped("templates").joinpath(name).read_text().replace("[[base]]", settings.base)


@cache
def _templates() -> str:
    """What the templates were when the program began: another release may be put over this one while it runs."""
    return "\n".join(path.read_text() for path in sorted(shipped("templates").iterdir()))


def health(version: str, reason: str = "") -> str:
    """What /healthz answers: the version of the pages, empty without any, and what is wrong with the newest files."""
    return json.dumps({"status": "degraded" if reason else "ok", "version": version, "reason": reason})


def waiting(found: Mapping[str, Asset], settings: Settings, problems: str) -> str:
    """The page that stands in for the guide until its trees are good for the first time."""
    view = WaitingView(link(found["guide.css"], settings), watcher(found, settings, ""), problems)
    return templates().get_template("waiting.html").render(view=view)


@dataclass(frozen=True)
class Site:
    """All pages in one language for one place. The same content, language, place and day always give the same HTML."""

    content: Content
    """The content as it is written: in English."""
    settings: Settings
    catalogs: Mapping[str, Mapping[str, Catalog]] = field(default_factory=dict)
    """The translations of the content, by language."""
    assets: Mapping[str, Asset] = field(default_factory=lambda: assets(shipped("static")))
    watch: str | None = None
    """The version that pages give to watch.js, which shows them anew when there is another one; or no watch.js."""
    templates: Environment = field(default_factory=templates)
    language: str = LANGUAGE
    asked: str | None = None
    """The language of the address, where it is one that is not offered: pages say so, in English."""
    place: str | None = None
    mode: Mode = "web"
    editions: dict[tuple[str, str | None, Mode], "Site"] = field(default_factory=dict)
    """Those that were asked for."""

    def __post_init__(self) -> None:
        self.editions.setdefault((self.language, self.place, self.mode), self)

    def edition(self, language: str, place: str | None = None, mode: Mode | None = None) -> "Site":
        """The same site in an offered language, for a place; in the same mode, or in another one."""
        key = language, place, mode or self.mode
        if key not in self.editions:
            replace(self, language=language, place=place, mode=key[2], asked=None)
        return self.editions[key]

    @property
    def kiosk(self) -> "Site":
        """The same site on the screens of waiting rooms, in their first language, where they stand."""
        first = next(iter(self.settings.kiosk.languages or self.languages))
        return self.edition(first, self.settings.kiosk.place, "kiosk")

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that are offered, or that a kiosk has."""
        chosen = self.settings.kiosk.languages if self.mode == KIOSK else ()
        return chosen or offered(self.catalogs, self.settings.languages)

    @cached_property
    def guides(self) -> tuple[str, ...]:
        """The trees whose pages there are: on a kiosk those that were chosen, the first one first, and all that these
        lead to."""
        found = dict.fromkeys(self.settings.kiosk.guides if self.mode == KIOSK else ())
        waiting = [*found]
        for tree_id in waiting:
            for step in self.content.trees[tree_id].steps.values():
                new = [goal for one in step.choices if (goal := target(tree_id, one.go)[0]) not in found]
                found |= dict.fromkeys(new)
                waiting += dict.fromkeys(new)
        return tuple(found or self.content.trees)

    @cached_property
    def begin(self) -> str:
        """The tree that the first page shows."""
        return (self.settings.kiosk.guides or (self.settings.home,))[0] if self.mode == KIOSK else self.settings.home

    @cached_property
    def version(self) -> str:
        """What changes when the pages do, whatever the day."""
        parts = (
            self.content.model_dump_json(),
            self.settings.model_dump_json(),
            repr(self.catalogs),
            *(asset.name for asset in self.assets.values()),
            _templates(),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    @cached_property
    def words(self) -> Interface:
        return words(self.language)

    @cached_property
    def shown(self) -> Content:
        """The content in this language, for this place."""
        content = placed(self.content, self.place)
        return content if self.language == LANGUAGE else translated(content, self.catalogs.get(self.language, {}))

    @cached_property
    def left(self) -> Mapping[tuple[str, str], int]:
        return questions_left(self.content)

    @cached_property
    def _scripts(self) -> tuple[Mapping[str, str], ...]:
        names = ("exit.js", "htmx-4.0.1.min.js", "step.js", "walk.js", *(("offline.js",) if self.copied else ()))
        scripts = tuple(self._asset(name) for name in names)
        return scripts if self.watch is None else (*scripts, watcher(self.assets, self.settings, self.watch))

    @property
    def copied(self) -> bool:
        """Whether browsers keep a copy of the guides. An author must see every edit, so there is none with watch.js."""
        return self.settings.offline and self.watch is None

    @property
    def home(self) -> Tree:
        return self.shown.trees[self.settings.home]

    @property
    def root(self) -> str:
        """The address of the first page, whatever the language, without the slash at its end."""
        where = ("in", self.place) if self.place else ()
        if self.mode == KIOSK:
            where = (KIOSK, *(where if self.place != self.settings.kiosk.place else ()))
        return "/".join((self.settings.base, *where))

    def url(self, *parts: str) -> str:
        """The address of a page in this language for this place, with the path of the public address before it."""
        return "/".join((self.root, self.language, *parts, ""))

    def page(self, tree_id: str, step_id: str, day: datetime.date) -> str:
        """A step as a whole page."""
        step = self.step(tree_id, step_id, day)
        return self._render("step.html", self._page(step.title, tree_id, (tree_id, step_id), step=step))

    def partial(self, tree_id: str, step_id: str, day: datetime.date) -> str:
        """A step without the page around it. It stands in the page word for word."""
        return self._render("_step.html", self.step(tree_id, step_id, day))

    def answer_words(self, tree_id: str) -> str:
        """The titles of a guide's steps and the labels of their choices by their keys, as JSON of HTML: pages keep only
        ids of what was answered."""
        found = {
            step_id: {
                "title": escape(step.title),
                "choices": {
                    key: escape(choice.label)
                    for choice, key in zip(step.choices, choice_keys(tree_id, step), strict=True)
                },
            }
            for step_id, step in self.shown.trees[tree_id].steps.items()
        }
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    def bundle(self, tree_id: str, day: datetime.date) -> str:
        """A whole guide as JSON, for the offline copy or the memory of a kiosk: its partials, and the page around them
        with marks to fill."""
        tree, kiosk = self.shown.trees[tree_id], self.mode == KIOSK
        start = self.url(tree_id, tree.start)
        starts = [self.url(tree_id), *([self.url()] if tree_id == self.begin else [])]
        if tree_id == self.begin and not kiosk and self.language == self.languages[0]:
            starts.append(f"{self.root}/")
        found = self._kept_by_kiosk(tree_id) if kiosk else self._kept_offline(tree_id, day)
        found |= {
            "steps": {self.url(tree_id, step_id): self.partial(tree_id, step_id, day) for step_id in tree.steps},
            "same": dict.fromkeys(starts, start),
            "moved": {self.url(tree_id, old): self.url(tree_id, new) for old, new in tree.moved.items()},
        }
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    def _kept_offline(self, tree_id: str, day: datetime.date) -> dict[str, Any]:
        """What the offline copy has beside the steps."""
        words = self.words
        frame = self._web_page("[[title]]", tree_id, (tree_id, "[[step]]"), copy="[[copy]]")
        copy = words.gettext("Offline copy of %(day)s.", day=words.day(day))
        old = words.gettext("It is old. Check its numbers when you have network. 911 and 988 stay the same.")
        return {
            "copy": str(escape(copy)),
            "old": str(escape(f"{copy} {old}")),
            "review_by": self.shown.trees[tree_id].review_by.isoformat(),
            "home": self.url(),
            "headers": {**secure(self.settings), "Content-Type": "text/html; charset=utf-8"},
            "assets": [frame.css["url"], frame.icon, *(script["url"] for script in frame.scripts)],
            "frame": self._render("frame.html", frame),
            "missing": self.missing(503, tree_id),
            "pages": {
                self.url("about"): self.about(day, "[[copy]]"),
                self.url("about", "leaving"): self.leaving("[[copy]]"),
                f"{self.url(tree_id)}words.json": self.answer_words(tree_id),
            },
        }

    def _kept_by_kiosk(self, tree_id: str) -> dict[str, Any]:
        """What a kiosk holds beside the steps."""
        return {
            "version": self.version,
            "lang": self.language,
            "start": self.url(tree_id, self.shown.trees[tree_id].start),
            "frame": self._render("frame.html", self._kiosk_page("[[title]]", tree_id, (tree_id, "[[step]]"))),
        }

    def begin_screen(self) -> str:
        """The start screen of a kiosk: languages to choose from, and nothing that tells what the screen is for."""
        greetings = {one: words(one).gettext("Touch to begin") for one in self.languages}
        page = self._kiosk_page(self.words.gettext("Touch to begin"), None, None, first=True, detail=greetings)
        return self._render("begin.html", page)

    def manifest(self) -> str:
        """The web app manifest, by which the guide can be put on a home screen. The short name tells nobody of what."""
        start = f"{self.settings.base}/"
        icons = [{"src": self._asset("icon.svg")["url"], "type": "image/svg+xml", "sizes": "any"}]
        icons += [
            {"src": self._asset(f"icon-{size}.png")["url"], "type": "image/png", "sizes": f"{size}x{size}"}
            for size in (192, 512)
        ]
        found = {
            "name": str(self.home.title),
            "short_name": str(self.words.gettext("Guide")),
            "lang": self.language,
            "start_url": start,
            "scope": start,
            "display": "minimal-ui",
            "background_color": "#ffffff",
            "theme_color": "#0b4b52",
            "icons": icons,
        }
        return json.dumps(found, ensure_ascii=False, indent=1)

    def about(self, day: datetime.date, copy: str = "") -> str:
        """The page that tells who stands behind the guide, what it keeps, how it was tested, and from what it is."""
        found = ((name, self._offers(name, day)) for name in self.shown.contacts)
        operator = self.settings.operator
        contact = operator.contact if operator else None
        guides = dict.fromkeys((self.settings.home, *self.shown.trees))
        detail = AboutView(
            urgent=self.home.urgent,
            operator=operator,
            report=f"mailto:{contact}" if contact and not contact.startswith("https:") else contact,
            guides=tuple(self._guide(name, self.shown.trees[name], day) for name in guides),
            contacts=tuple(site.contact(name) for name, site in found if site),
            sources=self.sources(self.content.sources),
        )
        title = self.words.gettext("About this guide")
        return self._render("about.html", self._page(title, None, ("about",), detail=detail, copy=copy))

    def _guide(self, tree_id: str, tree: Tree, day: datetime.date) -> GuideView:
        _, signed = self.words.gettext, tree.reviewed
        on = self.words.day(signed.on) if signed else ""
        return GuideView(
            title=tree.title,
            href=self.url(tree_id, tree.start),
            draft=signed is None,
            signed=_("Checked by %(by)s (%(role)s), %(day)s.", by=signed.by, role=signed.role, day=on)
            if signed
            else "",
            edited=self.words.day(tree.edited),
            review_by=self.words.day(tree.review_by),
            late=tree.review_by < day,
        )

    def leaving(self, copy: str = "") -> str:
        """The page that tells what the quick exit can't hide."""
        title = self.words.gettext("Leaving this page quickly")
        return self._render("leaving.html", self._page(title, None, ("about", "leaving"), copy=copy))

    def card(self) -> str:
        """The crisis card: a sheet to fill in on the page, or on paper."""
        sheets = {"css": self._asset("card.css"), "paper": self._asset("paper.css"), "script": self._asset("card.js")}
        title = self.words.gettext("Fill in a crisis card")
        return self._render("card.html", self._page(title, None, ("about", "card"), detail=sheets))

    def map(self, tree_id: str) -> str:
        """The page with the picture of a tree."""
        tree = self.shown.trees[tree_id]
        drawn = len(tree.steps) <= MOST_UNTANGLED
        found = lay_out(self.shown, tree_id, language=self.language) if drawn else None
        detail = MapView(
            css=self._asset("map.css"),
            all=self.url(tree_id, "all"),
            picture=Markup(svg(found, lambda node: self.url(*node))) if found else None,
            steps=tuple(self._map_steps(found)) if found else (),
            draft=tree.reviewed is None,
            edited=self.words.day(tree.edited),
        )
        title = self.words.gettext("Map: %(name)s", name=str(tree.title))
        return self._render("map.html", self._page(title, tree_id, (tree_id, "map"), detail=detail))

    def _map_steps(self, found: Graph) -> Iterable[MapStep]:
        for card in found.cards.values():
            choices = (
                MapChoice(label, row.quiet, self.url(*row.goal), goal.number, goal.title)
                for row in card.rows
                for label in row.labels
                for goal in (found.cards[row.goal],)
            )
            yield MapStep(
                card.number, card.title, card.kind, self.words.kind(card.kind), self.url(*card.node), tuple(choices)
            )

    def places(self, day: datetime.date) -> str:
        """The page to choose a place from, with the lines of the one that is chosen."""
        found = self.shown.places
        here = [*line_of(found, self.place)] if self.place else []
        local = local_contacts(found, self.place) if self.place else {}
        own = [name for name, contact in local.items() if contact.offered(day)]
        always = [name for name in ALWAYS if name in self.shown.contacts and name not in own]
        detail = PlacesView(
            here=here[0].name if here else None,
            notes=tuple(note for place in here for note in place.notes if day <= note.expires),
            contacts=self._contacts(own, day),
            start=self.url(self.settings.home, self.home.start),
            anywhere=self.edition(self.language).url(self.settings.home, self.home.start),
            places=tuple(self._inside(None, day, "about", "places")),
            always=self._contacts(self._with_versions(always, day), day),
        )
        title = self.words.gettext("Lines where you live")
        return self._render("places.html", self._page(title, None, ("about", "places"), detail=detail))

    def _inside(self, parent: str | None, day: datetime.date, *parts: str) -> Iterable[PlaceView]:
        """The places that lie in one, by name: those with something to show, and those around them.

        They link to their page at `parts`.
        """
        found = {name: place for name, place in self.shown.places.items() if place.parent == parent}
        for name, place in sorted(found.items(), key=lambda pair: pair[1].name):
            inside = tuple(self._inside(name, day, *parts))
            own = any(contact.offered(day) for contact in place.contacts.values())
            if own or any(day <= note.expires for note in place.notes):
                yield PlaceView(place.name, self.edition(self.language, name).url(*parts), inside)
            elif inside:
                yield PlaceView(place.name, None, inside)

    def all(self, tree_id: str, day: datetime.date) -> str:
        """The whole guide on one page."""
        title = self.shown.trees[tree_id].title
        return self._render("all.html", self._page(title, tree_id, (tree_id, "all"), detail=self._paper(tree_id, day)))

    def file(self, tree_id: str, day: datetime.date) -> str:
        """The whole guide in one file that needs nothing else, for a stick or a mail."""
        found = self._paper(tree_id, day, elsewhere=False)
        style = "\n".join(self.assets[name].body.decode() for name in ("guide.css", "all.css"))
        rtl = self.words.locale.text_direction == "rtl"
        view = FileView(self.language, rtl, str(found.title), Markup(style), self._text_body, found)
        return self._render("file.html", view)

    def _paper(self, tree_id: str, day: datetime.date, elsewhere: bool = True) -> PaperView:
        """The whole guide. With `elsewhere` it links to the steps of other guides."""
        tree, cards = self.shown.trees[tree_id], lay_out(self.shown, tree_id, language=self.language).cards
        own = [step_id for name, step_id in cards if name == tree_id]
        numbers = {step_id: n for n, step_id in enumerate(own, 1)}
        steps = []
        for step_id in own:
            choices = []
            for choice in tree.steps[step_id].choices:
                goal = target(tree_id, choice.go)
                if goal[0] == tree_id:
                    number = numbers[goal[1]]
                    choices.append(PaperChoice(choice.label, choice.kind, str(number), f"#step-{number}"))
                else:
                    title = Markup("{}: {}").format(self.shown.trees[goal[0]].title, cards[goal].title)
                    href = self.url(*goal) if elsewhere else None
                    choices.append(PaperChoice(choice.label, choice.kind, title, href))
            view = self.step(tree_id, step_id, day)
            lines = sorted((*view.lines, *view.conditions), key=lambda line: line.n)
            sheet = view.sheet if elsewhere else None
            steps.append(PaperStep(numbers[step_id], view, sheet, tuple(lines), tuple(choices)))
        named = dict.fromkeys(name for step in tree.steps.values() for name in (*step.contacts, *step.also))
        cited = dict.fromkeys(name for step in tree.steps.values() for name in step.sources)
        address = self.public(tree_id)
        return PaperView(
            css=self._asset("all.css"),
            title=tree.title,
            about=tree.about,
            address=address,
            qr=qr(address) if address else None,
            draft=tree.reviewed is None,
            edited=self.words.day(tree.edited),
            day=self.words.day(day),
            steps=tuple(steps),
            contacts=self._contacts(dict.fromkeys((*self._with_versions(named, day), *named)), day),
            sources=self.sources(cited),
        )

    def public(self, *parts: str) -> str | None:
        """The whole address of a page, for paper and QR codes, when the settings tell where the guide is."""
        return f"{self.settings.origin}{self.url(*parts)}" if self.settings.origin else None

    def shared(self, tree_id: str, step_id: str) -> str | None:
        """The address that is shared: that of a step, or of the whole guide from its first step."""
        first = step_id == self.content.trees[tree_id].start
        return self.public(tree_id) if first else self.public(tree_id, step_id)

    def file_name(self, tree_id: str, step_id: str) -> str:
        """What the QR code of a step is called when it is downloaded, without the ending."""
        return "-".join(("qr", tree_id, step_id, *((self.place,) if self.place else ()), self.language))

    def share(self, tree_id: str, step_id: str, day: datetime.date) -> str:
        """The page to share a step, or a guide from its first step: a link, a QR code, a handout, an embed snippet."""
        _ = self.words.gettext
        tree, step = self.shown.trees[tree_id], self.shown.trees[tree_id].steps[step_id]
        whole = step_id == tree.start
        title, address = tree.title if whole else step.title, self.shared(tree_id, step_id)
        parts = (tree_id, step_id, "share")
        detail = ShareView(
            css=self._asset("share.css"),
            script=self._asset("share.js"),
            whole=whole,
            guide=tree.title,
            title=title,
            path=self.url(*parts[:-1]),
            start=self.url(tree_id, tree.start, "share"),
            address=address,
            message=quote(f"{title}\n{address}"),
            subject=quote(title),
            qr=qr(address) if address else None,
            code=f"{self.url(*parts)}qr",
            file=self.file_name(tree_id, step_id),
            anywhere=self.edition(self.language).url(*parts) if self.place else None,
            places=tuple(self._inside(None, day, *parts)),
            frame_ancestors=self.settings.frame_ancestors,
            draft=tree.reviewed is None,
            edited=self.words.day(tree.edited),
            day=self.words.day(day),
        )
        name = _("Share: %(name)s", name=str(title))
        return self._render("share.html", self._page(name, tree_id, parts, detail=detail))

    def choose_language(self, tree_id: str) -> str:
        """The page of language links of a tree."""
        return self._render("languages.html", self._page(self.shown.trees[tree_id].title, tree_id, (tree_id,)))

    def moved(self, tree_id: str, step_id: str) -> str:
        """The page at the old address of a step, for hosts that serve files: it leads on to the new one."""
        step = self.shown.trees[tree_id].steps[step_id]
        detail = self._choice(tree_id, Choice(label=step.title, go=step_id))
        title = self.words.gettext("This step has a new address")
        return self._render("moved.html", self._page(title, tree_id, None, detail=detail))

    def missing(self, status: int, tree_id: str = "") -> str:
        """The page for what is not there or went wrong. It carries 911 and 988, and the start of a tree."""
        _ = self.words.gettext
        tree = self.shown.trees.get(tree_id) if status in (404, 410, 503) else None
        name = str(tree.title) if tree else ""
        if status == 404:
            title = _("This page is not here")
            text = _("The address may be mistyped. The first question is below.")
            if tree:
                text = _("There is no such page in the guide “%(name)s”. Its first question is below.", name=name)
        elif status == 410:
            title = _("This step was taken out")
            text = _("The guide “%(name)s” has changed. Its first question is below.", name=name)
        elif status == 500:
            title = _("This page did not load")
            text = _("Something went wrong on our side, not yours. Try again, or call or text one of these.")
        elif status == 503:
            title = _("There is no network")
            text = _("The offline copy on this device does not have this page. It has the guide below.")
        else:
            title = _("This page can’t be shown")
            text = _("The address or the request was not one we know.")
        return self._render("error.html", self._page(title, tree_id if tree else None, None, detail=text))

    def step(self, tree_id: str, step_id: str, day: datetime.date) -> StepView:
        """The step as its template shows it on `day`."""
        tree = self.shown.trees[tree_id]
        step = tree.steps[step_id]
        here = self._choice(tree_id, Choice(label=step.title, go=step_id))
        written = self.content.trees[tree_id].steps[step_id].say
        speaks = None if self.language == LANGUAGE else texting.speaks(words(LANGUAGE).name(self.language))
        named = self._with_versions(step.contacts, day)
        others = (*step.contacts, *self._with_versions(step.also, day), *step.also)
        also = [name for name in dict.fromkeys(others) if name not in named]
        contacts = self._contacts(named, day, texting.message(written, speaks))
        send = any(one.said for one in contacts)
        sent = texting.sent(written) if send else [None] * len(written)
        lines = [
            _line_view(n, line, None if line.line == original.line else original.line, text)
            for n, (line, original, text) in enumerate(zip(step.say, written, sent, strict=True))
        ]
        by_kind = {
            kind: tuple(
                self._choice(tree_id, choice, key)
                for choice, key in zip(step.choices, choice_keys(tree_id, step), strict=True)
                if choice.kind in kinds
            )
            for kind, kinds in (("ways", (None, "unsure", "refused")), ("worse", ("worse",)), ("aside", ("aside",)))
        }
        # Many asides would stand between the call button and the words to say. Those for readers who can't use the
        # numbers at all are never folded away.
        always = {self.url(*target(tree_id, go)) for go in (tree.no_voice, tree.abroad) if go}
        asides = by_kind["aside"]
        folded = tuple(one for one in asides if one.href not in always) if len(asides) > MOST_ASIDES else ()
        asides = tuple(one for one in asides if one not in folded)
        pressing = self.mode == KIOSK and step.urgency in ("urgent", "emergency")
        address = self._carried(tree_id, step_id) if self.mode == KIOSK else None
        return StepView(
            id=f"{tree_id}/{step_id}",
            title=step.title,
            partial=here.partial,
            outcome=step.outcome,
            urgency=step.urgency,
            urgency_words=self.words.urgency(step.urgency) if step.urgency else None,
            text=html(step.text) if step.text else None,
            contacts=contacts,
            hidden=len(named) - len(contacts),
            notes=tuple(notes(self.shown, self.place, step.contacts, day)),
            checks=step.checks,
            lines=tuple(line for line in lines if line.when is None),
            conditions=tuple(line for line in lines if line.when is not None),
            send=send,
            speaks=speaks,
            sheet=self.url("about", step.sheet) if step.sheet and self.mode != KIOSK else None,
            worse=by_kind["worse"],
            ask=step.ask,
            choices=by_kind["ways"],
            asides=asides,
            folded=folded,
            also=self._contacts(also, day),
            more=tuple((block.title, html(block.text)) for block in step.more),
            why=step.why,
            sources=self.sources(step.sources),
            left=self.left[tree_id, step_id],
            partly=any(isinstance(text, Foreign) for _, text in step.texts()),
            draft=tree.reviewed is None,
            edited=self.words.day(tree.edited),
            share=self.url(tree_id, step_id, "share"),
            private=step.private,
            address=address,
            qr=qr(address) if address else None,
            desk=self._desk if pressing else None,
            no_voice=self._no_voice(day, (*named, *also, *ALWAYS)) if pressing else (),
        )

    @cached_property
    def _desk(self) -> DeskView:
        chosen = self.settings.kiosk
        line = chosen.desk.get(self.language) or self.words.gettext("Tell someone who works here now.")
        return DeskView(line, chosen.desk_hours.get(self.language), chosen.desk_phone)

    def _carried(self, tree_id: str, step_id: str) -> str | None:
        """The address by which a step on a kiosk goes on a phone of one's own: the first page, where the step is
        private."""
        web = self.edition(self.language, self.place, "web")
        return web.public() if self.content.trees[tree_id].steps[step_id].private else web.public(tree_id, step_id)

    def _no_voice(self, day: datetime.date, without: Iterable[str]) -> tuple[ContactView, ...]:
        """The lines for people who can't talk or hear, but for those that stand on the page anyhow."""
        if self.home.no_voice is None:
            return ()
        step = self.home.steps[self.home.no_voice]
        ids = [name for name in self._with_versions((*step.contacts, *step.also), day) if name not in without]
        return self._contacts(ids, day)

    def _render(self, template: str, view: object) -> str:
        words = self.words
        found = self.templates.get_template(template)
        kiosk = self.mode == KIOSK
        texts = {"_": words.gettext, "ngettext": words.ngettext, "day": words.day}
        return found.render(view=view, lang=self.language, kiosk=kiosk, **texts)

    def _page(
        self, title: str, tree_id: str | None, parts: tuple[str, ...] | None, **more: Any
    ) -> PageView | KioskView:
        """What stands around the page with the address `parts`. An error has none."""
        if self.mode == KIOSK:
            return self._kiosk_page(title, tree_id, parts, **more)
        return self._web_page(title, tree_id, parts, **more)

    def _kiosk_page(self, title: str, tree_id: str | None, parts: tuple[str, ...] | None, **more: Any) -> KioskView:
        tree_id = tree_id or self.begin
        editions = [self.edition(code, self.place) for code in self.languages]
        return KioskView(
            lang=self.language,
            rtl=self.words.locale.text_direction == "rtl",
            title=title,
            name=self.shown.trees[tree_id].title,
            css=(self._asset("guide.css"), self._asset("kiosk.css")),
            scripts=(self._asset("step.js"), self._asset("kiosk.js")),
            icon=self._asset("icon.svg")["url"],
            start=f"{self.root}/",
            times=self.settings.kiosk,
            version=self.version,
            bundles=tuple(one.url(name, "bundle.json")[:-1] for one in editions for name in self.guides),
            health=f"{self.settings.base}/{HEALTH}",
            languages=tuple(
                LanguageView(one.language, own_name(one.language), one.url(*(parts or ())), one.url())
                for one in editions
            ),
            no_voice=self._link(self.settings.home, self.home.no_voice),
            guides=tuple(
                (self.shown.trees[name].title, self.url(name, self.shown.trees[name].start))
                for name in self.settings.kiosk.guides or self.guides
                if name != tree_id
            ),
            **more,
        )

    def _web_page(self, title: str, tree_id: str | None, parts: tuple[str, ...] | None, **more: Any) -> PageView:
        home_id, home = self.settings.home, self.home
        tree_id = tree_id or home_id
        tree = self.shown.trees[tree_id]
        notice = None
        if self.asked:
            name = words(LANGUAGE).name(self.asked)
            notice = self.words.gettext("This guide is not in %(language)s yet. Here it is in English.", language=name)
        return PageView(
            lang=self.language,
            rtl=self.words.locale.text_direction == "rtl",
            title=title,
            name=tree.title,
            canonical=self.url(*parts) if parts else None,
            home=self.url(),
            languages=tuple(
                LanguageView(code, own_name(code), other.url(*(parts or ())), other.url())
                for code in self.languages
                for other in (self.edition(code, self.place),)
            ),
            notice=notice,
            text_body=self._text_body,
            css=self._asset("guide.css"),
            scripts=self._scripts,
            icon=self._asset("icon.svg")["url"],
            manifest=f"{self.settings.base}/{MANIFEST}",
            offline=self.copied,
            start=self._choice(tree_id, Choice(label=tree.steps[tree.start].title, go=tree.start)),
            no_voice=self._link(home_id, home.no_voice),
            abroad=self._link(home_id, home.abroad),
            exit=self.settings.exit,
            about=self.url("about"),
            leaving=self.url("about", "leaving"),
            map=self.url(tree_id, "map"),
            all=self.url(tree_id, "all"),
            places=self.url("about", "places") if self.content.places else None,
            place=self.shown.places[self.place].name if self.place else None,
            guides=tuple(
                (other.title, self.url(name, other.start), other.about)
                for name, other in self.shown.trees.items()
                if name != tree_id
            ),
            **more,
        )

    @cached_property
    def _text_body(self) -> str:
        word = next((self.shown.contacts[name].word for name in self._versions("988")), None)
        return f"?body={quote(word)}" if word else ""

    def _asset(self, name: str) -> Mapping[str, str]:
        return link(self.assets[name], self.settings)

    def _choice(self, tree_id: str, choice: Choice, key: str = "") -> ChoiceView:
        href = self.url(*target(tree_id, choice.go))
        return ChoiceView(choice.label, key, href, f"{href}step.html")

    def _link(self, tree_id: str, step_id: str | None) -> ChoiceView | None:
        if step_id is None:
            return None
        return self._choice(tree_id, Choice(label=self.shown.trees[tree_id].steps[step_id].title, go=step_id))

    def _versions(self, contact_id: str) -> list[str]:
        """The same line in the language of the pages, if it has one of its own there."""
        table = self.shown.contacts
        return [name for name, one in table.items() if (one.version_of, one.lang) == (contact_id, self.language)]

    def _with_versions(self, ids: Iterable[str], day: datetime.date) -> list[str]:
        """The contacts, each with its line in the language of the pages in its place, if one is offered on `day`."""
        table = self.shown.contacts
        found = []
        for contact_id in ids:
            own = [name for name in self._versions(contact_id) if table[name].offered(day)]
            found += own or [contact_id]
        return list(dict.fromkeys(found))

    def _offers(self, contact_id: str, day: datetime.date) -> "Site | None":
        """The site whose contact may be shown on `day`: this one, or that of a place around it, or of no place.

        A place can put a line of its own under the id of another. Past its date the other one is back.
        """
        contact = self.shown.contacts.get(contact_id)
        if contact and contact.offered(day):
            return self
        if self.place is None:
            return None
        return self.edition(self.language, self.content.places[self.place].parent)._offers(contact_id, day)

    def _contacts(self, ids: Iterable[str], day: datetime.date, message: str = "") -> tuple[ContactView, ...]:
        """The contacts that may be shown on `day`, those that never close first. `message` begins a text to 911."""
        offered = [(name, site) for name in ids if (site := self._offers(name, day))]
        offered.sort(key=lambda pair: pair[1].shown.contacts[pair[0]].hours != "always")
        return tuple(site.contact(name, message) for name, site in offered)

    def contact(self, contact_id: str, message: str = "") -> ContactView:
        """The contact as pages show it, whatever its date. `message` begins a text to 911."""
        contact = self.shown.contacts[contact_id]
        source = self.content.sources[contact.source]
        times = contact.hours.model_dump() if isinstance(contact.hours, Hours) else {}
        return ContactView(
            id=contact_id,
            expires=contact.expires,
            name=contact.name,
            lang=contact.lang if contact.lang != self.language else None,
            about=contact.about,
            ways=tuple(self._ways(contact, message)),
            hours=self.words.hours(contact.hours),
            times=times,
            languages=Markup(", ").join(self.words.name(code) for code in contact.languages),
            source=self._in_english(source.title),
            source_url=source.url if self.mode != KIOSK else None,
            verified=self.words.dates(contact.verified, source.checked),
        )

    def _in_english(self, text: str) -> str:
        return text if self.language == LANGUAGE else Foreign(text, LANGUAGE)

    def sources(self, ids: Iterable[str]) -> tuple[SourceView, ...]:
        """The sources as pages show them."""
        found = [self.content.sources[source] for source in ids]
        return tuple(
            SourceView(
                self._in_english(one.title),
                one.url if self.mode != KIOSK else None,
                self.words.dates(one.dated, one.checked) if one.url or one.dated != UNDATED else None,
            )
            for one in found
        )

    def _ways(self, contact: Contact, message: str) -> Iterable[Way]:
        """The buttons of a contact. `message` begins a text to 911."""
        _, kiosk = self.words.gettext, self.mode == KIOSK
        if contact.call:
            number = self._figures(contact.call)
            if contact.press:
                number = _("%(number)s, then press %(key)s", number=number, key=contact.press)
            label = _("From a phone, call %(number)s", number=number) if kiosk else _("Call %(number)s", number=number)
            yield Way("call", f"tel:{_dial(contact.call)}", label)
        if contact.text:
            lines = message if texting.takes_lines(contact) else ""
            body = f"?body={quote(contact.word or lines)}" if contact.word or lines else ""
            number = self._figures(contact.text)
            if contact.word:
                number = _("%(word)s to %(number)s", word=contact.word, number=number)
            label = _("From a phone, text %(number)s", number=number) if kiosk else _("Text %(number)s", number=number)
            yield Way(SAID if lines else "text", f"sms:{_dial(contact.text)}{body}", label)
        if contact.chat:
            site = _host(contact.chat)
            label = _("On your own phone, chat at %(site)s", site=site) if kiosk else _("Chat at %(site)s", site=site)
            yield Way("chat", contact.chat, label)
        if contact.video:
            yield Way("video", contact.video, _("Sign language call at %(site)s", site=_host(contact.video)))
        if contact.tty:
            yield Way("tty", f"tel:{_dial(contact.tty)}", _("TTY %(number)s", number=self._figures(contact.tty)))
        if contact.web:
            site = _host(contact.web)
            label = _("On your own phone, open %(site)s", site=site) if kiosk else _("Open %(site)s", site=site)
            yield Way("web", contact.web, label)

    def _figures(self, number: str) -> str:
        """The number, to be shown large on a kiosk."""
        return Markup("<b>{}</b>").format(number) if self.mode == KIOSK else number


@lru_cache(MOST_CODES)
def qr(address: str) -> Markup:
    """The address as a QR code in SVG, with the quiet zone around it, readable with a quarter of it gone."""
    out = io.BytesIO()
    segno.make_qr(address, error="q").save(
        out, kind="svg", border=4, xmldecl=False, svgns=False, nl=False, omitsize=True
    )
    return Markup(out.getvalue().decode())


def qr_png(address: str) -> bytes:
    """The same as a picture for documents: a hand wide on paper."""
    out = io.BytesIO()
    segno.make_qr(address, error="q").save(out, kind="png", scale=20, border=4, dpi=300)
    return out.getvalue()


def qr_svg(address: str) -> bytes:
    """The same as a file for print shops, with the address under it: the host in one line, the path in the next."""
    code = segno.make_qr(address, error="q")
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, svgns=False, nl=False, light="#fff")
    size = code.symbol_size(border=4)[0]
    parts = urlsplit(address)
    lines = (f"{parts.scheme}://{parts.netloc}", parts.path)
    letter = min(3.0, (size - 4) / (0.62 * max(map(len, lines))))  # a letter of this font is 0.6 of its size wide
    words = "".join(
        f'<text x="{size / 2}" y="{size + 1.3 * n * letter:.2f}">{escape(line)}</text>'
        for n, line in enumerate(lines, 1)
    )
    height = f"{size + 4 * letter:.2f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {height}" width="{2 * size}mm"><path fill="#fff" '
        f'd="M0 0h{size}v{height}H0z"/>{out.getvalue().decode()}<g font-family="monospace" font-size="{letter:.2f}" '
        f'text-anchor="middle">{words}</g></svg>'
    ).encode()


def html(text: str) -> Markup:
    """The text as HTML, with its language where that is not the page's."""
    found = Markup(markdown.render(text))
    return Markup('<div lang="{}">{}</div>').format(text.lang, found) if isinstance(text, Foreign) else found


def _line_view(n: int, line: Say, original: str | None = None, sent: str | None = None) -> LineView:
    when = json.dumps(dict(line.when), separators=(",", ":")) if line.when else None
    blanks = BLANK.sub(lambda blank: f'<span class="blank">{blank[0]}</span>', escape(line.line))
    return LineView(n, Markup(blanks), when, line.if_, original, sent)


def _dial(number: str) -> str:
    """The number as a phone link has it: ten digits get the country's 1."""
    digits = number.replace("-", "")
    return f"+1{digits}" if len(digits) == 10 else digits


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
