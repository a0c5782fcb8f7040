"""The second person at a waiting room's screen finds nothing of the first, whatever that one did and this one tries."""

import contextlib
import signal
import sqlite3

import pytest
from guide import STEPS, title
from matrix import some
from playwright.sync_api import Error, expect
from waiting_room import BEGIN, SCREEN, assert_start, assert_step, begin, chosen, do, left, open_screen, pick, take, tap

CALL = "crisis/call-911"
STORED = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  cookies: document.cookie,
  databases: (await indexedDB.databases()).length,
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  name: window.name,
})"""
NOTHING = {"local": 0, "session": 0, "cookies": "", "databases": 0, "caches": [], "workers": 0, "name": ""}


@pytest.fixture
def screen(open_page):
    page = open_page(SCREEN, service_workers="allow")
    open_screen(page)
    return page


@pytest.fixture
def fresh(open_page):
    """What the start screen is where nobody has been."""
    page = open_page(SCREEN)
    open_screen(page)
    return left(page)


def use(page):
    """The first person: another language, larger text, contrast, answers, taps, a scroll, a selection."""
    begin(page)
    take(page, CALL)
    pick(page, "others/children")
    do(page, "larger")
    do(page, "contrast")
    tap(page, page.locator(".dock .language[lang=es]"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.evaluate("document.documentElement.className") == "kiosk size-1 contrast"
    page.evaluate("scrollTo(0, 300)")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")


def by_the_button(page):
    do(page, "clear")


def by_leaving(page):
    page.clock.fast_forward(3_600_000)


WAYS = (by_the_button, by_leaving)


def assert_nothing(page, fresh):
    assert_start(page)
    found = left(page)
    assert found == fresh
    focused = page.evaluate("document.activeElement.tagName")
    assert focused in ("BODY", "H1"), f"the focus is still on {focused}"


@pytest.mark.parametrize("forget", some(WAYS), ids=lambda way: way.__name__)
def test_what_the_first_person_did_is_gone(open_page, fresh, forget):
    page = open_page(SCREEN)
    if forget is by_leaving:
        page.clock.install()
    open_screen(page)
    use(page)
    forget(page)
    assert_nothing(page, fresh)


@pytest.mark.proof
def test_the_second_person_begins_like_the_first(screen):
    begin(screen)
    take(screen, CALL)
    at_first = left(screen)
    pick(screen, "others/children")
    do(screen, "larger")
    do(screen, "clear")
    begin(screen)
    assert screen.locator("[data-do=back]").is_hidden()
    take(screen, CALL)
    assert left(screen) == at_first
    expect(chosen(screen, "others/children")).to_have_count(0)


def test_a_walk_makes_no_history(screen, fresh):
    length = screen.evaluate("history.length")
    use(screen)
    assert screen.evaluate("history.length") == length
    assert screen.evaluate("history.state") is None
    assert screen.evaluate("location.href") == fresh["address"]


OTHER = "/healthz"
"""A page before and after the guide, as there may be one while the machine starts."""


SETTLED = (
    "document.readyState === 'complete' && (window.kioskReady || !document.body.dataset.start) && location.pathname"
)


def go(page, direction):
    """One step in the browser's own history. Returns what is shown of the guide, or None at another page."""
    seen = []
    with contextlib.suppress(Error):  # the page goes away under the call
        page.evaluate(f"() => {{ setTimeout(() => history.{direction}()) }}")
    for _ in range(60):
        page.wait_for_timeout(50)
        try:
            seen.append(page.evaluate(SETTLED))
        except Error:
            seen.append(None)
        if len(seen) > 3 and seen[-1] and len(set(seen[-4:])) == 1:
            return left(page) if seen[-1] == BEGIN else None
    raise AssertionError(f"no page comes to rest: {seen}")


@pytest.mark.proof
@pytest.mark.parametrize("cleared", some([True, False]), ids=["cleared", "left in the middle"])
@pytest.mark.parametrize("kept", some([True, False]), ids=["with a cache", "without"])
def test_back_and_forward_ten_times_find_nothing(profile, fresh, cleared, kept):
    page = profile.open(*([] if kept else ["--disable-back-forward-cache"]))
    page.goto(f"{profile.server}{OTHER}")
    open_screen(page, profile.server)
    use(page)
    if cleared:
        do(page, "clear")
    page.goto(f"{profile.server}{OTHER}")
    found = [go(page, direction) for direction in ("back", "forward") for _ in range(10)]
    assert fresh in found
    assert all(one in (None, fresh) for one in found)
    assert go(page, "back") == fresh
    assert_nothing(page, fresh)


@pytest.mark.parametrize("event", some(["pagehide", "pageshow"]))
def test_a_page_that_a_browser_kept_to_go_back_to_is_the_start_screen(screen, fresh, event):
    # Chromium keeps no page that may not be stored and asks the server for more; other browsers may.
    use(screen)
    screen.evaluate("type => { dispatchEvent(new PageTransitionEvent(type, { persisted: true })) }", event)
    assert_nothing(screen, fresh)


def test_a_reload_finds_nothing(screen, fresh):
    use(screen)
    screen.reload()
    assert_nothing(screen, fresh)


@pytest.mark.proof
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["closed", "killed"])
def test_a_restored_session_finds_nothing(profile, fresh, end):
    page = profile.open()
    open_screen(page, profile.server)
    use(page)
    page.wait_for_timeout(4000)  # Chromium writes its session down now and then
    profile.close(end)
    page = profile.open("--restore-last-session")
    if end is signal.SIGTERM or page.url == fresh["address"]:  # after a crash Chromium may restore nothing
        assert_nothing(page, fresh)


@pytest.mark.proof
def test_the_browser_remembers_no_step(profile):
    page = profile.open("--incognito")
    open_screen(page, profile.server)
    use(page)
    page.wait_for_timeout(1000)
    profile.close(signal.SIGTERM)
    with sqlite3.connect(f"file:{profile.folder}/Default/History?mode=ro", uri=True) as history:
        found = dict(history.execute("select url, title from urls"))
    assert not [url for url in found if profile.server in url]
    assert not {title(step) for step in STEPS} & set(found.values())


def test_nothing_is_stored(screen):
    use(screen)
    assert screen.evaluate(STORED) == NOTHING
    do(screen, "clear")
    assert screen.evaluate(STORED) == NOTHING
    assert screen.context.cookies() == []


def test_the_first_key_of_the_second_person_goes_to_the_first_language(screen):
    use(screen)
    do(screen, "clear")
    screen.keyboard.press("Tab")
    assert screen.evaluate("document.activeElement.matches('a.language')")
    assert screen.evaluate("document.activeElement === document.querySelector('a.language')")


def test_a_step_that_was_opened_by_its_address_is_forgotten_too(screen, fresh):
    screen.goto(f"/kiosk/en/{CALL}/")
    assert_step(screen, CALL)
    screen.reload()
    assert_nothing(screen, fresh)
