"""Who stands behind the guide, what it keeps, how it was tested, and from what it is; and what the quick exit hides."""

import datetime
from dataclasses import dataclass

from helper.model.settings import Operator
from helper.model.tree import Tree
from helper.site import Site
from helper.views.contact import ContactView, SourceView, contact_view, offering, source_views
from helper.views.frame import frame


@dataclass(frozen=True)
class GuideView:
    """A guide, as the About page lists it."""

    title: str
    href: str
    draft: bool
    signed: str
    """Who has checked it, and when. Empty while nobody has."""
    edited: str
    review_by: str
    late: bool
    """Whether the day on which it was to be read again has passed."""


@dataclass(frozen=True)
class AboutView:
    """What `about.html` shows."""

    urgent: bool
    """Whether the guide of the first page is for people in danger."""
    operator: Operator | None
    report: str | None
    """The address of the link by which readers report a mistake."""
    guides: tuple[GuideView, ...]
    contacts: tuple[ContactView, ...]
    sources: tuple[SourceView, ...]


def page(site: Site, day: datetime.date) -> str:
    """The page about the guide."""
    offered = ((name, offering(site, name, day)) for name in site.shown.contacts)
    operator = site.settings.operator
    contact = operator.contact if operator else None
    guides = dict.fromkeys((site.settings.home, *site.shown.trees))
    view = AboutView(
        urgent=site.home.urgent,
        operator=operator,
        report=f"mailto:{contact}" if contact and not contact.startswith("https:") else contact,
        guides=tuple(_guide(site, name, site.shown.trees[name], day) for name in guides),
        contacts=tuple(contact_view(edition, name) for name, edition in offered if edition),
        sources=source_views(site, site.content.sources),
    )
    title = site.words.gettext("About this guide")
    return site.render("about.html", view, frame(site, title, None, ("about",)))


def leaving(site: Site) -> str:
    """The page that tells what the quick exit can't hide."""
    title = site.words.gettext("Leaving this page quickly")
    return site.render("leaving.html", page=frame(site, title, None, ("about", "leaving")))


def _guide(site: Site, tree_id: str, tree: Tree, day: datetime.date) -> GuideView:
    _, review = site.words.gettext, tree.reviewed
    signed = ""
    if review:
        on = site.words.day(review.on)
        signed = _("Checked by %(by)s (%(role)s), %(day)s.", by=review.by, role=review.role, day=on)
    return GuideView(
        title=tree.title,
        href=site.url(tree_id, tree.start),
        draft=review is None,
        signed=signed,
        edited=site.words.day(tree.edited),
        review_by=site.words.day(tree.review_by),
        late=tree.review_by < day,
    )
