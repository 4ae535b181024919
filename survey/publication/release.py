"""Releases to the outside: decided by the ledger first, then told."""

from collections.abc import Sequence
from datetime import date

from reports.disclosure import Audience, Policy, Released, SealedWave, Suppressed, release
from survey.publication import rounds
from survey.store.database import Database
from survey.store.repositories import releases, sealed


def to_outside(
    database: Database, policy: Policy, audience: Audience, waves: Sequence[SealedWave]
) -> list[Released | Suppressed]:
    """What researchers, or an owner, may be told of these sealed waves or pools.

    All of them are one release: the ledger decides them together, and remembers that they were told. Release
    a total together with its units, not after them: what was told of units cannot be taken back for it.
    Raises Damaged where the ledger is unreadable, Refused where groups cross.
    """
    ledger = releases.decide(database, waves, policy)
    return [release(wave, audience, policy, ledger) for wave in waves]


def to_researchers(database: Database, policy: Policy, today: date) -> list[Released | Suppressed]:
    """What researchers may be told of every sealed wave: of rounds that are over, or were released before.

    Raises Damaged where the ledger is unreadable.
    """
    rounds.release_finished(database, today, policy)
    ledger = releases.present(database)
    return [release(wave, Audience.OUTSIDE, policy, ledger) for wave in sealed.every(database)]
