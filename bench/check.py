"""How long `helper check` takes, and how much memory, on made trees of 1,000 and 10,000 steps.

Each size runs in a process of its own. Seconds are those of the processor, so that other work does not count. It ends
with 1 when a bound is broken: 5 seconds and 300 MB at 10,000 steps, and 1.5 times the time per step at 1,000. A tree of
10,000 steps has to be terse: no file may have more than 1 MB. The lines "in 10 trees" are for steps with as many words
as real ones; no bound is on them.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (1_000, 10_000)
SECONDS, MEGABYTES, RATIO = 5.0, 300, 1.5
CONTACTS = """\
"911": {name: "911", call: 911, text: 911, hours: always, source: manual, verified: undated}
"988": {name: "988", call: 988, text: 988, hours: always, source: manual, verified: undated}
"""
SOURCES = "manual: {title: The manual, checked: 2026-11-23}\n"
HEAD = "title: A\nstart: s0\nurgent: true\nedited: 2026-11-23\nreview_by: 2999-12-31\nsteps:\n"


def terse(steps: int) -> dict[str, str]:
    """One tree: every question has three answers, and the last row is emergencies."""
    lines = []
    for n in range(steps):
        call = f"title: Call s{n},outcome: true,urgency: emergency,contacts: [911],also: [988]"
        a, b, c = 3 * n + 1, 3 * n + 2, 3 * n + 3
        answers = f"{{label: A,go: s{a}}},{{label: B,go: s{b}}},{{label: C,go: s{c},kind: unsure}}"
        if c >= steps:
            text = call
        elif n == 1:  # the first answer of an urgent tree leads straight to 911
            text = f"{call},choices: [{answers.replace('}', ',because: D}')}]"
        else:
            text = f"title: Safe s{n}?,choices: [{answers}]"
        lines.append(f" s{n}: {{{text}}}\n")
    return {"terse": HEAD + "".join(lines)}


def wordy(steps: int) -> dict[str, str]:
    """Ten trees that lead to each other, with texts, lines to say and conditions."""
    trees = {}
    for tree in range(10):
        lines = []
        for n in range(steps // 10):
            goals = [f"s{3 * n + k}" if 3 * n + k < steps // 10 else f"tree{(tree + 1) % 10}/s1" for k in (1, 2, 3)]
            if n % 3 == 1:
                lines.append(OUTCOME.format(n=n, p=(n - 1) // 3, a=goals[0], b=goals[1], c=goals[2]))
            else:
                lines.append(QUESTION.format(n=n, a=goals[0], b=goals[1], c=goals[2]))
        trees[f"tree{tree}"] = HEAD + "".join(lines)
    return trees


QUESTION = """\
  s{n}:
    title: Is anyone in danger right now, including s{n}?
    text: |
      **Any one** of these is danger:

      - someone is badly hurt, took too much, or is hard to wake
      - a weapon is in reach of someone upset
    why: 911 is for danger that can’t wait.
    sources: [manual]
    choices:
      - {{label: "Yes", go: {a}, id: "yes", because: Here is why.}}
      - {{label: "I am not sure", go: {b}, kind: unsure, because: Here is why.}}
      - {{label: "No", go: {c}, because: Here is why.}}
"""
OUTCOME = """\
  s{n}:
    title: Call 911 now, s{n}
    outcome: true
    urgency: emergency
    contacts: [911, 988]
    checks:
      - {{id: hurt-{n}, label: "Someone is hurt"}}
    say:
      - "I am at (address, floor, room). My number is (number)."
      - {{when: {{hurt-{n}: ticked, s{p}: "yes"}}, if: "If someone is hurt", line: "Please send an ambulance."}}
    sources: [manual]
    choices:
      - {{label: "They are here", go: {a}, id: "yes", because: Help is there.}}
      - {{label: "I am not sure", go: {b}, kind: unsure, because: Help is there.}}
      - {{label: "They are late", go: {c}, because: Help is there.}}
"""


def measure(kind: str, steps: int) -> None:
    """Check one made folder. Print what was found, the seconds and the megabytes."""
    from helper.check import check_path

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "contacts.yaml").write_text(CONTACTS)
        (folder / "sources.yaml").write_text(SOURCES)
        for tree, text in (terse if kind == "terse" else wordy)(steps).items():
            (folder / f"{tree}.yaml").write_text(text)
        start = time.process_time()
        report = check_path(folder)
        seconds = time.process_time() - start
    if "-v" in sys.argv:
        print(*{(problem.code, problem.message) for problem in report.problems}, sep="\n", file=sys.stderr)
    print(len(report.problems), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> int:
    good = True
    for kind, shape in (("terse", "in 1 tree"), ("wordy", "in 10 trees")):
        each = []
        for steps in SIZES:
            run = [sys.executable, __file__, kind, str(steps)]
            words = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
            problems, seconds, megabytes = int(words[0]), float(words[1]), float(words[2])
            each.append(seconds / steps)
            print(f"{steps:>6,} steps {shape}: {seconds:5.2f} s, {megabytes:4.0f} MB, {problems} problems")
        ratio = each[-1] / each[0]
        print(f"  time per step at {SIZES[-1]:,} is {ratio:.2f} times that at {SIZES[0]:,}")
        good &= kind == "wordy" or seconds < SECONDS and megabytes < MEGABYTES and ratio < RATIO
    return not good


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        sys.exit(main())
