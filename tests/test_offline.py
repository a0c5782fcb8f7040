"""What the offline copy is made from: a bundle with every step, the worker, the manifest; and how the copy goes."""

import datetime
import json
import re

import pytest
from matrix import some
from real import CONTENT, LOADED

from helper.export.site import site_files
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

DAY = datetime.date(2026, 11, 23)


def client_of(watch=None, **settings):
    return GuideApp(Site(CONTENT, Settings(**settings), LOADED.catalogs, watch=watch), today=lambda: DAY).test_client()


@pytest.fixture(scope="module")
def client():
    return client_of()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("tree", some(CONTENT.trees))
def test_a_page_from_the_bundle_is_the_page_of_the_server_word_for_word(client, tree, language):
    bundle = client.get(f"/{language}/{tree}/bundle.json").json
    assert len(bundle["steps"]) == len(CONTENT.trees[tree].steps)
    for address, partial in bundle["steps"].items():
        assert client.get(f"{address}step.html").text == partial
        title = re.search('data-title="([^"]*)"', partial)[1]
        values = {"title": title, "copy": "", "step": address.split("/")[-2], "partial": partial}
        page = bundle["frame"]
        for mark, value in values.items():
            page = page.replace(f"[[{mark}]]", value)
        assert page.strip() == client.get(address).text.strip()


def test_the_bundle_has_all_that_its_pages_need(client):
    bundle = client.get("/en/crisis/bundle.json").json
    assert set(re.findall(r'(?:rel="(?:icon|stylesheet)" href|src)="([^"]*)"', bundle["frame"])) == set(
        bundle["assets"]
    )
    for asset in bundle["assets"]:
        assert client.get(asset).status_code == 200
    assert bundle["same"] == dict.fromkeys(("/", "/en/", "/en/crisis/"), "/en/crisis/danger/")
    assert 'href="tel:911"' in bundle["missing"] and 'href="/en/crisis/danger/"' in bundle["missing"]
    assert bundle["copy"] == "Offline copy of November 23, 2026."
    assert bundle["headers"]["Content-Security-Policy"] == client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest", "/en/crisis/bundle.json"])
def test_the_browser_asks_for_them_each_time(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_they_lie_below_the_path_of_the_public_address():
    client = client_of(public_address="https://clinic.example/help/")
    host = {"Host": "clinic.example"}
    assert 'BASE = "/help"' in client.get("/help/sw.js", headers=host).text
    manifest = json.loads(client.get("/help/manifest.webmanifest", headers=host).text)
    assert (manifest["start_url"], manifest["scope"]) == ("/help/", "/help/")
    assert all(client.get(icon["src"], headers=host).status_code == 200 for icon in manifest["icons"])


def test_who_puts_a_place_on_the_home_screen_begins_there(client):
    assert 'href="/in/oh/manifest.webmanifest"' in client.get("/in/oh/en/crisis/team/").text
    manifest = json.loads(client.get("/in/oh/manifest.webmanifest").text)
    assert (manifest["start_url"], manifest["scope"]) == ("/in/oh/", "/")
    assert client.get(manifest["start_url"]).status_code == 200
    bundle = client.get("/in/oh/en/crisis/bundle.json").text
    assert "Please send the MRSS team" in bundle


@pytest.mark.parametrize("client", [client_of(offline=False), client_of(watch="1")], ids=["settings", "watch"])
def test_where_no_copy_is_wanted_the_worker_deletes_it(client):
    assert "unregister" in client.get("/sw.js").text and "fetch" not in client.get("/sw.js").text
    assert client.get("/en/crisis/bundle.json").status_code == 404
    assert "offline." not in client.get("/").text
    about = client.get("/en/about/").text
    assert "We store nothing on your phone." in about and "forget" not in about


def test_contacts_that_expire_carry_their_last_day(client):
    page = client.get("/en/about/").text
    expiring = [one for one in CONTENT.contacts.values() if one.expires and one.offered(DAY)]
    assert page.count("data-expires=") == len(expiring)
    for name in ("911", "988"):
        assert CONTENT.contacts[name].expires is None


def test_the_export_has_the_worker_the_bundles_and_the_manifest():
    made = {file.path: file for file in site_files(Site(CONTENT, Settings()), DAY)}
    assert {"sw.js", "manifest.webmanifest", "en/crisis/bundle.json"} <= set(made)
    headers = made["_headers"].make().decode()
    assert "/sw.js\n  ! Cache-Control\n  Cache-Control: no-cache" in headers
    off = {file.path: file for file in site_files(Site(CONTENT, Settings(offline=False)), DAY)}
    assert b"unregister" in off["sw.js"].make() and "en/crisis/bundle.json" not in off
