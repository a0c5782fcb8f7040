"""What authors are told of each mistake: `broken/KIND/CODE--WHICH.yaml` has one, the .txt beside it has the text.

`python tests/test_broken.py` writes the texts anew. Read them before you keep them.
"""

import inspect
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import helper.check
from helper.check import CALENDAR_RULES, GROUPS, RULES, severity
from helper.check.context import rule_id
from helper.cli import main

BROKEN = Path(__file__).parent / "broken"
GOOD = BROKEN / "good"
FILES = sorted(path for form in ("*/*.yaml", "*/*.po") for path in BROKEN.glob(form) if path.parent != GOOD)
NAMES = [str(path.relative_to(BROKEN).with_suffix("")) for path in FILES]
CLOSED = """\
closed: {name: Closed, call: 800-555-0102, hours: always, source: manual, verified: undated, expires: 2026-11-22}
"""
SHARED = ("contacts.yaml", "topics.yaml", "sources.yaml")
NOT_IN_A_FILE = {"too-large", "unreadable", "no-tree"}
"""What is told of a file that is huge, can't be read, or is not there. tests/test_load.py has it."""


def told(path, folder):
    """All that `helper check FILE` says of a broken file, among good ones, and the code it ends with."""
    if path.parent.name == "translations":
        return told_of_translation(path, folder)
    trees = folder / "trees"
    trees.mkdir()
    name = path.name.replace("--", "-")  # no id has two
    for other in SHARED:
        shutil.copy(GOOD / other, folder)  # above the trees, so that nobody minds what no step uses
    if path.parent.name in ("trees", "settings"):
        with (folder / "contacts.yaml").open("a") as contacts:
            contacts.write(CLOSED)
        if path.parent.name == "settings":
            name = "helper.yaml"
    else:
        name = f"{path.parent.name}.yaml"
        shutil.copy(GOOD / "bike.yaml", trees)
    if path.parent.name in ("places", "moved"):
        (trees / "places").mkdir()
        shutil.copy(GOOD / "town.yaml", trees / "places")
        name = f"places/{path.name.replace('--', '-')}" if path.parent.name == "places" else "places/moved.yaml"
    shutil.copy(GOOD / "bell.yaml", trees)
    shutil.copy(path, trees / name)
    here = Path.cwd()
    os.chdir(trees)
    try:
        result = CliRunner().invoke(main, ["check", name])
    finally:
        os.chdir(here)
    assert isinstance(result.exception, SystemExit | None), result.exc_info
    return result.stderr, result.exit_code


def told_of_translation(path, folder):
    """The same of a PO file for the tree "fall", in a folder with translations of the contacts."""
    trees = folder / "trees"
    locale = trees / "locale" / ("english" if path.stem == "language" else "es")
    locale.mkdir(parents=True)
    for other in SHARED:
        shutil.copy(GOOD / other, folder)
    shutil.copy(GOOD / "fall.yaml", trees)
    for other in ("contacts.po", "topics.po", "fall.po"):
        shutil.copy(GOOD / "es" / other, locale)
    if path.stem.startswith("partly"):
        shutil.copy(GOOD / "bell.yaml", trees / "calm.yaml")
        shutil.copy(path, locale / "calm.po")
    else:
        shutil.copy(path, locale / ("topics.po" if path.stem.endswith("--topics") else "fall.po"))
    here = Path.cwd()
    os.chdir(trees)
    try:
        result = CliRunner().invoke(main, ["check", "."])
    finally:
        os.chdir(here)
    assert isinstance(result.exception, SystemExit | None), result.exc_info
    return result.stderr.replace(f"{folder}/", ""), result.exit_code


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_mistake_is_told_in_these_words(path, tmp_path):
    text, ends = told(path, tmp_path)
    assert text == path.with_suffix(".txt").read_text()
    assert ends == (": error: " in text)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_has_one_mistake(path):
    codes = re.findall(r": (?:error|warning): .* \[([a-z-]+)\]$", path.with_suffix(".txt").read_text(), re.M)
    assert codes == [path.stem.partition("--")[0]]


@pytest.mark.parametrize("name", ["bike", "fall", "bell"])
def test_the_good_trees_are_good(name, tmp_path):
    path = tmp_path / "trees" / f"{name}.yaml"
    path.parent.mkdir()
    shutil.copy(GOOD / path.name, path)
    (tmp_path / "more").mkdir()
    assert told(path, tmp_path / "more") == (f"{name}.yaml: no stories\nno problems\n", 0)


def test_a_good_place_is_good(tmp_path):
    path = tmp_path / "places" / "village.yaml"
    path.parent.mkdir()
    shutil.copy(GOOD / "town.yaml", path)
    (tmp_path / "more").mkdir()
    assert told(path, tmp_path / "more") == ("no problems\n", 0)


def test_every_text_has_its_file():
    texts = {path.with_suffix("") for path in BROKEN.glob("*/*.txt")}
    assert texts == {path.with_suffix("") for path in FILES}


def test_every_rule_has_a_file_and_no_file_has_another_code():
    stems = {path.stem.partition("--")[0] for path in FILES}
    folder = Path(helper.check.__file__).parent.parent
    loader = "".join(path.read_text() for path in [*(folder / "loading").glob("*.py"), folder / "catalog.py"])
    codes = set(re.findall(r'(?:\.at|problem|Problem)\((?:\([^)]*\)|[^"(])*"([a-z-]+)",', loader))
    missing = {rule_id(rule) for rule in (*RULES, *CALENDAR_RULES)} | (LOADED - NOT_IN_A_FILE)
    assert missing - stems == set()
    assert stems - missing == set()
    assert codes == LOADED, "name the new code in LOADED"


LOADED = {
    "alias", "anchor", "documents", "duplicate-key", "empty", "encoding", "key", "language", "merge", "missing-key",
    "no-tree", "place-name", "step-name", "syntax", "tag", "too-deep", "too-large", "translation-file", "tree-name",
    "unknown-key", "unknown-word", "unreadable", "wrong-shape", "wrong-value",
}  # fmt: skip
"""The codes of what keeps a file from being read."""


def yields(module):
    """The places in a module where something is found."""
    lines = inspect.getsource(module).splitlines()
    return {n for n, line in enumerate(lines, 1) if re.match(r"\s+yield ref\.finding|\s+yield Finding", line)}


@pytest.mark.proof
def test_every_message_has_a_file(tmp_path):
    """Each line that yields something is run by a file of the corpus."""
    modules = {sys.modules[rule.__module__] for rule in (*RULES, *CALENDAR_RULES)}
    files = {module.__file__: yields(module) for module in modules}
    assert all(files.values())
    run = {file: set() for file in files}

    def trace(frame, event, argument):
        if frame.f_code.co_filename not in files:
            return None
        run[frame.f_code.co_filename].add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for n, path in enumerate(FILES):
            (tmp_path / str(n)).mkdir()
            told(path, tmp_path / str(n))
    finally:
        sys.settrace(before)
    assert {file: sorted(files[file] - run[file]) for file in files} == {file: [] for file in files}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_rule_is_as_grave_as_its_page_says(path):
    rules = {rule_id(rule): severity(rule) for rule in (*RULES, *CALENDAR_RULES)}
    grave = rules.get(path.stem.partition("--")[0], "error")
    assert re.search(rf"^\S+: {grave}: ", path.with_suffix(".txt").read_text())


def test_every_rule_is_in_one_group():
    rules = {*RULES, *CALENDAR_RULES}
    assert len(RULES) + len(CALENDAR_RULES) == len(rules) == sum(len(group) for _, group in GROUPS)


if __name__ == "__main__":
    from datetime import date

    helper.check.today = lambda: date(2026, 11, 23)
    for path in FILES:
        with tempfile.TemporaryDirectory() as name:
            path.with_suffix(".txt").write_text(told(path, Path(name).resolve())[0])
