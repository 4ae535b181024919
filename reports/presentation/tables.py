"""Build the tables of the numbers in the figures, for PDF and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from instruments.model import Item
from reports.disclosure import Released, ReleasedItem, Suppressed, WaveIdentity
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.locale import DASH
from reports.presentation.sentences import Sentences, turned_mean_text
from reports.results.answer_shares import AnswerShares, SharesRow
from reports.results.certain import change, comparison
from reports.results.profile import Point, Profile
from reports.results.verdicts import Contrast

_SHORT: Final = 14  # letters of a wave's title in a narrow column
_LAST_WAVES: Final = 5  # beside the first one: more do not fit the width of a page


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers; a `wide` one holds intervals."""

    name: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its name, its cells, and whether it is a statement whose answers are `turned`.

    `id` is that of the dimension it is about, or empty.
    """

    name: str
    cells: tuple[str, ...]
    turned: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns beside a first one of names, and lines."""

    columns: tuple[Column, ...]
    lines: tuple[TableRow, ...]

    @property
    def has_intervals(self) -> bool:
        """Return whether a cell holds half an interval beside its mean."""
        return any("±" in cell for line in self.lines for cell in line.cells)


def statements_table(profile: Profile, found: AnswerShares, sentences: Sentences) -> Table:
    """Build the means beside the bars: one line for each bar, in the same order, reversed statements turned.

    The mean of a whole dimension stands elsewhere, so that the line of one has none.
    """
    columns = (Column(sentences.words.say("Mean")),) if found.rows[0].item else ()
    return Table(columns, tuple(_statement(profile, row, sentences) for row in found.rows))


def _statement(profile: Profile, row: SharesRow, sentences: Sentences) -> TableRow:
    if row.item is None:
        return TableRow(sentences.words.say("All together"), ())
    mean = _item_mean(profile, row.item, sentences)
    return TableRow(sentences.wording.items[row.item.id], (mean,), row.item.reverse)


def _item_mean(profile: Profile, item: Item, sentences: Sentences) -> str:
    figure = profile.item(item.id)
    if not isinstance(figure, ReleasedItem):
        return DASH
    if item.reverse:
        return turned_mean_text(figure.mean, profile.version.scale, sentences.words)
    return sentences.mean(figure.mean)


def waves_table(profile: Profile, sentences: Sentences) -> Table:
    """Build the means of dimensions in each wave with half their interval, and the last change.

    Of many waves, the first and the last five. A dash stands for what is withheld.
    """
    # waves of which nothing is released have a column too: a gap in time stays visible
    places = _shown_places(len(profile.waves))
    waves = [profile.waves[place] for place in places]
    released = {each.identity.wave: each for each in profile.over_time}
    found = [released.get(wave.wave) for wave in waves]
    say, number = sentences.words.say, sentences.words.number
    with_change = _has_differences(profile)
    rest = ("",) * with_change
    lines = [
        TableRow(say("Answers"), (*(number(each.n) if each else DASH for each in found), *rest)),
        TableRow(say("Response rate"), (*(_response(each, sentences) for each in found), *rest)),
    ]
    for dimension in profile.version:
        series = profile.series(dimension.id)
        cells = [_point(series[place], sentences) for place in places]
        if with_change:
            cells.append(_difference(profile, dimension.id, sentences))
        name = sentences.wording.dimensions[dimension.id].name
        lines.append(TableRow(name, tuple(cells), id=dimension.id))
    columns = [Column(name) for name in wave_names(waves, sentences)]
    columns += [Column(say("Since %(wave)s", wave=sentences.earlier_wave), wide=True)] * with_change
    return Table(tuple(columns), tuple(lines))


def _shown_places(count: int) -> list[int]:
    return [0, *range(max(1, count - _LAST_WAVES), count)]


def _has_differences(profile: Profile) -> bool:
    made = comparison(profile, Contrast.PREVIOUS)
    return made is not None and any(
        not isinstance(each.estimate, Suppressed) for each in made.changes.values()
    )


def _difference(profile: Profile, dimension_id: str, sentences: Sentences) -> str:
    found = change(profile, dimension_id, Contrast.PREVIOUS)
    if found is None or isinstance(found.estimate, Suppressed):
        return DASH
    return ChangeSentences(sentences).difference(found.estimate)


def _point(point: Point | None, sentences: Sentences) -> str:
    if point is None:
        return DASH
    mean = sentences.mean(point.mean)
    if isinstance(point.interval, Suppressed):
        return mean
    half = sentences.words.number(point.interval.half_width, point.interval.decimals)
    return f"{mean} ± {half}"


def wave_names(waves: Sequence[WaveIdentity], sentences: Sentences) -> tuple[str, ...]:
    """Return the waves' names for narrow columns: their titles if short, else the month they closed."""
    titles = tuple(wave.wave_title for wave in waves)
    if max(map(len, titles)) <= _SHORT:
        return titles
    months = tuple(sentences.words.month(wave.closed_on) for wave in waves)
    # two waves may have closed in the same month
    numbered = tuple(f"{month} ({k})" for k, month in enumerate(months, 1))
    return months if len(set(months)) == len(months) else numbered


def _response(released: Released | None, sentences: Sentences) -> str:
    return DASH if released is None else sentences.words.percent(round(100 * released.response_rate))
