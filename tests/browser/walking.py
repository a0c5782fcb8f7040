"""What a reader does, and what a reader sees."""

from guide import START, address, path, title
from playwright.sync_api import expect

SHOWN = """() => {
  const article = document.querySelector("#step .step");
  const list = document.querySelector("#answers");
  return {
    address: location.href,
    path: location.pathname,
    search: location.search + location.hash,
    step: article && `${document.body.dataset.home}${article.dataset.id}/`,
    heading: article?.querySelector("h1").textContent,
    title: document.title,
    answers: list?.hidden ?? true ? [] : [...list.querySelectorAll("li")].map((item) =>
      [item.querySelector(".question").textContent, item.querySelector(".chosen").textContent]),
    picked: [...document.querySelectorAll("[data-option][open]")].map((option) =>
      `${option.closest("[data-topic]").dataset.topic}/${option.dataset.option}`),
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


LISTED = """() => document.querySelectorAll("#answers li").length
  === (history.state?.walk?.answers ?? []).filter(({ choice }) => choice).length"""


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
    """Opens every fold, and of a topic all options at once: all that can ever be seen, though not together."""
    page.evaluate("""() => {
      for (const fold of document.querySelectorAll("details")) {
        fold.removeAttribute("name");
        fold.open = true;
      }
    }""")


FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""Waits until what changed has been drawn."""


def wait_until_read(page):
    """Waits until a tap counts: not in the moment in which something new came under the finger.

    That moment begins anew when the change is drawn, so a change that is not drawn yet doesn't count as read.
    """
    if getattr(page, "stopped", False):
        page.clock.run_for(600)
    else:
        page.evaluate(FRAMES)
    for _ in range(150):
        if not page.evaluate("guideStep.isUnread({ target: document.body })"):
            return
        page.wait_for_timeout(20)
    raise AssertionError("a tap never counts")


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


def option(page, name):
    """The label of an option ("topic/option") in its topic, or the button of a switch."""
    topic, id = name.split("/")
    fold = f'details[data-topic="{topic}"] > .options > li > [data-option="{id}"] > summary'
    return page.locator(
        f'{fold}, .switch[data-topic="{topic}"] label:has([value="{id}"]), a.said[data-topic="{topic}"][data-option="{id}"]'
    )


def pick(page, *options):
    """Taps options, each "topic/option": the first tap chooses, the second takes back. Where another option stands in
    its place, that one is taken back before."""
    for name in options:
        label = option(page, name)
        unfold_topic(label)
        if not label.is_visible():
            activate(page.locator(f'details[data-topic="{name.split("/")[0]}"] [data-option][open] > summary'))
        activate(label)


def unfold_topic(label):
    label.evaluate("label => { const topic = label.closest('details.topic'); if (topic) topic.open = true }")


def go_back(page, step):
    page.evaluate("history.back()")
    assert_at(page, step)


def go_forward(page, step):
    page.evaluate("history.forward()")
    assert_at(page, step)


def words_to_say(page):
    """The lines that stand in sight: those to say first, with what was chosen of some topics, and those to say."""
    return page.evaluate(LINES, ".lines q:not(.original)")


def words_chosen(page):
    """The sentences of the options that are chosen, in the order of the topics."""
    return page.evaluate(LINES, "[data-option] q:not(.original)")


TO_CALL = path("crisis/call-911")
TO_CALL_AWAY = path("crisis/who", ("crisis/body", "away"), "crisis/what", "crisis/call-911")
TO_CALL_ME = path("crisis/who", ("crisis/body-me", "me"), "crisis/what-me", "crisis/call-911")
FIVE_STEPS = path("crisis/signs", "crisis/call-911", "crisis/call-again", "crisis/wait", "crisis/officers")
