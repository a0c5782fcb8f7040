"""What people see and touch on the screen of a waiting room: large, apart, in reach, and with nothing cut off."""

import shutil
import subprocess

import axe
import pytest
from guide import STEPS, step_of
from matrix import some
from playwright.sync_api import expect

SCREENS = {"portrait": (1080, 1920), "landscape": (1920, 1080), "tablet": (768, 1024)}
SAMPLE = (
    "en/crisis/danger",
    "es/crisis/danger",
    "en/crisis/what",
    "en/crisis/call-911",
    "es/crisis/call-911",
    "en/crisis/officers",
    "en/crisis/call-988",
    "en/crisis/help-for-you",
    "es/police-here/with-an-officer",
    "en/nothing",
    "",
)
LOOKS = ("", "size-1", "size-2", "contrast", "contrast size-2")
SETTINGS = """\
trusted_hosts: [clinic.example]
kiosk:
  desk: {en: Tell the person at the desk now., es: Avise ahora a la persona del mostrador.}
  desk_hours: {en: "Monday to Friday, 8 to 5.", es: "De lunes a viernes, de 8 a 5."}
  desk_phone: 800-555-0100
"""
# A box is what a finger can hit: of a label with its radio button, the label.
BOXES = """() => [...document.querySelectorAll("a, button, summary, label, input, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !(one.matches("input") && one.closest("label")))
  .map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    const fixed = Boolean(one.closest(".dock"));
    return { left, top, right, bottom, fixed, name: one.textContent.trim().slice(0, 40) };
  })"""
CUT = """() => {
  const { clientWidth: edge, scrollWidth } = document.documentElement;
  const shown = [...document.querySelectorAll("body *")].filter((one) =>
    one.checkVisibility() && !one.closest(".visually-hidden, svg"));
  const out = shown.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.right > edge + 0.5 || box.left < -0.5;
  });
  const inner = shown.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth
    && !["inline", "contents"].includes(getComputedStyle(one).display));
  const tell = (one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
  return [...(scrollWidth > edge ? [`the page is ${scrollWidth} wide`] : []), ...[...out, ...inner].map(tell)];
}"""
# What the script shows, and all that unfolds: none of it may be too small, too close or cut off either.
UNFOLD = """(look) => {
  document.documentElement.classList.remove("size-1", "size-2", "contrast");
  document.documentElement.classList.add(...look.split(" ").filter(Boolean));
  for (const one of document.querySelectorAll("[data-do], .large")) one.hidden = false;
  for (const one of document.querySelectorAll("details")) one.open = true;
  window.scrollTo(0, 0);
}"""


@pytest.fixture(scope="module")
def kiosk(serving_with):
    """The address of a server whose settings have a kiosk."""
    with serving_with(SETTINGS) as address:
        yield address


@pytest.fixture
def show(kept_page, kiosk):
    """Opens pages of the kiosk on a screen, as they are without the script that clears them, in a look. A page that is
    there gets the size of the screen: it is loaded once for all."""
    opened = {}

    def at(screen, address, look=""):
        if not opened:
            opened["page"] = kept_page({}, base_url=kiosk)
            opened["page"].watch.faults = True  # an error page is an error to the console
            opened["page"].route("**/kiosk.*.js", lambda route: route.abort())
        page = opened["page"]
        page.set_viewport_size(dict(zip(("width", "height"), SCREENS[screen], strict=True)))
        if opened.get("address") != address:
            page.goto(f"/kiosk/{address}/" if address else "/kiosk/")
            opened["address"] = address
        page.evaluate(UNFOLD, look)
        return page

    return at


def gap(one, other):
    across = max(one["left"] - other["right"], other["left"] - one["right"])
    down = max(one["top"] - other["bottom"], other["top"] - one["bottom"])
    return max(across, down)


def assert_touchable(page, where):
    """Every target is 60 px in both directions, and 8 px from the next; those that stay in place apart from others."""
    boxes = page.evaluate(BOXES)
    assert boxes, where
    for n, box in enumerate(boxes):
        size = (box["right"] - box["left"], box["bottom"] - box["top"])
        assert min(size) >= 59.5, (where, box["name"], size)
        for other in boxes[n + 1 :]:
            if box["fixed"] == other["fixed"]:
                assert gap(box, other) >= 7.9, (where, box["name"], other["name"], gap(box, other))


def assert_good(page, where, height):
    assert_touchable(page, where)
    assert page.evaluate(CUT) == [], where
    if page.viewport_size["height"] > page.viewport_size["width"]:
        high = [box["name"] for box in page.evaluate(BOXES) if box["top"] < height / 3 - 1]
        assert high == [], where


@pytest.mark.parametrize("screen", some(SCREENS))
@pytest.mark.parametrize("look", some(LOOKS))
def test_targets_are_large_apart_and_in_reach_and_nothing_is_cut_off(show, screen, look):
    for address in SAMPLE:
        assert_good(show(screen, address, look), address, SCREENS[screen][1])


@pytest.mark.parametrize("screen", some(SCREENS))
@pytest.mark.parametrize("dialog", ["still", "lost", "card"])
@pytest.mark.parametrize("look", some(LOOKS))
def test_the_dialogs_fit_the_screen_and_have_large_targets(show, screen, dialog, look):
    found = show(screen, "es/crisis/officers", look).locator(f"dialog.{dialog}, dialog#{dialog}")
    found.evaluate("(one) => one.showModal()")
    box = found.bounding_box()
    width, height = SCREENS[screen]
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    buttons = [one.bounding_box() for one in found.get_by_role("button").all()]
    assert len(buttons) == {"still": 2, "lost": 0, "card": 1}[dialog]
    assert all(min(one["width"], one["height"]) >= 60 for one in buttons)
    assert len(buttons) < 2 or buttons[1]["y"] - buttons[0]["y"] - buttons[0]["height"] >= 8


@pytest.mark.parametrize("screen", some(SCREENS))
def test_the_first_question_and_its_answers_are_seen_without_scrolling(show, screen):
    for language in ("en", "es"):
        page = show(screen, f"{language}/crisis/danger")
        edge = page.locator(".dock").bounding_box()["y"]
        for choice in page.locator(".choices .choice").all():
            box = choice.bounding_box()
            assert box["y"] + box["height"] <= edge, (language, choice.text_content())


@pytest.mark.parametrize("screen", some(SCREENS))
def test_911_and_988_stay_in_sight_and_are_large(show, screen):
    page = show(screen, "en/crisis/call-988")
    page.mouse.wheel(0, 3000)
    for number in ("911", "988"):
        figures = page.locator("header.figures b", has_text=number)
        expect(figures).to_be_in_viewport(ratio=1)
        assert figures.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") >= 56


def test_the_heading_of_a_private_step_is_small_and_without_color(show):
    page = show("tablet", "en/crisis/help-for-you")
    size = "(one) => parseFloat(getComputedStyle(one).fontSize)"
    heading, other = page.locator("h1").evaluate(size), page.locator("#step .text p").first.evaluate(size)
    assert heading <= 1.3 * other
    colors = page.locator("main *").evaluate_all(
        "(all) => [...new Set(all.map((one) => getComputedStyle(one).backgroundColor))]"
    )
    assert "rgb(143, 20, 20)" not in colors
    assert "rgb(143, 20, 20)" in show("tablet", "en/crisis/call-911").locator("main *").evaluate_all(
        "(all) => [...new Set(all.map((one) => getComputedStyle(one).backgroundColor))]"
    )


def test_nothing_can_be_marked_and_the_screen_does_not_zoom(show):
    page = show("tablet", "en/crisis/call-988")
    assert page.locator("h1").evaluate("(one) => getComputedStyle(one).userSelect") == "none"
    assert page.locator("html").evaluate("(one) => getComputedStyle(one).touchAction") == "pan-y"


def test_the_start_screen_is_still(show):
    page = show("portrait", "")
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.locator("img, svg, video, canvas").count() == 0


def assert_accessible(page, where):
    """On a screen so high that nothing lies half under what is always there: a scroll brings that out."""
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 6000})
    assert axe.run(page, axe.ALL) == [], where


@pytest.mark.parametrize("look", ["", "contrast"])
@pytest.mark.parametrize("address", some(SAMPLE, 2))
def test_pages_pass_axe(show, address, look):
    assert_accessible(show("tablet", address, look), (address, look))


FIRST_SCREEN = """() => {
  const dock = document.querySelector(".dock").getBoundingClientRect().top;
  const lines = [...document.querySelectorAll("#step .first .lines > li")].filter((one) => one.checkVisibility());
  const parts = { text: document.querySelector("#step div.text"), line: lines.at(-1) ?? document.querySelector("#step .choice") };
  return Object.entries(parts).filter(([, one]) => one && one.getBoundingClientRect().bottom > dock).map(([name]) => name);
}"""


@pytest.mark.parametrize("size", [(1024, 600), (1280, 720)], ids=str)
def test_on_a_small_screen_in_landscape_all_that_is_said_first_is_seen_at_once(kept_page, kiosk, size):
    page, faults = kept_page({"viewport": dict(zip(("width", "height"), size, strict=True))}, base_url=kiosk), []
    for step in STEPS:
        if step_of(step).phone:
            page.goto(f"/kiosk/en/{step}/")
            faults += [f"{step}: {part}" for part in page.evaluate(FIRST_SCREEN)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("look", some(["", "contrast"]))
@pytest.mark.parametrize("dialog", ["still", "lost"])
def test_dialogs_pass_axe(show, dialog, look):
    page = show("tablet", "es/crisis/call-988", look)
    page.locator(f"#{dialog}").evaluate("(one) => one.showModal()")
    assert_accessible(page, (dialog, look))


@pytest.mark.proof
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("n", range(len(STEPS)), ids=STEPS.__getitem__)
def test_every_page_is_good_on_every_screen(show, language, n):
    """Axe, which is dear, looks at one of the two languages, and at the other on the next step, each in both looks by
    turns."""
    address = f"{language}/{STEPS[n]}"
    for screen, (_, height) in SCREENS.items():
        for look in ("", "contrast size-2"):
            assert_good(show(screen, address, look), (screen, address, look), height)
    if n % 2 == ("en", "es").index(language):
        look = ("", "contrast")[n // 2 % 2]
        assert_accessible(show("tablet", address, look), (address, look))


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize("look", ["", "contrast"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("place", ["", "in/mn/"])
def test_a_camera_reads_the_code_from_the_screen(show, tmp_path, place, language, screen, look):
    page = show(screen, f"{place}{language}/crisis/call-988", look)
    picture = tmp_path / "code.png"
    page.locator(".carry svg").screenshot(path=picture)
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == f"https://clinic.example/{place}{language}/crisis/call-988/"
    assert read.stdout.strip() in page.locator(".carry").inner_text().replace("\n", "").replace("\u200b", "")
