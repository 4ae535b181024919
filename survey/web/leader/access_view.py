"""Who could see a unit's results, since when and by whom, and what has been done to it; on paper too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response
from flask_babel import format_date, format_time, gettext

from survey.store.repositories import access_history, units, waves
from survey.store.repositories.access_history import RolePeriod
from survey.web.leader.blueprint import leader
from survey.web.platform import history
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page


@dataclass(frozen=True, slots=True)
class _Row:
    """A role in the reader's words; `until` is empty while a role is held."""

    what: str
    who: str
    place: str
    begun: str
    given_by: str
    until: str
    ended_by: str
    results: str


@leader.get("/<unit>/access")
def access(unit: str) -> Response:
    """Show everybody who could see the unit's results, and one page of what has been done to it."""
    database = context().database
    line = units.line(database, unit)
    place, upwards = line[0], [each.key for each in line]
    found = history.asked_page(upwards)
    # who owned what it lay in when a wave was sealed reads that wave still
    earlier = sorted({key for wave in waves.of_unit(database, unit) for key in wave.places} - set(upwards))
    return render_page(
        "leader/access.html",
        gettext("Who has had access: %(place)s", place=place.name),
        unit=place,
        roles=[_role(each) for each in access_history.roles_of_unit(database, [*upwards, *earlier])],
        found=found,
        acts=[history.row(each, place) for each in found.acts],
        year=history.asked_year(found),
    )


@leader.get("/<unit>/history.pdf")
def print_history(unit: str) -> Response:
    """Send what has been done to the unit as a PDF, to be handed to the employees' representative."""
    return history.printed(unit)


def _role(period: RolePeriod) -> _Row:
    return _Row(
        what=str(history.ROLE_NAMES[period.role]),
        who=period.holder,
        place=period.unit_name or gettext("Everywhere"),
        begun=_moment(period.given_at),
        given_by=history.person(period.given_by),
        until=_until(period),
        ended_by="" if period.ended_by is None else history.person(period.ended_by),
        results=_results(period),
    )


def _until(period: RolePeriod) -> str:
    """Return when the role ended or will end; empty where it goes on."""
    if period.ended_at is not None:
        return _moment(period.ended_at)
    if period.ends_on is None:
        return ""
    return str(gettext("Last day: %(day)s", day=format_date(period.ends_on, "long")))


def _results(period: RolePeriod) -> str:
    """Return from which day the role showed results; a role that ended before that never did."""
    first = context().settings.date_at(period.given_at) + timedelta(days=1)
    if period.ended_at is not None and context().settings.date_at(period.ended_at) < first:
        return str(gettext("Never: the role ended the day it began"))
    return str(gettext("From %(day)s", day=format_date(first, "long")))


def _moment(seconds: int) -> str:
    """Return day and time in the installation's time zone, as the reader's language writes them."""
    local = datetime.fromtimestamp(seconds, context().settings.time_zone)
    return f"{format_date(local.date(), 'long')} {format_time(local, 'short', rebase=False)}"
