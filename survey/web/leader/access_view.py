"""Who could see a unit's results, since when and by whom, and what others than its leaders did to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from flask import Response
from flask_babel import LazyString, format_date, format_time, gettext, lazy_gettext

from survey.operations import log
from survey.store.repositories import access_history, units
from survey.store.repositories.access_history import RolePeriod, UnitAct
from survey.web.leader.blueprint import leader
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page

_ROLES: Mapping[str, LazyString] = MappingProxyType(
    {
        "leader": lazy_gettext("Leader"),
        "owner": lazy_gettext("Owner"),
        "researcher": lazy_gettext("Researcher"),
    }
)
# kind of act → what was done; what it was about stands behind it
_ACTS: Mapping[str, LazyString] = MappingProxyType(
    {
        "unit-renamed": lazy_gettext("The unit was given another name"),
        "wave-drafted": lazy_gettext("A survey was made"),
        "sheets-printed": lazy_gettext("The key sheets of a survey were printed"),
        "wave-opened": lazy_gettext("A survey was opened"),
        "wave-closed": lazy_gettext("A survey was closed"),
        "wave-sealed": lazy_gettext("A survey was sealed"),
        "wave-abandoned": lazy_gettext("A survey was given up"),
        "slips-ordered": lazy_gettext("Slips were printed"),
        "poster-printed": lazy_gettext("A poster was printed"),
        "report-made": lazy_gettext("The leader's report was written to a file"),
        "reports-made": lazy_gettext("Reports of this unit and others were written to files"),
        "export-made": lazy_gettext("Data for research was written to a file"),
        "link-made": lazy_gettext("A link by which to choose a new password was made"),
        "address-changed": lazy_gettext("An account was given another e-mail address"),
        "account-removed": lazy_gettext("An account was removed"),
    }
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of one of the tables, in the reader's words; `until` is empty while a role is held."""

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
    """Show everybody who could see the unit's results, and what operators did to it."""
    database, place = context().database, units.by_key(context().database, unit)
    upwards = units.upwards(database, unit)
    return render_page(
        "leader/access.html",
        gettext("Who has had access: %(place)s", place=place.name),
        unit=place,
        roles=[_role(each) for each in access_history.roles_of_unit(database, upwards)],
        acts=[_act(each) for each in access_history.acts_on_unit(database, upwards)],
    )


def _role(period: RolePeriod) -> _Row:
    return _Row(
        what=str(_ROLES[period.role]),
        who=period.holder,
        place=period.unit_name or gettext("Everywhere"),
        begun=_moment(period.given_at),
        given_by=_name(period.given_by),
        until="" if period.ended_at is None else _moment(period.ended_at),
        ended_by="" if period.ended_by is None else _name(period.ended_by),
        results=_results(period),
    )


def _results(period: RolePeriod) -> str:
    """Return from which day the role showed results; a role that ended before that never did."""
    first = context().settings.date_at(period.given_at) + timedelta(days=1)
    if period.ended_at is not None and context().settings.date_at(period.ended_at) < first:
        return str(gettext("Never: the role ended the day it began"))
    return str(gettext("From %(day)s", day=format_date(first, "long")))


def _act(done: UnitAct) -> _Row:
    return _Row(str(_ACTS[done.kind]), _name(done.done_by), done.about, _moment(done.done_at), "", "", "", "")


def _name(by: str) -> str:
    return str(gettext("The command line")) if by == log.COMMAND_LINE else by


def _moment(seconds: int) -> str:
    """Return day and time in the installation's time zone, as the reader's language writes them."""
    local = datetime.fromtimestamp(seconds, context().settings.time_zone)
    return f"{format_date(local.date(), 'long')} {format_time(local, 'short', rebase=False)}"
