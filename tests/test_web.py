"""What the server answers: addresses, partials in their pages, errors that carry help, headers, sizes."""

import datetime
import gzip
import logging
import re

import brotli
import pytest
from pseudo import CODE, catalogs, interface, pseudo
from real import CONTENT, LOADED
from table import paths, rendered

from helper import data_dir
from helper.headers import HEADERS
from helper.loading.folder import load
from helper.model.content import Content
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import WEB, Site

STEPS = [(tree, step) for tree, found in CONTENT.trees.items() for step in found.steps]
DAY = datetime.date(2026, 11, 23)
CANARY = "canary5550199"


def client_of(found=CONTENT, day=DAY, **settings):
    return GuideApp(Site(found, Settings(**settings)), today=lambda: day).test_client()


@pytest.fixture(scope="module")
def client():
    return client_of()


def with_crisis(**changes) -> Content:
    """The real content with another crisis tree."""
    tree = CONTENT.trees["crisis"].model_copy(update=changes)
    return CONTENT.model_copy(update={"trees": {"crisis": tree}})


PAGES = paths("crisis", "call-911", modes=[WEB], asking="team")
ERRORS = [
    "/nope/", "/en/nope/", "/en/crisis/nope/", "/en/crisis/nope/step.html", "/static/nope.css", "/static/watch.json",
    "/en/nope/nope/",
]  # fmt: skip


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_the_partial_stands_in_its_page_word_for_word(client, node):
    """What htmx swaps in is what a page without JavaScript shows."""
    page = client.get(f"/en/{node[0]}/{node[1]}/")
    partial = client.get(f"/en/{node[0]}/{node[1]}/step.html")
    assert (page.status_code, partial.status_code) == (200, 200)
    assert partial.text in page.text
    assert "<html" not in partial.text


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_911_and_988_are_one_tap_away_on_every_step(client, node):
    page = client.get(f"/en/{node[0]}/{node[1]}/").text
    for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:988"'):
        assert link in page


@pytest.mark.parametrize("path", ERRORS)
def test_911_and_988_are_one_tap_away_on_every_error(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:988"', 'href="/en/crisis/danger/"'):
        assert link in answer.text
    assert "local emergency number" in answer.text


def test_an_unknown_step_names_the_guide_and_offers_its_start(client):
    page = client.get("/en/crisis/nope/").text
    assert "There is no such page in the guide “What to do in a mental health crisis”" in page
    assert 'href="/en/crisis/danger/">Start this guide: What to do in a mental health crisis' in page


def test_a_moved_step_redirects_to_where_it_is():
    client = client_of(with_crisis(moved={"old": "call-911"}))
    for tail in ("", "step.html"):
        answer = client.get(f"/en/crisis/old/{tail}")
        assert (answer.status_code, answer.location) == (301, f"/en/crisis/call-911/{tail}")


def test_a_removed_step_is_gone_and_carries_help():
    answer = client_of(with_crisis(removed=("old",))).get("/en/crisis/old/")
    assert answer.status_code == 410
    assert "This step was taken out" in answer.text
    assert 'href="tel:911"' in answer.text and 'href="/en/crisis/danger/"' in answer.text


@pytest.mark.parametrize("path", ["/", "/en/", "/en/crisis/", "/en/crisis/danger/"])
def test_the_first_question_opens_at_every_address_of_the_start(client, path):
    page = client.get(path).text
    assert '<h1 tabindex="-1">Is anyone in danger right now, including you?</h1>' in page
    assert '<link rel="canonical" href="/en/crisis/danger/">' in page


def test_an_address_without_its_last_slash_leads_to_the_page(client):
    answer = client.get("/en/crisis/danger?x=" + CANARY)
    assert (answer.status_code, answer.location) == (301, "/en/crisis/danger/")


def test_the_public_address_puts_its_path_before_everything():
    client = client_of(public_address="https://clinic.example/help/")
    host = {"Host": "clinic.example"}
    page = client.get("/help/en/crisis/danger/", headers=host)
    assert page.status_code == 200
    links = re.findall(r'(?:href|src|hx-get|hx-push-url)="(/[^"]*)"', page.text)
    assert links and all(link.startswith("/help/") for link in links)
    assert client.get("/en/crisis/danger/", headers=host).status_code == 404
    for link in set(links):
        assert client.get(link, headers=host).status_code == 200, link


@pytest.mark.parametrize("path", [*PAGES, *ERRORS])
def test_nothing_of_a_request_comes_back(client, path):
    answer = client.get(
        f"{path}?{CANARY}={CANARY}",
        headers={
            "Referer": f"http://{CANARY}/",
            "HX-Current-URL": CANARY,
            "X-Forwarded-Host": CANARY,
            "Cookie": CANARY,
        },
    )
    assert CANARY not in answer.text and CANARY not in str(answer.headers)


def test_an_unknown_path_is_not_repeated(client):
    answer = client.get(f"/en/{CANARY}/{CANARY}/")
    assert CANARY not in answer.text and CANARY not in str(answer.headers)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b", ""])
def test_a_host_that_is_not_trusted_gets_an_error_page_with_help(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert 'href="tel:911"' in answer.text
    assert "evil" not in answer.text


SAME_HOST = (
    "guide.example.", "guide.example.:443", "Guide.Example", "GUIDE.EXAMPLE.:8000", "ward.clinic.example.",
    "localhost.", "localhost.:8000", "127.0.0.1.", "[::1]", "[::1]:8000",
)  # fmt: skip
OTHER_HOST = (
    ".", "..", "localhost..", "guide.example.evil.example", "[::1].evil.example", "::1", "[::2]", "guide.example.:x",
    "guide.example:1:", "[::1]]", "evil.example.",
)  # fmt: skip


def test_the_same_host_in_another_spelling_is_trusted_and_no_other_is():
    """What is ready is sent without Flask, so each is asked twice."""
    client = client_of(public_address="https://guide.example/", trusted_hosts=[".clinic.example"])
    for path in ("/en/crisis/danger/", "/en/crisis/danger", "/en/crisis/nope/"):
        wanted = client.get(path, headers={"Host": "guide.example"})
        for host in (*SAME_HOST, *SAME_HOST):
            answer = client.get(path, headers={"Host": host})
            found = (answer.status_code, answer.location, answer.data)
            assert found == (wanted.status_code, wanted.location, wanted.data), host
        for host in OTHER_HOST:
            assert client.get(path, headers={"Host": host}).status_code == 400, host


@pytest.mark.parametrize("path", [*PAGES, *ERRORS, "/en/crisis/danger/step.html", "/en/crisis/danger"])
def test_every_answer_has_the_safety_headers_and_no_cookie(client, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "Set-Cookie" not in answer.headers
    assert "HX-Request" not in answer.headers.get("Vary", "")


def test_one_address_has_one_body(client):
    """htmx gets no other page than a reader."""
    plain = client.get("/en/crisis/danger/")
    asked = client.get("/en/crisis/danger/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert plain.data == asked.data


@pytest.mark.faulty
def test_a_fault_shows_help_and_no_trace(caplog):
    site = Site(CONTENT, Settings())
    app = GuideApp(site, today=lambda: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get(f"/en/crisis/call-911/?{CANARY}")
    assert answer.status_code == 500
    assert 'href="tel:911"' in answer.text and 'href="tel:988"' in answer.text
    assert "Traceback" not in answer.text and "division" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "call-911" not in caplog.text and CANARY not in caplog.text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_are_refused_with_help(client, method):
    answer = getattr(client, method)("/en/crisis/danger/")
    assert answer.status_code == 405
    assert 'href="tel:911"' in answer.text


def test_pages_are_compressed_and_known_by_their_tag(client):
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)):
        answer = client.get("/en/crisis/danger/", headers={"Accept-Encoding": coding})
        assert unpack(answer.data) == client.get("/en/crisis/danger/").data
        again = client.get(
            "/en/crisis/danger/", headers={"Accept-Encoding": coding, "If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_partials_may_be_kept_a_minute_and_assets_for_ever(client):
    assert client.get("/en/crisis/danger/step.html").headers["Cache-Control"].startswith("public, max-age=60")
    assert client.get("/en/crisis/danger/").headers["Cache-Control"].startswith("public, max-age=0")
    assert client.get("/nope/").headers["Cache-Control"] == "no-store"
    for link in re.findall(r'(?:href|src)="(/static/[^"]*)"', client.get("/").text):
        assert "immutable" in client.get(link).headers["Cache-Control"]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_a_first_visit_is_small(client, node):
    """Law 10: HTML and stylesheet under 14 KB on the wire, everything under 30 KB, and a step alone under 14 KB."""
    accept = {"Accept-Encoding": "br"}
    page = client.get(f"/en/{node[0]}/{node[1]}/", headers=accept)
    links = re.findall(r'(?:href|src)="(/static/[^"]*)"', brotli.decompress(page.data).decode())
    sizes = {link: len(client.get(link, headers=accept).data) for link in links}
    css = next(size for link, size in sizes.items() if link.endswith(".css"))
    assert len(page.data) + css < 14_000
    assert len(page.data) + sum(sizes.values()) < 30_000


def test_an_expired_contact_is_not_offered_and_the_page_says_so():
    late = client_of(day=datetime.date(2028, 1, 1))
    page = late.get("/en/crisis/help-for-you/").text
    assert "800-799-7233" not in page
    notice = '<p class="small unchecked">A line is not shown here because its number was not checked in time.</p>'
    assert notice in page
    assert 'href="tel:911"' in page
    today = client_of().get("/en/crisis/help-for-you/").text
    assert "800-799-7233" in today and notice not in today


def test_whatever_has_a_last_day_tells_it_in_words():
    """For a browser without scripts, and for paper: in both languages, on each step and on the pages of places."""
    site = Site(CONTENT, Settings(), LOADED.catalogs)
    for edition in (site.edition("en"), site.edition("es"), site.edition("en", "mn")):
        words = edition.words
        found = [rendered(edition, DAY, "places"), *(rendered(edition, DAY, "step", *node) for node in STEPS)]
        for page in found:
            days = re.findall(r'<(?:p|section) class="[^"]*" data-expires="([^"]*)"', page)
            told = [words.day(datetime.date.fromisoformat(day)) for day in days]
            told = [words.gettext("After %(day)s, this may be out of date.", day=day) for day in told]
            assert re.findall(r'<span class="until">(.*?)</span>', page) == told
        assert any("data-expires" in page for page in found)


def test_an_unchecked_contact_is_not_offered():
    contacts = {**CONTENT.contacts, "211": CONTENT.contacts["211"].model_copy(update={"status": "unchecked"})}
    page = client_of(CONTENT.model_copy(update={"contacts": contacts})).get("/en/crisis/no-team/").text
    assert 'href="tel:211"' not in page


def test_a_page_says_draft_until_a_clinician_signs():
    assert "Draft: not yet checked by a clinician." in client_of().get("/").text
    review = {"by": "Dr. A. Example", "role": "psychiatrist", "on": DAY}
    tree = CONTENT.trees["crisis"]
    signed = tree.model_validate({**tree.model_dump(by_alias=True), "reviewed": review})
    assert "Draft" not in client_of(CONTENT.model_copy(update={"trees": {"crisis": signed}})).get("/").text


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_nothing_stands_before_the_call_button_on_an_emergency_step(client, node):
    step = CONTENT.trees[node[0]].steps[node[1]]
    if step.urgency != "emergency" or not step.contacts or step.phone in ("talk", "down"):
        return  # a reader who is on the call, or before officers, needs other things first
    partial = client.get(f"/en/{node[0]}/{node[1]}/step.html").text
    before = partial[: partial.index('class="way')]
    assert re.findall(r"<(a|input|button|details|li)\b", before) == []


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_digits_of_links_and_texts_are_those_of_the_contacts(client, node):
    """The number that is dialled is the number that is read, and both come from contacts.yaml."""
    page = client.get(f"/en/{node[0]}/{node[1]}/step.html").text
    known = {number.replace("-", "") for contact in CONTENT.contacts.values() for number in contact.numbers()}
    for kind, digits, label in re.findall(r'href="(tel|sms):\+?1?(\d+)[^"]*"[^>]*>(.*?)</a>', page):
        digits = digits if digits in known else "1" + digits
        assert digits in known, kind
        assert digits in re.sub(r"\D", "", label.replace("press 1", "").replace("press 2", ""))


def test_the_about_page_shows_every_contact_and_source(client):
    page = client.get("/en/about/").text
    for contact in CONTENT.contacts.values():
        assert all(number in page for number in contact.numbers())
    assert page.count("<li>") >= len(CONTENT.sources)


def test_the_same_tree_and_day_give_the_same_bytes():
    assert client_of().get("/en/crisis/pacing/").data == client_of().get("/en/crisis/pacing/").data


def test_load_finds_the_trees_again():
    """The content in these tests is what the checkout holds."""
    assert load(data_dir("trees")).content == CONTENT


# Languages


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes a client with English and a language that is whole: Hebrew letters, from right to left."""
    with interface(tmp_path_factory.mktemp("locale")):

        def make(content=CONTENT, **settings):
            site = Site(content, Settings(**settings), {CODE: catalogs(LOADED)})
            return GuideApp(site, today=lambda: DAY).test_client()

        yield make


def html_of(page):
    return re.search("<html[^>]*>", page.text)[0]


ENGLISH, FOREIGN = '<html lang="en">', f'<html lang="{CODE}" dir="rtl">'
TITLE = "Is anyone in danger right now, including you?"


@pytest.mark.parametrize("path", ["", "crisis/", "crisis/danger/", "about/", "about/leaving/", "crisis/map/"])
def test_every_page_has_its_address_in_each_language(made, path):
    client = made()
    for code, start in (("en", ENGLISH), (CODE, FOREIGN)):
        page = client.get(f"/{code}/{path}")
        assert (page.status_code, html_of(page)) == (200, start)
        for other in ("en", CODE):
            assert f'<link rel="alternate" hreflang="{other}"' in page.text


def test_a_page_links_to_itself_in_the_other_language(made):
    page = made().get("/en/crisis/call-911/").text
    home = f'data-home="/{CODE}/"'
    assert f'<a class="language" href="/{CODE}/crisis/call-911/" {home} lang="{CODE}" hreflang="{CODE}">' in page
    assert '<a class="language" href="/en/' not in page


def test_a_partial_is_in_its_language(made):
    partial = made().get(f"/{CODE}/crisis/danger/step.html")
    assert partial.status_code == 200 and pseudo(TITLE) in partial.text and f'href="/{CODE}/crisis/' in partial.text
    assert 'href="/en/' not in partial.text


def test_a_tree_without_a_language_is_a_page_of_language_links(made):
    page = made().get("/crisis/")
    links = re.findall(r'<a class="choice" href="([^"]*)" lang="([^"]*)" hreflang="([^"]*)">([^<]*)</a>', page.text)
    assert links == [("/en/crisis/", "en", "en", "English"), (f"/{CODE}/crisis/", CODE, CODE, "עברית")]


def test_a_language_that_is_not_there_yet_gets_english_and_is_told_so(client):
    page = client.get("/fr/crisis/danger/")
    assert (page.status_code, html_of(page)) == (200, ENGLISH)
    assert "This guide is not in French yet. Here it is in English." in page.text
    assert TITLE in page.text and 'href="/fr/' not in page.text and '<body hx-ignore data-home="/en/">' in page.text
    assert '<link rel="canonical" href="/en/crisis/danger/">' in page.text
    assert "is not in" not in client.get("/en/crisis/danger/").text


@pytest.mark.parametrize(
    "path", ["/fr/", "/fr/crisis/", "/fr/about/", "/fr/crisis/map/", "/fr/crisis/danger/step.html"]
)
def test_every_page_of_a_language_that_is_not_there_yet_is_english(client, path):
    page = client.get(path)
    assert page.status_code == 200 and '="/fr/' not in page.text


@pytest.mark.parametrize("path", ["/zz/", "/zz/crisis/danger/", "/eng/crisis/danger/", "/in/nowhere/zz/"])
def test_what_is_no_language_is_not_there(client, path):
    page = client.get(path)
    assert (page.status_code, html_of(page)) == (404, ENGLISH)


ASTRAY = ["nope/", "crisis/nope/", "crisis/nope/step.html", "nope/nope/", "a/b/c/d/", "about/nope/"]


@pytest.mark.parametrize("path", ASTRAY)
def test_an_error_page_is_in_the_language_of_its_address(made, path):
    client = made()
    for code, start in (("en", ENGLISH), (CODE, FOREIGN), ("fr", ENGLISH)):
        page = client.get(f"/{code}/{path}")
        assert (page.status_code, html_of(page)) == (404, start)
        for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:988"'):
            assert link in page.text
    assert f'href="/{CODE}/crisis/danger/"' in client.get(f"/{CODE}/{path}").text


def test_errors_of_every_kind_are_in_the_language_of_their_address(made):
    tree = CONTENT.trees["crisis"].model_copy(update={"removed": ("old",)})
    client = made(CONTENT.model_copy(update={"trees": {"crisis": tree}}))
    gone, refused = client.get(f"/{CODE}/crisis/old/"), client.post(f"/{CODE}/crisis/danger/")
    assert [(page.status_code, html_of(page)) for page in (gone, refused)] == [(410, FOREIGN), (405, FOREIGN)]


@pytest.mark.faulty
def test_a_fault_is_told_in_the_language_of_its_address(tmp_path):
    with interface(tmp_path):
        site = Site(CONTENT, Settings(), {CODE: catalogs(LOADED)})
        client = GuideApp(site, today=lambda: 1 / 0).test_client()
        for code, start in (("en", ENGLISH), (CODE, FOREIGN), ("fr", ENGLISH)):
            page = client.get(f"/{code}/crisis/danger/")
            assert (page.status_code, html_of(page)) == (500, start)


def test_a_moved_step_redirects_inside_its_language(made):
    tree = CONTENT.trees["crisis"].model_copy(update={"moved": {"old": "call-911"}})
    client = made(CONTENT.model_copy(update={"trees": {"crisis": tree}}))
    for code in ("en", CODE, "fr"):
        for tail in ("", "step.html"):
            answer = client.get(f"/{code}/crisis/old/{tail}?x={CANARY}")
            assert (answer.status_code, answer.location) == (301, f"/{code}/crisis/call-911/{tail}")


def test_the_first_page_is_in_the_first_language_of_the_settings(made):
    assert html_of(made().get("/")) == ENGLISH
    client = made(languages=[CODE, "en"])
    assert html_of(client.get("/")) == html_of(client.get("/crisis/")) == html_of(client.get("/nope/nope")) == FOREIGN
    links = re.findall(r'rel="alternate" hreflang="(..)"', client.get("/").text)
    assert links == [CODE, "en"]


def test_the_settings_restrict_the_languages(made):
    client = made(languages=["en"])
    page = client.get(f"/{CODE}/crisis/danger/")
    assert html_of(page) == ENGLISH and "This guide is not in Hebrew yet." in page.text
    assert 'class="language"' not in page.text
    only = made(languages=[CODE])
    assert html_of(only.get(f"/{CODE}/crisis/danger/")) == FOREIGN
    for code in ("en", "fr"):
        page = only.get(f"/{code}/crisis/danger/")
        assert (page.status_code, html_of(page)) == (404, FOREIGN)


def test_the_wishes_of_the_browser_change_no_page(made):
    """One address has one body, and nothing redirects by language."""
    client = made()
    for path in ("/", "/en/crisis/danger/", f"/{CODE}/crisis/danger/?lang=fr", "/fr/", "/nope/"):
        plain, asked = client.get(path), client.get(path, headers={"Accept-Language": "he, es;q=0.5"})
        assert (plain.status_code, plain.data) == (asked.status_code, asked.data)
        assert "Accept-Language" not in asked.headers.get("Vary", "")
