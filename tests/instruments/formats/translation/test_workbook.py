"""The translators' sheet: every text beside its translations, and nothing that computes or names anybody."""

import openpyxl
import pytest

from instruments import library
from instruments.formats.translation.text_rows import text_rows
from instruments.formats.translation.workbook import ABOUT, TEXTS
from instruments.problems import Refused
from tests.instruments.formats.translation.sheets import Sheet, write_sheet, write_small
from tests.paths import MINIMAL, REPOSITORY

WHOLE = library.HOME / "learning_community" / "1.0.0"
LATER = library.HOME / "learning_community" / "1.1.0"
CIRCLE = REPOSITORY / "docs" / "examples" / "morning_circle@1.0.0.toml"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return Sheet(write_sheet(WHOLE, tmp_path_factory.mktemp("sheet") / "texts.xlsx", new=("sv",)))


def texts_in(sheet):
    return {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}


@pytest.mark.parametrize("reference", ["learning_community@1.1.0", "pulse@1.0.0"])
def test_every_text_that_anybody_reads_is_in_the_sheet_as_it_is_read(reference, tmp_path):
    book = Sheet(write_sheet(library.path_of(reference), tmp_path / "texts.xlsx")).book
    version = library.get(reference)
    shown = texts_in(book["As read"])
    assert version.wordings
    for wording in version.wordings.values():
        read = {wording.title, wording.edition_name, *wording.introduction, *wording.categories.values()}
        read |= {*wording.unscored.values(), *wording.levels.values(), *wording.terms.values()}
        for dimension in wording.dimensions.values():
            read |= {dimension.name, dimension.definition, *dimension.questions, *dimension.first_steps}
            read |= {text for each in dimension.rubric for text in (each.sign, each.evidence)}
        assert read - shown == set()


def test_items_stand_with_their_terms_as_they_are_written(whole):
    texts = library.read(WHOLE)[0].tree["texts"]
    written = [(item, tag, text) for tag in texts for item, text in texts[tag]["items"].items()]
    assert len(written) > 100
    assert [whole.cell(f"items.{item}", tag).value for item, tag, _ in written] == [
        text for *_, text in written
    ]


def test_a_row_says_what_it_is_and_what_its_terms_mean(tmp_path):
    sheet = Sheet(write_sheet(write_small(tmp_path), tmp_path / "texts.xlsx"))
    row = sheet.row("items.heard")
    assert sheet.texts.cell(row, 3).value == "Item: all are heard."
    assert sheet.texts.cell(row, 4).value == "{children.definite}: barna · elevene"
    assert sheet.texts.cell(sheet.row("items.blamed"), 3).value == "Item: mistakes are punished (reversed)."


def test_a_text_that_is_taken_over_is_marked_in_words_and_in_its_letters(tmp_path):
    sheet = Sheet(write_sheet(LATER, tmp_path / "texts.xlsx", source="en"))
    changed = library.load(LATER).changes[0].subject
    own, taken = sheet.cell(f"items.{changed}", "nb"), sheet.cell("items.help_asked", "nb")
    assert (own.font.italic, taken.font.italic) == (False, True)
    assert not sheet.texts.cell(own.row, 5).value
    assert sheet.texts.cell(taken.row, 5).value == "nb, nn, en, da"


def test_only_texts_of_other_languages_than_the_source_can_be_written_in(whole):
    assert whole.texts.protection.sheet
    row = whole.row("items.help_asked")
    open_ = [cell.column for cell in whole.texts[row] if not cell.protection.locked]
    assert open_ == [whole.column(language) for language in ("nn", "en", "da", "sv")]
    assert all(cell.protection.locked for cell in whole.texts[1])
    assert all(cell.alignment.wrap_text for cell in whole.texts[row])
    assert whole.book[ABOUT].protection.sheet
    assert whole.book["As read"].protection.sheet


def test_a_new_language_has_an_empty_column(whole):
    column = whole.column("sv")
    assert not any(row[0].value for row in whole.texts.iter_rows(min_row=2, min_col=column, max_col=column))


def test_no_cell_is_a_formula_and_the_file_names_nobody_and_no_moment(tmp_path):
    definition = tmp_path / "signs@1.0.0.toml"
    text = MINIMAL.read_text("utf-8").replace('title = "', 'title = "=1+1 ')
    definition.write_text(text.replace("morning_meeting", "signs"), "utf-8")
    book = openpyxl.load_workbook(write_sheet(definition, tmp_path / "texts.xlsx"))
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    assert any(str(cell.value).startswith("=1+1") for row in book[TEXTS] for cell in row)
    assert not book.properties.creator
    assert not book.properties.lastModifiedBy
    assert book.properties.created.year == 2000


def test_a_definition_in_one_file_has_the_rows_of_one_in_a_folder():
    rows = text_rows(library.read(CIRCLE)[0])
    assert rows.languages == ("nb", "en")
    assert {row.edition for row in rows.rows} == {""}
    assert rows.by_place["dimensions.belonging.name", ""].cells["en"].text == "Belonging"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"source": "fi"}, "source-missing"),
        ({"new": ("en",)}, "language-repeated"),
        ({"new": ("English",)}, "language-malformed"),
    ],
)
def test_a_language_that_cannot_be_is_refused(options, code, tmp_path):
    with pytest.raises(Refused) as refused:
        write_sheet(WHOLE, tmp_path / "texts.xlsx", **options)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert not (tmp_path / "texts.xlsx").exists()
