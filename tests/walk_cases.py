"""The cases of walks.json: what a walk knows at its end, the same for `helper check`, a phone and a kiosk.

A case takes the choices with the labels of `take`. In each topic of `tap` it chooses these options in their order, on
the first step that shows the topic, which may be the last one. Then `answers` has the answers that are kept (the step,
and the id of the choice or null), and `lines` the words that stand: those to say first, and those of the options chosen
in topics that the last step asks.
"""

import json
from pathlib import Path

WALKS = json.loads(Path(__file__).with_name("walks.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in WALKS["cases"]}
HOME = "ride"


def write(folder):
    """Write the guides of the cases into a folder, and return it."""
    files = {**WALKS["trees"], "contacts": WALKS["contacts"], "topics": WALKS["topics"]}
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(content), encoding="utf-8")
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


def taps(case):
    """For each step of a walk, the last one too, what is tapped there: pairs of a topic and an option."""
    walk = [*steps(case)]
    waiting = dict(case["tap"])
    for at in [*(step for step, _, _ in walk), walk[-1][2]]:
        yield [(topic, option) for topic in shown(at) for option in waiting.pop(topic, ())]
    assert not waiting, "no step of the walk shows these topics"


def shown(at):
    """The topics in which a reader can tap on a step (tree/step): what it asks, and the switch of its first lines."""
    tree, name = at.split("/")
    step = WALKS["trees"][tree]["steps"][name]
    variants = [one for line in step.get("first", ()) if isinstance(line, dict) for one in line["instead"]]
    keys = dict.fromkeys(key for variant in variants for key in variant["when"] if key in WALKS["topics"])
    switches = [key for key in keys if not any("line" in option for option in WALKS["topics"][key]["options"])]
    return [*step.get("asked", ()), *switches[:1]]
