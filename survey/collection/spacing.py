"""Keep the waves of a unit apart in time, so that one who joined cannot be subtracted out of two of them.

Five people are asked, and the same five with one more the day after: the difference is that one. What a unit
lies in and what lies in it count as the unit itself, for their people are partly the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from instruments.problems import refuse
from reports.disclosure import Policy
from survey.store.database import Database, Transaction
from survey.store.repositories import units, waves
from survey.store.repositories.waves import Wave


def line(database: Database, unit_key: str) -> frozenset[str]:
    """Return the keys of a unit, of all it lies in, and of all that lies in it."""
    below = (each.key for each in units.subtree(database, unit_key))
    return frozenset({*units.upwards(database, unit_key), *below})


@dataclass(frozen=True, slots=True)
class Period:
    """Name the days a wave would take answers, the units that count as its own, and the wave once drafted."""

    line: frozenset[str]
    first: date
    last: date
    wave_id: int | None = None


def require_alone(connection: Transaction, asked: Period) -> None:
    """Raise Refused("waves-together") where another wave is open then, first and last day included.

    In a transaction that writes, of two waves opened at the same moment one is refused.
    """
    units.lock(connection, asked.line)
    refuse_together(asked, _others(connection, asked))


def refuse_together(asked: Period, begun: Sequence[Wave]) -> None:
    """Raise Refused("waves-together") where one of the waves is open then, first and last day included."""
    for other in begun:
        if other.is_open and other.opens_on <= asked.last and asked.first <= other.closes_on:
            raise refuse(
                "waves-together",
                "“%(title)s” in %(unit)s is open until %(last)s, and there is one survey at a time.",
                "Close that one first, or wait until it is over.",
                place=other.key,
                title=other.title,
                unit=other.unit_name,
                last=other.closes_on,
            )


def require_apart(connection: Transaction, policy: Policy, asked: Period) -> None:
    """Raise Refused unless a wave may be open then.

    As `require_alone` does, and `waves-close` where another opened too few weeks before or after. Waves that
    were never opened, and abandoned ones, do not count: nothing is released of them.
    """
    require_alone(connection, asked)
    refuse_close(policy, asked, _others(connection, asked))


def refuse_close(policy: Policy, asked: Period, begun: Sequence[Wave]) -> None:
    """Raise Refused("waves-close") where one of the waves opened too few weeks before or after."""
    apart = timedelta(weeks=policy.collection.weeks_apart)
    near = [other for other in begun if abs(other.opens_on - asked.first) < apart]
    if near:
        raise refuse(
            "waves-close",
            "“%(title)s” in %(unit)s opened on %(other)s, and this survey would open on %(first)s. "
            "There must be at least %(weeks)s weeks between two surveys, so that nobody can compare "
            "them and work out what one person who joined in between has answered.",
            "Open it on %(earliest)s or later.",
            place=near[-1].key,
            title=near[-1].title,
            unit=near[-1].unit_name,
            other=near[-1].opens_on,
            first=asked.first,
            weeks=policy.collection.weeks_apart,
            earliest=max(other.opens_on for other in begun) + apart,
        )


def earliest_day(database: Database, policy: Policy, unit_key: str, today: date) -> date:
    """Return the first day from today on that is far enough from every wave of the unit that was opened."""
    apart = timedelta(weeks=policy.collection.weeks_apart)
    with database.reading() as connection:
        begun = waves.begun(connection, line(database, unit_key))
    return max([today, *(each.opens_on + apart for each in begun)])


def _others(connection: Transaction, asked: Period) -> list[Wave]:
    return [each for each in waves.begun(connection, asked.line) if each.id != asked.wave_id]
