"""Describe what each figure shows, for those who hear it: sentences with the numbers it is drawn from."""

from collections.abc import Mapping

from reports.disclosure import Suppressed
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.locale import Locale
from reports.presentation.sentences import Sentences
from reports.results.answer_shares import AnswerShares, SharesRow, three_way
from reports.results.profile import Profile


def overview_text(profile: Profile, words: Locale) -> str:
    """Describe the figure of all dimensions: what is drawn, then every score with its interval."""
    sentences = Sentences(profile, words)
    categories = profile.version.scale.categories
    low, high = words.number(categories[0]), words.number(categories[-1])
    first = words.say("Each dimension is a point on the scale from %(low)s to %(high)s.", low=low, high=high)
    if any(profile.has_level(dimension.id) for dimension in profile.version):
        first = words.say(
            "Each dimension is a point on the scale from %(low)s to %(high)s over the levels %(levels)s.",
            low=low,
            high=high,
            levels=words.listed([sentences.wording.levels[level] for level in profile.version.levels.ids]),
        )
    parts = [_score(profile, dimension.id, sentences) for dimension in profile.version]
    scores = [part for part in parts if part]
    second = words.say("No score is shown.")
    if scores:
        second = words.say("The scores are %(scores)s.", scores="; ".join(scores))
    return f"{first} {second}"


def _score(profile: Profile, dimension_id: str, sentences: Sentences) -> str:
    figure = profile.dimension(dimension_id)
    if isinstance(figure, Suppressed) or isinstance(figure.mean, Suppressed):
        return ""
    name = sentences.wording.dimensions[dimension_id].name
    mean = f"{name} {sentences.mean(figure.mean)}"
    return (
        mean if isinstance(figure.interval, Suppressed) else f"{mean} ({sentences.interval(figure.interval)})"
    )


def shares_text(profile: Profile, dimension_id: str, found: AnswerShares, words: Locale) -> str:
    """Describe the bars of one dimension: what they are, then the shares about the middle, row by row."""
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
    # without its full stop, which would end the sentence it is quoted in
    return words.say("all together") if row.item is None else f"«{items[row.item.id].rstrip('.')}»"


def _sides(shares: tuple[int, ...], words: Locale) -> str:
    # three shares a row can be listened to, one for each category cannot
    return ", ".join(words.percent(sum(side)) for side in three_way(shares))


def time_text(profile: Profile, dimension_id: str, words: Locale) -> str:
    """Describe a dimension over the waves: every mean with its wave, then the sentences about change."""
    sentences = Sentences(profile, words)
    series = zip(profile.waves, profile.series(dimension_id), strict=True)
    scores = [
        f"{wave.wave_title} {sentences.mean(point.mean)}"
        + ("" if isinstance(point.interval, Suppressed) else f" ({sentences.interval(point.interval)})")
        for wave, point in series
        if point is not None
    ]
    name = sentences.wording.dimensions[dimension_id].name
    if not scores:
        return words.say("%(name)s over time: no score is shown.", name=name)
    first = words.say("%(name)s over time: %(scores)s.", name=name, scores="; ".join(scores))
    # whoever hears the figure hears in the same breath whether the change is certain
    change = ChangeSentences(sentences)
    return " ".join(filter(None, (first, change.numbers(dimension_id), change.certain(dimension_id))))
