"""Build the empty table that a staff writes its plan in at the meeting, for the sheet and the slides."""

from dataclasses import dataclass

from reports.presentation.sentences import Sentences
from reports.results.agreed_actions import FOCUS
from reports.results.profile import Profile


@dataclass(frozen=True, slots=True)
class PlanTable:
    """What to decide, in a sentence or two, and the table: the names of its columns and of its lines."""

    instruction: str
    columns: tuple[str, ...]
    lines: tuple[str, ...]


def plan_table(profile: Profile, sentences: Sentences) -> PlanTable:
    """Build the table: of dimensions to choose, or of those that a short survey followed up."""
    return _follow_up(profile, sentences) if profile.version.part else _choice(sentences)


def _choice(sentences: Sentences) -> PlanTable:
    say = sentences.words.say
    return PlanTable(
        say(
            "Choose at most %(number)s dimensions to work on. Write down what we will do, and how we will "
            "see whether it helps.",
            number=FOCUS,
        ),
        tuple(say("Focus %(number)s", number=place + 1) for place in range(FOCUS)),
        (
            say("Dimension"),
            say("Goal"),
            say("Action"),
            say("Who follows up"),
            say("Sign we look for"),
            say("Date"),
        ),
    )


def _follow_up(profile: Profile, sentences: Sentences) -> PlanTable:
    say, named = sentences.words.say, sentences.wording.dimensions
    return PlanTable(
        say(
            "Look at what we agreed: what do we go on with, what do we stop, and what do we change? Write "
            "down how we will see whether it helps."
        ),
        tuple(named[each.id].name for each in profile.version),
        (
            say("We go on with"),
            say("We stop"),
            say("We change"),
            say("Who follows up"),
            say("Sign we look for"),
            say("Date"),
        ),
    )
