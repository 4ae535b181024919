"""A round as its owner may see it: the whole beside its units, released together, once."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, session, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments import library
from instruments.model import Wording
from instruments.problems import Refused
from reports.exports import Column, Kind, Table, csv_bytes
from reports.profile import profile
from reports.release import SUPPRESSED, Audience, Policy, Released, ReleasedDimension, Suppressed, release
from reports.telling import Teller
from reports.wording import words
from survey import totals
from survey.store.repositories import communities, releases, sealed
from survey.store.repositories.communities import Community
from survey.totals import Round, Standing
from survey.web import errors, languages
from survey.web.house import house
from survey.web.page import Fault, page

total = Blueprint("total", __name__, url_prefix="/own/<community>/round/<half>/<edition>/<instrument>")

SAID = {"released": lazy_gettext("The round is released. Its figures never change.")}
COLUMNS = (
    Column("place", "The place, or the whole that the others lie in", Kind.TEXT),
    Column("whole", "1 in the rows of the whole, 0 in those of a place", Kind.INTEGER),
    Column("dimension", "The dimension", Kind.TEXT),
    Column("n", "People who answered, rounded down to a multiple of 5", Kind.INTEGER),
    Column("mean", "Mean of the people's scores, in scale points", Kind.NUMBER, 2),
    Column("interval_low", "Lower end of the 95 % interval, rounded outwards", Kind.NUMBER, 2),
    Column("interval_high", "Upper end of the 95 % interval, rounded outwards", Kind.NUMBER, 2),
)

Told = Released | Suppressed


@dataclass(frozen=True, slots=True)
class Unit:
    """A place in the round, with what may be told of its last sealed wave."""

    name: str
    told: Told

    def figure(self, dimension: str) -> ReleasedDimension | Suppressed:
        """What is told of one dimension."""
        return SUPPRESSED if isinstance(self.told, Suppressed) else self.told.dimensions[dimension]


@total.get("")
def show(community: str, half: str, edition: str, instrument: str) -> Response:
    """The whole, dimension by dimension, and its units beside it; before the release, what that means."""
    return _round_page(community, Round(half, edition, instrument))


@total.post("")
def release_round(community: str, half: str, edition: str, instrument: str) -> AnyResponse:
    """Let the ledger decide what is told of the round as it stands now, for good."""
    wanted = Round(half, edition, instrument)
    _found(community, wanted)
    try:
        totals.release_together(house().database, community, wanted, Policy.default())
    except Refused as refused:
        status, happened, remedy = errors.explain(refused)
        return _round_page(community, wanted, [Fault(f"{happened}. {remedy}")], status)
    session["said"] = "released"
    address = url_for("total.show", community=community, half=half, edition=edition, instrument=instrument)
    return redirect(address, 303)


@total.get("/figures.csv")
def figures(community: str, half: str, edition: str, instrument: str) -> Response:
    """The figures of the page as a file; an empty cell is one that is not told."""
    place, found = _found(community, Round(half, edition, instrument))
    whole, units = _told(found)
    version = library.get(instrument)
    names = wording(found.round).dimensions
    shown = [(1, whole), *((0, unit) for unit in units)]
    rows = [_row(unit, each.id, names[each.id].name, top) for top, unit in shown for each in version]
    reply = make_response(csv_bytes(Table("round", COLUMNS, tuple(rows), (version,))))
    reply.mimetype = "text/csv"
    reply.headers["Content-Disposition"] = f'attachment; filename="{place.key}-{half}-{edition}.csv"'
    return reply


def round_name(wanted: Round) -> str:
    """The half-year, as people say it."""
    year, half = wanted.half.split("-")
    spring, autumn = (
        gettext("January to June %(year)s", year=year),
        gettext("July to December %(year)s", year=year),
    )
    return str(spring if half == "1" else autumn)


def wording(wanted: Round) -> Wording:
    """The questionnaire's own words, in the reader's language where it speaks that."""
    version = library.get(wanted.instrument)
    return version.wording(wanted.edition, _language(wanted))


def _round_page(community: str, wanted: Round, faults: Sequence[Fault] = (), status: int = 200) -> Response:
    place, found = _found(community, wanted)
    whole, units = _told(found)
    said = wording(wanted)
    return page(
        "own/round.html",
        gettext("%(place)s: %(round)s", place=place.name, round=round_name(wanted)),
        faults=faults,
        status=status,
        place=place,
        found=found,
        names=[(each.id, said.dimensions[each.id].name) for each in library.get(wanted.instrument)],
        wording=said,
        whole=whole,
        teller=_teller(found),
        units=units,
        said=SAID.get(str(session.pop("said", ""))),
    )


def _found(community: str, wanted: Round) -> tuple[Community, Standing]:
    """The community and the round below it; a round in which nothing is sealed is not there."""
    found = totals.standing(house().database, community, wanted)
    if found is None:
        raise NotFound
    return communities.by_key(house().database, community), found


def _told(found: Standing) -> tuple[Unit, Sequence[Unit]]:
    """What was released of the whole and of its units; nothing of it is decided here."""
    database, policy = house().database, Policy.default()
    ledger = releases.present(database)
    units = [
        Unit(
            wave.community_name,
            release(sealed.of_wave(database, wave), Audience.OWNER, policy, ledger),
        )
        for wave in found.units
    ]
    whole = SUPPRESSED if found.whole is None else release(found.whole, Audience.OWNER, policy, ledger)
    name = "" if found.whole is None else found.whole.identity.community_name
    return Unit(name, whole), units


def _teller(found: Standing) -> Teller | None:
    """What says the figures of the whole in the reader's language."""
    if found.whole is None:
        return None
    shown = profile([found.whole], Audience.OWNER, ledger=releases.present(house().database))
    return Teller(shown, words(_language(found.round)))


def _language(wanted: Round) -> str:
    offered = library.get(wanted.instrument).editions[wanted.edition]
    return languages.current() if languages.current() in offered else offered[0]


def _row(unit: Unit, dimension: str, name: str, top: int) -> tuple[str | int | float | Suppressed, ...]:
    figure = unit.figure(dimension)
    if isinstance(figure, Suppressed):
        return (unit.name, top, name, *(SUPPRESSED,) * 4)
    mean = figure.mean if isinstance(figure.mean, Suppressed) else figure.mean.value
    if isinstance(figure.interval, Suppressed):
        return (unit.name, top, name, figure.n, mean, SUPPRESSED, SUPPRESSED)
    return (unit.name, top, name, figure.n, mean, figure.interval.low, figure.interval.high)
