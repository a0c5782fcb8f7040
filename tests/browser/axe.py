"""axe-core, the rules for accessible pages, run inside the page."""

from functools import cache
from pathlib import Path

import axe_playwright_python

RUN = """async ([rules, explained]) => {
  const found = await axe.run(document, { ...rules, resultTypes: ["violations", "incomplete"], preload: false });
  const why = (node) => [...node.any, ...node.all, ...node.none].map(({ id, data }) => data?.messageKey ?? id);
  const tell = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary} (${why(node)})`);
  for (const rule of found.incomplete) {
    rule.nodes = rule.nodes.filter((node) => !why(node).every((key) => explained.includes(key)));
  }
  return [...found.violations, ...found.incomplete].flatMap(tell);
}"""
"""What is wrong, and what axe could not decide, such as a text in the very color of its ground, without a reason."""

EXPLAINED = {
    "bgOverlap": "another element lies over the text: the bar, until one scrolls",
    "elmPartiallyObscured": "the same, over a part of it",
    "elmPartiallyObscuring": "the same, of the element that lies above",
    "imgNode": "a text in the picture of a map",
    "shortTextContent": "a single letter or number",
}
"""What axe can't decide of the contrast of a text, and why test_contrast.py can: it computes that contrast itself."""

CONTRAST = "color-contrast-enhanced"
ALL = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {CONTRAST: {"enabled": True}},
}
"""The rule for 7:1 says nothing of what is below 4.5:1, so that both are needed."""
COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast", CONTRAST]}}


@cache
def source():
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def run(page, rules):
    """What is wrong on the page as it is, and what can't be decided."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    return page.evaluate(RUN, [rules, list(EXPLAINED)])


def violations(page):
    """What is wrong on the page in light and in dark. Between the two only colors differ."""
    found = []
    for scheme, rules in (("light", ALL), ("dark", COLORS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {line}" for line in run(page, rules)]
    return found
