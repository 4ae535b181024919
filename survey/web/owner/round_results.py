"""Find a round below an owner's unit, and put what is released of it into the reader's words."""

from datetime import date

from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments import library
from instruments.model import Wording
from reports.disclosure import SUPPRESSED, WaveIdentity
from reports.results.round_results import RoundResults, RoundUnit
from survey.background import edition_verdicts
from survey.publication import round_figures, rounds
from survey.publication.rounds import Round, RoundStatus
from survey.store.repositories.units import Unit
from survey.web.platform import languages
from survey.web.platform.context import context


def found_round(unit: str, wanted: Round) -> tuple[Unit, RoundStatus]:
    """Return the unit and the round below it. Raises NotFound where nothing of it is sealed."""
    found = rounds.round_status(context().database, unit, wanted)
    if found is None:
        raise NotFound
    return found.below.top, found


def decided_round(unit: str, wanted: Round) -> tuple[Unit, RoundStatus]:
    """Return the unit and the round below it. Raises NotFound where nothing of it is decided."""
    place, found = found_round(unit, wanted)
    if not is_shown(found):
        raise NotFound
    return place, found


def is_shown(found: RoundStatus) -> bool:
    """Return whether figures of the round may be there: it was released, or a whole that it lies in was."""
    return found.released is not None or not found.undecided or found.total is not None


def results(place: Unit, found: RoundStatus) -> RoundResults:
    """Return what was released of the round, and of the same units a year before; decides nothing."""
    policy = context().policy
    figures = round_figures.of_round(found, policy)
    sealed = {wave.unit_key: wave for wave in found.units}
    listed = tuple(
        RoundUnit(
            name,
            state,
            figures.units.get(key, SUPPRESSED),
            days_longer=sealed[key].days_longer if key in sealed else 0,
            is_corrected=key in sealed and sealed[key].invited > sealed[key].planned_invited,
        )
        for key, name, state in rounds.unit_states(found)
    )
    asked = {found.round.edition, *figures.editions}
    compared = not figures.editions or edition_verdicts.found(
        context().installation, found.round.instrument, asked
    )
    return RoundResults(
        _identity(place, found),
        library.get(found.round.instrument),
        policy,
        round_name(found.round),
        figures.total,
        listed,
        round_name(rounds.year_before(found.round)),
        figures.earlier,
        figures.editions if compared else {},
        editions_apart=compared is False,
        editions_undecided=compared is None,
    )


def round_name(wanted: Round) -> str:
    """Return the half-year as people say it."""
    year, half = wanted.half.split("-")
    spring, autumn = (
        gettext("January to June %(year)s", year=year),
        gettext("July to December %(year)s", year=year),
    )
    return str(spring if half == "1" else autumn)


def wording(wanted: Round) -> Wording:
    """Return the questionnaire's own words, in the reader's language where it has them."""
    version = library.get(wanted.instrument)
    return version.wording(wanted.edition, reading_language(wanted))


def reading_language(wanted: Round) -> str:
    """Return the reader's language, or the first that the round's questionnaire is written in."""
    offered = library.get(wanted.instrument).editions[wanted.edition]
    return languages.current() if languages.current() in offered else offered[0]


def _identity(place: Unit, found: RoundStatus) -> WaveIdentity:
    wanted = found.round
    closed = max((wave.closes_on for wave in found.units), default=date.min)
    name = f"{wanted.half} {wanted.edition}"
    return WaveIdentity(place.key, place.name, name, wanted.half, closed, wanted.instrument, wanted.edition)
