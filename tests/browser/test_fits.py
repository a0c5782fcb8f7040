"""Every step fits a narrow, zoomed or enlarged screen, and every target is large enough for a shaking hand."""

import pytest
from devices import DESKTOP, NARROW, PHONE, ZOOMED
from guide import START, STEPS
from matrix import some
from walking import TO_CALL_AWAY, assert_at, pick, unfold_all, visit, walk

SAMPLE = (
    "crisis/danger",
    "crisis/call-911",
    "crisis/cant-talk",
    "crisis/help-for-you",
    "crisis/call-988",
    "crisis/plan",
)
NARROW_WITH_MOUSE = {"viewport": {"width": 320, "height": 640}}
SCREENS = {"narrow": (NARROW, 1), "zoomed": (ZOOMED, 1), "text twice as large": (PHONE, 2)}

TOO_WIDE = """() => {
  const { clientWidth: edge, scrollWidth } = document.documentElement;
  const wide = [...document.querySelectorAll("body *")].filter((one) =>
    one.checkVisibility() && !one.closest(".visually-hidden, dialog, template")
    && (one.getBoundingClientRect().right > edge + 0.5 || one.getBoundingClientRect().left < -0.5));
  const range = document.createRange();
  const crossed = [...document.querySelectorAll("a, button, label, summary")].filter((one) => {
    const { display, borderLeftWidth } = getComputedStyle(one);
    if (!one.checkVisibility() || one.closest(".visually-hidden") || display === "inline") return false;
    range.selectNodeContents(one);
    const box = one.getBoundingClientRect(), inset = parseFloat(borderLeftWidth) - 0.5;
    return [...range.getClientRects()].some(({ left, right, width }) =>
      width > 1 && (left < box.left + inset || right > box.right - inset));
  });
  return [...(scrollWidth > edge ? [`the page is ${scrollWidth} wide`] : []),
    ...crossed.map((one) => `letters cross the edge of ${one.textContent.trim().slice(0, 40)}`),
    ...wide.map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)];
}"""
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, label")]
  .filter((one) => one.checkVisibility() && !one.matches(".skip") && getComputedStyle(one).display !== "inline")
  .map((one) => [one.getBoundingClientRect().height, one.textContent.trim().slice(0, 40)])
  .filter(([height]) => height < 47.5)"""
BROKEN = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility() || text.parentElement.closest(".visually-hidden, script")) continue;
    for (const word of text.data.matchAll(/[\p{L}\p{N}’]+/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = [...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top));
      if (new Set(lines).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
ENLARGE = "(times) => { document.documentElement.style.fontSize = `${112.5 * times}%` }"


def assert_fits(page, times):
    page.evaluate(ENLARGE, times)
    unfold_all(page)
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("step", SAMPLE)
def test_a_step_has_no_sideways_scroll(kept_page, step, screen):
    device, times = SCREENS[screen]
    page = kept_page(device)
    visit(page, step)
    assert_fits(page, times)


@pytest.mark.parametrize("screen", SCREENS)
def test_answers_and_taps_have_no_sideways_scroll(kept_page, screen):
    device, times = SCREENS[screen]
    page = kept_page(device)
    walk(page, *TO_CALL_AWAY)
    pick(page, "weapon/in-reach", "hurt/no-breath")
    assert_fits(page, times)


@pytest.mark.parametrize("step", some(STEPS))
def test_no_word_is_broken_and_nothing_stands_beside_the_screen(kept_page, step):
    for device, times in ((NARROW, 1), (ZOOMED, 1), (NARROW_WITH_MOUSE, 1), (PHONE, 2)):
        page = kept_page(device)
        for language in ("en", "es"):
            page.goto(f"/{language}/{step}/")
            page.evaluate(ENLARGE, times)
            unfold_all(page)
            assert page.evaluate(TOO_WIDE) == [], (device, language)
            if times == 1:
                assert page.evaluate(BROKEN) == [], (device, language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_letters_twice_as_large_leave_the_step_half_of_the_screen(kept_page, language):
    page = kept_page(PHONE)
    page.goto(f"/{language}/crisis/call-911/")
    page.evaluate(ENLARGE, 2)
    top, bar = page.locator(".top").bounding_box(), page.locator(".bar").bounding_box()
    assert bar["y"] - top["y"] - top["height"] > page.viewport_size["height"] / 2


def assert_large_targets(page):
    unfold_all(page)
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_target_is_48_pixels_high(kept_page, device):
    page = kept_page(device)
    walk(page, *TO_CALL_AWAY)
    assert_large_targets(page)
    for step in SAMPLE:
        visit(page, step)
        assert_large_targets(page)


@pytest.mark.proof
@pytest.mark.parametrize("device", [PHONE, NARROW, DESKTOP], ids=["phone", "narrow", "desktop"])
def test_every_target_of_every_step_is_48_pixels_high(kept_page, device):
    page = kept_page(device)
    for step in STEPS:
        visit(page, step)
        assert_large_targets(page)


@pytest.mark.parametrize("height", [844, 640])
def test_the_emergency_bar_stays_in_view_at_every_scroll_position(kept_page, height):
    page = kept_page({**PHONE, "viewport": {"width": 390, "height": height}})
    visit(page, "crisis/call-911")
    bar = page.locator(".bar")
    for top in range(0, page.evaluate("document.documentElement.scrollHeight"), 300):
        page.evaluate("top => scrollTo(0, top)", top)
        box = bar.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height + 0.5
    assert_at(page, "crisis/call-911")


SIDEWAYS = [(844, 390), (932, 430), (667, 375)]
"""Phones of several sizes, held sideways."""


@pytest.mark.parametrize("size", SIDEWAYS)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_phone_held_sideways_shows_the_question_an_answer_and_the_emergency_numbers(kept_page, language, size):
    width, height = size
    page = kept_page({**PHONE, "viewport": {"width": width, "height": height}})
    page.goto(f"/{language}/{START}/")
    for shown in (page.locator("h1"), page.locator(".choice").first, *page.locator(".bar a").all()):
        box = shown.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, shown.inner_text()
    assert_fits(page, 1)
    page.mouse.wheel(0, 3000)
    for link in page.locator(".bar a").all():
        box = link.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, link.inner_text()
        assert page.locator("main").bounding_box()["width"] + page.locator("main").bounding_box()["x"] <= box["x"]
