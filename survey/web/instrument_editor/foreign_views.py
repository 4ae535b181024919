"""Instrument editors: a questionnaire of another program is read into a definition to go on with.

Nothing of it is published: what was read is held, encrypted, for as long as its editor works on it
(`draft_views`), and the definition is downloaded.
"""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField

from instruments.formats.foreign import own_draft
from instruments.formats.foreign.reading import read
from instruments.problems import Refused
from survey.unit_import.columns import edition_name, known_edition_ids
from survey.web import error_pages
from survey.web.instrument_editor.blueprint import instrument_editor
from survey.web.instrument_editor.held_questionnaire import hold
from survey.web.platform import languages
from survey.web.platform.rendering import FormError, form_errors, redirect_to, render_page


class ForeignForm(FlaskForm):
    """A file of another program, the edition it becomes, and the language of texts that none is named for."""

    questionnaire = FileField()
    edition = SelectField(lazy_gettext("For which kind of workplace"))
    language = SelectField(lazy_gettext("Language of texts that the file names none for"))


@instrument_editor.get("/read")
def ask_foreign() -> Response:
    """Ask for the file, and say what can be kept of one."""
    return _asked(_form())


@instrument_editor.post("/read")
def read_foreign() -> AnyResponse:
    """Hold the file and show what was read of it."""
    form = _form()
    if not form.validate():
        return _asked(form, form_errors(form))
    given = form.questionnaire.data
    if not given:
        form.questionnaire.errors = [gettext("Choose a file.")]
        return _asked(form, form_errors(form))
    content, name = given.read(), str(given.filename)[-100:]
    asked = form.edition.data, form.language.data
    try:
        if name.lower().endswith(own_draft.ENDING):
            found = own_draft.read_own_draft(content, name)
        else:
            found = read(content, name, edition=asked[0], unmarked=asked[1])
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.questionnaire.errors = [f"{happened}. {remedy}"]
        return _asked(form, form_errors(form))
    hold(found, {})
    return redirect_to("instrument_editor.show_foreign")


def _form() -> ForeignForm:
    form, language = ForeignForm(), languages.current()
    form.edition.choices = [(each, edition_name(each, language)) for each in known_edition_ids()]
    form.language.choices = list(languages.NAMES.items())
    if request.method == "GET":
        form.language.data = language
    return form


def _asked(form: ForeignForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "instrument_editor/foreign.html",
        gettext("A questionnaire from another program"),
        faults=faults,
        status=HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK,
        form=form,
    )
