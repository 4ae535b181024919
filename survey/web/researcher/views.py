"""Researchers: the exports, and nothing else."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from reports.exports import (
    FORMATS,
    TABLES,
    CsvStyle,
    ExportTable,
    Extraction,
    Wish,
    codebook_bytes,
    content,
    spreadsheet_style,
)
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.store.repositories import releases, studies
from survey.web.platform import sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import FileName, joined_name
from survey.web.platform.languages import current
from survey.web.platform.rendering import download, render_page

researcher = Blueprint("researcher", __name__, url_prefix="/researcher")

SPREADSHEET = "spreadsheet"
BY_ENDING = {each.ending: name for name, each in FORMATS.items()}


@researcher.get("/")
def desk() -> Response:
    """List what can be downloaded."""
    here = context()
    mine = studies.of_account(here.database, sign_ins.visitor().account.id, here.today)
    return render_page(
        "researcher/desk.html", gettext("Data for research"), formats=other_formats(), studies=mine
    )


@researcher.get(f"/<any(dimensions, items):rows>.<any({', '.join(BY_ENDING)}):ending>")
def table(rows: str, ending: str) -> Response:
    """Send every sealed wave that may be released outside its unit, in the format of that ending.

    With `?for=spreadsheet` a CSV is what spreadsheets of the reader's country open as a table.
    """
    kind, spoken = BY_ENDING[ending], current()
    asked = ending == "csv" and request.args.get("for") == SPREADSHEET
    style = spreadsheet_style(spoken) if asked else CsvStyle()
    wish = Wish(spoken, style, _file_name(rows, "csv"))
    made = content(_table(rows), kind, own_extraction(), wish)
    releases.take_out(context().database, rows, context().policy)
    # no two files of one day have one name
    told = [SPREADSHEET] if asked else [] if FORMATS[kind].holds_every_language else [spoken]
    return download(made, FORMATS[kind].media_type, _file_name(rows, ending, *told))


@researcher.get("/<any(dimensions, items):rows>.codebook.json")
def codebook(rows: str) -> Response:
    """Send what the columns of that file mean."""
    return download(
        codebook_bytes(_table(rows), own_extraction()), "application/json", _file_name(rows, "codebook.json")
    )


def other_formats() -> list[tuple[str, str, dict[str, str]]]:
    """Return the name, the ending and the query of each format beside the plain CSV."""
    return [
        ("Excel", "xlsx", {}),
        (gettext("CSV for a spreadsheet"), "csv", {"for": SPREADSHEET}),
        ("SPSS", "sav", {}),
        ("Stata", "dta", {}),
        ("SAS", "xpt", {}),
        ("Parquet", "parquet", {}),
        ("DDI-Codebook", "xml", {}),
        ("Data Package", "zip", {}),
    ]


def _file_name(rows: str, ending: str, *more: str) -> FileName:
    # of the day: an export grows with every sealed survey
    return joined_name("kjennetegn", rows, context().today.isoformat(), *more, ending=ending)


def own_extraction() -> Extraction:
    """Return what files made now say of themselves: day, policy, licence."""
    found = context()
    return extraction(found.today, found.policy, found.settings.data_licence)


def _table(rows: str) -> ExportTable:
    policy = context().policy
    return TABLES[rows](to_researchers(context().database, policy), policy, _family())


def _family() -> bytes:
    """Return the key that names units alike in every export of one account, and unlike in another's."""
    # two exports of one person can be put together, those of two persons cannot: a study is for that
    return families.of_account(context().keys, sign_ins.visitor().account.id)
