"""Which kinds of figures a wave can come to show, for so many answers or between so many."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from reports.disclosure import Audience, Policy
from survey.collection.submission import Turnout


class FigureKind(Enum):
    """Names the kinds of figures, by the answers they take."""

    MEANS = "means"
    INTERVALS = "intervals"
    STATEMENTS = "statements"
    OWNERS_MEANS = "owners-means"
    GROUPS = "groups"


class Reach(Enum):
    """Says whether there are answers enough for a figure: for certain, perhaps, or for certain not."""

    ENOUGH = "enough"
    PERHAPS = "perhaps"
    TOO_FEW = "too-few"


@dataclass(frozen=True, slots=True)
class ExpectedFigure:
    """One kind of figure, the answers it takes, and whether there are so many."""

    kind: FigureKind
    needed: int
    reach: Reach


def expected_figures(
    policy: Policy, audience: Audience, answers: Turnout, *, background: bool = False
) -> Sequence[ExpectedFigure]:
    """Return what its leader and the owner could be shown of a wave with so many answers.

    A figure that would tell what single persons have answered is not shown, whatever their number.
    """
    own, owner = policy.thresholds[audience], policy.thresholds[Audience.OWNER]
    needed = {
        FigureKind.MEANS: own.mean,
        FigureKind.INTERVALS: own.interval,
        FigureKind.STATEMENTS: own.item,
        FigureKind.OWNERS_MEANS: owner.mean,
    }
    if background:
        needed[FigureKind.GROUPS] = policy.invited_for_subgroups(audience)
    return [ExpectedFigure(kind, number, _reach(answers, number)) for kind, number in needed.items()]


def up_to(answers: Turnout, invited: int) -> Turnout:
    """Return a turnout whose last step ends with the number invited."""
    return Turnout(answers.low, max(answers.low, invited)) if answers.high is None else answers


def shows_nothing(policy: Policy, audience: Audience, answers: Turnout) -> bool:
    """Return whether there are for certain fewer answers than any figure takes."""
    return _reach(answers, policy.minimum(audience)) is Reach.TOO_FEW


def _reach(answers: Turnout, needed: int) -> Reach:
    if needed <= answers.low:
        return Reach.ENOUGH
    if answers.high is None or needed <= answers.high:
        return Reach.PERHAPS
    return Reach.TOO_FEW
