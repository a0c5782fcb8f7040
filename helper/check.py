"""The rules that a set of trees must keep, each a generator of problems.

A rule's name is the code that an author sees. Its docstring is what the rule means.
"""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from helper.load import MOST, SETTINGS, Document, Loaded, Path_, load, settings, show
from helper.model import Content, Step, Tree
from helper.problem import ContentError, Problem, nearest
from helper.walks import Node, backwards, graph, question_loop, reached, target

TICKED = "ticked"
_GAP = r"[-./ \u00a0\u2010-\u2013]{0,2}"
PHONE_NUMBER = re.compile(
    rf"(?<!\w)(?:\+?1{_GAP})?(?:\(\d{{3}}\)|\d{{3}}){_GAP}\d{{3}}{_GAP}(?:\d{{4}}|[A-Z]{{4}})(?!\w)"  # 800-555-HELP
    rf"|(?<!\w)(?:1{_GAP})?8\d\d{_GAP}[A-Z]{{3}}[-A-Z]{{4,5}}(?!\w)"  # 800-FOR-HELP
    r"|(?<![\w/,.-])\d{3}[-\u2010-\u2013]\d{4}(?!\w)"  # 555-0100
    r"|(?<!\w)\+\d[-. \d]{6,}\d"  # +44 20 5550 0100
    r"|(?<![\w,.-])\d{5,6}(?![\w-])"  # 741741
    r"|(?<![\w,.-])[3-8]11(?!\w)"  # 711
)
"""A number that a person could dial. A count of five figures is written 12,345, so that it is none."""

Rule = Callable[[Loaded], Iterator[Problem]]


def _steps(loaded: Loaded) -> Iterator[tuple[str, Tree, Document, str, Step]]:
    for name, tree in loaded.content.trees.items():
        for step_id, step in tree.steps.items():
            yield name, tree, loaded.trees[name], step_id, step


def unknown_step(loaded: Loaded) -> Iterator[Problem]:
    """Every id that points to a step is that of a step: `start`, `go`, `moved`, `no_voice` and `abroad`."""
    trees = loaded.content.trees
    for name, tree in trees.items():
        document = loaded.trees[name]
        named: list[tuple[Path_, str | None]] = [
            ((key,), getattr(tree, key)) for key in ("start", "no_voice", "abroad")
        ]
        named += [(("moved", old), new) for old, new in tree.moved.items()]
        for place, step_id in named:
            if step_id and step_id not in tree.steps:
                message = f'there is no step "{step_id}"'
                yield document.problem(place, "unknown-step", message, nearest(step_id, tree.steps))
    for name, _, document, step_id, step in _steps(loaded):
        for n, choice in enumerate(step.choices):
            tree_id, goal = target(name, choice.go)
            path = ("steps", step_id, "choices", n, "go")
            if tree_id not in trees:
                yield document.problem(path, "unknown-step", f'there is no tree "{tree_id}"', nearest(tree_id, trees))
            elif goal not in trees[tree_id].steps:
                message = f'there is no step "{goal}"' + (f" in {tree_id}" if tree_id != name else "")
                yield document.problem(path, "unknown-step", message, nearest(goal, trees[tree_id].steps))


def unknown_contact(loaded: Loaded) -> Iterator[Problem]:
    """Every contact that a step names is in contacts.yaml."""
    known = loaded.content.contacts
    for _, _, document, step_id, step in _steps(loaded):
        for key in ("contacts", "also"):
            for n, contact in enumerate(getattr(step, key)):
                if contact not in known:
                    message = f'there is no contact "{contact}"'
                    path = ("steps", step_id, key, n)
                    yield document.problem(path, "unknown-contact", message, nearest(contact, known))


def unknown_source(loaded: Loaded) -> Iterator[Problem]:
    """Every source that a step or a contact cites is in sources.yaml."""
    known = loaded.content.sources
    for _, _, document, step_id, step in _steps(loaded):
        for n, source in enumerate(step.sources):
            if source not in known:
                path = ("steps", step_id, "sources", n)
                message = f'there is no source "{source}"'
                yield document.problem(path, "unknown-source", message, nearest(source, known))
    for contact_id, contact in loaded.content.contacts.items():
        if contact.source not in known:
            message = f'there is no source "{contact.source}"'
            help = nearest(contact.source, known)
            yield loaded.contacts.problem((contact_id, "source"), "unknown-source", message, help)


def unknown_when(loaded: Loaded) -> Iterator[Problem]:
    """Every `when` asks for a choice id of a step, or for the word ticked of a check, in the same tree."""
    checks_of = {
        name: {check.id for step in tree.steps.values() for check in step.checks}
        for name, tree in loaded.content.trees.items()
    }
    for name, tree, document, step_id, step in _steps(loaded):
        checks = checks_of[name]
        for n, line in enumerate(step.say):
            for key, wanted in (line.when or {}).items():
                path = ("steps", step_id, "say", n, "when", key)
                if key in checks:
                    known = [TICKED]
                elif key in tree.steps:
                    known = [choice.id for choice in tree.steps[key].choices if choice.id]
                else:
                    help = nearest(key, checks | set(tree.steps))
                    yield document.problem(path, "unknown-when", f'there is no step or check "{key}"', help, key=True)
                    continue
                for i, word in enumerate(wanted):
                    if word not in known:
                        message = f'"{key}" has no answer "{word}"'
                        help = nearest(word, known) or f"its answers are {', '.join(known)}"
                        help = help if known else "give the choice that is meant an id"
                        yield document.problem((*path, i), "unknown-when", message, help)


def when_without_if(loaded: Loaded) -> Iterator[Problem]:
    """A line with `when` has `if`: the words that stand before it when the answer is not known."""
    for _, _, document, step_id, step in _steps(loaded):
        for n, line in enumerate(step.say):
            if line.when and not line.if_:
                path = ("steps", step_id, "say", n, "line")
                help = 'add the condition in words, such as if: "If there is a weapon"'
                yield document.problem(path, "when-without-if", 'a line with "when" needs "if"', help)


def repeated_step_key(loaded: Loaded) -> Iterator[Problem]:
    """A name means one thing: a check and a step do not share an id, and a check has the same words everywhere."""
    for name, tree in loaded.content.trees.items():
        document = loaded.trees[name]
        labels: dict[str, str] = {}
        for step_id, step in tree.steps.items():
            for n, check in enumerate(step.checks):
                path = ("steps", step_id, "checks", n)
                if check.id in tree.steps:
                    message = f'"{check.id}" is a step as well as a check'
                    yield document.problem((*path, "id"), "repeated-step-key", message, "give the check another id")
                elif labels.setdefault(check.id, check.label) != check.label:
                    message = f'the check "{check.id}" has other words elsewhere: "{labels[check.id]}"'
                    yield document.problem((*path, "label"), "repeated-step-key", message, "use the same words")


def duplicate_label(loaded: Loaded) -> Iterator[Problem]:
    """The choices of a step have different labels and different ids."""
    for _, _, document, step_id, step in _steps(loaded):
        for key in ("label", "id"):
            seen: set[str] = set()
            for n, choice in enumerate(step.choices):
                value = getattr(choice, key)
                if value and value.casefold() in seen:
                    path = ("steps", step_id, "choices", n, key)
                    message = f'this step has the {key} "{value}" already'
                    yield document.problem(path, "duplicate-label", message, "readers must be able to tell them apart")
                seen.add((value or "").casefold())


def unreachable_step(loaded: Loaded) -> Iterator[Problem]:
    """A walk from the start of some tree, or the link for readers without a voice or abroad, leads to every step."""
    trees = loaded.content.trees
    starts = {(name, step) for name, tree in trees.items() for step in (tree.start, tree.no_voice, tree.abroad) if step}
    found = reached(graph(loaded.content), starts)
    for name, _, document, step_id, _ in _steps(loaded):
        if (name, step_id) not in found:
            message = f'no walk leads to the step "{step_id}"'
            yield document.problem(("steps", step_id), "unreachable-step", message, "link it or take it out", key=True)


def outcome_without_contact(loaded: Loaded) -> Iterator[Problem]:
    """An outcome has a contact that is shown. The step for readers abroad has none: the numbers do not work there."""
    for _, tree, document, step_id, step in _steps(loaded):
        if step.outcome and not _helps(loaded.content, tree, step_id):
            message = f'the outcome "{step_id}" has no contact' + (" that is shown" if step.contacts else "")
            help = "add contacts: [988]"
            yield document.problem(("steps", step_id), "outcome-without-contact", message, help, key=True)


def outcome_without_urgency(loaded: Loaded) -> Iterator[Problem]:
    """An outcome says how urgent it is."""
    for _, _, document, step_id, step in _steps(loaded):
        if step.outcome and not step.urgency:
            message = f'the outcome "{step_id}" has no urgency'
            help = "add urgency: emergency, urgent or routine"
            yield document.problem(("steps", step_id), "outcome-without-urgency", message, help, key=True)


def no_outcome(loaded: Loaded) -> Iterator[Problem]:
    """From every step a walk leads to an outcome with a contact."""
    content, edges = loaded.content, graph(loaded.content)
    ends = [(name, step_id) for name, step_id in edges if _helps(content, content.trees[name], step_id)]
    found = reached(backwards(edges), ends)
    for name, _, document, step_id, step in _steps(loaded):
        if (name, step_id) not in found:
            end = "it has no choices" if not step.choices else "its choices lead to none"
            message = f'no walk from "{step_id}" reaches an outcome with a contact: {end}'
            help = "add a choice that leads to help"
            yield document.problem(("steps", step_id), "no-outcome", message, help, key=True)


def _helps(content: Content, tree: Tree, step_id: str) -> bool:
    """Whether the step is an outcome with help on it. A contact past its date counts: dates never stop a server."""
    step = tree.steps[step_id]
    found = (content.contacts.get(contact) for contact in step.contacts)
    return step.outcome and (step_id == tree.abroad or any(not contact or not contact.status for contact in found))


def question_circle(loaded: Loaded) -> Iterator[Problem]:
    """Questions never lead back to themselves, so that every walk reaches help. Outcomes may lead anywhere."""
    if loop := question_loop(loaded.content):
        name, step_id = loop[0]
        way = " → ".join(step for _, step in [*loop, loop[0]])
        help = "make one of them an outcome, or take out a choice"
        yield loaded.trees[name].problem(
            ("steps", step_id), "question-circle", f"these questions lead in a circle: {way}", help, key=True
        )


def phone_number_in_prose(loaded: Loaded) -> Iterator[Problem]:
    """Texts never spell a phone number: numbers come from contacts.yaml. 911, 988 and 211 are fine as names."""
    texts = [
        (document, ("steps", step_id, *path), text)
        for _, _, document, step_id, step in _steps(loaded)
        for path, text in step.texts()
    ]
    for name, tree in loaded.content.trees.items():
        texts += [(loaded.trees[name], ("title",), tree.title), (loaded.trees[name], ("about",), tree.about or "")]
    for contact_id, contact in loaded.content.contacts.items():
        texts += [(loaded.contacts, (contact_id, "about"), contact.about or "")]
    for document, path, text in texts:
        for number in dict.fromkeys(found[0] for found in PHONE_NUMBER.finditer(text)):
            message = f'"{number}" looks like a phone number'
            help = "put it in contacts.yaml and name the contact in a step"
            yield document.problem(path, "phone-number-in-prose", message, help, word=number)


def moved_step(loaded: Loaded) -> Iterator[Problem]:
    """A step listed as moved or removed is not there any more."""
    for name, tree in loaded.content.trees.items():
        old = [("moved", step) for step in tree.moved] + [("removed", n) for n in range(len(tree.removed))]
        for path, step in zip(old, [*tree.moved, *tree.removed], strict=True):
            if step in tree.steps:
                message = f'"{step}" is listed as gone, but there is such a step'
                yield loaded.trees[name].problem(path, "moved-step", message, "take one of the two out", key=True)


def contact_without_way(loaded: Loaded) -> Iterator[Problem]:
    """A contact can be reached: by call, text, TTY, chat, video or a page."""
    for contact_id, contact in loaded.content.contacts.items():
        if not (contact.numbers() or contact.chat or contact.video or contact.web):
            message = f'the contact "{contact_id}" has no number and no address'
            yield loaded.contacts.problem((contact_id,), "contact-without-way", message, "add call or text", key=True)


def contact_without_expiry(loaded: Loaded) -> Iterator[Problem]:
    """Every contact but those that only use 911 and 988 says when it is no longer shown."""
    for contact_id, contact in loaded.content.contacts.items():
        if not contact.expires and not {"911", "988"}.issuperset(contact.numbers() or ("none",)):
            message = f'the contact "{contact_id}" has no date on which it expires'
            help = "add expires: with the date by which someone checks it again"
            yield loaded.contacts.problem((contact_id,), "contact-without-expiry", message, help, key=True)


def expired_contact(loaded: Loaded) -> Iterator[Problem]:
    """Warning: a contact is past its date, so pages do not show it."""
    today = datetime.date.today()
    for contact_id, contact in loaded.content.contacts.items():
        if contact.expires and contact.expires < today:
            message = f'"{contact_id}" was last shown on {contact.expires}'
            help = "check the number at its source, then set verified and expires"
            path = (contact_id, "expires")
            yield loaded.contacts.problem(path, "expired-contact", message, help, severity="warning")


def unasked_when(loaded: Loaded) -> Iterator[Problem]:
    """What a `when` asks about can have happened on the way to its step, or is ticked on the step itself."""
    edges = graph(loaded.content)
    asked: dict[Node, list[Node]] = {(name, step_id): list(goals) for (name, step_id), goals in edges.items()}
    wanted: dict[Node, list[tuple[str, int]]] = {}
    for name, _, _, step_id, step in _steps(loaded):
        for check in step.checks:
            asked.setdefault((name, check.id), []).append((name, step_id))
        for n, line in enumerate(step.say):
            for key in line.when or ():
                wanted.setdefault((name, key), []).append((step_id, n))
    for (name, key), lines in wanted.items():
        after = reached(edges, asked.get((name, key), ()))
        for step_id, n in lines:
            if (name, key) in asked and (name, step_id) not in after:
                path = ("steps", step_id, "say", n, "when", key)
                message = f'no walk to "{step_id}" passes "{key}"'
                help = "ask it on an earlier step"
                yield loaded.trees[name].problem(path, "unasked-when", message, help, key=True)


RULES: tuple[Rule, ...] = (
    unknown_step, unknown_contact, unknown_source, unknown_when, when_without_if, repeated_step_key, duplicate_label,
    unreachable_step, outcome_without_contact, outcome_without_urgency, no_outcome, question_circle, unasked_when,
    phone_number_in_prose, moved_step, contact_without_way, contact_without_expiry, expired_contact,
)  # fmt: skip


def check(loaded: Loaded) -> list[Problem]:
    """The problems of the set, by place. No more than MOST of a rule: looking for near names takes its time."""
    return sorted(problem for rule in RULES for problem in islice(rule(loaded), MOST))


def problems_at(path: Path) -> list[Problem]:
    """The problems of a folder of trees, or of one file of it.

    Files are checked together. What keeps the others from being read is told for one file too, because then the rules
    could not be tried on it.
    """
    try:
        if path.is_dir():
            return check(load(path))
        path = path.parent.resolve() / path.name
        if path.name == SETTINGS:
            settings(path)
            return []
        if path.suffix != ".yaml":
            return [Problem(show(path), 1, 1, "no-tree", "this is no tree", 'the name of a tree ends in ".yaml"')]
        problems = check(load(path.parent))
    except ContentError as error:
        own = [problem for problem in error.problems if problem.file == show(path)]
        return own or error.problems
    return [problem for problem in problems if problem.file == show(path)]


def summary(problems: list[Problem]) -> str:
    """How many errors and warnings there are, in words."""
    count = Counter(problem.severity for problem in problems)
    return ", ".join(f"{n} {name}{'s' if n != 1 else ''}" for name in ("error", "warning") if (n := count[name]))


def content(folder: Path) -> Content:
    """The content of a folder, for pages to be made from. Raises ContentError when anything in it is wrong."""
    loaded = load(folder)
    if errors := [problem for problem in check(loaded) if problem.severity == "error"]:
        raise ContentError(errors)
    return loaded.content
