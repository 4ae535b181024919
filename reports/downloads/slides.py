"""Slides for the meeting about a profile: what the report tells, a dimension a slide, and speaker's notes."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from pptx.slide import Slide

from reports.downloads import speaker_notes
from reports.downloads.slide_deck import HEIGHT, MARGIN, WIDTH, SlideDeck, Words, soft
from reports.pdf.report import spoken_locale
from reports.presentation import alt_text
from reports.presentation.figures.answer_bars import answer_bars_figure
from reports.presentation.figures.change import change_figure
from reports.presentation.figures.drawing import Box, Drawing
from reports.presentation.figures.over_time import over_time_figure
from reports.presentation.figures.overview import OverviewShape
from reports.presentation.figures.palette import MARK, category_colours
from reports.presentation.views import Detail, DimensionView, ProfileView, profile_view
from reports.results.agreed_actions import AgreedAction
from reports.results.answer_shares import answer_shares, axis_range
from reports.results.profile import Profile

_INNER: Final = WIDTH - 2 * MARGIN
_TOP, _BOTTOM = 35.0, HEIGHT - 10.0  # mm
_LARGE: Final = (24, 22, 20, 18, 16, 14, 12, 11, 10)  # points
_SMALL: Final = (14, 12, 11, 10, 9)
_PICTURE: Final = 212.0  # mm of the first figure
_BARS: Final = 170.0
_PAPER: Final = 104.0  # mm, how wide bars are drawn before they are enlarged
_FEW_WAVES: Final = 2
_PLAN: Final = (0.16, 0.19, 0.25, 0.14, 0.16, 0.10)  # shares of a table's width


def slides(profile: Profile, language: str) -> bytes:
    """Return the slides as a PPTX file. Raises Refused for a language that the profile does not have.

    Every number in it is one that the report shows. Where nothing is released, they say so and lead to the
    same conversation.
    """
    spoken_locale(profile, language)
    view = profile_view(profile, language)
    deck = SlideDeck(f"{profile.identity.unit_name} – {profile.identity.wave_title}", language)
    _add_title(deck, view)
    if view.released:
        _add_overview(deck, view)
        if view.detail is Detail.MEANS:
            _add_waves(deck, view)
        else:
            _add_change(deck, view)
    else:
        _add_no_figures(deck, view)
    if view.agreed:
        _add_agreed(
            deck, view, view.locale.say("What we agreed last time"), view.agreed, view.agreed_standing
        )
    for each in view.dimensions if view.released else ():
        _add_dimension(deck, view, each)
    _add_questions(deck, view)
    _add_plan(deck, view)
    return deck.save()


def _add_title(deck: SlideDeck, view: ProfileView) -> None:
    identity, say, locale = view.profile.identity, view.locale.say, view.locale
    slide = deck.add_slide(identity.unit_name, speaker_notes.before(view), (MARGIN, 40.0, _INNER, 40.0))
    facts = [Words(identity.wave_title, scale=1.4)]
    if view.released:
        text = say(
            "%(n)s of %(invited)s answered (%(share)s)",
            n=locale.number(view.released.n),
            invited=locale.number(view.released.invited),
            share=locale.percent(round(100 * view.released.response_rate)),
        )
        facts.append(Words(text, bold=True))
    facts.append(soft(say("closed %(day)s", day=locale.day(identity.closed_on))))
    facts.append(
        soft(f"{view.wording.title} {view.profile.version.number}, {view.wording.edition_name}", 0.8)
    )
    deck.add_words(slide, facts, (MARGIN, 86.0, _INNER, 60.0), (22, 18, 16, 14))


def _add_overview(deck: SlideDeck, view: ProfileView) -> None:
    say, count = view.locale.say, len(view.dimensions)
    slide = deck.add_slide(say("On one page"), speaker_notes.overview(view))
    wide = 128.0
    row = min(16.0, ((_BOTTOM - _TOP - 10) * wide / _PICTURE - 14.0) / count)
    shape = OverviewShape(width=wide, row=row, names=46.0, numbers=17.0, letters=26)
    deck.add_picture(slide, view.overview(shape), (MARGIN, _TOP), _PICTURE)
    told = view.headline
    parts = [
        (say("What the answers settle"), told.settled),
        (say("What has changed"), told.changed),
        (say("Where you differ most"), told.divided),
    ]
    story = [words for heading, text in parts if text for words in (soft(heading, 0.8), Words(text))]
    left = MARGIN + _PICTURE + 8.0
    deck.add_words(slide, story, (left, _TOP + 2, WIDTH - MARGIN - left, _BOTTOM - _TOP - 14), _LARGE[3:])
    deck.add_words(slide, [soft(_key(view))], (MARGIN, _BOTTOM - 9, _INNER, 9.0), _SMALL)


def _key(view: ProfileView) -> str:
    say = view.locale.say
    said = [say("Dot: the mean.")]
    if view.detail is not Detail.MEANS:
        said = [say("Dot: the mean. Bar: its %(confidence)s interval.", confidence=view.sentences.confidence)]
    if view.has_earlier:
        said.append(say("Tick below: %(wave)s, with its interval.", wave=view.sentences.earlier_wave))
    if view.has_coded:
        said.append(say("Open triangle: the mean lies beyond it, over or under the number."))
    said.append(
        say(
            "Neither a grade nor a ranking: a start for a conversation. The order is that of the "
            "questionnaire."
        )
    )
    return " ".join(said)


def _add_change(deck: SlideDeck, view: ProfileView) -> None:
    say, count, several = view.locale.say, len(view.dimensions), len(view.profile.waves) > _FEW_WAVES
    if view.change.drawing:
        slide = deck.add_slide(say("What has changed"), speaker_notes.change(view))
        build = partial(change_figure, view.sentences, 180.0, min(9.0, (108.0 / 1.7 - 14.0) / count))
        deck.add_picture(slide, Drawing(view.change.drawing.alternative, build), (MARGIN, _TOP), _INNER)
        told = Words(view.headline.changed, bold=True)
        deck.add_words(slide, [told], (MARGIN, _BOTTOM - 35, _INNER, 17.0), (20, 18, 16, 14, 12, 11))
        lead = say(
            "Each point is a difference, and the line its interval, adjusted for looking at everything at "
            "once. "
            "Filled: a certain change. Grey band: too small to be seen here. Different people may have "
            "answered "
            "each time."
        )
        deck.add_words(slide, [soft(lead)], (MARGIN, _BOTTOM - 14, _INNER, 14.0), _SMALL)
    if view.over_time and (several or not view.change.drawing):
        slide = deck.add_slide(say("Over time"), speaker_notes.change(view))
        down = -(-count // 3)
        build = partial(over_time_figure, view.sentences, (), 200.0, min(40.0, 126.0 / 1.53 / down))
        deck.add_picture(slide, Drawing(view.over_time.alternative, build), (MARGIN, _TOP), _INNER)
        deck.add_words(
            slide,
            [soft(view.change.obstacle)] if view.change.obstacle else [],
            (MARGIN, _BOTTOM - 9, _INNER, 9.0),
            _SMALL,
        )


def _add_waves(deck: SlideDeck, view: ProfileView) -> None:
    """Add the means of several waves side by side: so few answers are joined by no line."""
    if len(view.profile.waves) < _FEW_WAVES:
        return
    slide = deck.add_slide(view.locale.say("Over time"), speaker_notes.change(view))
    heads = [view.locale.say("Mean"), *(each.name for each in view.waves.columns)]
    rows = [heads, *([each.name, *each.cells] for each in view.waves.lines)]
    share = 0.7 / len(view.waves.columns)
    shares = (0.3, *[share] * len(view.waves.columns))
    deck.add_table(slide, rows, (MARGIN, _TOP + 2, _INNER, 130.0), shares)


def _add_no_figures(deck: SlideDeck, view: ProfileView) -> None:
    say, profile = view.locale.say, view.profile
    slide = deck.add_slide(say("Why there are no figures"), speaker_notes.no_figures(view))
    minimum = view.locale.number(profile.policy.minimum(profile.audience))
    words = [
        Words(say("No figures are shown for this survey, to protect those who answered."), bold=True),
        Words(
            say(
                "Nothing is shown for fewer than %(minimum)s answers. Figures may also be left out where "
                "somebody "
                "could work out from them what single people answered. The report says the same whatever the "
                "reason was, because the reason itself would reveal something.",
                minimum=minimum,
            )
        ),
        Words(say("The answers have been deleted. They cannot be brought back, and nobody has seen them.")),
    ]
    deck.add_words(slide, words, (MARGIN, _TOP + 4, _INNER, _BOTTOM - _TOP - 10), _LARGE)


def _add_dimension(deck: SlideDeck, view: ProfileView, shown: DimensionView) -> None:
    slide = deck.add_slide(shown.words.name, speaker_notes.dimension(view, shown))
    deck.add_words(slide, [soft(shown.words.definition)], (MARGIN, 30.0, _INNER, 15.0), (16, 14, 12, 11))
    low = 48.0
    if shown.answers:
        low = _add_answers(deck, view, shown, slide)
    standing = [Words(shown.standing, bold=True)] if shown.standing else []
    if not standing:
        standing = [soft(view.locale.say("Nothing is shown here, to protect those who answered."))]
    standing += [Words(shown.change)] if shown.change else []
    if view.detail is Detail.ITEMS and shown.answers:
        deck.add_words(slide, standing, (MARGIN, low, _INNER, _BOTTOM - low), _LARGE)
        return
    deck.add_words(slide, standing, (MARGIN, low, _INNER, 24.0), _LARGE)
    questions = [soft(view.locale.say("Questions to discuss"), 0.8), *map(Words, shown.words.questions)]
    deck.add_words(slide, questions, (MARGIN, low + 30, _INNER, _BOTTOM - low - 30), _LARGE)


def _add_answers(deck: SlideDeck, view: ProfileView, shown: DimensionView, slide: Slide) -> float:
    """Add the bars with their statements and legend; return how far down they reach, in mm."""
    found = answer_shares(view.profile, shown.id)
    if found is None or shown.answers is None:
        return 48.0
    top, count = 58.0, len(found.rows)
    row = min(24.0, 98.0 / count)
    height = row * _PAPER / _BARS
    drawn_from = (found.rows, axis_range(view.profile), _PAPER, height)
    text = alt_text.answers_text(view.sentences, shown.id, found)
    left = WIDTH - MARGIN - _BARS
    deck.add_words(slide, [_legend(view, shown)], (MARGIN, 48.0, _INNER, 9.5), _SMALL)
    for place, line in enumerate(shown.answers.table.lines):
        name = f"↺ {line.name}" if line.turned else line.name
        box: Box = (MARGIN, top + row * place + 1, left - MARGIN - 4, row - 2)
        deck.add_words(slide, [Words(name)], box, (16, 14, 13, 12, 11, 10, 9, 8), middle=True)
    deck.add_picture(slide, Drawing(text, answer_bars_figure, drawn_from), (left, top), _BARS)
    return top + row * count + 4


def _legend(view: ProfileView, shown: DimensionView) -> Words:
    names = shown.answers.categories if shown.answers else ()
    runs = [(f"{view.locale.say('Answers in percent')}: ", MARK)]
    for name, colour in zip(names, category_colours(len(names)), strict=True):
        runs += [("■ ", colour), (f"{name}   ", MARK)]
    if shown.answers and any(line.turned for line in shown.answers.table.lines):
        runs.append((f"{view.locale.say('↺ disagreeing is good here')}   ", MARK))
    if shown.answers and shown.answers.has_ticks:
        before = view.locale.say("favourable answers in %(wave)s", wave=view.sentences.earlier_wave)
        runs.append((f"| {before}", MARK))
    return Words("".join(text for text, _ in runs), runs=tuple(runs))


def _add_questions(deck: SlideDeck, view: ProfileView) -> None:
    say = view.locale.say
    slide = deck.add_slide(say("Talk together"), speaker_notes.questions(view))
    words = [soft(say("An hour, in groups of three to five. Let everyone write before anyone speaks."), 0.9)]
    for number, (heading, minutes, text) in enumerate(_steps(view), 1):
        time = say("%(number)s minutes", number=minutes)
        words += [Words(f"{number}  {heading} ({time})", bold=True, colour=MARK), Words(text)]
    deck.add_words(slide, words, (MARGIN, _TOP + 2, _INNER, _BOTTOM - _TOP - 2), _LARGE)


def _steps(view: ProfileView) -> list[tuple[str, int, str]]:
    """Return the steps of the report's worksheet: what each asks, how many minutes it takes, and how."""
    say, terms = view.locale.say, view.wording.terms
    see = say(
        "Think of the last half-year. What do we do well together, what surprises us, and where do we see it "
        "differently?"
    )
    if view.released:
        see = say(
            "Read in silence for five minutes. What do we recognise, what surprises us, and where do we see "
            "it differently?"
        )
    why = say("Which explanations do we have, and what speaks against them? Why does it matter?")
    if "learners.definite" in terms:
        why = say(
            "Which explanations do we have, and what speaks against them? Why does it matter for "
            "%(learners)s?",
            learners=terms["learners.definite"],
        )
    return [
        (say("What do we see?"), 10, see),
        (say("Why?"), 20, why),
        (say("How?"), 30, view.plan.instruction),
    ]


def _add_plan(deck: SlideDeck, view: ProfileView) -> None:
    say = view.locale.say
    if view.planned:
        _add_agreed(deck, view, say("What we have agreed"), view.planned, "")
        return
    slide = deck.add_slide(say("What we agree on"), speaker_notes.agreements(view))
    columns = view.plan.columns
    rows = [[say("Plan"), *columns], *([name, *[""] * len(columns)] for name in view.plan.lines)]
    shares = (0.2, *[0.8 / len(columns)] * len(columns))
    deck.add_table(slide, rows, (MARGIN, _TOP + 2, _INNER, 130.0), shares, 18.0)


def _parts(view: ProfileView) -> list[str]:
    say = view.locale.say
    return [
        say("Dimension"),
        say("Goal"),
        say("Action"),
        say("Who follows up"),
        say("Sign we look for"),
        say("Date"),
    ]


def _add_agreed(
    deck: SlideDeck,
    view: ProfileView,
    title: str,
    agreed: Sequence[tuple[str, tuple[AgreedAction, ...]]],
    standing: str,
) -> None:
    slide = deck.add_slide(title, speaker_notes.agreements(view))
    lines = [
        [
            view.wording.dimensions[name].name,
            each.goal,
            each.action,
            each.who,
            each.sign,
            view.locale.day(each.due),
        ]
        for name, actions in agreed
        for each in actions
    ]
    deck.add_table(slide, [_parts(view), *lines], (MARGIN, _TOP + 2, _INNER, 122.0), _PLAN)
    if standing:
        words = [Words(f"{standing} {view.locale.say('The numbers cannot say why.')}")]
        deck.add_words(slide, words, (MARGIN, _BOTTOM - 16, _INNER, 16.0), (14, 12, 11))
