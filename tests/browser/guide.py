"""What the browser tests know of the trees: the steps by their address, their titles, and how to get to each."""

from helper import shipped
from helper.check import content
from helper.walks import backwards, graph

CONTENT = content(shipped("trees"))
EDGES = graph(CONTENT)
BEFORE = backwards(EDGES)

STEPS = tuple("/".join(node) for node in EDGES)
"""Every step as tree/step, such as crisis/danger."""

START = "crisis/danger"

PAGES = (
    "/",
    "/en/",
    "/en/crisis/",
    "/crisis/",
    "/en/about/",
    "/en/about/leaving/",
    "/en/crisis/no-such-step/",
    "/no-such-page",
)
"""One address of every kind of page that is not a step."""


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
