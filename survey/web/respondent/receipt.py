"""What somebody gets in return for their answers: their own profile, and what was agreed last time.

The profile is drawn in the reply to sending and stored nowhere: not in the cookie, nor in the database, the
log or a cache. See docs/decisions/0104.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from instruments.answers import Answers
from instruments.model import Scale, Wording
from instruments.scoring import Unscored, person_scores


@dataclass(frozen=True, slots=True)
class OwnScore:
    """One dimension of one's own profile; `score` is None where too few of its statements were answered."""

    name: str
    score: float | None


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """One's own score in every dimension, by the questionnaire's rule, with the ends of its scale."""

    scores: Sequence[OwnScore]
    scale: Scale
    low: str
    high: str


def own_profile(answers: Answers, wording: Wording) -> OwnProfile:
    """Return the profile of one person's answers, in a questionnaire's words."""
    version, scale = answers.version, answers.version.scale
    found = person_scores(answers)
    scores = [_own_score(wording.dimensions[each.id].name, found[each.id]) for each in version]
    low, high = wording.categories[scale.categories[0]], wording.categories[scale.categories[-1]]
    return OwnProfile(scores, scale, low, high)


def _own_score(name: str, score: float | Unscored) -> OwnScore:
    return OwnScore(name, None if isinstance(score, Unscored) else score)
