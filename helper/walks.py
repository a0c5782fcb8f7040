"""Where walks through a tree can lead: plain functions over steps and choices."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from helper.model.content import Content
from helper.model.tree import Step

Node = tuple[str, str]
"""A tree's id and a step's id."""


def target(tree_id: str, go: str) -> Node:
    """The step that a choice of tree `tree_id` names."""
    tree, slash, step = go.partition("/")
    return (tree, step) if slash else (tree_id, go)


def choice_keys(tree_id: str, step: Step) -> Iterator[str]:
    """For each choice of a step, what tells it from the others: its id, which has no slash, or the step that it leads
    to, with a number where it is not the first that leads there. Other choices may come and go around it."""
    times = Counter[str]()
    for choice in step.choices:
        goal = "/".join(target(tree_id, choice.go))
        times[goal] += 1
        yield choice.id or (goal if times[goal] == 1 else f"{goal}/{times[goal]}")


def graph(content: Content) -> dict[Node, tuple[Node, ...]]:
    """Every step of every tree with the steps that its choices lead to. Steps that do not exist are left out."""
    nodes = {(name, step) for name, tree in content.trees.items() for step in tree.steps}
    return {
        (name, step_id): tuple(
            node for choice in step.choices if (node := target(name, choice.go)) in nodes
        )
        for name, tree in content.trees.items()
        for step_id, step in tree.steps.items()
    }  # fmt: skip


def reached(edges: Mapping[Node, Iterable[Node]], starts: Iterable[Node]) -> set[Node]:
    """The steps that can be reached from `starts`, themselves included."""
    seen, waiting = set(starts), list(starts)
    while waiting:
        for node in edges.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def backwards(edges: Mapping[Node, Iterable[Node]]) -> dict[Node, list[Node]]:
    """The same links from their far end."""
    links_back: dict[Node, list[Node]] = {node: [] for node in edges}
    for node, goals in edges.items():
        for goal in goals:
            links_back[goal].append(node)
    return links_back


def questions_left(content: Content) -> dict[Node, int]:
    """For every step, the most questions that can come, itself included, before help. Help itself has 0.

    Raises CycleError, its second argument the steps of one circle, when questions lead back to themselves.
    """
    edges = graph(content)
    asks = {node for node in edges if not content.trees[node[0]].steps[node[1]].outcome}
    left: dict[Node, int] = {}
    for node in TopologicalSorter({node: edges[node] if node in asks else () for node in edges}).static_order():
        left[node] = 1 + max((left[goal] for goal in edges[node]), default=0) if node in asks else 0
    return left


def question_loop(content: Content) -> list[Node]:
    """The steps of a circle of questions, or nothing."""
    try:
        questions_left(content)
    except CycleError as error:
        return list(reversed(error.args[1][1:]))
    return []


def components(edges: Mapping[Node, Iterable[Node]]) -> list[list[Node]]:
    """The steps in groups: those of a group lead to each other. A group comes after all those that it leads to.

    By Tarjan, without recursion: a walk can be longer than Python's stack.
    """
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    path: list[Node] = []
    on_path: set[Node] = set()
    groups: list[list[Node]] = []
    for root in edges:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        path.append(root)
        on_path.add(root)
        work = [(root, iter(edges[root]))]
        while work:
            node, goals = work[-1]
            for goal in goals:
                if goal not in number:
                    number[goal] = low[goal] = len(number)
                    path.append(goal)
                    on_path.add(goal)
                    work.append((goal, iter(edges[goal])))
                    break
                if goal in on_path:
                    low[node] = min(low[node], number[goal])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    group = [path.pop()]
                    while group[-1] != node:
                        group.append(path.pop())
                    on_path.difference_update(group)
                    groups.append(group)
    return groups


class Reach:
    """Whether walks lead from some steps to others, for many of them: sets of steps as whole numbers, a bit a step."""

    def __init__(self, edges: Mapping[Node, Iterable[Node]]) -> None:
        self._bit = {node: 1 << n for n, node in enumerate(edges)}
        self._ahead: dict[Node, int] = {}
        for group in components(edges):
            inside = set(group)
            ahead = 0
            for node in group:
                ahead |= self._bit[node]
                for goal in edges[node]:
                    if goal not in inside:
                        ahead |= self._ahead[goal]
            self._ahead.update(dict.fromkeys(group, ahead))

    def ahead(self, nodes: Iterable[Node]) -> int:
        """The steps to which a walk leads from any of `nodes`, themselves included."""
        steps = 0
        for node in nodes:
            steps |= self._ahead[node]
        return steps

    def has(self, steps: int, node: Node) -> bool:
        """Whether `node` is among `steps`."""
        return bool(steps & self._bit[node])
