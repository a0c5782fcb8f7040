"""A step: one screen of a guide."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markupsafe import Markup

from helper import texting
from helper.answers import switch
from helper.catalog import Foreign
from helper.interface import LANGUAGE, interface_for
from helper.qr import qr
from helper.site import KIOSK, WEB, Site
from helper.views.choice import ChoiceView, choice_view, step_link
from helper.views.contact import ALWAYS, ContactView, Message, SourceView, contact_views, source_views, with_versions
from helper.views.frame import frame
from helper.views.team import LocalView, WhereView, local, team_sources, where
from helper.views.words import LineView, OtherWords, Speaker, TopicView, other_words
from helper.walks import choice_keys, target

MOST_ASIDES = 4
"""More than these fold under one line."""
markdown = MarkdownIt("zero").enable(["emphasis", "list"])
"""Paragraphs, lists and emphasis. HTML, links and images stay text."""


@dataclass(frozen=True)
class DeskView:
    """What a step on a kiosk says of the people who work where it stands."""

    line: str
    hours: str | None
    phone: str | None


@dataclass(frozen=True)
class StepView:
    """What `_step.html` shows."""

    id: str
    title: str
    partial: str
    outcome: bool
    urgency: str | None
    urgency_words: str | None
    text: Markup | None
    contacts: tuple[ContactView, ...]
    hidden: int
    where: WhereView | None
    local: tuple[LocalView, ...]
    """What is so in the place."""
    phone: str | None
    first: tuple[LineView, ...]
    others: tuple[OtherWords, ...]
    """What is said first in place of it, by what is known."""
    switch: TopicView | None
    picked: tuple[str, ...]
    kept: tuple[TopicView, ...]
    """Topics of which the chosen sentences stand here, and which are not asked."""
    do: tuple[str, ...]
    show: str | None
    asked: tuple[TopicView, ...]
    say: tuple[LineView, ...]
    speaks: str | None
    """What a text says first where the page is not in English: the language of its reader; and what a caller says."""
    please: str | None
    sheet: str | None
    """The address of the sheet to fill in."""
    worse: tuple[ChoiceView, ...]
    ask: str | None
    choices: tuple[ChoiceView, ...]
    asides: tuple[ChoiceView, ...]
    folded: tuple[ChoiceView, ...]
    also: tuple[ContactView, ...]
    more: tuple[tuple[str, Markup], ...]
    why: str | None
    sources: tuple[SourceView, ...]
    left: int
    partly: bool
    """Whether some of it stands in another language than the page."""
    draft: bool
    edited: str
    share: str
    """The address of its page to share it."""
    private: bool
    address: str | None
    """On a kiosk, the whole address to carry the step away; and as a QR code."""
    qr: Markup | None
    desk: DeskView | None
    """On an urgent step of a kiosk, who is near; and the lines for people who can't talk or hear."""
    no_voice: tuple[ContactView, ...]


def page(site: Site, day: datetime.date, tree_id: str, step_id: str) -> str:
    """A step as a whole page."""
    view = step_view(site, day, tree_id, step_id)
    return site.render("step.html", view, frame(site, view.title, tree_id, (tree_id, step_id)))


def partial(site: Site, day: datetime.date, tree_id: str, step_id: str) -> str:
    """A step without the page around it. It stands in the page word for word."""
    return site.render("_step.html", step_view(site, day, tree_id, step_id))


# It is long because a step has so many keys, each of which has a line of its own here.
def step_view(site: Site, day: datetime.date, tree_id: str, step_id: str) -> StepView:
    """The step as its template shows it on `day`."""
    tree = site.shown.trees[tree_id]
    step = tree.steps[step_id]
    written = site.content.trees[tree_id].steps[step_id]
    language = None if site.language == LANGUAGE else interface_for(LANGUAGE).name(site.language)
    speaks = texting.speaks(language) if language else None
    named = with_versions(site, step.contacts, day)
    others = (*step.contacts, *with_versions(site, step.also, day), *step.also)
    also = [contact_id for contact_id in dict.fromkeys(others) if contact_id not in named]
    contacts = contact_views(site, named, day, _messages(site, tree_id, step_id, speaks))
    speaker = Speaker(site, tree_id, sends=any(contact.said for contact in contacts))
    first = speaker.first(step, written)
    # Where each option has a text of its own, the one that is tapped chooses the words.
    has_texts = any(way.option for contact in contacts for way in contact.ways)
    switch_id = None if has_texts else switch(written, site.content.topics)
    asides, folded = _asides(site, tree_id, step_id)
    pressing = site.mode == KIOSK and step.urgency in ("urgent", "emergency")
    address = _carried(site, tree_id, step_id) if site.mode == KIOSK else None
    return StepView(
        id=f"{tree_id}/{step_id}",
        title=step.title,
        partial=step_link(site, tree_id, step_id).partial,
        outcome=step.outcome,
        urgency=step.urgency,
        urgency_words=site.words.urgency(step.urgency) if step.urgency else None,
        text=html(step.text) if step.text else None,
        contacts=contacts,
        hidden=len(named) - len(contacts),
        where=where(site, tree_id, step_id),
        local=local(site, tree_id, step_id, day),
        phone=step.phone,
        first=first,
        others=other_words(first),
        switch=next(iter(speaker.topics((switch_id,) if switch_id else ())), None),
        picked=step.picked,
        kept=speaker.topics(topic_id for topic_id in step.picked if topic_id not in step.asked),
        do=step.do,
        show=step.show,
        asked=speaker.topics(step.asked),
        say=speaker.lines(step.say, written.say),
        speaks=speaks,
        please=f"{language}, please." if language else None,
        sheet=site.url("about", step.sheet) if step.sheet and site.mode != KIOSK else None,
        worse=_choices(site, tree_id, step_id, "worse"),
        ask=step.ask,
        choices=_choices(site, tree_id, step_id, None, "unsure", "refused"),
        asides=asides,
        folded=folded,
        also=contact_views(site, also, day),
        more=tuple((block.title, html(block.text)) for block in step.more),
        why=step.why,
        # None may lead away from a call.
        sources=source_views(site, (*step.sources, *team_sources(site, step, day)), links=step.phone is None),
        left=site.questions_left[tree_id, step_id],
        partly=any(isinstance(text, Foreign) for _, text in step.texts()),
        draft=tree.reviewed is None,
        edited=site.words.day(tree.edited),
        share=site.url(tree_id, step_id, "share"),
        private=step.private,
        address=address,
        qr=qr(address) if address else None,
        desk=_desk(site) if pressing else None,
        no_voice=_no_voice(site, day, (*named, *also, *ALWAYS)) if pressing else (),
    )


def html(text: str) -> Markup:
    """The text as HTML, with its language where that is not the page's."""
    rendered = Markup(markdown.render(text))
    return Markup('<div lang="{}">{}</div>').format(text.lang, rendered) if isinstance(text, Foreign) else rendered


def _messages(site: Site, tree_id: str, step_id: str, speaks: str | None) -> tuple[Message, ...]:
    """The texts to 911 that a step can begin: one for each option of its switch, where it has one."""
    step, topics = site.content.trees[tree_id].steps[step_id], site.content.topics
    if not step.first or site.mode == KIOSK:
        return ()
    switch_id = switch(step, topics)
    if not switch_id:
        return (Message("", "", "", texting.message(step, tree_id, {}, topics, speaks)),)
    options = site.shown.topics[switch_id].options
    return tuple(
        Message(
            switch_id, option.id, option.tap, texting.message(step, tree_id, {switch_id: (option.id,)}, topics, speaks)
        )
        for option in options
    )


def _choices(site: Site, tree_id: str, step_id: str, *kinds: str | None) -> tuple[ChoiceView, ...]:
    step = site.shown.trees[tree_id].steps[step_id]
    keys = choice_keys(tree_id, step)
    return tuple(
        choice_view(site, tree_id, choice, key)
        for choice, key in zip(step.choices, keys, strict=True)
        if choice.kind in kinds
    )


def _asides(site: Site, tree_id: str, step_id: str) -> tuple[tuple[ChoiceView, ...], tuple[ChoiceView, ...]]:
    """The asides that are shown, and those that fold: many would stand between the call button and the words to say.

    Those for readers who can't use the numbers at all are never folded away.
    """
    asides = _choices(site, tree_id, step_id, "aside")
    if len(asides) <= MOST_ASIDES:
        return asides, ()
    tree = site.content.trees[tree_id]
    always = {site.url(*target(tree_id, go)) for go in (tree.no_voice, tree.abroad) if go}
    return (
        tuple(aside for aside in asides if aside.href in always),
        tuple(aside for aside in asides if aside.href not in always),
    )


def _carried(site: Site, tree_id: str, step_id: str) -> str | None:
    """The address by which a step on a kiosk goes on a phone of one's own: the first page, where the step is
    private."""
    web = site.edition(site.language, site.place, WEB)
    return web.public() if site.content.trees[tree_id].steps[step_id].private else web.public(tree_id, step_id)


def _desk(site: Site) -> DeskView:
    kiosk = site.settings.kiosk
    line = kiosk.desk.get(site.language) or site.words.gettext("Tell someone who works here now.")
    return DeskView(line, kiosk.desk_hours.get(site.language), kiosk.desk_phone)


def _no_voice(site: Site, day: datetime.date, without: Iterable[str]) -> tuple[ContactView, ...]:
    """The lines for people who can't talk or hear, but for those that stand on the page anyhow."""
    if site.home.no_voice is None:
        return ()
    step = site.home.steps[site.home.no_voice]
    contact_ids = with_versions(site, (*step.contacts, *step.also), day)
    return contact_views(site, [name for name in contact_ids if name not in without], day)
