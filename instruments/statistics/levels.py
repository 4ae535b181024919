"""Find the maturity levels a score may lie in, from the cut scores in the instrument file."""

from instruments.model import Levels
from instruments.statistics.undefined import Interval


def levels_spanned(levels: Levels, interval: Interval) -> tuple[str, ...]:
    """Return the levels the interval reaches, low to high; one only where no cut lies inside it.

    More than one is reported as "between the first and the last", without a probability for either.
    """
    first, last = (levels.ids.index(levels.level_at(score)) for score in (interval.low, interval.high))
    return levels.ids[first : last + 1]
