"""The crisis card: what it asks, what it never asks, and that a browser has nothing of it to send."""

import re
from html.parser import HTMLParser

import pytest
from real import CONTENT

from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site

CARD = "/en/about/card/"
ASKED = (
    "Where", "Number to call back", "Name", "Age", "Language spoken", "Looks", "Commands from police", "Condition",
    "Medicines", "Doctor or clinic", "Who else lives here", "What upsets", "What calms", "First person to call",
    "Second person to call", "Crisis team near us", "Date of this card",
)  # fmt: skip
NEVER_ASKED = r"weapon|gun|knife|arm(ed|s)\b|immigra|citizen|visa|born|status|bank|insur|social security|\bID\b"
KEPT_IN = {"autocomplete": "off", "spellcheck": "false", "writingsuggestions": "false", "autocorrect": "off"}


class Sheet(HTMLParser):
    """The labels of the sheet with their words and the fields inside them; `loose` are fields outside of labels."""

    def __init__(self, page):
        super().__init__()
        self.labels, self.loose, self.fields, self.inside = [], 0, [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "label":
            self.inside = True
            self.labels.append(["", 0])
        if tag in ("input", "textarea", "select"):
            self.fields.append(dict(attributes))
            if self.inside:
                self.labels[-1][1] += 1
            else:
                self.loose += 1

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "label"

    def handle_data(self, data):
        if self.inside:
            self.labels[-1][0] += data


@pytest.fixture(scope="module")
def client():
    return GuideApp(Site(CONTENT, Settings())).test_client()


@pytest.fixture(scope="module")
def page(client):
    return client.get(CARD).text


@pytest.fixture(scope="module")
def sheet(page):
    return Sheet(page)


def test_it_asks_what_911_and_a_team_will_ask(page):
    assert tuple(re.findall(r"<label.*?<b>(.*?)</b>", page)) == ASKED


def test_every_label_has_one_field_and_every_field_a_label(sheet):
    assert (len(sheet.labels), sheet.loose) == (len(ASKED), 0)
    assert {fields for _, fields in sheet.labels} == {1}


def test_no_field_is_for_weapons_or_for_immigration_status(sheet):
    for words, _ in sheet.labels:
        assert not re.search(NEVER_ASKED, words, re.I), words


def test_the_card_says_what_it_must_say_on_paper(page):
    paper = page[page.index('<section class="sheet"') :].partition("</section>")[0]
    for words in ("Tell 911 about weapons as of today.", "call 911", "call or text 988", "Others can read this card"):
        assert words in paper
    before = page.partition('<section class="sheet"')[0]
    assert "Think who may find it." in before and "Leave off weapons." in before


def test_a_browser_has_nothing_to_send_or_to_remember(page, sheet):
    assert "<form" not in page
    assert not re.search(r"<(textarea|input|button)[^>]* (name|form\w*)=", page)
    for field in sheet.fields:
        assert KEPT_IN.items() <= field.items()
        assert int(field["maxlength"]) > 0


def test_no_field_is_filled_in_or_shows_an_example_that_would_be_printed(page):
    assert set(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)) == {""}
    assert "placeholder" not in page and not re.search(r"<textarea[^>]* value=", page)


@pytest.mark.parametrize("end", ["", "step.html"])
def test_the_step_links_to_the_card_and_no_other_step_does(client, end):
    assert f'<a class="way" href="{CARD}">' in client.get(f"/en/plan-ahead/card/{end}").text
    assert CARD not in client.get(f"/en/plan-ahead/home/{end}").text


def test_the_card_stays_in_its_language_and_place(client):
    place = next(iter(CONTENT.places), None)
    for base in ["", *([f"/in/{place}"] if place else [])]:
        assert client.get(f"{base}{CARD}").status_code == 200
        assert f'href="{base}{CARD}"' in client.get(f"{base}/en/plan-ahead/card/").text


def test_a_reader_without_script_is_told_how_to_print(page):
    assert re.search(r'<p class="by-hand">To print, use the menu of your browser', page)
    assert "<button" not in page
