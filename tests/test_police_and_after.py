"""The guides for officers and for the days after keep what their readers need. Plain functions over the content."""

import re

import pytest
from real import CONTENT

from helper.walks import reached, target

HERE, AFTER = CONTENT.trees["police-here"], CONTENT.trees["after"]
GUIDES = pytest.mark.parametrize("tree", [HERE, AFTER], ids=["police-here", "after"])


def own_walk(tree, *starts):
    """The steps of a tree to which walks lead from `starts` without leaving it."""
    edges = {name: [choice.go for choice in step.choices if choice.go in tree.steps] for name, step in
             tree.steps.items()}  # fmt: skip
    return reached(edges, starts)


@GUIDES
def test_an_answer_here_is_not_taken_for_one_in_another_guide(tree):
    """The page keeps answers under the id of their step alone. A step of the same name would hide lines elsewhere."""
    others = {name for other in CONTENT.trees.values() if other is not tree for name in other.steps}
    assert not others & set(tree.steps)


def test_the_first_screen_tells_a_reader_with_officers_before_them_to_put_the_phone_down():
    first = HERE.steps[HERE.start]
    assert first.text.startswith("**Officers in front of you? Phone down. Show empty hands.**")


@pytest.mark.parametrize("name", ["first-minute", "for-me"])
def test_with_officers_there_the_phone_is_put_down_first(name):
    assert HERE.steps[name].text.startswith("**Lay the phone down")


def test_officers_there_and_it_is_for_me_is_two_taps_from_the_start():
    (no,) = (choice for choice in HERE.steps[HERE.start].choices if choice.label == "No")
    assert "for-me" in {choice.go for choice in HERE.steps[no.go].choices}


def test_every_step_with_officers_has_a_way_for_readers_who_cannot_talk_or_hear():
    for name, step in HERE.steps.items():
        if step.urgency == "emergency":
            assert {"crisis/cant-talk"} & {choice.go for choice in step.choices}, name


def test_no_one_who_is_hurt_by_another_is_led_to_calming_tips():
    assert own_walk(HERE, "with-an-officer") == {"with-an-officer"}
    goals = {choice.go for choice in HERE.steps["with-an-officer"].choices}
    assert goals == {"crisis/help-for-you", "crisis/try-again", "crisis/cant-talk"}


def test_each_step_for_the_days_after_names_911_for_when_danger_comes_back_and_shows_988():
    for name, step in AFTER.steps.items():
        assert "988" in (*step.contacts, *step.also), name
        worse = [choice for choice in step.choices if choice.kind == "worse"]
        assert worse or name == AFTER.start, name


def test_it_starts_again_leads_to_the_question_of_danger():
    answers = {choice.label: choice.go for choice in AFTER.steps[AFTER.start].choices}
    assert answers["No, or it is starting again"] == answers["I am not sure"] == "crisis/danger"


def test_only_the_first_question_leads_to_the_first_question_of_the_crisis_guide():
    """So that the crisis guide can link to the questions behind it, and no questions make a circle."""
    asking = {
        name
        for name, step in AFTER.steps.items()
        if not step.outcome and any(choice.go == "crisis/danger" for choice in step.choices)
    }
    assert asking == {AFTER.start}
    for step in HERE.steps.values():
        for choice in step.choices:
            tree_id, goal = target("police-here", choice.go)
            assert tree_id != "crisis" or CONTENT.trees["crisis"].steps[goal].outcome


@GUIDES
def test_nothing_is_silenced(tree):
    assert not any(step.silence for step in tree.steps.values())


@GUIDES
def test_every_step_that_states_something_has_a_source(tree):
    assert [name for name, step in tree.steps.items() if not step.sources] == []


@GUIDES
def test_every_question_has_an_answer_for_who_is_not_sure(tree):
    for name, step in tree.steps.items():
        assert any(choice.kind == "unsure" for choice in step.choices), name


@GUIDES
def test_sensitive_steps_have_ids_and_titles_that_tell_nothing(tree):
    """They stay in the browser's history."""
    telling = re.compile(r"abuse|violen|partner|hurt|rape|suicid|drug|overdose|under-?18|child|alone|died|death", re.I)
    for name, step in tree.steps.items():
        if tree is AFTER or name in ("with-an-officer", "if-no"):
            assert not telling.search(f"{name} {step.title}")
