"""The table described in DDI-Codebook 2.5, the language of the data archives."""

from collections.abc import Mapping

from lxml import etree

from reports.disclosure import Policy
from reports.exports.codebook import WITHHELD, thresholds
from reports.exports.rows import ExportColumn, ExportTable, Kind

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_TITLE = "Kjennetegn: self-assessment of professional learning communities, aggregated"


def ddi_bytes(table: ExportTable, policy: Policy, data_file: str) -> bytes:
    """The codebook of `data_file` (CSV): study, file and one `var` per column, with the questions asked."""
    root = etree.XML(f'<codeBook xmlns="{NAMESPACE}" version="2.5"/>')
    _study(root, table, policy)
    described = _child(root, "fileDscr", ID="F1")
    text = _child(described, "fileTxt")
    _child(text, "fileName", data_file)
    dimensions = _child(text, "dimensns")
    _child(dimensions, "caseQnty", str(len(table.rows)))
    _child(dimensions, "varQnty", str(len(table.columns)))
    _child(text, "fileType", "text/csv; charset=utf-8")
    data = _child(root, "dataDscr")
    for place, column in enumerate(table.columns, start=1):
        _variable(data, place, column)
    _questions(root, table)
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _child(parent: etree._Element, tag: str, text: str = "", /, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    made.text = text or None
    return made


def _study(root: etree._Element, table: ExportTable, policy: Policy) -> None:
    study = _child(root, "stdyDscr")
    citation = _child(study, "citation")
    titles = _child(citation, "titlStmt")
    _child(titles, "titl", f"{_TITLE} by {table.name}")
    information = _child(study, "stdyInfo")
    asked = ", ".join(version.reference for version in table.versions) or "no instrument"
    _child(information, "abstract", f"Staff answered {asked} anonymously; groups of answers are summarised.")
    summary = _child(information, "sumDscr")
    _child(summary, "anlyUnit", "Unit, wave and dimension or item")
    _child(summary, "dataKind", "Aggregate data")
    method = _child(study, "method")
    collection = _child(method, "dataColl")
    _child(collection, "collMode", "Self-administered questionnaire, web")
    _child(collection, "cleanOps", _rules(thresholds(policy)))


def _rules(needed: Mapping[str, int]) -> str:
    listed = "; ".join(f"{figure}: {count}" for figure, count in needed.items())
    return f"{WITHHELD} Fewest answers behind a figure: {listed}."


def _variable(data: etree._Element, place: int, column: ExportColumn) -> None:
    attributes = {"ID": f"V{place}", "name": column.name, "files": "F1"}
    if column.kind is not Kind.TEXT:
        attributes["dcml"] = str(column.decimals)
    variable = _child(data, "var", **attributes)
    _child(variable, "location", fileid="F1")
    _child(variable, "labl", column.label)
    for code, label in column.values.items():
        category = _child(variable, "catgry")
        _child(category, "catValu", code)
        _child(category, "labl", label)
    kind = "character" if column.kind is Kind.TEXT else "numeric"
    _child(variable, "varFormat", type=kind)


def _questions(root: etree._Element, table: ExportTable) -> None:
    """The items' texts in every language, as material beside the data: the rows hold figures, not answers."""
    for version in table.versions:
        for wording in version.wordings.values():
            other = _child(root, "otherMat", type="questionnaire", level="study")
            label = _child(other, "labl", f"{version.reference}, {wording.edition}")
            label.set(LANGUAGE, wording.language)
            lines = [wording.referent, *(f"{key}: {text}" for key, text in wording.items.items())]
            text = _child(other, "txt", "\n".join(lines))
            text.set(LANGUAGE, wording.language)
