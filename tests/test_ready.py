"""Every answer is made once, kept within bounds, and sent the same way each time."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import small_site
from matrix import some
from small_site import DAY
from table import paths

from helper.server import app, cache
from helper.server.app import GuideApp
from helper.server.cache import PageCache, build_response
from helper.site import Site

PAGES = [
    *paths("bike", "flat"),
    *(path for path in paths("bike", "flat", whole=False) if "/qr." not in path),
    *("/es/bike/flat/", "/in/olmsted/es/bike/shop/", "/fr/bike/flat/", "/sw.js"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return small_site.site(small_site.write(tmp_path_factory.mktemp("site") / "trees"))


@pytest.fixture
def caches(monkeypatch):
    """The caches of the apps that a test makes."""
    made = []

    class Seen(PageCache):
        def __init__(self, today):
            super().__init__(today)
            made.append(self)

    monkeypatch.setattr(app, "PageCache", Seen)
    return made


@pytest.fixture
def rendered(monkeypatch):
    """The templates that are rendered, one after the other."""
    names = []
    render = Site.render
    monkeypatch.setattr(
        Site, "render", lambda self, name, *views, **page: names.append(name) or render(self, name, *views, **page)
    )
    return names


def client_of(site, today=lambda: DAY):
    return GuideApp(site, today=today).test_client()


def seen(answer):
    return answer.status_code, sorted(answer.headers), answer.data


@pytest.fixture(scope="module")
def both(site):
    """A client for whom nothing is ever ready, and one for whom it is."""
    guide = GuideApp(site, today=lambda: DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "PageCache", type("Never", (PageCache,), {"get": lambda self, address: None}))
        return GuideApp(site, today=lambda: DAY).test_client(), guide.test_client()


@pytest.mark.parametrize("path", some([*PAGES, "asset"], 8))
def test_an_answer_that_is_ready_is_the_one_that_was_made(site, both, path):
    """In each coding, for HEAD, and for a browser that has it already."""
    address = f"/static/{next(iter(site.assets.values())).name}" if path == "asset" else path
    assert both[1].get(address).status_code == 200
    for method in ("get", "head"):
        for coding in ("br", "gzip", "identity", "gzip;q=0.5, br;q=0.1", ""):
            headers = {"Accept-Encoding": coding}
            first, second = (getattr(one, method)(address, headers=headers) for one in both)
            assert seen(first) == seen(second) and first.status_code == 200
            headers["If-None-Match"] = first.headers["ETag"]
            first, second = (getattr(one, method)(address, headers=headers) for one in both)
            assert seen(first) == seen(second) and (first.status_code, first.data) == (304, b"")


def test_each_page_is_made_once(site, rendered):
    client = client_of(site)
    rendered.clear()
    for _ in range(3):
        for coding in ("br", "gzip", ""):
            assert client.get("/en/bike/flat/", headers={"Accept-Encoding": coding}).status_code == 200
    assert rendered == ["step.html"]


def test_a_page_that_is_ready_asks_nothing_of_flask(site, monkeypatch):
    guide = GuideApp(site, today=lambda: DAY)
    client = guide.test_client()
    wanted = client.get("/en/bike/flat/").data
    monkeypatch.setattr(guide, "full_dispatch_request", None)
    assert client.get("/en/bike/flat/").data == wanted


@pytest.mark.parametrize("known", ["W/{tag}", '"other", {tag}', "{tag}", "*"])
def test_a_browser_is_told_that_it_has_the_page(site, known):
    client = client_of(site)
    tag = client.get("/en/bike/flat/").headers["ETag"]
    assert tag.startswith('"')
    answer = client.get("/en/bike/flat/", headers={"If-None-Match": known.format(tag=tag)})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["Cache-Control"] and "Content-Length" not in answer.headers
    assert client.get("/en/bike/flat/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_changes_with_the_words_and_the_coding(site):
    client = client_of(site)
    tags = {
        client.get(path, headers={"Accept-Encoding": coding}).headers["ETag"]
        for path in ("/en/bike/flat/", "/en/bike/shop/")
        for coding in ("br", "gzip", "")
    }
    assert len(tags) == 6


def test_the_next_day_every_page_is_made_anew(site, rendered):
    """Lines past their date go from the pages at midnight."""
    days = [datetime.date(2027, 1, 31)]
    client = client_of(site, lambda: days[0])
    assert "800-555-0100" in client.get("/en/bike/shop/").text
    assert "800-555-0100" in client.get("/en/bike/shop/").text
    days[0] += datetime.timedelta(1)
    assert "800-555-0100" not in client.get("/en/bike/shop/").text


def test_what_was_made_a_moment_before_midnight_is_not_kept_for_the_day_after(site):
    days = iter([datetime.date(2027, 1, 31)])
    client = client_of(site, lambda: next(days, datetime.date(2027, 2, 1)))
    assert "800-555-0100" in client.get("/en/bike/shop/").text
    assert "800-555-0100" not in client.get("/en/bike/shop/").text


def odd_addresses():
    """Addresses that all are answered with a page, far more than anyone needs."""
    for language in ("fr", "de", "it", "pt", "nl", "pl", "cs", "da", "fi", "sv", "tr", "ru", "uk", "el", "he", "hu",
                     "ja", "ko", "zh", "vi", "th", "hi", "bn", "ta"):  # fmt: skip
        for place in ("", "/in/mn", "/in/olmsted", "/in/ohio"):
            for path in ("", "bike/flat/", "bike/shop/", "bike/flat/step.html", "book/where/", "about/"):
                yield f"{place}/{language}/{path}"


@pytest.mark.proof
def test_no_stream_of_odd_addresses_fills_the_memory(site, caches, monkeypatch):
    monkeypatch.setattr(cache, "MOST_BYTES", 300_000)
    guide = GuideApp(site, today=lambda: DAY)
    client, (cached,) = guide.test_client(), caches
    fixed, editions = len(cached.fixed), 0
    for n, address in enumerate(odd_addresses()):
        answer = client.get(f"{address}?x={n}", headers={"Accept-Encoding": f"br, x{n}"})
        assert answer.status_code == 200
        client.get(f"{address}nope{n}/")
        editions = max(editions, len(site.editions))
    assert n > 500
    assert 200_000 < cached.size <= 300_000
    assert cached.size == sum(answer.size for answer in cached._pages.values())
    assert len(cached.fixed) == fixed and editions <= 10  # two languages, three places and none; two on a kiosk
    assert all("nope" not in address and "?" not in address for address in cached._pages)


def test_what_was_asked_for_last_stays(caches, monkeypatch):
    monkeypatch.setattr(cache, "MOST_BYTES", 1000)
    cached = PageCache(lambda: DAY)
    answer = build_response({"identity": b"x" * 300}, "image/png", {})
    for name in ("a", "b", "c"):
        cached.store(name, answer, DAY)
    assert cached.get("a")
    cached.store("d", answer, DAY)
    assert [name for name in "abcd" if cached.get(name)] == ["a", "c", "d"]
    cached.store("d", answer, DAY)
    assert cached.size == 900


def test_an_edition_is_made_once_and_the_site_is_one_of_them(site):
    assert site.edition("en") is site and site.edition("es").edition("en") is site
    assert site.edition("es", "mn") is site.edition("en", "mn").edition("es", "mn")


def test_who_balances_the_load_may_ask_by_any_name(site):
    client = client_of(site)
    for host in ("10.0.0.7:8000", "pod.example", "a b", ""):
        answer = client.get("/healthz", headers={"Host": host})
        assert (answer.status_code, answer.json["status"], answer.json["reason"]) == (200, "ok", "")
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("/readyz", headers={"Host": host}).status_code == 200
        assert client.get("/en/", headers={"Host": host}).status_code == 400


def test_a_page_that_is_ready_is_for_our_hosts_only(site):
    client = client_of(site)
    asset = f"/static/{site.assets['guide.css'].name}"
    for path in ("/en/bike/flat/", "/kiosk/", "/sw.js", asset):
        for _ in range(2):  # made, and ready
            assert client.get(path).status_code == 200
            answer = client.get(path, headers={"Host": "evil.example"})
            assert answer.status_code == 400 and "no-store" in answer.headers["Cache-Control"]


def test_editions_that_two_threads_ask_for_at_once_are_one(site):
    site = replace(site, editions={})
    with ThreadPoolExecutor(8) as pool:
        editions = list(pool.map(lambda n: site.edition("es", ("mn", "olmsted")[n % 2]), range(200)))
    assert len({id(edition) for edition in editions}) == 2


def test_assets_of_the_release_before_are_served(site):
    old = next(iter(site.assets.values()))
    old = type(old)("guide.000000000000.css", b"p { color: red }", old.type, "")
    client = GuideApp(site, older=[old]).test_client()
    answer = client.get("/static/guide.000000000000.css")
    assert (answer.status_code, answer.data) == (200, b"p { color: red }")
    assert "immutable" in answer.headers["Cache-Control"]
