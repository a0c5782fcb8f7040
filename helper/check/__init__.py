"""The rules that a set of trees must keep, each a generator of what is found.

A rule's name is the code that an author sees. Its docstring is its page in docs/rules.md, which
`python -m helper.check` writes; one that begins with "Warning:" makes warnings. To add a rule, write it in the module
of its group, name it in the tuple there, and put a broken tree into tests/broken. Only the rules of the calendar are
told what day it is, and they are warnings: no day that passes makes an error.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

from helper.check.calendar import CALENDAR
from helper.check.contacts import CONTACTS
from helper.check.languages import LANGUAGES
from helper.check.safety import SAFETY
from helper.check.stories import STORIES, Coverage, coverage
from helper.check.structure import STRUCTURE
from helper.check.subject import CalendarRule, Found, Rule, Subject, code
from helper.check.truth import PHONE_NUMBER, TRUTH
from helper.check.words import WORDS
from helper.loading.document import MAX_PROBLEMS, no_collecting, show
from helper.loading.folder import PLACES, SETTINGS, Loaded, load, load_settings
from helper.model.content import Content
from helper.problem import ContentError, Problem, nearest

__all__ = [
    "CALENDAR", "MAX_PROBLEMS", "PHONE_NUMBER", "RULES", "Coverage", "Report", "check", "content", "look_at",
    "problems_at", "report", "severity", "summary", "tried",
]  # fmt: skip


def unknown_silence(subject: Subject) -> Iterator[Found]:
    """What a step silences is the name of a rule, and of none that keeps a tree from being walked.

    Wrong:

        silence: {to-many-choices: Each answer needs its own words.}

    Right:

        silence: {many-choices: Each answer needs its own words.}
    """
    never = {code(rule) for rule in NEVER_SILENT} | {code(rule) for rule in CALENDAR}
    known = {code(rule) for rule in RULES} - never
    for at in subject.steps.values():
        for name in at.step.silence:
            if name in never:
                yield at.found(("silence", name), f'the rule "{name}" can\'t be silenced', "mend it instead", key=True)
            elif name not in known:
                yield at.found(("silence", name), f'there is no rule "{name}"', nearest(name, known), key=True)


def idle_silence(subject: Subject) -> Iterator[Found]:
    """Warning: a step silences a rule that finds nothing wrong there. The reason is left over from another time.

    Wrong:

        choices: [{label: Next, go: wait}]
        silence: {many-choices: Each answer needs its own words.}

    Right:

        choices: [{label: Next, go: wait}]
    """
    known = {code(rule) for rule in RULES if rule not in NEVER_SILENT}
    for at in subject.steps.values():
        for name in at.step.silence:
            if name in known - subject.unfinished and (at.node, name) not in subject.silenced:
                message = f'the rule "{name}" finds nothing to silence here'
                yield at.found(("silence", name), message, "take it out", key=True)


SILENCE = (unknown_silence, idle_silence)
NEVER_SILENT: tuple[Rule, ...] = (*STRUCTURE, *CONTACTS, *STORIES, *LANGUAGES, *SILENCE)
RULES: tuple[Rule, ...] = (*STRUCTURE, *CONTACTS, *SAFETY, *WORDS, *TRUTH, *STORIES, *LANGUAGES, *SILENCE)
GROUPS: tuple[tuple[str, tuple[Rule, ...] | tuple[CalendarRule, ...]], ...] = (
    ("Structure", STRUCTURE),
    ("Contacts", CONTACTS),
    ("Safety", SAFETY),
    ("Words", WORDS),
    ("Truth", TRUTH),
    ("Stories", STORIES),
    ("Languages", LANGUAGES),
    ("Calendar", CALENDAR),
    ("Silence", SILENCE),
)


class Report(NamedTuple):
    """What is wrong, by place, how much of it the authors silenced with a reason, and what the stories pass.

    Only `look_at` works out the last.
    """

    problems: list[Problem]
    silenced: list[Problem]
    coverage: list[Coverage] = []


def severity(rule: Rule | CalendarRule) -> Literal["error", "warning"]:
    """A warning is for what can wait until the next day: no reader is led wrong by it."""
    return "warning" if (rule.__doc__ or "").startswith("Warning:") else "error"


def today() -> datetime.date:
    """The day on which contacts, sources and trees are looked at. Tests choose another."""
    return datetime.date.today()


def report(loaded: Loaded, day: datetime.date | None = None) -> Report:
    """Try all rules on a set, on a day or today. The errors are the same on every day."""
    return _on(day or today(), Subject(loaded))


def tried(loaded: Loaded, rules: Iterable[Rule]) -> Report:
    """Try some rules on a set."""
    subject = Subject(loaded)
    return _gathered(subject, ((rule, rule(subject)) for rule in rules))


def _on(day: datetime.date, subject: Subject) -> Report:
    plain = ((rule, rule(subject)) for rule in RULES)
    return _gathered(subject, chain(plain, ((rule, rule(subject, day)) for rule in CALENDAR)))


def _gathered(subject: Subject, findings: Iterable[tuple[Rule | CalendarRule, Iterator[Found]]]) -> Report:
    """What rules found. No more than MAX_PROBLEMS of a rule are told: looking for near names takes its time."""
    found = Report([], [])
    for rule, each_found in findings:
        told = 0
        for each in each_found:
            name = code(rule)
            problem = each.document.problem(
                each.path, name, each.message, each.help, key=each.key, word=each.word, severity=severity(rule)
            )  # fmt: skip
            if each.node and rule not in NEVER_SILENT and name in subject.steps[each.node].step.silence:
                subject.silenced.add((each.node, name))
                found.silenced.append(problem)
                continue
            found.problems.append(problem)
            told += 1
            if told == MAX_PROBLEMS:
                subject.unfinished.add(name)
                break
    return Report(sorted(found.problems), sorted(found.silenced))


def _whole(loaded: Loaded, day: datetime.date | None) -> Report:
    """The report with what the stories pass, which takes another walk of each."""
    subject = Subject(loaded)
    return _on(day or today(), subject)._replace(coverage=coverage(subject))


def check(loaded: Loaded, day: datetime.date | None = None) -> list[Problem]:
    """The problems of a set on a day, or today, by place."""
    return report(loaded, day).problems


@no_collecting()
def look_at(path: Path, day: datetime.date | None = None, places: Path | None = None) -> Report:
    """The report on a folder of trees, or on one file of it or of its places. `places` is another folder of places.

    Files are checked together. What keeps the others from being read is told for one file too, because then the rules
    could not be tried on it.
    """
    try:
        if path.is_dir():
            return _whole(load(path, places), day)
        path = path.parent.resolve() / path.name
        if path.name == SETTINGS:
            load_settings(path)
            return Report([], [])
        if path.suffix != ".yaml":
            problem = Problem(show(path), 1, 1, "no-tree", "this is no tree", 'the name of a tree ends in ".yaml"')
            return Report([problem], [])
        found = _whole(load(path.parent.parent if path.parent.name == PLACES else path.parent), day)
    except ContentError as error:
        own = [problem for problem in error.problems if problem.file == show(path)]
        return Report(own or error.problems, [])
    name = show(path)
    return Report(
        [problem for problem in found.problems if problem.file == name],
        [problem for problem in found.silenced if problem.file == name],
        [each for each in found.coverage if each.file == name],
    )


def problems_at(path: Path) -> list[Problem]:
    """The problems of a folder of trees, or of one file of it."""
    return look_at(path).problems


def summary(problems: list[Problem], silenced: int = 0) -> str:
    """How many errors and warnings there are, in words, and how many were silenced."""
    count = Counter(problem.severity for problem in problems)
    words = ", ".join(f"{n} {name}{'s' if n != 1 else ''}" for name in ("error", "warning") if (n := count[name]))
    return (words or "no problems") + (f"; {silenced} silenced" if silenced else "")


def content(folder: Path) -> Content:
    """The content of a folder, for pages to be made from. Raises ContentError when anything in it is wrong."""
    loaded = load(folder)
    if errors := tried(loaded, [rule for rule in RULES if severity(rule) == "error"]).problems:
        raise ContentError(errors)
    return loaded.content
