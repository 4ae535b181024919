"""What an owner takes along of a round: report, slides, tables and pictures of the same released figures."""

from flask import Response
from werkzeug.exceptions import NotFound

from reports.downloads.round_figures import round_table
from reports.downloads.spreadsheets import delimited, workbook
from reports.pdf import owner_report
from reports.presentation.figures.overview import NARROW, ON_PAPER
from reports.presentation.locale import get_locale
from reports.presentation.round_view import round_view
from reports.results.round_results import RoundResults
from survey.publication.rounds import Round
from survey.store.repositories import access_history
from survey.web.owner.blueprint import owner
from survey.web.owner.round_results import decided_round, reading_language, results
from survey.web.owner.round_views import ROUND
from survey.web.platform.context import context
from survey.web.platform.file_names import FileName, joined_name
from survey.web.platform.rendering import download

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@owner.get(f"{ROUND}/figures.csv")
def round_figures(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Send the totals as text, as the reader's spreadsheet takes it."""
    shown, language = _shown(unit, Round(half, edition, instrument))
    _note(unit, half, edition, "CSV")
    content = delimited(round_table(shown, get_locale(language)))
    return download(content, "text/csv", _name(shown, language, "csv"))


@owner.get(f"{ROUND}/figures.xlsx")
def round_workbook(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Send the totals as a workbook."""
    shown, language = _shown(unit, Round(half, edition, instrument))
    _note(unit, half, edition, "XLSX")
    return download(
        workbook(round_table(shown, get_locale(language))), _SHEET, _name(shown, language, "xlsx")
    )


@owner.get(f"{ROUND}/report.pdf")
def round_report(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Send the owner's report of a round as a PDF, in the reader's language."""
    shown, language = _shown(unit, Round(half, edition, instrument))
    _note(unit, half, edition, "PDF")
    return download(
        owner_report.owner_report(shown, language), "application/pdf", _name(shown, language, "pdf")
    )


@owner.get(f"{ROUND}/slides.pptx")
def round_slides(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Send slides about a round, in the reader's language."""
    from reports.downloads.round_slides import slides  # noqa: PLC0415 - other pages do not pay for it

    shown, language = _shown(unit, Round(half, edition, instrument))
    _note(unit, half, edition, "PPTX")
    return download(slides(shown, language), _SLIDES, _name(shown, language, "pptx"))


@owner.get(f"{ROUND}/<name>.svg")
def round_figure(unit: str, half: str, edition: str, instrument: str, name: str) -> Response:
    """Return the drawing of the round as SVG: the units as dots without names, and the total."""
    shapes = {"units": ON_PAPER, "units-narrow": NARROW}
    shown, language = _shown(unit, Round(half, edition, instrument))
    if name not in shapes:
        raise NotFound
    return Response(round_view(shown, language).drawing(shapes[name]).svg, mimetype="image/svg+xml")


def _shown(unit: str, wanted: Round) -> tuple[RoundResults, str]:
    return results(*decided_round(unit, wanted)), reading_language(wanted)


def _name(shown: RoundResults, language: str, ending: str) -> FileName:
    own = shown.identity
    return joined_name(
        "round",
        own.unit_name,
        own.wave_title.partition(" ")[0],
        own.edition,
        own.reference,
        language,
        ending=ending,
    )


def _note(unit: str, half: str, edition: str, kind: str) -> None:
    access_history.record_once(context().database, "report-made", unit, about=f"{half} · {edition} ({kind})")
