"""What authors see when a YAML file is not what they think it is."""

# ruff: noqa: E501 - the texts stand here as authors see them

import datetime
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matrix import some

from helper import data_dir
from helper.loading.document import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, parse
from helper.loading.folder import CONTACTS, SETTINGS, SOURCES, TOPICS, load, load_tree, wrong_name
from helper.loading.folder import load_settings as read_settings
from helper.loading.shape import SHAPES, shape
from helper.model.fields import MAX_TEXT
from helper.problem import ContentError
from helper.schema import schema

BIKE = """\
title: My bike is broken
start: tyre
edited: 2026-11-23
review_by: 2027-05-23
steps:
  tyre:
    title: Is the tyre flat?
    choices:
      - {label: "Yes", go: pump}
      - {label: "No", go: shop}
  pump:
    title: Pump it up
    say:
      - {line: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}
    asked: [nail]
    do: [Hold it.]
    more:
      - {title: Which pump, text: Any.}
  shop:
    title: Ask the shop
    outcome: true
    urgency: routine
    contacts: [shop]
    sources: [manual]
"""
"""A tree that has every kind of value."""


def told(text: str | bytes, kind: str = "tree") -> str:
    """All that the author of bike.yaml is told."""
    raw = dedent(text).encode() if isinstance(text, str) else text
    with pytest.raises(ContentError) as caught:
        shape(parse(raw, "bike.yaml", kind))
    return f"\n{caught.value}\n"


def value(raw: str) -> object:
    """What is read for `a: raw`."""
    return parse(f"a: {raw}\n".encode(), "bike.yaml", "tree").data["a"]


TYPES_ELSEWHERE = (
    "yes", "no", "on", "off", "y", "n", "Yes", "NO", "true", "False", "null", "~", "988", "1:30", "+18005550100", "0o7",
    "010", "0x1f", "3.10", "1e3", ".inf", "1_000", "2026-11-23", "2026-11-23T10:00:00Z", "=",
)  # fmt: skip
"""What another reader of YAML makes truths, numbers, dates or nothing of."""


@pytest.mark.parametrize("typed", TYPES_ELSEWHERE)
def test_every_scalar_stays_the_text_that_was_typed(typed: str) -> None:
    assert value(typed) == typed


@pytest.mark.parametrize("raw", ["", '""', "''"])
def test_nothing_is_an_empty_text(raw: str) -> None:
    assert value(raw) == ""


def test_keys_stay_the_texts_that_were_typed_too() -> None:
    found = parse(b"988: a\nno: b\n1:30: c\n~: d\n'<<': e\n", "bike.yaml", "tree").data
    assert found == {"988": "a", "no": "b", "1:30": "c", "~": "d", "<<": "e"}


def test_a_bom_is_no_part_of_the_file() -> None:
    assert shape(parse(b"\xef\xbb\xbf" + BIKE.encode(), "bike.yaml", "tree")).start == "tyre"
    assert told(b"\xef\xbb\xbfa: 1\na: 2\n").startswith("\nbike.yaml:2:1:")
    assert told(b"\xef\xbb\xbf{a: 1, a: 2}\n").startswith("\nbike.yaml:1:8:")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one_line(end: str) -> None:
    text = BIKE.replace("go: pump", "gone: pump").replace("\n", end)
    assert told(text.encode()) == (
        "\nbike.yaml:9:9: error: a choice needs \"go\" [missing-key]\n"
        "  9 |       - {label: \"Yes\", gone: pump}\n"
        "              ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "bike.yaml:9:24: error: a choice has no key \"gone\" [unknown-key]\n"
        "  9 |       - {label: \"Yes\", gone: pump}\n"
        "                             ^^^^\n"
        "  help: the nearest name is \"go\"\n"
    )  # fmt: skip


def test_the_small_tree_is_read() -> None:
    tree = shape(parse(BIKE.encode(), "bike.yaml", "tree"))
    assert tree.edited == datetime.date(2026, 11, 23)
    assert [choice.label for choice in tree.steps["tyre"].choices] == ["Yes", "No"]
    assert tree.steps["pump"].say[0].instead[0].when == {"tyre": ("flat", "soft")}
    assert tree.steps["pump"].do == ("Hold it.",)
    assert tree.steps["shop"].outcome is True


NOT_YAML = [
    (
        "the same key twice at the top",
        "title: a\nstart: b\ntitle: c\n",
        """
bike.yaml:3:1: error: "title" is already defined on line 1 [duplicate-key]
  3 | title: c
      ^^^^^
  help: change one of the two names, or take one out
""",
    ),
    (
        "the same key twice in a step",
        "steps:\n  tyre:\n    title: a\n    title: b\n",
        """
bike.yaml:4:5: error: "title" is already defined on line 3 [duplicate-key]
  4 |     title: b
          ^^^^^
  help: change one of the two names, or take one out
""",
    ),
    (
        "the same key twice on one line, once in quotation marks",
        "shop: {call: 1, 'call': 2}\n",
        """
bike.yaml:1:17: error: "call" is already defined on line 1 [duplicate-key]
  1 | shop: {call: 1, 'call': 2}
                      ^^^^^^
  help: change one of the two names, or take one out
""",
    ),
    (
        "the same step three times",
        "steps:\n  tyre: a\n  tyre: b\n  tyre: c\n",
        """
bike.yaml:3:3: error: "tyre" is already defined on line 2 [duplicate-key]
  3 |   tyre: b
        ^^^^
  help: change one of the two names, or take one out
bike.yaml:4:3: error: "tyre" is already defined on line 2 [duplicate-key]
  4 |   tyre: c
        ^^^^
  help: change one of the two names, or take one out
""",
    ),
    (
        "an alias",
        "a: *tyre\n",
        """
bike.yaml:1:4: error: "*tyre" repeats another part [alias]
  1 | a: *tyre
         ^^^^^
  help: write it out where it is needed
""",
    ),
    (
        "an anchor and its alias",
        "a: &tyre flat\nb: *tyre\n",
        """
bike.yaml:1:4: error: "&tyre" names a part to repeat it [anchor]
  1 | a: &tyre flat
         ^^^^^
  help: write it out where it is needed
bike.yaml:2:4: error: "*tyre" repeats another part [alias]
  2 | b: *tyre
         ^^^^^
  help: write it out where it is needed
""",
    ),
    (
        "a merge key",
        "tyre: {a: b}\npump:\n  <<: {c: d}\n",
        """
bike.yaml:3:3: error: "<<" copies other keys [merge]
  3 |   <<: {c: d}
        ^^
  help: write it out where it is needed
""",
    ),
    (
        "a merge key with an alias",
        "tyre: &t {a: b}\npump:\n  <<: *t\n",
        """
bike.yaml:1:7: error: "&t" names a part to repeat it [anchor]
  1 | tyre: &t {a: b}
            ^^
  help: write it out where it is needed
bike.yaml:3:7: error: "*t" repeats another part [alias]
  3 |   <<: *t
            ^^
  help: write it out where it is needed
""",
    ),
    (
        "a YAML tag",
        "title: !!str 988\n",
        """
bike.yaml:1:8: error: "!!str" is a YAML tag [tag]
  1 | title: !!str 988
             ^^^^^
  help: put a text that begins with "!" between quotation marks
""",
    ),
    (
        "a tag of one's own",
        "title: !important Mind the nail\n",
        """
bike.yaml:1:8: error: "!important" is a YAML tag [tag]
  1 | title: !important Mind the nail
             ^^^^^^^^^^
  help: put a text that begins with "!" between quotation marks
""",
    ),
    (
        "a tag that would run code",
        "title: !!python/object/apply:os.system [ls]\n",
        """
bike.yaml:1:8: error: "!!python/object/apply:os.system" is a YAML tag [tag]
  1 | title: !!python/object/apply:os.system [ls]
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: put a text that begins with "!" between quotation marks
""",
    ),
    (
        "a tag on a list",
        "steps: !!set {a, b}\n",
        """
bike.yaml:1:8: error: "!!set" is a YAML tag [tag]
  1 | steps: !!set {a, b}
             ^^^^^
  help: put a text that begins with "!" between quotation marks
""",
    ),
    (
        "a tag that is not defined",
        "title: !e!b a\n",
        """
bike.yaml:1:8: error: this is not YAML: found undefined tag handle [syntax]
  1 | title: !e!b a
             ^
""",
    ),
    (
        "a text that begins with an asterisk",
        "title: *Mind* the nail\n",
        """
bike.yaml:1:8: error: a text can't begin with "*" [syntax]
  1 | title: *Mind* the nail
             ^
  help: put it between quotation marks
""",
    ),
    (
        "a text that begins with an ampersand",
        "title: & so on\n",
        """
bike.yaml:1:8: error: a text can't begin with "&" [syntax]
  1 | title: & so on
             ^
  help: put it between quotation marks
""",
    ),
    (
        "a text that begins with a percent sign",
        "title: %50 off\n",
        """
bike.yaml:1:8: error: a text can't begin with "%" [syntax]
  1 | title: %50 off
             ^
  help: put it between quotation marks
""",
    ),
    (
        "a text that begins with an at sign",
        "title: @shop\n",
        """
bike.yaml:1:8: error: a text can't begin with "@" [syntax]
  1 | title: @shop
             ^
  help: put it between quotation marks
""",
    ),
    (
        "a colon in a text",
        "title: The tyre: is it flat\n",
        """
bike.yaml:1:16: error: a ":" can't stand here [syntax]
  1 | title: The tyre: is it flat
                     ^
  help: quote a text that has ": " in it, or mend the indent
""",
    ),
    (
        "a line that is indented too far",
        "title: The tyre\n  start: tyre\n",
        """
bike.yaml:2:8: error: a ":" can't stand here [syntax]
  2 |   start: tyre
             ^
  help: quote a text that has ": " in it, or mend the indent
""",
    ),
    (
        "a line that is indented too little",
        "steps:\n    tyre: a\n  pump: b\n",
        """
bike.yaml:3:3: error: this does not fit the lines above [syntax]
  3 |   pump: b
        ^
  help: look at the indent of this line, and for a quotation mark too many or too few
""",
    ),
    (
        "a tab for an indent",
        "steps:\n\ttyre: a\n",
        "\nbike.yaml:2:1: error: a tab stands where only spaces can [syntax]\n  2 | \ttyre: a\n      ^\n  help: indent with spaces\n",
    ),
    (
        "a list where a key is due",
        "title: a\n- b\n",
        """
bike.yaml:2:1: error: this does not fit the lines above [syntax]
  2 | - b
      ^
  help: look at the indent of this line, and for a quotation mark too many or too few
""",
    ),
    (
        "a list beside its key",
        "choices: - a\n",
        """
bike.yaml:1:10: error: a list can't begin here [syntax]
  1 | choices: - a
               ^
  help: begin each entry on a line of its own with "- "
""",
    ),
    (
        "a key without a colon",
        "title: a\nstart\nsteps: b\n",
        """
bike.yaml:2:1: error: a ":" is missing after this key [syntax]
  2 | start
      ^
""",
    ),
    (
        "a quotation mark that is not closed",
        'title: a\nwhy: "b\nstart: c\n',
        """
bike.yaml:2:6: error: the quotation mark that opens here is not closed [syntax]
  2 | why: "b
           ^
""",
    ),
    (
        "a quotation mark in the middle",
        "title: 'it's flat'\n",
        """
bike.yaml:1:12: error: this does not fit the lines above [syntax]
  1 | title: 'it's flat'
                 ^
  help: look at the indent of this line, and for a quotation mark too many or too few
""",
    ),
    (
        "a text after a closing quotation mark",
        'title: "Flat" tyres\n',
        """
bike.yaml:1:15: error: this does not fit the lines above [syntax]
  1 | title: "Flat" tyres
                    ^
  help: look at the indent of this line, and for a quotation mark too many or too few
""",
    ),
    (
        "a backslash",
        'title: "a \\pump"\n',
        '\nbike.yaml:1:11: error: between double quotation marks a backslash has its own meaning [syntax]\n  1 | title: "a \\pump"\n                ^\n  help: use single ones\n',
    ),
    (
        "a bracket that is not closed",
        "steps:\n  tyre: {title: a,\n    why: b\n",
        """
bike.yaml:2:9: error: a comma or the closing bracket is missing [syntax]
  2 |   tyre: {title: a,
              ^
""",
    ),
    (
        "a list that is not closed",
        "steps:\n  tyre: [a,\n  pump: b\n",
        """
bike.yaml:2:9: error: a comma or the closing bracket is missing [syntax]
  2 |   tyre: [a,
              ^
""",
    ),
    (
        "a comma that is missing",
        '- {label: "Yes" go: pump}\n',
        """
bike.yaml:1:17: error: a comma or the closing bracket is missing [syntax]
  1 | - {label: "Yes" go: pump}
                      ^
""",
    ),
    (
        "a text beside its bar",
        "text: | Pump it up\n",
        """
bike.yaml:1:9: error: a text after "|" or ">" begins on the next line [syntax]
  1 | text: | Pump it up
              ^
""",
    ),
    (
        "syntax that no message was written for",
        "text: |0\n  a\n",
        """
bike.yaml:1:8: error: this is not YAML: found an indentation indicator equal to 0 [syntax]
  1 | text: |0
             ^
""",
    ),
    (
        "another YAML version",
        "%YAML 3.0\n---\na: b\n",
        """
bike.yaml:1:1: error: this is not YAML: found incompatible YAML document [syntax]
  1 | %YAML 3.0
      ^
""",
    ),
    (
        "two documents",
        "title: a\n---\ntitle: b\n",
        """
bike.yaml:2:1: error: a second document begins here [documents]
  2 | ---
      ^^^
  help: take the "---" out, or make two files
""",
    ),
    (
        "a key that is a list",
        "[a, b]: c\n",
        """
bike.yaml:1:1: error: a key must be a text [key]
  1 | [a, b]: c
      ^^^^^^
""",
    ),
    (
        "a key that is a mapping",
        "? {a: b}\n: c\n",
        """
bike.yaml:1:3: error: a key must be a text [key]
  1 | ? {a: b}
        ^^^^^^
""",
    ),
    (
        "an empty file",
        b"",
        """
bike.yaml:1:1: error: the file is empty [empty]
  help: begin with "title:"
""",
    ),
    (
        "only a comment",
        "# to do\n",
        """
bike.yaml:1:1: error: the file is empty [empty]
  help: begin with "title:"
""",
    ),
    (
        "only a document mark",
        "---\n",
        """
bike.yaml:1:1: error: the file is empty [empty]
  help: begin with "title:"
""",
    ),
    (
        "bad UTF-8",
        b"title: a\nwhy: fl\xe4t\n",
        """
bike.yaml:2:8: error: this is not UTF-8 text [encoding]
  help: save the file as UTF-8
""",
    ),
    (
        "bad UTF-8 after a BOM",
        b"\xef\xbb\xbfwhy: fl\xe4t\n",
        """
bike.yaml:1:5: error: this is not UTF-8 text [encoding]
  help: save the file as UTF-8
""",
    ),
    (
        "UTF-16",
        b"\xff\xfet\x00i\x00t\x00l\x00e\x00:\x00 \x00a\x00\n\x00",
        """
bike.yaml:1:1: error: this is not UTF-8 text [encoding]
  help: save the file as UTF-8
""",
    ),
    (
        "UTF-16 without a BOM",
        b"a\x00:\x00 \x00b\x00\n\x00",
        """
bike.yaml:1:2: error: the invisible character U+0000 can't be used [encoding]
  1 | a�:� �b�
       ^
  help: take it out, or type it anew
bike.yaml:1:4: error: the invisible character U+0000 can't be used [encoding]
  1 | a�:� �b�
         ^
  help: take it out, or type it anew
bike.yaml:1:6: error: the invisible character U+0000 can't be used [encoding]
  1 | a�:� �b�
           ^
  help: take it out, or type it anew
bike.yaml:1:8: error: the invisible character U+0000 can't be used [encoding]
  1 | a�:� �b�
             ^
  help: take it out, or type it anew
bike.yaml:2:1: error: the invisible character U+0000 can't be used [encoding]
  2 | �
      ^
  help: take it out, or type it anew
""",
    ),
    (
        "a control character after letters that take two bytes",
        b"title: \xc3\xa9\xc3\xa9\nwhy: \xc3\xa9\x07\n",
        """
bike.yaml:2:7: error: the invisible character U+0007 can't be used [encoding]
  2 | why: é�
            ^
  help: take it out, or type it anew
""",
    ),
    (
        "an invisible mark in the middle",
        b"title: a\xef\xbb\xbfb\n",
        """
bike.yaml:1:9: error: the invisible character U+FEFF can't be used [encoding]
  1 | title: a�b
              ^
  help: take it out, or type it anew
""",
    ),
]


@pytest.mark.parametrize(("raw", "text"), [row[1:] for row in NOT_YAML], ids=[row[0] for row in NOT_YAML])
def test_what_no_file_may_hold_is_told(raw: str | bytes, text: str) -> None:
    assert told(raw) == text


GOOD = {
    "tree": BIKE,
    "contacts": """\
shop:
  name: The bicycle shop
  call: 800-555-0100
  text: 741741
  chat: https://bike.example
  hours: {days: Mon-Fri, open: 09:00, close: "17:30", zone: America/Chicago}
  languages: [en, es]
  source: manual
  verified: 2026-11
  expires: 2027-05-23
""",
    "topics": """\
nail:
  ask: Is there a nail?
  choose: one
  options:
    - id: deep
      tap: It sits deep
      line: There is a nail.
      instead:
        - {when: {whose: me}, line: I have a nail in it.}
  lines:
    - {line: The tyre is (size)., instead: [{when: {whose: me}, line: My tyre is (size).}]}
whose: {ask: Whose is it?, options: [{id: me, tap: Mine}]}
""",
    "sources": """\
manual:
  title: The manual
  url: https://bike.example
  checked: 2026-11-23
""",
    "moved": "moved: {village: town}\nremoved: [hamlet]\n",
    "settings": """\
public_address: https://bike.example/help/
trusted_hosts: [bike.example]
home: bike
""",
    "place": """\
name: The town
kind: city
contacts:
  town-shop: {name: The shop in town, call: 800-555-0105, hours: always, source: manual, verified: 2026, beside: [shop]}
notes:
  - {text: The shop closes early., beside: [shop], source: manual, verified: 2026, expires: 2999-12-31}
""",
    "hazards": """\
edited: 2026-11-23
hazards:
  H01:
    hazard: The bell is not heard.
    causes: [Rust]
    effect: Someone falls.
    severity: to be confirmed
    likelihood: to be confirmed
    controls: {protect: [{text: It rings twice., proof: ["tests/test_bell.py::test_twice"]}]}
    remains: [Nobody has rung it.]
""",
}

WRONG_SHAPES = [
    (
        "a misspelt key of the tree",
        "tree",
        "title: My",
        "titel: My",
        """
bike.yaml:1:1: error: a tree needs "title" [missing-key]
  1 | titel: My bike is broken
      ^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:1:1: error: a tree has no key "titel" [unknown-key]
  1 | titel: My bike is broken
      ^^^^^
  help: the nearest name is "title"
""",
    ),
    (
        "a misspelt key of a step",
        "tree",
        "    outcome: true",
        "    outcom: true",
        """
bike.yaml:21:5: error: a step has no key "outcom" [unknown-key]
 21 |     outcom: true
          ^^^^^^
  help: the nearest name is "outcome"
""",
    ),
    (
        "a key like no other",
        "tree",
        "    outcome: true",
        "    xyz: true",
        """
bike.yaml:21:5: error: a step has no key "xyz" [unknown-key]
 21 |     xyz: true
          ^^^
  help: the keys are title, text, why, ask, urgency, outcome, request, private, where, contacts, also, phone, first, picked, do, show, asked, say, more, sheet, choices,…
""",
    ),
    (
        "a misspelt key of a choice",
        "tree",
        '"Yes", go',
        '"Yes", goo',
        """
bike.yaml:9:9: error: a choice needs "go" [missing-key]
  9 |       - {label: "Yes", goo: pump}
              ^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:9:24: error: a choice has no key "goo" [unknown-key]
  9 |       - {label: "Yes", goo: pump}
                             ^^^
  help: the nearest name is "go"
""",
    ),
    (
        "a misspelt key of a line",
        "tree",
        "{line: It is soft",
        "{lines: It is soft",
        """
bike.yaml:14:9: error: a line to say needs "line" [missing-key]
 14 |       - {lines: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:14:10: error: a line to say has no key "lines" [unknown-key]
 14 |       - {lines: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}
               ^^^^^
  help: the nearest name is "line"
""",
    ),
    (
        "a misspelt key of a variant",
        "tree",
        "line: It is flat",
        "lines: It is flat",
        """
bike.yaml:14:39: error: a variant needs "line" [missing-key]
 14 |       - {line: It is soft., instead: [{when: {tyre: [flat, soft]}, lines: It is flat.}]}
                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:14:68: error: a variant has no key "lines" [unknown-key]
 14 |       - {line: It is soft., instead: [{when: {tyre: [flat, soft]}, lines: It is flat.}]}
                                                                         ^^^^^
  help: the nearest name is "line"
""",
    ),
    (
        "a tick, as it was before there were topics",
        "tree",
        "    asked: [nail]",
        "    checks: [{id: nail, label: There is a nail}]",
        """
bike.yaml:15:5: error: a step has no key "checks" [unknown-key]
 15 |     checks: [{id: nail, label: There is a nail}]
          ^^^^^^
  help: what could be ticked is a topic: name it under "asked", and write it in topics.yaml
""",
    ),
    (
        "a story with ticks, as it was before there were topics",
        "tree",
        "steps:\n",
        "tests: [{name: A nail, take: [], tick: [nail]}]\nsteps:\n",
        """
bike.yaml:5:34: error: a story has no key "tick" [unknown-key]
  5 | tests: [{name: A nail, take: [], tick: [nail]}]
                                       ^^^^
  help: write "tap: {topic: option}"
""",
    ),
    (
        "a condition, as it was before there were variants",
        "tree",
        "{line: It is soft.,",
        "{when: {nail: ticked}, if: If there is a nail, line: It is soft.,",
        """
bike.yaml:14:10: error: a line to say has no key "when" [unknown-key]
 14 |       - {when: {nail: ticked}, if: If there is a nail, line: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}
               ^^^^
  help: a line is always said: write "instead: [{when: ..., line: ...}]" for the words that take its place
bike.yaml:14:32: error: a line to say has no key "if" [unknown-key]
 14 |       - {when: {nail: ticked}, if: If there is a nail, line: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}
                                     ^^
  help: a line is always said: write "instead: [{when: ..., line: ...}]" for the words that take its place
""",
    ),
    (
        "a misspelt key of a block",
        "tree",
        "text: Any",
        "txt: Any",
        """
bike.yaml:18:9: error: a block needs "text" [missing-key]
 18 |       - {title: Which pump, txt: Any.}
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:18:29: error: a block has no key "txt" [unknown-key]
 18 |       - {title: Which pump, txt: Any.}
                                  ^^^
  help: the nearest name is "text"
""",
    ),
    (
        "a misspelt key of a review",
        "tree",
        "edited: 2026-11-23",
        "edited: 2026-11-23\nreviewed: {by: Ann, rolle: nurse, on: 2026-11-23}",
        """
bike.yaml:4:1: error: a review needs "role" [missing-key]
  4 | reviewed: {by: Ann, rolle: nurse, on: 2026-11-23}
      ^^^^^^^^
bike.yaml:4:21: error: a review has no key "rolle" [unknown-key]
  4 | reviewed: {by: Ann, rolle: nurse, on: 2026-11-23}
                          ^^^^^
  help: the nearest name is "role"
""",
    ),
    (
        "a tree without a start",
        "tree",
        "start: tyre\n",
        "",
        """
bike.yaml:1:1: error: a tree needs "start" [missing-key]
  1 | title: My bike is broken
      ^^^^^^^^^^^^^^^^^^^^^^^^
""",
    ),
    (
        "a tree without steps",
        "tree",
        "",
        "title: a\nstart: b\nedited: 2026-11-23\nreview_by: 2027-05-23\n",
        """
bike.yaml:1:1: error: a tree needs "steps" [missing-key]
  1 | title: a
      ^^^^^^^^
""",
    ),
    (
        "a step without a title",
        "tree",
        "    title: Pump it up\n",
        "",
        """
bike.yaml:11:3: error: a step needs "title" [missing-key]
 11 |   pump:
        ^^^^
""",
    ),
    (
        "a list for a tree",
        "tree",
        "",
        "- tyre\n- pump\n",
        """
bike.yaml:1:1: error: this must have keys and values [wrong-shape]
  1 | - tyre
      ^^^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a text for a tree",
        "tree",
        "",
        "tyre\n",
        """
bike.yaml:1:1: error: this must have keys and values [wrong-shape]
  1 | tyre
      ^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a list for a text",
        "tree",
        "title: Ask the shop",
        "title: [Ask, the shop]",
        """
bike.yaml:20:12: error: "title" must be a text [wrong-shape]
 20 |     title: [Ask, the shop]
                 ^^^^^^^^^^^^^^^
""",
    ),
    (
        "a mapping for a text",
        "tree",
        "title: Ask the shop",
        "title: {Ask: the shop}",
        """
bike.yaml:20:12: error: "title" must be a text [wrong-shape]
 20 |     title: {Ask: the shop}
                 ^^^^^^^^^^^^^^^
""",
    ),
    (
        "an empty text",
        "tree",
        "title: Ask the shop",
        "title:",
        """
bike.yaml:20:11: error: "title" is empty [wrong-value]
 20 |     title:
                ^
""",
    ),
    (
        "a blank text",
        "tree",
        "title: Ask the shop",
        'title: "  "',
        """
bike.yaml:20:12: error: "title" is empty [wrong-value]
 20 |     title: "  "
                 ^^^^
""",
    ),
    (
        "a text for a list",
        "tree",
        "contacts: [shop]",
        "contacts: shop",
        """
bike.yaml:23:15: error: "contacts" must be a list [wrong-shape]
 23 |     contacts: shop
                    ^^^^
  help: begin each entry with "- "
""",
    ),
    (
        "nothing for a list",
        "tree",
        "contacts: [shop]",
        "contacts:",
        """
bike.yaml:23:14: error: "contacts" must be a list [wrong-shape]
 23 |     contacts:
                   ^
  help: begin each entry with "- "
""",
    ),
    (
        "a mapping for a list",
        "tree",
        "contacts: [shop]",
        "contacts: {shop: true}",
        """
bike.yaml:23:15: error: "contacts" must be a list [wrong-shape]
 23 |     contacts: {shop: true}
                    ^^^^^^^^^^^^
  help: begin each entry with "- "
""",
    ),
    (
        "a mapping in a list of ids",
        "tree",
        "contacts: [shop]",
        "contacts: [{shop: true}]",
        """
bike.yaml:23:16: error: this must be a text [wrong-shape]
 23 |     contacts: [{shop: true}]
                     ^^^^^^^^^^^^
""",
    ),
    (
        "a text for a choice",
        "tree",
        '{label: "No", go: shop}',
        '"No"',
        """
bike.yaml:10:9: error: this must have keys and values [wrong-shape]
 10 |       - "No"
              ^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a list for a line",
        "tree",
        "{line: It is soft., instead: [{when: {tyre: [flat, soft]}, line: It is flat.}]}",
        "[a]",
        """
bike.yaml:14:9: error: this must have keys and values [wrong-shape]
 14 |       - [a]
              ^^^
  help: write "key: value" lines
""",
    ),
    (
        "a text for a condition",
        "tree",
        "{tyre: [flat, soft]}",
        "tyre",
        """
bike.yaml:14:46: error: "when" must have keys and values [wrong-shape]
 14 |       - {line: It is soft., instead: [{when: tyre, line: It is flat.}]}
                                                   ^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a mapping for an answer",
        "tree",
        "[flat, soft]",
        "{flat: soft}",
        """
bike.yaml:14:53: error: "tyre" must be a list [wrong-shape]
 14 |       - {line: It is soft., instead: [{when: {tyre: {flat: soft}}, line: It is flat.}]}
                                                          ^^^^^^^^^^^^
  help: begin each entry with "- "
""",
    ),
    (
        "an answer that is no id",
        "tree",
        "[flat, soft]",
        "[flat, Very soft]",
        """
bike.yaml:14:60: error: "Very soft" is not an id: use small letters a to z, digits and "-" between them [wrong-value]
 14 |       - {line: It is soft., instead: [{when: {tyre: [flat, Very soft]}, line: It is flat.}]}
                                                                 ^^^^^^^^^
""",
    ),
    (
        "yes for true",
        "tree",
        "outcome: true",
        "outcome: yes",
        """
bike.yaml:21:14: error: "outcome" must be "true" or "false" [wrong-value]
 21 |     outcome: yes
                   ^^^
""",
    ),
    (
        "True for true",
        "tree",
        "outcome: true",
        "outcome: True",
        """
bike.yaml:21:14: error: "outcome" must be "true" or "false" [wrong-value]
 21 |     outcome: True
                   ^^^^
""",
    ),
    (
        "a list for a truth",
        "tree",
        "outcome: true",
        "outcome: [true]",
        """
bike.yaml:21:14: error: "outcome" must be "true" or "false" [wrong-shape]
 21 |     outcome: [true]
                   ^^^^^^
""",
    ),
    (
        "a day that is not",
        "tree",
        "edited: 2026-11-23",
        "edited: 2026-11-31",
        """
bike.yaml:3:9: error: "edited" must be a date like 2026-11-23 [wrong-value]
  3 | edited: 2026-11-31
              ^^^^^^^^^^
""",
    ),
    (
        "a date in another order",
        "tree",
        "edited: 2026-11-23",
        "edited: 23.11.2026",
        """
bike.yaml:3:9: error: "edited" must be a date like 2026-11-23 [wrong-value]
  3 | edited: 23.11.2026
              ^^^^^^^^^^
""",
    ),
    (
        "a list for a date",
        "tree",
        "edited: 2026-11-23",
        "edited: [2026, 11, 23]",
        """
bike.yaml:3:9: error: "edited" must be a date like 2026-11-23 [wrong-shape]
  3 | edited: [2026, 11, 23]
              ^^^^^^^^^^^^^^
""",
    ),
    (
        "a start that is no id",
        "tree",
        "start: tyre",
        "start: The tyre",
        """
bike.yaml:2:8: error: "The tyre" is not an id: use small letters a to z, digits and "-" between them [wrong-value]
  2 | start: The tyre
             ^^^^^^^^
""",
    ),
    (
        "a step whose name is no id",
        "tree",
        "  shop:\n",
        "  Shop:\n",
        """
bike.yaml:19:3: error: "Shop" is not an id: use small letters a to z, digits and "-" between them [wrong-value]
 19 |   Shop:
        ^^^^
""",
    ),
    (
        "a word that is none of ours",
        "tree",
        "urgency: routine",
        "urgency: urgently",
        """
bike.yaml:22:14: error: "urgency" must be "routine", "urgent" or "emergency" [unknown-word]
 22 |     urgency: urgently
                   ^^^^^^^^
  help: the nearest name is "urgent"
""",
    ),
    (
        "a word like no other",
        "tree",
        "urgency: routine",
        "urgency: 7",
        """
bike.yaml:22:14: error: "urgency" must be "routine", "urgent" or "emergency" [unknown-word]
 22 |     urgency: 7
                   ^
""",
    ),
    (
        "a list for a word",
        "tree",
        "urgency: routine",
        "urgency: [routine]",
        """
bike.yaml:22:14: error: "urgency" must be "routine", "urgent" or "emergency" [unknown-word]
 22 |     urgency: [routine]
                   ^^^^^^^^^
  help: the nearest name is "routine"
""",
    ),
    (
        "a step that is a text",
        "tree",
        "  pump:\n",
        "  bell: ring\n  pump:\n",
        """
bike.yaml:11:9: error: "bell" must have keys and values [wrong-shape]
 11 |   bell: ring
              ^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a step with the name of a form of hours",
        "tree",
        "  pump:\n",
        "  times: {}\n  word: {}\n  pump:\n",
        """
bike.yaml:11:3: error: a step needs "title" [missing-key]
 11 |   times: {}
        ^^^^^
bike.yaml:12:3: error: a step needs "title" [missing-key]
 12 |   word: {}
        ^^^^
""",
    ),
    (
        "a number with dots",
        "contacts",
        "800-555-0100",
        "800.555.0100",
        """
bike.yaml:3:9: error: "call" must be 911, 988, 211, 311 or 711, or a number like 800-555-0100 [wrong-value]
  3 |   call: 800.555.0100
              ^^^^^^^^^^^^
""",
    ),
    (
        "a number with a plus",
        "contacts",
        "800-555-0100",
        "+18005550100",
        """
bike.yaml:3:9: error: "call" must be 911, 988, 211, 311 or 711, or a number like 800-555-0100 [wrong-value]
  3 |   call: +18005550100
              ^^^^^^^^^^^^
""",
    ),
    (
        "a list for a number",
        "contacts",
        "800-555-0100",
        "[800-555-0100]",
        """
bike.yaml:3:9: error: "call" must be a text [wrong-shape]
  3 |   call: [800-555-0100]
              ^^^^^^^^^^^^^^
""",
    ),
    (
        "an address that is not safe",
        "contacts",
        "https://bike.example",
        "http://bike.example",
        """
bike.yaml:5:9: error: "chat" must be a web address that begins with "https://" [wrong-value]
  5 |   chat: http://bike.example
              ^^^^^^^^^^^^^^^^^^^
""",
    ),
    (
        "an address that would run code",
        "contacts",
        "https://bike.example",
        "javascript:alert(1)",
        """
bike.yaml:5:9: error: "chat" must be a web address that begins with "https://" [wrong-value]
  5 |   chat: javascript:alert(1)
              ^^^^^^^^^^^^^^^^^^^
""",
    ),
    (
        "a list for an address",
        "contacts",
        "https://bike.example",
        "[https://bike.example]",
        """
bike.yaml:5:9: error: "chat" must be a text [wrong-shape]
  5 |   chat: [https://bike.example]
              ^^^^^^^^^^^^^^^^^^^^^^
""",
    ),
    (
        "hours in a word that is not known",
        "contacts",
        '{days: Mon-Fri, open: 09:00, close: "17:30", zone: America/Chicago}',
        "allways",
        """
bike.yaml:6:10: error: "hours" must be "always" or "varies" [unknown-word]
  6 |   hours: allways
               ^^^^^^^
  help: the nearest name is "always"
""",
    ),
    (
        "hours as a list",
        "contacts",
        '{days: Mon-Fri, open: 09:00, close: "17:30", zone: America/Chicago}',
        "[always]",
        """
bike.yaml:6:10: error: "hours" must have keys and values [wrong-shape]
  6 |   hours: [always]
               ^^^^^^^^
  help: write "key: value" lines
""",
    ),
    (
        "hours without a zone",
        "contacts",
        ", zone: America/Chicago",
        "",
        """
bike.yaml:6:3: error: a time needs "zone" [missing-key]
  6 |   hours: {days: Mon-Fri, open: 09:00, close: "17:30"}
        ^^^^^
""",
    ),
    (
        "hours with other days",
        "contacts",
        "Mon-Fri",
        "Mo-Fr",
        """
bike.yaml:6:17: error: "days" must be "Mon-Fri" or "Mon-Sun" [unknown-word]
  6 |   hours: {days: Mo-Fr, open: 09:00, close: "17:30", zone: America/Chicago}
                      ^^^^^
  help: for other days write hours: varies, and name the days and times under "about"
""",
    ),
    (
        "hours with a time that is none",
        "contacts",
        "09:00",
        "9 am",
        """
bike.yaml:6:32: error: "open" must be a time of day like 09:30 [wrong-value]
  6 |   hours: {days: Mon-Fri, open: 9 am, close: "17:30", zone: America/Chicago}
                                     ^^^^
""",
    ),
    (
        "hours with a zone by its letters",
        "contacts",
        "America/Chicago",
        "CST",
        """
bike.yaml:6:61: error: "zone" is no time zone of the United States [wrong-value]
  6 |   hours: {days: Mon-Fri, open: 09:00, close: "17:30", zone: CST}
                                                                  ^^^
  help: write America/New_York, or after America/ Chicago, Denver, Phoenix, Los_Angeles, Anchorage, Puerto_Rico; after Pacific/ Honolulu, Guam, Saipan, Pago_Pago
""",
    ),
    (
        "a misspelt key of the hours",
        "contacts",
        "close:",
        "closes:",
        """
bike.yaml:6:3: error: a time needs "close" [missing-key]
  6 |   hours: {days: Mon-Fri, open: 09:00, closes: "17:30", zone: America/Chicago}
        ^^^^^
bike.yaml:6:39: error: a time has no key "closes" [unknown-key]
  6 |   hours: {days: Mon-Fri, open: 09:00, closes: "17:30", zone: America/Chicago}
                                            ^^^^^^
  help: the nearest name is "close"
""",
    ),
    (
        "a misspelt key of a contact",
        "contacts",
        "  call:",
        "  cal:",
        """
bike.yaml:3:3: error: a contact has no key "cal" [unknown-key]
  3 |   cal: 800-555-0100
        ^^^
  help: the nearest name is "call"
""",
    ),
    (
        "a contact without a source",
        "contacts",
        "  source: manual\n",
        "",
        """
bike.yaml:1:1: error: a contact needs "source" [missing-key]
  1 | shop:
      ^^^^
""",
    ),
    (
        "an empty word to send",
        "contacts",
        "  text: 741741",
        "  word:",
        """
bike.yaml:4:8: error: "word" is empty [wrong-value]
  4 |   word:
             ^
""",
    ),
    (
        "a contact that is a text",
        "contacts",
        "shop:\n",
        "bell: 988\nshop:\n",
        """
bike.yaml:1:7: error: "bell" must have keys and values [wrong-shape]
  1 | bell: 988
            ^^^
  help: write "key: value" lines
""",
    ),
    (
        "an id with a big letter",
        "contacts",
        "shop:\n",
        "Shop:\n",
        """
bike.yaml:1:1: error: "Shop" is not an id: use small letters a to z, digits and "-" between them [wrong-value]
  1 | Shop:
      ^^^^
""",
    ),
    (
        "a list for contacts",
        "contacts",
        "",
        "- shop\n",
        """
bike.yaml:1:1: error: this must have keys and values [wrong-shape]
  1 | - shop
      ^^^^^^
  help: write "key: value" lines
""",
    ),
    (
        "a status that is none",
        "contacts",
        "  text: 741741",
        "  status: checked",
        """
bike.yaml:4:11: error: "status" must be "unchecked" [unknown-word]
  4 |   status: checked
                ^^^^^^^
  help: the nearest name is "unchecked"
""",
    ),
    (
        "a date that is none of three forms",
        "contacts",
        "2026-11\n",
        "11/2026\n",
        """
bike.yaml:9:13: error: "verified" must be a date like 2026-11-23, 2026-11 or 2026, or "undated" [wrong-value]
  9 |   verified: 11/2026
                  ^^^^^^^
""",
    ),
    (
        "a source without its day",
        "sources",
        "  checked: 2026-11-23\n",
        "",
        """
bike.yaml:1:1: error: a source needs "checked" [missing-key]
  1 | manual:
      ^^^^^^
""",
    ),
    (
        "a misspelt key of a topic",
        "topics",
        "  ask: Is",
        "  asks: Is",
        """
bike.yaml:1:1: error: a topic needs "ask" [missing-key]
  1 | nail:
      ^^^^
bike.yaml:2:3: error: a topic has no key "asks" [unknown-key]
  2 |   asks: Is there a nail?
        ^^^^
  help: the nearest name is "ask"
""",
    ),
    (
        "a misspelt key of an option",
        "topics",
        "tap: It sits",
        "label: It sits",
        """
bike.yaml:5:7: error: an option needs "tap" [missing-key]
  5 |     - id: deep
            ^^^^^^^^
bike.yaml:6:7: error: an option has no key "label" [unknown-key]
  6 |       label: It sits deep
            ^^^^^
  help: the keys are id, tap, line, instead
""",
    ),
    (
        "a misspelt key of a variant of an option",
        "topics",
        "{when: {whose: me}, line: I have",
        "{if: {whose: me}, line: I have",
        """
bike.yaml:9:11: error: a variant needs "when" [missing-key]
  9 |         - {if: {whose: me}, line: I have a nail in it.}
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:9:12: error: a variant has no key "if" [unknown-key]
  9 |         - {if: {whose: me}, line: I have a nail in it.}
                 ^^
  help: the keys are when, line
""",
    ),
    (
        "a misspelt key of a line of a topic",
        "topics",
        "{line: The tyre",
        "{say: The tyre",
        """
bike.yaml:11:7: error: a line to say needs "line" [missing-key]
 11 |     - {say: The tyre is (size)., instead: [{when: {whose: me}, line: My tyre is (size).}]}
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:11:8: error: a line to say has no key "say" [unknown-key]
 11 |     - {say: The tyre is (size)., instead: [{when: {whose: me}, line: My tyre is (size).}]}
             ^^^
  help: the keys are line, instead
""",
    ),
    (
        "a misspelt key of a variant of a line of a topic",
        "topics",
        "line: My tyre",
        "lines: My tyre",
        """
bike.yaml:11:45: error: a variant needs "line" [missing-key]
 11 |     - {line: The tyre is (size)., instead: [{when: {whose: me}, lines: My tyre is (size).}]}
                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
bike.yaml:11:65: error: a variant has no key "lines" [unknown-key]
 11 |     - {line: The tyre is (size)., instead: [{when: {whose: me}, lines: My tyre is (size).}]}
                                                                      ^^^^^
  help: the nearest name is "line"
""",
    ),
    (
        "a word of a topic that is none of ours",
        "topics",
        "choose: one",
        "choose: some",
        """
bike.yaml:3:11: error: "choose" must be "one" or "any" [unknown-word]
  3 |   choose: some
                ^^^^
""",
    ),
    (
        "a topic whose name is no id",
        "topics",
        "nail:\n",
        "A nail:\n",
        """
bike.yaml:1:1: error: "A nail" is not an id: use small letters a to z, digits and "-" between them [wrong-value]
  1 | A nail:
      ^^^^^^
""",
    ),
    (
        "a text for options",
        "topics",
        "[{id: me, tap: Mine}]",
        "Mine",
        """
bike.yaml:12:37: error: "options" must be a list [wrong-shape]
 12 | whose: {ask: Whose is it?, options: Mine}
                                          ^^^^
  help: begin each entry with "- "
""",
    ),
    (
        "a misspelt key of a source",
        "sources",
        "url",
        "uri",
        """
bike.yaml:3:3: error: a source has no key "uri" [unknown-key]
  3 |   uri: https://bike.example
        ^^^
  help: the nearest name is "url"
""",
    ),
    (
        "a misspelt key of the settings",
        "settings",
        "public_address",
        "public_adress",
        """
bike.yaml:1:1: error: the settings file has no key "public_adress" [unknown-key]
  1 | public_adress: https://bike.example/help/
      ^^^^^^^^^^^^^
  help: the nearest name is "public_address"
""",
    ),
    (
        "a text for hosts",
        "settings",
        "[bike.example]",
        "bike.example",
        """
bike.yaml:2:16: error: "trusted_hosts" must be a list [wrong-shape]
  2 | trusted_hosts: bike.example
                     ^^^^^^^^^^^^
  help: begin each entry with "- "
""",
    ),
]


@pytest.mark.parametrize(
    ("kind", "old", "new", "text"), [row[1:] for row in WRONG_SHAPES], ids=[row[0] for row in WRONG_SHAPES]
)
def test_a_wrong_shape_is_told(kind: str, old: str, new: str, text: str) -> None:
    """Each case is a good file of its kind in which one text is replaced by another."""
    good = GOOD[kind]
    assert not old or good.count(old) == 1
    assert told(good.replace(old, new) if old else new, kind) == text


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_files_are_good(kind: str) -> None:
    shape(parse(GOOD[kind].encode(), "bike.yaml", kind))


@pytest.mark.parametrize("kind", SHAPES)
def test_every_kind_of_file_has_a_good_one_here(kind: str) -> None:
    assert kind in GOOD


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_the_depth_that_is_allowed_is_read() -> None:
    assert parse(nested(MAX_DEPTH), "bike.yaml", "tree")


def test_one_level_more_is_too_deep() -> None:
    assert told(nested(MAX_DEPTH + 1)) == (
        "\nbike.yaml:1:21: error: more than 20 levels stand inside each other [too-deep]\n"
        "  1 | [[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]\n"
        "                          ^\n"
    )


def test_the_size_that_is_allowed_is_read() -> None:
    assert parse(b"a: b" + b" " * (MAX_BYTES - 4), "bike.yaml", "tree").data == {"a": "b"}


def test_one_byte_more_is_too_large() -> None:
    assert told(b"a: b" + b" " * (MAX_BYTES - 3)) == (
        "\nbike.yaml:1:1: error: the file has more than 1,000,000 bytes [too-large]\n  help: make two trees of it\n"
    )


BOMBS = {
    "aliases in aliases": b"a0: &a0 [x, x]\n"
    + b"".join(b"a%d: &a%d [%b]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)),
    "merges in merges": b"a0: &a0 {k: v}\n"
    + b"".join(b"a%d: &a%d {<<: [%b]}\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 30)),
    "an alias of itself": b"&a [*a]",
    "aliases without end": b"a: &a x\nb: [" + b"*a," * 333_000 + b"]",
    "brackets": b"[" * MAX_BYTES,
    "braces": b"{" * MAX_BYTES,
    "dashes": b"- " * (MAX_BYTES // 2),
    "question marks": b"? " * (MAX_BYTES // 2),
    "quotation marks": b'"' * MAX_BYTES,
    "exclamation marks": b"!" * MAX_BYTES,
    "percent signs": b"%" * MAX_BYTES,
    "zeros": b"\0" * MAX_BYTES,
    "line ends": b"\n" * MAX_BYTES,
    "one key many times": b"{" + b"a," * 60_000 + b"}",
    "keys that are lists": b"{" + b"[]," * 60_000 + b"}",
    "a long key": b"a" * 999_000 + b": b",
    "a long id": b"start: " + b"A" * 999_000,
    "choices of nothing": b"steps: {a: {title: b, choices: [" + b"[]," * 60_000 + b"]}}",
}


@pytest.mark.parametrize("raw", some(BOMBS.values(), 5), ids=BOMBS)
def test_a_bomb_is_refused_soon_and_in_few_words(raw: bytes) -> None:
    """Most take a tenth of a second; the bound leaves room for a slow machine."""
    start = time.process_time()
    text = told(raw)
    assert time.process_time() - start < 20
    assert len(text) < 100_000
    assert max(map(len, text.splitlines())) < 400


def test_no_more_than_a_hundred_problems_of_one_kind_are_told() -> None:
    assert told("{" + "a," * 300 + "}").count("duplicate-key") == MAX_PROBLEMS


def test_a_message_never_steers_the_terminal() -> None:
    """YAML can write any character with an escape."""
    text = told('steps: {"\\e[2J": {}}\n') + told('{a: 1, "\\n::error": 2, "\\n::error": 3}')
    assert '"\ufffd[2J" is not an id' in text
    assert '"\ufffd::error" is already defined on line 1' in text


# Folders of files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good tree, contacts and sources."""
    (tmp_path / "bike.yaml").write_text(BIKE)
    (tmp_path / CONTACTS).write_text(GOOD["contacts"])
    (tmp_path / TOPICS).write_text(GOOD["topics"])
    (tmp_path / SOURCES).write_text(GOOD["sources"])
    return tmp_path


def refused(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return str(caught.value).replace(f"{folder}{os.sep}", "").replace(str(folder), "FOLDER")


def test_a_folder_is_read_with_its_contacts_and_sources(folder: Path) -> None:
    loaded = load(folder)
    assert set(loaded.content.trees) == {"bike"}
    assert set(loaded.content.contacts) == {"shop"}
    assert set(loaded.content.topics) == {"nail", "whose"}
    assert set(loaded.content.sources) == {"manual"}
    assert loaded.trees["bike"].where(("steps", "pump", "title")) == (12, 12, 10)


def test_contacts_and_topics_are_the_nearest_above(folder: Path) -> None:
    below = folder / "more" / "trees"
    below.mkdir(parents=True)
    (below / "bike.yaml").write_text(BIKE)
    content = load(below).content
    assert (set(content.contacts), set(content.topics)) == ({"shop"}, {"nail", "whose"})
    tree, contacts, topics = load_tree(below / "bike.yaml")
    assert (tree, contacts, topics) == (content.trees["bike"], content.contacts, content.topics)


def test_contacts_and_topics_are_the_built_in_ones_where_none_is_above(folder: Path) -> None:
    for name in (CONTACTS, TOPICS, SOURCES):
        (folder / name).unlink()
    loaded = load(folder)
    assert "988" in loaded.content.contacts and "weapon" in loaded.content.topics
    assert loaded.contacts.name.endswith(CONTACTS) and loaded.topics.name.endswith(TOPICS)
    assert data_dir("trees").joinpath(SOURCES).read_text().splitlines() == loaded.sources.lines[:-1]


def test_the_problems_of_all_files_are_told_at_once_by_place(folder: Path) -> None:
    (folder / "bike.yaml").write_text(
        BIKE.replace("pump}", "pump, by: Ann}").replace("title: My", "title: [My]\nx: My")
    )
    (folder / "bell.yaml").write_text("a: *b\nc: &d e\n")
    (folder / CONTACTS).write_text("")
    (folder / SOURCES).write_text("manual: {title: The manual, checked: today}\n")
    (folder / TOPICS).write_text("nail: {ask: A nail?, chose: any}\n")
    places = [line.split(": ")[0] for line in refused(folder).splitlines() if ": error: " in line]
    assert places == [
        "bell.yaml:1:4", "bell.yaml:2:4", "bike.yaml:1:8", "bike.yaml:2:1", "bike.yaml:10:34", "contacts.yaml:1:1",
        "sources.yaml:1:38", "topics.yaml:1:22",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["in", "kiosk", "static", "about", "healthz", "readyz", "en", "es", "Bike", "my bike"])
def test_a_tree_cannot_have_the_address_of_another_page(folder: Path, name: str) -> None:
    (folder / "bike.yaml").rename(folder / f"{name}.yaml")
    assert refused(folder) == (
        f'{name}.yaml:1:1: error: a tree can\'t be called "{name}" [tree-name]\n'
        "  1 | title: My bike is broken\n"
        "      ^^^^^^^^^^^^^^^^^^^^^^^^\n"
        f"  help: {wrong_name(name)}"
    )


@pytest.mark.parametrize("name", ["all", "map", "share"])
def test_a_step_cannot_have_the_address_of_another_page(folder: Path, name: str) -> None:
    (folder / "bike.yaml").write_text(BIKE.replace("  pump:", f"  {name}:"))
    assert refused(folder) == (
        f'bike.yaml:11:3: error: a step can\'t be called "{name}": that is the address of another page [step-name]\n'
        f" 11 |   {name}:\n"
        f"        {'^' * len(name)}"
    )


def test_what_an_editor_hides_is_no_tree(folder: Path) -> None:
    (folder / ".#bike.yaml").symlink_to("ann@library.1234")
    (folder / "._bike.yaml").write_bytes(b"\0\5\x16\7")
    (folder / "bike.yaml~").write_text("")
    (folder / SETTINGS).write_text("home: bike\n")
    assert set(load(folder).content.trees) == {"bike"}


def test_a_folder_without_trees_is_told(folder: Path) -> None:
    (folder / "bike.yaml").rename(folder / "bike.yml")
    assert refused(folder) == (
        "FOLDER:1:1: error: there is no tree in this folder [no-tree]\n"
        '  help: a tree is a file whose name ends in ".yaml"'
    )


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    (folder / "bike.yaml").rename(folder / "gone.yaml")
    with pytest.raises(ContentError, match="gone:1:1: error: this can't be read: no such file or directory"):
        load(folder / "gone")


@pytest.fixture
def nobody() -> Iterator[None]:
    """The test runs as a user who may not read everything, as root may."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may look into. That of pytest is its user's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


@pytest.mark.parametrize("name", ["", "bike.yaml", CONTACTS])
def test_what_may_not_be_read_is_told(open_folder: Path, name: str, request: pytest.FixtureRequest) -> None:
    for file, text in (("bike.yaml", BIKE), (CONTACTS, GOOD["contacts"]), (SOURCES, GOOD["sources"])):
        (open_folder / file).write_text(text)
    (open_folder / name).chmod(0)
    request.getfixturevalue("nobody")
    shown = name or "FOLDER"
    assert refused(open_folder) == f"{shown}:1:1: error: this can't be read: permission denied [unreadable]"


@pytest.mark.parametrize("name", ["bell.yaml", CONTACTS, TOPICS, SOURCES])
def test_a_broken_link_is_told(folder: Path, name: str) -> None:
    """Falling back to the built-in contacts could show other numbers than the author thinks."""
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to("gone.yaml")
    assert refused(folder) == f"{name}:1:1: error: this can't be read: no such file or directory [unreadable]"


def test_a_folder_with_the_name_of_a_tree_is_told(folder: Path) -> None:
    (folder / "bell.yaml").mkdir()
    assert refused(folder) == "bell.yaml:1:1: error: this can't be read: is a directory [unreadable]"


def test_a_file_without_end_is_not_read_to_its_end(folder: Path) -> None:
    (folder / "bell.yaml").symlink_to("/dev/zero")
    assert refused(folder).startswith("bell.yaml:1:1: error: the file has more than 1,000,000 bytes [too-large]")


def test_settings_are_read(tmp_path: Path) -> None:
    path = tmp_path / SETTINGS
    path.write_text(GOOD["settings"])
    assert read_settings(path).base == "/help"


# Whatever comes, it is a value or a problem with its place.


PATIENT = settings(deadline=None)


def answers(raw: bytes, kind: str) -> None:
    try:
        shape(parse(raw, "bike.yaml", kind))
    except ContentError as error:
        assert error.problems
        lines = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n")
        for end in "\r\x85\u2028\u2029":
            lines = lines.replace(end, "\n")
        for problem in error.problems:
            assert 1 <= problem.line <= lines.count("\n") + 1
            assert 1 <= problem.column <= len(lines.split("\n")[problem.line - 1]) + 1
            assert problem.width >= 1
        assert len(str(error)) < 200_000


TYPED = [
    "", "no", "988", "~", "2026-11-23", "x", "*x", "&x", "!x", "<<", "'", '"', "|", ">-", "- x", "? x", "x: y", "{", "}",
    "[", "]", ",", "#", "%", "@", "`", "\t", "\\", "---", "...", "\u00e9", "\U0001f6b2", "\u2028", "\x85", "\0",
    "\ufeff", "[x]", "{x: y}", "[[[[[[[[[[[[[[[[[[[[[[", "always", "{days: Mon-Fri}", "[key]", "if_: x", "times: {}", "word: {}",
]  # fmt: skip
INDENT = st.integers(0, 8).map(" ".__mul__)
LINE = st.builds("{}{}{}{}".format, INDENT, st.sampled_from(["", "title", "a", "988", "when"]),
                 st.sampled_from(["", ":", ": ", " "]), st.sampled_from(TYPED))  # fmt: skip


@st.composite
def near_trees(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file in which lines were taken out, swapped, doubled, indented or typed over."""
    kind = draw(st.sampled_from(sorted(GOOD)))
    lines = GOOD[kind].splitlines()
    for _ in range(draw(st.integers(1, 4))):
        n, m = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["out", "swap", "double", "indent", "value", "cut", "insert"])):
            case "out" if len(lines) > 1:
                del lines[n]
            case "swap":
                lines[n], lines[m] = lines[m], lines[n]
            case "double":
                lines.insert(m, lines[n])
            case "indent":
                lines[n] = draw(INDENT) + lines[n].lstrip()
            case "value":
                lines[n] = lines[n].partition(":")[0] + ": " + draw(st.sampled_from(TYPED))
            case "cut":
                at = draw(st.integers(0, len(lines[n])))
                lines[n] = lines[n][:at] + draw(st.sampled_from(TYPED)) + lines[n][at + draw(st.integers(0, 3)) :]
            case _:
                lines.insert(n, draw(LINE))
    return kind, draw(st.sampled_from(["\n", "\r\n"])).join(lines).encode()


@PATIENT
@example(b"?", "contacts")
@given(st.binary(max_size=200), st.sampled_from(sorted(GOOD)))
def test_any_bytes_are_a_value_or_a_problem(raw: bytes, kind: str) -> None:
    answers(raw, kind)


@PATIENT
@given(st.text(max_size=200), st.sampled_from(sorted(GOOD)))
def test_any_text_is_a_value_or_a_problem(text: str, kind: str) -> None:
    answers(text.encode(), kind)


@PATIENT
@given(st.lists(LINE, max_size=12), st.sampled_from(sorted(GOOD)))
def test_any_lines_of_yaml_are_a_value_or_a_problem(lines: list[str], kind: str) -> None:
    answers("\n".join(lines).encode(), kind)


@settings(PATIENT, max_examples=300)
@given(near_trees())
def test_any_slip_in_a_good_file_is_a_value_or_a_problem(slip: tuple[str, bytes]) -> None:
    kind, raw = slip
    answers(raw, kind)


def strings(node: object) -> Iterator[dict[str, object]]:
    """The parts of a schema that hold a text, but for those with few words to choose from or a bounded pattern."""
    if isinstance(node, dict):
        kinds = node.get("type", [])
        if "string" in kinds and "enum" not in node and "const" not in node:
            yield node
        for name, value in node.items():
            if name not in ("examples", "default"):
                yield from strings(value)
    elif isinstance(node, list):
        for each in node:
            yield from strings(each)


@pytest.mark.parametrize("kind", SHAPES)
def test_every_text_has_a_greatest_length(kind: str) -> None:
    """Of each key in turn: what editors are told of it has a length, or a pattern that no long text fits."""
    found = [*strings(json.loads(schema(kind)))]
    assert found
    for each in found:
        pattern = str(each.get("pattern", "+"))
        assert each.get("maxLength") == MAX_TEXT or not re.search(r"[+*]|\\{[0-9]+,\\}", pattern), each


@pytest.mark.parametrize("key", ["text", "why", "ask", "contacts", "sources"])
def test_a_text_of_the_greatest_length_is_read_and_a_longer_one_is_not(folder: Path, key: str) -> None:
    for length in (MAX_TEXT, MAX_TEXT + 1):
        given = "a" * length if key in ("text", "why", "ask") else f"[{'a' * length}]"
        (folder / "bike.yaml").write_text(
            BIKE.replace("steps:\n", f"steps:\n  long: {{title: Long, {key}: {given}}}\n", 1)
        )
        if length == MAX_TEXT:
            load(folder)
        else:
            assert f"has {length:,} characters, the most is {MAX_TEXT:,} [wrong-value]" in refused(folder)
