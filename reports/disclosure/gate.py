"""The gate: sealed statistics go in, what one audience may be told comes out."""

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
    """What the gate asks the ledger: how deep may this figure be told beside all that was told already?"""

    def depth(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:
        """How deep a dimension of `sealed`, or `ANSWERS`, leaves no remainder that tells too much."""
        ...


class NoOtherReleases:
    """The ledger where nothing else is ever told of the same people: a unit of its own.

    To pass it for a pool is to vouch that none of its units is told of anywhere.
    """

    def depth(self, sealed: SealedWave, figure: str, audience: Audience) -> DetailLevel:  # noqa: ARG002 - the protocol
        """All of it: there is nothing to subtract from."""
        return DetailLevel.ITEMS


def release(
    sealed: SealedWave,
    audience: Audience,
    policy: Policy,
    ledger: DifferencingCheck | None = None,
    items: frozenset[str] | None = None,
) -> Released | Suppressed:
    """What `audience` may be told of a wave or a pool, or Suppressed where that is nothing at all.

    Without a `ledger` a pool is not told: nobody knows what could be subtracted from it.

    `items` rests the dimensions on some items only, to compare versions; a dimension of which that leaves
    a part is told from the item minimum on only, because beside the whole it tells of the items left out.
    Source of the rules: docs/decisions 0050 to 0055, 0057, 0058 and 0072.
    """
    if ledger is None and sealed.parts:
        return SUPPRESSED
    question = _question(sealed, audience, policy, ledger or NoOtherReleases(), items)
    if not _may_be_released(question, ANSWERS, [part.moments.n for part in sealed.units]):
        return SUPPRESSED
    dimensions = {each.id: _dimension(question, each) for each in sealed.version}
    n, invited = (question.rounded(count) for count in (sealed.moments.n, sealed.invited))
    return Released(
        sealed.identity,
        sealed.version,
        question.audience,
        n,
        invited,
        round(min(1.0, n / invited), 2) if invited else 1.0,
        frozenset(sealed.version.item_columns)
        if items is None
        else items & frozenset(sealed.version.item_columns),
        MappingProxyType(dimensions),
        MappingProxyType(_items(question, dimensions)),
        release_subgroups(question, dimensions),
        SEAL,
    )


def _question(
    sealed: SealedWave,
    audience: Audience,
    policy: Policy,
    remainders: DifferencingCheck,
    items: frozenset[str] | None,
) -> Request:
    """The question, with what the ledger says to each of its figures."""
    audience = sealed.reader(audience)
    figures = (ANSWERS, *(each.id for each in sealed.version))
    depths = {figure: remainders.depth(sealed, figure, audience) for figure in figures}
    return Request(sealed, audience, policy, items, depths)


def _may_be_released(question: Request, figure: str, answered: Sequence[int]) -> bool:
    """The first three rules, for n as for every dimension; `answered` is by unit.

    The minimum; no remainder that tells too much; and of a pool, units enough of which none is what
    the others would be read off against.
    """
    groups, present = question.policy.comparison_groups, [count for count in answered if count]
    return (
        sum(present) >= question.thresholds.mean
        and question.depths[figure] is not DetailLevel.NOTHING
        and (
            not question.sealed.parts
            or (len(present) >= groups.units and max(present) <= groups.largest_share * sum(present))
        )
    )


def _dimension(question: Request, dimension: Dimension) -> ReleasedDimension:
    scored = [int(part.moments.score_counts[dimension.id].sum()) for part in question.sealed.units]
    allowed = _may_be_released(question, dimension.id, scored)
    return (release_dimension if allowed else suppress_dimension)(question, dimension)


def _items(
    question: Request, dimensions: Mapping[str, ReleasedDimension]
) -> dict[str, ReleasedItem | Suppressed]:
    """Every item of every dimension; none is told of a dimension whose mean is not."""
    figures: dict[str, ReleasedItem | Suppressed] = {}
    for dimension in question.sealed.version:
        mean = dimensions[dimension.id].mean
        figures.update(release_items(question, dimension, released=not isinstance(mean, Suppressed)))
    return figures
