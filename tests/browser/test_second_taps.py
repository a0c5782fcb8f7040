"""A shaking hand taps twice at one spot. The second tap must not answer a question that nobody has read, nor dial."""

import pytest
from devices import PHONE, TABLET
from guide import START, STEPS, address
from matrix import some
from playwright.sync_api import expect
from real import CONTENT
from waiting_room import BEGIN, open_screen
from walking import FIVE_STEPS, assert_at, walk

TAPS = (60, 250, 400)
"""Milliseconds after the first tap at which the same spot is tapped again."""
LATE = 600
"""Milliseconds after which a tap is meant for what is there."""
DARED = ("crisis/danger", "crisis/call-911", "crisis/call-988")
"""The steps that most readers meet, for the quick run."""

# Counts the clicks that reach the page. One that was stopped reaches nobody.
LISTEN = """() => {
  window.clicks = 0;
  addEventListener("click", () => { window.clicks += 1; });
}"""
# The style's own guard, which ends by the clock of the machine, is over; that of the script is tried here.
OPEN = """() => {
  for (const one of document.getAnimations()) one.finish();
  for (const fold of document.querySelectorAll("#step details")) fold.open = true;
  return document.querySelectorAll("#step a.choice").length;
}"""
SPOT = """(n) => {
  const link = document.querySelectorAll("#step a.choice")[n];
  link.scrollIntoView({ block: "center", behavior: "instant" });
  const [{ x, y, width, height }] = link.getClientRects();
  window.clicks = 0;
  return { x: x + width / 2, y: y + height / 2, path: link.pathname, n: history.state?.walk?.n };
}"""
SHOWN = """() => ({
  clicks: window.clicks,
  path: location.pathname,
  n: history.state?.walk?.n,
  step: document.querySelector("#step .step")?.dataset.id ?? document.querySelector("#step .step")?.dataset.step,
})"""


def step_in(path):
    """tree/step of an address on the web or on a kiosk."""
    return "/".join(path.strip("/").split("/")[-2:])


def wait_for(page, step):
    """Lets the time of the page go on until the step is shown."""
    while page.evaluate(SHOWN)["step"] != step:
        page.clock.run_for(1)


def tap_again_and_again(page, tap):
    """Taps, waits until the step is shown, and taps at the same spot. The time of the page stands still but for this, so
    that a busy machine changes nothing."""
    tap()
    yield
    at = 0
    for time in TAPS:
        page.clock.run_for(time - at)
        tap()
        at = time
    page.clock.run_for(1)


def second_taps(page, step, open_step):
    """What went wrong at the choices of a step."""
    count = open_step(step)
    for n in range(count):
        if n:
            open_step(step)
        page.wait_for_timeout(10)  # that a fold was opened is told a moment later
        page.clock.run_for(LATE)
        spot = page.evaluate(SPOT, n)
        goal = step_in(spot["path"])
        for _ in tap_again_and_again(page, lambda spot=spot: page.touchscreen.tap(spot["x"], spot["y"])):
            wait_for(page, goal)
        found = page.evaluate(SHOWN)
        web = spot["n"] is not None
        expected = {
            "clicks": 1,
            "path": spot["path"] if web else BEGIN,
            "n": spot["n"] + 1 if web else None,
            "step": goal,
        }
        if found != expected:
            yield f"choice {n} of {step}: {found}, expected {expected}"


def stop_time(page):
    page.clock.install()
    page.goto(address(START))
    page.clock.pause_at(page.evaluate("Date.now() + 1000") / 1000)


def of_guide(name):
    return [step for step in STEPS if step.startswith(f"{name}/")]


GROUPS = [DARED, *map(of_guide, CONTENT.trees)]


@pytest.mark.parametrize("steps", some(GROUPS), ids=["dared", *CONTENT.trees])
def test_a_second_tap_does_nothing(open_page, steps):
    page = open_page(PHONE)
    stop_time(page)
    page.add_init_script(f"({LISTEN})()")

    def open_step(step):
        page.goto(address(step))
        return page.evaluate(OPEN)

    assert [fault for step in steps for fault in second_taps(page, step, open_step)] == []


ASK_FOR = """(address) => {
  const link = document.createElement("a");
  link.href = address;
  document.body.append(link);
  link.click();
  link.remove();
}"""


@pytest.mark.proof
@pytest.mark.parametrize("steps", some(GROUPS), ids=["dared", *CONTENT.trees])
def test_a_second_tap_on_a_kiosk_does_nothing(open_page, steps):
    page = open_page(TABLET)
    page.add_init_script(f"({LISTEN})()")
    stop_time(page)
    open_screen(page)

    def open_step(step):
        page.evaluate(ASK_FOR, f"/kiosk{address(step)}")
        wait_for(page, step)
        return page.evaluate(OPEN)

    assert [fault for step in steps for fault in second_taps(page, step, open_step)] == []


def press_twice(page, locator):
    """Presses what lies at the middle of an element twice, within a moment."""
    box = locator.bounding_box()
    for time in (0, 100):
        page.wait_for_timeout(time)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def entry(page):
    """Which entry of the tab is shown, as the browser counts."""
    return page.evaluate("navigation.currentEntry.index")


# What else stands under a finger that taps twice: the name of what is tapped, and how many entries come of it.
ELSEWHERE = {
    "the other language": (".top .language", 1),
    "a link of the foot": (".end a[href$='/about/']", 1),
    "a link of the bar": (".bar .bar-quiet", 1),
    "an answer to change": ("#answers a", 1),
    "back": ("#back", -1),
}


@pytest.mark.parametrize("what", some(ELSEWHERE))
def test_a_second_press_anywhere_is_no_second_move(page, what):
    selector, change = ELSEWHERE[what]
    walk(page, *FIVE_STEPS)
    page.wait_for_timeout(LATE)
    before = entry(page)
    page.locator(selector).last.scroll_into_view_if_needed()
    press_twice(page, page.locator(selector).last)
    expect(page.locator("#answers")).to_be_visible()
    page.wait_for_timeout(LATE)
    page.wait_for_load_state()
    assert entry(page) == before + change
    if what == "the other language":
        assert page.locator("html").get_attribute("lang") == "es"


def test_without_scripts_the_second_press_meets_nothing(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto(address(START))
    page.wait_for_timeout(LATE)
    press_twice(page, page.locator("#step a.choice").get_by_text("No", exact=True))
    page.wait_for_timeout(LATE)
    page.wait_for_load_state()
    assert page.url.endswith(address("crisis/who"))
    page.locator("#step a.choice").first.click()
    page.wait_for_url(lambda url: not url.endswith(address("crisis/who")))


def test_a_fold_that_is_tapped_twice_is_open(page):
    page.goto(address("crisis/call-911"))
    page.wait_for_timeout(LATE)
    fold = page.locator("#step details summary").first
    fold.scroll_into_view_if_needed()
    press_twice(page, fold)
    page.wait_for_timeout(100)
    assert page.locator("#step details").first.get_attribute("open") is not None


def test_enter_pressed_again_and_again_moves_one_step(page):
    page.goto(address(START))
    page.wait_for_timeout(LATE)
    before = entry(page)
    page.locator("#step a.choice").get_by_text("No", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Enter")
        page.wait_for_timeout(60)
        page.keyboard.press("Tab")
    assert_at(page, "crisis/who")
    assert entry(page) == before + 1


def test_an_honest_tap_waits_half_a_second_at_most(page):
    stop_time(page)
    page.goto(address(START))
    page.clock.run_for(40)  # two frames, until the step can be seen
    page.clock.run_for(500)
    page.locator("#step a.choice").get_by_text("No", exact=True).tap()
    page.clock.run_for(50)
    assert_at(page, "crisis/who")


def test_a_page_that_was_read_before_its_scripts_ran_takes_a_tap_at_once(page):
    def late(route):
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/static/step.*.js", late)
    page.goto(address(START))
    page.locator("#step a.choice").get_by_text("No", exact=True).tap()
    assert_at(page, "crisis/who")
    assert entry(page) > 0 and page.evaluate("history.state.walk.n") == 1


@pytest.mark.parametrize("selector", [".bar-911", ".bar-988 >> nth=0", "a.exit"])
def test_what_is_always_there_always_works(page, selector):
    page.add_init_script(
        "addEventListener('click', (event) => { window.pressed = event.target.closest('a').href; event.preventDefault(); })"
    )
    page.goto(address(START))
    page.evaluate("window.leavePage = () => {}; window.leaving = true")
    page.locator(selector).click()
    assert page.evaluate("window.pressed") == page.locator(selector).evaluate("link => link.href")


def test_a_dialog_that_comes_under_the_finger_is_not_answered(page):
    page.goto(address("crisis/officers"))
    page.wait_for_timeout(LATE)
    page.get_by_role("button", name="Show these words large").click()
    page.locator("dialog.card").get_by_role("button", name="Close").click()
    page.wait_for_timeout(50)
    assert page.locator("dialog.card").is_visible()
