"""Which waves an export is of: of chosen half-years, questionnaires and editions, or all."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from instruments import library
from instruments.problems import refuse
from reports.exports.waves import ExportedWave

_PERIOD: Final = re.compile(r"[0-9]{4}H[12]")


@dataclass(frozen=True, slots=True)
class Selection:
    """Say which waves are wanted: closed in the half-years from `first` to `last`, of these questionnaires.

    Half-years are as in exports, such as 2026H1; a questionnaire is a name or one version of it. What is
    empty leaves nothing out. Raises Refused: `period-form`, `period-order`,
    `selection-unknown`.
    """

    first: str = ""
    last: str = ""
    instruments: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for period in filter(None, (self.first, self.last)):
            if not _PERIOD.fullmatch(period):
                raise refuse(
                    "period-form",
                    "“%(period)s” is no half-year.",
                    "Write a year, H and the half, such as 2026H1.",
                    period=period[:40],
                )
        if self.first and self.last and self.first > self.last:
            raise refuse(
                "period-order",
                "The last half-year is before the first.",
                "Choose a last half-year that is the first or a later one.",
            )
        _require_known(self.instruments, instruments)
        _require_known(self.editions, editions)

    @property
    def told(self) -> str:
        """Return in a few words what is chosen; `all` where nothing is left out."""
        periods = f"{self.first}–{self.last}" if self.first or self.last else ""
        return ", ".join(filter(None, (periods, *self.instruments, *self.editions))) or "all"

    def of(self, waves: Iterable[ExportedWave]) -> Iterator[ExportedWave]:
        """Yield the waves that are wanted, in the order given."""
        return filter(self._holds, waves)

    def _holds(self, wave: ExportedWave) -> bool:
        identity = wave.released.identity
        names = {identity.reference, identity.reference.partition("@")[0]}
        return (
            (not self.first or wave.period >= self.first)
            and (not self.last or wave.period <= self.last)
            and (not self.instruments or not names.isdisjoint(self.instruments))
            and (not self.editions or identity.edition in self.editions)
        )


def instruments() -> tuple[str, ...]:
    """Return the names of the questionnaires there are and each version of them, by name."""
    versions = library.available()
    return tuple(sorted({*versions, *(each.partition("@")[0] for each in versions)}))


def editions() -> tuple[str, ...]:
    """Return the editions of all questionnaires, by name."""
    return tuple(sorted({name for each in library.available() for name in library.get(each).editions}))


def _require_known(asked: Collection[str], there: Callable[[], Collection[str]]) -> None:
    if not asked:
        return
    known = there()
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise refuse(
            "selection-unknown",
            "There is no questionnaire or edition “%(name)s”.",
            "Choose among: %(known)s.",
            name=unknown[0][:40],
            known=", ".join(known),
        )


ALL: Final = Selection()
