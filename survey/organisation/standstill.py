"""What has to be over in a unit before it is changed: surveys that are on, and those of a few weeks ago.

Two waves of the same people are weeks apart, so that nobody who joined in between can be subtracted out of
them (`survey.collection.spacing`). A unit that is moved, merged or removed would no longer count as the one
in which the earlier of them was, so its last one has to be as long ago. While a wave is open or closed
nothing of this is done at all, and so a wave is sealed where it was opened.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.store.database import Database, Transaction
from survey.store.repositories import units, waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave


def require_over(connection: Transaction, within: Sequence[Unit]) -> Sequence[Wave]:
    """Return the waves of these units that were opened; raise Refused("unit-surveys") where one is on.

    In a transaction that writes, nobody opens one in them until it ends.
    """
    keys = [each.key for each in within]
    units.lock(connection, keys)
    begun = waves.begun(connection, keys)
    lasting = [each for each in begun if each.has_urn]
    if lasting:
        raise refuse(
            "unit-surveys",
            "“%(title)s” in %(unit)s is “%(state)s”, and its answers are not counted yet.",
            "Seal it first, or wait until its leader has done it.",
            place=lasting[0].key,
            title=lasting[0].title,
            unit=lasting[0].unit_name,
            state=lasting[0].state,
        )
    return begun


def require_long_over(connection: Transaction, policy: Policy, within: Sequence[Unit], today: date) -> None:
    """Raise Refused as `require_over` does, or `unit-recent` where one opened too few weeks ago."""
    begun = require_over(connection, within)
    last = max(begun, key=lambda wave: wave.opens_on, default=None)
    if last is not None and today < last.opens_on + timedelta(weeks=policy.collection.weeks_apart):
        raise refuse(
            "unit-recent",
            "“%(title)s” in %(unit)s opened on %(opened)s. There must be at least %(weeks)s weeks between "
            "two surveys of the same people, and a unit that changes would not be known as the same.",
            "Do it on %(earliest)s or later.",
            place=last.key,
            title=last.title,
            unit=last.unit_name,
            opened=last.opens_on,
            weeks=policy.collection.weeks_apart,
            earliest=last.opens_on + timedelta(weeks=policy.collection.weeks_apart),
        )


def require_empty(database: Database, found: Unit) -> None:
    """Raise Refused("unit-holds-units") where other units that are not closed lie in this one."""
    inside = [each for each in units.subtree(database, found.key)[1:] if each.closed_on is None]
    if inside:
        raise holding(found, inside)


def holding(found: Unit, inside: Sequence[Unit]) -> Refused:
    """Return the refusal to end a unit in which others lie."""
    return refuse(
        "unit-holds-units",
        "%(number)s units lie in %(unit)s, such as %(inside)s.",
        "Move those first, or do the same with each of them.",
        place=found.key,
        number=len(inside),
        unit=found.name,
        inside=inside[0].name,
    )
