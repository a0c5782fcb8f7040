"""A whole guide on one page, to print or keep; and as one file that needs nothing else."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from markupsafe import Markup

from helper.graph import Graph, lay_out
from helper.model.tree import Step
from helper.qr import qr
from helper.site import Site
from helper.views.contact import (
    ContactView,
    CrisisBar,
    SourceView,
    contact_views,
    crisis_bar,
    source_views,
    with_versions,
)
from helper.views.frame import frame, is_rtl
from helper.views.step import StepView, step_view
from helper.views.words import Speaker, TopicView
from helper.walks import target


@dataclass(frozen=True)
class PaperChoice:
    """A choice in the guide on one page, with the number, or the guide and title, of the step that it leads to."""

    label: str
    kind: str | None
    goal: str
    href: str | None


@dataclass(frozen=True)
class PaperStep:
    """A step in the guide on one page."""

    number: int
    step: StepView
    sheet: str | None
    """The address of the sheet to fill in."""
    asked: tuple[tuple[str, str], ...]
    """The topics that may be asked, each with its letter and its question."""
    choices: tuple[PaperChoice, ...]


@dataclass(frozen=True)
class PaperView:
    """What `_all.html` shows: the whole guide."""

    css: Mapping[str, str]
    title: str
    about: str | None
    address: str | None
    """Where the guide is on the web, when there is a public address; and as a QR code."""
    qr: Markup | None
    draft: bool
    edited: str
    day: str
    topics: tuple[tuple[str, TopicView], ...]
    """What may be asked, once for all steps, each with its letter."""
    steps: tuple[PaperStep, ...]
    contacts: tuple[ContactView, ...]
    sources: tuple[SourceView, ...]


@dataclass(frozen=True)
class FileView:
    """What `file.html` shows: the whole guide in one file."""

    lang: str
    rtl: bool
    title: str
    style: Markup
    bar: CrisisBar
    paper: PaperView


def page(site: Site, day: datetime.date, tree_id: str) -> str:
    """The whole guide on one page."""
    view = _paper(site, day, tree_id, elsewhere=True)
    return site.render("all.html", view, frame(site, view.title, tree_id, (tree_id, "all")))


def file(site: Site, day: datetime.date, tree_id: str) -> str:
    """The whole guide in one file that needs nothing else, for a stick or a mail."""
    paper = _paper(site, day, tree_id, elsewhere=False)
    style = Markup("\n".join(site.assets[name].body.decode() for name in ("guide.css", "all.css")))
    view = FileView(site.language, is_rtl(site), str(paper.title), style, crisis_bar(site), paper)
    return site.render("file.html", view)


def _paper(site: Site, day: datetime.date, tree_id: str, elsewhere: bool) -> PaperView:
    """The whole guide. With `elsewhere` it links to what is not on the page."""
    tree, graph = site.shown.trees[tree_id], lay_out(site.shown, tree_id, language=site.language)
    step_ids = [step_id for name, step_id in graph.cards if name == tree_id]
    numbers = {step_id: n for n, step_id in enumerate(step_ids, 1)}
    named = dict.fromkeys(name for step in tree.steps.values() for name in (*step.contacts, *step.also))
    cited = dict.fromkeys(name for step in tree.steps.values() for name in step.sources)
    topic_ids = dict.fromkeys(topic_id for step in tree.steps.values() for topic_id in step.asked)
    letters = dict(zip(topic_ids, ascii_uppercase, strict=False))
    address = site.public(tree_id)
    return PaperView(
        css=site.asset("all.css"),
        title=tree.title,
        about=tree.about,
        address=address,
        qr=qr(address) if address else None,
        draft=tree.reviewed is None,
        edited=site.words.day(tree.edited),
        day=site.words.day(day),
        topics=tuple(zip(letters.values(), Speaker(site, tree_id).topics(letters), strict=True)),
        steps=tuple(
            _step(
                numbers[step_id],
                step_view(site, day, tree_id, step_id),
                letters,
                _choices(site, tree_id, tree.steps[step_id], graph, numbers, elsewhere),
                elsewhere,
            )
            for step_id in step_ids
        ),
        contacts=contact_views(site, dict.fromkeys((*with_versions(site, named, day), *named)), day),
        sources=source_views(site, cited),
    )


def _step(
    number: int, step: StepView, letters: Mapping[str, str], choices: tuple[PaperChoice, ...], elsewhere: bool
) -> PaperStep:
    asked = tuple((letters[topic.id], topic.ask) for topic in step.asked)
    return PaperStep(number, step, step.sheet if elsewhere else None, asked, choices)


def _choices(
    site: Site, tree_id: str, step: Step, graph: Graph, numbers: Mapping[str, int], elsewhere: bool
) -> tuple[PaperChoice, ...]:
    choices = []
    for choice in step.choices:
        goal = target(tree_id, choice.go)
        if goal[0] == tree_id:
            number = numbers[goal[1]]
            choices.append(PaperChoice(choice.label, choice.kind, str(number), f"#step-{number}"))
        else:
            title = Markup("{}: {}").format(site.shown.trees[goal[0]].title, graph.cards[goal].title)
            choices.append(PaperChoice(choice.label, choice.kind, title, site.url(*goal) if elsewhere else None))
    return tuple(choices)
