"""Look for what stands out of its box, on many pages at many widths within one page of Chromium."""

import re
from pathlib import Path

from tests.paths import REPOSITORY

WIDTHS = (320, 360, 390, 768, 1280)
HEIGHT = 740
# WCAG 1.4.12: what a reader may set, and must be able to
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
_STANDING_OUT = Path(__file__).with_name("layout.js").read_text("utf-8")
_STYLE = (REPOSITORY / "survey" / "web" / "static" / "kjennetegn.css").read_text("utf-8")
_LINK = re.compile(r'<link rel="stylesheet"[^>]*>')
# a frame has a width of its own, to which the style sheet's media queries answer: no window is resized
_FRAME = """<!doctype html><html lang="en"><title>Layout</title>
<body style="margin:0"><iframe style="border:0;height:740px"></iframe></body></html>"""
_LOOK = """([html, widths, spacing, height]) => {
  const standingOut = STANDING_OUT;
  const frame = document.querySelector("iframe"), found = {};
  frame.style.height = height + "px";
  const inner = frame.contentDocument;
  inner.open(); inner.write(html); inner.close();
  const spaced = inner.createElement("style");
  spaced.textContent = spacing;
  for (const width of widths) for (const far of [false, true]) {
    if (far) inner.head.append(spaced); else spaced.remove();
    frame.style.width = width + "px";
    const faults = standingOut(inner), beyond = inner.documentElement.scrollWidth - width;
    if (beyond > 0) faults.push(`the page is ${beyond} px wider than its frame`);
    if (faults.length) found[width + (far ? " spaced" : "")] = faults;
  }
  return found;
}""".replace("STANDING_OUT", _STANDING_OUT)
_MEASURE = """([html, width, height, selector]) => {
  const frame = document.querySelector("iframe");
  frame.style.height = height + "px"; frame.style.width = width + "px";
  const inner = frame.contentDocument;
  inner.open(); inner.write(html); inner.close();
  return [inner.documentElement.scrollHeight, inner.querySelector(selector).getBoundingClientRect().bottom];
}"""
_MOVED = """([html, widths, selector]) => {
  const frame = document.querySelector("iframe");
  const inner = frame.contentDocument;
  inner.open(); inner.write(html); inner.close();
  return widths.map(width => {
    frame.style.width = width + "px";
    return [...inner.querySelectorAll(selector)].filter(each => each.scrollWidth > each.clientWidth).length;
  });
}"""

_BROKEN = """([html, widths, longest]) => {
  const frame = document.querySelector("iframe"), found = {};
  const inner = frame.contentDocument;
  inner.open(); inner.write(html); inner.close();
  for (const width of widths) {
    frame.style.width = width + "px";
    const texts = inner.createTreeWalker(inner.body, NodeFilter.SHOW_TEXT), range = inner.createRange();
    while (texts.nextNode()) {
      const text = texts.currentNode;
      // what only a screen reader meets has no lines
      if (!text.parentElement.checkVisibility() || text.parentElement.clientWidth === 1) continue;
      for (const word of text.data.matchAll(/\\p{L}+/gu)) {
        if (word[0].length > longest) continue;
        range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) (found[width] ??= []).push(word[0]);
      }
    }
  }
  return found;
}"""


def set_text_size(page, percent):
    """Set the size of letters that a reader's browser is set to, and wait until the page has it."""
    sizes = {"standard": 16 * percent // 100, "fixed": 13 * percent // 100}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    page.wait_for_function(
        "size => getComputedStyle(document.documentElement).fontSize === `${size}px`", arg=sizes["standard"]
    )


def set_size(page, size):
    """Set how large the screen is, and wait until the page has it."""
    page.set_viewport_size(size)
    page.wait_for_function(
        "([width, height]) => innerWidth === width && innerHeight === height", arg=[*size.values()]
    )


class Layout:
    """One page of Chromium in which pages are laid out."""

    def __init__(self, page):
        self.page = page
        page.set_content(_FRAME)

    def standing_out(self, html, widths=WIDTHS):
        """What stands out of its box at each width, with and without the spacing a reader may set."""
        return self.page.evaluate(_LOOK, [styled(html), list(widths), SPACING, HEIGHT])

    def broken_words(self, html, widths, longest):
        """The words of at most so many letters that go on on another line, by the widths that have any."""
        return self.page.evaluate(_BROKEN, [styled(html), list(widths), longest])

    def moved_sideways(self, html, widths, selector):
        """At each width, how many of the parts that the selector finds hold more than they are wide."""
        return self.page.evaluate(_MOVED, [styled(html), list(widths), selector])

    def height(self, html, selector, width=360):
        """How high a page is, and how far down the lower edge of a part of it, in pixels."""
        return self.page.evaluate(_MEASURE, [styled(html), width, HEIGHT, selector])


def styled(html):
    """The page with our style sheet in it instead of a link to it."""
    return _LINK.sub(lambda _: f"<style>{_STYLE}</style>", html)


def standing_out_of(page):
    """What stands out of its box on a page that a browser shows, as it is."""
    return page.evaluate(f"() => ({_STANDING_OUT})(document)")
