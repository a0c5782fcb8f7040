"""Who was on a call and comes back finds the page as it was: the place, the folds, and nothing else in the focus."""

import pytest
from devices import DESKTOP, PHONE
from guide import START, STEPS, address, label
from matrix import some
from playwright.sync_api import expect
from walking import FIVE_STEPS, activate, assert_at, choose, go_back, go_forward, pick, unfold_all, visit, walk

CALL = "crisis/call-911"
TOLERANCE = 2
"""Pixels: places are kept as whole numbers."""
KEPT = 400
"""Milliseconds after which a place is kept, if nothing else happens."""


def scroll_to(page, y):
    page.evaluate("y => scrollTo(0, y)", y)
    page.wait_for_timeout(KEPT)
    return page.evaluate("scrollY")


def assert_place(page, y):
    page.wait_for_timeout(400)  # nothing that comes later moves it
    assert abs(page.evaluate("scrollY") - y) <= TOLERANCE


def reload(page):
    page.reload()


def throw_the_tab_away(page):
    """As after a long call: the browser kept only the history of the tab."""
    page.goto("about:blank")
    page.go_back()


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("again", [reload, throw_the_tab_away], ids=lambda again: again.__name__)
def test_the_place_is_there_again_after_a_call(open_page, device, again):
    page = open_page(device)
    walk(page, *FIVE_STEPS[:2])
    pick(page, "others/children")
    y = scroll_to(page, 1500)
    assert y == 1500
    again(page)
    assert_at(page, CALL)
    assert_place(page, y)


def test_a_place_that_was_reached_a_moment_ago_is_kept_when_a_call_opens(page):
    visit(page, CALL)
    scroll_to(page, 1000)
    page.evaluate("scrollBy(0, 100)")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    throw_the_tab_away(page)
    assert_place(page, 1100)


def test_back_and_forward_lead_to_the_places_and_a_new_step_to_its_top(page):
    visit(page, "crisis/call-988")
    first = scroll_to(page, 1100)
    choose(page, label("crisis/call-988", "crisis/team"), "crisis/team")
    assert page.evaluate("scrollY") == 0
    second = scroll_to(page, 600)
    go_back(page, "crisis/call-988")
    assert_place(page, first)
    go_forward(page, "crisis/team")
    assert_place(page, second)
    activate(page.locator("#back"))
    assert_at(page, "crisis/call-988")
    assert_place(page, first)


def test_folds_that_were_open_are_open(page):
    visit(page, CALL)
    unfold_all(page)
    y = scroll_to(page, 2500)
    folds = page.locator("#step details[open]:not([data-option])")
    count = folds.count()
    page.reload()
    assert_place(page, y)
    assert folds.count() == count > 2


@pytest.mark.proof
@pytest.mark.parametrize("steps", some([STEPS[:8], STEPS[8:]]), ids=["some", "all"])
def test_no_load_moves_the_focus_or_loses_the_place(page, steps):
    for step in steps:
        page.goto(address(step))
        assert page.evaluate("document.activeElement === document.body"), step
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
        y = page.evaluate("scrollY")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.reload()
        page.wait_for_timeout(50)
        assert abs(page.evaluate("scrollY") - y) <= TOLERANCE, step
        assert page.evaluate("document.activeElement === document.body"), step


def test_a_page_without_script_keeps_its_place_by_the_browser(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto(address(START))
    assert page.locator("[autofocus]").count() == 0


def test_a_link_into_a_page_still_leads_there(page):
    page.goto("/en/crisis/all/")
    link = page.locator("main a[href^='#step-']").last
    goal = link.get_attribute("href")
    activate(link)
    page.wait_for_url(f"**{goal}")
    page.wait_for_load_state()
    expect(page.locator(goal)).to_be_in_viewport()
