"""The content as a place has it: with the lines of the place and of those that it lies in."""

import datetime
from collections.abc import Iterable, Iterator, Mapping

from helper.model import Contact, Content, LocalContact, Note, Place, Step


def line_of(places: Mapping[str, Place], place_id: str) -> Iterator[Place]:
    """The place and those around it, from the inside out. A circle of parents ends."""
    seen = set[str]()
    name: str | None = place_id
    while name and name in places and name not in seen:
        seen.add(name)
        yield places[name]
        name = places[name].parent


def placed(content: Content, place_id: str | None) -> Content:
    """The content with the lines of a place in the table, and on every step beside the contacts that they name.

    They come after the contact they stand beside where it is an emergency, and before it elsewhere, so that nothing
    stands before 911.
    """
    if place_id is None:
        return content
    local: dict[str, LocalContact] = {}
    for place in line_of(content.places, place_id):
        local = {**place.contacts, **local}  # the inner place wins
    contacts: dict[str, Contact] = {**content.contacts, **local}
    trees = {
        name: tree.model_copy(update={"steps": {step_id: _step(step, local) for step_id, step in tree.steps.items()}})
        for name, tree in content.trees.items()
    }
    return content.model_copy(update={"trees": trees, "contacts": contacts})


def _step(step: Step, local: Mapping[str, LocalContact]) -> Step:
    beside = {name: [own for own, contact in local.items() if name in contact.beside] for name in step.contacts}
    found: dict[str, None] = {}
    for name in step.contacts:
        lines = [name, *beside[name]] if step.urgency == "emergency" else [*beside[name], name]
        found.update(dict.fromkeys(lines))
    return step.model_copy(update={"contacts": tuple(found)})


def notes(content: Content, place_id: str | None, shown: Iterable[str], day: datetime.date) -> list[Note]:
    """What is different in a place, for a step that shows the contacts."""
    shown = set(shown)
    places = line_of(content.places, place_id) if place_id else ()
    return [note for place in places for note in place.notes if shown & set(note.beside) and day <= note.expires]
