"""Where are you? In every part of the United States a step that speaks of a crisis team says how one comes there."""

import datetime
import html
import re
from pathlib import Path

import pytest
from matrix import some
from real import CONTENT
from table import rendered

from helper.interface import Interface
from helper.model.contacts import Team
from helper.model.settings import Settings
from helper.places import teams
from helper.reading import grade
from helper.site import KIOSK, Site
from helper.views.team import answers_of, sentence

DAY = datetime.date(2026, 11, 26)
SITE = Site(CONTENT, Settings())
ASKING = [(tree, name) for tree, guide in CONTENT.trees.items() for name, step in guide.steps.items() if step.where]
JURISDICTIONS = [
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "dc", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky", "la",
    "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd", "oh", "ok", "or",
    "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "as", "gu", "mp", "pr", "vi",
]  # fmt: skip


TABLE = Path(__file__).parent.parent / "docs" / "where.md"


def table() -> str:
    """What each place says, read from its page of the step that asks for a team, and where that comes from."""
    rows = []
    for place_id, place in sorted(CONTENT.places.items(), key=lambda pair: pair[1].name):
        page = rendered(SITE.edition("en", place_id), DAY, "partial", "crisis", "team")
        answers = [words_of(part).strip() for part in re.findall(r'<p class="local"[^>]*>(.*?)(?:<span|</p>)', page)]
        own = {one.source: CONTENT.sources[one.source].title for one in place.team}
        told = "<br>".join(answers[: len(said(place_id))])
        rows.append(f"| {place.name} | {told} | {'<br>'.join(own.values()) or 'as around it'} |\n")
    head = (
        "# How a crisis team comes, place by place\n\nWritten by `tests/test_where.py` from the pages of the guide.\n\n"
    )
    return f"{head}| Place | What its page says | Source |\n|---|---|---|\n{''.join(rows)}"


def test_the_table_of_places_is_what_the_pages_say():
    assert TABLE.read_text() == table(), "run python tests/test_where.py"


def words_of(page: str) -> str:
    return html.unescape(re.sub(r"\\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def said(place: str, language: str = "en", day: datetime.date = DAY) -> list[str]:
    return [answer.text for answer in answers_of(SITE.edition(language, place), place, day)]


def team(**keys: object) -> Team:
    return Team.model_validate({"source": "s", "verified": "2025", "expires": "2027-01-01"} | keys)


@pytest.mark.parametrize("place", [*JURISDICTIONS, "navajo-nation"])
def test_every_jurisdiction_has_an_answer_of_its_own(place):
    assert CONTENT.places[place].team
    assert all("988" in answer for answer in said(place))


@pytest.mark.parametrize("language", SITE.languages)
@pytest.mark.parametrize("place", CONTENT.places)
def test_an_answer_is_short_and_plain(place, language):
    for answer in said(place, language):
        for part in re.split(r"(?<=:) ", answer, maxsplit=1)[-1:]:
            assert len(part.split()) <= 34 and ("%" not in part)
        if language == "en":
            assert grade(answer) <= 6.5, answer


def test_a_day_that_passes_leaves_no_place_without_an_answer():
    for place in CONTENT.places:
        later = said(place, day=datetime.date(2039, 1, 2))
        assert later
        assert all(answer.endswith("We do not know if a team can come here. Call 988 and ask.") for answer in later)


def test_without_a_line_that_may_be_shown_nobody_is_sent_to_it():
    places = {"town": CONTENT.places["ga"]}
    hidden = {"ga-gcal": CONTENT.places["ga"].contacts["ga-gcal"].model_copy(update={"status": "unchecked"})}
    assert [one.way for one in teams(places, "town", DAY)] == ["line"]
    unchecked = {"town": places["town"].model_copy(update={"contacts": hidden})}
    assert [one.way for one in teams(unchecked, "town", DAY)] == ["unknown"]


def test_the_answer_of_the_nearest_place_counts():
    assert said("pa-bucks") == said("pa") and said("mn-hennepin") != said("mn")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (
            {"way": "988", "certain": "true"},
            "988 can send a team. Call 988. Say where you are. Say: “Please send a mobile team.”",
        ),
        (
            {"way": "988", "max_age": "20", "ask_for": "MRSS team"},
            "Up to age 20: 988 may send a team. Call 988. Say where you are. Ask for the MRSS team.",
        ),
        (
            {"way": "988", "min_age": "21", "police": "may come"},
            "Age 21 and over: 988 may send a team. Police may come too. You can ask. "
            "Call 988. Say where you are. Ask for a mobile team.",
        ),
        (
            {"way": "line", "lines": ["a", "b"], "min_age": "2", "max_age": "20"},
            "Age 2 to 20: One of the lines here may send a team. Ask them for a mobile team. No answer? Call 988.",
        ),
        ({"way": "none"}, "We know of no team here. Call 988. They can tell you who can come."),
    ],
)
def test_an_answer_in_words(keys, text):
    assert sentence(Interface("en"), team(**keys), ["A", "B"]) == text


def test_no_place_promises_that_police_stay_away_but_where_a_source_says_so():
    without = {place for place in CONTENT.places for one in CONTENT.places[place].team if one.police == "without"}
    assert without == {"ca-los-angeles", "ca-san-diego", "ca-santa-clara"}


@pytest.mark.parametrize("node", ASKING, ids="/".join)
def test_a_step_that_speaks_of_a_team_asks_where_and_comes_back_with_the_answer(node):
    asked = rendered(SITE, DAY, "partial", *node)
    chooser = SITE.url(*node, "where")
    assert asked.count(f'href="{chooser}"') == 1
    page = rendered(SITE, DAY, "where", *node)
    back = dict(re.findall(r'<li data-place="([^"]*)"><a href="([^"]*)">', page))
    assert set(back) == set(CONTENT.places)
    for place, address in back.items():
        assert address == f"{SITE.edition('en', place).url(*node)}#where"
    assert f'href="{SITE.url(*node)}">Go on without a place' in page


READERS = {
    "or-lane": ("541-682-1001", "Age 18 and over: Lane County crisis line can send a team.", "Up to age 17: 988 can"),
    "oh": ("Up to age 20: 988 can send a team.", "MRSS team", "Age 21 and over: 988 may send a team."),
    "tx": ("Counties or regions have teams of their own. Call 988.",),
    "ca-los-angeles": ("800-854-7771", "can send a team. It comes without police if no one is in danger. Tell them:"),
    "ny": ("Parts of it have a team. Call 988.",),
    "ny-city": ("“Please send the mobile crisis team.”",),
    "pr": ("988 may send a team.",),
    "gu": ("Age 18 and over: 988 may send a team. Police may come too.",),
    "navajo-nation": ("988 may send a team.",),
    "hi": ("988 can send a team.",),
    "ak": ("Parts of it may have a team.",),
    "pa-philadelphia": ("988 can send a team.",),
    "wv": ("844-435-7498", "Up to age 21:", "Age 22 and over: Parts of it have a team."),
    "de": ("800-652-2929", "800-345-6785", "Age 18 and over:", "Up to age 17: We do not know"),
    "nj": ("877-652-7624", "Age 5 to 17: PerformCare can send a team.", "Age 18 and over: 988 can send a team."),
    "wi": ("Counties or regions have teams of their own.", "Police may come too."),
    "wy": ("We know of no team here. Call 988.",),
    "nh": ("988 may send a team.",),
    "ga": ("800-715-4225",),
    "ks": ("988 may send a team.",),
    "as": ("We know of no team here.",),
    "vi": ("We know of no team here.",),
    "mp": ("We do not know if a team can come here.",),
    "mn-hennepin": ("612-596-1223", "612-348-2233", "Up to age 17:", "Age 18 and over:"),
}


@pytest.mark.parametrize("place", READERS)
@pytest.mark.parametrize("step", ["team", "no-cit"])
def test_a_reader_somewhere_reads_what_is_so_there(place, step):
    page = words_of(rendered(SITE.edition("en", place), DAY, "partial", "crisis", step))
    assert all(text in page for text in (CONTENT.places[place].name, *READERS[place]))


@pytest.mark.parametrize("place", some(READERS, 4))
def test_the_answer_is_there_on_paper_in_spanish_and_on_a_kiosk_of_the_place(place):
    paper = words_of(rendered(SITE.edition("en", place), DAY, "all", "crisis"))
    assert all(text in paper for text in READERS[place])
    spanish = words_of(rendered(SITE.edition("es", place), DAY, "partial", "crisis", "team"))
    assert all(answer in spanish for answer in said(place, "es"))
    kiosk = Site(CONTENT, Settings.model_validate({"kiosk": {"place": place}})).kiosk
    screen = rendered(kiosk, DAY, "partial", "crisis", "team")
    assert kiosk.mode == KIOSK and "/where/" not in screen
    assert all(answer in words_of(screen) for answer in said(place))


@pytest.mark.parametrize("node", ASKING, ids="/".join)
def test_where_it_is_an_emergency_nothing_of_a_place_stands_before_911_or_the_answers(node):
    step = CONTENT.trees[node[0]].steps[node[1]]
    page = rendered(SITE.edition("en", "ga"), DAY, "partial", *node)
    here = page.index('id="where"')
    assert ("Stay on with 911." in page) == (step.urgency == "emergency")
    if step.urgency == "emergency":
        assert page.index("tel:911") < here and page.index('class="choices"') < here
        assert page.index('class="choices"') < page.index("800-715-4225")
    elif not step.phone:
        assert here < page.index('class="choices"') if step.choices else True


def test_a_page_with_a_place_is_little_heavier():
    plain, there = (len(rendered(site, DAY, "partial", "crisis", "team")) for site in (SITE, SITE.edition("en", "va")))
    assert there - plain < 600, "characters, before compression"


if __name__ == "__main__":
    TABLE.write_text(table())
