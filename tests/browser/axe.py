"""Run axe-core over many pages within one page of Chromium, and read in only once."""

from pathlib import Path

import axe_playwright_python

from tests.browser.layout import styled

_SOURCE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
# a document that is opened anew keeps its window, and axe in it
_LOOK = """async ([html, options]) => {
  document.open(); document.write(html); document.close();
  const found = await axe.run(document, options);
  return found.violations.map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120))]);
}"""
_GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _all_but(*left_out):
    return {"runOnly": _GUIDELINES, "rules": {rule: {"enabled": False} for rule in left_out}}


CONTRAST = {"runOnly": ["color-contrast"]}
SIZES = {"runOnly": ["target-size"]}
ALL_BUT_CONTRAST = _all_but("color-contrast")
SAID = _all_but("color-contrast", "target-size")  # what depends on neither colours nor sizes


class Axe:
    """One page of Chromium in which pages are looked at, as wide and in the colours that it is set to."""

    def __init__(self, page):
        self.page = page
        page.set_content('<!doctype html><html lang="en"><title>axe</title>')
        page.evaluate(f"{_SOURCE};0")

    def faults(self, html, rules):
        """What axe finds on a page with our style in it: each rule, and the parts that break it."""
        return self.page.evaluate(
            _LOOK, [styled(html), {**rules, "resultTypes": ["violations"], "preload": False}]
        )
