"""Show a round to its owner, and release it: an act of its own, confirmed, once and for good."""

from collections.abc import Sequence

from flask import Response, flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from instruments.problems import Refused
from reports.presentation.round_view import round_view
from reports.results.round_results import UnitState
from survey.background import round_releases
from survey.publication import round_release, rounds
from survey.publication.rounds import Round
from survey.web import error_pages
from survey.web.owner.blueprint import owner
from survey.web.owner.round_results import (
    found_round,
    is_shown,
    reading_language,
    results,
    round_name,
    wording,
)
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, redirect_to, render_page

_REFRESH_SECONDS = 5
ROUND = "/<unit>/round/<half>/<edition>/<instrument>"


@owner.get(ROUND)
def show_round(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Show the total with its units as dots and their states; before the release, what that means."""
    wanted = Round(half, edition, instrument)
    place, found = found_round(unit, wanted)
    shown = results(place, found) if is_shown(found) else None
    job = round_releases.latest(context().installation, unit, wanted)
    # a page that fetches itself again interrupts whoever has it read aloud: only for those who ask
    follows = job is not None and job.is_underway and "follow" in request.args
    return render_page(
        "owner/round.html",
        gettext("%(unit)s: %(round)s", unit=place.name, round=round_name(wanted)),
        place=place,
        found=found,
        job=job,
        refresh=_REFRESH_SECONDS if follows else 0,
        wording=wording(wanted),
        view=None if shown is None else round_view(shown, reading_language(wanted)),
    )


@owner.get(f"{ROUND}/release")
def confirm_release(unit: str, half: str, edition: str, instrument: str) -> AnyResponse:
    """Ask whether the round is to be released, saying how many units are sealed and how many are not."""
    wanted = Round(half, edition, instrument)
    job = round_releases.latest(context().installation, unit, wanted)
    if not found_round(unit, wanted)[1].undecided or (job and job.is_underway):
        return redirect_to("owner.show_round", unit=unit, half=half, edition=edition, instrument=instrument)
    return _confirmation(unit, wanted)


@owner.post(f"{ROUND}/release")
def release_round(unit: str, half: str, edition: str, instrument: str) -> AnyResponse:
    """Release the round as it stands now, or let a worker do it: what the ledger decides is final."""
    here, wanted = context(), Round(half, edition, instrument)
    _, found = found_round(unit, wanted)
    asked = {"unit": unit, "half": half, "edition": edition, "instrument": instrument}
    if round_releases.is_large(found):
        round_releases.order(here.installation, unit, wanted, now=here.now)
        return redirect_to("owner.show_round", **asked)
    if found.undecided:
        try:
            round_release.release_round(here.database, unit, wanted, here.policy, here.today)
        except Refused as refused:
            status, happened, remedy = error_pages.explain(refused)
            return _confirmation(unit, wanted, [FormError(f"{happened}. {remedy}")], status)
    flash(gettext("The round has been released. Its figures never change."))
    return redirect_to("owner.show_round", **asked)


def _confirmation(unit: str, wanted: Round, faults: Sequence[FormError] = (), status: int = 200) -> Response:
    place, found = found_round(unit, wanted)
    states = rounds.unit_states(found)
    heading = gettext("Release what was sealed later?") if found.released else gettext("Release the round?")
    return render_page(
        "owner/confirm_release.html",
        heading,
        faults=faults,
        status=status,
        place=place,
        found=found,
        named=round_name(wanted),
        wording=wording(wanted),
        sealed=[name for _, name, state in states if state is UnitState.SEALED],
        under_way=[name for _, name, state in states if state is UnitState.UNDER_WAY],
        ended=[name for _, name, state in states if state in {UnitState.CLOSED, UnitState.MERGED}],
        without=[name for _, name, state in states if state is UnitState.NO_SURVEY],
    )
