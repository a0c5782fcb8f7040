"""Where are you? Two taps from a step that speaks of a crisis team, and back on it with all that was answered."""

import pytest
from devices import PHONE
from guide import CONTENT
from playwright.sync_api import expect
from walking import activate, walk

TO_TEAM = (
    ("No", "crisis/who"),
    ("Someone who is with me", "crisis/body"),
    ("None of these", "crisis/what"),
    ("Pacing, shouting or angry, but has hurt no one", "crisis/pacing"),
    ("We need someone to come", "crisis/team"),
)


def test_a_place_is_two_taps_away_and_keeps_the_answers(page):
    walk(page, *TO_TEAM)
    before = page.evaluate("history.state.walk.answers")
    assert len(before) == len(TO_TEAM)
    activate(page.locator("#where a"))
    expect(page.locator("h1")).to_have_text("Where are you?")
    activate(page.get_by_role("link", name="Ohio", exact=True))
    expect(page.locator("#where")).to_contain_text("Ohio")
    assert page.evaluate("location.pathname") == "/in/oh/en/crisis/team/"
    assert page.evaluate("history.state.walk.answers") == before
    expect(page.locator("p.local").first).to_contain_text("MRSS team")
    expect(page.locator("p.local").first).to_be_in_viewport()
    page.go_back()
    expect(page.locator("h1")).to_have_text("Where are you?")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("ohio", "Ohio"), ("oh", "Ohio"), ("puerto", "Puerto Rico"), ("Navajo", "Navajo Nation"), ("in", "Indiana")],
)
def test_a_place_is_found_by_its_name_or_two_letters(page, typed, name):
    page.goto("/en/crisis/team/where/")
    page.get_by_role("searchbox").fill(typed)
    first = page.locator(".places a:visible").first
    expect(first).to_have_text(name)
    expect(first).to_be_in_viewport()
    page.get_by_role("searchbox").press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#where")).to_contain_text(name)


def test_what_is_no_place_is_told(page):
    page.goto("/en/crisis/team/where/")
    page.get_by_role("searchbox").fill("Narnia")
    expect(page.locator(".find [role=status]")).to_contain_text("call 988")
    assert page.locator(".places a:visible").count() > len(CONTENT.places), "all are there to choose from"


def test_without_script_a_letter_leads_to_the_place(open_page):
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/en/crisis/no-cit/where/")
    assert page.get_by_role("searchbox").count() == 0
    page.get_by_role("link", name="O", exact=True).click()
    link = page.get_by_role("link", name="Oregon", exact=True)
    expect(link).to_be_in_viewport()
    link.click()
    expect(page.locator("#where")).to_contain_text("Oregon")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_question_stands_within_two_screens_on_every_step_that_asks_it(kept_page, language):
    page = kept_page(PHONE)
    for tree, guide in CONTENT.trees.items():
        for name in (name for name, step in guide.steps.items() if step.where):
            page.goto(f"/{language}/{tree}/{name}/")
            bottom = page.locator("#where").evaluate("(one) => one.getBoundingClientRect().bottom + scrollY")
            assert bottom <= 2 * PHONE["viewport"]["height"], (tree, name, bottom)
