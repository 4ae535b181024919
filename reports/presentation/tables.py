"""Build the tables of the numbers in the figures, for PDF and pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.model import Item, Version, Wording
from reports.disclosure import SUPPRESSED, Released, ReleasedItem, Suppressed
from reports.presentation import charts
from reports.presentation.locale import DASH, Locale
from reports.presentation.sentences import Sentences, mean_text
from reports.results.answer_shares import AnswerShares, SharesRow
from reports.results.profile import Profile


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers; `colour` is that of its bars, or empty."""

    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its name, a remark under the name, and its cells; `sum` for the line of all."""

    name: str
    cells: tuple[str, ...]
    remark: str = ""
    sum: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns beside a first one of names, and lines."""

    columns: tuple[Column, ...]
    lines: tuple[TableRow, ...]


def shares_table(profile: Profile, dimension_id: str, found: AnswerShares, sentences: Sentences) -> Table:
    """Build the shares behind the bars, with mean and n: one line for each bar, in the same order."""
    say, categories = sentences.words.say, sentences.wording.categories
    names = [categories[code] for code in profile.version.scale.categories]
    if found.three_way:
        # shares over three parts are all that is released of a small group
        middle = names[len(names) // 2]
        names = [say("below"), middle, say("above")]
    tints = charts.colours(len(names))
    columns = [Column(name, colour) for name, colour in zip(names, tints, strict=True)]
    columns += [Column(say("Mean")), Column(say("n"))]
    lines = tuple(_bars_line(profile, dimension_id, row, len(names), sentences) for row in found.rows)
    return Table(tuple(columns), lines)


def _bars_line(
    profile: Profile, dimension_id: str, row: SharesRow, count: int, sentences: Sentences
) -> TableRow:
    shares = (
        (DASH,) * count
        if isinstance(row.shares, Suppressed)
        else tuple(sentences.words.percent(share) for share in row.shares)
    )
    if row.item is not None:
        mean, n = _item(profile, row.item, sentences)
        # its bars show the answers as given, while its score counts turned
        remark = sentences.words.say("Turned in the total") if row.item.reverse else ""
        return TableRow(sentences.wording.items[row.item.id], (*shares, mean, n), remark)
    figure = profile.dimension(dimension_id)
    mean, n = DASH, DASH
    if not isinstance(figure, Suppressed):
        mean, n = sentences.mean(figure.mean), sentences.words.number(figure.n)
    return TableRow(sentences.words.say("All together"), (*shares, mean, n), sum=True)


def _item(profile: Profile, item: Item, sentences: Sentences) -> tuple[str, str]:
    figure = profile.item(item.id)
    if not isinstance(figure, ReleasedItem):
        return DASH, DASH
    return sentences.mean(figure.mean), sentences.words.number(figure.n)


def time_table(profile: Profile, sentences: Sentences) -> Table:
    """Build every wave's n, response rate and means of dimensions; a dash for what is withheld."""
    # waves of which nothing is released have a column too: a gap in time stays visible
    released = {each.identity.wave: each for each in profile.over_time}
    waves = [released.get(wave.wave) for wave in profile.waves]
    say, number = sentences.words.say, sentences.words.number
    lines = [
        TableRow(say("Answers"), tuple(number(each.n) if each else DASH for each in waves)),
        TableRow(say("Response rate"), tuple(_response(each, sentences) for each in waves)),
    ]
    for dimension in profile.version:
        points = profile.series(dimension.id)
        cells = tuple(DASH if point is None else sentences.mean(point.mean) for point in points)
        lines.append(TableRow(sentences.wording.dimensions[dimension.id].name, cells))
    return Table(tuple(Column(name) for name in _wave_names(profile, sentences)), tuple(lines))


def units_table(
    units: Sequence[tuple[str, Released | Suppressed]], version: Version, wording: Wording, locale: Locale
) -> Table:
    """Return the mean of every dimension in each unit, given by name; a dash where it is withheld."""
    order = [each.id for each in version]
    rows = []
    for name, released in units:
        figures = [
            SUPPRESSED if isinstance(released, Suppressed) else released.dimensions[each].mean
            for each in order
        ]
        rows.append(TableRow(name, tuple(mean_text(each, locale) for each in figures)))
    return Table(tuple(Column(wording.dimensions[each].name) for each in order), tuple(rows))


def _wave_names(profile: Profile, sentences: Sentences) -> tuple[str, ...]:
    """Return the waves' names for narrow columns: their titles if short, else the month they closed."""
    titles = tuple(wave.wave_title for wave in profile.waves)
    if max(map(len, titles)) <= _SHORT:
        return titles
    months = tuple(sentences.words.month(wave.closed_on) for wave in profile.waves)
    # two waves may have closed in the same month
    numbered = tuple(f"{month} ({k})" for k, month in enumerate(months, 1))
    return months if len(set(months)) == len(months) else numbered


_SHORT = 14  # letters


def _response(released: Released | None, sentences: Sentences) -> str:
    return DASH if released is None else sentences.words.percent(round(100 * released.response_rate))
