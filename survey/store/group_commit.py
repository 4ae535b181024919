"""Acts of many people at once, put on disk in one transaction: each is told so only when it is there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from queue import Empty, SimpleQueue

from instruments.problems import Damaged, Refused
from survey.store.driver_sql import DriverTransaction

Act = Callable[[DriverTransaction], None]


class PendingWrite:
    """An act that waits for its turn. It has failed until its transaction is on disk."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self._error: BaseException | None = RuntimeError("nothing was written")
        self._refused: Refused | Damaged | None = None
        self.is_over = False

    def attempt(self, held: DriverTransaction) -> None:
        """Do it; a refusal changes nothing, and is no affair of the others."""
        try:
            self._act(held)
        except (Refused, Damaged) as refused:
            self._refused = refused

    def end(self, error: BaseException | None) -> None:
        """Note how the transaction ended."""
        self._error = error
        self.is_over = True

    def conclude(self) -> None:
        """Nothing, where it is on disk. Raises what refused it, or what kept the transaction from disk."""
        told = self._refused or self._error
        if told is not None:
            raise told


class GroupCommit:
    """For a database that takes one writer at a time.

    Who finds a transaction under way waits for `turn`; the first to get it does what all who wait want, in
    one transaction of `begun`, and the others find it done.
    """

    def __init__(
        self,
        turn: AbstractContextManager[object],
        begun: Callable[[], AbstractContextManager[DriverTransaction]],
    ) -> None:
        self._turn, self._begun = turn, begun
        self._asked: SimpleQueue[PendingWrite] = SimpleQueue()

    def do(self, act: Act) -> None:
        """Nothing; what the act does is on disk. The act changes all it has to, or raises Refused first."""
        asked = PendingWrite(act)
        self._asked.put(asked)
        with self._turn:
            if not asked.is_over:
                self._write(list(self._taken()))
        asked.conclude()

    def _taken(self) -> Iterator[PendingWrite]:
        with suppress(Empty):
            while True:
                yield self._asked.get_nowait()

    def _write(self, batch: Sequence[PendingWrite]) -> None:
        try:
            with self._begun() as held:
                for each in batch:
                    each.attempt(held)
        except BaseException as error:
            for each in batch:
                each.end(error)
            raise
        for each in batch:
            each.end(None)
