"""The released figures of a unit's own waves as one table, for those who calculate on.

Its words are those of the report in one language; a cell is empty where the report has a dash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from instruments.model import Item, Wording
from reports.disclosure import (
    Coding,
    Released,
    ReleasedDimension,
    ReleasedHistogram,
    ReleasedInterval,
    ReleasedItem,
    ReleasedMean,
    ReleasedShares,
    Suppressed,
)
from reports.presentation.locale import Locale, gettext_noop
from reports.presentation.sentences import Sentences, turned_mean_text
from reports.results.answer_shares import three_way
from reports.results.certain import change
from reports.results.change import ChangeInterval, Estimate
from reports.results.profile import Profile
from reports.results.verdicts import Contrast, Verdict

# a Decimal is shown with the decimals it has; None is withheld, or does not apply
OwnCell = str | int | Decimal | None
_Cells = dict[str, OwnCell]

_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        gettext_noop("Survey"): gettext_noop("The survey's title"),
        gettext_noop("Closed"): gettext_noop("The day on which the survey closed: year, month, day"),
        gettext_noop("Questionnaire"): gettext_noop("The questionnaire's name and version"),
        gettext_noop("Answered"): gettext_noop("How many answered the survey"),
        gettext_noop("Invited"): gettext_noop("How many could have answered"),
        gettext_noop("Days longer"): gettext_noop(
            "By how many days the survey was open longer than first planned; empty where it was not"
        ),
        gettext_noop("First invited"): gettext_noop(
            "How many were invited at first, where the number was corrected afterwards"
        ),
        gettext_noop("Row"): gettext_noop(
            "What the row is about: a dimension, a statement, or a dimension in one group"
        ),
        gettext_noop("Dimension"): gettext_noop("The dimension's name"),
        gettext_noop("Statement"): gettext_noop("The statement's text, where the row is about one"),
        gettext_noop("Turned"): gettext_noop(
            "Yes where disagreeing is good: mean and answers are turned round, as in the report"
        ),
        gettext_noop("Group"): gettext_noop("The group's name, where the row is about one"),
        gettext_noop("Answers"): gettext_noop("How many answers the row's figures rest on"),
        gettext_noop("Mean"): gettext_noop(
            "The mean as a number; empty where it is only shown to lie over or under one"
        ),
        gettext_noop("Mean as shown"): gettext_noop(
            "The mean as the report shows it: the number, or the one it lies over or under"
        ),
        gettext_noop("Interval from"): gettext_noop("The lower end of the mean's interval"),
        gettext_noop("Interval to"): gettext_noop("The upper end of the mean's interval"),
        gettext_noop("Level"): gettext_noop("The level, or the two that the answers do not decide between"),
        gettext_noop("Unfavourable"): gettext_noop("Answers below the middle of the scale, in percent"),
        gettext_noop("Neutral"): gettext_noop("Answers on the middle of the scale, in percent"),
        gettext_noop("Favourable"): gettext_noop("Answers above the middle of the scale, in percent"),
        gettext_noop("Difference"): gettext_noop(
            "The difference from the survey before, in points of the scale; for this survey alone"
        ),
        gettext_noop("Difference from"): gettext_noop("The lower end of the difference's adjusted interval"),
        gettext_noop("Difference to"): gettext_noop("The upper end of the difference's adjusted interval"),
        gettext_noop("Certain change"): gettext_noop(
            "Higher or lower where the change is certain, else that none is"
        ),
    }
)
_VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("higher"),
        Verdict.LOWER: gettext_noop("lower"),
        Verdict.NO_CERTAIN_CHANGE: gettext_noop("no certain change"),
    }
)


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """The table: `columns` are headings with what they say, `notes` say how to read it.

    It has one row for each dimension, statement and group, wave by wave, oldest first.
    """

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[OwnCell, ...], ...]
    notes: tuple[str, ...]
    locale: Locale


def own_figures(profile: Profile, locale: Locale) -> OwnFigures:
    """Return what the gate released of the profile's waves; there are no rows where it released nothing."""
    sentences = Sentences(profile, locale)
    codes = profile.version.scale.categories
    columns = [(locale.say(name), locale.say(label)) for name, label in _COLUMNS.items()]
    columns += [_category(place, code, codes, locale) for place, code in enumerate(codes, 1)]
    keys = [*_COLUMNS, *(str(code) for code in codes)]
    found = [cells for released in profile.over_time for cells in _wave(sentences, released)]
    rows = tuple(tuple(cells.get(key) for key in keys) for cells in found)
    title = f"{profile.identity.unit_name} – {profile.identity.wave_title}"
    return OwnFigures(title, tuple(columns), rows, _notes(locale), locale)


def _category(place: int, code: int, codes: tuple[int, ...], locale: Locale) -> tuple[str, str]:
    number, count = locale.number(place), locale.number(len(codes))
    label = locale.say(
        "Answers in category %(place)s of %(number)s, from the least favourable on, in percent",
        place=number,
        number=count,
    )
    return locale.say("Answers %(code)s", code=locale.number(code)), label


def _notes(locale: Locale) -> tuple[str, ...]:
    return (
        locale.say(
            "An empty cell is withheld to protect those who answered, or does not apply; it says nothing "
            "about the answers. Surveys of which nothing is shown have no rows."
        ),
        locale.say(
            "These are the figures of the report and no others, rounded as it shows them. Do not work out "
            "from them what is not shown."
        ),
    )


def _wave(sentences: Sentences, released: Released) -> Iterator[_Cells]:
    """Yield the rows of one wave: every dimension with its statements, then its groups."""
    identity, say = released.identity, sentences.words.say
    wording = _wording(released, sentences.words.language)
    start: _Cells = {
        "Survey": identity.wave_title,
        "Closed": identity.closed_on.isoformat(),
        "Questionnaire": identity.reference,
        "Answered": released.n,
        "Invited": released.invited,
        "Days longer": identity.days_longer or None,
        "First invited": identity.invited_first,
    }
    for dimension in released.version:
        about = start | {"Dimension": wording.dimensions[dimension.id].name}
        figure = released.dimensions[dimension.id]
        yield about | {"Row": say("Dimension")} | _dimension(sentences, released, figure)
        for item in dimension.items:
            found = released.item_figures[item.id]
            if not isinstance(found, Suppressed):
                text = wording.items[item.id]
                yield about | {"Row": say("Statement"), "Statement": text} | _item(sentences, item, found)
    if released is sentences.profile.released:
        yield from (start | cells for cells in _groups(sentences, released, wording))


def _wording(released: Released, language: str) -> Wording:
    """Return the questionnaire's words in the language, or in another where an old version lacks it."""
    spoken = released.version.editions[released.identity.edition]
    return released.version.wording(released.identity.edition, language if language in spoken else spoken[0])


def _dimension(sentences: Sentences, released: Released, figure: ReleasedDimension) -> _Cells:
    cells: _Cells = {"Answers": figure.n, **_mean(figure.mean, sentences.mean(figure.mean))}
    if isinstance(figure.interval, ReleasedInterval):
        cells["Interval from"] = _decimal(figure.interval.low, figure.interval.decimals)
        cells["Interval to"] = _decimal(figure.interval.high, figure.interval.decimals)
    if not isinstance(figure.level, Suppressed):
        cells["Level"] = sentences.level(figure.level)
    cells |= _answers(figure.histogram)
    if isinstance(figure.shares, ReleasedShares):
        cells |= _sides(figure.shares.low, figure.shares.middle, figure.shares.high)
    if released is sentences.profile.released:
        cells |= _change(sentences, figure.id)
    return cells


def _item(sentences: Sentences, item: Item, figure: ReleasedItem) -> _Cells:
    answers = _answers(figure.histogram, turned=item.reverse)
    if not item.reverse:
        return {"Answers": figure.n, **_mean(figure.mean, sentences.mean(figure.mean)), **answers}
    scale = sentences.profile.version.scale
    shown = turned_mean_text(figure.mean, scale, sentences.words)
    cells: _Cells = {"Answers": figure.n, "Turned": sentences.words.say("yes"), "Mean as shown": shown}
    if figure.mean.coding is Coding.EXACT:
        ends = scale.categories[0] + scale.categories[-1]
        cells["Mean"] = _decimal(ends - figure.mean.value, figure.mean.decimals)
    return cells | answers


def _groups(sentences: Sentences, released: Released, wording: Wording) -> Iterator[_Cells]:
    if released.breakdown is None:
        return
    names = released.breakdown.background.wording(wording).categories
    for key, category in released.breakdown.categories.items():
        for dimension, mean in category.means.items():
            yield {
                "Row": sentences.words.say("Group"),
                "Group": names[key],
                "Dimension": wording.dimensions[dimension].name,
                "Answers": None if isinstance(category.n, Suppressed) else category.n,
                **_mean(mean, sentences.mean(mean)),
            }


def _mean(mean: ReleasedMean | Suppressed, shown: str) -> _Cells:
    if isinstance(mean, Suppressed):
        return {}
    exact = mean.coding is Coding.EXACT
    return {"Mean": _decimal(mean.value, mean.decimals) if exact else None, "Mean as shown": shown}


def _answers(histogram: ReleasedHistogram | Suppressed, *, turned: bool = False) -> _Cells:
    if isinstance(histogram, Suppressed):
        return {}
    codes = sorted(histogram.shares)
    shares = [histogram.shares[code] for code in (reversed(codes) if turned else codes)]
    cells: _Cells = {str(code): share for code, share in zip(codes, shares, strict=True)}
    low, middle, high = (sum(part) for part in three_way(tuple(shares)))
    return cells | _sides(low, middle, high)


def _sides(low: int, middle: int, high: int) -> _Cells:
    return {"Unfavourable": low, "Neutral": middle, "Favourable": high}


def _change(sentences: Sentences, dimension: str) -> _Cells:
    found = change(sentences.profile, dimension, Contrast.PREVIOUS)
    if found is None:
        return {}
    cells: _Cells = {}
    if found.verdict in _VERDICTS:
        cells["Certain change"] = sentences.words.say(_VERDICTS[found.verdict])
    if isinstance(found.estimate, Estimate):
        cells["Difference"] = _decimal(found.estimate.difference, found.estimate.decimals)
        if isinstance(found.estimate.interval, ChangeInterval):
            for name, end in (
                ("Difference from", found.estimate.interval.low),
                ("Difference to", found.estimate.interval.high),
            ):
                cells[name] = _decimal(end, found.estimate.decimals)
    return cells


def _decimal(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")
