"""Answers and taps: listed, changed, kept through whatever happens to the tab, and told to nobody."""

import json
import re

import pytest
from guide import START, label, path, sentence, sentences, step_of, title, words
from matrix import some
from playwright.sync_api import expect
from real import CONTENT, LOADED
from walking import (
    FIVE_STEPS,
    TO_CALL,
    TO_CALL_AWAY,
    TO_CALL_ME,
    activate,
    assert_at,
    choose,
    follow,
    go_back,
    go_forward,
    pick,
    shown,
    visit,
    walk,
    words_chosen,
    words_to_say,
)

from helper.answers import QUIET
from helper.translate import translated

CALL = "crisis/call-911"
VIOLENCE = "kind/crisis"
"""What the second Yes makes known."""
WEAPON = sentence("weapon/in-reach")


def answers(*path):
    """The questions and the labels that answered them on this path: quiet choices are no answers."""
    asked = [START, *(step for _, step in path)]
    quiet = {(step, one.label) for step in asked for one in step_of(step).choices if one.kind in QUIET}
    return [(step, label) for step, (label, _) in zip(asked, path, strict=False) if (step, label) not in quiet]


def said(*path):
    """The list of answers after this path."""
    return [[title(step), label] for step, label in answers(*path)]


def test_the_answers_are_listed_in_their_order(page):
    walk(page, *FIVE_STEPS)
    assert shown(page)["answers"] == said(*FIVE_STEPS)
    assert page.get_by_role("heading", name="Your answers").is_visible()


def test_the_first_question_lists_nothing(page):
    visit(page, START)
    assert not page.locator("#answers").is_visible()


def test_change_leads_back_to_the_question_and_drops_what_came_after(page):
    walk(page, *TO_CALL_AWAY)
    activate(page.locator("#answers li", has_text=title("crisis/who")).get_by_role("link"))
    assert_at(page, "crisis/who")
    assert shown(page)["answers"] == said(*TO_CALL_AWAY[:1])
    choose(page, *TO_CALL_ME[1])
    assert shown(page)["answers"] == said(*TO_CALL_ME[:2])


def test_change_keeps_the_taps(page):
    walk(page, *TO_CALL)
    pick(page, "others/children")
    activate(page.locator("#answers").get_by_role("link"))
    assert_at(page, START)
    choose(page, *TO_CALL[0])
    assert shown(page)["picked"] == ["others/children"]


def test_the_step_names_the_answer_that_led_to_911_and_lets_the_reader_change_it(page):
    walk(page, *FIVE_STEPS[:2])
    note = page.locator(".because")
    assert FIVE_STEPS[1][0] in note.inner_text() and title("crisis/signs") in note.inner_text()
    call = page.locator("#step .way.call").first.bounding_box()
    assert call["y"] < note.bounding_box()["y"]
    activate(note.get_by_role("link"))
    assert_at(page, "crisis/signs")
    assert shown(page)["answers"] == said(*FIVE_STEPS[:1])


def test_each_change_link_is_called_by_its_question(page):
    walk(page, *FIVE_STEPS)
    links = page.locator("#answers a")
    assert links.count() == 5
    for n, (question, _) in enumerate(said(*FIVE_STEPS)):
        assert page.get_by_role("link", name=f"Change: {question}", exact=True).count() == 1
        assert links.nth(n).inner_text().startswith("Change")


def test_the_list_follows_the_language_of_the_page(page):
    walk(page, *TO_CALL_AWAY)
    activate(page.locator(".top .language"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#answers")).to_be_visible()
    steps = translated(CONTENT, LOADED.catalogs["es"]).trees["crisis"].steps
    expected = []
    for asked, taken in answers(*TO_CALL_AWAY):
        step = steps[asked.split("/")[1]]
        expected.append([step.title, step.choices[[one.label for one in step_of(asked).choices].index(taken)].label])
    assert shown(page)["answers"] == expected


def test_the_entry_keeps_ids_and_numbers_and_no_words(page):
    """Browsers write history entries to disk."""
    walk(page, *TO_CALL_AWAY)
    pick(page, "weapon/in-reach", "others/children")
    page.reload()
    expect(page.locator("#answers")).to_be_visible()
    kept = json.dumps(shown(page)["state"], ensure_ascii=False)
    assert "crisis/who" in kept and "in-reach" in kept
    assert (
        re.findall(r"[^\x00-\x7f]|[A-Z]| [a-z]", kept.replace('", "', '","').replace(": ", ":").replace(", ", ","))
        == []
    )


@pytest.mark.proof
def test_answers_whose_question_is_gone_are_left_out(page):
    walk(page, *TO_CALL)
    change = "state.walk.answers.push({ step: 'crisis/no-such-step', choice: 'x' }, { step: 'gone/gone', choice: 'x' })"
    page.evaluate(f"const state = history.state; {change}; history.replaceState(state, '')")
    page.watch.faults = True  # there is no guide of that name
    page.reload()
    expect(page.locator("#answers")).to_be_visible()
    assert shown(page)["answers"] == said(*TO_CALL)


MALFORMED = (
    "'text'",
    "{ walk: null }",
    "{ walk: 7 }",
    "{ walk: [] }",
    "{ walk: { answers: 'str' } }",
    "{ walk: { answers: null, taps: null, n: null } }",
    "{ walk: { answers: [null, 1, 'x', [], {}, { step: 1, choice: 2 }, { step: 'crisis/who' }] } }",
    "{ walk: { n: -5, taps: [1, 2], y: 'far', open: 'all' } }",
    "{ walk: { taps: { weapon: 'in-reach', hurt: [1, null, {}], __proto__: ['x'], who: { 0: 'me' } } } }",
    "{ walk: { answers: [{ step: 'crisis/who', sets: 'x' }, { step: 'crisis/who', sets: { who: {} } }] } }",
    "{ walk: { n: 1e99, partial: {}, y: NaN, open: [{}, -1, 1e9] } }",
    "{ walk: { n: 'x', partial: 'https://evil.example/', answers: { length: 5 } } }",
    "{ walk: { answers: [{ step: '__proto__/constructor', choice: 'toString' }] } }",
    "{ htmx: 'yes', walk: { n: 3 } }",
)


@pytest.mark.proof
def test_a_malformed_entry_never_stops_the_page(page):
    page.watch.faults = True  # of a guide that there is not there are no words
    for state in MALFORMED:
        visit(page, START)
        page.evaluate(f"history.replaceState({state}, '')")
        page.reload()
        assert_at(page, START)
        assert not page.locator("#answers").is_visible(), state
        choose(page, *TO_CALL[0])
        assert shown(page)["answers"] == said(*TO_CALL), state
        activate(page.locator(".end .start-over"))
        expect(page).to_have_title(title(START))
        expect(page.locator("#answers")).to_be_hidden()


def test_answering_a_question_again_replaces_its_answer(page):
    walk(page, *path("crisis/who", ("crisis/body", "away"), "crisis/missing", "crisis/who"))
    choose(page, *TO_CALL_ME[1])
    assert shown(page)["answers"] == said(*TO_CALL_ME[:2])


def test_a_line_stands_without_facts_and_its_variant_with_them(page):
    visit(page, CALL)
    assert words_to_say(page) == words(CALL)
    walk(page, *TO_CALL_AWAY)
    assert words_to_say(page) == words(CALL, "who/away") != words(CALL)
    walk(page, *TO_CALL_ME)
    assert words_to_say(page) == words(CALL, "who/me") != words(CALL, "who/away")


def test_a_tap_says_the_sentence_and_a_second_tap_takes_it_back(page):
    walk(page, *TO_CALL)
    before = words_to_say(page)
    assert words_chosen(page) == []
    pick(page, "weapon/in-reach", "hurt/took")
    assert words_chosen(page) == sentences(CALL, "weapon/in-reach", "hurt/took")
    assert words_to_say(page) == words(CALL, VIOLENCE, "hurt/took") != before
    pick(page, "weapon/in-reach", "hurt/took")
    assert words_chosen(page) == []
    assert words_to_say(page) == before


def test_of_a_topic_of_one_the_last_tap_counts(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach", "others/children")
    others = page.locator('[data-topic="weapon"] [data-option]:not([open])')
    assert not any(option.is_visible() for option in others.all())
    pick(page, "weapon/in-reach")
    assert all(option.is_visible() for option in others.all())
    pick(page, "weapon/none")
    assert shown(page)["picked"] == ["weapon/none", "others/children"]
    assert words_chosen(page) == sentences(CALL, "weapon/none", "others/children")


def test_who_it_is_about_changes_the_sentences_that_were_chosen(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach", "who/me")
    assert words_to_say(page) == words(CALL, "who/me", VIOLENCE)
    assert words_chosen(page) == [sentence("weapon/in-reach", "who/me")] != [WEAPON]


def test_a_tap_counts_more_than_an_answer_and_a_newer_answer_more_than_the_tap(page):
    walk(page, *TO_CALL_AWAY)
    pick(page, "who/me")
    assert words_to_say(page) == words(CALL, "who/me")
    choose(page, label(CALL, "crisis/missing"), "crisis/missing")
    assert words_to_say(page) == words("crisis/missing", "who/away")
    go_back(page, CALL)
    page.reload()
    assert_at(page, CALL)
    assert words_to_say(page) == words(CALL, "who/away")


NOT_AN_ANSWER = {
    "not sure": path("crisis/who", "crisis/either", CALL),
    "a quiet link": path("crisis/who", "crisis/about-988", CALL),
}


@pytest.mark.parametrize("instead", some(NOT_AN_ANSWER))
def test_what_is_no_answer_to_the_question_changes_no_line(page, instead):
    walk(page, *NOT_AN_ANSWER[instead])
    assert words_to_say(page) == words(CALL)


def test_a_quiet_link_is_not_listed_and_not_named_as_the_answer_that_led_to_911(page):
    walk(page, *NOT_AN_ANSWER["a quiet link"])
    assert shown(page)["answers"] == said(*NOT_AN_ANSWER["a quiet link"][:1])
    assert page.locator(".because").is_hidden()


def test_a_quiet_link_that_sets_something_is_known_and_not_listed(page):
    way = path("crisis/step-away")
    walk(page, *way)
    assert shown(page)["state"]["walk"]["taps"] == {"who": ["with"]}
    assert shown(page)["answers"] == []
    assert page.locator(".because").is_hidden()


def test_who_came_back_to_a_question_and_left_it_open_does_not_say_the_old_answer(page):
    """The person was somewhere else, then missing, then is back: to 911 nothing says any more that they are away."""
    back = path("crisis/who", ("crisis/body", "away"), "crisis/missing", "crisis/who", "crisis/about-988", CALL)
    walk(page, *back)
    assert shown(page)["answers"] == said(*back[:1])
    assert words_to_say(page) == words(CALL)


def test_what_was_chosen_stands_on_later_steps_too(page):
    walk(page, *TO_CALL)
    pick(page, "understand/commands", "weapon/in-reach", "others/children")
    choose(page, label(CALL, "crisis/wait"), "crisis/wait")
    assert words_chosen(page) == sentences("crisis/wait", "understand/commands", "weapon/in-reach")
    officers = "crisis/officers"
    choose(page, label("crisis/wait", officers), officers)
    assert words_to_say(page) == words(officers, "understand/commands") != words(officers)
    assert words_chosen(page) == sentences(officers, "understand/commands", "others/children")


def reload(page, step):
    page.reload()


def throw_the_tab_away_and_return(page, step):
    """As after a phone call: the browser kept only the history of the tab."""
    page.evaluate("window.old = true")
    page.goto("about:blank")
    page.go_back()
    assert not page.evaluate("'old' in window")


def go_back_and_forward(page, step):
    go_back(page, "crisis/what")
    go_forward(page, step)


def go_back_twice_and_forward_twice(page, step):
    go_back(page, "crisis/what")
    go_back(page, "crisis/body")
    go_forward(page, "crisis/what")
    go_forward(page, step)


def reload_a_step_before_and_go_forward(page, step):
    go_back(page, "crisis/what")
    page.reload()
    assert_at(page, "crisis/what")
    go_forward(page, step)


EVENTS = (
    reload,
    throw_the_tab_away_and_return,
    go_back_and_forward,
    go_back_twice_and_forward_twice,
    reload_a_step_before_and_go_forward,
)


@pytest.mark.parametrize("event", some(EVENTS, 2), ids=lambda event: event.__name__)
def test_answers_and_taps_survive(page, event):
    walk(page, *TO_CALL_AWAY)
    pick(page, "weapon/in-reach", "others/children")
    lines = words_to_say(page), words_chosen(page)
    event(page, CALL)
    assert_at(page, CALL)
    expect(page.locator("#answers")).to_be_visible()
    found = shown(page)
    assert found["answers"] == said(*TO_CALL_AWAY)
    assert found["picked"] == ["weapon/in-reach", "others/children"]
    assert (words_to_say(page), words_chosen(page)) == lines


def test_answers_before_survive_a_reload_and_back(page):
    walk(page, *TO_CALL_AWAY)
    page.reload()
    go_back(page, "crisis/what")
    assert shown(page)["answers"] == said(*TO_CALL_AWAY[:3])
    go_back(page, "crisis/body")
    assert shown(page)["answers"] == said(*TO_CALL_AWAY[:2])
    choose(page, *TO_CALL_AWAY[2])
    assert shown(page)["answers"] == said(*TO_CALL_AWAY[:3])


def test_taps_survive_back_and_the_same_answer_again(page):
    walk(page, *TO_CALL)
    pick(page, "weapon/in-reach")
    go_back(page, START)
    choose(page, *TO_CALL[0])
    assert shown(page)["picked"] == ["weapon/in-reach"]
    assert words_chosen(page) == [WEAPON]


def test_the_back_button_of_the_page_goes_back_one_step(page):
    visit(page, START)
    assert not page.locator("#back").is_visible()
    choose(page, *FIVE_STEPS[0])
    choose(page, *FIVE_STEPS[1])
    activate(page.locator("#back"))
    assert_at(page, "crisis/signs")
    assert shown(page)["answers"] == said(*FIVE_STEPS[:1])
    activate(page.locator("#back"))
    assert_at(page, START)
    expect(page.locator("#back")).to_be_hidden()


def test_a_walk_survives_a_look_at_the_about_page(page):
    walk(page, *TO_CALL)
    pick(page, "others/children")
    follow(page, "About this guide", "About this guide")
    page.evaluate("history.back()")
    assert_at(page, CALL)
    expect(page.locator("#answers")).to_be_visible()
    assert shown(page)["answers"] == said(*TO_CALL)
    assert shown(page)["picked"] == ["others/children"]
    page.evaluate("history.forward()")
    expect(page).to_have_title("About this guide")
    expect(page.locator("h1")).to_have_text("About this guide")
    expect(page.locator("main")).to_have_count(1)


def test_the_i_cant_talk_link_of_the_bar_keeps_the_walk(page):
    walk(page, *TO_CALL_AWAY[:1])
    activate(page.locator(".bar .bar-quiet"))
    assert_at(page, "crisis/cant-talk")
    assert shown(page)["answers"] == said(*TO_CALL_AWAY[:1])
    go_back(page, "crisis/who")


def test_no_answer_stands_in_an_address(page):
    asked = []
    page.context.on("request", lambda request: asked.append(request))
    walk(page, *TO_CALL_AWAY)
    pick(page, "weapon/in-reach", "others/children")
    page.reload()
    assert_at(page, CALL)
    for request in asked:
        assert "?" not in request.url and "#" not in request.url
        told = request.url + str(request.headers) + (request.post_data or "")
        for answer in ("weapon", "children", "somewhere", "answers"):
            assert answer not in told
