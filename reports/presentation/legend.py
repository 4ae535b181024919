"""Decide which signs a report must explain: only those that it contains."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.disclosure import Suppressed
from reports.presentation import charts
from reports.presentation.locale import DASH
from reports.results.profile import Profile


@dataclass(frozen=True, slots=True)
class Legend:
    """What is drawn and written: columns, rings and coded means at a glance, lines and coded means over time.

    A mean is coded where it lies beyond the number it is shown by. `dash` is a dash anywhere.
    """

    interval: bool
    level: bool
    ring: bool
    coded: bool
    interval_over_time: bool
    coded_over_time: bool
    dash: bool


def legend(profile: Profile, cells: Iterable[str]) -> Legend:
    """Return what the report of a profile shows, whose tables have these cells.

    A column of the page at a glance of which nothing is shown in any row is left out, and so are its cells.
    """
    ids = [dimension.id for dimension in profile.version]
    released = [figure for figure in map(profile.dimension, ids) if not isinstance(figure, Suppressed)]
    points = [point for each in ids for point in profile.series(each) if point]
    interval = any(not isinstance(figure.interval, Suppressed) for figure in released)
    level = any(not isinstance(figure.level, Suppressed) for figure in released)
    # a dash in a column that is left out is met by nobody, and needs no explanation
    withheld = [
        isinstance(figure.mean, Suppressed)
        or (interval and isinstance(figure.interval, Suppressed))
        or (level and isinstance(figure.level, Suppressed))
        for figure in released
    ]
    return Legend(
        interval=interval,
        level=level,
        ring=any(charts.has_ring(profile, each) for each in ids),
        coded=any(charts.is_coded(figure.mean) for figure in released),
        interval_over_time=any(not isinstance(point.interval, Suppressed) for point in points),
        coded_over_time=any(charts.is_coded(point.mean) for point in points),
        dash=len(released) < len(ids) or any(withheld) or DASH in cells,
    )
