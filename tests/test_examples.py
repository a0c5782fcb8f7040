"""The format carries guides that are not about a crisis. Every folder in docs/examples is one, and is tried here."""

import dataclasses
import datetime
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from table import rendered

from helper.check import check_path, tried
from helper.check.safety import unsure_gets_less
from helper.draw import svg
from helper.graph import dot, lay_out, mermaid
from helper.loading.folder import load, load_settings
from helper.model.settings import Settings
from helper.server.app import GuideApp
from helper.site import Site
from helper.views.contact import dial

FOLDERS = (path for path in (Path(__file__).parent.parent / "docs" / "examples").iterdir() if path.is_dir())
EXAMPLES = sorted(path for path in FOLDERS if not (path / "places").is_dir())  # tests/test_places.py has the clinic
DAY = datetime.date(2026, 11, 23)
FORMATS = {"mermaid": mermaid, "dot": dot, "svg": svg}
LOADED = {path.name: load(path) for path in EXAMPLES}
TREES = [(name, tree_id) for name, loaded in LOADED.items() for tree_id in loaded.content.trees]
STEPS = [(*tree, step_id) for tree in TREES for step_id in LOADED[tree[0]].content.trees[tree[1]].steps]


def site(name, tree_id):
    return Site(LOADED[name].content, Settings(home=tree_id))


def link(node):
    return f"/en/{node[0]}/{node[1]}/"


def test_there_are_examples():
    assert len(TREES) >= 3


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_an_example_has_no_problem_and_silences_nothing(folder):
    found = check_path(folder)
    assert (found.problems, found.silenced) == ([], [])


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_the_stories_of_an_example_pass_every_outcome(folder):
    found = check_path(folder).coverage
    assert len(found) == len(LOADED[folder.name].content.trees)
    assert [one.untold["outcomes"] for one in found] == [()] * len(found)


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_an_example_stands_alone(folder):
    """It brings its own contacts, sources and settings, so that its folder can be copied."""
    loaded = LOADED[folder.name]
    assert {Path(one.name).parent.name for one in (loaded.contacts, loaded.sources)} == {folder.name}
    assert load_settings(folder / "helper.yaml").home in loaded.content.trees


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_the_numbers_of_an_example_ring_nowhere(folder):
    for contact in LOADED[folder.name].content.contacts.values():
        for number in contact.numbers():
            assert number in ("911", "988") or re.fullmatch(r"[0-9]{3}-555-01[0-9]{2}", number), number


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_not_sure_gets_no_less_than_the_most_careful_answer(folder):
    """Only urgent trees must keep this. The examples keep it too: authors copy them."""
    loaded = LOADED[folder.name]
    trees = loaded.content.trees
    for step in (step for tree in trees.values() for step in tree.steps.values() if not step.outcome):
        assert any(choice.kind == "unsure" for choice in step.choices), step.title
    strict = {name: tree.model_copy(update={"urgent": True}) for name, tree in trees.items()}
    loaded = dataclasses.replace(loaded, content=loaded.content.model_copy(update={"trees": strict}))
    assert tried(loaded, [unsure_gets_less]).problems == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("name", "tree_id"), TREES)
def test_an_example_is_drawn_with_every_step(name, tree_id, form):
    content = LOADED[name].content
    drawn = FORMATS[form](lay_out(content, tree_id), link)
    for step_id in content.trees[tree_id].steps:
        assert f'"{link((tree_id, step_id))}"' in drawn
    if form == "svg":
        ET.fromstring(drawn)


@pytest.mark.parametrize(("name", "tree_id", "step_id"), STEPS)
def test_a_step_is_a_page_that_holds_its_partial(name, tree_id, step_id):
    found = site(name, tree_id)
    partial = rendered(found, DAY, "partial", tree_id, step_id)
    assert partial in rendered(found, DAY, "step", tree_id, step_id)
    step = LOADED[name].content.trees[tree_id].steps[step_id]
    assert partial.count('class="choice"') == len(step.choices)


@pytest.mark.parametrize(("name", "tree_id", "step_id"), STEPS)
def test_a_step_offers_no_number_but_those_of_its_contacts(name, tree_id, step_id):
    """The bar has 911 and 988 on every page. The step below it promises neither, unless its contacts hold them."""
    content = LOADED[name].content
    step = content.trees[tree_id].steps[step_id]
    held = {number for one in (*step.contacts, *step.also) for number in content.contacts[one].numbers()}
    partial = rendered(site(name, tree_id), DAY, "partial", tree_id, step_id)
    assert set(re.findall(r'href="(?:tel|sms):([^"?]+)', partial)) <= {dial(number) for number in held}
    assert set(re.findall(r"\b(?:911|988)\b", partial)) <= held


@pytest.mark.parametrize(("name", "tree_id"), TREES)
def test_an_example_is_served_from_its_first_step_to_its_map(name, tree_id):
    client = GuideApp(site(name, tree_id), today=lambda: DAY).test_client()
    tree = LOADED[name].content.trees[tree_id]
    for address in ("/", "/en/", f"/{tree_id}/", f"/en/{tree_id}/map/", "/en/about/"):
        answer = client.get(address)
        assert answer.status_code == 200 and tree.title in answer.text.replace("&#39;", "'"), address
