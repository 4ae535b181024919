"""What was released as text to be stored, and read again as released values.

Only what the gate has built is written. Whoever changes what the gate releases raises `FORMAT`, so that what
was stored before is computed anew.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from instruments.model import Version
from instruments.problems import Damaged, damage
from reports.disclosure.policy import Audience
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
    WaveIdentity,
)
from reports.disclosure.seal import SEAL, SealedValue

FORMAT: Final = 1
_TYPES: Final[Mapping[str, Callable[..., SealedValue]]] = MappingProxyType(
    {
        each.__name__: each
        for each in (
            Between,
            ReleasedDimension,
            ReleasedHistogram,
            ReleasedInterval,
            ReleasedItem,
            ReleasedMean,
            ReleasedReliability,
            ReleasedShares,
        )
    }
)
_TOTAL: Final = ("n", "invited", "response_rate", "dimensions", "item_figures")


def means_text(means: Mapping[str, ReleasedMean] | Suppressed) -> str:
    """Return the means of a unit, by dimension, as text."""
    if isinstance(means, Suppressed):
        return json.dumps(None)
    return json.dumps({name: _written_mean(mean) for name, mean in means.items()})


def means_of(text: str) -> Mapping[str, ReleasedMean] | Suppressed:
    """Return the means that `means_text` wrote. Raises Damaged where it wrote no such text."""
    try:
        stored = json.loads(text)
        if stored is None:
            return SUPPRESSED
        return MappingProxyType({name: _mean(*written) for name, written in stored.items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise unreadable() from error


def total_text(total: Released | Suppressed) -> str:
    """Return what was released of a total to those who own its units, as text."""
    if isinstance(total, Suppressed):
        return json.dumps(None)
    return json.dumps({name: _written(getattr(total, name)) for name in _TOTAL})


def total_of(text: str, identity: WaveIdentity, version: Version) -> Released | Suppressed:
    """Return the total that `total_text` wrote. Raises Damaged where it wrote no such text."""
    try:
        stored = json.loads(text)
        if stored is None:
            return SUPPRESSED
        n, invited, rate, dimensions, items = (_read(stored[name]) for name in _TOTAL)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise unreadable() from error
    return Released(
        identity, version, Audience.OWNER, n, invited, rate, dimensions, items, breakdown=None, seal=SEAL
    )


def unreadable() -> Damaged:
    """Return what is raised where figures are not what was written."""
    return damage(
        "released-figures-unreadable",
        "Figures that were released cannot be read, or were altered.",
        "Restore the database from a backup; altered figures are not shown.",
    )


def _written_mean(mean: ReleasedMean) -> list[object]:
    return [mean.value, mean.decimals, mean.step, mean.coding.value]


@cache
def _mean(value: float, decimals: int, step: float, coding: str) -> ReleasedMean:
    # the means of thousands of units are some hundred different ones
    return ReleasedMean(value, decimals, step, Coding(coding), SEAL)


def _written(value: object) -> object:
    """Return a released value as JSON takes it: a list that begins with its type, or itself."""
    if isinstance(value, Suppressed):
        return None
    if isinstance(value, Coding):
        return value.value
    if isinstance(value, Mapping):
        # the keys of some are numbers, which names in JSON are not
        return ["by", *([key, _written(each)] for key, each in value.items())]
    if isinstance(value, SealedValue):
        own = (getattr(value, each.name) for each in fields(value))  # type: ignore[arg-type]  # all are dataclasses
        return [type(value).__name__, *map(_written, own)]
    return value


def _read(stored: Any) -> Any:  # noqa: ANN401 - whatever was written
    if stored is None:
        return SUPPRESSED
    if isinstance(stored, int | float | str):
        return stored
    name, *own = stored
    if name == "by":
        return MappingProxyType({key: _read(each) for key, each in own})
    if name == ReleasedMean.__name__:
        return _mean(*own)
    return _TYPES[name](*map(_read, own), SEAL)
