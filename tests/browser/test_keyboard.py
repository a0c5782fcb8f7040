"""The keyboard alone is enough: order, visible focus, and no question is skipped by a nervous Enter."""

import pytest
from devices import DESKTOP, NARROW, PHONE
from guide import START, path, step_of, title
from matrix import some
from playwright.sync_api import expect
from walking import FIVE_STEPS, assert_at, pick, shown, unfold_all, visit, wait_until_read, walk

CHOICES = [choice.label for choice in step_of(START).choices][:3]
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  return (one.innerText ?? "").trim() || one.closest("label")?.innerText.trim() || one.tagName;
}"""
STOP = """() => {
  const { activeElement } = document;
  if (activeElement === document.body || activeElement === document.documentElement) return null;
  const one = activeElement.closest("label") ?? activeElement;  // a radio button is seen as its label
  const style = getComputedStyle(one);
  const boxes = [...one.getClientRects()].filter((box) => box.width && box.height);
  const shows = (x, y) => {
    const top = document.elementFromPoint(x, y);
    return top && (one.contains(top) || top.contains(one) && !top.matches("body, html"));
  };
  const hidden = boxes.filter((box) => !shows(box.x + box.width / 2, box.y + 3)
    || !shows(box.x + box.width / 2, box.bottom - 3));
  return {
    name: `${one.tagName} ${(one.innerText ?? "").trim().slice(0, 50)}`,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    hidden: !boxes.length || hidden.length > 0 && one.offsetHeight < innerHeight / 2,
  };
}"""


def tab_to(page, label):
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == label:
            return
    raise AssertionError(f"Tab does not reach {label!r}")


def assert_focus_on_heading(page):
    expect(page.locator("#step h1")).to_be_focused()


def test_tab_goes_from_the_skip_link_through_the_frame_to_the_answers(page):
    visit(page, START)
    page.locator(".skip").focus()
    stops = [page.evaluate(FOCUSED)]
    for _ in range(11):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert stops[0] == "Skip to the question"
    assert stops[1] == "Español"
    assert stops[2].startswith("Quick exit")
    assert [stop.split()[0] for stop in stops[3:6]] == ["Call", "Call", "Text"]
    assert stops[7:10] == CHOICES


def test_a_load_leaves_the_focus_where_browsers_begin(page):
    visit(page, START)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the question"


def test_the_skip_link_leads_to_the_question_and_adds_nothing_to_the_history(page):
    visit(page, START)
    before = page.evaluate("history.length")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == CHOICES[0]
    assert page.evaluate("[location.hash, history.length]") == ["", before]


@pytest.mark.parametrize("device", some([PHONE, DESKTOP]), ids=["phone", "desktop"])
def test_the_way_to_911_and_on_needs_the_keyboard_alone(open_page, device):
    page = open_page(device)
    visit(page, START)
    for label, step in FIVE_STEPS:
        page.evaluate("scrollTo(0, 400)")
        page.wait_for_timeout(550)  # a key that is pressed sooner was meant for the step before
        tab_to(page, label)
        page.keyboard.press("Enter")
        assert_at(page, step)
        assert_focus_on_heading(page)
        assert page.title() == page.locator("#step h1").text_content() == title(step)
        assert shown(page)["scroll"] == 0


def test_after_a_swap_the_next_tab_reaches_the_call_button(page):
    walk(page, *path("crisis/call-911"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "tel:911"
    assert page.evaluate("!!document.activeElement.closest('#step')")


@pytest.mark.parametrize("label", some(CHOICES))
def test_enter_three_times_answers_one_question(page, label):
    visit(page, START)
    page.wait_for_timeout(550)
    tab_to(page, label)
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator("#answers li")).to_have_count(1)
    wait_until_read(page)
    for _ in range(3):
        page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    found = shown(page)
    assert found["answers"] == [[title(START), label]]
    assert found["state"]["walk"]["n"] == 1
    assert_focus_on_heading(page)


def test_back_and_forward_put_the_focus_on_the_heading(page):
    walk(page, *FIVE_STEPS[:2])
    page.evaluate("history.back()")
    assert_at(page, "crisis/signs")
    page.wait_for_timeout(100)
    assert_focus_on_heading(page)
    page.evaluate("history.forward()")
    assert_at(page, "crisis/call-911")
    page.wait_for_timeout(100)
    assert_focus_on_heading(page)


def focus_faults(page):
    """What is wrong at the stops of Tab, once through the whole page."""
    faults, count = [], 0
    page.locator(".skip").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    for _ in range(150):
        stop = page.evaluate(STOP)
        page.keyboard.press("Tab")
        if stop is None:
            break
        count += 1
        if stop["outline"] < 2:
            faults.append(f"no outline: {stop['name']}")
        if stop["hidden"]:
            faults.append(f"covered: {stop['name']}")
    assert count > 10
    return faults


@pytest.mark.parametrize("device", some([PHONE, NARROW, DESKTOP]), ids=["phone", "narrow", "desktop"])
def test_focus_is_seen_at_every_stop_and_never_under_the_header_or_the_bar(open_page, device):
    page = open_page(device)
    walk(page, *path("crisis/call-911"))
    pick(page, "others/children")
    unfold_all(page)
    assert focus_faults(page) == []
