"""What the rules of structure and truth tell, in trees that keep them and trees with more than one mistake.

tests/test_broken.py has one mistake of every kind, and the rules of safety and of words.
"""

# ruff: noqa: E501 - the texts stand here as authors see them

from pathlib import Path
from textwrap import dedent

import pytest

from helper.check import CALENDAR_RULES, MAX_PROBLEMS, PHONE_NUMBER, RULES, content, problems_at, problems_in, summary
from helper.loading.folder import load
from helper.problem import ContentError, explain

CONTACTS = """\
shop: {name: Bicycle shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2999-12-31}
"""
SOURCES = """\
manual: {title: The manual, checked: 2026-11-23}
"""
REST = """\
title: Bicycles
edited: 2026-11-23
review_by: 2027-05-23
"""
"""What every tree has. It stands below the lines of a case, so that those begin on line 1."""


def write(folder: Path, case: str) -> Path:
    """Write bike.yaml, and the files that begin at lines like "--- contacts.yaml"."""
    (folder / "contacts.yaml").write_text(CONTACTS)
    (folder / "sources.yaml").write_text(SOURCES)
    first, *others = dedent(case).split("--- ")
    for name, text in [("bike.yaml", first), *((part.split("\n", 1)) for part in others)]:
        (folder / name).write_text(text + ("" if name in ("contacts.yaml", "topics.yaml", "sources.yaml") else REST))
    return folder


def told(folder: Path, case: str) -> str:
    """All that is told of a case, with file names only."""
    problems = problems_in(load(write(folder, case)))
    return "\n".join(["", *map(explain, problems), ""]).replace(f"{folder.resolve()}/", "")


ONE = """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
"""A tree that keeps every rule."""

TOPICS = """\
--- topics.yaml
nail: {ask: "A nail?", options: [{id: seen, tap: One is there, line: A nail is in it.}, {id: unknown, tap: I do not know, line: I can’t see it.}]}
"""

CASES = [
    (
        "unknown_step",
        ONE,
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}, {label: Help, go: shpo}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:83: error: there is no step "shpo" [unknown-step]
  3 |   flat: {title: Is it flat?, choices: [{label: Next, go: shop}, {label: Help, go: shpo}]}
                                                                                        ^^^^
  help: the nearest name is "shop"
""",
    ),
    (
        "unknown_step",
        ONE,
        """\
start: falt
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:1:8: error: there is no step "falt" [unknown-step]
  1 | start: falt
             ^^^^
  help: the nearest name is "flat"
bike.yaml:3:3: error: no walk leads to the step "flat" [unreachable-step]
  3 |   flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
        ^^^^
  help: link it or take it out
bike.yaml:4:3: error: no walk leads to the step "shop" [unreachable-step]
  4 |   shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
        ^^^^
  help: link it or take it out
""",
    ),
    (
        "unknown_step",
        """\
start: flat
no_voice: shop
abroad: shop
moved: {tyre: flat}
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
no_voice: sign
abroad: away
moved: {tyre: flatt}
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:2:11: error: there is no step "sign" [unknown-step]
  2 | no_voice: sign
                ^^^^
bike.yaml:3:9: error: there is no step "away" [unknown-step]
  3 | abroad: away
              ^^^^
bike.yaml:4:15: error: there is no step "flatt" [unknown-step]
  4 | moved: {tyre: flatt}
                    ^^^^^
  help: the nearest name is "flat"
""",
    ),
    (
        "unknown_step",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: bell/ring}]}
--- bell.yaml
start: ring
steps:
  ring: {title: Ring it, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Ring, go: bell/rang}, {label: Sing, go: bel/ring}, {label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
--- bell.yaml
start: ring
steps:
  ring: {title: Ring it, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:58: error: there is no step "rang" in bell [unknown-step]
  3 |   flat: {title: Is it flat?, choices: [{label: Ring, go: bell/rang}, {label: Sing, go: bel/ring}, {label: Next, go: shop}]}
                                                               ^^^^^^^^^
  help: the nearest name is "ring"
bike.yaml:3:88: error: there is no tree "bel" [unknown-step]
  3 |   flat: {title: Is it flat?, choices: [{label: Ring, go: bell/rang}, {label: Sing, go: bel/ring}, {label: Next, go: shop}]}
                                                                                             ^^^^^^^^
  help: the nearest name is "bell"
""",
    ),
    (
        "unknown_contact",
        """\
start: flat
steps:
  flat: {title: Is it flat?, contacts: [shop], also: [shop], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, contacts: [shop, shpo], also: [library], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:47: error: there is no contact "shpo" [unknown-contact]
  3 |   flat: {title: Is it flat?, contacts: [shop, shpo], also: [library], choices: [{label: Next, go: shop}]}
                                                    ^^^^
  help: the nearest name is "shop"
bike.yaml:3:61: error: there is no contact "library" [unknown-contact]
  3 |   flat: {title: Is it flat?, contacts: [shop, shpo], also: [library], choices: [{label: Next, go: shop}]}
                                                                  ^^^^^^^
""",
    ),
    (
        "unknown_source",
        """\
start: flat
steps:
  flat: {title: Is it flat?, sources: [manual], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, sources: [manual, manuel], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:48: error: there is no source "manuel" [unknown-source]
  3 |   flat: {title: Is it flat?, sources: [manual, manuel], choices: [{label: Next, go: shop}]}
                                                     ^^^^^^
  help: the nearest name is "manual"
""",
    ),
    (
        "unknown_source",
        ONE,
        ONE
        + """\
--- contacts.yaml
shop: {name: Shop, call: 988, hours: always, source: website, verified: undated}
""",
        """
contacts.yaml:1:54: error: there is no source "website" [unknown-source]
  1 | shop: {name: Shop, call: 988, hours: always, source: website, verified: undated}
                                                           ^^^^^^^
""",
    ),
    (
        "unknown_when",
        """\
start: flat
steps:
  flat: {title: Is it flat?, asked: [nail], choices: [{label: Yes, id: "yes", go: pump}]}
  pump:
    title: Pump it up
    say: [{line: It is flat., instead: [{when: {flat: "yes", nail: [seen, unknown]}, line: It has a nail.}]}]
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """\
start: flat
steps:
  flat: {title: Is it flat?, asked: [nail], choices: [{label: Yes, id: "yes", go: pump}]}
  pump:
    title: Pump it up
    first:
      - {line: It is flat., instead: [{when: {falt: "yes"}, line: A}, {when: {flat: ["yes", yess]}, line: B}]}
    say:
      - {line: It is flat., instead: [{when: {flat: "no"}, line: A}]}
      - {line: It is flat., instead: [{when: {nail: sene}, line: A}]}
      - {line: It is flat., instead: [{when: {pump: done}, line: A}]}
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS.replace("line: A nail is in it.", "line: A nail., instead: [{when: {flat: seen}, line: B}]"),
        """
bike.yaml:7:47: error: there is no topic or step "falt" [unknown-when]
  7 |       - {line: It is flat., instead: [{when: {falt: "yes"}, line: A}, {when: {flat: ["yes", yess]}, line: B}]}
                                                    ^^^^
  help: the nearest name is "flat"
bike.yaml:7:93: error: "flat" has no answer "yess" [unknown-when]
  7 |       - {line: It is flat., instead: [{when: {falt: "yes"}, line: A}, {when: {flat: ["yes", yess]}, line: B}]}
                                                                                                  ^^^^
  help: the nearest name is "yes"
bike.yaml:7:107: error: someone could say this untrue: it is a sentence of the topic "nail" [ready-made]
  7 |       - {line: It is flat., instead: [{when: {falt: "yes"}, line: A}, {when: {flat: ["yes", yess]}, line: B}]}
                                                                                                                ^
  help: take it out, and ask "nail" instead
bike.yaml:9:53: error: "flat" has no answer "no" [unknown-when]
  9 |       - {line: It is flat., instead: [{when: {flat: "no"}, line: A}]}
                                                          ^^^^
  help: its answers are yes
bike.yaml:10:53: error: "nail" has no answer "sene" [unknown-when]
 10 |       - {line: It is flat., instead: [{when: {nail: sene}, line: A}]}
                                                          ^^^^
  help: the nearest name is "seen"
bike.yaml:11:47: error: no walk to "pump" passes "pump" [unasked-when]
 11 |       - {line: It is flat., instead: [{when: {pump: done}, line: A}]}
                                                    ^^^^
  help: ask it on an earlier step
bike.yaml:11:53: error: "pump" has no answer "done" [unknown-when]
 11 |       - {line: It is flat., instead: [{when: {pump: done}, line: A}]}
                                                          ^^^^
  help: give the choice or option that is meant an id
topics.yaml:1:97: error: there is no topic "flat" [unknown-when]
  1 | …il?", options: [{id: seen, tap: One is there, line: A nail., instead: [{when: {flat: seen}, line: B}]}, {id: unknown, tap: I do not know, line: I can’t see it.…
                                                                                      ^^^^
""",
    ),
    (
        "unknown_topic",
        """\
start: flat
steps:
  flat: {title: Is it flat?, asked: [nail], picked: [nail], choices: [{label: Next, go: shop, sets: {nail: seen}}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """\
start: flat
steps:
  flat: {title: Is it flat?, asked: [nale], picked: [nial], choices: [{label: Next, go: shop, sets: {nails: seen}}]}
  shop: {title: Ask the shop, asked: [nail], outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """
bike.yaml:3:38: error: there is no topic "nale" [unknown-topic]
  3 |   flat: {title: Is it flat?, asked: [nale], picked: [nial], choices: [{label: Next, go: shop, sets: {nails: seen}}]}
                                           ^^^^
  help: the nearest name is "nail"
bike.yaml:3:54: error: there is no topic "nial" [unknown-topic]
  3 |   flat: {title: Is it flat?, asked: [nale], picked: [nial], choices: [{label: Next, go: shop, sets: {nails: seen}}]}
                                                           ^^^^
  help: the nearest name is "nail"
bike.yaml:3:102: error: there is no topic "nails" [unknown-topic]
  3 |   flat: {title: Is it flat?, asked: [nale], picked: [nial], choices: [{label: Next, go: shop, sets: {nails: seen}}]}
                                                                                                           ^^^^^
  help: the nearest name is "nail"
""",
    ),
    (
        "unknown_option",
        """\
start: nail
steps:
  nail: {title: Is there a nail?, choices: [{label: Yes, id: seen, go: shop}, {label: Help, id: help, kind: aside, go: shop}]}
  shop: {title: Ask the shop, asked: [nail], outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """\
start: nail
steps:
  nail: {title: Is there a nail?, choices: [{label: Yes, id: "yes", go: shop}, {label: Help, kind: aside, go: shop, sets: {nail: sene}}]}
  shop: {title: Ask the shop, asked: [nail], outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """
bike.yaml:3:62: error: the topic "nail" has no option "yes" [unknown-option]
  3 |   nail: {title: Is there a nail?, choices: [{label: Yes, id: "yes", go: shop}, {label: Help, kind: aside, go: shop, sets: {nail: sene}}]}
                                                                   ^^^^^
  help: its options are seen, unknown
bike.yaml:3:130: error: the topic "nail" has no option "sene" [unknown-option]
  3 |   nail: {title: Is there a nail?, choices: [{label: Yes, id: "yes", go: shop}, {label: Help, kind: aside, go: shop, sets: {nail: sene}}]}
                                                                                                                                       ^^^^
  help: the nearest name is "seen"
""",
    ),
    (
        "duplicate_label",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, id: a, go: shop}, {label: No, id: b, go: shop}, {label: Perhaps, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, id: a, go: shop}, {label: "YES", id: b, go: shop}, {label: No, id: a, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:79: error: this step has the label "YES" already [duplicate-label]
  3 |   flat: {title: Is it flat?, choices: [{label: Yes, id: a, go: shop}, {label: "YES", id: b, go: shop}, {label: No, id: a, go: shop}]}
                                                                                    ^^^^^
  help: readers must be able to tell them apart
bike.yaml:3:120: error: this step has the id "a" already [duplicate-label]
  3 |   flat: {title: Is it flat?, choices: [{label: Yes, id: a, go: shop}, {label: "YES", id: b, go: shop}, {label: No, id: a, go: shop}]}
                                                                                                                             ^
  help: readers must be able to tell them apart
""",
    ),
    (
        "unreachable_step",
        """\
start: flat
no_voice: sign
abroad: away
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  sign: {title: Write it down, choices: [{label: Next, go: shop}]}
  away: {title: Abroad, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  pump: {title: Pump, choices: [{label: Next, go: bell}]}
  bell: {title: Bell, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:3: error: no walk leads to the step "pump" [unreachable-step]
  4 |   pump: {title: Pump, choices: [{label: Next, go: bell}]}
        ^^^^
  help: link it or take it out
bike.yaml:5:3: error: no walk leads to the step "bell" [unreachable-step]
  5 |   bell: {title: Bell, choices: [{label: Next, go: shop}]}
        ^^^^
  help: link it or take it out
""",
    ),
    (
        "outcome_without_contact",
        """\
start: flat
abroad: away
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  away: {title: Abroad, outcome: true, urgency: routine}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}, {label: Ride, go: ride}]}
  ride: {title: Ride, outcome: true, urgency: routine, choices: [{label: Flat again, go: flat}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:3: error: the outcome "ride" has no contact [outcome-without-contact]
  4 |   ride: {title: Ride, outcome: true, urgency: routine, choices: [{label: Flat again, go: flat}]}
        ^^^^
  help: add contacts: with ids from contacts.yaml
""",
    ),
    (
        "outcome_without_contact",
        ONE,
        ONE
        + """\
--- contacts.yaml
shop: {name: Shop, call: 988, hours: always, source: manual, verified: undated, status: unchecked}
""",
        """
bike.yaml:3:3: error: no walk from "flat" reaches an outcome with a contact: its choices lead to none [no-outcome]
  3 |   flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
        ^^^^
  help: add a choice that leads to help
bike.yaml:4:3: error: no walk from "shop" reaches an outcome with a contact: it has no choices [no-outcome]
  4 |   shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
        ^^^^
  help: add a choice that leads to help
bike.yaml:4:3: error: the outcome "shop" has no contact that is shown [outcome-without-contact]
  4 |   shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
        ^^^^
  help: add contacts: with ids from contacts.yaml
""",
    ),
    (
        "outcome_without_urgency",
        ONE,
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, contacts: [shop]}
""",
        """
bike.yaml:4:3: error: the outcome "shop" has no urgency [outcome-without-urgency]
  4 |   shop: {title: Ask the shop, outcome: true, contacts: [shop]}
        ^^^^
  help: add urgency: emergency, urgent or routine
""",
    ),
    (
        "no_outcome",
        ONE,
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, go: pump}, {label: No, go: shop}]}
  pump: {title: Pump it up}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:3: error: no walk from "pump" reaches an outcome with a contact: it has no choices [no-outcome]
  4 |   pump: {title: Pump it up}
        ^^^^
  help: add a choice that leads to help
""",
    ),
    (
        "question_circle",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, go: pump}, {label: No, go: shop}]}
  pump: {title: Pump, outcome: true, urgency: routine, contacts: [shop], choices: [{label: Flat again, go: flat}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, go: pump}, {label: No, go: shop}]}
  pump: {title: Pump, choices: [{label: Still flat, go: flat}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:3: error: these questions lead in a circle: flat → pump → flat [question-circle]
  3 |   flat: {title: Is it flat?, choices: [{label: Yes, go: pump}, {label: No, go: shop}]}
        ^^^^
  help: make one of them an outcome, or take out a choice
""",
    ),
    (
        "question_circle",
        ONE,
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Look again, go: flat}, {label: No, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:3: error: these questions lead in a circle: flat → flat [question-circle]
  3 |   flat: {title: Is it flat?, choices: [{label: Look again, go: flat}, {label: No, go: shop}]}
        ^^^^
  help: make one of them an outcome, or take out a choice
""",
    ),
    (
        "unasked_when",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, id: "yes", go: pump}]}
  pump: {title: Pump, asked: [nail], say: [{line: Air., instead: [{when: {flat: "yes", nail: seen}, line: Flat}]}], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """\
start: flat
steps:
  flat:
    title: Is it flat?
    say:
      - {line: Air., instead: [{when: {pump: done}, line: A}, {when: {flat: "yes"}, line: B}, {when: {nail: seen}, line: C}]}
    choices: [{label: Yes, id: "yes", go: pump}]
  pump: {title: Pump, asked: [nail], choices: [{label: Next, id: done, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
"""
        + TOPICS,
        """
bike.yaml:6:40: error: no walk to "flat" passes "pump" [unasked-when]
  6 |       - {line: Air., instead: [{when: {pump: done}, line: A}, {when: {flat: "yes"}, line: B}, {when: {nail: seen}, line: C}]}
                                             ^^^^
  help: ask it on an earlier step
bike.yaml:6:71: error: no walk to "flat" passes "flat" [unasked-when]
  6 |       - {line: Air., instead: [{when: {pump: done}, line: A}, {when: {flat: "yes"}, line: B}, {when: {nail: seen}, line: C}]}
                                                                            ^^^^
  help: ask it on an earlier step
bike.yaml:6:103: error: no walk to "flat" asks "nail" [unasked-when]
  6 |       - {line: Air., instead: [{when: {pump: done}, line: A}, {when: {flat: "yes"}, line: B}, {when: {nail: seen}, line: C}]}
                                                                                                            ^^^^
  help: ask it on an earlier step
""",
    ),
    (
        "phone_number_in_prose",
        """\
start: flat
steps:
  flat:
    title: Call 911, 988 or 211
    text: |
      In 2026 we had 5,671 calls,
      2 in 100 at night, 24/7.
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat:
    title: Is it flat?
    text: |
      Call the shop at 800-555-0199,
      or 800-555-0199 again, or text 741741.
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:6:24: error: "800-555-0199" looks like a phone number [phone-number-in-prose]
  6 |       Call the shop at 800-555-0199,
                             ^^^^^^^^^^^^
  help: put it in contacts.yaml and name the contact in a step
bike.yaml:7:38: error: "741741" looks like a phone number [phone-number-in-prose]
  7 |       or 800-555-0199 again, or text 741741.
                                           ^^^^^^
  help: put it in contacts.yaml and name the contact in a step
""",
    ),
    (
        "phone_number_in_prose",
        ONE,
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {why: (800) 555-0101, more: [{title: Is it 711, text: 8005550102}], title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:15: error: "(800) 555-0101" looks like a phone number [phone-number-in-prose]
  4 |   shop: {why: (800) 555-0101, more: [{title: Is it 711, text: 8005550102}], title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
                    ^^^^^^^^^^^^^^
  help: put it in contacts.yaml and name the contact in a step
bike.yaml:4:52: error: "711" looks like a phone number [phone-number-in-prose]
  4 |   shop: {why: (800) 555-0101, more: [{title: Is it 711, text: 8005550102}], title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
                                                         ^^^
  help: put it in contacts.yaml and name the contact in a step
bike.yaml:4:63: error: "8005550102" looks like a phone number [phone-number-in-prose]
  4 |   shop: {why: (800) 555-0101, more: [{title: Is it 711, text: 8005550102}], title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
                                                                    ^^^^^^^^^^
  help: put it in contacts.yaml and name the contact in a step
""",
    ),
    (
        "phone_number_in_prose",
        ONE,
        """\
start: flat
steps:
  flat:
    title: Is it flat?
    text: >
      Call the shop at 800
      555-0199.
    why: It is a shop.
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:5:11: error: "800 555-0199" looks like a phone number [phone-number-in-prose]
  5 |     text: >
                ^
  help: put it in contacts.yaml and name the contact in a step
""",
    ),
    (
        "phone_number_in_prose",
        """\
about: Bicycles
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
about: Bicycles, 800-555-0101
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
--- contacts.yaml
shop: {name: Shop, about: Or call 555-0101, call: 988, hours: always, source: manual, verified: undated}
""",
        """
bike.yaml:1:18: error: "800-555-0101" looks like a phone number [phone-number-in-prose]
  1 | about: Bicycles, 800-555-0101
                       ^^^^^^^^^^^^
  help: put it in contacts.yaml and name the contact in a step
contacts.yaml:1:35: error: "555-0101" looks like a phone number [phone-number-in-prose]
  1 | shop: {name: Shop, about: Or call 555-0101, call: 988, hours: always, source: manual, verified: undated}
                                        ^^^^^^^^
  help: put it in contacts.yaml and name the contact in a step
""",
    ),
    (
        "moved_step",
        """\
start: flat
moved: {tyre: flat}
removed: [bell]
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
moved: {flat: shop}
removed: [bell, shop]
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:2:9: error: "flat" is listed as gone, but there is such a step [moved-step]
  2 | moved: {flat: shop}
              ^^^^
  help: take one of the two out
bike.yaml:3:17: error: "shop" is listed as gone, but there is such a step [moved-step]
  3 | removed: [bell, shop]
                      ^^^^
  help: take one of the two out
""",
    ),
    (
        "contact_without_way",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
--- contacts.yaml
shop: {name: Shop, web: https://bike.example, hours: always, source: manual, verified: undated, expires: 2999-12-31}
""",
        ONE
        + """\
--- contacts.yaml
shop: {name: Shop, hours: always, source: manual, verified: undated, expires: 2999-12-31}
""",
        """
contacts.yaml:1:1: error: the contact "shop" has no number and no address [contact-without-way]
  1 | shop: {name: Shop, hours: always, source: manual, verified: undated, expires: 2999-12-31}
      ^^^^
  help: add call or text
""",
    ),
    (
        "contact_without_expiry",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
--- contacts.yaml
shop: {name: Shop, call: 988, text: 911, hours: always, source: manual, verified: undated}
""",
        ONE.replace("contacts: [shop]", "contacts: [shop, library]")
        + """\
--- contacts.yaml
shop: {name: Shop, call: 988, text: 741741, hours: always, source: manual, verified: undated}
library: {name: Library, chat: https://library.example, hours: always, source: manual, verified: undated}
""",
        """
contacts.yaml:1:1: error: the contact "shop" has no date on which it expires [contact-without-expiry]
  1 | shop: {name: Shop, call: 988, text: 741741, hours: always, source: manual, verified: undated}
      ^^^^
  help: add expires: with the date by which someone checks it again
contacts.yaml:2:1: error: the contact "library" has no date on which it expires [contact-without-expiry]
  2 | library: {name: Library, chat: https://library.example, hours: always, source: manual, verified: undated}
      ^^^^^^^
  help: add expires: with the date by which someone checks it again
""",
    ),
    (
        "expired_contact",
        ONE,
        ONE
        + """\
--- contacts.yaml
shop: {name: Shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2020-02-29}
""",
        """
contacts.yaml:1:99: warning: "shop" was last shown on 2020-02-29 [expired-contact]
  1 | shop: {name: Shop, call: 800-555-0100, hours: always, source: manual, verified: undated, expires: 2020-02-29}
                                                                                                        ^^^^^^^^^^
  help: check it at its source, then set verified and expires
""",
    ),
]


@pytest.mark.parametrize(("rule", "good"), [case[:2] for case in CASES])
def test_a_tree_that_keeps_the_rule_has_no_problem(tmp_path: Path, rule: str, good: str) -> None:
    assert told(tmp_path, good) == "\n"


@pytest.mark.parametrize(("rule", "bad", "text"), [(case[0], *case[2:]) for case in CASES])
def test_a_tree_that_breaks_the_rule_is_told(tmp_path: Path, rule: str, bad: str, text: str) -> None:
    assert told(tmp_path, bad) == text
    assert f"[{rule.replace('_', '-')}]" in text


@pytest.mark.parametrize("rule", [*RULES, *CALENDAR_RULES])
def test_every_rule_says_what_it_means_with_a_wrong_and_a_right_snippet(rule) -> None:
    first, *rest = (rule.__doc__ or "").split("\n\n")
    assert first.endswith(".")
    assert [part.strip() for part in rest].count("Wrong:") == [part.strip() for part in rest].count("Right:") == 1


NUMBERS = [
    "800-555-0100", "(800) 555-0100", "(800)555-0100", "800.555.0100", "800 555 0100", "800/555-0100", "8005550100",
    "1-800-555-0100", "1 (800) 555-0100", "18005550100", "+1 800 555 0100", "+18005550100", "800\u2011555\u20110100",
    "800\u00a0555\u00a00100", "800-555-HELP", "800-FOR-BIKE", "1-800-BICYCLE", "555-0100", "+44 555 0100", "741741",
    "55501", "12345", "311", "411", "511", "611", "711", "811",
]  # fmt: skip
"""A ZIP code is told as well: a number to text has as many digits, and no step needs a ZIP code."""

NO_NUMBERS = [
    "911", "988", "211", "5,671 calls", "1,063", "12,345 people", "1,234,567", "2026-11-23", "11/23/2026", "23.11.2026",
    "2026", "24/7", "2 in 100", "10-20 minutes", "1:30", "3.1416", "$1,200", "988 or 911", "911/988", "R2D2", "v1.2.345",
    "988lifeline.org",
]  # fmt: skip


@pytest.mark.parametrize("place", ["{}", "Call {}.", "Call\n{}\nnow", "**{}**", "“{}”", "Text BIKE to {}, any time"])
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_can_be_dialled_is_found(number: str, place: str) -> None:
    found = PHONE_NUMBER.search(place.format(number))
    assert found
    assert found[0] == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_other_figures_are_no_phone_numbers(text: str) -> None:
    assert not PHONE_NUMBER.search(f"It is {text}, or so.")


def test_all_problems_are_told_by_place(tmp_path: Path) -> None:
    case = """\
        start: flta
        steps:
          flat: {title: Ring 555-0100, contacts: [shpo]}
          pump: {title: Pump, outcome: true}
        --- contacts.yaml
        shop: {name: Shop, hours: always, source: manuel, verified: undated}
        """
    lines = [line for line in told(tmp_path, case).splitlines() if ": error: " in line]
    assert [(line.split(": ")[0], line.split("[")[-1]) for line in lines] == [
        ("bike.yaml:1:8", "unknown-step]"),
        ("bike.yaml:3:3", "no-outcome]"),
        ("bike.yaml:3:3", "unreachable-step]"),
        ("bike.yaml:3:22", "phone-number-in-prose]"),
        ("bike.yaml:3:43", "unknown-contact]"),
        ("bike.yaml:4:3", "no-outcome]"),
        ("bike.yaml:4:3", "outcome-without-contact]"),
        ("bike.yaml:4:3", "outcome-without-urgency]"),
        ("bike.yaml:4:3", "unreachable-step]"),
        ("contacts.yaml:1:1", "contact-without-expiry]"),
        ("contacts.yaml:1:1", "contact-without-way]"),
        ("contacts.yaml:1:43", "unknown-source]"),
    ]


def test_no_more_than_a_hundred_problems_of_a_rule_are_told(tmp_path: Path) -> None:
    steps = "".join(f"  s{n}: {{title: A step, choices: [{{label: Next, go: t{n}}}]}}\n" for n in range(3000))
    problems = problems_in(load(write(tmp_path, f"start: s0\nsteps:\n{steps}")))
    assert [problem.code for problem in problems].count("unknown-step") == MAX_PROBLEMS


def test_a_tree_that_breaks_a_rule_gives_no_content(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="unknown-step"):
        content(write(tmp_path, ONE.replace("go: shop", "go: shpo")))


def test_a_contact_past_its_date_keeps_no_site_from_starting(tmp_path: Path) -> None:
    folder = write(tmp_path, ONE + "--- contacts.yaml\n" + CONTACTS.replace("2999", "2020"))
    assert summary(problems_in(load(folder))) == "1 warning"
    assert set(content(folder).trees) == {"bike"}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (ONE, "no problems"),
        (ONE.replace("go: shop", "go: shpo"), "3 errors"),
        (ONE.replace("shop}", "shop}, {label: Pump, go: pump}"), "1 error"),
    ],
)
def test_problems_are_counted_in_words(tmp_path: Path, case: str, words: str) -> None:
    assert summary(problems_in(load(write(tmp_path, case)))) == words


# Topics

SWITCH = """\
who: {ask: "Who needs help?", options: [{id: here, tap: Someone here}, {id: me, tap: Me}]}
"""
ASKED = """\
start: flat
steps:
  flat: {title: Is it flat?, CHOICES}
  pump: {title: Pump, SAYS, choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, asked: [nail], outcome: true, urgency: routine, contacts: [shop]}
"""


def codes(folder: Path, case: str) -> list[str]:
    return [problem.code for problem in problems_in(load(write(folder, case)))]


@pytest.mark.parametrize(
    ("choices", "says", "found"),
    [
        # it is asked before, set before, or at a step that is called like it
        ("asked: [nail], choices: [{label: Yes, go: pump}]", "say: [LINE]", []),
        ("choices: [{label: Yes, go: pump, sets: {nail: seen}}]", "say: [LINE]", []),
        ("choices: [{label: Yes, go: pump, sets: {nail: seen}, kind: aside}]", "first: [LINE]", []),
        ("choices: [{label: Yes, go: pump}]", "asked: [nail], first: [LINE]", []),
        ("choices: [{label: Yes, go: pump}]", "say: [LINE]", ["unasked-when"]),
        ("choices: [{label: Yes, go: pump, sets: {nail: unknown}}]", "say: [LINE]", ["impossible-when"]),
        ("choices: [{label: Yes, go: pump}, {label: No, go: shop, sets: {nail: seen}}]", "say: [LINE]",
         ["unasked-when"]),
        # a switch is tapped where it chooses a first line, but not while the phone lies down
        ("choices: [{label: Yes, go: pump}]", "first: [SWITCHED]", []),
        ("choices: [{label: Yes, go: pump}]", "first: [SWITCHED], phone: down, text: '**Down.**'", ["unasked-when"]),
        ("choices: [{label: Yes, go: pump}]", "say: [SWITCHED]", ["unasked-when"]),
        ("choices: [{label: Yes, go: pump}]", "asked: [chain], say: [SWITCHED]", ["unasked-when", "unasked-when"]),
        ("choices: [{label: Yes, go: pump}]", "asked: [chain], first: [SWITCHED]", []),
    ],
)  # fmt: skip
def test_what_is_known_of_a_topic(tmp_path: Path, choices: str, says: str, found: list[str]) -> None:
    case = ASKED.replace("CHOICES", choices).replace("SAYS", says)
    case = case.replace("LINE", "{line: Air., instead: [{when: {nail: seen}, line: A nail.}]}")
    case = case.replace("SWITCHED", "{line: Air., instead: [{when: {who: me}, line: My air.}]}")
    chain = (
        'chain: {ask: "The chain?", lines: [{line: It is off., instead: [{when: {who: me}, line: Mine is off.}]}]}\n'
    )
    told_ = codes(tmp_path, case + TOPICS + SWITCH + chain)
    assert [code for code in told_ if code != "unused-topic"] == found


def test_a_topic_that_another_guide_asks_about_is_known_in_this_one(tmp_path: Path) -> None:
    case = ASKED.replace("CHOICES", "choices: [{label: Yes, go: pump}]")
    case = case.replace("SAYS", "say: [{line: Air., instead: [{when: {nail: seen}, line: A nail.}]}]")
    ring = """\
--- bell.yaml
start: ring
steps:
  ring: {title: Ring it, asked: [nail], outcome: true, urgency: routine, contacts: [shop], choices: [{label: Flat, go: GOAL}]}
"""
    assert codes(tmp_path, case + ring.replace("GOAL", "bike/flat") + TOPICS) == []
    assert codes(tmp_path, case + ring.replace("GOAL", "bike/shop") + TOPICS) == ["unasked-when"]


def test_topics_that_other_guides_share_are_not_called_unused(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(TOPICS.removeprefix("--- topics.yaml\n"))
    (tmp_path / "trees").mkdir()
    assert codes(tmp_path / "trees", ONE) == []
    assert codes(tmp_path / "trees", ONE + TOPICS) == ["unused-topic"]


def test_what_shared_topics_ask_for_need_not_be_known_in_each_guide(tmp_path: Path) -> None:
    topics = TOPICS + "chain: {ask: C?, lines: [{line: Off., instead: [{when: {nail: seen}, line: Flat.}]}]}\n"
    (tmp_path / "topics.yaml").write_text(topics.removeprefix("--- topics.yaml\n"))
    (tmp_path / "trees").mkdir()
    case = ONE.replace("title: Is it flat?", "title: Is it flat?, asked: [chain]")
    assert codes(tmp_path / "trees", case) == []
    assert codes(tmp_path / "trees", case + topics) == ["unasked-when"]


# Calls

CALL = """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Next, go: call}]}
  call: {title: Call, outcome: true, urgency: emergency, contacts: ["911"], phone: dial, FIRST}
--- contacts.yaml
"911": {name: "911", call: 911, hours: always, source: manual, verified: undated}
"""


def of_a_call(folder: Path, *lines: str) -> set[str]:
    folder.mkdir(exist_ok=True)
    return {*codes(folder, CALL.replace("FIRST", f"first: [{', '.join(lines)}]") + TOPICS + SWITCH)} - {"unused-topic"}


@pytest.mark.parametrize(
    "line",
    ["The emergency is at (address, town).", "I am in (your town).", "The emergency is at (where).", "Address: (where).",
     "(Name) is gone from (a place).", "Turn left at (landmark or street)."],
)  # fmt: skip
def test_a_blank_for_a_place_is_one(tmp_path: Path, line: str) -> None:
    assert of_a_call(tmp_path, f'"{line}"') == set()
    variant = f'{{line: "{line}", instead: [{{when: {{who: me}}, line: "{line}"}}]}}'
    assert of_a_call(tmp_path, variant) == set()


@pytest.mark.parametrize(
    "line", ["I am at home.", "I am (name).", "(Who) is hurt.", "Send help to me (now).", "At town."]
)
def test_another_blank_is_no_place(tmp_path: Path, line: str) -> None:
    assert of_a_call(tmp_path, f'"{line}"') == {"place-first"}
    variant = f'{{line: "I am at (address).", instead: [{{when: {{who: me}}, line: "{line}"}}]}}'
    assert of_a_call(tmp_path, variant) == {"place-first"}


PLACE = '"I am at (address)."'
WORDS_13 = "One two three four five six seven eight nine ten one two three."


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (WORDS_13.replace(".", " four."), set()),
        (WORDS_13.replace(".", " (four, five, six)."), set()),
        (WORDS_13.replace(".", " four five."), {"first-lines"}),
    ],
)
def test_blanks_of_a_line_do_not_count(tmp_path: Path, line: str, found: set[str]) -> None:
    assert of_a_call(tmp_path, PLACE, f'"{line}"') - {"long-sentence"} == found
    variant = f'{{line: It is flat., instead: [{{when: {{who: me}}, line: "{line}"}}]}}'
    assert of_a_call(tmp_path, PLACE, variant) - {"long-sentence"} == found


def test_variants_that_never_stand_together_are_not_added_up(tmp_path: Path) -> None:
    long = [f'{{line: It is., instead: [{{when: {{who: {who}}}, line: "{WORDS_13}"}}]}}' for who in ("me", "here")]
    assert of_a_call(tmp_path, f'"{WORDS_13} (address)"', *long) == set()
    both = [line.replace("who: here", "who: me") for line in long]
    assert of_a_call(tmp_path, f'"{WORDS_13} (address)"', *both) == {"first-lines"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["(Who) is hurt."], {"no-self-words"}),
        (["They are hurt."], {"no-self-words"}),
        (["Please send help."], set()),
        (["They are hurt.", "I see them."], set()),
        (["They are hurt. My number is (number)."], {"no-self-words"}),
        (["{line: They are hurt., instead: [{when: {who: me}, line: I am hurt.}]}"], set()),
        (["{line: They are hurt., instead: [{when: {who: here}, line: She is hurt.}]}"], {"no-self-words"}),
    ],
)
def test_words_for_who_needs_help(tmp_path: Path, lines: list[str], found: set[str]) -> None:
    place = '{line: "The emergency is at (address).", instead: [{when: {who: here}, line: "Come to (address)."}]}'
    assert of_a_call(tmp_path, place, *lines) == found


@pytest.mark.parametrize(("sets", "found"), [("here", set()), ("me", {"no-self-words"})])
def test_where_each_way_says_who_it_is_about_no_words_for_me_are_missing(
    tmp_path: Path, sets: str, found: set[str]
) -> None:
    place = '{line: "The emergency is at (address).", instead: [{when: {who: here}, line: "Come to (address)."}]}'
    case = CALL.replace("FIRST", f"first: [{place}, They are hurt.]")
    case = case.replace("go: call}", f"go: call, sets: {{who: {sets}}}}}")
    assert {*codes(tmp_path, case + TOPICS + SWITCH)} - {"unused-topic"} == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["A nail is in it."], {"ready-made"}),
        (["Come now! A nail is in it. Please."], {"ready-made"}),
        (["A nail is in it and hurts."], set()),
        (["{line: It is flat., instead: [{when: {who: me}, line: A nail is in it.}]}"], {"ready-made"}),
        (["{line: It is flat., instead: [{when: {nail: seen}, line: A nail is in it.}]}"], {"unasked-when"}),
    ],
)
def test_a_sentence_that_excludes_others_is_no_first_line(tmp_path: Path, lines: list[str], found: set[str]) -> None:
    assert of_a_call(tmp_path, PLACE, *lines) == found


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ("label: They are gone", {"phone-down"}),
        ("label: They have not come yet", set()),
        ("label: Nobody came", set()),
        ("label: They said no, kind: refused", set()),
        ("label: Call 911 if it burns, kind: worse", set()),
        ("label: There is a fire, kind: aside", {"phone-down"}),
    ],
)
def test_only_who_still_waits_is_led_from_officers_to_a_call(tmp_path: Path, choice: str, found: set[str]) -> None:
    officers = f"""\
  here: {{title: They are here, text: "**Lay the phone down.**", outcome: true, urgency: emergency, contacts: ["911"],
    phone: down, first: [Hello.], choices: [{{{choice}, go: call}}]}}
---"""
    case = CALL.replace("FIRST", f"first: [{PLACE}], choices: [{{label: They come, go: here}}]")
    assert {*codes(tmp_path, case.replace("---", officers, 1) + TOPICS)} - {"unused-topic"} == found


# One file of a folder

TWO = ONE + "--- bell.yaml\n" + ONE.replace("go: shop", "go: shpo") + "--- contacts.yaml\n" + CONTACTS


def files(path: Path) -> list[str]:
    """The files and codes of the problems at a path."""
    return [f"{Path(problem.file).name} {problem.code}" for problem in problems_at(path)]


def test_of_one_file_only_its_own_problems_are_told(tmp_path: Path) -> None:
    write(tmp_path, TWO)
    assert files(tmp_path / "bike.yaml") == []
    assert files(tmp_path / "contacts.yaml") == []
    assert set(files(tmp_path / "bell.yaml")) == {
        "bell.yaml no-outcome", "bell.yaml unknown-step", "bell.yaml unreachable-step"
    }  # fmt: skip
    assert files(tmp_path) == files(tmp_path / "bell.yaml")


@pytest.mark.parametrize("other", ["bell.yaml", "contacts.yaml", "sources.yaml"])
def test_a_file_is_not_called_good_when_others_kept_it_from_being_checked(tmp_path: Path, other: str) -> None:
    write(tmp_path, TWO)
    (tmp_path / other).write_text("a: [\n")
    assert files(tmp_path / "bike.yaml") == [f"{other} syntax"]


def test_a_link_to_a_file_is_checked_as_that_name(tmp_path: Path) -> None:
    write(tmp_path, TWO)
    (tmp_path / "horn.yaml").symlink_to("bell.yaml")
    assert set(files(tmp_path / "horn.yaml")) == {
        "horn.yaml no-outcome", "horn.yaml unknown-step", "horn.yaml unreachable-step"
    }  # fmt: skip


def test_settings_can_be_checked(tmp_path: Path) -> None:
    (tmp_path / "helper.yaml").write_text("home: bike\n")
    assert files(tmp_path / "helper.yaml") == []
    (tmp_path / "helper.yaml").write_text("hoem: bike\n")
    assert files(tmp_path / "helper.yaml") == ["helper.yaml unknown-key"]


def test_a_file_that_is_no_tree_is_not_called_good(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    (tmp_path / "bike.yml").write_text(ONE)
    assert files(tmp_path / "bike.yml") == ["bike.yml no-tree"]


def test_contacts_alone_are_not_called_good(tmp_path: Path) -> None:
    """Without a tree the rules can't be tried."""
    write(tmp_path, ONE)
    (tmp_path / "bike.yaml").unlink()
    assert files(tmp_path / "contacts.yaml") == [f"{tmp_path.name} no-tree"]


@pytest.mark.parametrize("urgent", ["true", "false"])
@pytest.mark.parametrize("way", ["call", "text", "tty"])
@pytest.mark.parametrize("name", ["911", "988", "211", "711"])
def test_a_service_dials_its_own_number_in_every_tree_whatever_is_silenced(
    tmp_path: Path, name: str, way: str, urgent: str
) -> None:
    numbers = {"call": name} | {way: "800-555-0199"}
    ways = ", ".join(f"{key}: {number}" for key, number in numbers.items())
    tree = ONE.replace("flat: {", 'flat: {silence: {wrong-number: "It is ours."}, ').replace("[shop]", f'["{name}"]')
    line = f'"{name}": {{name: Help, {ways}, hours: always, source: manual, verified: undated, status: unchecked}}\n'
    case = f"urgent: {urgent}\n{tree}--- contacts.yaml\n{line}"
    found = [(problem.file.rpartition("/")[2], problem.line, problem.severity)
             for problem in problems_in(load(write(tmp_path, case))) if problem.code == "wrong-number"]  # fmt: skip
    assert found == [("contacts.yaml", 1, "error")]
