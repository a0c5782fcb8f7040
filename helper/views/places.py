"""The pages to choose a place from: for the whole guide, and for a step, which they lead back to."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from helper.places import line_of, local_contacts
from helper.site import Site
from helper.views.contact import ALWAYS, ContactView, contact_views, with_versions
from helper.views.frame import frame
from helper.views.team import LocalView, answers_of


@dataclass(frozen=True)
class PlaceView:
    """A place to choose, with those that lie in it."""

    id: str
    name: str
    href: str
    answers: tuple[LocalView, ...]
    """How a crisis team comes there, on the page that tells it."""
    inside: tuple["PlaceView", ...]


@dataclass(frozen=True)
class PlacesView:
    """What `places.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    here: str | None
    local: tuple[LocalView, ...]
    """What is so in the place that is chosen."""
    contacts: tuple[ContactView, ...]
    start: str
    anywhere: str
    letters: tuple[tuple[str, tuple[PlaceView, ...]], ...]
    always: tuple[ContactView, ...]


@dataclass(frozen=True)
class ChooserView:
    """What `where.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    step: str
    """The title of the step that asks, and its address without a place."""
    back: str
    letters: tuple[tuple[str, tuple[PlaceView, ...]], ...]


def page(site: Site, day: datetime.date) -> str:
    """The page to choose a place from for the whole guide, with the lines of the one that is chosen."""
    places = site.shown.places
    around = [*line_of(places, site.place)] if site.place else []
    table = local_contacts(places, site.place) if site.place else {}
    offered = [name for name, contact in table.items() if contact.offered(day)]
    always = [name for name in ALWAYS if name in site.shown.contacts and name not in offered]
    start = (site.settings.home, site.home.start)
    notes = (LocalView(note.text, note.expires) for place in around for note in place.notes if day <= note.expires)
    view = PlacesView(
        css=site.asset("places.css"),
        script=site.asset("places.js"),
        here=around[0].name if around else None,
        local=(*(answers_of(site, site.place, day) if site.place else ()), *notes),
        contacts=contact_views(site, offered, day),
        start=site.url(*start),
        anywhere=site.edition(site.language).url(*start),
        letters=_letters(places_inside(site, None, ("about", "places"), day)),
        always=contact_views(site, with_versions(site, always, day), day),
    )
    title = site.words.gettext("Help where you live")
    return site.render("places.html", view, frame(site, title, None, ("about", "places")))


def where(site: Site, _day: datetime.date, tree_id: str, step_id: str) -> str:
    """The page to choose a place from for one step. Each place leads back to that step there."""
    step = site.shown.trees[tree_id].steps[step_id]
    view = ChooserView(
        css=site.asset("places.css"),
        script=site.asset("places.js"),
        step=step.title,
        back=site.url(tree_id, step_id),
        letters=_letters(places_inside(site, None, (tree_id, step_id), mark="#where")),
    )
    return site.render(
        "where.html", view, frame(site, site.words.gettext("Where are you?"), tree_id, (tree_id, step_id, "where"))
    )


def places_inside(
    site: Site, parent: str | None, parts: tuple[str, ...], day: datetime.date | None = None, mark: str = ""
) -> Iterator[PlaceView]:
    """The places that lie in one, by name, and those that lie in none: a nation by itself and in each of its states.

    They link to their page at `parts`, and at `mark` on it. With a day they say how a crisis team comes there.
    """
    for place_id, place in sorted(site.shown.places.items(), key=lambda pair: pair[1].name):
        if parent in place.parents or (parent is None and (not place.parents or place.kind == "nation")):
            yield PlaceView(
                place_id,
                place.name,
                f"{site.edition(site.language, place_id).url(*parts)}{mark}",
                tuple(answers_of(site, place_id, day)) if day else (),
                tuple(places_inside(site, place_id, parts, day, mark)),
            )


def _letters(places: Iterator[PlaceView]) -> tuple[tuple[str, tuple[PlaceView, ...]], ...]:
    return tuple((letter, tuple(group)) for letter, group in groupby(places, key=lambda place: place.name[0]))
