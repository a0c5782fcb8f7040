"""What a screen reader says, by one that is written in JavaScript and listens in the page itself."""

from pathlib import Path

import pytest
from guide import START, label, sentence, step_of, title, words
from walking import activate, assert_at, choice, go_back, link, option, unfold_topic, visit

pytestmark = pytest.mark.proof
READER = Path(__file__).parent / "npm/node_modules/@guidepup/virtual-screen-reader/lib/esm/index.browser.js"
MISSING = "There is no screen reader to listen to, so nothing was proved. `make proof` gets it with npm."
CALL = "crisis/call-911"
YES = label(START, CALL)
BEGIN = """async () => {
  ({ virtual: window.reader } = await import("/listening.js"));
  await reader.start({ container: document.body });
}"""
"""The policy of the page lets the reader in, because it comes from the page's own address."""
HEARD = """async () => {
  await new Promise((done) => setTimeout(done, 500));
  const heard = await reader.spokenPhraseLog();
  await reader.clearSpokenPhraseLog();
  return heard;
}"""
READ = """async (last) => {
  await reader.clearSpokenPhraseLog();
  const heard = [];
  while (heard.at(-1) !== last && heard.length < 300) {
    await reader.next();
    heard.push(await reader.lastSpokenPhrase());
  }
  await reader.clearSpokenPhraseLog();
  return heard;
}"""
"""What is said on the way to a phrase, read on with the arrow key."""
OWN_FAULT = "a.getElementById is not a function"
"""The reader looks for the name of a step that a swap has taken away."""
NOT_LOADED = (
    "assertive: This step did not load. You are still on the step before. "
    "In danger, call 911. For help now, call 988 or text 988. Try again"
)


@pytest.fixture
def hear(page):
    """Opens a step and listens; then gives what was said since it was last asked."""
    if not READER.is_file():
        pytest.fail(MISSING, pytrace=False)
    page.route("**/listening.js", lambda route: route.fulfill(body=READER.read_text(), content_type="text/javascript"))

    def listen(step=None):
        if step:
            visit(page, step)
            page.evaluate(BEGIN)
        return page.evaluate(HEARD)

    yield listen
    page.watch.seen[:] = [line for line in page.watch.seen if OWN_FAULT not in line]


def heading(step):
    return f"heading, {title(step)}, level 1"


def test_a_load_leaves_the_focus_where_readers_begin_and_says_nothing_over_it(page, hear):
    assert hear(START) == ["document"]
    assert page.evaluate("document.activeElement === document.body")


def test_emergency_numbers_come_before_the_question_and_the_choices_right_after_it(page, hear):
    hear(START)
    before = page.evaluate(READ, heading(START))
    assert before[-1] == heading(START)
    for number in ("tel:911", "tel:988", "sms:988"):
        name = page.locator(f'.bar a[href^="{number}"]').inner_text()
        assert f"link, {name}" in before
    answers = [f"link, {choice.label}" for choice in step_of(START).choices if choice.kind != "aside"]
    assert [one for one in page.evaluate(READ, answers[-1]) if one.startswith("link, ")] == answers


def test_after_a_tap_the_new_heading_is_said_and_nothing_else(page, hear):
    hear(START)
    activate(link(page, CALL))
    assert_at(page, CALL)
    assert hear() == [heading(CALL)]
    go_back(page, START)
    assert hear() == [heading(START)]
    activate(link(page, CALL))
    assert_at(page, CALL)
    hear()
    activate(page.locator(".end .start-over"))
    assert_at(page, START)
    assert hear()[-1] == heading(START)


def test_a_tap_says_the_line_that_it_adds_and_the_line_that_it_changes(page, hear):
    hear(CALL)
    label = option(page, "weapon/in-reach")
    unfold_topic(label)
    label.focus()
    hear()
    page.keyboard.press("Enter")
    above = page.locator("#first-title").text_content()
    assert hear()[-1] == f"polite: {above}: {sentence('weapon/in-reach')}"
    label.focus()
    page.keyboard.press("Enter")
    assert not [one for one in hear() if one.startswith(f"polite: {above}")]
    page.locator(".switch [value=me]").focus()
    hear()
    page.keyboard.press("Space")
    before = words(CALL)
    changed = " ".join(line for line in words(CALL, "who/me") if line not in before)
    assert f"polite: {above}: {changed}" in hear()


def test_a_step_that_does_not_load_says_so_at_once_and_where_to_call(page, hear):
    page.watch.faults = True
    page.route("**/step.html", lambda route: route.abort())
    hear(START)
    activate(choice(page, YES))
    page.locator("#guard").wait_for()
    heard = hear()
    assert heard[-1] == NOT_LOADED
    assert page.evaluate("document.activeElement.id") == "guard"
