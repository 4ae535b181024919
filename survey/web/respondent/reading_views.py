"""The whole questionnaire on one page, for whoever wants to know beforehand what is asked."""

from flask import Response

from instruments import background, library
from instruments.answering_time import answering_minutes
from instruments.pages import questionnaire_pages
from survey.collection import lifecycle, questionnaire_link
from survey.store.repositories.waves import Wave
from survey.web.platform import languages
from survey.web.platform.context import context
from survey.web.platform.rendering import render_page
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.code_throttle import admit_unless_guessed


# the last of them is the one that addresses are built of
@respondent.get("/Q/<code>", strict_slashes=False)
@respondent.get("/q/<code>", strict_slashes=False)
def read_questionnaire(code: str) -> Response:
    """Show all that is asked, page by page, with nothing on it that takes an answer."""
    here = context()
    wave = lifecycle.as_of(wave_of(code), here.closing_day)
    version = library.get(wave.instrument)
    offered = version.editions[wave.edition]
    wording = version.wording(wave.edition, languages.current_among(offered, wave.language))
    return render_page(
        "respondent/questionnaire.html",
        wording.title,
        wave=wave,
        code=code,
        wording=wording,
        offered=offered,
        pages=questionnaire_pages(version),
        asked=background.wording_of(wave.background, wording),
        minutes=answering_minutes(len(version.items)),
        is_open=wave.is_open and wave.opens_on <= here.today,
    )


def wave_of(code: str) -> Wave:
    """Return the wave whose questionnaire is read there. Raises as `questionnaire_link.wave_of` does."""
    return admit_unless_guessed(
        lambda database, keys, given, _: questionnaire_link.wave_of(database, keys, given), code
    )
