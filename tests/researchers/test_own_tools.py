"""Files are opened by other programs than wrote them: SPSS by PSPP, Stata by R, packages by Frictionless.

SAS transport files are read by their published layout, and Parquet by the library of Arrow in Rust.
"""

import csv
import io
import json
import re
import zipfile

import frictionless
import pytest
from arro3.io import read_parquet

from reports.exports import (
    Wish,
    answer_rows,
    content,
    covariance_rows,
    csv_bytes,
    dimension_rows,
    item_rows,
)
from reports.exports.columns import Kind
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.researchers import sas_transport
from tests.researchers.simulated_country import FAMILY, MADE, exported_waves, pool
from tests.researchers.tools import EXAMPLES, example, run_r, run_spss, written

WITHHELD = "-999"
IN_SPSS = """
GET FILE='table.sav'.
SAVE TRANSLATE /OUTFILE='coded.csv' /TYPE=CSV /FIELDNAMES /CELLS=VALUES /REPLACE.
SAVE TRANSLATE /OUTFILE='opened.csv' /TYPE=CSV /FIELDNAMES /CELLS=VALUES /MISSING=RECODE /REPLACE.
DISPLAY DICTIONARY.
"""
IN_R = """
table <- readstata13::read.dta13("table.dta", convert.factors = FALSE)
labels <- attr(table, "var.labels")
write.csv(table, "opened.csv", row.names = FALSE, na = "", fileEncoding = "UTF-8")
formats <- attr(table, "formats")
write.csv(data.frame(name = names(table), label = labels, format = formats), "labels.csv")
sets <- attr(table, "label.table")
named <- attr(table, "val.labels")
values <- do.call(rbind, lapply(names(table)[named != ""], function(name) {
  own <- sets[[named[names(table) == name]]]
  data.frame(name = rep(name, length(own)), code = unname(own), said = names(own))
}))
if (!is.null(values)) write.csv(values, "values.csv", row.names = FALSE)
"""


@pytest.fixture(scope="module")
def tables():
    """Each table that is exported: of a few units, two of which are small, and of a pool."""
    waves = exported_waves(9, 3)
    pools = [pool("skole", 12, 1)]
    return {
        "dimensions": dimension_rows(waves, POLICY, FAMILY),
        "items": item_rows(waves, POLICY, FAMILY),
        "covariances": covariance_rows(pools, POLICY),
        "answers": answer_rows(pools, POLICY),
    }


def cells(rows):
    """The cells of rows, numbers to be compared to the tenth digit."""
    return [
        [cell if isinstance(cell, str) else pytest.approx(cell, rel=1e-10) for cell in row.values()]
        for row in rows
    ]


@pytest.mark.parametrize("name", ["dimensions", "items", "covariances", "answers"])
def test_pspp_and_r_read_the_cells_of_the_csv_in_spss_and_stata_files(tables, name, tmp_path):
    table = tables[name]
    (tmp_path / "table.csv").write_bytes(csv_bytes(table))
    for kind in ("sav", "dta"):
        (tmp_path / f"table.{kind}").write_bytes(content(table, kind, MADE))
    expected = written(tmp_path, "table.csv")
    listed = run_spss(IN_SPSS, tmp_path)
    opened = written(tmp_path, "opened.csv")
    assert list(opened[0]) == [column.name for column in table.columns]
    assert [list(row.values()) for row in opened] == cells(expected)
    assert [column.label for column in table.columns if column.label not in listed] == []
    run_r(IN_R, tmp_path)
    assert [list(row.values()) for row in written(tmp_path, "opened.csv")] == cells(expected)
    labels = {row["name"]: row["label"] for row in written(tmp_path, "labels.csv")}
    assert all(column.label.startswith(labels[column.name].rstrip("…")) for column in table.columns)
    # numbers are shown with the decimals that they are released with
    shown = {row["name"]: row["format"] for row in written(tmp_path, "labels.csv")}
    numbers = [column for column in table.columns if column.kind is not Kind.TEXT]
    assert {each.name: shown[each.name] for each in numbers} == {
        each.name: f"%8.{each.decimals}f" for each in numbers
    }
    coded = {(each.name, int(code), held["en"]) for each in numbers for code, held in each.values.items()}
    held = written(tmp_path, "values.csv") if coded else []
    assert {(row["name"], row["code"], row["said"]) for row in held} == coded


@pytest.mark.parametrize("name", ["dimensions", "items", "covariances", "answers"])
def test_sas_transport_files_hold_the_cells_of_the_csv_by_the_published_layout(tables, name):
    table = tables[name]
    variables, read = sas_transport.read(content(table, "xpt", MADE, Wish("nb")))
    assert [(each.name, each.label) for each in variables] == [
        (column.name, column.labels["nb"]) for column in table.columns
    ]
    assert [each.is_number for each in variables] == [
        column.kind is not Kind.TEXT for column in table.columns
    ]
    assert read == _typed(table)


@pytest.mark.parametrize("name", ["dimensions", "items", "covariances", "answers"])
def test_parquet_is_read_by_another_library_with_cells_types_and_codebook(tables, name, tmp_path):
    table, place = tables[name], tmp_path / "table.parquet"
    place.write_bytes(content(table, "parquet", MADE))
    found = read_parquet(str(place)).read_all()
    columns = [found.column(each).to_pylist() for each in found.column_names]
    # in a CSV a text that is missing is an empty one
    read = [
        ["" if cell is None and text else cell for cell, text in zip(row, _texts(table), strict=True)]
        for row in zip(*columns, strict=True)
    ]
    assert found.column_names == [column.name for column in table.columns]
    assert read == _typed(table)
    codebook = json.loads(found.schema.metadata[b"kjennetegn"])
    assert [each["name"] for each in codebook["columns"]] == found.column_names


def _texts(table):
    return [column.kind is Kind.TEXT for column in table.columns]


def _typed(table):
    """The rows of the CSV: numbers as numbers, and None where a number is missing."""
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode())))[1:]
    assert rows
    return [
        [
            cell if text else pytest.approx(float(cell), rel=1e-10) if cell else None
            for cell, text in zip(row, _texts(table), strict=True)
        ]
        for row in rows
    ]


def test_pspp_knows_a_withheld_number_from_one_that_there_is_not(tables, tmp_path):
    table = tables["dimensions"]
    (tmp_path / "table.sav").write_bytes(content(table, "sav", MADE))
    run_spss(IN_SPSS, tmp_path)
    coded = (tmp_path / "coded.csv").read_text("utf-8")
    assert WITHHELD in coded
    assert WITHHELD not in (tmp_path / "opened.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["dimensions", "items", "covariances", "answers"])
def test_frictionless_finds_a_data_package_valid_and_one_with_another_cell_not(tables, name, tmp_path):
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    whole.write_bytes(content(tables[name], "datapackage", MADE))
    report = frictionless.validate(str(whole), type="package")
    assert (report.valid, report.flatten(["message"])) == (True, [])
    data = f"{tables[name].name}.csv"
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(altered, "w") as other:
        for member in archive.namelist():
            held = archive.read(member)
            other.writestr(member, held.replace(b",skole,", b",skule,", 1) if member == data else held)
    assert "hash-count" in str(frictionless.validate(str(altered), type="package").flatten(["type"]))


def test_the_commands_of_stata_name_columns_that_the_file_has(tables):
    """Stata is not free, so that its commands are only read here."""
    syntax = example("stata", "Stata")
    made = {"place", "sector", "half"}
    assert made == set(re.findall(r"generate\((\w+)\)", syntax))
    numbers = {column.name for column in tables["dimensions"].columns if column.kind is not Kind.TEXT}
    texts = {column.name for column in tables["dimensions"].columns} - numbers
    assert set(re.findall(r"encode (\w+)", syntax)) | set(re.findall(r'(\w+) == "', syntax)) <= texts
    assert {"mean", "se", "sd_pooled", "dimension_n"} <= numbers


def test_go_installs_every_package_of_r_that_is_used():
    installed = set(re.findall(r"r-cran-(\w+)", (REPOSITORY / "go").read_text("utf-8")))
    tests = REPOSITORY / "tests"
    sources = [
        EXAMPLES,
        *(tests / "researchers").glob("*.py"),
        *(tests / "survey" / "web" / "api").glob("*.py"),
    ]
    used = {
        name.lower()
        for path in sources
        for found in re.findall(r"(?m)^library\((\w+)\)|\b(\w+)::\w+[.(]", path.read_text("utf-8"))
        for name in found
        if name
    }
    assert used == installed
