"""Files of units as people save them: what is read of each, and what is said of those that cannot be."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.languages import LANGUAGES
from instruments.problems import Refused
from survey.store.tables import KINDS
from survey.unit_import import columns, entries, grid, sheet
from survey.unit_import.columns import SheetColumn
from tests.survey.unit_import.sheets import (
    ASKEN,
    BJERKA,
    HEADINGS,
    ROWS,
    TOWN,
    content,
    numbered,
    text,
    workbook,
)


def said(file):
    """What the rows of a file say, and the codes of what is wrong in them, by row and column."""
    read, faults = entries.of_sheet(sheet.read(file))
    return read, {(each.row, each.column and each.column.value): each.problem.code for each in faults}


def names(file):
    return [each.name for each in said(file)[0]]


def codes(rows, headings=HEADINGS):
    return said(content(rows, headings))[1]


QUOTED = '"ola@skole.no, kari@skole.no"'


@pytest.mark.parametrize(
    "file",
    [
        content(), content(delimiter="\t"), content(encoding="utf-8-sig"),
        content(encoding="utf-16"),
        content(encoding="cp1252"), b"\xfe\xff" + content(encoding="utf-16-be"),
        b"sep=;\r\n" + content(), content().replace(b"\r\n", b"\n"), content().replace(b"\r\n", b"\r"),
        b"\r\n;;\r\n" + content(), b"Enheter i kommunen\r\n" + content(), workbook(),
        text().replace("ola@skole.no, kari@skole.no", QUOTED).replace(";", ",").encode(),
    ],
)  # fmt: skip
def test_the_same_is_read_of_every_format_encoding_and_delimiter(file):
    read, faults = said(file)
    assert faults == {}
    assert [each.name for each in read] == ["Fjordby", "Asken skole", "Bjerka barnehage"]
    assert read[1].organisation_number == "974760673"
    assert (read[1].kind, read[1].edition, read[1].language) == ("workplace", "skole", "nn")
    assert (read[1].parent, read[1].leader, read[1].invited) == ("Fjordby", ("kari@skole.no",), 24)
    assert (read[2].kind, read[2].edition, read[2].invited) == (None, "barnehage", None)
    assert read[2].leader == ("ola@skole.no", "kari@skole.no")


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_kinds_and_languages_are_read_in_every_language_in_any_order_and_case(language):
    order = [*reversed(SheetColumn)]
    headings = [columns.heading(column, language) for column in order]
    for written in (headings, [each.upper() for each in headings], [each.lower() for each in headings]):
        assert [columns.column_of(each) for each in written] == order
    assert [columns.kind_of(columns.kind_name(kind, language)) for kind in KINDS] == list(KINDS)
    assert columns.language_of(LANGUAGES[language].name) == language
    row = {SheetColumn.NAME: "Asken", SheetColumn.EDITION: "skole", SheetColumn.LEADER: "kari@skole.no"}
    [entry] = said(content([[row.get(column, "") for column in order]], headings))[0]
    assert (entry.name, entry.edition, entry.leader) == ("Asken", "skole", ("kari@skole.no",))


def test_no_word_means_two_columns_or_two_kinds():
    for table, found in (("columns", [each.value for each in SheetColumn]), ("kinds", KINDS)):
        meanings = set(columns._words(table, found))
        words = {word for word, _ in meanings}
        assert len(words) == len(meanings) > len(found)


def test_an_edition_is_known_by_its_id_and_by_its_name_in_each_language():
    known = columns.known_editions()
    assert {known[each] for each in ("skole", "skule", "school")} == {"skole"}
    assert {known[each] for each in ("kindergarten", "barnehage")} == {"barnehage"}
    assert columns.edition_name("skole", "nn") == "Skule"


def test_rows_keep_their_number_in_the_file_and_empty_ones_are_passed_over():
    rows = (TOWN, ("",) * 8, (" ", "\N{NO-BREAK SPACE}", *("",) * 6), ASKEN)
    for file in (content(rows), workbook(rows)):
        assert [each.row for each in said(file)[0]] == [2, 5]


def test_a_text_is_one_line_of_composed_letters():
    row = ("", "  A\N{COMBINING RING ABOVE}sen\N{NO-BREAK SPACE}\n skole ", "", "skole", "", "", "", "")
    assert names(workbook([row])) == ["Åsen skole"]


def test_numbers_of_a_workbook_are_read_as_they_are_shown():
    row = (974760673.0, "Asken", None, "skole", None, None, None, 24.0)
    [entry] = said(workbook([row]))[0]
    assert (entry.organisation_number, entry.invited) == ("974760673", 24)


@pytest.mark.parametrize(
    ("column", "written", "code"),
    [
        ("organisation_number", "974760674", "organisation-number-check"),
        ("organisation_number", "12", "organisation-number-form"),
        ("name", "", "name-missing"),
        ("name", "x" * 201, "unit-name-length"),
        ("name", "Skole 你", "letter-unprintable"),
        ("name", "Skole\N{ZERO WIDTH SPACE}", "letter-unprintable"),
        ("kind", "Rakett", "kind-unknown"),
        ("edition", "universitet", "edition-unlisted"),
        ("language", "svensk", "language-none"),
        ("leader", "kari", "address-form"),
        ("leader", f"{'x' * 250}@a.no", "address-form"),
        ("leader", "kari@skole.no, Kari@skole.no", "leader-repeated"),
        ("invited", "0", "invited-form"),
        ("invited", "5001", "invited-form"),
        ("invited", "24.5", "invited-form"),
        ("invited", "²4", "invited-form"),
        ("invited", "mange", "invited-form"),
    ],
)  # fmt: skip
def test_each_fault_of_a_cell_has_its_row_its_column_and_its_code(column, written, code):
    row = dict(zip((each.value for each in SheetColumn), ASKEN, strict=True))
    assert codes([TOWN, tuple({**row, column: written}.values())]) == {(3, column): code}


def test_a_cell_that_was_divided_by_its_own_sign_is_noticed():
    unquoted = content([(*BJERKA[:6], "ola@skole.no;kari@skole.no", "24")])
    assert said(unquoted)[1] == {(2, None): "row-longer", (2, "invited"): "invited-form"}


def test_all_faults_of_all_rows_are_found_at_once():
    wrong = ("1", "", "Rakett", "x", "", "svensk", "kari", "mange")
    found = codes([wrong, wrong])
    assert {row for row, _ in found} == {2, 3}
    assert len(found) == 2 * 7


def arranged(arrange):
    return workbook(arrange=arrange)


def refused_cells(row, column, *, value):
    def arrange(book):
        book.active.cell(row, column).value = value

    return arranged(arrange)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (refused_cells(3, 2, value="=A1"), {(3, "name"): "cell-formula"}),
        (refused_cells(3, 2, value="#REF!"), {(3, "name"): "cell-error"}),
        (refused_cells(3, 8, value=date(2026, 1, 24)), {(3, "invited"): "cell-date"}),
        (refused_cells(3, 8, value=True), {(3, "invited"): "invited-form"}),
        (
            arranged(lambda book: book.active.merge_cells("E3:E4")),
            {(3, "parent"): "cell-merged", (4, "parent"): "cell-merged"},
        ),
    ],
)
def test_a_cell_of_a_workbook_that_is_no_value_is_said_so(file, found):
    assert said(file)[1] == found


def test_the_first_visible_sheet_is_read_and_named():
    def arrange(book):
        book.active.title = "Enheter"
        hidden = book.create_sheet("Gammelt", 0)
        hidden.append(["Navn"])
        hidden.append(["Gammel skole"])
        hidden.sheet_state = "hidden"
        book.create_sheet("Tomt", 0)

    read = sheet.read(arranged(arrange))
    assert read.source == "Enheter"
    assert [row.cells[SheetColumn.NAME] for row in read.rows] == [row[1] for row in ROWS]


def test_headings_that_are_not_known_are_named_and_passed_over():
    rows = [(*row, "12 34 56 78") for row in ROWS]
    read = sheet.read(content(rows, (*HEADINGS, "Telefon")))
    assert list(read.unread) == ["Telefon"]
    assert len(read.rows) == len(ROWS)


def packed(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return file.getvalue()


def replaced(name, change):
    """A workbook in which one part is another."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as whole,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in whole.namelist():
            part = whole.read(each)
            new.writestr(each, change(part) if each == name else part)
    return file.getvalue()


FIRST = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"


def with_sheet(before=b"", behind=b"", start=b""):
    """A workbook with more before and behind the end of its cells, and before the sheet itself."""
    return replaced(
        FIRST,
        lambda part: part.replace(END, before + END + behind).replace(b"<worksheet", start + b"<worksheet"),
    )


def moved(content, place):
    """The workbook with its sheet in a part of another name."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(file, "w") as new:
        for each in whole.namelist():
            part = whole.read(each).replace(b"worksheets/sheet1.xml", place.encode())
            new.writestr(each.replace("worksheets/sheet1.xml", place), part)
    return file.getvalue()


MANY = b"<c/>" * 300_000
ALL_MERGED = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
ELSEWHERE = "media/image1.png"  # where a workbook may say that a sheet is
DOCUMENT_TYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"", "sheet-empty"),
        (b"\r\n;;\r\n", "sheet-empty"),
        (content(rows=()), "sheet-empty"),
        (workbook(rows=()), "sheet-empty"),
        (workbook(rows=(), headings=()), "sheet-empty"),
        (content(headings=("a", "b")), "sheet-headings"),
        (content(headings=("Orgnr", *HEADINGS[2:])), "sheet-headings"),
        (content(headings=("Navn", "Enhet", *HEADINGS[2:])), "heading-repeated"),
        (b"%PDF-1.7 " + content(), "sheet-format"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "sheet-format"),
        (bytes(99), "sheet-format"),
        (b"\xff\xfea", "sheet-format"),
        (b"\xef\xbb\xbf\xff", "sheet-format"),
        (packed(content_xml=b"<a/>"), "sheet-format"),
        (workbook()[:-40], "sheet-format"),
        (workbook()[:900], "sheet-format"),
        (packed(xl__workbook_xml=b"<a/>"), "sheet-format"),
        (packed(xl__workbook_xml=b"<a"), "sheet-format"),
        (with_sheet(start=DOCUMENT_TYPE), "sheet-format"),
        (packed(xl__workbook_xml=b"<a/>", xl__bomb_xml=b" " * 30_000_000), "sheet-too-large"),
        (with_sheet(MANY), "sheet-too-large"),
        (with_sheet(behind=ALL_MERGED), "sheet-too-large"),
        (with_sheet(behind=ALL_MERGED.replace(b"A1:XFD", b"$A$1:$xfd$")), "sheet-too-large"),
        (with_sheet(behind=ALL_MERGED.replace(b"A1:XFD1048576", b"A:XFD")), "sheet-format"),
        (moved(with_sheet(behind=ALL_MERGED), ELSEWHERE), "sheet-too-large"),
        (moved(with_sheet(MANY), ELSEWHERE), "sheet-too-large"),
        (with_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "sheet-too-long"),
        (content(numbered(10_000)), "sheet-too-long"),
        (content([("x" * 9000, *ASKEN[1:])] * 500), "sheet-too-large"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_units_is_refused_whole(file, code):
    with pytest.raises(Refused) as caught:
        sheet.read(file)
    assert caught.value.problems[0].code == code


def test_a_sheet_in_a_part_of_another_name_is_read_whole():
    assert names(moved(workbook(), ELSEWHERE)) == [row[1] for row in ROWS]


def test_as_many_rows_as_are_allowed_are_read():
    rows = numbered(grid.MOST_ROWS - 1, leaders=False)
    assert len(said(content(rows))[0]) == grid.MOST_ROWS
    with pytest.raises(Refused, match="sheet-too-long"):
        sheet.read(content((*rows, ASKEN)))


def test_a_cell_far_away_without_a_value_makes_no_sheet_long():
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert names(with_sheet(far)) == [row[1] for row in ROWS]


@settings(max_examples=60)  # the first workbook takes longer than the others
@given(st.binary(max_size=400))
def test_whatever_bytes_are_sent_are_read_or_refused(junk):
    for file in (junk, content() + junk, workbook_with(junk)):
        outcome = "read"
        try:
            entries.of_sheet(sheet.read(file))
        except Refused as refused:
            outcome = refused.problems[0].code
        assert outcome.startswith(("read", "sheet-", "heading-"))


_WHOLE = workbook()


def workbook_with(junk):
    place = len(junk) * 7 % len(_WHOLE)
    return _WHOLE[:place] + junk + _WHOLE[place + len(junk) :]


def test_what_an_export_writes_before_a_formula_is_taken_off_again():
    assert names(content([("", "'=Skolen", "", "skole", "", "", "", "")])) == ["=Skolen"]
    assert names(content([("", "'Skolen'", "", "skole", "", "", "", "")])) == ["'Skolen'"]


def test_a_workbook_that_openpyxl_made_is_one():
    assert openpyxl.load_workbook(io.BytesIO(_WHOLE)).active.max_row == len(ROWS) + 1
