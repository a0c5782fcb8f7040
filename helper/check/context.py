"""What the rules look at, and what they give: the files, their steps and where walks can lead, each worked out once."""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from helper.answers import QUIET, fact_name, sets, switch
from helper.catalog import Catalog
from helper.loading.document import Document
from helper.loading.folder import Loaded
from helper.model.contacts import Contact, Note, Source
from helper.model.content import Content
from helper.model.fields import Path_
from helper.model.tree import Choice, Line, Option, Step, Topic, Tree, When
from helper.translate import SourceText, texts
from helper.walks import Node, Reach, graph, questions_left, target

EMERGENCY = "911"
LIFELINE = "988"
RELAY = "711"
"""The number of the operators who speak for people who can't talk or hear."""


class Finding(NamedTuple):
    """One thing to mend: a place in a file, the fact, and a way on.

    It stands at the value at `path`; at its key when `key` is set; at `word` where that is in the value. `node` is its
    step, if it has one.
    """

    document: Document | Catalog
    path: Path_
    message: str
    help: str = ""
    key: bool = False
    word: str = ""
    node: Node | None = None


@dataclass(frozen=True)
class StepRef:
    """A step with its tree and its file."""

    tree_id: str
    tree: Tree
    document: Document
    step_id: str
    step: Step

    @property
    def node(self) -> Node:
        return self.tree_id, self.step_id

    @property
    def name(self) -> str:
        return self.step_id

    @property
    def abroad(self) -> bool:
        """Whether it is for readers to whom the numbers of the guide are of no use."""
        return self.step_id == self.tree.abroad

    @cached_property
    def answers(self) -> list[Choice]:
        """The choices that answer its question: all but warnings and asides."""
        return [choice for choice in self.step.choices if choice.kind not in QUIET]

    @cached_property
    def labels(self) -> dict[str, int]:
        """The place of each choice, by its label. Of two that are alike the first counts."""
        return {choice.label: n for n, choice in reversed(list(enumerate(self.step.choices)))}

    @property
    def calling(self) -> bool:
        """Whether someone may be calling 911, or be with officers, while they read it."""
        return self.step.urgency == "emergency" or self.step.phone is not None

    def texts(self) -> Iterable[tuple[Path_, str]]:
        """Every text for readers on it, with its path."""
        return self.step.texts()

    def finding(self, path: Path_, message: str, hint: str = "", *, key: bool = False, word: str = "") -> Finding:
        """A problem at a path inside the step. Without a path it stands at the step's id."""
        return Finding(self.document, ("steps", self.step_id, *path), message, hint, key or not path, word, self.node)


@dataclass(frozen=True)
class TopicRef:
    """A topic with its file."""

    topic_id: str
    topic: Topic
    document: Document

    @property
    def name(self) -> str:
        return self.topic_id

    def texts(self) -> Iterable[tuple[Path_, str]]:
        """Every text for readers in it, with its path."""
        return self.topic.texts()

    def lines(self) -> Iterator[tuple[Path_, Line | Option]]:
        """What can be said of it, with its path: the sentences of its options, then its lines."""
        yield from ((("options", n), option) for n, option in enumerate(self.topic.options))
        yield from ((("lines", n), line) for n, line in enumerate(self.topic.lines))

    def finding(self, path: Path_, message: str, hint: str = "", *, key: bool = False, word: str = "") -> Finding:
        """A problem at a path inside the topic. Without a path it stands at the topic's id."""
        return Finding(self.document, (self.topic_id, *path), message, hint, key or not path, word)


class Condition(NamedTuple):
    """A `when`: the step or topic that has it, its path there, and the steps on which it chooses words."""

    owner: StepRef | TopicRef
    path: Path_
    when: When
    steps: Sequence[StepRef]

    @property
    def tree_id(self) -> str:
        """The tree whose steps it may ask for. A topic is for all trees, and asks for topics alone."""
        return self.owner.tree_id if isinstance(self.owner, StepRef) else ""

    @property
    def where(self) -> str:
        """The steps on which it chooses words, for a message."""
        owner = self.owner
        return f'"{owner.step_id}"' if isinstance(owner, StepRef) else f'a step that asks "{owner.topic_id}"'


def spoken(line: Line | Option, path: Path_) -> Iterator[tuple[Path_, str]]:
    """The words of a line at a path and those of its variants, each with its own path."""
    if line.line:
        yield (*path, "line"), line.line
    yield from (((*path, "instead", n, "line"), variant.line) for n, variant in enumerate(line.instead))


def offered(step: Step, topics: Mapping[str, Topic]) -> list[str]:
    """The topics in which a reader of a step can tap: those that it asks, and its switch."""
    named = (*step.asked, switch(step, topics) or "")
    return [topic for topic in dict.fromkeys(named) if topic in topics]


@dataclass(frozen=True)
class Context:
    """All that the rules may ask. What day it is they can't: only the rules of the calendar are told."""

    loaded: Loaded
    silenced: set[tuple[Node, str]] = field(default_factory=set)
    """The steps and rules of which something was found that the step silences."""
    unfinished: set[str] = field(default_factory=set)
    """The rules that were stopped because they found too much."""
    _known: dict[tuple[str, ...], bool] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _passed: dict[tuple[str, tuple[tuple[str, Sequence[str]], ...]], int] = field(default_factory=dict)

    @property
    def content(self) -> Content:
        return self.loaded.content

    @cached_property
    def steps(self) -> dict[Node, StepRef]:
        """Every step of every tree."""
        return {
            (name, step_id): StepRef(name, tree, self.loaded.trees[name], step_id, step)
            for name, tree in self.content.trees.items()
            for step_id, step in tree.steps.items()
        }

    def contacts(self) -> Iterator[tuple[Document, Path_, str, Contact]]:
        """Every contact with its file, its path there and its id: those of the guide, then those of places."""
        for name, contact in self.content.contacts.items():
            yield self.loaded.contacts, (name,), name, contact
        for place_id, place in self.content.places.items():
            for name, local in place.contacts.items():
                yield self.loaded.places[place_id], ("contacts", name), name, local

    def notes(self) -> Iterator[tuple[str, Document, Path_, Note]]:
        """Every note with its place, its file and its path there."""
        for place_id, place in self.content.places.items():
            for n, note in enumerate(place.notes):
                yield place_id, self.loaded.places[place_id], ("notes", n), note

    def sources(self) -> Iterator[tuple[Document, Path_, str, Source]]:
        """Every source with its file, its path there and its id."""
        for place_id, place in self.content.places.items():
            for name, source in place.sources.items():
                yield self.loaded.places[place_id], ("sources", name), name, source
        source_ids = self.loaded.sources.data
        yield from ((self.loaded.sources, (name,), name, self.content.sources[name]) for name in source_ids)

    @cached_property
    def protected(self) -> frozenset[str]:
        """The contacts of the guide by which 911 and 988 are reached, which no place may change."""
        table = self.content.contacts
        ids = {name for name, contact in table.items() if {EMERGENCY, LIFELINE, RELAY} & set(contact.numbers())}
        return frozenset(ids | {EMERGENCY, LIFELINE})

    @cached_property
    def texts(self) -> list[SourceText]:
        """Every text that readers see, as translators know it."""
        return list(texts(self.loaded))

    def urgent(self) -> Iterator[StepRef]:
        """The steps of the trees to which the safety rules for urgent trees apply."""
        return (ref for ref in self.steps.values() if ref.tree.urgent)

    @cached_property
    def edges(self) -> dict[Node, tuple[Node, ...]]:
        return graph(self.content)

    @cached_property
    def questions_left(self) -> dict[Node, int]:
        """For every step the most questions before help. Empty when questions lead in a circle."""
        try:
            return questions_left(self.content)
        except CycleError:
            return {}

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.edges)

    @property
    def own_contacts(self) -> bool:
        """Whether contacts.yaml stands beside the trees, so that it is there for them alone."""
        return self._beside_the_trees(self.loaded.contacts)

    @property
    def own_topics(self) -> bool:
        """The same of topics.yaml."""
        return self._beside_the_trees(self.loaded.topics)

    def _beside_the_trees(self, document: Document) -> bool:
        folders = {Path(tree.name).parent for tree in self.loaded.trees.values()}
        return Path(document.name).parent in folders

    @cached_property
    def topics(self) -> dict[str, TopicRef]:
        """Every topic, by its id."""
        return {name: TopicRef(name, topic, self.loaded.topics) for name, topic in self.content.topics.items()}

    @cached_property
    def conditions(self) -> list[Condition]:
        """Every `when`, of steps and then of topics."""
        lines: list[tuple[StepRef | TopicRef, Path_, Line | Option, Sequence[StepRef]]] = [
            (ref, (key, n), line, [ref])
            for ref in self.steps.values()
            for key in ("first", "say")
            for n, line in enumerate(getattr(ref.step, key))
        ]
        asking: dict[str, list[StepRef]] = {}
        for ref in self.steps.values():
            for name in {*ref.step.asked, *ref.step.picked}:
                asking.setdefault(name, []).append(ref)
        for name, topic in self.topics.items():
            lines += [(topic, path, line, asking.get(name, ())) for path, line in topic.lines()]
        return [
            Condition(owner, (*path, "instead", n, "when"), variant.when, steps)
            for owner, path, line, steps in lines
            for n, variant in enumerate(line.instead)
        ]

    def sayable(self, ref: StepRef) -> list[frozenset[str]]:
        """What may stand among the lines to say of a step, whatever is known: its own words, those of its topics."""
        named = dict.fromkeys((*ref.step.asked, *ref.step.picked))
        own, of_topics = self._own_words[ref.node], self._topic_words
        return [own, *(of_topics[topic] for topic in named if topic in of_topics)]

    @cached_property
    def all_words(self) -> frozenset[str]:
        """What may stand among the lines to say of any step."""
        return frozenset().union(*self._own_words.values(), *self._topic_words.values())

    @cached_property
    def _own_words(self) -> dict[Node, frozenset[str]]:
        return {
            node: frozenset(said for line in (*ref.step.first, *ref.step.say) for _, said in spoken(line, ()))
            for node, ref in self.steps.items()
        }

    @cached_property
    def _topic_words(self) -> dict[str, frozenset[str]]:
        return {
            name: frozenset(said for path, line in ref.lines() for _, said in spoken(line, path))
            for name, ref in self.topics.items()
        }

    def answers_to(self, tree_id: str, key: str) -> list[str] | None:
        """What a `when` of a tree can ask of `key`: the options of a topic, or the ids of the answers of a step. None
        where there is neither."""
        if topic := self.content.topics.get(key):
            return [option.id for option in topic.options]
        ref = self.steps.get((tree_id, key))
        return [choice.id for choice in ref.answers if choice.id] if ref else None

    def asked(self, tree_id: str, key: str) -> int:
        """The steps after which, or on which, a reader may have answered what a `when` calls `key`."""
        name = fact_name(key, tree_id, self.content.topics)
        if name not in self._asked:
            self._asked[name] = self.reach.ahead(goal for _, goal in self._moves(tree_id, key))
        return self._asked[name]

    def may_know(self, condition: Condition, key: str) -> bool:
        """Whether something can be known of a key of a condition on one of its steps."""
        owner = (type(condition.owner).__name__, condition.tree_id, condition.owner.name, key)
        if owner not in self._known:
            asked = self.asked(condition.tree_id, key)
            self._known[owner] = any(self.reach.has(asked, ref.node) for ref in condition.steps)
        return self._known[owner]

    def passes(self, ref: StepRef, when: When) -> bool:
        """Whether a walk to a step gives each key an answer that is wanted, in any order. It tries five keys."""
        key = (ref.tree_id, tuple(when.items())[:5])
        if key not in self._passed:
            moves = [self._moves(ref.tree_id, name, wanted) for name, wanted in key[1]]
            self._passed[key] = 0
            for order in permutations(moves):
                steps = -1
                for moves_of_key in order:
                    steps = self.reach.ahead(goal for start, goal in moves_of_key if self.reach.has(steps, start))
                self._passed[key] |= steps
        return self.reach.has(self._passed[key], ref.node)

    def _moves(self, tree_id: str, key: str, wanted: Collection[str] | None = None) -> list[tuple[Node, Node]]:
        """The parts of walks, from step to step, on which `key` gets an answer that is wanted, or any at all."""
        if key in self.content.topics:
            setting = [(start, goal) for start, goal, option in self._set_by.get(key, ()) if _among(option, wanted)]
            return [(node, node) for node in self._offered_on.get(key, ())] + setting
        ref = self.steps.get((tree_id, key))
        taken = ref.answers if ref and wanted is not None else ref.step.choices if ref else ()
        goals = [self.goal(ref, choice) for choice in taken if ref and _among(choice.id, wanted)]
        return [(ref.node, goal.node) for goal in goals if ref and goal]

    @cached_property
    def _offered_on(self) -> dict[str, list[Node]]:
        """The steps on which a reader can tap in each topic."""
        nodes: dict[str, list[Node]] = {}
        for node, ref in self.steps.items():
            for topic in offered(ref.step, self.content.topics):
                nodes.setdefault(topic, []).append(node)
        return nodes

    @cached_property
    def _set_by(self) -> dict[str, list[tuple[Node, Node, str]]]:
        """The choices that make something known of each topic: from where, to where, and which option."""
        moves: dict[str, list[tuple[Node, Node, str]]] = {}
        for node, ref in self.steps.items():
            for choice in ref.step.choices:
                if goal := self.goal(ref, choice):
                    for topic, option in sets(ref.step_id, choice, self.content.topics).items():
                        moves.setdefault(topic, []).append((node, goal.node, option))
        return moves

    @cached_property
    def leading_to(self) -> dict[Node, list[tuple[str, Choice]]]:
        """The choices that lead to each step, each with the id of its own step."""
        leading: dict[Node, list[tuple[str, Choice]]] = {}
        for ref in self.steps.values():
            for choice in ref.step.choices:
                leading.setdefault(target(ref.tree_id, choice.go), []).append((ref.step_id, choice))
        return leading

    def goal(self, ref: StepRef, choice: Choice) -> StepRef | None:
        """The step that a choice leads to, if there is one."""
        return self.steps.get(target(ref.tree_id, choice.go))

    def shown(self, *contact_ids: str) -> list[tuple[str, Contact]]:
        """Those of the contacts that are in the table and not held back, whatever their date."""
        named = ((name, self.content.contacts.get(name)) for name in contact_ids)
        return [(name, contact) for name, contact in named if contact and not contact.status]

    def begins_with_911(self, ref: StepRef) -> bool:
        """Whether 911, by call or text, is the first contact on the step."""
        return any(EMERGENCY in (contact.call, contact.text) for _, contact in self.shown(*ref.step.contacts)[:1])


def _among(answer: str | None, wanted: Collection[str] | None) -> bool:
    return wanted is None or answer in wanted


Rule = Callable[[Context], Iterator[Finding]]
CalendarRule = Callable[[Context, datetime.date], Iterator[Finding]]
"""A rule that is told what day it is. Its findings are warnings."""


def rule_id(rule: Rule | CalendarRule) -> str:
    """The name by which authors know a rule."""
    return rule.__name__.replace("_", "-")
