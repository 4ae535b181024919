"""Whether the program itself is whole: questionnaires, questions, catalogues, fonts and the policy."""

import gettext
import hashlib
import importlib
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from instruments import background, library
from instruments.languages import SOURCE
from instruments.problems import Damaged, Problem, Refused
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.pdf import letters
from reports.presentation.locale import LOCALES, get_locale
from survey.operations.verification import installed_files

_WEB = Path(__file__).parents[2] / "web" / "translations"
_PROFILE_SHA256 = "384b832de3412066743b52a75ee906b6fb9fb8d9e09e936fc2c43223815c6e0a"
_INSTALL = "Install the program again, whole."


def parts(instruments: Path | None, policy: Path | None) -> Mapping[str, Callable[[], Iterable[Problem]]]:
    """Return place → what yields the problems there: of the program, and of the operator's own files.

    They are apart, so that what cannot be read at all in one place hides nothing of the others.
    """
    translated = [language for language in LOCALES if language != SOURCE]
    return {
        "program": installed_files.problems,
        "instruments/questionnaires": partial(_library, instruments),
        "instruments/background_questions": _background_questions,
        "policy": partial(_policy, policy),
        **{f"translations/{each}": partial(_catalogues, each) for each in translated},
        "reports/pdf": _fonts,
    }


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
    try:
        locked = library.locked_hashes()
    except (OSError, ValueError):
        locked = {}
    if not locked:
        # without it an altered questionnaire would pass for a draft
        fault = "What the published questionnaires say is not on record: the file is missing or damaged."
        yield Problem("instruments/questionnaires/lock.toml", "lock-missing", fault, _INSTALL)
        return
    for reference in sorted(set(locked) - set(shipped)):
        yield Problem(reference, "instrument-missing", "A published questionnaire is not there.", _INSTALL)
    # past what this process read before: the files as they are now
    yield from _unreadable("instrument-unreadable", library.available(), library.get.__wrapped__)


def _background_questions() -> Iterator[Problem]:
    found = background.available()
    if not found:
        yield Problem(
            "instruments/background_questions", "background-empty", "No background question ships.", _INSTALL
        )
    try:
        locked = background.locked_hashes()
    except (OSError, ValueError):
        fault = "What the background questions say is not on record: the file is missing or damaged."
        yield Problem("instruments/background_questions/lock.toml", "lock-missing", fault, _INSTALL)
        return
    for reference in sorted(set(locked) - set(found)):
        yield Problem(reference, "background-missing", "A background question is not there.", _INSTALL)
    yield from _unreadable("background-unreadable", found, background.get.__wrapped__)


def _unreadable(code: str, references: Iterable[str], read: Callable[[str], object]) -> Iterator[Problem]:
    for reference in references:
        try:
            read(reference)
        except (Refused, Damaged) as error:
            yield from error.problems
        except (OSError, ValueError, LookupError, TypeError) as error:
            # no text, no TOML, or a lock that is gone
            yield Problem(reference, code, f"It cannot be read ({type(error).__name__}).", _INSTALL)


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
    except (OSError, ValueError, LookupError, struct.error) as error:
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
        importlib.import_module("weasyprint")
    except (OSError, ImportError) as error:
        fault = f"What prints PDF files does not load: {str(error).splitlines()[0]}."
        yield Problem("reports/pdf", "library-missing", fault, "Install Pango, as docs/operators.md says.")
        return
    faces = [letters.FONTS / name for name in letters.FACES]
    for path in faces:
        try:
            font = TTFont(path, checkChecksums=2)
            for table in font.reader.keys():  # noqa: SIM118 - it is no dictionary
                font.reader[table]  # reading compares it with its checksum
        except Exception as error:  # noqa: BLE001 - fontTools raises whatever a damaged table leads to
            fault = f"The font is missing or damaged ({type(error).__name__})."
            yield Problem(f"reports/pdf/fonts/{path.name}", "font-missing", fault, _INSTALL)
    profile = letters.FONTS.parent / "colours" / "sRGB2014.icc"
    if not profile.is_file() or hashlib.sha256(profile.read_bytes()).hexdigest() != _PROFILE_SHA256:
        fault = "The colour profile is missing or damaged."
        yield Problem(f"reports/pdf/colours/{profile.name}", "colours-missing", fault, _INSTALL)
