"""Orders for more slips than one request can print: a worker prints them, only who ordered can open them.

Codes are shown once, so they must not be readable anywhere between the worker and the leader. The file is
encrypted for a key derived from the secret in the leader's sign-in cookie; the job's row holds the public
key. The codes become valid in the transaction that marks the job done (docs/decisions/0034).
"""

from dataclasses import dataclass
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from reports.disclosure.policy import Retention
from survey.background import slip_printing
from survey.background.tasks.held_task import HeldTask
from survey.collection import code_issuing
from survey.job_files import JobFile
from survey.operations.installation import Installation
from survey.store.repositories import jobs
from survey.store.repositories.jobs import Job

KIND = "slips"
MOST_AT_ONCE = 150  # slips: printed within the request, in about two seconds
_PROGRESS_EVERY = 100  # slips between two updates of the job's row


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """The only one who can open what was ordered: whoever holds the secret of one sign-in."""

    secret: bytes

    @property
    def key(self) -> PrivateKey:
        """Derive the private key that opens the file; it exists in the memory of requests only."""
        # the hash has a `person` of its own: what the database keeps of the secret opens nothing
        return PrivateKey(blake2b(self.secret, digest_size=PrivateKey.SIZE, person=b"slips").digest())

    @property
    def name(self) -> str:
        """Return the public key in hexadecimal, by which an order names its recipient."""
        return bytes(self.key.public_key).hex()


def place_order(
    home: Installation, wave_key: str, count: int, *, retiring: bool, recipient: Recipient, now: int
) -> Job:
    """Add the job and return it, or the same one under way. Raises as `code_issuing.require_room`."""
    code_issuing.require_room(home.database, home.keys, wave_key, count, retiring=retiring)
    asked = {"wave": wave_key, "count": str(count), "recipient": recipient.name}
    return jobs.add(home.database, KIND, asked | ({"retiring": "yes"} if retiring else {}), now=now)


def latest_order(home: Installation, wave_key: str, recipient: Recipient) -> Job | None:
    """Return the newest order of this wave's slips that this recipient can open, or None."""
    own = {"wave": wave_key, "recipient": recipient.name}.items()
    return next((job for job in jobs.of_kind(home.database, KIND) if own <= job.payload.items()), None)


def print_order(task: HeldTask) -> None:
    """Print and encrypt what was ordered; the codes become valid in the transaction that ends the job.

    A worker that dies before leaves codes that are not valid, in a file of its own name: the next worker's
    file does not replace it.
    """
    home, asked = task.home, task.job.payload
    count, retiring = int(asked["count"]), "retiring" in asked

    def note(done: int) -> None:
        # each update is a transaction, and nobody watches a single slip
        if done % _PROGRESS_EVERY == 0:
            task.note(done, count)

    # so that the page says how many there will be before the first is printed
    task.note(0, count)
    printed = slip_printing.print_slips(home, asked["wave"], count, retiring=retiring, progress=note)
    box = SealedBox(PublicKey(bytes.fromhex(asked["recipient"])))
    name = f"{task.holder}.slips"
    task.folder.write({name: bytes(box.encrypt(printed.pdf))})
    task.note(count, count)
    task.finish(name, lambda connection: code_issuing.accept(connection, home.keys, printed.batch))


def is_over(job: Job, retention: Retention, now: int) -> bool:
    """Return whether the file has been kept for as long as the policy says, fetched or not."""
    return not job.is_underway and now - job.heartbeat_at > retention.slip_files


def open_order(
    sealed: JobFile, job: Job, recipient: Recipient, retention: Retention, now: int
) -> bytes | None:
    """Decrypt the slips' PDF; None where it is gone, kept long enough, or another recipient's."""
    if is_over(job, retention, now):
        return None
    try:
        return bytes(SealedBox(recipient.key).decrypt(sealed.read()))
    except (FileNotFoundError, CryptoError):
        return None
