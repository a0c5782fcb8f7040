"""What a first visit and one step weigh, and how long a slow phone waits for them, in a real Chromium.

Prints each with its goal, and ends with 1 when one is missed. The phone is this machine with its processor slowed four
times, on a network of 400 kbit/s that takes 400 ms to answer; a busy machine makes it slower still. Bytes are those of
bodies as they travel, compressed by br; what their headers add is told beside, since HTTP/2 and 3 pack those.
"""

import argparse
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page, sync_playwright
from servers import Server, Verdict, guide, noise

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE: Any = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SLOWED = 4
LATENCY, BYTES_A_SECOND = 400, 400_000 / 8
FIRST, ALL, STEP = 14_000, 30_000, 2_000
TAPPABLE, TAP = 2000, 100
WALK = 5
"""How many steps are tapped."""
WHEN = """
  window.when = {};
  Object.defineProperty(window, "walkReady", {
    set() { this.when.script = performance.now(); },
    get() { return "script" in this.when; },
  });
  addEventListener("pointerdown", (event) => { window.when = { tap: event.timeStamp }; }, true);
  document.addEventListener("htmx:after:swap", () => {
    requestAnimationFrame(() => setTimeout(() => { window.when.shown = performance.now(); }));
  });
"""
"""Notes when links begin to swap steps, when a finger came down, and when what it led to was painted."""


class Wire:
    """What a page fetched, by path: its type, the bytes of the body as they travelled, and those of the headers."""

    def __init__(self, devtools: CDPSession) -> None:
        self._asked: dict[str, tuple[str, str]] = {}
        self._heads: dict[str, float] = {}
        self.found: list[tuple[str, str, float, float]] = []
        devtools.on("Network.responseReceived", self._answered)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.send("Network.enable")

    def _answered(self, event: Any) -> None:
        response = event["response"]
        if not response.get("fromDiskCache") and not response.get("fromPrefetchCache"):
            self._asked[event["requestId"]] = urlsplit(response["url"]).path, event["type"]
            self._heads[event["requestId"]] = response["encodedDataLength"]

    def _finished(self, event: Any) -> None:
        if asked := self._asked.pop(event["requestId"], None):
            head = self._heads[event["requestId"]]
            self.found.append((*asked, event["encodedDataLength"] - head, head))


@contextmanager
def visit(browser: Any, server: Server, slow: bool) -> Iterator[tuple[Page, Wire]]:
    """A page of a phone that has nothing of ours yet."""
    context = browser.new_context(base_url=server.address, service_workers="block", **PHONE)
    page = context.new_page()
    page.add_init_script(WHEN)
    devtools = context.new_cdp_session(page)
    wire = Wire(devtools)
    if slow:
        network = {"latency": LATENCY, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        devtools.send("Network.emulateNetworkConditions", {"offline": False, **network})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    yield page, wire
    context.close()


def weigh(verdict: Verdict, browser: Any, server: Server) -> None:
    with visit(browser, server, slow=False) as (page, wire):
        page.goto("/", wait_until="networkidle")
        page.wait_for_timeout(1000)  # the next steps are fetched a moment after the page
    steps = [(body, head) for path, _, body, head in wire.found if path.endswith("/step.html")]
    page_only = [each for each in wire.found if not each[0].endswith("/step.html")]
    print("a first visit")
    for path, kind, body, head in page_only:
        print(f"    {kind:<12} {path:<40} {body:>7,.0f} bytes, headers {head:,.0f}")
    first = sum(body for _, kind, body, _ in page_only if kind in ("Document", "Stylesheet"))
    whole = sum(body for *_, body, _ in page_only)
    heads = sum(head for *_, head in page_only)
    verdict.tell("HTML and CSS", f"{first:,.0f} bytes", f"< {FIRST:,}", first < FIRST)
    verdict.tell("all that the page needs", f"{whole:,.0f} bytes", f"< {ALL:,}", whole < ALL)
    more = sum(body + head for body, head in steps)
    print(f"    headers add {heads:,.0f}; {len(steps)} next steps are fetched ahead, {more:,.0f} with their headers")


def weigh_steps(verdict: Verdict, server: Server) -> None:
    """Every step of the crisis guide."""
    from helper import data_dir
    from helper.loading.folder import load

    steps = load(data_dir("trees")).content.trees["crisis"].steps
    sizes = {name: len(server.get(f"/en/crisis/{name}/step.html")[1]) for name in steps}
    heaviest = max(sizes, key=lambda name: sizes[name])
    middle = statistics.median(sizes.values())
    over = sum(size >= STEP for size in sizes.values())
    verdict.tell("a step, the median of the crisis guide", f"{middle:,.0f} bytes", f"< {STEP:,}", middle < STEP)
    value = f"{sizes[heaviest]:,} bytes"
    verdict.tell(f"the heaviest step, {heaviest}", value, f"< {STEP:,}", not over, binding=False)
    print(f"    {over} of {len(sizes)} steps are heavier than the goal")


def first_question(browser: Any, server: Server) -> tuple[float, float]:
    """Milliseconds until the first question is painted, where its links work, and until its links swap steps."""
    with visit(browser, server, slow=True) as (page, _):
        page.goto("/", wait_until="load")
        page.wait_for_timeout(500)
        assert page.locator("#step a.choice:visible").first.is_visible()
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        return paint, page.evaluate("when.script")


def taps(browser: Any, server: Server) -> list[float]:
    """Milliseconds from a finger to the painted next step, for some steps that were fetched ahead."""
    found = []
    with visit(browser, server, slow=True) as (page, _):
        page.goto("/", wait_until="networkidle")
        for _ in range(WALK):
            page.wait_for_timeout(2500)  # a reader reads
            choice = page.locator("#step a.choice:visible").first
            if not choice.count():
                break
            choice.scroll_into_view_if_needed()
            title = page.locator("h1").inner_text()
            choice.tap()
            page.locator("h1").filter(has_not_text=title).wait_for()
            page.wait_for_timeout(500)
            found.append(page.evaluate("when.shown - when.tap"))
    return found


def delay(browser: Any, server: Server) -> float:
    """How many times as long as at its best a page takes, in the middle, for the same piece of work, not slowed."""
    with visit(browser, server, slow=False) as (page, _):
        page.goto("/")
        work = (
            "() => { const from = performance.now(); for (let n = 0; n < 2e7; n++); return performance.now() - from; }"
        )
        times = [page.evaluate(work) for _ in range(40)]
    return statistics.median(times) / min(times)


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("--rounds", type=int, default=5)
    rounds = words.parse_args().rounds
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        sys.exit("Chromium is missing, so nothing was measured about what readers wait for: apt install chromium")
    print(noise())
    verdict = Verdict()
    with guide() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        weigh(verdict, browser, server)
        weigh_steps(verdict, server)
        questions = [first_question(browser, server) for _ in range(rounds)]
        walks = [milliseconds for _ in range(rounds) for milliseconds in taps(browser, server)]
        busy = delay(browser, server)
        browser.close()
    print(f"a phone {SLOWED} times as slow, on 400 kbit/s and 400 ms: the median of {rounds} visits, least to most")
    for n, what in enumerate(("first question tappable", "first question swaps, by the script")):
        times = sorted(each[n] for each in questions)
        value = f"{statistics.median(times):,.0f} ms ({times[0]:,.0f} to {times[-1]:,.0f})"
        verdict.tell(what, value, f"< {TAPPABLE:,} ms", statistics.median(times) < TAPPABLE, binding=n == 0)
    walks.sort()
    value = f"{statistics.median(walks):.0f} ms ({walks[0]:.0f} to {walks[-1]:.0f})"
    verdict.tell(f"tap to next step, {len(walks)} taps", value, f"< {TAP} ms", statistics.median(walks) < TAP)
    print(f"    noise: the same work in a page takes {busy:.1f} times as long as at its best")
    print(noise())
    return not verdict.met


if __name__ == "__main__":
    sys.exit(main())
