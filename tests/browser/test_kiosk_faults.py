"""Whatever fails behind a waiting room's screen, the guide goes on, or says where help is and recovers by itself."""

import contextlib
import dataclasses
import shutil
import time

import pytest
from conftest import serving
from guide import START, title
from matrix import some
from playwright.sync_api import Error, expect
from ports import PATIENCE
from waiting_room import (
    BEGIN,
    SCREEN,
    Host,
    app,
    assert_start,
    assert_step,
    begin,
    do,
    left,
    open_screen,
    pick,
    site,
    take,
    tap,
    titled,
)
from walking import words_to_say

from helper import data_dir
from helper.server.app import GuideApp

CALL = "crisis/call-911"
OTHER = "Is there danger here?"
BUNDLE = "/bundle.json"


@pytest.fixture(scope="module")
def first():
    return app()


@pytest.fixture
def host(first):
    found = Host(first)
    yield found
    found.delay = 0
    found.kill()


@pytest.fixture
def page(open_page, host):
    page = open_page(SCREEN, base_url=host.address)
    page.watch.faults = True
    page.clock.install()
    return page


@pytest.fixture
def screen(page):
    open_screen(page)
    return page


def wait(page, seconds):
    """The seconds go by, and what was asked of the server in them is answered."""
    page.clock.fast_forward(seconds * 1000)
    page.wait_for_timeout(150)


def wait_for(page, found, seconds=60):
    """Nobody touches the screen until something is so, for a minute of its clock at most. What the screen began in that
    minute may take as long as a busy machine needs."""
    for _ in range(seconds // 5):
        if found():
            return
        wait(page, 5)
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, f"not so after {seconds} s"
        page.wait_for_timeout(100)


def recovered(page):
    return page.locator("#lost").is_hidden() and page.locator("body.start").is_visible()


@pytest.mark.proof
def test_a_walk_goes_on_when_the_server_dies_in_it(screen, host):
    begin(screen)
    host.kill()
    take(screen, CALL)
    pick(screen, "others/children")
    lines = words_to_say(screen)
    wait(screen, 100)
    screen.mouse.move(50, 50)
    tap(screen, screen.locator(".dock .language[lang=es]"))
    expect(screen.locator("html")).to_have_attribute("lang", "es")
    tap(screen, screen.locator(".dock .language[lang=en]"))
    assert_step(screen, CALL)
    assert words_to_say(screen) == lines
    do(screen, "back")
    assert_step(screen, START)
    expect(screen.locator("#lost")).to_be_hidden()


@pytest.mark.proof
def test_people_come_and_go_while_the_server_is_dead(screen, host):
    host.kill()
    wait(screen, 100)
    for _ in range(2):
        begin(screen)
        take(screen, CALL)
        do(screen, "clear")
        assert_start(screen)
        wait(screen, 600)
    expect(screen.locator("#lost")).to_be_hidden()


@pytest.mark.proof
def test_another_guide_is_there_though_the_server_is_dead(screen, host):
    begin(screen)
    host.kill()
    tap(screen, screen.locator(".foot a").first)
    expect(screen.locator("h1")).not_to_have_text(title(START))
    assert screen.evaluate("location.pathname") == BEGIN


def test_a_server_that_dies_at_boot_is_told_with_help_and_waited_for(page, host):
    host.broken = (BUNDLE,)
    page.goto(BEGIN)
    lost = page.locator("#lost")
    expect(lost).to_be_visible()
    for number in ("911", "988"):
        figures = lost.locator("b", has_text=number)
        expect(figures).to_be_visible()
        assert figures.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") >= 40
    host.kill()
    wait(page, 120)
    expect(lost).to_be_visible()
    host.broken = ()
    host.start()
    wait_for(page, lambda: recovered(page))
    begin(page)


def test_a_touch_while_the_guide_is_still_on_its_way_gets_it_when_it_is_there(page, host):
    host.broken = ("/es/crisis/bundle.json",)
    page.goto(BEGIN)
    wait(page, 1)
    tap(page, page.locator("a.language[lang=es]"))
    expect(page.locator("#lost")).to_be_visible()
    host.broken = ()
    wait_for(page, lambda: page.locator(".step").count() == 1)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#lost")).to_be_hidden()


@pytest.mark.proof
def test_what_is_there_can_be_used_while_the_rest_is_not(page, host):
    host.broken = ("/es/crisis/bundle.json",)
    page.goto(BEGIN)
    wait(page, 1)
    tap(page, page.locator("a.language[lang=es]"))
    expect(page.locator("#lost")).to_be_visible()
    tap(page, page.locator("#lost"))
    begin(page)
    take(page, CALL)


@pytest.mark.parametrize("fault", some(["hangs", "dead", "broken", "login page"]))
def test_a_page_that_never_got_the_start_screen_forgets_and_recovers(page, host, fault, first):
    host.broken = (BUNDLE,)
    page.route(f"**{BEGIN}", lambda route: route.abort())
    page.goto(f"/kiosk/en/{CALL}/")
    assert_step(page, CALL)
    wait(page, 600)
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator(".step")).to_have_count(0)
    page.unroute(f"**{BEGIN}")
    if fault == "dead":
        host.kill()
    elif fault == "login page":
        host.broken, host.app = (), login_page
    elif fault == "broken":
        host.broken = (BEGIN,)
    else:
        host.delay = 1
    wait(page, 30)
    expect(page.locator("#lost")).to_be_visible()
    host.broken, host.app, host.delay = (), first, 0
    if fault == "dead":
        host.start()
    wait_for(page, lambda: recovered(page))


def login_page(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<html><title>Wi-Fi</title><form>Log in</form></html>"]


def test_a_login_page_of_a_network_changes_nothing(screen, host):
    before = left(screen)
    host.app = login_page
    wait(screen, 100)
    assert left(screen) == before
    begin(screen)


@pytest.fixture(scope="module")
def second():
    """The guide with another title, as an author changed it."""
    return app(titled(OTHER))


def version(page):
    return page.evaluate("document.body.dataset.version")


def test_a_new_version_comes_between_people_and_not_in_a_walk(screen, host, second):
    before = version(screen)
    begin(screen)
    host.app = second
    wait(screen, 40)
    take(screen, CALL)
    do(screen, "back")
    assert_step(screen, START)
    do(screen, "clear")
    wait_for(screen, lambda: version(screen) != before)
    tap(screen, screen.locator("a.language[lang=en]"))
    expect(screen.locator("h1")).to_have_text(OTHER)
    host.kill()
    tap(screen, screen.locator("#step a.choice").first)
    assert_step(screen, "crisis/medical")


@pytest.mark.proof
def test_a_new_version_that_is_half_there_is_not_taken(screen, host, second):
    before = version(screen)
    host.app, host.broken = second, ("/es/after/bundle.json",)
    wait(screen, 100)
    screen.wait_for_timeout(1000)
    assert version(screen) == before
    begin(screen)
    do(screen, "clear")
    host.broken = ()
    wait_for(screen, lambda: version(screen) != before)
    tap(screen, screen.locator("a.language[lang=en]"))
    expect(screen.locator("h1")).to_have_text(OTHER)


@pytest.mark.proof
def test_new_scripts_and_styles_are_taken_with_a_reload_of_the_start_screen(screen, host):
    found = site()
    style = found.assets["kiosk.css"]
    newer = dataclasses.replace(style, name="kiosk.newer.css", body=style.body + b"/* */", integrity="")
    host.app = GuideApp(dataclasses.replace(found, assets={**found.assets, "kiosk.css": newer}))
    begin(screen)
    wait(screen, 40)
    assert_step(screen, START)
    do(screen, "clear")
    wait_for(screen, lambda: screen.locator("link[href*=newer]").count() == 1)
    assert_start(screen)
    begin(screen)


def note(page):
    page.evaluate("window.same = true")


def is_same(page):
    return page.evaluate("window.same === true")


@pytest.mark.proof
def test_at_night_the_start_screen_loads_anew_when_the_server_answers(screen, host):
    note(screen)
    host.kill()
    wait(screen, 25 * 3600)
    wait(screen, 60)
    assert is_same(screen)
    assert_start(screen)
    host.start()
    wait_for(screen, lambda: not is_same(screen))
    screen.wait_for_load_state()
    assert_start(screen)
    note(screen)
    wait(screen, 120)
    assert is_same(screen)
    begin(screen)


@pytest.mark.proof
def test_at_night_nobody_is_interrupted(open_page, host):
    screen = open_page(SCREEN, base_url=host.address)
    screen.clock.install(time="2026-11-24T03:25:00")
    open_screen(screen)
    note(screen)
    begin(screen)
    for _ in range(13):
        screen.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'x' }))")
        wait(screen, 80)
    assert is_same(screen)
    assert_step(screen, START)


@pytest.mark.proof
def test_an_error_of_the_script_clears_to_the_start_screen(open_page):
    page = open_page(SCREEN)
    open_screen(page)
    begin(page)
    page.evaluate("setTimeout(() => { throw new Error('on purpose') })")
    assert_start(page)
    begin(page)
    assert page.watch.seen.pop() == "error: on purpose"
    assert page.watch.seen == []


def test_an_error_that_comes_again_and_again_makes_no_loop(open_page):
    page = open_page(SCREEN)
    open_screen(page)
    page.evaluate(
        "window.times = 0; new MutationObserver(() => { times += 1 }).observe(document.documentElement, { childList: true })"
    )
    page.evaluate("setInterval(() => Promise.reject(new Error('on purpose')), 10)")
    page.wait_for_timeout(500)
    assert page.evaluate("times") < 5
    page.watch.seen.clear()


def test_a_renderer_that_crashed_comes_back_as_the_start_screen(screen):
    begin(screen)
    take(screen, CALL)
    with screen.expect_event("crash"), contextlib.suppress(Error):  # nobody is left to answer
        screen.goto("chrome://crash", timeout=3000)
    again = screen.context.new_page()  # what starts the browser again is no part of the page
    open_screen(again)
    begin(again)


def test_the_screen_stays_awake(page):
    page.add_init_script("""
      window.locks = [];
      Object.defineProperty(navigator, "wakeLock", { value: { async request() {
        locks.push({ released: false });
        return locks.at(-1);
      } } });
    """)
    open_screen(page)
    assert page.evaluate("locks.length") == 1
    wait(page, 300)
    assert page.evaluate("locks.length") == 1
    page.evaluate("locks[0].released = true; document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("locks.length") == 2


WAYS_OUT = {
    "a link to another site": "add('a', { href: 'https://away.example/' }).click()",
    "a link out of the kiosk": "add('a', { href: '/en/' }).click()",
    "a link that opens a tab": "add('a', { href: '/en/', target: '_blank' }).click()",
    "a form": "add('form', { action: '/en/' }).requestSubmit()",
}
ADD = """window.add = (name, values) => {
  const one = Object.assign(document.createElement(name), values);
  document.getElementById("step").append(one);
  return one;
}"""
KEYS = [*({"key": key, "ctrlKey": True} for key in "pstnwlru+-0"), {"key": "ArrowLeft", "altKey": True}]
KEYS += [{"key": key} for key in ("F1", "F5", "F11", "F12", "ContextMenu")]
PREVENTED = (
    ("MouseEvent", "contextmenu", {}),
    ("Event", "selectstart", {}),
    ("DragEvent", "dragstart", {}),
    ("MouseEvent", "auxclick", {}),
    ("WheelEvent", "wheel", {"ctrlKey": True}),
    *(("KeyboardEvent", "keydown", values) for values in KEYS),
)
"""What a browser does something of its own with, such as a menu, a zoom, or a page printed."""
PREVENTS = """([kind, type, values]) => !document.querySelector("h1").dispatchEvent(
  new window[kind](type, { bubbles: true, cancelable: true, ...values }))"""


def test_there_is_no_way_out(screen):
    screen.evaluate(ADD)
    begin(screen)
    for name, way in WAYS_OUT.items():
        screen.evaluate(way)
        screen.wait_for_timeout(80)
        assert screen.evaluate("location.pathname") == BEGIN, name
        assert len(screen.context.pages) == 1, name
    for event in PREVENTED:
        assert screen.evaluate(PREVENTS, event), event


def test_two_fingers_zoom_nothing(screen):
    begin(screen)
    session = screen.context.new_cdp_session(screen)
    session.send("Input.synthesizePinchGesture", {"x": 300, "y": 300, "scaleFactor": 2, "gestureSourceType": "touch"})
    assert screen.evaluate("visualViewport.scale") == 1


@pytest.mark.proof
def test_a_real_server_may_die_and_not_start_again_with_a_broken_tree(open_page, tmp_path):
    trees = tmp_path / "trees"
    shutil.copytree(data_dir("trees"), trees)
    with serving(tmp_path, tmp_path / "output", "--trees", str(trees)) as address:
        page = open_page(SCREEN, base_url=address)
        page.watch.faults = True
        page.clock.install()
        open_screen(page)
        begin(page)
        (trees / "crisis.yaml").write_text("title: [")
        wait(page, 40)
        take(page, CALL)
    do(page, "clear")
    wait(page, 40)
    begin(page)
    take(page, CALL)
