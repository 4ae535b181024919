"""What a survey can come to show, in the reader's words: if all invited answer, or of those who have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import LazyString, lazy_gettext

from reports.disclosure import Policy
from survey.collection.expected_figures import (
    FigureKind,
    Reach,
    expected_figures,
    shows_nothing,
    up_to,
)
from survey.collection.submission import Turnout
from survey.store.repositories.waves import Wave

_FIGURES: Mapping[FigureKind, LazyString] = MappingProxyType(
    {
        FigureKind.MEANS: lazy_gettext("The mean of each dimension"),
        FigureKind.INTERVALS: lazy_gettext("How certain the means are, and how the answers are spread"),
        FigureKind.STATEMENTS: lazy_gettext("Each statement by itself"),
        FigureKind.OWNERS_MEANS: lazy_gettext("For the owner: the mean of each dimension"),
        FigureKind.GROUPS: lazy_gettext("Means by the background question, where no group is too small"),
    }
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One kind of figure, the answers it takes, and whether there are so many."""

    text: str
    needed: int
    reach: Reach


def nothing_can_be_shown(policy: Policy, wave: Wave) -> bool:
    """Return whether fewer are invited than any figure takes answers."""
    return shows_nothing(policy, wave.audience, Turnout(0, wave.invited))


def expected_release(policy: Policy, wave: Wave, answers: Turnout | None = None) -> Sequence[FigureRow]:
    """Return the kinds of figures that a survey could show with so many answers, or if all invited answer."""
    given = up_to(answers or Turnout(0, None), wave.invited)
    found = expected_figures(policy, wave.audience, given, background=wave.background is not None)
    return [FigureRow(str(_FIGURES[each.kind]), each.needed, each.reach) for each in found]
