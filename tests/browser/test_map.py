"""The map of a guide: a picture that is read, clicked and scrolled with any device, and the same in words."""

import axe
import pytest
from devices import DESKTOP, NARROW, PHONE
from guide import STEPS, address, title
from walking import activate, assert_at

pytestmark = pytest.mark.proof

MAP = "/en/crisis/map/"
HERE = [step for step in STEPS if step.startswith("crisis/")]
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
SCROLLS = """() => {
  const box = document.querySelector(".scroll");
  return [box.scrollWidth > box.clientWidth, box.scrollLeft, box.scrollTop];
}"""
OUTSIDE = """() => {
  return [...document.querySelectorAll(".box")].flatMap((box) => {
    const edge = box.querySelector(".paper").getBBox();
    return [...box.querySelectorAll("text")].filter((text) => {
      const place = text.getBBox();
      const right = place.x + text.getComputedTextLength(), below = place.y + place.height;
      return place.x < edge.x || right > edge.x + edge.width || below > edge.y + edge.height + 2;
    }).map((text) => text.textContent);
  });
}"""
OVER_NUMBERS = """() => [...document.querySelectorAll(".box a[tabindex] > text")].filter((text) => {
  const badge = text.parentNode.querySelector("g").getBBox();
  return text.getBBox().x + text.getComputedTextLength() > badge.x;
}).map((text) => text.textContent)"""


def open_map(open_page, device):
    page = open_page(device)
    page.goto(MAP, timeout=30_000)
    return page


def card(page, step):
    return page.locator(f'.picture a[href="{address(step)}"]')


@pytest.mark.parametrize("device", [PHONE, NARROW, DESKTOP], ids=["phone", "narrow", "desktop"])
def test_the_map_has_no_violation(open_page, device):
    page = open_map(open_page, device)
    assert axe.violations(page) == []


@pytest.mark.parametrize("device", [NARROW, PHONE], ids=["narrow", "phone"])
@pytest.mark.parametrize("size", ["Whole", "Readable", "Large"])
def test_only_the_picture_scrolls_sideways(open_page, device, size):
    page = open_map(open_page, device)
    activate(page.get_by_label(size, exact=True))
    width, room = page.evaluate(WIDTHS)
    assert width <= room
    assert page.evaluate(SCROLLS)[0] is (size != "Whole")


def test_on_a_phone_the_words_come_first(open_page):
    page = open_map(open_page, PHONE)
    assert page.locator(".outline").bounding_box()["y"] < page.locator(".view").bounding_box()["y"]


def test_on_a_wide_screen_the_words_stand_beside_the_picture(open_page):
    page = open_map(open_page, DESKTOP)
    words, picture = page.locator(".outline").bounding_box(), page.locator(".view").bounding_box()
    assert words["x"] + words["width"] <= picture["x"] and abs(words["y"] - picture["y"]) < 2


def test_every_word_of_the_picture_stands_inside_its_card(open_page):
    page = open_map(open_page, DESKTOP)
    assert page.locator(".box:not(.elsewhere)").count() == len(HERE)
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(OVER_NUMBERS) == []


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_card_opens_its_step(open_page, device):
    for step in ("crisis/danger", "crisis/plan"):
        page = open_map(open_page, device)
        activate(card(page, step))
        assert_at(page, step)


def test_a_choice_in_the_picture_leads_to_the_card_of_its_goal(open_page):
    page = open_map(open_page, DESKTOP)
    activate(page.locator("#card-crisis-danger a[tabindex]").nth(3))
    goal = page.locator("#card-crisis-who")
    assert goal.evaluate("card => card.matches(':target')")
    box, view = goal.bounding_box(), page.locator(".scroll").bounding_box()
    assert view["x"] <= box["x"] and box["x"] + 50 <= view["x"] + view["width"]
    page.go_back()
    assert page.url.endswith(MAP) and page.locator(".picture").is_visible()


def test_a_choice_in_the_words_opens_its_step(page):
    page.goto(MAP, timeout=30_000)
    activate(page.locator(".outline").get_by_role("link", name="I am not sure").first)
    assert_at(page, "crisis/signs")


def test_the_keyboard_scrolls_the_picture_and_opens_a_step(open_page):
    page = open_map(open_page, DESKTOP)
    page.locator(".scroll").focus()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    # Asked from outside: a page under the policy can't be told to wait for a condition.
    for _ in range(80):
        if all(page.evaluate(SCROLLS)):
            break
        page.wait_for_timeout(100)
    assert all(page.evaluate(SCROLLS))
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name == f"1 Question {title('crisis/danger')}"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.wait_for_timeout(600)  # a page that has only just come takes no tap
    page.keyboard.press("Enter")
    assert_at(page, "crisis/danger")


def test_the_keyboard_passes_one_stop_a_card(open_page):
    page = open_map(open_page, DESKTOP)
    assert page.locator(".picture .box:not(.elsewhere) a:not([tabindex])").count() == len(HERE)
    assert page.locator(".picture a[tabindex]:not([tabindex='-1'])").count() == 0


def test_the_footer_leads_to_the_map(page):
    page.goto(address("crisis/danger"))
    activate(page.get_by_role("link", name="Map of this guide"))
    page.wait_for_url(f"**{MAP}")
    assert page.locator("h1").inner_text() == "Map of this guide"


def test_from_the_map_start_over_shows_the_first_question(page):
    page.goto(MAP, timeout=30_000)
    activate(page.locator(".end .start-over"))
    assert_at(page, "crisis/danger")


def test_the_map_prints_on_one_sheet(open_page):
    page = open_map(open_page, DESKTOP)
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible() and not page.locator(".outline").is_visible()
    assert page.locator(".picture").is_visible()
