"""Print how far participation in a wave has come, in the steps that its leader is shown."""

from datetime import date

from instruments import library
from reports.pdf import turnout_poster
from reports.pdf.slips import SlipHeading
from reports.pdf.turnout_poster import ShownTurnout, TurnoutStep
from survey.collection import lifecycle, submission
from survey.operations.installation import Installation
from survey.store.repositories import waves


def print_turnout_poster(home: Installation, wave_key: str, today: date) -> bytes:
    """Print the thermometer of an open wave, in its own language and small in all others it is offered in.

    Raises Refused where it is not open.
    """
    wave = waves.by_key(home.database, wave_key)
    lifecycle.require_open(wave, today)
    # the exact number is behind this call, and nothing of it comes out but the step
    reached = submission.turnout(home.database, home.keys, home.policy, wave)
    minimum = home.policy.minimum(wave.audience)
    steps = submission.turnout_steps(wave.planned_invited, minimum, home.policy.collection.turnout_step)
    shown = ShownTurnout(
        [TurnoutStep(each.low, each.high) for each in steps], steps.index(reached), minimum, today
    )
    offered = library.get(wave.instrument).editions[wave.edition]
    spoken = [wave.language, *(each for each in offered if each != wave.language)]
    headings = [
        SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, each)
        for each in spoken
    ]
    return turnout_poster.turnout_poster(headings, shown)
