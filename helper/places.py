"""The content as a place has it: with the lines of the place and of those that it lies in."""

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain

from helper.model.contacts import Contact, LocalContact, Note, Place, Team
from helper.model.content import Content
from helper.model.tree import Step


def around(places: Mapping[str, Place], place_id: str) -> Iterator[str]:
    """The ids of the place and of those around it, from the inside out. A circle of parents ends."""
    seen = dict.fromkeys([place_id] if place_id in places else ())
    outer = [*seen]
    while outer:
        yield (name := outer.pop(0))
        outer += [parent for parent in places[name].parents if parent in places and parent not in seen]
        seen |= dict.fromkeys(outer)


def line_of(places: Mapping[str, Place], place_id: str) -> Iterator[Place]:
    """The place and those around it, from the inside out."""
    return (places[name] for name in around(places, place_id))


def local_contacts(places: Mapping[str, Place], place_id: str) -> dict[str, LocalContact]:
    """The lines of a place and of those around it, but for those that nobody checked. The inner place wins."""
    local: dict[str, LocalContact] = {}
    for place in line_of(places, place_id):
        local = {**{name: line for name, line in place.contacts.items() if not line.status}, **local}
    return local


def teams(places: Mapping[str, Place], place_id: str, day: datetime.date) -> tuple[Team, ...]:
    """How people get a crisis team in a place on `day`: the answers of the nearest place around it that has some.

    What is past its date, or has no line that may be shown, reads as unknown: it never goes without an answer.
    """
    answers = next((place.team for place in line_of(places, place_id) if place.team), ())
    local = local_contacts(places, place_id)
    return tuple(
        team
        if day <= team.expires
        and (team.way != "line" or all(name in local and local[name].offered(day) for name in team.lines))
        else team.model_copy(update={"way": "unknown", "police": None})
        for team in answers
    )


def placed(content: Content, place_id: str | None) -> Content:
    """The content with the lines of a place in the table, and on every step that shows a contact they stand beside.

    They come before that contact. Where it is an emergency, or 911 is on the step, they come last, so that nothing
    stands before 911. Lines that send a team are on every step that asks where the reader is, too.
    """
    if place_id is None:
        return content
    local = local_contacts(content.places, place_id)
    contacts: dict[str, Contact] = {**content.contacts, **local}
    sending = [name for place in line_of(content.places, place_id) for team in place.team for name in team.lines]
    emergency = {name for name, contact in content.contacts.items() if "911" in contact.numbers()}
    trees = {
        name: tree.model_copy(
            update={
                "steps": {
                    step_id: _placed_step(step, local, emergency, sending if step.where else ())
                    for step_id, step in tree.steps.items()
                }
            }
        )
        for name, tree in content.trees.items()
    }
    return content.model_copy(update={"trees": trees, "contacts": contacts})


def _placed_step(
    step: Step, local: Mapping[str, LocalContact], emergency: Container[str], sending: Iterable[str]
) -> Step:
    beside = [[local_id for local_id, line in local.items() if name in line.beside] for name in step.contacts]
    if step.urgency == "emergency" or any(name in emergency for name in step.contacts):
        contacts = [*step.contacts, *chain(*beside)]
    else:
        contacts = [line for name, lines in zip(step.contacts, beside, strict=True) for line in (*lines, name)]
    return step.model_copy(update={"contacts": tuple(dict.fromkeys((*contacts, *sending)))})


def notes(content: Content, place_id: str | None, step: Step, day: datetime.date) -> list[Note]:
    """What is different in a place, for a step: beside the contacts that it shows; all, where it asks for the place."""
    places = line_of(content.places, place_id) if place_id else ()
    return [
        note
        for place in places
        for note in place.notes
        if (step.where or set(step.contacts) & set(note.beside)) and day <= note.expires
    ]
