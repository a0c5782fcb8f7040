"""The cases of walks.json: what a walk knows at its end, the same for `helper check`, a phone and a kiosk."""

import json
from pathlib import Path

WALKS = json.loads(Path(__file__).with_name("walks.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in WALKS["cases"]}
HOME = "ride"


def write(folder):
    """Write the guides of the cases into a folder, and return it."""
    for name, tree in (*WALKS["trees"].items(), ("contacts", WALKS["contacts"])):
        (folder / f"{name}.yaml").write_text(json.dumps(tree), encoding="utf-8")
    (folder / "sources.yaml").write_text("manual: {title: The manual, checked: 2026-11-23}\n")
    return folder


def steps(case):
    """Where a walk leads: each choice with its step (tree/step) and the step that it leads to."""
    at = f"{HOME}/{WALKS['trees'][HOME]['start']}"
    for label in case["take"]:
        tree, step = at.split("/")
        go = next(one["go"] for one in WALKS["trees"][tree]["steps"][step]["choices"] if one["label"] == label)
        goal = go if "/" in go else f"{tree}/{go}"
        yield at, label, goal
        at = goal


def ticks(case, step):
    """Those of the ticks of a case that a step has boxes for, in their order."""
    tree, name = step.split("/")
    there = {check["id"] for check in WALKS["trees"][tree]["steps"][name].get("checks", ())}
    return [check for check in case["tick"] if check in there]
