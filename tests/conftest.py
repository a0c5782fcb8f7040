"""What the tests of several folders share: the server, run as people run it."""

import datetime
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
PATIENCE = 30
"""Seconds in which the server must answer."""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


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
                pytest.fail(f"the server did not answer at {address}. It said:\n{log.read_text()}", pytrace=False)
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


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of `helper serve`, started from the checkout."""
    with serving(CHECKOUT, tmp_path_factory.mktemp("server") / "output") as address:
        yield address


@pytest.fixture
def watching(tmp_path):
    """Starts `helper serve --watch` above a folder of trees, good or not."""
    return lambda: serving(tmp_path, tmp_path / "output", "--watch", ready="/static/watch.json")
