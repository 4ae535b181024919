"""Describe what each figure shows, for those who hear it: sentences with the numbers it is drawn from."""

from collections.abc import Mapping, Sequence

from reports.disclosure import Suppressed
from reports.presentation.change_sentences import ChangeSentences
from reports.presentation.sentences import Sentences
from reports.results.answer_shares import AnswerShares, SharesRow, three_way
from reports.results.certain import CERTAIN, change, comparison
from reports.results.verdicts import Contrast


def overview_text(sentences: Sentences) -> str:
    """Describe the figure of all dimensions: what is drawn, then every score with its interval."""
    profile, words = sentences.profile, sentences.words
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
    scores = [part for part in (_score(sentences, dimension.id) for dimension in profile.version) if part]
    second = words.say("No score is shown.")
    if scores:
        second = words.say("The scores are %(scores)s.", scores="; ".join(scores))
    return f"{first} {second}"


def _score(sentences: Sentences, dimension_id: str) -> str:
    figure = sentences.profile.dimension(dimension_id)
    if isinstance(figure, Suppressed) or isinstance(figure.mean, Suppressed):
        return ""
    name = sentences.wording.dimensions[dimension_id].name
    mean = f"{name} {sentences.mean(figure.mean)}"
    return (
        mean if isinstance(figure.interval, Suppressed) else f"{mean} ({sentences.interval(figure.interval)})"
    )


def change_text(sentences: Sentences) -> str:
    """Describe the figure of changes: every difference with its interval, contrast by contrast."""
    profile, words = sentences.profile, sentences.words
    said = [
        words.say(
            "Differences with their adjusted intervals, filled where the change is certain. A grey band is "
            "what would be too small to be seen."
        )
    ]
    for contrast in Contrast:
        if made := comparison(profile, contrast):
            parts = [_difference(sentences, dimension.id, contrast) for dimension in profile.version]
            message = (
                words.say("Trend, points a year")
                if contrast is Contrast.TREND
                else words.say("Since %(wave)s", wave=sentences.title(made.earlier))
            )
            said.append(
                f"{message}: {'; '.join(filter(None, parts)) or words.say('no difference is shown')}."
            )
    return " ".join(said)


def _difference(sentences: Sentences, dimension_id: str, contrast: Contrast) -> str:
    found = change(sentences.profile, dimension_id, contrast)
    if found is None or isinstance(found.estimate, Suppressed):
        return ""
    name = sentences.wording.dimensions[dimension_id].name
    said = f"{name} {ChangeSentences(sentences).difference(found.estimate)}"
    return (
        sentences.words.say("%(difference)s, certain", difference=said) if found.verdict in CERTAIN else said
    )


def answers_text(sentences: Sentences, dimension_id: str, found: AnswerShares) -> str:
    """Describe the bars of one dimension: what they are, then the shares about the middle, row by row."""
    words, wording = sentences.words, sentences.wording
    first = words.say(
        "Bars show how the answers about %(name)s are spread, the favourable ones to the right, with "
        "reversed statements turned.",
        name=wording.dimensions[dimension_id].name,
    )
    rows = [
        f"{_label(row, wording.items, sentences)} {_sides(row.shares, sentences)}"
        for row in found.rows
        if not isinstance(row.shares, Suppressed)
    ]
    second = words.say("Unfavourable, neutral and favourable: %(rows)s.", rows="; ".join(rows))
    return f"{first} {second}"


def bar_text(sentences: Sentences, row: SharesRow) -> str:
    """Describe one bar by its shares, from the least to the most favourable answer."""
    if isinstance(row.shares, Suppressed):
        return sentences.nothing
    return ", ".join(map(sentences.words.percent, row.shares))


def _label(row: SharesRow, items: Mapping[str, str], sentences: Sentences) -> str:
    # without its full stop, which would end the sentence it is quoted in
    return sentences.words.say("all together") if row.item is None else f"«{items[row.item.id].rstrip('.')}»"


def _sides(shares: tuple[int, ...], sentences: Sentences) -> str:
    # three shares a row can be listened to, one for each category cannot
    return ", ".join(sentences.words.percent(sum(side)) for side in three_way(shares))


def time_text(sentences: Sentences, dimensions: Sequence[str] = ()) -> str:
    """Describe dimensions over the waves, all of them or those of these ids: every mean with its wave."""
    ids = dimensions or [each.id for each in sentences.profile.version]
    return " ".join(_over_time(sentences, each) for each in ids)


def _over_time(sentences: Sentences, dimension_id: str) -> str:
    profile, words = sentences.profile, sentences.words
    scores = [
        f"{wave.wave_title} {sentences.mean(point.mean)}"
        + ("" if isinstance(point.interval, Suppressed) else f" ({sentences.interval(point.interval)})")
        for wave, point in zip(profile.waves, profile.series(dimension_id), strict=True)
        if point is not None
    ]
    name = sentences.wording.dimensions[dimension_id].name
    if not scores:
        return words.say("%(name)s over time: no score is shown.", name=name)
    return words.say("%(name)s over time: %(scores)s.", name=name, scores="; ".join(scores))
