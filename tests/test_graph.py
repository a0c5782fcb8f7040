"""A tree as a picture: every step and choice is in it, whatever the format, and nothing in a title breaks it."""

import datetime
import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner
from real import CONTENT
from table import rendered

from helper.cli import main
from helper.draw import svg
from helper.graph import dot, lay_out, mermaid, wrap
from helper.interface import interface_for as interface
from helper.model.content import Content
from helper.model.fields import URGENCIES
from helper.model.settings import Settings
from helper.model.tree import Choice, Step, Tree
from helper.server.app import GuideApp
from helper.site import Site
from helper.walks import target

ROOT = Path(__file__).parent.parent
DAY = datetime.date(2026, 11, 23)
FORMATS = {"mermaid": mermaid, "dot": dot, "svg": svg}
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>x</script> "end" & \\n `c` #35; %% {a} [b] (c) |d| ; --> ]]>'


def link(node):
    return f"/en/{node[0]}/{node[1]}/"


def tree(title="Bicycles", **steps):
    return Tree(title=title, start=next(iter(steps)), edited="2026-11-23", review_by="2027-11-23", steps=steps)


def made(**trees):
    return Content(trees=trees, contacts={}, sources={})


BIKE = made(
    bike=tree(
        ride=Step(
            title="Does it ride?",
            choices=[
                Choice(label="No", go="shop"),
                Choice(label="I am not sure", go="shop", kind="unsure"),
                Choice(label="Call 911 if you fell.", go="fell", kind="worse"),
                Choice(label="It is a boat", go="boat/row", kind="aside"),
            ],
        ),
        shop=Step(title="Ask the shop", outcome=True, urgency="routine", choices=[Choice(label="Again", go="ride")]),
        fell=Step(title="Call 911", outcome=True, urgency="emergency"),
    ),
    boat=tree(row=Step(title="Row", outcome=True, urgency="urgent")),
)
MERMAID = """\
flowchart LR
  accTitle: Bicycles
  accDescr: 4 steps from “Does it ride?” on. Question: 1, Emergency: 1, You have time: 1, In another guide: 1.
  s_bike_ride{{"1. Question<br>Does it ride?"}}:::question
  s_bike_fell[["2. Emergency<br>Call 911"]]:::emergency
  s_boat_row[/"3. In another guide<br>Row"/]:::elsewhere
  s_bike_shop(["4. You have time<br>Ask the shop"]):::routine
  s_bike_ride -->|"No<br>I am not sure"| s_bike_shop
  s_bike_ride -.->|"Call 911 if you fell."| s_bike_fell
  s_bike_ride -.->|"It is a boat"| s_boat_row
  s_bike_shop -->|"Again"| s_bike_ride
  click s_bike_ride href "/en/bike/ride/"
  click s_bike_fell href "/en/bike/fell/"
  click s_boat_row href "/en/boat/row/"
  click s_bike_shop href "/en/bike/shop/"
  classDef question fill:#fff,stroke:#1d2429,color:#1d2429
  classDef emergency fill:#fbeae6,stroke:#8f1414,stroke-width:3px,color:#1d2429
  classDef routine fill:#e3eeec,stroke:#0b4b52,color:#1d2429
  classDef elsewhere fill:#fff,stroke:#857c6f,stroke-dasharray:4,color:#1d2429
"""
DOT = """\
digraph "bike" {
  graph [rankdir=LR, label="Bicycles"]
  node [style=filled, fontname="Helvetica"]
  edge [fontname="Helvetica", fontsize=10]
  "bike/ride" [label="1. Question\\nDoes it ride?", shape=hexagon, fillcolor="#ffffff", URL="/en/bike/ride/"]
  "bike/fell" [label="2. Emergency\\nCall 911", shape=box, peripheries=2, fillcolor="#fbeae6", color="#8f1414", \
URL="/en/bike/fell/"]
  "boat/row" [label="3. In another guide\\nRow", shape=note, fillcolor="#ffffff", color="#857c6f", URL="/en/boat/row/"]
  "bike/shop" [label="4. You have time\\nAsk the shop", shape=ellipse, fillcolor="#e3eeec", color="#0b4b52", \
URL="/en/bike/shop/"]
  "bike/ride" -> "bike/shop" [label="No\\nI am not sure"]
  "bike/ride" -> "bike/fell" [label="Call 911 if you fell.", style=dashed, color=gray50]
  "bike/ride" -> "boat/row" [label="It is a boat", style=dashed, color=gray50]
  "bike/shop" -> "bike/ride" [label="Again"]
}
"""


def drawn(found, name, form, **options):
    return FORMATS[form](lay_out(found, name, **options), link)


def words(text, form):
    """The words of a drawing without what breaks their lines."""
    if form == "svg":
        text = " ".join(part.strip() for part in ET.fromstring(text).itertext())
    for end in ("<br>", "\\n"):
        text = text.replace(end, " ")
    return " ".join(text.split())


def test_a_tree_as_mermaid():
    assert drawn(BIKE, "bike", "mermaid") == MERMAID


def test_a_tree_as_dot():
    assert drawn(BIKE, "bike", "dot") == DOT


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", CONTENT.trees)
def test_every_step_and_choice_of_the_real_trees_is_drawn(name, form):
    text = drawn(CONTENT, name, form)
    found = words(text, form)
    for step_id, step in CONTENT.trees[name].steps.items():
        assert step.title in found
        assert f'"{link((name, step_id))}"' in text
        for choice in step.choices:
            assert choice.label in found, choice.label


@pytest.mark.parametrize("name", CONTENT.trees)
def test_every_choice_of_a_card_leads_to_a_card(name):
    found = lay_out(CONTENT, name)
    numbers = [card.number for card in found.cards.values()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert next(iter(found.cards)) == (name, CONTENT.trees[name].start)
    assert {row.goal for card in found.cards.values() for row in card.rows} <= set(found.cards)
    for node, row in found.lines:
        assert found.cards[row.goal].column == found.cards[node].column + 1 and not row.quiet


@pytest.mark.parametrize("form", FORMATS)
def test_the_quiet_choices_can_be_left_out(form):
    text = words(drawn(BIKE, "bike", form, quiet=False), form)
    assert "It is a boat" not in text and "Call 911 if you fell." not in text and "Row" not in text
    assert "I am not sure" in text and "Call 911" in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_word_of_a_tree_breaks_its_drawing(form):
    steps = {
        "end": Step(title=HOSTILE, choices=[Choice(label=HOSTILE, go="default"), Choice(label=HOSTILE, go="end")]),
        "default": Step(title=HOSTILE, outcome=True, urgency="urgent"),
    }
    text = drawn(made(graph=tree(HOSTILE, **steps)), "graph", form)
    assert "<script>" not in text.replace('"</title><script>', "") or form == "dot"
    if form == "svg":
        assert " ".join("".join(ET.fromstring(text).itertext()).split()).count("script") >= 4
        assert not [part for part in ET.fromstring(text).iter() if part.tag == f"{SVG}script"]
    for line in text.splitlines() if form == "mermaid" else ():
        assert line.count('"') in (0, 2) and "`" not in line and "<script" not in line
    for line in text.splitlines() if form == "dot" else ():
        assert line.replace("\\\\", "").replace('\\"', "").count('"') % 2 == 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_tree_of_one_step_is_drawn(form):
    assert "Row" in drawn(BIKE, "boat", form)


def test_every_card_of_the_picture_is_a_link_and_every_row_leads_to_a_card():
    picture = ET.fromstring(drawn(CONTENT, "crisis", "svg"))
    links = [part.get("href") for part in picture.iter(f"{SVG}a")]
    ids = {part.get("id") for part in picture.iter() if part.get("id")}
    steps = CONTENT.trees["crisis"].steps
    cards = {("crisis", name) for name in steps}
    cards |= {target("crisis", choice.go) for step in steps.values() for choice in step.choices}
    for node in cards:
        assert links.count(link(node)) == 1
    rows = [href[1:] for href in links if href.startswith("#")]
    assert len(rows) + len(cards) == len(links)
    assert set(rows) <= ids


def test_the_picture_needs_no_style_and_no_script():
    text = drawn(CONTENT, "crisis", "svg")
    parts = list(ET.fromstring(text).iter())
    assert not [part for part in parts if part.tag in (f"{SVG}style", f"{SVG}script") or part.get("style")]
    assert not [name for part in parts for name in part.attrib if name.startswith("on")]


def test_no_card_lies_on_another_and_none_outside():
    from helper.draw import WIDE, _placed

    shapes = list(_placed(lay_out(CONTENT, "crisis")).values())
    for n, one in enumerate(shapes):
        for other in shapes[n + 1 :]:
            apart = one.y + one.height < other.y or other.y + other.height < one.y
            assert apart or abs(one.x - other.x) >= WIDE


def test_the_same_tree_is_always_drawn_alike():
    code = (
        "import hashlib; from test_graph import *; "
        "print(hashlib.sha256(drawn(CONTENT, 'crisis', 'svg').encode()).hexdigest())"
    )
    here = hashlib.sha256(drawn(CONTENT, "crisis", "svg").encode()).hexdigest()
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": "tests"},
        capture_output=True,
        text=True,
    )
    assert run.stdout.strip() == here, run.stderr


def test_the_picture_says_what_the_pages_say():
    for urgency in URGENCIES:
        assert interface("en").kind(urgency) == interface("en").urgency(urgency)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one", ["one"]),
        ("one two three", ["one two", "three"]),
        ("a-very-long-word b", ["a-very-long-word", "b"]),
    ],
)
def test_a_text_is_broken_between_words(text, lines):
    assert list(wrap(text, 8)) == lines


# helper graph


def run(*words):
    return CliRunner().invoke(main, ["graph", *words])


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("form", FORMATS)
def test_graph_draws_a_tree_by_name_and_by_file(form, tmp_path):
    by_name = run("crisis", "--format", form)
    assert (by_name.exit_code, by_name.stdout, by_name.stderr) == (0, drawn(CONTENT, "crisis", form), "")
    by_file = run("trees/crisis.yaml", "--format", form, "-o", str(tmp_path / "drawing"))
    assert (by_file.exit_code, by_file.output) == (0, "")
    assert (tmp_path / "drawing").read_text() == by_name.stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("crsis", 'there is no tree "crsis" in trees: the nearest name is "crisis"'),
        ("trees/gone.yaml", 'there is no file "trees/gone.yaml"'),
        ("trees/contacts.yaml", 'there is no tree "contacts" in trees'),
    ],
)
def test_graph_tells_of_a_tree_that_is_not_there(name, says):
    result = run(name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_graph_links_to_the_public_address(tmp_path, monkeypatch):
    (tmp_path / "helper.yaml").write_text("public_address: https://clinic.example/help/\n")
    monkeypatch.chdir(tmp_path)
    assert 'href "https://clinic.example/help/en/crisis/danger/"' in run("crisis").stdout


# The page


def page_of(found, name, **settings):
    return GuideApp(Site(found, Settings(**settings)), today=lambda: DAY).test_client().get(f"/en/{name}/map/")


@pytest.mark.parametrize("name", CONTENT.trees)
def test_the_map_page_holds_the_picture_and_the_same_in_words(name):
    answer = page_of(CONTENT, name)
    assert answer.status_code == 200
    outline = answer.text.split('id="outline"')[1].split("</section>")[0]
    steps = CONTENT.trees[name].steps
    for step_id, step in steps.items():
        assert outline.count(f'href="{link((name, step_id))}"') > 0
        assert outline.count("<li") > len(step.choices)
    elsewhere = {choice.go for step in steps.values() for choice in step.choices if "/" in choice.go}
    assert outline.count("<a ") == sum(1 + len(step.choices) for step in steps.values()) + len(elsewhere)
    assert 'class="picture"' in answer.text and "tel:911" in answer.text and "Quick exit" in answer.text
    assert "style=" not in answer.text and "<style" not in answer.text


def test_the_map_is_linked_from_every_step_and_loads_its_own_sheet():
    client = GuideApp(Site(CONTENT, Settings()), today=lambda: DAY).test_client()
    step = client.get("/en/crisis/danger/").text
    assert '<a href="/en/crisis/map/">Map of this guide</a>' in step
    assert "/static/map." not in step and "/static/map." in client.get("/en/crisis/map/").text


def test_a_very_large_guide_has_its_words_in_the_place_of_a_picture():
    steps = {f"s{n}": Step(title=f"Step {n}", choices=[Choice(label="On", go=f"s{n + 1}")]) for n in range(1000)}
    site = Site(made(bike=tree(**steps, s1000=Step(title="End", outcome=True))), Settings(home="bike"))
    found = rendered(site, DAY, "map", "bike")
    assert "<svg" not in found
    assert 'too many steps for one picture. <a href="/en/bike/all/">' in found


def test_the_map_of_a_guide_that_is_not_there_is_not_found():
    answer = page_of(CONTENT, "nope")
    assert answer.status_code == 404 and "tel:911" in answer.text


def test_the_map_links_below_the_path_of_the_public_address():
    client = GuideApp(Site(CONTENT, Settings(public_address="https://clinic.example/help/"))).test_client()
    page = client.get("/help/en/crisis/map/", headers={"Host": "clinic.example"}).text
    assert 'href="/help/en/crisis/danger/"' in page and 'href="/en/' not in page


def test_the_map_shows_steps_of_other_guides():
    page = page_of(BIKE, "bike", home="bike").text
    assert page.count('href="/en/boat/row/"') >= 2
    assert "In another guide" in page
