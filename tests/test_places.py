"""Places: what a state, county, city or clinic adds to the guides, and what it can never change."""

import datetime
import html
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from matrix import some
from table import rendered

from helper import data_dir
from helper.check import check_path, report
from helper.cli import main
from helper.guide import read
from helper.loading.folder import load
from helper.model.contacts import LocalContact, Note, Place, Source
from helper.model.settings import Settings
from helper.model.tree import Step
from helper.places import local_contacts, notes, placed
from helper.problem import ContentError
from helper.server.app import GuideApp
from helper.site import Site
from helper.views.contact import dial
from helper.views.frame import web_frame

DAY = datetime.date(2026, 11, 23)
LAST = datetime.date(2027, 5, 23)
"""The last day of every line that is offered."""
CLINIC = Path(__file__).parent.parent / "docs" / "examples" / "clinic"
LOADED = load(data_dir("trees"), CLINIC / "places")
REAL = LOADED.content
SITE = Site(REAL, Settings())
STEPS = [(tree, step) for tree, found in REAL.trees.items() for step in found.steps]
PARTIALS = {node: rendered(SITE, DAY, "partial", *node) for node in STEPS}
LINK = re.compile(r'(?:href|hx-get|hx-push-url)="([^"]*)"')


def line(call="800-555-0101", beside=("211",), **more):
    own = {"name": f"Line {call}", "call": call, "hours": "always", "source": "our-advice", "verified": "2026"}
    return LocalContact.model_validate({**own, "beside": list(beside), "expires": LAST, **more})


def note(text, *beside):
    return Note(text=text, beside=beside, source="our-advice", verified="2026", expires=LAST)


def place(name="Here", parents=(), notes=(), **contacts):
    contacts = {name.replace("_", "-"): one for name, one in contacts.items()}
    return Place(name=name, kind="city", parents=parents, contacts=contacts, notes=notes)


def with_places(**places):
    return REAL.model_copy(update={"places": places})


def ids(content, place_id, step, tree="crisis"):
    return placed(content, place_id).trees[tree].steps[step].contacts


def client_of(content, day=DAY):
    return GuideApp(Site(content, Settings()), today=lambda: day).test_client()


@pytest.fixture(scope="module")
def client():
    return client_of(REAL)


# ── What stands where ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_local_line_stands_before_the_contact_it_stands_beside():
    content = with_places(here=place(own=line()))
    assert ids(REAL, None, "team") == ("988", "211")
    assert ids(content, "here", "team") == ("988", "own", "211")
    assert ids(content, "here", "refuses") == ("988",)


@pytest.mark.parametrize("beside", ["911", "911-text", "988", "211", "relay", "dv-hotline"])
def test_on_an_emergency_step_and_beside_911_local_lines_come_last(beside):
    content = with_places(here=place(own=line(beside=[beside])))
    for tree, step in STEPS:
        before, after = REAL.trees[tree].steps[step], placed(content, "here").trees[tree].steps[step].contacts
        if before.urgency == "emergency" or {"911", "911-text"} & set(before.contacts):
            assert after == (*before.contacts, *(["own"] if beside in before.contacts else []))


def test_a_place_has_the_lines_of_its_parent_and_the_inner_one_wins():
    outer = place(desk=line("800-555-0101"), outer=line("800-555-0102"))
    content = with_places(state=outer, town=place(parents=["state"], desk=line("800-555-0103")))
    found = local_contacts(content.places, "town")
    assert {name: one.call for name, one in found.items()} == {"outer": "800-555-0102", "desk": "800-555-0103"}
    assert set(local_contacts(content.places, "state")) == {"desk", "outer"}


def test_a_place_has_the_notes_of_its_parent_where_their_contact_shows():
    content = with_places(
        state=place(notes=[note("Of the state.", "211")]), town=place(parents=["state"], notes=[note("Own.", "988")])
    )
    both, one = Step(title="Both", contacts=("988", "211")), Step(title="One", contacts=("988",))
    assert [said.text for said in notes(content, "town", both, DAY)] == ["Own.", "Of the state."]
    assert [said.text for said in notes(content, "town", one, DAY)] == ["Own."]
    assert [said.text for said in notes(content, "town", Step(title="Where", where=True), DAY)] == [
        "Own.",
        "Of the state.",
    ]
    assert notes(content, "town", both, LAST + datetime.timedelta(1)) == []
    assert notes(content, None, both, DAY) == []


def test_a_place_inside_itself_ends():
    content = with_places(a=place(parents=["b"], own=line()), b=place(parents=["a"]))
    assert set(local_contacts(content.places, "a")) == {"own"}


# ── What is not offered ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unchecked_line_shows_nowhere_and_the_page_says_how_to_find_one():
    client = client_of(with_places(here=place(own=line(status="unchecked"))))
    page = client.get("/in/here/en/crisis/team/").text
    assert "555-0101" not in page and '<p class="small unchecked">' not in page
    assert 'href="tel:211"' in page and "988 or 211 can find it" in page
    page = client.get("/in/here/en/about/places/").text
    assert "555-0101" not in page and "We have no checked line of its own" in page
    assert 'href="tel:211"' in page and 'class="way call" href="tel:988"' in page


def test_past_its_date_a_line_is_not_offered_and_the_page_says_how_to_find_one():
    content = with_places(here=place(own=line()))
    late = client_of(content, LAST + datetime.timedelta(1))
    for address in ("/in/here/en/crisis/team/", "/in/here/en/about/places/", "/in/here/en/about/"):
        assert "555-0101" in client_of(content, LAST).get(address).text
        assert "555-0101" not in late.get(address).text
    assert 'href="tel:211"' in late.get("/in/here/en/crisis/team/").text


@pytest.mark.parametrize("change", [{"status": "unchecked"}, {"expires": "2026-11-22"}])
def test_a_line_in_the_place_of_another_gives_it_back(change):
    """First to the place around, then to the guide."""
    inner = place(parents=["state"], **{"nami-helpline": line("800-555-0103", [], **change)})
    state = place(**{"nami-helpline": line("800-555-0102", [])})
    page = client_of(with_places(state=state, town=inner)).get("/in/town/en/crisis/plan/").text
    assert "555-0102" in page and "555-0103" not in page and "950-6264" not in page
    page = client_of(with_places(state=place(), town=inner)).get("/in/town/en/crisis/plan/").text
    assert "950-6264" in page and "555-0103" not in page


def test_check_warns_thirty_days_before_a_line_of_a_place_ends():
    def codes(day):
        return {(one.code, one.severity) for one in report(LOADED, day).problems if "/places/" in one.file}

    assert codes(LAST - datetime.timedelta(30)) == set()
    assert codes(LAST - datetime.timedelta(29)) == {("contact-due", "warning")}
    assert codes(LAST + datetime.timedelta(1)) == {("expired-contact", "warning")}


# ── The built-in places ──────────────────────────────────────────────────────────────────────────────────────────────


NUMBERS = {
    "az": {"844-534-4673"},
    "ca-los-angeles": {"800-854-7771"},
    "ca-san-diego": {"888-724-7240"},
    "ca-santa-clara": {"800-704-0900"},
    "ca-sonoma": {"800-746-8181"},
    "de": {"800-652-2929", "800-345-6785", "833-946-7333"},
    "ga": {"800-715-4225"},
    "ma": {"833-773-2445"},
    "mn-dakota": {"952-891-7171"},
    "mn-hennepin": {"612-596-1223", "612-348-2233"},
    "nc": {"855-733-7762"},
    "nj": {"877-652-7624"},
    "or-lane": {"541-682-1001"},
    "wv": {"844-435-7498"},
}
"""Every number of a place that a page may show, by the list of jurisdictions and its second check; and the warm line of
North Carolina, from its official page of 2025. All others wait until a person has called them."""


@pytest.mark.parametrize("name", [name for name in REAL.places if name != "north-clinic"])
def test_a_place_offers_only_numbers_that_two_publishers_have(name):
    lines = [line for line in REAL.places[name].contacts.values() if not line.status]
    assert {number for line in lines for number in line.numbers()} == NUMBERS.get(name, set())
    for one in (*lines, *REAL.places[name].notes):
        assert one.expires <= LAST
        source: Source = REAL.sources[one.source]
        assert source.dated in ("undated", one.verified)


WHO = {
    "wv-crisis-line": ("always", "21", "988"),
    "nj-performcare": ("always", "21", "988"),
    "de-north": ("always", "adults", "New Castle", "north of Kent"),
    "de-south": ("always", "adults", "Sussex", "rest of Kent"),
    "or-lane-line": ("always", "day and night"),
    "az-crisis-line": ("always", "team"),
}


@pytest.mark.parametrize("name", WHO)
def test_a_line_says_for_whom_it_is_and_that_it_never_closes(name):
    contact = next(place.contacts[name] for place in REAL.places.values() if name in place.contacts)
    hours, *words = WHO[name]
    assert contact.hours == hours
    assert all(word in contact.about for word in words)


def test_a_line_that_is_not_for_a_crisis_never_stands_among_crisis_lines():
    listening = [
        contact
        for place in REAL.places.values()
        for contact in place.contacts.values()
        if "Not for a crisis" in (contact.about or "") or re.search("hope line|warm ?line|peer", contact.name, re.I)
    ]
    assert len(listening) >= 2
    for contact in listening:
        assert contact.beside == ("warmlines",) and "Not for a crisis" in contact.about, contact.name


def test_a_text_to_nami_begins_with_the_word_that_it_needs():
    assert '<a class="way text" href="sms:62640?&amp;body=helpline">' in rendered(
        SITE, DAY, "partial", "crisis", "plan"
    )


@pytest.mark.parametrize("name", some(REAL.places, 5))
def test_every_page_of_a_place_has_the_steps_and_choices_of_the_guide_and_numbers_of_the_tables(name):
    site, table = SITE.edition("en", name), placed(REAL, name).contacts
    dialled = {dial(number) for contact in table.values() for number in contact.numbers()}
    choice = re.compile(r'class="choice".*?</a>', re.S)
    for tree, step in STEPS:
        here, plain = rendered(site, DAY, "partial", tree, step), PARTIALS[tree, step]
        assert choice.findall(here.replace(f"/in/{name}/", "/")) == choice.findall(plain)
        assert set(re.findall(r'href="(?:tel|sms):([^"?]+)', here)) <= dialled
        texts = set(re.findall(r"[0-9]{3}-[0-9]{3}-[0-9]{4}", here))
        assert texts <= {number for contact in table.values() for number in contact.numbers()}
        first = re.search(r'class="way [^>]*>', plain)
        if REAL.trees[tree].steps[step].urgency == "emergency" and first:
            assert re.search(r'class="way [^>]*>', here)[0] == first[0]


@pytest.mark.parametrize("name", REAL.places)
def test_every_line_of_a_place_that_is_offered_shows_on_a_step(name):
    shown = {one for tree in placed(REAL, name).trees.values() for step in tree.steps.values() for one in step.contacts}
    assert set(local_contacts(REAL.places, name)) <= shown


@pytest.mark.parametrize("step", ["officers", "wait", "call-911", "call-988", "team"])
def test_a_note_stands_on_the_step_that_shows_its_contact_whatever_the_phone_does(step):
    content = with_places(town=place(notes=[note("Only here.", "911", "988")]))
    site = Site(content, Settings()).edition("en", "town")
    assert rendered(site, DAY, "partial", "crisis", step).count("Only here.") == 1


def test_without_a_place_no_local_line_shows():
    local = {one.call for found in REAL.places.values() for one in found.contacts.values() if one.call} - {"988", "211"}
    for tree, step in STEPS:
        assert not local & set(re.findall(r"[0-9]{3}-[0-9]{3}-[0-9]{4}", rendered(SITE, DAY, "step", tree, step)))


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_of_places_lists_every_place_by_letter_with_its_answer_and_help_for_everybody_else(client):
    page = client.get("/en/about/places/").text
    listed = page[page.index('<div class="places">') : page.index("Is yours not here?")]
    names = [html.unescape(name) for name in re.findall(r'<li data-place="[^"]*"><a[^>]*>([^<]+)</a>', listed)]
    assert set(names) == {one.name for one in REAL.places.values()}
    states = [one.name for one in REAL.places.values() if not one.parents]
    assert [name for name in dict.fromkeys(names) if name in states] == sorted(states)
    assert names.index("Lane County") == names.index("Oregon") + 1
    assert names.count("Navajo Nation") == 4, "by itself, and in each of its three states"
    assert listed.count("<p>") >= len(names)
    end = page[page.index("Is yours not here?") :]
    assert "These always work" in end
    for number in ("988", "211", "911"):
        assert f'class="way call" href="tel:{number}"' in end


def test_a_place_page_shows_its_lines_and_leads_into_the_guide(client):
    page = client.get("/in/north-clinic/en/about/places/").text
    for text in ("612-555-0101", "612-555-0102", "You can walk in", "Counties or regions have teams of their own"):
        assert text in page
    assert 'href="/in/north-clinic/en/crisis/danger/">Start the guide for North Clinic (example)' in page
    assert 'href="/en/crisis/danger/">Go on without a place' in page


@pytest.mark.parametrize("path", ["/in/", "/in/nope/en/crisis/nope/", "/in/mn/en/crisis/nope/"])
def test_what_is_not_there_carries_help(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'href="tel:911"' in answer.text and 'href="tel:988"' in answer.text


def test_an_error_in_a_place_stays_in_the_place(client):
    assert 'href="/in/mn/en/crisis/danger/"' in client.get("/in/mn/en/crisis/nope/").text


@pytest.mark.proof
def test_links_stay_in_the_place_and_language(client):
    """All pages that links of one place lead to, but the list of places."""
    seen, waiting = set(), ["/in/north-clinic/en/"]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        for link in LINK.findall(answer.text):
            if not link.startswith("/") or link.startswith("/static/") or link in seen or "manifest." in link:
                continue
            # These offer other places.
            others = "about/places" in address or address.endswith("/share/") or link.endswith("/where/")
            assert link.startswith("/in/north-clinic/en/") or others, (address, link)
            if link.startswith("/in/north-clinic/en/"):
                seen.add(link)
                waiting.append(link)
    assert {f"/in/north-clinic/en/{tree}/{step}/" for tree, step in STEPS} <= seen


def test_a_language_link_keeps_the_place():
    view = web_frame(Site(REAL, Settings()).edition("en", "mn"), "", None, ("about",))
    assert [one.href for one in view.languages if one.code == "en"] == ["/in/mn/en/about/"]


# ── A clinic ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_clinic_is_read_beside_the_built_in_places():
    loaded, chosen, warnings = read(data_dir("trees"), CLINIC / "helper.yaml")
    assert warnings == () and chosen.places == "places"
    assert {"north-clinic", "mn"} <= set(loaded.content.places)
    result = CliRunner().invoke(main, ["check", "--settings", str(CLINIC / "helper.yaml")])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "no problems; 1 silenced")


def test_the_numbers_of_the_example_clinic_ring_nowhere():
    for contact in REAL.places["north-clinic"].contacts.values():
        assert all(re.fullmatch(r"[0-9]{3}-555-01[0-9]{2}", number) for number in contact.numbers())


def test_the_clinic_shows_its_desk_its_hours_and_its_warm_line(client):
    page = client.get("/in/north-clinic/en/crisis/team/").text
    assert "612-555-0101" in page and "Monday to Friday, 8 a.m. to 6 p.m. Central Time" in page
    assert "You can walk in" in page
    page = client.get("/in/north-clinic/en/crisis/warm/").text
    assert page.index("612-555-0102") < page.index("warmline.org")


def test_a_place_of_the_clinic_can_not_take_the_name_of_another(tmp_path):
    (tmp_path / "mn.yaml").write_text("name: Minnesota\nkind: state\n")
    with pytest.raises(ContentError, match='there is a place "mn" already'):
        load(data_dir("trees"), tmp_path)


def test_a_folder_of_places_that_is_not_there_is_told(tmp_path):
    (tmp_path / "helper.yaml").write_text("places: gone\n")
    with pytest.raises(ContentError, match="can't be read"):
        read(data_dir("trees"), tmp_path / "helper.yaml")


def test_one_file_of_a_place_is_checked_among_the_trees():
    assert check_path(data_dir("trees") / "places" / "mn.yaml", DAY).problems == []


def test_a_step_keeps_all_but_its_contacts():
    step = REAL.trees["crisis"].steps["team"]
    here: Step = placed(with_places(here=place(own=line())), "here").trees["crisis"].steps["team"]
    assert here.model_copy(update={"contacts": step.contacts}) == step
