"""Commit what several requests write at once in one transaction; each waits until its own part is on disk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue

from sqlalchemy import Connection

from instruments.problems import Damaged, Refused

Act = Callable[[Connection], None]


class _PendingWrite:
    """An act that waits for its turn. It counts as failed until its transaction is on disk."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._error: BaseException | None = RuntimeError("nothing was written")
        self._own_error: Refused | Damaged | None = None
        self.is_over = False

    def attempt(self, connection: Connection) -> None:
        """Do the act. What it refuses changes nothing, and does not stop the others of its transaction."""
        try:
            self._act(connection)
        except (Refused, Damaged) as error:
            self._own_error = error

    def end(self, error: BaseException | None) -> None:
        """Note how the transaction ended."""
        self._error = error
        self.is_over = True

    def conclude(self) -> None:
        """Raise what refused the act, or what kept its transaction from the disk; else do nothing."""
        error = self._own_error or self._error
        if error is not None:
            raise error


class GroupCommit:
    """Share transactions among those who write to a database that takes one writer at a time.

    Who finds a transaction under way waits for `turn`; the first to get it does what all who wait want, in
    one transaction of `begin`, and the others find it done.
    """

    def __init__(
        self,
        turn: AbstractContextManager[object],
        begin: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._turn, self._begin = turn, begin
        self._waiting: SimpleQueue[_PendingWrite] = SimpleQueue()

    def write(self, act: Act) -> None:
        """Do the act durably. It changes all it has to, or raises Refused or Damaged first."""
        pending = _PendingWrite(act)
        self._waiting.put(pending)
        with self._turn:
            # whoever had the turn before may have written it already
            if not pending.is_over:
                self._write_all(list(self._taken()))
        pending.conclude()

    def _taken(self) -> Iterator[_PendingWrite]:
        with suppress(Empty):
            while True:
                yield self._waiting.get_nowait()

    def _write_all(self, batch: Sequence[_PendingWrite]) -> None:
        try:
            with self._begin() as connection:
                for each in batch:
                    each.attempt(connection)
        except BaseException as error:
            for each in batch:
                each.end(error)
            raise
        for each in batch:
            each.end(None)
