"""What readers set up for their eyes: more space in texts, colors of their own, more contrast, no motion."""

import pytest
from devices import DESKTOP, PHONE
from guide import STEPS, address
from test_fits import TOO_WIDE
from walking import TO_CALL, option, pick, unfold_all, unfold_topic, visit, walk

pytestmark = pytest.mark.proof
SCREENS = pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
OTHERS = (
    "/en/about/",
    "/en/about/card/",
    "/en/about/leaving/",
    "/en/about/places/",
    "/en/crisis/all/",
    "/en/crisis/call-911/share/",
    "/en/crisis/no-such-step/",
)
SPACE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""WCAG 2.2, 1.4.12: the most space that a reader may ask for."""
CLIPPED = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  return one.checkVisibility() && !one.closest(".visually-hidden, dialog, template, textarea, .name")
    && ((overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
      || (overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1));
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
"""But for the name of the guide in the header: it ends in dots wherever a phone has no room for it, spaced or not."""
EDGES = """(all) => all.map((one) => {
  const { borderTopWidth, borderTopStyle } = getComputedStyle(one);
  return borderTopStyle === "none" ? 0 : parseFloat(borderTopWidth);
})"""
MOVING = """() => [...document.querySelectorAll("*")].filter((one) => {
  const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(one);
  const frames = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter(({ type, name }) => type === CSSRule.KEYFRAMES_RULE && name === animationName)
    .flatMap((rule) => [...rule.cssRules]);
  // What only takes no tap for a moment does not move.
  const moves = animationName !== "none" && !frames.every(({ style }) => style.cssText === "pointer-events: none;");
  return transitionDuration !== "0s" || moves || scrollBehavior !== "auto";
}).map((one) => one.outerHTML.slice(0, 60))"""
COLORS = """() => {
  const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
  return [of("body", "color"), of(".small", "color"), of("details", "borderTopColor")];
}"""


@SCREENS
def test_nothing_is_cut_off_where_a_reader_spaces_the_text(open_page, screen):
    page = open_page(screen)
    page.watch.faults = True  # one of the pages is not there
    for path in (*map(address, STEPS), *OTHERS):
        page.goto(path)
        page.evaluate(SPACE)
        unfold_all(page)
        assert (path, page.evaluate(TOO_WIDE), page.evaluate(CLIPPED)) == (path, [], [])


@SCREENS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colors_leave_an_edge_around_all_that_had_a_background(open_page, screen, scheme):
    page = open_page(screen, forced_colors="active", color_scheme=scheme)
    walk(page, *TO_CALL)
    unfold_all(page)
    edged = ("a.exit", ".bar-911", ".way", ".choices .choice", ".first", ".switch label", ".topic", ".options summary")
    assert_edges(page, *edged)
    visit(page, "crisis/officers")
    assert_edges(page, "button.large", ".first", ".topic")
    visit(page, "crisis/pacing")
    assert_edges(page, "button.large", ".say")


def assert_edges(page, *selectors):
    for selector in selectors:
        found = page.locator(selector).evaluate_all(EDGES)
        assert found and min(found) >= 1, selector


def test_forced_colors_show_what_is_chosen_and_the_focus(open_page):
    page = open_page(PHONE, forced_colors="active")
    walk(page, *TO_CALL)
    for name in ("weapon/in-reach", "hurt/took", "who/me"):
        label = option(page, name)
        unfold_topic(label)
        before = label.screenshot()
        pick(page, name)
        assert label.screenshot() != before, name
    for _ in range(12):
        page.keyboard.press("Tab")
        width, style = page.evaluate(
            "(({ outlineWidth, outlineStyle }) => [parseFloat(outlineWidth), outlineStyle])(getComputedStyle(document.activeElement))"
        )
        assert width >= 3 and style == "solid"


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_by_itself(open_page, motion):
    page = open_page(PHONE, reduced_motion=motion)
    walk(page, *TO_CALL)
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate(MOVING) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_leaves_no_soft_words_and_no_soft_lines(open_page, scheme):
    page = open_page(PHONE, contrast="more", color_scheme=scheme)
    page.goto(address("crisis/call-911"))
    ink, small, line = page.evaluate(COLORS)
    assert small == line == ink
