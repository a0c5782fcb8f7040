"""What can be known of a reader on a step: what walks that lead there may have answered or tapped."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

from helper.answers import fact_name, sets
from helper.check.refs import Condition, StepRef, offered
from helper.model.tree import Choice, Topic, When
from helper.walks import Node, Reach, target


def goal_of(steps: Mapping[Node, StepRef], ref: StepRef, choice: Choice) -> StepRef | None:
    """The step that a choice leads to, if there is one."""
    return steps.get(target(ref.tree_id, choice.go))


@dataclass(frozen=True)
class Knowing:
    """Each answer is worked out once."""

    steps: Mapping[Node, StepRef]
    topics: Mapping[str, Topic]
    reach: Reach
    _known: dict[tuple[str, ...], bool] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _passed: dict[tuple[str, tuple[tuple[str, Sequence[str]], ...]], int] = field(default_factory=dict)

    def answers_to(self, tree_id: str, key: str) -> list[str] | None:
        """What a `when` of a tree can ask of `key`: the options of a topic, or the ids of the answers of a step. None
        where there is neither."""
        if topic := self.topics.get(key):
            return [option.id for option in topic.options]
        ref = self.steps.get((tree_id, key))
        return [choice.id for choice in ref.answers if choice.id] if ref else None

    def asked(self, tree_id: str, key: str) -> int:
        """The steps after which, or on which, a reader may have answered what a `when` calls `key`."""
        name = fact_name(key, tree_id, self.topics)
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
        if key in self.topics:
            setting = [(start, goal) for start, goal, option in self._set_by.get(key, ()) if _among(option, wanted)]
            return [(node, node) for node in self._offered_on.get(key, ())] + setting
        ref = self.steps.get((tree_id, key))
        taken = ref.answers if ref and wanted is not None else ref.step.choices if ref else ()
        goals = [goal_of(self.steps, ref, choice) for choice in taken if ref and _among(choice.id, wanted)]
        return [(ref.node, goal.node) for goal in goals if ref and goal]

    @cached_property
    def _offered_on(self) -> dict[str, list[Node]]:
        """The steps on which a reader can tap in each topic."""
        nodes: dict[str, list[Node]] = {}
        for node, ref in self.steps.items():
            for topic in offered(ref.step, self.topics):
                nodes.setdefault(topic, []).append(node)
        return nodes

    @cached_property
    def _set_by(self) -> dict[str, list[tuple[Node, Node, str]]]:
        """The choices that make something known of each topic: from where, to where, and which option."""
        moves: dict[str, list[tuple[Node, Node, str]]] = {}
        for node, ref in self.steps.items():
            for choice in ref.step.choices:
                if goal := goal_of(self.steps, ref, choice):
                    for topic, option in sets(ref.step_id, choice, self.topics).items():
                        moves.setdefault(topic, []).append((node, goal.node, option))
        return moves


def _among(answer: str | None, wanted: Collection[str] | None) -> bool:
    return wanted is None or answer in wanted
