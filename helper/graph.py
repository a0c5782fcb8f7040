"""A tree in, its steps in columns out; and from them Mermaid or DOT. The picture itself is drawn in `helper.draw`.

Every step is a card with a number, and every choice names the number of the card it leads to. A line is drawn only to
the next column: the others would cross the whole picture to say what the number says.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from fast_sugiyama import from_edges

from helper.interface import LANGUAGE, Interface, interface_for
from helper.model.content import Content
from helper.model.tree import Choice
from helper.walks import Node, target

Link = Callable[[Node], str]
"""The address of a step."""
Quiet = Literal["worse", "aside"]
"""The kinds of choices that stand apart from the answers: drawn lighter, or left out."""
CARD_KINDS = ("question", "emergency", "urgent", "routine", "elsewhere")
"""What a card can be."""
BROAD = 30
"""The letters in a line of a Mermaid or DOT label."""
MOST_UNTANGLED = 1000
"""Above so many cards nobody can read a picture. To keep the lines of 10,000 from crossing takes 1 GB."""

COLUMN, SCREEN = 19, 45
"""How many lines of a card are as high as a column is wide, and how many any column may hold."""


@dataclass(frozen=True)
class Row:
    """The choices of a step that lead to one goal."""

    labels: tuple[str, ...]
    goal: Node
    quiet: Quiet | None


@dataclass(frozen=True)
class Card:
    """A step. One of another guide has no rows."""

    node: Node
    number: int
    column: int
    title: str
    kind: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Graph:
    """A tree as it is drawn."""

    title: str
    words: Interface
    cards: Mapping[Node, Card]
    """In the order of their numbers: column by column, from top to bottom."""
    lines: tuple[tuple[Node, Row], ...]
    """The rows that a line leaves from, each with its card."""

    @property
    def about(self) -> str:
        """The picture in one sentence."""
        cards = list(self.cards.values())
        counts = {self.words.kind(kind): sum(card.kind == kind for card in cards) for kind in CARD_KINDS}
        kinds = ", ".join(f"{kind}: {count}" for kind, count in counts.items() if count)
        steps = self.words.gettext("%(n)s steps from “%(title)s” on.", n=len(cards), title=str(cards[0].title))
        return f"{steps} {kinds}."


def lay_out(content: Content, tree_id: str, quiet: bool = True, language: str = LANGUAGE) -> Graph:
    """The steps of a tree, and those of other trees that its choices lead to. `quiet` keeps the quiet choices.

    `language` is that of the content.
    """
    tree = content.trees[tree_id]
    rows = {(tree_id, name): tuple(_rows(tree_id, step.choices, quiet)) for name, step in tree.steps.items()}
    columns = _balanced(_columns((tree_id, tree.start), rows), rows)
    lines = tuple(_drawn_rows(columns, rows))
    cards = {}
    for number, node in enumerate(_ordered(columns, lines), 1):
        step = content.trees[node[0]].steps[node[1]]
        kind = step.urgency or "question" if node[0] == tree_id else "elsewhere"
        cards[node] = Card(node, number, columns[node], step.title, kind, rows.get(node, ()))
    return Graph(tree.title, interface_for(language), cards, lines)


def mermaid(graph: Graph, link: Link) -> str:
    """A Mermaid flowchart, with the name and the description that screen readers get."""
    shapes = {"question": "{{%s}}", "emergency": "[[%s]]", "urgent": "[%s]", "routine": "([%s])", "elsewhere": "[/%s/]"}
    colors = {
        "question": "fill:#fff,stroke:#1d2429",
        "emergency": "fill:#fbeae6,stroke:#8f1414,stroke-width:3px",
        "urgent": "fill:#fbeed3,stroke:#633f00",
        "routine": "fill:#e3eeec,stroke:#0b4b52",
        "elsewhere": "fill:#fff,stroke:#857c6f,stroke-dasharray:4",
    }
    cards = graph.cards.values()
    return _joined(
        "flowchart LR",
        f"  accTitle: {_mermaid(graph.title)}",
        f"  accDescr: {_mermaid(graph.about)}",
        *(
            f"  {_mermaid_id(card.node)}{shapes[card.kind] % _mermaid(*_card_label(card), quoted=True)}:::{card.kind}"
            for card in cards
        ),
        *(
            f"  {_mermaid_id(card.node)} {'-.->' if row.quiet else '-->'}"
            f"|{_mermaid(*_wrapped_labels(row.labels), quoted=True)}| {_mermaid_id(row.goal)}"
            for card in cards
            for row in card.rows
        ),
        *(f"  click {_mermaid_id(card.node)} href {_mermaid(link(card.node), quoted=True)}" for card in cards),
        *(f"  classDef {kind} {look},color:#1d2429" for kind, look in colors.items() if kind in _kinds(graph)),
    )


def dot(graph: Graph, link: Link) -> str:
    """A graph in the language of Graphviz."""
    looks = {
        "question": 'shape=hexagon, fillcolor="#ffffff"',
        "emergency": 'shape=box, peripheries=2, fillcolor="#fbeae6", color="#8f1414"',
        "urgent": 'shape=box, fillcolor="#fbeed3", color="#633f00"',
        "routine": 'shape=ellipse, fillcolor="#e3eeec", color="#0b4b52"',
        "elsewhere": 'shape=note, fillcolor="#ffffff", color="#857c6f"',
    }
    cards = graph.cards.values()
    return _joined(
        f"digraph {_dot(graph.cards[next(iter(graph.cards))].node[0])} {{",
        f"  graph [rankdir=LR, label={_dot(graph.title)}]",
        '  node [style=filled, fontname="Helvetica"]',
        '  edge [fontname="Helvetica", fontsize=10]',
        *(
            f"  {_dot('/'.join(card.node))} [label={_dot(*_card_label(card))}, {looks[card.kind]}, "
            f"URL={_dot(link(card.node))}]"
            for card in cards
        ),
        *(
            f"  {_dot('/'.join(card.node))} -> {_dot('/'.join(row.goal))} [label={_dot(*_wrapped_labels(row.labels))}"
            f"{', style=dashed, color=gray50' if row.quiet else ''}]"
            for card in cards
            for row in card.rows
        ),
        "}",
    )


def wrap(text: str, room: float, width: Callable[[str], float] = len) -> Iterator[str]:
    """The text in lines that have room, as `width` measures them. A longer word has a line of its own."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and width(longer) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _rows(tree_id: str, choices: Iterable[Choice], quiet: bool) -> Iterator[Row]:
    """The answers first, then what stands apart."""
    merged: dict[tuple[Node, Quiet | None], list[str]] = {}
    for choice in choices:
        kind = choice.kind if choice.kind == "worse" or choice.kind == "aside" else None
        merged.setdefault((target(tree_id, choice.go), kind), []).append(choice.label)
    for wanted in (None, "worse", "aside") if quiet else (None,):
        for (goal, kind), labels in merged.items():
            if kind == wanted:
                yield Row(tuple(dict.fromkeys(labels)), goal, kind)


def _columns(start: Node, rows: Mapping[Node, Iterable[Row]]) -> dict[Node, int]:
    """How many answers each step is from the start. Steps that no answer leads to begin below it, at the side."""
    columns: dict[Node, int] = {}
    aside = (row.goal for choices in rows.values() for row in choices if row.quiet)
    for first in (start, *aside, *rows):
        if first in columns:
            continue
        columns[first] = 0
        waiting = [first]
        for node in waiting:  # it grows while it is read
            for row in rows.get(node, ()):
                if row.goal not in columns and not row.quiet:
                    columns[row.goal] = columns[node] + 1
                    waiting.append(row.goal)
    return columns


def _balanced(columns: Mapping[Node, int], rows: Mapping[Node, Iterable[Row]]) -> dict[Node, int]:
    """The columns, with what is too much for one moved on to the next: so the whole is large on a sheet of paper."""
    size = Counter(
        {
            node: 4 + sum(1 + len(label) // BROAD for row in rows.get(node, ()) for label in row.labels)
            for node in columns
        }
    )

    def height(moved: Mapping[Node, int]) -> int:
        heights = Counter[int]()
        for node, column in moved.items():
            heights[column] += size[node]
        return max(heights.values())

    square = (size.total() * COLUMN) ** 0.5
    rooms = {max(square * times, SCREEN) for times in (0.7, 0.75, 0.8, 0.85, 0.9, 1.0, 1.2)}
    candidates = [_moved_on(columns, rows, size, room) for room in sorted(rooms)]

    def badness(moved: Mapping[Node, int]) -> tuple[float, int]:
        wide, high = (1 + max(moved.values())) * COLUMN, height(moved)
        return max(wide, high * 2**0.5), -sum(1 for _ in _drawn_rows(moved, rows))

    return min(candidates, key=badness)


def _moved_on(
    columns: Mapping[Node, int], rows: Mapping[Node, Iterable[Row]], size: Mapping[Node, int], room: float
) -> dict[Node, int]:
    """The columns, none of them higher than there is room. Of a full column those move on that keep most lines."""
    moved = dict(columns)
    after = {node: [row.goal for row in rows.get(node, ()) if not row.quiet] for node in moved}
    before: dict[Node, list[Node]] = {node: [] for node in moved}
    for node, goals in after.items():
        for goal in goals:
            before[goal].append(node)

    def gain(node: Node) -> int:
        column = moved[node]
        starts, ends = [moved[neighbor] for neighbor in before[node]], [moved[neighbor] for neighbor in after[node]]
        return starts.count(column) + ends.count(column + 2) - starts.count(column - 1) - ends.count(column + 1)

    first, column = next(iter(moved)), 0
    stacks: dict[int, list[Node]] = {}
    for node in moved:
        stacks.setdefault(moved[node], []).append(node)
    while stack := stacks.get(column, []):
        height = sum(size[node] for node in stack)
        for node in sorted((node for node in stack if node != first), key=gain, reverse=True):
            if height <= room or height == size[node]:
                break
            height -= size[node]
            moved[node] += 1
            stacks.setdefault(moved[node], []).append(node)
        column += 1
    return moved


def _drawn_rows(columns: Mapping[Node, int], rows: Mapping[Node, Iterable[Row]]) -> Iterator[tuple[Node, Row]]:
    """The rows that get a line: answers to the next column."""
    for node, choices in rows.items():
        for row in choices:
            if not row.quiet and columns[row.goal] == columns[node] + 1:
                yield node, row


def _ordered(columns: Mapping[Node, int], lines: Iterable[tuple[Node, Row]]) -> list[Node]:
    """The steps column by column, each column in the order in which the lines cross least."""
    numbers = {node: number for number, node in enumerate(columns)}
    edges = list(dict.fromkeys((numbers[node], numbers[row.goal]) for node, row in lines))
    # Whole numbers and no circles: only so does the library draw the same graph alike each time.
    parts = from_edges(edges, ranking_type="minimize") if edges and len(columns) <= MOST_UNTANGLED else []
    place = {node: (part, x) for part, (points, *_) in enumerate(parts) for node, (x, _) in points}

    def ordered(side: int) -> list[Node]:
        def key(node: Node) -> tuple[int, bool, int, float]:
            part, x = place.get(numbers[node], (len(parts), 0.0))
            return columns[node], numbers[node] > 0, part, side * x

        return sorted(columns, key=key)

    def turned(nodes: Iterable[Node]) -> int:
        return sum(numbers[node] > numbers[below] for node, below in pairwise(nodes))

    # A picture and its mirror image cross alike: the first answer of the author stands above the others.
    return min(ordered(1), ordered(-1), key=turned)


def _kinds(graph: Graph) -> set[str]:
    return {card.kind for card in graph.cards.values()}


def _card_label(card: Card) -> Iterable[str]:
    return (f"{card.number}. {interface_for(LANGUAGE).kind(card.kind)}", *wrap(card.title, BROAD))


def _wrapped_labels(labels: Iterable[str]) -> Iterator[str]:
    return (line for label in labels for line in wrap(label, BROAD))


def _joined(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _mermaid_id(node: Node) -> str:
    # Mermaid takes some words for its own, such as "end".
    return f"s_{node[0]}_{node[1]}"


def _mermaid(*lines: str, quoted: bool = False) -> str:
    """Lines as Mermaid reads them. Signs that mean something to it or to HTML become their codes."""
    codes = {sign: f"#{ord(sign)};" for sign in '"#&;<>`{}[]()|%'} | {"\\": "#92;#8203;"}
    safe = ("".join(codes.get(sign, sign) for sign in line) for line in lines)
    text = "<br>".join(safe)
    return f'"{text}"' if quoted else text


def _dot(*lines: str) -> str:
    safe = (line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return '"' + "\\n".join(safe) + '"'
