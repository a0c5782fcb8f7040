"""How a problem is shown to the author."""

import pytest

from helper.problem import MAX_SHOWN, ContentError, Problem, explain, nearest

LINE = "  - {label: Yes, go: pmup}"


def problem(**changed: object) -> Problem:
    known = {"file": "bike.yaml", "line": 9, "column": 22, "code": "unknown-step", "message": "no", "source": LINE}
    return Problem(**(known | changed))  # type: ignore[arg-type]


def test_a_problem_is_its_place_its_line_with_a_mark_and_a_way_on() -> None:
    assert explain(problem(width=4, help="the nearest name is \"pump\"")) == (
        "bike.yaml:9:22: error: no [unknown-step]\n"
        "  9 |   - {label: Yes, go: pmup}\n"
        "                           ^^^^\n"
        "  help: the nearest name is \"pump\""
    )  # fmt: skip


def test_a_warning_is_called_one() -> None:
    assert explain(problem(severity="warning", source="")) == "bike.yaml:9:22: warning: no [unknown-step]"


@pytest.mark.parametrize("line", [1, 99, 1234])
def test_the_mark_stands_below_its_word_whatever_the_number_of_the_line(line: int) -> None:
    _, quoted, mark = explain(problem(line=line, width=4)).splitlines()
    assert mark.index("^^^^") == quoted.index("pmup")


def test_the_mark_stands_below_its_word_after_a_tab() -> None:
    _, quoted, mark = explain(problem(source="a:\tpmup", column=4, width=4)).splitlines()
    assert mark == "       \t^^^^".replace("       ", " " * quoted.index("\t"), 1)


def test_the_mark_never_stands_beyond_the_line() -> None:
    _, quoted, mark = explain(problem(width=999)).splitlines()
    assert len(mark) == len(quoted)


@pytest.mark.parametrize("column", [1, 79, 80, 81, 82, 5_000, 9_990, 9_997])
def test_of_a_long_line_the_part_with_the_mark_is_shown(column: int) -> None:
    source = "x" * (column - 1) + "pmup" + "x" * (10_000 - column - 3)
    _, quoted, mark = explain(problem(source=source, column=column, width=4)).splitlines()
    assert len(quoted) <= MAX_SHOWN + 8
    assert mark.index("^^^^") == quoted.index("pmup")


def test_a_long_name_is_cut() -> None:
    assert len(explain(problem(message="x" * 10_000, help="y" * 10_000))) < 3 * MAX_SHOWN


def test_what_cannot_be_seen_is_shown_as_such() -> None:
    text = explain(problem(message='"\x1b[2J\n::error\u202e"', source="a: \u202eb"))
    assert text.splitlines()[:2] == [
        'bike.yaml:9:22: error: "\ufffd[2J\ufffd::error\ufffd" [unknown-step]',
        "  9 | a: \ufffdb",
    ]


def test_all_problems_are_told_by_place() -> None:
    error = ContentError([problem(line=9), problem(line=10), problem(file="a.yaml"), problem(line=9, column=3)])
    assert [line.split(": ")[0] for line in str(error).splitlines() if "error" in line] == [
        "a.yaml:9:22", "bike.yaml:9:3", "bike.yaml:9:22", "bike.yaml:10:22"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "help"),
    [("pmup", 'the nearest name is "pump"'), ("pump", 'the nearest name is "pump"'), ("zzz", ""), ("", "")],
)
def test_the_nearest_name_is_offered_when_one_is_near(word: str, help: str) -> None:
    assert nearest(word, ["bell", "pump", "tyre"]) == help
