"""The About page: who is behind the guide, how old it is, how to report a mistake, and nothing that is not so."""

import datetime
import re

import pytest
import small_site
from real import CONTENT, LOADED
from small_site import DAY
from table import rendered

from helper.loading.folder import load_settings
from helper.model.settings import Operator, Settings
from helper.model.tree import Review
from helper.problem import ContentError
from helper.reading import grade
from helper.site import Site

CLINIC = Operator(name="North & South Clinic", page="https://clinic.example/", contact="guide@clinic.example")
EMERGENCY = "Never ask for help there in an emergency."


def words(page):
    """What a reader sees of the page, without its frame."""
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub("<[^>]+>", " ", body).split())


def about(operator=None, day=DAY, language="en"):
    found = Site(CONTENT, Settings(operator=operator), LOADED.catalogs)
    return rendered(found.edition(language), day, "about")


def test_it_names_who_runs_the_website_and_where_to_report():
    page = about(CLINIC)
    assert '<a href="https://clinic.example/" rel="noreferrer">North &amp; South Clinic</a>.' in page
    assert '<a href="mailto:guide@clinic.example" rel="noreferrer">guide@clinic.example</a>' in page
    assert "have not given their name" not in page and "gave no address" not in page


def test_a_page_to_report_on_is_a_link():
    page = about(Operator(name="Clinic", contact="https://clinic.example/report?from=guide&x=1"))
    assert 'href="https://clinic.example/report?from=guide&amp;x=1"' in page and "mailto:" not in page


def test_it_says_so_where_nobody_gave_a_name_or_an_address():
    page = about()
    assert "have not given their name here" in page and "gave no address for that" in page
    assert "mailto:" not in page and EMERGENCY not in page
    named = about(Operator(name="Clinic"))
    assert "This website is run by Clinic." in named and "gave no address for that" in named


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_mistakes_are_reported_emergencies_are_sent_elsewhere(language):
    text = words(about(CLINIC, language=language))
    after = text[text.index("guide@clinic.example") :]
    assert after.index("911") < after.index("988") < 450


def test_every_guide_has_its_dates_and_no_guide_claims_a_check():
    text = words(about())
    for tree in CONTENT.trees.values():
        row = f"{tree.title} Draft: not yet checked by a clinician. Last changed {day(tree.edited)}. To be read again"
        assert f"{row} by {day(tree.review_by)}." in text
    assert "Checked by" not in text
    assert text.index(CONTENT.trees["crisis"].title) < text.index(CONTENT.trees["advocate"].title)


def day(date):
    return f"{date:%B} {date.day}, {date.year}"


def test_a_guide_that_was_not_read_in_time_says_so():
    last = CONTENT.trees["crisis"].review_by
    assert "That day has passed." not in words(about(day=last))
    assert f"read again by {day(last)}. That day has passed." in words(about(day=last + datetime.timedelta(1)))


def test_a_guide_that_was_signed_names_who_signed():
    review = Review(by="Dr. A. Example", role="psychiatrist", on=DAY)
    trees = {"crisis": CONTENT.trees["crisis"].model_copy(update={"reviewed": review})}
    content = CONTENT.model_copy(update={"trees": trees})
    text = words(rendered(Site(content, Settings(), LOADED.catalogs), DAY, "about"))
    assert "Checked by Dr. A. Example (psychiatrist), November 23, 2026." in text and "Draft" not in text


def test_a_guide_that_is_not_about_a_crisis_speaks_of_none(tmp_path):
    """The bar, the contacts and the sources are not of this page's own words."""
    small_site.write(tmp_path / "trees")
    (tmp_path / "helper.yaml").write_text("home: bike\noperator: {name: Shop, contact: shop@bike.example}\n")
    page = words(rendered(small_site.site(tmp_path / "trees"), DAY, "about"))
    own = page[: page.index("Every number")]
    assert EMERGENCY in own and "In danger, call 911." in own
    for word in ("crisis counselor", "mental", "988", "treat", "United States"):
        assert word not in own


def test_its_own_words_are_easy():
    page = words(about(CLINIC))
    assert grade(page[: page.index("Every number")]) <= 6


def test_in_spanish_nothing_of_its_own_is_english():
    page = about(CLINIC, language="es")
    assert 'lang="en"' not in page[page.index("<main") : page.index("Cada número")]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("operator: {contact: a@b.example}", 'the operator needs "name"'),
        ("operator: {name: A, contact: a b@c}", '"contact" must be a mail address like guide@clinic.example'),
        (
            "operator: {name: A, contact: 800-555-0100}",
            '"contact" must be a mail address like guide@clinic.example, or',
        ),
        ("operator: {name: A, contact: 'https://a.example/\"onclick=x'}", "must be a web address"),
        ("operator: {name: A, page: 'javascript:x'}", '"page" must be a web address'),
        ("operator: {name: A, phone: 800-555-0100}", 'the operator has no key "phone"'),
        ("operator: North Clinic", '"operator" must have keys and values'),
    ],
)
def test_a_wrong_operator_is_told(tmp_path, line, told):
    (tmp_path / "helper.yaml").write_text(line + "\n")
    with pytest.raises(ContentError) as error:
        load_settings(tmp_path / "helper.yaml")
    assert told in str(error.value)
