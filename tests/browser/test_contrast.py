"""Everything that is shown can be seen: the contrast of each text, on every step, in each language, mode and scheme."""

import itertools

import contrast
import pytest
from devices import PHONE, TABLET
from guide import EVERY_PAGE, STEPS
from matrix import some
from real import CONTENT
from test_kiosk_looks import SETTINGS
from walking import unfold_all

LANGUAGES = ("en", "es")
PLAIN = {"media": "screen", "color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
DARK, MORE, FORCED, PAPER = (
    {"color_scheme": "dark"},
    {"contrast": "more"},
    {"forced_colors": "active"},
    {"media": "print"},
)
SCHEMES = {
    "light": {},
    "dark": DARK,
    "forced": FORCED,
    "paper": PAPER,
    "more": MORE,
    "dark, more": DARK | MORE,
    "dark, forced": DARK | FORCED,
    "dark, paper": DARK | PAPER,
}
LOOKS = ("", "contrast")
LOOK = "(look) => { document.documentElement.className = `kiosk ${look}` }"
"""The looks of a kiosk are those that its own buttons give it."""


def assert_seen(page, bundles):
    """Every text of the page can be seen, and of every step in its place."""
    assert contrast.on_each_step(page, contrast.MEASURE, bundles) == [len(STEPS) * len(LANGUAGES), []]


def assert_911_first(page, bundles):
    """Nothing on the page, and on no step in its place, stands out as much as 911."""
    assert contrast.on_each_step(page, contrast.WEAKER, bundles) == [len(STEPS) * len(LANGUAGES), []]


@pytest.mark.parametrize("scheme", some(SCHEMES))
def test_every_text_of_every_step_can_be_seen_and_911_stands_out_most(open_page, scheme):
    page = open_page(PHONE)
    page.goto("/en/crisis/call-911/")
    bundles = [f"/{language}/{tree}/bundle.json" for language in LANGUAGES for tree in CONTENT.trees]
    page.emulate_media(**PLAIN | SCHEMES[scheme])
    assert_seen(page, bundles)
    if not PAPER.items() <= SCHEMES[scheme].items():
        assert_911_first(page, bundles)
    if scheme in ("dark", "dark, more"):
        page.evaluate(contrast.TOUCH)
        assert_seen(page, bundles)


@pytest.fixture(scope="module")
def kiosk(serving_with):
    """The address of a server whose settings have a kiosk and a public address."""
    with serving_with(SETTINGS) as address:
        yield address


@pytest.mark.proof
def test_every_text_of_every_step_on_a_kiosk_can_be_seen_and_911_stands_out_most(open_page, kiosk):
    page = open_page(TABLET, base_url=kiosk)
    page.watch.faults = True
    page.route("**/kiosk.*.js", lambda route: route.abort())  # it would clear the screen in between
    page.goto("/kiosk/en/crisis/call-911/")
    bundles = page.locator("body").get_attribute("data-bundles").split()
    page.evaluate("for (const one of document.querySelectorAll('dialog')) one.show()")
    for look in LOOKS:
        page.evaluate(LOOK, look)
        assert_seen(page, bundles)
        assert_911_first(page, bundles)
    page.evaluate(contrast.TOUCH)
    for look in LOOKS:
        page.evaluate(LOOK, look)
        assert_seen(page, bundles)


@pytest.mark.parametrize("address", some(EVERY_PAGE, 5))
def test_every_text_of_every_other_page_can_be_seen(kept_page, address):
    page = kept_page(PHONE)
    page.watch.faults = True  # the console reports the 404 of a page that is not there
    page.goto(address)
    page.evaluate("for (const one of document.querySelectorAll('[hidden]')) one.hidden = false")
    unfold_all(page)
    for name, scheme in SCHEMES.items():
        page.emulate_media(**PLAIN | scheme)
        assert page.locator("html").evaluate(contrast.MEASURE) == [], name
    page.emulate_media(**PLAIN)


PICTURES = tuple(itertools.product(LANGUAGES, ("light", "dark")))
"""A picture is dear: each step is drawn once, on the web or on a kiosk, in one language and one scheme."""


@pytest.mark.proof
@pytest.mark.parametrize("n", range(0, len(STEPS), 2), ids=STEPS.__getitem__)
def test_what_the_styles_say_is_what_a_picture_shows(kept_page, n):
    """By the pixels of a picture, which know nothing of the styles that the other tests compute with."""
    language, scheme = PICTURES[n // 2 % len(PICTURES)]
    page = kept_page(PHONE, device_scale_factor=2)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"/{language}/{STEPS[n]}/")
    unfold_all(page)
    assert contrast.seen(page, 2) == []


@pytest.mark.proof
@pytest.mark.parametrize("n", range(1, len(STEPS), 2), ids=STEPS.__getitem__)
def test_what_the_styles_of_a_kiosk_say_is_what_a_picture_shows(kept_page, kiosk, n):
    language, scheme = PICTURES[n // 2 % len(PICTURES)]
    page = kept_page({"viewport": TABLET["viewport"]}, base_url=kiosk, device_scale_factor=2)
    page.watch.faults = True
    page.route("**/kiosk.*.js", lambda route: route.abort())
    page.goto(f"/kiosk/{language}/{STEPS[n]}/")
    page.evaluate(LOOK, "contrast" if scheme == "dark" else "")
    unfold_all(page)
    assert contrast.seen(page, 2) == []
