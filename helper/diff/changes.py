"""The kinds of change, each a generator of what is otherwise, in plain words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from helper.diff.matching import Pairs, TreeDiff, reordered
from helper.diff.report import GOALS, LINES, LINKS, REACH, WORDS, Change
from helper.diff.version import WAYS, Version
from helper.model.contacts import Contact, Hours
from helper.model.fields import URGENCIES, Model
from helper.model.tree import Check, Choice, Say, Step, Tree

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
SIZES: Mapping[str | None, tuple[str, int]] = {
    None: ("gone", -1),
    "contacts": ("now large", 1),
    "also": ("now small", -1),
}
"""By the key of a step that names a contact: how that one is shown now, and the danger."""
T = TypeVar("T", Say, Check, Choice)


def _less(danger: int) -> str:
    return "less urgent: " if danger < 0 else "more urgent: " if danger > 0 else ""


def _elsewhere(diff: TreeDiff, old: str | None, new: str | None, words: str, *walk: str) -> Iterator[Change]:
    """The new goal, where it is another one than the old. `walk` says where someone gets to it."""
    if diff.mapped(old) != diff.current.mapped(new):
        danger = diff.new.urgency(new) - diff.old.urgency(old)
        text = f"{_less(danger)}{words} {diff.instead(old, new)}"
        yield diff.change(GOALS, text, *walk, help_text=diff.help_change(old, new), reach=True, danger=danger)


def _root_changes(diff: TreeDiff) -> Iterator[Change]:
    """Where walks begin, and where the links of every page lead."""
    for key, words in ROOTS.items():
        yield from _elsewhere(diff, getattr(diff.old.tree, key), getattr(diff.new.tree, key), words)
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
                said = f'"{now.label}"' + (f' (before: "{was.label}")' if was.label != now.label else "")
                words = f"someone who says {said} {where} now reaches"
                yield from _elsewhere(diff, old.goal(was.go), new.goal(now.go), words, new_id, now.label)
                if was.kind != now.kind:
                    kinds = f"{CHOICE_KINDS[now.kind]} instead of {CHOICE_KINDS[was.kind]}"
                    yield diff.at(GOALS, new_id, f"{said} is now {kinds}")
            elif was:
                goal = old.goal(was.go)
                text = f'someone can no longer say "{was.label}" {where}, which led to {old.title(goal)}'
                help_text = f"there was: {old.help_at(goal)}"
                yield diff.change(GOALS, text, new_id, help_text=help_text, reach=True, danger=-old.urgency(goal))
            elif now:
                goal = new.goal(now.go)
                text = f'someone can now say "{now.label}" {where}, which leads to {new.title(goal)}'
                help_text, danger = f"there: {new.help_at(goal)}", new.urgency(goal) - careful
                yield diff.change(GOALS, text, new_id, now.label, help_text=help_text, reach=True, danger=danger)


def _outcome_changes(diff: TreeDiff) -> Iterator[Change]:
    """How urgent a step is, whether a walk may end there, and the steps that are new."""
    for old_id, new_id, before, after in diff.steps:
        if before.urgency != after.urgency:
            danger = diff.new.urgency(new_id) - diff.old.urgency(old_id)
            urgencies = f"{after.urgency or 'none'} instead of {before.urgency or 'none'}"
            text = f"{_less(danger)}at {diff.new.title(new_id)} the urgency is now {urgencies}"
            yield diff.change(GOALS, text, new_id, reach=True, danger=danger)
        if before.outcome != after.outcome:
            words = "a walk may now end" if after.outcome else "a walk may no longer end"
            yield diff.at(GOALS, new_id, words, reach=True, danger=0 if after.outcome else -1)
    stayed = set(diff.new_ids.values())
    for step in (step for step in diff.new.tree.steps if step not in stayed):
        text, help_text = f'there is a new step "{step}", {diff.new.title(step)}', f"there: {diff.new.help_at(step)}"
        yield diff.change(GOALS, text, step, help_text=help_text, danger=len(URGENCIES))


def _step_contact_changes(diff: TreeDiff) -> Iterator[Change]:
    """The contacts that a step shows, their size and their order."""
    for _, step_id, before, after in diff.steps:
        old_shown, new_shown = (
            [(key, contact) for key in ("contacts", "also") for contact in getattr(step, key)]
            for step in (before, after)
        )
        pairs = diff.pairs(old_shown, new_shown, lambda _, shown: shown, lambda _, shown: shown[1])
        same_size: Pairs[tuple[str, str]] = []
        for was, now in pairs:
            shown = now or was
            if was and now and was[0] == now[0]:
                same_size.append((was, now))
            elif shown:
                words, danger = SIZES[now and now[0]] if was else ("new", 1)
                text = f"the contact {(diff.new if now else diff.old).contact(shown[1])} is {words}"
                yield diff.at(REACH, step_id, text, reach=True, danger=danger)
        if reordered(same_size, new_shown):
            names = ", ".join(diff.new.contact_name(contact) for _, contact in new_shown)
            yield diff.at(REACH, step_id, f"the contacts now stand in the order {names}", reach=True)


def _value(value: Any) -> str:
    if isinstance(value, Hours):
        return f"{value.days} {value.open} to {value.close} {value.zone}"
    return ", ".join(value) if isinstance(value, tuple) and value else str(value or "none")


def _contact_words(was: Contact, now: Contact) -> Iterator[str]:
    for key in Contact.model_fields:
        old_value, new_value = getattr(was, key), getattr(now, key)
        if old_value != new_value:
            instead = f"{key} {_value(new_value)} instead of {_value(old_value)}"
            yield "other words about it" if key == "about" else instead


def _contact_changes(diff: TreeDiff) -> Iterator[Change]:
    """The contacts of contacts.yaml and all that stands there about them."""
    old, new = diff.old, diff.new
    for contact_id in dict.fromkeys((*old.contacts, *new.contacts)):
        was, now = old.contacts.get(contact_id), new.contacts.get(contact_id)
        if was == now:
            continue
        if was and now:
            offered = now.offered(diff.day) - was.offered(diff.day)
            again = {-1: ["it is no longer shown"], 1: ["it is shown again"]}.get(offered, ())
            text = f'the contact "{now.name}" now has {"; ".join((*_contact_words(was, now), *again))}'
            reach = bool(offered) or any(getattr(was, way) != getattr(now, way) for way in WAYS)
            danger = offered or (-1 if reach else 2)
        else:
            version, words, danger = (new, "new in", 1) if now else (old, "gone from", -1)
            text, reach = f"the contact {version.contact(contact_id)} is {words} contacts.yaml", True
        steps = new.shown.get(contact_id, [])
        show = {0: "no step shows", 1: "1 step shows"}.get(len(steps), f"{len(steps)} steps show")
        yield diff.change(REACH, f"{text} ({show} it)", *steps[:1], reach=reach and bool(steps), danger=danger)


def _list_changes(
    diff: TreeDiff, part: int, step: str, pairs: Pairs[T], new: Sequence[T], noun: str, nouns: str,
    differences: Callable[[TreeDiff, T, T], Iterator[str]],
) -> Iterator[Change]:  # fmt: skip
    """What is otherwise in a list of a step of now: what went, what is new, the differences of the rest, the order."""
    for was, now in pairs:
        if was and now:
            yield from (diff.at(part, step, text) for text in differences(diff, was, now))
            yield from _others(diff, part, step, was, now, f" of the {noun} {_quoted(now)}")
        elif was:
            yield diff.at(part, step, f"the {noun} {_quoted(was)} is gone{_when(diff.old, was)}", danger=-1)
        elif now:
            yield diff.at(part, step, f"the {noun} {_quoted(now)} is new{_when(diff.new, now)}", danger=1)
    if reordered(pairs, new):
        yield diff.at(part, step, f"the {nouns} stand in another order")


def _quoted(listed: Say | Check | Choice) -> str:
    return f'"{listed.line if isinstance(listed, Say) else listed.label}"'


def _when(version: Version, listed: Say | Check | Choice) -> str:
    return f" ({version.condition(listed)})" if isinstance(listed, Say) and listed.when else ""


def _line_differences(diff: TreeDiff, was: Say, now: Say) -> Iterator[str]:
    if was.line != now.line:
        yield f'the line is now "{now.line}" instead of "{was.line}"{_when(diff.new, now)}'
    if diff.when_said(was) != diff.current.when_said(now):
        yield f'the line "{now.line}" is now said {diff.new.condition(now)} instead of {diff.old.condition(was)}'
    if was.if_ != now.if_:
        words = " instead of ".join(f'"{line.if_}"' if line.if_ else "nothing" for line in (now, was))
        yield f'before the line "{now.line}" now stands {words}'


def _tick_differences(_: TreeDiff, was: Check, now: Check) -> Iterator[str]:
    if was.label != now.label:
        yield f'the tick "{was.label}" is now worded "{now.label}"'
    if was.group != now.group:
        yield f'the tick "{now.label}" now has the group {now.group or "none"} instead of {was.group or "none"}'


def _choice_differences(_: TreeDiff, was: Choice, now: Choice) -> Iterator[str]:
    if was.label != now.label:
        yield f'the choice "{was.label}" is now worded "{now.label}"'
    if was.because != now.because:
        yield f'the reason of the choice "{now.label}" is worded otherwise'


def _line_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is said at a step, and when."""
    for _, step_id, before, after in diff.steps:
        pairs = diff.pairs(
            before.say,
            after.say,
            lambda side, line: (line.line, side.when_said(line), line.if_),
            lambda _, line: line.line,
            lambda side, line: (side.when_said(line), line.if_),
            lambda side, line: line.when and side.when_said(line),
        )
        yield from _list_changes(diff, LINES, step_id, pairs, after.say, "line", "lines to say", _line_differences)


def _tick_changes(diff: TreeDiff) -> Iterator[Change]:
    """What can be ticked at a step."""
    for _, step_id, before, after in diff.steps:
        pairs = diff.pairs(before.checks, after.checks, lambda side, check: side.checks[check.id])
        yield from _list_changes(diff, LINES, step_id, pairs, after.checks, "tick", "ticks", _tick_differences)


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


def _other_keys(before: Model, after: Model) -> str:
    """The keys that are otherwise and are told in no words of their own."""
    (told_keys,) = (keys for model, keys in TOLD_KEYS.items() if isinstance(before, model))
    keys = (key for key in type(before).model_fields if key not in told_keys)
    return ", ".join(key for key in keys if getattr(before, key) != getattr(after, key))


def _others(diff: TreeDiff, part: int, step: str, before: Model, after: Model, of: str = "") -> Iterator[Change]:
    if keys := _other_keys(before, after):
        yield diff.at(part, step, f"changed{of}: {keys}")


def _word_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is only worded otherwise."""
    if keys := _other_keys(diff.old.tree, diff.new.tree):
        yield Change(WORDS, f"of the tree changed: {keys}")
    for old_id, new_id, before, after in diff.steps:
        if before.title != after.title:
            yield diff.at(WORDS, new_id, f'the title was "{before.title}"')
        stayed = [pair for pair in diff.choices[old_id] if all(pair)]
        yield from _list_changes(diff, WORDS, new_id, stayed, after.choices, "choice", "choices", _choice_differences)
        yield from _others(diff, WORDS, new_id, before, after)


KINDS_OF_CHANGE: tuple[Callable[[TreeDiff], Iterator[Change]], ...] = (
    _root_changes, _goal_changes, _outcome_changes, _step_contact_changes, _contact_changes, _line_changes,
    _tick_changes, _link_changes, _word_changes,
)  # fmt: skip
