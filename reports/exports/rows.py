"""The rows of an export, from what the gate released to the outside: the one table that all formats write."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    ExportTable,
    Values,
    dimension_columns,
    identity_columns,
    item_columns,
    share_columns,
)
from reports.exports.keys import family_mark, unit_key, wave_key
from reports.exports.waves import ExportedWave, WaveBefore

_SD_DECIMALS: Final = 3
_RATE_DECIMALS: Final = 4

Spreads = Mapping[tuple[str, str, str], float]


def dimension_rows(waves: Iterable[ExportedWave], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and dimension. `family` keys the names: see `keys.unit_key`."""
    named = _named(waves, family)
    categories, versions, spreads = _categories(named), _versions(named), _pooled_spreads(named)
    columns = (
        *identity_columns(),
        *dimension_columns(policy, versions, _dimension_names(versions)),
        *share_columns(categories, "dimension_answers"),
    )
    rows = (
        (*_identity(wave), *_dimension(wave, figure, spreads), *_histogram(figure.histogram, categories))
        for wave in named
        for figure in wave.wave.released.dimensions.values()
    )
    key = ("wave", "dimension")
    return ExportTable("dimensions", columns, tuple(rows), versions, policy, key, family_mark(family))


def item_rows(waves: Iterable[ExportedWave], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and released item; a suppressed item has no row."""
    named = _named(waves, family)
    categories, versions = _categories(named), _versions(named)
    columns = (
        *identity_columns(),
        *item_columns(policy, versions),
        *share_columns(categories, "item_answers"),
    )
    about = {version.content_hash: _items(version, versions) for version in versions}
    rows = (
        (
            *_identity(wave),
            *about[wave.wave.released.version.content_hash][figure.id],
            *(figure.n, figure.mean.value, figure.sd),
            *_histogram(figure.histogram, categories),
        )
        for wave in named
        for figure in wave.wave.released.item_figures.values()
        if isinstance(figure, ReleasedItem)
    )
    key = ("wave", "item")
    return ExportTable("items", columns, tuple(rows), versions, policy, key, family_mark(family))


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


def _named(waves: Iterable[ExportedWave], family: bytes) -> list[_Named]:
    """Return the waves in the order of their random keys, which says nothing of where they are."""
    found = []
    for wave in waves:
        released = wave.released
        if released.audience is not Audience.OUTSIDE:
            raise ValueError(f"An export is for the outside, not for {released.audience.value}.")
        owner, county = (unit_key(each, family) if each else "" for each in (wave.owner, wave.county))
        before = wave_key(wave.before.released, family) if wave.before else ""
        found.append(
            _Named(
                wave,
                unit_key(released.identity.unit, family),
                owner,
                county,
                wave_key(released, family),
                before,
            )
        )
    return sorted(found, key=lambda each: (each.unit, each.wave.released.identity.closed_on, each.key))


def _versions(waves: Sequence[_Named]) -> tuple[Version, ...]:
    found = {each.wave.released.version.content_hash: each.wave.released.version for each in waves}
    return tuple(sorted(found.values(), key=lambda version: version.reference))


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


def _categories(waves: Sequence[_Named]) -> tuple[int, ...]:
    return tuple(sorted({code for each in waves for code in each.wave.released.version.scale.categories}))


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


def _pooled_spreads(waves: Sequence[_Named]) -> Spreads:
    """Return √(Σ(n − 1)·sd² / Σ(n − 1)) over the released sd of an instrument, an edition and a dimension."""
    squares: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for each in waves:
        identity = each.wave.released.identity
        for figure in each.wave.released.dimensions.values():
            if not isinstance(figure.sd, Suppressed):
                held = squares[identity.reference, identity.edition, figure.id]
                held[0] += (figure.n - 1) * figure.sd**2
                held[1] += figure.n - 1
    return {
        name: round(math.sqrt(total / freedom), _SD_DECIMALS) for name, (total, freedom) in squares.items()
    }


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


def _dimension(each: _Named, figure: ReleasedDimension, spreads: Spreads) -> tuple[Cell, ...]:
    identity = each.wave.released.identity
    pooled = spreads.get((identity.reference, identity.edition, figure.id), SUPPRESSED)
    return (
        figure.id,
        figure.n,
        *_mean(figure.mean),
        *_ends(figure.interval),
        *(figure.sd, figure.se, pooled),
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


def _histogram(histogram: ReleasedHistogram | Suppressed, categories: Sequence[int]) -> tuple[Cell, ...]:
    if isinstance(histogram, Suppressed):
        return (SUPPRESSED,) * len(categories)
    return tuple(histogram.shares.get(category, NOT_APPLICABLE) for category in categories)
