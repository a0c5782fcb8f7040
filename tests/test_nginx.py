"""The exported folder behind a real nginx answers as the server does: status, words, headers, help in every error."""

import urllib.error
import urllib.request
from pathlib import Path

import pytest
import small_site
from nginx import BROTLI, behind_nginx
from ports import PATIENCE
from small_site import DAY
from table import paths

from helper.export.site import export, only
from helper.headers import HEADERS
from helper.server.app import GuideApp
from helper.site import WEB

pytestmark = pytest.mark.proof
COMPARED = ("Content-Type", "Cache-Control", "Location", "Vary", *HEADERS)
SAME = [
    *paths("bike", "flat", modes=[WEB]),
    *paths("bike", "flat", modes=[WEB], whole=False),
    *("/es/bike/", "/es/bike/flat/", "/in/mn/", "/in/olmsted/es/bike/shop/", "/in/olmsted/es/bike/shop/step.html"),
    *("/en/bike/flat/?x=1", "/in/mn/en/about/places/", "/sw.js", "/in/mn/es/bike/bundle.json"),
]
MOVED = ["/en/bike/old-shop/", "/es/bike/old-shop/step.html", "/in/mn/en/bike/old-shop/", "/en/bike/flat", "/in/mn"]
SPOILED = [
    "/en/bike/flat.", "/en/bike/flat/%E2%80%9D).", "/en/bike/flat/),", "/es/bike.", "/en/bike/flat/%22",
    "/kiosk/es/bike/flat/;", "/in/mn/en/bike/shop/!", "/in/minn/en/bike/shop/", "/kiosk/in/minn/es/bike/flat/",
    "/in/dakota/en/bike/flat/", "/in/nowhere/es/bike/flat/", "/in/nowhere/", "/kiosk/in/nowhere/en/bike/shop/",
    "/in/nowhere/en/about/", "/in/dakota/en/bike/flat/share/",
]  # fmt: skip
ERRORS = [
    "/en/bike/nope.", "/in/nowhere/en/bike/nope/", "/in/minn/en/bike/nope/", "/in/nowhere/static/nope.css",
    "/%0d%0aX-Evil:%201/en/bike/.", "/in/nowhere//evil.example/",
    "/nope/", "/en/nope/", "/en/bike/nope/", "/es/bike/nope/", "/es/bike/nope/step.html", "/in/mn/es/book/nope/",
    "/static/nope.css", "/404.html", "/en/bike/410.html", "/export.json", "/nginx.conf", "/_headers", "/in/",
    "/en/bike/pump/", "/es/bike/glue/", "/es/bike/glue/step.html", "/in/olmsted/en/bike/pump/",
]  # fmt: skip


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words):
        return None


@pytest.fixture(scope="module", params=["", "/help"], ids=["at the root", "under a path"])
def both(request, tmp_path_factory):
    """Asks nginx and the server for the same address below the public one."""
    base, folder = request.param, tmp_path_factory.mktemp("nginx")
    trees = small_site.write(folder / "trees")
    (folder / "public.yaml").write_text(f"home: bike\npublic_address: https://clinic.example{base}/\n")
    site = small_site.site(trees, folder / "public.yaml")
    site = only(site, ["mn", "olmsted"])
    root = folder / "root"
    export(site, Path(f"{root}{base}"), ["mn", "olmsted"], DAY, lambda n: None)
    client = GuideApp(site, today=lambda: DAY).test_client()
    with behind_nginx(folder / "nginx", root, base) as address:

        def ask(path, coding="identity", method="GET"):
            headers = {"Accept-Encoding": coding}
            wanted = client.open(base + path, headers={**headers, "Host": "clinic.example"}, method=method)
            question = urllib.request.Request(f"{address}{base}{path}", headers=headers, method=method)
            try:
                answer = urllib.request.build_opener(Stay).open(question, timeout=PATIENCE)
            except urllib.error.HTTPError as error:
                answer = error
            return answer, answer.read(), wanted

        ask.site = site
        yield ask


def headers(answer):
    return {name: answer.headers.get(name) for name in COMPARED}


@pytest.mark.parametrize("path", SAME)
def test_a_page_has_the_servers_words_and_headers(both, path):
    answer, body, wanted = both(path)
    assert (answer.status, body) == (wanted.status_code, wanted.data)
    assert headers(answer) == headers(wanted)


def test_the_assets_have_the_servers_words_and_headers(both):
    for asset in both.site.assets.values():
        answer, body, wanted = both(f"/static/{asset.name}")
        assert (answer.status, body) == (200, wanted.data)
        assert headers(answer) == headers(wanted)


@pytest.mark.parametrize("path", [*MOVED, *SPOILED])
def test_an_old_address_leads_where_the_server_leads(both, path):
    answer, _, wanted = both(path)
    assert (answer.status, answer.headers["Location"]) == (wanted.status_code, wanted.location)
    for name in HEADERS:
        assert answer.headers[name] == wanted.headers[name]


@pytest.mark.parametrize("path", ERRORS)
def test_an_error_has_the_servers_status_and_its_help(both, path):
    answer, body, wanted = both(path)
    assert answer.status == wanted.status_code
    assert b'href="tel:911"' in body and b'href="tel:988"' in body
    assert answer.headers["Cache-Control"] == wanted.headers["Cache-Control"] == "no-store"
    for name in HEADERS:
        assert answer.headers[name] == wanted.headers[name]


@pytest.mark.parametrize(
    "path", ["/nope/", "/es/bike/nope/", "/in/mn/es/book/nope/", "/es/bike/glue/", "/en/bike/pump/"]
)
def test_an_error_has_the_servers_words(both, path):
    _, body, wanted = both(path)
    assert body == wanted.data


def test_a_method_that_is_not_served_gets_help(both):
    answer, body, _ = both("/en/bike/flat/", method="POST")
    assert answer.status == 405
    assert b'href="tel:911"' in body


@pytest.mark.parametrize("path", ["/en/bike/flat/", "/en/bike/flat/step.html", "/es/bike/nope/"])
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_the_compressed_copy_is_sent(both, path, coding):
    if coding == "br" and not BROTLI.is_file():
        pytest.skip("this nginx has no module for brotli")
    plain = both(path)[1]
    answer, body, _ = both(path, coding)
    assert answer.headers["Content-Encoding"] == coding
    assert len(body) < len(plain) / 2
