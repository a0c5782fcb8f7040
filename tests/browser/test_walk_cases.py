"""The walks of tests/walks.json on a phone and on a kiosk: both know what `helper check` knows of the same walk."""

import pytest
import small_site
import walk_cases
from devices import PHONE
from matrix import some
from playwright.sync_api import expect
from waiting_room import SCREEN, Host, open_screen
from walking import activate, choice, pick

from helper.server.app import GuideApp

LINES = """() => [...document.querySelectorAll(".first q, [data-option][open] q")]
  .filter((one) => !one.closest("[hidden]")).map((one) => one.textContent)"""
"""What stands to be said first, and of the options that are chosen."""
ANSWERS = """() => history.state.walk.answers.map(({ step, choice }) => [step, choice?.includes("/") ? null : choice ?? null])"""


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """The address of the guides of the cases."""
    folder = tmp_path_factory.mktemp("cases")
    (settings := folder / "helper.yaml").write_text(f"home: {walk_cases.HOME}\n")
    (trees := folder / "trees").mkdir()
    host = Host(GuideApp(small_site.site(walk_cases.write(trees), settings)))
    yield host.address
    host.kill()


def click(locator):
    """Once, by the page itself: a kiosk takes the link away while it is clicked, and Playwright would look for it again."""
    locator.evaluate("link => link.click()")


def take(page, case, attribute, follow):
    """Takes the walk of a case, and taps on each step what the case taps there."""
    *before, last = walk_cases.taps(case)
    for options, (_, label, goal) in zip(before, walk_cases.steps(case), strict=True):
        pick(page, *map("/".join, options))
        follow(choice(page, label))
        expect(page.locator("#step .step")).to_have_attribute(attribute, goal)
    pick(page, *map("/".join, last))


@pytest.mark.parametrize("name", some(walk_cases.CASES, 8))
def test_a_phone_knows_what_a_story_knows(kept_page, cases, name):
    case = walk_cases.CASES[name]
    page = kept_page(PHONE, base_url=cases)
    page.goto("about:blank")
    page.goto("/")
    take(page, case, "data-id", activate)
    assert page.evaluate(ANSWERS) == case["answers"]
    assert page.evaluate(LINES) == case["lines"]


@pytest.mark.parametrize("name", some(walk_cases.CASES, 4))
def test_a_kiosk_knows_what_a_story_knows(kept_page, cases, name):
    case = walk_cases.CASES[name]
    page = kept_page(SCREEN, base_url=cases)
    open_screen(page)
    click(page.locator("a.language[lang=en]"))
    take(page, case, "data-step", click)
    assert page.evaluate(LINES) == case["lines"]
