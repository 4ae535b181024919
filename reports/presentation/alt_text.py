"""What each figure shows, for those who hear it: two sentences with the numbers, from released values."""

from collections.abc import Mapping

from reports.disclosure import Suppressed
from reports.presentation.locale import Locale
from reports.presentation.sentences import Sentences
from reports.results.answer_shares import AnswerShares, SharesRow, three_way
from reports.results.profile import Profile


def overview_text(profile: Profile, words: Locale) -> str:
    """The figure of all dimensions: what is drawn, then every score with its interval."""
    teller = Sentences(profile, words)
    categories = profile.version.scale.categories
    low, high = words.number(categories[0]), words.number(categories[-1])
    first = words.say("Each dimension is a point on the scale from %(low)s to %(high)s.", low=low, high=high)
    if any(profile.has_level(dimension.id) for dimension in profile.version):
        first = words.say(
            "Each dimension is a point on the scale from %(low)s to %(high)s over the levels %(levels)s.",
            low=low,
            high=high,
            levels=words.listed([teller.wording.levels[level] for level in profile.version.levels.ids]),
        )
    parts = [_score(profile, dimension.id, teller) for dimension in profile.version]
    told = [part for part in parts if part]
    second = words.say("No score is shown.")
    if told:
        second = words.say("The scores are %(scores)s.", scores="; ".join(told))
    return f"{first} {second}"


def _score(profile: Profile, dimension_id: str, teller: Sentences) -> str:
    figure = profile.dimension(dimension_id)
    if isinstance(figure, Suppressed) or isinstance(figure.mean, Suppressed):
        return ""
    name = teller.wording.dimensions[dimension_id].name
    mean = f"{name} {teller.mean(figure.mean)}"
    return mean if isinstance(figure.interval, Suppressed) else f"{mean} ({teller.interval(figure.interval)})"


def shares_text(profile: Profile, dimension_id: str, found: AnswerShares, words: Locale) -> str:
    """The bars of one dimension: what they are, then the share on either side of the middle, row by row."""
    wording = Sentences(profile, words).wording
    first = words.say(
        "Bars show how the answers about %(name)s are spread over the scale, the middle category apart.",
        name=wording.dimensions[dimension_id].name,
    )
    rows = [
        f"{_label(row, wording.items, words)} {_sides(row.shares, words)}"
        for row in found.rows
        if not isinstance(row.shares, Suppressed)
    ]
    second = words.say("Below, on and above the middle: %(rows)s.", rows="; ".join(rows))
    return f"{first} {second}"


def _label(row: SharesRow, items: Mapping[str, str], words: Locale) -> str:
    return words.say("all together") if row.item is None else f"«{items[row.item.id].rstrip('.')}»"


def _sides(shares: tuple[int, ...], words: Locale) -> str:
    return ", ".join(words.percent(sum(side)) for side in three_way(shares))


def time_text(profile: Profile, dimension_id: str, words: Locale) -> str:
    """A dimension over the waves: every mean with its wave, then the sentence about change."""
    teller = Sentences(profile, words)
    series = zip(profile.waves, profile.series(dimension_id), strict=True)
    told = [
        f"{wave.wave_title} {teller.mean(point.mean)}"
        + ("" if isinstance(point.interval, Suppressed) else f" ({teller.interval(point.interval)})")
        for wave, point in series
        if point is not None
    ]
    name = teller.wording.dimensions[dimension_id].name
    if not told:
        return words.say("%(name)s over time: no score is shown.", name=name)
    first = words.say("%(name)s over time: %(scores)s.", name=name, scores="; ".join(told))
    return f"{first} {teller.since(dimension_id)}".strip()
