"""Machines of one installation find out that they share secret and files, or do not start."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from instruments.problems import Damaged
from reports.files import private
from survey import job_files
from survey.job_files import connection
from survey.operations import bucket_state, health, shared_values, verification
from survey.operations.installation import Installation
from survey.store.repositories import installation_values
from tests.buckets import IN_A_BUCKET, IN_BOTH
from tests.waves import ON_POSTGRESQL, ON_SQLITE

OTHER_SECRET = "f0" * 32


def with_files(settings, name):
    """The same settings with another place for the files of jobs, of the same kind."""
    if settings.bucket:
        return replace(settings, bucket=f"{settings.bucket}/{name}")
    return replace(settings, files=settings.keys.with_name(name))


@pytest.fixture
def first(home, settings):
    """The settings of the first machine, which has noted what it has."""
    named = with_files(replace(settings, queue="redis://127.0.0.1:1"), "shared")
    Installation.on(named).database.close()
    assert home.database.place
    return named


@IN_BOTH
def test_a_machine_that_shares_everything_starts_and_is_in_order(first, home):
    shared_values.join(first, home.database)
    assert list(shared_values.problems(first, home.database)) == []
    assert (
        health.check(Installation(first, home.database, home.keys, home.policy), None, 0)["machines"] == "ok"
    )
    mark = job_files.at(first).file("installation-id")
    assert len(bytes.fromhex(mark.read().decode())) == 32
    assert mark.path is None or not private.is_exposed(mark.path)


@pytest.mark.parametrize(
    ("name", "value", "code", "place"),
    [
        ("secret", OTHER_SECRET, "secret-differs", "KJENNETEGN_SECRET"),
        ("files", "own", "files-elsewhere", "own"),
    ],
)
def test_a_machine_with_something_of_its_own_does_not_start_and_changes_nothing(
    first, home, name, value, *, code, place
):
    second = replace(first, **{name: first.keys.with_name(value) if name == "files" else value})
    with pytest.raises(Damaged, match=code) as refused:
        Installation.on(second)
    [problem] = refused.value.problems
    assert problem.place.endswith(place)
    assert OTHER_SECRET not in str(problem)
    assert code in {each.code for each in verification.find_problems(second)}
    running = Installation(second, home.database, home.keys, home.policy)
    assert health.check(running, None, 0)["machines"] == code
    assert not (first.keys.with_name("own") / "installation-id").exists()
    shared_values.join(first, home.database)


def test_of_two_machines_that_start_at_once_with_files_of_their_own_one_is_refused(home, settings):
    named = replace(settings, queue="redis://127.0.0.1:1")
    machines = [replace(named, files=settings.keys.with_name(name)) for name in ("one", "other")]
    for each in machines:  # each has marked its own before either looks at what is noted
        shared_values._make_mark(job_files.at(each), secrets.token_bytes(32))
    shared_values.join(machines[0], home.database)
    with pytest.raises(Damaged, match="files-elsewhere"):
        shared_values.join(machines[1], home.database)


@IN_BOTH
def test_machines_that_start_at_once_for_the_first_time_share_one_mark(home, settings, monkeypatch):
    named = replace(settings, queue="redis://127.0.0.1:1")
    looked = threading.Barrier(2)
    find = installation_values.find

    def find_at_once(connection, name):
        found = find(connection, name)
        if name == "job files" and found is None:
            looked.wait(10)
        return found

    monkeypatch.setattr(installation_values, "find", find_at_once)
    with ThreadPoolExecutor(2) as machines:
        starts = [machines.submit(shared_values.join, named, home.database) for _ in range(2)]
    assert [each.result() for each in starts] == [None, None]
    assert list(shared_values.problems(named, home.database)) == []


@IN_BOTH
def test_what_is_changed_on_purpose_is_noted_anew(first, home):
    second = with_files(replace(first, secret=OTHER_SECRET), "new")
    shared_values.share(second, home.database)
    shared_values.join(second, home.database)
    with pytest.raises(Damaged, match="secret-differs"):
        shared_values.join(first, home.database)


def noted(home):
    with home.database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM installation_value ORDER BY name")
        return names.scalars().all()


@ON_SQLITE
def test_where_there_can_be_one_machine_alone_nothing_is_noted(home, settings):
    Installation.on(settings).database.close()
    assert noted(home) == ["codes key"]
    assert not settings.files_directory.exists()


@ON_POSTGRESQL
def test_on_postgresql_machines_compare_whether_a_queue_is_named_or_not(home, settings):
    Installation.on(settings).database.close()
    assert noted(home) == ["codes key", "job files", "secret"]
    for other, code in (
        (replace(settings, secret=OTHER_SECRET), "secret-differs"),
        (with_files(settings, "own"), "files-elsewhere"),
    ):
        with pytest.raises(Damaged, match=code):
            Installation.on(other)
        running = Installation(other, home.database, home.keys, home.policy)
        assert health.check(running, None, 0)["machines"] == code


@ON_SQLITE
@IN_A_BUCKET
def test_a_bucket_is_probed_and_says_what_would_break_a_promise(home, settings, bucket_service):
    assert list(bucket_state.all_problems(settings)) == []
    running = Installation(settings, home.database, home.keys, home.policy)
    assert health.check(running, None, 0)["files"] == "ok"
    files, name = bucket_service.files(), settings.bucket.split("/")[2]
    assert "Contents" not in files.call_s3("list_objects_v2", Bucket=name)
    files.call_s3("put_bucket_versioning", Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    assert [each.code for each in bucket_state.all_problems(settings)] == ["files-kept"]
    gone = replace(settings, bucket=f"s3://{secrets.token_hex(8)}/x")
    assert [each.code for each in bucket_state.all_problems(gone)] == ["files-unusable"]
    assert "files-unusable" in {each.code for each in verification.find_problems(gone)}


@ON_SQLITE
@IN_A_BUCKET
def test_a_start_does_not_wait_for_a_bucket_that_is_away(home, settings, monkeypatch):
    shared_values.join(settings, home.database)
    monkeypatch.setattr(connection, "_OUTAGE", connection._Outage())
    connection._OUTAGE._ends_at = float("inf")
    Installation.on(settings).database.close()
    with pytest.raises(Damaged, match="secret-differs"):
        Installation.on(replace(settings, secret=OTHER_SECRET))
