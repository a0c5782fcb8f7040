"""The map of a guide: a picture, and the same in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from helper.draw import svg
from helper.graph import MOST_UNTANGLED, Graph, lay_out
from helper.site import Site
from helper.views.frame import frame


@dataclass(frozen=True)
class MapChoice:
    """A choice in the outline of a map, with the number and the title of the step that it leads to."""

    label: str
    kind: str | None
    href: str
    number: int
    title: str


@dataclass(frozen=True)
class MapStep:
    """A step in the outline of a map."""

    number: int
    title: str
    kind: str
    words: str
    href: str
    choices: tuple[MapChoice, ...]


@dataclass(frozen=True)
class MapView:
    """What `map.html` shows: the picture of a tree, and the same as text; of a very large one, a link to its words."""

    css: Mapping[str, str]
    all: str
    picture: Markup | None
    steps: tuple[MapStep, ...]
    draft: bool
    edited: str


def page(site: Site, tree_id: str) -> str:
    """The page with the picture of a tree."""
    tree = site.shown.trees[tree_id]
    drawn = len(tree.steps) <= MOST_UNTANGLED
    graph = lay_out(site.shown, tree_id, language=site.language) if drawn else None
    view = MapView(
        css=site.asset("map.css"),
        all=site.url(tree_id, "all"),
        picture=Markup(svg(graph, lambda node: site.url(*node))) if graph else None,
        steps=tuple(_steps(site, graph)) if graph else (),
        draft=tree.reviewed is None,
        edited=site.words.day(tree.edited),
    )
    title = site.words.gettext("Map: %(name)s", name=str(tree.title))
    return site.render("map.html", view, frame(site, title, tree_id, (tree_id, "map")))


def _steps(site: Site, graph: Graph) -> Iterator[MapStep]:
    for card in graph.cards.values():
        choices = []
        for row in card.rows:
            goal, href = graph.cards[row.goal], site.url(*row.goal)
            choices += [MapChoice(label, row.quiet, href, goal.number, goal.title) for label in row.labels]
        yield MapStep(
            card.number, card.title, card.kind, site.words.kind(card.kind), site.url(*card.node), tuple(choices)
        )
