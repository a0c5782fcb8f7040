"""What `helper diff` tells: tables of small trees, every slip in the real one, and any two trees at all."""
# ruff: noqa: E501 (what is told has long lines)

import datetime
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matrix import some

from helper import data_dir
from helper.cli import main
from helper.diff import compare
from helper.diff.report import WORDS, Change, describe
from helper.diff.version import Version
from helper.loading.folder import load_bytes, load_tree
from helper.model.contacts import Contact
from helper.model.tree import Check, Choice, More, Review, Say, Step, Tree

DAY = datetime.date(2026, 11, 23)
TREE = """\
title: A flat battery
start: light
no_voice: write
edited: 2026-11-23
review_by: 2027-05-23
steps:
  light:
    title: Does the light come on?
    why: A light needs less than a motor.
    choices:
      - {label: "Yes", go: size}
      - {label: I am not sure, go: size, kind: unsure}
      - {label: It smokes, go: leave}
      - {label: I can’t talk, go: write, kind: aside}
  size:
    title: How thick is it?
    choices:
      - {label: Thin, go: shop, id: thin}
      - {label: Thick, go: garage, id: thick}
  shop:
    title: Ask the shop
    outcome: true
    urgency: routine
    contacts: [shop, maker]
    checks:
      - {id: leaks, label: It leaks}
    say:
      - I have a flat battery.
      - {when: {leaks: ticked}, if: If it leaks, line: Take care.}
      - {when: {size: thin}, if: If it is thin, line: It is thin.}
    choices:
      - {label: They are closed, go: garage, kind: refused}
  garage: {title: Ask the garage, outcome: true, urgency: urgent, contacts: [garage]}
  leave: {title: Leave it and call, outcome: true, urgency: emergency, contacts: [fire]}
  write: {title: Write to them, outcome: true, urgency: urgent, contacts: [shop], also: [garage]}
"""
TABLE = """\
shop: {name: Battery shop, call: 800-555-0100, hours: always, source: sign, verified: undated, expires: 2027-11-23}
garage: {name: Garage, call: 800-555-0101, text: 800-555-0102, hours: always, source: sign, verified: undated}
maker: {name: Battery maker, chat: https://maker.example, hours: always, source: sign, verified: undated}
fire: {name: Fire house, call: 800-555-0103, hours: always, source: sign, verified: undated}
"""


def version(tree: str = TREE, contacts: str = TABLE, name: str = "battery") -> Version:
    return Version(name, *load_bytes(("battery.yaml", tree.encode()), ("contacts.yaml", contacts.encode())))


def changed(*edits: tuple[str, str]) -> Version:
    """The tree with its contacts after edits, each of a text that is there."""
    tree, contacts = TREE, TABLE
    for old, new in edits:
        assert (old in tree) != (old in contacts)
        tree, contacts = tree.replace(old, new, 1), contacts.replace(old, new, 1)
    return version(tree, contacts)


def reach(changes: list[Change]) -> bool:
    return any(change.reach for change in changes)


GARAGE = "  garage: {title: Ask the garage, outcome: true, urgency: urgent, contacts: [garage]}\n"
CASES: dict[str, tuple[list[tuple[str, str]], bool, str]] = {
    "a lower goal": (
        [("It smokes, go: leave", "It smokes, go: shop")],
        True,
        """\
Where people get to:
  less urgent: someone who says "It smokes" at "Does the light come on?" now reaches "Ask the shop" instead of "Leave it and call"
    walk: It smokes
    there: routine, Battery shop, Battery maker; before: emergency, Fire house
""",
    ),
    "a higher goal": (
        [("Thin, go: shop", "Thin, go: leave")],
        True,
        """\
Where people get to:
  more urgent: someone who says "Thin" at "How thick is it?" now reaches "Leave it and call" instead of "Ask the shop"
    walk: Yes → Thin
    there: emergency, Fire house; before: routine, Battery shop, Battery maker
""",
    ),
    "labels that are swapped": (
        [("Thin, go", "Thick_, go"), ("Thick, go", "Thin, go"), ("Thick_", "Thick")],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thick" at "How thick is it?" now reaches "Ask the shop" instead of "Ask the garage"
    walk: Yes → Thick
    there: routine, Battery shop, Battery maker; before: urgent, Garage
  more urgent: someone who says "Thin" at "How thick is it?" now reaches "Ask the garage" instead of "Ask the shop"
    walk: Yes → Thin
    there: urgent, Garage; before: routine, Battery shop, Battery maker
Lines to say, and ticks:
  at "Ask the shop" the line "It is thin." is now said when someone said "Thick" at "How thick is it?" instead of when someone said "Thin" at "How thick is it?"
    walk: Yes → Thick
Words:
  at "How thick is it?" the choices stand in another order
""",
    ),
    "ids that are swapped": (
        [
            ("go: shop, id: thin", "go: shop, id: thick_"),
            ("go: garage, id: thick", "go: garage, id: thin"),
            ("id: thick_", "id: thick"),
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the line "It is thin." is now said when someone said "Thick" at "How thick is it?" instead of when someone said "Thin" at "How thick is it?"
    walk: Yes → Thin
""",
    ),
    "a choice with an id, reworded, to another step": (
        [("Thin, go: shop", "Thinner, go: leave")],
        True,
        """\
Where people get to:
  more urgent: someone who says "Thinner" (before: "Thin") at "How thick is it?" now reaches "Leave it and call" instead of "Ask the shop"
    walk: Yes → Thinner
    there: emergency, Fire house; before: routine, Battery shop, Battery maker
Words:
  at "How thick is it?" the choice "Thin" is now worded "Thinner"
""",
    ),
    "a choice with the same goal, reworded": (
        [("It smokes, go", "It burns, go")],
        False,
        """\
Words:
  at "Does the light come on?" the choice "It smokes" is now worded "It burns"
""",
    ),
    "a choice that went": (
        [
            ("      - {label: It smokes, go: leave}\n", ""),
            ("It is thin.}", "It is thin.}\n      - Does it smoke?"),
            ("closed, go: garage", "closed, go: leave"),
        ],
        True,
        """\
Where people get to:
  someone can no longer say "It smokes" at "Does the light come on?", which led to "Leave it and call"
    walk: (the first step)
    there was: emergency, Fire house
  more urgent: someone who says "They are closed" at "Ask the shop" now reaches "Leave it and call" instead of "Ask the garage"
    walk: Yes → Thin → They are closed
    there: emergency, Fire house; before: urgent, Garage
Lines to say, and ticks:
  at "Ask the shop" the line "Does it smoke?" is new
    walk: Yes → Thin
""",
    ),
    "a new choice": (
        [("      - {label: Thick", "      - {label: I do not know, go: garage, kind: unsure}\n      - {label: Thick")],
        True,
        """\
Where people get to:
  someone can now say "I do not know" at "How thick is it?", which leads to "Ask the garage"
    walk: Yes → I do not know
    there: urgent, Garage
""",
    ),
    "a quiet choice": (
        [("size, kind: unsure", "size, kind: aside")],
        False,
        """\
Where people get to:
  at "Does the light come on?" "I am not sure" is now a quiet link instead of the one for who is not sure
    walk: (the first step)
""",
    ),
    "another tree": (
        [("It smokes, go: leave", "It smokes, go: fire/leave")],
        True,
        """\
Where people get to:
  less urgent: someone who says "It smokes" at "Does the light come on?" now reaches "fire/leave" instead of "Leave it and call"
    walk: It smokes
    there: not known; before: emergency, Fire house
""",
    ),
    "no step": (
        [("Thin, go: shop", "Thin, go: shpo")],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thin" at "How thick is it?" now reaches "shpo" (no step) instead of "Ask the shop"
    walk: Yes → Thin
    there: not known; before: routine, Battery shop, Battery maker
""",
    ),
    "a step by the name of its tree": (
        [("Thin, go: shop", "Thin, go: battery/shop")],
        False,
        """\
no walk changed
""",
    ),
    "two steps with one title": (
        [("title: Ask the garage", "title: Ask the shop"), ("Thin, go: shop", "Thin, go: garage")],
        True,
        """\
Where people get to:
  more urgent: someone who says "Thin" at "How thick is it?" now reaches "Ask the shop" (garage) instead of "Ask the shop"
    walk: Yes → Thin
    there: urgent, Garage; before: routine, Battery shop, Battery maker
Words:
  at "Ask the shop" (garage) the title was "Ask the garage"
""",
    ),
    "less urgent help": (
        [("urgency: emergency", "urgency: routine")],
        True,
        """\
Where people get to:
  less urgent: at "Leave it and call" the urgency is now routine instead of emergency
    walk: It smokes
""",
    ),
    "no urgency and no outcome": (
        [("outcome: true, urgency: urgent, contacts: [garage]", "contacts: [garage]")],
        True,
        """\
Where people get to:
  less urgent: at "Ask the garage" the urgency is now none instead of urgent
    walk: Yes → Thick
  at "Ask the garage" a walk may no longer end
    walk: Yes → Thick
""",
    ),
    "another start": (
        [("start: light", "start: size"), ("no_voice: write\n", "abroad: garage\n")],
        True,
        """\
Where people get to:
  less urgent: readers who can’t talk or hear are now led to nothing instead of "Write to them"
    there: nothing; before: urgent, Battery shop
  walks now begin at "How thick is it?" instead of "Does the light come on?"
    there: a question, then "Ask the shop", "Ask the garage"; before: a question, then "How thick is it?", "Leave it and call", "Write to them"
  more urgent: readers outside the country are now led to "Ask the garage" instead of nothing
    there: urgent, Garage; before: nothing
""",
    ),
    "urgent": (
        [("no_voice: write\n", "no_voice: write\nurgent: true\n")],
        False,
        """\
Where people get to:
  the safety rules for urgent trees now hold
""",
    ),
    "contacts of a step": (
        [("[shop, maker]", "[garage, shop]")],
        True,
        """\
Contacts and numbers:
  at "Ask the shop" the contact "Battery maker" (chat https://maker.example) is gone
    walk: Yes → Thin
  at "Ask the shop" the contact "Garage" (call 800-555-0101, text 800-555-0102) is new
    walk: Yes → Thin
""",
    ),
    "the order of contacts": (
        [("[shop, maker]", "[maker, shop]")],
        True,
        """\
Contacts and numbers:
  at "Ask the shop" the contacts now stand in the order Battery maker, Battery shop
    walk: Yes → Thin
""",
    ),
    "a small contact": (
        [("[shop, maker]", "[shop]\n    also: [maker]")],
        True,
        """\
Contacts and numbers:
  at "Ask the shop" the contact "Battery maker" (chat https://maker.example) is now small
    walk: Yes → Thin
""",
    ),
    "a large contact": (
        [("[shop], also: [garage]", "[shop, garage]")],
        True,
        """\
Contacts and numbers:
  at "Write to them" the contact "Garage" (call 800-555-0101, text 800-555-0102) is now large
    walk: I can’t talk
""",
    ),
    "a number": (
        [("0100", "0110"), ("text: 800-555-0102,", "text: 800-555-0112, press: 2,")],
        True,
        """\
Contacts and numbers:
  the contact "Battery shop" now has call 800-555-0110 instead of 800-555-0100 (2 steps show it)
    walk: I can’t talk
  the contact "Garage" now has press 2 instead of none; text 800-555-0112 instead of 800-555-0102 (2 steps show it)
    walk: I can’t talk
""",
    ),
    "a contact that went": (
        [
            (
                "garage: {name: Garage, call: 800-555-0101, text: 800-555-0102, hours: always, source: sign, verified: undated}\n",
                "",
            )
        ],
        True,
        """\
Contacts and numbers:
  the contact "Garage" (call 800-555-0101, text 800-555-0102) is gone from contacts.yaml (2 steps show it)
    walk: I can’t talk
""",
    ),
    "a new contact": (
        [
            (
                "fire: {name",
                "tow: {name: Tow truck, call: 800-555-0104, hours: always, source: sign, verified: undated}\nfire: {name",
            )
        ],
        False,
        """\
Contacts and numbers:
  the contact "Tow truck" (call 800-555-0104) is new in contacts.yaml (no step shows it)
""",
    ),
    "a contact that expired": (
        [("expires: 2027-11-23", "expires: 2026-11-22")],
        True,
        """\
Contacts and numbers:
  the contact "Battery shop" now has expires 2026-11-22 instead of 2027-11-23; it is no longer shown (2 steps show it)
    walk: I can’t talk
""",
    ),
    "a contact of which only the words changed": (
        [("name: Garage,", "name: Garage, about: Open now., languages: [en, es],")],
        False,
        """\
Contacts and numbers:
  the contact "Garage" now has other words about it; languages en, es instead of none (2 steps show it)
    walk: I can’t talk
""",
    ),
    "times": (
        [
            (
                "text: 800-555-0102, hours: always",
                "text: 800-555-0102, hours: {days: Mon-Fri, open: '09:00', close: '17:00', zone: America/Chicago}",
            )
        ],
        False,
        """\
Contacts and numbers:
  the contact "Garage" now has hours Mon-Fri 09:00 to 17:00 America/Chicago instead of always (2 steps show it)
    walk: I can’t talk
""",
    ),
    "lines": (
        [
            ("I have a flat battery.", "My battery is flat."),
            ("      - {when: {leaks: ticked}, if: If it leaks, line: Take care.}\n", ""),
            (
                "line: It is thin.}",
                "line: It is thin.}\n      - {when: {size: [thin, thick]}, if: If you saw it, line: I saw it.}",
            ),
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the line "Take care." is gone (when "It leaks" is ticked)
    walk: Yes → Thin
  at "Ask the shop" the line is now "My battery is flat." instead of "I have a flat battery."
    walk: Yes → Thin
  at "Ask the shop" the line "I saw it." is new (when someone said "Thin" or "Thick" at "How thick is it?")
    walk: Yes → Thin
""",
    ),
    "a condition": (
        [
            (
                "when: {leaks: ticked}, if: If it leaks",
                "when: {leaks: ticked, size: thin}, if: If it is thin and leaks",
            ),
            ("{when: {size: thin}, if: If it is thin, line: It is thin.}", "It is thin."),
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the line "Take care." is now said when "It leaks" is ticked and someone said "Thin" at "How thick is it?" instead of when "It leaks" is ticked
    walk: Yes → Thin
  at "Ask the shop" before the line "Take care." now stands "If it is thin and leaks" instead of "If it leaks"
    walk: Yes → Thin
  at "Ask the shop" the line "It is thin." is now said always instead of when someone said "Thin" at "How thick is it?"
    walk: Yes → Thin
  at "Ask the shop" before the line "It is thin." now stands nothing instead of "If it is thin"
    walk: Yes → Thin
""",
    ),
    "the order of lines": (
        [
            ("      - I have a flat battery.\n", ""),
            ("line: It is thin.}", "line: It is thin.}\n      - I have a flat battery."),
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the lines to say stand in another order
    walk: Yes → Thin
""",
    ),
    "checks": (
        [
            (
                "{id: leaks, label: It leaks}",
                "{id: leaks, label: It drips, group: state}\n      - {id: dry, label: It is dry}",
            )
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the tick "It leaks" is now worded "It drips"
    walk: Yes → Thin
  at "Ask the shop" the tick "It drips" now has the group state instead of none
    walk: Yes → Thin
  at "Ask the shop" the tick "It is dry" is new
    walk: Yes → Thin
""",
    ),
    "a check that went": (
        [
            ("    checks:\n      - {id: leaks, label: It leaks}\n", ""),
            ("{when: {leaks: ticked}, if: If it leaks, line: Take care.}", "Take care."),
        ],
        False,
        """\
Lines to say, and ticks:
  at "Ask the shop" the tick "It leaks" is gone
    walk: Yes → Thin
  at "Ask the shop" the line "Take care." is now said always instead of when "It leaks" is ticked
    walk: Yes → Thin
  at "Ask the shop" before the line "Take care." now stands nothing instead of "If it leaks"
    walk: Yes → Thin
""",
    ),
    "a step that is gone": (
        [("Thick, go: garage", "Thick, go: shop"), ("closed, go: garage", "closed, go: leave"), (GARAGE, "")],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thick" at "How thick is it?" now reaches "Ask the shop" instead of "Ask the garage"
    walk: Yes → Thick
    there: routine, Battery shop, Battery maker; before: urgent, Garage
  more urgent: someone who says "They are closed" at "Ask the shop" now reaches "Leave it and call" instead of "Ask the garage"
    walk: Yes → Thin → They are closed
    there: emergency, Fire house; before: urgent, Garage
Links:
  a link to "garage" ("Ask the garage") breaks: the step is gone, and neither moved nor removed names it
""",
    ),
    "a step that is removed": (
        [
            ("Thick, go: garage", "Thick, go: shop"),
            ("closed, go: garage", "closed, go: leave"),
            (GARAGE, ""),
            ("steps:", "removed: [garage]\nsteps:"),
        ],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thick" at "How thick is it?" now reaches "Ask the shop" instead of "Ask the garage"
    walk: Yes → Thick
    there: routine, Battery shop, Battery maker; before: urgent, Garage
  more urgent: someone who says "They are closed" at "Ask the shop" now reaches "Leave it and call" instead of "Ask the garage"
    walk: Yes → Thin → They are closed
    there: emergency, Fire house; before: urgent, Garage
Links:
  a link to "garage" ("Ask the garage") now says that the step is gone
""",
    ),
    "a step that is merged": (
        [
            ("Thick, go: garage", "Thick, go: shop"),
            ("closed, go: garage", "closed, go: leave"),
            (GARAGE, ""),
            ("steps:", "moved: {garage: shop}\nsteps:"),
        ],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thick" at "How thick is it?" now reaches "Ask the shop" instead of "Ask the garage"
    walk: Yes → Thick
    there: routine, Battery shop, Battery maker; before: urgent, Garage
  more urgent: someone who says "They are closed" at "Ask the shop" now reaches "Leave it and call" instead of "Ask the garage"
    walk: Yes → Thin → They are closed
    there: emergency, Fire house; before: urgent, Garage
Links:
  a link to "garage" ("Ask the garage") now opens "Ask the shop"
""",
    ),
    "a question before": (
        [
            ("Thick, go: garage", "Thick, go: sure"),
            (
                "  garage: {title",
                '  sure: {title: Are you sure?, choices: [{label: "Yes", go: garage}]}\n  garage: {title',
            ),
        ],
        True,
        """\
Where people get to:
  less urgent: someone who says "Thick" at "How thick is it?" now reaches "Are you sure?" instead of "Ask the garage"
    walk: Yes → Thick
    there: a question, then "Ask the garage"; before: urgent, Garage
  there is a new step "sure", "Are you sure?"
    walk: Yes → Thick
    there: a question, then "Ask the garage"
""",
    ),
    "words": (
        [
            ("title: A flat battery", "title: Flat batteries"),
            ("title: Ask the shop", "title: Ask at the shop\n    text: They know."),
            ("It smokes, go: leave", "It smokes, because: Fire., go: leave"),
            ("why: A light", "why: Because a light"),
        ],
        False,
        """\
Words:
  of the tree changed: title
  at "Does the light come on?" the reason of the choice "It smokes" is worded otherwise
  at "Does the light come on?" changed: why
  at "Ask at the shop" the title was "Ask the shop"
  at "Ask at the shop" changed: text
""",
    ),
    "the order of choices": (
        [
            ("      - {label: Thin, go: shop, id: thin}\n", ""),
            ("id: thick}\n", "id: thick}\n      - {label: Thin, go: shop, id: thin}\n"),
        ],
        False,
        """\
Words:
  at "How thick is it?" the choices stand in another order
""",
    ),
    "moved": (
        [
            ("  leave: {", "  away: {"),
            ("go: leave", "go: away"),
            ("steps:", "moved: {leave: away}\nsteps:"),
            ("edited: 2026-11-23", "edited: 2026-11-24"),
        ],
        False,
        """\
no walk changed
""",
    ),
    "other names": (
        [
            ("id: leaks", "id: drips"),
            ("when: {leaks", "when: {drips"),
            ("id: thin}", "id: slim}"),
            ("when: {size: thin}", "when: {size: slim}"),
        ],
        False,
        """\
no walk changed
""",
    ),
    "steering the terminal": (
        [("title: Ask the garage", 'title: "Ask\\e[31m the\\u202e garage\\n now"')],
        False,
        """\
Words:
  at "Ask�[31m the� garage now" the title was "Ask the garage"
""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_in_plain_words(name: str) -> None:
    edits, reaches, text = CASES[name]
    changes = compare(version(), changed(*edits), DAY)
    assert (f"{describe(changes)}\n", reach(changes)) == (text, reaches)


@pytest.mark.parametrize("path", sorted(data_dir("trees").glob("[!cs]*.yaml")) + [data_dir("trees") / "crisis.yaml"])
def test_a_real_tree_beside_itself_is_told_nothing(path: Path) -> None:
    assert compare(Version(path.stem, *load_tree(path)), Version(path.stem, *load_tree(path)), DAY) == []


def test_a_swap_of_labels_without_ids_is_a_swap_of_goals() -> None:
    swapped = changed(('"Yes", go: size', "No, go: size"), ("It smokes, go: leave", '"Yes", go: leave'))
    assert '"Yes" at "Does the light come on?" now reaches "Leave it and call"' in describe(
        compare(version(), swapped, DAY)
    )


def test_a_choice_that_lowers_the_urgency_comes_first_then_the_nearest() -> None:
    changes = compare(
        version(),
        changed(("Thin, go: shop", "Thin, go: leave"), ("It smokes, go: leave", "It smokes, go: garage")),
        DAY,
    )
    assert [change.danger for change in changes] == [-1, 2]
    number = changed(
        ("0100", "0110"), ("title: Ask the garage", "title: Ask"), ("Thick, go: garage", "Thick, go: shop")
    )
    assert [change.part for change in compare(version(), number, DAY)] == [0, 1, 4]


def test_a_step_that_only_a_link_of_every_page_leads_to_has_a_walk() -> None:
    quiet = "      - {label: I can’t talk, go: write, kind: aside}\n"
    alone = changed((quiet, "")).tree
    after = alone.model_copy(
        update={"steps": alone.steps | {"write": alone.steps["write"].model_copy(update={"also": ()})}}
    )
    (change,) = compare(Version("battery", alone, {}), Version("battery", after, {}), DAY)
    assert change.walk == "(the link for who can’t talk or hear)"
    lone, cut = (tree.model_copy(update={"no_voice": None}) for tree in (alone, after))
    (change,) = compare(Version("battery", lone, {}), Version("battery", cut, {}), DAY)
    assert change.walk == '(a link to "write")'


# Every key of the models is compared: a new one fails here until it is.

BOOKKEEPING = {"edited", "review_by", "moved", "removed", "steps", "tests"}
OTHERWISE = {
    Tree: {"title": "Other", "about": "Other", "start": "size", "urgent": True, "no_voice": "size", "abroad": "size"}
    | {"reviewed": Review(by="A. Example", role="nurse", on=DAY)},
    Step: {"title": "Other", "text": "Other", "why": "Other", "urgency": "emergency", "outcome": False, "request": True}
    | {
        "contacts": ("fire",),
        "also": ("fire",),
        "ask": "Other",
        "sheet": "card",
        "private": True,
        "sources": ("sign",),
        "choices": (),
        "say": (),
        "silence": {"many-choices": "Other"},
    }
    | {"checks": (), "more": (More(title="Other", text="Other"),)},
    Choice: {"label": "Other", "go": "fire/other", "kind": "worse", "because": "Other"},
    Check: {"label": "Other", "group": "other"},
    Say: {"line": "Other", "when": {"size": ("thin",)}, "if_": "Other"},
    Contact: dict.fromkeys(Contact.model_fields, "other") | {"languages": ("en",), "expires": DAY},
}
IDS = {Choice: {"id"}, Check: {"id"}, Tree: BOOKKEEPING}
"""What is not told: names, dates of work, and what other tests change."""
KEYS = [(model, key) for model in OTHERWISE for key in sorted(model.model_fields.keys() - IDS.get(model, set()))]


@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{model.__name__}.{key}" for model, key in KEYS])
def test_every_key_is_compared(model: type, key: str) -> None:
    before = version()
    tree, contacts, change = before.tree, dict(before.contacts), {key: OTHERWISE[model][key]}
    shop = tree.steps["shop"]
    if model is Tree:
        tree = tree.model_copy(update=change)
    elif model is Contact:
        contacts["shop"] = contacts["shop"].model_copy(update=change)
    else:
        if model is Step:
            shop = shop.model_copy(update=change)
        else:
            name = {Choice: "choices", Check: "checks", Say: "say"}[model]
            first, *rest = getattr(shop, name)
            shop = shop.model_copy(update={name: (first.model_copy(update=change), *rest)})
        tree = tree.model_copy(update={"steps": tree.steps | {"shop": shop}})
    assert compare(before, Version("battery", tree, contacts), DAY)


# Every slip in the real tree is told.

CRISIS = Version("crisis", *load_tree(data_dir("trees") / "crisis.yaml"))
STEPS = CRISIS.tree.steps
DANGER = [step for step in STEPS if step == CRISIS.tree.start or STEPS[step].urgency == "emergency"]
ORDINARY = [
    (step, n)
    for step in DANGER
    for n, choice in enumerate(STEPS[step].choices)
    if choice.kind in (None, "unsure", "refused")
]


def with_step(tree: Tree, step: str, **changes: object) -> Tree:
    return tree.model_copy(update={"steps": tree.steps | {step: tree.steps[step].model_copy(update=changes)}})


def with_choice(tree: Tree, step: str, n: int, **changes: object) -> Tree:
    choices = tree.steps[step].choices
    return with_step(tree, step, choices=(*choices[:n], choices[n].model_copy(update=changes), *choices[n + 1 :]))


def slip(tree: Tree) -> list[Change]:
    return compare(CRISIS, Version("crisis", tree, CRISIS.contacts), DAY)


SWAPS = [
    pytest.param(
        one, [other for other in ORDINARY[n + 1 :] if near(one, other)], id=f"{one[0]}-{one[1]}-{len(mark)}", marks=mark
    )
    for mark, near in (
        ((), lambda one, other: one[0] == other[0]),
        ((pytest.mark.proof,), lambda one, other: one[0] != other[0]),
    )
    for n, one in enumerate(ORDINARY)
]
"""Every choice of the danger part, with those of its step that come after it, and with those of the other steps."""


@pytest.mark.parametrize(("place", "others"), SWAPS)
def test_every_swap_of_two_goals_in_the_danger_part_is_told(
    place: tuple[str, int], others: list[tuple[str, int]]
) -> None:
    step, n = place
    one = STEPS[step].choices[n]
    for other_step, m in others:
        other = STEPS[other_step].choices[m]
        if one.go == other.go:
            continue
        changes = slip(with_choice(with_choice(CRISIS.tree, step, n, go=other.go), other_step, m, go=one.go))
        assert reach(changes)
        text = [change.text for change in changes if change.reach]
        for where, what in ((step, one), (other_step, other)):
            said = f'someone who says "{what.label}" at {CRISIS.title(where)} now reaches '
            assert any(said in line for line in text)


@pytest.mark.parametrize("step", some(STEPS, 14))
def test_every_slip_in_a_step_is_told(step: str) -> None:
    found = STEPS[step]
    for key in ("contacts", "also"):
        for contact in getattr(found, key):
            changes = slip(with_step(CRISIS.tree, step, **{key: tuple(c for c in getattr(found, key) if c != contact)}))
            told = f"at {CRISIS.title(step)} the contact {CRISIS.contact(contact)} is gone"
            assert [(change.text, change.reach) for change in changes] == [(told, True)]
    for n, line in enumerate(found.say):
        changes = slip(with_step(CRISIS.tree, step, say=(*found.say[:n], *found.say[n + 1 :])))
        assert [line.line in change.text for change in changes] == [True]
        if line.when:
            always = line.model_copy(update={"when": None, "if_": None})
            changes = slip(with_step(CRISIS.tree, step, say=(*found.say[:n], always, *found.say[n + 1 :])))
            assert f'"{line.line}" is now said always instead of when ' in changes[0].text
    for n, choice in enumerate(found.choices):
        changes = slip(with_choice(CRISIS.tree, step, n, label="Reworded"))
        told = f'at {CRISIS.title(step)} the choice "{choice.label}" is now worded "Reworded"'
        assert [(change.text, change.part, change.reach) for change in changes] == [(told, WORDS, False)]
        changes = slip(with_step(CRISIS.tree, step, choices=(*found.choices[:n], *found.choices[n + 1 :])))
        assert f'someone can no longer say "{choice.label}" at {CRISIS.title(step)}' in describe(changes)
    if found.urgency == "emergency":
        assert slip(with_step(CRISIS.tree, step, urgency="routine"))[0].text.startswith("less urgent: at ")
    reworded = slip(with_step(CRISIS.tree, step, title="Reworded", text="Reworded"))
    assert [(change.part, change.reach) for change in reworded] == [(WORDS, False)] * 2


@pytest.mark.parametrize("step", STEPS)
def test_every_step_that_is_taken_out_is_told(step: str) -> None:
    rest = {name: found for name, found in STEPS.items() if name != step}
    changes = slip(CRISIS.tree.model_copy(update={"steps": rest}))
    told = describe(changes)
    assert f'a link to "{step}" ({CRISIS.title(step)}) breaks' in told
    for name, found in rest.items():
        for choice in found.choices:
            if choice.go == step:
                assert f'"{choice.label}" at {CRISIS.title(name)} now reaches "{step}" (no step) instead of' in told


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_moves_is_no_break(step: str) -> None:
    tree = renamed(CRISIS.tree, step, "moved-there")
    assert slip(tree) == []
    back = tree.model_copy(update={"moved": {}})
    assert any(f'"{step}"' in change.text and "breaks" in change.text for change in slip(back))


@pytest.mark.parametrize("contact", CRISIS.contacts)
def test_every_wrong_digit_is_told(contact: str) -> None:
    for way in ("call", "text", "tty"):
        if number := getattr(CRISIS.contacts[contact], way):
            wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
            after = CRISIS.contacts | {contact: CRISIS.contacts[contact].model_copy(update={way: wrong})}
            (change,) = compare(CRISIS, Version("crisis", CRISIS.tree, after), DAY)
            assert f"{way} {wrong} instead of {number}" in change.text
            assert change.reach == (contact in CRISIS.shown)


# Any two trees.

NAMES = ["a", "b", "c"]
LABELS = ["Flat", "Bent", "Lost"]
WHENS = st.dictionaries(
    st.sampled_from([*NAMES, "leaks", "dry", "gone"]),
    st.lists(st.sampled_from(["p", "q", "ticked"]), min_size=1, max_size=2, unique=True).map(tuple),
    max_size=2,
)
LINES = st.builds(Say, line=st.sampled_from(LABELS), when=WHENS.map(lambda when: when or None))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    words = draw(st.permutations(LABELS))
    ticks = [Check(id=name, label=label) for name, label in zip(("leaks", "dry"), words, strict=False)]

    def step() -> Step:
        labels = draw(st.lists(st.sampled_from(LABELS), max_size=3, unique=True))
        ids = draw(st.permutations(["p", "q", None]))
        go = st.sampled_from([*NAMES, "bus/a"])
        kinds = st.sampled_from([None, "unsure"])
        return Step(
            title=draw(st.sampled_from(["Bell", "Tire"])),
            urgency=draw(st.sampled_from([None, "urgent"])),
            contacts=tuple(draw(st.lists(st.sampled_from(["shop", "fire"]), max_size=2, unique=True))),
            checks=tuple(draw(st.lists(st.sampled_from(ticks), max_size=2, unique_by=lambda tick: tick.id))),
            say=tuple(draw(st.lists(LINES, max_size=3))),
            choices=tuple(
                Choice(label=label, go=draw(go), id=name, kind=draw(kinds)) for label, name in zip(labels, ids, strict=False)
            ),
        )  # fmt: skip

    steps = {name: step() for name in NAMES if name == "a" or draw(st.booleans())}
    start = draw(st.sampled_from(sorted(steps)))
    return Tree(title="Bicycles", start=start, edited=DAY, review_by=DAY, steps=steps)


def met(tree: Tree) -> object:
    """All that people meet, each thing by what they see of it."""
    labels = {
        (name, choice.id): choice.label for name, step in tree.steps.items() for choice in step.choices if choice.id
    }
    ticks = {check.id: check.label for step in tree.steps.values() for check in step.checks}

    def said(line: Say) -> object:
        return frozenset(
            ("tick", ticks[key], frozenset(wanted)) if key in ticks else
            (key in tree.steps, key, frozenset((labels.get((key, word)), not labels.get((key, word)) and word)
                                               for word in wanted))
            for key, wanted in (line.when or {}).items()
        )  # fmt: skip

    return tree.start, {
        name: (
            step.title,
            step.urgency,
            step.contacts,
            [check.label for check in step.checks],
            [(line.line, said(line)) for line in step.say],
            [(choice.label, choice.go, choice.go in tree.steps, choice.kind) for choice in step.choices],
        )
        for name, step in tree.steps.items()
    }


def anew(tree: Tree) -> Tree:
    """The same for whoever walks it: other ids of choices and checks, and another day."""
    new = {"p": "x", "q": "y", "leaks": "drips", "dry": "parched"}
    named = {choice.id for step in tree.steps.values() for choice in step.choices if choice.id}
    ticks = {check.id for step in tree.steps.values() for check in step.checks}

    def line(one: Say) -> Say:
        when = {
            (new[key] if key in ticks else key): tuple(
                new[word] if any(choice.id == word for choice in getattr(tree.steps.get(key), "choices", ())) else word
                for word in wanted
            )
            for key, wanted in (one.when or {}).items()
        }
        return one.model_copy(update={"when": when or None})

    steps = {
        name: step.model_copy(
            update={
                "checks": tuple(one.model_copy(update={"id": new[one.id]}) for one in step.checks),
                "choices": tuple(one.model_copy(update={"id": one.id and new[one.id]}) for one in step.choices),
                "say": tuple(map(line, step.say)),
            }
        )
        for name, step in tree.steps.items()
    }
    assert named <= new.keys()
    return tree.model_copy(update={"steps": steps, "edited": DAY + datetime.timedelta(1)})


def renamed(tree: Tree, old: str, new: str) -> Tree:
    """The tree with another id for one step, and `moved` to tell it."""

    def name(step: str | None) -> str | None:
        return new if step == old else step

    steps = {
        name(step_id): step.model_copy(
            update={
                "choices": tuple(one.model_copy(update={"go": name(one.go)}) for one in step.choices),
                "say": tuple(
                    one.model_copy(update={"when": {name(key): word for key, word in one.when.items()}})
                    if one.when
                    else one
                    for one in step.say
                ),
            }
        )
        for step_id, step in tree.steps.items()
    }
    ends = {key: name(getattr(tree, key)) for key in ("start", "no_voice", "abroad")}
    return tree.model_copy(update=ends | {"steps": steps, "moved": {old: new}})


@settings(deadline=None, max_examples=200)
@given(trees(), trees() | st.none())
def test_nothing_is_told_exactly_when_people_meet_the_same(old: Tree, other: Tree | None) -> None:
    new = other or anew(old)
    changes = compare(Version("bike", old, {}), Version("bike", new, {}), DAY)
    assert (not changes) == (met(old) == met(new))
    describe(changes)


@settings(deadline=None, max_examples=200)
@given(trees(), st.data())
def test_one_change_is_told_and_a_rename_is_not(old: Tree, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(sorted(old.steps)))
    assert compare(Version("bike", old, {}), Version("bike", renamed(old, step, "z"), {}), DAY) == []
    other = data.draw(trees())
    ticks = {check.id: check.label for each in old.steps.values() for check in each.checks}
    # Ticks that trade their names look the same, and are not: other lines follow.
    assume(all(ticks.get(check.id, check.label) == check.label for check in other.steps["a"].checks))
    new = old.model_copy(update={"steps": old.steps | {step: other.steps["a"]}})
    changes = compare(Version("bike", old, {}), Version("bike", new, {}), DAY)
    assert (not changes) == (met(old) == met(new))


MANY = 10_000


@pytest.mark.proof
def test_ten_thousand_steps_of_which_all_change_take_seconds() -> None:
    """About a second where nothing else runs. A walk shows its last labels only."""

    def chain(label: str, skip: int) -> Version:
        steps = {
            f"s{n}": Step(title=f"Question {n}", choices=(
                Choice(label="Next", go=f"s{min(n + 1, MANY - 1)}"), Choice(label=label, go=f"s{(n + skip) % MANY}"),
            ))
            for n in range(MANY)
        }  # fmt: skip
        return Version("bike", Tree(title="Bike", start="s0", edited=DAY, review_by=DAY, steps=steps), {})

    old, new = chain("Back", 0), chain("Back", MANY - 1)
    began = time.process_time()
    changes = compare(old, new, DAY)
    assert len(describe(changes).split("\n")) > 2 * MANY
    assert time.process_time() - began < 10
    assert len(changes) == MANY
    assert changes[-1].walk.startswith("… → Next → ")


# helper diff


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of two commits, v1 and HEAD, and a tree that was changed since. v1 has another number."""
    for name, value in (("CONFIG_GLOBAL", "/dev/null"), ("CONFIG_SYSTEM", "/dev/null"), ("AUTHOR_NAME", "A. Example")):
        monkeypatch.setenv(f"GIT_{name}", value)
    for name, value in (
        ("AUTHOR_EMAIL", "a@shop.example"),
        ("COMMITTER_NAME", "A."),
        ("COMMITTER_EMAIL", "a@b.example"),
    ):
        monkeypatch.setenv(f"GIT_{name}", value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trees").mkdir()
    git("init", "--quiet")
    write(TREE, TABLE.replace("0100", "0110"))
    commit("v1")
    write(TREE, TABLE)
    commit("v2")
    write(TREE.replace("It smokes, go: leave", "It smokes, go: shop"), TABLE)
    return tmp_path


def git(*words: str) -> None:
    subprocess.run(["git", *words], check=True, capture_output=True)


def commit(tag: str) -> None:
    git("add", ".")
    git("commit", "--quiet", "--message", tag)
    git("tag", tag)


def write(tree: str, contacts: str) -> None:
    Path("trees/battery.yaml").write_text(tree)
    Path("trees/contacts.yaml").write_text(contacts)


def diff(*words: str) -> Result:
    """The end of the command. A traceback fails the test."""
    result = CliRunner().invoke(main, ["diff", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


SMOKES = CASES["a lower goal"][2]
NUMBER = """\
Contacts and numbers:
  the contact "Battery shop" now has call 800-555-0100 instead of 800-555-0110 (2 steps show it)
    walk: I can’t talk
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("git:HEAD", "trees/battery.yaml", 1, SMOKES),
        ("git:v2:trees/battery.yaml", "trees/battery.yaml", 1, SMOKES),
        ("git:v1", "git:v2:trees/battery.yaml", 1, NUMBER),
        ("git:v1:trees/battery.yaml", "git:v2", 1, NUMBER),
        ("git:HEAD^", "trees/battery.yaml", 1, SMOKES + NUMBER.replace("I can’t talk", "It smokes")),
        ("git:v2", "git:HEAD:trees/battery.yaml", 0, "no walk changed\n"),
        ("trees/battery.yaml", "trees/battery.yaml", 0, "no walk changed\n"),
    ],
)
def test_files_and_revisions_are_compared(repository: Path, old: str, new: str, code: int, told: str) -> None:
    result = diff(old, new)
    assert (result.exit_code, result.stdout, result.stderr) == (code, told, "")


def test_a_revision_is_found_from_another_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "trees")
    assert diff("git:HEAD", "battery.yaml").stdout == SMOKES
    monkeypatch.chdir("/")
    assert diff("git:HEAD", str(repository / "trees/battery.yaml")).stdout == SMOKES


def test_words_that_change_end_with_0(repository: Path) -> None:
    write(TREE.replace("title: Ask the garage", "title: Garage"), TABLE)
    result = diff("git:HEAD", "trees/battery.yaml")
    assert (result.exit_code, result.stdout) == (0, 'Words:\n  at "Garage" the title was "Ask the garage"\n')


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("git:v3", "trees/battery.yaml", 'git knows no revision "v3"'),
        ("git:", "trees/battery.yaml", 'git knows no revision ""'),
        ("git:--all", "trees/battery.yaml", 'git knows no revision "--all"'),
        ("git:v1", "trees/bell.yaml", 'there is no file "trees/bell.yaml" in v1'),
        ("git:v1:trees", "trees/battery.yaml", 'there is no file "trees" in v1'),
        ("git:v1:../x.yaml", "trees/battery.yaml", 'there is no file "../x.yaml" in v1'),
        ("git:v1", "shelf/bell.yaml", 'there is no folder "shelf"'),
        ("git:v1", "git:v2", "name the file too, like git:v1:trees/crisis.yaml"),
    ],
)
def test_misuse_ends_with_2(repository: Path, old: str, new: str, told: str) -> None:
    (repository / "trees/bell.yaml").write_text(TREE)
    result = diff(old, new)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"Error: {told}\n")


def test_no_repository_and_no_git_end_with_2(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(elsewhere.parent))
    shutil.copy("trees/battery.yaml", elsewhere)
    result = diff("git:HEAD", str(elsewhere / "battery.yaml"))
    assert result.exit_code == 2
    assert result.stderr.endswith(f'Error: the folder "{elsewhere}" is in no git repository\n')
    monkeypatch.setenv("PATH", str(elsewhere))
    result = diff("git:HEAD", "trees/battery.yaml")
    assert (result.exit_code, result.stderr.endswith("Error: git is not installed\n")) == (2, True)


def test_a_tree_that_cant_be_read_is_told_as_check_tells_it(repository: Path) -> None:
    write(TREE.replace("start: light\n", "strat: light\n"), TABLE)
    commit("broken")
    write(TREE, TABLE)
    result = diff("git:broken", "trees/battery.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'broken:trees/battery.yaml:2:1: error: a tree has no key "strat" [unknown-key]\n' in result.stderr
    result = diff("trees/battery.yaml", "trees/bell.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "trees/bell.yaml:1:1: error: this can't be read: no such file or directory [unreadable]\n"


def test_the_problems_of_both_trees_are_told(repository: Path) -> None:
    write(TREE.replace("start: light\n", "strat: light\n"), TABLE.replace("Garage", ""))
    result = diff("trees/battery.yaml", "trees/bell.yaml")
    assert result.exit_code == 2
    assert {line.split(": error")[0] for line in result.stderr.split("\n") if ": error" in line} == {
        "trees/battery.yaml:1:1", "trees/battery.yaml:2:1", "trees/bell.yaml:1:1", "trees/contacts.yaml:2:16",
    }  # fmt: skip


def test_a_revision_without_contacts_has_those_that_are_built_in(repository: Path) -> None:
    git("rm", "--quiet", "--cached", "trees/contacts.yaml")
    git("commit", "--quiet", "--message", "none")
    result = diff("git:HEAD", "git:v2:trees/battery.yaml")
    assert 'the contact "911" (call 911) is gone from contacts.yaml' in result.stdout


def test_contacts_further_up_in_a_revision_are_found(repository: Path) -> None:
    git("mv", "trees/contacts.yaml", "contacts.yaml")
    git("commit", "--quiet", "--message", "up")
    result = diff("git:HEAD", "git:v2:trees/battery.yaml")
    assert (result.exit_code, result.stdout) == (0, "no walk changed\n")


# The README

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_the_example_in_the_readme_is_what_is_told(repository: Path) -> None:
    bicycle = re.search(r"```yaml\n(title: My bicycle.*?)```", README, re.S)[1]
    command, told = re.search(r"```\n\$ helper diff (.*?)\n(Where.*?)```", README, re.S).groups()
    Path("trees/contacts.yaml").write_text((data_dir("trees") / "contacts.yaml").read_text())
    Path("trees/bicycle.yaml").write_text(bicycle)
    commit("bicycle")
    edit = ("go: road, kind: unsure", "go: chain, kind: unsure")
    assert edit[0] in bicycle
    Path("trees/bicycle.yaml").write_text(bicycle.replace(*edit))
    result = diff(*command.split())
    assert (result.exit_code, result.stdout) == (1, told)
