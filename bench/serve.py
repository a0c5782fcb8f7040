"""How many requests a second `helper serve` answers, how soon it is ready, and how much memory it takes.

Prints each with its goal, and ends with 1 when one is missed; half of nginx is a hope, not a goal. Other work on the
machine hits all servers alike: they are measured in turn, in short rounds, and compared within each round. Goals for
the rate are for the median of these ratios. `--rounds` and `--seconds` make it quicker, or surer.
"""

import argparse
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from check import CONTACTS, SOURCES, terse
from servers import Server, Verdict, copies, guide, hello, install, nginx, noise

CONNECTIONS = 16
PAGE, PARTIAL = "/en/crisis/danger/", "/en/crisis/danger/step.html"
OF_HELLO, OF_NGINX = 0.9, 0.5
READY, READY_TREES = 1.0, 100
TREES = (1, 100, 1_000)
STEPS = (52, 10_000)
FLAT = 1.25
"""How many times the time of a request at 52 steps one may take at 10,000. Noise makes a tenth or two."""
NEW = 100
"""How many pages are asked for that nobody asked for before."""


def rate_by_wrk(server: Server, path: str, seconds: float) -> float:
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-H", "Accept-Encoding: br"]
    told = subprocess.run([*words, server.address + path], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"{path} was answered with errors:\n{told}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", told)[1])  # type: ignore[index]


def rate_by_python(server: Server, path: str, seconds: float) -> float:
    """The same without wrk: a client that is slower than what it measures, so that ratios come too near to 1."""
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\r\n".encode()
    end, counts = time.monotonic() + seconds, []

    def ask() -> None:
        count = 0
        with socket.create_connection(("127.0.0.1", server.port)) as one, one.makefile("rb") as answer:
            while time.monotonic() < end:
                one.sendall(asked)
                if answer.readline().split()[1] != b"200":
                    return
                size = 0
                while (line := answer.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                answer.read(size)
                count += 1
        counts.append(count)

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CONNECTIONS:
        sys.exit(f"{path} was answered with errors")
    return sum(counts) / seconds


def spread(values: list[float]) -> str:
    """The median, and between which values the middle half lies."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def requests(verdict: Verdict, rounds: int, seconds: float) -> None:
    rate = rate_by_wrk if install("wrk", "wrk") else rate_by_python
    by = "wrk" if rate is rate_by_wrk else "Python, for want of wrk: it is slower than the servers, so trust no ratio"
    program = install("nginx", "nginx-light libnginx-mod-http-brotli-static")
    with ExitStack() as stack:
        ours, bare = stack.enter_context(guide()), stack.enter_context(hello())
        asked = {"hello": (bare, "/"), "page": (ours, PAGE), "partial": (ours, PARTIAL)}
        if program:
            files = stack.enter_context(nginx(program))
            asked |= {"page by nginx": (files, PAGE), "partial by nginx": (files, PARTIAL)}
        for server, path in asked.values():
            rate(server, path, 1)
        rates: dict[str, list[float]] = {name: [] for name in asked}
        costs: dict[str, list[float]] = {name: [] for name in asked}
        for n in range(rounds):
            for name in random.Random(n).sample(list(asked), len(asked)):
                server, path = asked[name]
                before = server.seconds()
                rates[name].append(rate(server, path, seconds))
                costs[name].append((server.seconds() - before) / (rates[name][-1] * seconds) * 1e6)
    print(f"requests per second, by {by}: {rounds} rounds of {seconds:g} s, {CONNECTIONS} connections, br")
    for name in asked:
        cost = f"{statistics.median(costs[name]):.0f} microseconds of the processor"
        print(f"    {name:<18} {statistics.median(rates[name]):>7,.0f} a second, each {cost}")
    for name in ("page", "partial"):
        to_hello = [a / b for a, b in zip(rates[name], rates["hello"], strict=True)]
        good = statistics.median(to_hello) >= OF_HELLO
        verdict.tell(f"{name}, of hello", spread(to_hello), f">= {OF_HELLO}", good)
        if program:
            to_files = [a / b for a, b in zip(rates[name], rates[f"{name} by nginx"], strict=True)]
            good = statistics.median(to_files) >= OF_NGINX
            verdict.tell(f"{name}, of nginx", spread(to_files), f"hope >= {OF_NGINX}", good, binding=False)
            share = statistics.median(costs[f"{name} by nginx"]) / statistics.median(costs[name])
            print(f"    by the time of the processor it is {share:.2f}: the rest waits for {by} and for other work")
        else:
            print("    nginx is missing and could not be installed: nothing is known of its ratio")
    middle = statistics.median(rates["hello"])
    print(f"    noise: hello, which is always the same, made {spread([each / middle for each in rates['hello']])}")


def starting(verdict: Verdict, times: int) -> None:
    print(f"start-up until the first answer, in seconds of the processor, and memory then: {times} times, the best;")
    print("    made trees of 20 steps each; the first time all rules are tried, and again none, as nothing has changed")
    for trees in TREES:
        with tempfile.TemporaryDirectory() as name:
            words, found = copies(Path(name, "trees"), trees), []
            for _ in range(times if trees <= READY_TREES else 2):
                with guide(*words, state=Path(name, "state")) as server:
                    spent = server.in_turn()
                    time.sleep(0.5)
                    found.append((spent, server.ready, server.megabytes()))
        for what, (spent, waited, megabytes) in (("the first time", found[0]), ("again", min(found[1:]))):
            value = f"{spent:.2f} s, {megabytes:.0f} MB"
            if trees == READY_TREES:
                verdict.tell(f"{trees:,} trees, {what}", value, f"< {READY:g} s", spent < READY)
            else:
                print(f"  {f'{trees:,} trees, {what}':<52} {value:>30}")
            print(f"    {waited:.2f} s by the clock on the wall, of this machine as busy as it is")


def growth(verdict: Verdict, rounds: int, seconds: float) -> None:
    print(f"from {STEPS[0]:,} to {STEPS[1]:,} steps, the seconds being those of the processor, each in {rounds} rounds")
    with ExitStack() as stack:
        servers = {}
        for steps in STEPS:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (folder / "contacts.yaml").write_text(CONTACTS)
            (folder / "sources.yaml").write_text(SOURCES)
            (folder / "helper.yaml").write_text("home: terse\n")
            (folder / "terse.yaml").write_text(terse(steps)["terse"])
            words = ("--trees", str(folder), "--settings", str(folder / "helper.yaml"))
            servers[steps] = stack.enter_context(guide(*words))
        path = "/en/terse/s2/"
        memory = {steps: server.megabytes() for steps, server in servers.items()}
        rate = rate_by_wrk if install("wrk", "wrk") else rate_by_python
        costs: dict[int, list[float]] = {steps: [] for steps in STEPS}
        for _ in range(rounds):
            for steps, server in servers.items():
                before = server.seconds()
                count = rate(server, path, seconds) * seconds
                costs[steps].append((server.seconds() - before) / count)
        ratios = [b / a for a, b in zip(*costs.values(), strict=True)]
        good = statistics.median(ratios) <= FLAT
        verdict.tell("a page that is ready takes times as long", spread(ratios), f"<= {FLAT}", good)
        fresh = {}
        for steps, server in servers.items():
            before = server.seconds()
            ids = random.Random(7).choices(range(steps), k=NEW) if steps > NEW else range(1, steps)
            asked = {f"/en/terse/s{n}/" for n in ids}
            for each in asked:
                server.get(each)
            fresh[steps] = (server.seconds() - before) / len(asked)
        ratio = fresh[STEPS[1]] / fresh[STEPS[0]]
        verdict.tell("a page that nobody asked for yet, times as long", f"{ratio:.2f}", f"<= {FLAT}", ratio <= FLAT)
        for steps, server in servers.items():
            print(
                f"    {steps:>6,} steps: a new page takes {fresh[steps] * 1000:.1f} ms, "
                f"{memory[steps]:.0f} MB, then {server.megabytes():.0f} MB; ready after {server.ready:.1f} s"
            )


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--seconds", type=float, default=2)
    words.add_argument("--only", choices=["requests", "starting", "growth"])
    chosen = words.parse_args()
    print(noise())
    verdict = Verdict()
    if chosen.only in (None, "requests"):
        requests(verdict, chosen.rounds, chosen.seconds)
    if chosen.only in (None, "starting"):
        starting(verdict, 5)
    if chosen.only in (None, "growth"):
        growth(verdict, max(3, chosen.rounds // 3), chosen.seconds)
    print(noise())
    return not verdict.met


if __name__ == "__main__":
    sys.exit(main())
