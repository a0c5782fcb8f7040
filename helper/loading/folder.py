"""Folders of trees, contacts, sources, places and translations, and the files around them."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helper import data_dir
from helper.catalog import Catalog, is_language, read_catalog
from helper.loading.document import Document, no_collecting, parse, read_file, refuse, show, unreadable
from helper.loading.shape import shape
from helper.model.contacts import Contact, OldPlaces, Place
from helper.model.content import Content
from helper.model.fields import ID, RESERVED_STEPS, RESERVED_TREES
from helper.model.hazards import HazardLog
from helper.model.settings import Settings
from helper.model.tree import Topic, Tree
from helper.problem import ContentError, Problem

CONTACTS = "contacts.yaml"
SOURCES = "sources.yaml"
TOPICS = "topics.yaml"
SETTINGS = "helper.yaml"
PLACES = "places"
"""The folder of places, inside a folder of trees."""
MOVED = "moved.yaml"
"""The file of the places that moved or were taken out, inside a folder of places."""


@dataclass(frozen=True)
class Loaded:
    """Content with the files it came from, by kind of file and by tree."""

    content: Content
    trees: Mapping[str, Document]
    contacts: Document
    topics: Document
    sources: Document
    places: Mapping[str, Document] = field(default_factory=dict)
    old_places: tuple[tuple[Document, OldPlaces], ...] = ()
    catalogs: Mapping[str, Mapping[str, Catalog]] = field(default_factory=dict)
    """The translations, by language and by the name of their PO file."""


def wrong_name(name: str) -> str | None:
    """Why a tree can't be called `name`, or None."""
    if not ID.fullmatch(name):
        return "its name needs small letters a to z, digits and - between them"
    if name in RESERVED_TREES or len(name) == 2:
        return "that is the address of another page"
    return None


def _names(document: Document, tree: Tree, tree_id: str) -> Iterator[Problem]:
    if why := wrong_name(tree_id):
        yield document.problem((), "tree-name", f'a tree can\'t be called "{tree_id}"', why)
    for step_id in tree.steps:
        if step_id in RESERVED_STEPS:
            message = f'a step can\'t be called "{step_id}": that is the address of another page'
            yield document.problem(("steps", step_id), "step-name", message, key=True)


def above(folder: Path, name: str) -> Path:
    """The nearest file `name` in `folder` or above it, else the one that is built in."""
    for parent in (folder, *folder.parents):
        if os.path.lexists(parent / name):
            return parent / name
    return data_dir("trees") / name


@no_collecting()
def load(folder: Path, extra_places: Path | None = None) -> Loaded:
    """Read every tree and place in `folder`, with the contacts and sources that are nearest to it.

    `extra_places` is another folder of places. Raises ContentError with the problems of all files together. What
    editors hide (.#crisis.yaml) is no tree.
    """
    folder = folder.resolve()
    paths = _paths(folder, extra_places)
    parsed: dict[Path, tuple[Document, Any]] = {}
    problems: list[Problem] = []
    for kind in paths:
        for path in paths[kind]:
            try:
                document = read_file(path, kind)
                parsed[path] = document, shape(document)
            except ContentError as error:
                problems += error.problems
    problems += _name_problems(folder, paths, parsed)
    if problems:
        raise ContentError(problems)
    by_name = {kind: {path.stem: parsed[path] for path in paths[kind]} for kind in ("tree", "place")}
    documents = {kind: {name: document for name, (document, _) in by_name[kind].items()} for kind in by_name}
    contacts, topics, sources = (parsed[paths[kind][0]] for kind in ("contacts", "topics", "sources"))
    old_places = tuple(parsed[path] for path in paths["moved"])
    places: dict[str, Place] = {name: place for name, (_, place) in by_name["place"].items()}
    content = Content(
        trees={name: tree for name, (_, tree) in by_name["tree"].items()},
        contacts=contacts[1],
        topics=topics[1],
        sources={name: source for place in places.values() for name, source in place.sources.items()} | sources[1],
        places=places,
        old_places=OldPlaces(
            moved={old_id: new_id for _, old in old_places for old_id, new_id in old.moved.items()},
            removed=tuple(old_id for _, old in old_places for old_id in old.removed),
        ),
    )
    catalogs = _catalogs(folder / "locale")
    return Loaded(
        content, documents["tree"], contacts[0], topics[0], sources[0], documents["place"], old_places, catalogs
    )


def _paths(folder: Path, extra_places: Path | None) -> dict[str, list[Path]]:
    """The files of a set by their kind. Raises ContentError for a folder that can't be read."""
    try:
        trees = [path for path in _visible(folder) if path.name not in (CONTACTS, TOPICS, SOURCES, SETTINGS)]
    except OSError as error:
        raise unreadable(folder, error) from None
    try:
        inner = folder / PLACES
        places = [
            *(_visible(inner) if inner.is_dir() else ()),
            *(_visible(extra_places.resolve(strict=True)) if extra_places else ()),
        ]
    except OSError as error:
        raise unreadable(extra_places or folder, error) from None
    return {
        "contacts": [above(folder, CONTACTS)],
        "topics": [above(folder, TOPICS)],
        "sources": [above(folder, SOURCES)],
        "tree": trees,
        "place": [path for path in places if path.name != MOVED],
        "moved": [path for path in places if path.name == MOVED],
    }


def _name_problems(
    folder: Path, paths: Mapping[str, list[Path]], parsed: Mapping[Path, tuple[Document, Any]]
) -> Iterator[Problem]:
    """What is wrong with the names of files and steps."""
    for path in paths["tree"]:
        if path in parsed:
            yield from _names(*parsed[path], path.stem)
    if not paths["tree"]:
        hint = 'a tree is a file whose name ends in ".yaml"'
        yield Problem(show(folder), 1, 1, "no-tree", "there is no tree in this folder", hint)
    for path in paths["place"]:
        if path in parsed and not ID.fullmatch(path.stem):
            hint = "its name needs small letters a to z, digits and - between them"
            yield parsed[path][0].problem((), "place-name", f'a place can\'t be called "{path.stem}"', hint)
    for path, namesake in itertools.combinations(paths["place"], 2):
        if namesake in parsed and path.stem == namesake.stem:
            message = f'there is a place "{path.stem}" already: {show(path)}'
            yield parsed[namesake][0].problem((), "place-name", message, "give the file another name")


def _visible(folder: Path) -> list[Path]:
    """The YAML files of a folder, but for those that editors hide. Raises OSError."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(".yaml") and not path.name.startswith("."))


def _catalogs(folder: Path) -> dict[str, dict[str, Catalog]]:
    """The PO files of a folder: LANGUAGE/NAME.po."""
    catalogs: dict[str, dict[str, Catalog]] = {}
    problems: list[Problem] = []
    for inner in sorted(path for path in folder.glob("*") if path.is_dir()):
        if not is_language(language := inner.name):
            message = f'"{language}" is no language'
            problems.append(Problem(show(inner), 1, 1, "language", message, "name the folder like es"))
            continue
        catalogs[language] = {}
        for path in sorted(inner.glob("*.po")):
            try:
                catalogs[language][path.stem] = read_catalog(path, show(path), language)
            except ContentError as error:
                problems += error.problems
    refuse(problems)
    return catalogs


def load_contacts(folder: Path) -> Mapping[str, Contact]:
    """The contacts that are nearest to a folder. Raises ContentError."""
    contacts: Mapping[str, Contact] = shape(read_file(above(folder.resolve(), CONTACTS), "contacts"))
    return contacts


def load_settings(path: Path) -> Settings:
    """The settings in a file. Raises ContentError."""
    settings: Settings = shape(read_file(path, "settings"))
    return settings


def load_hazards(path: Path) -> HazardLog:
    """The hazard log in a file. Raises ContentError."""
    log: HazardLog = shape(read_file(path, "hazards"))
    return log


def below(folder: Path, *endings: str) -> Iterator[Path]:
    """The files in a folder and its subfolders whose names end so. What editors hide is none of them."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if name.endswith(endings) and not name.startswith("."))


def content_files(folder: Path) -> list[Path]:
    """The files that decide what the trees in a folder are, and those that would if they were there."""
    levels = (folder, *folder.parents, data_dir("trees"))
    return [*below(folder, ".yaml", ".po"), *(level / name for level in levels for name in (CONTACTS, TOPICS, SOURCES))]


OneTree = tuple[Tree, Mapping[str, Contact], Mapping[str, Topic]]
"""A tree with the contacts and the topics that its steps name."""


def load_tree(path: Path) -> OneTree:
    """The tree in a file with the contacts and topics nearest to it, whatever stands in the other trees. Raises
    ContentError."""
    folder = path.parent.resolve()
    files = {"tree": folder / path.name, "contacts": above(folder, CONTACTS), "topics": above(folder, TOPICS)}
    return _one_tree(lambda kind: read_file(files[kind], kind))


def load_bytes(tree: tuple[str, bytes], contacts: tuple[str, bytes], topics: tuple[str, bytes]) -> OneTree:
    """The same from the names and bytes of three files."""
    files = {"tree": tree, "contacts": contacts, "topics": topics}

    def document(kind: str) -> Document:
        name, raw = files[kind]
        return parse(raw, name, kind)

    return _one_tree(document)


def _one_tree(document: Callable[[str], Document]) -> OneTree:
    tree, contacts, topics = collect_errors(
        lambda: shape(document("tree")), lambda: shape(document("contacts")), lambda: shape(document("topics"))
    )
    return tree, contacts, topics


def collect_errors(*readers: Callable[[], Any]) -> list[Any]:
    """What the readers give. Raises ContentError with the problems of all of them."""
    results, problems = list[Any](), set[Problem]()
    for read in readers:
        try:
            results.append(read())
        except ContentError as error:
            problems.update(error.problems)
    if problems:
        raise ContentError(problems)
    return results
