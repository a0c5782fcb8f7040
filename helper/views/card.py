"""The crisis card: a sheet to fill in on the page, or on paper."""

from collections.abc import Mapping
from dataclasses import dataclass

from helper.site import Site
from helper.views.frame import frame


@dataclass(frozen=True)
class CardView:
    """What `card.html` shows."""

    css: Mapping[str, str]
    paper: Mapping[str, str]
    script: Mapping[str, str]


def page(site: Site) -> str:
    """The page to fill in a card."""
    view = CardView(site.asset("card.css"), site.asset("paper.css"), site.asset("card.js"))
    title = site.words.gettext("Fill in a crisis card")
    return site.render("card.html", view, frame(site, title, None, ("about", "card")))
