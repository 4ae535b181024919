"""`kjennetegn report`: one PDF or many, whole or not at all, and a clear word where it cannot be."""

import pytest

from reports.downloads.kinds import DOWNLOADS
from survey.cli import main
from survey.store.repositories import units
from tests.waves import drafted, place, release_below, sealed, simulated


@pytest.fixture(autouse=True)
def installation(home, settings, monkeypatch):
    names = {"DATABASE": settings.database, "KEYS": str(settings.keys), "SECRET": settings.secret}
    for name, text in {**names, "PUBLIC_URL": settings.public_url}.items():
        monkeypatch.setenv(f"KJENNETEGN_{name}", text)
    return home


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["report", *map(str, arguments)])
    return ended.value.code or 0


def test_a_sealed_waves_report_is_written_and_not_written_over(home, tmp_path, capsys):
    wave = sealed(home, simulated(20))
    target = tmp_path / "asken.pdf"
    assert run(wave.unit_key, "--pdf", target) == 0
    first = target.read_bytes()
    assert first.startswith(b"%PDF")
    assert run(wave.unit_key, "--pdf", target, "--language", "en") == 2
    assert "output-exists" in capsys.readouterr().err
    assert target.read_bytes() == first
    assert run(wave.unit_key, "--pdf", target, "--language", "en", "--replace") == 0
    assert target.read_bytes() != first


def test_what_cannot_be_reported_is_refused_and_leaves_nothing(home, tmp_path, capsys):
    wave = drafted(home)
    key, target = wave.unit_key, tmp_path / "out.pdf"
    for code, arguments in {
        "wave-not-sealed": [key, "--pdf", target],
        "unit-unknown": ["no-such", "--pdf", target],
        "wave-unknown": [key, "--wave", "no-such", "--pdf", target],
        "report-which": [key],
    }.items():
        assert run(*arguments) == 2
        assert code in capsys.readouterr().err
    sealed(home, simulated(20))
    for code, arguments in {
        "language-unknown": [key, "--language", "sv", "--pdf", target],
        "language-missing": [key, "--language", "da", "--pdf", target],
        "output-directory": [key, "--pdf", tmp_path / "no" / "out.pdf"],
    }.items():
        assert run(*arguments) == 2
        assert code in capsys.readouterr().err
    assert not target.exists()


def test_other_files_of_the_same_figures_are_written_beside_it(home, tmp_path, capsys):
    wave = sealed(home, simulated(20))
    files = {kind: tmp_path / f"asken-{kind}.{each.ending}" for kind, each in DOWNLOADS.items()}
    assert run(wave.unit_key, *(part for kind, path in files.items() for part in (f"--{kind}", path))) == 0
    assert [path for path in files.values() if path.stat().st_size < 500] == []
    few = sealed(home, simulated(4), unit="Bjerka")
    assert run(few.unit_key, "--csv", tmp_path / "few.csv") == 2
    assert "nothing-released" in capsys.readouterr().err


def test_all_reports_under_a_unit_are_written_once_and_gone_on_with(home, tmp_path, capsys):
    over = units.add(home.database, "Fjordby", "municipality", None, None)
    names = ("Alm", "Bjerk", "Or")
    below = [units.add(home.database, name, "workplace", "skole", over.key) for name in names]
    for each in below[:2]:
        sealed(home, simulated(12), unit=each.name)
    place(home, "Elsewhere")
    target = tmp_path / "reports"
    assert run("--all-under", over.key, "--directory", target) == 0
    written = sorted(target.iterdir())
    assert len(written) == 2
    written[0].unlink()
    kept = written[1].stat().st_mtime_ns
    assert run("--all-under", over.key, "--directory", target) == 0
    assert "Wrote 1 reports" in capsys.readouterr().out
    assert sorted(target.iterdir()) == written
    assert written[1].stat().st_mtime_ns == kept


def test_reports_for_an_owner_stand_beside_those_for_leaders_and_are_never_taken_for_them(
    home, tmp_path, capsys
):
    wave = sealed(home, simulated(20))
    release_below(home, wave.unit_key)
    key, target = wave.unit_key, tmp_path / "reports"
    assert run(key, "--for", "owner", "--pdf", tmp_path / "one.pdf") == 2
    assert "report-which" in capsys.readouterr().err
    for reader in ("leader", "owner"):
        assert run("--all-under", key, "--for", reader, "--directory", target) == 0
    assert sorted(each.name for each in target.iterdir()) == [
        f"asken-var-2026-{wave.key}-leader-nb.pdf",
        f"asken-var-2026-{wave.key}-owner-nb.pdf",
    ]
    assert run("--all-under", "no-such", "--directory", tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()
