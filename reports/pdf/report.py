"""The report: a profile as a page of HTML in one language, and as a tagged PDF."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from instruments.model import DimensionWording, Rubric
from instruments.problems import refuse
from reports.disclosure import SUPPRESSED, Between, Suppressed
from reports.pdf import html_pages, rendering
from reports.presentation import alt_text, charts
from reports.presentation.legend import legend
from reports.presentation.locale import Locale, get_locale
from reports.presentation.sentences import Sentences
from reports.presentation.subgroup_table import subgroup_table
from reports.presentation.tables import Table, shares_table, time_table
from reports.results.agreed_actions import FOCUS, by_dimension
from reports.results.answer_shares import AxisRange, answer_shares, axis_range
from reports.results.change import Comparison, NotCompared
from reports.results.profile import Profile

STYLE: Final = "report.css"
_SHARE: Final = 10  # mm for a column of shares, as in the style sheet


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as a data URI with its text alternative; sizes in mm."""

    source: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Section:
    """Half a page on one dimension; `figure` and `table` are there where its answers are told."""

    id: str
    words: DimensionWording
    mean: str
    interval: str
    level: str
    change: str
    figure: Figure | None
    table: Table | None
    signs: tuple[tuple[str, Rubric], ...]
    decided: bool


def report(profile: Profile, language: str) -> bytes:
    """The report as a PDF/UA-1 and PDF/A-2a file of at most eight pages.

    The same profile and language give the same bytes. Raises Refused for a language that reports, or the
    edition that was answered, do not have.
    """
    return rendering.render(html(profile, language), STYLE)


def html(profile: Profile, language: str) -> str:
    """The report as one page of HTML that brings its figures along and loads nothing."""
    said = get_locale(language)
    languages = profile.version.editions.get(profile.identity.edition, ())
    if language not in languages:
        raise refuse(
            "language-missing",
            f"{profile.version.reference} has no {language} in the edition {profile.identity.edition}.",
            f"Choose one of {', '.join(languages) or 'the editions it has'}.",
        )
    teller, order = Sentences(profile, said), [dimension.id for dimension in profile.version]
    parts, waves = sections(profile, said), time_table(profile, teller)
    return html_pages.fill(
        "report.html",
        said,
        profile=profile,
        told=None if isinstance(profile.told, Suppressed) else profile.told,
        teller=teller,
        wording=teller.wording,
        glance=_glance(profile, said),
        rows=_glance_rows(profile, teller),
        sections=parts,
        strips=_strips(parts),
        agreed=by_dimension(profile.agreed.before, order),
        groups=subgroup_table(profile, teller),
        planned=by_dimension(profile.agreed.after, order),
        times=_times(profile, said) if profile.follows else (),
        time_table=waves,
        sheet=teller.wording.sheet,
        focus=range(FOCUS),
        charts=charts,
        shows=legend(profile, _cells(parts, waves)),
        **_waves_apart(profile, teller),
        **_method(profile, said),
    )


def _cells(parts: Sequence[Section], times: Table) -> list[str]:
    """Every cell of the tables under the figures, and of the waves' one."""
    tables = [times, *(part.table for part in parts if part.table)]
    return [cell for table in tables for line in table.lines for cell in line.cells]


def _waves_apart(profile: Profile, teller: Sentences) -> dict[str, object]:
    """What stands between waves: why the last two are not compared, or versions on which items they are."""
    step, said = profile.step, teller.words
    items = step.items if isinstance(step, Comparison) and step.partial else frozenset[str]()
    return {
        "obstacle": teller.obstacle(step) if isinstance(step, NotCompared) else "",
        "seams": len({wave.reference for wave in profile.waves}) > 1,
        "shared": said.count("%(number)s statement", "%(number)s statements", len(items)) if items else "",
    }


def _method(profile: Profile, said: Locale) -> dict[str, object]:
    levels = profile.version.levels
    decimals = max(len(str(cut).partition(".")[2].rstrip("0")) for cut in levels.cuts) if levels.cuts else 0
    return {
        "cuts": said.listed([said.number(cut, decimals) for cut in levels.cuts]),
        "provisional": levels.status == "provisional",
        "minimum": profile.policy.minimum(profile.audience),
    }


def sections(profile: Profile, said: Locale) -> tuple[Section, ...]:
    """Every dimension's part of the report, in the instrument's order."""
    far = axis_range(profile)
    return tuple(_section(profile, dimension.id, said, far) for dimension in profile.version)


def _section(profile: Profile, dimension_id: str, said: Locale, far: AxisRange) -> Section:
    teller, figure = Sentences(profile, said), profile.dimension(dimension_id)
    mean, interval, level = (
        (SUPPRESSED, SUPPRESSED, SUPPRESSED)
        if isinstance(figure, Suppressed)
        else (figure.mean, figure.interval, figure.level)
    )
    found = answer_shares(profile, dimension_id)
    drawn, table = None, None
    if found:
        drawn = _figure(
            charts.shares_chart(found, far), alt_text.shares_text(profile, dimension_id, found, said)
        )
        table = shares_table(profile, dimension_id, found, teller)
    return Section(
        dimension_id,
        teller.wording.dimensions[dimension_id],
        teller.mean(mean),
        teller.interval(interval),
        teller.level(level),
        teller.since(dimension_id),
        drawn,
        table,
        _signs(teller, dimension_id, level),
        not isinstance(level, Suppressed),
    )


def _signs(teller: Sentences, dimension_id: str, level: object) -> tuple[tuple[str, Rubric], ...]:
    """The rubric of the level, of all levels between, or of every level where none is told."""
    ids = list(teller.profile.version.levels.ids)
    first, last = ids[0], ids[-1]
    if isinstance(level, Between):
        first, last = level.low, level.high
    elif isinstance(level, str):
        first = last = level
    chosen = ids[ids.index(first) : ids.index(last) + 1]
    rubric = dict(zip(ids, teller.wording.dimensions[dimension_id].rubric, strict=True))
    return tuple((teller.wording.levels[each], rubric[each]) for each in chosen)


def _glance(profile: Profile, said: Locale) -> Figure:
    return _figure(charts.overview_chart(profile, said), alt_text.overview_text(profile, said))


def _glance_rows(profile: Profile, teller: Sentences) -> list[tuple[str, str, str, str]]:
    rows = []
    for dimension in profile.version:
        figure, name = profile.dimension(dimension.id), teller.wording.dimensions[dimension.id].name
        if isinstance(figure, Suppressed):
            rows.append((name, *(teller.nothing,) * 3))
        else:
            cells = teller.mean(figure.mean), teller.interval(figure.interval), teller.level(figure.level)
            rows.append((name, *cells))
    return rows


def _times(profile: Profile, said: Locale) -> list[tuple[str, Figure, str]]:
    teller = Sentences(profile, said)
    return [
        (
            teller.wording.dimensions[dimension.id].name,
            _figure(
                charts.time_chart(profile, dimension.id, said),
                alt_text.time_text(profile, dimension.id, said),
            ),
            teller.since(dimension.id),
        )
        for dimension in profile.version
    ]


def _figure(drawing: bytes, alternative: str) -> Figure:
    source = "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")
    return Figure(source, alternative)


def _strips(told: Sequence[Section]) -> dict[int, Markup]:
    """Per number of shares, the style of their colours above the columns: one strip, not a mark in each."""
    scales = {
        tuple(column.colour for column in section.table.columns if column.colour)
        for section in told
        if section.table
    }
    return {len(colours): _strip(colours) for colours in sorted(scales)}


def _strip(colours: Sequence[str]) -> Markup:
    each = 100 / len(colours)
    stops = [f"{colour} {each * (k + end):.4g}%" for k, colour in enumerate(colours) for end in (0, 1)]
    drawn = f"linear-gradient(to right, {', '.join(stops)})"
    return Markup(f"width: {_SHARE * len(colours)}mm; background: {drawn}")  # noqa: S704 - our own colours
