"""What `helper serve` does with requests that are too big, too slow or broken; its log tells nothing of them."""

import os
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import CHECKOUT, answers, free_port, serving
from ports import PATIENCE

from helper.cli.serving import HEAD_TIMEOUT

CANARY = "zqx5550199"


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("limits") / "log"


@pytest.fixture(scope="module")
def guide(log):
    """A server of which both workers have begun: one answers while the other is still growing."""
    with serving(CHECKOUT, log) as address:
        held = 0
        while (now := memory(log)) > held + 1:
            held = now
            time.sleep(1)
        yield address


def connect(address):
    host, port = urlsplit(address).netloc.split(":")
    found = socket.create_connection((host, int(port)), timeout=HEAD_TIMEOUT / 1000 + PATIENCE)
    return found


def talk(address, *parts):
    """What comes back for these bytes, and how many of them were taken."""
    taken, back = 0, b""
    with connect(address) as line:
        try:
            for part in parts:
                line.sendall(part)
                taken += len(part)
        except OSError:
            pass  # the server has heard enough
        try:
            while part := line.recv(65536):
                back += part
        except OSError:
            pass
    return taken, back


def ask(method="GET", path="/en/", *headers):
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]).encode()


def memory(log):
    """The megabytes that the workers hold."""
    pids = re.findall(r"Spawning worker-\d with PID: (\d+)", log.read_text())
    found = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return sum(int(re.search(r"VmRSS:\s+(\d+)", text)[1]) for text in found) / 1000


def test_a_head_of_ten_megabytes_is_refused_at_once(guide, log):
    before = memory(log)
    taken, back = talk(guide, ask("GET", "/", f"X-Long: {CANARY * 1_000_000}"))
    assert back.startswith(b"HTTP/1.1 431 ") or (back == b"" and taken == 0)
    assert memory(log) < before + 20
    assert answers(guide)


TOO_LONG = {
    "address": ask("GET", "/" + CANARY * 10_000),
    "header": ask("GET", "/", f"X-Long: {CANARY * 20_000}"),
    "many headers": ask("GET", "/", *(f"X-{n}: {CANARY}" for n in range(300))),
}


@pytest.mark.parametrize("request_", TOO_LONG.values(), ids=list(TOO_LONG))
def test_what_is_too_long_is_refused(guide, request_):
    _, back = talk(guide, request_)
    assert re.match(rb"HTTP/1.1 4(14|31) ", back) and CANARY.encode() not in back


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("form", ["Content-Length: 104857600", "Transfer-Encoding: chunked"])
def test_a_body_of_a_hundred_megabytes_is_not_read(guide, log, method, form):
    before = memory(log)
    part = b"b" * 65536 if "Length" in form else b"10000\r\n" + b"b" * 65536 + b"\r\n"
    taken, back = talk(guide, ask(method, "/en/", form), *([part] * 1600))
    assert back.startswith(b"HTTP/1.1 405 " if method == "POST" else b"HTTP/1.1 200 ")
    assert taken < 20_000_000 and memory(log) < before + 20


@pytest.mark.parametrize(
    "said",
    [b"", b"GET / HTTP/1.1\r\nHost: local", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ids=["nothing", "half a head", "one request and then nothing"],
)
@pytest.mark.proof
def test_who_is_too_slow_is_let_go(guide, said):
    began = time.monotonic()
    talk(guide, said)
    assert HEAD_TIMEOUT / 1000 - 2 < time.monotonic() - began < HEAD_TIMEOUT / 1000 + PATIENCE


def test_many_half_open_lines_keep_nobody_out(guide):
    lines = [connect(guide) for _ in range(200)]
    try:
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: local")
        answered = 0
        while answered < 20 and not select.select(lines, [], [], 0)[0]:  # none of them was let go yet
            assert talk(guide, ask("GET", "/en/"))[1].startswith(b"HTTP/1.1 200 ")
            answered += 1
        assert answered > 1
    finally:
        for line in lines:
            line.close()


BROKEN = [
    f"{CANARY} garbage\r\n\r\n".encode(), ask("GET", f"/en/{CANARY}/"), ask("GET", f"/en/?{CANARY}={CANARY}"),
    ask(CANARY), ask("GET", "/", f"Cookie: {CANARY}", f"Referer: {CANARY}", f"User-Agent: {CANARY}"),
    ask().replace(b"localhost", CANARY.encode()), ask("GET", f"/\xff{CANARY}"), ask("GET", f"/%00%ff{CANARY}"),
    ask("POST", f"/{CANARY}", "Content-Length: x"), ask("GET", f"http://{CANARY}/"), ask("CONNECT", f"{CANARY}:443"),
    ask("GET", "/", "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {CANARY}"),
    f"GET /{CANARY} HTTP/9.9\r\n\r\n".encode(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + CANARY.encode(),
    b"\x16\x03\x01" + CANARY.encode(),
]  # fmt: skip


def assert_tells_nothing(text, *more):
    for word in (CANARY, "GET", "crisis/", "call-911", *more):
        assert word not in text, word
    assert "127.0.0.1" not in re.sub(r"http://127\.0\.0\.1:\d+", "", text)  # but for where the guide is


def test_the_log_tells_neither_address_nor_path_nor_query(guide, log):
    for request_ in BROKEN:
        _, back = talk(guide, request_)
        assert CANARY.encode() not in back
        assert b" 500 " not in back[:20]
    for path in ("/en/crisis/call-911/", "/en/crisis/call-911/step.html", "/en/crisis/nope/", "/en/crisis/call-911"):
        talk(guide, ask("GET", path))
    assert_tells_nothing(log.read_text())


FAULTY = """
import sys
from helper.views import tree_map
def fault(*words):
    raise ValueError(f"{words}")
tree_map.page = fault
from helper.cli import main
main(["serve", "--port", sys.argv[1]])
"""


def test_a_fault_of_ours_tells_its_kind_and_place_and_nothing_else(tmp_path):
    """In the server as it runs: granian writes its own words on what an app raises."""
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", FAULTY, str(port)],
            cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}/") and time.monotonic() < deadline:
            time.sleep(0.05)
        _, back = talk(f"http://127.0.0.1:{port}", ask("GET", f"/en/crisis/map/?{CANARY}", f"Cookie: {CANARY}"))
        assert back.startswith(b"HTTP/1.1 500 ") and b'href="tel:911"' in back
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)
    assert "ValueError at <string>:5" in log.read_text()
    assert_tells_nothing(log.read_text(), "Traceback", "/map")
