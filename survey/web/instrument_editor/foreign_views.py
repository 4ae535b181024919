"""Instrument editors: a questionnaire of another program is read into a definition to go on with.

Nothing of it is published or stored: the file is held, encrypted, for as long as its editor looks at it, and
the definition is downloaded and worked on like any other.
"""

import base64
from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request, session
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField

from instruments.formats.foreign.reading import ReadQuestionnaire, read
from instruments.problems import Refused
from survey.unit_import import held_sheets
from survey.unit_import.columns import edition_name, known_edition_ids
from survey.web import error_pages
from survey.web.instrument_editor.blueprint import instrument_editor
from survey.web.instrument_editor.loss_texts import said
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.file_names import definition_name
from survey.web.platform.rendering import FormError, download, form_errors, redirect_to, render_page

# in the cookie: name and key of the held file, what it was called, the edition and the language asked for
_HELD = "questionnaire"
_TOML = "application/toml"


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
    form, here = _form(), context()
    if not form.validate():
        return _asked(form, form_errors(form))
    given = form.questionnaire.data
    if not given:
        form.questionnaire.errors = [gettext("Choose a file.")]
        return _asked(form, form_errors(form))
    content, name = given.read(), str(given.filename)[-100:]
    asked = form.edition.data, form.language.data
    try:
        read(content, name, edition=asked[0], unmarked=asked[1])
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.questionnaire.errors = [f"{happened}. {remedy}"]
        return _asked(form, form_errors(form))
    former = session.pop(_HELD, None)
    if isinstance(former, list):
        held_sheets.drop(here.settings, former[0])
    held, key = held_sheets.hold(here.settings, content, here.now)
    session[_HELD] = [held, base64.b64encode(key).decode(), name, *asked]
    return redirect_to("instrument_editor.show_foreign")


@instrument_editor.get("/read/found")
def show_foreign() -> AnyResponse:
    """Show what is kept of the file, what is not and why, and what is to be written."""
    found = _held()
    if found is None:
        return redirect_to("instrument_editor.ask_foreign")
    tags = list(found.tree["texts"])
    shown = languages.current() if languages.current() in tags else tags[0]
    return render_page(
        "instrument_editor/foreign_found.html",
        gettext("What was read of the file"),
        found=found,
        shown=shown,
        texts=found.tree["texts"][shown],
        names=languages.NAMES,
        losses=[(each.place, said(each)) for each in found.losses],
    )


@instrument_editor.get("/read/definition")
def download_foreign() -> AnyResponse:
    """Give the definition as a file."""
    found = _held()
    if found is None:
        return redirect_to("instrument_editor.ask_foreign")
    return download(found.text.encode(), _TOML, definition_name(found.tree["name"], found.tree["version"]))


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


def _held() -> ReadQuestionnaire | None:
    """Return what was read of the file that this sign-in has sent, where it is held still."""
    held = session.get(_HELD)
    if not isinstance(held, list):
        return None
    name, key, file, edition, language = held
    try:
        content = held_sheets.read(context().settings, name, base64.b64decode(key))
    except Refused:
        return None
    return read(content, file, edition=edition, unmarked=language)
