"""Pages of languages to choose from: at the address of a guide without one, and on the start screen of a kiosk."""

from collections.abc import Mapping
from dataclasses import dataclass

from helper.interface import interface_for
from helper.site import Site
from helper.views.frame import frame, kiosk_frame


@dataclass(frozen=True)
class BeginView:
    """What `begin.html` shows."""

    greetings: Mapping[str, str]
    """What each language says."""


def page(site: Site, tree_id: str) -> str:
    """The page of language links of a tree."""
    return site.render("languages.html", page=frame(site, site.shown.trees[tree_id].title, tree_id, (tree_id,)))


def begin(site: Site) -> str:
    """The start screen of a kiosk: languages to choose from, and nothing that tells what the screen is for."""
    view = BeginView({language: interface_for(language).gettext("Touch to begin") for language in site.languages})
    title = site.words.gettext("Touch to begin")
    return site.render("begin.html", view, kiosk_frame(site, title, None, None, first=True))
