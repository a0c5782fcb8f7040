"""The whole guide on one page: on paper every number is right, on a screen it is a walk without JavaScript."""

import re
import shutil
import subprocess

import pytest
from devices import PHONE
from guide import CONTENT, START, step_of, title
from playwright.sync_api import expect

from helper.walks import target

ALL = "/en/crisis/all/"
FOOT = re.compile(r"911 · 988\s*\d+ / \d+|\d+ / \d+\s*911 · 988")
HEAD = re.compile(rf"{re.escape(CONTENT.trees['crisis'].title)}\s+Numbers as of [^.]*\.")
INSTALL = "apt-get install -y poppler-utils"


@pytest.fixture
def plain_page(open_page):
    return open_page(PHONE, java_script_enabled=False)


def flat(text):
    return " ".join(text.split())


def printed(page, folder, size):
    """The words of the printed page, and how many sheets of paper it takes. Each has the title and the day on top."""
    if not shutil.which("pdftotext"):
        pytest.fail(f"pdftotext is missing, so nothing was proved about paper. Try: {INSTALL}", pytrace=False)
    page.pdf(path=folder / "all.pdf", format=size)
    text = subprocess.run(
        ["pdftotext", "-raw", folder / "all.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    sheets = text.split("\f")[:-1]
    assert all(HEAD.search(sheet) and FOOT.search(sheet) for sheet in sheets)
    return flat(HEAD.sub(" ", FOOT.sub(" ", text))), len(sheets)


@pytest.mark.proof
@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_every_go_to_on_paper_names_the_right_step(page, tmp_path, size):
    page.goto(ALL)
    numbers = {
        section.get_attribute("data-id"): int(section.get_attribute("id").removeprefix("step-"))
        for section in page.query_selector_all("#all .one")
    }
    text, sheets = printed(page, tmp_path, size)
    assert sheets <= 42
    steps = {number: step_of(name) for name, number in numbers.items()}
    starts = [
        re.search(rf"(?<!→ )\b{n} ([^→\d]{{1,30}} )?{re.escape(flat(steps[n].title))}", text) for n in sorted(steps)
    ]
    assert all(starts)
    ends = [*(found.start() for found in starts[1:]), len(text)]
    for n, start, end in zip(sorted(steps), starts, ends, strict=True):
        assert start.start() < end
        for choice in steps[n].choices:
            goal = target("crisis", choice.go)
            name = str(numbers["/".join(goal)]) if goal[0] == "crisis" else f"{CONTENT.trees[goal[0]].title}:"
            wanted = rf"{re.escape(flat(choice.label))} → {re.escape(name)}(?!\d)"
            assert re.search(wanted, text[start.end() : end]), (n, choice.label, name)


@pytest.mark.proof
def test_no_words_on_paper_are_small(page):
    page.goto(ALL)
    page.emulate_media(media="print")
    small = page.evaluate("""() => [...document.querySelectorAll(".all *")]
        .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 9.5 * 96 / 72 - 0.1)
        .map((one) => one.textContent.trim().slice(0, 40))""")
    assert small == []
    for selector in (".top", ".bar", ".end"):
        assert not page.locator(selector).first.is_visible()


def test_a_link_to_a_step_shows_it_alone_and_the_next_is_one_tap_away(plain_page):
    plain_page.goto(ALL)
    expect(plain_page.locator("#all .one")).to_have_count(len(CONTENT.trees["crisis"].steps))
    plain_page.goto(f"{ALL}#step-1")
    shown = plain_page.locator(".all .one:visible")
    expect(shown).to_have_count(1)
    expect(shown.locator("h2")).to_have_text(title(START))
    choice = step_of(START).choices[0]
    shown.get_by_role("link", name=re.compile(f"{choice.label} → ")).click()
    expect(plain_page.locator(".all .one:visible")).to_have_count(1)
    expect(plain_page.locator(".all .one:visible h2")).to_have_text(step_of(f"crisis/{choice.go}").title)
    plain_page.go_back()
    expect(plain_page.locator(".all .one:visible h2")).to_have_text(title(START))
    plain_page.get_by_role("link", name="Show all steps").click()
    expect(plain_page.locator("#all .one:visible")).to_have_count(len(CONTENT.trees["crisis"].steps))


def test_the_walk_works_with_the_keyboard(plain_page):
    plain_page.goto(f"{ALL}#step-1")
    label = step_of(START).choices[0].label
    for _ in range(30):
        plain_page.keyboard.press("Tab")
        if f"{label} → " in plain_page.evaluate("document.querySelector(':focus')?.innerText ?? ''"):
            break
    plain_page.keyboard.press("Enter")
    expect(plain_page.locator(".all .one:visible h2")).to_have_text(
        step_of(f"crisis/{step_of(START).choices[0].go}").title
    )
