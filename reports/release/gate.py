"""The gate: sealed statistics go in, what one audience may be told comes out."""

from types import MappingProxyType
from typing import Protocol

import numpy as np

from instruments.model import Version
from reports.release.breakdown import tell_breakdown
from reports.release.dimensions import tell_dimension, withhold_dimension
from reports.release.figures import SUPPRESSED, Released, ReleasedDimension, ReleasedItem, Suppressed
from reports.release.items import tell_items
from reports.release.policy import Audience, Depth, Policy
from reports.release.question import Question
from reports.release.rounding import downwards
from reports.release.seal import SEAL
from reports.release.sealed import Sealed

ANSWERS = "answers"  # the figure that n itself is, beside the dimensions


class Remainders(Protocol):
    """What the gate asks the ledger: how deep may this figure be told beside all that was told already?"""

    def depth(self, sealed: Sealed, figure: str, audience: Audience) -> Depth:
        """How deep a dimension of `sealed`, or `ANSWERS`, leaves no remainder that tells too much."""
        ...


class NothingElse:
    """The ledger where nothing else is ever told of the same people: a community of its own.

    To pass it for a pool is to vouch that none of its communities is told of anywhere.
    """

    def depth(self, sealed: Sealed, figure: str, audience: Audience) -> Depth:  # noqa: ARG002 - the protocol
        """All of it: there is nothing to subtract from."""
        return Depth.ITEMS


def release(
    sealed: Sealed,
    audience: Audience,
    policy: Policy,
    ledger: Remainders | None = None,
    items: frozenset[str] | None = None,
) -> Released | Suppressed:
    """What `audience` may be told of a wave or a pool, or Suppressed where that is nothing at all.

    Without a `ledger` a pool is not told: nobody knows what could be subtracted from it.

    `items` rests the dimensions on some items only, to compare versions; a dimension of which that leaves
    a part is told from the item minimum on only, because beside the whole it tells of the items left out.
    Source of the rules: docs/decisions 0050 to 0055 and 0072.
    """
    if ledger is None and sealed.parts:
        return SUPPRESSED
    remainders = ledger or NothingElse()
    thresholds = policy.thresholds[audience]
    n = sealed.moments.n
    if n < thresholds.mean or not _may_compare(
        sealed, [part.moments.n for part in sealed.communities], policy
    ):
        return SUPPRESSED
    if remainders.depth(sealed, ANSWERS, audience) is Depth.NOTHING:
        return SUPPRESSED
    depths = {each.id: remainders.depth(sealed, each.id, audience) for each in sealed.version}
    question = Question(sealed, audience, policy, items, depths)
    told: dict[str, ReleasedDimension] = {}
    figures: dict[str, ReleasedItem | Suppressed] = {}
    for dimension in sealed.version:
        scored = [_scored(part, dimension.id) for part in sealed.communities]
        allowed = _may_compare(sealed, scored, policy) and depths[dimension.id] is not Depth.NOTHING
        tell = tell_dimension if allowed else withhold_dimension
        told[dimension.id] = tell(question, dimension)
        mean_told = not isinstance(told[dimension.id].mean, Suppressed)
        figures.update(tell_items(question, dimension, told=mean_told))
    counted, invited = (downwards(count, thresholds.count_step) for count in (n, sealed.invited))
    return Released(
        sealed.identity,
        sealed.version,
        audience,
        counted,
        invited,
        round(min(1.0, counted / invited), 2) if invited else 1.0,
        _asked(sealed.version, items),
        MappingProxyType(told),
        MappingProxyType(figures),
        tell_breakdown(question, told),
        SEAL,
    )


def _asked(version: Version, items: frozenset[str] | None) -> frozenset[str]:
    every = frozenset(version.positions)
    return every if items is None else every & items


def _scored(part: Sealed, dimension_id: str) -> int:
    return int(np.sum(part.moments.score_counts[dimension_id]))


def _may_compare(sealed: Sealed, counts: list[int], policy: Policy) -> bool:
    """Whether a pool has communities enough, and none that the others would be read off against."""
    if not sealed.parts:
        return True
    counted = [count for count in counts if count]
    return len(counted) >= policy.group_communities and max(counted) <= policy.group_share * sum(counted)
