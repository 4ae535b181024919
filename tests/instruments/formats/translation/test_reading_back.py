"""A translators' sheet read back: what was changed is written, everything else is refused with its place."""

import tomllib
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments import library, versions
from instruments.formats.translation.reading_back import read_back, write_copy
from instruments.formats.translation.workbook import ABOUT
from instruments.problems import Refused
from reports.pdf import letters
from tests.instruments.formats.translation.sheets import SMALL, Sheet, write_sheet, write_small
from tests.paths import REPOSITORY

LETTERS = letters.supported()
CIRCLE = REPOSITORY / "docs" / "examples" / "morning_circle@1.0.0.toml"


@pytest.fixture
def small(tmp_path):
    return write_small(tmp_path)


@pytest.fixture
def sheet(small, tmp_path):
    return Sheet(write_sheet(small, tmp_path / "texts.xlsx", new=("sv",)))


@pytest.fixture
def circle(tmp_path):
    return Sheet(write_sheet(CIRCLE, tmp_path / "texts.xlsx", new=("sv",)))


def problems_of(sheet, definition):
    with pytest.raises(Refused) as refused:
        read_back(definition, sheet.save() if isinstance(sheet, Sheet) else sheet, LETTERS)
    return refused.value.problems


def places(problems):
    return [(each.code, each.place.partition("texts.xlsx, ")[2]) for each in problems]


def differing(before, after):
    """The lines that differ between two texts of as many lines."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [new for old, new in pairs if new != old]


@pytest.mark.parametrize("reference", library.shipped())
def test_an_unchanged_sheet_of_what_ships_changes_nothing(reference, tmp_path):
    definition = library.path_of(reference)
    file = write_sheet(definition, tmp_path / "texts.xlsx", new=("sv",))
    # saved by a spreadsheet, the workbook is another file
    assert read_back(definition, Sheet(file).save(), LETTERS).files == {}


def test_an_unchanged_sheet_changes_nothing(sheet, small, circle):
    assert read_back(CIRCLE, circle.file, LETTERS).files == {}
    sheet = Sheet(write_sheet(small, sheet.file))
    assert read_back(small, sheet.file, LETTERS).files == {}


def test_a_changed_text_changes_its_line_and_nothing_else(sheet, small):
    sheet.write("items.blamed", "nn", "  Feil blir\n«straffa». ")
    sheet.write("categories.2", "nn", "Ein del")
    found = read_back(small, sheet.save(), LETTERS)
    assert list(found.files) == ["nn.toml"]
    assert found.texts == {"nn": 2}
    assert differing(SMALL["nn.toml"], found.files["nn.toml"]) == [
        'categories = { 1 = "Lite", 2 = "Ein del" }',
        'blamed = "Feil blir «straffa»."',
    ]


def test_an_entry_of_a_list_is_changed_where_it_stands_and_its_comment_stays(sheet, small):
    sheet.write("dimensions.trust.rubric.1.sign", "nn", "Nokre seier noko.")
    sheet.write("introduction.2", "nn", "Det tek to minutt.")
    found = read_back(small, sheet.save(), LETTERS)
    assert differing(SMALL["nn.toml"], found.files["nn.toml"]) == [
        'introduction = ["Det er frivillig.", "Det tek to minutt."]',
        'sign = "Nokre seier noko."    # det første',
    ]


def test_an_edition_is_given_words_of_its_own_where_it_inherits_them(sheet, small):
    # the row stands because bokmål has words of its own there
    assert sheet.cell("items.blamed", "nn", "school").value == "Feil blir straffa."
    sheet.write("items.blamed", "nn", "Feil på skulen blir straffa.", "school")
    found = read_back(small, sheet.save(), LETTERS)
    assert list(found.files) == ["nn.school.toml"]
    tree = tomllib.loads(found.files["nn.school.toml"])
    assert tree == {
        **tomllib.loads(SMALL["nn.school.toml"]),
        "items": {"blamed": "Feil på skulen blir straffa."},
    }


def test_a_new_language_gives_new_files_and_stands_in_its_editions(sheet, small, tmp_path):
    sheet.fill("sv", "en")
    sheet.write("title", "sv", "Tecken")
    found = read_back(small, sheet.save(), LETTERS)
    assert set(found.files) == {"instrument.toml", "sv.toml", "sv.nursery.toml", "sv.school.toml"}
    assert differing(SMALL["instrument.toml"], found.files["instrument.toml"]) == [
        'nursery = ["nb", "nn", "en", "sv"]  # three languages',
        'school = ["nb", "nn", "en", "sv"]',
    ]
    made = tmp_path / "made" / "signs" / "1.0.0"
    made.parent.mkdir(parents=True)
    write_copy(small, found.files, made)
    version = library.load(made)
    for edition in ("nursery", "school"):
        swedish, english = version.wording(edition, "sv"), version.wording(edition, "en")
        assert swedish.title == "Tecken"
        assert (swedish.items, swedish.dimensions) == (english.items, english.dimensions)


def test_a_published_version_gets_a_language_in_one_that_builds_on_it_and_says_nothing_else(small, tmp_path):
    later = small.parent / "1.1.0"
    later.mkdir()
    head = 'format = 1\nname = "signs"\nversion = "1.1.0"\nbased_on = "1.0.0"\n'
    (later / "instrument.toml").write_text(head, "utf-8")
    sheet = Sheet(write_sheet(later, tmp_path / "texts.xlsx", new=("sv",)))
    sheet.fill("sv", "en")
    for name, text in read_back(later, sheet.save(), LETTERS).files.items():
        (later / name).write_text(text, "utf-8")
    version = library.load(later)
    assert version.editions == dict.fromkeys(("nursery", "school"), ("nb", "nn", "en", "sv"))
    assert versions.comparability(library.load(small), version) == versions.FullyComparable()
    assert versions.smallest_bump(library.load(small), version) == versions.Bump.MINOR


def test_an_edition_that_a_new_language_leaves_empty_is_not_offered_in_it(sheet, small):
    sheet.fill("sv", "en")
    for row in sheet.texts.iter_rows(min_row=2):
        if row[1].value == "school":
            row[sheet.column("sv") - 1].value = None
    found = read_back(small, sheet.save(), LETTERS)
    assert set(found.files) == {"instrument.toml", "sv.toml", "sv.nursery.toml"}
    editions = tomllib.loads(found.files["instrument.toml"])["editions"]
    assert editions == {"nursery": ["nb", "nn", "en", "sv"], "school": ["nb", "nn", "en"]}


def test_a_new_language_of_a_definition_in_one_file_is_written_into_it(circle):
    circle.fill("sv", "en")
    found = read_back(CIRCLE, circle.save(), LETTERS)
    assert list(found.files) == [CIRCLE.name]
    tree, before = tomllib.loads(found.files[CIRCLE.name]), tomllib.loads(CIRCLE.read_text("utf-8"))
    assert tree["editions"] == {"barnehage": ["nb", "en", "sv"]}
    assert tree["texts"].pop("sv") == before["texts"]["en"]
    assert tree["texts"] == before["texts"]
    # comments stay
    assert found.files[CIRCLE.name].startswith(CIRCLE.read_text("utf-8").partition("[editions]")[0])


def test_a_new_language_without_some_texts_is_refused_and_each_is_named(sheet, small):
    sheet.fill("sv", "en")
    for key in ("items.heard", "title", "categories.2", "dimensions.trust.rubric.1.sign"):
        sheet.write(key, "sv", None)
    found = problems_of(sheet, small)
    said = " ".join(each.fault for each in found)
    assert all(name in said for name in ("items.heard", "title", "categories.2", "sign"))
    assert [each for each in found if "(sv)" not in each.place] == []


@pytest.mark.parametrize(
    ("where", "value", "code"),
    [
        ("items.blamed nn", None, "text-empty"),
        ("items.blamed nn", "   \n ", "text-empty"),
        ("items.blamed nn school", None, "text-empty"),
        ("items.blamed nn", "=1+1", "cell-formula"),
        ("items.blamed nn", "#REF!", "cell-not-text"),
        ("items.blamed nn", 4, "cell-not-text"),
        ("items.blamed nn", True, "cell-not-text"),
        ("items.blamed nn", "Feil_x0007_ blir straffa.", "text-invisible"),
        ("items.blamed nn", "Feil blir\u200b straffa.", "text-invisible"),
        ("items.blamed nn", "Feil blir str\u0430ffa.", "text-mixed-scripts"),
        ("items.blamed nn", "Feil blir straffa 漢字.", "letter-unsupported"),
        ("items.blamed nn", "Feil {blir straffa.", "placeholder-unbalanced"),
        ("items.blamed nn", "Feil av {nobody.definite}.", "term-unknown"),
        ("items.blamed nn", "Feil av {children.all}.", "form-unknown"),
        ("items.blamed nn", "v" * 301, "text-long"),
        ("items.heard nn", "Vi lyttar til dei.", "placeholder-lost"),
        ("items.heard nb", "Vi hører på {children.definite}.", "source-changed"),
        ("terms.place.our nn school", "{place.definite}", "term-nested"),
        ("items.heard sv", "Vi lyssnar.", "placeholder-lost"),
    ],
)
def test_a_fault_in_a_cell_is_named_with_its_row_and_column(sheet, small, where, value, code):
    key, language, edition = [*where.split(), ""][:3]
    cell = sheet.cell(key, language, edition)
    cell.value = value
    if value == "#REF!":
        cell.data_type = "e"
    found = places(problems_of(sheet, small))
    place = f"sheet Texts, row {cell.row}, column {cell.column_letter} ({language})"
    assert (code, place) in found
    # a language that is only begun lacks everything else as well
    assert language == "sv" or found == [(code, place)]


def test_two_items_that_say_the_same_are_refused_where_one_of_them_was_written(sheet, small):
    sheet.write("items.blamed", "nn", sheet.cell("items.heard", "nn").value)
    found = problems_of(sheet, small)
    assert {each.code for each in found} == {"text-duplicate"}
    assert all("(nn)" in each.place and ", row " in each.place for each in found)


def test_all_faults_are_named_at_once_in_the_order_of_the_rows(sheet, small):
    sheet.write("items.heard", "nn", "Utan ord.")
    sheet.write("items.heard", "en", "=1+1")
    sheet.write("items.blamed", "nn", "{x.y}")
    sheet.write("title", "en", None)
    sheet.write("promise", "nb", "Noe annet.")
    found = problems_of(sheet, small)
    assert {each.code for each in found} == {
        "text-empty",
        "source-changed",
        "cell-formula",
        "placeholder-lost",
        "term-unknown",
    }
    lines = [int(each.place.partition(", row ")[2].partition(",")[0]) for each in found]
    assert lines == sorted(lines)


def test_the_form_of_a_term_may_change_and_its_capital_too(sheet, small):
    sheet.write("referent", "nn", "{Place.definite}: korleis er det der?")
    found = read_back(small, sheet.save(), LETTERS)
    assert 'referent = "{Place.definite}: korleis er det der?"' in found.files["nn.toml"]


def test_rows_may_be_sorted(sheet, small):
    rows = [[cell.value for cell in row] for row in sheet.texts.iter_rows(min_row=2)]
    for line, values in enumerate(sorted(rows, key=lambda row: str(row[7])), 2):
        for column, value in enumerate(values, 1):
            sheet.texts.cell(line, column).value = value
    assert read_back(small, sheet.save(), LETTERS).files == {}


def test_a_row_that_is_gone_is_named(sheet, small):
    sheet.texts.delete_rows(sheet.row("items.heard"))
    (problem,) = problems_of(sheet, small)
    assert (problem.code, problem.fault) == ("row-missing", "the row of 'items.heard' is missing.")


def test_a_row_that_stands_twice_is_named(sheet, small):
    line, last = sheet.row("items.heard"), sheet.texts.max_row + 1
    for column in range(1, 10):
        sheet.texts.cell(last, column).value = sheet.texts.cell(line, column).value
    (problem,) = problems_of(sheet, small)
    assert (problem.code, problem.place.rpartition("row ")[2]) == ("row-repeated", str(last))


@pytest.mark.parametrize(
    ("column", "value", "was"),
    [(1, "nam", "'name' of the edition 'school'"), (2, "skule", "'name' of the edition 'school'")],
)
def test_a_changed_key_or_edition_is_named_with_what_it_was(sheet, small, column, value, was):
    line = sheet.row("name", "school")
    sheet.texts.cell(line, column).value = value
    (problem,) = problems_of(sheet, small)
    assert (problem.code, problem.place.rpartition("row ")[2]) == ("key-changed", f"{line}, columns A and B")
    assert problem.fault.endswith(f"was {was}.")


def test_a_row_that_the_definition_does_not_have_is_named(sheet, small):
    sheet.texts.cell(sheet.texts.max_row + 1, 1).value = "items.invented"
    (problem,) = problems_of(sheet, small)
    assert (problem.code, "items.invented" in problem.fault) == ("row-unknown", True)


def test_columns_that_are_gone_called_otherwise_or_twice_are_named(sheet, small):
    sheet.texts.cell(1, sheet.column("en")).value = "Engelsk!"
    sheet.texts.cell(1, sheet.column("sv")).value = "nn"
    sheet.texts.cell(1, 3).value = "om"
    found = problems_of(sheet, small)
    assert {(each.code, each.fault.split("'")[1]) for each in found} == {
        ("column-missing", "en"),
        ("column-changed", "om"),
        ("column-unknown", "Engelsk!"),
        ("column-repeated", "nn"),
    }


def test_a_sheet_without_its_keys_is_refused(sheet, small):
    sheet.texts.delete_cols(1)
    assert {each.code for each in problems_of(sheet, small)} == {"column-changed"}


def test_merged_cells_are_named(sheet, small):
    sheet.texts.merge_cells("G5:H6")
    assert ("cells-merged", "sheet Texts, cells G5:H6") in places(problems_of(sheet, small))


def test_a_list_with_a_gap_is_refused(sheet, small):
    sheet.fill("sv", "en")
    sheet.write("introduction.1", "sv", None)
    assert [each.code for each in problems_of(sheet, small)] == ["list-gap"]


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("questionnaire", "pulse@1.0.0", "workbook-wrong"),
        ("questionnaire", "signs@1.1.0", "version-wrong"),
        ("format", "something else", "workbook-wrong"),
        ("source", "fi", "workbook-wrong"),
        ("digest nb", "0123456789abcdef", "source-outdated"),
    ],
)
def test_a_workbook_of_something_else_is_refused(sheet, small, fact, value, code):
    (cell,) = (row[1] for row in sheet.book[ABOUT] if row[0].value == fact)
    cell.value = value
    assert [each.code for each in problems_of(sheet, small)] == [code]


def test_a_language_that_was_changed_in_the_files_meanwhile_is_refused(sheet, small):
    (small / "nn.toml").write_text(SMALL["nn.toml"].replace("straffa", "brukt mot folk"), "utf-8")
    sheet.write("items.heard", "en", "We hear {children.definite}.")
    (problem,) = problems_of(sheet, small)
    assert (problem.code, "'nn'" in problem.fault) == ("language-outdated", True)


@pytest.mark.usefixtures("small")
def test_what_a_sheet_makes_of_a_later_version_is_held_to_the_rules_of_versions(tmp_path):
    later = tmp_path / "signs" / "1.0.1"
    later.mkdir()
    head = 'format = 1\nname = "signs"\nversion = "1.0.1"\nbased_on = "1.0.0"\n'
    (later / "instrument.toml").write_text(head, "utf-8")
    sheet = Sheet(write_sheet(later, tmp_path / "later.xlsx"))
    sheet.write("promise", "nn", "Ingen ser svara dine.")
    assert read_back(later, sheet.save(), LETTERS).files == {"nn.toml": 'promise = "Ingen ser svara dine."\n'}
    sheet.write("items.blamed", "nn", "Feil blir brukt mot folk.")
    assert [each.code for each in problems_of(sheet, later)] == ["change-undeclared"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no more", b"key;edition\n", b"\xd0\xcf\x11\xe0" * 200])
def test_a_file_that_is_no_workbook_is_refused(content, small, tmp_path):
    file = tmp_path / "texts.xlsx"
    file.write_bytes(content)
    assert [each.code for each in problems_of(file, small)] == ["workbook-unreadable"]


def test_a_workbook_without_our_sheets_is_refused(small, tmp_path):
    file = tmp_path / "texts.xlsx"
    openpyxl.Workbook().save(file)
    (problem,) = problems_of(file, small)
    assert (problem.code, problem.fault) == ("workbook-wrong", "it has no sheet Texts and no sheet About.")


def test_a_workbook_that_unpacks_to_very_much_is_refused(small, tmp_path):
    file = tmp_path / "texts.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b" " * 100_000_001)
    assert [each.code for each in problems_of(file, small)] == ["workbook-large"]


def test_a_workbook_that_is_not_there_is_refused(small, tmp_path):
    assert [each.code for each in problems_of(tmp_path / "nothing.xlsx", small)] == ["workbook-missing"]


def test_a_cell_far_outside_is_refused_before_it_is_looked_for(sheet, small):
    sheet.texts.cell(1_000_000, 300).value = "x"
    assert [each.code for each in problems_of(sheet, small)] == ["workbook-large"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(alphabet="abc æøå\"'\\#=[]«»–%$&<>|~^`*_", min_size=1, max_size=40).filter(str.strip))
def test_any_text_is_read_back_as_it_was_written(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    definition = write_small(folder)
    sheet = Sheet(write_sheet(definition, folder / "texts.xlsx"))
    for key in ("promise", "introduction.2", "dimensions.trust.rubric.2.evidence"):
        sheet.cell(key, "nn").value = text
        sheet.cell(key, "nn").data_type = "s"
    tree = tomllib.loads(read_back(definition, sheet.save(), LETTERS).files["nn.toml"])
    said = " ".join(text.split())
    assert (tree["promise"], tree["introduction"][1]) == (said, said)
    assert tree["dimensions"]["trust"]["rubric"][1]["evidence"] == said
