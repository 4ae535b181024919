"""What a reader sees of one profile, built once: PDF and page take the same views and only pick from them.

A view holds a drawing with its text alternative, the table behind it and the sentences about it. Each comes
from released figures and one locale, so that no number is formatted, drawn or described a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from instruments.model import Dimension, DimensionWording, Rubric, Wording
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Between,
    Coding,
    Released,
    ReleasedDimension,
    ReleasedMean,
    Suppressed,
)
from reports.presentation import alt_text
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.expectation_sentences import brief_answers
from reports.presentation.figures.answer_bars import answer_bars_figure
from reports.presentation.figures.change import change_figure
from reports.presentation.figures.drawing import Drawing
from reports.presentation.figures.over_time import over_time_figure
from reports.presentation.figures.overview import (
    NARROW,
    ON_PAPER,
    OverviewShape,
    earlier_figure,
    overview_figure,
)
from reports.presentation.follow_up_sentences import follow_up_findings
from reports.presentation.headline import Headline, agreed_standing, headline
from reports.presentation.locale import DASH, Locale, get_locale
from reports.presentation.plan_table import PlanTable, plan_table
from reports.presentation.sentences import Sentences
from reports.presentation.subgroup_table import SubgroupTable, subgroup_table
from reports.presentation.tables import Table, statements_table, waves_table
from reports.results.agreed_actions import AgreedAction, by_dimension
from reports.results.answer_shares import AnswerShares, AxisRange, SharesRow, answer_shares, axis_range
from reports.results.certain import comparison
from reports.results.change import Comparison
from reports.results.profile import Profile
from reports.results.verdicts import Contrast

_BAR_WIDTH: Final = 70.0  # mm of a bar alone: on screen its numbers have to be read in half a row


class Detail(Enum):
    """How much is released of any dimension, and so which pages a report has."""

    NOTHING = "nothing"
    MEANS = "means"
    SHARES = "shares"  # with intervals
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class AnswersView:
    """How the answers to a dimension lie: the bars, and the table of their means, row by row.

    `bars` are the same bars one by one. `categories` names the shares, from the least favourable on.
    `remark` says how many answered a statement that others answered, or is empty.
    """

    drawing: Drawing
    bars: tuple[Drawing, ...]
    table: Table
    categories: tuple[str, ...]
    has_ticks: bool
    remark: str


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension in one wave and over time.

    `mean`, `interval` and `level` are as shown in tables;
    `standing`, `change`, `numbers` and `unclaimed` are sentences, empty where there is nothing to say: what
    is certain of its change, or what withholds it; its numbers where nothing is certain; and, for a page of
    its own, that nothing is. `answers` is there where answers are released, `over_time` where there are
    several waves. `rubrics` are the level's, those of the levels between, or every level's where none is
    `decided`.
    """

    id: str
    words: DimensionWording
    mean: str
    interval: str
    level: str
    decided: bool
    standing: str
    change: str
    numbers: str
    unclaimed: str
    answers: AnswersView | None
    over_time: Drawing | None
    rubrics: tuple[tuple[str, Rubric], ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What is shown of all dimensions' change; `obstacle` says why the last two waves are not compared.

    `common_items` is how many items versions share, in words, or empty. `versions_compared` says that some
    difference is between two versions of the questionnaire.
    """

    drawing: Drawing | None
    obstacle: str
    versions_differ: bool
    common_items: str
    versions_compared: bool


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything that is shown of a profile in one language.

    `released` is None where nothing is. `waves` is the table of all waves, `agreed` and `planned` the
    agreed actions before and after this wave, by dimension; `agreed_standing` says how the former stand,
    `follow_ups` what short surveys found of them, and `expected` what became of expectations. `plan` is the
    table to write in where nothing is planned yet.
    """

    profile: Profile
    released: Released | None
    sentences: Sentences
    detail: Detail
    headline: Headline
    dimensions: tuple[DimensionView, ...]
    over_time: Drawing | None
    waves: Table
    change: ChangeView
    subgroups: SubgroupTable | None
    agreed: tuple[tuple[str, tuple[AgreedAction, ...]], ...]
    agreed_standing: str
    follow_ups: Mapping[str, str]
    expected: tuple[tuple[str, str], ...]
    planned: tuple[tuple[str, tuple[AgreedAction, ...]], ...]
    plan: PlanTable

    @property
    def locale(self) -> Locale:
        """Return the locale that everything here is written in."""
        return self.sentences.words

    @property
    def wording(self) -> Wording:
        """Return the questionnaire's own words in that language."""
        return self.sentences.wording

    @property
    def for_leader(self) -> bool:
        """Return whether it is a unit's own leader who reads it, with the staff beside them."""
        return self.profile.audience in {Audience.LEADER, Audience.LEADER_AMONG_RESPONDENTS}

    @property
    def withholds(self) -> bool:
        """Return whether a dash stands anywhere, which needs to be explained."""
        tables = [self.waves, *(each.answers.table for each in self.dimensions if each.answers)]
        cells = {cell for table in tables for line in table.lines for cell in line.cells}
        return DASH in cells

    @property
    def has_coded(self) -> bool:
        """Return whether a mean is shown as lying beyond a number, in this wave or over time."""
        points = [point for each in self.profile.version for point in self.profile.series(each.id) if point]
        return any(_is_coded(each.mean) for each in points)

    @property
    def has_earlier(self) -> bool:
        """Return whether the wave before is drawn under the rows of this one."""
        return any(earlier_figure(self.profile, each.id) for each in self.profile.version)

    @property
    def legend_answers(self) -> AnswersView | None:
        """Return the answers in most categories, whose legend tells of coarser bars too."""
        found = [each.answers for each in self.dimensions if each.answers]
        return max(found, key=lambda each: len(each.categories), default=None)

    def overview(self, shape: OverviewShape = ON_PAPER) -> Drawing:
        """Return the figure of all dimensions on one page."""
        return Drawing(
            alt_text.overview_text(self.sentences), partial(overview_figure, self.sentences, shape)
        )

    def drawing(self, name: str) -> Drawing | None:
        """Return a figure of all dimensions by its name, with "-narrow" for narrow screens, or None."""
        kind, _, width = name.partition("-")
        if self.released is None or width not in {"", "narrow"}:
            return None
        if kind == "overview":
            return self.overview(NARROW if width else ON_PAPER)
        shown = {"change": self.change.drawing, "time": self.over_time}.get(kind)
        return _narrowed(shown, self.sentences, kind) if shown and width else shown

    def dimension(self, dimension_id: str) -> DimensionView | None:
        """Return the view of a dimension, or None where the questionnaire has none of that id."""
        return next((each for each in self.dimensions if each.id == dimension_id), None)


def profile_view(profile: Profile, language: str) -> ProfileView:
    """Build the views of a profile. Raises Refused for a language that nothing is written in."""
    sentences = Sentences(profile, get_locale(language))
    reach = axis_range(profile)
    dimensions = tuple(_dimension(sentences, each, reach) for each in profile.version)
    order = [each.id for each in profile.version]
    return ProfileView(
        profile,
        None if isinstance(profile.released, Suppressed) else profile.released,
        sentences,
        _detail(profile, dimensions),
        headline(sentences),
        dimensions,
        _over_time(sentences),
        waves_table(profile, sentences),
        _change(sentences),
        subgroup_table(profile, sentences),
        by_dimension(profile.agreed.before, order),
        agreed_standing(sentences),
        follow_up_findings(sentences),
        brief_answers(sentences),
        by_dimension(profile.agreed.after, order),
        plan_table(profile, sentences),
    )


def _narrowed(shown: Drawing, sentences: Sentences, kind: str) -> Drawing:
    """Return the figure of change or of time for a narrow screen, with the same text alternative."""
    if kind == "time":
        return Drawing(
            shown.alternative, partial(over_time_figure, sentences, width=90.0, height=27.0, across=2)
        )
    build = partial(change_figure, sentences, 90.0, 8.0, 34.0, (Contrast.PREVIOUS,))
    return Drawing(shown.alternative, build)


def _is_coded(mean: ReleasedMean | Suppressed) -> bool:
    return isinstance(mean, ReleasedMean) and mean.coding is not Coding.EXACT


def _detail(profile: Profile, dimensions: tuple[DimensionView, ...]) -> Detail:
    if isinstance(profile.released, Suppressed):
        return Detail.NOTHING
    if any(each.answers and each.answers.table.columns for each in dimensions):
        return Detail.ITEMS
    figures = profile.released.dimensions.values()
    shown = any(not isinstance(each.interval, Suppressed) for each in figures)
    return Detail.SHARES if shown or any(each.answers for each in dimensions) else Detail.MEANS


def _score_texts(sentences: Sentences, figure: ReleasedDimension | Suppressed) -> tuple[str, str, str]:
    """Return a dimension's mean, interval and level, as tables show them or a dash."""
    if isinstance(figure, Suppressed):
        return sentences.nothing, sentences.nothing, sentences.nothing
    mean, interval = sentences.mean(figure.mean), sentences.interval(figure.interval)
    return mean, interval, sentences.level(figure.level)


def _dimension(sentences: Sentences, dimension: Dimension, reach: AxisRange) -> DimensionView:
    profile, change = sentences.profile, ChangeSentences(sentences)
    figure = profile.dimension(dimension.id)
    level = SUPPRESSED if isinstance(figure, Suppressed) else figure.level
    shares = answer_shares(profile, dimension.id)
    return DimensionView(
        dimension.id,
        sentences.wording.dimensions[dimension.id],
        *_score_texts(sentences, figure),
        not isinstance(level, Suppressed),
        sentences.standing(figure),
        change.certain(dimension.id),
        change.numbers(dimension.id),
        change.unclaimed_alone(dimension.id),
        _answers(sentences, dimension.id, shares, reach) if shares else None,
        _over_time(sentences, dimension.id),
        _rubrics(sentences, dimension.id, level),
    )


def _answers(sentences: Sentences, dimension_id: str, shares: AnswerShares, reach: AxisRange) -> AnswersView:
    return AnswersView(
        Drawing(
            alt_text.answers_text(sentences, dimension_id, shares),
            answer_bars_figure,
            (shares.rows, reach),
        ),
        tuple(_bar(sentences, row, reach) for row in shares.rows),
        statements_table(sentences.profile, shares, sentences),
        _categories(sentences, three_way=shares.three_way),
        any(not isinstance(row.earlier, Suppressed) for row in shares.rows),
        _other_counts(sentences, shares),
    )


def _other_counts(sentences: Sentences, shares: AnswerShares) -> str:
    """Return how many answered each statement that not all of the wave answered."""
    profile, words, said = sentences.profile, sentences.words, []
    for place, row in enumerate(shares.rows, 1):
        figure = profile.item(row.item.id) if row.item else SUPPRESSED
        whole = profile.released
        if isinstance(figure, Suppressed) or isinstance(whole, Suppressed) or figure.n == whole.n:
            continue
        said.append(
            words.say(
                "statement %(place)s: %(n)s answers", place=words.number(place), n=words.number(figure.n)
            )
        )
    return words.say("Fewer answered %(statements)s.", statements=", ".join(said)) if said else ""


def _bar(sentences: Sentences, row: SharesRow, reach: AxisRange) -> Drawing:
    return Drawing(alt_text.bar_text(sentences, row), answer_bars_figure, ((row,), reach, _BAR_WIDTH))


def _categories(sentences: Sentences, *, three_way: bool) -> tuple[str, ...]:
    codes = sentences.profile.version.scale.categories
    names = [sentences.wording.categories[code] for code in codes]
    if not three_way:
        return tuple(names)
    # shares over three parts are all that is released of a small group
    return sentences.words.say("below"), names[len(names) // 2], sentences.words.say("above")


def _over_time(sentences: Sentences, dimension_id: str = "") -> Drawing | None:
    """Return the course over time of a dimension, or of all; None where no earlier wave is shown."""
    profile = sentences.profile
    ids = [dimension_id] if dimension_id else [each.id for each in profile.version]
    if not any(point for each in ids for point in profile.series(each)[:-1]):
        return None
    if dimension_id:
        build = partial(over_time_figure, sentences, ids, 90.0, 40.0)
        return Drawing(alt_text.time_text(sentences, ids), build)
    return Drawing(alt_text.time_text(sentences), partial(over_time_figure, sentences))


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


def _change(sentences: Sentences) -> ChangeView:
    profile, step = sentences.profile, sentences.profile.step
    items = step.items if isinstance(step, Comparison) and step.partial else frozenset[str]()
    count = sentences.words.count("%(number)s statement", "%(number)s statements", len(items))
    return ChangeView(
        _change_drawing(sentences),
        ChangeSentences(sentences).obstacle(),
        len({wave.questionnaire for wave in profile.waves}) > 1,
        count if items else "",
        any(
            len({wave.identity.questionnaire for wave in each.waves}) > 1
            for each in profile.comparisons
            if isinstance(each, Comparison)
        ),
    )


def _change_drawing(sentences: Sentences) -> Drawing | None:
    made = [comparison(sentences.profile, each) for each in Contrast]
    changes = [change for each in made if each for change in each.changes.values()]
    if all(isinstance(each.estimate, Suppressed) for each in changes):
        return None
    return Drawing(alt_text.change_text(sentences), partial(change_figure, sentences))
