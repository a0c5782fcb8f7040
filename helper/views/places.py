"""The page to choose a place from."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helper.model.contacts import Note
from helper.places import line_of, local_contacts
from helper.site import Site
from helper.views.contact import ALWAYS, ContactView, contact_views, with_versions
from helper.views.frame import frame


@dataclass(frozen=True)
class PlaceView:
    """A place to choose, with those that lie in it. One with nothing of its own has no address."""

    name: str
    href: str | None
    inside: tuple["PlaceView", ...]


@dataclass(frozen=True)
class PlacesView:
    """What `places.html` shows."""

    css: Mapping[str, str]
    here: str | None
    notes: tuple[Note, ...]
    contacts: tuple[ContactView, ...]
    start: str
    anywhere: str
    places: tuple[PlaceView, ...]
    always: tuple[ContactView, ...]


def page(site: Site, day: datetime.date) -> str:
    """The page to choose a place from, with the lines of the one that is chosen."""
    places = site.shown.places
    around = [*line_of(places, site.place)] if site.place else []
    local = local_contacts(places, site.place) if site.place else {}
    offered = [name for name, contact in local.items() if contact.offered(day)]
    always = [name for name in ALWAYS if name in site.shown.contacts and name not in offered]
    start = (site.settings.home, site.home.start)
    view = PlacesView(
        css=site.asset("places.css"),
        here=around[0].name if around else None,
        notes=tuple(note for place in around for note in place.notes if day <= note.expires),
        contacts=contact_views(site, offered, day),
        start=site.url(*start),
        anywhere=site.edition(site.language).url(*start),
        places=tuple(places_inside(site, None, day, "about", "places")),
        always=contact_views(site, with_versions(site, always, day), day),
    )
    title = site.words.gettext("Lines where you live")
    return site.render("places.html", view, frame(site, title, None, ("about", "places")))


def places_inside(site: Site, parent: str | None, day: datetime.date, *parts: str) -> Iterator[PlaceView]:
    """The places that lie in one, by name: those with something to show, and those around them.

    They link to their page at `parts`.
    """
    children = {name: place for name, place in site.shown.places.items() if place.parent == parent}
    for name, place in sorted(children.items(), key=lambda pair: pair[1].name):
        inside = tuple(places_inside(site, name, day, *parts))
        offered = any(contact.offered(day) for contact in place.contacts.values())
        if offered or any(day <= note.expires for note in place.notes):
            yield PlaceView(place.name, site.edition(site.language, name).url(*parts), inside)
        elif inside:
            yield PlaceView(place.name, None, inside)
