"""The guides for a calm day keep an emergency in reach, and say no more than is known."""

import re
from itertools import product

import pytest
from real import CONTENT

from helper.walks import target

TREES = CONTENT.trees
CALM = ("plan-ahead", "local-cit", "advocate")
STEPS = [(name, step_id) for name in CALM for step_id in TREES[name].steps]
LOCAL = TREES["local-cit"]


def step_of(node):
    return TREES[node[0]].steps[node[1]]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_every_step_leads_straight_to_the_words_for_911(node):
    worse = [choice for choice in step_of(node).choices if choice.kind == "worse"]
    assert [choice.go for choice in worse] == ["crisis/call-911"]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_every_outcome_leads_to_the_first_question_of_the_crisis_guide(node):
    goals = {choice.go for choice in step_of(node).choices}
    assert not step_of(node).outcome or "crisis/danger" in goals


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_every_question_has_an_answer_for_readers_who_are_not_sure(node):
    assert [choice for choice in step_of(node).choices if choice.kind == "unsure"]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_nobody_dials_911_by_mistake_while_they_plan(node):
    assert not {"911", "911-text"} & {*step_of(node).contacts, *step_of(node).also}


def test_the_card_has_no_line_for_weapons_and_none_for_immigration_status():
    card = TREES["plan-ahead"].steps["card"]
    lines = [line for line in card.text.splitlines() if line.startswith("- ")]
    assert lines and not any(re.search("weapon|immigration", line, re.I) for line in lines)
    assert "Tell 911 about weapons as of today." in card.text
    off = next(block.text for block in card.more if block.title == "Leave these off")
    assert "Weapons" in off and "Immigration status" in off


def test_locking_up_comes_after_the_warning_for_people_who_are_afraid_at_home():
    home = TREES["plan-ahead"].steps["home"]
    assert home.text.index("Afraid of a partner") < home.text.index("nobody is armed") < home.text.index("Lock up")
    assert "crisis/help-for-you" in {choice.go for choice in home.choices}


@pytest.mark.parametrize("answers", list(product((0, 1, 2), repeat=4)))
def test_the_weak_answers_about_cit_decide_the_result_and_not_sure_counts_as_weak(answers):
    node = ("local-cit", "nights")
    for answer in answers:
        if not step_of(node).outcome:
            node = target("local-cit", step_of(node).choices[answer].go)
    weak = sum(answer > 0 for answer in answers)
    assert node[1] == ("strong", "partial", "thin")[min(weak, 2)]


@pytest.mark.parametrize("name", ["dispatch", "training", "place"])
def test_a_question_about_cit_reads_the_same_after_a_weak_answer(name):
    assert [*LOCAL.steps[name].texts()] == [*LOCAL.steps[f"{name}-2"].texts()]


def test_no_guide_says_that_cit_officers_use_less_force():
    """The studies do not show it."""
    for tree in TREES.values():
        for step in tree.steps.values():
            for _, text in step.texts():
                for found in re.finditer(r"less force|fewer injuries|safer officers", text):
                    assert "did not find" in text[: found.start()]
