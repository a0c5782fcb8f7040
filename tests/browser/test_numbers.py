"""A number on the screen is the number that is dialled, and where a tap can't call, the screen says so."""

import re
from datetime import datetime

import pytest
from devices import DESKTOP, PHONE, TABLET, TOUCH
from guide import STEPS, address
from matrix import some
from playwright.sync_api import expect
from walking import unfold_all, visit

LINKS = """() => [...document.querySelectorAll('a[href^="tel:"], a[href^="sms:"]')]
  .filter((link) => link.checkVisibility()).map((link) => [link.getAttribute("href"), link.innerText])"""


def dialled(href):
    """The digits that the phone dials, without the 1 of the country."""
    digits = re.sub(r"\D", "", href.split("?")[0])
    return digits.removeprefix("1") if len(digits) == 11 else digits


def read(text):
    """The first number of three digits or more in a label."""
    found = re.search(r"(?<!\d)(?:1-)?(\d{3}-\d{3}-\d{4}|\d{5,6}|\d{3})(?!\d)", text)
    return found[1].replace("-", "") if found else None


@pytest.mark.proof
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_on_every_step_the_digits_to_read_are_the_digits_to_dial(open_page, device):
    page = open_page(device)
    for path in [*map(address, STEPS), "/en/about/", "/no-such-page"]:
        page.watch.faults = True
        page.goto(path)
        unfold_all(page)
        links = page.evaluate(LINKS)
        assert len(links) >= 3
        for href, text in links:
            assert read(text) == dialled(href), (path, href, text)


SIDEWAYS = {"viewport": {"width": 844, "height": 390}, **TOUCH}
WIDE_SITE = {"viewport": {"width": 980, "height": 2120}, "screen": {"width": 390, "height": 844}, **TOUCH}
"""A phone that was asked for the desktop site."""
HALF = {"viewport": {"width": 410, "height": 1180}, "screen": {"width": 820, "height": 1180}, **TOUCH}
"""A tablet that shows two windows."""
UNFOLDED = {"viewport": {"width": 673, "height": 841}, **TOUCH}
"""A phone that unfolds to a tablet: no style can tell it from one, and what it is told is true of it too."""
SMALL_WINDOW = {"viewport": {"width": 390, "height": 500}}
SCREENS = {
    "phone": (PHONE, "Call 911"),
    "phone held sideways": (SIDEWAYS, "Call 911"),
    "phone with the desktop site": (WIDE_SITE, "Call 911"),
    "unfolded phone": (UNFOLDED, "Call 911 (from a phone)"),
    "tablet": (TABLET, "Call 911 (from a phone)"),
    "half of a tablet": (HALF, "Call 911 (from a phone)"),
    "desktop": (DESKTOP, "Call 911 (from a phone)"),
    "small window": (SMALL_WINDOW, "Call 911 (from a phone)"),
}


@pytest.mark.parametrize("screen", some(SCREENS, 3))
def test_where_a_tap_does_not_call_the_label_says_that_a_phone_is_needed(open_page, screen):
    device, label = SCREENS[screen]
    page = open_page(device)
    visit(page, "crisis/call-911")
    for link in page.locator(".bar a, #step .way.call").filter(has_text="911").all():
        assert link.inner_text().split() == label.split()


HOURS = {
    "a Monday at noon in New York": (datetime.fromisoformat("2026-11-23T12:00:00-05:00"), True),
    "a Monday before ten": (datetime.fromisoformat("2026-11-23T09:59:00-05:00"), False),
    "a Monday at ten": (datetime.fromisoformat("2026-11-23T10:00:00-05:00"), True),
    "a Monday night": (datetime.fromisoformat("2026-11-23T22:00:00-05:00"), False),
    "a Sunday at noon": (datetime.fromisoformat("2026-11-22T12:00:00-05:00"), False),
}


@pytest.mark.parametrize("zone", some(["America/Los_Angeles", "Asia/Tokyo"]))
@pytest.mark.parametrize("moment", HOURS)
def test_a_line_that_closes_says_whether_it_is_open_now(open_page, launched, moment, zone):
    page = open_page(PHONE, base_url=launched, timezone_id=zone)
    time, is_open = HOURS[moment]
    page.clock.set_fixed_time(time)
    visit(page, "crisis/plan")
    line = page.locator(".contact", has=page.locator(".hours[data-open]"))
    expect(line).to_have_count(1)
    expect(line.locator(".now")).to_have_text("Open now." if is_open else "Closed now.")


def test_a_line_that_never_closes_says_nothing_of_now(page):
    visit(page, "crisis/call-988")
    for one in page.locator(".contact", has=page.locator(".hours:not([data-open])")).all():
        assert one.locator(".now").count() == 0
