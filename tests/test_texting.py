"""A text to 911 is in English, whole, short and without blanks, whatever the page is read in."""

import json
import re
import time
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pseudo
import pytest
from real import CONTENT, LOADED
from small_site import DAY
from table import rendered
from texts_to_911 import CASES, faults, tapped

from helper.answers import switch
from helper.export.site import only, site_files
from helper.model.contacts import Contact
from helper.model.fields import BLANK, MAX_TEXT
from helper.model.settings import Settings
from helper.model.tree import Option, Step, Topic
from helper.site import Site
from helper.texting import chosen, message, place, sent, speaks, takes_lines
from helper.views import paper

SITE = only(Site(LOADED.content, Settings(public_address="https://guide.example/"), LOADED.catalogs), [])
STEPS = [
    (name, step_id)
    for name, tree in CONTENT.trees.items()
    for step_id, step in tree.steps.items()
    if step.first and any(takes_lines(CONTENT.contacts[one]) for one in step.contacts)
]
"""Every step with a button that texts the first lines to 911."""
NAMES = {"en": None, "es": "Spanish", pseudo.CODE: "Hebrew"}


def bodies(html, to="911"):
    """The bodies of the texts to a number on a page."""
    links = re.findall(r'href="(sms:[^"]*|mailto:[^"]*)"', html)
    found = [(urlsplit(unescape(link)), unescape(link)) for link in links]
    return [
        parse_qs(parts.query or link.partition("?")[2], keep_blank_values=True).get("body", [""])[0]
        for parts, link in found
        if to is None or parts.path == to
    ]


def step_html(language, tree_id, step_id):
    return rendered(SITE.edition(language), DAY, "partial", tree_id, step_id)


def test_there_are_steps_that_text_911():
    assert {("crisis", "cant-talk"), ("crisis", "help-for-you")} <= set(STEPS)


@pytest.mark.parametrize("name, known, language, body", CASES)
def test_a_text_says_what_is_known(name, known, language, body):
    tree_id, step_id = name.split("/")
    step, first = CONTENT.trees[tree_id].steps[step_id], f"I speak {NAMES[language]}." if NAMES[language] else None
    assert message(step, tree_id, known, CONTENT.topics, first) == body


@pytest.mark.parametrize("name, known, language, body", [one for one in CASES if not tapped(one[1])])
def test_the_server_writes_the_text_at_every_door(name, known, language, body):
    """On the page, in the offline copy, on the page of the whole guide and in the one file."""
    tree_id, step_id = name.split("/")
    site = SITE.edition(language)
    bundle = json.loads(rendered(site, DAY, "bundle", tree_id))["steps"][site.url(tree_id, step_id)]
    for html in (rendered(site, DAY, "step", tree_id, step_id), bundle):
        assert body in bodies(html)
    for html in (rendered(site, DAY, "all", tree_id), paper.file(site, DAY, tree_id)):
        assert body in bodies(html)


@pytest.mark.proof
def test_no_text_and_no_mail_of_any_page_has_a_blank():
    """All pages in all languages, to whomever the text or mail goes."""
    count = 0
    for made in site_files(SITE, DAY):
        if not made.path.endswith(".html") or made.path.endswith("/step.html"):
            continue
        html = made.make().decode()
        for body in bodies(html, to=None):
            assert not re.search(r"[\[\](){}]|__", body), made.path
        language = NAMES["es" if re.search(r'<html lang="es"', html) else "en"]
        for body in filter(None, bodies(html)):
            assert faults(body, language) == [], made.path
            count += 1
    assert count >= 2 * len(STEPS)


def test_a_language_that_is_there_only_in_part_texts_in_english_too(tmp_path):
    """The same in a language that nobody speaks, with the content translated, and with none of it."""
    with pseudo.interface(tmp_path):
        for catalogs in (pseudo.catalogs(LOADED), {}):
            site = Site(LOADED.content, Settings(), {**LOADED.catalogs, pseudo.CODE: catalogs}).edition(pseudo.CODE)
            for node in STEPS:
                english = bodies(step_html("en", *node))
                assert bodies(rendered(site, DAY, "partial", *node)) == [f"I speak Hebrew.\n{body}" for body in english]
                assert english


def test_the_page_says_that_the_text_is_in_english_and_why():
    why = "Va en inglés, porque algunos centros del 911 solo leen inglés."
    for door in (paper.page, paper.file):
        assert door(SITE.edition("es"), DAY, "crisis").count(why) == sum(tree == "crisis" for tree, _ in STEPS)
    for node in STEPS:
        assert why in step_html("es", *node)
        assert "It is in English" not in step_html("en", *node)
        assert "Type your address at its end, then send it." in step_html("en", *node)


def test_a_kiosk_texts_nobody():
    for language in ("en", "es"):
        for node in STEPS:
            assert "sms:" not in rendered(SITE.kiosk.edition(language), DAY, "partial", *node)


def kinds(node):
    """What a step can be texted with: nothing known, or each option of the switch of its first lines."""
    step = CONTENT.trees[node[0]].steps[node[1]]
    topic = switch(step, CONTENT.topics)
    return [{topic: (option.id,)} for option in CONTENT.topics[topic].options] if topic else [{}]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_each_text_of_a_switch_is_whole_and_fits_into_one_part_of_a_message(node):
    step = CONTENT.trees[node[0]].steps[node[1]]
    texts = [message(step, node[0], known, CONTENT.topics, speaks("Spanish")) for known in kinds(node)]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert faults(text, "Spanish") == []
        assert len(text) <= 160
    assert [body.removeprefix("I speak Spanish.\n") for body in texts] == bodies(step_html("en", *node))


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_whatever_is_chosen_is_in_the_text(node):
    """Each option of what the step asks, whoever it is about: in plain letters, without blanks, in a sentence."""
    step = CONTENT.trees[node[0]].steps[node[1]]
    for topic in (one for one in step.asked if CONTENT.topics[one].options):
        for option in CONTENT.topics[topic].options:
            for who in ((), ("me",), ("away",), ("with",)):
                facts = {topic: (option.id,), "who": who}
                text = message(step, node[0], facts, CONTENT.topics)
                assert text != message(step, node[0], {"who": who}, CONTENT.topics), option.id
                assert faults(text, None) == []


NAIL = Option(id="nail", tap="One is there", line="There is a nail.")
TIRE = Topic(ask="A nail?", options=(NAIL,))


def text(*lines, facts=(), asked=(), first_sentence=None, topics=()):
    """The text of a step with these lines to say first."""
    step = Step.model_validate({"title": "Text", "first": lines, "asked": asked})
    return message(step, "bike", dict(facts), dict(topics), first_sentence)


def test_the_place_comes_last_and_a_blank_at_the_end_is_left_out():
    lines = ("I am at: (street, town).", "There is a knife: (where).", "He can’t hear — he’s Deaf…")
    assert text(*lines) == "There is a knife.\nHe can't hear - he's Deaf...\nI am at: "
    assert text(*lines, first_sentence="I speak Thai.").startswith("I speak Thai.\nThere")
    assert text() == text(first_sentence="I speak Thai.") == ""


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("Address: (street, town).", "Address: "),
        ("The emergency is at (address, town).", "The emergency is at: "),
        ("The emergency is at (address, town)", "The emergency is at: "),
        ("I called before. I am at (address). My number is (number).", "I called before. I am at: "),
        ("I am at (address). I am not safe. My number is (number).", "I am not safe. I am at: "),
        ("I am at (address). What happened: (what).", "What happened. I am at: "),
        ("I am at (address). I am (hurt / well).", None),
        ("I am at (address), in (town).", None),
        ("(Name) is missing from (address).", None),
        ("I am here.", None),
        ("It is :) (odd)", None),
        ("I am at (a (b)).", None),
        ("I am at (address", None),
    ],
)  # fmt: skip
def test_the_place_is_left_open(line, last):
    assert place(line) == last


def test_a_variant_that_is_true_stands_in_the_text_too():
    line = {"line": "Someone is hurt.", "instead": [{"when": {"who": "me"}, "line": "I am hurt."}]}
    who = {"who": Topic(ask="Who?", options=(Option(id="me", tap="Me"),))}
    assert text("I am at: (street).", line, topics=who) == "Someone is hurt.\nI am at: "
    assert text("I am at: (street).", line, topics=who, facts={"who": ["me"]}) == "I am hurt.\nI am at: "


def test_what_is_chosen_stands_before_the_place():
    known = {"topics": {"tire": TIRE}, "asked": ["tire"]}
    assert text("I am at: (street).", "Help.", **known) == "Help.\nI am at: "
    assert text("I am at: (street).", "Help.", facts={"tire": ["nail"]}, **known) == (
        "Help.\nThere is a nail.\nI am at: "
    )
    known["asked"] = []
    assert text("I am at: (street).", "Help.", facts={"tire": ["nail"]}, **known) == "Help.\nI am at: "


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("There is a nail.", "There is a nail."),
        ("There is a nail: (where).", "There is a nail."),
        ("A nail: (how long). I see it.", "A nail. I see it."),
        ("It sits in (the tire).", "A nail? One is there."),
        ("It sits in (the tire). Please help.", "A nail? One is there. Please help."),
        ("Help, (who)! It’s a nail. It is (long / short).", "A nail? One is there. It's a nail."),
    ],
)
def test_what_is_chosen_is_never_lost(line, said):
    assert chosen(TIRE, NAIL, line) == said


def test_a_blank_with_sentences_in_it_is_one_blank():
    assert sent("What happened: (what. Say it. Short).") == "What happened."
    assert sent("It is (a. b) here.") is None


@pytest.mark.parametrize(
    "line", ["I (am Deaf).", "(Who) is hurt.", "He has (what): (where).", "It is :) (odd)", "(((", "It is: (a (b))."]
)
def test_a_blank_elsewhere_is_never_sent(line):
    """Such a line is refused by helper check. Where it is served all the same, the text goes without it."""
    assert sent(line) is None
    assert text("I am at: (street).", line, "He is hurt.") == "He is hurt.\nI am at: "


def test_letters_that_a_network_may_lose_are_never_sent():
    assert text("Está en: (street).", "Señor Núñez is “hurt”.") == 'Senor Nunez is "hurt".\nEsta en: '


def test_a_word_of_a_line_comes_before_the_lines_to_say():
    assert takes_lines(Contact.model_construct(text="911", word=None))
    assert not takes_lines(Contact.model_construct(text="911", word="HELP"))
    assert not takes_lines(Contact.model_construct(text="988", word=None))


@pytest.mark.parametrize(
    "line",
    [
        "(" * MAX_TEXT,
        "(a" * (MAX_TEXT // 2),
        ":" * MAX_TEXT,
        ": (" * (MAX_TEXT // 3),
        "a: (" + "b" * (MAX_TEXT - 4),
        "a. " * (MAX_TEXT // 3),
        "a. (" * (MAX_TEXT // 4),
        "." + " " * MAX_TEXT,
        "a (b). " + "c. " * (MAX_TEXT // 3 - 3),
    ],
)
def test_no_line_holds_up_the_server(line):
    began = time.monotonic()
    sent(line)
    place(line)
    chosen(TIRE, NAIL, line)
    BLANK.sub("", line)
    assert time.monotonic() - began < 1


def test_a_step_without_lines_begins_no_text():
    step = Step(title="Get help", contacts=("911-text",))
    tree = CONTENT.trees["crisis"].model_copy(update={"steps": {**CONTENT.trees["crisis"].steps, "odd": step}})
    site = Site(CONTENT.model_copy(update={"trees": {"crisis": tree}}), Settings())
    assert bodies(rendered(site, DAY, "partial", "crisis", "odd")) == [""]
