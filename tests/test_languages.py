"""Every language has the whole guide: the same steps, ways and numbers, and no English that nobody meant."""

import datetime
import re
import shutil
from html.parser import HTMLParser

import pytest
import small_site
from matrix import some
from pseudo import CODE, catalogs, interface, pseudo
from real import CONTENT, LOADED
from table import rendered

from helper.catalog import Foreign
from helper.guide import read
from helper.headers import HTML
from helper.interface import LANGUAGE, LOCALE, languages
from helper.model.contacts import Place
from helper.model.settings import Settings
from helper.pages import PAGES, addresses_of
from helper.problem import ContentError
from helper.server.app import GuideApp
from helper.site import Site
from helper.translate import status, translated, update_interface
from helper.views import errors, paper
from helper.views.contact import contact_view
from helper.views.step import step_view

DAY = datetime.date(2026, 11, 23)
SITE = Site(CONTENT, Settings(), LOADED.catalogs)
OTHERS = tuple(code for code in SITE.languages if code != LANGUAGE)
STEPS = [(tree, step) for tree, found in CONTENT.trees.items() for step in found.steps]
BESIDE = {"hours": "always", "source": "samhsa-988-faq", "verified": "2025", "expires": "2027-01-01"}
PLACES = {
    "mn": Place.model_validate({
        "name": "555",  # names of places are not translated
        "kind": "state",
        "contacts": {"mn-desk": {"name": "555", "call": "800-555-0100", "beside": ["211"], **BESIDE}},
        "notes": [],
    }),
}  # fmt: skip
"""A place, with nothing in it to translate."""

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SPOKEN = (
    "aria-label", "title", "placeholder", "alt", "data-title", "data-text", "data-failed", "data-open", "data-closed",
)  # fmt: skip
"""The attributes that a reader meets."""


class Page(HTMLParser):
    """What a page says: its texts and spoken attributes, each with its language and with the element it stands in."""

    def __init__(self, html, lang=""):
        super().__init__()
        self.open = [("", lang)]
        self.said = []
        self.html = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "html":
            self.html = found
        lang = found.get("lang") or self.open[-1][1]
        self.said += [(found[name], lang, f"{tag} {name}") for name in SPOKEN if found.get(name)]
        self.said += Page(found["data-html"], lang).said if "data-html" in found else []
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open[-1][0] == tag, (self.open, tag)
        self.open.pop()

    def handle_data(self, data):
        if self.open[-1][0] not in ("script", "style") and data.strip():
            self.said.append((data.strip(), self.open[-1][1], self.open[-1][0]))


# The guides, in each language that is offered


def both(node, language):
    """A step in English and in another language, as its template gets it."""
    return step_view(SITE, DAY, *node), step_view(SITE.edition(language), DAY, *node)


def ways(choices, language):
    """The ids and addresses of choices, as they would be in English."""
    return [(one.key, one.href.replace(f"/{language}/", "/en/"), one.partial.replace(f"/{language}/", "/en/"))
            for one in choices]  # fmt: skip


def with_versions(ids, language):
    """The contacts of English pages, and those in the language before them."""
    table = CONTENT.contacts
    found = []
    for contact_id in ids:
        found += [name for name, one in table.items() if (one.version_of, one.lang) == (contact_id, language)]
        found.append(contact_id)
    return list(dict.fromkeys(found))


def test_there_is_another_language():
    assert "es" in OTHERS


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_a_step_is_the_same_in_each_language(node, language):
    """The same contacts, choices, topics and lines, in the same order; only the words and the language differ."""
    english, other = both(node, language)
    contacts = list(dict.fromkeys(with_versions([one.id], language)[0] for one in english.contacts))
    assert [one.id for one in other.contacts] == contacts
    everyone = with_versions([one.id for one in (*english.contacts, *english.also)], language)
    assert {one.id for one in (*other.contacts, *other.also)} == set(everyone)
    for kind in ("choices", "worse", "asides", "folded"):
        assert ways(getattr(other, kind), language) == ways(getattr(english, kind), "en")
    for kind in ("asked", "kept"):
        assert [options(topic) for topic in getattr(other, kind)] == [
            options(topic) for topic in getattr(english, kind)
        ]
    for kind in ("first", "say"):
        assert [conditions(line) for line in getattr(other, kind)] == [
            conditions(line) for line in getattr(english, kind)
        ]
    for kind in ("id", "outcome", "urgency", "phone", "picked", "hidden", "draft", "left"):
        assert getattr(other, kind) == getattr(english, kind)
    assert len(other.more) == len(english.more) and len(other.sources) == len(english.sources)


def options(topic):
    return topic.id, topic.choose, [(option.id, option.line and conditions(option.line)) for option in topic.options]


def conditions(line):
    return [variant.when for variant in line.instead]


NUMBER = re.compile(r'href="((?:tel|sms):[^"?]*)')


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_the_numbers_of_a_step_are_the_same_in_each_language(node, language):
    """In links every number of the English page, and those of the lines in the language; in texts no other digits."""
    english, _ = both(node, language)
    page = rendered(SITE.edition(language), DAY, "partial", *node)
    ids = with_versions([one.id for one in (*english.contacts, *english.also)], language)
    expected = [way.href.partition("?")[0] for one in ids for way in contact_view(SITE, one).ways]
    assert set(NUMBER.findall(page)) == {href for href in expected if href.startswith(("tel:", "sms:"))}
    digits = [
        sorted(re.findall(r"\d+", text))
        for code in ("en", language)
        for text in [" ".join(text for _, text in shown(code).trees[node[0]].steps[node[1]].texts())]
    ]
    assert digits[0] == digits[1]


def shown(language):
    return SITE.edition(language).shown


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_of_a_guide_or_a_contact_is_in_english(language):
    content = translated(CONTENT, LOADED.catalogs[language])
    texts = [(name, text) for name, tree in content.trees.items() for text in (tree.title, tree.about)]
    texts += [(f"{name}/{step_id} {path}", text) for name, tree in content.trees.items()
              for step_id, step in tree.steps.items() for path, text in step.texts()]  # fmt: skip
    texts += [(name, text) for name, one in content.contacts.items() for text in (one.name, one.about)]
    assert [name for name, text in texts if isinstance(text, Foreign)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_word_around_the_steps_is_in_english(language, tmp_path, monkeypatch):
    """helper/locale/LANGUAGE.po is whole: with what the pages say today nothing is missing or to be read again."""
    shutil.copy(LOCALE / f"{language}.po", tmp_path)
    monkeypatch.setattr("helper.translate.LOCALE", tmp_path)
    [found] = map(status, update_interface(language).values())
    assert (found.fuzzy, found.missing) == (0, 0), str(found)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_a_page_says_its_language_and_where_its_steps_are(node, language):
    for code in (LANGUAGE, language):
        html = rendered(SITE.edition(code), DAY, "step", *node)
        assert Page(html).html["lang"] == code
        assert f'<body hx-ignore data-home="/{code}/">' in html
        for link in re.findall(r'<a[^>]* hx-get="([^"]*)"', html):
            assert link.startswith(f"/{code}/")


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_every_line_to_say_has_the_english_words_below_it(node, language):
    """Who answers the call may know only English: each line stands there in both, and says which is which."""
    step = CONTENT.trees[node[0]].steps[node[1]]
    _, other = both(node, language)
    assert [one.said.original.striptags() for one in (*other.first, *other.say)] == [
        re.sub(r"\((?![^()]* / )[^()]+\)", "(…)", line.line) for line in (*step.first, *step.say)
    ]
    html = rendered(SITE.edition(language), DAY, "partial", *node)
    shown = html.count("<q>") + html.count("<q data-sent")
    assert html.count('<q class="original" lang="en" dir="ltr">') == shown == html.count('class="original"')
    assert 'class="original"' not in rendered(SITE, DAY, "partial", *node)


# A language that nobody speaks: what is English on its pages was forgotten


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The site in that language, with a place."""
    with interface(tmp_path_factory.mktemp("locale")):
        content = CONTENT.model_copy(update={"places": PLACES})
        found = Site(content, Settings(public_address="https://5.example/"), {CODE: catalogs(LOADED)})
        assert found.languages == (LANGUAGE, CODE)
        assert languages() == (LANGUAGE, *sorted((*OTHERS, CODE)))
        yield found.edition(CODE)


LATIN = re.compile(r"[A-Za-z]{2,}")
"""A letter alone is a name, as of a question on paper."""
WEB = re.compile(r"\b(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?")
"""Names of hosts and addresses, which are the same everywhere."""
TYPED = {one.word for one in CONTENT.contacts.values() if one.word}
"""What to send as a text, letter for letter."""


def forgotten(html, lang=CODE):
    """The texts of a page that are in Latin letters although the page says that they are in the other language."""
    found = []
    for text, language, where in Page(html, lang).said:
        rest = LATIN.findall(WEB.sub("", text))
        if language == CODE and any(word not in TYPED for word in rest):
            found.append((where, text))
    return found


def test_a_text_that_was_forgotten_is_found():
    page = '<html lang="he"><p>Call <b lang="en">Call</b> <a title="Tip" href="/">988</a> 988.org</p></html>'
    assert forgotten(page) == [("p", "Call"), ("a title", "Tip")]


@pytest.mark.parametrize("node", STEPS, ids="/".join)
def test_every_word_of_a_step_can_be_translated(made, node):
    assert forgotten(rendered(made, DAY, "step", *node)) == []


TREES = tuple(CONTENT.trees)


@pytest.mark.parametrize("page", [page for page in PAGES if "<step>" not in page.path], ids=lambda page: page.name)
def test_every_word_of_every_other_page_can_be_translated(made, page):
    for address in addresses_of(made, page):
        if page.type == HTML:
            assert forgotten(address.body(DAY).decode()) == []


@pytest.mark.parametrize("tree", TREES)
def test_every_word_of_a_guide_in_one_file_can_be_translated(made, tree):
    assert forgotten(paper.file(made, DAY, tree)) == []


@pytest.mark.parametrize("status", [400, 404, 405, 410, 500])
def test_every_word_of_an_error_can_be_translated(made, status):
    assert forgotten(errors.page(made, status, "crisis")) == []


@pytest.mark.parametrize("node", [("crisis", "no-team"), ("crisis", "call-911")], ids="/".join)
def test_every_word_for_a_place_and_a_late_day_can_be_translated(made, node):
    local = made.edition(CODE, "mn")
    assert forgotten(rendered(local, DAY, "step", *node)) == []
    assert forgotten(rendered(local, DAY, "places")) == []
    assert forgotten(rendered(local, datetime.date(2030, 1, 1), "step", *node)) == []


def test_a_page_that_is_written_from_right_to_left_says_so(made):
    for html in (
        rendered(made, DAY, "step", "crisis", "danger"),
        errors.page(made, 404),
        rendered(made, DAY, "map", "crisis"),
        paper.file(made, DAY, "crisis"),
    ):
        assert Page(html).html == {"lang": CODE, "dir": "rtl"}
    english = made.edition(LANGUAGE)
    assert Page(rendered(english, DAY, "step", "crisis", "danger")).html == {"lang": "en"}


def test_english_inside_a_translation_says_so(tmp_path):
    """Without a single translation every text of the guide is marked as English, attributes aside."""
    with interface(tmp_path):
        site = Site(CONTENT, Settings(), {CODE: {}}).edition(CODE)
        found = [
            one for node in STEPS for one in forgotten(rendered(site, DAY, "partial", *node)) if one[0] not in UNMARKED
        ]
        assert found == []
        assert "A part" not in (page := rendered(site, DAY, "step", "crisis", "danger"))
        assert pseudo("A part of this step is in English only.") in page
        found = [one for tree in TREES for one in forgotten(rendered(site, DAY, "all", tree)) if one[0] not in UNMARKED]
        assert found == []


UNMARKED = ("title", "section data-title", "svg aria-label", "a aria-label")
"""Where no element can stand that tells the language."""


def test_an_english_word_around_the_steps_says_so(tmp_path):
    with interface(tmp_path):
        file = tmp_path / f"{CODE}.po"
        file.write_text(re.sub(r'(?m)^msgstr(\[\d\])? "(?!\\n|$).*(\n".*)*', r'msgstr\1 ""', file.read_text()))
        site = Site(CONTENT, Settings(), {CODE: catalogs(LOADED)}).edition(CODE)
        said = Page(rendered(site, DAY, "step", "crisis", "call-911")).said
        wrong = [one for one in said if one[1] == CODE and LATIN.search(one[0]) and "aria" not in one[2]]
        assert [one for one in wrong if one[0] not in TYPED] == []


# The same at its addresses


@pytest.fixture(scope="module")
def client():
    return GuideApp(SITE, today=lambda: DAY).test_client()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("node", some(STEPS, 20), ids="/".join)
def test_every_step_and_partial_is_there_in_each_language(client, node, language):
    page, partial = (client.get(f"/{language}/{'/'.join(node)}/{tail}") for tail in ("", "step.html"))
    assert (page.status_code, partial.status_code) == (200, 200)
    assert partial.text in page.text
    for link in ('href="tel:911"', 'href="tel:988"', 'href="sms:988'):
        assert link in page.text


LINE = "My bicycle will not move. I am at (place)."


def test_a_language_that_is_not_chosen_is_not_judged(tmp_path):
    """A translation that is being made keeps nobody from serving the others."""
    trees = small_site.write(tmp_path / "trees")
    french = small_site.SPANISH.replace("flat title", "shop say.line").replace("Is a tire flat?", LINE)
    (trees / "locale" / "fr").mkdir()
    (trees / "locale" / "fr" / "bike.po").write_text(french)
    settings = tmp_path / "helper.yaml"
    with pytest.raises(ContentError):
        read(trees, settings)
    settings.write_text("home: bike\nlanguages: [en]\n")
    assert set(read(trees, settings)[0].catalogs) == set()
