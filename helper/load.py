"""YAML files in, frozen content out, with the exact place of everything that is wrong.

Files are read as node graphs and never made into bare Python values: every scalar stays the text that its author
typed, so that `no`, `988`, `1:30` and `+1800` mean what they say.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import TypeAdapter, ValidationError

from helper import shipped
from helper.model import (
    ID,
    RESERVED_STEPS,
    RESERVED_TREES,
    Check,
    Choice,
    Contact,
    Content,
    Hours,
    Id,
    Model,
    More,
    Review,
    Say,
    Settings,
    Source,
    Step,
    Tree,
)
from helper.problem import ContentError, Problem, nearest

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
CONTACTS = "contacts.yaml"
SOURCES = "sources.yaml"

SHAPES = {
    "tree": TypeAdapter(Tree),
    "contacts": TypeAdapter(dict[Id, Contact]),
    "sources": TypeAdapter(dict[Id, Source]),
    "settings": TypeAdapter(Settings),
}
NOUNS: Mapping[str, tuple[str, type[Model] | None]] = {
    "tree": ("a tree", Tree),
    "steps": ("a step", Step),
    "choices": ("a choice", Choice),
    "checks": ("a check", Check),
    "say": ("a line to say", Say),
    "more": ("a block", More),
    "reviewed": ("a review", Review),
    "contacts": ("a contact", Contact),
    "hours": ("a time", Hours),
    "sources": ("a source", Source),
    "settings": ("the settings file", Settings),
}

Path_ = tuple[str | int, ...]


class Place(NamedTuple):
    line: int
    column: int
    width: int


@dataclass(frozen=True)
class Document:
    """A YAML file that has been read: its text for quoting, and its nodes for places."""

    name: str
    kind: str
    lines: list[str]
    root: yaml.Node
    data: Any = field(repr=False)

    def place(self, path: Path_, key: bool = False) -> Place:
        """Where the value at `path` stands, or its key. A path that leads nowhere gives the nearest thing above."""
        node, at = self.root, self.root
        for part in path:
            if isinstance(node, yaml.MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == part), None)
                if pair is None:
                    continue
                at, node = (pair[0] if key else pair[1]), pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                at = node = node.value[part]
        start, end = at.start_mark, at.end_mark
        width = end.column - start.column if end.line == start.line else len(self.lines[start.line]) - start.column
        return Place(start.line + 1, start.column + 1, max(1, width))

    def find(self, path: Path_, word: str) -> Place:
        """Where `word` first stands in the text at `path`, or the place of the text when it is not on one line."""
        place = self.place(path)
        for n, line in enumerate(self.lines[place.line - 1 :], place.line):
            column = line.find(word, place.column - 1 if n == place.line else 0)
            if column >= 0:
                return Place(n, column + 1, len(word))
        return place

    def problem(
        self, path: Path_, code: str, message: str, help: str = "", *, key: bool = False, word: str = "", **more: Any
    ) -> Problem:
        """A problem at `path`: at the value, at its key, or at a word of the value."""
        place = self.find(path, word) if word else self.place(path, key)
        line = self.lines[place.line - 1] if place.line <= len(self.lines) else ""
        return Problem(self.name, place.line, place.column, code, message, help, source=line, width=place.width, **more)


@dataclass(frozen=True)
class Loaded:
    """Content with the files it came from, by kind of file and by tree."""

    content: Content
    trees: Mapping[str, Document]
    contacts: Document
    sources: Document


def _at(name: str, text: str, mark: Any, code: str, message: str, help: str = "", width: int = 1) -> ContentError:
    lines = text.splitlines()
    line, column = (mark.line, mark.column) if mark else (0, 0)
    source = lines[line] if line < len(lines) else ""
    return ContentError([Problem(name, line + 1, column + 1, code, message, help, source=source, width=width)])


def _decode(name: str, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        problem = f"the file has {len(raw):,} bytes; {MAX_BYTES:,} is the most"
        raise ContentError([Problem(name, 1, 1, "too-large", problem, "make two trees of it")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ContentError(
            [Problem(name, line, column, "encoding", "this is not UTF-8 text", "save the file as UTF-8 in your editor")]
        ) from None


SYNTAX_HELP = (
    ("mapping values are not allowed", 'put a text that has ": " in it between quotation marks'),
    ("cannot start any token", "put the text between quotation marks, and indent with spaces, not tabs"),
    ("unknown escape character", 'inside double quotes write "\\\\" for a backslash'),
    ("did not find expected", "look for a missing quotation mark, bracket or comma, here or on the line before"),
    ("could not find expected ':'", 'put ":" and a space after a key'),
)


def _guard(name: str, text: str) -> None:
    """Refuse what a tree never needs and an attacker or a slip might bring, before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise _at(name, text, mark, "alias", f'"*{event.anchor}" repeats another part', "write the text out again")
        if getattr(event, "anchor", None):
            raise _at(name, text, mark, "anchor", f'"&{event.anchor}" names a part', "write the text out where needed")
        if getattr(event, "tag", None):
            raise _at(name, text, mark, "tag", f'"{event.tag}" is a tag', 'put a text that begins with "!" in quotes')
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _at(name, text, mark, "too-deep", f"more than {MAX_DEPTH} levels stand inside each other")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _data(name: str, lines: list[str], node: yaml.Node, problems: list[Problem]) -> Any:
    """The node as texts, lists and dicts. Keys that stand twice or are no texts are added to `problems`."""
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_data(name, lines, item, problems) for item in node.value]
    found: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        line, column = key.start_mark.line, key.start_mark.column
        place = (name, line + 1, column + 1)
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(*place, "key", "a key must be a text", source=lines[line]))
        elif key.value == "<<" and not key.style:
            help = "write the keys out where they are needed"
            problems.append(Problem(*place, "merge", '"<<" copies other keys', help, source=lines[line], width=2))
        elif key.value in found:
            message = f'"{key.value}" is already defined on line {first[key.value]}'
            help = "change one of the two names, or take one out"
            width = len(key.value)
            problems.append(Problem(*place, "duplicate-key", message, help, source=lines[line], width=width))
        else:
            found[key.value], first[key.value] = _data(name, lines, value, problems), line + 1
    return found


def parse(raw: bytes, name: str, kind: str) -> Document:
    """Read YAML bytes as a file of `kind` "tree", "contacts" or "sources".

    Raises ContentError for what no YAML file here may hold: bad encoding or syntax, anchors, aliases, tags, merge
    keys, duplicate keys, more than MAX_BYTES or MAX_DEPTH.
    """
    text = _decode(name, raw)
    try:
        _guard(name, text)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        message = error.problem or "this is not YAML"
        help = next((help for part, help in SYNTAX_HELP if part in message), "")
        raise _at(name, text, error.problem_mark or error.context_mark, "syntax", message, help) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        place = (name, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise ContentError([Problem(*place, "encoding", "there is a character that YAML does not allow")]) from None
    if root is None:
        raise ContentError([Problem(name, 1, 1, "empty", "the file is empty", 'begin with "title:"')])
    lines = re.split(r"\r\n|[\r\n\x85\u2028\u2029]", text)
    problems: list[Problem] = []
    data = _data(name, lines, root, problems)
    if problems:
        raise ContentError(problems)
    return Document(name, kind, lines, root, data)


def _owner(path: Path_, kind: str) -> tuple[str, type[Model] | None]:
    """What the mapping at `path` is, in words, and its class."""
    if kind == "tree":
        name = path[2] if path[:1] == ("steps",) and len(path) > 3 else path[0] if path else kind
    else:
        name = path[1] if len(path) > 1 else kind
    return NOUNS[str(name)]


def _shape_problem(document: Document, error: Any) -> Problem:
    """A shape error of pydantic in our words."""
    path: Path_ = tuple(part for part in error["loc"] if part not in ("[key]", "word", "times"))
    is_key = "[key]" in error["loc"]
    name = f'"{path[-1]}"' if path and isinstance(path[-1], str) else "this"
    kind = error["type"]
    if kind == "missing":
        owner, _ = _owner(path[:-1], document.kind)
        return document.problem(path[:-1], "missing-key", f"{owner} needs {name}", key=True)
    if kind == "extra_forbidden":
        owner, model = _owner(path[:-1], document.kind)
        known = [info.alias or key for key, info in model.model_fields.items()] if model else []
        return document.problem(
            path, "unknown-key", f"{owner} has no key {name}",
            nearest(str(path[-1]), known) or f"the keys are {', '.join(known)}", key=True,
        )  # fmt: skip
    if kind in ("literal_error", "union_tag_invalid"):
        words = [word.strip("' ") for word in re.split(r",| or ", error["ctx"]["expected"])]
        message = f"{name} must be one of {', '.join(words)}"
        return document.problem(path, "unknown-word", message, nearest(str(error["input"]), words))
    if kind == "string_type":
        return document.problem(path, "wrong-shape", f"{name} must be a text")
    if kind in ("tuple_type", "list_type"):
        return document.problem(path, "wrong-shape", f"{name} must be a list", 'begin each entry with "- "')
    if kind in ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"):
        what = _owner(path, document.kind)[0] if not path or isinstance(path[-1], int) else name
        return document.problem(path, "wrong-shape", f"{what} must have keys and values", 'write "key: value" lines')
    if kind == "string_pattern_mismatch":
        return document.problem(path, "wrong-value", f"{name} must be a time of day like 09:30")
    return document.problem(path, "wrong-value", f"{name} {error['msg']}", key=is_key)


def shape(document: Document) -> Any:
    """The document as a Tree, or as a mapping of contacts or sources. Raises ContentError with all shape problems."""
    try:
        return SHAPES[document.kind].validate_python(document.data)
    except ValidationError as error:
        raise ContentError(_shape_problem(document, each) for each in error.errors()) from None


def _names(document: Document, tree: Tree, tree_id: str) -> Iterator[Problem]:
    if not ID.fullmatch(tree_id) or tree_id in RESERVED_TREES or len(tree_id) == 2:
        message = f'a tree can\'t be called "{tree_id}"'
        yield document.problem((), "tree-name", message, "the file name needs small letters, digits and -")
    for step_id in tree.steps:
        if step_id in RESERVED_STEPS:
            message = f'a step can\'t be called "{step_id}": that is the address of another page'
            yield document.problem(("steps", step_id), "step-name", message, key=True)


def _above(folder: Path, name: str) -> Path:
    """The nearest file `name` in `folder` or above it, else the one that is built in."""
    for parent in (folder, *folder.parents):
        if (parent / name).is_file():
            return parent / name
    return shipped("trees") / name


def load(folder: Path) -> Loaded:
    """Read every tree in `folder`, with the contacts and sources that are nearest to it.

    Raises ContentError with the problems of all files together, OSError where a file can't be read.
    """
    folder = folder.resolve()
    files = [("contacts", _above(folder, CONTACTS)), ("sources", _above(folder, SOURCES))]
    files += [("tree", path) for path in sorted(folder.glob("*.yaml")) if path.name not in (CONTACTS, SOURCES)]
    read: dict[Path, tuple[Document, Any]] = {}
    problems: list[Problem] = []
    for kind, path in files:
        try:
            document = parse(path.read_bytes(), show(path), kind)
            read[path] = document, shape(document)
        except ContentError as error:
            problems += error.problems
    trees = {path.stem: read[path] for kind, path in files if kind == "tree" and path in read}
    problems += itertools.chain(*(_names(document, tree, name) for name, (document, tree) in trees.items()))
    if len(files) == 2 and not problems:
        problems.append(Problem(show(folder), 1, 1, "no-tree", "there is no tree in this folder", "helper check trees"))
    if problems:
        raise ContentError(problems)
    (contacts, contact_map), (sources, source_map) = read[files[0][1]], read[files[1][1]]
    content = Content(trees={name: tree for name, (_, tree) in trees.items()}, contacts=contact_map, sources=source_map)
    return Loaded(content, {name: document for name, (document, _) in trees.items()}, contacts, sources)


def settings(path: Path) -> Settings:
    """The settings in a file. Raises ContentError, or OSError where the file can't be read."""
    found: Settings = shape(parse(path.read_bytes(), show(path), "settings"))
    return found


def show(path: Path) -> str:
    """The path as a person at this folder would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
