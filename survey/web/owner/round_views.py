"""Show a round to its owner: the total beside its units, released together and once."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, flash
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from instruments import library
from instruments.model import Version, Wording
from instruments.problems import Refused
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Coding,
    Policy,
    Released,
    ReleasedDimension,
    ReleasedInterval,
    ReleasedMean,
    Suppressed,
    release,
)
from reports.exports import ExportColumn, ExportTable, Kind, csv_bytes
from reports.exports.columns import Cell, interval_columns, mean_columns
from reports.presentation.locale import get_locale
from reports.presentation.tables import units_table
from reports.presentation.views import ProfileView, profile_view
from reports.results.profile import profile
from survey.publication import rounds
from survey.publication.rounds import Round, RoundStatus
from survey.store.repositories import releases, sealed, units
from survey.store.repositories.units import Unit
from survey.web import error_pages
from survey.web.owner.blueprint import owner
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, download, redirect_to, render_page

_ROUND = "/<unit>/round/<half>/<edition>/<instrument>"

_ReleasedWave = Released | Suppressed


@dataclass(frozen=True, slots=True)
class _UnitFigures:
    """One unit of the round, with what is released of its last sealed wave."""

    name: str
    released: _ReleasedWave

    def figure(self, dimension: str) -> ReleasedDimension | Suppressed:
        """Return what is released of one dimension."""
        return SUPPRESSED if isinstance(self.released, Suppressed) else self.released.dimensions[dimension]

    @property
    def has_coded(self) -> bool:
        """Return whether any mean of it is shown as lying beyond a number."""
        if isinstance(self.released, Suppressed):
            return False
        means = (each.mean for each in self.released.dimensions.values())
        return any(isinstance(mean, ReleasedMean) and mean.coding is not Coding.EXACT for mean in means)


@owner.get(_ROUND)
def show_round(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Show the total and its units, dimension by dimension; before the release, what that means."""
    return _round_page(unit, Round(half, edition, instrument))


@owner.post(_ROUND)
def release_round(unit: str, half: str, edition: str, instrument: str) -> AnyResponse:
    """Release the round as it stands now: what the ledger decides is final."""
    wanted = Round(half, edition, instrument)
    _found(unit, wanted)
    try:
        rounds.release_round(context().database, unit, wanted, context().policy)
    except Refused as refused:
        status, happened, remedy = error_pages.explain(refused)
        return _round_page(unit, wanted, [FormError(f"{happened}. {remedy}")], status)
    flash(gettext("The round is released. Its figures never change."))
    return redirect_to("owner.show_round", unit=unit, half=half, edition=edition, instrument=instrument)


@owner.get(f"{_ROUND}/figures.csv")
def round_figures(unit: str, half: str, edition: str, instrument: str) -> Response:
    """Send the figures of the page as a file; an empty cell is one that is withheld."""
    place, found = _found(unit, Round(half, edition, instrument))
    whole, units = _released_figures(found)
    version = library.get(instrument)
    names = wording(found.round).dimensions
    policy = context().policy
    shown = [(1, whole), *((0, unit) for unit in units)]
    rows = [_row(unit, each.id, names[each.id].name, top) for top, unit in shown for each in version]
    content = csv_bytes(ExportTable("round", _columns(policy, version), tuple(rows), (version,), policy))
    return download(content, "text/csv", f"{place.key}-{half}-{edition}.csv")


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
    return version.wording(wanted.edition, _language(wanted))


def _round_page(unit: str, wanted: Round, faults: Sequence[FormError] = (), status: int = 200) -> Response:
    place, found = _found(unit, wanted)
    whole, units = _released_figures(found)
    said = wording(wanted)
    return render_page(
        "owner/round.html",
        gettext("%(unit)s: %(round)s", unit=place.name, round=round_name(wanted)),
        faults=faults,
        status=status,
        place=place,
        found=found,
        wording=said,
        whole=whole,
        total=_total(found),
        coded=any(each.has_coded for each in (whole, *units)),
        units=units_table(
            [(each.name, each.released) for each in units],
            library.get(wanted.instrument),
            said,
            get_locale(_language(found.round)),
        ),
    )


def _found(unit: str, wanted: Round) -> tuple[Unit, RoundStatus]:
    """Return the unit and the round below it; a round in which nothing is sealed is not found."""
    found = rounds.round_status(context().database, unit, wanted)
    if found is None:
        raise NotFound
    return units.by_key(context().database, unit), found


def _released_figures(found: RoundStatus) -> tuple[_UnitFigures, Sequence[_UnitFigures]]:
    """Return what was released of the total and of its units; decides nothing."""
    database, policy = context().database, context().policy
    ledger = releases.present(database)
    units = [
        _UnitFigures(
            wave.unit_name,
            release(sealed.of_wave(database, wave), Audience.OWNER, policy, ledger),
        )
        for wave in found.units
    ]
    whole = SUPPRESSED if found.total is None else release(found.total, Audience.OWNER, policy, ledger)
    name = "" if found.total is None else found.total.identity.unit_name
    return _UnitFigures(name, whole), units


def _total(found: RoundStatus) -> ProfileView | None:
    """Return the view of the total in the reader's language, where one is decided on."""
    if found.total is None:
        return None
    shown = profile([found.total], Audience.OWNER, context().policy, releases.present(context().database))
    return profile_view(shown, _language(found.round))


def _language(wanted: Round) -> str:
    offered = library.get(wanted.instrument).editions[wanted.edition]
    return languages.current() if languages.current() in offered else offered[0]


def _columns(policy: Policy, version: Version) -> tuple[ExportColumn, ...]:
    return (
        ExportColumn("place", "The place, or the whole that the others lie in", Kind.TEXT),
        ExportColumn("whole", "1 in the rows of the whole, 0 in those of a place", Kind.INTEGER),
        ExportColumn("dimension", "The dimension", Kind.TEXT),
        ExportColumn("n", "People who answered, exact", Kind.INTEGER),
        *mean_columns(policy, [version]),
        *interval_columns(policy, [version]),
    )


def _row(unit: _UnitFigures, dimension: str, name: str, is_total: int) -> tuple[Cell, ...]:
    figure = unit.figure(dimension)
    if isinstance(figure, Suppressed):
        return (unit.name, is_total, name, *(SUPPRESSED,) * 5)
    mean: tuple[Cell, Cell] = (SUPPRESSED, SUPPRESSED)
    if isinstance(figure.mean, ReleasedMean):
        mean = figure.mean.value, figure.mean.coding.value
    ends: tuple[Cell, Cell] = (SUPPRESSED, SUPPRESSED)
    if isinstance(figure.interval, ReleasedInterval):
        ends = figure.interval.low, figure.interval.high
    return (unit.name, is_total, name, figure.n, *mean, *ends)
