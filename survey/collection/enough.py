"""Whether a wave may get a report outside its unit: told to an owner in the steps of its leader's turnout."""

from collections.abc import Mapping, Sequence
from enum import Enum

from instruments.problems import Damaged
from reports.disclosure import Audience, Policy
from survey.collection import stored_urn, submission
from survey.collection.keys import KeyDirectory
from survey.collection.submission import Turnout
from survey.store.database import Database
from survey.store.repositories import urns
from survey.store.repositories.waves import Wave


class Enough(Enum):
    """Say whether so many have answered that figures of a wave may be shown to its owner; never how many."""

    NOT_YET = "not-yet"
    LIKELY = "likely"
    UNTOLD = "untold"


def enough(policy: Policy, wave: Wave, reached: Turnout) -> Enough:
    """Return what an owner is told of a wave whose leader is shown that step.

    It changes where a step of the leader begins and nowhere between: the owner learns nothing finer, and
    later than at the minimum where a step goes over it. Where no step of so small a wave lies above the
    minimum, nothing is told before it is sealed.
    """
    fewest, minimum = policy.minimum(Audience.OWNER), policy.minimum(wave.audience)
    steps = submission.turnout_steps(wave.planned_invited, minimum, policy.collection.turnout_step)
    if not any(step.low >= fewest for step in steps):
        return Enough.UNTOLD
    return Enough.LIKELY if reached.low >= fewest else Enough.NOT_YET


def enough_of_waves(
    database: Database, keys: KeyDirectory, policy: Policy, asked: Sequence[Wave]
) -> Mapping[str, Enough]:
    """Return it for those of the waves that are open or closed, by their keys, in one query.

    One whose answers cannot be read is left out.
    """
    found: dict[str, Enough] = {}
    taking = [wave for wave in asked if wave.has_urn]
    if not taking:
        return found
    with database.reading() as connection:
        boxes = urns.boxes_of(connection, [wave.id for wave in taking])
    for wave in taking:
        try:
            urn = stored_urn.open_urn(keys, wave)
            count = stored_urn.count_in(urn, boxes[wave.id])
        except Damaged:
            continue
        reached = submission.turnout_step(
            count,
            wave.planned_invited,
            policy.minimum(wave.audience),
            policy.collection.turnout_step,
        )
        found[wave.key] = enough(policy, wave, reached)
    return found
