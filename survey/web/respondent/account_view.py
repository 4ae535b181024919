"""The privacy account: what was ever released of a workplace outside it, for whoever may answer there.

The same bytes for everybody who comes with a slip or the link, and nothing about answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response
from flask_babel import format_date, gettext, ngettext

from survey.store.repositories import access_history, released_outside, units, waves
from survey.store.repositories.access_history import RolePeriod
from survey.store.repositories.released_outside import DataExport, UnitRelease
from survey.store.repositories.waves import Wave
from survey.store.tables import LEADING_ROLES
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.results_views import wave_at
from survey.web.respondent.session import RespondentSession, respondent_session


@dataclass(frozen=True, slots=True)
class _Released:
    """One release in the reader's words: of which survey, when, what, and to whom."""

    title: str
    day: str
    what: str
    readers: Sequence[str]
    policy: str


@respondent.get("/answer/released")
def released() -> Response:
    """Show the privacy account of the workplace whose survey somebody is answering."""
    ongoing = respondent_session()
    return account_page(ongoing.wave, ongoing)


# the last of them is the one that addresses are built of
@respondent.get("/R/<code>/released", strict_slashes=False)
@respondent.get("/r/<code>/released", strict_slashes=False)
def released_after(code: str) -> Response:
    """Show it where the result of a survey is shown, whatever state that is in."""
    return account_page(wave_at(code), None, code)


def account_page(wave: Wave, ongoing: RespondentSession | None, code: str = "") -> Response:
    """Return the privacy account of the wave's unit, with the way back: to the answers, or the result."""
    here, database = context(), context().database
    keys = dict.fromkeys(units.upwards(database, wave.unit_key))
    # who owned what it lay in when a survey was sealed reads that one still
    keys |= dict.fromkeys(key for each in waves.of_unit(database, wave.unit_key) for key in each.places)
    found, exports = released_outside.of_unit(database, wave.unit_key)
    periods = access_history.roles_of_unit(database, list(keys))
    return render_page(
        "respondent/released.html",
        gettext("What has been released of this workplace"),
        wave=wave,
        released=[_words(each, exports) for each in found],
        rules=released_outside.policy_mark(here.policy),
        leading=[_period(each) for each in periods if each.role in LEADING_ROLES],
        others=[_numbers(periods, role) for role in ("owner", "researcher")],
        respondent_session=ongoing,
        code=code,
    )


def _words(each: UnitRelease, exports: Sequence[DataExport]) -> _Released:
    return _Released(
        each.title,
        format_date(each.released_on, "long"),
        _figures(each),
        _readers(each, [export.made_on for export in exports if export.made_on >= each.released_on]),
        each.policy,
    )


def _figures(each: UnitRelease) -> str:
    """Return in words which figures were released, each kind with the number of dimensions."""
    if not each.means:
        return str(gettext("How many answered"))
    parts = [
        ngettext("the mean of %(num)s dimension", "the means of %(num)s dimensions", each.means),
        ngettext("with its interval for %(num)s", "with their intervals for %(num)s", each.intervals)
        if each.intervals
        else "",
    ]
    return str(gettext("How many answered, and %(figures)s", figures=", ".join(filter(None, parts))))


def _readers(each: UnitRelease, taken_out: Sequence[date]) -> list[str]:
    """Return who could read it from that day on, as sentences."""
    if each.units > 1:
        return [
            gettext("The owner, as part of one figure for %(number)s workplaces together", number=each.units)
        ]
    owner = gettext("The owner of what the workplace belongs to, with its name")
    if not taken_out:
        return [
            owner,
            gettext("Researchers: in no data file yet; it is in each that is taken out from now on"),
        ]
    items = ngettext(
        "also every statement of %(num)s dimension", "also every statement of %(num)s dimensions", each.items
    )
    ends = dict.fromkeys(format_date(day, "long") for day in (taken_out[0], taken_out[-1]))
    files = ngettext(
        "Researchers, without its name: in data files that were taken out on %(num)s day (%(days)s)",
        "Researchers, without its name: in data files that were taken out on %(num)s days (%(days)s)",
        len(set(taken_out)),
        days=" – ".join(ends),
    )
    return [owner, f"{files}; {items}" if each.items else files]


def _period(period: RolePeriod) -> tuple[str, str, str]:
    """Return role, address, and from when to when a role was held, by day."""
    day_at = context().settings.date_at
    first = format_date(day_at(period.given_at), "long")
    if period.ended_at is None:
        return period.role, period.holder, str(gettext("since %(first)s", first=first))
    last = format_date(day_at(period.ended_at), "long")
    return period.role, period.holder, str(gettext("from %(first)s to %(last)s", first=first, last=last))


def _numbers(periods: Sequence[RolePeriod], role: str) -> tuple[int, int]:
    """Return how many hold a role now, and how many more held it: numbers, and no address."""
    held = {each.holder for each in periods if each.role == role and each.ended_at is None}
    before = {each.holder for each in periods if each.role == role} - held
    return len(held), len(before)
