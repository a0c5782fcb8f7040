"""How content becomes words and buttons: tables over plain functions and small trees."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from babel.core import get_global
from markupsafe import Markup
from table import rendered

from helper.interface import interface_for as interface
from helper.interface import languages
from helper.model.contacts import Contact, Hours, Source
from helper.model.content import Content
from helper.model.fields import ZONES
from helper.model.settings import Settings
from helper.model.tree import Choice, Line, Step, Topic, Tree
from helper.site import Site
from helper.views.contact import Message, contact_view, dial
from helper.views.step import html, step_view

DAY = datetime.date(2026, 11, 23)
SHOP = {"name": "Bicycle shop", "hours": "always", "source": "sign", "verified": "2026", "expires": "2027-01-01"}


def contact(**more):
    return Contact.model_validate(SHOP | more)


def site(contacts=None, **steps):
    tree = Tree(title="Bicycles", start="ride", edited="2026-11-23", review_by="2027-11-23", steps=steps)
    source = Source(title="A sign", checked="2026-11-23")
    found = Content(trees={"bicycle": tree}, contacts=contacts or {}, sources={"sign": source})
    return Site(found, Settings(home="bicycle"))


@pytest.mark.parametrize(
    ("given", "message", "buttons"),
    [
        ({"call": "988"}, "", [("call", "tel:988", "Call 988", True)]),
        (
            {"call": "800-555-0100", "press": "2"},
            "",
            [("call", "tel:+18005550100", "Call 800-555-0100, then press 2", True)],
        ),
        (
            {"text": "741741", "word": "HOME"},
            "I am here.",
            [("text", "sms:741741?&body=HOME", "Text HOME to 741741", True)],
        ),
        (
            {"text": "911"},
            "I can't talk.\nAddress: ",
            [("text said", "sms:911?&body=I%20can%27t%20talk.%0AAddress%3A%20", "Text 911", True)],
        ),
        ({"text": "988"}, "I am here.", [("text", "sms:988", "Text 988", True)]),
        (
            {"chat": "https://www.shop.example/x"},
            "",
            [("chat", "https://www.shop.example/x", "Chat at shop.example", False)],
        ),
        ({"tty": "800-555-0101"}, "", [("tty", "tel:+18005550101", "TTY 800-555-0101", False)]),
    ],
)
def test_a_contact_becomes_buttons(given, message, buttons):
    messages = [Message("", "", "", message)] if message else []
    found = contact_view(site({"shop": contact(**given)}, ride=Step(title="Ride")), "shop", messages)
    assert [(way.kind, way.href, way.label, way.needs_phone) for way in found.ways] == buttons


@pytest.mark.parametrize(
    ("number", "dialled"),
    [("911", "911"), ("741741", "741741"), ("800-555-0100", "+18005550100"), ("1-800-555-0100", "18005550100")],
)
def test_a_number_is_dialled_as_it_is_typed(number, dialled):
    assert dial(number) == dialled


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("always", "Open all day, every day"),
        ("varies", "Hours vary"),
        (
            Hours(days="Mon-Fri", open="10:00", close="18:00", zone="America/Los_Angeles"),
            "Monday to Friday, 10 a.m. to 6 p.m. Pacific Time",
        ),
        (
            Hours(days="Mon-Sun", open="00:30", close="12:00", zone="America/New_York"),
            "Every day, 12:30 a.m. to noon Eastern Time",
        ),
        (
            Hours(days="Mon-Sun", open="17:00", close="02:00", zone="America/Chicago"),
            "Every day, 5 p.m. to 2 a.m. Central Time",
        ),
        (
            Hours(days="Mon-Fri", open="17:00", close="00:00", zone="America/Phoenix"),
            "Monday to Friday, 5 p.m. to midnight Arizona Time",
        ),
        (
            Hours(days="Mon-Fri", open="00:00", close="24:00", zone="Pacific/Honolulu"),
            "Monday to Friday, all day, Hawaii Time",
        ),
    ],
)
def test_hours_are_words(hours, words):
    assert interface("en").hours(hours) == words


@pytest.mark.parametrize("language", languages())
def test_zones_with_one_name_have_one_time_on_every_day_of_the_year(language):
    noon = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
    named = {}
    for zone in ZONES:
        words = interface(language).hours(Hours(days="Mon-Sun", open="09:00", close="17:00", zone=zone))
        clock = [(noon + datetime.timedelta(n)).astimezone(ZoneInfo(zone)).hour for n in range(365)]
        assert "(" not in words
        assert named.setdefault(words, clock) == clock, words


def test_the_zones_are_all_those_of_states_and_territories_where_people_live():
    territories = {"US", "PR", "VI", "GU", "MP", "AS"}
    assert set(ZONES) == {zone for zone, at in get_global("zone_territories").items() if at in territories}


@pytest.mark.parametrize(
    ("dated", "words"),
    [
        ("2022", "2022, read November 23, 2026"),
        ("2022-01", "January 2022, read November 23, 2026"),
        ("2022-01-20", "January 20, 2022, read November 23, 2026"),
        ("undated", "no date of its own, read November 23, 2026"),
    ],
)
def test_a_source_shows_its_own_date_and_when_it_was_read(dated, words):
    assert interface("en").dates(dated, DAY) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("**One** <b>two</b>", "<p><strong>One</strong> &lt;b&gt;two&lt;/b&gt;</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("[x](https://evil.example)", "<p>[x](https://evil.example)</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
    ],
)
def test_markdown_makes_paragraphs_lists_and_emphasis_only(text, shown):
    assert html(text) == Markup(shown)


def spoken(line, step_ids=(), **topics):
    """A line as a step of a small guide shows it."""
    steps = {step_id: Step(title=step_id, choices=(Choice(label="Yes", go="ride", id="yes"),)) for step_id in step_ids}
    made = site(ride=Step(title="Ride", say=(line,)), **steps)
    made = Site(made.content.model_copy(update={"topics": topics}), made.settings)
    return step_view(made, DAY, "bicycle", "ride").say[0]


def test_a_line_marks_its_blanks_and_escapes_the_rest():
    line = spoken(Line(line="I am at (my <street>)."))
    assert line.said.words == Markup('I am at <span class="blank">(my &lt;street&gt;)</span>.')
    assert (line.said.original, line.said.sent, line.instead) == (None, None, ())


def test_a_variant_carries_its_condition_for_the_script_and_in_words():
    topic = Topic.model_validate({"ask": "Who?", "options": [{"id": "me", "tap": "Me"}, {"id": "with", "tap": "Here"}]})
    variant = {"when": {"who": ["me", "with"], "flat": "yes"}, "line": "My tire is flat."}
    line = spoken(Line.model_validate({"line": "It is flat.", "instead": [variant]}), ["flat"], who=topic)
    assert [(one.when, one.condition, one.said.words) for one in line.instead] == [
        ("who=me|with&bicycle/flat=yes", "Me / Here, Yes", "My tire is flat.")
    ]


def test_lines_that_never_close_come_first():
    shop = contact(call="800-555-0100", hours={"days": "Mon-Fri", "open": "09:00", "close": "17:00",
                                               "zone": "America/New_York"})  # fmt: skip
    night = contact(call="800-555-0101")
    step = Step(title="Help", outcome="true", urgency="routine", contacts=("shop", "night"))
    view = step_view(site({"shop": shop, "night": night}, ride=step), DAY, "bicycle", "ride")
    assert [one.id for one in view.contacts] == ["night", "shop"]


@pytest.mark.parametrize(("day", "shown"), [(datetime.date(2027, 1, 1), 1), (datetime.date(2027, 1, 2), 0)])
def test_a_contact_is_offered_until_the_day_it_expires(day, shown):
    step = Step(title="Help", outcome="true", urgency="routine", contacts=("shop",))
    view = step_view(site({"shop": contact(call="800-555-0100")}, ride=step), day, "bicycle", "ride")
    assert (len(view.contacts), view.hidden) == (shown, 1 - shown)


def test_a_question_tells_how_many_can_follow():
    ask = Step(title="Is it flat?", choices=(Choice(label="Yes", go="pump"), Choice(label="No", go="chain")))
    chain = Step(title="Is the chain off?", choices=(Choice(label="Yes", go="pump"),))
    pump = Step(title="Pump", outcome="true", urgency="routine")
    made = site(ride=ask, chain=chain, pump=pump)
    assert [step_view(made, DAY, "bicycle", name).left for name in ("ride", "chain", "pump")] == [2, 1, 0]
    assert "At most 1 more question after this one." in rendered(made, DAY, "partial", "bicycle", "ride")
    assert "This is the last question." in rendered(made, DAY, "partial", "bicycle", "chain")
    assert "question" not in rendered(made, DAY, "partial", "bicycle", "pump")


def test_many_asides_fold_but_for_those_of_readers_who_can_not_use_the_numbers():
    asides = tuple(Choice(label=name, go=name, kind="aside") for name in ("a", "b", "c", "text", "abroad"))
    ends = {choice.go: Step(title=choice.label, outcome="true", urgency="routine") for choice in asides}
    ride = Step(title="Is it flat?", choices=(Choice(label="Yes", go="a"), *asides))
    made = site(ride=ride, **ends)
    tree = made.content.trees["bicycle"].model_copy(update={"no_voice": "text", "abroad": "abroad"})
    made = Site(made.content.model_copy(update={"trees": {"bicycle": tree}}), made.settings)
    view = step_view(made, DAY, "bicycle", "ride")
    assert [aside.label for aside in view.asides] == ["text", "abroad"]
    assert [aside.label for aside in view.folded] == ["a", "b", "c"]


def test_texts_of_a_tree_are_escaped():
    step = Step(title='<i>"Ride" & go</i>', why="<b>", choices=(Choice(label="<u>", go="ride", id="up"),))
    html = rendered(site(ride=step.model_copy(update={"outcome": True})), DAY, "partial", "bicycle", "ride")
    assert "<i>" not in html and "<b>" not in html and "<u>" not in html
    assert 'data-title="&lt;i&gt;&#34;Ride&#34; &amp; go&lt;/i&gt;"' in html
