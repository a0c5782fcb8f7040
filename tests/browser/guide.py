"""What the browser tests know of the trees: the steps by their address, their titles, and how to get to each."""

from real import CONTENT
from table import paths

from helper import answers
from helper.site import WEB
from helper.walks import backwards, graph, target

EDGES = graph(CONTENT)
BEFORE = backwards(EDGES)

STEPS = tuple("/".join(node) for node in EDGES)
"""Every step as tree/step, such as crisis/danger."""

START = "crisis/danger"

PAGES = (
    *paths("crisis", "danger", modes=[WEB], asking="team"),
    "/en/crisis/no-such-step/",
    "/no-such-page",
)
"""One address of every kind of page of the web."""
EVERY_PAGE = tuple(
    dict.fromkeys(
        [
            *PAGES,
            *paths("crisis", "danger", "es", [WEB], asking="team"),
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


def facts(*picked):
    """What is known after these options, each "topic/option", were chosen."""
    found = {}
    for topic, option in (name.split("/") for name in picked):
        found.setdefault(topic, []).append(option)
    return found


def words(name, *picked):
    """The lines of a step that stand in sight when these options are chosen, in their order."""
    step, tree = step_of(name), name.split("/")[0]
    first, say = (
        [said for line in lines if (said := answers.words(line, tree, facts(*picked), CONTENT.topics))]
        for lines in (step.first, step.say)
    )
    lifted = [said for topic in step.picked for said in sentences(name, *picked, topics=[topic])]
    return [*first[:1], *lifted, *first[1:], *say]


def sentences(name, *picked, topics=None):
    """What a step says of these options, in the order of its topics, or only of some of them."""
    known, tree = facts(*picked), name.split("/")[0]
    return [
        answers.words(option, tree, known, CONTENT.topics)
        for topic in (step_of(name).asked if topics is None else topics)
        for option in CONTENT.topics[topic].options
        if option.line and option.id in known.get(topic, ())
    ]


def sentence(name, *others, step="crisis/call-911"):
    """What is said of one option, while others are chosen too."""
    topic, id = name.split("/")
    option = next(one for one in CONTENT.topics[topic].options if one.id == id)
    return answers.words(option, step.split("/")[0], facts(name, *others), CONTENT.topics)
