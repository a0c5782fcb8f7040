"""What tests take from the table of pages: pages by their names, and an address of each kind."""

import re

from helper.headers import HTML
from helper.pages import PAGES, Address
from helper.site import KIOSK, WEB


def rendered(site, day, name, tree_id="", step_id=""):
    """The text of a page of a site on a day."""
    (page,) = (page for page in PAGES if page.name == name and site.mode in page.modes)
    return Address(page, site, tree_id, step_id).body(day).decode()


def paths(tree_id, step_id, language="en", modes=(WEB, KIOSK), whole=True, asking=None):
    """The address of each kind of page that a server has, of those that are whole pages or of the others.

    `asking` is a step that asks where the reader is: without one there is no page to choose a place for it.
    """
    ids = {"<lang>": language, "<tree>": tree_id}
    return [
        f"{f'/{KIOSK}' if mode == KIOSK else ''}"
        + re.sub(
            "<[a-z]+>", lambda mark, page=page: ids.get(mark[0], asking if page.name == "where" else step_id), page.path
        )
        for page in PAGES
        for mode in page.modes
        if mode in modes and not page.for_hosts and (page.type == HTML and not page.file) == whole
        if asking or page.name != "where"
    ]
