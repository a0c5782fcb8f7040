"""A guide that was opened once works without network, from a copy that tells nothing of the steps that were opened."""

import datetime
import logging
import shutil
import threading
import time
from urllib.parse import urlsplit

import pytest
from devices import PHONE
from guide import CONTENT, START, STEPS, address, after, title
from matrix import some
from nginx import behind_nginx
from playwright.sync_api import expect
from ports import PATIENCE, free_port
from waiting_room import LAUNCH
from walking import FIVE_STEPS, TO_CALL, TO_CALL_AWAY, activate, assert_at, choose, go_back, link, visit, walk
from werkzeug.serving import make_server

from helper import data_dir
from helper.export.site import export
from helper.guide import read
from helper.interface import interface_for
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

logging.getLogger("werkzeug").setLevel(logging.CRITICAL)

DAY = datetime.date.today()
COPY = f"Offline copy of {interface_for('en').day(DAY)}."
LATER = {"review_by": DAY + datetime.timedelta(180)}
CONTENT = CONTENT.model_copy(
    update={"trees": {name: tree.model_copy(update=LATER) for name, tree in CONTENT.trees.items()}}
)
"""The guides as they are when nobody is late with them. A service worker asks the clock of the machine, which no test
moves."""
CRISIS = tuple(step for step in STEPS if step.startswith("crisis/"))
BUNDLES = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const store = await caches.open(name);
    for (const key of await store.keys()) {
      const answer = await store.match(key);
      if (answer) found[`${name}: ${new URL(key.url).pathname}`] = await answer.text();
    }
  }
  return found;
}"""
"""Everything that Cache Storage holds."""
CONTROLLED = """() => new Promise((done) => {
  const look = () => navigator.serviceWorker.controller ? done() : setTimeout(look, 50);
  look();
})"""


def site(content=CONTENT, **settings):
    return GuideApp(Site(content, Settings(**settings)), today=lambda: DAY)


def titled(words, **changes):
    """The content with a title of its own for the step that a "Yes" at the first question leads to."""
    tree = CONTENT.trees["crisis"]
    steps = {**tree.steps, "call-911": tree.steps["call-911"].model_copy(update={"title": words})}
    return CONTENT.model_copy(
        update={"trees": {**CONTENT.trees, "crisis": tree.model_copy(update={"steps": steps, **changes})}}
    )


class Host:
    """A server whose app can be another one, slow, broken, or away."""

    def __init__(self):
        self.app, self.delay, self.status, self.asked = site(), 0, None, []
        self.server = make_server("127.0.0.1", 0, self.answer, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        time.sleep(self.delay)
        if self.status:
            start_response(self.status, [("Content-Type", "text/html")])
            return [b"<h1>Broken</h1>"]
        return self.app(environ, start_response)


@pytest.fixture
def host():
    found = Host()
    yield found
    found.delay = 0
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def reader(open_page, host):
    """A page on a phone that may keep an offline copy."""
    page = open_page(PHONE, service_workers="allow", base_url=host.address)
    page.watch.faults = True
    return page


def kept(page):
    return page.evaluate(BUNDLES)


def wait_for_copy(page, text='"steps"', guide="/en/crisis"):
    """Waits until the copy of a guide is there and has a text."""
    deadline = time.monotonic() + PATIENCE
    while text not in kept(page).get(f"guide /: {guide}/bundle.json", ""):
        assert time.monotonic() < deadline, f"no copy of {guide} with {text} in {list(kept(page))}"
        time.sleep(0.1)
    page.evaluate(CONTROLLED)


def open_once(page, step=START):
    visit(page, step)
    wait_for_copy(page)


def cut(page):
    page.context.set_offline(True)


@pytest.mark.parametrize("part", some(range(4)))
def test_after_one_visit_every_step_opens_by_its_address_without_network(reader, part):
    open_once(reader)
    cut(reader)
    for step in CRISIS[part::4]:
        visit(reader, step)
        expect(reader.locator("#copy")).to_have_text(COPY)
    assert reader.evaluate("getComputedStyle(document.querySelector('.bar')).display") != "inline"


@pytest.mark.proof
def test_after_one_visit_every_choice_of_the_guide_can_be_tapped_without_network(reader):
    open_once(reader)
    cut(reader)
    visit(reader, START)
    seen, way = {START}, [START]
    while way:
        new = [step for step in after(way[-1]) if step not in seen and step in CRISIS]
        if new:
            activate(link(reader, new[0]))
            assert_at(reader, new[0])
            if new[0] not in after(START):  # those were fetched before the tap, and may be kept a minute
                expect(reader.locator("#copy")).to_have_text(COPY)
            seen.add(new[0])
            way.append(new[0])
        else:
            way.pop()
            if way:
                go_back(reader, way[-1])
    assert seen == set(CRISIS)


def test_answers_survive_a_reload_without_network(reader):
    open_once(reader)
    cut(reader)
    walk(reader, *TO_CALL_AWAY)
    asked = reader.locator("#answers li").count()
    assert asked == len(TO_CALL_AWAY) - 1  # its last choice is a warning, which is no answer
    reader.reload()
    assert_at(reader, TO_CALL_AWAY[-1][1])
    assert reader.locator("#answers li").count() == asked
    go_back(reader, TO_CALL_AWAY[-2][1])


@pytest.mark.parametrize("path", some(["/", "/en/", "/en/crisis/"]))
def test_the_first_pages_open_without_network(reader, path):
    open_once(reader)
    cut(reader)
    reader.goto(path)
    expect(reader).to_have_title(title(START))
    choose(reader, *TO_CALL[0])


def test_a_page_without_a_copy_tells_so_and_carries_help(reader):
    open_once(reader)
    cut(reader)
    for path in ("/en/crisis/map/", "/en/police-here/first-minute/", "/es/crisis/danger/"):
        assert reader.goto(path).status == 503
        expect(reader.locator("h1")).to_have_text("There is no network")
        assert reader.locator("a.way[href='tel:911']").is_visible()
        assert reader.locator("a.way[href='tel:988']").is_visible()
    activate(reader.locator("a.choice"))
    assert_at(reader, START)


def test_a_tap_to_a_guide_without_a_copy_keeps_the_step_and_shows_help(reader):
    open_once(reader)
    cut(reader)
    step, other = next((one, two) for one in CRISIS for two in after(one) if two not in (*CRISIS, *after(START)))
    visit(reader, step)
    activate(link(reader, other))
    expect(reader.locator("#guard")).to_be_visible()
    assert_at(reader, step)


def test_every_guide_that_was_opened_is_kept(reader):
    open_once(reader)
    visit(reader, "police-here/first-minute")
    wait_for_copy(reader, guide="/en/police-here")
    cut(reader)
    visit(reader, "crisis/pacing")
    visit(reader, "police-here/first-minute")


def test_offline_pages_have_the_same_headers(reader):
    live = reader.goto(address(START)).headers
    wait_for_copy(reader)
    cut(reader)
    answer = reader.goto(address(START))
    assert answer.from_service_worker
    for name in ("content-security-policy", "referrer-policy", "x-content-type-options", "permissions-policy"):
        assert answer.headers[name] == live[name]


# --- A server that answers wins ---------------------------------------------------------------------------------------


def test_a_live_server_wins_at_once(reader, host):
    open_once(reader)
    host.app = site(titled("Call 911 today"))
    walk_to_new_title(reader)


def walk_to_new_title(page):
    page.goto(address("crisis/call-911"))
    expect(page).to_have_title("Call 911 today")
    expect(page.locator("#copy")).to_be_empty()


@pytest.mark.proof
def test_the_copy_answers_after_three_seconds_when_the_server_hangs(reader, host):
    open_once(reader)
    host.delay = 20
    begun = time.monotonic()
    reader.goto(address("crisis/call-911"), wait_until="commit")
    assert 2.5 < time.monotonic() - begun < host.delay
    assert_at(reader, "crisis/call-911")
    expect(reader.locator("#copy")).to_have_text(COPY)


@pytest.mark.parametrize("status", some(["500 Broken", "503 Away"]))
def test_the_copy_answers_for_a_broken_server(reader, host, status):
    open_once(reader)
    host.status = status
    visit(reader, "crisis/call-911")
    expect(reader.locator("#copy")).to_have_text(COPY)
    choose(reader, *FIVE_STEPS[2])
    expect(reader.locator("#copy")).to_have_text(COPY)
    host.status = None
    visit(reader, START)
    expect(reader.locator("#copy")).to_be_empty()


def test_what_a_live_server_took_out_is_not_answered_from_the_copy(reader, host):
    open_once(reader)
    tree = CONTENT.trees["crisis"]
    steps = {name: step for name, step in tree.steps.items() if name != "pacing"}
    gone = tree.model_copy(update={"steps": steps, "removed": ("pacing",)})
    host.app = site(CONTENT.model_copy(update={"trees": {**CONTENT.trees, "crisis": gone}}))
    assert reader.goto(address("crisis/pacing")).status == 410


# --- A new release ----------------------------------------------------------------------------------------------------


def test_a_new_release_replaces_the_copy_in_the_next_visit(reader, host):
    open_once(reader)
    host.app = site(titled("Call 911 today"))
    visit(reader, START)
    wait_for_copy(reader, "Call 911 today")
    cut(reader)
    reader.goto(address("crisis/call-911"))
    expect(reader).to_have_title("Call 911 today")
    expect(reader.locator("#copy")).to_have_text(COPY)


@pytest.mark.proof
def test_the_copy_does_not_change_in_the_middle_of_a_walk(reader, host):
    open_once(reader)
    walk(reader, *TO_CALL)
    reader.wait_for_timeout(600)
    host.app = site(titled("Call 911 today"))
    host.asked.clear()
    other = reader.context.new_page()
    visit(other, START)
    deadline = time.monotonic() + PATIENCE
    while "/en/crisis/bundle.json" not in host.asked:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    other.wait_for_timeout(1000)
    reader.reload()
    reader.wait_for_timeout(1000)
    assert "Call 911 today" not in kept(reader)["guide /: /en/crisis/bundle.json"]
    activate(reader.locator("footer .start-over"))
    assert_at(reader, START)
    wait_for_copy(reader, "Call 911 today")


@pytest.mark.proof
def test_a_copy_that_can_not_be_filled_whole_leaves_the_old_one(reader, host):
    open_once(reader)
    new = site(titled("Call 911 today"))

    def without_assets(environ, start_response):
        if environ["PATH_INFO"].startswith("/static/new"):
            start_response("404 Not Found", [])
            return [b""]
        if not environ["PATH_INFO"].endswith("bundle.json"):
            return new(environ, start_response)
        environ = {**environ, "HTTP_ACCEPT_ENCODING": "identity"}
        body = b"".join(new(environ, lambda *words: None)).replace(b'"assets":[', b'"assets":["/static/new.css",')
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    host.app = without_assets
    host.asked.clear()
    visit(reader, START)
    reader.wait_for_timeout(1500)
    assert "/static/new.css" in host.asked
    assert "Call 911 today" not in kept(reader)["guide /: /en/crisis/bundle.json"]


@pytest.mark.proof
def test_the_assets_of_the_last_release_go_when_nothing_needs_them(reader, host):
    open_once(reader)
    reader.evaluate("async () => (await caches.open('guide /')).put('/static/old.css', new Response('old'))")
    host.app = site(titled("Call 911 today"))
    visit(reader, START)
    wait_for_copy(reader, "Call 911 today")
    deadline = time.monotonic() + PATIENCE
    while "/static/old.css" in (paths := [urlsplit(key.split(": ")[1]).path for key in kept(reader)]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len([path for path in paths if path.startswith("/static/")]) == 7


# --- It goes ----------------------------------------------------------------------------------------------------------


def assert_gone(page):
    deadline = time.monotonic() + PATIENCE
    while kept(page) or page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length"):
        assert time.monotonic() < deadline, list(kept(page))
        time.sleep(0.1)


@pytest.mark.proof
def test_the_settings_take_the_copy_away(reader, host):
    open_once(reader)
    host.app = site(offline=False)
    visit(reader, START)
    assert_gone(reader)


def test_a_worker_that_is_not_there_any_more_takes_the_copy_away(reader, host):
    open_once(reader)
    app = site()

    def without_worker(environ, start_response):
        if environ["PATH_INFO"] == "/sw.js":
            start_response("404 Not Found", [])
            return [b""]
        return app(environ, start_response)

    host.app = without_worker
    visit(reader, START)
    assert_gone(reader)


@pytest.mark.parametrize("network", some([False, True]))
def test_one_tap_deletes_the_copy(reader, network):
    reader.goto("/en/about/")
    button = reader.get_by_role("button", name="Delete the offline copy")
    assert not button.is_visible()
    open_once(reader)
    reader.context.set_offline(not network)
    reader.goto("/en/about/")
    activate(button)
    expect(reader.locator("#forgotten")).to_have_text("The offline copy is deleted.")
    assert not button.is_visible()
    assert_gone(reader)


# --- What it tells ----------------------------------------------------------------------------------------------------


@pytest.mark.proof
def test_the_copy_is_the_same_whatever_step_was_opened(reader, browser, host):
    found = []
    for step in ("crisis/call-911", "crisis/pacing"):
        context = browser.new_context(base_url=host.address, **PHONE)
        page = context.new_page()
        visit(page, step)
        wait_for_copy(page)
        for other in after(step)[:2]:
            visit(page, other) if other in CRISIS else None
        page.wait_for_timeout(500)
        found.append(kept(page))
        context.close()
    assert found[0] == found[1]
    assert [key for key in found[0] if "/static/" not in key] == ["guide /: /en/crisis/bundle.json"]


@pytest.mark.proof
def test_an_old_copy_says_that_it_is_old(reader, host):
    host.app = site(titled("Call 911 now", review_by=datetime.date(2020, 1, 1)))
    open_once(reader)
    cut(reader)
    visit(reader, START)
    expect(reader.locator("#copy")).to_contain_text(f"{COPY} It is old.")


def test_a_number_goes_from_an_open_page_on_the_day_after_its_last(open_page, launched):
    late = max(one.expires for one in CONTENT.contacts.values() if one.expires) + datetime.timedelta(days=1)
    page = open_page(PHONE, base_url=launched)
    page.clock.install(time=datetime.datetime.combine(LAUNCH, datetime.time(12)))
    visit(page, "crisis/help-for-you")
    number = page.locator("a[href='tel:+18007997233']").first
    missing = page.get_by_text("was not checked in time")
    expect(number).to_be_visible()
    assert not missing.is_visible()
    page.clock.set_system_time(datetime.datetime.combine(late, datetime.time(12)))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(number).not_to_be_visible()
    expect(missing).to_be_visible()
    assert page.locator("nav.bar a[href='tel:988']").is_visible()
    visit(page, "crisis/help-for-you")
    expect(number).not_to_be_visible()


# --- From a host of files --------------------------------------------------------------------------------------------


@pytest.fixture
def release(tmp_path):
    """Exports the trees, with a title of its own for the step that a "Yes" at the first question leads to."""
    trees = tmp_path / "trees"
    shutil.copytree(data_dir("trees"), trees)

    def make(old="", new=""):
        file = trees / "crisis.yaml"
        file.write_text(file.read_text().replace(old, new))
        (trees / "locale" / "es" / "crisis.po").unlink(missing_ok=True)
        loaded, settings, _ = read(trees, None, writing=True)
        export(Site(loaded.content, settings, loaded.catalogs), tmp_path / "root", [], DAY, lambda n: None)

    make()
    return make


@pytest.mark.proof
def test_the_exported_site_works_without_network_and_then_shows_a_new_release(open_page, release, tmp_path):
    port = free_port()
    page = open_page(PHONE, service_workers="allow", base_url=f"http://127.0.0.1:{port}")
    page.watch.faults = True
    with behind_nginx(tmp_path / "nginx", tmp_path / "root", port=port):
        open_once(page)
    cut(page)
    for step in CRISIS:
        visit(page, step)
        expect(page.locator("#copy")).to_have_text(COPY)
    walk(page, *TO_CALL)
    go_back(page, START)
    page.reload()
    assert_at(page, "crisis/danger")
    release("title: Call 911 now", "title: Call 911 today")
    page.context.set_offline(False)
    with behind_nginx(tmp_path / "nginx", tmp_path / "root", port=port):
        visit(page, "crisis/danger")
        wait_for_copy(page, "Call 911 today")
        page.goto("/en/crisis/call-911/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Call 911 today")
        expect(page.locator("#copy")).to_have_text("")
