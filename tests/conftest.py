"""What the tests of several folders share: the server, run as people run it."""

import datetime
import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from nginx import behind_nginx
from ports import PATIENCE, answers, free_port
from real import CONTENT, LOADED

from helper.interface import LANGUAGE
from helper.model.settings import Settings
from helper.site import Site
from helper.translate import CONTACTS_DOMAIN, texts

pytest_plugins = ["gate"]
hypothesis.settings.register_profile("busy", deadline=None)  # a busy machine is no fault of ours
hypothesis.settings.load_profile("busy")

CHECKOUT = Path(__file__).parent.parent


@contextmanager
def serving(folder, log, *words, ready="/"):
    """The address of `helper serve`, started in a folder as a process of its own. It runs when `ready` is there."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "helper", "serve", "--port", str(port), *words],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    try:
        while not answers(address + ready):
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text() if log.is_file() else "nothing that was kept"
                pytest.fail(f"the server did not answer at {address}. It said:\n{said}", pytrace=False)
            time.sleep(0.05)
        yield address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(autouse=True)
def launch(monkeypatch):
    """The day of `helper check` in tests: dates in trees go by, and the tests must not go with them."""
    monkeypatch.setattr("helper.check.today", lambda: datetime.date(2026, 11, 23))


@pytest.fixture(autouse=True)
def no_fault_is_logged(request, caplog):
    """What the app logs is a fault of ours, whatever the page says. Tests of such faults are marked `faulty`."""
    yield
    if not request.node.get_closest_marker("faulty"):
        records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
        ours = [record for record in records if record.name.startswith("helper")]
        assert [record.getMessage() for record in ours if record.levelno >= logging.ERROR] == []


def pytest_addoption(parser):
    parser.addoption("--export", action="store_true", help="try the exported site behind nginx instead of the server")


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory):
    """What servers find around them: a place of this run for their last good set, and streams as they usually are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONUNBUFFERED", raising=False)
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.delenv("STATE_DIRECTORY", raising=False)
        yield


@pytest.fixture(scope="session")
def server(request, tmp_path_factory):
    """The address of `helper serve`, started from the checkout; with --export, of what it exports, behind nginx."""
    if request.config.getoption("--export"):
        root = tmp_path_factory.mktemp("export") / "root"
        subprocess.run([sys.executable, "-m", "helper", "export", str(root), "--place", "ma"], cwd=CHECKOUT, check=True)
        with behind_nginx(root.parent / "nginx", root) as address:
            yield address
        return
    with serving(CHECKOUT, tmp_path_factory.mktemp("server") / "output") as address:
        yield address


@pytest.fixture(scope="session")
def serving_with(tmp_path_factory):
    """Starts `helper serve` with the text of a settings file."""

    def start(settings):
        folder = tmp_path_factory.mktemp("served")
        (folder / "helper.yaml").write_text(settings)
        return serving(folder, folder / "output")

    return start


@pytest.fixture
def watching(tmp_path):
    """Starts `helper serve --watch` above a folder of trees, good or not."""
    return lambda: serving(tmp_path, tmp_path / "output", "--watch", ready="/static/watch.json")


def pytest_terminal_summary(terminalreporter):
    """After the tests of languages: what each guide has in each language."""
    reports = (one for found in terminalreporter.stats.values() for one in found if hasattr(one, "nodeid"))
    if any("test_languages.py" in one.nodeid for one in reports):
        terminalreporter.section("guides and languages")
        for row in [("guide", "language", "steps", "texts", "contacts", "missing"), *languages()]:
            terminalreporter.write_line("{:<14}{:<10}{:>6}{:>7}{:>10}{:>9}".format(*row))


def languages():
    """For each guide and language: its steps, texts and contacts, and how many of its texts readers get in English."""
    site = Site(CONTENT, Settings(), LOADED.catalogs)
    found = list(texts(LOADED))
    for name, tree in CONTENT.trees.items():
        named = {contact for step in tree.steps.values() for contact in (*step.contacts, *step.also)}
        mine = [one for one in found if one.domain == name]
        mine += [one for one in found if one.domain == CONTACTS_DOMAIN and one.context.split()[0] in named]
        for language in site.languages:
            catalogs = LOADED.catalogs.get(language, {})
            missing = sum(
                not (one.domain in catalogs and catalogs[one.domain].get(one.context, one.text)) for one in mine
            )
            yield name, language, len(tree.steps), len(mine), len(named), 0 if language == LANGUAGE else missing
