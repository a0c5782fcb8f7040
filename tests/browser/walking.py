"""What a reader does, and what a reader sees."""

from guide import START, address, path, title
from playwright.sync_api import expect

SHOWN = """() => {
  const article = document.querySelector("#step .step");
  const list = document.querySelector("#answers");
  return {
    path: location.pathname,
    search: location.search + location.hash,
    step: article && `${document.body.dataset.home}${article.dataset.id}/`,
    heading: article?.querySelector("h1").textContent,
    title: document.title,
    answers: list?.hidden ?? true ? [] : [...list.querySelectorAll("li")].map((item) =>
      [item.querySelector(".asked").textContent, item.querySelector(".chosen").textContent]),
    ticks: [...document.querySelectorAll("[data-check]:checked")].map((box) => box.dataset.check),
    state: history.state,
    scroll: scrollY,
  };
}"""
LINES = """(selector) => [...document.querySelectorAll(selector)]
  .filter((line) => line.checkVisibility()).map((line) => line.innerText)"""


def visit(page, step):
    """Opens a step by its address."""
    page.goto(address(step))
    assert_at(page, step)


def follow(page, name, title):
    """Follows a link to another page of the site, and waits until its scripts have run too."""
    activate(page.get_by_role("link", name=name))
    expect(page).to_have_title(title)
    page.wait_for_load_state()


def assert_at(page, step):
    """Waits until the step is shown; then heading, title and address are those of the step."""
    expect(page.locator("#step .step")).to_have_attribute("data-id", step)  # two steps can have one title
    expect(page).to_have_title(title(step))
    found = shown(page)
    assert (found["heading"], found["path"], found["search"]) == (title(step), address(step), "")


LISTED = """() => document.querySelectorAll("#answers li").length === (history.state?.walk?.answers?.length ?? 0)"""


def shown(page):
    """What is seen once the words of the answers are there, which the first list of a guide has to fetch."""
    for _ in range(100):
        if page.evaluate(LISTED):
            break
        page.wait_for_timeout(20)
    return page.evaluate(SHOWN)


def link(page, step):
    """The first link of the shown step that leads to `step`, with the fold around it open."""
    found = page.locator(f'#step a.choice[href="{address(step)}"]').first
    unfold(found)
    return found


def choice(page, label):
    found = page.locator("#step a.choice").get_by_text(label, exact=True)
    unfold(found)
    return found


def unfold(locator):
    locator.evaluate("element => { for (let at = element; at = at.parentElement?.closest('details');) at.open = true }")


def unfold_all(page):
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


def activate(locator):
    """Follows a link or presses a button that a tap would reach, without the half second in which a new step takes no
    tap: test_second_taps.py has that."""
    locator.click(trial=True)
    locator.dispatch_event("click")


def choose(page, label, step):
    """Takes the choice with this label and waits for the step that it leads to."""
    activate(choice(page, label))
    assert_at(page, step)


def walk(page, *path):
    """Opens the first question and takes choices, each a pair of a label and the step that it leads to."""
    visit(page, START)
    for label, step in path:
        choose(page, label, step)


def tick(page, *checks):
    for check in checks:
        box = page.locator(f'[data-check="{check}"]')
        unfold(box)
        activate(box)


def go_back(page, step):
    page.evaluate("history.back()")
    assert_at(page, step)


def go_forward(page, step):
    page.evaluate("history.forward()")
    assert_at(page, step)


def words_to_say(page):
    """The lines of the ordered list."""
    return page.evaluate(LINES, ".lines q")


def words_if_true(page):
    """The lines under "Say only if it is true", with their conditions."""
    return page.evaluate(LINES, ".conditions li")


TO_CALL = path("crisis/call-911")
TO_CALL_AWAY = path("crisis/who", ("crisis/body", "away"), "crisis/what", "crisis/call-911")
TO_CALL_ME = path("crisis/who", ("crisis/body-me", "me"), "crisis/what-me", "crisis/call-911")
FIVE_STEPS = path("crisis/signs", "crisis/call-911", "crisis/call-again", "crisis/wait", "crisis/officers")
