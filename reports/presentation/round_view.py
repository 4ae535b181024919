"""What an owner sees of a round, built once: the report and the page take the same view."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from instruments.model import Wording
from reports.disclosure import SUPPRESSED, Coding, ReleasedDimension, ReleasedMean, Suppressed
from reports.presentation.figures.drawing import Drawing
from reports.presentation.figures.overview import ON_PAPER, OverviewShape
from reports.presentation.figures.unit_dots import unit_dots_figure
from reports.presentation.locale import DASH, Locale, get_locale, gettext_noop
from reports.presentation.sentences import mean_text
from reports.presentation.tables import Column, Table, TableRow
from reports.results.round_results import RoundResults, RoundUnit, UnitState

_STATES: Final[Mapping[tuple[UnitState, bool], str]] = MappingProxyType(
    {
        (UnitState.SEALED, True): gettext_noop("sealed, figures are shown"),
        (UnitState.SEALED, False): gettext_noop("sealed, no figures are shown"),
        (UnitState.UNDER_WAY, False): gettext_noop("under way"),
        (UnitState.NO_SURVEY, False): gettext_noop("no survey"),
        (UnitState.CLOSED, False): gettext_noop("no survey, and closed before the release"),
        (UnitState.MERGED, False): gettext_noop("no survey, and merged into another unit before the release"),
    }
)


@dataclass(frozen=True, slots=True)
class RoundView:
    """Everything that is shown of a round in one language.

    `total` is the table of the total beside last year's, `units` that of the units and their states,
    `by_edition` that of all editions' totals, or None where there is no other.
    """

    results: RoundResults
    wording: Wording
    locale: Locale
    total: Table
    units: Table
    by_edition: Table | None

    def drawing(self, shape: OverviewShape = ON_PAPER) -> Drawing:
        """Return the figure of the units as dots beside the total."""
        build = partial(unit_dots_figure, self.results, self.wording, self.locale, shape)
        return Drawing(_dots_text(self.results, self.wording, self.locale), build)

    @property
    def has_earlier(self) -> bool:
        """Return whether last year's total of the same units is shown."""
        return not isinstance(self.results.earlier, Suppressed)

    @property
    def has_dots(self) -> bool:
        """Return whether units are drawn as dots in any dimension."""
        return any(self.results.unit_means(each.id) for each in self.results.version)

    @property
    def has_coded(self) -> bool:
        """Return whether any mean is shown as lying beyond a number."""
        dimensions = [each.id for each in self.results.version]
        means = [mean for name in dimensions for mean in self.results.unit_means(name)]
        totals = (self.results.figure, self.results.earlier_figure)
        figures = [figure(name) for figure in totals for name in dimensions]
        means += [
            each.mean
            for each in figures
            if isinstance(each, ReleasedDimension) and isinstance(each.mean, ReleasedMean)
        ]
        return any(mean.coding is not Coding.EXACT for mean in means)

    @property
    def withholds(self) -> bool:
        """Return whether a dash stands in the table of the total."""
        return any(DASH in line.cells for line in self.total.lines)


def round_view(results: RoundResults, language: str) -> RoundView:
    """Build the views of a round. Raises Refused for a language that nothing is written in."""
    locale = get_locale(language)
    wording = results.version.wording(results.identity.edition, language)
    return RoundView(
        results,
        wording,
        locale,
        _total(results, wording, locale),
        _units(results.units, locale),
        _by_edition(results, wording, locale),
    )


def _total(results: RoundResults, wording: Wording, locale: Locale) -> Table:
    with_earlier = not isinstance(results.earlier, Suppressed)
    lines = []
    for dimension in results.version:
        cells = [_mean(results.figure(dimension.id), locale)]
        if with_earlier:
            cells.append(_mean(results.earlier_figure(dimension.id), locale))
        lines.append(TableRow(wording.dimensions[dimension.id].name, tuple(cells), id=dimension.id))
    columns = [Column(results.title)] + [Column(results.earlier_title)] * with_earlier
    return Table(tuple(columns), tuple(lines))


def _by_edition(results: RoundResults, wording: Wording, locale: Locale) -> Table | None:
    if not results.editions or isinstance(results.total, Suppressed):
        return None
    own = results.identity.edition
    totals = dict(sorted({own: results.total, **results.editions}.items()))
    lines = tuple(
        TableRow(
            wording.dimensions[each.id].name,
            tuple(_mean(total.dimensions.get(each.id, SUPPRESSED), locale) for total in totals.values()),
            id=each.id,
        )
        for each in results.version
    )
    named = [edition_name(results, edition, locale.language) for edition in totals]
    return Table(tuple(Column(each) for each in named), lines)


def edition_name(results: RoundResults, edition: str, language: str) -> str:
    """Return what an edition is called, in the language or in another where it lacks it."""
    spoken = results.version.editions[edition]
    return results.version.wording(edition, language if language in spoken else spoken[0]).edition_name


def _mean(figure: ReleasedDimension | Suppressed, locale: Locale) -> str:
    if isinstance(figure, Suppressed):
        return DASH
    mean = mean_text(figure.mean, locale)
    if isinstance(figure.interval, Suppressed):
        return mean
    return f"{mean} ± {locale.number(figure.interval.half_width, figure.interval.decimals)}"


def _units(units: tuple[RoundUnit, ...], locale: Locale) -> Table:
    columns, has_amended = [Column(locale.say("State"))], any(each.is_amended for each in units)
    if has_amended:
        columns.append(Column(locale.say("Changed while open")))
    lines = []
    for each in units:
        cells = [locale.say(_STATES[each.state, not isinstance(each.means, Suppressed)])]
        if has_amended:
            cells.append(_amended(each, locale))
        lines.append(TableRow(each.name, tuple(cells)))
    return Table(tuple(columns), tuple(lines))


def _amended(unit: RoundUnit, locale: Locale) -> str:
    said = []
    if unit.days_longer:
        days = locale.number(unit.days_longer)
        said.append(locale.say("days later than first planned: %(days)s", days=days))
    if unit.is_corrected:
        said.append(locale.say("number invited corrected upwards"))
    return "; ".join(said)


def _dots_text(results: RoundResults, wording: Wording, locale: Locale) -> str:
    said = []
    if any(results.unit_means(each.id) for each in results.version):
        said.append(
            locale.say(
                "Each dimension shows its units as dots without names, and the total with its interval."
            )
        )
    for dimension in results.version:
        means = results.unit_means(dimension.id)
        name = wording.dimensions[dimension.id].name
        total = _mean(results.figure(dimension.id), locale)
        if not means:
            said.append(locale.say("%(name)s: the total is %(total)s.", name=name, total=total))
            continue
        ends = [mean_text(each, locale) for each in (means[0], means[-1])]
        said.append(
            locale.say(
                "%(name)s: units from %(low)s to %(high)s, the total is %(total)s.",
                name=name,
                low=ends[0],
                high=ends[1],
                total=total,
            )
        )
    return " ".join(said)
