"""Whether whoever ordered a job may order it still: asked when a worker takes a task of it, and at its steps.

Meanwhile a role may have been taken away, an account removed, or a unit moved to where it is somebody else's.
Nothing more is done then, and the history of the unit says so (docs/decisions/0168).
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from survey.background import (
    edition_verdicts,
    pool_exports,
    pool_validations,
    research_exports,
    round_releases,
)
from survey.background.slips import round_slips, slip_orders
from survey.background.tasks import report_jobs
from survey.operations import log
from survey.operations.installation import Installation
from survey.store.repositories import accounts, studies, units, waves
from survey.store.repositories.accounts import Account
from survey.store.repositories.jobs import Job
from survey.store.tables import LEADING_ROLES

_MayOrder = Callable[[Installation, Account, Mapping[str, str]], bool]


class OrderRightLost(Exception):
    """Says that whoever ordered a job may order it no more: no further step of it is done."""


def require(home: Installation, job: Job) -> None:
    """Raise OrderRightLost unless whoever ordered a job may order it today.

    The service itself and commands may order any. Raises Refused where what it is about is not there.
    """
    if job.ordered_by in {log.WORKER, log.COMMAND_LINE}:
        return
    holder = accounts.by_email(home.database, job.ordered_by)
    if holder is None or not MAY_ORDER[job.kind](home, holder.as_of(home.today), job.payload):
        raise OrderRightLost(job.key)


def recorded_on(home: Installation, job: Job) -> Sequence[str | None]:
    """Return the keys of the units whose history says of a job that it was ordered, None for all of them.

    That of pools is about no unit.
    """
    if "unit" in job.payload:
        return (job.payload["unit"],)
    if "wave" in job.payload:
        return (waves.by_key(home.database, job.payload["wave"]).unit_key,)
    return (None,) if job.kind == research_exports.KIND else ()


def _owns(home: Installation, holder: Account, asked: Mapping[str, str]) -> bool:
    return any(holder.holds("owner", key) for key in units.upwards(home.database, asked["unit"]))


def _leads(home: Installation, holder: Account, asked: Mapping[str, str]) -> bool:
    led = waves.by_key(home.database, asked["wave"]).unit_key
    return any(holder.holds(role, led) for role in LEADING_ROLES)


def _researches(_home: Installation, holder: Account, _asked: Mapping[str, str]) -> bool:
    return holder.holds("researcher")


def _takes_part(home: Installation, holder: Account, asked: Mapping[str, str]) -> bool:
    found = studies.by_key(home.database, asked["study"], home.today)
    return holder.holds("researcher") and found.member(holder.id) is not None


def _nobody(_home: Installation, _holder: Account, _asked: Mapping[str, str]) -> bool:
    return False


# for each kind of job the rule of the page that it is ordered on; a test asks for one of every kind
MAY_ORDER: Mapping[str, _MayOrder] = MappingProxyType(
    {
        report_jobs.KIND: _owns,
        slip_orders.KIND: _leads,
        round_slips.KIND: _owns,
        round_releases.KIND: _owns,
        research_exports.KIND: _takes_part,
        pool_exports.KIND: _researches,
        pool_validations.KIND: _researches,
        edition_verdicts.KIND: _nobody,
    }
)
