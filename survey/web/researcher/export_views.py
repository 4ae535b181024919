"""Researchers: data files of a study, ordered here, made by a worker, and kept for all who take part."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, SelectField, SelectMultipleField

from instruments import library
from instruments.problems import Refused
from reports.exports import FORMATS, Selection
from survey.background import research_exports
from survey.background.data_files import Made
from survey.background.research_exports import Order
from survey.publication.research.offered import Offered, offered
from survey.store.repositories import releases
from survey.store.repositories.jobs import Job
from survey.store.repositories.studies import Study
from survey.unit_import.columns import edition_name
from survey.web import error_pages
from survey.web.platform.context import context
from survey.web.platform.file_names import worker_name
from survey.web.platform.languages import NAMES, current
from survey.web.platform.rendering import FormError, download_made, form_errors, redirect_to, render_page
from survey.web.researcher.file_choices import FILE_CHOICES, PLAIN, label_of
from survey.web.researcher.file_parts import MEDIA_TYPES
from survey.web.researcher.study_access import own_study
from survey.web.researcher.views import researcher

_TABLES = {"dimensions": lazy_gettext("Dimensions"), "items": lazy_gettext("Statements")}


class ExportForm(FlaskForm):
    """Which rows of which surveys are wanted, and in what kind of file."""

    rows = RadioField(
        lazy_gettext("Rows"),
        choices=lambda: {each: str(name) for each, name in _TABLES.items()},
        default="dimensions",
    )
    format = SelectField(
        lazy_gettext("Format"),
        choices=lambda: {each: str(choice.label) for each, choice in FILE_CHOICES.items()},
        default=PLAIN,
    )
    language = SelectField(lazy_gettext("Language of the labels"))
    first = SelectField(lazy_gettext("From the half-year"))
    last = SelectField(lazy_gettext("To the half-year"))
    instruments = SelectMultipleField(lazy_gettext("Questionnaires"))
    editions = SelectMultipleField(lazy_gettext("Editions"))


@dataclass(frozen=True, slots=True)
class OrderedFile:
    """An order as the study's page lists it: what was asked for, how far it is, the file while it is kept."""

    job: Job
    told: str
    made: Made | None


@researcher.get("/studies/<study>/exports/new")
def ask_export(study: str) -> Response:
    """Ask which data are wanted, and how."""
    return _asked(own_study(study), _form(offered(context().database)))


@researcher.post("/studies/<study>/exports/new")
def order_export(study: str) -> AnyResponse:
    """Let a worker make the file; asked for twice at once, it is made once."""
    found, here = own_study(study), context()
    form = _form(offered(here.database))
    if not form.validate():
        return _asked(found, form, form_errors(form))
    file = FILE_CHOICES[form.format.data]
    try:
        chosen = Selection(
            form.first.data,
            form.last.data,
            tuple(form.instruments.data or ()),
            tuple(form.editions.data or ()),
        )
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.last.errors = [f"{happened}. {remedy}"]
        return _asked(found, form, form_errors(form))
    order = Order(form.rows.data, file.kind, form.language.data, file.spreadsheet, chosen)
    # noted for the leaders of all units, before there is a file
    releases.take_out(here.database, order.rows, here.policy)
    research_exports.place(here.installation, found.key, order, now=here.now)
    return redirect_to("researcher.show_study", study=study)


@researcher.get("/studies/<study>/exports/<job>/<any(file, codebook, described):part>")
def download_export(study: str, job: str, part: str) -> Response:
    """Send a file that was made, its codebook, or the data that a DDI file describes."""
    found = next((each for each in listed(own_study(study).key) if each.job.key == job), None)
    if found is None or found.made is None:
        raise NotFound
    file = getattr(found.made, part)
    if file is None:
        raise NotFound
    order = Order.of(found.job)
    reply = download_made(file, MEDIA_TYPES.get(part, FORMATS[order.kind].media_type), worker_name(file))
    # once it is opened, and before anything of it is sent
    releases.take_out(context().database, order.rows, context().policy)
    return reply


def listed(study_key: str) -> list[OrderedFile]:
    """Return the orders of a study, newest first."""
    home = context().installation
    return [
        OrderedFile(job, _told(Order.of(job)), research_exports.made(home, job))
        for job in research_exports.of_study(home, study_key)
    ]


def _told(order: Order) -> str:
    """Return an order in a few words of the reader's language."""
    chosen = order.selection
    kind = label_of(order.kind, spreadsheet=order.spreadsheet)
    periods = "–".join(dict.fromkeys(filter(None, (chosen.first, chosen.last))))
    if bool(chosen.first) != bool(chosen.last):
        periods = f"{chosen.first}–{chosen.last}"
    names = [edition_name(each, current()) for each in chosen.editions]
    return " · ".join(filter(None, (str(_TABLES[order.rows]), kind, periods, *chosen.instruments, *names)))


def _form(possible: Offered) -> ExportForm:
    form = ExportForm(data={"language": current(), "first": "", "last": ""})
    periods = {each: each for each in possible.periods}
    form.language.choices = dict(NAMES)
    form.first.choices = form.last.choices = {"": gettext("All"), **periods}
    form.instruments.choices = {each: _titled(each) for each in possible.instruments}
    form.editions.choices = {each: edition_name(each, current()) for each in possible.editions}
    return form


def _titled(reference: str) -> str:
    version = library.get(reference)
    edition, spoken = next(iter(version.editions.items()))
    language = current() if current() in spoken else spoken[0]
    return f"{version.wording(edition, language).title} ({reference})"


def _asked(study: Study, form: ExportForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "researcher/ask_export.html",
        gettext("Order a data file"),
        study=study,
        form=form,
        faults=faults,
        status=400 if faults else 200,
    )
