"""axe-core, the rules for accessible pages, run inside the page."""

from functools import cache
from pathlib import Path

import axe_playwright_python

RUN = """async (rules) => {
  const found = await axe.run(document, {
    ...rules,
    resultTypes: ["violations"],
    preload: false,
  });
  const tell = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`);
  return found.violations.flatMap(tell);
}"""

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


def violations(page):
    """What is wrong on the page in light and in dark. Between the two only colors differ."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    found = []
    for scheme, rules in (("light", ALL), ("dark", COLORS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {line}" for line in page.evaluate(RUN, rules)]
    return found
