"""The same step in every form, as partial, page, offline copy, on paper and in one file, says and offers the same."""

import json
import re
from html.parser import HTMLParser

import pytest
from matrix import some
from real import CONTENT, LOADED
from small_site import DAY
from table import rendered

from helper.model.settings import Settings
from helper.site import Site
from helper.views.paper import file as one_file
from helper.views.step import step_view
from helper.walks import target

SITE = Site(CONTENT, Settings(public_address="https://guide.example/"), LOADED.catalogs)
GUIDES = [(language, tree) for language in SITE.languages for tree in CONTENT.trees]


class Words(HTMLParser):
    """The words of a piece of HTML, and its links with theirs."""

    def __init__(self, source):
        super().__init__()
        self.all, self.links, self.open = [], [], None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and "href" in found:
            self.open = (found["href"], len(self.all))

    def handle_endtag(self, tag):
        if tag == "a" and self.open:
            href, start = self.open
            self.links.append((href, flat("".join(self.all[start:]))))
            self.open = None

    def handle_data(self, data):
        self.all.append(data)

    @property
    def text(self):
        return flat("".join(self.all))


def flat(text):
    return " ".join(text.split())


def sections(source):
    """The steps of a guide on one page: the HTML of each by its number."""
    return {
        int(n): body
        for n, body in re.findall(r'<section class="one[^"]*" id="step-(\d+)"(.*?)</section>', source, re.S)
    }


def calls(found):
    """The addresses of contacts among the links, each once."""
    return {href for href, _ in found.links if href.startswith(("tel:", "sms:"))}


def title_of(source):
    return flat(Words(re.search(r"<h[12][^>]*>(.*?)</h[12]>", source, re.S)[1]).text)


@pytest.mark.parametrize("guide", some(GUIDES, 3), ids=["-".join(guide) for guide in GUIDES])
def test_four_renderings_of_every_step_hold_together(guide):
    language, tree_id = guide
    site = SITE.edition(language)
    tree = site.shown.trees[tree_id]
    paper, file = sections(rendered(site, DAY, "all", tree_id)), sections(one_file(site, DAY, tree_id))
    copy = json.loads(rendered(site, DAY, "bundle", tree_id))["steps"]
    assert list(paper) == list(file) == list(range(1, len(tree.steps) + 1))
    at = {re.search(r'data-id="([^"]*)"', body)[1]: n for n, body in paper.items()}
    for step_id, step in tree.steps.items():
        page, partial = rendered(site, DAY, "step", tree_id, step_id), rendered(site, DAY, "partial", tree_id, step_id)
        assert partial in page
        assert copy[site.url(tree_id, step_id)] == partial
        part, n = Words(partial), at[f"{tree_id}/{step_id}"]
        one, other = Words(paper[n]), Words(file[n])
        # The sheet to fill in is a page of the site, which a file on a stick does not have.
        assert Words(re.sub(r'<p class="sheet">.*?</p>', "", paper[n])).text == other.text
        assert calls(one) == calls(other) == calls(part)
        view = step_view(site, DAY, tree_id, step_id)
        said = [Words(str(line.said.words)).text for line in (*view.first, *view.say)]
        said += [Words(str(variant.said.words)).text for line in (*view.first, *view.say) for variant in line.instead]
        said += [*view.do, *(topic.ask for topic in view.asked)]
        blocks = [step.title, *(Words(str(text)).text for _, text in view.more), *said, step.why or "", step.ask or ""]
        blocks += [Words(str(view.text or "")).text, *(said.text for said in view.local)]
        blocks += [name for contact in (*view.contacts, *view.also) for name in (contact.name,)]
        for block in map(flat, blocks):
            assert block in part.text and block in one.text
        for choice in step.choices:
            goal = target(tree_id, choice.go)
            assert (site.url(*goal), flat(choice.label)) in part.links
            title = flat(site.shown.trees[goal[0]].steps[goal[1]].title)
            number = at.get("/".join(goal))
            if goal[0] == tree_id:
                assert title_of(paper[number]) == title_of(file[number]) == title
                link = f"#step-{number}", f"{flat(choice.label)} → {number}"
                assert link in one.links and link in other.links
            else:
                name = f"{flat(choice.label)} → {flat(site.shown.trees[goal[0]].title)}: {title}"
                assert (site.url(*goal), name) in one.links and name in other.text


@pytest.mark.parametrize("guide", some(GUIDES, 3), ids=["-".join(guide) for guide in GUIDES])
def test_every_sentence_of_every_topic_is_on_paper_once_with_what_it_is_for(guide):
    language, tree_id = guide
    site = SITE.edition(language)
    asked = {topic for step in site.shown.trees[tree_id].steps.values() for topic in step.asked}
    for page in (rendered(site, DAY, "all", tree_id), one_file(site, DAY, tree_id)):
        text = Words(page).text
        for topic in (site.shown.topics[name] for name in asked):
            for option in topic.options:
                for line in (option.line, *(variant.line for variant in option.instead)):
                    assert line is None or flat(line) in text and flat(option.tap) in text
            for line in topic.lines:
                for words in (line.line, *(variant.line for variant in line.instead)):
                    assert flat(words) in text


@pytest.mark.parametrize("language", SITE.languages)
def test_the_first_step_is_step_1(language):
    site = SITE.edition(language)
    for tree_id, tree in site.shown.trees.items():
        assert title_of(sections(rendered(site, DAY, "all", tree_id))[1]) == flat(tree.steps[tree.start].title)


def test_the_cover_has_the_numbers_the_day_and_the_address_as_a_qr_code():
    page = rendered(SITE, DAY, "all", "crisis")
    cover = re.search(r'<header class="cover">(.*?)</header>', page, re.S)[1]
    for words in ("911", "988", "Numbers as of November 23, 2026.", "https://guide.example/en/crisis/"):
        assert words in Words(cover).text
    assert "<svg" in cover
