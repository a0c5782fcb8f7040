"""A tree on paper for who must say yes to it: every step with its facts, sources and dates, and room to sign."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from helper import data_dir
from helper.answers import sets
from helper.check import Report
from helper.diff.version import Version
from helper.graph import lay_out
from helper.interface import LANGUAGE
from helper.model.fields import Model
from helper.model.tree import Choice, Line, More, Option, Step, Topic, Tree, Variant
from helper.problem import explain
from helper.reading import grade, hard_words
from helper.site import Site
from helper.views.contact import ContactView, SourceView, contact_view, source_views
from helper.views.step import StepView, step_view
from helper.walks import target

LAID_OUT: Mapping[type[Model], set[str]] = {
    Step: {
        *("title", "text", "why", "ask", "urgency", "contacts", "also"),
        *("phone", "first", "picked", "do", "show", "asked", "say"),
        *("more", "sheet", "choices", "sources", "silence"),
    },
    Choice: {"label", "go", "id", "kind", "sets", "because"},
    Line: {"line", "instead"},
    Variant: {"when", "line"},
    Topic: {"ask", "choose", "options", "lines"},
    Option: {"id", "tap", "line", "instead"},
    More: {"title", "text"},
}
"""The keys that `review.html` has a place for; and `id`: who asks for it is told by words."""


def rest(part: Model) -> Mapping[str, tuple[Any, str]]:
    """All other keys of a step, of a topic, or of what stands in their lists: each with its value and what it means."""
    (laid_out,) = (keys for model, keys in LAID_OUT.items() if isinstance(part, model))
    keys = part.model_dump(mode="json", exclude_defaults=True, exclude=laid_out)
    return {key: (value, type(part).model_fields[key].description or "") for key, value in keys.items()}


@dataclass(frozen=True)
class ReviewStep:
    """A step as a reviewer reads it. Numbers are those of the map."""

    number: int
    kind: str
    words: str
    step: Step
    view: StepView
    grade: float
    hard: tuple[str, ...]
    choices: tuple[tuple[Choice, str, int, str], ...]
    """Each choice with what it makes known, and the number and title of the step that it leads to."""
    sources: tuple[int, ...]
    """The numbers of its sources."""


@dataclass(frozen=True)
class ReviewTopic:
    """A topic of which steps show words, under a letter, with the numbers of those steps."""

    letter: str
    topic: Topic
    steps: tuple[int, ...]


@dataclass(frozen=True)
class ReviewContact:
    """A contact that the tree names, with the day on which it goes from the page."""

    view: ContactView
    expires: str
    offered: bool


@dataclass(frozen=True)
class ReviewView:
    """What `review.html` shows."""

    lang: str
    css: Markup
    file: str
    tree: Tree
    day: str
    edited: str
    review_by: str
    signed: str | None
    steps: tuple[ReviewStep, ...]
    topics: Mapping[str, ReviewTopic]
    """By id, in the order in which the steps show them."""
    contacts: tuple[ReviewContact, ...]
    sources: tuple[tuple[SourceView, str | None], ...]
    """Each source with its note."""
    coverage: str
    warnings: tuple[str, ...]
    silenced: tuple[tuple[ReviewStep, str, str], ...]
    """The rules that need not hold on a step, with the reason."""


def review(site: Site, tree_id: str, report: Report, day: datetime.date) -> str:
    """A page of HTML that needs nothing else. `report` is that of the tree's own file, and has no errors."""
    tree = site.content.trees[tree_id]
    version = Version(tree_id, tree, site.content.contacts, site.content.topics)
    cards = lay_out(site.content, tree_id).cards
    sources: dict[str, int] = {}
    steps = []
    for step_id, step in sorted(tree.steps.items(), key=lambda pair: cards[tree_id, pair[0]].number):
        text = "\n".join(text for _, text in step.texts())
        card = cards[tree_id, step_id]
        known = (sets(step_id, choice, site.content.topics) for choice in step.choices)
        goals = (cards[target(tree_id, choice.go)] for choice in step.choices)
        steps.append(
            ReviewStep(
                number=card.number,
                kind=card.kind,
                words=site.words.kind(card.kind),
                step=step,
                view=step_view(site, day, tree_id, step_id),
                grade=max(0.0, grade(text, LANGUAGE)),
                hard=tuple(hard_words(text, LANGUAGE)[:8]),
                choices=tuple(
                    (choice, version.known(facts) if facts else "", goal.number, goal.title)
                    for choice, facts, goal in zip(step.choices, known, goals, strict=True)
                ),
                sources=tuple(sources.setdefault(name, len(sources) + 1) for name in step.sources),
            )
        )
    named = dict.fromkeys(name for step in tree.steps.values() for name in (*step.contacts, *step.also))
    table = site.content.contacts
    (coverage,) = report.coverage
    view = ReviewView(
        lang=LANGUAGE,
        css=Markup((data_dir("static") / "review.css").read_text()),
        file=coverage.file,
        tree=tree,
        day=site.words.day(day),
        edited=site.words.day(tree.edited),
        review_by=site.words.day(tree.review_by),
        signed=site.words.day(tree.reviewed.on) if tree.reviewed else None,
        steps=tuple(steps),
        topics=_topics(version, {step_id: cards[tree_id, step_id].number for step_id in tree.steps}),
        contacts=tuple(
            ReviewContact(
                view=contact_view(site, name),
                expires=site.words.day(last) if (last := table[name].expires) else "never",
                offered=table[name].offered(day),
            )
            for name in named
        ),
        sources=tuple(
            (source, site.content.sources[name].note)
            for name, source in zip(sources, source_views(site, sources), strict=True)
        ),
        coverage=coverage.describe().partition(": ")[2],
        warnings=tuple(explain(problem) for problem in report.problems),
        silenced=tuple((step, rule, reason) for step in steps for rule, reason in step.step.silence.items()),
    )
    template = site.templates.get_template("review.html")
    return template.render(view=view, rest=rest, condition=version.condition)


def _topics(version: Version, numbers: Mapping[str, int]) -> Mapping[str, ReviewTopic]:
    """The topics of a tree. `numbers` are those of its steps."""
    steps_of = {topic: tuple(sorted(numbers[step] for step in steps)) for topic, steps in version.asking.items()}
    topics = sorted(steps_of, key=lambda topic: steps_of[topic][0])
    return {topic: ReviewTopic(f"T{n}", version.topics[topic], steps_of[topic]) for n, topic in enumerate(topics, 1)}
