"""The content as a place has it: with the lines of the place and of those that it lies in."""

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain

from helper.model.contacts import Contact, LocalContact, Note, Place
from helper.model.content import Content
from helper.model.tree import Step


def around(places: Mapping[str, Place], place_id: str) -> Iterator[str]:
    """The ids of the place and of those around it, from the inside out. A circle of parents ends."""
    seen = set[str]()
    name: str | None = place_id
    while name and name in places and name not in seen:
        seen.add(name)
        yield name
        name = places[name].parent


def line_of(places: Mapping[str, Place], place_id: str) -> Iterator[Place]:
    """The place and those around it, from the inside out."""
    return (places[name] for name in around(places, place_id))


def local_contacts(places: Mapping[str, Place], place_id: str) -> dict[str, LocalContact]:
    """The lines of a place and of those around it, but for those that nobody checked. The inner place wins."""
    local: dict[str, LocalContact] = {}
    for place in line_of(places, place_id):
        local = {**{name: line for name, line in place.contacts.items() if not line.status}, **local}
    return local


def placed(content: Content, place_id: str | None) -> Content:
    """The content with the lines of a place in the table, and on every step that shows a contact they stand beside.

    They come before that contact. Where it is an emergency, or 911 is on the step, they come last, so that nothing
    stands before 911.
    """
    if place_id is None:
        return content
    local = local_contacts(content.places, place_id)
    contacts: dict[str, Contact] = {**content.contacts, **local}
    emergency = {name for name, contact in content.contacts.items() if "911" in contact.numbers()}
    trees = {
        name: tree.model_copy(
            update={"steps": {step_id: _placed_step(step, local, emergency) for step_id, step in tree.steps.items()}}
        )
        for name, tree in content.trees.items()
    }
    return content.model_copy(update={"trees": trees, "contacts": contacts})


def _placed_step(step: Step, local: Mapping[str, LocalContact], emergency: Container[str]) -> Step:
    beside = [[local_id for local_id, line in local.items() if name in line.beside] for name in step.contacts]
    if step.urgency == "emergency" or any(name in emergency for name in step.contacts):
        contacts = [*step.contacts, *chain(*beside)]
    else:
        contacts = [line for name, lines in zip(step.contacts, beside, strict=True) for line in (*lines, name)]
    return step.model_copy(update={"contacts": tuple(dict.fromkeys(contacts))})


def notes(content: Content, place_id: str | None, shown: Iterable[str], day: datetime.date) -> list[Note]:
    """What is different in a place, for a step that shows the contacts."""
    shown = set(shown)
    places = line_of(content.places, place_id) if place_id else ()
    return [note for place in places for note in place.notes if shown & set(note.beside) and day <= note.expires]
