"""Whatever fails, the shown step and the address agree, and 911 and 988 have the focus of the reader."""

import random
import time

import pytest
from guide import START, STEPS, address, label, step_of, title
from matrix import some
from playwright.sync_api import Error, expect
from ports import PATIENCE
from walking import FIVE_STEPS, TO_CALL, activate, assert_at, choice, choose, go_back, pick, shown, visit, walk

from helper.walks import choice_keys

SECOND = (label("crisis/call-911", "crisis/wait"), "crisis/wait")
"""Another choice of the step that FIVE_STEPS[2] leaves."""
YES, NO = label(START, "crisis/call-911"), label(START, "crisis/who")
PARTIALS = "**/step.html"
AGREE = """(labels) => {
  const article = document.querySelector("#step .step");
  const walk = history.state?.walk;
  const list = [...document.querySelectorAll("#answers li")].map((one) => one.querySelector(".chosen").textContent);
  const wrong = [];
  if (document.querySelectorAll("#step .step").length !== 1) wrong.push("not one step");
  const shown = `/en/${article?.dataset.id}/`;
  if (shown !== location.pathname) wrong.push(`${shown} at ${location.pathname}`);
  if (document.title !== article?.dataset.title) wrong.push(`title ${document.title}`);
  if (walk?.partial !== article?.dataset.partial) wrong.push(`state of ${walk?.partial}`);
  if (list.join() !== walk?.answers.map(({ step, choice }) => labels[step][choice]).filter(Boolean).join()) wrong.push(`listed ${list}`);
  for (const option of document.querySelectorAll("[data-option]:not(a)")) {
    const { topic } = option.closest("[data-topic]").dataset;
    const known = walk.taps[topic] ?? walk.answers.filter(({ step }) => step.endsWith(`/${topic}`)).map(({ choice }) => choice).slice(-1);
    if (option.open !== known.includes(option.dataset.option)) wrong.push(`option ${topic}/${option.dataset.option}`);
  }
  return wrong;
}"""

LABELS = {
    step: dict(
        zip(choice_keys(step.split("/")[0], step_of(step)), (one.label for one in step_of(step).choices), strict=True)
    )
    for step in STEPS
}


def offline(page):
    page.route(PARTIALS, lambda route: route.abort("internetdisconnected"))


def hang(page):
    page.route(PARTIALS, lambda route: None)


def server_error(page):
    page.route(PARTIALS, lambda route: route.fulfill(status=500, body="<h1>Broken</h1>", content_type="text/html"))


def gateway_error(page):
    page.route(PARTIALS, lambda route: route.fulfill(status=502, body="", content_type="text/html"))


def gone(page):
    page.route(PARTIALS, lambda route: route.fulfill(status=404, body="<p>Not here", content_type="text/html"))


def empty_answer(page):
    page.route(PARTIALS, lambda route: route.fulfill(body="", content_type="text/html"))


def login_page_of_the_wifi(page):
    page.route(PARTIALS, lambda route: route.fulfill(body="<html><title>Wi-Fi</title><form>Log in</form></html>"))


FAULTS = (offline, login_page_of_the_wifi, hang, server_error, gateway_error, gone, empty_answer)


def mend(page):
    page.unroute(PARTIALS)


@pytest.fixture
def page(page):
    page.watch.faults = True
    return page


def assert_agreement(page, done=None):
    """Waits until heading, address, title, answers and taps tell of the same step."""
    deadline = time.monotonic() + PATIENCE
    while wrong := page.evaluate(AGREE, LABELS):
        assert time.monotonic() < deadline, (wrong, done)
        page.wait_for_timeout(100)


def assert_alert(page, step):
    """The alert is there and has the focus; the step that was shown is still shown."""
    guard = page.locator("#guard")
    expect(guard).to_be_visible()
    expect(guard).to_be_focused()
    page.wait_for_timeout(250)
    expect(guard).to_be_focused()
    assert guard.get_attribute("role") == "alert"
    for href in ("tel:911", "tel:988", "sms:988"):
        assert guard.locator(f'a[href="{href}"]').is_visible()
    box = guard.locator("a").first.bounding_box()
    assert 0 <= box["y"] < page.viewport_size["height"] - 60
    assert_at(page, step)
    assert_agreement(page)


def try_again(page, step):
    mend(page)
    activate(page.get_by_role("button", name="Try again"))
    assert_at(page, step)
    expect(page.locator("#guard")).to_be_hidden()
    assert_agreement(page)


@pytest.mark.parametrize("fault", some(FAULTS), ids=lambda fault: fault.__name__)
def test_a_tap_that_fails_keeps_the_step_and_can_be_tried_again(page, fault):
    walk(page, *FIVE_STEPS[:2])
    pick(page, "others/children")
    before = shown(page)
    fault(page)
    label, step = FIVE_STEPS[2]
    activate(choice(page, label))
    assert_alert(page, "crisis/call-911")
    assert shown(page)["answers"] == before["answers"] and shown(page)["picked"] == before["picked"]
    try_again(page, step)
    assert [one for _, one in shown(page)["answers"]] == [one for one, _ in FIVE_STEPS[:3]]
    go_back(page, "crisis/call-911")
    assert shown(page)["picked"] == ["others/children"]


@pytest.mark.parametrize("fault", some(FAULTS), ids=lambda fault: fault.__name__)
def test_back_that_fails_keeps_the_step_and_can_be_tried_again(page, fault):
    walk(page, *FIVE_STEPS[:3])
    fault(page)
    page.evaluate("history.back()")
    assert_alert(page, "crisis/call-again")
    assert len(shown(page)["answers"]) == 3
    try_again(page, "crisis/call-911")
    assert len(shown(page)["answers"]) == 2


def test_a_real_loss_of_the_network_shows_the_alert(page):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    walk(page, *FIVE_STEPS[:2])
    page.context.set_offline(True)
    activate(choice(page, FIVE_STEPS[2][0]))
    assert_alert(page, "crisis/call-911")
    page.evaluate("history.back()")
    page.wait_for_timeout(300)
    assert_alert(page, "crisis/call-911")
    page.context.set_offline(False)
    try_again(page, "crisis/signs")


def test_start_over_that_fails_keeps_the_walk_and_can_be_tried_again(page):
    walk(page, *FIVE_STEPS[:3])
    offline(page)
    activate(page.locator(".end .start-over"))
    assert_alert(page, "crisis/call-again")
    assert len(shown(page)["answers"]) == 3
    try_again(page, START)
    assert shown(page)["answers"] == []


def test_change_that_fails_can_be_tried_again_after_a_tap(page):
    walk(page, *TO_CALL)
    offline(page)
    activate(page.locator("#answers").get_by_role("link"))
    assert_alert(page, "crisis/call-911")
    pick(page, "others/children")
    try_again(page, START)
    assert shown(page)["answers"] == []


def test_another_choice_after_a_failed_one_works_and_hides_the_alert(page):
    walk(page, *FIVE_STEPS[:2])
    offline(page)
    activate(choice(page, FIVE_STEPS[2][0]))
    assert_alert(page, "crisis/call-911")
    mend(page)
    choose(page, *SECOND)
    expect(page.locator("#guard")).to_be_hidden()
    assert_agreement(page)


@pytest.mark.proof
def test_two_failed_taps_in_a_row_try_the_second_again(page):
    walk(page, *FIVE_STEPS[:2])
    offline(page)
    activate(choice(page, FIVE_STEPS[2][0]))
    assert_alert(page, "crisis/call-911")
    activate(choice(page, SECOND[0]))
    assert_alert(page, "crisis/call-911")
    try_again(page, "crisis/wait")


class Slow:
    """Makes the partials of some steps slow. The tests let them go, so that no answer depends on luck."""

    def __init__(self, page, seconds):
        self.page, self.seconds, self.waiting = page, seconds, []
        page.route(PARTIALS, self.hold)

    def hold(self, route):
        step = route.request.url.split("/en/")[1].removesuffix("/step.html")
        if route.request.headers.get("hx-request") and step in self.seconds:
            self.waiting.append((time.monotonic() + self.seconds[step], route))
        else:
            route.continue_()

    def pass_time(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.page.wait_for_timeout(50)
            for entry in [one for one in self.waiting if one[0] <= time.monotonic()]:
                self.waiting.remove(entry)
                entry[1].continue_()


def test_of_two_fast_taps_the_second_counts(page):
    visit(page, START)
    length = page.evaluate("history.length")
    slow = Slow(page, {"crisis/call-911": 1.5})
    activate(choice(page, YES))
    page.wait_for_timeout(100)
    activate(choice(page, NO))
    slow.pass_time(2.2)
    assert_at(page, "crisis/who")
    assert_agreement(page)
    assert shown(page)["answers"] == [[title(START), NO]]
    assert page.evaluate("history.length") == length + 1
    go_back(page, START)


def test_two_fast_taps_on_one_choice_are_one_step(page):
    visit(page, START)
    length = page.evaluate("history.length")
    slow = Slow(page, {"crisis/who": 0.3})
    activate(choice(page, NO))
    activate(choice(page, NO))
    slow.pass_time(1)
    assert_at(page, "crisis/who")
    assert page.evaluate("history.length") == length + 1


def test_back_while_a_step_is_loading_ends_on_the_step_before(page):
    walk(page, *FIVE_STEPS[:2])
    slow = Slow(page, {"crisis/call-again": 1})
    activate(choice(page, FIVE_STEPS[2][0]))
    page.wait_for_timeout(100)
    page.evaluate("history.back()")
    slow.pass_time(1.6)
    assert_at(page, "crisis/signs")
    assert_agreement(page)


@pytest.mark.proof
def test_back_and_forward_at_once_end_where_they_began(page):
    walk(page, *FIVE_STEPS[:3])
    slow = Slow(page, {"crisis/call-911": 0.8})
    page.evaluate("history.back()")
    page.wait_for_timeout(100)
    page.evaluate("history.forward()")
    slow.pass_time(1.5)
    assert_at(page, "crisis/call-again")
    assert_agreement(page)


@pytest.mark.proof
def test_two_fast_backs_end_two_steps_before(page):
    walk(page, *FIVE_STEPS[:3])
    slow = Slow(page, {"crisis/call-911": 0.8, "crisis/signs": 0.2})
    page.evaluate("history.back()")
    page.wait_for_timeout(60)
    page.evaluate("history.back()")
    slow.pass_time(1.5)
    assert_at(page, "crisis/signs")
    assert_agreement(page)


@pytest.mark.proof
def test_two_fast_backs_that_fail_keep_the_step(page):
    walk(page, *FIVE_STEPS[:3])
    page.route(PARTIALS, lambda route: route.abort() if "signs" in route.request.url else None)
    page.evaluate("history.back()")
    page.wait_for_timeout(200)
    page.evaluate("history.back()")
    assert_alert(page, "crisis/call-again")
    assert len(shown(page)["answers"]) == 3
    try_again(page, "crisis/signs")


@pytest.mark.proof
def test_a_tap_while_back_is_loading_keeps_every_answer(page):
    walk(page, *FIVE_STEPS[:2])
    slow = Slow(page, {"crisis/signs": 1})
    page.evaluate("history.back()")
    page.wait_for_timeout(200)
    label, step = FIVE_STEPS[2]
    activate(choice(page, label))
    slow.pass_time(1.5)
    assert_at(page, step)
    assert_agreement(page)
    assert [one for _, one in shown(page)["answers"]] == [one for one, _ in FIVE_STEPS[:3]]


def test_a_tap_on_an_option_while_back_is_loading_is_kept(page):
    walk(page, *FIVE_STEPS[:2])
    slow = Slow(page, {"crisis/signs": 0.6})
    page.evaluate("history.back()")
    page.wait_for_timeout(100)
    pick(page, "others/children")
    slow.pass_time(1.2)
    assert_at(page, "crisis/signs")
    assert_agreement(page)
    choose(page, *FIVE_STEPS[1])
    assert shown(page)["picked"] == ["others/children"]


@pytest.mark.proof
def test_a_tap_while_start_over_is_loading_is_the_tap(page):
    walk(page, *FIVE_STEPS[:2])
    slow = Slow(page, {START: 0.8})
    activate(page.locator(".end .start-over"))
    page.wait_for_timeout(100)
    label, step = FIVE_STEPS[2]
    activate(choice(page, label))
    slow.pass_time(1.4)
    assert_at(page, step)
    assert_agreement(page)
    assert [one for _, one in shown(page)["answers"]] == [one for one, _ in FIVE_STEPS[:3]]
    go_back(page, "crisis/call-911")
    assert_agreement(page)


@pytest.mark.proof
def test_back_while_start_over_is_loading_ends_in_agreement(page):
    walk(page, *FIVE_STEPS[:2])
    slow = Slow(page, {START: 0.5})
    activate(page.locator(".end .start-over"))
    page.wait_for_timeout(100)
    page.evaluate("history.back()")
    slow.pass_time(1.2)
    assert_agreement(page)


def test_a_slow_step_that_arrives_in_time_shows_no_alert(page):
    """By the clock of the page, which stands still while the machine is slow."""
    page.clock.install()
    visit(page, START)
    slow = Slow(page, {"crisis/who": 0})
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    activate(choice(page, NO))
    page.clock.run_for(4500)
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/crisis/who/step.html")):
        slow.pass_time(0.2)
    page.clock.resume()
    assert_at(page, "crisis/who")
    assert not page.locator("#guard").is_visible()


SCRIPTS = {
    "tap": "n => tap(n)",
    "tap twice": "n => { tap(n); tap(n + 1) }",
    "back": "() => history.state?.walk?.n && history.back()",
    "forward": "() => history.forward()",
    "option": "n => pick(n)",
    "change": "() => document.querySelector('#answers li:last-child a')?.click()",
    "start over": "() => document.querySelector('.end .start-over').click()",
    "skip": "() => document.querySelector('.skip').click()",
}
ACTIONS = (*SCRIPTS, "tap", "tap", "tap", "back", "reload")
DEFINE_TAPS = """function tap(n) {
  const links = [...document.querySelectorAll("#step a.choice")];
  links[n % links.length]?.click();
}
function pick(n) {
  const labels = [...document.querySelectorAll("#step [data-option] > summary, #step .switch input")];
  labels[n % labels.length]?.click();
}"""


def act(page, action, dice):
    if action in SCRIPTS:
        try:
            page.evaluate(SCRIPTS[action], dice.randrange(1000))
        except Error:  # the page went away under the finger
            page.wait_for_load_state()
    elif action == "reload":
        page.wait_for_timeout(150)
        page.reload()


def walk_wildly(page, seed, actions):
    """Hurried actions over a bad network. Ends when the network is good and nothing moves."""
    dice = random.Random(seed)
    trouble = {"on": True}

    def answer(route):
        if not trouble["on"] or not route.request.headers.get("hx-request") or dice.random() < 0.7:
            route.continue_()
        elif dice.random() < 0.5:
            page.wait_for_timeout(dice.choice([30, 90]))
            route.continue_()
        else:
            route.abort()

    page.add_init_script(DEFINE_TAPS)
    visit(page, dice.choice(STEPS))
    page.route(PARTIALS, answer)
    done = []
    for _ in range(actions):
        action = dice.choice(ACTIONS)
        done.append(action)
        act(page, action, dice)
        page.wait_for_timeout(dice.choice([0, 10, 40, 120, 300]))
    trouble["on"] = False
    page.wait_for_timeout(300)
    return done


@pytest.mark.parametrize("seed", some(range(3)))
def test_a_wild_walk_ends_in_agreement(page, seed):
    done = walk_wildly(page, seed, 15)
    assert_agreement(page, done)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 160))
def test_many_wild_walks_end_in_agreement(page, seed):
    done = walk_wildly(page, seed, 25)
    assert_agreement(page, done)


def test_the_alert_offers_help_on_every_page_that_can_fail(page):
    for path in ("/", "/en/about/", address("crisis/call-911")):
        page.goto(path)
        assert page.locator('#guard a[href="tel:911"]').count() == 1
