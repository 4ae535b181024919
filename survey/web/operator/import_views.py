"""Operators: units and their leaders from a sheet, shown before anything is stored."""

import base64
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, flash, request, session
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from survey.store.repositories import waiting_accounts
from survey.unit_import import carrying_out, columns, export, held_sheets, sheet
from survey.unit_import.columns import SheetColumn
from survey.unit_import.grid import MOST_ROWS
from survey.unit_import.identities import kind_of
from survey.unit_import.plan import ImportPlan, PlannedUnit, Scope
from survey.unit_import.sheet import RowFault, Sheet
from survey.web import error_pages
from survey.web.operator.blueprint import operator
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import FormError, download, form_errors, redirect_to, render_page

_HELD = "sheet"  # in the cookie: the name of the held sheet, and the key that opens it
# what stands in one cell of the page that shows what would be made
_TOGETHER = (
    (SheetColumn.NAME, SheetColumn.ORGANISATION_NUMBER),
    (SheetColumn.KIND, SheetColumn.EDITION),
    (SheetColumn.PARENT,),
    (SheetColumn.LEADER,),
    (SheetColumn.LANGUAGE, SheetColumn.INVITED),
)
_CSV = "text/csv; charset=utf-8"


class SheetForm(FlaskForm):
    """The file of a sheet."""

    sheet = FileField()


@operator.get("/import")
def new_import() -> Response:
    """Ask for the file, and say what its columns are."""
    return _asked(SheetForm())


@operator.post("/import")
def read_sheet() -> AnyResponse:
    """Keep the sheet for as long as it takes to decide, and show what is in it."""
    form, here = SheetForm(), context()
    given = form.sheet.data
    if not given:
        form.sheet.errors = [gettext("Choose a file.")]
        return _asked(form, form_errors(form))
    content = given.read()
    try:
        sheet.read(content)
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.sheet.errors = [f"{happened}. {remedy}"]
        return _asked(form, form_errors(form))
    _drop()
    name, key = held_sheets.hold(here.settings, content, here.now)
    session[_HELD] = [name, base64.b64encode(key).decode()]
    return redirect_to("operator.preview_import")


@operator.get("/import/preview")
def preview_import() -> Response:
    """Show every fault of the sheet, and what would be made, changed and left."""
    held = _held()
    return _preview(held, carrying_out.preview(context().database, held, _scope()))


@operator.post("/import/preview")
def import_sheet() -> AnyResponse:
    """Store what was shown, all of it in one act or nothing."""
    held, here = _held(), context()
    try:
        done = carrying_out.carry_out(
            here.database, held, _scope(), request.form.get("shown", ""), now=here.now
        )
    except Refused as refused:
        return _refused(held, refused)
    _drop()
    counted = {"made": done.made, "changed": done.changed, "accounts": done.accounts}
    acts.describe(**{name: len(each) for name, each in counted.items()}, roles=done.roles)
    flash(_said_of(done))
    waits = any(not each.links for each in waiting_accounts.every(here.database))
    return redirect_to("operator.first_passwords" if waits else "operator.new_import")


@operator.post("/import/drop")
def drop_sheet() -> AnyResponse:
    """Forget the sheet without storing anything of it."""
    _drop()
    flash(gettext("The sheet has been removed, and nothing has been stored."))
    return redirect_to("operator.new_import")


@operator.get("/units.csv")
def download_units() -> Response:
    """Give the units there are, in the columns of a sheet to import."""
    language, today = languages.current(), context().today.isoformat()
    name = joined_name(gettext("Units"), today, language, ending="csv")
    return download(export.csv_bytes(context().database, language), _CSV, name)


def _asked(form: SheetForm, faults: Sequence[FormError] = ()) -> Response:
    language = languages.current()
    return render_page(
        "operator/import.html",
        gettext("Units and leaders from a sheet"),
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        form=form,
        columns={column.value: columns.heading(column, language) for column in SheetColumn},
        kinds=columns.kind_names(language),
        editions=columns.edition_names(language),
        most=MOST_ROWS,
    )


def _preview(
    held: Sheet, planned: ImportPlan, faults: Sequence[FormError] = (), status: int = 200
) -> Response:
    language = languages.current()
    headings = {column: columns.heading(column, language) for column in SheetColumn}
    return render_page(
        "operator/import_preview.html",
        gettext("What the sheet would do"),
        faults=faults,
        status=status,
        sheet=held,
        plan=planned,
        problems=[
            (each.row, headings[each.column] if each.column else "", *_sentences(each))
            for each in planned.faults
        ],
        faulty_rows=len({each.row for each in planned.faults}),
        names=[", ".join(headings[column] for column in together) for together in _TOGETHER],
        made=[_together(_cells(each, language)) for each in planned.made],
        changed=[(each, _changes(each, headings)) for each in planned.changed],
        appointed=[each for each in planned.left if each.appointed],
        headings=headings,
        shown=planned.digest(),
    )


def _refused(held: Sheet, refused: Refused) -> Response:
    """Show what would be done now, below why what was shown before was not."""
    now = carrying_out.preview(context().database, held, _scope())
    if now.faults:
        return _preview(held, now, status=HTTPStatus.CONFLICT)
    status, happened, remedy = error_pages.explain(refused)
    return _preview(held, now, [FormError(f"{happened}. {remedy}")], status)


def _sentences(fault: RowFault) -> tuple[str, str]:
    """Return what is wrong and what to do, in the reader's language."""
    return fault.problem.sentences(gettext, error_pages.shown)


def _together(cells: Mapping[SheetColumn, str]) -> list[str]:
    """Return the cells of one row, several in one: a page has no room for all of them beside each other."""
    return [", ".join(cells[column] for column in together if cells[column]) for together in _TOGETHER]


def _cells(planned: PlannedUnit, language: str) -> Mapping[SheetColumn, str]:
    entry = planned.entry
    return {
        SheetColumn.NAME: entry.name,
        SheetColumn.ORGANISATION_NUMBER: entry.organisation_number or "",
        SheetColumn.KIND: columns.kind_name(kind_of(entry), language),
        SheetColumn.EDITION: columns.edition_name(entry.edition, language) if entry.edition else "",
        SheetColumn.PARENT: entry.parent or "",
        SheetColumn.LANGUAGE: languages.NAMES[entry.language] if entry.language else "",
        SheetColumn.LEADER: ", ".join(entry.leader),
        SheetColumn.INVITED: "" if entry.invited is None else str(entry.invited),
    }


def _changes(planned: PlannedUnit, headings: Mapping[SheetColumn, str]) -> list[tuple[str, str, str]]:
    """Return which columns of a stored unit change, and from what to what."""
    return [
        (headings[column], str(getattr(planned.unit, column.value) or "–"), str(value))
        for column, value in planned.changes.items()
    ]


def _said_of(done: ImportPlan) -> str:
    """Return what was stored, in one paragraph."""
    made, changed, new = len(done.made), len(done.changed), len(done.accounts)
    parts = {
        ngettext("%(num)s unit has been made.", "%(num)s units have been made.", made): made,
        ngettext("%(num)s unit has been changed.", "%(num)s units have been changed.", changed): changed,
        ngettext("%(num)s account has been made.", "%(num)s accounts have been made.", new): new,
        ngettext("%(num)s role has been given.", "%(num)s roles have been given.", done.roles): done.roles,
    }
    return " ".join(str(part) for part, number in parts.items() if number)


def _scope() -> Scope:
    return Scope(by=sign_ins.visitor().account.email, language=languages.current())


def _held() -> Sheet:
    """Return the sheet that this sign-in has uploaded. Raises Refused("sheet-gone")."""
    held = session.get(_HELD)
    if not isinstance(held, list):
        raise held_sheets.gone()
    name, key = held
    return sheet.read(held_sheets.read(context().settings, name, base64.b64decode(key)))


def _drop() -> None:
    held = session.pop(_HELD, None)
    if isinstance(held, list):
        held_sheets.drop(context().settings, held[0])
