"""Make plain text of what other programs format: HTML, Markdown, references to other answers."""

import re
from html.parser import HTMLParser
from typing import Final

from instruments.formats.workbook_bounds import TooLarge

_MOST_SIGNS: Final = 2000  # that begin a tag: each that none ends is looked for to the end of the text
_LONGEST: Final = 20_000  # characters that are read of one text; none of a definition has a tenth of them
_WORD_JOINER: Final = "\N{WORD JOINER}"  # what our own export parts signs of Markdown and HTML with
_IS_HTML: Final = re.compile(r"<[A-Za-z/!]|&#?\w+;")
_SECTION: Final = re.compile(r"<!\[[^<>]*>")
_PARTED: Final = frozenset(
    ["p", "div", "br", "li", "ul", "ol", "tr", "td", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"]
)
_UNSEEN: Final = frozenset(["script", "style", "head", "template"])
_CONTENTS: Final = {
    "img": "an image", "a": "a link", "audio": "a sound", "video": "a film", "iframe": "another page",
    "object": "another page", "embed": "another page", "script": "a script",
}  # fmt: skip
_REFERENCE: Final = "a reference to another answer"
# in this order: escapes are taken back last, since what they escape is none of the others
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_STRONG: Final = re.compile(r"(?<!\\)(\*\*|__)(?=\S)([^*_]*)(?<=\S)\1")
_SLANTED: Final = re.compile(r"(?<![\\\w*])([*_])(?=\S)([^*_\\]*)(?<=[^\s\\])\1(?!\w)")
_HEADING: Final = re.compile(r"^#{1,6} +")
_ESCAPED: Final = re.compile(r"\\([\\*_#])")
_XLSFORM_REFERENCE: Final = re.compile(r"\$\{[^{}]*\}")
_EXPRESSION: Final = re.compile(r"\{[^{}\s][^{}]*\}")


class _Reader(HTMLParser):
    """Collect the paragraphs of an HTML text, and what in it is no text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]
        self.contents: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _CONTENTS:
            self.contents.append(_CONTENTS[tag])
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _PARTED:
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _PARTED:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.paragraphs[-1] += data


def of_html(text: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a text of LimeSurvey, and what in it cannot be kept, in words.

    Expressions such as {TOKEN:FIRSTNAME} become a sign that something is left out.
    """
    # before its letters are read: a brace of a text is written as &#123;
    shown, references = _EXPRESSION.subn("…", text)
    paragraphs, contents = _paragraphs(shown)
    return paragraphs, contents + [_REFERENCE] * bool(references)


def of_markdown(text: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a label of an XLSForm, and what in it cannot be kept, in words."""
    shown, references = _XLSFORM_REFERENCE.subn("…", text)
    paragraphs, contents = _paragraphs(shown)
    if any(_LINK.search(each) for each in paragraphs):
        contents.append(_CONTENTS["a"])
    plain = [_without_markdown(each) for each in paragraphs]
    return [each for each in plain if each], contents + [_REFERENCE] * bool(references)


def _paragraphs(text: str) -> tuple[list[str], list[str]]:
    text = text[:_LONGEST]
    if text.count("<") > _MOST_SIGNS:
        raise TooLarge
    lines = [text]
    contents: list[str] = []
    if _IS_HTML.search(text):
        reader = _Reader()
        reader.feed(_readable(text))
        reader.close()
        lines, contents = reader.paragraphs, reader.contents
    tidy = [" ".join(each.split()) for line in lines for each in re.split(r"\n\s*\n", line)]
    return [each for each in tidy if each.replace(_WORD_JOINER, "")], contents


def _readable(text: str) -> str:
    """Return HTML without what the parser of Python fails at, or reads again for each sign behind it."""
    # as Word writes them: <![if !supportLists]>
    parted = _SECTION.sub("", text).replace("<![", "&lt;![")
    end = parted.rfind(">") + 1
    # what nothing ends is no tag
    return parted[:end] + parted[end:].replace("<", "&lt;")


def _without_markdown(text: str) -> str:
    plain = _LINK.sub(r"\1", _HEADING.sub("", text))
    plain = _SLANTED.sub(r"\2", _STRONG.sub(r"\2", plain))
    return _ESCAPED.sub(r"\1", plain).replace(_WORD_JOINER, "").strip()
