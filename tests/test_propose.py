"""Places from a table: proposals that a person must check."""

import datetime
import shutil

import pytest
from click.testing import CliRunner

from helper import data_dir
from helper.check import check_path
from helper.cli import main
from helper.loading.folder import load
from helper.places import teams
from helper.problem import ContentError
from helper.propose import proposals

TODAY = datetime.date(2026, 11, 27)
HEAD = "code,name,team,number,source1_title,source1_url,source1_date,note"
COUNTY = 'MO-EX,Example County,line,"988; 800-555-0123",Example County,https://county.example/crisis,2026-05,None'
STATE = "XX,Example,some-counties,988,Example,,undated,None"


def test_a_row_becomes_a_place_of_which_nothing_is_shown_yet(tmp_path):
    trees = shutil.copytree(data_dir("trees"), tmp_path / "trees")
    table = tmp_path / "table.csv"
    table.write_text(f"{HEAD}\n{COUNTY}\n{STATE}\n")
    result = CliRunner().invoke(main, ["places", "import", str(table), str(trees / "places")])
    assert result.exit_code == 0 and "mo-ex.yaml: call its lines" in result.stderr
    content = load(trees).content
    place = content.places["mo-ex"]
    assert (place.name, place.kind, place.parents) == ("Example County", "county", ("mo",))
    assert [line.status for line in place.contacts.values()] == ["unchecked"]
    assert [one.way for one in teams(content.places, "mo-ex", TODAY)] == ["unknown"]
    assert not any(one.certain for one in (*place.team, *content.places["xx"].team))
    assert [problem for problem in check_path(trees, TODAY).problems if problem.severity == "error"] == []
    again = CliRunner().invoke(main, ["places", "import", str(table), str(trees / "places")])
    assert again.exit_code == 0 and "is there already: left as it is" in again.stderr


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("code,name\nXX,Example", "table.csv:1:1: error: there is no column team, number"),
        (
            f"{HEAD}\n{STATE.replace('some-counties', 'maybe')}",
            'table.csv:2:1: error: "maybe" is no way that a team comes',
        ),
        (f"{HEAD}\n{STATE.replace('XX', 'X 1')}", 'table.csv:2:1: error: "X 1" is no code'),
    ],
)
def test_a_table_that_is_wrong_is_told(table, told):
    with pytest.raises(ContentError, match="table") as caught:
        list(proposals(table, "table.csv", TODAY))
    assert told in str(caught.value)
