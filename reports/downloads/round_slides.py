"""Slides about a round, for politicians and heads: the total, the editions, how far the units are."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from reports.disclosure import Audience, Released
from reports.downloads.slide_deck import HEIGHT, MARGIN, WIDTH, SlideDeck, Words, soft
from reports.presentation.figures.overview import OverviewShape
from reports.presentation.round_view import RoundView, round_view
from reports.presentation.tables import Table
from reports.results.round_results import RoundResults

_INNER: Final = WIDTH - 2 * MARGIN
_TOP, _BOTTOM = 35.0, HEIGHT - 10.0  # mm
_SIZES: Final = (24, 22, 20, 18, 16, 14, 12, 11, 10)  # points
_SMALL: Final = (14, 12, 11, 10, 9)
_DRAWN: Final = 180.0  # mm, how wide the figure is drawn before it is enlarged
_PICTURE: Final = 250.0


def slides(results: RoundResults, language: str) -> bytes:
    """Return the slides as a PPTX file. Raises Refused for a language that nothing is written in.

    Every number in it is one that the report shows, and no unit is named beside a figure.
    """
    view = round_view(results, language)
    deck = SlideDeck(f"{results.identity.unit_name} – {results.title}", language)
    _add_title(deck, view)
    if isinstance(results.total, Released):
        _add_dots(deck, view)
        _add_table(deck, view, view.locale.say("The numbers"), view.total, _beside(view))
        if view.by_edition is not None:
            say = view.locale.say
            remark = say(
                "The totals of the same half-year and questionnaire. Each edition is worded for its own "
                "kind of workplace, so a difference between them says little."
            )
            _add_table(deck, view, say("Edition by edition"), view.by_edition, remark)
    _add_states(deck, view)
    _add_method(deck, view)
    return deck.save()


def _add_title(deck: SlideDeck, view: RoundView) -> None:
    results, say, locale = view.results, view.locale.say, view.locale
    slide = deck.add_slide(results.identity.unit_name, (), (MARGIN, 40.0, _INNER, 40.0))
    facts = [Words(results.title, scale=1.4)]
    if isinstance(results.total, Released):
        text = say(
            "%(n)s of %(invited)s answered (%(share)s)",
            n=locale.number(results.total.n),
            invited=locale.number(results.total.invited),
            share=locale.percent(round(100 * results.total.response_rate)),
        )
        facts.append(Words(text, bold=True))
    else:
        facts.append(Words(_no_total(view)))
    named = f"{view.wording.title} {results.version.number}, {view.wording.edition_name}"
    deck.add_words(slide, [*facts, soft(named, 0.8)], (MARGIN, 86.0, _INNER, 80.0), (22, 18, 16, 14))


def _no_total(view: RoundView) -> str:
    groups, locale = view.results.policy.comparison_groups, view.locale
    return locale.say(
        "No figures are shown for all units together. That takes at least %(units)s units, none with more "
        "than %(share)s of the people, and figures from which no single unit can be worked out.",
        units=locale.number(groups.units),
        share=locale.share(groups.largest_share),
    )


def _add_dots(deck: SlideDeck, view: RoundView) -> None:
    say, locale, results = view.locale.say, view.locale, view.results
    slide = deck.add_slide(say("All units together"), _notes(view))
    rows = len(results.version.dimensions)
    row = min(20.0, ((_BOTTOM - _TOP - 12) * _DRAWN / _PICTURE - 8.0) / rows)
    shape = OverviewShape(width=_DRAWN, row=row, names=44.0, letters=24)
    deck.add_picture(slide, view.drawing(shape), (MARGIN, _TOP), _PICTURE)
    key = [
        say(
            "Dark dot: the total, with its %(confidence)s interval.",
            confidence=locale.share(results.policy.confidence),
        )
    ]
    if view.has_dots:
        key.append(say("Pale dots: the units of which figures are shown, without names and in no order."))
    if view.has_earlier:
        key.append(
            say(
                "Tick below: the total of the same units a year before (%(wave)s).",
                wave=results.earlier_title,
            )
        )
    if view.has_coded:
        key.append(say("Open triangle: the mean lies beyond it, over or under the number."))
    deck.add_words(slide, [soft(" ".join(key))], (MARGIN, _BOTTOM - 9, _INNER, 9.0), _SMALL)


def _notes(view: RoundView) -> Sequence[str]:
    say = view.locale.say
    return (
        say(
            "The units are neither ranked nor graded. Units with few people lie far out more often, by "
            "chance alone."
        ),
        say(
            "Two totals are put beside each other only where they are made of exactly the same units. No "
            "test of the difference has been made, and none should be read into it: different people may "
            "have answered."
        ),
    )


def _beside(view: RoundView) -> str:
    if view.has_earlier:
        return _notes(view)[1]
    return view.locale.say(
        "No total of exactly these units was released a year before, so none stands beside this one."
    )


def _add_table(deck: SlideDeck, view: RoundView, title: str, table: Table, remark: str) -> None:
    slide = deck.add_slide(title, _notes(view))
    heads = [view.locale.say("Mean ± half the interval"), *(column.name for column in table.columns)]
    rows = [heads, *([line.name, *line.cells] for line in table.lines)]
    shares = (0.4, *[0.6 / len(table.columns)] * len(table.columns))
    deck.add_table(slide, rows, (MARGIN, _TOP + 2, _INNER, 118.0), shares)
    deck.add_words(slide, [soft(remark)], (MARGIN, _BOTTOM - 18, _INNER, 18.0), (16, 14, 12, 11))


def _add_states(deck: SlideDeck, view: RoundView) -> None:
    """Add how many units have come how far: a list of hundreds has no room, and names are in the report."""
    say = view.locale.say
    counted = Counter(line.cells[0] for line in view.units.lines)
    slide = deck.add_slide(say("The units"), ())
    rows = [
        [say("State"), say("Units")],
        *([state, view.locale.number(number)] for state, number in counted.items()),
    ]
    deck.add_table(slide, rows, (MARGIN, _TOP + 2, _INNER, 100.0), (0.75, 0.25))


def _add_method(deck: SlideDeck, view: RoundView) -> None:
    say, locale, policy = view.locale.say, view.locale, view.results.policy
    slide = deck.add_slide(say("Method and privacy"), ())
    said = [
        say(
            "The total is made from the answers of all people in the units together, so that large units "
            "count for more. Its interval shows the uncertainty that comes from few and differing answers."
        ),
        _notes(view)[0],
        say(
            "Outside a unit nothing is shown for fewer than %(minimum)s answers, nor anything from which a "
            "smaller group could be worked out. What has been released never changes.",
            minimum=locale.number(policy.minimum(Audience.OWNER)),
        ),
    ]
    deck.add_words(slide, [Words(each) for each in said], (MARGIN, _TOP + 4, _INNER, 120.0), _SIZES[1:])
