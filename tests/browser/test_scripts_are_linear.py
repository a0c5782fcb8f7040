"""No text holds up a page: what the scripts look for takes about four times as long in four times as much."""

import re

import pytest
from test_linear import MORE, MOST, hostile

from helper import data_dir

LITERAL = re.compile(
    r"(?<=[(,=:?&|!\[{;])\s*/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])*)/([gimsuy]*)"
)
"""A pattern as a script writes it: after a sign that no division follows."""
SCRIPTS = [*sorted(data_dir("static").glob("*.js")), *sorted(data_dir("templates").glob("*.js"))]
N = 10_000
FLOOR = 0.02
"""The characters of the shorter text and the seconds of what is quick: a browser is quicker than Python."""
SLOW = """({ source, flags, units, n, more, floor, most }) => {
  const pattern = new RegExp(source, flags.includes("g") ? flags : `${flags}g`);
  const took = (text, least) => {
    let best = Infinity;
    for (let n = 0; n < 3 && best > least; n += 1) {
      const begin = performance.now();
      text.replace(pattern, "");
      best = Math.min(best, (performance.now() - begin) / 1000);
    }
    return best;
  };
  const text = (unit, end, length) => unit.repeat(length / unit.length + 1).slice(0, length) + end;
  return units.filter((unit) => ["", "\\x01"].some((end) => {
    const long = took(text(unit, end, more * n), floor);
    return long > floor && long / Math.max(took(text(unit, end, n), 0), 1e-6) > most;
  }));
}"""


def literals():
    """The patterns of all scripts, without comments, each with its flags."""
    for path in SCRIPTS:
        text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)
        yield from LITERAL.findall(text)


def slow(page, source, flags, units=()):
    units = units or sorted({unit for unit, _ in hostile(source)})
    given = {"source": source, "flags": flags, "units": units, "n": N, "more": MORE, "floor": FLOOR, "most": MOST}
    return page.evaluate(SLOW, given)


def test_every_pattern_of_the_scripts_is_linear(page):
    found = {*literals()}
    assert len(found) >= 6
    assert {source: wrong for source, flags in found if (wrong := slow(page, source, flags))} == {}


@pytest.mark.proof
def test_a_pattern_that_grows_with_the_square_is_found(page):
    assert slow(page, r"\([^)]+\)", "g", ["("]) and slow(page, r"^(.*?)(\^+)$", "", ["^"])
