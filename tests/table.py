"""What tests take from the table of pages: pages by their names, and an address of each kind."""

import re

from helper.headers import HTML
from helper.pages import PAGES, Address
from helper.site import KIOSK, WEB


def rendered(site, day, name, tree_id="", step_id=""):
    """The text of a page of a site on a day."""
    (page,) = (page for page in PAGES if page.name == name and site.mode in page.modes)
    return Address(page, site, tree_id, step_id).body(day).decode()


def paths(tree_id, step_id, language="en", modes=(WEB, KIOSK), whole=True):
    """The address of each kind of page that a server has, of those that are whole pages or of the others."""
    ids = {"<lang>": language, "<tree>": tree_id, "<step>": step_id}
    return [
        f"{f'/{KIOSK}' if mode == KIOSK else ''}{re.sub('<[a-z]+>', lambda mark: ids[mark[0]], page.path)}"
        for page in PAGES
        for mode in page.modes
        if mode in modes and not page.for_hosts and (page.type == HTML and not page.file) == whole
    ]
