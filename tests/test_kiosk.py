"""A screen in a waiting room: it can't call, has no way out, keeps nothing, and leaves nobody without a number."""

import datetime
import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from matrix import some
from real import CONTENT, LOADED
from small_site import DAY
from table import rendered

from helper import data_dir
from helper.cli import main
from helper.guide import read
from helper.loading.folder import load
from helper.model.settings import Kiosk, Settings
from helper.problem import ContentError
from helper.qr import qr
from helper.server.app import GuideApp
from helper.site import Site

TREES = CONTENT.trees
PUBLIC = "https://clinic.example/help"
AT = {"Host": "clinic.example"}
DESK = {"en": "Tell the person at the desk now.", "es": "Avise ahora a la persona del mostrador."}
HOURS = {"en": "Monday to Friday, 8 to 5.", "es": "De lunes a viernes, de 8 a 5."}
PLACE = next(
    name
    for name, place in CONTENT.places.items()
    if any(contact.call and contact.offered(DAY) for contact in place.contacts.values())
)
STEPS = [(tree_id, step_id) for tree_id, tree in TREES.items() for step_id in tree.steps]
PRIVATE = [node for node in STEPS if TREES[node[0]].steps[node[1]].private]
ALONE = {"en": "Ask staff to speak with you alone.", "es": "Pida al personal hablar con usted a solas."}


def site_of(address=f"{PUBLIC}/", **chosen):
    return Site(CONTENT, Settings(public_address=address, kiosk=Kiosk(**chosen)), LOADED.catalogs)


def client_of(site):
    return GuideApp(site, today=lambda: DAY).test_client()


SITE = site_of(desk=DESK, desk_hours=HOURS, desk_phone="800-555-0100")


@pytest.fixture(scope="module")
def client():
    return client_of(SITE)


class Looked(HTMLParser):
    """Where the links and forms of a page lead, what its tags carry, and what can be read on it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.files, self.tags, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag in ("a", "area"):
            self.links.append(found.get("href", ""))
        elif "href" in found or "src" in found:
            self.files.append(found.get("href") or found.get("src"))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def crawled(client, *starts):
    """Every page that the links of a kiosk lead to, by its address."""
    found, waiting = {}, [*starts]
    while waiting:
        address = waiting.pop()
        if address not in found:
            answer = client.get(address, headers=AT)
            assert answer.status_code == 200, address
            found[address] = answer
            waiting += Looked(answer.text).links
    return found


@pytest.fixture(scope="module")
def pages(client):
    return crawled(client, "/help/kiosk/")


# --- What is asked for ------------------------------------------------------------------------------------------------


SLIPS = {
    "place: atlantis": ("2:10", "unknown-place", 'there is no place "atlantis"'),
    "languages: [en, xx]": ("2:19", "unknown-language", 'not offered in "xx"'),
    "guides: [crisis, criss]": ("2:20", "unknown-tree", 'there is no tree "criss"'),
    "guides: [after]": ("2:11", "kiosk-home", '"guides" leaves out "crisis"'),
    "desk: {en: Tell us.}": ("2:3", "kiosk-desk", '"desk" has no line in es'),
    "desk_hours: {es: De 8 a 5.}": ("2:3", "kiosk-desk", '"desk_hours" has no line in en'),
    "idle: 200": ("2:9", "kiosk-times", "urgent steps would wait 180 seconds"),
    "idle: 10": ("2:9", "wrong-value", "must be a number of seconds, 20 or more"),
    "warning: 19": ("2:12", "wrong-value", "must be a number of seconds, 20 or more"),
    "urgent: 179": ("2:11", "wrong-value", "must be a number of seconds, 180 or more"),
    "urgent: long": ("2:11", "wrong-value", "must be a number of seconds, 180 or more"),
    'night: "3:30"': ("2:10", "wrong-value", "must be a time of day"),
    "desk_phone: call us": ("2:15", "wrong-value", "must be 911, 988, 211, 311 or 711, or a number"),
    "dessk: {en: Tell us.}": ("2:3", "unknown-key", 'the kiosk has no key "dessk"'),
}


@pytest.mark.parametrize("slip", some(SLIPS, 3))
def test_a_slip_in_the_settings_is_told_with_its_place(tmp_path, slip):
    (tmp_path / "helper.yaml").write_text(f"kiosk:\n  {slip}\n")
    with pytest.raises(ContentError) as told:
        read(data_dir("trees"), tmp_path / "helper.yaml")
    place, code, words = SLIPS[slip]
    assert [(f"{one.line}:{one.column}", one.code) for one in told.value.problems] == [(place, code)]
    assert words in told.value.problems[0].message


def test_settings_without_a_slip_are_taken(tmp_path):
    (tmp_path / "helper.yaml").write_text(
        f"kiosk:\n  place: {PLACE}\n  languages: [es]\n  guides: [after, crisis]\n  desk: {{es: Avise.}}\n"
        "  idle: 240\n  warning: 20\n  urgent: 240\n  night: 04:10\n"
    )
    kiosk = read(data_dir("trees"), tmp_path / "helper.yaml")[1].kiosk
    assert (kiosk.place, kiosk.languages, kiosk.desk) == (PLACE, ("es",), {"es": "Avise."})
    assert (kiosk.idle, kiosk.warning, kiosk.urgent, kiosk.night) == (240, 20, 240, "04:10")


def test_helper_check_tells_them_too(tmp_path):
    file = tmp_path / "helper.yaml"
    file.write_text("kiosk:\n  place: atlantis\n")
    found = CliRunner().invoke(main, ["check", "--settings", str(file)])
    assert found.exit_code == 1 and f'{file}:2:10: error: there is no place "atlantis"' in found.stderr


# --- What is answered -------------------------------------------------------------------------------------------------


def test_nothing_under_kiosk_may_be_kept(client):
    start = "/help/kiosk"
    for address, status in {
        f"{start}/": 200, f"{start}/en/": 200, f"{start}/es/crisis/": 200, f"{start}/en/crisis/danger/step.html": 200,
        f"{start}/en/crisis/bundle.json": 200, f"{start}/in/{PLACE}/es/crisis/call-911/": 200, start: 301,
        f"{start}/en": 301, f"{start}/en/crisis/danger": 301, f"{start}/xx/": 404, f"{start}/en/nothing/": 404,
        f"{start}/en/crisis/danger.": 301, "/help/KIOSK/en/crisis/danger/": 301,
        f"{start}/en/crisis/nothing/": 404, f"{start}/in/nowhere/": 302, "/help/healthz": 200,
    }.items():  # fmt: skip
        answer = client.get(address, headers=AT)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store"), address
    assert client.post(f"{start}/en/", headers=AT).headers["Cache-Control"] == "no-store"
    assert client.get(f"{start}/", headers={"Host": "evil.example"}).headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/help/en/crisis/danger/", headers=AT).headers["Cache-Control"]


def test_the_pages_of_the_web_that_lead_away_are_not_there(client):
    for part in ("about/", "about/card/", "about/places/", "about/leaving/", "crisis/map/", "crisis/all/",
                 "crisis/danger/share/", "crisis/danger/share/qr.png"):  # fmt: skip
        assert client.get(f"/help/en/{part}", headers=AT).status_code == 200, part
        assert client.get(f"/help/kiosk/en/{part}", headers=AT).status_code == 404, part


@pytest.mark.faulty
def test_every_error_leads_to_the_start_and_shows_911_and_988(client, monkeypatch):
    answers = [client.get(f"/help/kiosk/{part}", headers=AT) for part in ("es/nothing/", "en/crisis/nothing/", "xx/")]
    answers.append(client.post("/help/kiosk/en/", headers=AT))
    broken = site_of()
    found = client_of(broken)
    monkeypatch.setattr(Site, "render", lambda *_: 1 / 0)
    answers.append(found.get("/help/kiosk/es/crisis/danger/", headers=AT))
    assert [answer.status_code for answer in answers] == [404, 404, 404, 405, 500]
    for answer in answers:
        page = Looked(answer.text)
        assert all(link.startswith("/help/kiosk/") for link in page.links)
        article = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
        assert Looked(article).links == ["/help/kiosk/"]
        assert_large_figures(answer.text)
    assert '<html class="kiosk" lang="es">' in answers[0].text and '<html class="kiosk" lang="es">' in answers[-1].text


def test_the_version_changes_with_what_is_shown_and_with_the_settings(client):
    version = json.loads(client.get("/help/healthz", headers=AT).text)
    assert version == {"status": "ok", "version": SITE.version, "reason": ""}
    page = client.get("/help/kiosk/", headers=AT).text
    bundle = json.loads(client.get("/help/kiosk/es/crisis/bundle.json", headers=AT).text)
    assert f'data-version="{SITE.version}"' in page and bundle["version"] == SITE.version
    assert re.fullmatch("[0-9a-f]{12}", SITE.version)
    again = Site(load(data_dir("trees")).content, SITE.settings, load(data_dir("trees")).catalogs)
    assert again.version == SITE.version
    assert site_of(desk=DESK).version != SITE.version
    crisis = TREES["crisis"].model_copy(update={"title": "Other"})
    content = CONTENT.model_copy(update={"trees": {**TREES, "crisis": crisis}})
    assert Site(content, SITE.settings, LOADED.catalogs).version != SITE.version


# --- Guides, languages, places ----------------------------------------------------------------------------------------


def test_every_guide_is_there_in_every_language(pages):
    for language in SITE.languages:
        for tree_id, step_id in STEPS:
            assert f"/help/kiosk/{language}/{tree_id}/{step_id}/" in pages


def test_the_start_screen_offers_the_languages_and_says_nothing_else(client):
    page = Looked(client.get("/help/kiosk/", headers=AT).text.partition("<dialog")[0])
    assert page.links == ["/help/kiosk/en/", "/help/kiosk/es/"]
    assert page.text == "Touch to begin Touch to begin English Touch to begin Español Toque para empezar"


def test_the_screen_follows_the_operators_choice():
    client = client_of(site_of(languages=("es",), guides=("plan-ahead", "crisis"), place=PLACE))
    start = Looked(client.get("/help/kiosk/", headers=AT).text.partition("<dialog")[0])
    assert start.links == ["/help/kiosk/es/"]
    first = client.get("/help/kiosk/es/", headers=AT)
    assert f'data-step="plan-ahead/{TREES["plan-ahead"].start}"' in first.text
    offered = first.text[first.text.index('class="foot"') : first.text.index("</footer>")]
    assert Looked(offered).links == [f"/help/kiosk/es/crisis/{TREES['crisis'].start}/"]
    assert client.get("/help/kiosk/en/", headers=AT).status_code == 404
    own = CONTENT.places[PLACE].contacts.values()
    everything = "".join(answer.text for answer in crawled(client, "/help/kiosk/").values())
    assert any(f"<b>{one.call}</b>" in everything for one in own if one.call and one.offered(DAY))
    answer = client.get(f"/help/kiosk/in/{PLACE}/es/crisis/danger/", headers=AT)
    assert (answer.status_code, answer.location) == (301, "/help/kiosk/es/crisis/danger/")


def test_guides_that_a_chosen_one_leads_to_come_along_and_no_others():
    site = site_of(guides=("crisis",)).kiosk
    assert site.guides[0] == "crisis" and "police-here" in site.guides
    leads = {go.partition("/")[0] for name in site.guides for step in TREES[name].steps.values()
             for choice in step.choices if "/" in (go := choice.go)}  # fmt: skip
    assert leads <= set(site.guides)
    client = client_of(site_of(guides=("crisis",)))
    for name in TREES:
        status = 200 if name in site.guides else 404
        assert client.get(f"/help/kiosk/en/{name}/", headers=AT).status_code == status
    assert "<footer" in client.get("/help/kiosk/en/", headers=AT).text
    assert 'id="guides"' not in client.get("/help/kiosk/en/", headers=AT).text


def test_a_bundle_makes_the_pages_of_its_guide_word_for_word(client):
    named = re.search('data-bundles="([^"]*)"', client.get("/help/kiosk/", headers=AT).text)[1].split()
    bundles = [json.loads(client.get(address, headers=AT).text) for address in named]
    assert len(named) == len(set(named)) == len(TREES) * len(SITE.languages)
    held = {address for bundle in bundles for address in bundle["steps"]}
    for bundle in bundles:
        assert bundle["start"] in bundle["steps"] and set(bundle["same"].values()) == {bundle["start"]}
        assert f'lang="{bundle["lang"]}"' in bundle["frame"]
    for address in ("/help/kiosk/en/crisis/help-for-you/", "/help/kiosk/es/police-here/safe-now/"):
        bundle = next(bundle for bundle in bundles if address in bundle["steps"])
        title = re.search('data-title="([^"]*)"', partial := bundle["steps"][address])[1]
        page = client.get(address, headers=AT).text
        made = bundle["frame"].replace("[[step]]", address.split("/")[-2]).replace("[[title]]", title)
        assert made.replace("[[partial]]", partial) == page
        assert client.get(f"{address}step.html", headers=AT).text == partial
    starts = {address for bundle in bundles for address in bundle["same"]}
    for bundle in bundles:
        for partial in bundle["steps"].values():
            assert set(Looked(partial).links) <= held | starts


# --- What every page says ---------------------------------------------------------------------------------------------


def test_there_is_no_way_out(pages):
    for address, answer in pages.items():
        page = Looked(answer.text)
        assert all(link.startswith("/help/kiosk/") for link in page.links), address
        assert all(file.startswith("/help/static/") for file in page.files), address
        for tag, attributes in page.tags:
            assert tag not in ("iframe", "object", "embed", "base", "select", "textarea"), address
            assert not {"download", "target", "ping", "formaction", "action", "contenteditable"} & set(attributes)
            assert not any(name.startswith(("on", "hx-")) for name in attributes), (address, tag)
            if tag == "form":
                assert attributes["method"] == "dialog"  # closes the words that are shown large
            if tag == "input":
                assert attributes["type"] == "checkbox"
        bare = re.sub(r'<span class="address">.*?</span>', "", answer.text, flags=re.S)
        assert not re.search(r"tel:|sms:|mailto:|https?:|javascript:|http-equiv", bare), address
        assert "Set-Cookie" not in answer.headers
        assert "manifest" not in bare and 'class="exit"' not in bare


def assert_large_figures(page):
    bar = re.search(r'<header class="figures">.*?</header>', page, re.S)[0]
    assert re.findall("<b>(.*?)</b>", bar) == ["911", "988"]


def test_911_and_988_stand_in_large_figures_on_every_page_but_the_first(pages):
    for address, answer in pages.items():
        if address == "/help/kiosk/":
            assert "figures" not in answer.text.partition("&lt;dialog")[0]
        else:
            assert_large_figures(answer.text)
        page = html.unescape(answer.text)
        lost = page[page.index('<dialog id="lost"') :]
        assert re.findall("<b>(.*?)</b>", lost) == ["911", "988"]


def test_every_number_says_that_a_phone_is_needed(pages):
    calls, texts = set(), set()
    for address, answer in pages.items():
        if address.startswith("/help/kiosk/en/"):
            ways = re.findall(r'<span class="way (call|text)[^"]*">(.*?)</span>', answer.text)
            calls |= {words.partition("<b>")[0] for kind, words in ways if kind == "call"}
            texts |= {words.partition(" <b>")[0] for kind, words in ways if kind == "text"}
            assert all(re.search(r"<b>[0-9-]+</b>", words) for _, words in ways)
    assert calls == {"From a phone, call "}
    assert all(words.startswith("From a phone, text") for words in texts)


def urgent(language):
    site = SITE.kiosk.edition(language)
    for tree_id, step_id in STEPS:
        yield tree_id, step_id, TREES[tree_id].steps[step_id].urgency in ("urgent", "emergency"), site


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_desk_stands_at_the_top_of_every_urgent_step_and_of_no_other(language):
    for tree_id, step_id, pressing, site in urgent(language):
        step = rendered(site, DAY, "partial", tree_id, step_id)
        desk = f"<strong>{DESK[language]}</strong>"
        assert (desk in step) == pressing, step_id
        if pressing:
            told = Looked(step[: step.index("</section>")]).text
            # What to do before a call stands above the desk too.
            text = () if "phone-" in step else ('<div class="text">',)
            content = (*text, 'class="first"', 'class="choices"')
            assert step.index(desk) < min(step.index(mark) for mark in content if mark in step)
            assert 'class="contacts"' not in step[: step.index(desk)]
            assert HOURS[language] in told and "800-555-0100" in told
            for words in ("Is nobody there? Call from any phone, or ask someone near you to call.",
                          "Can’t talk or hear? Show this screen to staff."):  # fmt: skip
                assert site.words.gettext(words) in told


def test_without_a_desk_line_people_are_told_to_find_someone():
    for language, words in {"en": "Tell someone who works here now.", "es": "Avise ahora a alguien"}.items():
        site = site_of().kiosk.edition(language)
        assert f"<strong>{words}" in rendered(site, DAY, "partial", "crisis", "call-911")


def test_ways_without_a_voice_stand_on_every_urgent_step():
    for tree_id, step_id, pressing, site in urgent("en"):
        step = Looked(rendered(site, DAY, "partial", tree_id, step_id)).text
        assert not pressing or "From a phone, call 711" in step, step_id
        assert not pressing or re.search(r"From a phone, text .*?(911|988)", step), step_id
        assert not pressing or "Sign language call at 988lifeline.org" in step, step_id


# --- To take along ----------------------------------------------------------------------------------------------------


def read_code(svg, folder):
    """What a phone reads from a QR code: another program looks at its squares."""
    size = int(re.search('viewBox="0 0 ([0-9]+)', svg)[1])
    dark = [[255] * size for _ in range(size)]
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[0-9.]+)(?: (-?[0-9.]+))?", re.search(' d="(.*?)"', svg)[1]):
        if command == "h":
            for n in range(int(first)):
                dark[int(y)][int(x) + n] = 0
            x += int(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    rows = b"".join(bytes(one for one in row for _ in range(8)) * 8 for row in dark)
    (folder / "code.pgm").write_bytes(f"P5 {size * 8} {size * 8} 255\n".encode() + rows)
    found = subprocess.run(["zbarimg", "-q", "--raw", folder / "code.pgm"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def shown_address(step):
    return html.unescape(re.search(r'<span class="address">(.*?)</span>', step)[1].replace("<wbr>", ""))


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("en/crisis/call-988", "en/crisis/call-988"),
        ("es/crisis/danger", "es/crisis/danger"),
        (f"in/{PLACE}/es/crisis/call-911", f"in/{PLACE}/es/crisis/call-911"),
        ("es/crisis/help-for-you", "es"),
        (f"in/{PLACE}/en/crisis/try-again", f"in/{PLACE}/en"),
    ],
)
def test_a_phone_reads_the_step_from_the_code_and_the_first_page_where_it_is_private(client, tmp_path, address, wanted):
    step = client.get(f"/help/kiosk/{address}/step.html", headers=AT).text
    svg = re.search("<svg.*?</svg>", step, re.S)[0]
    assert read_code(svg, tmp_path) == shown_address(step) == f"{PUBLIC}/{wanted}/"
    assert client.get(f"/help/{wanted}/", headers=AT).status_code == 200


def test_every_step_has_its_code_with_the_address_under_it(pages):
    for address, answer in pages.items():
        if address.count("/") > 4:
            shown = shown_address(answer.text)
            assert qr(shown) in answer.text
            private = tuple(address.strip("/").split("/")[-2:]) in PRIVATE
            path = address.replace("/kiosk", "") if not private else f"/help/{address.split('/')[3]}/"
            assert shown == f"https://clinic.example{path}"


def test_without_a_known_address_there_is_no_code():
    site = Site(CONTENT, Settings(), LOADED.catalogs).kiosk
    step = rendered(site, DAY, "partial", "crisis", "call-988")
    assert "<svg" not in step and "carry" not in step


def test_who_may_be_overlooked_gets_a_small_heading_and_can_ask_to_be_alone():
    assert ("crisis", "help-for-you") in PRIVATE and ("police-here", "with-an-officer") in PRIVATE
    for language in ("en", "es"):
        site = SITE.kiosk.edition(language)
        for tree_id, step_id in STEPS:
            step = rendered(site, DAY, "partial", tree_id, step_id)
            private = (tree_id, step_id) in PRIVATE
            assert ("data-private" in step) == private == (f"<strong>{ALONE[language]}</strong>" in step), step_id
            if private:
                assert 'class="urgency"' not in step
                assert f"{tree_id}/{step_id}/" not in step.replace(f'data-step="{tree_id}/{step_id}"', "")


@pytest.mark.parametrize("line", ["dv-hotline", "strong-hearts", "childhelp"])
def test_a_step_for_someone_who_is_hurt_at_home_is_private(line):
    """Where such a line is one of several for everyone, it tells nobody why the reader came."""
    for tree_id, step_id in STEPS:
        step = TREES[tree_id].steps[step_id]
        assert line not in step.contacts or step.private, step_id


def test_a_line_past_its_date_is_on_no_kiosk():
    site = SITE.kiosk
    assert "800-799-7233" in rendered(site, DAY, "partial", "crisis", "help-for-you")
    assert "800-799-7233" not in rendered(site, datetime.date(2027, 5, 24), "partial", "crisis", "help-for-you")
