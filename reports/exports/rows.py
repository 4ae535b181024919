"""The rows of an export, from what the gate released to the outside: the one table that all formats write."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from instruments.languages import SOURCE
from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import (
    SUPPRESSED,
    Between,
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
    Cell,
    ExportTable,
    dimension_columns,
    identity_columns,
    item_columns,
    share_columns,
)
from reports.results.half_year import half_year

_KEY_BYTES: Final = 16  # the shortest family key: 128 bits cannot be tried out


def dimension_rows(waves: Iterable[Released | Suppressed], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and dimension. `family` keys the names: see `unit_key`."""
    numbered = _numbered(waves, family)
    categories, versions = _categories(numbered), _versions(numbered)
    columns = (
        *identity_columns(),
        *dimension_columns(policy, versions, _dimension_names(versions)),
        *share_columns(categories, "the dimension's answers, turned"),
    )
    rows = (
        (*_identity(wave), *_dimension(figure), *_histogram(figure.histogram, categories))
        for wave in numbered
        for figure in wave.released.dimensions.values()
    )
    return ExportTable("dimensions", columns, tuple(rows), versions, policy)


def item_rows(waves: Iterable[Released | Suppressed], policy: Policy, family: bytes) -> ExportTable:
    """Return one row per unit, wave and released item; a suppressed item has no row."""
    numbered = _numbered(waves, family)
    categories, versions = _categories(numbered), _versions(numbered)
    columns = (
        *identity_columns(),
        *item_columns(policy, versions),
        *share_columns(categories, "the item's answers as given"),
    )
    rows = (
        (*_identity(wave), *_item(figure), *_histogram(figure.histogram, categories))
        for wave in numbered
        for figure in wave.released.item_figures.values()
        if not isinstance(figure, Suppressed)
    )
    return ExportTable("items", columns, tuple(rows), versions, policy)


TABLES: Final[Mapping[str, Callable[[Iterable[Released | Suppressed], Policy, bytes], ExportTable]]] = (
    MappingProxyType({"dimensions": dimension_rows, "items": item_rows})
)


def unit_key(unit: str, family: bytes) -> str:
    """Return the name a unit has in one family of exports: BLAKE2b keyed with `family`, 12 characters.

    The same in every export of the family, so that waves can be followed; without the family's key nobody
    can tell which unit it is, nor join two families. Raises Refused where the key is too short.
    """
    if not _KEY_BYTES <= len(family) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise refuse(
            "family-key-length",
            "The key of a family of exports has %(given)s bytes.",
            "Use %(fewest)s to %(most)s random bytes.",
            given=len(family),
            fewest=_KEY_BYTES,
            most=hashlib.blake2b.MAX_KEY_SIZE,
        )
    digest = hashlib.blake2b(unit.encode(), key=family, digest_size=6, person=b"export").hexdigest()
    return f"c{digest}"


@dataclass(frozen=True, slots=True)
class _Wave:
    key: str
    number: int
    released: Released


def _numbered(waves: Iterable[Released | Suppressed], family: bytes) -> list[_Wave]:
    """Return the released waves in the order of their random keys, which says nothing of where they are."""
    by_unit: dict[str, list[Released]] = defaultdict(list)
    for released in waves:
        if isinstance(released, Suppressed):
            continue
        if released.audience is not Audience.OUTSIDE:
            raise ValueError(f"An export is for the outside, not for {released.audience.value}.")
        by_unit[unit_key(released.identity.unit, family)].append(released)
    return [
        _Wave(key, number, released)
        for key, own in sorted(by_unit.items())
        for number, released in enumerate(sorted(own, key=_closing), start=1)
    ]


def _closing(released: Released) -> tuple[str, str]:
    return released.identity.closed_on.isoformat(), released.identity.wave


def _versions(waves: Sequence[_Wave]) -> tuple[Version, ...]:
    found = {wave.released.version.content_hash: wave.released.version for wave in waves}
    return tuple(sorted(found.values(), key=lambda version: version.reference))


def _dimension_names(versions: Sequence[Version]) -> dict[str, str]:
    """Return the dimensions' names in English, where a version has them."""
    return {
        dimension_id: words.name
        for version in versions
        for wording in version.wordings.values()
        if wording.language == SOURCE
        for dimension_id, words in wording.dimensions.items()
    }


def _categories(waves: Sequence[_Wave]) -> tuple[int, ...]:
    return tuple(sorted({code for wave in waves for code in wave.released.version.scale.categories}))


def _identity(wave: _Wave) -> tuple[Cell, ...]:
    released, identity = wave.released, wave.released.identity
    period = half_year(identity.closed_on)
    counts = (released.n, released.invited, released.response_rate)
    amended = (int(identity.days_longer > 0), int(identity.invited_first is not None))
    return (wave.key, wave.number, period, identity.reference, identity.edition, *counts, *amended)


def _dimension(figure: ReleasedDimension) -> tuple[Cell, ...]:
    return (
        figure.id,
        figure.n,
        *_mean(figure.mean),
        *_ends(figure.interval),
        figure.sd,
        figure.se,
        *_level(figure.level),
        *_shares(figure.shares),
        *_alpha(figure.reliability),
    )


def _item(figure: ReleasedItem) -> tuple[Cell, ...]:
    return figure.id, figure.n, figure.mean.value, figure.sd


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
    return tuple(histogram.shares.get(category, SUPPRESSED) for category in categories)
