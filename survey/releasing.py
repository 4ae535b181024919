"""Releases to the outside: decided by the ledger first, then told."""

from collections.abc import Sequence

from reports.release import Audience, Policy, Released, Sealed, Suppressed, release
from survey.store.database import Database
from survey.store.repositories import releases, sealed


def to_outside(
    database: Database, policy: Policy, audience: Audience = Audience.OUTSIDE, waves: Sequence[Sealed] = ()
) -> list[Released | Suppressed]:
    """What researchers, or an owner, may be told of these sealed waves or pools, or of every sealed wave.

    All of them are one release: the ledger decides them together, and remembers that they were told. Release
    a total together with its units, not after them: what was told of units cannot be taken back for it.
    Raises Refused where the ledger is damaged, or groups cross.
    """
    asked = waves or sealed.every(database)
    ledger = releases.decide(database, asked, policy)
    return [release(wave, audience, policy, ledger) for wave in asked]
