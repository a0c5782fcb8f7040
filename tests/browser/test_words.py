"""The words to say can be shown large, and sent as a text."""

from urllib.parse import parse_qs, urlsplit

import pytest
from devices import PHONE
from guide import label, step_of
from texts_to_911 import CASES, faults
from walking import TO_CALL, activate, choose, tick, visit, walk, words_to_say


def show_large(page):
    activate(page.get_by_role("button", name="Show these words large"))
    card = page.locator("dialog.card")
    assert card.is_visible()
    return card


def unquoted(lines):
    return [line.strip('“”"') for line in lines]


def test_the_large_words_are_the_current_lines_and_escape_closes_them(page):
    walk(page, *TO_CALL)
    tick(page, "weapon-in-reach")
    lines = unquoted(words_to_say(page))
    card = show_large(page)
    assert card.locator("li").all_inner_texts() == lines
    page.keyboard.press("Escape")
    assert not card.is_visible()
    tick(page, "weapon-in-reach", "children")
    lines_now = unquoted(words_to_say(page))
    assert lines_now != lines
    assert show_large(page).locator("li").all_inner_texts() == lines_now
    activate(card.get_by_role("button", name="Close"))
    assert not card.is_visible()


def test_the_large_words_fill_the_screen_in_large_type(page):
    visit(page, "crisis/call-911")
    card = show_large(page)
    assert card.bounding_box()["width"] == page.viewport_size["width"]
    assert card.locator("ol").evaluate("list => parseFloat(getComputedStyle(list).fontSize)") >= 24


def body_of(page):
    [link] = page.locator("a.said").evaluate_all("links => links.map((link) => link.href)")
    assert link.startswith("sms:911?body=")
    return parse_qs(urlsplit(link).query)["body"][0]


def test_a_text_to_911_has_the_lines_that_hold_in_english_and_ends_with_the_place(page):
    for name, ticks, language, body in CASES:
        page.goto(f"/{language}/{name}/")
        before = body_of(page)
        for order in (ticks, ticks[::-1]):
            tick(page, *order)
            assert body_of(page) == body
            tick(page, *order)
            assert body_of(page) == before


def test_a_text_to_911_has_what_was_ticked_on_the_way(page):
    walk(page, *TO_CALL)
    tick(page, "weapon-in-reach")
    choose(page, label("crisis/call-911", "crisis/cant-talk"), "crisis/cant-talk")
    assert "There is a weapon." in body_of(page).split("\n")


def test_without_javascript_a_text_to_911_has_the_lines_that_always_hold(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    for name, ticks, language, body in CASES:
        if not ticks:
            page.goto(f"/{language}/{name}/")
            assert body_of(page) == body


ALL_TICKS = """() => {
  const link = document.querySelector("a.said");
  const boxes = [...document.querySelectorAll("[data-check]")];
  const found = [];
  for (let set = 0; set < 2 ** boxes.length; set += 1) {
    const wanted = boxes.filter((_, n) => set & (1 << n));
    if (set % 2) wanted.reverse();
    for (const box of boxes) if (box.checked) box.click();
    for (const box of wanted) box.click();
    const ticked = boxes.filter((box) => box.checked).map((box) => box.dataset.check);
    found.push([ticked, decodeURIComponent(link.href.split("body=")[1])]);
  }
  return found;
}"""


@pytest.mark.proof
def test_no_ticks_in_any_order_make_a_text_to_911_that_a_center_can_not_read(page):
    """Every set of ticks on every step that texts 911. What is ticked is said, and nothing else is."""
    for name in dict.fromkeys(case[0] for case in CASES):
        for language, speaks in (("en", None), ("es", "Spanish")):
            page.goto(f"/{language}/{name}/")
            shown = page.locator("#step [data-when]").evaluate_all("lines => lines.map((line) => line.dataset.when)")
            assert len(shown) == sum(line.when is not None for line in step_of(name).say)
            for ticked, body in page.evaluate(ALL_TICKS):
                assert faults(body, speaks) == [], ticked
                for line in step_of(name).say:
                    begins = line.line.partition(":")[0].replace("’", "'")
                    assert (begins in body) == (set(line.when or ()) <= set(ticked)), (ticked, line.line, body)


def test_a_text_to_911_stays_english_when_the_browser_translates_the_page(page):
    page.goto("/en/crisis/cant-talk/")
    before = body_of(page)
    page.evaluate("""() => {
      for (const line of document.querySelectorAll("q")) line.innerHTML = "<font><font>VI DU</font></font>";
    }""")
    tick(page, "deaf")
    tick(page, "deaf")
    assert body_of(page) == before
