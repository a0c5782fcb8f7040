"""Content in, HTML out: a page is a function of a tree, a step, a language and a day."""

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.dates import format_date, get_timezone_name
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from helper import shipped
from helper.assets import Asset, assets
from helper.draw import svg
from helper.graph import KINDS, Graph, lay_out
from helper.model import Choice, Contact, Content, Hours, Say, Settings, Tree
from helper.walks import questions_left, target

LANGUAGE = "en"
UNDATED = "undated"
MOST_ASIDES = 4
"""More than these fold under one line."""
URGENCY_WORDS = {"emergency": "Emergency", "urgent": "Get help today", "routine": "You have time"}
DAYS = {"Mon-Fri": "Monday to Friday", "Mon-Sun": "Every day"}
SAID = "text said"
"""The kind of a button whose message begins with the lines to say."""
markdown = MarkdownIt("zero").enable(["emphasis", "list"])
"""Paragraphs, lists and emphasis. HTML, links and images stay text."""


@dataclass(frozen=True)
class Way:
    """One way to reach a contact: a button."""

    kind: str
    href: str
    label: str
    far: str
    """The label where a tap does not call: on a computer or a tablet."""


@dataclass(frozen=True)
class ContactView:
    id: str
    name: str
    lang: str | None
    about: str | None
    ways: tuple[Way, ...]
    hours: str
    times: Mapping[str, str]
    languages: str
    source: str
    source_url: str | None
    verified: str


@dataclass(frozen=True)
class ChoiceView:
    label: str
    id: str
    href: str
    partial: str


@dataclass(frozen=True)
class LineView:
    n: int
    line: Markup
    when: str | None
    condition: str | None


@dataclass(frozen=True)
class SourceView:
    title: str
    url: str | None
    dates: str | None


@dataclass(frozen=True)
class StepView:
    """What `_step.html` shows."""

    id: str
    title: str
    href: str
    partial: str
    outcome: bool
    urgency: str | None
    urgency_words: str | None
    text: Markup | None
    contacts: tuple[ContactView, ...]
    hidden: int
    checks: tuple[Any, ...]
    lines: tuple[LineView, ...]
    conditions: tuple[LineView, ...]
    send: bool
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
    draft: bool
    edited: str


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
    """What `map.html` shows: the picture of a tree, and the same as text."""

    css: Mapping[str, str]
    picture: Markup
    steps: tuple[MapStep, ...]
    draft: bool
    edited: str


@dataclass(frozen=True)
class PageView:
    """What every page shows around its own part."""

    lang: str
    title: str
    name: str
    canonical: str
    css: Mapping[str, str]
    scripts: tuple[Mapping[str, str], ...]
    icon: str
    start: ChoiceView
    no_voice: ChoiceView | None
    abroad: ChoiceView | None
    exit: str
    about: str
    leaving: str
    map: str
    guides: tuple[tuple[str, str, str | None], ...]
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
    return Environment(
        loader=FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def link(asset: Asset, settings: Settings) -> Mapping[str, str]:
    """What a page writes to use an asset."""
    return {"url": f"{settings.base}/static/{asset.name}", "integrity": asset.integrity}


def watcher(found: Mapping[str, Asset], settings: Settings, version: str) -> Mapping[str, str]:
    """The link to watch.js, which reads from it of which version the page is."""
    script = link(found["watch.js"], settings)
    return {**script, "url": f"{script['url']}?{version}"}


def waiting(found: Mapping[str, Asset], settings: Settings, problems: str) -> str:
    """The page that stands in for the guide until its trees are good for the first time."""
    view = WaitingView(link(found["guide.css"], settings), watcher(found, settings, ""), problems)
    return templates().get_template("waiting.html").render(view=view)


@dataclass(frozen=True)
class Site:
    """Everything that pages are made from. The same content, language and day always give the same HTML."""

    content: Content
    settings: Settings
    assets: Mapping[str, Asset] = field(default_factory=lambda: assets(shipped("static")))
    watch: str | None = None
    """The version that pages give to watch.js, which shows them anew when there is another one; or no watch.js."""

    @cached_property
    def left(self) -> Mapping[tuple[str, str], int]:
        return questions_left(self.content)

    @cached_property
    def templates(self) -> Environment:
        return templates()

    @cached_property
    def _scripts(self) -> tuple[Mapping[str, str], ...]:
        scripts = tuple(self._asset(name) for name in ("exit.js", "htmx-4.0.1.min.js", "walk.js"))
        return scripts if self.watch is None else (*scripts, watcher(self.assets, self.settings, self.watch))

    @property
    def home(self) -> Tree:
        return self.content.trees[self.settings.home]

    def url(self, *parts: str) -> str:
        """The address of a page, with the path of the public address before it."""
        return "/".join((self.settings.base, *parts, ""))

    def page(self, tree_id: str, step_id: str, day: datetime.date) -> str:
        """A step as a whole page."""
        step = self.step(tree_id, step_id, day)
        return self._render("step.html", self._page(step.title, tree_id, canonical=step.href, step=step))

    def partial(self, tree_id: str, step_id: str, day: datetime.date) -> str:
        """A step without the page around it. It stands in the page word for word."""
        return self._render("_step.html", self.step(tree_id, step_id, day))

    def about(self, day: datetime.date) -> str:
        """The page that tells who made the guide from what, and what it keeps."""
        contacts = tuple(
            self.contact(contact_id) for contact_id, contact in self.content.contacts.items() if contact.offered(day)
        )
        detail = {"contacts": contacts, "sources": self.sources(self.content.sources)}
        return self._render(
            "about.html", self._page("About this guide", canonical=self.url(LANGUAGE, "about"), detail=detail)
        )

    def leaving(self) -> str:
        """The page that tells what the quick exit can't hide."""
        canonical = self.url(LANGUAGE, "about", "leaving")
        return self._render("leaving.html", self._page("Leaving this page quickly", canonical=canonical))

    def map(self, tree_id: str) -> str:
        """The page with the picture of a tree."""
        tree, found = self.content.trees[tree_id], lay_out(self.content, tree_id)
        detail = MapView(
            css=self._asset("map.css"),
            picture=Markup(svg(found, lambda node: self.url(LANGUAGE, *node))),
            steps=tuple(self._map_steps(found)),
            draft=tree.reviewed is None,
            edited=long_date(tree.edited),
        )
        page = self._page(f"Map: {tree.title}", tree_id, canonical=self.url(LANGUAGE, tree_id, "map"), detail=detail)
        return self._render("map.html", page)

    def _map_steps(self, found: Graph) -> Iterable[MapStep]:
        for card in found.cards.values():
            choices = (
                MapChoice(label, row.quiet, self.url(LANGUAGE, *row.goal), goal.number, goal.title)
                for row in card.rows
                for label in row.labels
                for goal in (found.cards[row.goal],)
            )
            href = self.url(LANGUAGE, *card.node)
            yield MapStep(card.number, card.title, card.kind, KINDS[card.kind], href, tuple(choices))

    def languages(self, tree_id: str) -> str:
        """The page of language links of a tree."""
        tree = self.content.trees[tree_id]
        links = ((LANGUAGE, _language(LANGUAGE), self.url(LANGUAGE, tree_id)),)
        return self._render(
            "languages.html", self._page(tree.title, tree_id, canonical=self.url(tree_id), detail=links)
        )

    def error(self, title: str, text: str, tree_id: str | None = None) -> str:
        """A page for when something is not there or went wrong. It carries 911 and 988, and the start of a tree."""
        return self._render("error.html", self._page(title, tree_id, canonical="", detail=text))

    def step(self, tree_id: str, step_id: str, day: datetime.date) -> StepView:
        """The step as its template shows it on `day`."""
        tree = self.content.trees[tree_id]
        step = tree.steps[step_id]
        here = self._choice(tree_id, Choice(label=step.title, go=step_id))
        lines = [_line_view(n, line) for n, line in enumerate(step.say)]
        plain = [line.line for line in step.say if not line.when]
        contacts = self._contacts(step.contacts, day, plain)
        by_kind = {
            kind: tuple(self._choice(tree_id, choice) for choice in step.choices if choice.kind in kinds)
            for kind, kinds in (("ways", (None, "unsure", "refused")), ("worse", ("worse",)), ("aside", ("aside",)))
        }
        # Many asides would stand between the call button and the words to say. Those for readers who can't use the
        # numbers at all are never folded away.
        always = {self.url(LANGUAGE, *target(tree_id, go)) for go in (tree.no_voice, tree.abroad) if go}
        asides = by_kind["aside"]
        folded = tuple(one for one in asides if one.href not in always) if len(asides) > MOST_ASIDES else ()
        asides = tuple(one for one in asides if one not in folded)
        return StepView(
            id=step_id,
            title=step.title,
            href=here.href,
            partial=here.partial,
            outcome=step.outcome,
            urgency=step.urgency,
            urgency_words=URGENCY_WORDS[step.urgency] if step.urgency else None,
            text=_html(step.text),
            contacts=contacts,
            hidden=len(step.contacts) - len(contacts),
            checks=step.checks,
            lines=tuple(line for line in lines if line.when is None),
            conditions=tuple(line for line in lines if line.when is not None),
            send=any(way.kind == SAID for one in contacts for way in one.ways),
            worse=by_kind["worse"],
            ask=step.ask,
            choices=by_kind["ways"],
            asides=asides,
            folded=folded,
            also=self._contacts(step.also, day, ()),
            more=tuple((block.title, Markup(markdown.render(block.text))) for block in step.more),
            why=step.why,
            sources=self.sources(step.sources),
            left=self.left[tree_id, step_id],
            draft=tree.reviewed is None,
            edited=long_date(tree.edited),
        )

    def _render(self, template: str, view: object) -> str:
        return self.templates.get_template(template).render(view=view)

    def _page(self, title: str, tree_id: str | None = None, **more: Any) -> PageView:
        home_id, home = self.settings.home, self.home
        tree_id = tree_id or home_id
        tree = self.content.trees[tree_id]
        return PageView(
            lang=LANGUAGE,
            title=title,
            name=tree.title,
            css=self._asset("guide.css"),
            scripts=self._scripts,
            icon=self._asset("icon.svg")["url"],
            start=self._choice(tree_id, Choice(label=tree.steps[tree.start].title, go=tree.start)),
            no_voice=self._link(home_id, home.no_voice),
            abroad=self._link(home_id, home.abroad),
            exit=self.settings.exit,
            about=self.url(LANGUAGE, "about"),
            leaving=self.url(LANGUAGE, "about", "leaving"),
            map=self.url(LANGUAGE, tree_id, "map"),
            guides=tuple(
                (other.title, self.url(LANGUAGE, name, other.start), other.about)
                for name, other in self.content.trees.items()
                if name != tree_id
            ),
            **more,
        )

    def _asset(self, name: str) -> Mapping[str, str]:
        return link(self.assets[name], self.settings)

    def _choice(self, tree_id: str, choice: Choice) -> ChoiceView:
        href = self.url(LANGUAGE, *target(tree_id, choice.go))
        return ChoiceView(choice.label, choice.id or "", href, f"{href}step.html")

    def _link(self, tree_id: str, step_id: str | None) -> ChoiceView | None:
        if step_id is None:
            return None
        return self._choice(tree_id, Choice(label=self.content.trees[tree_id].steps[step_id].title, go=step_id))

    def _contacts(self, ids: Iterable[str], day: datetime.date, plain: Iterable[str]) -> tuple[ContactView, ...]:
        """The contacts that may be shown on `day`, those that never close first."""
        found = [(name, self.content.contacts[name]) for name in ids]
        offered = sorted(((n, c) for n, c in found if c.offered(day)), key=lambda pair: pair[1].hours != "always")
        return tuple(self.contact(name, plain) for name, _ in offered)

    def contact(self, contact_id: str, plain: Iterable[str] = ()) -> ContactView:
        """The contact as pages show it, whatever its date. `plain` are the lines that a text to 911 begins with."""
        contact = self.content.contacts[contact_id]
        source = self.content.sources[contact.source]
        times = contact.hours.model_dump() if isinstance(contact.hours, Hours) else {}
        return ContactView(
            id=contact_id,
            name=contact.name,
            lang=contact.lang,
            about=contact.about,
            ways=tuple(_ways(contact, plain)),
            hours=_hours(contact.hours),
            times=times,
            languages=", ".join(_language(code) for code in contact.languages),
            source=source.title,
            source_url=source.url,
            verified=_dates(contact.verified, source.checked),
        )

    def sources(self, ids: Iterable[str]) -> tuple[SourceView, ...]:
        """The sources as pages show them."""
        found = [self.content.sources[source] for source in ids]
        return tuple(
            SourceView(one.title, one.url, _dates(one.dated, one.checked) if one.url or one.dated != UNDATED else None)
            for one in found
        )


def _html(text: str | None) -> Markup | None:
    return Markup(markdown.render(text)) if text else None


def _line_view(n: int, line: Say) -> LineView:
    when = json.dumps(dict(line.when), separators=(",", ":")) if line.when else None
    blanks = re.sub(r"\([^)]+\)", lambda blank: f'<span class="blank">{blank[0]}</span>', str(escape(line.line)))
    return LineView(n, Markup(blanks), when, line.if_)


def _ways(contact: Contact, plain: Iterable[str]) -> Iterable[Way]:
    """The buttons of a contact. A text message to 911 begins with the lines to say."""
    if contact.call:
        then = f", then press {contact.press}" if contact.press else ""
        label = f"{contact.call}{then}"
        yield Way("call", f"tel:{_dial(contact.call)}", f"Call {label}", f"From a phone, call {label}")
    if contact.text:
        # The words of a step are for who answers 911. Other lines begin with a word of their own, or with none.
        lines = "\n".join(re.sub(r"\([^)]+\)", "___", line) for line in plain) if contact.text == "911" else ""
        body = f"?body={quote(contact.word or lines)}" if contact.word or lines else ""
        label = f"{contact.word} to {contact.text}" if contact.word else contact.text
        kind = "text" if contact.word or not lines else SAID
        yield Way(kind, f"sms:{_dial(contact.text)}{body}", f"Text {label}", f"From a phone, text {label}")
    if contact.chat:
        yield Way("chat", contact.chat, label := f"Chat at {_host(contact.chat)}", label)
    if contact.video:
        yield Way("video", contact.video, label := f"Sign language call at {_host(contact.video)}", label)
    if contact.tty:
        label = f"TTY {contact.tty}"
        yield Way("tty", f"tel:{_dial(contact.tty)}", label, label)
    if contact.web:
        yield Way("web", contact.web, label := f"Open {_host(contact.web)}", label)


def _dial(number: str) -> str:
    """The number as a phone link has it: ten digits get the country's 1."""
    digits = number.replace("-", "")
    return f"+1{digits}" if len(digits) == 10 else digits


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _hours(hours: Any) -> str:
    if isinstance(hours, Hours):
        zone = get_timezone_name(hours.zone, locale=LANGUAGE)
        return f"{DAYS[hours.days]}, {_time(hours.open)} to {_time(hours.close)} {zone}"
    return "Open all day, every day" if hours == "always" else "Hours vary"


def _time(text: str) -> str:
    hour, minute = map(int, text.split(":"))
    minutes = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{minutes} {'a.m.' if hour < 12 else 'p.m.'}"


def _language(code: str) -> str:
    return str(Locale.parse(LANGUAGE).languages.get(code, code))


def long_date(day: datetime.date) -> str:
    """The day in words."""
    return format_date(day, "long", LANGUAGE)


def _dates(dated: str, checked: datetime.date) -> str:
    """When the source was written and when it was last read, in words."""
    parts = [int(part) for part in dated.split("-")] if dated != UNDATED else []
    if not parts:
        written = "no date of its own"
    else:
        form = {1: "y", 2: "MMMM y", 3: "long"}[len(parts)]
        written = format_date(datetime.date(*(*parts, 1, 1)[:3]), form, LANGUAGE)
    return f"{written}, read {long_date(checked)}"
