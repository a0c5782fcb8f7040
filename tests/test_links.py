"""No link is broken: each leads to a page that is there, and to a place on it that is there."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
import small_site
from real import LOADED
from small_site import DAY, links

from helper.export.site import export, only
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site
from helper.views import paper

OUTSIDE = ("https", "tel", "sms", "mailto")


@pytest.fixture(scope="module")
def real():
    return only(Site(LOADED.content, Settings(), LOADED.catalogs), [])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    site = small_site.site(small_site.write(tmp_path_factory.mktemp("small") / "trees"))
    return only(site, site.content.places)


def broken(read, starts):
    """Every link that leads nowhere, as (page, link), from the pages that the starts lead to.

    `read` gives the text at an address, None for what is no HTML, or False when nothing is there.
    """
    texts, waiting, wanted = {}, [*starts], set()
    while waiting:
        here = waiting.pop()
        if here in texts:
            continue
        texts[here] = text = read(here)
        for link in links(text) if text else ():
            parts = urlsplit(urljoin(here, link))
            if parts.scheme or parts.netloc:
                if parts.scheme not in OUTSIDE:
                    wanted.add((here, link, "", ""))
                continue
            wanted.add((here, link, parts.path, parts.fragment))
            waiting.append(parts.path)
    ids = {here: set(re.findall(r'\sid="([^"]*)"', text)) for here, text in texts.items() if text}
    return sorted(
        (here, link)
        for here, link, goal, fragment in wanted
        if texts.get(goal, False) is False or fragment and fragment not in ids.get(goal, ())
    )


def from_server(site):
    client = GuideApp(site, today=lambda: DAY).test_client()

    def read(address):
        answer = client.get(address)
        return False if answer.status_code != 200 else answer.text if answer.mimetype == "text/html" else None

    return read


def from_folder(folder):
    def read(address):
        path = folder / address.lstrip("/")
        path = path / "index.html" if address.endswith("/") else path
        return False if not path.is_file() else path.read_text() if path.suffix == ".html" else None

    return read


@pytest.mark.parametrize("name", [pytest.param("real", marks=pytest.mark.proof), "small"])
def test_no_link_of_the_server_is_broken(request, name):
    assert broken(from_server(request.getfixturevalue(name)), ["/"]) == []


@pytest.mark.proof
@pytest.mark.parametrize("name", [pytest.param("real", marks=pytest.mark.proof), "small"])
def test_no_link_of_the_exported_folder_is_broken(request, name, tmp_path):
    """From every page of the folder, also from those that no page leads to: errors, and old addresses."""
    site = request.getfixturevalue(name)
    export(site, tmp_path, site.content.places, DAY, lambda n: None)
    starts = [
        f"/{path.relative_to(tmp_path).as_posix().removesuffix('index.html')}" for path in tmp_path.rglob("*.html")
    ]
    assert len(starts) > 20
    assert broken(from_folder(tmp_path), starts) == []


def test_the_one_file_links_only_to_itself(small):
    page = paper.file(small.edition("en"), DAY, "bike")
    assert broken(lambda here: page if here == "/" else False, ["/"]) == []


@pytest.mark.parametrize(
    "harm, link",
    [
        ('<a href="/b/">', "/b/"),
        ('<a href="#b">', "#b"),
        ('<a href="/c/#b">', "/c/#b"),
        ('<a hx-get="/b/step.html">', "/b/step.html"),
        ('<a href="http://shop.example">', "http://shop.example"),
        ('<script src="/static/b.js">', "/static/b.js"),
    ],
)
def test_a_broken_link_is_found(harm, link):
    pages = {"/": f'<p id="a"><a href="/c/#a"></a><a href="tel:911"></a>{harm}', "/c/": '<p id="a">'}
    assert broken(lambda here: pages.get(here, False), ["/"]) == [("/", link)]
