"""Rules of truth: every fact has a source, and every number comes from the table of contacts."""

import re
from collections.abc import Iterator

from helper.check.context import Context
from helper.check.refs import Finding
from helper.loading.document import Document
from helper.model.fields import Path_
from helper.places import local_contacts
from helper.walks import Node

NUMBER_NAMES = frozenset({"911", "988", "211"})
"""Numbers that are names as well, so that a text may have them."""
_GAP = r"[-./ \u00a0\u2010-\u2013]{0,2}"
PHONE_NUMBER = re.compile(
    rf"(?<!\w)(?:\+?1{_GAP})?(?:\(\d{{3}}\)|\d{{3}}){_GAP}\d{{3}}{_GAP}(?:\d{{4}}|[A-Z]{{4}})(?!\w)"  # 800-555-HELP
    rf"|(?<!\w)(?:1{_GAP})?8\d\d{_GAP}[A-Z]{{3}}[-A-Z]{{4,5}}(?!\w)"  # 800-FOR-HELP
    r"|(?<![\w/,.-])\d{3}[-\u2010-\u2013]\d{4}(?!\w)"  # 555-0100
    r"|(?<!\w)\+\d[-. \d]{6,}\d"  # +44 20 5550 0100
    r"|(?<![\w,.-])\d{5,6}(?![\w-])"  # 741741
    r"|(?<![\w,.-])[3-8]11(?!\w)"  # 711
)
"""A number that a person could dial. A count of five figures is written 12,345, so that it is none."""
SHORT_NUMBER = re.compile(r"(?<![\w,.-])\d{3}(?![\w-])")
ASKING = {"title", "ask", "choices"}
"""The keys of a step whose words state nothing."""


def unsourced_step(context: Context) -> Iterator[Finding]:
    """A step of an urgent tree that states something cites a source.

    It states something when it has a text, a reason, lines to say or blocks. Advice of one's own is a source too, when
    sources.yaml says that it is that.

    Wrong:

        team: {title: Ask for a team, text: A mobile crisis team comes to you.}

    Right:

        team: {title: Ask for a team, text: A mobile crisis team comes to you., sources: [odes-2023]}
    """
    for ref in context.urgent():
        said = next((key for (key, *_), _ in ref.step.texts() if key not in ASKING), None)
        if said and not ref.step.sources:
            message = f'"{ref.step_id}" states something, but cites no source'
            yield ref.finding((said,), message, "add sources: with ids from sources.yaml", key=True)


def _texts(context: Context) -> Iterator[tuple[Document, Path_, str, Node | None]]:
    """Every text that readers see, with its place."""
    for tree_id, tree in context.content.trees.items():
        for path, text in tree.texts():
            yield context.loaded.trees[tree_id], path, text, (tree_id, str(path[1])) if path[0] == "steps" else None
    for document, at_contact, _, contact in context.contacts():
        in_file = contact.model_copy(update={"lang": None})  # texts leaves those in another language out
        for path, text in in_file.texts():
            if path != ("name",):  # which may be a number, like 211
                yield document, (*at_contact, *path), text, None
    for ref in context.topics.values():
        yield from ((ref.document, (ref.topic_id, *path), text, None) for path, text in ref.texts())
    for place_id, place in context.content.places.items():
        document = context.loaded.places[place_id]
        yield document, ("name",), place.name, None
        yield from ((document, path, text, None) for path, text in place.texts() if path[0] != "contacts")


def _owners(context: Context) -> dict[str, str]:
    """The contacts behind the digits of all numbers of the table, and of places."""
    owners: dict[str, str] = {}
    for _, _, contact_id, contact in context.contacts():
        for number in contact.numbers():
            owners.setdefault(_digits(number), contact_id)
    return owners


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def phone_number_in_prose(context: Context) -> Iterator[Finding]:
    """Texts never spell a phone number: numbers come from contacts.yaml. 911, 988 and 211 are fine as names.

    A number in a text has no source and no date, and nobody finds it when it changes.

    Wrong:

        text: Call the clinic at 800-555-0199.

    Right:

        contacts: [clinic]
    """
    owners = _owners(context)
    for document, path, text, node in _texts(context):
        for number in dict.fromkeys(match[0] for match in PHONE_NUMBER.finditer(text)):
            if _digits(number) not in owners:
                message = f'"{number}" looks like a phone number'
                hint = "put it in contacts.yaml and name the contact in a step"
                yield Finding(document, path, message, hint, word=number, node=node)


def repeated_number(context: Context) -> Iterator[Finding]:
    """Texts do not repeat a number of contacts.yaml: they name its contact. 911, 988 and 211 are fine as names.

    When the number changes, or expires, the page must follow the table.

    Wrong:

        text: Text HOME to 741741.

    Right:

        contacts: [crisis-text-line]
    """
    owners = _owners(context)
    for document, path, text, node in _texts(context):
        numbers = [match[0] for pattern in (PHONE_NUMBER, SHORT_NUMBER) for match in pattern.finditer(text)]
        for number in dict.fromkeys(numbers):
            owner = owners.get(_digits(number))
            if owner and number not in NUMBER_NAMES:
                message = f'"{number}" is the number of the contact "{owner}"'
                hint = f"name it in a step: contacts: [{owner}]"
                yield Finding(document, path, message, hint, word=number, node=node)


def unused_contact(context: Context) -> Iterator[Finding]:
    """Warning: no step names a contact of the contacts.yaml beside the trees, or can show a line or a note of a place.

    Somebody has to check its number for nothing. `status: unchecked` keeps a contact for later. A line of a place
    shows on the steps whose `contacts` have one that it stands beside, or its own id.

    Wrong:

        # contacts.yaml has "clinic", and no step has it

    Right:

        contacts: [988, clinic]
    """
    shown = {name for ref in context.steps.values() for name in ref.step.contacts}
    used = shown.union(*(ref.step.also for ref in context.steps.values()))
    for place_id, place in context.content.places.items():
        document, local_lines = context.loaded.places[place_id], local_contacts(context.content.places, place_id)
        for name, line in place.contacts.items():
            unknown = set(line.beside) - context.content.contacts.keys()  # told by unknown_contact
            if not (shown & set(line.beside) or name in used or line.status or unknown):
                hint = "name in beside a contact that a step shows"
                yield Finding(document, ("contacts", name), f'no step can show the line "{name}"', hint, key=True)
        can_show = shown | {name for name, line in local_lines.items() if shown & set(line.beside)}
        for n, note in enumerate(place.notes):
            if not can_show & set(note.beside):
                hint = "name in beside a contact that a step shows"
                yield Finding(document, ("notes", n, "beside"), "no step can show this note", hint, key=True)
    if not context.own_contacts:
        return
    for contact_id, contact in context.content.contacts.items():
        if contact_id not in used and not contact.status:
            hint = "name it in a step, or add status: unchecked"
            message = f'no step names the contact "{contact_id}"'
            yield Finding(context.loaded.contacts, (contact_id,), message, hint, key=True)


def unused_topic(context: Context) -> Iterator[Finding]:
    """Warning: no step asks a topic of the topics.yaml beside the trees, and no `when` asks for it.

    Its words are translated and reviewed for nothing.

    Wrong:

        # topics.yaml has "weapon", and no step asks it

    Right:

        asked: [weapon, hurt]
    """
    used = {topic for ref in context.steps.values() for topic in ref.step.asked}
    used |= {key for condition in context.conditions for key in condition.when}
    for topic in context.topics.values() if context.own_topics else ():
        if topic.topic_id not in used:
            message = f'no step asks the topic "{topic.topic_id}"'
            yield topic.finding((), message, "add it to asked on a step, or take it out")


TRUTH_RULES = (unsourced_step, phone_number_in_prose, repeated_number, unused_contact, unused_topic)
