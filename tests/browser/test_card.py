"""The crisis card: typed in the browser, printed on one page, and told to nobody."""

import axe
import pytest
from devices import DESKTOP, NARROW, PHONE
from guide import START
from matrix import some
from playwright.sync_api import expect
from test_fits import ENLARGE, SCREENS, TOO_SMALL, TOO_WIDE
from test_leaving import EXIT, prepare
from test_privacy import assert_nothing_kept
from walking import TO_CALL, activate, assert_at, follow, shown, visit, walk

from helper.interface import LANGUAGE, languages

CARD = "/en/about/card/"
STEP = "plan-ahead/card"
SECRET = "Canary5550199"
NATURAL = "One tablet in the morning, half a tablet at night, stopped in May. "
PAPERS = ("A4", "Letter")
CUT_OFF = """() => {
  document.getElementById("paper").media = "all";
  const found = [...document.querySelectorAll(".sheet textarea")].filter((one) =>
    one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth);
  const sizes = [...document.querySelectorAll(".sheet textarea")].map((one) => parseFloat(getComputedStyle(one).fontSize));
  document.getElementById("paper").media = "print";
  return [found.map((one) => one.closest("label").textContent), Math.min(...sizes) * 0.75];
}"""


def fields(page):
    return page.locator(".sheet textarea")


def typed(page):
    return "".join(fields(page).evaluate_all("all => all.map((one) => one.value)"))


def fill(page, words):
    """Types into every field what `words` makes of its length and its lines."""
    for field in fields(page).all():
        field.fill(words(int(field.get_attribute("maxlength")), int(field.get_attribute("rows"))))


def secret(most, rows):
    return SECRET[:most]


def natural(most, rows):
    return (NATURAL * 9)[:most]


def list_of(most, rows):
    return "\n".join(["Lithium"] * (most // 8))


def widest(most, rows):
    return "\n" * (2 * rows - 1) + "W" * (most - 2 * rows + 1)


SMALLEST = {widest: 5, natural: 8, list_of: 7}
"""The size of letters, in points, below which these words must not shrink."""


def open_card(open_page, device=DESKTOP, address=CARD, **options):
    page = open_page(device, **options)
    page.goto(address)
    return page


@pytest.mark.parametrize("paper", some(PAPERS))
@pytest.mark.parametrize("language", [code for code in languages() if code != LANGUAGE])
def test_the_card_prints_on_one_page_in_every_language(open_page, language, paper):
    page = open_card(open_page, address=f"/{language}/about/card/")
    fill(page, widest)
    assert page.pdf(format=paper).count(b"/Type /Page\n") == 1


def from_the_step(page):
    visit(page, STEP)
    follow(page, "Fill in and print the crisis card", "Fill in a crisis card")


def test_what_is_typed_is_told_to_nobody_and_kept_nowhere(open_page):
    page = open_card(open_page)
    page.wait_for_load_state("networkidle")
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    for field in fields(page).all():
        field.press_sequentially(SECRET[: int(field.get_attribute("maxlength"))])
        field.press("Enter")
    page.keyboard.press("Tab")
    page.pdf()
    page.wait_for_timeout(500)
    assert SECRET in typed(page)
    assert [url for url in asked if "/static/icon." not in url] == []  # a browser asks for it when it likes
    assert_nothing_kept(page)
    assert SECRET not in page.url + str(shown(page)["state"]) + page.title()


@pytest.mark.parametrize("paper", some(PAPERS))
@pytest.mark.parametrize("words", some([widest, None, natural, list_of]))
def test_the_card_prints_on_one_page(open_page, paper, words):
    page = open_card(open_page)
    if words:
        fill(page, words)
    assert page.pdf(format=paper).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("device", some([PHONE, DESKTOP]), ids=["phone", "desktop"])
@pytest.mark.parametrize("words", some(SMALLEST))
def test_no_word_is_cut_off_on_paper(open_page, device, words):
    page = open_card(open_page, device)
    fill(page, words)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    cut, size = page.evaluate(CUT_OFF)
    assert cut == [] and size >= SMALLEST[words] - 0.01
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert fields(page).first.evaluate("field => field.style.fontSize") == ""


def test_the_card_leaves_room_on_paper_for_longer_words_of_other_languages(open_page):
    page = open_card(open_page)
    page.evaluate("document.getElementById('paper').media = 'all'")
    assert page.locator(".sheet").bounding_box()["height"] / 96 * 25.4 < 235
    page.emulate_media(media="print")
    pens = page.locator(".sheet textarea").evaluate_all("all => all.map((one) => one.clientHeight / one.rows)")
    assert min(pens) / 96 * 25.4 > 8


def test_only_the_card_is_printed_in_black_on_white(open_page):
    page = open_card(open_page, color_scheme="dark")
    fields(page).first.focus()
    page.emulate_media(media="print", color_scheme="dark")
    printed = [one for one in page.locator("body > *, .card-page > *").all() if one.is_visible()]
    assert [one.evaluate("one => one.className || one.localName") for one in printed] == ["main", "sheet"]
    look = "one => { const s = getComputedStyle(one); return [s.color, s.outlineStyle, s.boxShadow]; }"
    assert fields(page).first.evaluate(look) == ["rgb(0, 0, 0)", "none", "none"]
    assert page.locator(".sheet").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    assert page.get_by_text("Tell 911 about weapons as of today.").is_visible()


def test_the_print_button_prints(open_page):
    page = open_page(PHONE)
    page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    page.goto(CARD)
    for button in page.get_by_role("button", name="Print the card").all():
        activate(button)
    assert page.evaluate("window.printed") == 2


def test_empty_all_fields_leaves_nothing_to_undo(open_page):
    page = open_card(open_page)
    fill(page, secret)
    activate(page.get_by_role("button", name="Empty all fields"))
    assert typed(page) == ""
    expect(page.locator(".emptied")).to_have_text("All fields are empty.")
    page.keyboard.press("Control+z")
    assert typed(page) == ""


def test_reload_finds_the_card_empty(open_page):
    page = open_card(open_page)
    fill(page, secret)
    page.reload()
    assert (fields(page).count(), typed(page)) == (17, "")


def test_without_javascript_reload_finds_the_card_empty(open_page):
    page = open_card(open_page, java_script_enabled=False)
    expect(page.get_by_role("button", name="Print the card")).to_have_count(0)
    assert page.get_by_text("To print, use the menu of your browser.").is_visible()
    fields(page).first.fill(SECRET)
    page.reload()
    assert fields(page).first.input_value() == ""


def test_back_and_forward_find_the_card_empty_and_the_answers_there(page):
    walk(page, *TO_CALL)
    answers = shown(page)["answers"]
    assert answers
    page.evaluate("path => history.pushState(history.state, '', path)", f"/en/{STEP}/")
    page.reload()
    follow(page, "Fill in and print the crisis card", "Fill in a crisis card")
    assert shown(page)["answers"] == answers
    fill(page, secret)
    page.evaluate("history.back()")
    assert_at(page, STEP)
    page.evaluate("history.forward()")
    expect(page).to_have_title("Fill in a crisis card")
    assert (fields(page).count(), typed(page)) == (17, "")


def test_the_page_is_empty_when_it_comes_back_from_another_website(open_page):
    page = open_card(open_page)
    prepare(page)
    fill(page, secret)
    page.goto(EXIT)
    page.go_back()
    expect(page).to_have_title("Fill in a crisis card")
    assert (fields(page).count(), typed(page)) == (17, "")


def test_the_quick_exit_empties_the_card_at_once(open_page):
    page = open_card(open_page)
    prepare(page)
    fill(page, secret)
    # In one go: the page may be gone before a second question.
    left = "() => { leavePage(); return [...document.querySelectorAll('textarea')].map((field) => field.value); }"
    assert page.evaluate(left) == [""] * 17
    page.wait_for_url(EXIT)


def test_start_over_from_the_card_shows_the_first_question(page):
    from_the_step(page)
    fill(page, secret)
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    assert SECRET not in page.content()


@pytest.mark.parametrize("device", some([PHONE, NARROW, DESKTOP]), ids=["phone", "narrow", "desktop"])
def test_a_card_that_is_filled_in_has_no_violation(open_page, device):
    page = open_card(open_page, device)
    fill(page, natural)
    assert axe.violations(page) == []


@pytest.mark.parametrize("screen", some(SCREENS))
def test_the_card_has_no_sideways_scroll_and_large_targets(open_page, screen):
    device, times = SCREENS[screen]
    page = open_card(open_page, device)
    fill(page, widest)
    page.evaluate(ENLARGE, times)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []
    assert min(fields(page).evaluate_all("all => all.map((one) => one.offsetHeight)")) >= 48


def test_from_right_to_left_the_card_still_fits_and_prints_on_one_page(open_page):
    page = open_card(open_page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(TOO_WIDE) == []
    where, number = fields(page).nth(0).bounding_box(), fields(page).nth(1).bounding_box()
    assert where["x"] > number["x"]
    assert page.pdf(format="Letter").count(b"/Type /Page\n") == 1


def test_the_keyboard_goes_from_field_to_field(open_page):
    page = open_card(open_page)
    fields(page).first.focus()
    for n in range(1, 17):
        page.keyboard.press("Tab")
        assert fields(page).nth(n).evaluate("field => field === document.activeElement")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Print the card").last).to_be_focused()
