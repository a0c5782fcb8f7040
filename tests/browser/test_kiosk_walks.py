"""Walks on a waiting room's screen: the same lines as on a phone, and thousands of people who leave nothing behind."""

import os
import random
import re
import statistics
from pathlib import Path

import pytest
from devices import PHONE
from guide import START
from matrix import some
from playwright.sync_api import expect
from waiting_room import SCREEN, assert_start, assert_step, begin, chosen, do, open_screen, tap
from walking import TO_CALL, TO_CALL_AWAY, TO_CALL_ME, choice, pick, walk, words_chosen, words_to_say

SEED = 20261123
WALKS = 2000
BATCH = 100
WALK = """([seed, count]) => {
  // mulberry32: the same walks for the same seed
  const dice = (most) => {
    seed = (seed + 0x6D2B79F5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % most;
  };
  const pick = (selector) => {
    const found = [...document.querySelectorAll(selector)].filter((one) => !one.hidden);
    const one = found[dice(found.length || 1)];
    one?.click();
    return Boolean(one);
  };
  let steps = 0;
  for (let walk = 0; walk < count; walk += 1) {
    pick("a.language");
    for (let left = 1 + dice(12); left > 0; left -= 1) {
      const act = dice(20);
      if (act < 13) pick("#step a[href]");
      else if (act < 14) pick("[data-option] > summary, .switch input");
      else if (act < 15) pick("[data-do=back]");
      else if (act < 16) pick("[data-do=larger], [data-do=smaller], [data-do=contrast]");
      else if (act < 17) pick(".dock a.language");
      else if (act < 18) pick(".foot a");
      else if (act < 19) pick("summary");
      else pick("button.large");
      if (!document.querySelector("#step .step h1")) return `walk ${walk}: no step`;
      steps += 1;
    }
    document.querySelector(".dock [data-do=clear]").click();
    if (!document.body.matches(".start") || document.documentElement.className !== "kiosk") return `walk ${walk}: not clear`;
  }
  return steps;
}"""


@pytest.mark.parametrize("way", some([TO_CALL, TO_CALL_AWAY, TO_CALL_ME]), ids=["yes", "away", "me"])
def test_the_lines_are_those_of_a_phone(open_page, way):
    phone, screen = open_page(PHONE), open_page(SCREEN)
    walk(phone, *way)
    open_screen(screen)
    begin(screen)
    for label, step in way:
        tap(screen, choice(screen, label))
        assert_step(screen, step)
    assert words_to_say(phone)
    for options in ((), ("others/children", "weapon/in-reach"), ("weapon/in-reach", "weapon/none", "hurt/took")):
        for page in (phone, screen):
            pick(page, *options)
        assert words_to_say(screen) == words_to_say(phone)
        assert words_chosen(screen) == words_chosen(phone)


@pytest.mark.proof
def test_back_takes_the_answer_back_and_keeps_the_taps(open_page):
    screen = open_page(SCREEN)
    open_screen(screen)
    begin(screen)
    for label, step in TO_CALL_AWAY:
        tap(screen, choice(screen, label))
        assert_step(screen, step)
    pick(screen, "others/children")
    said = words_to_say(screen)
    for step in (*(step for _, step in TO_CALL_AWAY[-2::-1]), START):
        do(screen, "back")
        assert_step(screen, step)
    expect(screen.locator("[data-do=back]")).to_be_hidden()
    tap(screen, choice(screen, TO_CALL[0][0]))
    expect(chosen(screen, "others/children")).to_have_count(1)
    assert words_to_say(screen) != said


def memory_of(process):
    """Megabytes of a process and those that it started."""
    found, waiting = 0, [process]
    while waiting:
        one = waiting.pop()
        status = Path(f"/proc/{one}/status").read_text()
        found += int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
        waiting += Path(f"/proc/{one}/task/{one}/children").read_text().split()
    return found


def server_at(address):
    """The process of `helper serve` that answers at an address."""
    port = address.rsplit(":", 1)[1]
    for process in Path("/proc").glob("[0-9]*"):
        words = process.joinpath("cmdline").read_bytes().decode().split("\0")
        if "helper" in words and port in words and int(process.joinpath("stat").read_text().split()[3]) == os.getpid():
            return process.name
    raise AssertionError(f"no server at {address}")


@pytest.mark.proof
def test_thousands_of_people_leave_nothing_behind(open_page, server):
    screen = open_page(SCREEN)
    open_screen(screen)
    process = server_at(server)
    session = screen.context.new_cdp_session(screen)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")
    dice = random.Random(SEED)
    figures, steps = [], 0
    for _ in range(WALKS // BATCH):
        found = screen.evaluate(WALK, [dice.randrange(2**31), BATCH])
        assert isinstance(found, int), found
        steps += found
        assert_start(screen)
        session.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        figures.append(
            {
                "heap": metrics["JSHeapUsedSize"] / 1e6,
                "nodes": metrics["Nodes"],
                "listeners": metrics["JSEventListeners"],
                "documents": metrics["Documents"],
                "server": memory_of(process),
            }
        )
    print(f"\n{WALKS} walks, {steps} actions")
    for name in figures[0]:
        values = [one[name] for one in figures]
        early, late = statistics.median(values[1:6]), statistics.median(values[-5:])
        print(f"{name:<10} {values[0]:>10.1f} {early:>10.1f} {late:>10.1f}")
        assert late <= early * 1.05 + 1, f"{name} grows: {values}"
