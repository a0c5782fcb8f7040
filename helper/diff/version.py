"""Two versions of a tree in; out what people who walk it now meet otherwise, in plain words, the gravest first.

Told is everything that a reader or a reviewer could see. What is only a name (the id of a step that `moved` lists, of
a choice or of a check), and the dates `edited` and `review_by` are not.
"""

import datetime
import subprocess
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar

from helper import data_dir
from helper.loading.document import show
from helper.loading.folder import CONTACTS, collect_errors, load_bytes, load_tree
from helper.model.contacts import CHANNELS, Contact, Hours
from helper.model.fields import URGENCIES, Model
from helper.model.tree import Check, Choice, Say, Step, Tree
from helper.walks import target

GIT = "git:"
MOST_LABELS = 20
"""The most labels of a walk that are shown: the last ones."""
MOST_GOALS = 4
"""The most steps after a question that are named."""
GOALS, REACH, LINES, LINKS, WORDS = range(5)
HEADINGS = ("Where people get to", "Contacts and numbers", "Lines to say, and ticks", "Links", "Words")
ROOTS = {
    "start": "walks now begin at",
    "no_voice": "readers who can’t talk or hear are now led to",
    "abroad": "readers outside the country are now led to",
}
CHOICE_KINDS = {
    None: "an ordinary choice",
    "unsure": "the one for who is not sure",
    "refused": "the one for who was refused",
    "worse": "a warning",
    "aside": "a quiet link",
}
TOLD_KEYS: Mapping[type[Model], set[str]] = {
    Tree: {
        *("start", "no_voice", "abroad", "urgent", "moved"),
        *("removed", "steps", "tests", "edited", "review_by"),
    },
    Step: {"title", "urgency", "outcome", "contacts", "also", "checks", "say", "choices"},
    Choice: {"label", "go", "id", "kind", "because"},
    Check: {"label", "id", "group"},
    Say: {"line", "when", "if_"},
}
"""The keys that are told in words of their own, or not at all. Of others only the name is told."""
WAYS = tuple(key for kind, channel in CHANNELS.items() for key in (kind, channel.beside) if key)
T = TypeVar("T")
Pairs = list[tuple[T | None, T | None]]


class DiffError(Exception):
    """What was asked for can't be compared: there is no such revision, or no such file in it."""


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise. With `reach` someone now gets to another step, urgency or contact than before."""

    part: int
    text: str
    walk: str = ""
    help_text: str = ""
    reach: bool = False
    danger: int = 0
    """The lower the worse: the urgency that is gained, less that which is lost."""
    taps: int = 0


class Tap(NamedTuple):
    """The last tap of the shortest walk to a step, its number and where it was made."""

    taps: int
    label: str
    before: str


@dataclass(frozen=True)
class Version:
    """A tree with the contacts beside it, as they were at one time. `name` is the tree's id."""

    name: str
    tree: Tree
    contacts: Mapping[str, Contact]

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
            (tree.no_voice, "(the link for who can’t talk or hear)"),
            (tree.abroad, "(the link for who is abroad)"),
        )
        for root, label in links:
            if not root or root in taps or root not in tree.steps:
                continue
            taps[root] = Tap(bool(label), label, "")
            waiting = deque([root])
            while waiting:
                step_id = waiting.popleft()
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
    def checks(self) -> Mapping[str, str]:
        """The words of every check."""
        return {check.id: check.label for step in self.tree.steps.values() for check in step.checks}

    def condition(self, line: Say) -> str:
        """When a line is said, in words."""
        parts = []
        for key, wanted in (line.when or {}).items():
            if key in self.checks:
                parts.append(f'"{self.checks[key]}" is ticked')
            else:
                step = self.tree.steps.get(key)
                labels = {choice.id: choice.label for choice in step.choices} if step else {}
                said = " or ".join(f'"{labels.get(word, word)}"' for word in wanted)
                parts.append(f"someone said {said} at {self.title(key)}")
        return f"when {' and '.join(parts)}" if parts else "always"


def _reordered(pairs: Pairs[T], new: Sequence[T]) -> bool:
    """Whether those that stayed stand in another order."""
    stayed = [id(after) for before, after in pairs if before and after]
    place = {identity: n for n, identity in enumerate(map(id, new))}
    return stayed != sorted(stayed, key=lambda identity: place[identity])


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
        new_ids = {step: step for step in old.steps if step in new.steps}
        taken = set(new_ids)
        for step in old.steps:
            to = new.moved.get(step, "")
            if step not in new_ids and to in new.steps and to not in taken:
                new_ids[step] = to
                taken.add(to)
        return new_ids

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

        A key of None finds nothing. What went has no new beside it; what is new has no old and comes last.
        """
        left, right, matched = dict(enumerate(old)), dict(enumerate(new)), dict[int, T]()
        for key in keys:
            waiting = defaultdict[object, deque[int]](deque)
            for n, item in right.items():
                waiting[key(self.current, item)].append(n)
            for n, item in list(left.items()):
                wanted = key(self, item)
                if wanted is not None and waiting[wanted]:
                    matched[n] = right.pop(waiting[wanted].popleft())
                    del left[n]
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
    def checks(self) -> Mapping[str, str]:
        """The ids of the old checks, by their ids of now: that which has the same words, else the same id."""
        named = {label: check for check, label in self.new.checks.items()}
        return {
            check: check if self.new.checks.get(check) == label else
            named.get(label, check if check in self.new.checks else f"{check} gone")
            for check, label in self.old.checks.items()
        }  # fmt: skip

    def when_said(self, line: Say) -> object:
        """When an old line is said, by the names of now."""
        return frozenset(
            ("check", self.checks[key], frozenset(wanted))
            if key in self.checks
            else ("step", self.mapped(key), frozenset(self.answers.get((key, id_), f"{id_} nowhere") for id_ in wanted))
            for key, wanted in (line.when or {}).items()
        )

    def change(
        self, part: int, step: str, text: str, *label: str, help_text: str = "", reach: bool = False, danger: int = 0
    ) -> Change:
        """A change at a step of now, or at the choice `label` there."""
        return Change(part, text, self.new.walk(step, *label), help_text, reach, danger, self.new.taps(step))

    def at(self, part: int, step: str, text: str, *, reach: bool = False, danger: int = 0) -> Change:
        """The same with the title of the step before the text."""
        return self.change(part, step, f"at {self.new.title(step)} {text}", reach=reach, danger=danger)

    def others(self, part: int, step: str, before: Model, after: Model, of: str = "") -> Iterator[Change]:
        """The keys that are otherwise and are told in no words of their own."""
        if keys := _other_keys(before, after):
            yield self.at(part, step, f"changed{of}: {', '.join(keys)}")


def _less(danger: int) -> str:
    return "less urgent: " if danger < 0 else "more urgent: " if danger > 0 else ""


def _root_changes(diff: TreeDiff) -> Iterator[Change]:
    """Where walks begin, and where the links of every page lead."""
    for key, words in ROOTS.items():
        old_goal, new_goal = getattr(diff.old.tree, key), getattr(diff.new.tree, key)
        if diff.mapped(old_goal) != diff.current.mapped(new_goal):
            danger = diff.new.urgency(new_goal) - diff.old.urgency(old_goal)
            text = f"{_less(danger)}{words} {diff.instead(old_goal, new_goal)}"
            yield Change(GOALS, text, help_text=diff.help_change(old_goal, new_goal), reach=True, danger=danger)
    if diff.old.tree.urgent != diff.new.tree.urgent:
        words = "now hold" if diff.new.tree.urgent else "no longer hold"
        yield Change(GOALS, f"the safety rules for urgent trees {words}")


def _goal_changes(diff: TreeDiff) -> Iterator[Change]:
    """Where every choice leads, and which there are."""
    old, new = diff.old, diff.new
    for old_id, new_id, before, _ in diff.steps:
        where = f"at {new.title(new_id)}"
        careful = max((old.urgency(old.goal(choice.go)) for choice in before.choices), default=0)
        for was, now in diff.choices[old_id]:
            if was and now:
                goals = old.goal(was.go), new.goal(now.go)
                said = f'"{now.label}"' + (f' (before: "{was.label}")' if was.label != now.label else "")
                if diff.mapped(goals[0]) != diff.current.mapped(goals[1]):
                    danger = new.urgency(goals[1]) - old.urgency(goals[0])
                    text = f"{_less(danger)}someone who says {said} {where} now reaches {diff.instead(*goals)}"
                    help_text = diff.help_change(*goals)
                    yield diff.change(GOALS, new_id, text, now.label, help_text=help_text, reach=True, danger=danger)
                if was.kind != now.kind:
                    kinds = f"{CHOICE_KINDS[now.kind]} instead of {CHOICE_KINDS[was.kind]}"
                    yield diff.at(GOALS, new_id, f"{said} is now {kinds}")
            elif was:
                goal = old.goal(was.go)
                text = f'someone can no longer say "{was.label}" {where}, which led to {old.title(goal)}'
                help_text = f"there was: {old.help_at(goal)}"
                yield diff.change(GOALS, new_id, text, help_text=help_text, reach=True, danger=-old.urgency(goal))
            elif now:
                goal = new.goal(now.go)
                text = f'someone can now say "{now.label}" {where}, which leads to {new.title(goal)}'
                help_text, danger = f"there: {new.help_at(goal)}", new.urgency(goal) - careful
                yield diff.change(GOALS, new_id, text, now.label, help_text=help_text, reach=True, danger=danger)


def _outcome_changes(diff: TreeDiff) -> Iterator[Change]:
    """How urgent a step is, whether a walk may end there, and the steps that are new."""
    for old_id, new_id, before, after in diff.steps:
        if before.urgency != after.urgency:
            danger = diff.new.urgency(new_id) - diff.old.urgency(old_id)
            urgencies = f"{after.urgency or 'none'} instead of {before.urgency or 'none'}"
            text = f"{_less(danger)}at {diff.new.title(new_id)} the urgency is now {urgencies}"
            yield diff.change(GOALS, new_id, text, reach=True, danger=danger)
        if before.outcome != after.outcome:
            words = "a walk may now end" if after.outcome else "a walk may no longer end"
            yield diff.at(GOALS, new_id, words, reach=True, danger=0 if after.outcome else -1)
    stayed = set(diff.new_ids.values())
    for step in (step for step in diff.new.tree.steps if step not in stayed):
        text, help_text = f'there is a new step "{step}", {diff.new.title(step)}', f"there: {diff.new.help_at(step)}"
        yield diff.change(GOALS, step, text, help_text=help_text, danger=len(URGENCIES))


def _step_contact_changes(diff: TreeDiff) -> Iterator[Change]:
    """The contacts that a step shows, their size and their order."""
    for _, step_id, before, after in diff.steps:
        old_shown, new_shown = (
            [(key, contact) for key in ("contacts", "also") for contact in getattr(step, key)]
            for step in (before, after)
        )
        pairs = diff.pairs(old_shown, new_shown, lambda _, shown: shown, lambda _, shown: shown[1])
        for was, now in pairs:
            if was and not now:
                yield diff.at(REACH, step_id, f"the contact {diff.old.contact(was[1])} is gone", reach=True, danger=-1)
            elif now and not was:
                yield diff.at(REACH, step_id, f"the contact {diff.new.contact(now[1])} is new", reach=True, danger=1)
            elif was and now and was[0] != now[0]:
                size, danger = ("large", 1) if now[0] == "contacts" else ("small", -1)
                text = f"the contact {diff.new.contact(now[1])} is now {size}"
                yield diff.at(REACH, step_id, text, reach=True, danger=danger)
        same_size: Pairs[tuple[str, str]] = [(was, now) for was, now in pairs if was and now and was[0] == now[0]]
        if _reordered(same_size, new_shown):
            names = ", ".join(diff.new.contact_name(contact) for _, contact in new_shown)
            yield diff.at(REACH, step_id, f"the contacts now stand in the order {names}", reach=True)


def _value(value: Any) -> str:
    if isinstance(value, Hours):
        return f"{value.days} {value.open} to {value.close} {value.zone}"
    return ", ".join(value) if isinstance(value, tuple) and value else str(value or "none")


def _contact_words(was: Contact, now: Contact) -> Iterator[str]:
    for key in Contact.model_fields:
        old_value, new_value = getattr(was, key), getattr(now, key)
        if old_value != new_value and key == "about":
            yield "other words about it"
        elif old_value != new_value:
            yield f"{key} {_value(new_value)} instead of {_value(old_value)}"


def _contact_changes(diff: TreeDiff) -> Iterator[Change]:
    """The contacts of contacts.yaml and all that stands there about them."""
    old, new = diff.old, diff.new
    for contact_id in dict.fromkeys((*old.contacts, *new.contacts)):
        was, now = old.contacts.get(contact_id), new.contacts.get(contact_id)
        if was == now:
            continue
        if was and now:
            offered = now.offered(diff.day) - was.offered(diff.day)
            words = [
                *_contact_words(was, now),
                *{-1: ["it is no longer shown"], 1: ["it is shown again"]}.get(offered, ()),
            ]
            text = f'the contact "{now.name}" now has {"; ".join(words)}'
            reach = bool(offered) or any(getattr(was, way) != getattr(now, way) for way in WAYS)
            danger = offered or (-1 if reach else 2)
        else:
            text = (
                f"the contact {new.contact(contact_id)} is new in"
                if now
                else f"the contact {old.contact(contact_id)} is gone from"
            )
            text, reach, danger = f"{text} contacts.yaml", True, 1 if now else -1
        steps = new.shown.get(contact_id)
        if steps:
            text += f" ({len(steps)} step{'s show' if len(steps) > 1 else ' shows'} it)"
            yield diff.change(REACH, steps[0], text, reach=reach, danger=danger)
        else:
            yield Change(REACH, f"{text} (no step shows it)", danger=danger)


def _when(version: Version, line: Say) -> str:
    return f" ({version.condition(line)})" if line.when else ""


def _line_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is said at a step, and when."""
    old, new = diff.old, diff.new
    for _, step_id, before, after in diff.steps:
        pairs = diff.pairs(
            before.say,
            after.say,
            lambda side, line: (line.line, side.when_said(line), line.if_),
            lambda _, line: line.line,
            lambda side, line: (side.when_said(line), line.if_),
            lambda side, line: line.when and side.when_said(line),
        )
        for was, now in pairs:
            if was and not now:
                yield diff.at(LINES, step_id, f'the line "{was.line}" is gone{_when(old, was)}', danger=-1)
            elif now and not was:
                yield diff.at(LINES, step_id, f'the line "{now.line}" is new{_when(new, now)}', danger=1)
            elif was and now:
                if was.line != now.line:
                    text = f'the line is now "{now.line}" instead of "{was.line}"{_when(new, now)}'
                    yield diff.at(LINES, step_id, text)
                if diff.when_said(was) != diff.current.when_said(now):
                    text = f'the line "{now.line}" is now said {new.condition(now)} instead of {old.condition(was)}'
                    yield diff.at(LINES, step_id, text)
                if was.if_ != now.if_:
                    words = " instead of ".join(f'"{line.if_}"' if line.if_ else "nothing" for line in (now, was))
                    yield diff.at(LINES, step_id, f'before the line "{now.line}" now stands {words}')
                yield from diff.others(LINES, step_id, was, now, f' of the line "{now.line}"')
        if _reordered(pairs, after.say):
            yield diff.at(LINES, step_id, "the lines to say stand in another order")


def _check_changes(diff: TreeDiff) -> Iterator[Change]:
    """What can be ticked at a step."""
    for _, step_id, before, after in diff.steps:
        pairs = diff.pairs(before.checks, after.checks, lambda side, check: side.checks[check.id])
        for was, now in pairs:
            if was and not now:
                yield diff.at(LINES, step_id, f'the tick "{was.label}" is gone', danger=-1)
            elif now and not was:
                yield diff.at(LINES, step_id, f'the tick "{now.label}" is new', danger=1)
            elif was and now:
                if was.label != now.label:
                    yield diff.at(LINES, step_id, f'the tick "{was.label}" is now worded "{now.label}"')
                if was.group != now.group:
                    groups = f"{now.group or 'none'} instead of {was.group or 'none'}"
                    yield diff.at(LINES, step_id, f'the tick "{now.label}" now has the group {groups}')
                yield from diff.others(LINES, step_id, was, now, f' of the tick "{now.label}"')
        if _reordered(pairs, after.checks):
            yield diff.at(LINES, step_id, "the ticks stand in another order")


def _link_changes(diff: TreeDiff) -> Iterator[Change]:
    """What a link to a step opens, that someone has kept or printed."""
    old, new = diff.old.tree, diff.new.tree
    for step in dict.fromkeys((*old.steps, *old.moved, *old.removed)):
        before = step if step in old.steps else old.moved.get(step)
        after = step if step in new.steps else new.moved.get(step)
        if (after is not None and diff.mapped(before) == after) or (before is None and step in new.removed):
            continue
        name = f'a link to "{step}"' + (f" ({diff.old.title(before)})" if before else "")
        if after is not None:
            yield Change(LINKS, f"{name} now opens {diff.new.title(after)}", reach=True)
        elif step in new.removed:
            yield Change(LINKS, f"{name} now says that the step is gone", reach=True)
        else:
            text = f"{name} breaks: the step is gone, and neither moved nor removed names it"
            yield Change(LINKS, text, reach=before is not None, danger=-1)


def _other_keys(before: Model, after: Model) -> list[str]:
    (told_keys,) = (keys for model, keys in TOLD_KEYS.items() if isinstance(before, model))
    keys = (key for key in type(before).model_fields if key not in told_keys)
    return [key for key in keys if getattr(before, key) != getattr(after, key)]


def _word_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is only worded otherwise."""
    if keys := _other_keys(diff.old.tree, diff.new.tree):
        yield Change(WORDS, f"of the tree changed: {', '.join(keys)}")
    for old_id, new_id, before, after in diff.steps:
        if before.title != after.title:
            yield diff.at(WORDS, new_id, f'the title was "{before.title}"')
        for was, now in diff.choices[old_id]:
            if was and now and was.label != now.label:
                yield diff.at(WORDS, new_id, f'the choice "{was.label}" is now worded "{now.label}"')
            if was and now and was.because != now.because:
                yield diff.at(WORDS, new_id, f'the reason of the choice "{now.label}" is worded otherwise')
            if was and now:
                yield from diff.others(WORDS, new_id, was, now, f' of the choice "{now.label}"')
        if _reordered(diff.choices[old_id], after.choices):
            yield diff.at(WORDS, new_id, "the choices stand in another order")
        yield from diff.others(WORDS, new_id, before, after)


KINDS_OF_CHANGE: tuple[Callable[[TreeDiff], Iterator[Change]], ...] = (
    _root_changes, _goal_changes, _outcome_changes, _step_contact_changes, _contact_changes, _line_changes,
    _check_changes, _link_changes, _word_changes,
)  # fmt: skip


def compare(old: Version, new: Version, day: datetime.date) -> list[Change]:
    """All that is otherwise in `new`, the gravest first and then the nearest to the start.

    The day tells which contacts are past their date. It takes about as long as reading the two files.
    """
    diff = TreeDiff(old, new, day)
    changes = chain.from_iterable(kind(diff) for kind in KINDS_OF_CHANGE)
    return sorted(changes, key=lambda change: (change.part, change.danger, change.taps))


def describe(changes: Iterable[Change]) -> str:
    """The changes as a reviewer reads them, or that there is none."""
    lines = []
    for part, group in groupby(changes, key=lambda change: change.part):
        lines.append(f"{HEADINGS[part]}:")
        for change in group:
            lines.append(f"  {_one_line(change.text)}")
            lines += [f"    walk: {_one_line(change.walk)}"] * bool(change.walk and part != WORDS)
            lines += [f"    {_one_line(change.help_text)}"] * bool(change.help_text)
    return "\n".join(lines) or "no walk changed"


def _one_line(text: str) -> str:
    """The text on one line, without what would steer the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def read_versions(old: str, new: str) -> tuple[Version, Version]:
    """What the two arguments of `helper diff` name: files, git:REV (of the other file) or git:REV:PATH.

    Raises DiffError, and ContentError where a tree or its contacts can't be read.
    """
    before, after = collect_errors(lambda: _version(old, new), lambda: _version(new, old))
    return before, after


def _version(argument: str, other_argument: str) -> Version:
    if not argument.startswith(GIT):
        return Version(Path(argument).stem, *load_tree(Path(argument)))
    revision, _, inside = argument.removeprefix(GIT).partition(":")
    folder = Path()
    if not inside:
        if other_argument.startswith(GIT):
            inside = other_argument.removeprefix(GIT).partition(":")[2]
            if not inside:
                raise DiffError(f"name the file too, like {argument}:trees/crisis.yaml")
        elif not (folder := Path(other_argument).parent).is_dir():
            raise DiffError(f'there is no folder "{folder}"')
    prefix = _git(folder, "rev-parse", "--show-prefix")
    if prefix is None:
        raise DiffError(f'the folder "{folder}" is in no git repository')
    commit = None if revision.startswith("-") else _git(folder, "rev-parse", "--verify", f"{revision}^{{commit}}")
    if commit is None:
        raise DiffError(f'git knows no revision "{revision}"')
    path = PurePosixPath(inside or prefix.decode().strip("\n") + Path(other_argument).name)

    def blob(path: PurePosixPath) -> tuple[str, bytes] | None:
        raw = _git(folder, "cat-file", "blob", f"{commit.decode().strip()}:{path}")
        return None if raw is None else (f"{revision}:{path}", raw)

    tree = blob(path)
    if tree is None:
        raise DiffError(f'there is no file "{path}" in {revision}')
    contacts = next(filter(None, (blob(parent / CONTACTS) for parent in path.parents)), None)
    return Version(path.stem, *load_bytes(tree, contacts or _built_in()))


def _built_in() -> tuple[str, bytes]:
    path = data_dir("trees") / CONTACTS
    return show(path), path.read_bytes()


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says, or None where it fails."""
    try:
        result = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise DiffError("git is not installed") from None
    return result.stdout if result.returncode == 0 else None
