import ast
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from instruments.problems import Refused
from survey import settings as module
from survey.settings import Settings
from tests.paths import REPOSITORY

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
        ("KJENNETEGN_PUBLIC_URL", "https://[svar", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar.example.org:port/", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://me:secret@svar.example.org/", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar.example.org/a//b", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar.example.org/../b", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar.example.org/år", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "https://svar..example.org", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", f"https://svar.example.org/{'a' * 96}", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "http://svar.example.org", "setting-wrong"),
        ("KJENNETEGN_PUBLIC_URL", "http://192.168.1.5:8000", "setting-wrong"),
        ("KJENNETEGN_ALLOW_HTTP", "svar.example.org", "setting-wrong"),
        ("KJENNETEGN_ALLOW_HTTP", "", "setting-wrong"),
        ("KJENNETEGN_ALLOW_HTTP", "http://svar.example.org", "setting-wrong"),
        ("KJENNETEGN_TIME_ZONE", "Europe/Olso", "setting-wrong"),
        ("KJENNETEGN_TIME_ZONE", "Europe", "setting-wrong"),
        ("KJENNETEGN_TIME_ZONE", "../../etc/localtime", "setting-wrong"),
        ("KJENNETEGN_TIME_ZONE", "", "setting-wrong"),
        ("KJENNETEGN_DATA_LICENCE", "free for all", "setting-wrong"),
        ("KJENNETEGN_DATA_LICENCE", "", "setting-wrong"),
        ("KJENNETEGN_METRICS_TOKEN", "short", "setting-wrong"),
        ("KJENNETEGN_QUEUE", "", "setting-wrong"),
        ("KJENNETEGN_QUEUE", "queue.intern:6379", "setting-wrong"),
        ("KJENNETEGN_QUEUE", "http://queue.intern", "setting-wrong"),
        ("KJENNETEGN_QUEUE", "redis://queue.intern/0?db=1", "setting-wrong"),
        ("KJENNETEGN_METRICS_TOKEN", "a b" * 20, "setting-wrong"),
        ("KJENNETEGN_METRICS_TOKEN", GOOD["KJENNETEGN_SECRET"], "setting-wrong"),
        ("KJENNETEGN_POLICY", "policy.toml", "setting-wrong"),
        ("KJENNETEGN_POLICY", "/srv/no-such-policy.toml", "setting-wrong"),
        ("KJENNETEGN_DATABSE", "sqlite:///x.db", "setting-unknown"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(name, text, code):
    given = {key: value for key, value in {**GOOD, name: text}.items() if value is not None}
    with pytest.raises(Refused) as refused:
        Settings.from_environment(given)
    [problem] = refused.value.problems
    assert (problem.place, problem.code) == (name, code)


@pytest.mark.parametrize(
    ("public_url", "allowed"),
    [
        ("http://localhost:8000", None),
        ("http://127.0.0.1", None),
        ("http://[::1]:8000", None),
        ("https://www.example.org/kjennetegn", None),
        ("http://svar.intern:8000/kjennetegn/", "svar.intern"),
        ("http://192.168.1.5", "192.168.1.5"),
    ],
)
def test_without_encryption_only_this_machine_or_a_host_that_is_allowed_by_name(public_url, allowed):
    given = {**GOOD, "KJENNETEGN_PUBLIC_URL": public_url}
    if allowed:
        given["KJENNETEGN_ALLOW_HTTP"] = allowed
    settings = Settings.from_environment(given)
    assert (settings.public_url, settings.allow_http) == (public_url.rstrip("/"), allowed)


def test_http_is_allowed_for_no_other_host_than_the_one_that_is_named():
    other = {"KJENNETEGN_PUBLIC_URL": "http://svar.intern", "KJENNETEGN_ALLOW_HTTP": "svar.example"}
    with pytest.raises(Refused, match=r"KJENNETEGN_ALLOW_HTTP=svar\.intern"):
        Settings.from_environment({**GOOD, **other})


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
    assert str(on_sqlite.files_directory) == "/srv/data.db.files"
    assert on_postgres.files_directory == tmp_path / "files"
    assert Settings("sqlite:////srv/data.db", keys, secret, files=tmp_path).files_directory == tmp_path


@pytest.mark.parametrize(
    ("zone", "utc", "expected"),
    [
        ("Europe/Oslo", (2026, 3, 20, 22, 59), "2026-03-20"),
        ("Europe/Oslo", (2026, 3, 20, 23, 0), "2026-03-21"),
        ("Europe/Oslo", (2026, 7, 20, 21, 59), "2026-07-20"),
        ("Europe/Oslo", (2026, 7, 20, 22, 0), "2026-07-21"),  # summer time
        ("UTC", (2026, 7, 20, 23, 59), "2026-07-20"),
        ("America/St_Johns", (2026, 3, 21, 2, 29), "2026-03-20"),
        ("Pacific/Kiritimati", (2026, 3, 20, 10, 0), "2026-03-21"),
    ],
)
def test_a_day_begins_and_ends_where_the_installation_says(zone, utc, expected, tmp_path):
    settings = Settings("sqlite:////srv/data.db", tmp_path, "0123456789abcdef" * 2, time_zone=ZoneInfo(zone))
    assert settings.date_at(datetime(*utc, tzinfo=UTC).timestamp()).isoformat() == expected


def test_a_day_begins_in_oslo_where_nothing_else_is_said():
    assert Settings.from_environment(GOOD).time_zone == ZoneInfo("Europe/Oslo")


def test_settings_are_handed_to_another_process_whole(tmp_path):
    given = {
        **GOOD,
        "KJENNETEGN_INSTRUMENTS": str(tmp_path),
        "KJENNETEGN_FILES": "/srv/files",
        "KJENNETEGN_PUBLIC_URL": "http://svar.intern",
        "KJENNETEGN_ALLOW_HTTP": "svar.intern",
        "KJENNETEGN_POLICY": str(tmp_path / "policy.toml"),
        "KJENNETEGN_TIME_ZONE": "Atlantic/Faroe",
        "KJENNETEGN_DATA_LICENCE": "CC-BY-4.0",
        "KJENNETEGN_METRICS_TOKEN": "fedcba9876543210fedcba9876543210",
        "KJENNETEGN_SIGN_IN": str(tmp_path / "sign-in.toml"),
        "KJENNETEGN_QUEUE": "rediss://worker:a%20word@queue.intern:6380/2",
    }
    (tmp_path / "policy.toml").touch()
    (tmp_path / "sign-in.toml").touch()
    settings = Settings.from_environment(given)
    assert set(settings.to_environment()) == set(module._VARIABLES)
    assert Settings.from_environment(settings.to_environment()) == settings
    plain = Settings.from_environment(GOOD)
    assert Settings.from_environment(plain.to_environment()) == plain


def test_the_address_of_the_queue_is_told_without_its_password():
    settings = Settings.from_environment({**GOOD, "KJENNETEGN_QUEUE": "redis://me:hemmelig@queue.intern/1"})
    assert settings.queue_place == "redis://queue.intern/1"
    with pytest.raises(Refused, match="KJENNETEGN_QUEUE") as refused:
        Settings.from_environment({**GOOD, "KJENNETEGN_QUEUE": "http://me:hemmelig@queue.intern/1"})
    assert "hemmelig" not in str(refused.value)


def clocks(tree):
    """What a piece of code asks a clock for the date or the time of day."""
    asked = {"today", "now", "utcnow", "fromtimestamp", "localtime", "astimezone"}
    owners = {"date", "datetime", "time"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in asked:
            owner = node.value
            if node.attr == "astimezone" or (isinstance(owner, ast.Name) and owner.id in owners):
                yield f"{ast.unparse(node)}"


def test_nothing_but_the_settings_turns_a_time_into_a_date():
    found = {
        path.relative_to(REPOSITORY).as_posix(): sorted(clocks(ast.parse(path.read_text("utf-8"))))
        for floor in ("instruments", "reports", "survey")
        for path in (REPOSITORY / floor).rglob("*.py")
    }
    # four pages show a time of day, in the zone of the settings; calendars and backups tell moments, in UTC
    showing = (
        "survey/web/leader/access_view.py",
        "survey/web/operator/first_password_views.py",
        "survey/web/operator/status_views.py",
        "survey/web/platform/key_sheet_sentences.py",
    )
    telling = (
        "survey/web/leader/look_back_views.py",
        "survey/web/leader/preparation/announcement_views.py",
        "survey/operations/backup_folder.py",
    )
    file = found.pop("survey/web/platform/calendar_file.py")
    assert {each.rpartition(".")[2] for each in file} == {"astimezone"}
    assert {path: asked for path, asked in found.items() if asked} == {
        path: ["datetime.fromtimestamp"]
        # requests, commands and the worker give the actor a day of the settings; nothing else does
        for path in ("survey/settings.py", "survey/store/actor.py", *showing, *telling)
    }
    zoned = re.compile(r"fromtimestamp\(.*, (context\(\)|here)\.settings\.time_zone\)")
    assert all(zoned.search((REPOSITORY / path).read_text("utf-8")) for path in showing)


def test_the_table_for_operators_holds_exactly_the_settings_there_are():
    text = (REPOSITORY / "docs" / "operators.md").read_text("utf-8")
    rows = re.findall(r"^\| `(KJENNETEGN_\w+)` \| (.*?) \| (.+) \|$", text, re.MULTILINE)
    assert [name for name, _, _ in rows] == list(module._VARIABLES)
    defaults = {name: default.strip("`") for name, default, _ in rows}
    plain = Settings.from_environment(GOOD | {"KJENNETEGN_PUBLIC_URL": module._PUBLIC_URL})
    for name, variable in module._VARIABLES.items():
        assert (defaults[name] == "required") == variable.required, name
    assert defaults["KJENNETEGN_PUBLIC_URL"] == plain.public_url
    assert defaults["KJENNETEGN_TIME_ZONE"] == plain.time_zone.key
