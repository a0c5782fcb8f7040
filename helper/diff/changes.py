"""The kinds of change, each a generator of what is otherwise, in plain words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from helper.answers import sets
from helper.diff.listed import (
    Names,
    Tell,
    choice_differences,
    line_changes,
    list_changes,
    option_differences,
    other_changes,
    other_keys,
)
from helper.diff.matching import NO_TOPIC, Pairs, TreeDiff, reordered
from helper.diff.report import GOALS, LINES, LINKS, REACH, WORDS, Change
from helper.diff.version import WAYS
from helper.model.contacts import Contact, Hours
from helper.model.fields import URGENCIES
from helper.model.tree import Line

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
SIZES: Mapping[str | None, tuple[str, int]] = {
    None: ("gone", -1),
    "contacts": ("now large", 1),
    "also": ("now small", -1),
}
"""By the key of a step that names a contact: how that one is shown now, and the danger."""
PHONES = {
    None: "not named",
    "dial": "dialing",
    "talk": "on the call",
    "down": "put down",
}
CHOOSE = {"one": "one option now excludes the others", "any": "each option is now true or not by itself"}
FIRST, SAY = Names("line to say first", "lines to say first"), Names("line", "lines to say")
DO, OPTION = Names("thing to do", "things to do"), Names("option", "options")
CHOICE = Names("choice", "choices")


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


def _step_changes(diff: TreeDiff) -> Iterator[Change]:
    """What someone is told to say and to do at a step, and what they are asked there."""
    for _, step_id, before, after in diff.steps:
        tell = partial(diff.at, LINES, step_id)
        if before.phone != after.phone:
            yield tell(f"the reader’s phone is now {PHONES[after.phone]} instead of {PHONES[before.phone]}")
        yield from line_changes(diff, tell, before.first, after.first, FIRST)
        yield from line_changes(diff, tell, before.say, after.say, SAY)
        before_do, after_do = ([Line(line=text) for text in step.do] for step in (before, after))
        yield from line_changes(diff, tell, before_do, after_do, DO)
        yield from _named_topic_changes(diff, tell, before.asked, after.asked, "the topic", "asked")
        yield from _named_topic_changes(diff, tell, before.picked, after.picked, "the answer to", "said again")


def _named_topic_changes(
    diff: TreeDiff, tell: Tell, before: Sequence[str], after: Sequence[str], what: str, done: str
) -> Iterator[Change]:
    """Which topics a step names, and in what order."""
    old, new = ([(topic,) for topic in topics] for topics in (before, after))
    pairs = diff.pairs(old, new, lambda side, named: side.topics.get(*named, f"{named} nowhere"))
    for was, now in pairs:
        if was and not now:
            yield tell(f"{what} {diff.old.topic(*was)} is no longer {done}", danger=-1)
        elif now and not was:
            yield tell(f"{what} {diff.new.topic(*now)} is now {done}", danger=1)
    if reordered(pairs, new):
        yield tell(f"what is {done} stands in another order")


def _topic_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is said in the topics of which steps show words: told once for all steps."""
    for was_id, now_id in diff.topic_pairs:
        if not now_id or now_id not in diff.new.asking:
            continue
        tell, now = partial(diff.in_topic, now_id), diff.new.topics[now_id]
        was = diff.old.topics[was_id] if was_id and was_id in diff.old.asking else NO_TOPIC
        if was is not NO_TOPIC:
            if was.ask != now.ask:
                yield tell(f'the question was "{was.ask}"')
            if was.choose != now.choose:
                yield tell(CHOOSE[now.choose])
            yield from other_changes(tell, was, now)
        options = diff.options(was, now)
        yield from list_changes(diff, tell, options, now.options, OPTION, option_differences)
        yield from line_changes(diff, tell, was.lines, now.lines, SAY)


def _known_changes(diff: TreeDiff) -> Iterator[Change]:
    """What the answers of a step make known of topics."""
    for old_id, new_id, _, _ in diff.steps:
        for was, now in diff.choices[old_id]:
            if now is None:
                continue
            before = sets(old_id, was, diff.old.topics) if was else {}
            after = sets(new_id, now, diff.new.topics)
            if {diff.fact(*fact) for fact in before.items()} != {diff.current.fact(*fact) for fact in after.items()}:
                known = f"{diff.new.known(after)} instead of {diff.old.known(before)}"
                yield diff.at(LINES, new_id, f'the choice "{now.label}" now makes known: {known}')


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


def _word_changes(diff: TreeDiff) -> Iterator[Change]:
    """What is only worded otherwise."""
    if keys := other_keys(diff.old.tree, diff.new.tree):
        yield Change(WORDS, f"of the tree changed: {keys}")
    for old_id, new_id, before, after in diff.steps:
        if before.title != after.title:
            yield diff.at(WORDS, new_id, f'the title was "{before.title}"')
        stayed = [pair for pair in diff.choices[old_id] if all(pair)]
        tell = partial(diff.at, WORDS, new_id)
        yield from list_changes(diff, tell, stayed, after.choices, CHOICE, choice_differences)
        yield from other_changes(tell, before, after)


KINDS_OF_CHANGE: tuple[Callable[[TreeDiff], Iterator[Change]], ...] = (
    _root_changes, _goal_changes, _outcome_changes, _step_contact_changes, _contact_changes, _step_changes,
    _topic_changes, _known_changes, _link_changes, _word_changes,
)  # fmt: skip
