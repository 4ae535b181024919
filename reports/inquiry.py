"""What a staff agreed after a report: the report of the next wave opens with it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """One agreed action for a focus dimension, in the staff's own words.

    `dimension` is the dimension's id, `sign` what the staff expect to see if it works, `who` a role or a
    group rather than a person, `due` the day it is looked at again.
    """

    dimension: str
    goal: str
    action: str
    who: str
    sign: str
    due: date
