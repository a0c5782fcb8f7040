"""What stands around every page: on the web the crisis bar, the languages and the foot; on screens the dock."""

from collections.abc import Mapping
from dataclasses import dataclass

from helper.interface import LANGUAGE, interface_for, native_name
from helper.model.settings import Kiosk
from helper.site import HEALTH, KIOSK, MANIFEST, Site
from helper.views.choice import ChoiceView, step_link
from helper.views.contact import CrisisBar, crisis_bar


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
    """What `page.html` shows around a page of the web."""

    lang: str
    rtl: bool
    title: str
    name: str
    canonical: str | None
    home: str
    """What the addresses of the steps begin with, for walk.js."""
    languages: tuple[LanguageView, ...]
    notice: str | None
    bar: CrisisBar
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
    copy: str
    """What a page says that comes from the offline copy."""


@dataclass(frozen=True)
class KioskView:
    """What `kiosk.html` shows around a page of a screen."""

    lang: str
    rtl: bool
    title: str
    name: str
    bar: CrisisBar
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
    first: bool
    """Whether it is the start screen."""


def frame(site: Site, title: str, tree_id: str | None, parts: tuple[str, ...] | None) -> PageView | KioskView:
    """What stands around the page of a guide with the address `parts`. An error has no address."""
    return kiosk_frame(site, title, tree_id, parts) if site.mode == KIOSK else web_frame(site, title, tree_id, parts)


def web_frame(site: Site, title: str, tree_id: str | None, parts: tuple[str, ...] | None) -> PageView:
    """The same on the web."""
    home_id, home = site.settings.home, site.home
    tree_id = tree_id or home_id
    tree = site.shown.trees[tree_id]
    return PageView(
        lang=site.language,
        rtl=is_rtl(site),
        title=title,
        name=tree.title,
        canonical=site.url(*parts) if parts else None,
        home=site.url(),
        languages=_languages(site, parts),
        notice=_notice(site),
        bar=crisis_bar(site),
        css=site.asset("guide.css"),
        scripts=_scripts(site),
        icon=site.asset("icon.svg")["url"],
        manifest=f"{site.root}/{MANIFEST}",
        offline=site.copied,
        start=step_link(site, tree_id, tree.start),
        no_voice=step_link(site, home_id, home.no_voice) if home.no_voice else None,
        abroad=step_link(site, home_id, home.abroad) if home.abroad else None,
        exit=site.settings.exit,
        about=site.url("about"),
        leaving=site.url("about", "leaving"),
        map=site.url(tree_id, "map"),
        all=site.url(tree_id, "all"),
        places=site.url("about", "places") if site.content.places else None,
        place=site.shown.places[site.place].name if site.place else None,
        guides=tuple(
            (other.title, site.url(name, other.start), other.about)
            for name, other in site.shown.trees.items()
            if name != tree_id
        ),
        copy=site.copy,
    )


def kiosk_frame(
    site: Site, title: str, tree_id: str | None, parts: tuple[str, ...] | None, first: bool = False
) -> KioskView:
    """The same on a screen. `first` is the start screen."""
    tree_id, trees = tree_id or site.begin, site.shown.trees
    no_voice = site.home.no_voice
    editions = [site.edition(code, site.place) for code in site.languages]
    return KioskView(
        lang=site.language,
        rtl=is_rtl(site),
        title=title,
        name=trees[tree_id].title,
        bar=crisis_bar(site),
        css=(site.asset("guide.css"), site.asset("kiosk.css")),
        scripts=(site.asset("step.js"), site.asset("kiosk.js")),
        icon=site.asset("icon.svg")["url"],
        start=f"{site.root}/",
        times=site.settings.kiosk,
        version=site.version,
        bundles=tuple(edition.url(name, "bundle.json")[:-1] for edition in editions for name in site.guides),
        health=f"{site.settings.base}/{HEALTH}",
        languages=_languages(site, parts),
        no_voice=step_link(site, site.settings.home, no_voice) if no_voice else None,
        guides=tuple(
            (trees[name].title, site.url(name, trees[name].start))
            for name in site.settings.kiosk.guides or site.guides
            if name != tree_id
        ),
        first=first,
    )


def is_rtl(site: Site) -> bool:
    """Whether the language is written from right to left."""
    return site.words.locale.text_direction == "rtl"


def watcher(script: Mapping[str, str], version: str) -> Mapping[str, str]:
    """The link to watch.js, which reads from it of which version the page is."""
    return {**script, "url": f"{script['url']}?{version}"}


def _languages(site: Site, parts: tuple[str, ...] | None) -> tuple[LanguageView, ...]:
    editions = (site.edition(code, site.place) for code in site.languages)
    return tuple(
        LanguageView(edition.language, native_name(edition.language), edition.url(*(parts or ())), edition.url())
        for edition in editions
    )


def _notice(site: Site) -> str | None:
    if site.requested_language is None:
        return None
    name = interface_for(LANGUAGE).name(site.requested_language)
    return site.words.gettext("This guide is not in %(language)s yet. Here it is in English.", language=name)


def _scripts(site: Site) -> tuple[Mapping[str, str], ...]:
    names = ("exit.js", "htmx-4.0.1.min.js", "step.js", "walk.js", *(("offline.js",) if site.copied else ()))
    scripts = tuple(site.asset(name) for name in names)
    return scripts if site.watch is None else (*scripts, watcher(site.asset("watch.js"), site.watch))
