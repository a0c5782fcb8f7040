"""Every page passes axe with no violation, at 7:1 contrast, in light and dark, after a load and after a swap."""

import axe
import pytest
from devices import PHONE, SIZES
from guide import PAGES, START, STEPS, before, step_of
from matrix import some
from playwright.sync_api import expect
from real import CONTENT, LOADED
from walking import TO_CALL, activate, assert_at, follow, link, pick, unfold_all, visit, walk, words_chosen

from helper.translate import translated

PROOF = pytest.mark.proof
URGENT = [step for step in STEPS if step_of(step).urgency in ("urgent", "emergency")]


def assert_clean(page):
    unfold_all(page)
    assert axe.violations(page) == []


def arrive_by_swap(page, step):
    origin = before(step)
    neighbor = next(other for other in STEPS if other != step and other.partition("/")[0] == step.partition("/")[0])
    visit(page, origin or neighbor)
    if origin:
        activate(link(page, step))
    else:
        activate(page.locator(".end .start-over"))
    assert_at(page, step)


@pytest.mark.parametrize("size", some(SIZES))
# test_map looks at maps; a whole guide on one page takes as long as all other pages together.
@pytest.mark.parametrize("address", [
    pytest.param(address, marks=pytest.mark.proof) if "/all/" in address else address
    for address in PAGES
    if "/map/" not in address
])  # fmt: skip
def test_every_kind_of_page_has_no_violation(kept_page, address, size):
    page = kept_page(SIZES[size])
    page.watch.faults = True  # the console reports the 404 of a page that is not there
    page.goto(address)
    assert_clean(page)


ELSEWHERE = (
    "/es/crisis/call-911/",
    "/es/about/card/",
    "/en/about/places/",
    "/in/ma/es/crisis/team/",
    "/en/plan-ahead/all/",
    "/fr/crisis/danger/",
)
"""Pages in another language, for a place, on one page, and in a language that is not there."""


@pytest.mark.parametrize("path", some(ELSEWHERE, 2))
def test_a_page_in_a_language_or_for_a_place_has_no_violation(request, kept_page, path):
    if path.startswith("/fr/") and request.config.getoption("--export"):
        pytest.skip("a host of files has no pages in languages that are not there")
    page = kept_page(PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.lang") == ("es" if "/es/" in path else "en")
    assert_clean(page)


@PROOF
@pytest.mark.parametrize("step", STEPS)
def test_every_step_in_spanish_has_no_violation_and_fits(kept_page, step):
    page = kept_page(SIZES["narrow"])
    page.goto(f"/es/{step}/")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    unfold_all(page)
    assert axe.run(page, axe.ALL) == []  # of what is dark in Spanish, test_contrast measures each text


def test_the_language_link_keeps_the_step_the_answers_and_the_taps(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach", "others/children")
    before = page.evaluate("history.state.walk")
    spanish = translated(CONTENT, LOADED.catalogs["es"])
    steps, weapon = spanish.trees["crisis"].steps, spanish.topics["weapon"].options[0]
    follow(page, "Español", steps["call-911"].title)
    assert page.evaluate("location.pathname") == "/es/crisis/call-911/"
    after = page.evaluate("history.state.walk")
    assert (after["answers"], after["taps"]) == (before["answers"], before["taps"])
    taken = next(n for n, one in enumerate(step_of(START).choices) if one.go == "call-911")
    expect(page.locator("#answers li .chosen")).to_have_text(steps["danger"].choices[taken].label)
    assert words_chosen(page)[0] == weapon.line
    page.go_back()
    expect(page).to_have_title("Call 911 now")


@pytest.mark.parametrize("step", URGENT[:2])
def test_an_urgent_step_has_no_violation(kept_page, step):
    page = kept_page(PHONE)
    visit(page, step)
    assert_clean(page)


def test_a_step_with_answers_and_taps_has_no_violation(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach", "others/children")
    assert_clean(page)


def test_the_large_words_have_no_violation(page):
    visit(page, "crisis/officers")
    activate(page.get_by_role("button", name="Show these words large"))
    assert_clean(page)


def test_the_alert_has_no_violation(page):
    page.watch.faults = True
    visit(page, START)
    page.context.set_offline(True)
    page.route("**/step.html", lambda route: route.abort())
    activate(page.locator("a.choice").first)
    page.locator("#guard").wait_for()
    assert_clean(page)


@PROOF
@pytest.mark.parametrize("n", range(len(STEPS)), ids=STEPS.__getitem__)
def test_every_step_has_no_violation_after_a_load_or_a_swap(kept_page, n):
    """By turns, and at one size each: axe is dear, few of its rules depend on the size, and a swap brings the words of
    the page, as test_web.py knows."""
    page = kept_page(list(SIZES.values())[n % len(SIZES)])
    (visit if n % 2 else arrive_by_swap)(page, STEPS[n])
    assert_clean(page)


@pytest.mark.parametrize("colors", ["active", "none"])
def test_forced_colors_keep_every_button_and_its_edge(open_page, colors):
    page = open_page(PHONE, forced_colors=colors)
    visit(page, "crisis/call-911")
    edges = page.locator(".choices .choice, .contact.big .way").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).borderTopWidth))"
    )
    assert edges and min(edges) >= 1
