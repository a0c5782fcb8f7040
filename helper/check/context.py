"""What the rules look at, and what they give: the files, their steps and where walks can lead, each worked out once."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from helper.answers import QUIET
from helper.catalog import Catalog
from helper.loading.document import Document
from helper.loading.folder import Loaded
from helper.model.contacts import Contact, Note, Source
from helper.model.content import Content
from helper.model.fields import Path_
from helper.model.tree import Choice, Say, Step, Tree
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

    @cached_property
    def lines(self) -> dict[str, Say]:
        """The lines to say, by their words."""
        return {line.line: line for line in self.step.say}

    def finding(self, path: Path_, message: str, hint: str = "", *, key: bool = False, word: str = "") -> Finding:
        """A problem at a path inside the step. Without a path it stands at the step's id."""
        return Finding(self.document, ("steps", self.step_id, *path), message, hint, key or not path, word, self.node)


@dataclass(frozen=True)
class Context:
    """All that the rules may ask. What day it is they can't: only the rules of the calendar are told."""

    loaded: Loaded
    silenced: set[tuple[Node, str]] = field(default_factory=set)
    """The steps and rules of which something was found that the step silences."""
    unfinished: set[str] = field(default_factory=set)
    """The rules that were stopped because they found too much."""
    _asked: dict[Node, int] = field(default_factory=dict)
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
        folders = {Path(document.name).parent for document in self.loaded.trees.values()}
        return Path(self.loaded.contacts.name).parent in folders

    @cached_property
    def _ticks(self) -> dict[Node, list[Node]]:
        """The steps on which each check of a tree can be ticked."""
        ticked_on: dict[Node, list[Node]] = {}
        for node, ref in self.steps.items():
            for check in ref.step.checks:
                ticked_on.setdefault((ref.tree_id, check.id), []).append(node)
        return ticked_on

    def asked(self, tree_id: str, key: str) -> int:
        """The steps after which, or on which, a reader may have answered what a `when` calls `key`."""
        if (tree_id, key) not in self._asked:
            after = self._ticks.get((tree_id, key)) or self.edges.get((tree_id, key), ())
            self._asked[tree_id, key] = self.reach.ahead(after)
        return self._asked[tree_id, key]

    def has_answer(self, ref: StepRef, key: str, wanted: Sequence[str]) -> bool:
        """Whether the step `key` has an answer with an id that is wanted."""
        return any(choice.id in wanted for choice in self.steps[ref.tree_id, key].answers)

    def passes(self, ref: StepRef, when: Mapping[str, Sequence[str]]) -> bool:
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

    def _moves(self, tree_id: str, key: str, wanted: Sequence[str]) -> list[tuple[Node, Node]]:
        """The parts of walks on which `key` gets an answer that is wanted, from step to step."""
        if ticked := self._ticks.get((tree_id, key)):
            return [(node, node) for node in ticked]
        ref = self.steps.get((tree_id, key))
        goals = [self.goal(ref, choice) for choice in ref.answers if choice.id in wanted] if ref else []
        return [(ref.node, goal.node) for goal in goals if ref and goal]

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


Rule = Callable[[Context], Iterator[Finding]]
CalendarRule = Callable[[Context, datetime.date], Iterator[Finding]]
"""A rule that is told what day it is. Its findings are warnings."""


def rule_id(rule: Rule | CalendarRule) -> str:
    """The name by which authors know a rule."""
    return rule.__name__.replace("_", "-")
