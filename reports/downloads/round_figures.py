"""The released totals of a round as one table, for those who calculate on; no unit has a row."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from reports.disclosure import Coding, Released, ReleasedInterval, Suppressed
from reports.downloads.own_figures import OwnCell, OwnFigures
from reports.presentation.locale import Locale, gettext_noop
from reports.presentation.round_view import edition_name
from reports.presentation.sentences import mean_text
from reports.results.round_results import RoundResults

_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        gettext_noop("Round"): gettext_noop("The half-year of the round"),
        gettext_noop("Edition"): gettext_noop("For which kind of workplace the questionnaire is worded"),
        gettext_noop("Questionnaire"): gettext_noop("The questionnaire's name and version"),
        gettext_noop("Answered"): gettext_noop("How many answered the survey"),
        gettext_noop("Invited"): gettext_noop("How many could have answered"),
        gettext_noop("Dimension"): gettext_noop("The dimension's name"),
        gettext_noop("Answers"): gettext_noop("How many answers the row's figures rest on"),
        gettext_noop("Mean"): gettext_noop(
            "The mean as a number; empty where it is only shown to lie over or under one"
        ),
        gettext_noop("Mean as shown"): gettext_noop(
            "The mean as the report shows it: the number, or the one it lies over or under"
        ),
        gettext_noop("Interval from"): gettext_noop("The lower end of the mean's interval"),
        gettext_noop("Interval to"): gettext_noop("The upper end of the mean's interval"),
    }
)


def round_table(results: RoundResults, locale: Locale) -> OwnFigures:
    """Return the total with last year's of the same units and those of the other editions.

    There are no rows of what the gate released nothing of.
    """
    own = results.identity.edition
    totals = [
        (results.title, own, results.total),
        (results.earlier_title, own, results.earlier),
        *((results.title, edition, total) for edition, total in results.editions.items()),
    ]
    rows = [
        tuple(cells.get(column) for column in _COLUMNS)
        for title, edition, total in totals
        if isinstance(total, Released)
        for cells in _rows(results, total, {"Round": title, "Edition": edition}, locale)
    ]
    notes = (
        locale.say(
            "An empty cell is withheld to protect those who answered; it says nothing about the answers."
        ),
        locale.say("The units are neither ranked nor graded, and none of them has a row here."),
    )
    return OwnFigures(
        f"{results.identity.unit_name} – {results.title}",
        tuple((locale.say(name), locale.say(label)) for name, label in _COLUMNS.items()),
        tuple(rows),
        notes,
        locale,
    )


def _rows(
    results: RoundResults, total: Released, start: Mapping[str, str], locale: Locale
) -> Iterator[Mapping[str, OwnCell]]:
    spoken = total.version.editions[start["Edition"]]
    language = locale.language if locale.language in spoken else spoken[0]
    wording = total.version.wording(start["Edition"], language)
    for dimension in total.version:
        figure = total.dimensions[dimension.id]
        cells: dict[str, OwnCell] = {
            **start,
            "Edition": edition_name(results, start["Edition"], locale.language),
            "Questionnaire": total.version.reference,
            "Answered": total.n,
            "Invited": total.invited,
            "Dimension": wording.dimensions[dimension.id].name,
        }
        if not isinstance(figure.mean, Suppressed):
            cells |= {"Answers": figure.n, "Mean as shown": mean_text(figure.mean, locale)}
            if figure.mean.coding is Coding.EXACT:
                cells["Mean"] = _decimal(figure.mean.value, figure.mean.decimals)
        if isinstance(figure.interval, ReleasedInterval):
            cells["Interval from"] = _decimal(figure.interval.low, figure.interval.decimals)
            cells["Interval to"] = _decimal(figure.interval.high, figure.interval.decimals)
        yield cells


def _decimal(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")
