"""Whether the program itself is whole: questionnaires, questions, catalogues, fonts and the policy."""

import gettext
import importlib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from instruments import background, library
from instruments.problems import Damaged, Problem, Refused
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.presentation.locale import LOCALES, get_locale

_WEB = Path(__file__).parents[2] / "web" / "translations"
_SOURCE_LANGUAGE = "en"  # of the sentences in the code, which need no catalogue
_INSTALL = "Install the program again, whole."


def problems(instruments: Path | None, policy: Path | None) -> Iterator[Problem]:
    """Yield what is missing or altered of the program and of the operator's own questionnaires."""
    yield from _library(instruments)
    yield from _background_questions()
    yield from _policy(policy)
    for language in LOCALES:
        if language != _SOURCE_LANGUAGE:
            yield from _catalogues(language)
    yield from _fonts()


def _library(own: Path | None) -> Iterator[Problem]:
    if own is not None:
        library.add_folder(own)
    shipped = library.shipped()
    if not shipped:
        yield Problem(
            "instruments/questionnaires",
            "library-empty",
            "No questionnaire ships with the program.",
            _INSTALL,
        )
    for reference in sorted(set(library.locked_hashes()) - set(shipped)):
        yield Problem(reference, "instrument-missing", "A published questionnaire is not there.", _INSTALL)
    for reference in library.available():
        try:
            # past what this process read before: the files as they are now
            library.get.__wrapped__(reference)
        except (Refused, Damaged) as error:
            yield from error.problems


def _background_questions() -> Iterator[Problem]:
    found = background.available()
    if not found:
        yield Problem(
            "instruments/background_questions", "background-empty", "No background question ships.", _INSTALL
        )
    for reference in found:
        try:
            background.get(reference)
        except (Refused, Damaged) as error:
            yield from error.problems


def _policy(own: Path | None) -> Iterator[Problem]:
    try:
        read_policy(own or DEFAULT_POLICY)
    except (Refused, Damaged) as error:
        yield from error.problems


def _catalogues(language: str) -> Iterator[Problem]:
    """Yield what keeps pages or reports from speaking a language: they would fall back to English unasked."""
    folder = _WEB / language / "LC_MESSAGES"
    place = f"survey/web/translations/{language}"
    try:
        with (folder / "messages.mo").open("rb") as file:
            compiled = gettext.GNUTranslations(file)
    except (OSError, ValueError, UnicodeError) as error:
        fault = f"The pages' sentences are not compiled or cannot be read ({type(error).__name__})."
        yield Problem(place, "catalogue-missing", fault, _INSTALL)
    else:
        yield from _stale(folder / "messages.po", compiled, place)
    if not _translates(get_locale(language).catalogue):
        fault, place = (
            "The reports' sentences are not there.",
            f"reports/presentation/translations/{language}",
        )
        yield Problem(place, "catalogue-missing", fault, _INSTALL)


def _stale(source: Path, compiled: gettext.GNUTranslations, place: str) -> Iterator[Problem]:
    if not source.is_file():
        return
    with source.open("rb") as file:
        written = [message for message in read_po(file) if message.id and isinstance(message.id, str)]
    differing = [each for each in written if each.string and compiled.gettext(str(each.id)) != each.string]
    if differing or not written:
        fault = f"{len(differing)} of the pages' {len(written)} sentences differ from what was translated."
        yield Problem(
            place, "catalogue-stale", fault, "Compile the catalogues again, or install the program again."
        )


def _translates(catalogue: gettext.NullTranslations) -> bool:
    # the header alone says which character set a catalogue is in
    return isinstance(catalogue, gettext.GNUTranslations) and catalogue.charset() is not None


def _fonts() -> Iterator[Problem]:
    try:
        rendering = importlib.import_module("reports.pdf.rendering")
    except (OSError, ImportError) as error:
        fault = f"What prints PDF files does not load: {str(error).splitlines()[0]}."
        yield Problem("reports/pdf", "library-missing", fault, "Install Pango, as docs/operators.md says.")
        return
    faces = [rendering.FONTS / name for name in rendering.FACES]
    for path in faces:
        try:
            TTFont(path).getBestCmap()
        except Exception as error:  # noqa: BLE001 - fontTools raises whatever a damaged table leads to
            fault = f"The font is missing or damaged ({type(error).__name__})."
            yield Problem(f"reports/pdf/fonts/{path.name}", "font-missing", fault, _INSTALL)
    profile = rendering.FONTS.parent / "colours" / "sRGB2014.icc"
    if not (profile.is_file() and profile.read_bytes()[36:40] == b"acsp"):
        fault = "The colour profile is missing or damaged."
        yield Problem(f"reports/pdf/colours/{profile.name}", "colours-missing", fault, _INSTALL)
