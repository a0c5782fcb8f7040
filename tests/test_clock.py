"""The guide on days to come, by a clock that is moved: `helper check`, `export` and `serve` as people run them."""

import datetime
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import CHECKOUT, serving
from ports import PATIENCE
from programs import installed
from real import CONTENT

from helper import data_dir
from helper.check.truth import NUMBER_NAMES

pytestmark = pytest.mark.proof
DAY = datetime.timedelta(1)
EDITED = max(tree.edited for tree in CONTENT.trees.values())
LINES = [*CONTENT.contacts.values(), *(line for place in CONTENT.places.values() for line in place.contacts.values())]
NOTES = [note for place in CONTENT.places.values() for note in place.notes]
EXPIRES = sorted({one.expires for one in (*LINES, *NOTES) if one.expires})
DAYS = sorted(
    {
        *(day + DAY for day in (*EXPIRES, *(tree.review_by for tree in CONTENT.trees.values()))),
        *(EDITED + datetime.timedelta(round(365.25 * years)) for years in (1, 2, 5)),
        datetime.date(2039, 1, 2),
        datetime.date(1971, 1, 2),  # a machine that lost its time
    }
)


@pytest.fixture
def move(monkeypatch: pytest.MonkeyPatch):
    """Moves the clock of the programs that are started from here on to the morning of a day."""
    if not installed("faketime", "faketime"):
        pytest.fail("faketime is missing and can't be installed: nothing is proved about days to come", pytrace=False)
    found = subprocess.run(["faketime", "2039-01-02", "printenv", "LD_PRELOAD"], capture_output=True, text=True)

    def to(day: datetime.date) -> None:
        monkeypatch.setenv("LD_PRELOAD", found.stdout.strip())
        monkeypatch.setenv("FAKETIME", f"@{day} 10:00:00")
        monkeypatch.setenv("NO_FAKE_STAT", "1")
        today = "import datetime; print(datetime.date.today())"
        assert subprocess.run([sys.executable, "-c", today], capture_output=True, text=True).stdout == f"{day}\n"

    return to


def run(*words: str, folder: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    """What a command of `helper` says, which must be well."""
    done = subprocess.run([sys.executable, "-m", "helper", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


def health(address: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{address}/healthz", timeout=PATIENCE) as answer:
        return json.load(answer)


def assert_no_old_line(day: datetime.date, page: str) -> None:
    """Nothing is on the page whose last day is over."""
    assert [last for last in re.findall(r'data-expires="([^"]*)"', page) if last < day.isoformat()] == []


def assert_served(day: datetime.date, address: str) -> None:
    assert health(address)["status"] == "ok"
    for step in ("crisis/danger", "crisis/help-for-you", "after/hard-days"):
        with urllib.request.urlopen(f"{address}/en/{step}/", timeout=PATIENCE) as answer:
            page = answer.read().decode()
        assert "tel:911" in page and "tel:988" in page
        assert_no_old_line(day, page)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_on_a_day_to_come_the_guide_is_well_and_is_served_with_and_without_a_last_good_set(move, tmp_path, day):
    """The built-in trees, of which nobody changed a word. An author may still change one, and readers get it."""
    trees, state = tmp_path / "trees", str(tmp_path / "state")
    shutil.copytree(data_dir("trees"), trees)
    move(day - DAY)
    with serving(tmp_path, tmp_path / "before", "--state", state) as address:
        assert_served(day - DAY, address)
    move(day)
    with serving(tmp_path, tmp_path / "kept", "--state", state) as address:
        assert_served(day, address)
        version = health(address)["version"]
        with (trees / "sources.yaml").open("a") as sources:
            sources.write(f"later: {{title: A source of later, checked: {day}}}\n")
        deadline = time.monotonic() + PATIENCE
        while (found := health(address))["version"] == version:
            assert found["status"] == "ok" and time.monotonic() < deadline, found
            time.sleep(0.1)
        assert_served(day, address)
    with serving(tmp_path, tmp_path / "empty", "--state", str(tmp_path / "new")) as address:
        assert_served(day, address)
    problems = json.loads(run("check", "--format", "json", folder=tmp_path).stdout)
    assert {problem["severity"] for problem in problems} <= {"warning"}
    page = run("export", "--one-file", folder=tmp_path).stdout
    assert "911" in page and "988" in page


def pages(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.html")}


@pytest.mark.proof
def test_exported_files_lose_each_number_on_the_day_after_its_last(move, tmp_path):
    """As the timer writes them, day after day, over those of the day before: in one language, for its numbers are those
    of all."""
    (settings := tmp_path / "helper.yaml").write_text("home: crisis\nlanguages: [en]\n")
    for day in sorted({EXPIRES[0], *DAYS}):
        move(day)
        run("export", str(tmp_path / "site"), "--place", "mn", "--settings", str(settings))
        assert json.loads((tmp_path / "site" / "export.json").read_text())["day"] == str(day)
        gone = {number for one in CONTENT.contacts.values() if not one.offered(day) for number in one.numbers()}
        gone -= {number for one in CONTENT.contacts.values() if one.offered(day) for number in one.numbers()}
        found = pages(tmp_path / "site")
        assert len(found) > 500
        for name, page in found.items():
            assert_no_old_line(day, page)
            words = re.sub(r"<[^>]*>", " ", page)
            assert [number for number in gone - NUMBER_NAMES if number in words] == [], name


if __name__ == "__main__":
    # For `make proof`: the days on which the tests meet their clock, but for those that have a run of their own.
    print(*(day for day in DAYS if day.year not in (1971, 2039)))
