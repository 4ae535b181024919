"""The short survey that is offered to follow up what was agreed: the dimensions of the agreed actions."""

from dataclasses import dataclass
from datetime import date

from instruments import library, parts
from instruments.model import Version
from survey.collection import spacing
from survey.store.repositories import actions, waves
from survey.store.repositories.waves import Wave
from survey.web.platform.context import context


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is offered: the part of the questionnaire, and the first day it may be asked."""

    part: Version
    earliest: date


def offered_follow_up(found: Wave) -> FollowUp | None:
    """Return what the unit's last whole survey can be followed up with; None where nothing was agreed.

    Nor is there anything for an earlier one, or for one on a short form, which has no shorter one.
    """
    known = waves.of_unit(context().database, found.unit_key)
    if [each.key for each in known if each.is_sealed and not each.is_part][-1:] != [found.key]:
        return None
    chosen = {each.action.dimension for each in actions.of_wave(context().database, found)}
    version = library.get(found.instrument)
    if not chosen:
        return None
    try:
        part = parts.part_of(version, sorted(chosen))
    except ValueError:
        return None
    here = context()
    return FollowUp(part, spacing.earliest_day(here.database, here.policy, found.unit_key, here.today))
