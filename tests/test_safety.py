"""The hazard log is whole, its page says all of it, and a run with it fails when a test that it names proves nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# ── The gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────

LOG = """\
edited: 2026-11-23
hazards:
  H01:
    hazard: The bell is not heard.
    causes: [Rust]
    effect: Someone is hurt.
    severity: to be confirmed
    likelihood: to be confirmed
    controls:
      design:
        - {text: It rings., proof: ["tests/test_bell.py::test_rings"]}
        - {text: In rain too., proof: ["tests/test_bell.py::test_weather[rain]"]}
      protect:
        - {text: Many bells ring., proof: ["tests/test_bell.py::test_many"]}
    remains: [Nobody has rung it.]
"""
BELL = """\
import pytest

def test_rings():
    assert True

@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_weather(weather):
    assert weather == "rain"

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.proof)])
def test_many(n):
    assert n
"""


@pytest.fixture
def bells(tmp_path):
    """Runs pytest with the gate over a changed copy of BELL. Gives the exit code and what it said."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "log.yaml").write_text(LOG)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = proof: more\n")
    python_path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": python_path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def run(old="", new="", *words):
        assert old in BELL
        (tmp_path / "tests" / "test_bell.py").write_text(BELL.replace(old, new, 1))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "gate", "-p", "xdist.plugin", "--hazards", "log.yaml",
             "--deselect", "tests/test_bell.py::test_weather[snow]", *(words or ("-m", "not proof"))],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode, re.findall(r"NOT PROVED (.*)", done.stdout), done.stdout + done.stderr

    return run


def test_a_run_in_which_every_named_test_passes_ends_well(bells):
    """What make proof must show is counted there."""
    code, wrong, said = bells("", "", "-m", "not proof", "-n", "2")
    assert (code, wrong) == (0, []), said
    assert "1 hazards name 3 tests with 4 cases: 3 in this run, 1 in the other" in said


BREAKS = {
    "missing": ("def test_rings", "def test_is_silent", "there is no test tests/test_bell.py::test_rings"),
    "missing case": ('"rain", "snow"', '"hail", "snow"', "there is no test tests/test_bell.py::test_weather[rain]"),
    "skipped": ("    assert True", "    pytest.skip()", "did not pass: tests/test_bell.py::test_rings"),
    "failing": ("assert True", "assert False", "did not pass: tests/test_bell.py::test_rings"),
    "failing at its end": (
        "def test_rings():", "@pytest.fixture\ndef bell():\n    yield\n    assert 0\n\ndef test_rings(bell):",
        "did not pass: tests/test_bell.py::test_rings",
    ),
    "one case failing": ("assert n\n", "assert n != 1\n", "did not pass: tests/test_bell.py::test_many[1]"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), BREAKS.values(), ids=BREAKS)
def test_a_named_test_that_proves_nothing_fails_the_run(bells, old, new, told):
    code, wrong, said = bells(old, new)
    assert (code, wrong) == (1, [f"H01: {told}"]), said


@pytest.mark.parametrize("mark", ["skip", "xfail"])
def test_the_gate_holds_with_several_workers(bells, mark):
    """Without it such a run ends well."""
    code, wrong, said = bells("def test_rings", f"@pytest.mark.{mark}\ndef test_rings", "-m", "not proof", "-n", "2")
    assert (code, wrong) == (1, ["H01: did not pass: tests/test_bell.py::test_rings"]), said
    assert "failed" not in said


def test_a_named_test_of_the_long_run_must_pass_there(bells):
    code, wrong, said = bells("assert n\n", "assert n != 2\n", "-m", "proof")
    assert (code, wrong) == (1, ["H01: did not pass: tests/test_bell.py::test_many[2]"]), said
    assert bells("assert True", "assert False", "-m", "proof")[:2] == (0, [])


def test_a_named_test_that_is_left_out_fails_the_run(bells):
    code, wrong, said = bells("", "", "-m", "not proof", "-k", "not rings")
    assert (code, wrong) == (1, ["H01: left out of this run: tests/test_bell.py::test_rings"]), said


def test_a_log_that_is_broken_stops_the_run(bells, tmp_path):
    (tmp_path / "log.yaml").write_text(LOG.replace("effect:", "efect:"))
    code, _, said = bells()
    assert code == 4 and 'log.yaml:6:5: error: a hazard has no key "efect" [unknown-key]' in said


def test_both_runs_of_the_project_have_the_gate():
    """make test and make proof select by these marks, and together every test."""
    runs = re.findall(r"^\t\$\(BIN\)/pytest (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert [re.match(r'-m (?:"([a-z ]+)"|([a-z]+)) ', run).groups() for run in runs] == [
        ("not proof", None), (None, "proof")
    ]  # fmt: skip
    assert all(run.endswith(" --hazards safety/hazards.yaml") for run in runs)
