"""A spoiled address leads on to its page, and none leads anywhere else or repeats what was asked."""

import time
from itertools import cycle
from urllib.parse import quote

import pytest
import small_site
from real import CONTENT, LOADED
from small_site import DAY

from helper.astray import MARKS, meant
from helper.export.site import only, site_files
from helper.model.contacts import OldPlaces
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

CANARY = "canary5550199"
SPOILED = {
    "full stop": lambda path: f"{path.rstrip('/')}.",
    "full stop after the slash": lambda path: f"{path}.",
    "full stop, then a slash": lambda path: f"{path.rstrip('/')}./",
    "brackets and comma": lambda path: f"{path.rstrip('/')}),",
    "bracket after the slash": lambda path: f"{path})",
    "closing quote in bytes": lambda path: f"{path}%E2%80%9D%2E",
    "every mark": lambda path: path + quote(MARKS),
    "capitals": str.upper,
    "first letters large": str.title,
    "capitals and a full stop": lambda path: f"{path.upper()}.",
    "two slashes": lambda path: path.replace("/", "//")[1:],
}


def addresses(site):
    """Every page address of a site, kiosk and partials too."""
    found = [f"/{made.path.removesuffix('index.html')}" for made in site_files(site, DAY)]
    ends = ("/", "/step.html", "/qr.svg")
    return [path for path in found if path.endswith(ends) and path != "/"]


def ask(client, path):
    """The answer to a path as it stands: the client would read // at its beginning as a host."""
    return client.get("/x", environ_overrides={"PATH_INFO": path}) if path.startswith("//") else client.get(path)


@pytest.fixture(scope="module", autouse=True)
def quick():
    """Pages are not compressed: nobody here asks for it, and it takes longer than all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helper.server.app.encode", lambda body, type: {"identity": body})
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    site = small_site.site(small_site.write(tmp_path_factory.mktemp("small") / "trees"))
    return only(site, ["mn", "olmsted"])


def client_of(site):
    return GuideApp(site, today=lambda: DAY).test_client()


@pytest.fixture(scope="module")
def client(small):
    return client_of(small)


def wrong(client, spoil, paths):
    """The addresses that do not lead to themselves, by one redirect, when they are spoiled."""
    found = []
    for path in paths:
        answer = ask(client, spoil(path))
        if (answer.status_code, answer.location) != (301, path) or client.get(path).status_code != 200:
            found.append((spoil(path), answer.status_code, answer.location))
    return found


@pytest.mark.parametrize("how", SPOILED)
def test_every_address_of_the_small_site_leads_to_itself_when_it_is_spoiled(small, client, how):
    old = ("/old-shop/", "/pump/", "/glue/")
    live = [path for path in addresses(small) if not any(step in path for step in old)]
    assert len(live) > 100
    assert wrong(client, SPOILED[how], live) == []


@pytest.mark.proof
def test_every_address_of_the_guide_leads_to_itself_when_it_is_spoiled():
    """Each in one way, by turns."""
    site = only(Site(LOADED.content, Settings(languages=("en",)), LOADED.catalogs), [])
    client, ways = client_of(site), cycle(SPOILED)
    old = [f"/{step}/" for tree in CONTENT.trees.values() for step in (*tree.moved, *tree.removed)]
    for path in addresses(site):
        if not any(step in path for step in old):
            assert wrong(client, SPOILED[next(ways)], [path]) == []


def test_a_path_before_all_addresses_is_kept_as_it_is_written():
    client = client_of(only(Site(LOADED.content, Settings(public_address="https://clinic.example/Help/")), []))
    for path, goal in {
        "/Help/en/crisis/danger.": "/Help/en/crisis/danger/",
        "/HELP/EN/crisis/danger/": "/Help/en/crisis/danger/",
        "/help.": "/Help/",
        "/Help/.": "/Help/",
        "/help/kiosk/EN/crisis/danger/": "/Help/kiosk/en/crisis/danger/",
    }.items():
        answer = client.get(path, headers={"Host": "clinic.example"})
        assert (answer.status_code, answer.location) == (301, goal), path
    assert client.get("/elsewhere/en/crisis/danger.", headers={"Host": "clinic.example"}).status_code == 404


# Places


@pytest.mark.parametrize(
    ("path", "status", "goal"),
    [
        ("/in/minn/en/bike/shop/", 301, "/in/mn/en/bike/shop/"),
        ("/in/MINN/en/bike/shop.", 301, "/in/mn/en/bike/shop/"),
        ("/in/minn/", 301, "/in/mn/"),
        ("/kiosk/in/minn/es/bike/flat/", 301, "/kiosk/in/mn/es/bike/flat/"),
        ("/in/MN/en/bike/shop/", 301, "/in/mn/en/bike/shop/"),
        ("/in/dakota/en/bike/shop/", 301, "/en/bike/shop/"),
        ("/in/dakota/en/bike/shop/step.html", 301, "/en/bike/shop/step.html"),
        ("/in/nowhere/en/bike/shop/", 302, "/en/bike/shop/"),
        ("/in/nowhere/EN/Bike/Shop/share/.", 302, "/en/bike/shop/share/"),
        ("/in/nowhere/", 302, "/"),
        ("/in/nowhere", 302, "/"),
        ("/in/nowhere/es/", 302, "/es/"),
        ("/in/nowhere/bike/", 302, "/bike/"),
        ("/in/nowhere/en/bike/old-shop/", 302, "/en/bike/shop/"),
        ("/kiosk/in/nowhere/en/bike/shop/", 302, "/kiosk/en/bike/shop/"),
    ],
)
def test_a_place_that_is_gone_leads_on(client, path, status, goal):
    answer = client.get(path)
    assert (answer.status_code, answer.location) == (status, goal)
    assert client.get(goal).status_code == 200


@pytest.mark.parametrize(
    "path", ["/in/dakota/en/bike/pump/", "/in/nowhere/en/bike/pump/", "/EN/bike/pump.", "/en/bike/glue/)"]
)
def test_a_step_that_was_taken_out_stays_so(client, path):
    answer = client.get(path)
    assert answer.status_code == 410
    assert 'href="tel:911"' in answer.text


def test_a_place_whose_successor_is_gone_too_is_left_out(small):
    content = small.content.model_copy(update={"old_places": OldPlaces(moved={"minn": "gone"})})
    answer = client_of(Site(content, small.settings)).get("/in/minn/en/bike/shop/")
    assert (answer.status_code, answer.location) == (302, "/en/bike/shop/")


def test_a_copy_for_a_place_that_is_gone_is_deleted_and_not_mixed_with_another(client):
    assert client.get("/in/nowhere/en/bike/bundle.json").status_code == 404


# What leads nowhere


@pytest.mark.parametrize(
    "path",
    [
        "/en/bike/nope.", "/EN/BIKE/NOPE/", "/in/nowhere/en/bike/nope/", f"/{CANARY}.", f"/en/{CANARY.upper()}/",
        f"/in/{CANARY}/{CANARY}/", f"/in/nowhere/{CANARY}", f"//{CANARY}.example/.", "/in/", "/in", "/IN/",
        f"//{CANARY}.example/en/bike/flat.", f"/\\{CANARY}.example/.", f"/in/nowhere//{CANARY}.example/",
        f"/%0d%0aX-Evil: {CANARY}/.", f"/https://{CANARY}.example/.", "/xx/bike/flat.",
    ],
)  # fmt: skip
def test_what_leads_nowhere_stays_an_error_and_is_not_repeated(client, path):
    answer = ask(client, path)
    assert (answer.status_code, answer.location) == (404, None)
    assert 'href="tel:911"' in answer.text
    assert CANARY not in answer.text.lower() and CANARY not in str(answer.headers).lower()


@pytest.mark.parametrize("path", ["/en/bike/flat.", f"/in/{CANARY}/en/bike/flat/", f"/EN/bike/flat/?x={CANARY}"])
def test_the_way_on_repeats_nothing_and_is_kept_briefly(client, path):
    answer = client.get(path)
    assert answer.location == "/en/bike/flat/"
    assert CANARY not in answer.text and CANARY not in str(answer.headers)
    assert answer.headers["Cache-Control"] == client.get("/en/bike/flat").headers["Cache-Control"]


def test_what_is_sent_is_never_led_on(client):
    assert client.post("/en/bike/flat.").status_code in (404, 405)


def test_a_known_page_is_still_unchanged_for_a_browser_that_has_it(client):
    tag = client.get("/en/bike/flat/").headers["ETag"]
    answer = client.get("/en/bike/flat.", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.location) == (301, "/en/bike/flat/")


@pytest.mark.parametrize(
    "path", ["/" + "." * 200_000, "/" * 200_000, "/a." * 60_000, "/A" * 90_000, "/in/" + "x." * 90_000]
)
def test_no_address_holds_up_the_server(small, path):
    began = time.monotonic()
    meant(path, "/help", small.content)
    meant(path, "", small.content)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("path", ["/en/", "/en/bike/flat/", "/in/mn/en/bike/shop/", "/static/nope.css"])
def test_a_right_address_is_never_looked_up_twice(small, path):
    assert meant(path, "", small.content) is None


def test_the_error_page_says_only_what_is_true(client):
    """An address below a guide may be wrong in its language, too, not only in its step."""
    for path in ("/en/bike/nope/", "/xx/bike/flat/"):
        assert "There is no such page in the guide “My bicycle will not move”." in client.get(path).text
