"""axe-core, the rules for accessible pages, run inside the page."""

from functools import cache
from pathlib import Path

import axe_playwright_python

RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "color-contrast-enhanced": { enabled: true } },
    resultTypes: ["violations"],
    preload: false,
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`));
}"""


@cache
def source():
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page):
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    return page.evaluate(RUN)
