"""Leaders close a survey and seal it, each after a page that says in numbers what will come of it."""

from collections.abc import Sequence

from flask import Response, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from survey.background import key_sheet_printing
from survey.collection import lifecycle, sealing, sheet_sealing, stored_urn
from survey.collection.expected_figures import shows_nothing
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.leader.blueprint import leader
from survey.web.leader.expected_release import expected_release
from survey.web.leader.key_sheet_forms import SheetsForm
from survey.web.leader.wave_views import found_wave, reopens_until, return_to, turnout_of
from survey.web.platform import key_sheet_sentences
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, render_page


@leader.get("/<unit>/<wave>/close")
def confirm_closing(unit: str, wave: str) -> Response:
    """Say what would come of the answers there are, before the survey is closed."""
    found = _standing(unit, wave, WaveState.OPEN)
    days_left, closed = (found.closes_on - context().today).days, lifecycle.as_closed(found, context().today)
    heading = gettext("Close the survey?")
    return _page("confirm_closing", heading, found, days_left=days_left, reopens_until=reopens_until(closed))


@leader.post("/<unit>/<wave>/close")
def close_wave(unit: str, wave: str) -> AnyResponse:
    """Close an open survey."""
    closed = lifecycle.close(context().database, found_wave(unit, wave).key, context().today)
    return return_to(closed, gettext("The survey is closed."))


@leader.get("/<unit>/<wave>/seal")
def confirm_sealing(unit: str, wave: str) -> Response:
    """Say what can be shown and what is destroyed, before the survey is sealed."""
    return sealing_page(_standing(unit, wave, WaveState.CLOSED), SheetsForm())


@leader.post("/<unit>/<wave>/seal")
def seal_wave(unit: str, wave: str) -> AnyResponse:
    """Seal a closed survey."""
    sealed = _sealed(unit, wave, without_result=False)
    return return_to(sealed, gettext("The survey is sealed. The answers have been counted and deleted."))


@leader.get("/<unit>/<wave>/destroy")
def confirm_destroying(unit: str, wave: str) -> Response:
    """Ask whether a survey with too few answers is to be closed without result."""
    found = _standing(unit, wave, WaveState.CLOSED)
    return destroying_page(found, SheetsForm(data={"without_result": "yes"}))


@leader.post("/<unit>/<wave>/destroy")
def destroy_answers(unit: str, wave: str) -> AnyResponse:
    """Destroy the answers of a closed survey that are too few for any result."""
    return return_to(_sealed(unit, wave, without_result=True), key_sheet_sentences.destroyed())


def sealing_page(found: Wave, sheets: SheetsForm, faults: Sequence[FormError] = ()) -> Response:
    """Return the page on which a closed survey is sealed; `sheets` as they were typed."""
    heading = gettext("Seal the survey?")
    return _page("confirm_sealing", heading, found, sheets, faults)


def destroying_page(found: Wave, sheets: SheetsForm, faults: Sequence[FormError] = ()) -> Response:
    """Return the page on which a closed survey is closed without result; `sheets` as they were typed."""
    heading = gettext("Destroy the answers without result?")
    return _page("confirm_destroying", heading, found, sheets, faults)


def _sealed(unit: str, wave: str, *, without_result: bool) -> Wave:
    # one past its last day is shown as closed, whether or not the worker has closed it by now
    here, found = context(), found_wave(unit, wave)
    lifecycle.close_due(here.database, found.key, here.closing_day)
    return sealing.seal(
        here.database,
        here.keys,
        here.policy,
        found.key,
        without_result=without_result,
        today=here.today,
    )


def _standing(unit: str, wave: str, needed: WaveState) -> Wave:
    """Return the survey as it stands today. Raises Refused("wave-state") unless it stands like that."""
    found = lifecycle.as_of(found_wave(unit, wave), context().closing_day)
    lifecycle.require_state(found, needed)
    return found


def _page(
    name: str,
    heading: str,
    found: Wave,
    sheets: SheetsForm | None = None,
    faults: Sequence[FormError] = (),
    **values: object,
) -> Response:
    """Return the page of that name, with what it says of the answers there are."""
    obstacles = stored_urn.obstacles(context().database, context().keys, found)
    turnout = None if obstacles else turnout_of(found)
    held = sheet_sealing.held_until(context().database, found, context().now)
    return render_page(
        f"leader/{name}.html",
        heading,
        here=url_for(f"leader.{name}", unit=found.unit_key, wave=found.key),
        faults=faults,
        status=400 if faults else 200,
        wave=found,
        turnout=turnout,
        expected=None if turnout is None else expected_release(context().policy, found, turnout),
        hopeless=turnout is not None and shows_nothing(context().policy, found.audience, turnout),
        fewest=context().policy.minimum(found.audience),
        sheets=sheets,
        **{"reopens_until": reopens_until(found), **values},
        held_until=None if held is None else key_sheet_sentences.clock_time(held),
        sheet_page=key_sheet_printing.sheet_address(context().settings),
    )
