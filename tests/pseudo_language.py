"""A language that nobody speaks, for tests: longer, accented, in brackets, and added as translators add one.

`python -m tests.pseudo_language COPY` copies the repository to a folder that is not there yet and adds the
language to the copy, by writing data alone.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import cache_from_source
from io import BytesIO
from pathlib import Path

import openpyxl
import tomlkit
from babel.messages.pofile import read_po, write_po

from instruments import background, library
from instruments.languages import SOURCE
from survey.cli.instrument import instrument
from tests.paths import REPOSITORY, kept_files

TAG = "qps"  # of those that nobody's language will ever have
LOCALE = "fi"  # whose dates are long, and whose tag is another
OPENING, CLOSING = "[", "]"
LONGER = 0.4
# what a translation keeps as it is: gaps, terms, tags, entities, and what is typed as it stands
KEPT = re.compile(
    r"\{\{.*?\}\}|\]\([^)\s]*\)|%\(\w+\)[a-z]|%%|\{[\w.]*\}|<[^<>]+>|&#?\w+;|`[^`]*`|https?://\S+"
)
_ACCENTED = dict(zip("aceginorstuyzACEGINORSTUYZ", "åçéĝîñöřšţûýžÅÇÉĜÎÑÖŘŠŢÛÝŽ", strict=True))
PLAIN = frozenset(_ACCENTED)  # letters that no translation has


def pseudo(text):
    """Return a text two fifths longer, accented and in brackets; gaps, terms and tags stay as they are."""
    parts, words = KEPT.findall(text), KEPT.split(text)
    wanted = -(-2 * sum(map(len, words)) // 5)
    letters_of = sum(each.isalpha() for word in words for each in word)
    said, met = [], 0
    for word in words:
        for letter in word:
            accented = _ACCENTED.get(letter, letter)
            said.append(accented)
            if letter.isalpha():
                # the letters that are said again are spread over the whole text
                times = (met + 1) * wanted // letters_of - met * wanted // letters_of
                said.append(accented.lower() * times)
                met += 1
        said.append(parts.pop(0) if parts else "")
    return f"{OPENING}{''.join(said)}{CLOSING}"


def copy_repository(folder):
    """Copy what git keeps of the repository to a folder that is not there yet, and add the language to it."""
    for name in kept_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target)
        compiled = Path(cache_from_source(REPOSITORY / name))
        if target.suffix == ".py" and compiled.exists():
            # Python takes it where it is of the same time as its source
            target.with_name(compiled.parent.name).mkdir(exist_ok=True)
            shutil.copy2(compiled, cache_from_source(target))
    # in a process of its own, that finds the packages of the copy and not ours
    ours = "import sys; from tests import pseudo_language; sys.exit(pseudo_language.add())"
    subprocess.run([sys.executable, "-c", ours], cwd=folder, check=True)  # noqa: S603 - our own command


def add():
    """Add the language to the copy that this module is part of, in the steps of docs/translating.md."""
    if (REPOSITORY / ".git").exists():
        return "This is no copy."
    _add_name(REPOSITORY / "instruments" / "languages.toml")
    _add_questionnaires()
    _add_background_questions()
    _add_words_of_sheets(REPOSITORY / "survey" / "unit_import" / "columns.toml")
    for catalogue in REPOSITORY.glob("*/*/translations/nb/LC_MESSAGES/*.po"):
        _add_catalogue(catalogue)
    _add_guide(REPOSITORY / "survey" / "web" / "guide")
    return 0


def _add_name(file):
    known = tomlkit.parse(file.read_text("utf-8"))
    english = known[SOURCE]
    said = {key: pseudo(english[key]) for key in ("name", "full_name", "elsewhere", "skip")}
    known[TAG] = {**said, "locale": LOCALE, "halves": [pseudo(each) for each in english["halves"]]}
    file.write_text(tomlkit.dumps(known), "utf-8")


def _add_questionnaires():
    """Fill in the sheet of each version, read it back, and lock them all anew."""
    references = library.shipped()
    (library.HOME / "lock.toml").unlink()
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "texts.xlsx"
        # a version is read with those it builds on, which have to be whole
        for reference in reversed(references):
            _run("sheet", reference, "--source", SOURCE, "--new", TAG, "--output", sheet)
            _fill_in(sheet)
            _run("sheet", reference, "--read", sheet, "--output", library.path_of(reference))
    for reference in references:
        _run("lock", reference)


def _fill_in(file):
    workbook = openpyxl.load_workbook(file)
    texts = workbook["Texts"]
    heads = [cell.value for cell in texts[1]]
    source = next(place for place, head in enumerate(heads) if head.startswith(f"{SOURCE} "))
    own = next(place for place, head in enumerate(heads) if head.split()[0] == TAG)
    for row in texts.iter_rows(min_row=2):
        if row[source].value:
            row[own].value = pseudo(row[source].value)
    workbook.save(file)


def _add_background_questions():
    (background.HOME / "lock.toml").write_text("", "utf-8")
    for reference in background.available():
        file = background.HOME / f"{reference}.toml"
        known = tomlkit.parse(file.read_text("utf-8"))
        known[TAG] = _each(known[SOURCE].unwrap())
        file.write_text(tomlkit.dumps(known), "utf-8")
        _run("lock", reference)


def _add_words_of_sheets(file):
    known = tomlkit.parse(file.read_text("utf-8"))
    for named in known.values():
        for words in named.values():
            words[TAG] = [pseudo(words[SOURCE][0])]
    file.write_text(tomlkit.dumps(known), "utf-8")


def _each(texts):
    return {key: pseudo(each) if isinstance(each, str) else _each(each) for key, each in texts.items()}


def _add_catalogue(other):
    """Write the catalogue beside that of another language, whose head it takes over."""
    with other.open("rb") as file:
        known = read_po(file)
    for message in known:
        if isinstance(message.id, str) and message.id:
            message.string = pseudo(message.id)
        elif message.id:
            message.string = tuple(map(pseudo, message.id))
    written = BytesIO()
    write_po(written, known)
    target = other.parents[2] / TAG / "LC_MESSAGES" / other.name
    target.parent.mkdir(parents=True)
    own, found = re.subn(rb"Language: nb\\n", rf"Language: {TAG}\\n".encode(), written.getvalue())
    assert found == 1
    target.write_bytes(own)


def _add_guide(folder):
    """Write each chapter line by line: what marks a heading or an entry of a list stays before it."""
    (folder / TAG).mkdir()
    for chapter in (folder / SOURCE).glob("*.md"):
        lines = chapter.read_text("utf-8").splitlines()
        marked = [re.fullmatch(r"(\s*(?:#+ |\d+\. |- )?)(.*)", line).groups() for line in lines]
        written = [mark + (pseudo(text) if text else "") for mark, text in marked]
        (folder / TAG / chapter.name).write_text("\n".join(written) + "\n", "utf-8")


def _run(*arguments):
    """Run `kjennetegn instrument` as a translator does."""
    instrument.main([str(each) for each in arguments], standalone_mode=False)


if __name__ == "__main__":
    copy_repository(Path(sys.argv[1]))
