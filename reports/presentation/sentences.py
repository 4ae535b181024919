"""The sentences about figures: levels, scores and change, never stronger than the figures."""

from typing import Final

from instruments.model import Wording
from reports.disclosure import Between, ReleasedDimension, ReleasedInterval, ReleasedMean, Suppressed
from reports.presentation.locale import DASH, Locale
from reports.results.change import (
    Comparison,
    DimensionChange,
    Estimate,
    NoComparisonReason,
    NotCompared,
    Verdict,
)
from reports.results.profile import Profile

_SENTENCES = {
    Verdict.HIGHER: "Higher than in %(wave)s: %(before)s then, %(now)s now. Difference %(difference)s.",
    Verdict.LOWER: "Lower than in %(wave)s: %(before)s then, %(now)s now. Difference %(difference)s.",
    Verdict.NO_CERTAIN_CHANGE: (
        "No certain change since %(wave)s: %(before)s then, %(now)s now. Difference %(difference)s."
    ),
    Verdict.RESPONSE_TOO_LOW: (
        "%(before)s in %(wave)s, %(now)s now. Too few answered for us to say whether this has changed."
    ),
    Verdict.NOT_RELEASED: "Change is not shown.",
    Verdict.NO_COMMON_ITEMS: "Not compared: the two questionnaires share no question here.",
}


_LONG: Final = 30  # letters: a longer title does not fit into a sentence

_BOTH_TOLD = "%(before)s in %(wave)s, %(now)s now. Nothing is said about change."


def mean_text(mean: ReleasedMean | Suppressed, locale: Locale) -> str:
    """Return a mean with its decimals as the locale writes it, or a dash."""
    return DASH if isinstance(mean, Suppressed) else locale.number(mean.value, mean.decimals)


class Sentences:
    """Says what is known of one profile, in one language."""

    nothing = DASH

    def __init__(self, profile: Profile, words: Locale) -> None:
        self.profile, self.words = profile, words

    @property
    def wording(self) -> Wording:
        """The instrument's own words in this edition and language."""
        return self.profile.version.wording(self.profile.identity.edition, self.words.language)

    @property
    def confidence(self) -> str:
        """The confidence of every interval of the profile, such as "95%"."""
        return self.words.share(self.profile.policy.confidence)

    def mean(self, mean: ReleasedMean | Suppressed) -> str:
        """Return a mean with its decimals, or a dash."""
        return mean_text(mean, self.words)

    def interval(self, interval: ReleasedInterval | Suppressed) -> str:
        """An interval as "3.21 to 3.64", or a dash."""
        if isinstance(interval, Suppressed):
            return DASH
        ends = [self.words.number(end, interval.decimals) for end in (interval.low, interval.high)]
        return self.words.say("%(low)s to %(high)s", low=ends[0], high=ends[1])

    def level(self, level: str | Between | Suppressed) -> str:
        """The level, "between" two of them, or a dash."""
        names = self.wording.levels
        if isinstance(level, Suppressed):
            return DASH
        if isinstance(level, Between):
            low, high = names[level.low], names[level.high]
            return self.words.say("between %(low)s and %(high)s", low=low, high=high)
        return names[level]

    def standing(self, figure: ReleasedDimension | Suppressed) -> str:
        """Where a dimension stands, in one sentence; empty where nothing is told of it."""
        if isinstance(figure, Suppressed) or isinstance(figure.mean, Suppressed):
            return ""
        mean, interval = self.mean(figure.mean), self.interval(figure.interval)
        high = self.profile.version.scale.categories[-1]
        if isinstance(figure.interval, Suppressed):
            return self.words.say("%(mean)s on a scale to %(high)s.", mean=mean, high=high)
        values = {"mean": mean, "interval": interval, "level": self.level(figure.level)}
        return self.words.say("%(mean)s (%(interval)s): %(level)s.", **values)

    def change(self, change: DimensionChange) -> str:
        """The sentence that trajectory chose for one dimension, with its numbers."""
        both = not isinstance(change.earlier, Suppressed) and not isinstance(change.later, Suppressed)
        sentence = _SENTENCES[change.verdict]
        if change.verdict is Verdict.NOT_RELEASED and both:
            sentence = _BOTH_TOLD
        return self.words.say(
            sentence,
            wave=self.earlier_wave,
            before=self.mean(change.earlier),
            now=self.mean(change.later),
            difference=self.difference(change.estimate),
        )

    def difference(self, estimate: Estimate | Suppressed) -> str:
        """A difference with its interval, such as "+0.39 (+0.10 to +0.68)"."""
        if isinstance(estimate, Suppressed):
            return DASH
        numbers = [
            self.words.number(value, estimate.decimals, signed=True)
            for value in (estimate.difference, estimate.low, estimate.high)
        ]
        middle, low, high = numbers
        return self.words.say("%(middle)s (%(low)s to %(high)s)", middle=middle, low=low, high=high)

    @property
    def earlier_wave(self) -> str:
        """The wave that this one is compared with: its title, or the month it closed where that is long."""
        step = self.profile.step
        if step is None:
            return ""
        title = step.earlier.identity.wave_title
        return title if len(title) <= _LONG else self.words.month(step.earlier.identity.closed_on)

    def since(self, dimension_id: str) -> str:
        """What a dimension did since the wave before, or empty where there is no comparison."""
        step = self.profile.step
        if not isinstance(step, Comparison) or dimension_id not in step.changes:
            return ""
        return self.change(step.changes[dimension_id])

    def obstacle(self, step: NotCompared) -> str:
        """Why this wave is not compared with the one before."""
        share = self.words.share(self.profile.policy.change.compare_from)
        messages = {
            NoComparisonReason.RESPONSE: self.words.say(
                "This wave is not compared with %(wave)s: fewer than %(share)s answered in one of them.",
                wave=self.earlier_wave,
                share=share,
            ),
            NoComparisonReason.EDITION: self.words.say(
                "This wave is not compared with %(wave)s, which was answered in another edition.",
                wave=self.earlier_wave,
            ),
            NoComparisonReason.VERSION: self.words.say(
                "This wave is not compared with %(wave)s, whose questionnaire was too different.",
                wave=self.earlier_wave,
            ),
        }
        return messages[step.obstacle]
