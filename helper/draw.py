"""A graph in, an SVG picture out, without a system program.

Lengths are in units of which 16 make one em: the picture grows with the letters of the page around it. Colors are
attributes, not styles, so that a page with a strict policy can hold it and a style sheet can change it by its classes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from helper.graph import CARD_KINDS, Card, Graph, Link, Row, wrap
from helper.walks import Node

WIDE, GAP, PAD = 262.0, 13.0, 10.0
"""A card: its width, the room below it, the room inside it."""
GUTTER, MARGIN, TOP = 62.0, 14.0, 96.0
"""The room between columns, around the picture, and above the cards for the title and the legend."""
SMALL, PLAIN, LARGE = 11.5, 13.0, 15.0
"""The sizes of letters."""
LINE_HEIGHT = 1.2
PILL, HANG = 27.0, 9.0
"""The width of the number of a goal, and how far the second line of a label stands in."""


@dataclass(frozen=True)
class Look:
    """How a kind of card differs from the others, by more than its color."""

    fill: str
    ink: str
    edge: str
    width: float
    corner: float
    dash: str = ""


INK, SOFT, PAPER, LINE, DANGER = "#1d2429", "#474e54", "#fff", "#857c6f", "#8f1414"
LOOKS = {
    "question": Look(PAPER, INK, INK, 1.5, 20),
    "emergency": Look(DANGER, PAPER, DANGER, 3.5, 2),
    "urgent": Look("#fbeed3", "#633f00", "#633f00", 1.5, 2),
    "routine": Look("#e3eeec", "#0b4b52", "#0b4b52", 1.5, 9),
    "elsewhere": Look(PAPER, SOFT, LINE, 1.5, 2, "5 4"),
}


@dataclass(frozen=True)
class Shape:
    """A card with its place, its lines broken and its rows placed."""

    x: float
    y: float
    height: float
    head: float
    title: tuple[str, ...]
    labels: tuple[tuple[tuple[float, str], ...], ...]
    """The lines of each row, with how far each stands in."""
    rows: tuple[float, ...]
    """How far below the top each row begins."""

    def port(self, row: int) -> tuple[float, float]:
        """Where the line of a row begins."""
        return self.x + WIDE, self.y + self.rows[row] + 9

    @property
    def door(self) -> tuple[float, float]:
        """Where lines end."""
        return self.x, self.y + 17


def svg(graph: Graph, link: Link) -> str:
    """The picture. The head of a card is a link to its step, each row a link to the card of its goal."""
    shapes = _placed(graph)
    wide, legend = _legend(graph)
    width = max(wide, *(shape.x + WIDE for shape in shapes.values())) + MARGIN
    height = max(shape.y + shape.height for shape in shapes.values()) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="group" aria-label={quoteattr(graph.title)} '
        f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width / 16)}em" height="{_n(height / 16)}em" '
        f'font-family="Arial, Helvetica, Liberation Sans, sans-serif" fill="{INK}">',
        f"<desc>{escape(graph.about)}</desc>",
        *legend,
        *_side(graph, shapes),
        *_line_paths(graph, shapes),
        *(line for card in graph.cards.values() for line in _card(card, shapes[card.node], graph, link)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(graph: Graph) -> tuple[float, list[str]]:
    """The title and what the cards mean, after the width of both."""
    parts = [f'<text x="{MARGIN}" y="34" font-size="24" font-weight="bold">{escape(graph.title)}</text>']
    x = MARGIN
    kinds = {card.kind for card in graph.cards.values()}
    for kind in CARD_KINDS:
        if kind in kinds:
            words = graph.words.kind(kind)
            parts.append(f'<g class="{kind}">{_badge(x, 46, 22, LOOKS[kind])}</g>')
            parts.append(f'<text x="{_n(x + 28)}" y="57" font-size="{PLAIN}">{words}</text>')
            x += 28 + _width(words, PLAIN) + 22
    note = graph.words.gettext(
        "The number beside a choice is the card that comes next. Lines lead to the next column only."
    )
    parts.append(f'<text class="soft" x="{MARGIN}" y="80" font-size="{PLAIN}" fill="{SOFT}">{escape(note)}</text>')
    return max(1.1 * _width(graph.title, 24), x, _width(note, PLAIN)), parts


def _side(graph: Graph, shapes: Mapping[Node, Shape]) -> Iterator[str]:
    first, *aside = (card.node for card in graph.cards.values() if not card.column)
    if aside:
        baseline = shapes[aside[0]].y - 9
        side = escape(graph.words.gettext("Only small or red choices lead here:"))
        yield f'<text class="soft" x="{MARGIN}" y="{_n(baseline)}" font-size="{PLAIN}" fill="{SOFT}">{side}</text>'


def _card(card: Card, shape: Shape, graph: Graph, link: Link) -> Iterator[str]:
    look, x, y = LOOKS[card.kind], shape.x, shape.y
    yield f'<g class="box {card.kind}" id={quoteattr(_card_id(card.node))}>'
    yield f'<path class="paper" d="{_outline(x, y, shape.height, look.corner)}" fill="{PAPER}"/>'
    yield f"<a href={quoteattr(link(card.node))} aria-label={quoteattr(_spoken(card, graph))}>"
    below = look.corner if shape.head == shape.height else 0
    yield f'<path class="fill" d="{_outline(x, y, shape.head, look.corner, below)}" fill="{look.fill}"/>'
    ink = f'<text class="ink" fill="{look.ink}" x="{_n(x + PAD)}"'
    yield f'{ink} y="{_n(y + 20)}" font-size="{SMALL}">{card.number}&#160;&#160;{graph.words.kind(card.kind)}</text>'
    for number, line in enumerate(shape.title):
        baseline = y + 38 + number * LARGE * LINE_HEIGHT
        yield f'{ink} y="{_n(baseline)}" font-size="{LARGE}" font-weight="bold">{escape(line)}</text>'
    yield "</a>"
    for row, start, lines in zip(card.rows, shape.rows, shape.labels, strict=True):
        yield from _row(row, x, y + start, lines, graph)
    yield f'<path class="edge" d="{_outline(x, y, shape.height, look.corner)}" fill="none" {_stroke(look)}/></g>'


def _row(row: Row, x: float, y: float, lines: Sequence[tuple[float, str]], graph: Graph) -> Iterator[str]:
    goal = graph.cards[row.goal]
    look = LOOKS[goal.kind]
    name, fill = {None: ("answer", INK), "worse": ("worse", DANGER), "aside": ("aside", SOFT)}[row.quiet]
    href = quoteattr("#" + _card_id(row.goal))
    yield f'<a class="{name}" href={href} tabindex="-1" aria-hidden="true" fill="{fill}">'
    yield f"<title>{escape(f'{goal.number}. {goal.title}')}</title>"
    size = _size(row)
    # The whole row takes a click, not its letters alone.
    box = f'x="{_n(x + 2)}" y="{_n(y)}" width="{WIDE - 4}" height="{_n(len(lines) * size * LINE_HEIGHT + 5)}"'
    yield f'<rect {box} fill="none" pointer-events="all"/>'
    for number, (hang, line) in enumerate(lines):
        baseline = y + 13 + number * size * LINE_HEIGHT
        yield f'<text x="{_n(x + PAD + hang)}" y="{_n(baseline)}" font-size="{size}">{escape(line)}</text>'
    left = x + WIDE - PILL - 6
    yield f'<g class="{goal.kind}">{_badge(left, y + 1.5, PILL, look)}'
    yield (
        f'<text class="ink" fill="{look.ink}" x="{_n(left + PILL / 2)}" y="{_n(y + 12.8)}" font-size="{SMALL}" '
        f'font-weight="bold" text-anchor="middle">{goal.number}</text></g></a>'
    )


def _line_paths(graph: Graph, shapes: Mapping[Node, Shape]) -> Iterator[str]:
    """Lines to one card share a way in the gutter before it."""
    ways: dict[Node, list[tuple[float, float, bool]]] = {}
    for node, row in graph.lines:
        ways.setdefault(row.goal, []).append((*shapes[node].port(graph.cards[node].rows.index(row)), bool(row.quiet)))
    for column in {card.column for card in graph.cards.values()}:
        goals = [goal for goal in ways if graph.cards[goal].column == column]

        def lane(goal: Node) -> float:
            # Ways down and ways up nest, so that they cross as little as can be.
            end = shapes[goal].door[1]
            down = sum(end - y for _, y, _ in ways[goal]) > 0
            return -end if down else end

        for number, goal in enumerate(sorted(goals, key=lane), 1):
            end, level = shapes[goal].door
            turn = end - GUTTER + 10 + number * (GUTTER - 28) / (len(goals) + 1)
            kind = graph.cards[goal].kind
            yield f'<g class="way {kind}" fill="none" stroke="{LOOKS[kind].edge}" stroke-width="1.3">'
            for x, y, quiet in ways[goal]:
                dash = ' stroke-dasharray="4 3"' if quiet else ""
                yield f'<path d="{_bent(x, y, turn, end - 5, level)}"{dash}/>'
            yield f'<path class="tip" d="M{_n(end - 7)} {_n(level - 4)}l7 4-7 4z" fill="{LOOKS[kind].edge}"/></g>'


def _bent(x: float, y: float, turn: float, end: float, level: float) -> str:
    """Right, up or down, and right again, with round corners."""
    r = min(6.0, abs(level - y) / 2)
    way = r if level > y else -r
    return (
        f"M{_n(x)} {_n(y)}H{_n(turn - r)}q{_n(r)} 0 {_n(r)} {_n(way)}V{_n(level - way)}q0 {_n(way)} {_n(r)} {_n(way)}"
        f"H{_n(end)}"
    )


def _placed(graph: Graph) -> dict[Node, Shape]:
    """Every card in its column, as near as there is room to the rows that lead to it."""
    shapes = {card.node: _shape(card) for card in graph.cards.values()}
    columns: dict[int, list[Node]] = {}
    for card in graph.cards.values():
        columns.setdefault(card.column, []).append(card.node)
    size = {node: shape.height + GAP for node, shape in shapes.items()}
    size[columns[0][0]] += 30  # for the words below the start
    tall = {column: sum(size[node] for node in nodes) for column, nodes in columns.items()}
    room = max(tall.values())
    middle = max(tall, key=tall.__getitem__)
    tops = dict.fromkeys(shapes, 0.0)
    before: dict[Node, list[tuple[Node, float]]] = {node: [] for node in shapes}
    after: dict[Node, list[tuple[Node, float]]] = {node: [] for node in shapes}
    for node, row in graph.lines:
        below = shapes[node].rows[graph.cards[node].rows.index(row)] - 8
        before[row.goal].append((node, below))
        after[node].append((row.goal, -below))
    # The fullest column has no choice; its neighbors follow it, and theirs follow them.
    for column in sorted(columns, key=lambda column: abs(column - middle)):
        near = {} if column == middle else after if column < middle else before
        pulls = [[tops[neighbor] + below for neighbor, below in near.get(node, ())] for node in columns[column]]
        wanted = [_mean(pull) if pull else 0.0 for pull in pulls]
        sizes = [size[node] for node in columns[column]]
        tops.update(zip(columns[column], _settled(wanted, sizes, room), strict=True))
    return {
        node: Shape(
            MARGIN + graph.cards[node].column * (WIDE + GUTTER), TOP + tops[node], shape.height, shape.head,
            shape.title, shape.labels, shape.rows,
        )
        for node, shape in shapes.items()
    }  # fmt: skip


def _settled(wanted: Sequence[float], sizes: Sequence[float], room: float) -> list[float]:
    """Where things stand that want to be there, in their order, without overlap, moved as little as can be."""
    starts = list(accumulate(sizes, initial=0.0))
    blocks: list[list[float]] = []
    for want, start in zip(wanted, starts, strict=False):
        blocks.append([want - start])
        while len(blocks) > 1 and _mean(blocks[-2]) >= _mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    slack = [min(max(_mean(block), 0.0), room - starts[-1]) for block in blocks for _ in block]
    return [start + shift for start, shift in zip(starts, slack, strict=False)]


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _shape(card: Card) -> Shape:
    title = tuple(wrap(card.title, WIDE - 2 * PAD, lambda text: 1.08 * _width(text, LARGE)))
    head = 29 + len(title) * LARGE * LINE_HEIGHT
    labels = tuple(
        tuple(
            (HANG if number else 0, line)
            for label in row.labels
            for number, line in enumerate(_label_lines(label, _size(row)))
        )
        for row in card.rows
    )
    heights = [len(lines) * _size(row) * LINE_HEIGHT + 5 for row, lines in zip(card.rows, labels, strict=True)]
    rows = list(accumulate(heights, initial=head + 4))
    return Shape(0, 0, rows[-1] + 3 if card.rows else head, head, title, labels, tuple(rows[:-1]))


def _label_lines(label: str, size: float) -> Iterable[str]:
    room = WIDE - PAD - PILL - 11
    return [label] if _width(label, size) <= room else wrap(label, room - HANG, partial(_width, size=size))


def _size(row: Row) -> float:
    return SMALL if row.quiet else PLAIN


def _width(text: str, size: float) -> float:
    """About how wide Arial and its like set the text."""
    narrow, broad = " !'’,.:;|/\\()[]fijltrI-", "mwMW@%—…"

    def ems(sign: str) -> float:
        if sign in narrow:
            return 0.3
        return 0.88 if sign in broad else 0.7 if sign.isupper() else 0.56 if ord(sign) < 0x2E80 else 1.0

    return sum(map(ems, text)) * size


def _outline(x: float, y: float, height: float, corner: float, below: float | None = None, width: float = WIDE) -> str:
    """A box, its upper and lower corners round."""
    r, s = corner, corner if below is None else below
    return (
        f"M{_n(x)} {_n(y + r)}q0 -{_n(r)} {_n(r)} -{_n(r)}h{_n(width - 2 * r)}q{_n(r)} 0 {_n(r)} {_n(r)}"
        f"v{_n(height - r - s)}q0 {_n(s)} -{_n(s)} {_n(s)}h-{_n(width - 2 * s)}q-{_n(s)} 0 -{_n(s)} -{_n(s)}z"
    )


def _badge(x: float, y: float, width: float, look: Look) -> str:
    """A small box in the look of a kind of card."""
    outline = _outline(x, y, 15, min(look.corner, 7), width=width)
    return f'<path class="fill edge" d="{outline}" fill="{look.fill}" {_stroke(look, 1.2)}/>'


def _stroke(look: Look, width: float | None = None) -> str:
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return f'stroke="{look.edge}" stroke-width="{width or look.width}"{dash}'


def _spoken(card: Card, graph: Graph) -> str:
    return f"{card.number} {graph.words.kind(card.kind)} {card.title}"


def _card_id(node: Node) -> str:
    return f"card-{node[0]}-{node[1]}"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
