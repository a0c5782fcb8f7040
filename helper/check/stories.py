"""Stories: the walks in words under `tests:`, taken here as a reader would take them, and what they leave untold."""

import datetime
import random
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from helper.answers import Answers, answered, holds, ticked
from helper.check.subject import At, Found, Rule, Subject
from helper.interface import LANGUAGE, interface_for
from helper.loading.document import Document
from helper.model.fields import Path_
from helper.model.tree import Say, Story, Tree
from helper.problem import nearest
from helper.translate import SourceText
from helper.walks import Node, target

MOST_STORIES = 500
MOST_TAKEN = 100
"""What bounds the time that the stories of a tree take."""
WALKS = 20
"""How many walks by chance go on from the end of a story."""
LONGEST = 40
"""A walk by chance that has met no outcome after so many choices ends."""


@dataclass
class Walk:
    """Where a reader is, and how they came there. Every node is a step that exists."""

    subject: Subject
    day: datetime.date
    """The day of the walk: that on which the tree of its story was edited."""
    nodes: list[Node]
    ticks: Set[str]
    taken: list[tuple[Node, int]] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)

    @property
    def at(self) -> At:
        return self.subject.steps[self.nodes[-1]]

    def take(self, n: int) -> bool:
        """Follow choice number `n`. False when there is no such step."""
        at, choice = self.at, self.at.step.choices[n]
        goal = self.subject.goal(at, choice)
        if not goal:
            return False
        self.taken.append((at.node, n))
        self.answers = answered(self.answers, at.node, choice)
        self.nodes.append(goal.node)
        return True

    def holds(self, line: Say) -> bool | None:
        """Whether the condition of a line of this step is true, or is not known."""
        return holds(line, self.at.tree_id, self.answers, self.ticks)

    def meets(self, names: Set[str]) -> Set[str]:
        """Those of the names that show here: of a step ("tree/step"), a contact or a line to say."""
        lines = {name for name in names & self.at.lines.keys() if self.holds(self.at.lines[name]) is not False}
        return names & shown(self.subject, self.at, self.day) | lines | names & {"/".join(self.at.node)}

    def tell(self) -> str:
        """The ids of the steps, in their order."""
        return " → ".join(step for _, step in self.nodes)


def shown(subject: Subject, at: At, day: datetime.date) -> Set[str]:
    """The contacts that a page of a day shows on a step."""
    table = subject.content.contacts
    named = (*at.step.contacts, *at.step.also)
    return {name: None for name in named if name in table and table[name].offered(day)}.keys()


def taking(subject: Subject, tree_id: str, story: Story) -> Iterator[Walk]:
    """The walk of a story at its first step, and again after each choice that is there to be taken."""
    tree = subject.content.trees[tree_id]
    begin = target(tree_id, story.begin or tree.start)
    if begin not in subject.steps:
        return
    walk = Walk(subject, tree.edited, [begin], _ticks(tree, story))
    yield walk
    for label in story.take:
        n = walk.at.labels.get(label)
        if n is None or not walk.take(n):
            return
        yield walk


def _ticks(tree: Tree, story: Story) -> Set[str]:
    """What stays ticked when the checks of a story were ticked in their order, each on every step that has it."""
    ticks: Set[str] = frozenset()
    for check_id in story.tick:
        for step in tree.steps.values():
            if any(check.id == check_id for check in step.checks):
                ticks = ticked(ticks, check_id, step.checks)
    return ticks


def walked(subject: Subject, tree_id: str, story: Story) -> Walk | None:
    """The walk of a story, as far as its choices go. None when it begins nowhere."""
    walk = None
    for each in taking(subject, tree_id, story):
        walk = each
    return walk


def stories(subject: Subject) -> Iterator[tuple[str, Document, int, Story]]:
    """Every story with its tree, its file and its place there, as far as they are not too many or too long."""
    for name, tree in subject.content.trees.items():
        for n, story in enumerate(tree.tests[:MOST_STORIES]):
            if len(story.take) <= MOST_TAKEN:
                yield name, subject.loaded.trees[name], n, story


def long_story(subject: Subject) -> Iterator[Found]:
    """A story takes at most 100 choices, and a tree has at most 500 stories, so that they are walked in time.

    Wrong:

        tests:
          - {name: For ever, take: [Next, Next, Next, Next, and 97 more], reach: end}

    Right:

        tests:
          - {name: The last part, begin: middle, take: [Next, Next], reach: end}
    """
    for name, tree in subject.content.trees.items():
        document = subject.loaded.trees[name]
        if len(tree.tests) > MOST_STORIES:
            message = f"the tree has {len(tree.tests)} stories, the most are {MOST_STORIES}"
            yield Found(document, ("tests",), message, "keep those that differ", key=True)
        for n, story in enumerate(tree.tests):
            if len(story.take) > MOST_TAKEN:
                message = f"this story takes {len(story.take)} choices, the most are {MOST_TAKEN}"
                yield Found(document, ("tests", n, "take"), message, "begin it later: begin: and a step", key=True)


def story_names(subject: Subject) -> Iterator[Found]:
    """What a story names is there: its steps, its checks, its contacts. It has a name of its own and expects something.

    Wrong:

        tests:
          - {name: A weapon is in reach, take: ["Yes"]}

    Right:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-911, contacts: [911]}
    """
    contacts = subject.content.contacts
    first: dict[tuple[str, str], int] = {}
    known = {
        name: (
            {check.id for step in tree.steps.values() for check in step.checks},
            {line.line for step in tree.steps.values() for line in step.say},
        )
        for name, tree in subject.content.trees.items()
    }
    for tree_id, document, n, story in stories(subject):
        path = ("tests", n)
        tree = subject.content.trees[tree_id]
        steps: list[tuple[Path_, str | None]] = [(("begin",), story.begin), (("reach",), story.reach)]
        steps += [(("pass", i), step) for i, step in enumerate(story.passes)]
        for end, step_id in steps:
            if step_id and target(tree_id, step_id) not in subject.steps:
                help = nearest(step_id, tree.steps)
                yield Found(document, (*path, *end), f'there is no step "{step_id}"', help)
        checks = known[tree_id][0]
        for i, check in enumerate(story.tick):
            if check not in checks:
                yield Found(document, (*path, "tick", i), f'there is no check "{check}"', nearest(check, checks))
        for i, contact in enumerate(story.contacts):
            if contact not in contacts:
                help = nearest(contact, contacts)
                yield Found(document, (*path, "contacts", i), f'there is no contact "{contact}"', help)
        for i, name in enumerate(story.never):
            if name not in contacts and name not in known[tree_id][1] and target(tree_id, name) not in subject.steps:
                help = nearest(name, [*tree.steps, *contacts])
                yield Found(document, (*path, "never", i), f'there is no step, contact or line "{name}"', help)
        if not (story.reach or story.passes or story.contacts or story.says or story.never):
            yield Found(document, path, "this story expects nothing", 'add "reach: " and the step where it must end')
        if (tree_id, story.name) in first:
            message = f"the story on line {first[tree_id, story.name]} has the same name"
            yield Found(document, (*path, "name"), message, "name it after who walks, and why")
        else:
            first[tree_id, story.name] = document.where((*path, "name")).line


def story(subject: Subject) -> Iterator[Found]:
    """A story can be walked by the labels that it takes, and meets what it says.

    The walk begins at the start of the tree, or at `begin`, and takes the choices with the labels of `take`. At its end
    stands the step of `reach`. It passed the steps of `pass`. Its last step shows the `contacts`, and gives the lines
    of `says` as true, after these answers and the ticks of `tick`. From there walks go on by chance, always the same
    ones, to the next outcome. Nothing in `never` (steps, contacts, lines) may show on the story's steps or on theirs.

    All of this is looked at as on the day when the tree was `edited`, so no day that passes makes it wrong. A contact
    that was past its date on that day already is not shown.

    Wrong:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-988}

    Right:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-911, contacts: [911], never: [plan]}
    """
    for tree_id, document, n, one in stories(subject):
        path = ("tests", n)
        walk = walked(subject, tree_id, one)
        if not walk:
            continue
        at = walk.at
        if (went := len(walk.taken)) < len(one.take):
            labels = list(at.labels)
            if one.take[went] not in labels:
                message = f'the step "{at.step_id}" has no choice "{one.take[went]}"'
                help = nearest(one.take[went], labels) or f"it has {', '.join(labels) or 'none'}"
                yield Found(document, (*path, "take", went), message, help)
            continue
        reach = target(tree_id, one.reach or "")
        if reach in subject.steps and reach != at.node:
            message = f'this story ends at "{at.step_id}"'
            yield Found(document, (*path, "reach"), message, f"it passes {walk.tell()}")
        for i, step_id in enumerate(one.passes):
            passed = target(tree_id, step_id)
            if passed in subject.steps and passed not in walk.nodes:
                message = f'this story does not pass "{step_id}"'
                yield Found(document, (*path, "pass", i), message, f"it passes {walk.tell()}")
        there = shown(subject, at, walk.day)
        for i, contact in enumerate(one.contacts):
            if contact in subject.content.contacts and contact not in there:
                message = f'"{at.step_id}", where this story ends, does not show "{contact}"'
                yield Found(document, (*path, "contacts", i), message, _instead(walk, contact, there))
        true = [line.line for line in at.step.say if walk.holds(line)]
        for i, line in enumerate(one.says):
            if line not in true:
                message = f'"{at.step_id}", where this story ends, does not give this line as true'
                yield Found(document, (*path, "says", i), message, nearest(line, true) or _unknown(at, line))
        yield from _met(document, tree_id, n, one, walk)


def _instead(walk: Walk, contact_id: str, there: Set[str]) -> str:
    """What the end of a walk shows in place of a contact; or, where the step names it, since when it does not show."""
    last = walk.subject.content.contacts[contact_id].expires
    if last and last < walk.day and contact_id in (*walk.at.step.contacts, *walk.at.step.also):
        return f"its last day was {last}, and the tree was edited later: check it, then set verified and expires"
    return f"it shows {', '.join(there) or 'none'}"


def _unknown(at: At, line: str) -> str:
    if any(other.line == line for other in at.step.say):
        return "the line has a condition that the answers and ticks do not make true"
    return "the step has no such line"


def _met(document: Document, tree_id: str, n: int, one: Story, end: Walk) -> Iterator[Found]:
    """What must never show, and does: on the story's own steps, or on those of a walk that goes on from there."""
    wanted = {name: i for i, name in enumerate(one.never)}
    wanted |= {"/".join(target(tree_id, name)): i for i, name in enumerate(one.never)}
    told = set[int]()
    for walk in _on(tree_id, one, end) if one.never else ():
        for i in sorted({wanted[name] for name in walk.meets(wanted.keys())} - told):
            told.add(i)
            message = f'a walk of this story meets "{one.never[i]}" at "{walk.at.step_id}"'
            yield Found(document, ("tests", n, "never", i), message, f"it passes {walk.tell()}")


def _on(tree_id: str, one: Story, end: Walk) -> Iterator[Walk]:
    """Every state of the story's walk, then of walks by chance from its end to an outcome, the same ones each time."""
    yield from taking(end.subject, tree_id, one)
    chance = random.Random(one.name)
    for _ in range(WALKS):
        walk = replace(end, nodes=[*end.nodes], taken=[*end.taken])
        for _ in range(LONGEST):
            step = walk.at.step
            if step.outcome or not step.choices or not walk.take(chance.randrange(len(step.choices))):
                break
            yield walk


STORIES: tuple[Rule, ...] = (long_story, story_names, story)


class Coverage(NamedTuple):
    """What the stories of a tree pass, and what none does. Walks by chance count for nothing here."""

    file: str
    stories: int
    all: Mapping[str, int]
    """How many steps, choices and outcomes the tree has."""
    untold: Mapping[str, tuple[str, ...]]
    """The steps, choices and outcomes that no story passes, in words."""
    languages: Mapping[str, tuple[int, int]]
    """For each language, how many texts have a translation, and how many there are."""

    def tell(self, everything: bool = False) -> str:
        """The counts, and the outcomes that no story passes. With `everything`, the steps and choices too."""
        languages = [
            f"{interface_for(LANGUAGE).name(code)}: {n} of {every} texts" for code, (n, every) in self.languages.items()
        ]
        if not self.stories:
            return "\n  ".join([f"{self.file}: no stories", *languages])
        counts = ", ".join(f"{n - len(self.untold[what])} of {n} {what}" for what, n in self.all.items())
        lines = [f"{self.file}: {self.stories} {'stories pass' if self.stories > 1 else 'story passes'} {counts}"]
        for what in self.untold if everything else ("outcomes",):
            if missed := self.untold[what]:
                lines.append(f"  {what} that no story passes: {', '.join(missed)}")
        return "\n".join([*lines, *(f"  {line}" for line in languages)])


def coverage(subject: Subject) -> list[Coverage]:
    """What the stories of each tree pass."""
    walks = [walk for name, _, _, one in stories(subject) if (walk := walked(subject, name, one))]
    passed = {node for walk in walks for node in walk.nodes}
    taken = {way for walk in walks for way in walk.taken}
    by_tree: dict[str, list[SourceText]] = {}
    for text in subject.texts:
        by_tree.setdefault(text.domain, []).append(text)
    found = []
    for name, tree in subject.content.trees.items():
        ways = {(step_id, n): f'{step_id}: "{choice.label}"' for step_id, step in tree.steps.items()
                for n, choice in enumerate(step.choices)}  # fmt: skip
        outcomes = [step_id for step_id, step in tree.steps.items() if step.outcome]
        untold = {
            "steps": tuple(step_id for step_id in tree.steps if (name, step_id) not in passed),
            "choices": tuple(words for (step, n), words in ways.items() if ((name, step), n) not in taken),
            "outcomes": tuple(step_id for step_id in outcomes if (name, step_id) not in passed),
        }
        counts = {"steps": len(tree.steps), "choices": len(ways), "outcomes": len(outcomes)}
        own = by_tree.get(name, [])
        languages = {
            code: (sum(bool(catalogs[name].get(one.context, one.text)) for one in own if name in catalogs), len(own))
            for code, catalogs in subject.loaded.catalogs.items()
        }
        found.append(Coverage(subject.loaded.trees[name].name, len(tree.tests), counts, untold, languages))
    return found
