"""The report's page in typst, the limit: the same words, tables and figures, tagged as ours are."""

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import typst
from weasyprint import HTML

from reports.pdf import letters

PREAMBLE = """#set document(title: [{title}])
#set page(paper: "a4", margin: (x: 15mm, top: 12mm, bottom: 14mm),
  footer: context [{title} #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: "IBM Plex Sans", size: 8.1pt, lang: "nb")
#set par(leading: .45em, spacing: .6em)
#set table(stroke: none, inset: (x: .6mm, y: .7mm), fill: (_, row) => if calc.odd(row) {{ rgb("#F6F5F2") }})
"""
WIDTHS = {"picture": 120, "bars": 104, "single": 104, "whole": 180}  # mm, as in the report
SIDE_BY_SIDE = {"two": 2, "three": 3}
SPECIAL = re.compile(r"([#$@*_<>\[\]\\`~/=+-])")


def compiling(pages: Sequence[str], folder: Path) -> Callable[[], object]:
    """Return what compiles the next of these pages in typst, tagged as ours are, at each call."""
    sources = [folder / str(k) / "report.typ" for k in range(len(pages))]
    for source, page in zip(sources, pages, strict=True):
        source.parent.mkdir()
        source.write_text(_Document(source.parent).source(page), encoding="utf-8")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(letters.FONTS)])
    waiting = iter(sources)
    return lambda: typst.compile(str(next(waiting)), format="pdf", font_paths=fonts, pdf_standards=["ua-1"])


class _Document:
    """Every word, table and figure of a page of ours, on the same pages, with typst's own looks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.figures = 0

    def source(self, page: str) -> str:
        """Return the source; write its figures beside it."""
        tree = HTML(string=page).etree_element
        title = _plain(tree.findtext(".//title"))
        return PREAMBLE.format(title=title) + "\n\n".join(self.blocks(tree.find("body")))

    def blocks(self, parent: Element) -> Iterator[str]:
        kinds = set((parent.get("class") or "").split())
        if "page" in kinds:
            yield "#pagebreak(weak: true)"
        if columns := sum(SIDE_BY_SIDE.get(kind, 0) for kind in kinds):
            cells = ", ".join("[" + "\n\n".join(self.blocks(each)) + "]" for each in parent)
            yield f"#grid(columns: (1fr,) * {columns}, gutter: 6mm, {cells})"
            return
        for each in parent:
            yield from self.block(each, kinds)

    def block(self, element: Element, around: set[str]) -> Iterator[str]:
        tag = element.tag
        if tag in {"h1", "h2", "h3", "h4"}:
            yield f"{'=' * int(tag[1])} {_inline(element)}"
        elif tag == "p":
            yield _inline(element)
        elif tag in {"ul", "ol"}:
            yield "\n".join(f"{'-' if tag == 'ul' else '+'} {_inline(each)}" for each in element)
        elif tag == "img":
            yield self.figure(element, around)
        elif tag == "table":
            yield _table(element)
        elif element.get("class") == "line":
            yield "#v(8mm) #line(length: 100%, stroke: .3pt)"
        else:
            yield from self.blocks(element)

    def figure(self, image: Element, around: set[str]) -> str:
        name, self.figures = f"{self.figures}.svg", self.figures + 1
        drawing = base64.b64decode(image.attrib["src"].partition(",")[2])
        (self.folder / name).write_bytes(drawing)
        kinds = around | set((image.get("class") or "").split())
        width = next(mm for kind, mm in WIDTHS.items() if kind in kinds)
        alternative = image.attrib["alt"].replace("\\", "").replace('"', "")
        drawn = f'image("{name}", width: {width}mm, alt: "{alternative}")'
        return f"#place(dx: 65mm, {drawn})" if around & {"bars", "single"} else f"#{drawn}"


def _table(table: Element) -> str:
    rows = [[f"[{_inline(cell)}]" for cell in row] for row in table.iter("tr")]
    if table.find("thead") is not None:
        rows[0] = [f"table.header({', '.join(rows[0])})"]
    columns = max(len(row) for row in table.iter("tr"))
    return f"#table(columns: (4fr, {'1fr, ' * (columns - 1)}), {', '.join(', '.join(row) for row in rows)})"


def _inline(element: Element) -> str:
    wrapped = {"strong": "#strong[{}]", "em": "#emph[{}]"}
    inside = [wrapped.get(each.tag, "{}").format(_inline(each)) + _plain(each.tail) for each in element]
    return _plain(element.text) + "".join(inside)


def _plain(text: str | None) -> str:
    return SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text or ""))
