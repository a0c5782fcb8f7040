"""On paper stands what helps, and nothing that needs a screen."""

import pytest
from walking import TO_CALL, pick, visit, walk

NOT_PRINTED = (".top", ".bar", ".skip", "#guard", "#answers", ".end", "button.large", "#back")


def test_the_bar_the_exit_and_the_answers_are_not_printed(page):
    walk(page, *TO_CALL)
    pick(page, "others/children")
    page.emulate_media(media="print")
    for selector in NOT_PRINTED:
        assert not page.locator(selector).first.is_visible(), selector


@pytest.mark.parametrize("step", ["crisis/call-911", "crisis/wait", "crisis/plan"])
def test_what_is_folded_on_the_screen_is_printed_open(page, step):
    visit(page, step)
    folded = page.locator("#step .notes details:not(.sources) > :not(summary)")  # paper has no room for them
    assert folded.count() and not folded.first.is_visible()
    page.emulate_media(media="print")
    for block in folded.all():
        assert block.bounding_box()["height"] > 10


def test_the_number_to_call_and_the_words_are_printed(page):
    visit(page, "crisis/call-911")
    page.emulate_media(media="print")
    assert page.locator("#step .way.call").first.inner_text() == "Call 911"
    assert page.locator(".lines li").first.is_visible()
    assert page.locator("#step h1").is_visible()
