"""Rows a researcher reads, from what the gate told the outside: the one table all formats write."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Final

from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import (
    SUPPRESSED,
    Audience,
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

Cell = str | int | float | Suppressed

_KEY_BYTES: Final = 16  # the shortest family key: 128 bits cannot be tried out
_HALF_YEAR: Final = 6  # months


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its name (a letter first, valid in SPSS), what it says, and what its values mean."""

    name: str
    label: str
    kind: Kind
    decimals: int = 0
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Columns and rows; a cell that may not be told is `SUPPRESSED`, and each format has its own empty."""

    name: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    versions: tuple[Version, ...]


_IDENTITY: Final = (
    ExportColumn("unit", "The unit, as a random key of this family of exports", Kind.TEXT),
    ExportColumn("wave", "The unit's exported waves in order of time: 1, 2, …", Kind.INTEGER),
    ExportColumn("period", "Year and half of the year in which the wave closed: 2026-1", Kind.TEXT),
    ExportColumn("instrument", "The instrument's name and version", Kind.TEXT),
    ExportColumn("edition", "The edition of the instrument", Kind.TEXT),
    ExportColumn("n", "People who answered the wave, rounded down to a multiple of 5", Kind.INTEGER),
    ExportColumn("invited", "People who could answer, rounded down to a multiple of 5", Kind.INTEGER),
    ExportColumn("response_rate", "n over invited, after rounding", Kind.NUMBER, 2),
)

_DIMENSION: Final = (
    ExportColumn("dimension", "The dimension's id", Kind.TEXT),
    ExportColumn(
        "dimension_n", "People behind the dimension's figures, rounded down to a multiple of 5", Kind.INTEGER
    ),
    ExportColumn("mean", "Mean of the people's scores, in scale points", Kind.NUMBER, 2),
    ExportColumn("mean_step", "The step the mean is rounded to", Kind.NUMBER, 2),
    ExportColumn("interval_low", "Lower end of the 95 % interval, rounded outwards", Kind.NUMBER, 2),
    ExportColumn("interval_high", "Upper end of the 95 % interval, rounded outwards", Kind.NUMBER, 2),
    ExportColumn("sd", "Standard deviation, as the told interval implies it", Kind.NUMBER, 3),
    ExportColumn("se", "Standard error, as the told interval implies it", Kind.NUMBER, 4),
    ExportColumn("level_low", "The maturity level the interval begins in", Kind.TEXT),
    ExportColumn("level_high", "The maturity level the interval ends in", Kind.TEXT),
    ExportColumn("share_low", "Answers below the middle of the scale, in percent", Kind.INTEGER),
    ExportColumn("share_middle", "Answers on the middle of the scale, in percent", Kind.INTEGER),
    ExportColumn("share_high", "Answers above the middle of the scale, in percent", Kind.INTEGER),
    ExportColumn("alpha", "Cronbach's alpha", Kind.NUMBER, 2),
    ExportColumn("alpha_low", "Lower end of alpha's 95 % interval (Feldt)", Kind.NUMBER, 2),
    ExportColumn("alpha_high", "Upper end of alpha's 95 % interval (Feldt)", Kind.NUMBER, 2),
)

_ITEM: Final = (
    ExportColumn("item", "The item's id", Kind.TEXT),
    ExportColumn("item_n", "People behind the item's figures, rounded down to a multiple of 5", Kind.INTEGER),
    ExportColumn("mean", "Mean of the answers as given, reversed items not turned", Kind.NUMBER, 2),
    ExportColumn("sd", "Standard deviation of the answers", Kind.NUMBER, 2),
)


def dimension_rows(told: Iterable[Released | Suppressed], family: bytes) -> ExportTable:
    """One row per unit, wave and dimension. `family` keys the names: see `unit_key`."""
    waves = _numbered(told, family)
    categories = _categories(waves)
    shares = tuple(_share_column(category, "the dimension's answers, turned") for category in categories)
    rows = (
        (*_identity(wave), *_dimension(figure), *_histogram(figure.histogram, categories))
        for wave in waves
        for figure in wave.released.dimensions.values()
    )
    versions = _versions(waves)
    named = replace(_DIMENSION[0], values=_dimension_names(versions))
    return ExportTable("dimensions", (*_IDENTITY, named, *_DIMENSION[1:], *shares), tuple(rows), versions)


def item_rows(told: Iterable[Released | Suppressed], family: bytes) -> ExportTable:
    """One row per unit, wave and item that may be told; items withheld have no row."""
    waves = _numbered(told, family)
    categories = _categories(waves)
    shares = tuple(_share_column(category, "the item's answers as given") for category in categories)
    rows = (
        (*_identity(wave), *_item(figure), *_histogram(figure.histogram, categories))
        for wave in waves
        for figure in wave.released.item_figures.values()
        if not isinstance(figure, Suppressed)
    )
    return ExportTable("items", (*_IDENTITY, *_ITEM, *shares), tuple(rows), _versions(waves))


TABLES: Final[dict[str, Callable[[Iterable[Released | Suppressed], bytes], ExportTable]]] = {
    "dimensions": dimension_rows,
    "items": item_rows,
}


def half_year(day: date) -> str:
    """The year and the half of it: 2026-1."""
    return f"{day.year}-{1 if day.month <= _HALF_YEAR else 2}"


def unit_key(unit: str, family: bytes) -> str:
    """The name a unit has in one family of exports: BLAKE2b keyed with `family`, 12 characters.

    The same in every export of the family, so that waves can be followed; without the family's key nobody
    can tell which unit it is, nor join two families. Raises Refused where the key is too short.
    """
    if not _KEY_BYTES <= len(family) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise refuse(
            "family-key-length",
            f"The family key has {len(family)} bytes.",
            f"Use {_KEY_BYTES} to {hashlib.blake2b.MAX_KEY_SIZE} random bytes.",
        )
    digest = hashlib.blake2b(unit.encode(), key=family, digest_size=6, person=b"export").hexdigest()
    return f"c{digest}"


@dataclass(frozen=True, slots=True)
class _Wave:
    key: str
    number: int
    released: Released


def _numbered(told: Iterable[Released | Suppressed], family: bytes) -> list[_Wave]:
    """The waves that may be told, in the order of their random keys, which says nothing of where they are."""
    by_unit: dict[str, list[Released]] = defaultdict(list)
    for released in told:
        if isinstance(released, Suppressed):
            continue
        if released.audience is not Audience.OUTSIDE:
            raise ValueError(f"An export is told to the outside, not to {released.audience.value}.")
        by_unit[unit_key(released.identity.unit, family)].append(released)
    return [
        _Wave(key, number, released)
        for key, waves in sorted(by_unit.items())
        for number, released in enumerate(sorted(waves, key=_closing), start=1)
    ]


def _closing(released: Released) -> tuple[str, str]:
    return released.identity.closed_on.isoformat(), released.identity.wave


def _versions(waves: Sequence[_Wave]) -> tuple[Version, ...]:
    found = {wave.released.version.content_hash: wave.released.version for wave in waves}
    return tuple(sorted(found.values(), key=lambda version: version.reference))


def _dimension_names(versions: Sequence[Version]) -> dict[str, str]:
    """The dimensions' names in English, where a version has them."""
    return {
        dimension_id: words.name
        for version in versions
        for wording in version.wordings.values()
        if wording.language == "en"
        for dimension_id, words in wording.dimensions.items()
    }


def _categories(waves: Sequence[_Wave]) -> tuple[int, ...]:
    return tuple(sorted({code for wave in waves for code in wave.released.version.scale.categories}))


def _share_column(category: int, of: str) -> ExportColumn:
    name = f"answers_{category}" if category >= 0 else f"answers_minus_{-category}"
    return ExportColumn(name, f"Answers in category {category}, in percent of {of}", Kind.INTEGER)


def _identity(wave: _Wave) -> tuple[Cell, ...]:
    told, identity = wave.released, wave.released.identity
    period = half_year(identity.closed_on)
    counts = (told.n, told.invited, told.response_rate)
    return (wave.key, wave.number, period, identity.reference, identity.edition, *counts)


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
    return figure.id, figure.n, _mean(figure.mean)[0], figure.sd


def _mean(mean: ReleasedMean | Suppressed) -> tuple[Cell, Cell]:
    return (SUPPRESSED, SUPPRESSED) if isinstance(mean, Suppressed) else (mean.value, mean.step)


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
