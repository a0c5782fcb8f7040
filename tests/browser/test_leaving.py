"""Start over and the quick exit leave no answer behind, however often Back and Forward are pressed."""

import re
import time
from contextlib import suppress

import pytest
from devices import DESKTOP, NARROW, PHONE, ZOOMED
from guide import START, address, title
from matrix import some
from playwright.sync_api import Error, expect
from ports import PATIENCE
from walking import (
    FIVE_STEPS,
    TO_CALL,
    activate,
    assert_at,
    choose,
    follow,
    go_back,
    pick,
    shown,
    unfold_all,
    visit,
    walk,
)

EXIT = "https://www.weather.gov/"
ELSEWHERE = "<!doctype html><title>Weather</title><h1>Sunny</h1>"


@pytest.fixture
def leave_for(page):
    """The page, with another website where the quick exit leads."""
    prepare(page)
    return page


def prepare(page):
    page.watch.allowed.add(EXIT.rstrip("/"))
    page.route(EXIT, lambda route: route.fulfill(body=ELSEWHERE, content_type="text/html"))


def look(page):
    """What someone who takes the phone now can see of the walk: the address, answers and taps."""
    if not page.url.startswith(page.watch.origin):
        return page.url, [], []
    found = shown(page)
    if not found["address"].startswith(page.watch.origin):  # it was left meanwhile
        return found["address"], [], []
    state = (found["state"] or {}).get("walk") or {}
    return found["path"], found["answers"] + state.get("answers", []), found["picked"] + list(state.get("taps", {}))


def patiently(page, do):
    """Does it again when the page is replaced meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return do()
        except Error:
            assert time.monotonic() < deadline
            page.wait_for_timeout(200)
            page.wait_for_load_state()


def press(page, way, times=10):
    """Presses Back or Forward, and looks after each."""
    seen = []
    for _ in range(times):
        patiently(page, lambda: page.evaluate(f"setTimeout(() => history.{way}())"))
        page.wait_for_timeout(120)
        seen.append(patiently(page, lambda: look(page)))
    return seen


def assert_nothing_is_left(page):
    """Back ten times, Forward ten times: the first question or another website, and no answer."""
    allowed = {address(START), "/", EXIT, "about:blank", "chrome-error://chromewebdata/"}
    for path, answers, taps in [look(page), *press(page, "back"), *press(page, "forward")]:
        assert (path in allowed, answers, taps) == (True, [], []), path


def walk_with_taps(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach", "others/children")
    for words, step in FIVE_STEPS[2:]:
        choose(page, words, step)
    assert page.evaluate("Object.keys(history.state.walk.taps)") == ["kind", "weapon", "others"]


def test_start_over_shows_the_first_question_as_if_new(page):
    walk_with_taps(page)
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    expect(page.locator("#answers")).to_be_hidden()
    assert_nothing_is_left(page)


@pytest.mark.proof
def test_the_name_in_the_header_starts_over_too(open_page):
    """Where it is shown: a phone has no room for it."""
    page = open_page(DESKTOP)
    walk_with_taps(page)
    activate(page.locator(".top .start-over"))
    assert_at(page, START)
    assert_nothing_is_left(page)


@pytest.mark.proof
def test_start_over_works_on_the_first_question_and_twice(page):
    visit(page, START)
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    choose(page, *FIVE_STEPS[0])
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    choose(page, *FIVE_STEPS[0])
    choose(page, *FIVE_STEPS[1])
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    assert_nothing_is_left(page)


def test_a_new_walk_after_start_over_is_whole(page):
    walk_with_taps(page)
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    page.wait_for_timeout(150)
    choose(page, *FIVE_STEPS[0])
    assert shown(page)["answers"] == [[title(START), FIVE_STEPS[0][0]]]
    page.reload()
    go_back(page, START)
    assert shown(page)["answers"] == []


@pytest.mark.proof
def test_start_over_after_back_leaves_nothing_ahead(page):
    walk_with_taps(page)
    go_back(page, "crisis/wait")
    go_back(page, "crisis/call-again")
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    assert_nothing_is_left(page)


@pytest.mark.proof
def test_start_over_on_the_about_page_leaves_nothing(page):
    walk_with_taps(page)
    follow(page, "About this guide", "About this guide")
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    assert_nothing_is_left(page)


def by_click(page):
    page.locator("a.exit").click(no_wait_after=True)


def by_shift(page):
    for _ in range(3):
        page.keyboard.press("Shift")


def in_the_middle_of_a_load(page):
    """A step is on its way when the reader leaves."""
    page.watch.faults = True
    page.route("**/step.html", lambda route: None)
    page.locator("#step a.choice").first.evaluate("link => { link.click(); document.querySelector('a.exit').click() }")


def on_the_about_page(page):
    follow(page, "About this guide", "About this guide")
    by_click(page)


def on_the_page_about_leaving(page):
    follow(page, "What “Quick exit” can’t hide", "Leaving this page quickly")
    by_shift(page)


def after_back(page):
    go_back(page, "crisis/wait")
    go_back(page, "crisis/call-again")
    by_click(page)


def after_going_back_to_the_start(page):
    for step in ("crisis/wait", "crisis/call-again", "crisis/call-911", START):
        go_back(page, step)
    by_click(page)


def after_a_reload(page):
    page.reload()
    by_click(page)


def after_start_over(page):
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    choose(page, *FIVE_STEPS[0])
    by_click(page)


def after_the_skip_link(page):
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    by_shift(page)


def with_the_large_words_open(page):
    activate(page.get_by_role("button", name="Show these words large"))
    by_shift(page)


WAYS_OUT = (
    by_click,
    by_shift,
    in_the_middle_of_a_load,
    on_the_about_page,
    on_the_page_about_leaving,
    after_back,
    after_going_back_to_the_start,
    after_a_reload,
    after_start_over,
    after_the_skip_link,
    with_the_large_words_open,
)


@pytest.mark.parametrize(
    "leave",
    some(WAYS_OUT, 2),
    ids=lambda way: way.__name__,
)
def test_after_the_quick_exit_nothing_is_left(leave_for, leave):
    walk_with_taps(leave_for)
    leave(leave_for)
    expect(leave_for).to_have_title("Weather")
    assert leave_for.url == EXIT
    assert_nothing_is_left(leave_for)


@pytest.mark.proof
def test_the_quick_exit_from_the_first_page_leaves_nothing(leave_for):
    leave_for.goto("/")
    by_click(leave_for)
    expect(leave_for).to_have_title("Weather")
    assert_nothing_is_left(leave_for)


CLICK_AND_LOOK = """() => {
  const look = () => console.log(getComputedStyle(document.body).display, document.title.trim().length);
  setInterval(look, 50);
  document.querySelector("a.exit").click();
  look();
}"""


def test_the_screen_is_blank_at_once_and_stays_so_until_the_other_site_is_there(page):
    page.watch.allowed.add(EXIT.rstrip("/"))
    asked, looks = [], []

    def answer(route):
        """It is there once the screen was looked at for a while. The page asks twice, at a time of its own."""
        if len(looks) < 10:
            asked.append(route)
        else:
            route.fulfill(body=ELSEWHERE, content_type="text/html")

    page.route(EXIT, answer)
    walk(page, *TO_CALL)
    page.on("console", lambda message: looks.append(message.text) if message.type == "log" else None)
    page.evaluate(CLICK_AND_LOOK)
    deadline = time.monotonic() + PATIENCE
    while len(looks) < 10 and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    for route in asked:
        route.fulfill(body=ELSEWHERE, content_type="text/html")
    expect(page).to_have_title("Weather")
    assert len(looks) >= 10 and set(looks) == {"none 0"}


@pytest.mark.proof
def test_the_quick_exit_blanks_the_screen_offline(page):
    page.watch.allowed.add(EXIT.rstrip("/"))
    page.watch.faults = True
    walk(page, *TO_CALL)
    page.route(EXIT, lambda route: route.abort())
    by_click(page)
    page.wait_for_timeout(2000)
    assert "911" not in page.evaluate("document.body.innerText")
    assert_nothing_is_left(page)


def test_shift_with_a_letter_does_not_count(leave_for):
    walk(leave_for, *TO_CALL)
    for _ in range(5):
        leave_for.keyboard.press("Shift+A")
        leave_for.keyboard.press("Shift+Tab")
    leave_for.wait_for_timeout(300)
    assert_at(leave_for, "crisis/call-911")


def test_shift_presses_far_apart_do_not_count(leave_for):
    leave_for.clock.install()
    walk(leave_for, *TO_CALL)
    for _ in range(3):
        leave_for.keyboard.press("Shift")
        leave_for.clock.run_for(6000)
    assert_at(leave_for, "crisis/call-911")
    for _ in range(2):
        leave_for.keyboard.press("Shift")
        leave_for.clock.run_for(1500)
    assert leave_for.evaluate("document.documentElement.className") == ""
    leave_for.keyboard.press("Shift")
    expect(leave_for).to_have_title("Weather")


def test_the_quick_exit_is_a_plain_link_without_javascript(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    prepare(page)
    page.goto(address("crisis/call-911"))
    activate(page.locator("a.exit"))
    expect(page).to_have_title("Weather")


def test_the_quick_exit_works_when_htmx_does_not_load(page):
    prepare(page)
    page.watch.faults = True
    page.route("**/htmx*", lambda route: route.abort())
    page.goto(address("crisis/call-911"))
    by_shift(page)
    expect(page).to_have_title("Weather")


IN_VIEW = """() => {
  const { x, y, width, height } = document.querySelector("a.exit").getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return y >= 0 && x >= 0 && x + width <= innerWidth && y + height <= innerHeight && !!top?.closest("a.exit");
}"""


@pytest.mark.parametrize("device", some([PHONE, NARROW, ZOOMED, DESKTOP]), ids=["phone", "narrow", "zoomed", "desktop"])
@pytest.mark.parametrize("step", ["crisis/call-911", "crisis/call-988"])
def test_the_exit_stays_in_view_at_every_scroll_position(kept_page, device, step):
    page = kept_page(device)
    visit(page, step)
    unfold_all(page)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height > 1500
    for top in range(0, height, 150):
        page.evaluate("top => scrollTo(0, top)", top)
        assert page.evaluate(IN_VIEW), top


def walk_far(page, times=60):
    """More steps than a browser keeps entries: 50."""
    visit(page, START)
    for _ in range(times // 2):
        activate(page.locator(".bar .bar-quiet"))
        assert_at(page, "crisis/cant-talk")
        choose(page, "More words to send", "crisis/call-911")


def without_navigation(page):
    """As in browsers that do not tell which entry is shown."""
    page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")


def come_back_with_a_closed_tab(page):
    """Of a long walk Chromium keeps six entries before the last when the tab is closed and opened again."""
    page.evaluate("address => location.replace(address)", f"{page.watch.origin}{address(START)}")
    page.wait_for_url(f"**{address(START)}")
    assert_at(page, START)
    page.evaluate("const state = history.state; state.walk.n = 25; history.replaceState(state, '')")
    page.reload()
    for words, step in FIVE_STEPS:
        choose(page, words, step)
    assert page.evaluate("[history.length, history.state.walk.n]") == [6, 30]


def back_and_wait(page):
    """Back, to a step of any kind: what lies ahead then is no part of the way to the start."""
    before = page.evaluate("history.state.walk.n")
    page.evaluate("history.back()")
    page.wait_for_timeout(150)
    assert page.evaluate("history.state.walk.n") != before


FAR = (walk_far, come_back_with_a_closed_tab)


@pytest.mark.proof
@pytest.mark.parametrize("tell", some([True, False]), ids=["told", "not told"])
@pytest.mark.parametrize("go_far", some(FAR), ids=lambda far: far.__name__)
def test_start_over_works_after_any_number_of_steps(page, go_far, tell):
    if not tell:
        without_navigation(page)
    go_far(page)
    activate(page.locator(".end .start-over"))
    expect(page).to_have_url(re.compile(f"{address(START)}$"))
    assert_at(page, START)
    assert_nothing_is_left(page)
    visit(page, START)
    choose(page, *FIVE_STEPS[0])
    assert shown(page)["answers"] == [[title(START), FIVE_STEPS[0][0]]]
    page.go_back()
    assert_at(page, START)


@pytest.mark.proof
@pytest.mark.parametrize("tell", some([True, False]), ids=["told", "not told"])
@pytest.mark.parametrize("go_far", some(FAR), ids=lambda far: far.__name__)
def test_the_quick_exit_works_after_any_number_of_steps(leave_for, go_far, tell):
    if not tell:
        without_navigation(leave_for)
    go_far(leave_for)
    for _ in range(3):
        back_and_wait(leave_for)
    by_click(leave_for)
    expect(leave_for).to_have_title("Weather")
    assert_nothing_is_left(leave_for)


@pytest.mark.proof
def test_a_walk_of_any_length_goes_on(page):
    walk_far(page)
    assert page.evaluate("history.state.walk.n") < 50
    expect(page.locator("#answers li")).to_have_count(0)  # quiet links are no answers
    page.reload()
    assert_at(page, "crisis/call-911")
    go_back(page, "crisis/cant-talk")
    choose(page, "More words to send", "crisis/call-911")


NO_PRESSES = tuple(f"{key}+Shift" for key in ("Alt", "AltGraph", "Control", "Meta", "a"))
NO_PRESSES += ("Shift+Alt", "Shift+Control", "Shift+Meta")


@pytest.mark.proof
@pytest.mark.parametrize("keys", some(NO_PRESSES))
def test_shift_with_another_key_does_not_count(leave_for, keys):
    visit(leave_for, "crisis/call-911")
    for _ in range(4):
        leave_for.keyboard.press(keys)
    leave_for.wait_for_timeout(300)
    assert_at(leave_for, "crisis/call-911")
    assert leave_for.locator("#presses").inner_text() == ""


def click_with_shift(page):
    page.mouse.down()
    page.mouse.up()


MOUSE = {"click": click_with_shift, "wheel": lambda page: page.mouse.wheel(0, 50)}


@pytest.mark.parametrize("use", MOUSE)
def test_shift_with_the_mouse_does_not_count(leave_for, use):
    visit(leave_for, "crisis/call-911")
    leave_for.mouse.move(5, 400)
    for _ in range(4):
        leave_for.keyboard.down("Shift")
        MOUSE[use](leave_for)
        leave_for.wait_for_timeout(60)
        leave_for.keyboard.up("Shift")
    leave_for.wait_for_timeout(300)
    assert_at(leave_for, "crisis/call-911")


def test_shift_in_a_text_field_does_not_count(leave_for):
    leave_for.goto("/en/about/card/")
    leave_for.locator("textarea").first.focus()
    by_shift(leave_for)
    leave_for.wait_for_timeout(700)
    assert leave_for.url.endswith("/card/")


def test_the_first_presses_say_what_a_third_will_do(leave_for):
    leave_for.clock.install()
    visit(leave_for, "crisis/call-911")
    told = leave_for.locator("#presses")
    assert (told.get_attribute("role"), told.inner_text()) == ("status", "")
    for words in ("Press Shift 2 more times to leave this page.", "Press Shift once more to leave this page."):
        leave_for.keyboard.press("Shift")
        assert told.inner_text() == words
        box = told.bounding_box()
        assert box["y"] > 0 and box["x"] >= 0 and box["x"] + box["width"] <= leave_for.viewport_size["width"]
    leave_for.clock.run_for(6000)
    assert told.inner_text() == ""


PARTNER = "https://partner.example/"
GUIDE = "https://guide.example"
SANDBOXES = {
    "none": "",
    "it may take the page along": 'sandbox="allow-scripts allow-same-origin allow-top-navigation-by-user-activation"',
    "it may not": 'sandbox="allow-scripts allow-same-origin"',
}


def pass_on(route, server):
    with suppress(Error):  # the page that asked may have left
        route.fulfill(response=route.fetch(url=route.request.url.replace(GUIDE, server)))


@pytest.mark.parametrize("sandbox", some(SANDBOXES))
def test_the_exit_leaves_a_frame_for_the_other_website(open_page, serving_with, sandbox):
    with serving_with(f"frame_ancestors: [{PARTNER.rstrip('/')}]\n") as server:
        page = open_page(DESKTOP)
        prepare(page)
        page.watch.allowed |= {GUIDE, PARTNER.rstrip("/")}
        # A page from elsewhere may not frame this machine: the guide gets a name, as it has one in the world.
        page.route(f"{GUIDE}/**", lambda route: pass_on(route, server))
        frame = f"<iframe {SANDBOXES[sandbox]} src={GUIDE}/en/crisis/call-911/ width=400 height=700></iframe>"
        page.route(PARTNER, lambda route: route.fulfill(body=f"<!doctype html>{frame}", content_type="text/html"))
        page.goto(PARTNER)
        inside = page.frame_locator("iframe")
        inside.locator("a.exit").click()
        expect((inside if sandbox == "it may not" else page).locator("h1")).to_have_text("Sunny")
        page.watch.seen[:] = [line for line in page.watch.seen if "window is sandboxed" not in line]  # so it may not
