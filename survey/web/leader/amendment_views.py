"""Leaders open a survey again that they closed early, take it back before it begins, and put it right."""

from collections.abc import Sequence

from flask import Response, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from reports.results.half_year import half_year
from survey.collection import amendments, lifecycle, reopening
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.leader.amendment_forms import CorrectionForm, LastDayForm, last_day_form
from survey.web.leader.blueprint import leader
from survey.web.leader.wave_views import found_wave, return_to
from survey.web.platform import acts
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, form_errors, render_page


@leader.get("/<unit>/<wave>/reopen")
def confirm_reopening(unit: str, wave: str) -> Response:
    """Ask until when a survey that was closed early is to be open again."""
    found = found_wave(unit, wave)
    reopening.require_reopenable(context().policy, found, context().today)
    return _reopening_page(found, last_day_form(found))


@leader.post("/<unit>/<wave>/reopen")
def reopen_wave(unit: str, wave: str) -> AnyResponse:
    """Open the survey again."""
    here, found, form = context(), found_wave(unit, wave), LastDayForm()
    if form.validate():
        try:
            opened = reopening.reopen(
                here.database, here.policy, found.key, here.today, closes_on=form.last_day
            )
            return return_to(opened, gettext("The survey is open again."))
        except Refused as refused:
            form.fail(refused)
    return _reopening_page(found, form, form_errors(form))


@leader.get("/<unit>/<wave>/take-back")
def confirm_taking_back(unit: str, wave: str) -> Response:
    """Ask whether a survey that has not begun is to be a draft again."""
    found = found_wave(unit, wave)
    reopening.require_ahead(found, context().today)
    return _page("confirm_taking_back", gettext("Make it a draft again?"), found)


@leader.post("/<unit>/<wave>/take-back")
def take_back(unit: str, wave: str) -> AnyResponse:
    """Make a survey that has not begun a draft again."""
    here = context()
    draft = reopening.take_back(here.database, here.keys, found_wave(unit, wave).key, here.today)
    return return_to(draft, gettext("The survey is a draft again."))


@leader.get("/<unit>/<wave>/last-day")
def last_day(unit: str, wave: str) -> Response:
    """Ask until when the survey is to be open."""
    found = _open(unit, wave)
    return _last_day_page(found, last_day_form(found))


@leader.post("/<unit>/<wave>/last-day")
def prolong_wave(unit: str, wave: str) -> AnyResponse:
    """Move the survey's last day to a later one."""
    here, found, form = context(), _open(unit, wave), LastDayForm()
    if form.validate():
        try:
            longer = amendments.prolong(here.database, found.key, form.last_day, here.today)
            day = format_date(longer.closes_on, "long")
            return return_to(longer, gettext("The survey is open until %(day)s.", day=day))
        except Refused as refused:
            form.fail(refused)
    return _last_day_page(found, form, form_errors(form))


@leader.get("/<unit>/<wave>/correct")
def corrections(unit: str, wave: str) -> Response:
    """Show the survey's title and how many are invited, to be put right."""
    found = found_wave(unit, wave)
    lifecycle.require_state(found, WaveState.OPEN, WaveState.CLOSED)
    form = CorrectionForm(data={"title": found.title, "invited": found.invited})
    return _corrections_page(found, form)


@leader.post("/<unit>/<wave>/correct")
def correct_wave(unit: str, wave: str) -> AnyResponse:
    """Put the title right, and how many are invited."""
    found, form = found_wave(unit, wave), CorrectionForm()
    if form.validate():
        title, invited = str(form.title.data), int(form.invited.data or 0)
        try:
            corrected = amendments.correct(context().database, found.key, title=title, invited=invited)
            # the log says what, and not the title, in which somebody may be named
            changed = {"title": title != found.title, "invited": invited != found.invited}
            acts.describe(changed=" ".join(name for name, is_other in changed.items() if is_other))
            return return_to(corrected, gettext("The survey has been corrected."))
        except Refused as refused:
            form.fail(refused)
    return _corrections_page(found, form, form_errors(form))


def _open(unit: str, wave: str) -> Wave:
    """Return the survey. Raises Refused("wave-state") unless it is open, as it stands today."""
    found = found_wave(unit, wave)
    lifecycle.require_state(lifecycle.as_of(found, context().closing_day), WaveState.OPEN)
    return found


def _reopening_page(found: Wave, form: LastDayForm, faults: Sequence[FormError] = ()) -> Response:
    last = reopening.last_reopening_day(context().policy, found)
    heading = gettext("Open the survey again?")
    return _page("confirm_reopening", heading, found, form=form, faults=faults, until=last)


def _last_day_page(found: Wave, form: LastDayForm, faults: Sequence[FormError] = ()) -> Response:
    return _page("last_day", gettext("Move the last day"), found, form=form, faults=faults)


def _corrections_page(found: Wave, form: CorrectionForm, faults: Sequence[FormError] = ()) -> Response:
    return _page("corrections", gettext("Correct the survey"), found, form=form, faults=faults)


def _page(
    name: str, heading: str, found: Wave, *, faults: Sequence[FormError] = (), **values: object
) -> Response:
    return render_page(
        f"leader/{name}.html",
        heading,
        here=url_for(f"leader.{name}", unit=found.unit_key, wave=found.key),
        faults=faults,
        status=400 if faults else 200,
        wave=found,
        half_year=half_year(found.closes_on),
        **values,
    )
