"""Whatever file of an installation is damaged or gone, `kjennetegn verify` names it: every kind is tried."""

import base64
import hashlib
import shutil
import sys
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from instruments import background, library
from instruments.languages import LANGUAGES, SOURCE
from reports.pdf import letters
from survey.operations.verification import installed_files, program
from tests.damage import altered, found, stored_alone
from tests.paths import REPOSITORY


def copied(monkeypatch, tmp_path, source, module, name):
    """A copy of a folder of the program, read in its place, for a test to damage."""
    target = tmp_path / source.name
    shutil.copytree(source, target)
    monkeypatch.setattr(module, name, target)
    return target


def problems_of(place, own=None):
    """What is wrong in one part of the program, as place and code."""
    return {(each.place, each.code) for each in program.parts(own, None)[place]()}


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != SOURCE])
def test_a_catalogue_that_is_missing_damaged_or_stale_is_named(monkeypatch, tmp_path, language):
    folder = copied(monkeypatch, tmp_path, program._WEB, program, "_WEB")
    compiled = folder / language / "LC_MESSAGES" / "messages.mo"
    whole, part = compiled.read_bytes(), f"translations/{language}"
    place = f"survey/web/translations/{language}"
    assert problems_of(part) == set()
    for cut in (0, 100, len(whole) // 2):
        compiled.write_bytes(whole[:cut])
        assert (place, "catalogue-missing") in problems_of(part), cut
    compiled.unlink()
    assert (place, "catalogue-missing") in problems_of(part)
    # one letter of one sentence
    at = whole.rindex(b"e")
    compiled.write_bytes(altered(whole, at))
    assert (place, "catalogue-stale") in problems_of(part)


FILES = {
    "instruments/questionnaires": library,
    "instruments/background_questions": background,
}


@pytest.mark.parametrize("place", sorted(FILES))
def test_any_questionnaire_or_question_that_is_altered_or_gone_is_named(monkeypatch, tmp_path, place):
    module = FILES[place]
    folder = copied(monkeypatch, tmp_path, module.HOME, module, "HOME")
    monkeypatch.setattr(module, "_LOCK", folder / "lock.toml")
    if module is library:
        # one questionnaire alone: reading them all takes half a second each time
        shutil.rmtree(folder / "pulse")
        shutil.rmtree(folder / "learning_community" / "1.1.0")
        lines = (folder / "lock.toml").read_text("utf-8").splitlines(keepends=True)
        (folder / "lock.toml").write_text("".join(each for each in lines if "y@1.0.0" in each), "utf-8")
    assert problems_of(place) == set()
    files = sorted(folder.rglob("*.toml"))
    kinds = {"lock.toml", "instrument.toml", "nb.toml", "nb.skole.toml", "role@1.toml", "years_here@1.toml"}
    tried = [each for each in files if each.name in kinds]
    assert len(tried) >= 3
    for file in tried:
        whole = file.read_bytes()
        for damaged in (b"", b"\xff\xfe", whole[: len(whole) // 2], letter_changed(whole)):
            file.write_bytes(damaged)
            assert problems_of(place), (file.name, damaged[:9])
        file.unlink()
        assert problems_of(place), file.name
        file.write_bytes(whole)
    shutil.rmtree(folder)
    assert {code for _, code in problems_of(place)} & {"library-empty", "background-empty"}


def letter_changed(whole):
    """A file of texts with a letter of its last text changed."""
    at = max(place for place, byte in enumerate(whole) if chr(byte).isalnum())
    return whole[:at] + (b"a" if whole[at : at + 1] != b"a" else b"b") + whole[at + 1 :]


def test_what_prints_is_named_where_it_does_not_load(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert ("reports/pdf", "library-missing") in problems_of("reports/pdf")


def test_a_font_or_colour_profile_that_is_damaged_is_named(monkeypatch, tmp_path):
    shutil.copytree(letters.FONTS.parent / "colours", tmp_path / "colours")
    folder = copied(monkeypatch, tmp_path, letters.FONTS, letters, "FONTS")
    assert problems_of("reports/pdf") == set()
    named = {each: (f"reports/pdf/fonts/{each}", "font-missing") for each in letters.FACES}
    files = [(folder / name, problem) for name, problem in named.items()]
    profile = tmp_path / "colours" / "sRGB2014.icc"
    for file, problem in [*files, (profile, (f"reports/pdf/colours/{profile.name}", "colours-missing"))]:
        whole = file.read_bytes()
        for damaged in (b"", whole[:2000], whole[: len(whole) * 3 // 4], altered(whole, len(whole) // 2)):
            file.write_bytes(damaged)
            assert problem in problems_of("reports/pdf"), (file.name, len(damaged))
        file.unlink()
        assert problem in problems_of("reports/pdf")
        file.write_bytes(whole)


@stored_alone
@pytest.mark.parametrize("name", ["*.private", "*.urn", "codes.key"])
def test_a_key_file_that_is_damaged_in_any_byte_cut_off_or_gone_is_named(settings, name):
    file = min(settings.keys.glob(name))
    whole = file.read_bytes()
    for at in range(0, len(whole), 7):
        file.write_bytes(altered(whole, at))
        assert "keys-missing" in {code for _, code in found(settings)}, f"byte {at}"
    for cut in (0, 1, 32, len(whole) - 1):
        file.write_bytes(whole[:cut])
        assert "keys-missing" in {code for _, code in found(settings)}, f"{cut} bytes"
    file.unlink()
    assert "keys-missing" in {code for _, code in found(settings)}
    file.write_bytes(whole)
    file.chmod(0o600)
    assert found(settings) == set()


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The program's files as an installer puts them somewhere, with its record of them."""
    site = tmp_path_factory.mktemp("site")
    names = []
    for package in ("instruments", "reports", "survey"):
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / package, site / package, ignore=skipped)
        names += [each.relative_to(site).as_posix() for each in (site / package).rglob("*") if each.is_file()]
    lines = [f"{name},sha256={recorded(site / name)},1" for name in sorted(names)]
    own = ["kjennetegn-1.dist-info/RECORD,,", "survey/__pycache__/__init__.pyc,,"]
    (site / "kjennetegn-1.dist-info").mkdir()
    (site / "kjennetegn-1.dist-info" / "RECORD").write_text("\n".join([*lines, *own]), "utf-8")
    return site, names


def recorded(path):
    return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()


def problems_of_files(site):
    distribution = Distribution.at(site / "kjennetegn-1.dist-info")
    return [(each.place, each.code) for each in installed_files.problems(distribution)]


def test_one_byte_of_any_installed_file_and_any_that_is_gone_is_named(installed):
    site, names = installed
    assert problems_of_files(site) == []
    suffixes = {Path(name).suffix for name in names}
    kinds = {
        ".ttf",
        ".icc",
        ".mo",
        ".po",
        ".toml",
        ".json",
        ".html",
        ".css",
        ".svg",
        ".mplstyle",
        ".mako",
        ".py",
    }
    assert kinds <= suffixes
    # the first of each kind, one at a time, and then every other file at once
    for kind in sorted(kinds):
        name = min(each for each in names if Path(each).suffix == kind and (site / each).stat().st_size)
        whole = (site / name).read_bytes()
        (site / name).write_bytes(altered(whole, len(whole) // 2))
        assert problems_of_files(site) == [(name, "file-altered")]
        (site / name).unlink()
        assert problems_of_files(site) == [(name, "file-missing")]
        (site / name).write_bytes(whole)
    for name in names:
        (site / name).write_bytes((site / name).read_bytes() + b" ")
    assert problems_of_files(site) == [(name, "file-altered") for name in sorted(names)]


def test_what_is_installed_is_compared_with_its_record_by_default(installed, monkeypatch):
    site, names = installed
    distribution = Distribution.at(site / "kjennetegn-1.dist-info")
    monkeypatch.setattr(Distribution, "from_name", lambda _: distribution)
    (site / names[0]).unlink()
    assert (names[0], "file-missing") in problems_of("program")
