"""The gate: sealed statistics go in, what one audience may be told comes out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from instruments.model import Dimension
from reports.release.breakdown import tell_breakdown
from reports.release.dimensions import tell_dimension, withhold_dimension
from reports.release.figures import SUPPRESSED, Released, ReleasedDimension, ReleasedItem, Suppressed
from reports.release.items import tell_items
from reports.release.policy import Audience, Depth, Policy
from reports.release.question import Question
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
    Source of the rules: docs/decisions 0050 to 0055, 0057, 0058 and 0072.
    """
    if ledger is None and sealed.parts:
        return SUPPRESSED
    question = _question(sealed, audience, policy, ledger or NothingElse(), items)
    if not _may_be_told(question, ANSWERS, [part.moments.n for part in sealed.communities]):
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
        frozenset(sealed.version.positions) if items is None else items & frozenset(sealed.version.positions),
        MappingProxyType(dimensions),
        MappingProxyType(_items(question, dimensions)),
        tell_breakdown(question, dimensions),
        SEAL,
    )


def _question(
    sealed: Sealed,
    audience: Audience,
    policy: Policy,
    remainders: Remainders,
    items: frozenset[str] | None,
) -> Question:
    """The question, with what the ledger says to each of its figures."""
    audience = sealed.reader(audience)
    figures = (ANSWERS, *(each.id for each in sealed.version))
    depths = {figure: remainders.depth(sealed, figure, audience) for figure in figures}
    return Question(sealed, audience, policy, items, depths)


def _may_be_told(question: Question, figure: str, answered: Sequence[int]) -> bool:
    """The first three rules, for n as for every dimension; `answered` is by community.

    The minimum; no remainder that tells too much; and of a pool, communities enough of which none is what
    the others would be read off against.
    """
    policy, present = question.policy, [count for count in answered if count]
    return (
        sum(present) >= question.thresholds.mean
        and question.depths[figure] is not Depth.NOTHING
        and (
            not question.sealed.parts
            or (
                len(present) >= policy.group_communities and max(present) <= policy.group_share * sum(present)
            )
        )
    )


def _dimension(question: Question, dimension: Dimension) -> ReleasedDimension:
    scored = [int(part.moments.score_counts[dimension.id].sum()) for part in question.sealed.communities]
    told = _may_be_told(question, dimension.id, scored)
    return (tell_dimension if told else withhold_dimension)(question, dimension)


def _items(
    question: Question, dimensions: Mapping[str, ReleasedDimension]
) -> dict[str, ReleasedItem | Suppressed]:
    """Every item of every dimension; none is told of a dimension whose mean is not."""
    figures: dict[str, ReleasedItem | Suppressed] = {}
    for dimension in question.sealed.version:
        mean = dimensions[dimension.id].mean
        figures.update(tell_items(question, dimension, told=not isinstance(mean, Suppressed)))
    return figures
