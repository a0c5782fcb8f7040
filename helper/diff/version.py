"""A tree at one time, and what a reader calls all that is in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from helper.answers import topics_of
from helper.model.contacts import CHANNELS, Contact
from helper.model.fields import URGENCIES
from helper.model.tree import Topic, Tree, When
from helper.walks import target

MOST_LABELS = 20
"""The most labels of a walk that are shown: the last ones."""
MOST_GOALS = 4
"""The most steps after a question that are named."""
WAYS = tuple(key for kind, channel in CHANNELS.items() for key in (kind, channel.beside) if key)
"""The keys of a contact that hold numbers and addresses."""


class Tap(NamedTuple):
    """The last tap of the shortest walk to a step, its number and where it was made."""

    taps: int
    label: str
    before: str


@dataclass(frozen=True)
class Version:
    """A tree with the contacts and topics beside it, as they were at one time. `name` is the tree's id."""

    name: str
    tree: Tree
    contacts: Mapping[str, Contact]
    topics: Mapping[str, Topic]

    def goal(self, go: str) -> str:
        """The id of a step of this tree, or other-tree/step."""
        tree, step = target(self.name, go)
        return step if tree == self.name else go

    @cached_property
    def shortest(self) -> Mapping[str, Tap]:
        """The shortest walk to every step, from the start or else from a link of every page."""
        tree, taps = self.tree, dict[str, Tap]()
        links = (
            (tree.start, ""),
            (tree.no_voice or "", "(the link for who can’t talk or hear)"),
            (tree.abroad or "", "(the link for who is abroad)"),
        )
        for root, label in links:
            waiting = [root] if root in tree.steps and root not in taps else []
            taps |= {step_id: Tap(bool(label), label, "") for step_id in waiting}
            for step_id in waiting:
                for choice in tree.steps[step_id].choices:
                    goal = self.goal(choice.go)
                    if goal in tree.steps and goal not in taps:
                        taps[goal] = Tap(taps[step_id].taps + 1, choice.label, step_id)
                        waiting.append(goal)
        return taps

    def taps(self, step: str) -> int:
        """How many taps the step is from the start. A step that no walk reaches comes after all others."""
        return self.shortest[step].taps if step in self.shortest else len(self.tree.steps)

    def walk(self, step: str, *label: str) -> str:
        """The labels of the shortest walk to `step`, and the one that is chosen there."""
        if step not in self.shortest:
            return " → ".join((f'(a link to "{step}")', *label))
        labels, ends = list(label), ("", self.tree.start)
        while step not in ends and len(labels) < MOST_LABELS:
            _, said, step = self.shortest[step]
            labels.insert(0, said)
        return " → ".join(["…"] * (step not in ends) + labels) or "(the first step)"

    @cached_property
    def titles(self) -> Counter[str]:
        return Counter(step.title for step in self.tree.steps.values())

    def title(self, goal: str | None) -> str:
        """What a reader calls the step: its title, with the id where two steps have the same."""
        if goal is None:
            return "nothing"
        if goal not in self.tree.steps:
            return f'"{goal}"' if "/" in goal else f'"{goal}" (no step)'
        title = self.tree.steps[goal].title
        return f'"{title}"' + (f" ({goal})" if self.titles[title] > 1 else "")

    def urgency(self, goal: str | None) -> int:
        """How urgent the help of a step is. A question, another tree and nothing have none."""
        step = self.tree.steps.get(goal or "")
        return URGENCIES.index(step.urgency) + 1 if step and step.urgency else 0

    def help_at(self, goal: str | None) -> str:
        """The urgency and the contacts of a step. Of a question that has neither, the steps that come after it."""
        step = self.tree.steps.get(goal or "")
        if not step:
            return "not known" if goal else "nothing"
        if step.outcome or step.urgency or step.contacts:
            kind = step.urgency or ("an outcome" if step.outcome else "a question")
            return ", ".join([kind, *(self.contact_name(contact) for contact in step.contacts)])
        then = list(dict.fromkeys(self.title(self.goal(choice.go)) for choice in step.choices))
        rest = f" and {len(then) - MOST_GOALS} more" if len(then) > MOST_GOALS else ""
        return f"a question, then {', '.join(then[:MOST_GOALS]) or 'nothing'}{rest}"

    def contact_name(self, contact: str) -> str:
        return self.contacts[contact].name if contact in self.contacts else contact

    def contact(self, contact_id: str) -> str:
        """A contact with the numbers and addresses at which it is reached."""
        contact = self.contacts.get(contact_id)
        if not contact:
            return f'"{contact_id}" (no contact)'
        ways = ", ".join(f"{way} {value}" for way in WAYS if (value := getattr(contact, way)))
        return f'"{contact.name}" ({ways})' if ways else f'"{contact.name}"'

    @cached_property
    def shown(self) -> Mapping[str, list[str]]:
        """For every contact the steps that name it, the nearest first."""
        steps_of = defaultdict(list)
        for step_id in sorted(self.tree.steps, key=self.taps):
            step = self.tree.steps[step_id]
            for contact in dict.fromkeys((*step.contacts, *step.also)):
                steps_of[contact].append(step_id)
        return steps_of

    @cached_property
    def asking(self) -> Mapping[str, list[str]]:
        """For every topic the steps where a reader meets words of it, the nearest first."""
        steps_of = defaultdict(list)
        for step_id in sorted(self.tree.steps, key=self.taps):
            for topic in topics_of(self.tree.steps[step_id], self.topics):
                steps_of[topic].append(step_id)
        return steps_of

    def topic(self, topic_id: str) -> str:
        """What a reader calls a topic: its question."""
        return f'"{self.topics[topic_id].ask}"' if topic_id in self.topics else f'"{topic_id}" (no topic)'

    def answer(self, topic_id: str, option_ids: Iterable[str]) -> str:
        """What is known of a topic, in words."""
        options = self.topics[topic_id].options if topic_id in self.topics else ()
        taps = {option.id: option.tap for option in options}
        chosen = " or ".join(f'"{taps.get(option, option)}"' for option in option_ids)
        return f"the answer to {self.topic(topic_id)} is {chosen}"

    def known(self, facts: Mapping[str, str]) -> str:
        """What a choice makes known of topics, in words."""
        return " and ".join(self.answer(topic, [option]) for topic, option in facts.items()) or "nothing"

    def condition(self, when: When) -> str:
        """When a variant is said, in words."""
        parts = []
        for key, wanted in when.items():
            if key in self.topics:
                parts.append(self.answer(key, wanted))
            else:
                step = self.tree.steps.get(key)
                labels = {choice.id: choice.label for choice in step.choices} if step else {}
                said = " or ".join(f'"{labels.get(choice, choice)}"' for choice in wanted)
                parts.append(f"someone said {said} at {self.title(key)}")
        return f"when {' and '.join(parts)}"
