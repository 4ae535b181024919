"""The gate: sealed statistics go in, what is released to one audience comes out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from instruments.model import Dimension
from reports.disclosure.dimensions import release_dimension, suppress_dimension
from reports.disclosure.items import release_items
from reports.disclosure.policy import Audience, DetailLevel, Policy
from reports.disclosure.released import SUPPRESSED, Released, ReleasedDimension, ReleasedItem, Suppressed
from reports.disclosure.request import Request
from reports.disclosure.seal import SEAL
from reports.disclosure.sealed_wave import SealedWave
from reports.disclosure.subgroups import release_subgroups

ANSWERS = "answers"  # the figure that n itself is, beside the dimensions


class DifferencingCheck(Protocol):
    """What the gate asks the ledger: the detail level of a figure beside all that was released already."""

    def detail_level(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:
        """Return the most detail of a dimension, or of `ANSWERS`, that differencing does not disclose by."""
        ...


class NoOtherReleases:
    """The ledger where nothing else is ever released about the same people: a unit of its own.

    To pass it for a pool is to vouch that nothing is released about any of its units.
    """

    def detail_level(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:  # noqa: ARG002 - the protocol
        """Return the full detail: there is nothing to subtract from."""
        return DetailLevel.ITEMS


def release(
    sealed: SealedWave,
    audience: Audience,
    policy: Policy,
    ledger: DifferencingCheck | None = None,
    items: frozenset[str] | None = None,
) -> Released | Suppressed:
    """Return what is released to `audience` of a wave or a pool, or Suppressed where that is nothing at all.

    Without a `ledger` a pool is not released: nobody knows what could be subtracted from it.

    `items` rests the dimensions on some items only, to compare versions; a dimension of which that leaves
    a part is released from the item minimum on only: beside the whole it discloses the items left out.
    Source of the rules: docs/decisions 0050 to 0055, 0057, 0058 and 0072.
    """
    if ledger is None and sealed.parts:
        return SUPPRESSED
    request = _request(sealed, audience, policy, ledger or NoOtherReleases(), items)
    if not _may_be_released(request, ANSWERS, [part.moments.n for part in sealed.units]):
        return SUPPRESSED
    dimensions = {each.id: _dimension(request, each) for each in sealed.version}
    n, invited = (request.rounded(count) for count in (sealed.moments.n, sealed.invited))
    return Released(
        sealed.identity,
        sealed.version,
        request.audience,
        n,
        invited,
        round(min(1.0, n / invited), 2) if invited else 1.0,
        frozenset(sealed.version.item_columns)
        if items is None
        else items & frozenset(sealed.version.item_columns),
        MappingProxyType(dimensions),
        MappingProxyType(_items(request, dimensions)),
        release_subgroups(request, dimensions),
        SEAL,
    )


def _request(
    sealed: SealedWave,
    audience: Audience,
    policy: Policy,
    ledger: DifferencingCheck,
    items: frozenset[str] | None,
) -> Request:
    """Return the request, with the detail level that the ledger gives each of its figures."""
    audience = sealed.reader(audience)
    figures = (ANSWERS, *(each.id for each in sealed.version))
    levels = {figure: ledger.detail_level(sealed, figure, audience) for figure in figures}
    return Request(sealed, audience, policy, items, levels)


def _may_be_released(request: Request, figure: str, answered: Sequence[int]) -> bool:
    """Return whether the first three rules hold, for n as for a dimension; `answered` is by unit.

    They are the minimum; no differencing; and of a pool, units enough of which none is what
    the others would be read off against.
    """
    groups, present = request.policy.comparison_groups, [count for count in answered if count]
    return (
        sum(present) >= request.thresholds.mean
        and request.detail_levels[figure] is not DetailLevel.NOTHING
        and (
            not request.sealed.parts
            or (len(present) >= groups.units and max(present) <= groups.largest_share * sum(present))
        )
    )


def _dimension(request: Request, dimension: Dimension) -> ReleasedDimension:
    scored = [int(part.moments.score_counts[dimension.id].sum()) for part in request.sealed.units]
    allowed = _may_be_released(request, dimension.id, scored)
    return (release_dimension if allowed else suppress_dimension)(request, dimension)


def _items(
    request: Request, dimensions: Mapping[str, ReleasedDimension]
) -> dict[str, ReleasedItem | Suppressed]:
    """Return every item of every dimension; all are suppressed where the dimension's mean is."""
    figures: dict[str, ReleasedItem | Suppressed] = {}
    for dimension in request.sealed.version:
        mean = dimensions[dimension.id].mean
        figures.update(release_items(request, dimension, released=not isinstance(mean, Suppressed)))
    return figures
