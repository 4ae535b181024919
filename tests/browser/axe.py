"""Run axe-core over many pages within one page of Chromium, and read in only once."""

from pathlib import Path

import axe_playwright_python

_SOURCE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
# a document that is opened anew keeps its window, and axe in it
_LOOK = """async ([html, options]) => {
  document.open(); document.write(html); document.close();
  const found = await axe.run(document, options);
  return found.violations.map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120))]);
}"""
_GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_SEEN = ("color-contrast", "target-size")  # what depends on colours and sizes, and not on what is said

EVERYTHING = {"runOnly": _GUIDELINES}
SEEN = {"runOnly": list(_SEEN)}
SAID = {"runOnly": _GUIDELINES, "rules": {rule: {"enabled": False} for rule in _SEEN}}


class Axe:
    """One page of Chromium in which pages are looked at, as wide and in the colours that it is set to."""

    def __init__(self, page):
        self.page = page
        page.set_content('<!doctype html><html lang="en"><title>axe</title>')
        page.evaluate(f"{_SOURCE};0")

    def faults(self, html, rules=EVERYTHING):
        """What axe finds on a page: each rule, and the parts that break it."""
        return self.page.evaluate(_LOOK, [html, {**rules, "resultTypes": ["violations"], "preload": False}])
