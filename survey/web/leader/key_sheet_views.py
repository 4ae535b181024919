"""Surveys whose key is on three printed sheets: printing them, opening with their marks, sealing with two."""

from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.background import key_sheet_printing
from survey.collection import lifecycle, sheet_sealing
from survey.operations import log
from survey.web import error_pages
from survey.web.leader.blueprint import leader
from survey.web.leader.ending_views import destroying_page, sealing_page
from survey.web.leader.key_sheet_forms import MarksForm, SheetsForm
from survey.web.leader.wave_views import found_wave, return_to, wave_page
from survey.web.platform import key_sheet_sentences
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, form_errors


@leader.post("/<unit>/<wave>/key-sheets.pdf")
def print_key_sheets(unit: str, wave: str) -> AnyResponse:
    """Print the sheets of a new key, this once; those printed before count no more."""
    found = found_wave(unit, wave)
    printed = key_sheet_printing.print_key_sheets(context().installation, found.key)
    lifecycle.accept_sheets(context().database, found.key, printed.public_key)
    name = file_name("key-sheets", found, found.language, "pdf")
    reply = download(printed.pdf, "application/pdf", name)
    reply.content_length = printed.size
    # a proxy may keep a reply in a file while its reader is slow
    reply.headers["X-Accel-Buffering"] = "no"
    return reply


@leader.post("/<unit>/<wave>/open-with-sheets")
def open_with_sheets(unit: str, wave: str) -> AnyResponse:
    """Open a drafted survey whose sheets are printed."""
    here, found, form = context(), found_wave(unit, wave), MarksForm()
    if not form.validate():
        return wave_page(found, faults=form_errors(form), marks=form)
    try:
        opened = lifecycle.open_wave(
            here.database, here.keys, here.policy, found.key, here.today, marks=form.marks
        )
    except Refused as refused:
        if refused.problems[0].code != "sheets-unproven":
            raise
        form.first.errors = [_said(refused)]
        return wave_page(found, faults=form_errors(form), marks=form)
    return return_to(opened, gettext("The survey is open."))


@leader.post("/<unit>/<wave>/sheets")
def give_sheets(unit: str, wave: str) -> AnyResponse:
    """Seal a closed survey with two sheets, or take the first of them."""
    here = context()
    # one past its last day is shown as closed, whether or not the worker has closed it by now
    lifecycle.close_due(here.database, found_wave(unit, wave).key, here.closing_day)
    found, form = found_wave(unit, wave), SheetsForm()
    without_result = form.without_result.data == "yes"
    page = destroying_page if without_result else sealing_page
    if not form.validate():
        return page(found, form, form_errors(form))
    try:
        given = sheet_sealing.give_sheets(
            here.database,
            here.keys,
            here.policy,
            found.key,
            form.sheets,
            now=here.now,
            without_result=without_result,
            today=here.today,
        )
    except Refused as refused:
        if refused.problems[0].code not in {"sheets-wrong", "sheets-needed"}:
            raise
        form.one.errors = [_said(refused)]
        return page(found, form, form_errors(form))
    if given.wave.is_sealed:
        log.act("wave-sealed", unit=unit, wave=wave)
    return return_to(given.wave, key_sheet_sentences.outcome(given, without_result=without_result))


def _said(refused: Refused) -> str:
    _, happened, remedy = error_pages.explain(refused)
    return f"{happened}. {remedy}"
