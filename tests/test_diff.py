"""What `helper diff` tells: tables of small trees, every slip in the real one, and any two trees at all."""
# ruff: noqa: E501 (what is told has long lines)

import datetime
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix import some

from helper import data_dir
from helper.answers import sets, topics_of
from helper.cli import main
from helper.diff import compare
from helper.diff.report import WORDS, Change, describe
from helper.diff.version import Version
from helper.loading.folder import CONTACTS, SOURCES, load_bytes, load_tree
from helper.loading.folder import TOPICS as TOPICS_FILE
from helper.model.contacts import Contact
from helper.model.fields import Model
from helper.model.tree import Choice, Line, More, Option, Review, Step, Topic, Tree, Variant

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
    phone: dial
    first:
      - {line: I am at (place)., instead: [{when: {who: me}, line: I am at home.}, {when: {who: friend}, line: I am away.}]}
    picked: [state]
    do: [Keep it dry., Bring it along.]
    asked: [state, spare]
    say:
      - I have a flat battery.
      - {line: It has a size., instead: [{when: {size: thin}, line: It is thin.}]}
    choices:
      - {label: They are closed, go: garage, kind: refused, sets: {who: friend}}
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
TOPICS = """\
who: {ask: Whose is it?, options: [{id: me, tap: Mine}, {id: friend, tap: Of a friend}]}
state:
  ask: How does it look?
  options:
    - {id: leaks, tap: It leaks, line: Take care., instead: [{when: {who: me}, line: I take care.}]}
    - {id: dry, tap: It looks good, line: It looks good.}
  lines: [It is (color).]
spare: {ask: Is there another?, choose: any, options: [{id: new, tap: A new one, line: I have a new one.}]}
price: {ask: What may it cost?, lines: [It may cost (sum).]}
"""


def version(tree: str = TREE, contacts: str = TABLE, topics: str = TOPICS) -> Version:
    files = {"battery.yaml": tree, "contacts.yaml": contacts, "topics.yaml": topics}
    return Version("battery", *load_bytes(*((name, text.encode()) for name, text in files.items())))


def changed(*edits: tuple[str, str]) -> Version:
    """The tree with its contacts and topics after edits, each of a text that is there."""
    files = [TREE, TABLE, TOPICS]
    for old, new in edits:
        assert sum(old in text for text in files) == 1, old
        files = [text.replace(old, new, 1) for text in files]
    return version(*files)


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
What to say and do:
  at "Ask the shop" "It is thin." is now said in place of "It has a size." when someone said "Thick" at "How thick is it?" instead of when someone said "Thin" at "How thick is it?"
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
What to say and do:
  at "Ask the shop" "It is thin." is now said in place of "It has a size." when someone said "Thick" at "How thick is it?" instead of when someone said "Thin" at "How thick is it?"
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
            ("It is thin.}]}", "It is thin.}]}\n      - Does it smoke?"),
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
What to say and do:
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
            (
                "line: It is thin.}]}",
                "line: It is thin.}]}\n      - {line: I saw it., instead: [{when: {size: [thin, thick]}, line: I saw how thick it is.}]}",
            ),
        ],
        False,
        """\
What to say and do:
  at "Ask the shop" the line is now "My battery is flat." instead of "I have a flat battery."
    walk: Yes → Thin
  at "Ask the shop" the line "I saw it." ("I saw how thick it is." when someone said "Thin" or "Thick" at "How thick is it?") is new
    walk: Yes → Thin
""",
    ),
    "a line that went": (
        [("      - {line: It has a size., instead: [{when: {size: thin}, line: It is thin.}]}\n", "")],
        False,
        """\
What to say and do:
  at "Ask the shop" the line "It has a size." ("It is thin." when someone said "Thin" at "How thick is it?") is gone
    walk: Yes → Thin
""",
    ),
    "variants": (
        [
            (
                "{size: thin}, line: It is thin.}",
                "{size: thin, who: me}, line: It is thin.}, {when: {size: thick}, line: It is thick.}",
            ),
            ("[{when: {who: me}, line: I am at home.}, ", "["),
        ],
        False,
        """\
What to say and do:
  at "Ask the shop" "I am at home." is no longer said in place of "I am at (place)." when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
  at "Ask the shop" "It is thin." is now said in place of "It has a size." when someone said "Thin" at "How thick is it?" and the answer to "Whose is it?" is "Mine" instead of when someone said "Thin" at "How thick is it?"
    walk: Yes → Thin
  at "Ask the shop" "It is thick." is now said in place of "It has a size." when someone said "Thick" at "How thick is it?"
    walk: Yes → Thin
""",
    ),
    "the words of a variant": (
        [("line: I am at home.", "line: I am here.")],
        False,
        """\
What to say and do:
  at "Ask the shop" in place of "I am at (place)." is now said "I am here." instead of "I am at home." when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
""",
    ),
    "the order of variants": (
        [
            ("{when: {who: me}, line: I am at home.}, ", ""),
            ("line: I am away.}", "line: I am away.}, {when: {who: me}, line: I am at home.}"),
        ],
        False,
        """\
What to say and do:
  at "Ask the shop" the variants said in place of "I am at (place)." stand in another order
    walk: Yes → Thin
""",
    ),
    "the order of lines": (
        [
            ("      - I have a flat battery.\n", ""),
            ("line: It is thin.}]}", "line: It is thin.}]}\n      - I have a flat battery."),
        ],
        False,
        """\
What to say and do:
  at "Ask the shop" the lines to say stand in another order
    walk: Yes → Thin
""",
    ),
    "a line to say first": (
        [("    first:\n", "    first:\n      - Please bring a battery.\n")],
        False,
        """\
What to say and do:
  at "Ask the shop" the line to say first "Please bring a battery." is new
    walk: Yes → Thin
""",
    ),
    "the phone": (
        [("phone: dial", "phone: down")],
        False,
        """\
What to say and do:
  at "Ask the shop" the reader’s phone is now put down instead of dialing
    walk: Yes → Thin
""",
    ),
    "things to do": (
        [("Keep it dry., Bring it along.", "Bring it along., Wear gloves.")],
        False,
        """\
What to say and do:
  at "Ask the shop" the thing to do is now "Wear gloves." instead of "Keep it dry."
    walk: Yes → Thin
  at "Ask the shop" the things to do stand in another order
    walk: Yes → Thin
""",
    ),
    "how to show the words": (
        [("    phone: dial\n", "    phone: dial\n    show: Lay the phone down.\n")],
        False,
        """\
Words:
  at "Ask the shop" changed: show
""",
    ),
    "what is asked": (
        [("asked: [state, spare]", "asked: [price, spare]"), ("    picked: [state]\n", "")],
        False,
        """\
What to say and do:
  at "Ask the shop" the topic "How does it look?" is no longer asked
    walk: Yes → Thin
  at "Ask the shop" the answer to "How does it look?" is no longer said again
    walk: Yes → Thin
  at "Ask the shop" the topic "What may it cost?" is now asked
    walk: Yes → Thin
  in the topic "What may it cost?" (1 step shows it) the line "It may cost (sum)." is new
    walk: Yes → Thin
""",
    ),
    "what is asked, in another order": (
        [("asked: [state, spare]", "asked: [spare, state]")],
        False,
        """\
What to say and do:
  at "Ask the shop" what is asked stands in another order
    walk: Yes → Thin
""",
    ),
    "a topic that is not there": (
        [("asked: [state, spare]", "asked: [state, spares]")],
        False,
        """\
What to say and do:
  at "Ask the shop" the topic "Is there another?" is no longer asked
    walk: Yes → Thin
  at "Ask the shop" the topic "spares" (no topic) is now asked
    walk: Yes → Thin
""",
    ),
    "a topic": (
        [
            ("ask: How does it look?", "ask: Is it whole?"),
            ("choose: any", "choose: one"),
            ("lines: [It is (color).]", "lines: [It is (which color).]"),
        ],
        False,
        """\
What to say and do:
  in the topic "Is it whole?" (1 step shows it) the question was "How does it look?"
    walk: Yes → Thin
  in the topic "Is it whole?" (1 step shows it) the line is now "It is (which color)." instead of "It is (color)."
    walk: Yes → Thin
  in the topic "Is there another?" (1 step shows it) one option now excludes the others
    walk: Yes → Thin
""",
    ),
    "options": (
        [
            ("tap: It leaks, line: Take care.", "tap: It drips, line: Please take care."),
            ("{id: dry, tap: It looks good, line: It looks good.}", "{id: odd, tap: It smells}"),
        ],
        False,
        """\
What to say and do:
  in the topic "How does it look?" (1 step shows it) the option "It looks good" ("It looks good.") is gone
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) the option "It leaks" is now worded "It drips"
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) for "It drips" is now said "Please take care." instead of "Take care."
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) the option "It smells" is new
    walk: Yes → Thin
""",
    ),
    "the words that an option chooses": (
        [("tap: Mine", "tap: My own"), ("{who: me}, line: I take care.", "{who: friend}, line: I take care of it.")],
        False,
        """\
What to say and do:
  in the topic "Whose is it?" (1 step shows it) the option "Mine" is now worded "My own"
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) "I take care." is no longer said for "It leaks" when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) "I take care of it." is now said for "It leaks" when the answer to "Whose is it?" is "Of a friend"
    walk: Yes → Thin
""",
    ),
    "an option that only chooses other words": (
        [("{id: me, tap: Mine}, ", "")],
        False,
        """\
What to say and do:
  in the topic "Whose is it?" (1 step shows it) the option "Mine" is gone
    walk: Yes → Thin
  at "Ask the shop" "I am at home." is now said in place of "I am at (place)." when the answer to "Whose is it?" is "me" instead of when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) "I take care." is now said for "It leaks" when the answer to "Whose is it?" is "me" instead of when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
""",
    ),
    "a topic that no step shows": (
        [("It may cost (sum).", "It may cost (how much)."), ("ask: What may it cost?", "ask: The price?")],
        False,
        """\
no walk changed
""",
    ),
    "a topic that is gone": (
        [("who: {ask: Whose is it?, options: [{id: me, tap: Mine}, {id: friend, tap: Of a friend}]}\n", "")],
        False,
        """\
What to say and do:
  at "Ask the shop" "I am at home." is now said in place of "I am at (place)." when someone said "me" at "who" (no step) instead of when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
  at "Ask the shop" "I am away." is now said in place of "I am at (place)." when someone said "friend" at "who" (no step) instead of when the answer to "Whose is it?" is "Of a friend"
    walk: Yes → Thin
  in the topic "How does it look?" (1 step shows it) "I take care." is now said for "It leaks" when someone said "me" at "who" (no step) instead of when the answer to "Whose is it?" is "Mine"
    walk: Yes → Thin
  at "Ask the shop" the choice "They are closed" now makes known: the answer to "who" (no topic) is "friend" instead of the answer to "Whose is it?" is "Of a friend"
    walk: Yes → Thin
""",
    ),
    "what an answer makes known": (
        [
            ("sets: {who: friend}", "sets: {who: me, state: dry}"),
            ("Thin, go: shop, id: thin", "Thin, go: shop, id: thin, sets: {who: me}"),
        ],
        False,
        """\
What to say and do:
  at "How thick is it?" the choice "Thin" now makes known: the answer to "Whose is it?" is "Mine" instead of nothing
    walk: Yes
  at "Ask the shop" the choice "They are closed" now makes known: the answer to "Whose is it?" is "Mine" and the answer to "How does it look?" is "It looks good" instead of the answer to "Whose is it?" is "Of a friend"
    walk: Yes → Thin
""",
    ),
    "an answer at a step that is now called like a topic": (
        [
            (
                "spare: {ask: Is there another?, choose: any, options: [{id: new,",
                "size: {ask: How thick?, options: [{id: thin, tap: Thin}]}\nspare: {ask: Is there another?, choose: any, options: [{id: new,",
            )
        ],
        False,
        """\
What to say and do:
  at "How thick is it?" the choice "Thin" now makes known: the answer to "How thick?" is "Thin" instead of nothing
    walk: Yes
  at "How thick is it?" the choice "Thick" now makes known: the answer to "How thick?" is "thick" instead of nothing
    walk: Yes
  at "Ask the shop" "It is thin." is now said in place of "It has a size." when the answer to "How thick?" is "Thin" instead of when someone said "Thin" at "How thick is it?"
    walk: Yes → Thin
  in the topic "How thick?" (1 step shows it) the option "Thin" is new
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
            ("who: {ask", "owner: {ask"),
            ("id: me,", "id: self,"),
            ("{who: me}, line: I am at", "{owner: self}, line: I am at"),
            ("{who: friend}, line: I am", "{owner: friend}, line: I am"),
            ("{who: me}, line: I take", "{owner: self}, line: I take"),
            ("sets: {who: friend}", "sets: {owner: friend}"),
            ("id: leaks", "id: drips"),
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


TREES = [path for path in data_dir("trees").glob("*.yaml") if path.name not in (CONTACTS, SOURCES, TOPICS_FILE)]


@pytest.mark.parametrize("path", TREES, ids=lambda path: path.stem)
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
    (change,) = compare(Version("battery", alone, {}, {}), Version("battery", after, {}, {}), DAY)
    assert change.walk == "(the link for who can’t talk or hear)"
    lone, cut = (tree.model_copy(update={"no_voice": None}) for tree in (alone, after))
    (change,) = compare(Version("battery", lone, {}, {}), Version("battery", cut, {}, {}), DAY)
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
        "where": True,
        "sources": ("sign",),
        "choices": (),
        "say": (),
        "silence": {"many-choices": "Other"},
    }
    | {"phone": "talk", "first": (), "picked": ("spare",), "do": ("Other",), "show": "Other", "asked": ("state",)}
    | {"more": (More(title="Other", text="Other"),)},
    Choice: {"label": "Other", "go": "fire/other", "kind": "worse", "sets": {"who": "me"}, "because": "Other"},
    Line: {"line": "Other", "instead": ()},
    Variant: {"line": "Other", "when": {"size": ("thin",)}},
    Topic: {"ask": "Other", "choose": "any", "options": (), "lines": ()},
    Option: {"tap": "Other", "line": "Other", "instead": ()},
    Contact: dict.fromkeys(Contact.model_fields, "other") | {"languages": ("en",), "expires": DAY},
}
IDS = {Choice: {"id"}, Option: {"id"}, Tree: BOOKKEEPING}
"""What is not told: names, dates of work, and what other tests change."""
KEYS = [(model, key) for model in OTHERWISE for key in sorted(model.model_fields.keys() - IDS.get(model, set()))]


@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{model.__name__}.{key}" for model, key in KEYS])
def test_every_key_is_compared(model: type, key: str) -> None:
    before = version()
    tree, contacts, topics, change = before.tree, before.contacts, before.topics, {key: OTHERWISE[model][key]}
    shop, state = tree.steps["shop"], topics["state"]
    match model.__name__:
        case "Tree":
            tree = tree.model_copy(update=change)
        case "Contact":
            contacts = {**contacts, "shop": contacts["shop"].model_copy(update=change)}
        case "Step":
            tree = with_step(tree, "shop", **change)
        case "Choice":
            tree = with_choice(tree, "shop", 0, **change)
        case "Line":
            tree = with_step(tree, "shop", first=(shop.first[0].model_copy(update=change),))
        case "Variant":
            variants = (shop.first[0].instead[0].model_copy(update=change), *shop.first[0].instead[1:])
            tree = with_step(tree, "shop", first=(shop.first[0].model_copy(update={"instead": variants}),))
        case "Topic":
            topics = {**topics, "state": state.model_copy(update=change)}
        case "Option":
            options = (state.options[0].model_copy(update=change), *state.options[1:])
            topics = {**topics, "state": state.model_copy(update={"options": options})}
    assert compare(before, Version("battery", tree, contacts, topics), DAY)


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
    return compare(CRISIS, replace(CRISIS, tree=tree), DAY)


def slip_in_topics(topic: str, **changes: object) -> list[Change]:
    topics = {**CRISIS.topics, topic: CRISIS.topics[topic].model_copy(update=changes)}
    return compare(CRISIS, replace(CRISIS, topics=topics), DAY)


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
    for key in ("first", "say", "do"):
        for n, line in enumerate(said := getattr(found, key)):
            words = line if key == "do" else line.line
            changes = slip(with_step(CRISIS.tree, step, **{key: (*said[:n], *said[n + 1 :])}))
            assert any(f'"{words}"' in change.text for change in changes)
            for m, variant in enumerate(() if key == "do" else line.instead):
                less = line.model_copy(update={"instead": (*line.instead[:m], *line.instead[m + 1 :])})
                changes = slip(with_step(CRISIS.tree, step, **{key: (*said[:n], less, *said[n + 1 :])}))
                told = f'"{variant.line}" is no longer said in place of "{words}" {CRISIS.condition(variant.when)}'
                assert told in changes[0].text
    for topic in found.asked:
        changes = slip(with_step(CRISIS.tree, step, asked=tuple(other for other in found.asked if other != topic)))
        told = f"at {CRISIS.title(step)} the topic {CRISIS.topic(topic)} is no longer asked"
        assert told in [change.text for change in changes]
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


@pytest.mark.parametrize("topic", CRISIS.asking)
def test_every_slip_in_a_topic_is_told_once(topic: str) -> None:
    found, steps = CRISIS.topics[topic], CRISIS.asking[topic]
    where = (
        f"in the topic {CRISIS.topic(topic)} ({'1 step shows' if len(steps) == 1 else f'{len(steps)} steps show'} it) "
    )
    for n, option in enumerate(found.options):
        if option.line:
            other = option.model_copy(update={"line": "Reworded."})
            (change,) = slip_in_topics(topic, options=(*found.options[:n], other, *found.options[n + 1 :]))
            told = f'{where}for "{option.tap}" is now said "Reworded." instead of "{option.line}"'
            assert (change.text, change.walk) == (told, CRISIS.walk(steps[0]))
        changes = slip_in_topics(topic, options=(*found.options[:n], *found.options[n + 1 :]))
        assert changes[0].text.startswith(f'{where}the option "{option.tap}"')
    for n, line in enumerate(found.lines):
        other = line.model_copy(update={"line": "Reworded."})
        (change,) = slip_in_topics(topic, lines=(*found.lines[:n], other, *found.lines[n + 1 :]))
        assert change.text == f'{where}the line is now "Reworded." instead of "{line.line}"'


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


@pytest.mark.parametrize("step", [step for step in STEPS if step not in CRISIS.topics])
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
            after = {**CRISIS.contacts, contact: CRISIS.contacts[contact].model_copy(update={way: wrong})}
            (change,) = compare(CRISIS, replace(CRISIS, contacts=after), DAY)
            assert f"{way} {wrong} instead of {number}" in change.text
            assert change.reach == (contact in CRISIS.shown)


# Any two trees.

NAMES = ["a", "b", "c"]
LABELS = ["Flat", "Bent", "Lost"]
TOPIC_IDS = ["leaks", "dry"]


def lines(*keys: str) -> st.SearchStrategy[Line]:
    """Lines with variants whose conditions ask for `keys`."""
    options = st.lists(st.sampled_from(["p", "q"]), min_size=1, max_size=2, unique=True).map(tuple)
    whens = st.dictionaries(st.sampled_from(keys), options, min_size=1, max_size=2)
    variants = st.lists(st.builds(Variant, when=whens, line=st.sampled_from(LABELS)), max_size=2).map(tuple)
    return st.builds(Line, line=st.sampled_from(LABELS), instead=variants)


LINES = lines(*NAMES, *TOPIC_IDS, "gone")
TOPIC_LINES = lines(*TOPIC_IDS, "gone")
Topics = Mapping[str, Topic]
Guide = tuple[Tree, Topics]


@st.composite
def topics(draw: st.DrawFn) -> Topics:
    """Some topics, each with a question of its own."""

    def options() -> tuple[Option, ...]:
        taps = draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True))
        said = draw(st.lists(TOPIC_LINES, min_size=2, max_size=2))
        return tuple(
            Option(id=name, tap=tap, line=draw(st.none() | st.just(line.line)), instead=line.instead)
            for name, tap, line in zip(draw(st.permutations(["p", "q"])), taps, said, strict=False)
        )

    asks = draw(st.permutations(["Leaks?", "Dry?", "Old?"]))
    ids = draw(st.lists(st.sampled_from([*TOPIC_IDS, "a"]), max_size=2, unique=True))
    choose = st.sampled_from(["one", "any"])
    return {
        name: Topic(
            ask=ask, choose=draw(choose), options=options(), lines=tuple(draw(st.lists(TOPIC_LINES, max_size=1)))
        )
        for name, ask in zip(ids, asks, strict=False)
    }


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    named = st.lists(st.sampled_from(TOPIC_IDS), max_size=2, unique=True).map(tuple)

    def step() -> Step:
        labels = draw(st.lists(st.sampled_from(LABELS), max_size=3, unique=True))
        ids = draw(st.permutations(["p", "q", None]))
        go = st.sampled_from([*NAMES, "bus/a"])
        kinds = st.sampled_from([None, "unsure"])
        known = st.dictionaries(st.sampled_from(TOPIC_IDS), st.sampled_from(["p", "q"]), max_size=1)
        return Step(
            title=draw(st.sampled_from(["Bell", "Tire"])),
            urgency=draw(st.sampled_from([None, "urgent"])),
            contacts=tuple(draw(st.lists(st.sampled_from(["shop", "fire"]), max_size=2, unique=True))),
            first=tuple(draw(st.lists(LINES, max_size=2))),
            picked=draw(named),
            asked=draw(named),
            say=tuple(draw(st.lists(LINES, max_size=2))),
            choices=tuple(
                Choice(label=label, go=draw(go), id=name, kind=draw(kinds), sets=draw(known))
                for label, name in zip(labels, ids, strict=False)
            ),
        )

    steps = {name: step() for name in NAMES if name == "a" or draw(st.booleans())}
    start = draw(st.sampled_from(sorted(steps)))
    return Tree(title="Bicycles", start=start, edited=DAY, review_by=DAY, steps=steps)


def met(tree: Tree, topics: Topics) -> object:
    """All that people meet, each thing by what they see of it."""
    labels = {
        (name, choice.id): choice.label for name, step in tree.steps.items() for choice in step.choices if choice.id
    }
    taps = {(name, option.id): option.tap for name, topic in topics.items() for option in topic.options}

    def seen(words: Mapping[tuple[str, str], str], place: str, name: str) -> object:
        return words.get((place, name), ("none", name))

    def ask(topic: str) -> object:
        return topics[topic].ask if topic in topics else ("none", topic)

    def said(line: Line | Option) -> object:
        return line.line, [(when(variant.when), variant.line) for variant in line.instead]

    def when(condition: Mapping[str, tuple[str, ...]]) -> object:
        return frozenset(
            ("topic", ask(key), frozenset(seen(taps, key, word) for word in wanted)) if key in topics else
            (key in tree.steps, key, frozenset(seen(labels, key, word) for word in wanted))
            for key, wanted in condition.items()
        )  # fmt: skip

    def known(step_id: str, choice: Choice) -> object:
        return frozenset(
            (ask(topic), seen(taps, topic, option)) for topic, option in sets(step_id, choice, topics).items()
        )

    shown = {topic for step in tree.steps.values() for topic in topics_of(step, topics)}
    return (
        tree.start,
        {
            name: (
                step.title,
                step.urgency,
                step.contacts,
                [[said(line) for line in lines] for lines in (step.first, step.say)],
                [[ask(topic) for topic in named] for named in (step.picked, step.asked)],
                [
                    (choice.label, choice.go, choice.go in tree.steps, choice.kind, known(name, choice))
                    for choice in step.choices
                ],
            )
            for name, step in tree.steps.items()
        },
        {
            topics[topic].ask: (
                topics[topic].choose,
                [(option.tap, said(option)) for option in topics[topic].options],
                [said(line) for line in topics[topic].lines],
            )
            for topic in shown
        },
    )


def anew(tree: Tree, topics: Topics) -> Guide:
    """The same for whoever walks it: other ids of choices, topics and options, and another day."""
    new = {"p": "x", "q": "y", "leaks": "drips", "dry": "parched"}

    def fact(key: str, word: str) -> str:
        named = topics[key].options if key in topics else getattr(tree.steps.get(key), "choices", ())
        return new[word] if any(one.id == word for one in named) else word

    def topic_id(key: str) -> str:
        return new.get(key, key) if key in topics else key

    def when(condition: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return {topic_id(key): tuple(fact(key, word) for word in wanted) for key, wanted in condition.items()}

    steps = {
        name: step.model_copy(
            update={
                "asked": tuple(map(topic_id, step.asked)),
                "picked": tuple(map(topic_id, step.picked)),
                "choices": tuple(
                    one.model_copy(
                        update={
                            "id": one.id and new[one.id],
                            "sets": {topic_id(key): fact(key, word) for key, word in one.sets.items()},
                        }
                    )
                    for one in step.choices
                ),
            }
        )
        for name, step in tree.steps.items()
    }
    tree = tree.model_copy(update={"steps": steps, "edited": DAY + datetime.timedelta(1)})
    renamed_topics = {
        topic_id(name): topic.model_copy(
            update={"options": tuple(one.model_copy(update={"id": new[one.id]}) for one in topic.options)}
        )
        for name, topic in topics.items()
    }
    return with_conditions(tree, when), {name: with_conditions(topic, when) for name, topic in renamed_topics.items()}


Condition = Callable[[Mapping[str, tuple[str, ...]]], Mapping[str, tuple[str, ...]]]
M = TypeVar("M", Tree, Topic)


def with_conditions(guide: M, when: Condition) -> M:
    """The tree or topic with other conditions of its variants."""

    def changed(value: object) -> object:
        match value:
            case Variant():
                return value.model_copy(update={"when": when(value.when)})
            case Model():
                return value.model_copy(
                    update={name: changed(getattr(value, name)) for name in type(value).model_fields}
                )
            case tuple():
                return tuple(map(changed, value))
            case dict():
                return {name: changed(one) for name, one in value.items()}
        return value

    found = changed(guide)
    assert isinstance(found, type(guide))
    return found


def renamed(tree: Tree, old: str, new: str) -> Tree:
    """The tree with another id for one step, and `moved` to tell it."""

    def name(step: str | None) -> str | None:
        return new if step == old else step

    steps = {
        name(step_id): step.model_copy(
            update={"choices": tuple(one.model_copy(update={"go": name(one.go)}) for one in step.choices)}
        )
        for step_id, step in tree.steps.items()
    }
    ends = {key: name(getattr(tree, key)) for key in ("start", "no_voice", "abroad")}
    moved = tree.model_copy(update=ends | {"steps": steps, "moved": {old: new}})
    return with_conditions(moved, lambda when: {name(key) or key: wanted for key, wanted in when.items()})


@settings(deadline=None, max_examples=200)
@given(trees(), topics(), st.tuples(trees(), topics()) | st.none())
def test_nothing_is_told_exactly_when_people_meet_the_same(old: Tree, asked: Topics, other: Guide | None) -> None:
    new, asked_now = other or anew(old, asked)
    changes = compare(Version("bike", old, {}, asked), Version("bike", new, {}, asked_now), DAY)
    assert (not changes) == (met(old, asked) == met(new, asked_now))
    describe(changes)


@settings(deadline=None, max_examples=200)
@given(trees(), topics(), st.data())
def test_one_change_is_told_and_a_rename_is_not(old: Tree, asked: Topics, data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(sorted(old.steps)))
    if step not in asked:  # whose answers would no longer be known for the topic
        moved = renamed(old, step, "z")
        assert compare(Version("bike", old, {}, asked), Version("bike", moved, {}, asked), DAY) == []
    other = data.draw(trees())
    new = old.model_copy(update={"steps": {**old.steps, step: other.steps["a"]}})
    changes = compare(Version("bike", old, {}, asked), Version("bike", new, {}, asked), DAY)
    assert (not changes) == (met(old, asked) == met(new, asked))


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
        return Version("bike", Tree(title="Bike", start="s0", edited=DAY, review_by=DAY, steps=steps), {}, {})

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


def write(tree: str, contacts: str, topics: str = TOPICS) -> None:
    Path("trees/battery.yaml").write_text(tree)
    Path("trees/contacts.yaml").write_text(contacts)
    Path("trees/topics.yaml").write_text(topics)


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
