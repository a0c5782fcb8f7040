"""What of the old version is what of the new one, and a change in words for both."""

import datetime
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from helper.diff.report import LINES, Change
from helper.diff.version import Version
from helper.model.tree import Choice, Line, Option, Step, Topic, When

T = TypeVar("T")
NO_TOPIC = Topic(ask="nothing")
"""What stands beside a topic that is new or gone."""
Pairs = list[tuple[T | None, T | None]]
"""The old beside the new. What went has no new beside it, and what is new has no old."""


def reordered(pairs: Pairs[T], new: Sequence[T]) -> bool:
    """Whether those of `new` that stayed stand in another order than before."""
    place = {id(item): n for n, item in enumerate(new)}
    places = [place[id(after)] for before, after in pairs if before and after]
    return places != sorted(places)


@dataclass(frozen=True)
class TreeDiff:
    """The two versions, and what of the one is what of the other."""

    old: Version
    new: Version
    day: datetime.date

    @cached_property
    def new_ids(self) -> Mapping[str, str]:
        """The old steps that are still there, with their ids of now. A step that was merged into another is not."""
        old, new = self.old.tree, self.new.tree
        old_ids = {step: step for step in old.steps if step in new.steps}
        for step in old.steps:
            to = new.moved.get(step, "")
            if step not in new.steps and to in new.steps:
                old_ids.setdefault(to, step)
        return {old_id: new_id for new_id, old_id in old_ids.items()}

    @cached_property
    def steps(self) -> list[tuple[str, str, Step, Step]]:
        """Every step that stayed: its old id, its new id, and both of it."""
        old, new = self.old.tree.steps, self.new.tree.steps
        return [(old_id, new_id, old[old_id], new[new_id]) for old_id, new_id in self.new_ids.items()]

    def mapped(self, goal: str | None) -> str | None:
        """An old goal by its name of now. What is not there now is like nothing that is."""
        if goal is None or "/" in goal:
            return goal
        return self.new_ids.get(goal, f"{goal} gone" if goal in self.old.tree.steps else f"{goal} nowhere")

    @cached_property
    def current(self) -> "TreeDiff":
        """The new version beside itself: its own names, to be compared with what the old ones are now."""
        return self if self.old is self.new else TreeDiff(self.new, self.new, self.day)

    def pairs(self, old: Sequence[T], new: Sequence[T], *keys: Callable[["TreeDiff", T], object]) -> Pairs[T]:
        """What belongs together: the old with the new that has the same key, by the first key that finds one, in order.

        A key of None finds nothing. What is new comes last.
        """
        right, matched = dict(enumerate(new)), dict[int, T]()
        for key in keys:
            waiting = defaultdict[object, deque[int]](deque)
            for n, item in right.items():
                waiting[key(self.current, item)].append(n)
            for n, item in enumerate(old):
                wanted = None if n in matched else key(self, item)
                if wanted is not None and waiting[wanted]:
                    matched[n] = right.pop(waiting[wanted].popleft())
        return [*((item, matched.get(n)) for n, item in enumerate(old)), *((None, item) for item in right.values())]

    def instead(self, old: str | None, new: str | None) -> str:
        """The new step instead of the old one, in words."""
        names = [self.new.title(new), self.old.title(old)]
        if names[0] == names[1]:
            names = [f"{name} ({goal})" for name, goal in zip(names, (new, old), strict=True)]
        return " instead of ".join(names)

    def help_change(self, old: str | None, new: str | None) -> str:
        """The help at the new step and at the old one, where it is not the same."""
        after, before = self.new.help_at(new), self.old.help_at(old)
        return f"there: {after}; before: {before}" if after != before else ""

    @cached_property
    def choices(self) -> Mapping[str, Pairs[Choice]]:
        """The choices of every old step that stayed, beside those of now.

        The label goes before the id: it is what someone says. Two choices that swap their labels swap their goals.
        """
        return {
            old_id: self.pairs(
                before.choices,
                after.choices,
                lambda _, choice: choice.label,
                lambda _, choice: choice.id,
                lambda side, choice: (side.mapped(side.old.goal(choice.go)), choice.kind),
            )
            for old_id, _, before, after in self.steps
        }

    @cached_property
    def answers(self) -> Mapping[tuple[str, str], str]:
        """The ids of the old choices, by their ids of now."""
        pairs = [(step, *pair) for step, pairs in self.choices.items() for pair in pairs]
        return {(step, was.id): (now and now.id) or f"{was.id} gone" for step, was, now in pairs if was and was.id}

    @cached_property
    def topic_pairs(self) -> Pairs[str]:
        """The old topics beside those of now: those with the same question, else with the same id."""
        return self.pairs(
            list(self.old.topics),
            list(self.new.topics),
            lambda side, topic: (topic, side.old.topics[topic].ask),
            lambda side, topic: side.old.topics[topic].ask,
            lambda _, topic: topic,
        )

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """The old topics, by their ids of now."""
        return {was: now or f"{was} gone" for was, now in self.topic_pairs if was}

    def options(self, was: Topic, now: Topic) -> Pairs[Option]:
        """The options of an old topic beside those of now: those with the same words on the button, else by id."""
        return self.pairs(
            was.options,
            now.options,
            lambda _, option: (option.id, option.tap),
            lambda _, option: option.tap,
            lambda _, option: option.id,
        )

    @cached_property
    def facts(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """The old topics with each option, by their ids of now."""
        return {
            (topic, was.id): (self.topics[topic], now.id if now else f"{was.id} gone")
            for topic, now_topic in self.topic_pairs
            if topic
            for was, now in self.options(self.old.topics[topic], self.new.topics.get(now_topic or "", NO_TOPIC))
            if was
        }

    def fact(self, topic: str, option: str) -> tuple[str, str]:
        """A topic with an option of old, by their ids of now. What was not there then is like nothing that is."""
        return self.facts.get((topic, option), (self.topics.get(topic, topic), f"{option} nowhere"))

    def when_said(self, when: When) -> object:
        """An old condition, by the names of now."""
        return frozenset(
            ("topic", self.topics[key], frozenset(self.fact(key, option) for option in wanted))
            if key in self.old.topics
            else ("step", self.mapped(key), frozenset(self.answers.get((key, id_), f"{id_} nowhere") for id_ in wanted))
            for key, wanted in when.items()
        )

    def variants(self, line: Line | Option) -> tuple[tuple[object, str], ...]:
        """The variants of an old line: when each is said, by the names of now, and its words."""
        return tuple((self.when_said(variant.when), variant.line) for variant in line.instead)

    def change(
        self, part: int, text: str, *walk: str, help_text: str = "", reach: bool = False, danger: int = 0
    ) -> Change:
        """A change of the whole tree; or where `walk` says: at a step of now, or at the choice with a label there."""
        where, taps = (self.new.walk(*walk), self.new.taps(walk[0])) if walk else ("", 0)
        return Change(part, text, where, help_text, reach, danger, taps)

    def at(self, part: int, step: str, text: str, *, reach: bool = False, danger: int = 0) -> Change:
        """A change at a step of now, whose title comes before the text."""
        return self.change(part, f"at {self.new.title(step)} {text}", step, reach=reach, danger=danger)

    def in_topic(self, topic: str, text: str, *, danger: int = 0) -> Change:
        """A change in a topic of now, told once for all the steps that show words of it."""
        steps = self.new.asking[topic]
        count = "1 step shows" if len(steps) == 1 else f"{len(steps)} steps show"
        text = f"in the topic {self.new.topic(topic)} ({count} it) {text}"
        return self.change(LINES, text, steps[0], danger=danger)
