"""The words to say can be shown large, and sent as a text."""

import re
from urllib.parse import parse_qs, urlsplit

from devices import PHONE
from guide import label, words
from walking import TO_CALL, activate, choose, tick, visit, walk, words_to_say


def show_large(page):
    activate(page.get_by_role("button", name="Show these words large"))
    card = page.locator("dialog.card")
    assert card.is_visible()
    return card


def unquoted(lines):
    return [line.strip('“”"') for line in lines]


def test_the_large_words_are_the_current_lines_and_escape_closes_them(page):
    walk(page, *TO_CALL)
    tick(page, "weapon-in-reach")
    lines = unquoted(words_to_say(page))
    card = show_large(page)
    assert card.locator("li").all_inner_texts() == lines
    page.keyboard.press("Escape")
    assert not card.is_visible()
    tick(page, "weapon-in-reach", "children")
    lines_now = unquoted(words_to_say(page))
    assert lines_now != lines
    assert show_large(page).locator("li").all_inner_texts() == lines_now
    activate(card.get_by_role("button", name="Close"))
    assert not card.is_visible()


def test_the_large_words_fill_the_screen_in_large_type(page):
    visit(page, "crisis/call-911")
    card = show_large(page)
    assert card.bounding_box()["width"] == page.viewport_size["width"]
    assert card.locator("ol").evaluate("list => parseFloat(getComputedStyle(list).fontSize)") >= 24


def blanks_open(line):
    return re.sub(r"\([^)]+\)", "___", line)


def body_of(link):
    return parse_qs(urlsplit(link.get_attribute("href")).query)["body"][0].split("\n")


def test_a_text_to_911_begins_with_the_address_and_carries_the_current_lines(page):
    walk(page, *TO_CALL)
    tick(page, "weapon-in-reach")
    choose(page, label("crisis/call-911", "crisis/cant-talk"), "crisis/cant-talk")
    said = page.locator("a.said").first
    assert said.get_attribute("href").startswith("sms:911?")
    lines = body_of(said)
    assert lines[0].startswith("Address:")
    assert lines == [blanks_open(line) for line in words("crisis/cant-talk", "weapon-in-reach")]


def test_without_javascript_a_text_to_911_has_the_lines_that_always_hold(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/en/crisis/cant-talk/")
    lines = body_of(page.locator("a.said").first)
    assert lines == [blanks_open(line) for line in words("crisis/cant-talk")]
