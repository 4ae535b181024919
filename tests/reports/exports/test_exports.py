import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import polars as pl
import pyreadstat
import pytest
from lxml import etree

from instruments.problems import Refused
from reports.disclosure import SUPPRESSED, Audience, release
from reports.exports import (
    FORMATS,
    ExportColumn,
    ExportedWave,
    ExportTable,
    Extraction,
    Kind,
    codebook_bytes,
    csv_bytes,
    dimension_rows,
    item_rows,
    unit_key,
    write,
)
from reports.exports.columns import NOT_APPLICABLE
from reports.exports.csv import escaped
from tests.instruments.building import built
from tests.policies import POLICY
from tests.reports.waves import FOUR, at_the_end, believable, sealed_from

FAMILY = b"0123456789abcdef"
FORMULA = dict.fromkeys(("nb", "nn", "da", "en"), "=label")
MADE = Extraction(date(2026, 11, 29), "0.1.0", "0f" * 6, "CC-BY-4.0")
SIZES = {"asken": 12, "bjerka": 23, "elvebakken": 9, "dalen": 41}


def told(unit, n, audience=Audience.OUTSIDE, *, wave="2026-spring", closed=None):
    sealed = sealed_from(FOUR, believable(FOUR, n), invited=n + 3, unit=unit, wave=wave)
    if closed:
        sealed = replace(sealed, identity=replace(sealed.identity, closed_on=closed))
    return ExportedWave(release(sealed, audience, POLICY))


@pytest.fixture
def everybody():
    return [each for unit, n in SIZES.items() if (each := told(unit, n)).released is not SUPPRESSED]


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_there_is_one_row_for_every_dimension_of_every_wave_that_may_be_told(everybody):
    rows = read(csv_bytes(dimension_rows(everybody, POLICY, FAMILY)))
    assert len(rows) == 3 * 2
    assert unit_key("elvebakken", FAMILY) not in {row["unit"] for row in rows}


def test_a_figure_that_may_not_be_told_is_an_empty_cell_and_never_a_zero(everybody):
    rows = read(csv_bytes(dimension_rows(everybody, POLICY, FAMILY)))
    smallest = next(row for row in rows if row["unit"] == unit_key("asken", FAMILY))
    assert (smallest["n"], smallest["invited"]) == ("12", "15")
    assert smallest["mean"]
    withheld = ["interval_low", "sd", "level_low", "share_low", "alpha", "answers_1"]
    assert {smallest[name] for name in withheld} == {""}


def test_every_count_is_exact_and_the_codebook_says_why(everybody):
    table = dimension_rows(everybody, POLICY, FAMILY)
    counted = {(row["n"], row["invited"], row["dimension_n"]) for row in read(csv_bytes(table))}
    assert counted == {(str(n), str(n + 3), str(n)) for n in (12, 23, 41)}
    said = json.loads(codebook_bytes(table, MADE))["how to read"]["people"]["en"]
    assert "exact" in said
    assert "give them back" in said


def test_a_wave_that_was_prolonged_or_corrected_says_so_and_not_by_how_much():
    def amended(**changes):
        sealed = sealed_from(FOUR, believable(FOUR, 23), invited=30)
        sealed = replace(sealed, identity=replace(sealed.identity, **changes))
        table = dimension_rows([ExportedWave(release(sealed, Audience.OUTSIDE, POLICY))], POLICY, FAMILY)
        row = read(csv_bytes(table))[0]
        assert "17" not in row.values()
        assert "prolonged and invited_corrected" in codebook_bytes(table, MADE).decode()
        return row["prolonged"], row["invited_corrected"], row["invited"]

    assert amended() == ("0", "0", "30")
    assert amended(days_longer=17) == ("1", "0", "30")
    assert amended(invited_first=17) == ("0", "1", "30")


@pytest.mark.parametrize(("low", "coding"), [(False, "over"), (True, "under")])
@pytest.mark.parametrize("n", [12, 41])
def test_a_mean_that_lies_beyond_its_number_says_so_in_a_column_of_its_own(tmp_path, n, low, coding):
    trust, _ = FOUR.dimensions
    rows = at_the_end(FOUR, believable(FOUR, n), trust, low=low)
    table = dimension_rows(
        [ExportedWave(release(sealed_from(FOUR, rows), Audience.OUTSIDE, POLICY))], POLICY, FAMILY
    )
    coded, plain = read(csv_bytes(table))
    assert (coded["mean_coding"], plain["mean_coding"]) == (coding, "exact")
    assert float(coded["mean"]) not in {1.0, 5.0}
    assert {coded["interval_low"], coded["sd"], coded["level_low"]} == {""}
    column = next(each for each in table.columns if each.name == "mean_coding")
    assert set(column.values) == {"exact", "under", "over"}
    for kind in ("sav", "ddi", "xlsx", "parquet"):
        write(table, kind, tmp_path / f"told.{kind}", MADE)
    sav, labels = pyreadstat.read_sav(tmp_path / "told.sav", output_format="polars")
    assert sav["mean_coding"].to_list() == [coding, "exact"]
    assert labels.variable_value_labels["mean_coding"] == {
        code: held["en"] for code, held in column.values.items()
    }
    assert pl.read_parquet(tmp_path / "told.parquet")["mean_coding"].to_list() == [coding, "exact"]
    described = (tmp_path / "told.ddi").read_text("utf-8")
    assert all(text in described for held in column.values.values() for text in held.values())


def test_means_have_the_decimals_that_the_scales_of_their_versions_need():
    long = built({"trust": ["t1", "t2", "t3", "t4"]}, categories=(0, 25, 50, 75, 100))
    rows = [[25 * (answer - 1) for answer in row[:4]] for row in believable(FOUR, 30)]
    for version, answers, places in ((FOUR, believable(FOUR, 30), 2), (long, rows, 1)):
        wave = ExportedWave(release(sealed_from(version, answers), Audience.OUTSIDE, POLICY))
        table = dimension_rows([wave], POLICY, FAMILY)
        assert next(each.decimals for each in table.columns if each.name == "mean") == places
        steps = json.loads(codebook_bytes(table, MADE))["rounding"]["means, in scale points"][
            version.reference
        ]
        low, high = version.scale.categories[0], version.scale.categories[-1]
        assert steps["fine"] >= POLICY.rounding.fine_step * (high - low)
        assert steps["coarse"] == pytest.approx(10 * steps["fine"])


def test_an_export_takes_only_what_was_told_to_the_outside():
    with pytest.raises(ValueError, match="outside"):
        dimension_rows([told("asken", 30, Audience.LEADER)], POLICY, FAMILY)


def test_no_name_of_a_unit_or_a_wave_is_in_any_format(everybody, tmp_path):
    table = dimension_rows(everybody, POLICY, FAMILY)
    for kind in FORMATS:
        paths = write(table, kind, tmp_path / f"{kind}.out", MADE)
        content = b"".join(map(unpacked, paths)).lower()
        assert unit_key("asken", FAMILY).encode() in content or kind == "parquet", kind
        assert [name for name in (*SIZES, "spring") if name.encode() in content] == [], kind


def unpacked(path):
    content = path.read_bytes()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    return content


def test_a_unit_keeps_its_key_within_a_family_and_loses_it_between_families():
    other = FAMILY[::-1]
    assert unit_key("asken", FAMILY) == unit_key("asken", FAMILY)
    assert unit_key("asken", FAMILY) != unit_key("asken", other)
    with pytest.raises(Refused, match="family-key-length"):
        unit_key("asken", b"guessable")


def test_rows_stand_in_the_order_of_the_random_keys_and_waves_in_the_order_of_time():
    later = told("asken", 30, wave="a", closed=date(2026, 11, 2))
    earlier = told("asken", 20, wave="b", closed=date(2025, 5, 2))
    rows = read(csv_bytes(dimension_rows([later, earlier, told("bjerka", 20)], POLICY, FAMILY)))
    assert [row["unit"] for row in rows] == sorted(row["unit"] for row in rows)
    own = [row for row in rows if row["unit"] == unit_key("asken", FAMILY)]
    assert [row["period"] for row in own[::2]] == ["2025H1", "2026H2"]


def test_items_that_may_not_be_told_have_no_row(everybody):
    rows = read(csv_bytes(item_rows(everybody, POLICY, FAMILY)))
    assert {row["unit"] for row in rows} == {unit_key(name, FAMILY) for name in ("bjerka", "dalen")}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_no_text_cell_is_a_formula_in_any_format(text, tmp_path):
    table = ExportTable("dimensions", (ExportColumn("unit", FORMULA, Kind.TEXT),), ((text,),), (), POLICY)
    assert escaped(text).startswith("'")
    assert read(csv_bytes(table))[0]["unit"].startswith("'")
    write(table, "xlsx", tmp_path / "x.xlsx", MADE)
    for sheet in openpyxl.load_workbook(tmp_path / "x.xlsx"):
        assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_the_formats_hold_the_same_cells(everybody, tmp_path):
    table = dimension_rows(everybody, POLICY, FAMILY)
    for kind in ("parquet", "sav", "xlsx"):
        write(table, kind, tmp_path / f"told.{kind}", MADE)
    parquet = pl.read_parquet(tmp_path / "told.parquet")
    sav, labels = pyreadstat.read_sav(tmp_path / "told.sav", output_format="polars")
    sheet = openpyxl.load_workbook(tmp_path / "told.xlsx")["data"]
    assert labels.column_names_to_labels["mean"].startswith("Mean of the items' means")
    for line, row in enumerate(table.rows):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            expected = None if cell is SUPPRESSED or cell is NOT_APPLICABLE else cell
            assert parquet[column.name][line] == expected
            assert sheet.cell(line + 2, place + 1).value == expected
            assert (sav[column.name][line] or None) == (expected or None)


def test_a_workbook_names_nobody_and_no_moment(everybody, tmp_path):
    write(dimension_rows(everybody, POLICY, FAMILY), "xlsx", tmp_path / "told.xlsx", MADE)
    properties = openpyxl.load_workbook(tmp_path / "told.xlsx").properties
    assert not properties.creator
    assert not properties.lastModifiedBy
    assert properties.created.year == 2000


def test_the_codebook_explains_every_column(everybody, tmp_path):
    table = dimension_rows(everybody, POLICY, FAMILY)
    _, description = sorted(write(table, "csv", tmp_path / "told.csv", MADE))
    codebook = json.loads(description.read_text("utf-8"))
    assert [column["name"] for column in codebook["columns"]] == [column.name for column in table.columns]
    assert codebook["instruments"][0]["reference"] == FOUR.reference
    assert codebook["thresholds"]["mean"] == POLICY.thresholds[Audience.OUTSIDE].mean


def test_the_ddi_description_names_every_variable_and_the_file_beside_it(everybody, tmp_path):
    table = dimension_rows(everybody, POLICY, FAMILY)
    write(table, "ddi", tmp_path / "told.xml", MADE)
    root = etree.parse(tmp_path / "told.xml").getroot()
    names = {"d": "ddi:codebook:2_5"}
    assert root.xpath("//d:var/@name", namespaces=names) == [column.name for column in table.columns]
    assert root.xpath("string(//d:fileName)", namespaces=names) == "told.xml.csv"
    assert (tmp_path / "told.xml.csv").exists()


def test_the_same_told_figures_give_the_same_bytes(everybody, tmp_path):
    table = dimension_rows(everybody, POLICY, FAMILY)
    again = dimension_rows(everybody[::-1], POLICY, FAMILY)
    for kind in FORMATS:
        one = write(table, kind, tmp_path / "told.one", MADE, replace=True)
        kept = [path.read_bytes() for path in one]
        write(again, kind, tmp_path / "told.one", MADE, replace=True)
        assert [path.read_bytes() for path in one] == kept, kind


def test_a_file_that_is_there_is_kept_unless_it_is_to_be_replaced(everybody, tmp_path):
    output = tmp_path / "told.csv"
    output.write_text("mine")
    with pytest.raises(Refused, match="output-exists"):
        write(dimension_rows(everybody, POLICY, FAMILY), "csv", output, MADE)
    assert output.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [output]
    write(dimension_rows(everybody, POLICY, FAMILY), "csv", output, MADE, replace=True)
    assert output.read_text() != "mine"


@pytest.mark.parametrize(
    ("kind", "place", "code"),
    [
        ("docx", "told.docx", "format-unknown"),
        ("csv", "nowhere/told.csv", "output-directory"),
        ("csv", ".", "output-directory"),
        ("csv", "n" * 300, "output-unwritable"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(everybody, tmp_path, kind, place, code):
    with pytest.raises(Refused, match=code):
        write(dimension_rows(everybody, POLICY, FAMILY), kind, tmp_path / place, MADE)
    assert not list(tmp_path.iterdir())


def test_an_export_of_nothing_is_a_header():
    assert csv_bytes(dimension_rows([], POLICY, FAMILY)).count(b"\r\n") == 1
