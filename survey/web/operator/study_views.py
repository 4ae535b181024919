"""Operators: studies, in which researchers take data out under the same names of units until a last day."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, flash, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import InputRequired

from instruments.problems import Refused
from survey.store.repositories import accounts, studies
from survey.store.repositories.studies import Study
from survey.web import error_pages
from survey.web.forms import Day, Printable, typed
from survey.web.operator.blueprint import operator
from survey.web.platform import acts
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


class StudyForm(FlaskForm):
    """What a study is called, and its last day."""

    study_name = StringField(
        lazy_gettext("Name of the study"),
        [InputRequired(message=lazy_gettext("Write a name.")), Printable()],
        filters=[typed],
    )
    ends_on = Day(
        lazy_gettext("Last day"),
        [InputRequired(message=lazy_gettext("Write a valid date, as year-month-day."))],
    )


class JoiningForm(FlaskForm):
    """The address of a researcher who is to take part."""

    email = StringField(lazy_gettext("E-mail address"), filters=[typed])


@operator.get("/studies")
def list_studies() -> Response:
    """List the studies that go on, and ask for what a new one needs."""
    return _listed(StudyForm())


@operator.post("/studies")
def make_study() -> AnyResponse:
    """Make a study, which nobody takes part in yet."""
    form, here = StudyForm(), context()
    if not form.validate():
        return _listed(form, form_errors(form))
    try:
        # neither is empty: the form has seen to that
        name, ends_on = form.study_name.data or "", form.ends_on.data or here.today
        key = studies.add(here.database, name, ends_on, here.today)
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        field = form.ends_on if refused.problems[0].code == "study-end" else form.study_name
        field.errors = [f"{happened}. {remedy}"]
        return _listed(form, form_errors(form))
    acts.describe(study=key)
    return redirect_to("operator.show_study", study=key)


@operator.get("/studies/<study>")
def show_study(study: str) -> Response:
    """Show who takes part in a study, and until when."""
    return _shown(_study(study), JoiningForm())


@operator.post("/studies/<study>/join")
def join_study(study: str) -> AnyResponse:
    """Let a researcher take part."""
    form, found = JoiningForm(), _study(study)
    holder = accounts.by_email(context().database, form.email.data or "")
    if holder is None:
        form.email.errors = [gettext("Nobody has an account with that address.")]
        return _shown(found, form, form_errors(form))
    try:
        studies.join(context().database, study, holder)
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.email.errors = [f"{happened}. {remedy}"]
        return _shown(found, form, form_errors(form))
    return redirect_to("operator.show_study", study=study)


@operator.get("/studies/<study>/leave")
def confirm_leaving_study(study: str) -> AnyResponse:
    """Say what ends for a researcher, before it does."""
    found, number = _study(study), request.args.get("number", type=int)
    member = None if number is None else found.member(number)
    if member is None:
        return redirect_to("operator.show_study", study=study)
    heading = gettext("Remove %(email)s from the study?", email=member.email)
    return render_page("operator/leave_study.html", heading, study=found, member=member)


@operator.post("/studies/<study>/leave")
def leave_study(study: str) -> AnyResponse:
    """Let an account take part no more; its token ends with that, and it can be let in again."""
    found, number = _study(study), request.form.get("number", type=int)
    # nobody else's number is asked of the database, which takes none of any size
    if number is not None and found.member(number):
        studies.leave(context().database, study, number)
    return redirect_to("operator.show_study", study=study)


@operator.get("/studies/<study>/end")
def confirm_ending_study(study: str) -> Response:
    """Say what ends, before it does."""
    found = _study(study)
    return render_page(
        "operator/end_study.html", gettext("End “%(name)s” now?", name=found.name), study=found
    )


@operator.post("/studies/<study>/end")
def end_study(study: str) -> AnyResponse:
    """End a study."""
    found = _study(study)
    studies.end(context().database, study)
    flash(gettext("“%(name)s” has ended.", name=found.name))
    return redirect_to("operator.list_studies")


def _study(key: str) -> Study:
    return studies.by_key(context().database, key, context().today)


def _listed(form: StudyForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "operator/studies.html",
        gettext("Studies"),
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        form=form,
        studies=studies.every(context().database, context().today),
    )


def _shown(found: Study, form: JoiningForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "operator/study.html",
        found.name,
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        form=form,
        study=found,
    )
