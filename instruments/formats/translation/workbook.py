"""Write the translators' sheet: a workbook of all texts side by side, in which only texts can be changed."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from instruments.definition.loader import DefinitionDraft
from instruments.definition.texts import fill_terms, texts_of
from instruments.definition.toml_positions import KeyPath
from instruments.formats.translation.text_rows import SHARED, TextRow, TextRows, text_rows
from instruments.languages import LANGUAGES
from instruments.model import Version
from instruments.problems import refuse

TEXTS: Final = "Texts"  # the sheet that is written in
ABOUT: Final = "About"  # what the workbook belongs to
LEADING: Final = ("key", "edition", "about", "terms", "inherited in")  # the columns before those of languages
FORMAT: Final = "kjennetegn translation 1"
_AS_READ: Final = "As read"
_TERM: Final = re.compile(r"\{[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*\}")
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_NO_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the format demands one
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS: Final = (34, 15, 26, 26, 11)
_LANGUAGE_WIDTH: Final = 48
_CELL: Final = {"text_wrap": True, "valign": "top", "num_format": "@", "border": 1, "border_color": "#BBBBBB"}
_LOCKED: Final = {**_CELL, "font_color": "#444444", "bg_color": "#F2F2F2"}
_KINDS: Final = {
    ("name",): "What the edition is called.",
    ("rubric", "sign"): "What one would see at this level.",
    ("rubric", "evidence"): "The evidence to look for at this level.",
    ("questions",): "A question to talk about.",
    ("first_steps",): "Something to try.",
    ("heading",): "Stands over the items while they are answered; does not tell which answer is good.",
    ("definition",): "What the dimension is.",
    ("referent",): "The stem above the items.",
    ("promise",): "Who sees what; read before the first question.",
    ("introduction",): "A paragraph read before the first question.",
    ("title",): "What the questionnaire is called.",
    ("subtitle",): "What kind of form it is.",
    ("categories",): "An answer on the scale, from low to high.",
    ("unscored",): "An answer that is no point of the scale.",
    ("levels",): "The name of a level, from low to high.",
    ("terms",): "Words that are filled in where {term.form} stands.",
}
_EXPLAINED: Final = (
    "Write in the white cells of the sheet Texts. The rest is locked, and checked when it is read back.",
    "A row without an edition is used by all editions; a row with one is used instead of it in that edition.",
    "Grey slanted text is inherited: from the row of all editions, or from the version this one builds on.",
    "Writing something else there gives the place words of its own.",
    "Keep every {term.form}: the words for it are filled in for each edition. Its form may change.",
    "The sheet 'As read' shows the texts with the terms filled in for each edition. It is not read back.",
    "An empty row of a new language is a text that is missing; a new language needs all of them.",
)


def workbook_bytes(
    draft: DefinitionDraft, version: Version, source: str = "", new: Sequence[str] = ()
) -> bytes:
    """Return the workbook of a definition that was read whole (`library.read`).

    `source` is the language that is translated from, which is locked; the first one where it is empty. Each
    language of `new` gets an empty column. Raises Refused for a source the definition lacks
    (`source-missing`), and for a new language that is there already or no tag (`language-malformed`).
    """
    table = text_rows(draft)
    source = source or table.languages[0]
    _check_languages(table, source, new)
    content = BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as workbook:
        title = f"Kjennetegn: {table.reference}"
        workbook.set_properties({"title": title, "author": "", "created": _NO_MOMENT})
        sheet = _Writer(workbook, draft, version, source=source, languages=(*table.languages, *new))
        sheet.write_texts()
        sheet.write_as_read()
        sheet.write_about()
    return content.getvalue()


def _check_languages(table: TextRows, source: str, new: Sequence[str]) -> None:
    if source not in table.languages:
        fault = f"{table.reference} has no texts in {source[:20]!r}."
        raise refuse("source-missing", fault, f"Translate from one of {', '.join(table.languages)}.")
    for language in new:
        if language in table.languages:
            fault = f"{table.reference} is in {language!r} already."
            raise refuse("language-repeated", fault, "Its column is there without being asked for.")
        if not _TAG.fullmatch(language):
            fault = f"{language[:20]!r} is no tag of a language."
            raise refuse("language-malformed", fault, "Write a tag such as sv, fi or se.")


class _Writer:
    """Write the three sheets of one workbook."""

    def __init__(
        self,
        workbook: Any,  # noqa: ANN401 - xlsxwriter has no types
        draft: DefinitionDraft,
        version: Version,
        *,
        source: str,
        languages: tuple[str, ...],
    ) -> None:
        self.workbook, self.draft, self.version, self.table = workbook, draft, version, text_rows(draft)
        self.source, self.languages = source, languages
        self.head = workbook.add_format({**_LOCKED, "bold": True, "bg_color": "#DDDDDD"})
        self.locked = workbook.add_format(_LOCKED)
        self.open = workbook.add_format({**_CELL, "locked": False})
        self.inherited = workbook.add_format(
            {**_CELL, "locked": False, "italic": True, "font_color": "#666666"}
        )

    def write_texts(self) -> None:
        """Write the rows with what each language says, terms as they are written."""
        sheet = self._sheet(TEXTS)
        for line, row in enumerate(self.table.rows, 1):
            for column, text in enumerate(self._leading(row)):
                sheet.write_string(line, column, text, self.locked)
            for column, language in enumerate(self.languages, len(LEADING)):
                cell = row.cells.get(language)
                sheet.write_string(line, column, cell.text if cell else "", self._format(row, language))
        sheet.autofilter(0, 0, len(self.table.rows), len(LEADING) + len(self.languages) - 1)

    def write_as_read(self) -> None:
        """Write the same rows with the terms filled in, one for each edition that reads it otherwise."""
        sheet = self._sheet(_AS_READ)
        rows = ((row, edition) for row in self.table.rows for edition in self._readers(row))
        for line, (row, edition) in enumerate(rows, 1):
            for column, text in enumerate((row.key, edition, *self._leading(row)[2:])):
                sheet.write_string(line, column, text, self.locked)
            for column, language in enumerate(self.languages, len(LEADING)):
                sheet.write_string(line, column, self._filled(row, edition, language), self.locked)

    def write_about(self) -> None:
        """Write what the workbook belongs to, and how it is used."""
        sheet = self.workbook.add_worksheet(ABOUT)
        sheet.protect()
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 100)
        facts = [("format", FORMAT), ("questionnaire", self.table.reference), ("source", self.source)]
        facts += [(f"digest {tag}", self.table.digest(tag)) for tag in self.table.languages]
        facts += [("", sentence) for sentence in _EXPLAINED]
        for line, (name, value) in enumerate(facts):
            sheet.write_string(line, 0, name, self.locked)
            sheet.write_string(line, 1, value, self.locked)

    def _sheet(self, name: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        sheet = self.workbook.add_worksheet(name)
        sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
        sheet.freeze_panes(1, 2)
        heads = (*LEADING, *(heading(language) for language in self.languages))
        for column, head in enumerate(heads):
            width = _WIDTHS[column] if column < len(LEADING) else _LANGUAGE_WIDTH
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, self.head)
        return sheet

    def _format(self, row: TextRow, language: str) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        if language == self.source:
            return self.locked
        cell = row.cells.get(language)
        return self.inherited if cell and cell.inherited else self.open

    def _leading(self, row: TextRow) -> tuple[str, ...]:
        inherited = ", ".join(tag for tag, cell in row.cells.items() if cell.inherited)
        return row.key, row.edition, self._about(row.path), "\n".join(self._terms(row)), inherited

    def _about(self, path: KeyPath) -> str:
        names = [each for each in path if isinstance(each, str)]
        if names[0] == "items":
            item = self.version.items[self.version.item_columns[names[1]]]
            return f"Item: {item.indicator}{' (reversed)' if item.reverse else ''}."
        if names[0] == "dimensions":
            own = tuple(names[2:])
            level = f" ({self.version.levels.ids[int(path[3])]})" if own[0] == "rubric" else ""
            return _KINDS.get(own, "The name of the dimension.") + level
        return _KINDS.get((names[0],), "")

    def _terms(self, row: TextRow) -> Iterator[str]:
        """Yield each term of the source's text with its words, in the editions that use the row."""
        text = row.cells[self.source].text if self.source in row.cells else ""
        asked = [row.edition] if row.edition else list(self.table.editions)
        for term in dict.fromkeys(_TERM.findall(text)):
            words = (self._filled_in(term, edition) for edition in asked)
            yield f"{term}: {' · '.join(dict.fromkeys(each for each in words if each))}"

    def _filled_in(self, term: str, edition: str) -> str:
        if self.source not in self.table.editions[edition]:
            return ""
        return fill_terms(term, texts_of(self.draft.tree, edition, self.source)["terms"])

    def _readers(self, row: TextRow) -> Sequence[str]:
        """Return the editions that a row is shown for: all that use it, where terms make a difference."""
        if row.edition or not any(_TERM.search(cell.text) for cell in row.cells.values()):
            return [row.edition]
        return [name for name in self.table.editions if (row.key, name) not in self.table.by_place] or [
            SHARED
        ]

    def _filled(self, row: TextRow, edition: str, language: str) -> str:
        cell = row.cells.get(language)
        if cell is None or language not in self.table.editions.get(edition, self.table.languages):
            return ""
        # a text of all editions that is shown once has no terms
        terms = texts_of(self.draft.tree, edition, language).get("terms", {}) if edition else {}
        return fill_terms(cell.text, terms) if terms else cell.text


def heading(language: str) -> str:
    """Return the head of a language's column: its tag, and its name where it is known."""
    return f"{language} ({LANGUAGES[language].full_name})" if language in LANGUAGES else language
