"""No text holds up a reader: what reads texts takes about four times as long for one that is four times as long.

Time is that of the processor, the shortest of three, and compared within one run: nothing depends on the machine. What
is done within FLOOR seconds passes: at these lengths, whatever grows with the square takes many times as long.
"""

import ast
import importlib
import json
import re
import time
from itertools import islice, product
from pathlib import Path

import pytest
import small_site
from matrix import some
from small_site import DAY
from table import rendered

import helper
import helper.model
from helper.check import report
from helper.check.context import Context
from helper.check.stories import coverage
from helper.diff import compare
from helper.diff.report import describe
from helper.diff.version import Version
from helper.loading.folder import load
from helper.model.settings import Settings
from helper.problem import explain
from helper.review import review
from helper.site import Site
from helper.views import paper

PACKAGE = Path(helper.__file__).parent
N = 3_000
"""The characters of the shorter text."""
MORE = 4
MOST = 2.5 * MORE
"""The most that the longer one takes, in the time of the shorter one: what grows with the square takes 16 times it."""
FLOOR = 0.02


def took(run, *given, quick=0.0):
    """The seconds of the processor that it takes, the shortest of three, or the first below `quick`."""
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        run(*given)
        best = min(best, time.process_time() - begin)
        if not quick < best < 0.5:
            break  # so quick, or so slow, that no doubt is left
    return best


def slow(run, text, floor=FLOOR, empty=None):
    """How many times longer the long text takes than the short one, where that is too many. `text` makes one.

    What it takes with what is `empty` of one is no part of either. Other work on the machine slows now the one and now
    the other, so a text is slow only when it is so each of three times.
    """
    for _ in range(3):
        base = 0.0 if empty is None else took(run, empty)  # anew each time: the machine may be slower now
        long = took(run, text(MORE * N), quick=floor) - base
        times = long / max(took(run, text(N)) - base, 1e-6) if long >= floor else 0.0
        if times <= MOST:
            return None
    return round(times, 1)


SOURCES = {path: path.read_text() for path in sorted(PACKAGE.rglob("*.py")) if path.stem != "__main__"}
USES = "match|fullmatch|search|findall|finditer|sub|split"


def compiled():
    """The patterns that are made when a module is read, each with what is done with it."""
    for path in SOURCES:
        module = importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
        waiting = [*vars(module).items()]
        for name, value in waiting:
            if isinstance(value, re.Pattern):
                uses = {use for text in SOURCES.values() for use in re.findall(rf"\b{name}\.({USES})\(", text)}
                yield value.pattern, value.flags, *sorted(uses or {"finditer"})
            elif isinstance(value, dict):
                waiting += [("", each) for each in (*value, *value.values())]
            elif isinstance(value, tuple | list):
                waiting += [("", each) for each in value]


def written():
    """The patterns that stand in calls, each with what is done with it."""
    for text in SOURCES.values():
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not re.fullmatch(rf"re\.({USES})", ast.unparse(node.func)):
                continue
            if isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, 0, node.func.attr


PATTERNS = sorted({found for found in (*compiled(), *written()) if isinstance(found[0], str)})


def alphabet(pattern):
    """Signs that the pattern may stop or go on at: those it names, and one of each kind that it may mean."""
    named = set(re.sub(r"\\[a-zA-Z]|\(\?[:=!<>+]*|\w", "", pattern))
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"\\[a-zA-Z]", "", pattern))
    return sorted(named | {"a", "é", "i", "1", " ", "\n", "-"}) + words[:4]


def hostile(pattern):
    """Makers of texts of one sign, and of two in turn, that end well, badly, or begin with another."""
    signs = alphabet(pattern)
    for one, other in product(signs, signs):
        unit = one if one == other else one + other
        for end in ("", "\x01") if one == other else ("\x01",):
            yield unit, lambda n, unit=unit, end=end: (unit * (n // len(unit) + 1))[:n] + end


def slow_units(pattern, flags, *uses):
    """The first hostile texts of which a longer one takes too long, by what they repeat."""
    compiled = re.compile(pattern, flags)

    def run(text):
        for use in uses:
            if use in ("match", "fullmatch", "search"):
                getattr(compiled, use)(text)
            else:
                for _ in compiled.finditer(text):
                    pass

    found = ((unit, slow(run, text)) for unit, text in hostile(pattern))
    return [*islice((pair for pair in found if pair[1]), 1)]


@pytest.mark.parametrize(
    "pattern", some(PATTERNS, 24), ids=[f"{use}-{pattern[:40]}" for pattern, _, use, *_ in PATTERNS]
)
def test_every_pattern_is_linear(pattern):
    assert slow_units(*pattern) == []


def test_all_patterns_are_seen():
    assert len(PATTERNS) > 50
    assert {helper.model.fields.BLANK.pattern, r"https?://[^/]", r"[?#@]"} <= {pattern for pattern, *_ in PATTERNS}


@pytest.mark.parametrize("pattern", some([r"\([^)]+\)", r"[.!?:;]+(?=\s|$)", r'"(?:\\.|[^"\\])*"', r"^(.*?)(\^+)$"]))
def test_a_pattern_that_grows_with_the_square_is_found(pattern):
    assert slow_units(pattern, 0, "finditer")


TEXTS = [
    "(", "(a", ".", ". ", "!?", "*", "**", "*a", "_", "_a ", "- ", "-", "1.", "[", "[a](", "!", "`", "<", "&", "#",
    "\\", '"', "'", "a", "a ", "a-", "é", "i", "1", "1-", "+1", "555-", "%", "%(", " \n", "a\n", "- a\n", "{", ":", "·",
]  # fmt: skip
"""What is repeated in every text of a small guide: signs that Markdown, the rules or the pages look at."""


def block(text):
    """The text as YAML, in one word."""
    return json.dumps(text, ensure_ascii=False)


def guide(folder, text):
    """A site with a text in every place where an author writes one, and the translation of it."""
    small_site.write(folder)
    long = block(f"x{text}x")
    lines = f"[{long}, {{line: {long}, instead: [{{when: {{nail: seen}}, line: {long}}}]}}]"
    (folder / "bike.yaml").write_text(
        f"title: {long}\nabout: {long}\nstart: flat\nedited: 2026-11-23\nreview_by: 2027-05-23\nsteps:\n"
        f"  flat:\n    title: {long}\n    text: {long}\n    why: {long}\n    ask: {long}\n    sources: [manual]\n"
        f"    more: [{{title: {long}, text: {long}}}]\n    phone: dial\n    do: [{long}]\n    show: {long}\n"
        f"    first: {lines}\n    picked: [nail]\n    asked: [nail]\n    say: {lines}\n"
        f"    choices: [{{label: {long}, go: shop}}]\n"
        "  shop: {title: Ask, outcome: true, urgency: routine, contacts: [shop]}\n"
    )
    option = f"id: seen, tap: {long}, line: {long}, instead: [{{when: {{nail: seen}}, line: {long}}}]"
    (folder / "topics.yaml").write_text(f"nail: {{ask: {long}, options: [{{{option}}}], lines: {lines}}}\n")
    contacts = (folder / "contacts.yaml").read_text()
    (folder / "contacts.yaml").write_text(contacts.replace("    hours:", f"    about: {long}\n    hours:"))
    (folder / "places" / "mn.yaml").write_text(f"name: {long}\nkind: state\n")
    (folder / "book.yaml").unlink()
    return folder


def everything(folder):
    """What is done with a guide: it is read, checked, told, shown in every way and compared.

    Not that `helper translate` writes it: Babel wraps lines in a time that grows with the square of a text. Only the
    limit of texts bounds that, and it is the author who waits.
    """
    loaded = load(folder)
    found = report(loaded, DAY)
    problems = found.problems
    "".join(map(explain, problems))
    site = Site(loaded.content, Settings(home="bike"), loaded.catalogs)
    for language, mode in (("en", site), ("es", site), ("en", site.kiosk)):
        edition = mode.edition(language)
        rendered(edition, DAY, "step", "bike", "flat")
        rendered(edition, DAY, "bundle", "bike")
    english = site.edition("en")
    rendered(english, DAY, "all", "bike")
    paper.file(english, DAY, "bike")
    rendered(english, DAY, "map", "bike")
    rendered(english, DAY, "share", "bike", "flat")
    review(english, "bike", found._replace(coverage=coverage(Context(loaded, DAY))), DAY)
    tree = loaded.content.trees["bike"]
    steps = {**tree.steps, "flat": tree.steps["flat"].model_copy(update={"text": "It is flat."})}
    other = Version("bike", tree.model_copy(update={"steps": steps}), loaded.content.contacts, loaded.content.topics)
    describe(compare(Version("bike", tree, loaded.content.contacts, loaded.content.topics), other, DAY))


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    return guide(tmp_path_factory.mktemp("empty") / "trees", "")


@pytest.mark.parametrize("unit", some(TEXTS, 2))
def test_all_that_is_done_with_a_text_is_linear(tmp_path, monkeypatch, empty, unit):
    """At lengths that authors can't reach, so that what is left of the limit is seen as well."""
    monkeypatch.setattr("helper.model.fields.MAX_TEXT", 10**6)
    assert slow(everything, lambda n: guide(tmp_path / str(n) / "trees", (unit * n)[:n]), 0.5, empty) is None
