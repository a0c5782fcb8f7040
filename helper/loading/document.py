"""YAML files in, documents out, with the exact place of everything that is wrong.

Files are read as node graphs and never made into bare Python values: every scalar stays the text that its author
typed, so that `no`, `988`, `1:30` and `+1800` mean what they say.
"""

import gc
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from helper.model.fields import Path_
from helper.problem import ContentError, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_PROBLEMS = 100
"""The most problems of one kind and file that are told."""


LINE_END = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
NOT_YAML = re.compile(r"[^\t -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


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

    def at(self, place: Span, code: str, message: str, hint: str = "", **fields: Any) -> Problem:
        """A problem at a place of the file."""
        if place.line > len(self.lines):  # to YAML a file without a last line end has one more line
            place = Span(len(self.lines), len(self.lines[-1]) + 1, 1)
        line, column, width = place
        source = self.lines[line - 1]
        return Problem(self.name, line, column, code, message, hint, source=source, width=width, **fields)

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
        deepest = node = self.root
        for part in path:
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == part), None)
                if pair is None:
                    break
                deepest, node = pair[0 if key else 1], pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                deepest = node = node.value[part]
        return deepest

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
        self, path: Path_, code: str, message: str, hint: str = "", *, key: bool = False, word: str = "", **fields: Any
    ) -> Problem:
        """A problem at `path`: at the value, at its key, or at a word of the value."""
        return self.at(self.where(path, key, word), code, message, hint, **fields)


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


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ContentError if there are any. No more than MAX_PROBLEMS are made: a slip can bring a hundred thousand."""
    if listed := list(itertools.islice(problems, MAX_PROBLEMS)):
        raise ContentError(listed)


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
        for character in NOT_YAML.finditer(line):
            message = f"the invisible character U+{ord(character[0]):04X} can't be used"
            yield text.at(Span(n, character.start() + 1, 1), "encoding", message, "take it out, or type it anew")


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
                hint = 'put a text that begins with "!" between quotation marks'
                yield text.at(place._replace(width=len(tag)), "tag", f'"{tag}" is a YAML tag', hint)
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
                    message, hint = "a second document begins here", 'take the "---" out, or make two files'
                    yield text.at(text.span(event), "documents", message, hint)
    except yaml.MarkedYAMLError as error:
        yield _syntax(text, error)


def _syntax(text: Lines, error: yaml.MarkedYAMLError) -> Problem:
    """A syntax error in our words, at the beginning of what is not complete, else where YAML stumbled."""
    yaml_message = error.problem or "nobody knows why"
    unknown = (f"this is not YAML: {yaml_message}", "", "never")
    message, hint, begin = next((ours for part, *ours in SYNTAX if part in yaml_message), unknown)
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    assert mark
    if context and (begin == "always" or begin == "earlier" and context.line < mark.line):
        mark = context
    place = Span(mark.line + 1, mark.column + 1, 1)
    character = "".join(text.lines[mark.line : mark.line + 1])[mark.column : mark.column + 1]
    if character == "\t":
        message, hint = "a tab stands where only spaces can", "indent with spaces"
    return text.at(place, "syntax", message.replace("CHARACTER", character), hint)


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
        refuse(_characters(text))
    refuse(_refused(text, decoded))
    root = yaml.compose(decoded, Loader=_Loader)
    if root is None or root.value == "":
        hint = 'begin with "title:"' if kind == "tree" else ""
        raise ContentError([Problem(name, 1, 1, "empty", "the file is empty", hint)])
    refuse(_keys(text, root))
    return Document(name, text.lines, kind, root, _data(root))


def unreadable(path: Path, error: OSError) -> ContentError:
    why = (error.strerror or type(error).__name__).lower()
    return ContentError([Problem(show(path), 1, 1, "unreadable", f"this can't be read: {why}")])


def read_file(path: Path, kind: str) -> Document:
    """Read a file of a kind. Raises ContentError."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from None
    return parse(raw, show(path), kind)


def show(path: Path) -> str:
    """The path as a person at this folder would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
