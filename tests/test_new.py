"""A tree to begin with."""

import datetime
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helper import data_dir
from helper.cli import main
from helper.new import new_tree


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def test_a_new_tree_passes_the_check(here: Path) -> None:
    assert run("new", "find-my-book").exit_code == 0
    assert run("check").stderr.splitlines()[-1] == "no problems"
    assert "title: Find my book\n" in (here / "trees" / "find-my-book.yaml").read_text()


def test_it_passes_among_the_built_in_trees_and_says_what_its_keys_are_for(here: Path) -> None:
    shutil.copytree(data_dir("trees"), here / "trees")
    run("new", "ride-home")
    assert run("check").exit_code == 0
    text = (here / "trees" / "ride-home.yaml").read_text()
    assert text.count("#") >= 10
    schema = text.partition("$schema=")[2].partition("\n")[0]
    assert (here / "trees" / schema).resolve().name == "tree.schema.json" and (here / "trees" / schema).is_file()


def test_its_outcomes_name_someone_who_is_there(here: Path) -> None:
    (here / "desk").mkdir()
    (here / "desk" / "contacts.yaml").write_text(
        "closed: {name: Closed, call: 800-555-0101, hours: always, source: sign, verified: undated, "
        "expires: 2020-01-01}\n"
        "desk: {name: Desk, call: 800-555-0100, hours: always, source: sign, verified: undated, expires: 2999-12-31}\n"
    )
    (here / "desk" / "sources.yaml").write_text(f"sign: {{title: A sign, checked: {datetime.date.today()}}}\n")
    assert run("new", "ride-home", "--trees", "desk").stdout == "desk/ride-home.yaml\n"
    assert 'contacts: ["desk"]' in (here / "desk" / "ride-home.yaml").read_text()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Ride", 'a tree can\'t be called "Ride": its name needs small letters a to z, digits and - between them'),
        ("kiosk", 'a tree can\'t be called "kiosk": that is the address of another page'),
        ("es", 'a tree can\'t be called "es": that is the address of another page'),
    ],
)
def test_a_name_that_no_tree_can_have_is_refused(here: Path, name: str, why: str) -> None:
    result = run("new", name)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: {why}")
    assert not (here / "trees").exists()


def test_nothing_is_written_over(here: Path) -> None:
    run("new", "ride-home")
    file = here / "trees" / "ride-home.yaml"
    file.write_text("mine")
    result = run("new", "ride-home")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: trees/ride-home.yaml is there already: choose another name\n",
    )
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("trees", "told"),
    [
        ("contacts.yaml: {", "trees/contacts.yaml:1:"),
        ("{}", "contacts.yaml has nobody to reach: add a contact first"),
        (
            "desk: {name: Desk, call: 988, hours: always, source: sign, verified: undated, expires: 2020-01-01}",
            "contacts.yaml has nobody to reach: check one that is past its date, then set verified and expires",
        ),
    ],
)
def test_contacts_that_are_of_no_use_are_told(here: Path, trees: str, told: str) -> None:
    (here / "trees").mkdir()
    (here / "trees" / "contacts.yaml").write_text(trees)
    result = run("new", "ride-home")
    assert result.exit_code == 1 and told in result.stderr


@pytest.mark.parametrize(
    ("day", "again"),
    [("2026-11-23", "2027-05-01"), ("2026-06-30", "2026-12-01"), ("2026-08-31", "2027-02-01")],
)
def test_it_must_be_read_again_in_half_a_year(day: str, again: str) -> None:
    text = new_tree("ride-home", Path("trees").resolve(), "988", datetime.date.fromisoformat(day))
    assert f"edited: {day}\n" in text and f"review_by: {again} " in text
