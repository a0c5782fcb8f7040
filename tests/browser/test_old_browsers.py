"""Where a browser can't read a script, or the script does not come, links are plain links and nothing is promised."""

import re
import subprocess
from pathlib import Path

import pytest
from conftest import CHECKOUT
from devices import PHONE
from guide import START, address, title
from playwright.sync_api import expect
from walking import FIVE_STEPS, activate, choice

pytestmark = pytest.mark.proof

PARSER = Path(__file__).parent / "npm/node_modules/.bin/acorn"
SCRIPTS = ("exit", "htmx-4.0.1.min", "walk", "offline")


def unreadable(page, *names):
    """Puts words into these scripts that no browser can read. Without integrity, the browser tries to."""
    page.route(
        lambda address: address.endswith("/"),
        lambda route: (
            (answer := route.fetch())
            and route.fulfill(response=answer, body=re.sub(r' integrity="[^"]*"', "", answer.text()))
        ),
    )
    for name in names:
        page.route(
            re.compile(rf"/static/{re.escape(name)}\.[0-9a-f]+\.js"),
            lambda route: (answer := route.fetch()) and route.fulfill(response=answer, body="#?.\n" + answer.text()),
        )


def walk(page):
    page.goto("/")
    for label, step in FIVE_STEPS:
        activate(choice(page, label))
        expect(page).to_have_title(title(step))
        expect(page).to_have_url(address(step))
        expect(page.locator("#step h1")).to_have_text(title(step))
    page.go_back()
    expect(page).to_have_title(title(FIVE_STEPS[-2][1]))
    expect(page.locator("#step h1")).to_have_text(title(FIVE_STEPS[-2][1]))
    activate(page.locator(".end .start-over"))
    expect(page).to_have_title(title(START))
    expect(page.locator("#step h1")).to_have_text(title(START))
    label, step = FIVE_STEPS[0]
    activate(choice(page, label))
    expect(page).to_have_title(title(step))
    assert page.locator("a.exit").is_visible() and page.locator('.bar a[href="tel:911"]').is_visible()
    assert not page.locator("#guard").is_visible()


@pytest.mark.parametrize("names", [*((one,) for one in SCRIPTS), SCRIPTS], ids=" ".join)
def test_a_walk_works_where_a_script_can_not_be_read(open_page, names):
    page = open_page(PHONE)
    unreadable(page, *names)
    walk(page)
    told = [line for line in page.watch.seen if "Invalid or unexpected token" in line or "SyntaxError" in line]
    assert told
    page.watch.seen[:] = [line for line in page.watch.seen if line not in told]


def test_a_tap_before_the_walk_is_kept_follows_the_plain_link(page):
    page.route("**/walk.*.js", lambda route: None)  # on its way, and never there
    page.goto(address(START), wait_until="commit")
    label, step = FIVE_STEPS[0]
    activate(choice(page, label))
    page.wait_for_url(f"**{address(step)}", wait_until="commit")
    expect(page.locator("#step h1")).to_have_text(title(step))
    assert page.evaluate("[performance.getEntriesByType('navigation')[0].name, Boolean(window.walkReady)]") == [
        page.url,
        False,
    ]


NEWER = r'[\w-]+: [^;{}]*(/ ""|\bclamp\(|\bmax\(|\bmin\()[^;{}]*;|\binset: [^;{}]*;|\bgap: [^;{}]*;|[^{}]*:focus-visible[^{}]*{[^{}]*}'
"""What the browsers of 2018 do not know. They leave such a line out, or a rule."""


def test_what_an_old_browser_leaves_out_of_the_looks_covers_nothing(open_page):
    page = open_page(PHONE)
    unreadable(page, *SCRIPTS)
    page.route(
        re.compile(r"/static/guide\.[0-9a-f]+\.css"),
        lambda route: (
            (answer := route.fetch()) and route.fulfill(response=answer, body=re.sub(NEWER, "", answer.text()))
        ),
    )
    page.goto(address("crisis/call-911"))
    bar, heading = page.locator(".bar").bounding_box(), page.locator("h1").bounding_box()
    assert bar["y"] + bar["height"] == PHONE["viewport"]["height"] and (bar["x"], bar["width"]) == (0, 390)
    assert heading["y"] + heading["height"] < bar["y"]
    signs = "(all) => all.map((one) => getComputedStyle(one, '::before').content)"
    assert set(page.locator("summary:not(.options summary)").evaluate_all(signs)) == {'"+"'}
    page.watch.seen.clear()


@pytest.mark.proof
@pytest.mark.parametrize(
    "path, year", [("static/*.js", 2020), ("templates/sw*.js", 2020), ("static/vendor/*.js", 2022)]
)
def test_scripts_are_written_in_javascript_that_the_oldest_browsers_read(path, year):
    """The README names the browsers: our own words are older than those of htmx, so htmx decides."""
    if not PARSER.exists():
        pytest.fail("There is no parser, so nothing was proved. `make proof` gets it with npm.", pytrace=False)
    found = sorted(CHECKOUT.glob(path))
    assert found
    for script in found:
        done = subprocess.run([PARSER, f"--ecma{year}", "--silent", script], capture_output=True, text=True)
        assert done.returncode == 0, f"{script.name}: {done.stderr}"
