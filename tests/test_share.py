"""What is shared: an address that only the settings tell, no answer, nothing typed, and nobody's frame."""

import datetime
import html
import re
import shutil
import subprocess
import zlib
from urllib.parse import unquote

import pytest
from real import CONTENT, LOADED
from table import rendered

from helper.export.hosts import host_headers
from helper.export.site import site_files
from helper.loading.folder import load_settings
from helper.model.settings import Settings
from helper.problem import ContentError
from helper.qr import qr_png
from helper.server.app import GuideApp
from helper.site import Site

DAY = datetime.date(2026, 11, 23)
PUBLIC = {"public_address": "https://clinic.example/help/"}
AT = {"Host": "clinic.example"}
PLACE = next(name for name, place in CONTENT.places.items() if place.contacts)
CANARY = "canary5550199"


def site_of(**chosen):
    return Site(CONTENT, Settings(**chosen), LOADED.catalogs)


def client_of(**chosen):
    return GuideApp(site_of(**chosen), today=lambda: DAY).test_client()


@pytest.fixture(scope="module")
def client():
    return client_of(**PUBLIC)


def shown(page):
    return re.search(r'id="address"[^>]*>(.*?)<', page)[1]


@pytest.mark.parametrize("language", site_of().languages)
@pytest.mark.parametrize("place", ["", f"/in/{PLACE}"])
def test_the_link_is_that_of_the_step_in_its_language_and_place(client, language, place):
    step = f"/help{place}/{language}/crisis/call-988/"
    page = client.get(f"{step}share/", headers=AT)
    assert page.status_code == 200
    assert shown(page.text) == f"https://clinic.example{step}"
    assert page.text.count(f'<figcaption class="address" dir="ltr">https://clinic.example{step}</figcaption>') == 1
    assert f'href="{step}share/"' in client.get(step, headers=AT).text
    assert f'href="{step}share/"' in client.get(f"{step}step.html", headers=AT).text


def test_the_first_step_shares_the_whole_guide(client):
    page = client.get("/help/en/crisis/danger/share/", headers=AT).text
    assert '<h1 tabindex="-1">Share this guide</h1>' in page
    assert shown(page) == "https://clinic.example/help/en/crisis/"


@pytest.mark.proof
def test_every_step_has_a_page_to_share_it(client):
    for tree, found in CONTENT.trees.items():
        for step in found.steps:
            page = client.get(f"/help/en/{tree}/{step}/share/", headers=AT)
            assert page.status_code == 200, (tree, step)
            assert 'href="tel:911"' in page.text and 'href="tel:988"' in page.text


def test_the_share_link_stands_after_all_help():
    site = site_of()
    for tree, found in CONTENT.trees.items():
        for step in found.steps:
            partial = rendered(site, DAY, "partial", tree, step)
            assert not re.search(r'href="(tel|sms):|class="choice"', partial.partition('<p class="share">')[2])


def test_without_a_public_address_the_first_trusted_host_is_the_address():
    client = client_of(trusted_hosts=(".any.example", "first.example", "second.example"))
    page = client.get("/en/crisis/call-988/share/", headers={"Host": "second.example"}).text
    assert shown(page) == "https://first.example/en/crisis/call-988/"
    assert "second.example" not in page


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_without_any_host_in_the_settings_no_address_is_made_up(host):
    client = client_of()
    page = client.get("/en/crisis/call-988/share/", headers={"Host": host, "X-Forwarded-Host": CANARY}).text
    main = page[page.index("<main") : page.index("</main>")]
    assert "There is no link to share yet." in main and "/en/crisis/call-988/" in main
    for never in ("https://", "localhost", "127.0.0.1", CANARY, "<svg", "sms:", "mailto:", "<textarea", "iframe"):
        assert never not in main
    for form in ("svg", "png"):
        assert client.get(f"/en/crisis/call-988/share/qr.{form}").status_code == 404


def test_a_code_can_be_read_with_a_quarter_of_it_gone():
    """Its level of correction is Q: the first two modules of its format (ISO/IEC 18004, 7.9) are 11, masked with 10."""
    png = qr_png("https://clinic.example/help/es/crisis/call-988/")
    width = int.from_bytes(png[16:20])
    assert png[24:26] == b"\x01\x00"  # a bit for each pixel, 0 is dark
    rows = zlib.decompress(b"".join(re.findall(b"IDAT(.*?).{8}IEND", png, re.S)))
    row = rows[(4 + 8) * 20 * (1 + (width + 7) // 8) + 1 :]
    dark = [not row[(4 + n) * 20 // 8] >> (7 - (4 + n) * 20 % 8) & 1 for n in (0, 1)]
    assert dark == [False, True]


@pytest.mark.parametrize("end", ["", "qr.svg", "qr.png"])
def test_nothing_of_a_request_comes_back(client, end):
    path = f"/help/en/crisis/call-988/share/{end}"
    plain = client.get(path, headers=AT)
    other = client.get(f"{path}?{CANARY}={CANARY}", headers={**AT, "Referer": CANARY, "X-Forwarded-Host": CANARY})
    assert (plain.status_code, plain.data) == (200, other.data)
    assert CANARY not in str(other.headers)


def test_a_text_and_a_mail_say_the_title_and_the_address(client):
    page = client.get("/help/en/crisis/call-988/share/", headers=AT).text
    title = CONTENT.trees["crisis"].steps["call-988"].title
    sms, mail = (html.unescape(re.search(rf'href="({kind}:[^"]*)"', page.partition("<main")[2])[1])
                 for kind in ("sms", "mailto"))  # fmt: skip
    body = f"{title}\nhttps://clinic.example/help/en/crisis/call-988/"
    assert sms.startswith("sms:?&body=") and unquote(sms.partition("body=")[2]) == body
    assert unquote(mail.partition("body=")[2]) == body


def test_the_code_is_downloaded_under_a_good_name(client):
    path = f"/help/in/{PLACE}/es/crisis/call-988/share/"
    page = client.get(path, headers=AT).text
    for form, type in (("svg", "image/svg+xml"), ("png", "image/png")):
        name = f"qr-crisis-call-988-{PLACE}-es.{form}"
        assert f'href="{path}qr.{form}" download="{name}"' in page
        answer = client.get(f"{path}qr.{form}", headers=AT)
        assert answer.content_type.startswith(type)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers.get("Set-Cookie") is None
    svg = client.get(f"{path}qr.svg", headers=AT).text
    assert "https://clinic.example</text>" in svg and f"/help/in/{PLACE}/es/crisis/call-988/</text>" in svg


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize("step", ["danger", "call-988"])
def test_a_phone_reads_the_address_from_the_code(client, tmp_path, step):
    (tmp_path / "qr.png").write_bytes(client.get(f"/help/es/crisis/{step}/share/qr.png", headers=AT).data)
    read = subprocess.run(["zbarimg", "-q", "--raw", tmp_path / "qr.png"], capture_output=True, text=True, check=True)
    page = client.get(f"/help/es/crisis/{step}/share/", headers=AT).text
    assert read.stdout.strip() == shown(page)


def test_a_browser_has_nothing_to_send_or_to_remember(client):
    page = client.get("/help/en/crisis/call-988/share/", headers=AT).text
    assert "<form" not in page
    assert not re.search(r"<(textarea|input|button)[^>]* (name|form\w*)=", page)
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.S) == [""]


def test_nobody_may_frame_the_guide_and_no_snippet_is_offered_unless_the_settings_say_so(client):
    answer = client.get("/help/en/crisis/call-988/share/", headers=AT)
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "iframe" not in answer.text


def test_those_who_may_frame_stand_in_every_header_and_beside_the_snippet():
    chosen = {**PUBLIC, "frame_ancestors": ("https://a.example", "https://b.example:8443")}
    client, rule = client_of(**chosen), "frame-ancestors https://a.example https://b.example:8443"
    for path in ("en/crisis/call-988/share/", "en/nope/nope/", "en/crisis/call-988/step.html"):
        assert client.get(f"/help/{path}", headers=AT).headers["Content-Security-Policy"].endswith(rule)
    assert rule in host_headers(site_of(**chosen))
    page = client.get("/help/en/crisis/call-988/share/", headers=AT).text
    assert "https://a.example, https://b.example:8443" in page
    snippet = html.unescape(re.search(r'id="snippet"[^>]*>(.*?)</pre>', page)[1])
    assert snippet.startswith('<iframe src="https://clinic.example/help/en/crisis/call-988/" title="')


@pytest.mark.parametrize(
    "wrong",
    ["'*'", "http://a.example", "https://a.example/", "https://a.example; script-src *", "https://*.a.example", "none"],
)
def test_only_whole_websites_may_be_named_to_frame_it(tmp_path, wrong):
    (tmp_path / "helper.yaml").write_text(f'frame_ancestors: ["{wrong}"]\n')
    with pytest.raises(ContentError, match="must be a website like https://clinic.example"):
        load_settings(tmp_path / "helper.yaml")


@pytest.mark.proof
def test_the_export_has_the_same_pages_and_codes():
    site = site_of(**PUBLIC)
    made = {one.path: one.make for one in site_files(site, DAY)}
    assert made[f"in/{PLACE}/es/crisis/call-988/share/qr.png"]() == qr_png(
        f"https://clinic.example/help/in/{PLACE}/es/crisis/call-988/"
    )
    assert b"clinic.example" in made["en/crisis/call-988/share/qr.svg"]()
    assert made["en/crisis/call-988/share/index.html"]().decode() == rendered(site, DAY, "share", "crisis", "call-988")
    assert not any("share/qr" in one.path for one in site_files(site_of(), DAY))
