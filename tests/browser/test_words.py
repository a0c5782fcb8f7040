"""The words to say can be shown large, and sent as a text."""

import re
from itertools import combinations, product
from urllib.parse import parse_qs, urlsplit

import pytest
from devices import PHONE
from guide import CONTENT, facts, label, step_of
from texts_to_911 import CASES, faults, tapped
from walking import TO_CALL, activate, choose, pick, visit, walk, words_to_say

from helper.texting import message, speaks

OFFICERS = "crisis/officers"
TEXTS = tuple(dict.fromkeys(case[0] for case in CASES))
SPOKEN = {"en": None, "es": "Spanish"}


def show_large(page):
    activate(page.get_by_role("button", name="Show these words large"))
    card = page.locator("dialog.card")
    assert card.is_visible()
    return card


def unquoted(lines):
    return [line.strip('“”"') for line in lines]


def on_card(lines):
    """Without the blanks at their ends, which nobody fills in there."""
    return [re.sub(r": \([^)]*\)\.$", ".", line) for line in lines]


def test_the_large_words_are_the_current_lines_and_escape_closes_them(page):
    visit(page, OFFICERS)
    pick(page, "understand/commands")
    lines = unquoted(words_to_say(page))
    card = show_large(page)
    assert card.locator("li").all_inner_texts() == on_card(lines)
    page.keyboard.press("Escape")
    assert not card.is_visible()
    pick(page, "understand/commands", "understand/deaf", "understand/memory")
    lines_now = unquoted(words_to_say(page))
    assert lines_now != lines
    assert show_large(page).locator("li").all_inner_texts() == on_card(lines_now)
    activate(card.get_by_role("button", name="Close"))
    assert not card.is_visible()


def test_the_large_words_fill_the_screen_in_large_type(page):
    visit(page, OFFICERS)
    card = show_large(page)
    assert card.bounding_box()["width"] == page.viewport_size["width"]
    assert card.locator("ol").evaluate("list => parseFloat(getComputedStyle(list).fontSize)") >= 24


def bodies_of(page):
    """The texts that the page offers to send, by the option of the switch that they are for."""
    links = page.locator("a.said").evaluate_all("links => links.map((link) => [link.dataset.option ?? '', link.href])")
    assert links and all(link.startswith("sms:911?") for _, link in links)
    bodies = {option: parse_qs(urlsplit(link).query)["body"][0] for option, link in links}
    copied = page.locator(".copied").evaluate_all(
        "all => all.map((one) => [one.dataset.option ?? '', one.textContent])"
    )
    assert dict(copied) == bodies  # the same, for who has to type it on another phone
    return bodies


def body_of(page, known):
    """The text that is for the kind of help in `known`."""
    return bodies_of(page)[known.get("kind", [""])[0]]


def test_a_text_to_911_has_the_lines_that_hold_in_english_and_ends_with_the_place(page):
    for name, known, language, body in CASES:
        page.goto(f"/{language}/{name}/")
        before = bodies_of(page)
        options = [f"{topic}/{id}" for topic, ids in tapped(known).items() for id in ids]
        for order in (options, options[::-1]):
            pick(page, *order)
            assert body_of(page, known) == body
            pick(page, *order)
            assert bodies_of(page) == before


def test_a_text_to_911_has_what_was_chosen_on_the_way(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/none")
    choose(page, label("crisis/call-911", "crisis/cant-talk"), "crisis/cant-talk")
    for body in bodies_of(page).values():
        assert "I have seen no weapon." in body.split("\n")


def test_without_javascript_a_text_to_911_has_the_lines_that_always_hold(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    for name, known, language, body in CASES:
        if not tapped(known):
            page.goto(f"/{language}/{name}/")
            assert body_of(page, known) == body


BODIES = """(all) => all.map((taps) => {
  guideStep.showFacts({ answers: [], taps });
  return [...document.querySelectorAll("a.said")].map((link) => [
    link.dataset.option ?? "", new URLSearchParams(link.href.split("?")[1]).get("body"),
  ]);
})"""
"""The texts after each of these taps."""


def ways_to_answer(topic_id):
    """Every set of options of a topic that can be chosen at once, in one order and in the other."""
    topic = CONTENT.topics[topic_id]
    names = [f"{topic_id}/{one.id}" for one in topic.options]
    most = 1 if topic.choose == "one" else len(names)
    sets = [chosen for n in range(most + 1) for chosen in combinations(names, n)]
    return [chosen[::-1] if n % 2 else chosen for n, chosen in enumerate(sets)]


@pytest.mark.proof
@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("name", TEXTS)
def test_no_taps_in_any_order_make_a_text_to_911_that_a_center_can_not_read(page, name, language):
    """Every set of options on every step that texts 911: the page sends what the server would write."""
    step, tree_id = step_of(name), name.split("/")[0]
    sets = [sum(chosen, ()) for chosen in product(*map(ways_to_answer, step.asked))]
    page.goto(f"/{language}/{name}/")
    said = SPOKEN[language] and speaks(SPOKEN[language])
    topics = page.locator("a.said").evaluate_all("all => all.map((one) => one.dataset.topic)")
    for options, bodies in zip(sets, page.evaluate(BODIES, [facts(*one) for one in sets]), strict=True):
        for one, body in bodies:
            known = {**facts(*options), **({topics[0]: [one]} if one else {})}
            assert faults(body, SPOKEN[language]) == [], options
            assert body == message(step, tree_id, known, CONTENT.topics, said), options


def test_a_text_to_911_stays_english_when_the_browser_translates_the_page(page):
    page.goto("/en/crisis/cant-talk/")
    before = bodies_of(page)
    page.evaluate("""() => {
      for (const line of document.querySelectorAll("q")) line.innerHTML = "<font><font>VI DU</font></font>";
    }""")
    pick(page, "understand/deaf")
    pick(page, "understand/deaf")
    assert bodies_of(page) == before
