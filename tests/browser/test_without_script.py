"""Without JavaScript, or without htmx, every step says the same and every link works."""

import datetime

import pytest
from devices import PHONE
from guide import START, STEPS, address, after, title
from matrix import some
from playwright.sync_api import expect
from waiting_room import LAUNCH
from walking import FIVE_STEPS, activate, choice, link, unfold_all, visit

SCRIPT_ONLY = ".because, button.large, dialog, .now, .switch, .undo"
PLAIN_ONLY = ".until, .else, .slot > p + p, .slot .if"
"""Words about a day after which a script would take a line away, and the variants of lines of which a script shows one."""
WORDS = """(extra) => {
  for (const one of document.querySelectorAll(extra)) one.remove();
  return document.querySelector("#step").innerText.replace(/\\s+/g, " ").trim();
}"""


def words(page, step):
    page.goto(address(step))
    unfold_all(page)
    return page.evaluate(WORDS, f"{SCRIPT_ONLY}, {PLAIN_ONLY}")


@pytest.fixture
def plain_page(kept_page):
    """A page on a phone with JavaScript off."""
    return kept_page(PHONE, java_script_enabled=False)


@pytest.mark.parametrize("part", some(range(12)))
def test_every_step_holds_the_same_words_without_javascript(page, plain_page, part):
    for step in STEPS[part::12]:
        plain = words(plain_page, step)
        assert title(step) in plain
        assert plain == words(page, step)


def test_nothing_that_needs_javascript_shows_without_it(plain_page):
    plain_page.goto(address("crisis/call-911"))
    for selector in ("#answers", ".because", "#guard", "#back", "button", "dialog", ".hint"):
        assert plain_page.locator(selector).count() == 0, selector


DATED = "#step :not(details) > [data-expires]"
UNTIL = """(lines) => lines.map((one) => one.querySelector(".until").checkVisibility())"""


def test_a_line_says_when_it_may_be_out_of_date_where_no_script_takes_it_away(open_page, launched):
    page, plain_page = (open_page(PHONE, base_url=launched, java_script_enabled=on) for on in (True, False))
    page.clock.set_fixed_time(datetime.datetime.combine(LAUNCH, datetime.time(12)))
    for each in (page, plain_page):
        each.goto(address("crisis/help-for-you"))
    assert set(plain_page.locator(DATED).evaluate_all(UNTIL)) == {True}
    assert set(page.locator(DATED).evaluate_all(UNTIL)) == {False}
    page.emulate_media(media="print")
    assert set(page.locator(DATED).evaluate_all(UNTIL)) == {True}


def test_a_walk_works_without_javascript(plain_page):
    plain_page.goto("/")
    for label, step in FIVE_STEPS:
        choice(plain_page, label).click()
        expect(plain_page).to_have_title(title(step))
        expect(plain_page).to_have_url(address(step))
    plain_page.go_back()
    expect(plain_page).to_have_title(title(FIVE_STEPS[-2][1]))
    plain_page.locator(".end .start-over").click()
    expect(plain_page).to_have_title(title(START))


@pytest.mark.proof
@pytest.mark.parametrize("n", range(len(STEPS)), ids=STEPS.__getitem__)
def test_every_choice_is_a_link_without_javascript(plain_page, n):
    """One of them is followed. That each address is there, test_links.py knows."""
    goals = list(dict.fromkeys(after(STEPS[n])))
    plain_page.goto(address(STEPS[n]))
    for goal in goals:
        assert link(plain_page, goal).evaluate("link => link.pathname") == address(goal)
    if goals:
        goal = goals[n % len(goals)]
        link(plain_page, goal).click()
        expect(plain_page).to_have_title(title(goal))
        expect(plain_page).to_have_url(address(goal))


def test_a_walk_works_when_htmx_does_not_load(page):
    page.watch.faults = True
    page.route("**/htmx*", lambda route: route.abort())
    visit(page, START)
    for label, step in FIVE_STEPS:
        activate(choice(page, label))
        expect(page).to_have_title(title(step))
        expect(page).to_have_url(address(step))
    for selector in ("#answers", "#guard", "#back"):
        assert not page.locator(selector).is_visible(), selector


def test_a_walk_works_when_no_script_loads(page):
    page.watch.faults = True
    page.route("**/*.js", lambda route: route.abort())
    visit(page, START)
    for label, step in FIVE_STEPS:
        activate(choice(page, label))
        expect(page).to_have_url(address(step))
