"""What a unit holds, in numbers: what is said before it is changed."""

from collections import Counter
from dataclasses import dataclass

from survey.store.database import Database
from survey.store.repositories import unit_contents, units, waves
from survey.store.repositories.units import Unit
from survey.store.tables import WaveState


@dataclass(frozen=True, slots=True)
class Inventory:
    """A unit with how many waves are drafts, open or closed (`lasting`), sealed and given up.

    `actions` are those agreed after its waves, `leaders` its leaders and deputies, `owners` those who own it
    itself, and `units` all that lie in it.
    """

    unit: Unit
    drafts: int
    lasting: int
    sealed: int
    abandoned: int
    actions: int
    leaders: int
    owners: int
    units: int


def of_unit(database: Database, key: str) -> Inventory:
    """Return what the unit of that key holds. Raises Refused("unit-unknown")."""
    found = units.by_key(database, key)
    states = Counter(wave.state for wave in waves.of_unit(database, key))
    with database.reading() as connection:
        roles = unit_contents.roles(connection, found.id)
        agreed = unit_contents.agreed_actions(connection, found.id)
    return Inventory(
        found,
        states[WaveState.DRAFT],
        states[WaveState.OPEN] + states[WaveState.CLOSED],
        states[WaveState.SEALED],
        states[WaveState.ABANDONED],
        agreed,
        roles["leader"] + roles["deputy"],
        roles["owner"],
        len(units.subtree(database, key)) - 1,
    )
