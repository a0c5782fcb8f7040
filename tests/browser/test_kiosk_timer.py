"""A waiting room's screen asks before it forgets, as often as needed, and never takes a step from someone who uses it."""

import pytest
from guide import START
from matrix import some
from playwright.sync_api import expect
from waiting_room import (
    SCREEN,
    Host,
    app,
    assert_start,
    assert_step,
    begin,
    chosen,
    do,
    open_screen,
    pick,
    stop_clock,
    take,
    tap,
)

CALL = "crisis/call-911"
IDLE, WARNING, URGENT = 90, 30, 180
VOICES = """{
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = [
    { lang: "en-US", localService: LOCAL, name: "one" },
    { lang: "es_US", localService: LOCAL, name: "two" },
  ];
  window.said = [];
  const speech = {
    speaking: null,
    getVoices: () => voices,
    addEventListener() {},
    speak(utterance) { this.speaking = utterance; said.push([utterance.lang, utterance.text]); },
    cancel() { const one = this.speaking; this.speaking = null; one?.onerror?.({ error: "interrupted" }); },
    go() { const one = this.speaking; this.speaking = null; one?.onend?.(); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
}"""
"""A voice that speaks until the test lets it go on."""


@pytest.fixture
def screen(open_page):
    page = open_page(SCREEN)
    page.clock.install()
    open_screen(page)
    stop_clock(page)
    return page


def pass_time(page, seconds):
    """Time goes by, and every timer runs."""
    page.clock.run_for(seconds * 1000)


def still(page):
    return page.locator("#still")


def assert_asked(page):
    expect(still(page)).to_be_visible()
    expect(page.locator("[data-do=stay]")).to_be_focused()


def seconds_left(page):
    return int(page.locator("#left").text_content())


def test_after_a_while_the_screen_asks_and_then_forgets(screen):
    begin(screen)
    pass_time(screen, IDLE - 5)
    expect(still(screen)).to_be_hidden()
    pass_time(screen, 6)
    assert_asked(screen)
    assert WARNING - 3 <= seconds_left(screen) <= WARNING
    pass_time(screen, WARNING - 5)
    assert_step(screen, START)
    pass_time(screen, 6)
    assert_start(screen)
    expect(still(screen)).to_be_hidden()


def test_urgent_steps_and_outcomes_wait_longer(screen):
    begin(screen)
    take(screen, CALL)
    pass_time(screen, URGENT - 5)
    expect(still(screen)).to_be_hidden()
    pass_time(screen, 6)
    assert_asked(screen)
    pass_time(screen, WARNING)
    assert_start(screen)


@pytest.mark.proof
def test_the_settings_tell_how_long(open_page):
    host = Host(app(kiosk={"idle": 40, "warning": 20, "urgent": 200}))
    page = open_page(SCREEN, base_url=host.address)
    page.clock.install()
    open_screen(page)
    stop_clock(page)
    begin(page)
    pass_time(page, 41)
    assert_asked(page)
    assert seconds_left(page) >= 18
    pass_time(page, 20)
    assert_start(page)
    host.kill()


def press_a_key(page):
    page.keyboard.press("x")


def press_space(page):
    page.keyboard.press("Space")


def touch_anywhere(page):
    page.touchscreen.tap(5, 5)


def touch_the_button(page):
    page.locator("[data-do=stay]").tap()


def touch_long(page):
    page.mouse.move(300, 300)
    page.mouse.down()
    page.evaluate("dispatchEvent(new PointerEvent('pointercancel', { buttons: 0 }))")
    pass_time(page, 1)
    page.mouse.up()


STAYS = (touch_anywhere, press_a_key, press_space, touch_the_button, touch_long)


@pytest.mark.parametrize("stay", some(STAYS, 2), ids=lambda stay: stay.__name__)
def test_any_touch_or_key_keeps_on(screen, stay):
    begin(screen)
    pass_time(screen, IDLE + 20)
    assert_asked(screen)
    stay(screen)
    expect(still(screen)).to_be_hidden()
    assert_step(screen, START)
    pass_time(screen, IDLE - 5)
    expect(still(screen)).to_be_hidden()
    pass_time(screen, 6)
    assert_asked(screen)


def test_more_time_can_be_had_ten_times(screen):
    begin(screen)
    take(screen, CALL)
    pick(screen, "others/children")
    for _ in range(11):
        pass_time(screen, URGENT + 25)
        assert_asked(screen)
        screen.keyboard.press("Enter")
        expect(still(screen)).to_be_hidden()
    assert_step(screen, CALL)
    expect(chosen(screen, "others/children")).to_have_count(1)


def test_a_screen_reader_hears_of_it_at_the_start_and_near_the_end_only(screen):
    begin(screen)
    pass_time(screen, IDLE + 1)
    dialog = still(screen)
    assert dialog.evaluate("one => one.matches(':modal')")
    expect(dialog).to_have_accessible_name("Are you still there?")
    expect(dialog).to_have_accessible_description(f"This screen clears itself in {seconds_left(screen)} seconds.")
    soon = screen.locator("#soon")
    expect(soon).to_have_role("alert")
    heard = set()
    for _ in range(WARNING - 2):
        heard.add(soon.text_content())
        pass_time(screen, 1)
    assert heard == {"", "This screen clears itself in 10 seconds."}


@pytest.mark.proof
def test_after_more_time_the_focus_is_where_it_was(screen):
    begin(screen)
    screen.keyboard.press("Tab")
    before = screen.evaluate("document.activeElement.outerHTML")
    pass_time(screen, IDLE + 1)
    assert_asked(screen)
    screen.keyboard.press("Enter")
    assert screen.evaluate("document.activeElement.outerHTML") == before


@pytest.mark.proof
def test_the_dialog_can_clear_at_once_by_keys_too(screen):
    begin(screen)
    pass_time(screen, IDLE + 20)
    screen.keyboard.press("Tab")
    expect(screen.locator("#still [data-do=clear]")).to_be_focused()
    pass_time(screen, 15)
    expect(still(screen)).to_be_visible()  # the count began anew
    screen.keyboard.press("Enter")
    assert_start(screen)


def test_a_tap_on_clear_in_the_dialog_clears(screen):
    begin(screen)
    pass_time(screen, IDLE + 1)
    screen.locator("#still [data-do=clear]").tap()
    assert_start(screen)


@pytest.mark.proof
def test_a_touch_that_keeps_on_takes_no_choice_beneath(screen):
    begin(screen)
    spot = screen.locator("#step a.choice").first.bounding_box()
    pass_time(screen, IDLE + 1)
    screen.touchscreen.tap(spot["x"] + 20, spot["y"] + 20)
    expect(still(screen)).to_be_hidden()
    assert_step(screen, START)


def test_nothing_is_forgotten_in_the_middle_of_a_touch(screen):
    begin(screen)
    screen.mouse.move(300, 300)
    screen.mouse.down()
    pass_time(screen, IDLE + WARNING + 100)
    assert_step(screen, START)
    expect(still(screen)).to_be_hidden()
    screen.mouse.up()
    pass_time(screen, IDLE + 1)
    assert_asked(screen)


@pytest.mark.proof
def test_a_touch_that_never_ends_is_a_fault_of_the_screen(screen):
    begin(screen)
    screen.mouse.move(300, 300)
    screen.mouse.down()
    pass_time(screen, 300 + IDLE + WARNING + 5)
    assert_start(screen)


def scroll(page):
    page.mouse.wheel(0, 40)


def move(page):
    move.at += 5
    page.mouse.move(200 + move.at, 200)


move.at = 0


def type_on_the_screen(page):
    page.evaluate("document.body.dispatchEvent(new InputEvent('input', { bubbles: true }))")


def scroll_by_other_means(page):
    scroll_by_other_means.at = 120 - scroll_by_other_means.at
    page.evaluate("to => scrollTo(0, to)", scroll_by_other_means.at)
    page.wait_for_timeout(100)


scroll_by_other_means.at = 0
USES = (scroll, move, type_on_the_screen, scroll_by_other_means)


@pytest.mark.parametrize("use", some(USES, 2), ids=lambda use: use.__name__)
def test_nothing_is_forgotten_while_someone_uses_the_screen(screen, use):
    begin(screen)
    take(screen, CALL)
    for _ in range(4):
        pass_time(screen, URGENT - 20)
        use(screen)
    expect(still(screen)).to_be_hidden()
    assert_step(screen, CALL)


@pytest.mark.proof
def test_a_pointer_that_lies_still_is_no_use(screen):
    begin(screen)
    screen.mouse.move(300, 300)
    for _ in range(3):
        pass_time(screen, 40)
        screen.mouse.move(300, 300)
    assert_asked(screen)


def test_a_screen_that_slept_has_forgotten(screen):
    begin(screen)
    screen.clock.fast_forward(3_600_000)
    assert_start(screen)
    expect(still(screen)).to_be_hidden()


def test_a_start_screen_that_nobody_touches_stays_as_it_is(screen):
    screen.evaluate("document.body.dataset.same = 'yes'")
    pass_time(screen, 600)
    assert screen.evaluate("document.body.dataset.same") == "yes"
    expect(still(screen)).to_be_hidden()


def speaking(open_page, local=True):
    page = open_page(SCREEN)
    page.clock.install()
    page.add_init_script(VOICES.replace("LOCAL", str(local).lower()))
    open_screen(page)
    stop_clock(page)
    begin(page)
    return page


def test_nothing_is_forgotten_while_the_step_is_read_aloud(open_page):
    page = speaking(open_page)
    do(page, "read")
    for _ in range(4):
        pass_time(page, 60)
        page.evaluate("speechSynthesis.go()")
    expect(still(page)).to_be_hidden()
    assert_step(page, START)
    do(page, "stop")
    pass_time(page, IDLE + 1)
    assert_asked(page)


@pytest.mark.proof
def test_a_voice_that_never_ends_is_a_fault(open_page):
    page = speaking(open_page)
    do(page, "read")
    pass_time(page, 300 + IDLE + WARNING + 5)
    assert_start(page)
    assert page.evaluate("speechSynthesis.speaking") is None


@pytest.mark.proof
def test_a_step_is_read_only_when_asked_and_not_beyond_the_step(open_page):
    page = speaking(open_page)
    assert page.evaluate("said") == []
    do(page, "read")
    expect(page.locator("[data-do=stop]")).to_be_focused()
    page.evaluate("for (let n = 0; n < 3; n += 1) speechSynthesis.go()")
    said = page.evaluate("said")
    assert [page.locator("h1").text_content()] == [text for _, text in said[:1]]
    assert {lang for lang, _ in said} == {"en-US"}
    take(page, CALL)
    assert page.evaluate("speechSynthesis.speaking") is None
    expect(page.locator("[data-do=read]")).to_be_visible()
    tap(page, page.locator(".dock .language[lang=es]"))
    do(page, "read")
    assert page.evaluate("said.at(-1)[0]") == "es_US"


@pytest.mark.proof
def test_words_are_read_in_their_own_language_and_to_the_end(open_page):
    page = speaking(open_page)
    take(page, CALL)
    tap(page, page.locator(".dock .language[lang=es]"))
    do(page, "read")
    page.evaluate("for (let n = 0; speechSynthesis.speaking && n < 500; n += 1) speechSynthesis.go()")
    assert {lang for lang, _ in page.evaluate("said")} == {"en-US", "es_US"}
    expect(page.locator("[data-do=read]")).to_be_visible()
    expect(page.locator("[data-do=stop]")).to_be_hidden()


def test_a_voice_that_would_send_the_words_away_is_none(open_page):
    page = speaking(open_page, local=False)
    expect(page.locator("[data-do=back]")).to_be_hidden()
    expect(page.locator("[data-do=read]")).to_be_hidden()


@pytest.mark.proof
def test_every_page_says_how_long_it_waits(screen):
    begin(screen)
    expect(screen.locator(".foot")).to_contain_text(f"{IDLE} seconds ({URGENT} where help is urgent)")
