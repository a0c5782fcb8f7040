"""Problems for programs: JSON, and annotations of GitHub."""

import json
from dataclasses import asdict

from helper.problem import Problem, as_github, as_json

SLIP = Problem(
    "trees/my bike, new.yaml", 9, 28, "unknown-step", 'there is no step "shpo"', "the nearest name is “shop”",
    source="  go: shpo", width=4,
)  # fmt: skip


def test_json_is_a_list_of_objects():
    assert json.loads(as_json([SLIP])) == [asdict(SLIP)]
    assert set(asdict(SLIP)) == {
        "file", "line", "column", "width", "code", "severity", "message", "help", "source"
    }  # fmt: skip
    assert as_json([]) == "[]"


def test_github_gets_a_place_a_title_and_a_message():
    assert as_github(SLIP) == (
        "::error file=trees/my bike%2C new.yaml,line=9,endLine=9,col=28,endColumn=32,title=unknown-step::"
        'there is no step "shpo"%0Ahelp: the nearest name is “shop”'
    )


def test_a_text_of_an_author_makes_no_command_of_its_own():
    text = as_github(Problem("a%0A.yaml", 1, 1, "syntax", "100 %\n::warning::x\r", severity="warning"))
    assert text.count("\n") == text.count("\r") == 0
    assert text.startswith("::warning file=a%250A.yaml,line=1,")
    assert text.endswith("::100 %25\ufffd::warning::x\ufffd")
