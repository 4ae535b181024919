"""The report's figures the way they are usually made: pyplot, words as paths, the SVG inline in the page."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from reports.disclosure import ReleasedInterval, Suppressed
from reports.pdf import report
from reports.presentation.locale import get_locale
from reports.presentation.sentences import Sentences
from reports.results.answer_shares import SharesRow, answer_shares
from reports.results.certain import change
from reports.results.change import ChangeInterval
from reports.results.profile import Profile
from reports.results.verdicts import Contrast


def page(told: Profile) -> str:
    """Return the report's page with each of its figures drawn so, with the words that such a figure needs."""
    drawn = _figures(told)
    return re.sub(r"<img [^>]*>", lambda _image: next(drawn), report.html(told, "nb"))


def _figures(told: Profile) -> Iterator[str]:
    teller = Sentences(told, get_locale("nb"))
    yield _inlined(_glance(told, teller))
    yield _inlined(_changes(told, teller))
    yield _inlined(_over_time(told, teller))
    for dimension in told.version:
        if found := answer_shares(told, dimension.id):
            shown = [row for row in found.rows if not isinstance(row.shares, Suppressed)]
            yield _inlined(_bars(told, shown, teller))


def _changes(told: Profile, teller: Sentences) -> Figure:
    figure, axes = plt.subplots(figsize=(7, 3))
    names = [teller.wording.dimensions[each.id].name for each in told.version]
    for place, dimension in enumerate(told.version):
        found = change(told, dimension.id, Contrast.PREVIOUS)
        if found and not isinstance(found.estimate, Suppressed):
            interval = found.estimate.interval
            if isinstance(interval, ChangeInterval):
                half = (interval.high - interval.low) / 2
                axes.errorbar(found.estimate.difference, place, xerr=half, fmt="o", capsize=3)
                axes.barh(place, 2 * interval.detectable, left=-interval.detectable, alpha=0.2)
    axes.axvline(0)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    return figure


def _over_time(told: Profile, teller: Sentences) -> Figure:
    figure, panels = plt.subplots(3, 3, figsize=(7, 4), sharey=True)
    for axes, dimension in zip(panels.flat, told.version, strict=True):
        series = zip(told.waves, told.series(dimension.id), strict=True)
        points = [(wave.wave_title, point) for wave, point in series if point is not None]
        means = [point.mean.value for _, point in points]
        intervals = [point.interval for _, point in points if isinstance(point.interval, ReleasedInterval)]
        errors = [(each.high - each.low) / 2 for each in intervals]
        axes.errorbar([title for title, _ in points], means, yerr=errors, fmt="o-", capsize=3)
        for place, (_, point) in enumerate(points):
            axes.annotate(teller.mean(point.mean), (place, point.mean.value))
        axes.set(title=teller.wording.dimensions[dimension.id].name)
    return figure


def _glance(told: Profile, teller: Sentences) -> Figure:
    figure, axes = plt.subplots(figsize=(7, 5))
    names = [teller.wording.dimensions[each.id].name for each in told.version]
    edges = pairwise([1.0, *map(float, told.version.levels.cuts), 5.0])
    for level, (low, high) in zip(told.version.levels.ids, edges, strict=True):
        axes.axvspan(low, high, alpha=0.2)
        axes.text((low + high) / 2, -0.8, teller.wording.levels[level], ha="center")
    for place, dimension in enumerate(told.version):
        point = told.series(dimension.id)[-1]
        if point and isinstance(point.interval, ReleasedInterval):
            half = (point.interval.high - point.interval.low) / 2
            axes.errorbar(point.mean.value, place, xerr=half, fmt="o", capsize=3)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    return figure


def _bars(told: Profile, rows: list[SharesRow], teller: Sentences) -> Figure:
    figure, axes = plt.subplots(figsize=(7, 2.5))
    left = [0.0] * len(rows)
    shares = zip(*(row.shares for row in rows if not isinstance(row.shares, Suppressed)), strict=True)
    for category, share in zip(told.version.scale.categories, shares, strict=True):
        bars = axes.barh(range(len(rows)), share, left=left, label=teller.wording.categories[category])
        axes.bar_label(bars, fmt="%.0f %%", label_type="center")
        left = [start + width for start, width in zip(left, share, strict=True)]
    items, together = teller.wording.items, teller.words.say("All together")
    axes.set_yticks(range(len(rows)), [items[row.item.id] if row.item else together for row in rows])
    axes.legend()
    return figure


def _inlined(figure: Figure) -> str:
    figure.tight_layout()
    held = io.StringIO()
    figure.savefig(held, format="svg")
    plt.close(figure)
    text = held.getvalue()
    return text[text.index("<svg") :]
