"""What `helper serve` does under a steady load, and when clients, workers, the disk or the clock misbehave.

Prints what is expected and what was seen, and ends with 1 when they differ. All of it stays on this machine, at a
bounded rate. The steady load takes `--minutes`; each fault about half a minute, with readers beside it who must notice
nothing. A reader asks like a browser: on one connection, and once more when that broke.
"""

import argparse
import asyncio
import contextlib
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from servers import EXAMPLE, Server, copies, guide, hello, install, noise

READERS = 50
RATE, BESIDE = 500, 100
"""Requests a second: the steady load, and beside a fault."""
PATIENCE = 10
"""Seconds after which a reader gives up."""
OF_HELLO = 0.9
GROWTH = 50
"""Megabytes that a fault may cost."""
PATHS = ("/", "/en/crisis/danger/", "/en/crisis/danger/step.html", "/es/crisis/call-911/", "/en/about/")
HALF_OPEN, SLOW, BIG_HEADERS = 500, 100, 20
CLOSED_WITHIN = 25
"""Seconds for which a client may leave a request unfinished: 15, and some for a busy machine."""
FAKETIME = "/usr/lib/*/faketime/libfaketimeMT.so.1"


class Seen:
    """What readers saw."""

    def __init__(self) -> None:
        self.times: list[float] = []
        """Seconds from when each request was due until its answer was there."""
        self.errors: Counter[str] = Counter()
        self.again = 0

    def words(self) -> str:
        times = [1000 * each for each in sorted(self.times)]
        wait = f"{statistics.median(times):.0f} ms, 99 % within {times[len(times) * 99 // 100]:.0f} ms" if times else ""
        errors = ", ".join(f"{count} × {what}" for what, count in self.errors.most_common(3)) or "no error"
        return f"{len(times):,} answers, {errors}; {wait}"


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, coding: str = "br") -> bytes:
    """The body of an answer with 200. Raises OSError or EOFError when the connection breaks."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {coding}\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
    body = await reader.readexactly(size)
    if head.split()[1] != b"200":
        raise ValueError(f"status {head.split()[1].decode()}")
    return body


async def read(server: Server, n: int, rate: float, paths: tuple[str, ...], seen: Seen, end: float) -> None:
    """One of the readers: asks each time it is due, the first time after n steps of the common rate."""
    due = time.monotonic() + n / rate
    at: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while due < end:
        await asyncio.sleep(due - time.monotonic())
        for attempt in (1, 2):
            try:
                async with asyncio.timeout(PATIENCE):
                    at = at or await asyncio.open_connection("127.0.0.1", server.port)
                    await ask(*at, random.choice(paths))
                seen.times.append(time.monotonic() - due)
                break
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                if at:
                    at[1].close()
                at = None
                broke = isinstance(error, OSError | EOFError) and not isinstance(error, TimeoutError)
                if attempt == 1 and broke:
                    seen.again += 1
                    continue
                seen.errors[str(error) or type(error).__name__] += 1
                break
        due += READERS / rate
    if at:
        at[1].close()


async def read_for(server: Server, rate: float, seconds: float, paths: tuple[str, ...] = PATHS) -> Seen:
    seen, end = Seen(), time.monotonic() + seconds
    await asyncio.gather(*(read(server, n, rate, paths, seen, end) for n in range(READERS)))
    return seen


@contextlib.asynccontextmanager
async def readers(server: Server, seconds: float, paths: tuple[str, ...] = PATHS) -> AsyncIterator[Seen]:
    """Readers for some seconds, beside a block that may take less."""
    seen, end = Seen(), time.monotonic() + seconds
    tasks = [asyncio.create_task(read(server, n, BESIDE, paths, seen, end)) for n in range(READERS)]
    yield seen
    await asyncio.gather(*tasks)


class Row(NamedTuple):
    """What a trial expected and saw."""

    expected: str
    seen: str
    good: bool


async def steady(minutes: float) -> Row:
    with hello() as bare:
        await read_for(bare, RATE, 2, ("/",))
        other = await read_for(bare, RATE, 10, ("/",))
    with guide() as server:
        await read_for(server, RATE, 2)
        before = server.megabytes()
        seen = await read_for(server, RATE, 60 * minutes)
        grown = server.megabytes() - before
    rate, usual = len(seen.times) / 60 / minutes, len(other.times) / 10
    told = f"{seen.words()}; {rate:.0f} a second, hello {usual:.0f}: {rate / usual:.2f}; memory {grown:+.0f} MB"
    good = not seen.errors and rate >= OF_HELLO * usual and grown < GROWTH
    return Row(f"no error, {OF_HELLO} of hello or more, memory stays", told, good)


async def half_open() -> Row:
    with guide() as server:
        before = server.megabytes()
        ends = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(HALF_OPEN)]
        for _, writer in ends:
            writer.write(b"GET / HTTP/1.1\r\nHost: localh")
        async with readers(server, CLOSED_WITHIN) as seen:
            closed = 0
            for each in asyncio.as_completed([reader.read() for reader, _ in ends], timeout=CLOSED_WITHIN):
                with contextlib.suppress(OSError, TimeoutError):
                    await each
                    closed += 1
        grown = server.megabytes() - before
        for _, writer in ends:
            writer.close()
    told = f"{seen.words()}; {closed} of {HALF_OPEN} closed; memory {grown:+.0f} MB"
    return Row("readers see no error; the server closes all", told, not seen.errors and closed == HALF_OPEN)


async def slow_readers() -> Row:
    path = "/en/crisis/all/"
    with guide() as server:
        size = len(server.get(path, "identity")[1])
        before = server.megabytes()
        slow, got = [], [0] * SLOW
        for _ in range(SLOW):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            one.connect(("127.0.0.1", server.port))
            one.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n".encode())
            one.setblocking(False)
            slow.append(one)
        async with readers(server, 20) as seen:
            for _ in range(20):
                await asyncio.sleep(0.9)
                for n, one in enumerate(slow):
                    with contextlib.suppress(OSError):
                        got[n] += len(one.recv(50))
        grown = server.megabytes() - before
        # One of them reads on.
        slow[0].settimeout(PATIENCE)
        whole = got[0]
        while whole < size and (part := await asyncio.to_thread(slow[0].recv, 65536)):
            whole += len(part)
        for one in slow:
            one.close()
    told = f"{seen.words()}; the slow got {sum(got):,} bytes; one that reads on gets {whole:,}; memory {grown:+.0f} MB"
    good = not seen.errors and whole >= size and grown < GROWTH
    return Row(f"readers see no error; who reads on gets all; memory +{GROWTH} MB at most", told, good)


async def killed_workers() -> Row:
    kills = 4
    with guide() as server:
        async with readers(server, 10 * kills + 5) as seen:
            for n in range(kills):
                await asyncio.sleep(10)
                os.kill(server.workers()[n % 2], signal.SIGKILL)
        workers = len(server.workers())
    told = f"{seen.words()}; {kills} killed, {seen.again} asked again; {workers} workers at the end"
    return Row("asked once more at most, all get answers; 2 workers", told, not seen.errors and workers == 2)


async def changed(server: Server, folder: Path, words: str, seconds: float = 20) -> bool:
    """Whether a new title shows soon after it was written into the tree."""
    tree = folder / "guide-0.yaml"
    text = (EXAMPLE / "bicycle-repair.yaml").read_text()
    tree.write_text(text.replace("What is wrong?", words))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(0.5)
        # Both workers have it when it comes ten times in a row.
        bodies = [(await asyncio.to_thread(server.get, "/en/guide-0/", "identity"))[1] for _ in range(10)]
        if all(words.encode() in body for body in bodies):
            return True
    return False


async def full_disk() -> Row:
    """The state folder takes no file of more than a kilobyte; then the log can't be written as well."""

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    told, good = [], True
    for what in ("state", "state and log"):
        with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
            folder = Path(name, "trees")
            words = copies(folder, 1)
            log = stack.enter_context(open("/dev/full" if what == "state and log" else f"{name}/log", "wb"))
            heard = subprocess.PIPE if what == "state" else log
            with guide(*words, state=Path(name, "state"), stderr=heard, preexec_fn=small_files) as server:
                async with readers(server, 15, ("/", "/en/guide-0/")) as seen:
                    shown = [await changed(server, folder, f"What is it, {n}?") for n in (1, 2)]
            warned = server.process.stderr.read().decode() if server.process.stderr else ""
        good &= not seen.errors and all(shown)
        told.append(f"{what}: {seen.words()}; changes shown: {sum(shown)} of 2")
        if what == "state":
            good &= "can't be kept" in warned
            told.append("the log tells" if "can't be kept" in warned else "the log does NOT tell")
    return Row("readers see no error; new pages show; the log tells", "; ".join(told), good)


async def jumping_clock() -> Row:
    expected = "readers see no error; an expired line goes, 988 stays, back comes back"
    install("faketime", "faketime")
    library = next(Path("/").glob(FAKETIME[1:]), None)
    if not library:
        return Row(expected, "NOT TRIED: libfaketime (package faketime) is missing", False)
    from helper import data_dir
    from helper.loading.folder import load

    found = load(data_dir("trees")).content
    step, line = next(
        (step_id, found.contacts[name].name)
        for step_id, step in found.trees["crisis"].steps.items()
        for name in (*step.contacts, *step.also)
        if "988" in (*step.contacts, *step.also) and found.contacts[name].expires and not found.contacts[name].status
    )
    path = f"/en/crisis/{step}/"
    with tempfile.TemporaryDirectory() as name:
        clock = Path(name, "clock")
        env = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
        clock.write_text("+0")
        told, good = [], True
        with guide(env={**env, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}) as server:
            async with readers(server, 20, (*PATHS, path)) as seen:
                for jump, there in (("+0", True), ("+20y", False), ("-1d", True), ("+20y", False), ("+0", True)):
                    clock.with_suffix(".new").write_text(jump)
                    clock.with_suffix(".new").replace(clock)
                    await asyncio.sleep(3)
                    page = (await asyncio.to_thread(server.get, path, "identity"))[1].decode()
                    good &= (f">{line}<" in page) == there and 'href="tel:988"' in page
                    told.append(f"{jump} {'shown' if f'>{line}<' in page else 'gone'}")
    return Row(expected, f"{seen.words()}; {line}: {', '.join(told)}", good and not seen.errors)


async def big_headers() -> Row:
    async def send(server: Server) -> tuple[str, int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Big: ")
        sent = 0
        with contextlib.suppress(OSError):
            for _ in range(160):
                writer.write(b"a" * 65536)
                await writer.drain()
                sent += 65536
            writer.write(b"\r\n\r\n")
        try:
            async with asyncio.timeout(PATIENCE):
                status = (await reader.readline()).split()[1:2]
        except (OSError, TimeoutError) as error:
            return type(error).__name__, sent
        return status[0].decode() if status else "closed", sent

    with guide() as server:
        before = server.megabytes()
        async with readers(server, 10) as seen:
            ends = await asyncio.gather(*(send(server) for _ in range(BIG_HEADERS)))
        grown = server.megabytes() - before
    kinds = Counter(status for status, _ in ends)
    most = max(sent for _, sent in ends) / 1e6
    closed = ("closed", "ConnectionResetError", "BrokenPipeError")
    refused = all(status.startswith("4") or status in closed for status, _ in ends)
    told = f"{seen.words()}; {dict(kinds)}, {most:.1f} MB sent at most; memory {grown:+.0f} MB"
    good = not seen.errors and refused and grown < GROWTH
    return Row("readers see no error; each is refused; memory stays", told, good)


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--only")
    chosen = words.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    trials: dict[str, Callable[[], Awaitable[Row]]] = {
        f"{RATE} requests a second for {chosen.minutes:g} minutes": lambda: steady(chosen.minutes),
        f"{HALF_OPEN} half-open clients": half_open,
        f"{SLOW} slow readers": slow_readers,
        "a worker killed each 10 seconds": killed_workers,
        "a full disk": full_disk,
        "a clock that jumps": jumping_clock,
        f"{BIG_HEADERS} headers of 10 MB": big_headers,
    }
    good = True
    for name, trial in trials.items():
        if chosen.only and chosen.only not in name:
            continue
        row = asyncio.run(trial())  # type: ignore[arg-type]
        good &= row.good
        print(f"{name}: {'as expected' if row.good else 'NOT AS EXPECTED'}")
        print(f"    expected  {row.expected}\n    seen      {row.seen}\n    noise     {noise()}", flush=True)
    return not good


if __name__ == "__main__":
    sys.exit(main())
