"""YAML files in, frozen content out, with the exact place of everything that is wrong.

Files are read as node graphs and never made into bare Python values: every scalar stays the text that its author
typed, so that `no`, `988`, `1:30` and `+1800` mean what they say.
"""

import gc
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from helper import shipped
from helper.catalog import Catalog, is_language, read_catalog
from helper.model import (
    ID,
    RESERVED_STEPS,
    RESERVED_TREES,
    Check,
    Choice,
    Contact,
    Content,
    Control,
    Controls,
    Hazard,
    HazardLog,
    Hours,
    Id,
    Kiosk,
    LocalContact,
    Model,
    More,
    Note,
    OldPlaces,
    Operator,
    Place,
    Review,
    Say,
    Settings,
    Source,
    Step,
    Story,
    Tree,
)
from helper.model import Path_ as Path_
from helper.problem import ContentError, Problem, nearest

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MOST = 100
"""The most problems of one kind and file that are told."""
CONTACTS = "contacts.yaml"
SOURCES = "sources.yaml"
SETTINGS = "helper.yaml"
PLACES = "places"
"""The folder of places, inside a folder of trees."""
MOVED = "moved.yaml"
"""The file of the places that moved or were taken out, inside a folder of places."""
LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
NOT_YAML = re.compile(r"[^\t -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "tree": TypeAdapter(Tree),
    "contacts": TypeAdapter(dict[Id, Contact]),
    "sources": TypeAdapter(dict[Id, Source]),
    "place": TypeAdapter(Place),
    "moved": TypeAdapter(OldPlaces),
    "settings": TypeAdapter(Settings),
    "hazards": TypeAdapter(HazardLog),
}
NOUNS: Mapping[str, tuple[str, type[Model]]] = {
    "tree": ("a tree", Tree),
    "steps": ("a step", Step),
    "choices": ("a choice", Choice),
    "checks": ("a check", Check),
    "say": ("a line to say", Say),
    "more": ("a block", More),
    "tests": ("a story", Story),
    "reviewed": ("a review", Review),
    "contacts": ("a contact", Contact),
    "hours": ("a time", Hours),
    "sources": ("a source", Source),
    "place": ("a place", Place),
    "moved": ("the list of old places", OldPlaces),
    "notes": ("a note", Note),
    "settings": ("the settings file", Settings),
    "hazards": ("a hazard log", HazardLog),
    "hazard": ("a hazard", Hazard),
    "scored": ("a review", Review),
    "controls": ("a set of controls", Controls),
    "control": ("a control", Control),
    "operator": ("the operator", Operator),
    "kiosk": ("the kiosk", Kiosk),
}

_MAPPING = ("must have keys and values", 'write "key: value" lines')
_LIST = ("must be a list", 'begin each entry with "- "')
WRONG_SHAPES = {
    "string_type": ("must be a text", ""),
    "bool_type": ('must be "true" or "false"', ""),
    "date_type": ("must be a date like 2026-11-23", ""),
    "tuple_type": _LIST,
    "model_type": _MAPPING,
    "dict_type": _MAPPING,
}
OTHER_WAYS = {'"days"': 'for other days write hours: varies, and name the days and times under "about"'}
"""The help for a word of which the nearest one may mean another thing."""
WRITE_OUT = "write it out where it is needed"
_INDENT = "look at the indent of this line, and for a quotation mark too many or too few"
SYNTAX = (
    (
        "mapping values are not",
        'a ":" can\'t stand here',
        'quote a text that has ": " in it, or mend the indent',
        "never",
    ),
    ("cannot start any token", 'a text can\'t begin with "CHARACTER"', "put it between quotation marks", "never"),
    ("alphabetic or numeric", 'a text can\'t begin with "CHARACTER"', "put it between quotation marks", "always"),
    ("end of stream", "the quotation mark that opens here is not closed", "", "always"),
    ("document indicator", "the quotation mark that opens here is not closed", "", "always"),
    ("expected ',' or", "a comma or the closing bracket is missing", "", "earlier"),
    ("expected ':'", 'a ":" is missing after this key', "", "always"),
    ("expected key", "this does not fit the lines above", _INDENT, "never"),
    ("expected '-' indicator", "this does not fit the lines above", _INDENT, "never"),
    ("expected <document start>", "this does not fit the lines above", _INDENT, "never"),
    ("block sequence entries", "a list can't begin here", 'begin each entry on a line of its own with "- "', "never"),
    ("comment or line break", 'a text after "|" or ">" begins on the next line', "", "never"),
    ("escape", "between double quotation marks a backslash has its own meaning", "use single ones", "never"),
)
"""What YAML says, what we say, our help, and whether it is told where the unfinished part begins: never, always, or
when that is on an earlier line."""


class Span(NamedTuple):
    line: int
    column: int
    width: int


@dataclass(frozen=True)
class Lines:
    """A file as its author sees it: a name, and lines to quote."""

    name: str
    lines: list[str]

    def at(self, place: Span, code: str, message: str, help: str = "", **more: Any) -> Problem:
        """A problem at a place of the file."""
        if place.line > len(self.lines):  # to YAML a file without a last line end has one more line
            place = Span(len(self.lines), len(self.lines[-1]) + 1, 1)
        line, column, width = place
        source = self.lines[line - 1]
        return Problem(self.name, line, column, code, message, help, source=source, width=width, **more)

    def span(self, node: yaml.Node | yaml.Event) -> Span:
        """Where the node stands, as far as it goes on its first line."""
        start, end = node.start_mark, node.end_mark
        assert start and end  # only nodes made by hand have none
        stop = end.column if end.line == start.line else len(self.lines[start.line])
        return Span(start.line + 1, start.column + 1, max(1, stop - start.column))


@dataclass(frozen=True)
class Document(Lines):
    """A YAML file that has been read: its text for quoting, and its nodes for places."""

    kind: str
    root: yaml.Node
    data: Any = field(repr=False)

    def _find(self, path: Path_, key: bool = False) -> yaml.Node:
        """The node at `path`, or its key. A path that leads nowhere gives the nearest node above."""
        at = node = self.root
        for part in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == part), None)
                if pair is None:
                    break
                at, node = pair[0 if key else 1], pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                at = node = node.value[part]
        return at

    def where(self, path: Path_, key: bool = False, word: str = "") -> Span:
        """Where the value at `path` stands, or its key, or `word` in it where it is written on one line."""
        node = self._find(path, key)
        place, end = self.span(node), node.end_mark
        if word and end:
            # The end of a block text is the beginning of the line after it.
            for n in range(place.line, end.line + (end.column > 0) + 1):
                column = self.lines[n - 1].find(word, place.column - 1 if n == place.line else 0)
                if column >= 0:
                    return Span(n, column + 1, len(word))
        return place

    def problem(
        self, path: Path_, code: str, message: str, help: str = "", *, key: bool = False, word: str = "", **more: Any
    ) -> Problem:
        """A problem at `path`: at the value, at its key, or at a word of the value."""
        return self.at(self.where(path, key, word), code, message, help, **more)


@dataclass(frozen=True)
class Loaded:
    """Content with the files it came from, by kind of file and by tree."""

    content: Content
    trees: Mapping[str, Document]
    contacts: Document
    sources: Document
    places: Mapping[str, Document] = field(default_factory=dict)
    old_places: tuple[tuple[Document, OldPlaces], ...] = ()
    catalogs: Mapping[str, Mapping[str, Catalog]] = field(default_factory=dict)
    """The translations, by language and by the name of their PO file."""


class _Loader(yaml.CSafeLoader):
    """The quick reader, without guesses at what a scalar may be: nobody asks."""

    yaml_implicit_resolvers = {}


@contextmanager
def no_collecting() -> Iterator[None]:
    """Without looking for garbage in circles, of which large files make none: that takes longer than reading them."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _refuse(problems: Iterable[Problem]) -> None:
    """Raise ContentError when there are any. No more than MOST are made: a slip can bring a hundred thousand."""
    if found := list(itertools.islice(problems, MOST)):
        raise ContentError(found)


def _decode(name: str, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES:,} bytes"
        raise ContentError([Problem(name, 1, 1, "too-large", message, "make two trees of it")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A BOM is not counted as a column, by us or by YAML.
        before = LINE_END.split(raw[: error.start].decode("utf-8-sig", "replace"))
        place = Span(len(before), len(before[-1]) + 1, 1)
    raise ContentError(
        [Problem(name, place.line, place.column, "encoding", "this is not UTF-8 text", "save the file as UTF-8")]
    )


def _characters(text: Lines) -> Iterator[Problem]:
    for n, line in enumerate(text.lines, 1):
        for found in NOT_YAML.finditer(line):
            message = f"the invisible character U+{ord(found[0]):04X} can't be used"
            yield text.at(Span(n, found.start() + 1, 1), "encoding", message, "take it out, or type it anew")


def _refused(text: Lines, raw: str) -> Iterator[Problem]:
    """What a tree never needs and an attacker or a slip might bring, before anything is built; and wrong syntax."""
    depth = documents = 0
    try:
        for event in yaml.parse(raw, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                yield text.at(text.span(event), "alias", f'"*{event.anchor}" repeats another part', WRITE_OUT)
            elif isinstance(event, yaml.NodeEvent) and event.anchor:
                message = f'"&{event.anchor}" names a part to repeat it'
                place = text.span(event)._replace(width=len(event.anchor) + 1)
                yield text.at(place, "anchor", message, WRITE_OUT)
            elif isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag:
                place = text.span(event)
                tag = re.split(r"[\s,\[\]{}]", text.lines[place.line - 1][place.column - 1 :])[0]
                help = 'put a text that begins with "!" between quotation marks'
                yield text.at(place._replace(width=len(tag)), "tag", f'"{tag}" is a YAML tag', help)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    place = text.span(event)._replace(width=1)
                    yield text.at(place, "too-deep", f"more than {MAX_DEPTH} levels stand inside each other")
                    return
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    message, help = "a second document begins here", 'take the "---" out, or make two files'
                    yield text.at(text.span(event), "documents", message, help)
    except yaml.MarkedYAMLError as error:
        yield _syntax(text, error)


def _syntax(text: Lines, error: yaml.MarkedYAMLError) -> Problem:
    """A syntax error in our words, at the beginning of what is not complete, else where YAML stumbled."""
    said = error.problem or "nobody knows why"
    other = (f"this is not YAML: {said}", "", "never")
    message, help, begin = next((words for part, *words in SYNTAX if part in said), other)
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    assert mark
    if context and (begin == "always" or begin == "earlier" and context.line < mark.line):
        mark = context
    place = Span(mark.line + 1, mark.column + 1, 1)
    character = "".join(text.lines[mark.line : mark.line + 1])[mark.column : mark.column + 1]
    if character == "\t":
        message, help = "a tab stands where only spaces can", "indent with spaces"
    return text.at(place, "syntax", message.replace("CHARACTER", character), help)


def _keys(text: Lines, node: yaml.Node) -> Iterator[Problem]:
    """Keys that stand twice, that copy other keys, or that are no texts."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            if not isinstance(item, yaml.ScalarNode):
                yield from _keys(text, item)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield text.at(text.span(key), "key", "a key must be a text")
            elif key.value == "<<" and not key.style:
                yield text.at(text.span(key), "merge", '"<<" copies other keys', WRITE_OUT)
            elif key.value in first:
                message = f'"{key.value}" is already defined on line {text.span(first[key.value]).line}'
                yield text.at(text.span(key), "duplicate-key", message, "change one of the two names, or take one out")
            else:
                first[key.value] = key
            if not isinstance(value, yaml.ScalarNode):
                yield from _keys(text, value)


def _data(node: yaml.Node) -> Any:
    """The node as texts, lists and dicts."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    return node.value


def parse(raw: bytes, name: str, kind: str) -> Document:
    """Read YAML bytes as a file of `kind` "tree", "contacts", "sources", "place", "moved", "settings" or "hazards".

    Raises ContentError for what no YAML file here may hold: bad encoding or syntax, anchors, aliases, tags, merge
    keys, duplicate keys, more than MAX_BYTES or MAX_DEPTH.
    """
    decoded = _decode(name, raw)
    text = Lines(name, LINE_END.split(decoded))
    if NOT_YAML.search(decoded):
        _refuse(_characters(text))
    _refuse(_refused(text, decoded))
    root = yaml.compose(decoded, Loader=_Loader)
    if root is None or root.value == "":
        help = 'begin with "title:"' if kind == "tree" else ""
        raise ContentError([Problem(name, 1, 1, "empty", "the file is empty", help)])
    _refuse(_keys(text, root))
    return Document(name, text.lines, kind, root, _data(root))


def _owner(path: Path_, kind: str) -> tuple[str, type[Model]]:
    """What the mapping at `path` is, in words, and its class."""
    if kind == "tree" and path:
        return NOUNS[str(path[2] if path[0] == "steps" and len(path) > 2 else path[0])]
    if kind == "place" and path[2:3] != ("hours",):
        return ("a contact", LocalContact) if path[:1] == ("contacts",) else NOUNS[str(path[0]) if path else kind]
    if kind == "place":
        return NOUNS["hours"]
    if kind == "hazards" and path:  # hazards, H01, controls, design, 0
        return NOUNS[{2: "hazard", 5: "control"}.get(len(path), str(path[-1]))]
    if kind == "settings" and path:
        return NOUNS[str(path[0])]
    return NOUNS["hours" if path[1:] == ("hours",) else kind]


def _shape_problem(document: Document, error: Any) -> Problem:
    """A shape error of pydantic in our words."""
    path: Path_ = error["loc"]
    is_key = path[-1:] == ("[key]",)
    if is_key:
        path = path[:-1]
    hours = {"contacts": 1, "place": 2}.get(document.kind, 0)
    if hours and path[hours : hours + 1] == ("hours",):
        path = path[: hours + 1] + path[hours + 2 :]  # without the form of hours that was tried
    kind = error["type"]
    word = error["input"] if kind == "id" else path[-1] if path else None
    name = f'"{word}"' if isinstance(word, str) else "this"
    if kind == "missing":
        owner, _ = _owner(path[:-1], document.kind)
        return document.problem(path[:-1], "missing-key", f"{owner} needs {name}", key=True)
    if kind == "extra_forbidden":
        owner, model = _owner(path[:-1], document.kind)
        known = [info.alias or key for key, info in model.model_fields.items()]
        help = nearest(str(path[-1]), known) or f"the keys are {', '.join(known)}"
        return document.problem(path, "unknown-key", f"{owner} has no key {name}", help, key=True)
    if kind == "literal_error":
        words = error["ctx"]["expected"].replace("'", '"')
        help = OTHER_WAYS.get(name) or nearest(str(error["input"]), re.findall(r'"([^"]*)"', words))
        return document.problem(path, "unknown-word", f"{name} must be {words}", help)
    if kind in WRONG_SHAPES:
        return document.problem(path, "wrong-shape", f"{name} {WRONG_SHAPES[kind][0]}", WRONG_SHAPES[kind][1])
    help = error.get("ctx", {}).get("help", "")
    return document.problem(path, "wrong-value", f"{name} {error['msg']}", help, key=is_key)


def shape(document: Document) -> Any:
    """The document as a Tree, or as a mapping of contacts or sources. Raises ContentError with all shape problems."""
    try:
        return SHAPES[document.kind].validate_python(document.data)
    except ValidationError as error:
        errors = error.errors()
    _refuse(_shape_problem(document, each) for each in errors)


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
    return shipped("trees") / name


def _unreadable(path: Path, error: OSError) -> ContentError:
    why = (error.strerror or type(error).__name__).lower()
    return ContentError([Problem(show(path), 1, 1, "unreadable", f"this can't be read: {why}")])


def read_file(path: Path, kind: str) -> Document:
    """Read a file of a kind. Raises ContentError."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    return parse(raw, show(path), kind)


@no_collecting()
def load(folder: Path, more: Path | None = None) -> Loaded:
    """Read every tree and place in `folder`, with the contacts and sources that are nearest to it.

    `more` is another folder of places. Raises ContentError with the problems of all files together. What editors hide
    (.#crisis.yaml) is no tree.
    """
    folder = folder.resolve()
    others = (CONTACTS, SOURCES, SETTINGS)
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise _unreadable(folder, error) from None
    names = [name for name in names if name.endswith(".yaml") and not name.startswith(".") and name not in others]
    try:
        places = [*_places(folder / PLACES), *(_places(more.resolve(strict=True)) if more else ())]
    except OSError as error:
        raise _unreadable(more or folder, error) from None
    files = [("contacts", above(folder, CONTACTS)), ("sources", above(folder, SOURCES))]
    old = [path for path in places if path.name == MOVED]
    places = [path for path in places if path.name != MOVED]
    files += [("tree", folder / name) for name in names] + [("place", path) for path in places]
    files += [("moved", path) for path in old]
    read: dict[Path, tuple[Document, Any]] = {}
    problems: list[Problem] = []
    for kind, path in files:
        try:
            document = read_file(path, kind)
            read[path] = document, shape(document)
        except ContentError as error:
            problems += error.problems
    trees = {path.stem: read[path] for kind, path in files if kind == "tree" and path in read}
    problems += itertools.chain(*(_names(document, tree, name) for name, (document, tree) in trees.items()))
    if not names:
        help = 'a tree is a file whose name ends in ".yaml"'
        problems.append(Problem(show(folder), 1, 1, "no-tree", "there is no tree in this folder", help))
    for path in places:
        if path in read and not ID.fullmatch(path.stem):
            document = read[path][0]
            help = "its name needs small letters a to z, digits and - between them"
            problems.append(document.problem((), "place-name", f'a place can\'t be called "{path.stem}"', help))
    for path, other in itertools.combinations(places, 2):
        if other in read and path.stem == other.stem:
            message = f'there is a place "{path.stem}" already: {show(path)}'
            problems.append(read[other][0].problem((), "place-name", message, "give the file another name"))
    if problems:
        raise ContentError(problems)
    catalogs = _catalogs(folder / "locale")
    (contacts, contact_map), (sources, source_map) = read[files[0][1]], read[files[1][1]]
    place_map: dict[str, Place] = {path.stem: read[path][1] for path in places}
    old_places: list[tuple[Document, OldPlaces]] = [read[path] for path in old]
    content = Content(
        trees={name: tree for name, (_, tree) in trees.items()},
        contacts=contact_map,
        sources={**{name: one for place in place_map.values() for name, one in place.sources.items()}, **source_map},
        places=place_map,
        old_places=OldPlaces(
            moved={name: new for _, one in old_places for name, new in one.moved.items()},
            removed=tuple(name for _, one in old_places for name in one.removed),
        ),
    )
    documents = {name: document for name, (document, _) in trees.items()}
    place_documents = {path.stem: read[path][0] for path in places}
    return Loaded(content, documents, contacts, sources, place_documents, tuple(old_places), catalogs)


def _places(folder: Path) -> list[Path]:
    """The files of a folder of places."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def _catalogs(folder: Path) -> dict[str, dict[str, Catalog]]:
    """The PO files of a folder: LANGUAGE/NAME.po."""
    found: dict[str, dict[str, Catalog]] = {}
    problems: list[Problem] = []
    for inner in sorted(path for path in folder.glob("*") if path.is_dir()):
        if not is_language(language := inner.name):
            message = f'"{language}" is no language'
            problems.append(Problem(show(inner), 1, 1, "language", message, "name the folder like es"))
            continue
        found[language] = {}
        for path in sorted(inner.glob("*.po")):
            try:
                found[language][path.stem] = read_catalog(path, show(path), language)
            except ContentError as error:
                problems += error.problems
    _refuse(problems)
    return found


def contacts(folder: Path) -> Mapping[str, Contact]:
    """The contacts that are nearest to a folder. Raises ContentError."""
    found: Mapping[str, Contact] = shape(read_file(above(folder.resolve(), CONTACTS), "contacts"))
    return found


def settings(path: Path) -> Settings:
    """The settings in a file. Raises ContentError."""
    found: Settings = shape(read_file(path, "settings"))
    return found


def hazards(path: Path) -> HazardLog:
    """The hazard log in a file. Raises ContentError."""
    found: HazardLog = shape(read_file(path, "hazards"))
    return found


def below(folder: Path, *endings: str) -> Iterator[Path]:
    """The files in a folder and its subfolders whose names end so. What editors hide is none of them."""
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(at, name) for name in names if name.endswith(endings) and not name.startswith("."))


def files(folder: Path) -> list[Path]:
    """The files that decide what the trees in a folder are, and those that would if they were there."""
    levels = (folder, *folder.parents, shipped("trees"))
    return [*below(folder, ".yaml", ".po"), *(level / name for level in levels for name in (CONTACTS, SOURCES))]


def show(path: Path) -> str:
    """The path as a person at this folder would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def load_one(path: Path) -> tuple[Tree, Mapping[str, Contact]]:
    """The tree in a file with the contacts nearest to it, whatever stands in the other trees. Raises ContentError."""
    folder = path.parent.resolve()
    tree, contacts = together(
        lambda: shape(read_file(folder / path.name, "tree")),
        lambda: shape(read_file(above(folder, CONTACTS), "contacts")),
    )
    return tree, contacts


def load_bytes(tree: tuple[str, bytes], contacts: tuple[str, bytes]) -> tuple[Tree, Mapping[str, Contact]]:
    """The same from the names and bytes of two files."""
    found, others = together(
        lambda: shape(parse(tree[1], tree[0], "tree")), lambda: shape(parse(contacts[1], contacts[0], "contacts"))
    )
    return found, others


def together(*readers: Callable[[], Any]) -> list[Any]:
    """What the readers give. Raises ContentError with the problems of all of them."""
    found, problems = list[Any](), set[Problem]()
    for read in readers:
        try:
            found.append(read())
        except ContentError as error:
            problems.update(error.problems)
    if problems:
        raise ContentError(problems)
    return found
