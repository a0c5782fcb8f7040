"""The next steps are fetched ahead, so that a tap shows them at once, even when the network is gone."""

from guide import address, after
from walking import activate, assert_at, link, visit

FETCHED = """() => performance.getEntriesByType("resource").filter((one) => one.responseEnd)
  .map((one) => new URL(one.name).pathname)"""


def wait_for_next_steps(page, step):
    """Waits until all steps that a step leads to have been fetched."""
    missing = {f"{address(other)}step.html" for other in after(step)}
    for _ in range(100):
        if missing <= {*page.evaluate(FETCHED)}:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not fetched ahead: {missing - {*page.evaluate(FETCHED)}}")


def test_every_choice_of_the_step_is_fetched_ahead(page):
    visit(page, "crisis/call-911")
    wait_for_next_steps(page, "crisis/call-911")


def test_a_step_that_was_fetched_ahead_shows_without_a_network(page):
    visit(page, "crisis/danger")
    wait_for_next_steps(page, "crisis/danger")
    page.watch.faults = True
    page.context.set_offline(True)
    activate(link(page, "crisis/call-911"))
    assert_at(page, "crisis/call-911")
    assert not page.locator("#guard").is_visible()


def test_after_a_swap_the_next_steps_are_fetched_too(page):
    visit(page, "crisis/danger")
    activate(link(page, "crisis/signs"))
    assert_at(page, "crisis/signs")
    wait_for_next_steps(page, "crisis/signs")
    page.watch.faults = True
    page.context.set_offline(True)
    activate(link(page, "crisis/missing"))
    assert_at(page, "crisis/missing")
