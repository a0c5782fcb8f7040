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
from texts_to_911 import CASES, faults

from helper.export.site import only, site_files
from helper.model.contacts import Contact
from helper.model.fields import BLANK, MAX_TEXT
from helper.model.settings import Settings
from helper.model.tree import Say, Step
from helper.site import Site
from helper.texting import message, sent, takes_lines
from helper.views import paper

SITE = only(Site(LOADED.content, Settings(public_address="https://guide.example/"), LOADED.catalogs), [])
STEPS = [
    (name, step_id)
    for name, tree in CONTENT.trees.items()
    for step_id, step in tree.steps.items()
    if step.say and any(takes_lines(CONTENT.contacts[one]) for one in step.contacts)
]
"""Every step with a button that texts the lines to 911."""
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
    assert {("crisis", "cant-talk"), ("crisis", "help-for-you"), ("crisis", "call-again")} <= set(STEPS)


@pytest.mark.parametrize("name, ticks, language, body", [one for one in CASES if not one[1]])
def test_the_server_writes_the_text_at_every_door(name, ticks, language, body):
    """On the page, in the offline copy, on the page of the whole guide and in the one file."""
    tree_id, step_id = name.split("/")
    site = SITE.edition(language)
    bundle = json.loads(rendered(site, DAY, "bundle", tree_id))["steps"][site.url(tree_id, step_id)]
    for html in (rendered(site, DAY, "step", tree_id, step_id), bundle):
        assert bodies(html) == [body]
    for html in (rendered(site, DAY, "all", tree_id), paper.file(site, DAY, tree_id)):
        assert body in bodies(html)


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


def test_the_page_says_that_the_text_is_in_english_and_why():
    why = "Va en inglés, porque algunos centros del 911 solo leen inglés."
    for door in (paper.page, paper.file):
        assert door(SITE.edition("es"), DAY, "crisis").count(why) == sum(tree == "crisis" for tree, _ in STEPS)
    for node in STEPS:
        assert why in step_html("es", *node)
        assert "It is in English" not in step_html("en", *node)
        for language in ("en", "es"):
            told = "Type your address at its end" if language == "en" else "Escriba su dirección al final y envíelo"
            assert told in step_html(language, *node)


def test_a_kiosk_texts_nobody():
    for language in ("en", "es"):
        for node in STEPS:
            assert "sms:" not in rendered(SITE.kiosk.edition(language), DAY, "partial", *node)


def test_a_line_that_can_be_known_says_it_in_the_text_too():
    """What is ticked is sent: every line with a condition has a sentence without its blank."""
    for tree_id, step_id in STEPS:
        lines = CONTENT.trees[tree_id].steps[step_id].say
        for line, text in zip(lines, sent(lines), strict=True):
            assert text, line.line


def said(*lines):
    return [Say(line=line) if isinstance(line, str) else Say.model_validate(line) for line in lines]


def test_the_place_comes_last_and_a_blank_at_the_end_is_left_out():
    lines = said("I am at: (street, town).", "There is a knife: (where).", "He can’t hear — he’s Deaf…")
    assert message(lines) == "There is a knife.\nHe can't hear - he's Deaf...\nI am at: "
    assert message(lines, "I speak Thai.").startswith("I speak Thai.\nThere")


def test_a_line_that_only_may_be_true_waits_until_it_is_known():
    if_ = {"when": {"knife": "ticked"}, "if": "If there is a knife", "line": "There is a knife."}
    assert message(said("I am at: (street).", if_)) == "I am at: "
    assert message([]) == message([], "I speak Thai.") == ""


@pytest.mark.parametrize(
    "line", ["I (am Deaf).", "(Who) is hurt.", "He has (what): (where).", "It is :) (odd)", "(((", "It is: (a (b))."]
)
def test_a_blank_elsewhere_is_never_sent(line):
    """Such a line is refused by helper check. Where it is served all the same, the text goes without it."""
    assert sent(said("I am at: (street).", line))[1] is None
    assert message(said(line, "He is hurt.")) == "He is hurt."


def test_letters_that_a_network_may_lose_are_never_sent():
    assert message(said("I am at: (street).", "Señor Núñez is “hurt”.")) == 'Senor Nunez is "hurt".\nI am at: '


def test_a_word_of_a_line_comes_before_the_lines_to_say():
    assert takes_lines(Contact.model_construct(text="911", word=None))
    assert not takes_lines(Contact.model_construct(text="911", word="HELP"))
    assert not takes_lines(Contact.model_construct(text="988", word=None))


@pytest.mark.parametrize(
    "line",
    ["(" * MAX_TEXT, "(a" * (MAX_TEXT // 2), ":" * MAX_TEXT, ": (" * (MAX_TEXT // 3), "a: (" + "b" * (MAX_TEXT - 4)],
)
def test_no_line_holds_up_the_server(line):
    began = time.monotonic()
    sent(said("I am at: (street).", line))
    BLANK.sub("", line)
    assert time.monotonic() - began < 1


def test_a_step_without_lines_begins_no_text():
    step = Step(title="Get help", contacts=("911-text",))
    tree = CONTENT.trees["crisis"].model_copy(update={"steps": {**CONTENT.trees["crisis"].steps, "odd": step}})
    site = Site(CONTENT.model_copy(update={"trees": {"crisis": tree}}), Settings())
    assert bodies(rendered(site, DAY, "partial", "crisis", "odd")) == [""]
