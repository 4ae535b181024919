"""What wakes the workers: an engine's queue of words that there is work, and nothing of what it is.

The rows are the truth (docs/decisions/0140). The queue may lose a word, bring it twice, or be away: whatever
waits is announced again from the rows, and a worker that the queue does not reach looks for itself.
"""

import threading
from typing import Final

from huey import SqliteHuey

from reports.files import private
from survey.background import jobs
from survey.background.jobs import Outcome
from survey.operations import log
from survey.operations.installation import Installation
from survey.store.repositories import job_tasks

FILE: Final = "queue.db"
_MOST_WORDS: Final = 32  # in the queue at once: each wakes one worker, which then does whatever waits
_LONGEST_WAIT: Final = 2.0  # seconds until an idle worker looks at its queue again
_LONGEST_PAUSE: Final = 60.0  # seconds that a worker rests where everything fails that it takes up


class WakeQueue:
    """Wake this worker, and the others that share its queue, when tasks wait."""

    def __init__(self, home: Installation, ended: threading.Event) -> None:
        self._home, self._ended = home, ended
        # one task at a time, because the libraries that draw and print are not made for many threads
        self._busy = threading.Lock()
        self.huey = _engine(home)
        self._wake = self.huey.task(name="wake")(self._work)
        self._consumer = self.huey.create_consumer(workers=1, periodic=False, max_delay=_LONGEST_WAIT)

    def start(self) -> None:
        """Begin to do what waits, in a thread of its own."""
        self._consumer.start()

    def sweep(self) -> None:
        """Announce the tasks that wait, also those of workers whose lease ran out."""
        jobs.requeue_stale(self._home)
        waiting = job_tasks.waiting(self._home.database, now=jobs.seconds())
        for _ in range(min(waiting, _MOST_WORDS) - self.huey.pending_count() if waiting else 0):
            self._wake()
        # the library starts a thread anew that died of an error of its own
        self._consumer.check_worker_health()

    def stop(self) -> None:
        """Let the task in hand come to its end or its next step, and close the queue."""
        self._consumer.stop(graceful=True)
        self.huey.storage.close()

    def _work(self) -> None:
        """Do what waits until nothing does; rest, longer each time, where one after the other fails."""
        failed = 0
        with self._busy:
            while not self._ended.is_set():
                try:
                    outcome = jobs.run_next(self._home, self._ended.is_set)
                except Exception as error:  # noqa: BLE001 - a database that is away comes back
                    log.unexpected("queue-failed", error)
                    outcome = Outcome.TROUBLED
                if outcome is Outcome.NOTHING:
                    return
                failed = failed + 1 if outcome is Outcome.TROUBLED else 0
                if failed:
                    self._ended.wait(min(2.0**failed, _LONGEST_PAUSE))


def _engine(home: Installation) -> SqliteHuey:
    # a word has no argument and no result: nothing of what is to be done is ever in the file
    file = jobs.jobs_folder(home) / FILE
    # before the library makes it: its journals are made readable to whom the file is
    private.create(file)
    for made in file.parent.rglob("*"):
        private.restrict(made)
    return SqliteHuey("jobs", filename=str(file), results=False)
