"""What a reader sees of one profile, built once: PDF and page take the same views and only pick from them.

A view holds a figure with its text alternative, the table behind it and the sentences about it. Each comes
from released figures and one locale, so that no number is formatted, drawn or described a second time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from instruments.model import Dimension, DimensionWording, Rubric, Wording
from reports.disclosure import SUPPRESSED, Between, Released, ReleasedDimension, Suppressed
from reports.presentation import alt_text, charts
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.charts import NamePlace, RowNames
from reports.presentation.legend import Legend, legend
from reports.presentation.locale import Locale, get_locale
from reports.presentation.sentences import Sentences
from reports.presentation.subgroup_table import SubgroupTable, subgroup_table
from reports.presentation.tables import Table, shares_table, time_table
from reports.results.agreed_actions import AgreedAction, by_dimension
from reports.results.answer_shares import AnswerShares, AxisRange, answer_shares, axis_range
from reports.results.change import Comparison
from reports.results.profile import Profile


@dataclass(frozen=True)
class Figure:
    """A drawing with its text alternative, and the `names` of its rows.

    It is drawn when it is first asked for: a web page only names its figures, and fetches them one by one.
    """

    alternative: str
    names: tuple[str, ...]
    draw: Callable[[RowNames], bytes]

    @cached_property
    def beside_table(self) -> bytes:
        """Return the SVG without names, for a page that has them in the table at its side."""
        return self.draw(RowNames())

    def alone(self, *, narrow: bool = False) -> bytes:
        """Return the SVG with the names of its rows, above them where it is to be narrow."""
        return self.draw(RowNames(self.names, NamePlace.ABOVE if narrow else NamePlace.LEFT))


@dataclass(frozen=True, slots=True)
class SharesView:
    """How the answers to a dimension lie: the bars, and the table of their shares, row by row."""

    figure: Figure
    table: Table


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension in one wave and over time.

    `mean`, `interval` and `level` are as shown in tables; a mean that `is_coded` lies beyond its number.
    `standing`, `change`, `numbers` and `unclaimed` are sentences, empty where there is nothing to say: what
    is certain of its change, or what withholds it; its numbers where nothing is certain; and, for a page of
    its own, that nothing is. `shares` is there where answers are released, `over_time` where there are
    several waves. `rubrics` are the level's, those of the levels between, or every level's where none is
    `decided`.
    """

    id: str
    words: DimensionWording
    mean: str
    is_coded: bool
    interval: str
    level: str
    decided: bool
    standing: str
    change: str
    numbers: str
    unclaimed: str
    shares: SharesView | None
    over_time: Figure | None
    rubrics: tuple[tuple[str, Rubric], ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What is said of all dimensions' change: why the last two waves are not compared, what is not claimed.

    `obstacle` and `unclaimed` are sentences or empty: the second says once, for all dimensions it holds for,
    that no change is certain, or that nothing is said of it. `common_items` is how many items versions share,
    in words, or empty.
    """

    obstacle: str
    unclaimed: str
    versions_differ: bool
    common_items: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything that is shown of a profile in one language.

    `released` is None where nothing is. `waves` is the table of all waves, `agreed` and `planned` the
    agreed actions before and after this wave, by dimension.
    """

    profile: Profile
    released: Released | None
    sentences: Sentences
    overview: Figure
    dimensions: tuple[DimensionView, ...]
    waves: Table
    change: ChangeView
    subgroups: SubgroupTable | None
    agreed: tuple[tuple[str, tuple[AgreedAction, ...]], ...]
    planned: tuple[tuple[str, tuple[AgreedAction, ...]], ...]
    legend: Legend

    @property
    def locale(self) -> Locale:
        """Return the locale that everything here is written in."""
        return self.sentences.words

    @property
    def wording(self) -> Wording:
        """Return the questionnaire's own words in that language."""
        return self.sentences.wording

    def dimension(self, dimension_id: str) -> DimensionView | None:
        """Return the view of a dimension, or None where the questionnaire has none of that id."""
        return next((each for each in self.dimensions if each.id == dimension_id), None)


def profile_view(profile: Profile, language: str) -> ProfileView:
    """Build the views of a profile. Raises Refused for a language that nothing is written in."""
    sentences = Sentences(profile, get_locale(language))
    reach = axis_range(profile)
    dimensions = tuple(_dimension(sentences, each, reach) for each in profile.version)
    waves, order = time_table(profile, sentences), [each.id for each in profile.version]
    return ProfileView(
        profile,
        None if isinstance(profile.released, Suppressed) else profile.released,
        sentences,
        _overview(sentences),
        dimensions,
        waves,
        _change(sentences),
        subgroup_table(profile, sentences),
        by_dimension(profile.agreed.before, order),
        by_dimension(profile.agreed.after, order),
        # last, because it explains what the parts above hold
        legend(profile, _cells(dimensions, waves)),
    )


def _score_texts(sentences: Sentences, figure: ReleasedDimension | Suppressed) -> tuple[str, bool, str, str]:
    """Return a dimension's mean, whether it is coded, interval and level, as tables show them or a dash."""
    if isinstance(figure, Suppressed):
        return sentences.nothing, False, sentences.nothing, sentences.nothing
    mean, interval = sentences.mean(figure.mean), sentences.interval(figure.interval)
    return mean, charts.is_coded(figure.mean), interval, sentences.level(figure.level)


def _dimension(sentences: Sentences, dimension: Dimension, reach: AxisRange) -> DimensionView:
    profile, said, change = sentences.profile, sentences.words, ChangeSentences(sentences)
    figure = profile.dimension(dimension.id)
    level = SUPPRESSED if isinstance(figure, Suppressed) else figure.level
    shares = answer_shares(profile, dimension.id)
    over_time = Figure(
        alt_text.time_text(profile, dimension.id, said),
        (),
        # it has no rows and so no names, whoever asks
        lambda _: charts.time_chart(profile, dimension.id, said),
    )
    return DimensionView(
        dimension.id,
        sentences.wording.dimensions[dimension.id],
        *_score_texts(sentences, figure),
        not isinstance(level, Suppressed),
        sentences.standing(figure),
        change.certain(dimension.id),
        change.numbers(dimension.id),
        change.unclaimed_alone(dimension.id),
        _shares(sentences, dimension.id, shares, reach) if shares else None,
        # one wave has no course over time
        over_time if profile.follows else None,
        _rubrics(sentences, dimension.id, level),
    )


def _shares(sentences: Sentences, dimension_id: str, shares: AnswerShares, reach: AxisRange) -> SharesView:
    table = shares_table(sentences.profile, dimension_id, shares, sentences)
    alternative = alt_text.shares_text(sentences.profile, dimension_id, shares, sentences.words)
    names = tuple(row.name for row in table.lines)
    return SharesView(Figure(alternative, names, partial(charts.shares_chart, shares, reach)), table)


def _rubrics(sentences: Sentences, dimension_id: str, level: object) -> tuple[tuple[str, Rubric], ...]:
    ids = list(sentences.profile.version.levels.ids)
    first, last = ids[0], ids[-1]
    if isinstance(level, Between):
        first, last = level.low, level.high
    elif isinstance(level, str):
        first = last = level
    chosen = ids[ids.index(first) : ids.index(last) + 1]
    rubrics = dict(zip(ids, sentences.wording.dimensions[dimension_id].rubric, strict=True))
    return tuple((sentences.wording.levels[each], rubrics[each]) for each in chosen)


def _overview(sentences: Sentences) -> Figure:
    profile, said = sentences.profile, sentences.words
    names = tuple(sentences.wording.dimensions[each.id].name for each in profile.version)
    return Figure(alt_text.overview_text(profile, said), names, partial(charts.overview_chart, profile, said))


def _change(sentences: Sentences) -> ChangeView:
    profile, step = sentences.profile, sentences.profile.step
    items = step.items if isinstance(step, Comparison) and step.partial else frozenset[str]()
    count = sentences.words.count("%(number)s statement", "%(number)s statements", len(items))
    said = ChangeSentences(sentences)
    return ChangeView(
        said.obstacle(),
        said.unclaimed(),
        len({wave.reference for wave in profile.waves}) > 1,
        count if items else "",
    )


def _cells(dimensions: Sequence[DimensionView], waves: Table) -> list[str]:
    """Return every cell of the tables under the figures, and of the waves' one."""
    tables = [waves, *(each.shares.table for each in dimensions if each.shares)]
    return [cell for table in tables for row in table.lines for cell in row.cells]
