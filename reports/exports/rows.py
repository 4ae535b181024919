"""The rows of an export, from what the gate released to the outside: the one table that all formats write."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from instruments.languages import LANGUAGES, SOURCE
from instruments.model import Version
from instruments.versions import CommonItems, FullyComparable, comparability
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import (
    SUPPRESSED,
    Between,
    Coding,
    Released,
    ReleasedDimension,
    ReleasedHistogram,
    ReleasedInterval,
    ReleasedItem,
    ReleasedMean,
    ReleasedReliability,
    ReleasedShares,
    Suppressed,
)
from reports.exports.columns import (
    NOT_APPLICABLE,
    Cell,
    ExportColumn,
    ExportTable,
    Row,
    Values,
    dimension_columns,
    identity_columns,
    item_columns,
    share_columns,
)
from reports.exports.keys import family_mark, unit_key, wave_key
from reports.exports.packed_rows import PackedRow, Packing
from reports.exports.waves import ExportedWave, WaveBefore

_SD_DECIMALS: Final = 3
_RATE_DECIMALS: Final = 4

Spreads = Mapping[tuple[str, str, str], float]


def dimension_rows(waves: Iterable[ExportedWave], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and dimension. `family` keys the names: see `keys.unit_key`.

    Of the waves no more than one is held at a time.
    """
    packing, spreads, found = Packing(), _PooledSpreads(), dict[str, Version]()
    for wave in waves:
        own, released = _named(wave, family), wave.released
        found[released.identity.reference] = released.version
        spreads.add(released)
        figures = released.dimensions.values()
        rows = [(*_dimension(own, each), _shares_by_category(each.histogram)) for each in figures]
        packing.add(own.place, _identity(own), rows)
    versions = _versions(found)
    categories = _categories(versions)
    columns = (
        *identity_columns(),
        *dimension_columns(policy, versions, _dimension_names(versions)),
        *share_columns(categories, "dimension_answers"),
    )
    shares_of = _spreading(found, categories)
    reference, edition, dimension, pooled = _places(
        columns, ("instrument", "edition", "dimension", "sd_pooled")
    )
    pooled_of = spreads.pooled()

    def finish(row: PackedRow) -> Row:
        *cells, shares = row
        name = (cells[reference], cells[edition], cells[dimension])
        cells[pooled] = pooled_of.get(name, SUPPRESSED)
        return (*cells, *shares_of(cells[reference], shares))

    key = ("wave", "dimension")
    return ExportTable(
        "dimensions", columns, packing.rows(finish), versions, policy, key, family_mark(family)
    )


def item_rows(waves: Iterable[ExportedWave], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and released item; a suppressed item has no row.

    Of the waves no more than one is held at a time.
    """
    packing, found = Packing(), dict[str, Version]()
    for wave in waves:
        own, released = _named(wave, family), wave.released
        found[released.identity.reference] = released.version
        rows = [
            (figure.id, figure.n, figure.mean.value, figure.sd, _shares_by_category(figure.histogram))
            for figure in released.item_figures.values()
            if isinstance(figure, ReleasedItem)
        ]
        packing.add(own.place, _identity(own), rows)
    versions = _versions(found)
    categories = _categories(versions)
    identity_width = len(identity_columns())
    columns = (
        *identity_columns(),
        *item_columns(policy, versions),
        *share_columns(categories, "item_answers"),
    )
    shares_of = _spreading(found, categories)
    about = {reference: _items(version, versions) for reference, version in found.items()}
    [reference] = _places(columns, ("instrument",))

    def finish(row: PackedRow) -> Row:
        item, *figures, shares = row[identity_width:]
        named = row[reference]
        own = about[named][item]
        return (*row[:identity_width], *own, *figures, *shares_of(named, shares))

    packed, mark = packing.rows(finish), family_mark(family)
    return ExportTable("items", columns, packed, versions, policy, ("wave", "item"), mark)


TABLES: Final[Mapping[str, Callable[[Iterable[ExportedWave], Policy, bytes], ExportTable]]] = (
    MappingProxyType({"dimensions": dimension_rows, "items": item_rows})
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A wave with its names in the family: of what it lay in, and of the wave before."""

    wave: ExportedWave
    unit: str
    owner: str
    county: str
    key: str
    before: str

    @property
    def place(self) -> tuple[str, date, str]:
        """Return its place in a table: by random keys, whose order says nothing of where they are."""
        return self.unit, self.wave.released.identity.closed_on, self.key


def _named(wave: ExportedWave, family: bytes) -> _Named:
    released = wave.released
    if released.audience is not Audience.OUTSIDE:
        raise ValueError(f"An export is for the outside, not for {released.audience.value}.")
    owner, county = (unit_key(each, family) if each else "" for each in (wave.owner, wave.county))
    before = wave_key(wave.before.released, family) if wave.before else ""
    unit = unit_key(released.identity.unit, family)
    return _Named(wave, unit, owner, county, wave_key(released, family), before)


class _PooledSpreads:
    """√(Σ(n − 1)·sd² / Σ(n − 1)) over the released sd of an instrument, an edition and a dimension."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])

    def add(self, released: Released) -> None:
        """Add the dimensions of a wave."""
        identity = released.identity
        for figure in released.dimensions.values():
            if not isinstance(figure.sd, Suppressed):
                held = self._sums[identity.reference, identity.edition, figure.id]
                held[0] += (figure.n - 1) * figure.sd**2
                held[1] += figure.n - 1

    def pooled(self) -> Spreads:
        """Return the spread of each."""
        return {
            name: round(math.sqrt(total / freedom), _SD_DECIMALS)
            for name, (total, freedom) in self._sums.items()
        }


def _versions(found: Mapping[str, Version]) -> tuple[Version, ...]:
    return tuple(sorted(found.values(), key=lambda version: version.reference))


def _places(columns: Sequence[ExportColumn], names: Sequence[str]) -> list[int]:
    at = {column.name: place for place, column in enumerate(columns)}
    return [at[name] for name in names]


def _dimension_names(versions: Sequence[Version]) -> Values:
    """Return the dimensions' names by language; in the source's where a version lacks a language."""
    found: dict[str | int, dict[str, str]] = {}
    for version in versions:
        for wording in version.wordings.values():
            for name, words in wording.dimensions.items():
                found.setdefault(name, {}).setdefault(wording.language, words.name)
    return {
        name: {tag: held.get(tag, held.get(SOURCE, str(name))) for tag in LANGUAGES}
        for name, held in found.items()
    }


def _categories(versions: Sequence[Version]) -> tuple[int, ...]:
    return tuple(sorted({code for version in versions for code in version.scale.categories}))


def _shares_by_category(histogram: ReleasedHistogram | Suppressed) -> list[int] | Suppressed:
    """Return the shares in the order of the categories of the wave's own scale."""
    return SUPPRESSED if isinstance(histogram, Suppressed) else list(histogram.shares.values())


def _spreading(
    versions: Mapping[str, Version], categories: Sequence[int]
) -> Callable[[str, list[int] | Suppressed], Sequence[Cell]]:
    """Return what spreads shares on the scale of a version, named by its reference, over all categories."""
    places = {
        reference: [
            version.scale.categories.index(each) if each in version.scale.categories else None
            for each in categories
        ]
        for reference, version in versions.items()
    }

    def spread(reference: str, shares: list[int] | Suppressed) -> Sequence[Cell]:
        if isinstance(shares, Suppressed):
            return (SUPPRESSED,) * len(categories)
        own = places[reference]
        return [NOT_APPLICABLE if place is None else shares[place] for place in own]

    return spread


def _items(version: Version, versions: Sequence[Version]) -> Mapping[str, tuple[Cell, ...]]:
    """Return dimension, direction, origin and the other versions in which it means the same, by item."""
    others = [(each.reference, _common(version, each)) for each in versions if each is not version]
    return {
        item.id: (
            item.id,
            dimension.id,
            int(item.reverse),
            item.since or version.reference,
            " ".join(reference for reference, common in others if item.id in common),
        )
        for dimension in version
        for item in dimension.items
    }


def _common(version: Version, other: Version) -> frozenset[str]:
    found = comparability(version, other)
    if isinstance(found, FullyComparable):
        return frozenset(version.item_columns)
    return frozenset().union(*found.items.values()) if isinstance(found, CommonItems) else frozenset()


def _identity(each: _Named) -> tuple[Cell, ...]:
    wave, released = each.wave, each.wave.released
    identity = released.identity
    # of what is released: neither rounded to one where somebody is missing, nor cut where more came
    rate = round(released.n / released.invited, _RATE_DECIMALS) if released.invited else NOT_APPLICABLE
    return (
        *(each.unit, each.owner, each.county, each.key, wave.period),
        *(identity.reference, identity.edition, wave.language, " ".join(wave.languages)),
        "link" if wave.open_link else "code",
        int(wave.leaders_answered),
        *(released.n, released.invited, rate),
        *(int(identity.days_longer > 0), int(identity.invited_first is not None)),
    )


def _dimension(each: _Named, figure: ReleasedDimension) -> tuple[Cell, ...]:
    """Return the cells of a dimension; the pooled sd is none of this wave's alone, and filled in later."""
    return (
        figure.id,
        figure.n,
        *_mean(figure.mean),
        *_ends(figure.interval),
        *(figure.sd, figure.se, SUPPRESSED),
        *_level(figure.level),
        *_shares(figure.shares),
        *_alpha(figure.reliability),
        each.before,
        *_common_means(each.wave.before, figure.id),
    )


def _common_means(before: WaveBefore | None, dimension: str) -> tuple[Cell, Cell, Cell]:
    found = before.means.get(dimension) if before else None
    if found is None:
        return (NOT_APPLICABLE,) * 3
    if not found.items:
        return 0, NOT_APPLICABLE, NOT_APPLICABLE
    return found.items, _plain(found.mean), _plain(found.before)


def _plain(mean: ReleasedMean | Suppressed) -> Cell:
    """Return a mean as a number; a coded one is none."""
    return SUPPRESSED if isinstance(mean, Suppressed) or mean.coding is not Coding.EXACT else mean.value


def _mean(mean: ReleasedMean | Suppressed) -> tuple[Cell, Cell, Cell]:
    return (SUPPRESSED,) * 3 if isinstance(mean, Suppressed) else (mean.value, mean.coding.value, mean.step)


def _ends(interval: ReleasedInterval | Suppressed) -> tuple[Cell, Cell]:
    return (SUPPRESSED,) * 2 if isinstance(interval, Suppressed) else (interval.low, interval.high)


def _level(level: str | Between | Suppressed) -> tuple[Cell, Cell]:
    return (level.low, level.high) if isinstance(level, Between) else (level, level)


def _shares(shares: ReleasedShares | Suppressed) -> tuple[Cell, Cell, Cell]:
    return (SUPPRESSED,) * 3 if isinstance(shares, Suppressed) else (shares.low, shares.middle, shares.high)


def _alpha(alpha: ReleasedReliability | Suppressed) -> tuple[Cell, Cell, Cell]:
    return (SUPPRESSED,) * 3 if isinstance(alpha, Suppressed) else (alpha.value, alpha.low, alpha.high)
