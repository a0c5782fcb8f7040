"""What is otherwise in the lists of a step and of a topic: lines, variants, options, choices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from helper.diff.matching import Pairs, TreeDiff, reordered
from helper.diff.report import Change
from helper.diff.version import Version
from helper.model.fields import Model
from helper.model.tree import Choice, Line, Option, Step, Topic, Tree, Variant

TOLD_KEYS: Mapping[type[Model], set[str]] = {
    Tree: {
        *("start", "no_voice", "abroad", "urgent", "moved"),
        *("removed", "steps", "tests", "edited", "review_by"),
    },
    Step: {
        *("title", "urgency", "outcome", "contacts", "also", "phone"),
        *("first", "picked", "do", "asked", "say", "choices"),
    },
    Choice: {"label", "go", "id", "kind", "sets", "because"},
    Line: {"line", "instead"},
    Variant: {"when", "line"},
    Topic: {"ask", "choose", "options", "lines"},
    Option: {"id", "tap", "line", "instead"},
}
"""The keys that are told in words of their own, or not at all. Of others only the name is told."""
Tell = Callable[..., Change]
"""Makes a change of its text and its `danger`."""
T = TypeVar("T", Line, Option, Choice)


class Names(NamedTuple):
    """What one of a list is called, and what more of them are."""

    one: str
    more: str


def other_keys(before: Model, after: Model) -> str:
    """The keys that are otherwise and are told in no words of their own."""
    (told_keys,) = (keys for model, keys in TOLD_KEYS.items() if isinstance(before, model))
    keys = (key for key in type(before).model_fields if key not in told_keys)
    return ", ".join(key for key in keys if getattr(before, key) != getattr(after, key))


def other_changes(tell: Tell, before: Model, after: Model, of: str = "") -> Iterator[Change]:
    """The change of those keys, if there is one. `of` says whose they are."""
    if keys := other_keys(before, after):
        yield tell(f"changed{of}: {keys}")


def list_changes(
    diff: TreeDiff, tell: Tell, pairs: Pairs[T], new: Sequence[T], names: Names,
    differences: Callable[[TreeDiff, T, T], Iterator[str]],
) -> Iterator[Change]:  # fmt: skip
    """What is otherwise in a list: what went, what is new, the differences of the rest, and the order."""
    for was, now in pairs:
        if was and now:
            yield from map(tell, differences(diff, was, now))
            yield from other_changes(tell, was, now, f" of the {names.one} {_quoted(now)}")
        elif was:
            yield tell(f"the {names.one} {_whole(diff.old, was)} is gone", danger=-1)
        elif now:
            yield tell(f"the {names.one} {_whole(diff.new, now)} is new", danger=1)
    if reordered(pairs, new):
        yield tell(f"the {names.more} stand in another order")


def _quoted(listed: Line | Option | Choice) -> str:
    match listed:
        case Line():
            return f'"{listed.line}"'
        case Option():
            return f'"{listed.tap}"'
        case Choice():
            return f'"{listed.label}"'


def _whole(version: Version, listed: Line | Option | Choice) -> str:
    """One of a list, with all that is said for it or in its place."""
    if isinstance(listed, Choice):
        return _quoted(listed)
    said = [f'"{listed.line}"'] if isinstance(listed, Option) and listed.line else []
    said += [f'"{variant.line}" {version.condition(variant.when)}' for variant in listed.instead]
    return _quoted(listed) + (f" ({', '.join(said)})" if said else "")


def _line_differences(name: str, diff: TreeDiff, was: Line, now: Line) -> Iterator[str]:
    if was.line != now.line:
        yield f'the {name} is now "{now.line}" instead of "{was.line}"'
    yield from _variant_differences(diff, f"in place of {_quoted(now)}", was, now)


def option_differences(diff: TreeDiff, was: Option, now: Option) -> Iterator[str]:
    """What is otherwise in an option of a topic."""
    if was.tap != now.tap:
        yield f'the option "{was.tap}" is now worded "{now.tap}"'
    if was.line != now.line:
        said = " instead of ".join(f'"{option.line}"' if option.line else "nothing" for option in (now, was))
        yield f"for {_quoted(now)} is now said {said}"
    yield from _variant_differences(diff, f"for {_quoted(now)}", was, now)


def _variant_differences(diff: TreeDiff, place: str, was: Line | Option, now: Line | Option) -> Iterator[str]:
    """What is otherwise in the variants of a line. `place` says what they stand for."""
    pairs = diff.pairs(
        was.instead,
        now.instead,
        lambda side, variant: (side.when_said(variant.when), variant.line),
        lambda side, variant: side.when_said(variant.when),
        lambda _, variant: variant.line,
    )
    for old, new in pairs:
        old_when, new_when = (
            version.condition(variant.when) if variant else ""
            for version, variant in ((diff.old, old), (diff.new, new))
        )
        if old and new:
            if old.line != new.line:
                yield f'{place} is now said "{new.line}" instead of "{old.line}" {new_when}'
            if diff.when_said(old.when) != diff.current.when_said(new.when):
                yield f'"{new.line}" is now said {place} {new_when} instead of {old_when}'
            if keys := other_keys(old, new):
                yield f'changed of "{new.line}", said {place}: {keys}'
        elif old:
            yield f'"{old.line}" is no longer said {place} {old_when}'
        elif new:
            yield f'"{new.line}" is now said {place} {new_when}'
    if reordered(pairs, now.instead):
        yield f"the variants said {place} stand in another order"


def choice_differences(_: TreeDiff, was: Choice, now: Choice) -> Iterator[str]:
    """What is otherwise in a choice, but for where it leads."""
    if was.label != now.label:
        yield f'the choice "{was.label}" is now worded "{now.label}"'
    if was.because != now.because:
        yield f'the reason of the choice "{now.label}" is worded otherwise'


def line_changes(
    diff: TreeDiff, tell: Tell, old: Sequence[Line], new: Sequence[Line], names: Names
) -> Iterator[Change]:
    """What is otherwise in lines to say."""
    pairs = diff.pairs(
        old,
        new,
        lambda side, line: (line.line, side.variants(line)),
        lambda _, line: line.line,
        lambda side, line: side.variants(line),
    )
    return list_changes(diff, tell, pairs, new, names, partial(_line_differences, names.one))
