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

from helper.check.calendar import CALENDAR_RULES
from helper.check.calls import CALL_RULES
from helper.check.contacts import CONTACT_RULES
from helper.check.context import CalendarRule, Context, Rule, rule_id
from helper.check.languages import LANGUAGE_RULES
from helper.check.refs import Finding
from helper.check.safety import SAFETY_RULES
from helper.check.stories import STORY_RULES, Coverage, coverage
from helper.check.structure import STRUCTURE_RULES
from helper.check.truth import PHONE_NUMBER, TRUTH_RULES
from helper.check.words import WORD_RULES
from helper.loading.document import MAX_PROBLEMS, no_collecting, show
from helper.loading.folder import PLACES, SETTINGS, Loaded, load, load_settings
from helper.model.content import Content
from helper.problem import ContentError, Problem, nearest

__all__ = [
    "CALENDAR_RULES", "MAX_PROBLEMS", "PHONE_NUMBER", "RULES", "Coverage", "Report", "check_path", "content",
    "problems_at", "problems_in", "report", "severity", "summary", "tried",
]  # fmt: skip


def unknown_silence(context: Context) -> Iterator[Finding]:
    """What a step silences is the name of a rule, and of none that keeps a tree from being walked.

    Wrong:

        silence: {to-many-choices: Each answer needs its own words.}

    Right:

        silence: {many-choices: Each answer needs its own words.}
    """
    never = {rule_id(rule) for rule in NEVER_SILENT} | {rule_id(rule) for rule in CALENDAR_RULES}
    known = {rule_id(rule) for rule in RULES} - never
    for ref in context.steps.values():
        for name in ref.step.silence:
            if name in never:
                message = f'the rule "{name}" can\'t be silenced'
                yield ref.finding(("silence", name), message, "mend it instead", key=True)
            elif name not in known:
                yield ref.finding(("silence", name), f'there is no rule "{name}"', nearest(name, known), key=True)


def idle_silence(context: Context) -> Iterator[Finding]:
    """Warning: a step silences a rule that finds nothing wrong there. The reason is left over from another time.

    Wrong:

        choices: [{label: Next, go: wait}]
        silence: {many-choices: Each answer needs its own words.}

    Right:

        choices: [{label: Next, go: wait}]
    """
    known = {rule_id(rule) for rule in RULES if rule not in NEVER_SILENT}
    for ref in context.steps.values():
        for name in ref.step.silence:
            if name in known - context.unfinished and (ref.node, name) not in context.silenced:
                message = f'the rule "{name}" finds nothing to silence here'
                yield ref.finding(("silence", name), message, "take it out", key=True)


SILENCE_RULES = (unknown_silence, idle_silence)
NEVER_SILENT: tuple[Rule, ...] = (*STRUCTURE_RULES, *CONTACT_RULES, *STORY_RULES, *LANGUAGE_RULES, *SILENCE_RULES)
RULES: tuple[Rule, ...] = (
    *STRUCTURE_RULES, *CONTACT_RULES, *SAFETY_RULES, *CALL_RULES, *WORD_RULES, *TRUTH_RULES,
    *STORY_RULES, *LANGUAGE_RULES, *SILENCE_RULES,
)  # fmt: skip
GROUPS: tuple[tuple[str, tuple[Rule, ...] | tuple[CalendarRule, ...]], ...] = (
    ("Structure", STRUCTURE_RULES),
    ("Contacts", CONTACT_RULES),
    ("Safety", SAFETY_RULES),
    ("Calls", CALL_RULES),
    ("Words", WORD_RULES),
    ("Truth", TRUTH_RULES),
    ("Stories", STORY_RULES),
    ("Languages", LANGUAGE_RULES),
    ("Calendar", CALENDAR_RULES),
    ("Silence", SILENCE_RULES),
)


class Report(NamedTuple):
    """What is wrong, by place, how much of it the authors silenced with a reason, and what the stories pass.

    Only `check_path` works out the last.
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
    return _report_on(day or today(), Context(loaded))


def tried(loaded: Loaded, rules: Iterable[Rule]) -> Report:
    """Try some rules on a set."""
    context = Context(loaded)
    return _gathered(context, ((rule, rule(context)) for rule in rules))


def _report_on(day: datetime.date, context: Context) -> Report:
    plain = ((rule, rule(context)) for rule in RULES)
    return _gathered(context, chain(plain, ((rule, rule(context, day)) for rule in CALENDAR_RULES)))


def _gathered(context: Context, by_rule: Iterable[tuple[Rule | CalendarRule, Iterator[Finding]]]) -> Report:
    """What rules found. No more than MAX_PROBLEMS of a rule are reported: looking for near names takes its time."""
    gathered = Report([], [])
    for rule, findings in by_rule:
        reported = 0
        for finding in findings:
            rule_name = rule_id(rule)
            problem = finding.document.problem(
                finding.path, rule_name, finding.message, finding.help,
                key=finding.key, word=finding.word, severity=severity(rule),
            )  # fmt: skip
            if finding.node and rule not in NEVER_SILENT and rule_name in context.steps[finding.node].step.silence:
                context.silenced.add((finding.node, rule_name))
                gathered.silenced.append(problem)
                continue
            gathered.problems.append(problem)
            reported += 1
            if reported == MAX_PROBLEMS:
                context.unfinished.add(rule_name)
                break
    return Report(sorted(gathered.problems), sorted(gathered.silenced))


def _with_coverage(loaded: Loaded, day: datetime.date | None) -> Report:
    """The report with what the stories pass, which takes another walk of each."""
    context = Context(loaded)
    return _report_on(day or today(), context)._replace(coverage=coverage(context))


def problems_in(loaded: Loaded, day: datetime.date | None = None) -> list[Problem]:
    """The problems of a set on a day, or today, by place."""
    return report(loaded, day).problems


@no_collecting()
def check_path(path: Path, day: datetime.date | None = None, places: Path | None = None) -> Report:
    """The report on a folder of trees, or on one file of it or of its places. `places` is another folder of places.

    Files are checked together. What keeps the others from being read is told for one file too, because then the rules
    could not be tried on it.
    """
    try:
        if path.is_dir():
            return _with_coverage(load(path, places), day)
        path = path.parent.resolve() / path.name
        if path.name == SETTINGS:
            load_settings(path)
            return Report([], [])
        if path.suffix != ".yaml":
            problem = Problem(show(path), 1, 1, "no-tree", "this is no tree", 'the name of a tree ends in ".yaml"')
            return Report([problem], [])
        whole = _with_coverage(load(path.parent.parent if path.parent.name == PLACES else path.parent), day)
    except ContentError as error:
        in_file = [problem for problem in error.problems if problem.file == show(path)]
        return Report(in_file or error.problems, [])
    name = show(path)
    return Report(
        [problem for problem in whole.problems if problem.file == name],
        [problem for problem in whole.silenced if problem.file == name],
        [passed for passed in whole.coverage if passed.file == name],
    )


def problems_at(path: Path) -> list[Problem]:
    """The problems of a folder of trees, or of one file of it."""
    return check_path(path).problems


def summary(problems: list[Problem], silenced: int = 0) -> str:
    """How many errors and warnings there are, in words, and how many were silenced."""
    count = Counter(problem.severity for problem in problems)
    counts = ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind in ("error", "warning") if (n := count[kind]))
    return (counts or "no problems") + (f"; {silenced} silenced" if silenced else "")


def content(folder: Path) -> Content:
    """The content of a folder, for pages to be made from. Raises ContentError when anything in it is wrong."""
    loaded = load(folder)
    if errors := tried(loaded, [rule for rule in RULES if severity(rule) == "error"]).problems:
        raise ContentError(errors)
    return loaded.content
