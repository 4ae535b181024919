"""The thermometer: the step that is reached in every language, and nothing more exact than that."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest

from reports.pdf.slips import SlipHeading
from reports.pdf.turnout_poster import ShownTurnout, TurnoutStep, turnout_poster
from tests.reports.fonts import are_ours, fonts_of
from tests.reports.pdf.words import drawn_words
from tests.reports.validating import faults

HEADING = SlipHeading("Solvang <skole> & SFO", "Vår 2026", date(2026, 3, 20), "https://svar.example", "nb")
STEPS = [TurnoutStep(0, 5), TurnoutStep(6, 10), TurnoutStep(11, 15), TurnoutStep(16, None)]
TURNOUT = ShownTurnout(STEPS, 0, 6, date(2026, 3, 9))
MM = 72 / 25.4


def text(pdf):
    [page] = pypdf.PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def marks(pdf):
    """The numbers beside the tube."""
    [words] = drawn_words(pdf)
    beside = [word for word in words if word.left < 100 * MM and word.top > 70 * MM]
    return [int(word.text) for word in beside]


@pytest.mark.parametrize(
    ("language", "reached", "said"),
    [
        ("nb", 0, ["Færre enn 6 har svart", "minst 6 svar før", "Per 9. mars 2026", "Siste dag: 20. mars"]),
        ("nn", 1, ["6 til 10 har svara", "Jo fleire som svarar", "grove trinn"]),
        ("da", 2, ["11 til 15 har svaret", "Jo flere der svarer", "Sidste dag: 20. marts"]),
        ("en", 3, ["16 or more have answered", "The more who answer", "coarse steps"]),
    ],
)  # fmt: skip
def test_the_step_is_said_in_every_language(language, reached, said):
    pdf = turnout_poster([replace(HEADING, language=language)], replace(TURNOUT, reached=reached))
    assert faults(pdf) == []
    assert are_ours(fonts_of(pdf))
    told = text(pdf)
    assert all(part in told for part in [*said, "Solvang <skole> & SFO", "Vår 2026"])


@pytest.mark.parametrize("reached", range(len(STEPS)))
def test_only_steps_that_are_reached_are_marked(reached):
    pdf = turnout_poster([HEADING], replace(TURNOUT, reached=reached))
    assert sorted(marks(pdf)) == [step.low for step in STEPS[1 : reached + 1]]


def test_of_many_steps_some_are_marked_and_the_one_that_is_reached():
    steps = [TurnoutStep(0, 5), *[TurnoutStep(low, low + 4) for low in range(6, 4996, 5)]]
    pdf = turnout_poster([HEADING], replace(TURNOUT, steps=steps, reached=500))
    assert max(marks(pdf)) == steps[500].low
    assert len(marks(pdf)) <= 10


def test_the_other_languages_stand_below():
    pdf = turnout_poster([replace(HEADING, language=each) for each in ("nb", "nn", "en")], TURNOUT)
    assert faults(pdf) == []
    assert all(part in text(pdf) for part in ("Færre enn 6 har svara.", "Fewer than 6 have answered."))
