"""Each format is opened by its own tool, and says what the table says."""

import hashlib
import io
import json
import time
import zipfile
from datetime import date

import openpyxl
import polars as pl
import pyreadstat
import pytest
from lxml import etree

from instruments.languages import LANGUAGES
from reports.disclosure import SUPPRESSED, Audience, release
from reports.exports import (
    FORMATS,
    ExportedWave,
    Extraction,
    Wish,
    content,
    csv_bytes,
    dimension_rows,
    item_rows,
    spreadsheet_style,
)
from reports.exports.columns import Kind, Measure
from reports.exports.dataset import checksum_of
from reports.exports.readstat import WITHHELD
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, sealed_from

FAMILY = b"0123456789abcdef"
MADE = Extraction(date(2026, 11, 29), "0.1.0", "0f" * 6, "CC-BY-4.0")
DDI = {"d": "ddi:codebook:2_5"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# what the profile of the CESSDA Data Catalogue for DDI 2.5 makes mandatory or recommends, below the codebook
PROFILE = (
    "stdyDscr/citation/titlStmt/titl",
    "stdyDscr/citation/titlStmt/IDNo[@agency]",
    "stdyDscr/citation/holdings[@URI]",
    "stdyDscr/citation/rspStmt/AuthEnty",
    "stdyDscr/citation/distStmt/distrbtr",
    "stdyDscr/citation/distStmt/distDate[@date]",
    "stdyDscr/stdyInfo/subject/keyword[@vocab]",
    "stdyDscr/stdyInfo/subject/topcClas[@vocab='CESSDA Topic Classification'][@vocabURI]",
    "stdyDscr/stdyInfo/abstract",
    "stdyDscr/stdyInfo/sumDscr/collDate[@event][@date]",
    "stdyDscr/stdyInfo/sumDscr/anlyUnit/concept[@vocab='DDI Analysis Unit']",
    "stdyDscr/method/dataColl/timeMeth/concept[@vocab='DDI Time Method']",
    "stdyDscr/method/dataColl/sampProc/concept[@vocab='DDI Sampling Procedure']",
    "stdyDscr/method/dataColl/collMode/concept[@vocab='DDI Mode of Collection']",
    "stdyDscr/dataAccs/useStmt/restrctn",
    "fileDscr/fileTxt/fileName",
)
# the order in which the schema of DDI 2.5 has what we write
ORDER = {
    "codeBook": ["stdyDscr", "fileDscr", "dataDscr", "otherMat"],
    "stdyDscr": ["citation", "stdyInfo", "method", "dataAccs"],
    "citation": ["titlStmt", "rspStmt", "distStmt", "verStmt", "holdings"],
    "stdyInfo": ["subject", "abstract", "sumDscr"],
    "sumDscr": ["collDate", "anlyUnit", "universe", "dataKind"],
    "dataColl": ["timeMeth", "sampProc", "collMode", "cleanOps"],
    "fileTxt": ["fileName", "dataFingerprint", "dimensns", "fileType"],
    "var": ["location", "labl", "catgry", "varFormat"],
}


def exported(unit, n, **changes):
    released = release(
        sealed_from(FOUR, believable(FOUR, n), invited=n + 3, unit=unit), Audience.OUTSIDE, POLICY
    )
    return ExportedWave(released, owner="fjordby", language="nb", languages=("nb", "nn"), **changes)


@pytest.fixture(scope="module")
def table():
    """A unit of which only means are released, and one of which all is."""
    return dimension_rows([exported("asken", 12), exported("dalen", 41)], POLICY, FAMILY)


def opened(reader, made, folder, **asked):
    path = folder / "file"
    path.write_bytes(made)
    return reader(path, output_format="polars", **asked)


def withheld_places(table):
    return [
        (line, column.name, column.kind)
        for line, row in enumerate(table.rows)
        for cell, column in zip(row, table.columns, strict=True)
        if cell is SUPPRESSED
    ]


def test_spss_reads_a_withheld_number_as_user_missing_that_says_so(table, tmp_path):
    made = content(table, "sav", MADE)
    plain, about = opened(pyreadstat.read_sav, made, tmp_path)
    coded, _ = opened(pyreadstat.read_sav, made, tmp_path, user_missing=True)
    places = withheld_places(table)
    assert {kind for _, _, kind in places} == set(Kind)
    for line, name, kind in places:
        assert (plain[name][line] or None) is None
        assert coded[name][line] == ("" if kind is Kind.TEXT else WITHHELD)
    assert about.variable_value_labels["se"] == {WITHHELD: "not released"}
    # there is no wave before: that is nothing that was withheld
    assert coded["mean_common"].null_count() == len(table.rows)


def test_spss_has_widths_that_do_not_depend_on_the_rows_and_levels_of_measurement(table, tmp_path):
    few = dimension_rows([exported("a", 12)], POLICY, FAMILY)
    found = [opened(pyreadstat.read_sav, content(each, "sav", MADE), tmp_path)[1] for each in (table, few)]
    assert found[0].variable_storage_width == found[1].variable_storage_width
    assert found[0].variable_measure == {column.name: column.measure.value for column in table.columns}
    assert {column.measure for column in table.columns} == set(Measure)
    assert found[0].original_variable_types["se"] == "F8.4"


def test_stata_and_sas_read_the_same_cells(table, tmp_path):
    for kind, reader in (("dta", pyreadstat.read_dta), ("xpt", pyreadstat.read_xport)):
        found, about = opened(reader, content(table, kind, MADE), tmp_path)
        assert found.columns == [column.name for column in table.columns]
        for place, column in enumerate(table.columns):
            told = [None if cell is SUPPRESSED or not isinstance(cell, str | int | float) else cell
                    for cell in (row[place] for row in table.rows)]  # fmt: skip
            assert [cell or None for cell in found[column.name]] == [cell or None for cell in told], kind
        assert about.column_names_to_labels["n"] == "People who answered the wave, exact"


def test_a_second_later_the_same_table_is_the_same_bytes(table):
    first = {kind: content(table, kind, MADE) for kind in FORMATS}
    # their libraries write the moment to the second, and Stata's to the minute
    time.sleep(1.01)
    assert [kind for kind in FORMATS if content(table, kind, MADE) != first[kind]] == []
    assert b"01 Jan 2000 00:00" in first["dta"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_in_the_language_asked_for(table, language, tmp_path):
    wish = Wish(language)
    for kind, reader in (("sav", pyreadstat.read_sav), ("dta", pyreadstat.read_dta)):
        _, about = opened(reader, content(table, kind, MADE, wish), tmp_path)
        assert about.column_names_to_labels["alpha"] == dict(
            zip(("nb", "nn", "da", "en"), (*["Cronbachs alfa"] * 3, "Cronbach's alpha"), strict=True)
        ).get(language)
    sheet = openpyxl.load_workbook(io.BytesIO(content(table, "xlsx", MADE, wish)))["columns"]
    labels = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
    assert labels == {column.name: column.labels[language] for column in table.columns}


def test_every_text_is_in_every_language_and_no_two_languages_share_most(table):
    for tag in LANGUAGES:
        assert all(column.labels[tag] for column in table.columns)
    by_language = [{column.labels[tag] for column in table.columns} for tag in LANGUAGES]
    assert all(len(one & other) < len(table.columns) / 3 for one in by_language for other in by_language
               if one is not other)  # fmt: skip


def test_the_plain_csv_is_what_its_checksum_is_of_and_the_same_each_time(table):
    first, again = content(table, "csv", MADE), content(table, "csv", MADE)
    assert first == again == csv_bytes(table)
    assert hashlib.sha256(first).hexdigest() == checksum_of(table)


def test_a_csv_for_spreadsheets_has_a_mark_and_the_separators_of_the_country(table):
    danish = csv_bytes(table, spreadsheet_style("da"))
    assert danish.startswith(b"\xef\xbb\xbfunit;owner;")
    line = danish.decode("utf-8-sig").splitlines()[1].split(";")
    rate = [column.name for column in table.columns].index("response_rate")
    assert line[rate] == "0,8000"
    assert csv_bytes(table, spreadsheet_style("en")).startswith(b"\xef\xbb\xbfunit,owner,")


def test_parquet_carries_its_codebook(table, tmp_path):
    (tmp_path / "t.parquet").write_bytes(content(table, "parquet", MADE))
    held = json.loads(pl.read_parquet_metadata(tmp_path / "t.parquet")["kjennetegn"])
    assert held["data set"]["licence"] == "CC-BY-4.0"
    assert [each["name"] for each in held["columns"]] == pl.read_parquet(tmp_path / "t.parquet").columns


def test_a_data_package_is_one_of_version_two_and_its_rows_keep_its_schema(table):
    with zipfile.ZipFile(io.BytesIO(content(table, "datapackage", MADE))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    package = json.loads(files["datapackage.json"])
    [resource] = package["resources"]
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert {"version", "sources", "created", "contributors"} <= package.keys()
    data = pl.read_csv(files[resource["path"]], infer_schema=False)
    schema = resource["schema"]
    assert [field["name"] for field in schema["fields"]] == data.columns
    assert not data.select(schema["primaryKey"]).is_duplicated().any()
    assert [each["value"] for each in schema["missingValues"]] == [""]
    numeric = {"integer": pl.Int64, "number": pl.Float64}
    for field in schema["fields"]:
        if field["type"] in numeric:
            data.get_column(field["name"]).cast(numeric[field["type"]])
    assert b"type: dataset" in files["CITATION.cff"]


def test_the_ddi_file_has_what_the_profile_of_the_data_catalogue_asks_for(table):
    root = etree.fromstring(content(table, "ddi", MADE))
    assert root.get(LANG) == "en"
    location = root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation")
    assert location == (
        "ddi:codebook:2_5 http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
    )
    for path in PROFILE:
        named = "/".join(f"d:{step}" for step in path.split("/"))
        assert root.xpath(named, namespaces=DDI), path


def test_the_ddi_file_has_its_elements_in_the_order_of_the_schema(table):
    root = etree.fromstring(content(table, "ddi", MADE))
    for parent, order in ORDER.items():
        found = root.xpath(f"descendant-or-self::d:{parent}", namespaces=DDI)
        assert found, parent
        for each in found:
            places = [order.index(etree.QName(child).localname) for child in each]
            assert places == sorted(places), parent


def test_the_formats_know_of_items_too(tmp_path):
    table = item_rows([exported("dalen", 41)], POLICY, FAMILY)
    found, about = opened(pyreadstat.read_sav, content(table, "sav", MADE), tmp_path)
    assert found["reversed"].sum() == 1
    assert about.variable_value_labels["reversed"] == {0.0: "no", 1.0: "yes"}
    assert set(found["dimension"]) == {"trust", "goals"}


def test_an_empty_table_is_a_file_of_every_format():
    table = dimension_rows([], POLICY, FAMILY)
    for kind in FORMATS:
        assert content(table, kind, MADE), kind
