"""A short walk in Firefox and in WebKit. What the other tests prove in Chromium must not be true there alone."""

import pytest
from conftest import CHECKOUT, serving
from guide import START, address, sentence, title
from other_browsers import Firefox, WebKit

pytestmark = pytest.mark.proof
CALL = "crisis/call-911"
WEAPON = "[data-topic=weapon] [data-option=in-reach]"
IN_SIGHT = """[...document.querySelectorAll(".lines q, .topic q")]
  .filter((one) => !one.closest("[hidden], details:not([open])")).map((one) => one.textContent)"""
SHOWN = "getComputedStyle(document.querySelector('{}')).display !== 'none'"
KEPT = "caches.keys().then((names) => names.length > 0 && caches.open(names[0])).then((one) => one && one.keys())"


@pytest.fixture(params=[Firefox, WebKit], ids=lambda kind: kind.__name__)
def start(request, tmp_path):
    """Starts the browser, with JavaScript or without it. At the end, no script may have failed."""
    started = []

    def make(**options):
        started.append(request.param(tmp_path / str(len(started)), **options))
        return started[-1]

    yield make
    errors = [line for one in started for line in one.errors()]
    for one in started:
        one.close()
    assert errors == []


def choice(step):
    return f'#step a.choice[href="{address(step)}"]'


def answers(browser):
    return browser.ask("[...document.querySelectorAll('#answers .question')].map((one) => one.textContent)")


def lines(browser):
    """The sentences in sight: those to say first and those that are chosen."""
    return browser.ask(IN_SIGHT)


def focus(browser):
    return browser.ask("document.activeElement.textContent")


def test_a_walk(start, server):
    browser = start()
    browser.open(server + address(START))
    browser.wait_for_title(title(START))
    assert browser.ask("Boolean(window.walkReady && window.leavePage && window.offlineReady)")

    browser.tap(choice(CALL))
    browser.wait_for_title(title(CALL))
    assert browser.ask("location.pathname") == address(CALL)
    assert focus(browser) == title(CALL)
    assert browser.ask("performance.getEntriesByType('navigation')[0].name") == server + address(START)

    weapon = sentence("weapon/in-reach")
    assert weapon not in lines(browser)
    browser.tap("[data-topic=weapon] > summary")
    browser.tap(f"{WEAPON} > summary")
    assert weapon in lines(browser)
    browser.reload()
    browser.wait_for_title(title(CALL))
    browser.wait_until(f"document.querySelector('{WEAPON}[open]')")
    assert weapon in lines(browser)
    browser.wait_until("document.querySelector('#answers .question')")
    assert answers(browser) == [title(START)]

    browser.back()
    browser.wait_for_title(title(START))
    browser.wait_until("document.querySelector('#step .step h1').textContent === document.title")
    assert answers(browser) == []
    browser.tap(choice(CALL))
    browser.wait_for_title(title(CALL))
    browser.wait_until("document.querySelector('#answers .question')")
    assert answers(browser) == [title(START)]

    browser.tap(".end .start-over")
    browser.wait_for_title(title(START))
    browser.wait_until("location.pathname === " + repr(address(START)) + " && history.state.walk.n === 1")
    assert answers(browser) == []
    browser.back()
    browser.wait_until("history.state.walk.n === 0")
    assert browser.ask("location.pathname") == address(START)


def test_a_direct_link(start, server):
    browser = start()
    browser.open(server + address("crisis/call-988"))
    browser.wait_for_title(title("crisis/call-988"))
    for selector in ('#step a[href^="tel:988"]', '.bar a[href="tel:911"]', "a.exit"):
        assert browser.ask(SHOWN.format(selector)), selector
    box = browser.ask("(({ top, bottom }) => [top, bottom])(document.querySelector('a.exit').getBoundingClientRect())")
    assert box[0] >= 0 and box[1] <= browser.ask("innerHeight")


def test_a_walk_without_javascript(start, server):
    browser = start(script=False)
    browser.open(server + address(START))
    browser.wait_for_title(title(START))
    browser.tap(choice(CALL))
    browser.wait_for_title(title(CALL))
    browser.tap('.bar a[href="/en/crisis/cant-talk/"]')
    browser.wait_for_title(title("crisis/cant-talk"))
    browser.back()
    browser.wait_for_title(title(CALL))
    browser.tap(".end .start-over")
    browser.wait_for_title(title(START))


def test_the_offline_copy(start, tmp_path):
    browser = start()
    with serving(CHECKOUT, tmp_path / "server") as here:
        browser.open(here + address(START))
        browser.wait_for_title(title(START))
        browser.wait_until(f"navigator.serviceWorker.controller && {KEPT}.then((found) => found && found.length)")
    browser.open(here + address("crisis/call-988"))
    browser.wait_for_title(title("crisis/call-988"))
    assert browser.ask("document.getElementById('copy').textContent").startswith("Offline copy of ")
    browser.open(here + address(START))
    browser.wait_for_title(title(START))
    browser.tap(choice(CALL))
    browser.wait_for_title(title(CALL))
    browser.wait_until("document.querySelector('#answers .question')")
    assert answers(browser) == [title(START)]
    browser.reload()
    browser.wait_for_title(title(CALL))
    browser.wait_until("document.querySelector('#answers .question')")
    assert answers(browser) == [title(START)]
