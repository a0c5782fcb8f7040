"""What the browser tests know of the trees: the steps by their address, their titles, and how to get to each."""

from real import CONTENT
from table import paths

from helper.site import WEB
from helper.walks import backwards, graph, target

EDGES = graph(CONTENT)
BEFORE = backwards(EDGES)

STEPS = tuple("/".join(node) for node in EDGES)
"""Every step as tree/step, such as crisis/danger."""

START = "crisis/danger"

PAGES = (
    *paths("crisis", "danger", modes=[WEB]),
    "/en/crisis/no-such-step/",
    "/no-such-page",
)
"""One address of every kind of page of the web."""
EVERY_PAGE = tuple(
    dict.fromkeys(
        [
            *PAGES,
            *paths("crisis", "danger", "es", [WEB]),
            *(
                f"/{language}/{tree}/{page}/"
                for language in ("en", "es")
                for tree in CONTENT.trees
                for page in ("map", "all")
            ),
            "/in/ma/en/about/places/",
            "/in/ma/es/crisis/team/share/",
        ]
    )
)
"""One of every kind of page in both languages, what is drawn or printed of every tree, and some with a place."""


def step_of(name):
    tree, step = name.split("/")
    return CONTENT.trees[tree].steps[step]


def title(name):
    return step_of(name).title


def address(name):
    return f"/en/{name}/"


def before(name):
    """A step with a choice that leads to this one, or None."""
    found = BEFORE[tuple(name.split("/"))]
    return "/".join(found[0]) if found else None


def after(name):
    """The steps that the choices of a step lead to."""
    return tuple("/".join(node) for node in EDGES[tuple(name.split("/"))])


def label(name, other, id=None):
    """The label of the choice of a step that leads to another; `id` tells which, where several do."""
    tree = name.split("/")[0]
    found = [one for one in step_of(name).choices if "/".join(target(tree, one.go)) == other and id in (None, one.id)]
    return found[0].label


def path(*steps):
    """A walk from the first question, as pairs of a label and the step it leads to. (step, id) names the choice."""
    at, found = START, []
    for step in steps:
        step, id = step if isinstance(step, tuple) else (step, None)
        found.append((label(at, step, id), step))
        at = step
    return tuple(found)


def words(name, *true):
    """The lines of a step that are to be said when these checks and answers are true, in their order."""
    return [line.line for line in step_of(name).say if set(line.when or ()) <= set(true)]


def line_when(name, key):
    """The line of a step that asks for this check or answer."""
    return next(line for line in step_of(name).say if key in (line.when or ()))
