"""Pages for what is not there, or went wrong. None is without 911 and 988, and a way on."""

from collections.abc import Mapping
from dataclasses import dataclass

from helper.assets import Asset
from helper.model.settings import Settings
from helper.site import Site, link, templates
from helper.views.choice import step_link
from helper.views.frame import frame, watcher


@dataclass(frozen=True)
class ErrorView:
    """What `error.html` shows."""

    text: str


@dataclass(frozen=True)
class WaitingView:
    """What `waiting.html` shows."""

    css: Mapping[str, str]
    script: Mapping[str, str]
    problems: str


def page(site: Site, status: int, tree_id: str = "") -> str:
    """The page for a status of HTTP. It carries 911 and 988, and the start of a tree: that of `tree_id`, if it is
    one."""
    tree = site.shown.trees.get(tree_id) if status in (404, 410, 503) else None
    title, text = _words(site, status, str(tree.title) if tree else "")
    return site.render("error.html", ErrorView(text), frame(site, title, tree_id if tree else None, None))


def _words(site: Site, status: int, guide: str) -> tuple[str, str]:
    """The title of the page, and what it says. `guide` is the name of the guide that was asked for."""
    _ = site.words.gettext
    match status:
        case 404 if guide:
            text = _("There is no such page in the guide “%(name)s”. Its first question is below.", name=guide)
            return _("This page is not here"), text
        case 404:
            return _("This page is not here"), _("The address may be mistyped. The first question is below.")
        case 410:
            text = _("The guide “%(name)s” has changed. Its first question is below.", name=guide)
            return _("This step was taken out"), text
        case 500:
            text = _("Something went wrong on our side, not yours. Try again, or call or text one of these.")
            return _("This page did not load"), text
        case 503:
            text = _("The offline copy on this device does not have this page. It has the guide below.")
            return _("There is no network"), text
    return _("This page can’t be shown"), _("The address or the request was not one we know.")


def moved(site: Site, tree_id: str, step_id: str) -> str:
    """The page at the old address of a step, for hosts that serve files: it leads on to the new one."""
    title = site.words.gettext("This step has a new address")
    return site.render("moved.html", step_link(site, tree_id, step_id), frame(site, title, tree_id, None))


def waiting(assets: Mapping[str, Asset], settings: Settings, problems: str) -> str:
    """The page that stands in for the guide until its trees are good for the first time."""
    css, script = (link(assets[name], settings) for name in ("guide.css", "watch.js"))
    return templates().get_template("waiting.html").render(view=WaitingView(css, watcher(script, ""), problems))
