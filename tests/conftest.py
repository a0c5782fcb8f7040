"""What the tests of several folders share: the server, run as people run it."""

import datetime
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
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


@pytest.fixture(autouse=True)
def launch(monkeypatch):
    """The day of `helper check` in tests: dates in trees go by, and the tests must not go with them."""
    monkeypatch.setattr("helper.check.today", lambda: datetime.date(2026, 11, 23))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of `helper serve`, started from the checkout as a process of its own."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    log = tmp_path_factory.mktemp("server") / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "helper", "serve", "--port", str(port)],
            cwd=CHECKOUT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    try:
        while not answers(address):
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
