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
        (folder / name).write_text(text + ("" if name in ("contacts.yaml", "sources.yaml") else REST))
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
  flat:
    title: Is it flat?
    checks: [{id: nail, label: There is a nail}]
    choices: [{label: Yes, id: "yes", go: pump}]
  pump:
    title: Pump it up
    say:
      - {when: {flat: "yes", nail: ticked}, if: If flat, line: It is flat}
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat:
    title: Is it flat?
    checks: [{id: nail, label: There is a nail}]
    choices: [{label: Yes, id: "yes", go: pump}]
  pump:
    title: Pump it up
    say:
      - {when: {falt: "yes"}, if: If flat, line: It is flat}
      - {when: {flat: ["yes", yess]}, if: If flat, line: It is flat}
      - {when: {flat: "no"}, if: If flat, line: It is flat}
      - {when: {nail: "yes"}, if: If flat, line: It is flat}
      - {when: {pump: done}, if: If flat, line: It is flat}
    choices: [{label: Next, go: shop}]
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:10:17: error: there is no step or check "falt" [unknown-when]
 10 |       - {when: {falt: "yes"}, if: If flat, line: It is flat}
                      ^^^^
  help: the nearest name is "flat"
bike.yaml:11:31: error: "flat" has no answer "yess" [unknown-when]
 11 |       - {when: {flat: ["yes", yess]}, if: If flat, line: It is flat}
                                    ^^^^
  help: the nearest name is "yes"
bike.yaml:12:23: error: "flat" has no answer "no" [unknown-when]
 12 |       - {when: {flat: "no"}, if: If flat, line: It is flat}
                            ^^^^
  help: its answers are yes
bike.yaml:13:23: error: "nail" has no answer "yes" [unknown-when]
 13 |       - {when: {nail: "yes"}, if: If flat, line: It is flat}
                            ^^^^^
  help: its answers are ticked
bike.yaml:14:17: error: no walk to "pump" passes "pump" [unasked-when]
 14 |       - {when: {pump: done}, if: If flat, line: It is flat}
                      ^^^^
  help: ask it on an earlier step
bike.yaml:14:23: error: "pump" has no answer "done" [unknown-when]
 14 |       - {when: {pump: done}, if: If flat, line: It is flat}
                            ^^^^
  help: give the choice that is meant an id
""",
    ),
    (
        "when_without_if",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, id: "yes", go: pump}]}
  pump: {title: Pump, say: [{when: {flat: "yes"}, if: If flat, line: It is flat}, Hello], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, choices: [{label: Yes, id: "yes", go: pump}]}
  pump: {title: Pump, say: [{when: {flat: "yes"}, line: It is flat}, Hello], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:57: error: a line with "when" needs "if" [when-without-if]
  4 |   pump: {title: Pump, say: [{when: {flat: "yes"}, line: It is flat}, Hello], choices: [{label: Next, go: shop}]}
                                                              ^^^^^^^^^^
  help: add the condition in words, such as if: "If there is a weapon"
""",
    ),
    (
        "repeated_step_key",
        """\
start: flat
steps:
  flat: {title: Is it flat?, checks: [{id: nail, label: A nail}], choices: [{label: Yes, go: pump}]}
  pump: {title: Pump, checks: [{id: nail, label: A nail}], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, checks: [{id: nail, label: A nail}], choices: [{label: Yes, go: pump}]}
  pump: {title: Pump, checks: [{id: nail, label: No nail}, {id: shop, label: Shop}], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:4:50: error: the check "nail" has other words elsewhere: "A nail" [repeated-step-key]
  4 |   pump: {title: Pump, checks: [{id: nail, label: No nail}, {id: shop, label: Shop}], choices: [{label: Next, go: shop}]}
                                                       ^^^^^^^
  help: use the same words
bike.yaml:4:65: error: "shop" is a step as well as a check [repeated-step-key]
  4 |   pump: {title: Pump, checks: [{id: nail, label: No nail}, {id: shop, label: Shop}], choices: [{label: Next, go: shop}]}
                                                                      ^^^^
  help: give the check another id
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
  pump: {title: Pump, checks: [{id: nail, label: A nail}], say: [{when: {flat: "yes", nail: ticked}, if: If flat, line: Flat}], choices: [{label: Next, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """\
start: flat
steps:
  flat: {title: Is it flat?, say: [{when: {pump: done}, if: If pumped, line: Pumped}, {when: {flat: "yes"}, if: If flat, line: Flat}, {when: {nail: ticked}, if: If nailed, line: Nail}], choices: [{label: Yes, id: "yes", go: pump}]}
  pump: {title: Pump, checks: [{id: nail, label: A nail}], choices: [{label: Next, id: done, go: shop}]}
  shop: {title: Ask the shop, outcome: true, urgency: routine, contacts: [shop]}
""",
        """
bike.yaml:3:44: error: no walk to "flat" passes "pump" [unasked-when]
  3 |   flat: {title: Is it flat?, say: [{when: {pump: done}, if: If pumped, line: Pumped}, {when: {flat: "yes"}, if: If flat, line: Flat}, {when: {nail: ticked}, if:…
                                                 ^^^^
  help: ask it on an earlier step
bike.yaml:3:95: error: no walk to "flat" passes "flat" [unasked-when]
  3 | … Is it flat?, say: [{when: {pump: done}, if: If pumped, line: Pumped}, {when: {flat: "yes"}, if: If flat, line: Flat}, {when: {nail: ticked}, if: If nailed, li…
                                                                                      ^^^^
  help: ask it on an earlier step
bike.yaml:3:143: error: no walk to "flat" passes "nail" [unasked-when]
  3 | …pumped, line: Pumped}, {when: {flat: "yes"}, if: If flat, line: Flat}, {when: {nail: ticked}, if: If nailed, line: Nail}], choices: [{label: Yes, id: "yes", go…
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
