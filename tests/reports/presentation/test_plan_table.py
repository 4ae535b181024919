import io
from html import escape

import pytest
from pptx import Presentation

from instruments import library
from instruments.parts import part_of
from reports.disclosure import Audience
from reports.downloads.slides import slides
from reports.pdf import report
from reports.presentation.locale import LOCALES
from reports.presentation.views import profile_view
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import believable, sealed_from

WHOLE = library.get("learning_community@1.0.0")
EDITION = {"da": "folkeskole"}
CHOOSING = {
    "nb": "Velg høyst 2 dimensjoner",
    "nn": "Vel høgst 2 dimensjonar",
    "da": "Vælg højst 2 dimensioner",
    "en": "Choose at most 2 dimensions",
}


def shown(version, language, n=12):
    edition = EDITION.get(language, "skole")
    return profile([sealed_from(version, believable(version, n), edition=edition)], Audience.LEADER, POLICY)


def words_of(pptx):
    """Every word of the slides and of their notes."""
    for slide in Presentation(io.BytesIO(pptx)).slides:
        yield slide.notes_slide.notes_text_frame.text
        for each in slide.shapes:
            if each.has_text_frame:
                yield each.text_frame.text
            if each.has_table:
                yield from (cell.text_frame.text for row in each.table.rows for cell in row.cells)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("asked", [1, 2])
def test_a_follow_up_plans_for_the_dimensions_that_it_asked_and_lets_none_be_chosen(language, asked):
    found = shown(part_of(WHOLE, [each.id for each in WHOLE][2 : 2 + asked]), language)
    view = profile_view(found, language)
    names = tuple(view.wording.dimensions[each.id].name for each in found.version)
    assert view.plan.columns == names
    page, deck = report.html(found, language), "\n".join(words_of(slides(found, language)))
    assert escape(view.plan.instruction) in page
    assert view.plan.instruction in deck
    for name in (*names, *view.plan.lines):
        assert f">{escape(name)}</th>" in page
        assert name in deck
    for text in (page, deck):
        assert CHOOSING[language] not in text
        assert view.locale.say("Focus %(number)s", number=1) not in text


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("n", [4, 12])
def test_a_whole_survey_lets_the_staff_choose(language, n):
    found = shown(WHOLE, language, n)
    for text in (report.html(found, language), "\n".join(words_of(slides(found, language)))):
        assert CHOOSING[language] in text
        assert profile_view(found, language).locale.say("Focus %(number)s", number=2) in text
