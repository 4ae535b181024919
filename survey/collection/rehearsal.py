"""A rehearsal: somebody walks through a wave's questionnaire, and nothing of it can be handed in."""

from dataclasses import dataclass
from datetime import date

from survey.collection import lifecycle
from survey.store.repositories.waves import Wave


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Leave to walk through a wave's questionnaire. It is no admission: nothing takes it for one."""

    wave_key: str


def require_possible(wave: Wave, closing_day: date) -> None:
    """Raise Refused where there is nothing to rehearse any more: as `lifecycle.require_taking` does.

    A draft is rehearsed before it takes answers, and an open wave while it does.
    """
    if not wave.is_draft:
        lifecycle.require_taking(wave, closing_day)
