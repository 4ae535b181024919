"""Leaders: their surveys, from a draft to a sealed one, and the slips or the poster that admit people."""

from collections.abc import Mapping, Sequence

from flask import Response, flash, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments import background, library
from instruments.model import Wording
from instruments.problems import Refused
from reports.results.agreed_actions import MOST_ACTIONS
from survey.background import key_sheet_printing, slip_orders, slip_printing
from survey.collection import code_issuing, lifecycle, sealing, sheet_sealing, stored_urn, submission
from survey.store.repositories import accounts, actions, units, waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web import error_pages
from survey.web.leader.blueprint import leader
from survey.web.leader.key_sheet_forms import MarksForm, SheetsForm
from survey.web.leader.slips_form import SlipsForm
from survey.web.leader.wave_form import WaveForm, wave_form
from survey.web.platform import acts, key_sheet_sentences, languages, sign_ins
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, download, form_errors, redirect_to, render_page
from survey.web.platform.state_names import STATE_NAMES


@leader.get("/")
def desk() -> Response:
    """List the units one leads, each with its surveys, newest first."""
    keys = sorted(sign_ins.visitor().units("leader"))
    places = sorted((units.by_key(context().database, key) for key in keys), key=lambda each: each.name)
    listed = [
        (
            place,
            [_listed(each) for each in reversed(waves.of_unit(context().database, place.key))],
            _seeing(place),
        )
        for place in places
    ]
    return render_page("leader/desk.html", gettext("My surveys"), places=listed, states=STATE_NAMES)


@leader.get("/<unit>/new")
def new_wave(unit: str) -> Response:
    """Ask for what a new survey needs."""
    place = units.by_key(context().database, unit)
    form = wave_form(place.edition or "", languages.current())
    return _new_page(place, form)


@leader.post("/<unit>/new")
def create_wave(unit: str) -> AnyResponse:
    """Draft the survey."""
    place = units.by_key(context().database, unit)
    form = wave_form(place.edition or "", languages.current())
    if form.validate():
        try:
            drafted = lifecycle.draft(context().database, context().policy, form.plan(unit))
            return return_to(drafted, gettext("The survey is made. It takes answers once you open it."))
        except Refused as refused:
            form.fail(refused)
    return _new_page(place, form, form_errors(form))


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


@leader.post("/<unit>/<wave>/close")
def close_wave(unit: str, wave: str) -> AnyResponse:
    """Close an open survey."""
    closed = lifecycle.close(context().database, found_wave(unit, wave).key, context().today)
    return return_to(closed, gettext("The survey is closed. Seal it to see what it says."))


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
    return return_to(given_up, gettext("The survey is given up. Its answers, codes and keys are destroyed."))


@leader.post("/<unit>/<wave>/seal")
def seal_wave(unit: str, wave: str) -> AnyResponse:
    """Seal a closed survey."""
    # one past its last day is shown as closed, whether or not the worker has closed it by now
    here, found = context(), found_wave(unit, wave)
    lifecycle.close_due(here.database, found.key, here.today)
    sealed = sealing.seal(here.database, here.keys, here.policy, found.key)
    return return_to(sealed, gettext("The survey is sealed. The answers are counted and destroyed."))


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
    return download(content, "application/pdf", f"poster-{found.key}.pdf")


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
        return redirect_to("leader.slip_order", unit=found.unit_key, wave=found.key)
    printed = slip_printing.print_slips(context().installation, found.key, count, retiring=retiring)
    with context().database.writing() as connection:
        code_issuing.accept(connection, context().keys, printed.batch)
    return download(printed.pdf, "application/pdf", f"slips-{found.key}.pdf")


def return_to(changed: Wave, done: str) -> AnyResponse:
    """Redirect to the survey's page, which then says what was done."""
    acts.describe(wave=changed.key)
    flash(done)
    return redirect_to("leader.wave", unit=changed.unit_key, wave=changed.key)


def _seeing(place: Unit) -> Sequence[tuple[str, str]]:
    """Return who sees a unit's results, whoever gave them the role: nobody becomes its leader unseen."""
    return accounts.with_access_to(context().database, units.upwards(context().database, place.key))


def _listed(wave: Wave) -> tuple[Wave, bool]:
    """Return a survey as it stands today, and whether its answers can be read one day."""
    return lifecycle.as_of(wave, context().today), not stored_urn.obstacles(
        context().database, context().keys, wave
    )


def _new_page(place: Unit, form: WaveForm, faults: Sequence[FormError] = ()) -> Response:
    return render_page(
        "leader/new_wave.html",
        gettext("New survey"),
        faults=faults,
        status=400 if faults else 200,
        form=form,
        unit=place,
    )


def wave_page(
    found: Wave,
    *,
    faults: Sequence[FormError] = (),
    slips: SlipsForm | None = None,
    marks: MarksForm | None = None,
    sheets: SheetsForm | None = None,
) -> Response:
    """Return the survey's page; a form that was sent and has faults is shown as it was filled in."""
    found, wording = lifecycle.as_of(found, context().today), wording_of(found)
    obstacles = stored_urn.obstacles(context().database, context().keys, found)
    sees_results = sign_ins.visitor().sees_results({"leader"}, found.unit_key)
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
        turnout=_turnout(found) if sees_results and not obstacles else None,
        written=actions.of_wave(context().database, found),
        full=MOST_ACTIONS,
        slips=slips or SlipsForm(),
        split=_split_key_facts(found, marks, sheets) if found.split_key else None,
        ordered=slip_orders.latest_order(
            context().installation, found.key, slip_orders.Recipient(sign_ins.secret())
        ),
    )


def _split_key_facts(found: Wave, marks: MarksForm | None, sheets: SheetsForm | None) -> Mapping[str, object]:
    """Return what the page of a survey whose key is on three sheets needs to open, seal or give it up."""
    held = sheet_sealing.held_until(context().database, found, context().now)
    lost_from = lifecycle.lost_sheets_day(context().policy, found)
    return {
        "marks": marks or MarksForm(),
        "sheets": sheets or SheetsForm(),
        "held_until": None if held is None else key_sheet_sentences.clock_time(held),
        "page": key_sheet_printing.sheet_address(context().settings),
        "lost_from": lost_from,
        "is_lost": context().today >= lost_from,
    }


def wording_of(found: Wave) -> Wording:
    """Return the survey's words in the reader's language, or in its own where it has none in that."""
    version = library.get(found.instrument)
    language = languages.current()
    offered = version.editions[found.edition]
    return version.wording(found.edition, language if language in offered else found.language)


def _turnout(found: Wave) -> submission.Turnout | None:
    if not found.has_urn:
        return None
    return submission.turnout(context().database, context().keys, context().policy, found)
