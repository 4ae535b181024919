"""The sentences about change: each verdict in words, and what could not have been seen, said once for all.

That nothing certain changed is said in one sentence for all dimensions it holds for, beside the smallest
change that would have been seen; a dimension's own sentences say what is certain, or what withholds it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from reports.disclosure import Suppressed
from reports.presentation.locale import gettext_noop, sentence_case
from reports.presentation.sentences import Sentences
from reports.results.change import ChangeInterval, Comparison, DimensionChange, Estimate, NotCompared
from reports.results.verdicts import Contrast, NoComparisonReason, Verdict

_PREVIOUS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("Higher than in %(wave)s: %(before)s then, %(now)s now."),
        Verdict.LOWER: gettext_noop("Lower than in %(wave)s: %(before)s then, %(now)s now."),
        Verdict.NOT_RELEASED: gettext_noop("Change is not shown."),
        Verdict.NO_COMMON_ITEMS: gettext_noop(
            "Not compared: the two questionnaires have no statement in common here."
        ),
    }
)
_FIRST: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("Higher than in %(wave)s: %(difference)s."),
        Verdict.LOWER: gettext_noop("Lower than in %(wave)s: %(difference)s."),
    }
)
_BOTH_MEANS: Final = gettext_noop("%(before)s in %(wave)s, %(now)s now.")
# of all dimensions, of some, and of one on a page of its own; in the order in which they are said
_UNCLAIMED: Final[Mapping[Verdict, tuple[str, str, str]]] = MappingProxyType(
    {
        Verdict.NO_CERTAIN_CHANGE: (
            gettext_noop("No certain change since %(wave)s in any dimension."),
            gettext_noop("No certain change since %(wave)s: %(dimensions)s."),
            gettext_noop("No certain change since %(wave)s."),
        ),
        Verdict.RESPONSE_TOO_LOW: (
            gettext_noop("Too few answered for us to say whether anything has changed since %(wave)s."),
            gettext_noop("Too few answered for us to say whether these have changed: %(dimensions)s."),
            gettext_noop("Too few answered for us to say whether this has changed since %(wave)s."),
        ),
        Verdict.NOT_RELEASED: (
            gettext_noop("Nothing is said about change since %(wave)s."),
            gettext_noop("Nothing is said about change since %(wave)s: %(dimensions)s."),
            gettext_noop("Nothing is said about change since %(wave)s."),
        ),
    }
)
_FIRST_MEANS: Final = gettext_noop("%(before)s then, %(now)s now")
_TREND: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("Rising on average by %(slope)s a year over %(number)s surveys."),
        Verdict.LOWER: gettext_noop("Falling on average by %(slope)s a year over %(number)s surveys."),
    }
)
_TREND_ALONE: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.HIGHER: gettext_noop("Rising over %(number)s surveys."),
        Verdict.LOWER: gettext_noop("Falling over %(number)s surveys."),
    }
)
_DETECTABLE: Final = gettext_noop(
    "The smallest change that we would have seen here, with a probability of %(power)s, is %(change)s."
)
_DETECTABLE_WHERE_SHOWN: Final = gettext_noop(
    "Where an interval is shown, the smallest change that we would have seen, with a probability "
    "of %(power)s, is %(change)s."
)
_LONG_ENOUGH: Final = 300  # days of a trend: two waves in the same season of two years
_CERTAIN: Final = (Verdict.HIGHER, Verdict.LOWER)


class ChangeSentences:
    """Says what became of one profile's dimensions since earlier waves."""

    def __init__(self, sentences: Sentences) -> None:
        self.sentences, self.words = sentences, sentences.words
        found = sentences.profile.comparisons
        self.comparisons = {each.contrast: each for each in found if isinstance(each, Comparison)}

    @property
    def _previous(self) -> Comparison | None:
        return self.comparisons.get(Contrast.PREVIOUS)

    def certain(self, dimension_id: str) -> str:
        """Return what is certain of a dimension in every contrast, or what withholds it; else empty."""
        found = [
            self._since_previous(dimension_id),
            self._since_first(dimension_id),
            self._trend(dimension_id),
        ]
        return " ".join(filter(None, found))

    def numbers(self, dimension_id: str) -> str:
        """Return both means, and their difference, where no change is claimed; otherwise empty."""
        change = self._change(Contrast.PREVIOUS, dimension_id)
        if change is None or not _is_unclaimed(change):
            return ""
        if change.verdict is Verdict.NO_CERTAIN_CHANGE:
            return self._with_difference(_BOTH_MEANS, change)
        return self._filled(_BOTH_MEANS, change)

    def unclaimed(self) -> str:
        """Return, once for all dimensions it holds for, that no change since the wave before is certain."""
        changes = list(self._previous.changes.values()) if self._previous else []
        said = []
        for verdict, (of_all, of_some, _) in _UNCLAIMED.items():
            own = [each for each in changes if each.verdict is verdict and _is_unclaimed(each)]
            names = [self.sentences.wording.dimensions[each.dimension].name for each in own]
            if own:
                message = of_all if len(own) == len(changes) else of_some
                said += [self._say(message, dimensions="; ".join(names)), self._detectable(own)]
        return " ".join(filter(None, said))

    def unclaimed_alone(self, dimension_id: str) -> str:
        """Return the same of one dimension, for a page that has no other."""
        change = self._change(Contrast.PREVIOUS, dimension_id)
        if change is None or not _is_unclaimed(change):
            return ""
        _, _, alone = _UNCLAIMED[change.verdict]
        return " ".join(filter(None, (self._say(alone), self._detectable([change]))))

    def obstacle(self) -> str:
        """Return why this wave is not compared with the one before; empty where it is, or there is none."""
        step = self.sentences.profile.step
        if not isinstance(step, NotCompared):
            return ""
        share = self.words.share(self.sentences.profile.policy.change.compare_from)
        if step.obstacle is NoComparisonReason.RESPONSE:
            return self._say(
                "This survey is not compared with %(wave)s: fewer than %(share)s answered in one of them.",
                share=share,
            )
        if step.obstacle is NoComparisonReason.EDITION:
            return self._say(
                "This survey is not compared with %(wave)s, which used another edition of the questionnaire."
            )
        return self._say(
            "This survey is not compared with %(wave)s, because the two questionnaires are too different."
        )

    def _detectable(self, changes: Sequence[DimensionChange]) -> str:
        """Return the smallest change that would have been seen in every one of these; empty if not judged."""
        if changes[0].verdict is not Verdict.NO_CERTAIN_CHANGE:
            return ""
        estimates = [each.estimate for each in changes if isinstance(each.estimate, Estimate)]
        intervals = [
            (each.interval, each.decimals) for each in estimates if isinstance(each.interval, ChangeInterval)
        ]
        if not intervals:
            return self.words.say(
                "How large a change would have had to be for us to see it is not shown here."
            )
        largest, decimals = max((interval.detectable, decimals) for interval, decimals in intervals)
        message = _DETECTABLE if len(intervals) == len(changes) else _DETECTABLE_WHERE_SHOWN
        power = self.words.share(self.sentences.profile.policy.change.power)
        return self.words.say(message, power=power, change=self.words.number(largest, decimals))

    def _change(self, contrast: Contrast, dimension_id: str) -> DimensionChange | None:
        comparison = self.comparisons.get(contrast)
        return comparison.changes.get(dimension_id) if comparison else None

    def _since_previous(self, dimension_id: str) -> str:
        change = self._change(Contrast.PREVIOUS, dimension_id)
        if change is None or _is_unclaimed(change):
            return ""
        if change.verdict in _CERTAIN:
            return self._with_difference(_PREVIOUS[change.verdict], change)
        return self._filled(_PREVIOUS[change.verdict], change)

    def _since_first(self, dimension_id: str) -> str:
        change, comparison = self._change(Contrast.FIRST, dimension_id), self.comparisons.get(Contrast.FIRST)
        if change is None or comparison is None or change.verdict not in _CERTAIN:
            return ""
        if isinstance(change.estimate, Suppressed):
            before, now = self.sentences.mean(change.earlier), self.sentences.mean(change.later)
            difference = self.words.say(_FIRST_MEANS, before=before, now=now)
        else:
            difference = self.difference(change.estimate)
        wave = self.sentences.title(comparison.earlier)
        return self.words.say(_FIRST[change.verdict], wave=wave, difference=difference)

    def _trend(self, dimension_id: str) -> str:
        change = self._change(Contrast.TREND, dimension_id)
        if change is None or change.verdict not in _CERTAIN:
            return ""
        number, estimate = self.words.number(change.rests_on), change.estimate
        # a slope that rounds to nothing says nothing beside the verdict, and one of months is none of years
        if isinstance(estimate, Suppressed) or estimate.difference == 0 or self._trend_days() < _LONG_ENOUGH:
            return self.words.say(_TREND_ALONE[change.verdict], number=number)
        return self.words.say(_TREND[change.verdict], slope=self._slope(estimate), number=number)

    def _trend_days(self) -> int:
        waves = [each.identity.closed_on for each in self.comparisons[Contrast.TREND].waves]
        return (waves[-1] - waves[0]).days

    def difference(self, estimate: Estimate) -> str:
        """Return a difference with its interval where there is one, such as "+0.39 (+0.10 to +0.68)"."""
        middle = self.words.number(estimate.difference, estimate.decimals, signed=True)
        if not isinstance(estimate.interval, ChangeInterval):
            return middle
        low, high = (
            self.words.number(end, estimate.decimals, signed=True)
            for end in (estimate.interval.low, estimate.interval.high)
        )
        return self.words.say("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high)

    def _slope(self, estimate: Estimate) -> str:
        """Return how much a trend rises or falls, without its sign, which the sentence says in words."""
        middle = self.words.number(abs(estimate.difference), estimate.decimals)
        if not isinstance(estimate.interval, ChangeInterval):
            return middle
        ends = sorted((abs(estimate.interval.low), abs(estimate.interval.high)))
        low, high = (self.words.number(end, estimate.decimals) for end in ends)
        return self.words.say("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high)

    def _with_difference(self, message: str, change: DimensionChange) -> str:
        said = self._filled(message, change)
        if isinstance(change.estimate, Suppressed):
            return said
        difference = self.difference(change.estimate)
        if isinstance(change.estimate.interval, ChangeInterval):
            last = self.words.say("Difference %(difference)s.", difference=difference)
        else:
            last = self.words.say("Difference %(difference)s, without an interval.", difference=difference)
        return f"{said} {last}"

    def _filled(self, message: str, change: DimensionChange) -> str:
        before, now = self.sentences.mean(change.earlier), self.sentences.mean(change.later)
        return sentence_case(self._say(message, before=before, now=now))

    def _say(self, message: str, **values: object) -> str:
        return self.words.say(message, wave=self.sentences.earlier_wave, **values)


def _is_unclaimed(change: DimensionChange) -> bool:
    """Return whether both means are shown and no change is claimed, so that it is said with the others'."""
    both = not isinstance(change.earlier, Suppressed) and not isinstance(change.later, Suppressed)
    return both and change.verdict in _UNCLAIMED
