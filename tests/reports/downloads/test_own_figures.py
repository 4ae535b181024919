"""A unit's own figures as a table: those of the report and no others, in files that run and name nothing."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from instruments import library
from reports.disclosure import Audience, Coding, Suppressed
from reports.downloads.own_figures import own_figures
from reports.downloads.spreadsheets import delimited, workbook
from reports.presentation.locale import get_locale
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import at_the_end, believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
LANGUAGES = ("nb", "nn", "en")


def shown(*sizes, title=None, high=False):
    waves = []
    for place, n in enumerate(sizes):
        answers = believable(VERSION, n, seed=n + place)
        if high:
            answers = at_the_end(VERSION, answers, VERSION.dimensions[0])
        waves.append(sealed_from(VERSION, answers, wave=f"wave-{place}"))
    if title is not None:
        waves[-1] = replace(waves[-1], identity=replace(waves[-1].identity, wave_title=title))
    return profile(waves, Audience.LEADER, POLICY)


def rows(found):
    names = [name for name, _ in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def test_there_is_a_row_for_each_dimension_and_statement_of_each_wave():
    found = rows(own_figures(shown(41, 38), get_locale("en")))
    for wave in ("Wave-0", "Wave-1"):
        own = [each for each in found if each["Survey"] == wave]
        assert [each["Row"] for each in own].count("Dimension") == 9
        assert [each["Row"] for each in own].count("Statement") == 36


def test_a_survey_that_was_prolonged_or_corrected_says_by_how_much_in_its_rows_alone():
    waves = [sealed_from(VERSION, believable(VERSION, n), wave=f"wave-{n}") for n in (41, 38)]
    identity = replace(waves[1].identity, days_longer=12, invited_first=36)
    amended = [waves[0], replace(waves[1], identity=identity)]
    found = rows(own_figures(profile(amended, Audience.LEADER, POLICY), get_locale("en")))
    said = {(each["Survey"], each["Days longer"], each["First invited"]) for each in found}
    assert said == {("Wave-41", None, None), ("Wave-38", 12, 36)}


def test_the_figures_are_those_that_the_gate_released():
    view = shown(41)
    found = [each for each in rows(own_figures(view, get_locale("en"))) if each["Row"] == "Dimension"]
    assert len(found) == 9
    for row, figure in zip(found, view.released.dimensions.values(), strict=True):
        assert row["Mean"] == Decimal(f"{figure.mean.value:.2f}")
        assert float(row["Interval from"]) == figure.interval.low
        assert float(row["Interval to"]) == figure.interval.high
        assert [row[f"Answers {code}"] for code in range(1, 6)] == list(figure.histogram.shares.values())
        assert row["Answers"] == figure.n


def test_a_reversed_statement_is_turned_as_in_the_report_and_says_so():
    view = shown(41)
    found = [each for each in rows(own_figures(view, get_locale("en"))) if each["Row"] == "Statement"]
    for row, item in zip(found, VERSION.items, strict=True):
        figure = view.item(item.id)
        shares = list(figure.histogram.shares.values())
        assert row["Turned"] == ("yes" if item.reverse else None)
        assert [row[f"Answers {code}"] for code in range(1, 6)] == (shares[::-1] if item.reverse else shares)
        mean = 6 - figure.mean.value if item.reverse else figure.mean.value
        assert float(row["Mean"]) == pytest.approx(mean)
    assert {row["Turned"] for row in found} == {"yes", None}


def test_of_seven_there_are_means_of_one_decimal_and_nothing_else():
    found = rows(own_figures(shown(7), get_locale("en")))
    assert len(found) == 9
    assert {name for row in found for name, cell in row.items() if cell is not None} == {
        "Survey",
        "Closed",
        "Questionnaire",
        "Answered",
        "Invited",
        "Row",
        "Dimension",
        "Answers",
        "Mean",
        "Mean as shown",
    }
    assert {-row["Mean"].as_tuple().exponent for row in found} == {1}


def test_of_four_there_is_no_row():
    view = shown(4)
    assert isinstance(view.released, Suppressed)
    assert own_figures(view, get_locale("en")).rows == ()


def test_a_mean_beyond_a_number_is_words_and_never_that_number():
    view = shown(41, high=True)
    first = view.released.dimensions[VERSION.dimensions[0].id]
    assert first.mean.coding is Coding.OVER
    row = rows(own_figures(view, get_locale("en")))[0]
    assert row["Mean"] is None
    assert row["Mean as shown"] == f"over {first.mean.value}"


def test_the_change_is_told_of_the_last_wave_alone():
    found = rows(own_figures(shown(41, 38), get_locale("en")))
    told = [each for each in found if each["Certain change"] or each["Difference"] is not None]
    assert {each["Survey"] for each in told} == {"Wave-1"}
    assert {each["Certain change"] for each in told} <= {"higher", "lower", "no certain change"}
    for row in told:
        assert row["Difference from"] <= row["Difference"] <= row["Difference to"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_is_read_by_spreadsheets_of_its_language(language):
    locale = get_locale(language)
    found = own_figures(shown(41, 38), locale)
    content = delimited(found)
    assert content.startswith(b"\xef\xbb\xbf")
    delimiter = "," if locale.decimal == "." else ";"
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
    assert read[0] == [name for name, _ in found.columns]
    assert len(read) == 1 + len(found.rows)
    place = [locale.say("Mean") == name for name in read[0]].index(True)
    assert re.fullmatch(rf"\d{re.escape(locale.decimal)}\d\d", read[1][place])


def test_the_workbook_holds_the_same_cells_and_says_what_each_column_is():
    found = own_figures(shown(41, 38), get_locale("nb"))
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    data, columns = book.worksheets
    read = [list(row) for row in data.iter_rows(values_only=True)]
    assert read[0] == [name for name, _ in found.columns]
    for line, row in zip(read[1:], found.rows, strict=True):
        for cell, own in zip(line, row, strict=True):
            assert cell == (float(own) if isinstance(own, Decimal) else own)
    told = [tuple(row) for row in columns.iter_rows(min_row=2, values_only=True)]
    assert told[: len(found.columns)] == list(found.columns)
    assert [each[1] for each in told[len(found.columns) :]] == list(found.notes)


def test_no_cell_is_a_formula_and_no_file_names_a_person_a_machine_or_a_moment():
    found = own_figures(shown(41, title='=HYPERLINK("https://x.example")'), get_locale("nb"))
    book = workbook(found)
    assert book == workbook(found)
    assert {
        cell.data_type for sheet in openpyxl.load_workbook(io.BytesIO(book)) for row in sheet for cell in row
    } <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        core = parts.read("docProps/core.xml").decode()
        assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)<", core) == []
    assert set(re.findall(r">(\d{4}-[^<]+)<", core)) == {"2000-01-01T00:00:00Z"}
    assert "\r\n'=HYPERLINK" in delimited(found).decode().replace("\"'=", "'=")
