"""Whether the chain of acts is whole, and the privacy account tells what the ledger says was released."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from instruments.problems import Damaged, Problem
from reports.disclosure.differencing.ledger import Ledger
from survey.store import act_chain
from survey.store.act_tables import data_export, unit_release
from survey.store.database import Database
from survey.store.repositories import released_outside, releases

_RESTORE = "Restore the database from a backup."

_REMEDY = (
    "Compare with the newest printed history and with a backup, and find out who could write to the "
    "database: no command of this program does that."
)


def problems(database: Database) -> Iterator[Problem]:
    """Yield where the chain is broken."""
    with database.reading() as connection:
        for fault in act_chain.breaks(connection):
            yield Problem("unit_act", "acts-altered", fault, _REMEDY)


def account_problems(database: Database) -> Iterator[Problem]:
    """Yield every release that the ledger and the privacy account tell differently."""
    try:
        ledger = releases.present(database)
    except Damaged:
        return  # the check of the ledger itself names it
    decided = released_outside.newly_released(Ledger(), ledger)
    with database.reading() as connection:
        rows = connection.execute(select(unit_release)).all()
        exports = connection.execute(select(data_export)).all()
    expected = {
        (*cell, len(cells), *released_outside.counted(levels).values())
        for cells, levels in decided.items()
        for cell in cells - ledger.gone
    }
    told = {(row.unit_key, row.wave_key, row.units, row.means, row.intervals, row.items) for row in rows}
    for unit, wave, *_ in sorted(told ^ expected):
        fault = (
            f"What was released of wave {wave} is another thing in the ledger than in its privacy account."
        )
        yield Problem(f"unit {unit}", "account-differs", fault, _RESTORE)
    for row in (*rows, *exports):
        if not re.fullmatch("[0-9a-f]{12}", str(row.policy)):
            fault = f"Row {row.id} of the privacy account names no rules by which it was released."
            yield Problem("unit_release", "value-unreadable", fault, _RESTORE)
