"""What wakes the workers: an engine's queue of words that there is work, and nothing of what it is.

The rows are the truth (docs/decisions/0140). The queue may lose a word, bring it twice, or be away: whatever
waits is announced again from the rows, and a worker that the queue does not reach looks for itself.
"""

import hashlib
import threading
from typing import Final

from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey
from huey.serializer import SignedSerializer
from redis import ConnectionPool

from instruments.problems import Unavailable
from reports.files import private
from survey import job_files
from survey.background import jobs
from survey.background.jobs import Outcome
from survey.operations import log
from survey.operations.installation import Installation
from survey.store.repositories import job_tasks

FILE: Final = "queue.db"
_MOST_WORDS: Final = 32  # in the queue at once: each wakes one worker, which then does whatever waits
_LONGEST_WAIT: Final = 2.0  # seconds until an idle worker looks at its queue again
_LONGEST_PAUSE: Final = 60.0  # seconds that a worker rests where everything fails that it takes up
_PATIENCE: Final = 5.0  # seconds for an answer of the Redis server
_PURPOSE: Final = b"kjennetegn queue"


class WakeQueue:
    """Wake this worker, and the others that share its queue, when tasks wait."""

    def __init__(self, home: Installation, ended: threading.Event) -> None:
        self._home, self._ended = home, ended
        # one task at a time, because the libraries that draw and print are not made for many threads
        self._busy = threading.Lock()
        self._is_away = self._is_started = False
        self.huey = _engine(home)
        self._wake = self.huey.task(name="wake")(self._work)
        self._consumer = self.huey.create_consumer(workers=1, periodic=False, max_delay=_LONGEST_WAIT)

    def start(self) -> None:
        """Begin to do what waits, in a thread of its own."""
        self._consumer.start()
        self._is_started = True

    def sweep(self) -> None:
        """Announce the tasks that wait, also those of workers whose lease ran out.

        Where the queue is away, do one of them instead. Raises what the database raises.
        """
        jobs.requeue_stale(self._home)
        waiting = job_tasks.waiting(self._home.database, now=jobs.seconds())
        if waiting and not self._is_announced(min(waiting, _MOST_WORDS)):
            self._work(most=1)
        if self._is_started:
            # the library starts a thread anew that died of an error of its own
            self._consumer.check_worker_health()

    def stop(self) -> None:
        """Let the task in hand come to its end or its next step, and close the queue."""
        self._consumer.stop(graceful=True)
        self.huey.storage.close()

    def _is_announced(self, words: int) -> bool:
        """Put that many words into the queue, less those in it; return whether it could be reached."""
        try:
            for _ in range(words - self.huey.pending_count()):
                self._wake()
        except Exception as error:  # noqa: BLE001 - whatever an engine raises, its words are not needed
            if not self._is_away:
                log.unexpected("queue-away", error)
            self._is_away = True
            return False
        if self._is_away:
            log.act("queue-back")
        self._is_away = False
        return True

    def _work(self, most: int | None = None) -> None:
        """Do what waits until nothing does; rest, longer each time, where one after the other fails.

        At `most` so many; none where this worker is at work already.
        """
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._work_off(most)
        finally:
            self._busy.release()

    def _work_off(self, most: int | None) -> None:
        failed = done = 0
        while not self._ended.is_set() and done != most:
            done += 1
            try:
                outcome = jobs.run_next(self._home, self._ended.is_set)
            except Unavailable:
                # the log says once that the database is away, and the sweep looks again
                return
            except Exception as error:  # noqa: BLE001 - whatever it is may pass
                log.unexpected("queue-failed", error)
                outcome = Outcome.TROUBLED
            if outcome is Outcome.NOTHING:
                return
            failed = failed + 1 if outcome is Outcome.TROUBLED else 0
            if failed:
                self._ended.wait(min(2.0**failed, _LONGEST_PAUSE))


def _engine(home: Installation) -> Huey:
    if home.settings.queue:
        return _shared(home)
    if home.settings.bucket:
        # no directory of jobs is there for a file: this worker wakes itself alone, and so do the others
        return MemoryHuey("jobs", results=False)
    return _embedded(home)


def _shared(home: Installation) -> RedisHuey:
    # several installations may share a server, and nobody who writes there makes a worker run anything
    key = hashlib.blake2b(home.settings.secret.encode(), digest_size=32, person=_PURPOSE).digest()
    name = hashlib.blake2b(key, digest_size=8).hexdigest()
    pool = ConnectionPool.from_url(
        home.settings.queue, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    )
    signed = SignedSerializer(secret=key, salt=_PURPOSE)
    return RedisHuey(f"jobs{name}", connection_pool=pool, results=False, serializer=signed)


def _embedded(home: Installation) -> SqliteHuey:
    # a word has no argument and no result: nothing of what is to be done is ever in the file
    job_files.at(home.settings).prepare()
    file = home.settings.files_directory / FILE
    # before the library makes it: its journals are made readable to whom the file is
    private.create(file)
    for made in file.parent.rglob("*"):
        private.restrict(made)
    return SqliteHuey("jobs", filename=str(file), results=False)
