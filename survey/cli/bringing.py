"""Bring a questionnaire of another program in: say what is kept, what is not, and what is to be written."""

from collections.abc import Iterator
from pathlib import Path

from instruments.definition.validation import is_id, is_language_tag
from instruments.formats.foreign.reading import MOST_BYTES, ReadQuestionnaire, read
from instruments.problems import refuse


def bring(file: Path, folder: Path | None, edition: str, language: str) -> Iterator[str]:
    """Read a file, write its definition into a folder where one is named, and yield what to print.

    Raises Refused: what `read` raises, `file-missing`, `name-invalid` and `language-malformed` of what was
    asked for, `output-exists`, `output-unwritable`. Nothing is written then.
    """
    _require_names(edition, language)
    found = read(_content(file), file.name, edition=edition, unmarked=language)
    target = folder / found.file_name if folder is not None else None
    if target is not None:
        _write(target, found.text)
    yield from (_on_a_line(line) for line in _told(found))
    if target is not None:
        yield f"{target}: {len(found.text.encode())} bytes."


def _told(found: ReadQuestionnaire) -> Iterator[str]:
    scale, dimensions, texts = found.tree["scale"], found.tree["dimensions"], found.tree["texts"]
    items = sum(len(each["items"]) for each in dimensions)
    yield (
        f"{found.reference} ({found.program}): {items} items in {len(dimensions)} dimensions; "
        f"languages: {', '.join(texts)}."
    )
    unscored = f"; no points of it: {', '.join(scale['unscored'])}" if scale["unscored"] else ""
    yield f"Scale: {', '.join(map(str, scale['categories']))}{unscored}."
    yield f"Not kept, or guessed: {len(found.losses)}."
    yield from (f"  {loss}" for loss in found.losses)
    yield f"To be written: {len(found.empty)}."
    yield from (f"  texts.{path}" for path in found.empty)
    if found.faults:
        yield f"To be mended: {len(found.faults)}."
        yield from (f"  {fault}" for fault in found.faults)


def _on_a_line(text: str) -> str:
    # what a file holds steers no terminal
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _require_names(edition: str, language: str) -> None:
    if not is_id(edition):
        fault = f"{edition[:80]!r} cannot name an edition."
        raise refuse("name-invalid", fault, "Use letters A-Z, digits and underscores.", "--edition")
    if not is_language_tag(language):
        fault = f"{language[:80]!r} is no language tag."
        raise refuse("language-malformed", fault, "Use one as nb, nn, da or en.", "--language")


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            # one more than is read tells that it is too large
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        remedy = "Name a file that exists."
        raise refuse("file-missing", f"it cannot be read ({why}).", remedy, str(file)) from None


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        remedy = "Name another folder, or move what lies there."
        raise refuse("output-exists", "something lies there already.", remedy, str(target)) from None
    except OSError as error:
        fault = f"it cannot be written ({error.strerror})."
        raise refuse(
            "output-unwritable", fault, "Name a folder that you may write to.", str(target)
        ) from None
