"""Text browsers, reader modes and pages without a style sheet: what they show is true, and the numbers are among it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from devices import DESKTOP, PHONE
from guide import EVERY_PAGE, STEPS
from walking import unfold_all

pytestmark = pytest.mark.proof

READER = Path(__file__).parent / "npm/node_modules/@mozilla/readability"
NO_READER = "There is no reader mode to ask, so nothing was proved. `make proof` gets it with npm."
NO_BROWSER = "{} is missing, so nothing was proved about text browsers. `make proof` installs it on Debian and its kin."
COMMANDS = {
    "lynx": ("lynx", "-stdin", "-dump", "-nolist", "-width=1024", "-assume_charset=utf-8", "-display_charset=utf-8"),
    "w3m": ("w3m", "-dump", "-T", "text/html", "-I", "utf-8", "-O", "utf-8", "-cols", "4096"),
}
OTHERS = (
    *(page for page in EVERY_PAGE if "no-such" not in page),
    *(f"/kiosk/{address}" for address in ("en/crisis/call-911/", "es/crisis/danger/")),
)
ADDRESSES = (*OTHERS, *(f"/{language}/{step}/" for language in ("en", "es") for step in STEPS))
WORDS = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: parent } = walker.currentNode;
    if (parent.checkVisibility() || parent.closest(".running, .whole")) texts.push(data);
  }
  return texts.join(" ");
}"""
"""What a page shows or says to who sees it without scripts: two of its parts only a style hides, and they are true."""
READ = """() => {
  const module = {};
  READER
  const numbers = (page) => [...page.querySelectorAll(":is(main, #readability-page-1) a:is([href^=tel], [href^=sms])")]
    .map((link) => link.getAttribute("href"));
  if (!isProbablyReaderable(document)) return [false, numbers(document), []];
  const { content } = new Readability(document.cloneNode(true)).parse();
  return [true, numbers(document), numbers(new DOMParser().parseFromString(content, "text/html"))];
}"""
"""Whether the reader mode of Firefox would be offered, the numbers to call on the page, and those that it keeps."""
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u200b": ""})
PICTURE = re.compile(r"<svg.*?</svg>", re.S)
"""The picture of a map, whose words run together. The same words stand beside it."""
FORM = re.compile(
    r"\(BUTTON\)|\[[ X*]\]|\([ *]\)|_{2,}|\[\s*\]|^\s*(?:[*+#•·o‐@-]|\d+\.) |^\s*(?:#?alternate\s*)+$", re.M
)
"""The signs for bullets, boxes and fields."""


def words(text):
    return re.findall(r"\w+", text.translate(PLAIN))


def dumped(program, html):
    if not shutil.which(program):
        pytest.fail(NO_BROWSER.format(program), pytrace=False)
    return subprocess.run(COMMANDS[program], input=html, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("part", range(8))
@pytest.mark.parametrize("program", COMMANDS)
def test_a_text_browser_shows_what_is_true_and_nothing_else(kept_page, program, part):
    """Line by line, it shows what Chromium shows where no script runs, and both ways to say where to call."""
    page = kept_page(DESKTOP, java_script_enabled=False)
    for address in ADDRESSES[part::8]:
        answer = page.goto(address)
        unfold_all(page)
        known = f" {' '.join(words(page.evaluate(WORDS)))} "
        text = dumped(program, PICTURE.sub("", answer.text()).encode())
        lines = [words(FORM.sub(" ", line)) for line in text.splitlines()]
        untrue = [line for line in lines if line and f" {' '.join(line)} " not in known]
        assert (address, untrue) == (address, [])
        assert "911" in text and "988" in text


def test_a_reader_mode_is_not_offered_on_a_step_and_keeps_every_number_elsewhere(kept_page):
    """It would drop the answers, which lead on."""
    if not READER.is_dir():
        pytest.fail(NO_READER, pytrace=False)
    page = kept_page(PHONE, java_script_enabled=False)
    programs = "".join((READER / name).read_text() for name in ("Readability-readerable.js", "Readability.js"))
    ask = READ.replace("READER", programs)
    for address in ADDRESSES:
        page.goto(address)
        offered, numbers, kept = page.evaluate(ask)
        assert (address, offered and address not in OTHERS) == (address, False)
        assert (address, kept) == (address, numbers if offered else [])


def test_without_a_style_sheet_every_label_reads_well(open_page):
    page = open_page(PHONE)
    page.watch.faults = True
    page.route("**/*.css", lambda route: route.abort())
    for address in ADDRESSES:
        page.goto(address)
        for label in page.locator("a[href^='tel:'], a[href^='sms:']").all_inner_texts():
            numbers = re.findall(r"\d[\d-]{2,}", label)
            assert len(set(numbers)) == len(numbers), (address, label)
            assert not re.search(r"[a-z\d][A-Z]|\w\(", label), (address, label)
        for hidden in ("#guard", "#back", "dialog"):
            assert not page.locator(hidden).first.is_visible(), (address, hidden)
