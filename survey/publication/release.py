"""Release sealed waves to researchers: the ledger decides first, then figures are computed."""

from datetime import date

from reports.disclosure import Audience, Policy, Released, Suppressed, release
from survey.publication import rounds
from survey.store.database import Database
from survey.store.repositories import releases, sealed


def to_researchers(database: Database, policy: Policy, today: date) -> list[Released | Suppressed]:
    """Release every sealed wave of the rounds that are over, or were released before, to researchers.

    Raises Damaged where the ledger is unreadable.
    """
    # a round may have ended since the worker's last run
    rounds.release_finished(database, today, policy)
    ledger = releases.present(database)
    return [release(wave, Audience.OUTSIDE, policy, ledger) for wave in sealed.every(database)]
