"""`helper serve` as people run it: the files change under load, or are broken at the start, and no reader notices."""

import http.client
import itertools
import json
import os
import re
import shutil
import signal
import statistics
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import serving
from matrix import some
from ports import PATIENCE

BIKE = """\
title: Bicycles, set {n}
start: flat
edited: 2026-11-23
review_by: 2027-05-23
steps:
  flat: {{title: "Is it flat, set {n}?", choices: [{{label: "Next, set {n}", go: shop}}]}}
  shop: {{title: "Ask the shop, set {n}", outcome: true, urgency: routine, contacts: [shop]}}
"""
SHOP = 'shop: {{name: "Shop of set {n}", call: 988, hours: always, source: manual, verified: undated}}\n'
SOURCES = 'manual: {{title: "The manual of set {n}", checked: 2026-11-23}}\n'
PATHS = ("/", "/en/bike/flat/", "/en/bike/shop/", "/en/bike/shop/step.html", "/en/bike/all/", "/en/about/")


def turn(folder, n, good=True):
    """Put a set in the place of the one before in one step, as volumes of a cluster do."""
    new = folder / f"..set-{n}"
    new.mkdir(parents=True)
    for name, text in (("bike.yaml", BIKE), ("contacts.yaml", SHOP), ("sources.yaml", SOURCES)):
        (new / name).write_text(text.format(n=n))
        if not good and name == "bike.yaml":
            (new / name).write_text(text.format(n=n) + "titel: x\n")
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(f"..data/{name}")
    (folder / "..next").symlink_to(new.name)
    (folder / "..next").rename(folder / "..data")


@pytest.fixture
def folder(tmp_path):
    """A good set in a folder of trees, and the settings above it."""
    turn(tmp_path / "trees", 0)
    (tmp_path / "helper.yaml").write_text("home: bike\n")
    return tmp_path


def start(folder, log="log", *words):
    return serving(folder, folder / log, "--state", str(folder / "state"), *words)


def ask(address, path):
    """The status and the words at a path."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def health(address):
    return json.loads(ask(address, "/healthz")[1])


def until(condition):
    """Wait until both workers say so: each of them answers some of the questions."""
    deadline, yes = time.monotonic() + PATIENCE, 0
    while yes < 12 and time.monotonic() < deadline:
        yes = yes + 1 if condition() else 0
        time.sleep(0.02)
    assert yes == 12


class Readers:
    """Threads that read pages as fast as they can, and note what they get."""

    def __init__(self, address, number):
        self.failed, self.sets, self.times, self.states = [], set(), [], set()
        self._address, self._end = address, threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(number)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _read(self, n):
        connection = http.client.HTTPConnection(urlsplit(self._address).netloc, timeout=PATIENCE)
        for path in itertools.cycle((*PATHS[n % 6 :], *PATHS[: n % 6], "/healthz")):
            if self._end.is_set():
                return connection.close()
            began = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Accept-Encoding": "identity"})
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                self.failed.append((path, repr(error)))
                continue
            self.times.append(time.perf_counter() - began)
            labels = {int(label) for label in re.findall(r"\bset (\d+)", text)}
            if path == "/healthz":
                self.states.add(json.loads(text)["status"])
            elif answer.status != 200 or len(labels) != 1:
                self.failed.append((path, answer.status, labels))
            self.sets |= labels if path != "/healthz" else set()


def under_load(folder, turns, threads):
    """Good and broken sets in turn, each until readers met it; what they got is told."""
    began = time.monotonic()
    with start(folder) as address, Readers(address, threads) as readers:
        for n in range(1, turns + 1):
            time.sleep(0.5)
            readers.states.clear()
            turn(folder / "trees", n, good=n % 2 == 0)
            deadline = time.monotonic() + PATIENCE
            while not (n in readers.sets if n % 2 == 0 else "degraded" in readers.states):
                assert time.monotonic() < deadline, f"no reader met set {n}"
                time.sleep(0.05)
    log = (folder / "log").read_text()
    p99 = statistics.quantiles(readers.times, n=100)[98]
    seconds = time.monotonic() - began
    print(f"{len(readers.times) / seconds:.0f} requests a second, 99 % within {1000 * p99:.0f} ms", end=" ")
    print(f"and all within {1000 * max(readers.times):.0f} ms; sets {sorted(readers.sets)}")
    assert readers.failed == []
    assert all(n % 2 == 0 for n in readers.sets)  # the odd ones were broken
    assert 'a tree has no key "titel" [unknown-key]' in log and "the last good pages stay" in log


@pytest.mark.proof
def test_no_request_fails_while_good_and_broken_sets_come_in_turn(folder):
    under_load(folder, 6, 4)


@pytest.mark.proof
def test_no_request_fails_through_a_minute_of_changes(folder):
    under_load(folder, 60, 8)


def test_a_broken_set_changes_nothing_and_is_told_until_it_is_mended(folder):
    with start(folder) as address:
        good = health(address)
        assert good == {"status": "ok", "version": good["version"], "reason": ""} and good["version"]
        turn(folder / "trees", 1, good=False)
        until(lambda: health(address)["status"] == "degraded")
        found = health(address)
        assert found["version"] == good["version"]
        assert found["reason"].startswith('trees/bike.yaml:8: a tree has no key "titel"')
        assert ask(address, "/readyz")[0] == ask(address, "/healthz")[0] == 200
        assert "set 0" in ask(address, "/en/bike/shop/")[1]
        turn(folder / "trees", 2)
        until(lambda: health(address)["status"] == "ok")
        assert health(address)["version"] != good["version"]
        assert "set 2" in ask(address, "/en/bike/shop/")[1]


def test_settings_are_taken_while_it_serves(folder):
    with start(folder) as address:
        (folder / "helper.yaml").write_text("home: bike\nexit: https://example.org/\n")
        until(lambda: 'href="https://example.org/"' in ask(address, "/")[1])
        (folder / "helper.yaml").write_text("home: bkie\n")
        until(lambda: "bkie" in health(address)["reason"])
        assert 'href="https://example.org/"' in ask(address, "/")[1]


@pytest.mark.proof
def test_it_starts_on_a_broken_set_with_the_last_good_one(folder):
    with start(folder) as address:
        turn(folder / "trees", 2)
        until(lambda: "set 2" in ask(address, "/")[1])
    turn(folder / "trees", 3, good=False)
    (folder / "helper.yaml").write_text("hoem: bike\n")
    with start(folder, "log2") as address:
        for path in PATHS:
            status, page = ask(address, path)
            assert status == 200 and set(re.findall(r"\bset (\d+)", page)) == {"2"}
        found = health(address)
        assert found["status"] == "degraded" and found["version"]
        assert "hoem" in found["reason"] and "titel" in found["reason"]
        assert ask(address, "/readyz")[0] == 200
        (folder / "helper.yaml").write_text("home: bike\n")
        turn(folder / "trees", 4)
        until(lambda: "set 4" in ask(address, "/")[1])
        assert health(address)["status"] == "ok"
    log = (folder / "log2").read_text()
    assert 'no key "titel" [unknown-key]' in log and 'no key "hoem" [unknown-key]' in log
    assert "WARNING: 2 errors: your files are NOT served. Readers get the last good set" in log


@pytest.mark.parametrize("kept", some(["half", None, b"", b"PK\x03\x04 no zip"]))
def test_without_a_whole_last_good_set_a_broken_one_does_not_start(folder, kept):
    with start(folder):
        pass
    (file,) = (folder / "state").glob("*.zip")
    whole = file.read_bytes()
    file.unlink() if kept is None else file.write_bytes(whole[: len(whole) // 2] if kept == "half" else kept)
    turn(folder / "trees", 1, good=False)
    with pytest.raises(pytest.fail.Exception) as failed, start(folder):
        pass
    assert "1 error: the guide can't be served" in str(failed.value) and "Traceback" not in str(failed.value)


def test_where_nothing_can_be_kept_it_serves_and_says_so(folder):
    (folder / "file").write_text("where a folder should be")
    with serving(folder, folder / "log", "--state", str(folder / "file" / "state")) as address:
        until(lambda: "can't be kept" in (folder / "log").read_text())
        assert ask(address, "/")[0] == 200 and health(address)["status"] == "ok"


def test_a_log_that_cannot_be_written_stops_nothing(folder):
    with serving(folder, Path("/dev/full"), "--state", str(folder / "state")) as address:
        for n in (1, 2):
            turn(folder / "trees", n)
            until(lambda n=n: f"set {n}" in ask(address, "/")[1])


def test_a_worker_that_dies_while_the_files_are_broken_comes_back_with_the_last_good_set(folder):
    with start(folder) as address:
        turn(folder / "trees", 2)
        until(lambda: "set 2" in ask(address, "/")[1])
        turn(folder / "trees", 3, good=False)
        until(lambda: health(address)["status"] == "degraded")
        workers = [int(pid) for pid in re.findall(r"Spawning worker-\d with PID: (\d+)", (folder / "log").read_text())]
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: (folder / "log").read_text().count("Started worker-1") == 2)
        for _ in range(30):
            status, page = ask(address, "/en/bike/shop/")
            assert status == 200 and "set 2" in page
        assert health(address)["status"] == "degraded"


@pytest.mark.proof
def test_what_is_kept_is_for_one_folder_and_one_settings_file(folder):
    """Two guides on one machine never get each other's pages."""
    with start(folder):
        pass
    shutil.copytree(folder / "trees", folder / "others", symlinks=True)
    with start(folder, "log2", "--trees", "others"):
        pass
    (folder / "other.yaml").write_text("home: bike\n")
    with start(folder, "log3", "--settings", "other.yaml"):
        pass
    assert len(list((folder / "state").glob("*.zip"))) == 3
