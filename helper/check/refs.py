"""What rules speak of: a step, a topic or a condition with the file it stands in, and what is found there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from helper.answers import QUIET, switch
from helper.catalog import Catalog
from helper.loading.document import Document
from helper.model.fields import Path_
from helper.model.tree import Choice, Line, Option, Step, Topic, Tree, When
from helper.walks import Node


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
