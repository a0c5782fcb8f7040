"""The page to share a step, or a whole guide from its first step: a link, a QR code, a handout, an embed snippet."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from helper.qr import qr
from helper.site import Site
from helper.views.frame import frame
from helper.views.places import PlaceView, places_inside


@dataclass(frozen=True)
class ShareView:
    """What `share.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    whole: bool
    """Whether it is the whole guide that is shared."""
    guide: str
    title: str
    path: str
    """The address of the step on this website."""
    start: str
    """The address of the page that shares the whole guide."""
    address: str | None
    """The whole address that is shared. None when the settings do not tell where the guide is."""
    message: str
    """What a text or mail says, in an address; and its subject."""
    subject: str
    qr: Markup | None
    code: str
    """The address of the QR code as a file, and the name of the file, without the ending."""
    file: str
    anywhere: str | None
    """The same page without the place."""
    places: tuple[PlaceView, ...]
    frame_ancestors: tuple[str, ...]
    draft: bool
    edited: str
    day: str


def shared(site: Site, tree_id: str, step_id: str) -> str | None:
    """The address that is shared: that of a step, or of the whole guide from its first step."""
    first = step_id == site.content.trees[tree_id].start
    return site.public(tree_id) if first else site.public(tree_id, step_id)


def file_name(site: Site, tree_id: str, step_id: str) -> str:
    """What the QR code of a step is called when it is downloaded, without the ending."""
    return "-".join(("qr", tree_id, step_id, *((site.place,) if site.place else ()), site.language))


def page(site: Site, day: datetime.date, tree_id: str, step_id: str) -> str:
    """The page to share a step."""
    tree = site.shown.trees[tree_id]
    whole = step_id == tree.start
    title, address = tree.title if whole else tree.steps[step_id].title, shared(site, tree_id, step_id)
    parts = (tree_id, step_id, "share")
    view = ShareView(
        css=site.asset("share.css"),
        script=site.asset("share.js"),
        whole=whole,
        guide=tree.title,
        title=title,
        path=site.url(*parts[:-1]),
        start=site.url(tree_id, tree.start, "share"),
        address=address,
        message=quote(f"{title}\n{address}"),
        subject=quote(title),
        qr=qr(address) if address else None,
        code=f"{site.url(*parts)}qr",
        file=file_name(site, tree_id, step_id),
        anywhere=site.edition(site.language).url(*parts) if site.place else None,
        places=tuple(places_inside(site, None, parts)),
        frame_ancestors=site.settings.frame_ancestors,
        draft=tree.reviewed is None,
        edited=site.words.day(tree.edited),
        day=site.words.day(day),
    )
    heading = site.words.gettext("Share: %(name)s", name=str(title))
    return site.render("share.html", view, frame(site, heading, tree_id, parts))
