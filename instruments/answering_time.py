"""How long a questionnaire takes to answer: the one number behind every "about n minutes"."""

from math import ceil
from typing import Final

# About ten for a question that stands alone in a web survey, measured over years by a panel of its own
# (Pew Research Center, "How we keep our online surveys from running too long", 2022: 85 questions in 15
# minutes). Ours are read with a stem in mind, often on a telephone, and by some in a second language.
_SECONDS_AN_ITEM: Final = 12
_SET_ASIDE_IN: Final = 5  # minutes: what is written into a calendar


def answering_minutes(items: int) -> int:
    """Return about how many minutes that many items take, rounded up: nobody is promised too little."""
    return ceil(items * _SECONDS_AN_ITEM / 60)


def minutes_to_set_aside(items: int) -> int:
    """Return how many minutes of working time to set aside for that many items: the next whole five."""
    return ceil(answering_minutes(items) / _SET_ASIDE_IN) * _SET_ASIDE_IN
