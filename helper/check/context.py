"""What the rules look at, and what they give: the files, their steps and where walks can lead, each worked out once."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError
from pathlib import Path

from helper.check.knowing import Knowing, goal_of
from helper.check.refs import Condition, Finding, StepRef, TopicRef, spoken
from helper.loading.document import Document
from helper.loading.folder import Loaded
from helper.model.contacts import Contact, Note, Source, Team
from helper.model.content import Content
from helper.model.fields import Path_
from helper.model.tree import Choice, Line, Option
from helper.translate import SourceText, texts
from helper.walks import Node, Reach, graph, questions_left, target

EMERGENCY = "911"
LIFELINE = "988"
RELAY = "711"
"""The number of the operators who speak for people who can't talk or hear."""


@dataclass(frozen=True)
class Context:
    """All that the rules may ask. What day it is they can't: only the rules of the calendar are told."""

    loaded: Loaded
    silenced: set[tuple[Node, str]] = field(default_factory=set)
    """The steps and rules of which something was found that the step silences."""
    unfinished: set[str] = field(default_factory=set)
    """The rules that were stopped because they found too much."""

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

    def teams(self) -> Iterator[tuple[Document, Path_, Team]]:
        """Every answer to how a crisis team comes, with its file and its path there."""
        for place_id, place in self.content.places.items():
            for n, team in enumerate(place.team):
                yield self.loaded.places[place_id], ("team", n), team

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

    @cached_property
    def knowing(self) -> Knowing:
        """What can be known on each step."""
        return Knowing(self.steps, self.content.topics, self.reach)

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
        return goal_of(self.steps, ref, choice)

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
