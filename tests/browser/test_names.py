"""What a link or a button is called, by the names that Chromium gives to a screen reader and to voice control."""

import re

import pytest
from devices import PHONE
from guide import EVERY_PAGE, STEPS
from matrix import some
from walking import unfold_all

SHOWN = """() => [...document.querySelectorAll("a[href], button, summary")].filter((one) => one.checkVisibility()
  && !one.closest("[aria-hidden=true]")).map((one) => {
  const numbers = ["tel:", "sms:"].includes(one.protocol) ? one.href.split("?")[0] : one.href;
  const parts = one.closest("svg") ? [...one.querySelectorAll("text")].map((text) => text.textContent) : [one.innerText];
  return [parts.join(" "), numbers ?? ""];
})"""
"""What is to be read on each link and button, and where it leads. A message that a text begins with is no other goal."""


def plain(text):
    """A text as WCAG compares it: no signs, no spaces but one, no large letters."""
    return " ".join(re.findall(r"\w+", text.lower()))


def names(page):
    """For each link and button in the order of the page: its words, its accessible name and its goal."""
    session = page.context.new_cdp_session(page)
    nodes = {one["nodeId"]: one for one in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    called, waiting = [], [next(iter(nodes))]
    while waiting:
        one = nodes[waiting.pop()]
        waiting += [child for child in reversed(one.get("childIds", ())) if child in nodes]
        if not one["ignored"] and one["role"]["value"] in ("link", "button", "DisclosureTriangle"):
            called.append(one["name"]["value"])
    shown = page.evaluate(SHOWN)
    assert len(called) == len(shown), (called, shown)
    return [(words, name, goal) for (words, goal), name in zip(shown, called, strict=True)]


def assert_well_named(page, address):
    found = names(page)
    mismatched = [(words, name) for words, name, _ in found if plain(words) not in plain(name) or not plain(name)]
    assert (address, mismatched) == (address, [])
    goals = {}
    for _, name, goal in found:
        if goal:
            goals.setdefault(plain(name), set()).add(goal)
    several = {name: sorted(goal) for name, goal in goals.items() if len(goal) > 1}
    assert (address, several) == (address, {})


@pytest.mark.parametrize("address", some(EVERY_PAGE, 5))
def test_on_every_other_page_names_hold_the_words_and_one_name_has_one_goal(kept_page, address):
    page = kept_page(PHONE)
    page.watch.faults = True  # the console reports the 404 of a page that is not there
    page.goto(address)
    unfold_all(page)
    assert_well_named(page, address)


@pytest.mark.parametrize("part", some(range(12)))
def test_on_every_step_names_hold_the_words_and_one_name_has_one_goal(kept_page, part):
    page = kept_page(PHONE)
    for step in STEPS[part::12]:
        for language in ("en", "es"):
            page.goto(f"/{language}/{step}/")
            unfold_all(page)
            assert_well_named(page, f"/{language}/{step}/")
