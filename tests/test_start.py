"""What a start takes: the rules are tried on a set once, and again when anything changed that they look at."""

import datetime
import shutil
from pathlib import Path

import pytest

from helper import check, guide
from helper.problem import ContentError
from helper.server import reload
from helper.server.last_good import LastGood

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "bicycle"


@pytest.fixture
def tried(monkeypatch):
    """A list that grows each time the rules are tried."""
    found = []

    def report(loaded):
        found.append(loaded)
        return check.report(loaded)

    monkeypatch.setattr(guide, "report", report)
    return found


@pytest.fixture
def start(tmp_path):
    """Prepares a good set, as `helper serve` does at its start."""
    trees = shutil.copytree(EXAMPLE, tmp_path / "trees")
    (tmp_path / "helper.yaml").write_text("home: bicycle-repair\n")
    keep = LastGood(tmp_path / "state" / "good.zip", print)
    return lambda: reload.prepared(trees, tmp_path / "helper.yaml", keep)


def test_rules_are_not_tried_again_on_a_set_that_passed_them_today(start, tried):
    first, _ = start()
    second, _ = start()
    assert len(tried) == 1
    assert second.site.content == first.site.content


@pytest.mark.parametrize("name", ["trees/bicycle-repair.yaml", "trees/contacts.yaml", "helper.yaml"])
def test_rules_are_tried_again_when_a_file_changed(start, tried, tmp_path, name):
    start()
    with (tmp_path / name).open("a") as file:
        file.write("# a remark\n")
    start()
    assert len(tried) == 2


def test_rules_are_tried_again_on_another_day(start, tried, monkeypatch):
    today = datetime.date.today()

    class Tomorrow(datetime.date):
        @classmethod
        def today(cls):
            return today + datetime.timedelta(1)

    start()
    monkeypatch.setattr(reload.datetime, "date", Tomorrow)
    start()
    assert len(tried) == 2


def test_a_set_that_failed_fails_again(start, tried, tmp_path):
    start()
    with (tmp_path / "trees/bicycle-repair.yaml").open("a") as file:
        file.write("titel: x\n")
    for _ in range(2):
        with pytest.raises(ContentError):
            start()


def test_warnings_are_told_at_each_start(start, tried, tmp_path):
    with (tmp_path / "trees/contacts.yaml").open("a") as file:
        file.write('idle: {name: "Nobody", call: 988, hours: always, source: none, verified: undated}\n')
    with (tmp_path / "trees/sources.yaml").open("a") as file:
        file.write("none: {title: None, checked: 2026-11-23}\n")
    assert [{problem.code for problem in start()[1]} for _ in range(2)] == [{"unused-contact"}] * 2


@pytest.mark.parametrize("kept", ["", "0" * 64, "\x00", "a folder"])
def test_what_else_stands_in_place_of_the_proof_proves_nothing(start, tried, tmp_path, kept):
    proof = tmp_path / "state" / "good.proven"
    proof.parent.mkdir()
    if kept == "a folder":
        proof.mkdir()
    else:
        proof.write_text(kept)
    start()
    assert len(tried) == 1
