"""Leaders: their surveys, from a draft to a sealed one, and the slips or the poster that admit people."""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, session, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments import background, library
from instruments.model import Wording
from instruments.problems import Refused
from reports.inquiry import MOST_ACTIONS
from survey import handouts, issuing, orders, participation, sealing
from survey.store.repositories import accounts, actions, communities, waves
from survey.store.repositories.communities import Community
from survey.store.repositories.waves import Wave
from survey.web import errors, languages, sign_ins
from survey.web.forms import SlipsForm
from survey.web.house import house
from survey.web.page import Fault, faults_of, page
from survey.web.planning import WaveForm, wave_form

lead = Blueprint("lead", __name__, url_prefix="/lead")

STATES = {
    "draft": lazy_gettext("Draft"),
    "open": lazy_gettext("Open"),
    "closed": lazy_gettext("Closed"),
    "sealed": lazy_gettext("Sealed"),
}
SAID = {
    "drafted": lazy_gettext("The survey is made. It takes answers once you open it."),
    "opened": lazy_gettext("The survey is open."),
    "closed": lazy_gettext("The survey is closed. Seal it to see what it says."),
    "sealed": lazy_gettext("The survey is sealed. The answers are counted and destroyed."),
    "agreed": lazy_gettext("The action is written down. The next report opens with it."),
    "rewritten": lazy_gettext("The action is changed."),
    "removed": lazy_gettext("The action is removed."),
}


@lead.get("/")
def desk() -> Response:
    """The communities one leads, each with its surveys, newest first."""
    sealing.close_due(house().database, house().today)
    keys = sorted(sign_ins.visitor().communities("leader"))
    places = sorted((communities.by_key(house().database, key) for key in keys), key=lambda each: each.name)
    listed = [
        (place, list(reversed(waves.of_community(house().database, place.key))), _seeing(place))
        for place in places
    ]
    return page("lead/desk.html", gettext("My surveys"), places=listed, states=STATES)


@lead.get("/<community>/new")
def new_wave(community: str) -> Response:
    """Ask for what a new survey needs."""
    place = communities.by_key(house().database, community)
    form = wave_form(place.edition or "", languages.current())
    return _new_page(place, form)


@lead.post("/<community>/new")
def create_wave(community: str) -> AnyResponse:
    """Draft the survey."""
    place = communities.by_key(house().database, community)
    form = wave_form(place.edition or "", languages.current())
    if form.validate():
        try:
            return return_to(waves.draft(house().database, form.plan(community)), "drafted")
        except Refused as refused:
            form.fail(refused)
    return _new_page(place, form, faults_of(form))


@lead.get("/<community>/<wave>")
def wave(community: str, wave: str) -> Response:
    """Where a survey stands, and what can be done with it now."""
    sealing.close_due(house().database, house().today)
    return _wave_page(found_wave(community, wave), SlipsForm())


@lead.post("/<community>/<wave>/open")
def open_wave(community: str, wave: str) -> AnyResponse:
    """From draft to open."""
    return return_to(
        sealing.open_wave(house().database, house().keys, found_wave(community, wave).key), "opened"
    )


@lead.post("/<community>/<wave>/close")
def close_wave(community: str, wave: str) -> AnyResponse:
    """From open to closed."""
    return return_to(
        sealing.close(house().database, found_wave(community, wave).key, house().today), "closed"
    )


@lead.post("/<community>/<wave>/seal")
def seal_wave(community: str, wave: str) -> AnyResponse:
    """From closed to sealed."""
    return return_to(sealing.seal(house().database, house().keys, found_wave(community, wave).key), "sealed")


@lead.post("/<community>/<wave>/slips.pdf")
def slips(community: str, wave: str) -> AnyResponse:
    """New codes as a PDF of slips, this once."""
    found, form = found_wave(community, wave), SlipsForm()
    if not form.validate():
        return _wave_page(found, form, faults_of(form))
    try:
        return _printed(found, form.count.data or 0, retiring=form.retire.data == "yes")
    except Refused as refused:
        _, happened, remedy = errors.explain(refused)
        form.count.errors = [f"{happened}. {remedy}"]
        return _wave_page(found, form, faults_of(form))


@lead.post("/<community>/<wave>/poster.pdf")
def poster(community: str, wave: str) -> AnyResponse:
    """The open link as a PDF poster."""
    found = found_wave(community, wave)
    return pdf(handouts.print_poster(house().installation, found.key), f"poster-{found.key}.pdf")


def pdf(content: bytes, name: str) -> Response:
    """A reply that a browser saves as a PDF file of that name."""
    reply = make_response(content)
    reply.mimetype = "application/pdf"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def found_wave(community: str, key: str) -> Wave:
    """The community's survey of that key; another community's is not there."""
    found = waves.by_key(house().database, key)
    if found.community_key != community:
        raise NotFound
    return found


def _printed(found: Wave, count: int, *, retiring: bool) -> AnyResponse:
    """The slips, or where to watch a worker print them when they are many."""
    if count > orders.MOST_AT_ONCE:
        reader = orders.Reader(sign_ins.secret())
        orders.place(
            house().installation, found.key, count, retiring=retiring, reader=reader, now=house().now
        )
        return redirect(url_for("ordered.slips", community=found.community_key, wave=found.key), 303)
    printed = handouts.print_slips(house().installation, found.key, count, retiring=retiring)
    with house().database.writing() as connection:
        issuing.accept(connection, house().keys, printed.batch)
    return pdf(printed.pdf, f"slips-{found.key}.pdf")


def return_to(changed: Wave, said: str) -> AnyResponse:
    """To the survey's page, which then says what of SAID was done."""
    session["said"] = said
    return redirect(url_for("lead.wave", community=changed.community_key, wave=changed.key), 303)


def _seeing(place: Community) -> Sequence[tuple[str, str]]:
    """Who is told of the place, whoever gave them the role: nobody becomes its leader unseen."""
    return accounts.seeing(house().database, communities.upwards(house().database, place.key))


def _new_page(place: Community, form: WaveForm, faults: Sequence[Fault] = ()) -> Response:
    return page(
        "lead/new_wave.html",
        gettext("New survey"),
        faults=faults,
        status=400 if faults else 200,
        form=form,
        community=place,
    )


def _wave_page(found: Wave, slips_form: SlipsForm, faults: Sequence[Fault] = ()) -> Response:
    wording = wording_of(found)
    return page(
        "lead/wave.html",
        found.title,
        here=url_for("lead.wave", community=found.community_key, wave=found.key),
        faults=faults,
        status=400 if faults else 200,
        wave=found,
        wording=wording,
        asked=background.words(found.background, wording),
        states=STATES,
        turnout=_turnout(found),
        written=actions.of_wave(house().database, found),
        full=MOST_ACTIONS,
        slips=slips_form,
        ordered=orders.latest(house().installation, found.key, orders.Reader(sign_ins.secret())),
        said=SAID.get(str(session.pop("said", ""))),
    )


def wording_of(found: Wave) -> Wording:
    """The survey's words in the reader's language, or in its own where it does not speak that."""
    version = library.get(found.instrument)
    language = languages.current()
    offered = version.editions[found.edition]
    return version.wording(found.edition, language if language in offered else found.language)


def _turnout(found: Wave) -> participation.Turnout | None:
    if found.state not in {"open", "closed"}:
        return None
    return participation.turnout(house().database, house().keys, found)
