"""Leaders: their surveys, from a draft to a sealed one, and the slips or the poster that admit people."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response, flash, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments import background, library
from instruments.model import Wording
from instruments.problems import Refused
from reports.results.agreed_actions import MOST_ACTIONS
from survey.background import slip_printing
from survey.background.slips import slip_orders
from survey.collection import (
    admission,
    code_issuing,
    lifecycle,
    reopening,
    slip_password,
    staff_results,
    stored_urn,
    submission,
)
from survey.store.repositories import access_history, actions, expectations, sealed, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web import error_pages
from survey.web.leader.blueprint import leader
from survey.web.leader.expected_release import expected_release, nothing_can_be_shown
from survey.web.leader.follow_up import offered_follow_up
from survey.web.leader.key_sheet_forms import MarksForm
from survey.web.leader.preparation.addresses import questionnaire_address
from survey.web.leader.preparation.step_list import step_list
from survey.web.leader.slips.slips_form import SlipsForm
from survey.web.platform import acts, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import FormError, download, form_errors, redirect_to, render_page
from survey.web.platform.state_names import STATE_NAMES


@leader.get("/<unit>/<wave>")
def wave(unit: str, wave: str) -> Response:
    """Show where a survey stands, and what can be done with it now."""
    return wave_page(found_wave(unit, wave))


@leader.post("/<unit>/<wave>/open")
def open_wave(unit: str, wave: str) -> AnyResponse:
    """Open a drafted survey."""
    here, key = context(), found_wave(unit, wave).key
    opened = lifecycle.open_wave(here.database, here.keys, here.policy, key, here.today)
    return return_to(opened, gettext("The survey is open."))


@leader.get("/<unit>/<wave>/abandon")
def confirm_abandoning(unit: str, wave: str) -> Response:
    """Say what is lost for good when the survey is given up, before it is."""
    found = found_wave(unit, wave)
    here = context()
    lifecycle.require_unreadable(here.database, here.keys, here.policy, found, here.today)
    return render_page("leader/abandon_wave.html", gettext("Give up the survey?"), wave=found)


@leader.post("/<unit>/<wave>/abandon")
def abandon_wave(unit: str, wave: str) -> AnyResponse:
    """Give up a survey whose answers nobody can read."""
    here = context()
    given_up = lifecycle.abandon(
        here.database, here.keys, here.policy, found_wave(unit, wave).key, here.today
    )
    return return_to(
        given_up, gettext("The survey has been given up. Its answers and keys have been deleted.")
    )


@leader.post("/<unit>/<wave>/slips.pdf")
def print_slips(unit: str, wave: str) -> AnyResponse:
    """Print slips with new codes, which are shown this once."""
    found, form = found_wave(unit, wave), SlipsForm()
    if not form.validate():
        return wave_page(found, faults=form_errors(form), slips=form)
    try:
        return _printed(found, form.count.data or 0, retiring=form.retire.data == "yes")
    except Refused as refused:
        _, happened, remedy = error_pages.explain(refused)
        form.count.errors = [f"{happened}. {remedy}"]
        return wave_page(found, faults=form_errors(form), slips=form)


@leader.post("/<unit>/<wave>/poster.pdf")
def print_poster(unit: str, wave: str) -> AnyResponse:
    """Send the open link's poster as a PDF."""
    found = found_wave(unit, wave)
    content = slip_printing.print_poster(context().installation, found.key)
    access_history.record_on(context().database, "poster-printed", found.unit_key, about=found.title)
    return download(content, "application/pdf", file_name("poster", found, found.language, "pdf"))


def found_wave(unit: str, key: str) -> Wave:
    """Return the unit's survey of that key; another unit's is not found."""
    found = waves.by_key(context().database, key)
    if found.unit_key != unit:
        raise waves.unknown(key)
    return found


def _printed(found: Wave, count: int, *, retiring: bool) -> AnyResponse:
    """Send the slips, or redirect to where a worker's printing is shown when they are many."""
    if count > slip_orders.MOST_AT_ONCE:
        recipient = slip_orders.Recipient(sign_ins.secret())
        slip_orders.place_order(
            context().installation,
            found.key,
            count,
            retiring=retiring,
            recipient=recipient,
            now=context().now,
        )
        access_history.record_on(
            context().database, "slips-ordered", found.unit_key, about=_counted(found, count)
        )
        return redirect_to("leader.slip_order", unit=found.unit_key, wave=found.key)
    printed = slip_printing.print_slips(context().installation, found.key, count, retiring=retiring)
    with context().database.writing() as connection:
        code_issuing.accept(connection, context().keys, printed.batch)
        access_history.record_all(connection, [("slips-ordered", found.unit_key, _counted(found, count))])
    return download(printed.pdf, "application/pdf", file_name("slips", found, found.language, "pdf"))


def _counted(found: Wave, count: int) -> str:
    return f"{found.title} · {count}"


def return_to(changed: Wave, done: str) -> AnyResponse:
    """Redirect to the survey's page, which then says what was done."""
    acts.describe(wave=changed.key)
    flash(done)
    return redirect_to("leader.wave", unit=changed.unit_key, wave=changed.key)


def wave_page(
    found: Wave,
    *,
    faults: Sequence[FormError] = (),
    slips: SlipsForm | None = None,
    marks: MarksForm | None = None,
) -> Response:
    """Return the survey's page; a form that was sent and has faults is shown as it was filled in."""
    found, wording = lifecycle.as_of(found, context().closing_day), wording_of(found)
    obstacles = stored_urn.obstacles(context().database, context().keys, found)
    sees_results = sign_ins.visitor().sees_results_of(found.unit_key)
    return render_page(
        "leader/wave.html",
        found.title,
        here=url_for("leader.wave", unit=found.unit_key, wave=found.key),
        faults=faults,
        status=400 if faults else 200,
        wave=found,
        wording=wording,
        asked=background.wording_of(found.background, wording),
        steps=[each for each in STATE_NAMES.items() if each[0] is not WaveState.ABANDONED],
        obstacles=[each.code for each in obstacles],
        sees_results=sees_results,
        turnout=turnout_of(found) if not obstacles else None,
        without_result=sees_results and found.id in sealed.without_result(context().database),
        fewest=context().policy.minimum(found.audience),
        reading=questionnaire_address(found),
        to_do=[] if obstacles else step_list(found),
        kiosk_address=_kiosk_address(found) if found.is_open and not obstacles else None,
        written=actions.of_wave(context().database, found),
        full=MOST_ACTIONS,
        follow_up=offered_follow_up(found),
        expected_here=expectations.of_wave(context().database, found),
        expected=expected_release(context().policy, found),
        today=context().today,
        is_late=context().today > found.closes_on,
        reopens_until=reopens_until(found),
        staff_results=_staff_facts(found) if found.is_sealed and sees_results else None,
        hopeless=nothing_can_be_shown(context().policy, found),
        slips=slips or SlipsForm(data={"count": found.invited}),
        split=_split_key_facts(found, marks) if found.split_key else None,
        **_slips_elsewhere(found),
    )


def _slips_elsewhere(found: Wave) -> dict[str, object]:
    """Return whether a round's owner can order its slips, and the last order of this sign-in."""
    recipient = slip_orders.Recipient(sign_ins.secret())
    ordered = slip_orders.latest_order(context().installation, found.key, recipient)
    return {"in_round": slip_password.is_used(found), "ordered": ordered}


def reopens_until(found: Wave) -> date | None:
    """Return until when a survey that was closed early can be opened again; None where it cannot be."""
    if not reopening.is_reopenable(context().policy, found, context().today):
        return None
    return reopening.last_reopening_day(context().policy, found)


def _kiosk_address(found: Wave) -> str:
    here = context()
    return admission.kiosk_address(here.settings, here.keys, found)


def _staff_facts(found: Wave) -> Mapping[str, object]:
    """Return where and from when on those who answered a sealed survey are shown its result."""
    here = context()
    return {
        "shown": staff_results.is_shown(here.policy, found, here.today),
        "day": staff_results.last_day(here.policy, found),
        "address": staff_results.address(here.settings, here.keys, found),
        "path": url_for("respondent.results", code=staff_results.code(here.keys, found)),
    }


def _split_key_facts(found: Wave, marks: MarksForm | None) -> Mapping[str, object]:
    """Return what the page of a survey whose key is on three sheets needs to open it or give it up."""
    lost_from = lifecycle.lost_sheets_day(context().policy, found)
    return {
        "marks": marks or MarksForm(),
        "lost_from": lost_from,
        "is_lost": context().today >= lost_from,
    }


def wording_of(found: Wave) -> Wording:
    """Return the survey's words in the reader's language, or in its own where it has none in that."""
    version = library.get(found.instrument)
    language = languages.current_among(version.editions[found.edition], found.language)
    return version.wording(found.edition, language)


def turnout_of(found: Wave) -> submission.Turnout | None:
    """Return how many have answered, as coarsely as whoever reads may know; None for who may not yet."""
    if not found.has_urn or not sign_ins.visitor().sees_results_of(found.unit_key):
        return None
    return submission.turnout(context().database, context().keys, context().policy, found)
