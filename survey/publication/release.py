"""Release sealed waves to researchers: the ledger decides first, then figures are computed."""

from reports.disclosure import Audience, Policy, Released, Suppressed, release
from survey.store.database import Database
from survey.store.repositories import releases, sealed


def to_researchers(database: Database, policy: Policy) -> list[Released | Suppressed]:
    """Return what researchers may have of every sealed wave: nothing of those whose round is not released.

    Raises Damaged where the ledger is unreadable.
    """
    ledger = releases.present(database)
    return [release(wave, Audience.OUTSIDE, policy, ledger) for wave in sealed.whole(database)]
