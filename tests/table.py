"""Pages by their names in the table of pages."""

from helper.pages import PAGES, Address


def rendered(site, day, name, tree_id="", step_id=""):
    """The text of a page of a site on a day."""
    (page,) = (page for page in PAGES if page.name == name and site.mode in page.modes)
    return Address(page, site, tree_id, step_id).body(day).decode()
