"""Stories: the walks in words under `tests:`, taken here as a reader would take them, and what they leave untold."""

import datetime
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import NamedTuple

from helper.answers import Answers, Facts, answered, known, words
from helper.check.context import Context, Rule
from helper.check.refs import Finding, StepRef, offered
from helper.interface import LANGUAGE, interface_for
from helper.loading.document import Document
from helper.model.fields import Path_
from helper.model.tree import Line, Option, Story, Topic
from helper.problem import nearest
from helper.translate import SourceText
from helper.walks import Node, target

MOST_STORIES = 500
MOST_TAKEN = 100
"""What bounds the time that the stories of a tree take."""
CHANCE_WALKS = 20
"""How many walks by chance go on from the end of a story."""
MOST_CHANCE_STEPS = 40
"""A walk by chance that has met no outcome after so many choices ends."""


@dataclass
class Walk:
    """Where a reader is, and how they came there. Every node is a step that exists."""

    context: Context
    day: datetime.date
    """The day of the walk: that on which the tree of its story was edited."""
    nodes: list[Node]
    to_tap: dict[str, Sequence[str]]
    """What will be chosen in topics, as soon as a step asks them."""
    taps: Facts = field(default_factory=dict)
    taken: list[tuple[Node, int]] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tap()

    @property
    def ref(self) -> StepRef:
        return self.context.steps[self.nodes[-1]]

    @property
    def topics(self) -> Mapping[str, Topic]:
        return self.context.content.topics

    @property
    def facts(self) -> Facts:
        """What is known here."""
        return known(self.answers, self.taps, self.topics)

    def take(self, n: int) -> bool:
        """Follow choice number `n`. False when there is no such step."""
        ref, choice = self.ref, self.ref.step.choices[n]
        goal = self.context.goal(ref, choice)
        if not goal:
            return False
        self.taken.append((ref.node, n))
        self.answers, self.taps = answered(self.answers, self.taps, ref.node, choice)
        self.nodes.append(goal.node)
        self._tap()
        return True

    def _tap(self) -> None:
        """Choose in the topics that this step is the first to ask. Where one option excludes others the last counts."""
        for topic in [topic for topic in offered(self.ref.step, self.topics) if topic in self.to_tap]:
            for option in self.to_tap.pop(topic):
                others = self.facts.get(topic, ()) if self.topics[topic].choose == "any" else ()
                chosen = (*(other for other in others if other != option), option)
                self.taps = {**self.taps, topic: chosen}

    def first(self) -> list[str]:
        """The lines to say first that stand here."""
        return self._standing(self.ref.step.first)

    def chosen(self, topic: str) -> list[str]:
        """The sentences of the options of a topic that were chosen."""
        options = self.facts.get(topic, ())
        return self._standing(option for option in self.topics[topic].options if option.id in options)

    def lines(self) -> list[str]:
        """All lines to say that stand here, in the order of the page."""
        step, first = self.ref.step, self.first()
        picked = [line for topic in step.picked if topic in self.topics for line in self.chosen(topic)]
        asked = [
            line
            for topic in step.asked
            if topic in self.topics
            for line in (*self.chosen(topic), *self._standing(self.topics[topic].lines))
        ]
        return [*first[:1], *picked, *first[1:], *self._standing(step.say), *asked]

    def _standing(self, lines: Iterable[Line | Option]) -> list[str]:
        facts = self.facts
        said = (words(line, self.ref.tree_id, facts, self.topics) for line in lines)
        return [line for line in said if line]

    def meets(self, names: Set[str]) -> Set[str]:
        """Those of the names that show here: of a step ("tree/step"), a contact or a line to say."""
        # Name by name: `names & may` goes through all words of the step.
        may_stand = {name for may in self.context.sayable(self.ref) for name in names if name in may}
        lines = may_stand & set(self.lines()) if may_stand else may_stand
        return names & shown(self.context, self.ref, self.day) | lines | names & {"/".join(self.ref.node)}

    def describe(self) -> str:
        """The ids of the steps, in their order."""
        return " → ".join(step for _, step in self.nodes)


def shown(context: Context, ref: StepRef, day: datetime.date) -> Set[str]:
    """The contacts that a page of a day shows on a step."""
    table = context.content.contacts
    named = (*ref.step.contacts, *ref.step.also)
    return {name: None for name in named if name in table and table[name].offered(day)}.keys()


def taking(context: Context, tree_id: str, story: Story) -> Iterator[Walk]:
    """The walk of a story at its first step, and again after each choice that is there to be taken."""
    tree = context.content.trees[tree_id]
    start = target(tree_id, story.begin or tree.start)
    if start not in context.steps:
        return
    walk = Walk(context, tree.edited, [start], dict(story.tap))
    yield walk
    for label in story.take:
        n = walk.ref.labels.get(label)
        if n is None or not walk.take(n):
            return
        yield walk


def walked(context: Context, tree_id: str, story: Story) -> Walk | None:
    """The walk of a story, as far as its choices go. None when it begins nowhere."""
    walks = [*taking(context, tree_id, story)]
    return walks[-1] if walks else None


def stories(context: Context) -> Iterator[tuple[str, Document, int, Story]]:
    """Every story with its tree, its file and its place there, as far as they are not too many or too long."""
    for tree_id, tree in context.content.trees.items():
        for n, story in enumerate(tree.tests[:MOST_STORIES]):
            if len(story.take) <= MOST_TAKEN:
                yield tree_id, context.loaded.trees[tree_id], n, story


def long_story(context: Context) -> Iterator[Finding]:
    """A story takes at most 100 choices, and a tree has at most 500 stories, so that they are walked in time.

    Wrong:

        tests:
          - {name: For ever, take: [Next, Next, Next, Next, and 97 more], reach: end}

    Right:

        tests:
          - {name: The last part, begin: middle, take: [Next, Next], reach: end}
    """
    for tree_id, tree in context.content.trees.items():
        document = context.loaded.trees[tree_id]
        if len(tree.tests) > MOST_STORIES:
            message = f"the tree has {len(tree.tests)} stories, the most are {MOST_STORIES}"
            yield Finding(document, ("tests",), message, "keep those that differ", key=True)
        for n, story in enumerate(tree.tests):
            if len(story.take) > MOST_TAKEN:
                message = f"this story takes {len(story.take)} choices, the most are {MOST_TAKEN}"
                yield Finding(document, ("tests", n, "take"), message, "begin it later: begin: and a step", key=True)


def story_names(context: Context) -> Iterator[Finding]:
    """What a story names is there: its steps, topics, options and contacts. It has a name of its own and expects
    something.

    Wrong:

        tests:
          - {name: A weapon is in reach, take: ["Yes"]}

    Right:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-911, contacts: [911]}
    """
    contacts = context.content.contacts
    first: dict[tuple[str, str], int] = {}
    topics = context.content.topics
    for tree_id, document, n, story in stories(context):
        path = ("tests", n)
        tree = context.content.trees[tree_id]
        steps: list[tuple[Path_, str | None]] = [(("begin",), story.begin), (("reach",), story.reach)]
        steps += [(("pass", i), step) for i, step in enumerate(story.passes)]
        for end, step_id in steps:
            if step_id and target(tree_id, step_id) not in context.steps:
                hint = nearest(step_id, tree.steps)
                yield Finding(document, (*path, *end), f'there is no step "{step_id}"', hint)
        named: list[tuple[Path_, str]] = [(("tap", topic), topic) for topic in story.tap]
        for end, topic in [*named, *((("opens", i), topic) for i, topic in enumerate(story.opens))]:
            if topic not in topics:
                hint = nearest(topic, topics)
                yield Finding(document, (*path, *end), f'there is no topic "{topic}"', hint, key=True)
        for topic, chosen in story.tap.items():
            options = [option.id for option in topics[topic].options] if topic in topics else chosen
            for i, option in enumerate(chosen):
                if option not in options:
                    message = f'the topic "{topic}" has no option "{option}"'
                    hint = nearest(option, options) or f"its options are {', '.join(options) or 'none'}"
                    yield Finding(document, (*path, "tap", topic, i), message, hint)
        for i, contact in enumerate(story.contacts):
            if contact not in contacts:
                hint = nearest(contact, contacts)
                yield Finding(document, (*path, "contacts", i), f'there is no contact "{contact}"', hint)
        for i, name in enumerate(story.never):
            if name not in contacts and name not in context.all_words and target(tree_id, name) not in context.steps:
                hint = nearest(name, [*tree.steps, *contacts])
                yield Finding(document, (*path, "never", i), f'there is no step, contact or line "{name}"', hint)
        expected = (story.reach, story.passes, story.contacts, story.first, story.opens, story.says, story.never)
        if not any(expected):
            yield Finding(document, path, "this story expects nothing", 'add "reach: " and the step where it must end')
        if (tree_id, story.name) in first:
            message = f"the story on line {first[tree_id, story.name]} has the same name"
            yield Finding(document, (*path, "name"), message, "name it after who walks, and why")
        else:
            first[tree_id, story.name] = document.where((*path, "name")).line


def story(context: Context) -> Iterator[Finding]:
    """A story can be walked by the labels that it takes, and meets what it says.

    The walk begins at the start of the tree, or at `begin`, and takes the choices with the labels of `take`. In each
    topic of `tap` it chooses these options, on the first step that asks it; a later answer that sets the topic takes
    their place. At its end stands the step of `reach`. It passed the steps of `pass`. Its last step shows the
    `contacts`, says exactly the lines of `first` first, shows the topics that it `opens` open, because something is
    known of them, and gives the lines of `says`. A line counts in the words that stand: of its variants one. From there
    walks go on by chance, always the same ones, to the next outcome. Nothing in `never` (steps, contacts, lines) may
    show on the story's steps or on theirs.

    All of this is looked at as on the day when the tree was `edited`, so no day that passes makes it wrong. A contact
    that was past its date on that day already is not shown.

    Wrong:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-988}

    Right:

        tests:
          - {name: A weapon is in reach, take: ["Yes"], reach: call-911, contacts: [911], never: [plan]}
    """
    topics = context.content.topics
    for tree_id, document, n, story in stories(context):
        path = ("tests", n)
        walk = walked(context, tree_id, story)
        if not walk:
            continue
        ref = walk.ref
        if (taken := len(walk.taken)) < len(story.take):
            labels = list(ref.labels)
            if story.take[taken] not in labels:
                message = f'the step "{ref.step_id}" has no choice "{story.take[taken]}"'
                hint = nearest(story.take[taken], labels) or f"it has {', '.join(labels) or 'none'}"
                yield Finding(document, (*path, "take", taken), message, hint)
            continue
        reach = target(tree_id, story.reach or "")
        if reach in context.steps and reach != ref.node:
            message = f'this story ends at "{ref.step_id}"'
            yield Finding(document, (*path, "reach"), message, f"it passes {walk.describe()}")
        for i, step_id in enumerate(story.passes):
            passed = target(tree_id, step_id)
            if passed in context.steps and passed not in walk.nodes:
                message = f'this story does not pass "{step_id}"'
                yield Finding(document, (*path, "pass", i), message, f"it passes {walk.describe()}")
        shown_ids = shown(context, ref, walk.day)
        for i, contact in enumerate(story.contacts):
            if contact in context.content.contacts and contact not in shown_ids:
                message = f'"{ref.step_id}", where this story ends, does not show "{contact}"'
                yield Finding(document, (*path, "contacts", i), message, _instead(walk, contact, shown_ids))
        for topic in walk.to_tap.keys() & topics.keys():
            message = f'no step of this story asks "{topic}"'
            yield Finding(document, (*path, "tap", topic), message, f"it passes {walk.describe()}", key=True)
        yield from _said(document, path, story, walk)
        yield from _forbidden(document, tree_id, n, story, walk)


def _instead(walk: Walk, contact_id: str, shown_ids: Set[str]) -> str:
    """What the end of a walk shows in place of a contact; or, where the step names it, since when it does not show."""
    last = walk.context.content.contacts[contact_id].expires
    if last and last < walk.day and contact_id in (*walk.ref.step.contacts, *walk.ref.step.also):
        return f"its last day was {last}, and the tree was edited later: check it, then set verified and expires"
    return f"it shows {', '.join(shown_ids) or 'none'}"


def _said(document: Document, path: Path_, story: Story, walk: Walk) -> Iterator[Finding]:
    """What the last step of a story does not say or open as the story expects."""
    ends = f'"{walk.ref.step_id}", where this story ends,'
    first, lines = walk.first(), walk.lines() if story.says else []
    for i, (wanted, said) in enumerate(zip_longest(story.first, first) if story.first else ()):
        if wanted is None:
            message = f'{ends} says one more line first: "{said}"'
            yield Finding(document, (*path, "first"), message, "add it", key=True)
        elif wanted != said:
            hint = f'it says "{said}"' if said else "it says no more"
            yield Finding(document, (*path, "first", i), f"{ends} does not say this line first", hint)
    for i, topic in enumerate(story.opens):
        if topic in walk.topics and not (topic in walk.ref.step.asked and walk.facts.get(topic)):
            hint = "nothing is known of it" if topic in walk.ref.step.asked else "the step does not ask it"
            yield Finding(document, (*path, "opens", i), f'{ends} does not open "{topic}"', hint)
    for i, line in enumerate(story.says):
        if line not in lines:
            may_stand = any(line in may for may in walk.context.sayable(walk.ref))
            why = "other words stand after these answers and taps" if may_stand else "the step has no such line"
            yield Finding(document, (*path, "says", i), f"{ends} does not give this line", nearest(line, lines) or why)


def _forbidden(document: Document, tree_id: str, n: int, story: Story, end: Walk) -> Iterator[Finding]:
    """What must never show, and does: on the story's own steps, or on those of a walk that goes on from there."""
    never = {name: i for i, name in enumerate(story.never)}
    never |= {"/".join(target(tree_id, name)): i for i, name in enumerate(story.never)}
    reported = set[int]()
    if not story.never:
        return
    for walk in _walks_on(tree_id, story, end):
        for i in sorted({never[name] for name in walk.meets(never.keys())} - reported):
            reported.add(i)
            message = f'a walk of this story meets "{story.never[i]}" at "{walk.ref.step_id}"'
            yield Finding(document, ("tests", n, "never", i), message, f"it passes {walk.describe()}")


def _walks_on(tree_id: str, story: Story, end: Walk) -> Iterator[Walk]:
    """Every state of the story's walk, then of walks by chance from its end to an outcome, the same ones each time."""
    yield from taking(end.context, tree_id, story)
    chance = random.Random(story.name)
    for _ in range(CHANCE_WALKS):
        walk = replace(end, nodes=[*end.nodes], taken=[*end.taken], to_tap={})
        for _ in range(MOST_CHANCE_STEPS):
            step = walk.ref.step
            if step.outcome or not step.choices or not walk.take(chance.randrange(len(step.choices))):
                break
            yield walk


STORY_RULES: tuple[Rule, ...] = (long_story, story_names, story)


class Coverage(NamedTuple):
    """What the stories of a tree pass, and what none does. Walks by chance count for nothing here."""

    file: str
    stories: int
    totals: Mapping[str, int]
    """How many steps, choices and outcomes the tree has."""
    untold: Mapping[str, tuple[str, ...]]
    """The steps, choices and outcomes that no story passes, in words."""
    languages: Mapping[str, tuple[int, int]]
    """For each language, how many texts have a translation, and how many there are."""

    def describe(self, everything: bool = False) -> str:
        """The counts, and the outcomes that no story passes. With `everything`, the steps and choices too."""
        languages = [
            f"{interface_for(LANGUAGE).name(language)}: {n} of {total} texts"
            for language, (n, total) in self.languages.items()
        ]
        if not self.stories:
            return "\n  ".join([f"{self.file}: no stories", *languages])
        counts = ", ".join(f"{n - len(self.untold[what])} of {n} {what}" for what, n in self.totals.items())
        lines = [f"{self.file}: {self.stories} {'stories pass' if self.stories > 1 else 'story passes'} {counts}"]
        for what in self.untold if everything else ("outcomes",):
            if missed := self.untold[what]:
                lines.append(f"  {what} that no story passes: {', '.join(missed)}")
        return "\n".join([*lines, *(f"  {line}" for line in languages)])


def coverage(context: Context) -> list[Coverage]:
    """What the stories of each tree pass."""
    walks = [walk for tree_id, _, _, story in stories(context) if (walk := walked(context, tree_id, story))]
    passed = {node for walk in walks for node in walk.nodes}
    taken = {choice for walk in walks for choice in walk.taken}
    by_tree: dict[str, list[SourceText]] = {}
    for text in context.texts:
        by_tree.setdefault(text.domain, []).append(text)
    coverages = []
    for tree_id, tree in context.content.trees.items():
        choices = {(step_id, n): f'{step_id}: "{choice.label}"' for step_id, step in tree.steps.items()
                for n, choice in enumerate(step.choices)}  # fmt: skip
        outcomes = [step_id for step_id, step in tree.steps.items() if step.outcome]
        untold = {
            "steps": tuple(step_id for step_id in tree.steps if (tree_id, step_id) not in passed),
            "choices": tuple(label for (step, n), label in choices.items() if ((tree_id, step), n) not in taken),
            "outcomes": tuple(step_id for step_id in outcomes if (tree_id, step_id) not in passed),
        }
        counts = {"steps": len(tree.steps), "choices": len(choices), "outcomes": len(outcomes)}
        tree_texts = by_tree.get(tree_id, [])
        languages = {
            language: (
                sum(bool(catalogs[tree_id].get(text.context, text.text)) for text in tree_texts if tree_id in catalogs),
                len(tree_texts),
            )
            for language, catalogs in context.loaded.catalogs.items()
        }
        coverages.append(Coverage(context.loaded.trees[tree_id].name, len(tree.tests), counts, untold, languages))
    return coverages
