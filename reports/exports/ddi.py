"""The table described in DDI-Codebook 2.5, the language of the data archives."""

from collections.abc import Mapping

from lxml import etree

from instruments.formats.ddi_elements import add, add_category, codebook, written
from reports.exports.codebook import EMPTY_CELLS, thresholds
from reports.exports.columns import ExportColumn, ExportTable, Kind

_TITLE = "Kjennetegn: self-assessment of professional learning communities, aggregated"


def ddi_bytes(table: ExportTable, data_file: str) -> bytes:
    """Return the codebook of `data_file` (CSV): study, file, a `var` per column, and the questions asked."""
    root = codebook()
    _study(root, table)
    described = add(root, "fileDscr", ID="F1")
    text = add(described, "fileTxt")
    add(text, "fileName", data_file)
    dimensions = add(text, "dimensns")
    add(dimensions, "caseQnty", str(len(table.rows)))
    add(dimensions, "varQnty", str(len(table.columns)))
    add(text, "fileType", "text/csv; charset=utf-8")
    data = add(root, "dataDscr")
    for place, column in enumerate(table.columns, start=1):
        _variable(data, place, column)
    _questions(root, table)
    return written(root)


def _study(root: etree._Element, table: ExportTable) -> None:
    study = add(root, "stdyDscr")
    citation = add(study, "citation")
    titles = add(citation, "titlStmt")
    add(titles, "titl", f"{_TITLE} by {table.name}")
    information = add(study, "stdyInfo")
    asked = ", ".join(version.reference for version in table.versions) or "no instrument"
    add(information, "abstract", f"Staff answered {asked} anonymously; groups of answers are summarised.")
    summary = add(information, "sumDscr")
    add(summary, "anlyUnit", "Unit, wave and dimension or item")
    add(summary, "dataKind", "Aggregate data")
    method = add(study, "method")
    collection = add(method, "dataColl")
    add(collection, "collMode", "Self-administered questionnaire, web")
    add(collection, "cleanOps", _rules(thresholds(table.policy)))


def _rules(needed: Mapping[str, int]) -> str:
    listed = "; ".join(f"{figure}: {count}" for figure, count in needed.items())
    return f"{EMPTY_CELLS} Fewest answers behind a figure: {listed}."


def _variable(data: etree._Element, place: int, column: ExportColumn) -> None:
    attributes = {"ID": f"V{place}", "name": column.name, "files": "F1"}
    if column.kind is not Kind.TEXT:
        attributes["dcml"] = str(column.decimals)
    variable = add(data, "var", **attributes)
    add(variable, "location", fileid="F1")
    add(variable, "labl", column.label)
    for code, label in column.values.items():
        add_category(variable, code, {"": label})
    kind = "character" if column.kind is Kind.TEXT else "numeric"
    add(variable, "varFormat", type=kind)


def _questions(root: etree._Element, table: ExportTable) -> None:
    """Add the items' texts in every language, as material beside the data: the rows hold figures."""
    for version in table.versions:
        for wording in version.wordings.values():
            other = add(root, "otherMat", type="questionnaire", level="study")
            add(other, "labl", f"{version.reference}, {wording.edition}", wording.language)
            lines = [wording.referent, *(f"{key}: {text}" for key, text in wording.items.items())]
            add(other, "txt", "\n".join(lines), wording.language)
