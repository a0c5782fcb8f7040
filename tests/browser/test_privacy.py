"""A walk through the guide tells nobody anything: no cookie, no storage, no other origin, no referrer."""

import http.server
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from devices import DESKTOP, PHONE
from guide import CONTENT, PAGES, START, address, after, step_of
from ports import PATIENCE
from walking import TO_CALL_AWAY, activate, assert_at, follow, link, pick, unfold_all, visit, walk

KEPT = """async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map((one) => one.name),
  caches: await caches.keys(),
  cookie: document.cookie,
  name: window.name,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "databases": [], "caches": [], "cookie": "", "name": "", "workers": 0}


def assert_nothing_kept(page):
    assert page.evaluate(KEPT) == NOTHING
    assert page.context.cookies() == []


def roam(page, seed, steps):
    """Takes choices, new steps first. The page is watched for violations, errors and other origins meanwhile."""
    dice = random.Random(seed)
    at, seen = START, {START}
    visit(page, at)
    for _ in range(steps):
        ways = sorted(set(after(at)))
        at = dice.choice([way for way in ways if way not in seen] or ways)
        seen.add(at)
        activate(link(page, at))
        assert_at(page, at)
        for topic in step_of(at).asked[:1]:
            pick(page, *(f"{topic}/{option.id}" for option in CONTENT.topics[topic].options[:1]))
        for button in page.get_by_role("button", name="Show these words large").all():
            activate(button)
            page.keyboard.press("Escape")
    return seen


@pytest.mark.proof
def test_a_long_walk_keeps_nothing_and_asks_nobody_else(page):
    assert len(roam(page, 1, 20)) > 10
    follow(page, "About this guide", "About this guide")
    assert_nothing_kept(page)
    for path in PAGES[:6]:
        page.goto(path)
        assert_nothing_kept(page)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(12))
def test_many_long_walks_keep_nothing(page, seed):
    roam(page, seed, 40)
    assert_nothing_kept(page)


def test_a_walk_with_taps_leaves_no_trace_outside_the_tab(page):
    walk(page, *TO_CALL_AWAY)
    pick(page, "weapon/in-reach", "others/children")
    assert_nothing_kept(page)
    other = page.context.new_page()
    visit(other, "crisis/call-911")
    assert other.locator("[data-option][open], .switch :checked").count() == 0
    assert not other.locator("#answers").is_visible()


@pytest.mark.parametrize("selector", [".contact a[href^='https:']", ".sources a", "a.exit"])
def test_another_website_is_not_told_where_the_reader_came_from(open_page, selector):
    page = open_page(DESKTOP)
    seen = []

    def answer(route):
        seen.append(route.request.headers.get("referer"))
        route.fulfill(body="<title>Elsewhere</title><script>document.write(document.referrer)</script>",
                      content_type="text/html")  # fmt: skip

    page.goto(address("crisis/team" if selector == ".sources a" else "crisis/call-988"))  # none leads away from a call
    unfold_all(page)
    found = page.locator(selector).first
    origin = "/".join(found.get_attribute("href").split("/")[:3])
    page.watch.allowed.add(origin)
    page.route(f"{origin}/**", answer)
    activate(found)
    page.wait_for_url(f"{origin}/**")
    assert seen and set(seen) == {None}
    assert page.evaluate("document.referrer") == ""


def test_the_headers_forbid_what_the_page_does_not_need(page):
    headers = page.goto(address(START)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


OF_CHROMIUM = (
    "accounts.google.com", "update.googleapis.com", "clients2.google.com", "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com", "redirector.gvt1.com", "edgedl.me.gvt1.com",
)  # fmt: skip
"""Where Chromium goes by itself, with no page open too; the one for autofill, when a page has fields."""


class Proxy(http.server.ThreadingHTTPServer):
    """Stands between a browser and everything else, notes where each request goes, and lets it go to one origin."""

    def __init__(self, origin):
        super().__init__(("127.0.0.1", 0), Passage)
        self.origin, self.seen = origin, []


class Passage(http.server.BaseHTTPRequestHandler):
    def pass_on(self):
        self.server.seen.append((self.command, self.path))
        if self.command == "CONNECT" or not self.path.startswith(f"{self.server.origin}/"):
            return self.send_error(502)
        wanted = urllib.request.Request(self.path, headers=dict(self.headers), method=self.command)
        try:
            answer = urllib.request.urlopen(wanted, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body = answer.read()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_CONNECT = do_OPTIONS = pass_on

    def log_message(self, *words):
        pass


@pytest.fixture
def proxy(server):
    with Proxy(server) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()


@pytest.mark.proof
def test_a_proxy_that_sees_every_request_of_the_browser_sees_our_origin_only(start_browser, server, proxy):
    """What the page does not report is in it too: prefetches, the service worker, icons, the manifest."""
    place = f"http://127.0.0.1:{proxy.server_address[1]}"
    own = start_browser(f"--proxy-server={place}", "--proxy-bypass-list=<-loopback>")
    try:
        page = own.new_context(base_url=server, **PHONE).new_page()
        seen = roam(page, 3, 8)
        for path in PAGES:
            page.goto(path)
        page.goto(address("crisis/call-988"))
        deadline = time.monotonic() + PATIENCE
        while not any("/en/crisis/bundle.json" in path for _, path in proxy.seen):  # the copy is made after the page
            assert time.monotonic() < deadline
            page.wait_for_timeout(100)
    finally:
        own.close()
    pages = [(method, path) for method, path in proxy.seen if not any(one in path for one in OF_CHROMIUM)]
    assert {f"{urlsplit(path).scheme}://{urlsplit(path).netloc}" for _, path in pages} == {server}
    assert {method for method, _ in pages} == {"GET"}
    paths = {urlsplit(path).path for _, path in pages}
    assert {address(step) for step in seen} <= {path.removesuffix("step.html") for path in paths}
    assert {"/sw.js", "/en/crisis/bundle.json"} <= paths
    assert not [path for _, path in pages if urlsplit(path).query]


WRITTEN = 4000
"""Milliseconds after which Chromium has written its session down."""


def words_on_disk(profile, words):
    """Those that stand anywhere in the session files of the browser."""
    files = [path.read_bytes() for path in (profile.folder / "Default" / "Sessions").iterdir()]
    return {one for one in words for body in files if one.encode() in body or one.encode("utf-16-le") in body}


@pytest.mark.proof
def test_the_browser_writes_no_words_of_an_answer_to_disk(profile):
    page = profile.open()
    page.goto(f"{profile.server}{address(START)}")
    labels = {label for label, _ in TO_CALL_AWAY if len(label) > 5}
    assert len(labels) > 1
    for _, step in TO_CALL_AWAY:
        activate(link(page, step))
        assert_at(page, step)
    pick(page, "others/children")
    page.wait_for_timeout(WRITTEN)
    assert words_on_disk(profile, {"crisis/who", "children"}) == {"crisis/who", "children"}
    page.evaluate("document.querySelector('a.exit').click()")
    page.wait_for_timeout(WRITTEN)
    profile.close(signal.SIGTERM)
    assert words_on_disk(profile, labels) == set()
