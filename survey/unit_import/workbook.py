"""Read a workbook (XLSX): the values of its first visible sheet, and a refusal in each cell that has none."""

from typing import Final

from instruments.formats import workbooks
from instruments.formats.workbook_bounds import TooLarge, Unreadable
from survey.unit_import.grid import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_ROWS_ABOVE,
    Grid,
    too_large,
    too_long,
    unreadable,
)

_LAST_ROW: Final = MOST_ROWS + MOST_ROWS_ABOVE


def read(content: bytes) -> Grid:
    """Return the rows of a workbook.

    Raises Refused: `sheet-format` where it is no workbook or damaged, `sheet-too-large`, `sheet-too-long`.
    """
    try:
        book = workbooks.opened(content)
    except TooLarge:
        raise too_large() from None
    except Unreadable:
        raise unreadable() from None
    visible = [each for each in book.sheets if each.sheet_state == "visible" and not workbooks.is_empty(each)]
    if not visible:
        return Grid((), "")
    if book.last_row > _LAST_ROW:
        raise too_long()
    return Grid(list(workbooks.rows(visible[0], _LAST_ROW, MOST_COLUMNS)), visible[0].title)
