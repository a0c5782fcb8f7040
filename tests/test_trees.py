"""The real trees keep the laws. Everything here is plain functions over the loaded content: no HTTP, no browser."""

import datetime
import re

import pytest
from real import CONTENT, LOADED

from helper.answers import words
from helper.check import problems_in
from helper.walks import graph

EDGES = graph(CONTENT)
CRISIS = CONTENT.trees["crisis"]
LAUNCH = datetime.date(2026, 11, 23)


def step_of(node):
    return CONTENT.trees[node[0]].steps[node[1]]


def ordinary(step):
    return [choice for choice in step.choices if choice.kind in (None, "unsure", "refused")]


def test_the_built_in_trees_have_no_problems():
    assert problems_in(LOADED) == []


def test_the_built_in_trees_silence_only_what_they_must():
    """Each has its reason beside it."""
    silenced = {(name, rule) for name, step in CRISIS.steps.items() for rule in step.silence}
    assert silenced == {("signs", "many-choices")}


def test_the_first_question_is_danger():
    assert (CRISIS.start, CRISIS.urgent) == ("danger", True)
    assert CRISIS.steps["danger"].title == "Is anyone in danger right now, including you?"


def test_each_yes_to_danger_is_one_tap_from_a_button_that_calls_911():
    """One for the body, which leads to an ambulance, and one for danger."""
    goals = [choice.go for choice in CRISIS.steps["danger"].choices if choice.label.startswith("Yes")]
    assert goals == ["medical", "call-911"]
    for goal in goals:
        step = CRISIS.steps[goal]
        assert (step.contacts[0], step.urgency, step.phone) == ("911", "emergency", "dial")


def test_not_sure_about_danger_shows_911_first():
    unsure = next(choice for choice in CRISIS.steps["danger"].choices if choice.kind == "unsure")
    assert CRISIS.steps[unsure.go].contacts == ("911",)
    assert CRISIS.steps[unsure.go].urgency == "emergency"


def test_a_fitting_contact_is_at_most_four_taps_from_the_start():
    """Breadth first from the start: every outcome that questions alone lead to is reached within four taps of a step
    that already shows a contact, and no question is further than four taps from the last contact shown. The four
    questions of local-cit are for a calm day, and are not followed here."""
    far, waiting = {("crisis", "danger"): 0}, [("crisis", "danger")]
    while waiting:
        node = waiting.pop(0)
        for other in EDGES[node] if node[0] != "local-cit" else ():
            taps = 0 if step_of(node).contacts else far[node]
            if other not in far or taps + 1 < far[other]:
                far[other] = taps + 1
                waiting.append(other)
    assert max(far.values()) <= 4


def test_a_step_that_sends_to_poison_help_asks_three_things_first():
    """An overdose on purpose, or not known, is 911."""
    before = [node for node in EDGES if ("crisis", "poison") in EDGES[node]]
    assert before == [("crisis", "swallowed")]
    gate = CRISIS.steps["swallowed"]
    assert "All three" in gate.text and gate.contacts == ("911",)
    assert {choice.go for choice in ordinary(gate)} == {"poison", "medical"}


def test_no_one_who_is_hurt_by_another_is_led_to_calming_tips():
    for start in ("help-for-you", "try-again"):
        goals = {choice.go for choice in CRISIS.steps[start].choices}
        assert not goals & {"pacing", "wait", "fear", "talk-with-them", "team-coming"}


def test_the_maternal_line_is_not_shown_where_it_is_an_emergency():
    for step in CRISIS.steps.values():
        if step.urgency == "emergency":
            assert "maternal-line" not in (*step.contacts, *step.also)


def test_fire_and_injury_have_no_cit_ladder():
    for name in ("fire", "medical"):
        step = CRISIS.steps[name]
        assert not any("CIT" in line.line for line in step.first)
        for variant in (variant for line in step.first for variant in line.instead if "CIT" in variant.line):
            assert {*variant.when} == {"weapon"}, variant
        assert "no-cit" not in {choice.go for choice in step.choices}


AMBULANCE = {"kind": ["ambulance"]}


def test_an_ambulance_that_was_asked_for_is_asked_for_on_every_step_that_asks_for_someone_to_be_sent():
    """But for those who are hurt by another person, where "please send help" names nothing that could be overheard, and
    for those who watch officers with a stranger."""
    asking = []
    for name, tree in CONTENT.trees.items():
        for step_id, step in tree.steps.items():
            lines = [words(line, name, AMBULANCE, CONTENT.topics) for line in step.first]
            if step_id not in ("help-for-you", "watch") and any("Please send" in line for line in lines if line):
                asking.append(step_id)
                assert any("ambulance" in line for line in lines if line), step_id
    assert len(asking) > 6


def test_who_waits_beside_an_ill_person_is_led_to_words_about_the_body():
    assert "medical" in {choice.go for choice in CRISIS.steps["wait"].choices}
    for step in ("call-911", "call-again", "no-one-comes", "cant-talk"):
        assert {"wait", "watch-breath"} <= {choice.go for choice in CRISIS.steps[step].choices}, step


def test_a_text_to_911_opens_with_the_address():
    assert CRISIS.no_voice == "cant-talk"
    assert CRISIS.steps["cant-talk"].first[0].line.startswith("Address:")
    assert "911-text" in CRISIS.steps["cant-talk"].contacts


def test_the_words_to_911_begin_with_the_place():
    place = CRISIS.steps["call-911"].first[0]
    assert place.line.startswith("The emergency is at (address")
    assert all(re.search(r"\b(at|in) \((their )?(address|town)", variant.line) for variant in place.instead)


def test_a_statement_about_a_weapon_is_never_said_unless_it_is_true():
    """What stands to be said speaks of a weapon only where something was chosen in the topic."""
    assert CONTENT.topics["weapon"].choose == "one"
    for tree in CONTENT.trees.values():
        for step in tree.steps.values():
            for line in (*step.first, *step.say):
                assert not re.search(r"\bweapon|\bgun|\bknife", line.line) or "?" in line.line, line.line
                for variant in line.instead:
                    assert "weapon" in variant.when or not re.search(r"\bweapon", variant.line), variant.line


def test_who_fears_someone_ill_gets_safety_and_cit_words():
    afraid = next(choice for choice in CRISIS.steps["danger"].choices if "afraid of them" in choice.label)
    said = " ".join(line.line for line in CRISIS.steps[afraid.go].first)
    assert "I am not safe" in said and "CIT" in said
    assert not any("CIT" in line.line for line in CRISIS.steps["help-for-you"].first)
    assert "ill" in CRISIS.steps["help-for-you"].asked


def test_nobody_is_led_to_police_without_danger():
    """Only the first question asks for police. Elsewhere the way there is a line that names the danger, or an aside.
    Neither "no" nor "not sure" is one."""
    led = [
        f"{tree}/{name}: {choice.label}"
        for tree, steps in CONTENT.trees.items()
        for name, step in steps.steps.items()
        for choice in step.choices
        if step.urgency != "emergency" and choice.kind not in ("worse", "aside")
        if choice.go.split("/")[-1] in ("call-911", "about-myself", "step-away")
    ]
    assert led == ["crisis/danger: Yes: violence, threats, a weapon in hand, or about to attempt suicide"]


def test_a_parent_with_thoughts_that_nobody_wants_is_led_to_the_maternal_line():
    (goal,) = (choice.go for choice in CRISIS.steps["baby"].choices if "do not want" in choice.label)
    assert "maternal-line" in CRISIS.steps[goal].contacts
    assert "thoughts of harm" not in CRISIS.steps["baby"].text and "that you do not want" in CRISIS.steps["baby"].text


@pytest.mark.parametrize(
    "name", ["call-911", "medical", "another-town", "call-again", "no-one-comes", "fire", "missing"]
)
def test_who_calls_about_someone_elsewhere_never_gives_their_own_place_first(name):
    place = next(line for line in CRISIS.steps[name].first if "address" in line.line or "town" in line.line)
    said = next((variant.line for variant in place.instead if variant.when.get("who") == ("away",)), place.line)
    assert "I am at" not in said and ("emergency is at" in said or name in ("another-town", "missing"))


SIGNS_OF_THE_BODY = (
    "hard to wake", "breathing", "head", "seizure", "confused", "do not move or speak", "high fever and stiff",
    "overdosed", "stopped alcohol or anxiety pills",
)  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS_OF_THE_BODY)
def test_a_sign_of_the_body_leads_to_an_ambulance(sign):
    assert sign in CRISIS.steps["body"].text
    yes, unsure = CRISIS.steps["body"].choices[:2]
    assert (yes.go, unsure.go, unsure.kind) == ("medical", "medical", "unsure")


def test_who_is_with_someone_when_help_comes_puts_the_phone_down_in_the_same_words_everywhere():
    bridge = 'Tell 911: "They are here." Put the phone down. Show your hands.'
    for name in ("step-away", "wait", "watch-breath", "watch-me"):
        assert any(fold.text.startswith(bridge) for fold in CRISIS.steps[name].more)


def test_what_cit_is_tells_both_halves_about_memphis_and_who_bears_the_risk():
    limits = CONTENT.trees["local-cit"].steps["limits"]
    told = " ".join(text for _, text in limits.texts())
    assert "The risk of police force is not equal" in told and "CIT officers are police" in told
    assert ("made things worse" in told) == ("took back what it had found" in told)


def test_a_hospital_that_keeps_its_silence_is_no_missing_person():
    after = CONTENT.trees["after"].steps
    silent = [choice for name in ("find-them", "no-word") for choice in after[name].choices if choice.kind != "worse"]
    assert [choice.label for choice in silent if choice.go == "crisis/missing"] == ["Nobody took them: they are gone"]


def test_sensitive_steps_have_ids_and_titles_that_tell_nothing():
    """They stay in the browser's history."""
    telling = re.compile(r"abuse|violen|partner|hurt|rape|suicid|drug|overdose|under-?18|child", re.I)
    for name in ("help-for-you", "try-again", "step-away", "for-you", "for-you-talk", "check-often", "talk-now"):
        assert not telling.search(name + " " + CRISIS.steps[name].title)


def test_no_contact_offers_what_has_closed():
    """Press 3 of 988 ended on 17 July 2025."""
    assert "3" not in {contact.press for contact in CONTENT.contacts.values()}


def test_911_and_988_never_expire():
    for name in ("911", "911-text", "988", "988-es", "988-deaf"):
        assert CONTENT.contacts[name].offered(datetime.date(2100, 1, 1))


def test_every_contact_is_offered_at_launch():
    assert [name for name, contact in CONTENT.contacts.items() if not contact.offered(LAUNCH)] == []


def test_no_tree_claims_a_review_that_nobody_made():
    assert {tree.reviewed for tree in CONTENT.trees.values()} == {None}
