import pytest

from instruments.problems import Refused
from survey.settings import Settings

GOOD = {
    "KJENNETEGN_DATABASE": "sqlite:////srv/kjennetegn/kjennetegn.db",
    "KJENNETEGN_KEYS": "/srv/keys",
    "KJENNETEGN_SECRET": "0123456789abcdef0123456789abcdef",
    "KJENNETEGN_PUBLIC_URL": "https://svar.example.org/",
    "PATH": "/bin",
}


def test_good_settings_are_read():
    settings = Settings.from_environment(GOOD)
    assert settings.public_url == "https://svar.example.org"
    postgres = {**GOOD, "KJENNETEGN_DATABASE": "postgresql://user@host/name"}
    assert Settings.from_environment(postgres).database == "postgresql+psycopg://user@host/name"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("KJENNETEGN_DATABASE", "mysql://host/name", "setting-wrong"),
        ("KJENNETEGN_DATABASE", None, "setting-missing"),
        ("KJENNETEGN_KEYS", "keys", "setting-wrong"),
        ("KJENNETEGN_KEYS", "/srv/kjennetegn", "setting-wrong"),
        ("KJENNETEGN_SECRET", "short", "setting-wrong"),
        ("KJENNETEGN_SECRET", "a" * 40, "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "svar.example.org", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar.example.org/?a=b", "setting-wrong"),
        ("KJENNETEGN_DATABSE", "sqlite:///x.db", "setting-unknown"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(name, text, code):
    given = {key: value for key, value in {**GOOD, name: text}.items() if value is not None}
    with pytest.raises(Refused) as refused:
        Settings.from_environment(given)
    [problem] = refused.value.problems
    assert (problem.place, problem.code) == (name, code)


def test_all_bad_settings_are_told_at_once():
    with pytest.raises(Refused) as refused:
        Settings.from_environment({"KJENNETEGN_TYPO": "1", "KJENNETEGN_SECRET": "short"})
    assert {problem.place for problem in refused.value.problems} == {
        "KJENNETEGN_DATABASE",
        "KJENNETEGN_KEYS",
        "KJENNETEGN_SECRET",
        "KJENNETEGN_TYPO",
    }


def test_a_refusal_does_not_repeat_the_secret():
    with pytest.raises(Refused) as refused:
        Settings.from_environment({**GOOD, "KJENNETEGN_SECRET": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_jobs_work_beside_the_database_or_the_keys_or_where_it_is_said(tmp_path):
    keys, secret = tmp_path / "keys", "0123456789abcdef" * 2
    on_sqlite = Settings("sqlite:////srv/data.db", keys, secret)
    on_postgres = Settings("postgresql+psycopg://host/name", keys, secret)
    assert str(on_sqlite.workshop) == "/srv/data.db.files"
    assert on_postgres.workshop == tmp_path / "files"
    assert Settings("sqlite:////srv/data.db", keys, secret, files=tmp_path).workshop == tmp_path
