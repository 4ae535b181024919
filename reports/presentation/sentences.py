"""The sentences about figures: means, intervals and levels, never stronger than the figures."""

from typing import Final

from instruments.model import Scale, Wording
from reports.disclosure import (
    Between,
    Coding,
    Released,
    ReleasedDimension,
    ReleasedInterval,
    ReleasedMean,
    Suppressed,
)
from reports.presentation.locale import DASH, Locale, sentence_case
from reports.results.profile import Profile

_LONG: Final = 30  # letters: a longer title does not fit into a sentence


def mean_text(mean: ReleasedMean | Suppressed, locale: Locale) -> str:
    """Return a mean as the locale writes it, one that lies beyond its value in words, or a dash."""
    if isinstance(mean, Suppressed):
        return DASH
    number = locale.number(mean.value, mean.decimals)
    if mean.coding is Coding.UNDER:
        return locale.say("under %(mean)s", mean=number)
    return locale.say("over %(mean)s", mean=number) if mean.coding is Coding.OVER else number


def turned_mean_text(mean: ReleasedMean, scale: Scale, locale: Locale) -> str:
    """Return the mean of a reversed item as its turned answers have it: what was over is under."""
    number = locale.number(scale.categories[0] + scale.categories[-1] - mean.value, mean.decimals)
    if mean.coding is Coding.UNDER:
        return locale.say("over %(mean)s", mean=number)
    return locale.say("under %(mean)s", mean=number) if mean.coding is Coding.OVER else number


class Sentences:
    """The sentences about one profile, in one language."""

    nothing = DASH

    def __init__(self, profile: Profile, words: Locale) -> None:
        self.profile, self.words = profile, words

    @property
    def wording(self) -> Wording:
        """Return the instrument's own words in this edition and language."""
        return self.profile.version.wording(self.profile.identity.edition, self.words.language)

    @property
    def confidence(self) -> str:
        """Return the confidence of every interval of the profile, such as "95%"."""
        return self.words.share(self.profile.policy.confidence)

    def mean(self, mean: ReleasedMean | Suppressed) -> str:
        """Return a mean with its decimals, or a dash."""
        return mean_text(mean, self.words)

    def interval(self, interval: ReleasedInterval | Suppressed) -> str:
        """Return an interval as "3.21 to 3.64", or a dash."""
        if isinstance(interval, Suppressed):
            return DASH
        ends = [self.words.number(end, interval.decimals) for end in (interval.low, interval.high)]
        return self.words.say("%(low)s to %(high)s", low=ends[0], high=ends[1])

    def level(self, level: str | Between | Suppressed) -> str:
        """Return the level, "between" two of them, or a dash."""
        # an interval may span several levels: then the sentence names its ends and claims neither
        names = self.wording.levels
        if isinstance(level, Suppressed):
            return DASH
        if isinstance(level, Between):
            low, high = names[level.low], names[level.high]
            return self.words.say("between %(low)s and %(high)s", low=low, high=high)
        return names[level]

    def standing(self, figure: ReleasedDimension | Suppressed) -> str:
        """Return where a dimension stands, in one sentence; empty where nothing is released of it."""
        if isinstance(figure, Suppressed) or isinstance(figure.mean, Suppressed):
            return ""
        mean, interval = self.mean(figure.mean), self.interval(figure.interval)
        # without an interval no level is named, for it would rest on the mean alone
        high = self.profile.version.scale.categories[-1]
        if isinstance(figure.interval, Suppressed):
            return sentence_case(self.words.say("%(mean)s on a scale up to %(high)s.", mean=mean, high=high))
        values = {"mean": mean, "interval": interval, "level": self.level(figure.level)}
        return self.words.say("%(mean)s (%(interval)s): %(level)s.", **values)

    @property
    def earlier_wave(self) -> str:
        """Return what the wave before is called; empty where there is none."""
        step = self.profile.step
        return "" if step is None else self.title(step.earlier)

    def title(self, released: Released) -> str:
        """Return a wave's name for a sentence: its title, or the month it closed where that is long."""
        title = released.identity.wave_title
        return title if len(title) <= _LONG else self.words.month(released.identity.closed_on)
