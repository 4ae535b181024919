"""Read a sheet of an XLSForm as rows of named cells, in the languages that its headings name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from instruments.formats import workbooks
from instruments.formats.foreign.language_tags import tag_of
from instruments.formats.foreign.losses import Losses
from instruments.formats.foreign.plain_text import of_markdown
from instruments.formats.workbooks import Cell

_LAST_ROW: Final = 5000
_LAST_COLUMN: Final = 200
# what the columns of texts are called beside their own names
_SAME: Final = {"caption": "label", "value": "name", "list name": "list_name", "relevance": "relevant"}
_TRANSLATED: Final = frozenset(["label", "hint", "guidance_hint"])

Column = tuple[str, str]  # its name and the tag of its language, or ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row below the headings: `cells` are those with something in them, `places` where each stands."""

    place: str
    cells: Mapping[Column, str]
    places: Mapping[Column, str]

    def text(self, name: str) -> str:
        """Return what stands in a column without a language, or an empty text."""
        return self.cells.get((name, ""), "")

    def texts(self, name: str, losses: Losses) -> dict[str, str]:
        """Return language → text of a column, in plain letters, noting what in it cannot be kept."""
        found = {}
        for (column, language), written in self.cells.items():
            if column == name:
                paragraphs, contents = of_markdown(written)
                for what in contents:
                    losses.add(self.places[column, language], "text-content", what=what)
                if paragraphs:
                    found[language] = " ".join(paragraphs)
        return found


def read_table(sheet: Worksheet, unmarked: str, losses: Losses) -> Iterator[FormRow]:
    """Yield the rows of a sheet; texts in a column without a language are in `unmarked`.

    A cell that holds no text, such as a formula, is noted and left out, and so is a language without a tag.
    """
    columns: list[Column | None] = []
    for number, cells in workbooks.rows(sheet, _LAST_ROW, _LAST_COLUMN):
        if not columns:
            if any(isinstance(each, str) and each.strip() for each in cells):
                columns = _columns(cells, sheet.title, number, unmarked, losses)
            continue
        row = _row(columns, cells, sheet.title, number, losses)
        if row.cells:
            yield row


def languages_of(rows: Sequence[FormRow]) -> tuple[str, ...]:
    """Return the languages that labels are written in, in the order they are met."""
    return tuple(
        dict.fromkeys(
            language for row in rows for name, language in row.cells if name == "label" and language
        )
    )


def _columns(
    cells: Sequence[Cell], sheet: str, number: int, unmarked: str, losses: Losses
) -> list[Column | None]:
    found: list[Column | None] = []
    for place, cell in enumerate(cells, 1):
        head = " ".join(cell.split()) if isinstance(cell, str) else ""
        name, _, language = (part.strip() for part in head.replace("::", ":").partition(":"))
        name = _SAME.get(name.lower(), name.lower())
        column: Column | None = (name, "") if name else None
        if name in _TRANSLATED:
            tag = tag_of(language) if language else unmarked
            column = (name, tag) if tag else None
            if not tag:
                where = f"{sheet}!{get_column_letter(place)}{number}"
                losses.add(where, "language-unknown", language=language)
        elif language:
            # media and messages in a language
            column = (head.lower(), "")
        # of two columns of one name the first is read
        found.append(column if column not in found else None)
    return found


def _row(
    columns: Sequence[Column | None], cells: Sequence[Cell], sheet: str, number: int, losses: Losses
) -> FormRow:
    kept, places = {}, {}
    for at, (column, cell) in enumerate(zip(columns, cells, strict=False), 1):
        place = f"{sheet}!{get_column_letter(at)}{number}"
        if column is None:
            continue
        if isinstance(cell, str):
            if cell.strip():
                kept[column], places[column] = cell.strip(), place
        else:
            problem = cell.problems[0]
            losses.add(place, problem.code, **{name: str(value) for name, value in problem.values.items()})
    return FormRow(f"{sheet}!{number}", kept, places)
