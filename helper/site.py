"""A site: the content with its settings, in a language, for a place, on the web or on screens."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helper import data_dir
from helper.assets import Asset, load_assets
from helper.catalog import Catalog, Foreign
from helper.interface import LANGUAGE, Interface, interface_for, offered
from helper.model.content import Content
from helper.model.settings import Settings
from helper.model.tree import Tree
from helper.places import placed
from helper.translate import translated
from helper.walks import Node, questions_left, target

Mode = Literal["web", "kiosk"]
"""kiosk: for a screen in a waiting room, which can't call, forgets, and has no way out."""
WEB: Final = "web"
KIOSK: Final = "kiosk"
HEALTH = "healthz"
"""The address that tells whether the guide is there."""
MANIFEST = "manifest.webmanifest"
COPY_MARK = "[[copy]]"
"""Where the offline copy writes of which day it is."""


def templates() -> Environment:
    """The templates as they are now; a page never mixes those of different times."""
    environment = Environment(
        loader=FileSystemLoader(data_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["plain"] = str
    return environment


@cache
def _templates() -> str:
    """What the templates were when the program began: another release may be put over this one while it runs."""
    return "\n".join(path.read_text() for path in sorted(data_dir("templates").iterdir()))


def link(asset: Asset, settings: Settings) -> Mapping[str, str]:
    """What a page writes to use an asset."""
    return {"url": f"{settings.base}/static/{asset.name}", "integrity": asset.integrity}


def health(version: str, reason: str = "") -> str:
    """What /healthz answers: the version of the pages, empty without any, and what is wrong with the newest files."""
    return json.dumps({"status": "degraded" if reason else "ok", "version": version, "reason": reason})


@dataclass(frozen=True)
class Site:
    """One edition of the guides. The same content, language, place, mode and day always give the same pages."""

    content: Content
    """The content as it is written: in English."""
    settings: Settings
    catalogs: Mapping[str, Mapping[str, Catalog]] = field(default_factory=dict)
    """The translations of the content, by language."""
    assets: Mapping[str, Asset] = field(default_factory=lambda: load_assets(data_dir("static")))
    watch: str | None = None
    """The version that pages give to watch.js, which shows them anew when there is another one; or no watch.js."""
    templates: Environment = field(default_factory=templates)
    language: str = LANGUAGE
    requested_language: str | None = None
    """The language of the address, where it is one that is not offered: pages say so, in English."""
    place: str | None = None
    mode: Mode = WEB
    copy: str = ""
    """What a page says of its age; COPY_MARK in the offline copy, nothing elsewhere."""
    editions: dict[tuple[str, str | None, Mode], "Site"] = field(default_factory=dict)
    """Those that were asked for. All share this table."""

    def edition(self, language: str, place: str | None = None, mode: Mode | None = None) -> "Site":
        """The same site in an offered language, for a place; in the same mode, or in another one."""
        if not (self.requested_language or self.copy):
            self.editions.setdefault((self.language, self.place, self.mode), self)
        key = language, place, mode or self.mode
        known = self.editions.get(key)
        if known is None:
            made = replace(self, language=language, place=place, mode=key[2], requested_language=None, copy="")
            known = self.editions.setdefault(key, made)  # another thread may have been sooner
        return known

    @property
    def kiosk(self) -> "Site":
        """The same site on the screens of waiting rooms, in their first language, where they stand."""
        first = next(iter(self.settings.kiosk.languages or self.languages))
        return self.edition(first, self.settings.kiosk.place, KIOSK)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that are offered, or that a kiosk has."""
        chosen = self.settings.kiosk.languages if self.mode == KIOSK else ()
        return chosen or offered(self.catalogs, self.settings.languages)

    @cached_property
    def guides(self) -> tuple[str, ...]:
        """The trees whose pages there are: on a kiosk those that were chosen, the first one first, and all that these
        lead to."""
        tree_ids = dict.fromkeys(self.settings.kiosk.guides if self.mode == KIOSK else ())
        waiting = [*tree_ids]
        for tree_id in waiting:
            for step in self.content.trees[tree_id].steps.values():
                new = [goal for choice in step.choices if (goal := target(tree_id, choice.go)[0]) not in tree_ids]
                tree_ids |= dict.fromkeys(new)
                waiting += dict.fromkeys(new)
        return tuple(tree_ids or self.content.trees)

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
        """The words around the steps."""
        return interface_for(self.language)

    @cached_property
    def shown(self) -> Content:
        """The content in this language, for this place."""
        content = placed(self.content, self.place)
        return content if self.language == LANGUAGE else translated(content, self.catalogs.get(self.language, {}))

    @cached_property
    def questions_left(self) -> Mapping[Node, int]:
        """For every step the most questions that can come before help, itself included."""
        return questions_left(self.content)

    @property
    def copied(self) -> bool:
        """Whether browsers keep a copy of the guides. An author must see every edit, so there is none with watch.js."""
        return self.settings.offline and self.watch is None

    @property
    def home(self) -> Tree:
        """The guide of the first page."""
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

    def public(self, *parts: str) -> str | None:
        """The whole address of a page, for paper and QR codes, when the settings tell where the guide is."""
        return f"{self.settings.origin}{self.url(*parts)}" if self.settings.origin else None

    def asset(self, name: str) -> Mapping[str, str]:
        """What a page writes to use an asset, by its plain name."""
        return link(self.assets[name], self.settings)

    def in_english(self, text: str) -> str:
        """A text that is never translated, such as the title of a source."""
        return text if self.language == LANGUAGE else Foreign(text, LANGUAGE)

    def render(self, template: str, view: object = None, page: object = None) -> str:
        """A template with a view of its own, and what stands around it on a whole page."""
        return self.templates.get_template(template).render(
            view=view,
            page=page,
            lang=self.language,
            kiosk=self.mode == KIOSK,
            _=self.words.gettext,
            ngettext=self.words.ngettext,
            day=self.words.day,
        )
