"""Content for translators and back: what there is to translate, PO files that follow it, and content in a language.

A text is known by its context (the step and the key it stands at) and its English words. When the words change, the
old translation is kept under the new ones as fuzzy: nobody is shown it until a person has read it again. The same goes
for words that come to stand in another place too. When a step or a place gets a new id and `moved` says so, its
translations go along as they are.
"""

import datetime
import io
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog as Messages
from babel.messages import Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from helper import data_dir
from helper.answers import topics_of
from helper.catalog import FUZZY, Catalog, Foreign, read_messages
from helper.interface import LANGUAGE, LOCALE
from helper.loading.document import Document, show
from helper.loading.folder import Loaded
from helper.model.content import Content
from helper.model.fields import Path_
from helper.model.tree import Topic

CONTACTS_DOMAIN = "contacts"
"""The PO file of what contacts say of themselves, and of the notes of places."""
TOPICS_DOMAIN = "topics"
"""The PO file of what dispatchers and officers ask."""
WIDTH = 110
COMMENT = "# Translations for {}. A text is shown when it is translated and has no line that says fuzzy.\n#"


class SourceText(NamedTuple):
    """A text that readers see: the PO file it belongs to, its context and words, and where it stands."""

    domain: str
    context: str
    text: str
    document: Document
    path: Path_


def step_context(step_id: str, path: Path_) -> str:
    """The context of a text of a step or a contact: without its number in a list, because lines come and go."""
    return " ".join((step_id, ".".join(part for part in path if isinstance(part, str))))


def _tree_context(path: Path_) -> str:
    return step_context(str(path[1]), path[2:]) if path[0] == "steps" else str(path[0])


def _place_context(place_id: str, path: Path_) -> str:
    return step_context(str(path[1]), path[2:]) if path[0] == "contacts" else f"{place_id} note"


def _topic_context(topic_id: str, topic: Topic, path: Path_) -> str:
    """The same for a text of a topic. An option is told by its id."""
    match path:
        case ("options", int(n), *rest):
            return step_context(f"{topic_id} {topic.options[n].id}", tuple(rest))
    return step_context(topic_id, path)


def texts(loaded: Loaded) -> Iterator[SourceText]:
    """Every text of the content that readers see, in the order of the files.

    Topics of which no step shows words are not among them, and no places that an operator adds from elsewhere: the
    files for translators are not theirs.
    """
    for name, tree in loaded.content.trees.items():
        for path, text in tree.texts():
            yield SourceText(name, _tree_context(path), text, loaded.trees[name], path)
    steps = [step for tree in loaded.content.trees.values() for step in tree.steps.values()]
    shown = {topic for step in steps for topic in topics_of(step, loaded.content.topics)}
    for name, topic in loaded.content.topics.items():
        for path, text in topic.texts() if name in shown else ():
            yield SourceText(TOPICS_DOMAIN, _topic_context(name, topic, path), text, loaded.topics, (name, *path))
    for name, contact in loaded.content.contacts.items():
        for path, text in contact.texts():
            yield SourceText(CONTACTS_DOMAIN, step_context(name, path), text, loaded.contacts, (name, *path))
    folders = {Path(document.name).parent for document in loaded.trees.values()}
    for name, place in loaded.content.places.items():
        document = loaded.places[name]
        if Path(document.name).parent.parent in folders:
            for path, text in place.texts():
                yield SourceText(CONTACTS_DOMAIN, _place_context(name, path), text, document, path)


def translated(content: Content, catalogs: Mapping[str, Catalog]) -> Content:
    """The content in the language of the catalogs, by name of PO file. What has no translation stays, as Foreign."""

    def translator(domain: str, context_of: Callable[[Path_], str]) -> Callable[[Path_, str], str]:
        catalog = catalogs.get(domain, Catalog(""))
        return lambda path, text: catalog.get(context_of(path), text) or Foreign(text, LANGUAGE)

    trees = {name: tree.with_texts(translator(name, _tree_context)) for name, tree in content.trees.items()}
    topics = {
        name: topic.with_texts(translator(TOPICS_DOMAIN, partial(_topic_context, name, topic)))
        for name, topic in content.topics.items()
    }
    contacts = {
        name: contact.with_texts(translator(CONTACTS_DOMAIN, partial(step_context, name)))
        for name, contact in content.contacts.items()
    }
    places = {
        name: place.with_texts(translator(CONTACTS_DOMAIN, partial(_place_context, name)))
        for name, place in content.places.items()
    }
    return content.model_copy(update={"trees": trees, "topics": topics, "contacts": contacts, "places": places})


def _empty(language: str, title: str) -> Messages:
    # Without dates, which would change the file although no text did.
    messages = Messages(locale=language, project="crisis-helper", fuzzy=False, header_comment=COMMENT.format(title))
    messages.creation_date = messages.revision_date = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    return messages


Extracted = tuple[str, str, str]
"""A text to translate: its context, its words, and the file where it stands."""


def merge(
    existing: Messages, extracted: Iterable[Extracted], language: str, title: str, moved: Mapping[str, str],
    beside: Iterable[Messages] = (),
) -> Messages:  # fmt: skip
    """A PO file for the texts that were found (context, text, file), with what `existing` has for them.

    `moved` says which steps or places have a new id: what is not found under the old one counts as that of the new one,
    which keeps its own where it has better. A text without a translation takes one along as fuzzy: that of the same
    words elsewhere in the file or in one `beside` it, else that of the words that changed under its context. A good
    translation of what is found no more is kept at the end of the file, as obsolete.
    """
    locations: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for context, text, file_name in extracted:
        locations.setdefault((context, text), []).append((file_name, 0))
    known = _known(existing, locations, moved)
    elsewhere = {str(message.id): message for file in (*beside, existing) for message in _all(file) if _good(message)}
    for key in locations:
        same = elsewhere.get(key[1])
        if same and not (message := known.setdefault(key, Message(key[1]))).string:
            message.string, message.flags = same.string, {FUZZY}
    spare: dict[str, list[str]] = {}
    for (context, text), message in known.items():
        if (context, text) not in locations and message.string:
            spare.setdefault(context, []).append(text)
    for (context, text), former in _nearest([key for key in locations if key not in known], spare):
        message = known[context, text] = known[context, former]
        message.flags, message.previous_id = {FUZZY}, [former]
    merged = _empty(language, title)
    for (context, text), found_in in locations.items():
        message = known.get((context, text), Message(""))
        merged.add(
            text,
            message.string,
            locations=found_in,
            flags=message.flags,
            previous_id=message.previous_id[:1] if message.fuzzy else (),
            user_comments=message.user_comments,
            context=context,
        )
    for context, texts_left in spare.items():
        for text in texts_left:
            # What is obsolete has no flags: a translation of other words would come back as a good one.
            if not known[context, text].fuzzy:
                merged.obsolete[text, context] = known[context, text]
    return merged


def _all(messages: Messages) -> Iterator[Message]:
    """What a PO file has, with what is obsolete, without its head."""
    return (message for message in (*messages, *messages.obsolete.values()) if message.id)


def _good(message: Message) -> bool:
    return bool(message.string) and not message.fuzzy


def _known(
    existing: Messages, found: Container[tuple[str, str]], moved: Mapping[str, str]
) -> dict[tuple[str, str], Message]:
    """What a PO file has, by context and words: what is found no more goes along to where its step moved."""
    known = {(message.context or "", str(message.id)): message for message in _all(existing)}
    for context, text in [key for key in known if key not in found]:
        old_id, space, place = context.partition(" ")
        if space and old_id in moved:
            message = known.pop((context, text))
            message.context = f"{moved[old_id]} {place}"
            rival = known.get((message.context, text), message)
            known[message.context, text] = max(rival, message, key=lambda entry: (bool(entry.string), not entry.fuzzy))
    return known


def _nearest(added: Iterable[tuple[str, str]], spare: Mapping[str, list[str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """For texts that are new in their context the former words that they took the place of, the most alike first.

    They are taken out of `spare`, which holds the former words of each context.
    """
    pairs = [
        (SequenceMatcher(None, former, text).ratio(), context, text, former)
        for context, text in added
        for former in spare.get(context, ())
    ]
    placed = set[tuple[str, str]]()
    for _, context, text, former in sorted(pairs, key=lambda pair: -pair[0]):
        if (context, text) not in placed and former in spare[context]:
            placed.add((context, text))
            spare[context].remove(former)
            yield (context, text), former


def written(messages: Messages) -> bytes:
    """The PO file as bytes, without numbers of lines: each edit of a tree would change those of all that follows."""
    buffer = io.BytesIO()
    write_po(buffer, messages, width=WIDTH, include_previous=True, include_lineno=False)
    return buffer.getvalue()


def _save(path: Path, messages: Messages) -> Messages:
    """Write the PO file, if that changes it."""
    body = written(messages)
    if not path.is_file() or path.read_bytes() != body:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return messages


def _existing(path: Path, language: str) -> Messages:
    return read_messages(path, show(path), language) if path.is_file() else _empty(language, path.stem)


def update(loaded: Loaded, folder: Path, language: str) -> dict[Path, Messages]:
    """Bring the PO files of the content in a folder up to date in a language, one file a tree. Raises ContentError."""
    by_domain: dict[str, list[Extracted]] = {}
    for text in texts(loaded):
        by_domain.setdefault(text.domain, []).append((text.context, text.text, Path(text.document.name).name))
    moved = {name: tree.moved for name, tree in loaded.content.trees.items()}
    moved[CONTACTS_DOMAIN] = loaded.content.old_places.moved
    paths = {domain: folder / "locale" / language / f"{domain}.po" for domain in by_domain}
    existing = {domain: _existing(path, language) for domain, path in paths.items()}
    # What is asked in topics was said in the guides before.
    beside = {TOPICS_DOMAIN: [existing[name] for name in loaded.content.trees]}
    merged = {
        domain: merge(existing[domain], found, language, domain, moved.get(domain, {}), beside.get(domain, ()))
        for domain, found in by_domain.items()
    }
    return {path: _save(path, merged[domain]) for domain, path in paths.items()}


def update_interface(language: str) -> dict[Path, Messages]:
    """Bring the PO file of the interface up to date in a language. Raises ContentError."""
    path = LOCALE / f"{language}.po"
    extracted = _empty(language, "the interface")
    for method, files in (("python", Path(__file__).parent.rglob("*.py")), ("jinja2", data_dir("templates").glob("*"))):
        for source in sorted(files):
            for line, text, _, context in extract_from_file(method, source):
                extracted.add(text, locations=[(source.name, line)], context=context)
    messages = _existing(path, language)
    messages.update(extracted)
    return {path: _save(path, messages)}


class Status(NamedTuple):
    """How far a PO file is."""

    good: int
    fuzzy: int
    missing: int

    def __str__(self) -> str:
        parts = [f"{self.good} of {sum(self)} texts"]
        parts += [f"{n} {word}" for n, word in ((self.fuzzy, "to read again"), (self.missing, "missing")) if n]
        return ", ".join(parts)


def status(messages: Messages) -> Status:
    """The texts of a PO file that readers see, that a person must read again, and that have no translation."""
    entries = [entry for entry in messages if entry.id]
    missing = sum(not (all(entry.string) if isinstance(entry.string, tuple) else entry.string) for entry in entries)
    fuzzy = sum(bool(entry.fuzzy and entry.string) for entry in entries)
    return Status(len(entries) - missing - fuzzy, fuzzy, missing)
