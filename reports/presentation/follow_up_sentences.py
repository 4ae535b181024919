"""The sentences on what a short survey found that followed up what was agreed, never more than was judged."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reports.presentation.locale import gettext_noop
from reports.presentation.sentences import Sentences
from reports.results.follow_up import chains
from reports.results.verdicts import Verdict

_FOUND: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("%(wave)s: higher than in the survey before it."),
        Verdict.LOWER: gettext_noop("%(wave)s: lower than in the survey before it."),
        Verdict.NO_CERTAIN_CHANGE: gettext_noop("%(wave)s: no certain change."),
    }
)
_NOTHING_SAID: Final = gettext_noop("%(wave)s: nothing is said about change.")


def follow_up_findings(sentences: Sentences) -> Mapping[str, str]:
    """Return, by dimension, what the last short survey found that followed it up; others are left out."""
    found = {each.dimension: each.check for each in chains(sentences.profile) if each.check}
    return {
        name: sentences.words.say(_FOUND.get(check.verdict, _NOTHING_SAID), wave=check.wave)
        for name, check in found.items()
    }
