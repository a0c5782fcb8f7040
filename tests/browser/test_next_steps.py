"""The next steps are fetched ahead, so that a tap shows them at once, even when the network is gone."""

from guide import address, after
from walking import assert_at, link, visit


def test_every_choice_of_the_step_is_fetched_ahead(page):
    asked = set()
    page.context.on("request", lambda request: asked.add(request.url.removeprefix(page.watch.origin)))
    visit(page, "crisis/call-911")
    page.wait_for_timeout(1000)
    assert asked >= {f"{address(step)}step.html" for step in after("crisis/call-911")}


def test_a_step_that_was_fetched_ahead_shows_without_a_network(page):
    visit(page, "crisis/danger")
    page.wait_for_timeout(1000)
    page.watch.faults = True
    page.context.set_offline(True)
    link(page, "crisis/call-911").click()
    assert_at(page, "crisis/call-911")
    assert not page.locator("#guard").is_visible()


def test_after_a_swap_the_next_steps_are_fetched_too(page):
    visit(page, "crisis/danger")
    link(page, "crisis/signs").click()
    assert_at(page, "crisis/signs")
    page.wait_for_timeout(1000)
    page.watch.faults = True
    page.context.set_offline(True)
    link(page, "crisis/missing").click()
    assert_at(page, "crisis/missing")
