"""The table described in DDI-Codebook 2.5, the language of the data archives.

It holds what the profile of the CESSDA Data Catalogue for DDI 2.5 asks for, mandatory and recommended.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from lxml import etree

from instruments.formats.ddi_elements import add, add_category, codebook, written
from instruments.languages import SOURCE
from reports.exports.codebook import main_note, thresholds
from reports.exports.columns import ExportColumn, ExportTable, Kind, Measure, Subject
from reports.exports.dataset import CREATOR, TITLE, Extraction, checksum_of, description

_SCHEMA: Final = "http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_VOCABULARIES: Final = "https://vocabularies.cessda.eu/vocabulary/"
_KEYWORDS: Final = ("SCHOOLS", "TEACHERS", "PROFESSIONAL DEVELOPMENT", "PRE-SCHOOL EDUCATION")
# element, or what is analysed → words, code, and the vocabulary by its address and its name
_CONCEPTS: Final = {
    "timeMeth": (
        "Longitudinal: trend, repeated cross-section",
        "Longitudinal.TrendRepeatedCrossSection",
        "TimeMethod",
        "DDI Time Method",
    ),
    "sampProc": (
        "All staff of the units that took part",
        "TotalUniverseCompleteEnumeration",
        "SamplingProcedure",
        "DDI Sampling Procedure",
    ),
    "collMode": (
        "Self-administered questionnaire: web-based",
        "SelfAdministeredQuestionnaire.CAWI",
        "ModeOfCollection",
        "DDI Mode of Collection",
    ),
    "units": (
        "Organisation or institution",
        "OrganizationOrInstitution",
        "AnalysisUnit",
        "DDI Analysis Unit",
    ),
    "persons": ("Individual", "Individual", "AnalysisUnit", "DDI Analysis Unit"),
}
_ANALYSED: Final = {Subject.UNITS: "units", Subject.POOLS: "persons"}
_MONTHS: Final = {("start", "1"): "01", ("start", "2"): "07", ("end", "1"): "06", ("end", "2"): "12"}
_NATURES: Final = {Measure.NOMINAL: "nominal", Measure.ORDINAL: "ordinal", Measure.SCALE: "ratio"}


def ddi_bytes(table: ExportTable, data_file: str, made: Extraction) -> bytes:
    """Return the codebook of `data_file` (CSV): study, file, a `var` per column, and the questions asked."""
    root = codebook()
    root.set(_LOCATION, f"ddi:codebook:2_5 {_SCHEMA}")
    about = description(table, made)
    _study(root, table, made, about)
    described = add(root, "fileDscr", ID="F1")
    text = add(described, "fileTxt")
    add(text, "fileName", data_file)
    fingerprint = add(text, "dataFingerprint", type="dataFile")
    add(fingerprint, "digitalFingerprintValue", checksum_of(table))
    add(fingerprint, "algorithmSpecification", "SHA-256")
    dimensions = add(text, "dimensns")
    add(dimensions, "caseQnty", str(len(table.rows)))
    add(dimensions, "varQnty", str(len(table.columns)))
    add(text, "fileType", "text/csv; charset=utf-8")
    data = add(root, "dataDscr")
    for place, column in enumerate(table.columns, start=1):
        _variable(data, place, column)
    _questions(root, table)
    return written(root, SOURCE)


def _study(root: etree._Element, table: ExportTable, made: Extraction, about: Mapping[str, object]) -> None:
    study = add(root, "stdyDscr")
    _citation(add(study, "citation"), table, made, about)
    _information(add(study, "stdyInfo"), table)
    collection = add(add(study, "method"), "dataColl")
    for tag in ("timeMeth", "sampProc", "collMode"):
        _concept(collection, tag)
    add(collection, "cleanOps", _rules(table))
    use = add(add(study, "dataAccs"), "useStmt")
    add(use, "restrctn", f"Licence: {made.licence or 'none stated; ask whoever gave you the data'}.")
    add(use, "citReq", str(about["citation"]))


def _citation(
    citation: etree._Element, table: ExportTable, made: Extraction, about: Mapping[str, object]
) -> None:
    name = f"urn:uuid:{UUID(checksum_of(table)[:32])}"
    titles = add(citation, "titlStmt")
    add(titles, "titl", f"{TITLE}: {table.name}")
    add(titles, "IDNo", name, agency="URN")
    add(add(citation, "rspStmt"), "AuthEnty", CREATOR)
    distribution = add(citation, "distStmt")
    add(distribution, "distrbtr", CREATOR)
    add(distribution, "distDate", str(made.day.year), date=made.day.isoformat())
    version = add(citation, "verStmt")
    add(version, "version", str(about["version"]), date=made.day.isoformat())
    add(version, "notes", f"{about['program']}, policy {made.policy}; changes: {about['changes']}")
    add(citation, "holdings", "", URI=name)


def _information(information: etree._Element, table: ExportTable) -> None:
    subject = add(information, "subject")
    for keyword in _KEYWORDS:
        add(subject, "keyword", keyword, vocab="ELSST", vocabURI="https://elsst.cessda.eu/id")
    address = f"{_VOCABULARIES}TopicClassification"
    add(subject, "topcClas", "Education", vocab="CESSDA Topic Classification", vocabURI=address)
    asked = ", ".join(version.reference for version in table.versions) or "no instrument"
    add(information, "abstract", f"Staff answered {asked} anonymously; groups of answers are summarised.")
    summary = add(information, "sumDscr")
    place = next((at for at, column in enumerate(table.columns) if column.name == "period"), None)
    periods = sorted({str(row[place]) for row in table.rows}) if place is not None else []
    for event, period in zip(("start", "end"), (periods[:1] + periods[-1:]), strict=False):
        month = _MONTHS[event, period[-1]]
        add(summary, "collDate", period, event=event, date=f"{period[:4]}-{month}")
    _concept(summary, "anlyUnit", _ANALYSED[table.subject])
    add(summary, "universe", "Staff of kindergartens, schools and training companies that took part")
    add(summary, "dataKind", "Aggregate data")


def _concept(parent: etree._Element, tag: str, concept: str = "") -> None:
    words, code, vocabulary, name = _CONCEPTS[concept or tag]
    made = add(parent, tag, words)
    add(made, "concept", code, vocab=name, vocabURI=f"{_VOCABULARIES}{vocabulary}")


def _rules(table: ExportTable) -> str:
    listed = "; ".join(f"{figure}: {count}" for figure, count in thresholds(table).items())
    needed = "Fewest of a pool" if table.subject is Subject.POOLS else "Fewest answers behind a figure"
    return f"{main_note(table)} {needed}: {listed}."


def _variable(data: etree._Element, place: int, column: ExportColumn) -> None:
    attributes = {"ID": f"V{place}", "name": column.name, "files": "F1", "nature": _NATURES[column.measure]}
    if column.kind is not Kind.TEXT:
        attributes["dcml"] = str(column.decimals)
    variable = add(data, "var", **attributes)
    add(variable, "location", fileid="F1")
    for language, label in column.labels.items():
        add(variable, "labl", label, language)
    for code, held in column.values.items():
        add_category(variable, str(code), held)
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
