"""Slips too many for one request: printed by a worker, and readable by nobody but the browser that asked.

Codes are told once, so they must not lie anywhere between the worker and the leader. The file is sealed to
a key that follows from the secret in the leader's sign-in cookie; the row of the job holds its public half.
The codes admit people from the moment the job is done, in one transaction with it (docs/decisions/0034).
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy import Connection

from reports.disclosure.policy import Retention
from reports.files import atomic_write
from survey.background import slip_printing
from survey.collection import code_issuing
from survey.operations.installation import Installation
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND = "slips"
MOST_AT_ONCE = 150  # slips that are printed in about two seconds, within the request
_TOLD_EVERY = 100  # slips, between two notes of progress


@dataclass(frozen=True, slots=True, repr=False)
class OrderOwner:
    """Who may open what was ordered: whoever holds the secret of one sign-in."""

    secret: bytes

    @property
    def key(self) -> PrivateKey:
        """What opens the file; it is in the memory of requests only."""
        return PrivateKey(blake2b(self.secret, digest_size=PrivateKey.SIZE, person=b"slips").digest())

    @property
    def name(self) -> str:
        """The public half, by which an order says who may open it."""
        return bytes(self.key.public_key).hex()


def place_order(
    home: Installation, wave_key: str, count: int, *, retiring: bool, reader: OrderOwner, now: int
) -> Job:
    """The order, or the same one that is under way. Raises as `code_issuing.require_room`."""
    code_issuing.require_room(home.database, home.keys, wave_key, count, retiring=retiring)
    asked = {"wave": wave_key, "count": str(count), "reader": reader.name}
    return jobs.add(home.database, KIND, asked | ({"retiring": "yes"} if retiring else {}), now=now)


def latest_order(home: Installation, wave_key: str, reader: OrderOwner) -> Job | None:
    """The last order of this wave's slips that this reader may open; None where there is none."""
    own = {"wave": wave_key, "reader": reader.name}.items()
    return next((job for job in jobs.of_kind(home.database, KIND) if own <= job.payload.items()), None)


def print_order(
    home: Installation, job: Job, directory: Path, step: Callable[[int, int], None]
) -> tuple[str, Callable[[Connection], None]]:
    """Print what was ordered, and seal it: the file's name, and what makes the codes admit people.

    A worker that dies before that was done leaves codes that admit nobody, in a file that the next one's
    does not replace: its name is the worker's own.
    """
    asked, count, retiring = job.payload, int(job.payload["count"]), "retiring" in job.payload

    def note(done: int) -> None:
        if done % _TOLD_EVERY == 0:
            step(done, count)

    step(0, count)
    printed = slip_printing.print_slips(home, asked["wave"], count, retiring=retiring, progress=note)
    box = SealedBox(PublicKey(bytes.fromhex(asked["reader"])))
    name = f"{job.holder}.slips"
    atomic_write.write({directory / name: box.encrypt(printed.pdf)}, mode=atomic_write.PRIVATE)
    step(count, count)
    return name, lambda connection: code_issuing.accept(connection, home.keys, printed.batch)


def is_over(job: Job, retention: Retention, now: int) -> bool:
    """Whether its file was there for long enough, fetched or not."""
    return not job.is_underway and now - job.heartbeat_at > retention.slip_files


def open_order(sealed: Path, job: Job, reader: OrderOwner, retention: Retention, now: int) -> bytes | None:
    """The slips as a PDF; None where they are gone, were there for long enough, or are another reader's."""
    if is_over(job, retention, now):
        return None
    try:
        return bytes(SealedBox(reader.key).decrypt(sealed.read_bytes()))
    except (FileNotFoundError, CryptoError):
        return None
