"""One wave as it is exported: what was released of it, and what is said beside its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.disclosure.released import Released, ReleasedMean, Suppressed
from reports.results.half_year import half_year


@dataclass(frozen=True, slots=True)
class CommonMeans:
    """A dimension of a wave and of the wave before, on the `items` that mean the same in both: how many."""

    items: int
    mean: ReleasedMean | Suppressed
    before: ReleasedMean | Suppressed


@dataclass(frozen=True, slots=True)
class WaveBefore:
    """The unit's exported wave before one, where the two are compared, with the means by dimension."""

    released: Released
    means: Mapping[str, CommonMeans]


@dataclass(frozen=True, slots=True)
class ExportedWave:
    """What the gate released of a wave to the outside, and what is true of the wave beside that.

    `owner` and `county` are the keys of units that its unit lay in when it was sealed, or empty; `languages`
    those it could be answered in, and `language` the one it was planned in.
    """

    released: Released
    owner: str = ""
    county: str = ""
    language: str = ""
    languages: tuple[str, ...] = ()
    open_link: bool = False
    leaders_answered: bool = False
    before: WaveBefore | None = field(default=None)

    @property
    def period(self) -> str:
        """Return the half-year in which it closed as no spreadsheet takes for a date: 2026H1."""
        return period(self.released)


def period(released: Released) -> str:
    """Return the half-year in which a wave closed, such as 2026H1."""
    return half_year(released.identity.closed_on).replace("-", "H")
