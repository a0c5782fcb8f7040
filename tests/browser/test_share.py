"""The page to share a step: the link is copied, the code is read, the handout fits one page and tells nobody anything."""

import shutil
import subprocess

import axe
import pytest
from devices import DESKTOP, NARROW, PHONE
from matrix import some
from playwright.sync_api import expect
from test_fits import ENLARGE, SCREENS, TOO_SMALL, TOO_WIDE
from test_privacy import assert_nothing_kept
from waiting_room import LAUNCH, Host
from walking import activate

from helper import data_dir
from helper.guide import read
from helper.server.app import GuideApp
from helper.site import Site

SHARE = "crisis/call-988/share/"
SECRET = "Canary5550199"
LANGUAGES = ("en", "es")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that knows where it is, for it alone has links to share; on the day of the launch, when places are there."""
    folder = tmp_path_factory.mktemp("share")
    settings = folder / "helper.yaml"
    settings.write_text("trusted_hosts: [clinic.example]\nframe_ancestors: [https://partner.example]\n")
    loaded, chosen, _ = read(data_dir("trees"), settings)
    host = Host(GuideApp(Site(loaded.content, chosen, loaded.catalogs), today=lambda: LAUNCH))
    yield host.address
    host.kill()


def open_share(open_page, device=PHONE, language="en", **options):
    page = open_page(device, **options)
    page.goto(f"/{language}/{SHARE}")
    return page


def own(page):
    return page.locator(".sheet textarea")


def test_the_link_is_copied(open_page):
    page = open_share(open_page, permissions=["clipboard-read", "clipboard-write"])
    activate(page.get_by_role("button", name="Copy the link"))
    expect(page.locator(".told").first).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "https://clinic.example/en/crisis/call-988/"


def test_where_copying_is_not_allowed_the_link_is_selected(open_page):
    page = open_page(PHONE)
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    page.goto(f"/en/{SHARE}")
    activate(page.get_by_role("button", name="Copy the link"))
    assert page.evaluate("String(getSelection())") == "https://clinic.example/en/crisis/call-988/"
    assert set(page.locator(".told").all_inner_texts()) == {""}


def test_the_share_sheet_of_the_phone_gets_the_title_and_the_link(open_page):
    page = open_page(PHONE)
    page.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page.goto(f"/en/{SHARE}")
    activate(page.get_by_role("button", name="Share by an app"))
    assert page.evaluate("window.shared.url") == "https://clinic.example/en/crisis/call-988/"
    assert set(page.evaluate("window.shared")) == {"title", "url"}


def test_without_javascript_there_is_no_button_that_does_nothing(open_page):
    page = open_share(open_page, java_script_enabled=False)
    assert page.locator("#step button:visible").count() == 0
    assert page.get_by_text("Only the handout is printed.").is_visible()
    assert page.get_by_role("link", name="Text the link").is_visible()


def test_the_share_link_of_a_step_keeps_the_answers_and_puts_none_into_an_address(open_page):
    page = open_page(PHONE)
    page.goto("/en/crisis/danger/")
    activate(page.locator("#step a.choice").get_by_text("No", exact=True))
    expect(page.locator("#answers")).to_be_visible()
    step = page.url
    activate(page.get_by_role("link", name="Share this step"))
    page.wait_for_url(f"{step}share/")
    expect(page.locator("#answers")).to_be_visible()
    for link in page.locator("#step a").all():
        assert "?" not in link.get_attribute("href").replace("sms:?&body=", "").replace("mailto:?subject=", "")
    page.go_back()
    expect(page.locator("#answers")).to_be_visible()
    assert page.url == step


def test_the_code_is_saved_without_leaving_the_page(open_page):
    page = open_share(open_page, DESKTOP)
    with page.expect_download() as saved:
        activate(page.get_by_role("link", name="PNG"))
    assert saved.value.suggested_filename == "qr-crisis-call-988-en.png"
    assert page.url.endswith(SHARE)


def test_what_is_typed_is_told_to_nobody_and_gone_on_reload(open_page):
    page = open_share(open_page, DESKTOP)
    page.wait_for_load_state("networkidle")
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    own(page).press_sequentially(SECRET)
    own(page).press("Enter")
    activate(page.get_by_label("Large print"))
    page.pdf()
    page.wait_for_timeout(300)
    assert [url for url in asked if "/static/icon." not in url] == []  # a browser asks for it when it likes
    assert_nothing_kept(page)
    assert SECRET not in page.url + str(page.evaluate("history.state"))
    page.reload()
    assert (own(page).input_value(), page.get_by_label("Large print").is_checked()) == ("", False)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large"])
@pytest.mark.parametrize("language", some(LANGUAGES))
def test_the_handout_prints_on_one_page(open_page, paper, large, language):
    page = open_share(open_page, DESKTOP, language)
    if large:
        activate(page.locator(".large-print input"))
    assert page.pdf(format=paper).count(b"/Type /Page\n") == 1
    own(page).fill("\n" * 9 + "W" * 111)
    assert page.pdf(format=paper).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    assert own(page).evaluate("one => one.scrollHeight <= one.clientHeight + 1")
    assert own(page).evaluate("one => { one.focus(); return getComputedStyle(one).boxShadow; }") == "none"
    assert page.locator(".sheet .what").is_hidden() and page.locator(".bar").is_hidden()
    own(page).fill("")
    assert own(page).is_hidden()


@pytest.mark.parametrize("device", some([PHONE, NARROW, DESKTOP]), ids=["phone", "narrow", "desktop"])
def test_the_page_has_no_violation(open_page, device):
    page = open_share(open_page, device)
    page.locator(".places").evaluate("one => { one.open = true; }")
    assert axe.violations(page) == []


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", some(LANGUAGES))
def test_the_page_has_no_sideways_scroll_and_large_targets(open_page, screen, language):
    device, times = SCREENS[screen]
    page = open_share(open_page, device, language)
    page.locator(".places").evaluate("one => { one.open = true; }")
    activate(page.get_by_role("checkbox"))
    page.evaluate(ENLARGE, times)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["", "/in/mn"])
def test_a_camera_reads_the_code_from_the_screen(open_page, tmp_path, language, place, scheme):
    page = open_page(PHONE, color_scheme=scheme)
    page.goto(f"{place}/{language}/{SHARE}")
    for n, code in enumerate((page.locator(".code [role=img]"), page.locator(".sheet .scan svg"))):
        picture = tmp_path / f"{n}.png"
        code.screenshot(path=picture)
        read = subprocess.run(["zbarimg", "-q", "--raw", picture], capture_output=True, text=True, check=True)
        assert read.stdout.strip() == f"https://clinic.example{place}/{language}/crisis/call-988/"
