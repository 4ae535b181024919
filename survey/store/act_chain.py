"""The chain of acts: each row holds a hash of itself and of the row before, so that none can go unseen.

There is one chain for the installation, because what is taken from the end of a unit's own chain would leave
no trace. `act_chain` holds both its ends: the last row, and the last one that was removed after the time that
the policy says (docs/decisions/0125).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from survey.store.act_tables import act_chain, unit_act

GENESIS: Final = bytes(32)  # what the first row of all follows


@dataclass(frozen=True, slots=True)
class Act:
    """What is recorded of an act; without the key of a unit it is on all of them."""

    unit_key: str | None
    kind: str
    about: str
    done_by: str
    done_on: date


def digest(previous: bytes, number: int, act: Act) -> bytes:
    """Return the hash of a row that follows the one with the hash `previous`."""
    content = [number, act.unit_key, act.kind, act.about, act.done_by, act.done_on.isoformat()]
    written = json.dumps(content, ensure_ascii=False).encode()
    return blake2b(previous + written, digest_size=32, person=b"unit act").digest()


def append(connection: Connection, acts: Sequence[Act]) -> None:
    """Add rows to the chain, in the caller's transaction, which nobody else does until that ends."""
    if not acts:
        return
    last = connection.execute(select(act_chain.c.newest, act_chain.c.digest).with_for_update()).one()
    number, previous = last.newest, last.digest
    rows = []
    for act in acts:
        number += 1
        own = digest(previous, number, act)
        rows.append(
            {
                "id": number,
                "unit_key": act.unit_key,
                "kind": act.kind,
                "about": act.about,
                "done_by": act.done_by,
                "done_on": act.done_on,
                "previous": previous,
                "digest": own,
            }
        )
        previous = own
    connection.execute(insert(unit_act), rows)
    connection.execute(update(act_chain).values(newest=number, digest=previous))


def prune(connection: Connection, before: date) -> None:
    """Remove the rows of acts before that day from the beginning of the chain, and say there how far."""
    c = unit_act.c
    connection.execute(select(act_chain.c.id).with_for_update())
    # no row between kept ones goes, whatever day a clock that was set back gave it
    kept = select(c.id).where(c.done_on >= before).order_by(c.id).limit(1)
    first_kept = connection.execute(kept).scalar_one_or_none()
    gone = select(c.id, c.digest).order_by(c.id.desc()).limit(1)
    last = connection.execute(gone if first_kept is None else gone.where(c.id < first_kept)).one_or_none()
    if last is None:
        return
    # first the end is moved: the database refuses to remove a row behind it
    connection.execute(update(act_chain).values(pruned=last.id, pruned_digest=last.digest))
    connection.execute(delete(unit_act).where(c.id <= last.id))


def breaks(connection: Connection) -> Iterator[str]:
    """Yield where the chain is broken: the place and what is wrong there, as a sentence."""
    ends = connection.execute(select(act_chain)).one_or_none()
    if ends is None:
        yield "It is not said where the chain of acts begins and ends."
        return
    number, previous = ends.pruned, ends.pruned_digest
    rows = connection.execute(select(unit_act).order_by(unit_act.c.id))
    for row in rows:
        act = Act(row.unit_key, row.kind, row.about, row.done_by, row.done_on)
        if row.id != number + 1 or row.previous != previous:
            yield f"Act {row.id} does not follow act {number}: one in between was removed or altered."
        elif row.digest != digest(previous, row.id, act):
            yield f"Act {row.id} of {act.done_on} was altered after it was recorded."
        number, previous = row.id, row.digest
    if (number, previous) != (ends.newest, ends.digest):
        yield f"The last act is {number}, and {ends.newest} were recorded: those at the end were removed."
