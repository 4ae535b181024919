"""Print one wave's questionnaire on paper, and the code sheet for whoever types the forms in."""

from instruments import background, library
from instruments.model import Version, Wording
from instruments.problems import refuse
from reports.pdf import questionnaire
from reports.pdf.questionnaire import PaperWave
from reports.pdf.slips import SlipHeading
from survey.collection import admission, lifecycle
from survey.operations.installation import Installation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState


def print_form(home: Installation, wave_key: str, language: str) -> bytes:
    """Print the form of a draft or an open wave, in one of the languages that it is offered in.

    Raises Refused: `wave-unknown`, `wave-state`, `language-missing`.
    """
    return questionnaire.pdf(*_asked(home, wave_key, language))


def print_code_sheet(home: Installation, wave_key: str, language: str) -> bytes:
    """Print what whoever types the forms in needs: the address, and the sign for each answer.

    Raises as `print_form` does.
    """
    return questionnaire.code_sheet(*_asked(home, wave_key, language))


def offered_languages(wave: Wave) -> tuple[str, ...]:
    """Return the languages that a wave can be answered in, its own first."""
    offered = library.get(wave.instrument).editions[wave.edition]
    return (wave.language, *(each for each in offered if each != wave.language))


def _asked(home: Installation, wave_key: str, language: str) -> tuple[Version, Wording, PaperWave]:
    wave = waves.by_key(home.database, wave_key)
    lifecycle.require_state(wave, WaveState.DRAFT, WaveState.OPEN)
    version = library.get(wave.instrument)
    offered = offered_languages(wave)
    if language not in offered:
        raise refuse(
            "language-missing",
            "%(instrument)s is not written in %(language)s for the edition %(edition)s, but in: %(known)s.",
            "Choose one of these languages, or another questionnaire.",
            place=wave.key,
            instrument=wave.instrument,
            language=language[:20],
            edition=wave.edition,
            known=", ".join(offered),
        )
    wording = version.wording(wave.edition, language)
    heading = SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, language)
    return (
        version,
        wording,
        PaperWave(
            heading,
            home.policy.minimum(wave.audience),
            by_slip=not wave.open_link,
            page=admission.paper_address(home.settings, home.keys, wave),
            background=background.wording_of(wave.background, wording),
        ),
    )
