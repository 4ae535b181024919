"""Rows that are packed come out as they went in, in the order of their waves, whatever is read of them."""

import itertools
from datetime import date

import pytest

from reports.disclosure.released import SUPPRESSED
from reports.exports.columns import NOT_APPLICABLE
from reports.exports.packed_rows import Packing

DAY = date(2026, 3, 1)
ROWS = {
    "b": [("b", 1, 0.1, SUPPRESSED), ("b", 0, 1.0, NOT_APPLICABLE)],
    "a": [("a", -3, 1e-9, "=1"), ("a", 1, 3.30, "å\n")],
    "c": [],
}


def packed(finish=tuple):
    packing = Packing()
    for name, rows in ROWS.items():
        packing.add((name, DAY, ""), rows[0][:1] if rows else [], [row[1:] for row in rows])
    return packing.rows(finish)


def test_every_cell_is_what_it_was_by_value_and_by_type():
    assert list(packed()) == [*ROWS["a"], *ROWS["b"]]
    told = [cell for row in packed() for cell in row]
    given = [cell for row in (*ROWS["a"], *ROWS["b"]) for cell in row]
    assert [type(cell) for cell in told] == [type(cell) for cell in given]
    assert told[11] is SUPPRESSED


def test_a_row_or_some_are_found_by_their_place():
    rows = packed()
    assert len(rows) == 4
    assert [rows[place] for place in range(4)] == list(rows)
    assert rows[-1] == rows[3]
    assert rows[1:3] == list(rows)[1:3]
    with pytest.raises(IndexError):
        rows[4]


def test_what_is_filled_in_later_is_filled_in_at_each_reading():
    count = itertools.count()
    rows = packed(lambda row: (*row, next(count)))
    assert [row[-1] for row in rows] == [0, 1, 2, 3]
    assert [row[-1] for row in rows] == [4, 5, 6, 7]


def test_what_is_no_cell_is_not_packed():
    with pytest.raises(TypeError, match="date is no cell"):
        Packing().add(("a", DAY, ""), [DAY], [])
