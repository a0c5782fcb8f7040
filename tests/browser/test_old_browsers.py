"""Where a browser can't read a script, or the script does not come, links are plain links and nothing is promised."""

import re

import pytest
from devices import PHONE
from guide import START, address, title
from playwright.sync_api import expect
from walking import FIVE_STEPS, choice

SCRIPTS = ("exit", "htmx-4.0.1.min", "walk", "offline")


def unreadable(page, *names):
    """Puts words into these scripts that no browser can read. Without integrity, the browser tries to."""
    page.route(
        lambda address: address.endswith("/"),
        lambda route: (answer := route.fetch()) and route.fulfill(
            response=answer, body=re.sub(r' integrity="[^"]*"', "", answer.text())
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
        choice(page, label).click()
        expect(page).to_have_title(title(step))
        expect(page).to_have_url(address(step))
        expect(page.locator("#step h1")).to_have_text(title(step))
    page.go_back()
    expect(page).to_have_title(title(FIVE_STEPS[-2][1]))
    expect(page.locator("#step h1")).to_have_text(title(FIVE_STEPS[-2][1]))
    page.locator(".end .start-over").click()
    expect(page).to_have_title(title(START))
    expect(page.locator("#step h1")).to_have_text(title(START))
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
    choice(page, label).click()
    page.wait_for_url(f"**{address(step)}", wait_until="commit")
    expect(page.locator("#step h1")).to_have_text(title(step))
    assert page.evaluate("[performance.getEntriesByType('navigation')[0].name, Boolean(window.walkReady)]") == [
        page.url,
        False,
    ]
