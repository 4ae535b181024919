"""Write what a translators' sheet changes: a whole definition to a new folder, or what differs to its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from instruments import library
from instruments.formats.translation.reading_back import read_back, write_copy
from instruments.problems import Refused, refuse
from reports.pdf import letters


def write(origin: Path, workbook: Path, output: Path) -> Iterator[str]:
    """Write the changes of a workbook and yield what was done, in lines to print.

    Raises Refused with every fault of the workbook; where `output` holds something else (`output-exists`)
    or cannot be written (`output-unwritable`); where it is a published version's own folder
    (`instrument-locked`). Nothing is written then.
    """
    own = _home(origin)
    into_own = output.exists() and output.samefile(own)
    if not into_own and output.exists() and (not output.is_dir() or any(output.iterdir())):
        remedy = "Name a folder that is not there yet, or the definition's own."
        raise refuse("output-exists", "something lies there already.", remedy, str(output))
    found = read_back(origin, workbook, letters.supported())
    if into_own and found.files:
        _refuse_locked(origin)
    try:
        if into_own:
            _replace(own, found.files)
        else:
            _write_new(origin, found.files, output)
    except OSError as error:
        fault = f"it cannot be written ({error.strerror})."
        raise refuse("output-unwritable", fault, "Name a folder in one that exists.", str(output)) from None
    for language, number in found.texts.items():
        yield f"{language}: {number} {'text' if number == 1 else 'texts'}."
    yield f"{output}: {', '.join(sorted(found.files)) or 'nothing'} changed."


def _home(origin: Path) -> Path:
    return origin if origin.is_dir() else origin.parent


def _refuse_locked(origin: Path) -> None:
    for reference in library.locked_hashes():
        try:
            locked = library.path_of(reference).samefile(origin)
        except (Refused, OSError):
            continue
        if locked:
            remedy = "Write to another folder, and give the change a number of its own."
            raise refuse("instrument-locked", f"{reference} is published.", remedy, str(origin))


def _replace(folder: Path, files: Mapping[str, str]) -> None:
    """Replace files of a folder, each at once and none before all are written."""
    made: list[tuple[Path, Path]] = []
    try:
        for name, text in files.items():
            handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
            made.append((Path(temporary), folder / name))
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode())
        for temporary_file, target in made:
            # a temporary file is for its owner alone; a definition is as readable as its folder's others
            temporary_file.chmod(target.stat().st_mode if target.exists() else 0o644)
            temporary_file.replace(target)
    finally:
        for temporary_file, _ in made:
            temporary_file.unlink(missing_ok=True)


def _write_new(origin: Path, files: Mapping[str, str], output: Path) -> None:
    """Write a whole definition to a folder that is not there, which appears once it is complete."""
    parent = output.resolve().parent
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        made = Path(folder) / "definition"
        if origin.is_dir():
            write_copy(origin, files, made)
        else:
            made.mkdir()
            write_copy(origin, files, made / origin.name)
        if output.exists():
            output.rmdir()
        shutil.move(made, output)
