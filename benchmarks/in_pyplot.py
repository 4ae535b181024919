"""The report's figures the way they are usually made: pyplot, words as paths, the SVG inline in the page."""

import io
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from reports.distributions import Row, distribution
from reports.profile import Profile
from reports.release import Suppressed
from reports.telling import Teller
from reports.wording import words


def recipe(told: Profile, page: str) -> str:
    """The page with each of its figures drawn so."""
    drawn = iter(list(_figures(told)))
    return re.sub(r"<img [^>]*>", lambda _image: next(drawn), page)


def _figures(told: Profile) -> Iterator[str]:
    teller = Teller(told, words("nb"))
    names = {each.id: teller.wording.dimensions[each.id].name for each in told.version}
    yield _inlined(_glance(told, names))
    for dimension in told.version:
        if found := distribution(told, dimension.id):
            yield _inlined(_stacked(found.rows, teller))
    for dimension in told.version:
        yield _inlined(_over_time(told, dimension.id, names[dimension.id]))


def _glance(told: Profile, names: dict[str, str]) -> Figure:
    figure, axes = plt.subplots(figsize=(7, 5))
    cuts = [1, *map(float, told.version.levels.cuts), 5]
    for k, (low, high) in enumerate(pairwise(cuts)):
        axes.axvspan(low, high, color=str(0.95 - 0.05 * k))
    for place, dimension in enumerate(told.version):
        released = told.dimension(dimension.id)
        if isinstance(released, Suppressed) or isinstance(released.mean, Suppressed):
            continue
        if not isinstance(released.interval, Suppressed):
            half = (released.interval.high - released.interval.low) / 2
            axes.errorbar(released.mean.value, place, xerr=half, fmt="o", capsize=3)
    axes.set_yticks(range(len(names)), names.values())
    axes.invert_yaxis()
    return figure


def _stacked(rows: Sequence[Row], teller: Teller) -> Figure:
    figure, axes = plt.subplots(figsize=(7, 2.5))
    told = [row for row in rows if not isinstance(row.shares, Suppressed)]
    left = [0.0] * len(told)
    for shares in zip(*(row.shares for row in told), strict=True):
        bars = axes.barh(range(len(told)), shares, left=left)
        axes.bar_label(bars, fmt="%.0f", label_type="center")
        left = [start + share for start, share in zip(left, shares, strict=True)]
    items, together = teller.wording.items, teller.words.say("All together")
    axes.set_yticks(range(len(told)), [items[row.item.id] if row.item else together for row in told])
    return figure


def _over_time(told: Profile, dimension: str, name: str) -> Figure:
    figure, axes = plt.subplots(figsize=(3.3, 2.2))
    points = [(k, point) for k, point in enumerate(told.series(dimension)) if point is not None]
    axes.plot([k for k, _ in points], [point.mean.value for _, point in points], "o-")
    axes.set(ylim=(1, 5), title=name)
    return figure


def _inlined(figure: Figure) -> str:
    figure.tight_layout()
    held = io.StringIO()
    figure.savefig(held, format="svg")
    plt.close(figure)
    text = held.getvalue()
    return text[text.index("<svg") :]
