"""Look for what stands out of its box, on many pages at many widths within one page of Chromium."""

import re
from pathlib import Path

from tests.paths import REPOSITORY

WIDTHS = (320, 360, 390, 768, 1280)
HEIGHT = 740
# WCAG 1.4.12: what a reader may set, and must be able to
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
SPACINGS = ("", SPACED)
_STANDING_OUT = Path(__file__).with_name("layout.js").read_text("utf-8")
_CONTRASTS = Path(__file__).with_name("contrasts.js").read_text("utf-8")
_STYLE = (REPOSITORY / "survey" / "web" / "static" / "kjennetegn.css").read_text("utf-8")
_LINK = re.compile(r'<link rel="stylesheet"[^>]*>')
# a frame has a width of its own, to which the style sheet's media queries answer: no window is resized.
# It is below all that is seen, where nothing is painted, which takes as long as to lay out
_FRAME = f"""<!doctype html><html lang="en"><title>Layout</title>
<body><iframe style="border:0;height:{HEIGHT}px;position:absolute;top:9000px"></iframe></body></html>"""
# what is read once: the style sheet, and our functions
_SET_UP = """style => {
  const frame = document.querySelector("iframe");
  let known, sheet;
  window.standingOut = STANDING_OUT;
  window.contrasts = CONTRASTS;
  window.resize = (width) => { frame.style.width = width + "px"; };
  window.show = (html) => {
    const inner = frame.contentDocument, plain = html.replace(/<link rel="stylesheet"[^>]*>/, "");
    // a page that comes anew after seconds leaves another document behind
    if (inner !== known) {
      known = inner;
      sheet = new inner.defaultView.CSSStyleSheet();
      sheet.replaceSync(style);
    }
    inner.open(); inner.write(plain); inner.close();
    inner.adoptedStyleSheets = plain === html ? [] : [sheet];
    return inner;
  };
}""".replace("STANDING_OUT", _STANDING_OUT).replace("CONTRASTS", _CONTRASTS)
_LOOK = """([html, widths, spacings]) => {
  const inner = show(html), found = {}, spaced = inner.createElement("style");
  // the whole page gets its style anew with other spacing, and with another width at few
  for (const spacing of spacings) {
    spaced.textContent = spacing;
    inner.head.append(spaced);
    for (const width of widths) {
      resize(width);
      const faults = standingOut(inner), beyond = inner.documentElement.scrollWidth - width;
      if (beyond > 0) faults.push(`the page is ${beyond} px wider than its frame`);
      if (faults.length) found[width + (spacing ? " spaced" : "")] = faults;
    }
  }
  return found;
}"""
_MEASURE = """([html, width, selector]) => {
  resize(width);
  const inner = show(html);
  return [inner.documentElement.scrollHeight, inner.querySelector(selector).getBoundingClientRect().bottom];
}"""
_CONTRAST = """([html, width]) => {
  resize(width);
  return contrasts(show(html));
}"""
_MOVED = """([html, widths, selector]) => {
  const inner = show(html);
  return widths.map(width => {
    resize(width);
    return [...inner.querySelectorAll(selector)].filter(each => each.scrollWidth > each.clientWidth).length;
  });
}"""

_BROKEN = """([html, widths, longest]) => {
  const inner = show(html), found = {};
  for (const width of widths) {
    resize(width);
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
    """One page of Chromium in which pages are laid out, with our style sheet where they link to it."""

    def __init__(self, page):
        self.page = page
        page.set_content(_FRAME)
        page.evaluate(_SET_UP, _STYLE)

    def standing_out(self, html, widths=WIDTHS, spacings=SPACINGS):
        """What stands out of its box at each width, with and without the spacing a reader may set."""
        return self.page.evaluate(_LOOK, [html, list(widths), list(spacings)])

    def broken_words(self, html, widths, longest):
        """The words of at most so many letters that go on on another line, by the widths that have any."""
        return self.page.evaluate(_BROKEN, [html, list(widths), longest])

    def moved_sideways(self, html, widths, selector):
        """At each width, how many of the parts that the selector finds hold more than they are wide."""
        return self.page.evaluate(_MOVED, [html, list(widths), selector])

    def contrasts(self, html, width):
        """What the contrast of each text depends on: where it is equal, so is the contrast."""
        return set(self.page.evaluate(_CONTRAST, [html, width]))

    def height(self, html, selector, width=360):
        """How high a page is, and how far down the lower edge of a part of it, in pixels."""
        return self.page.evaluate(_MEASURE, [html, width, selector])


def styled(html):
    """The page with our style sheet in it instead of a link to it."""
    return _LINK.sub(lambda _: f"<style>{_STYLE}</style>", html)


def standing_out_of(page):
    """What stands out of its box on a page that a browser shows, as it is."""
    return page.evaluate(f"() => ({_STANDING_OUT})(document)")
