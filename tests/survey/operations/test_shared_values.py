"""Machines of one installation find out that they share secret and files, or do not start."""

from dataclasses import replace

import pytest

from instruments.problems import Damaged
from reports.files import private
from survey.operations import health, shared_values, verification
from survey.operations.installation import Installation

OTHER_SECRET = "f0" * 32


@pytest.fixture
def first(home, settings):
    """The settings of the first machine, which has noted what it has."""
    named = replace(settings, queue="redis://127.0.0.1:1", files=settings.keys.with_name("shared"))
    Installation.on(named).database.close()
    assert home.database.place
    return named


def test_a_machine_that_shares_everything_starts_and_is_in_order(first, home):
    shared_values.join(first, home.database)
    assert list(shared_values.problems(first, home.database)) == []
    assert (
        health.check(Installation(first, home.database, home.keys, home.policy), None, 0)["machines"] == "ok"
    )
    assert not private.is_exposed(first.files_directory / "installation-id")


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
        shared_values._marked(each.files_directory)
    shared_values.join(machines[0], home.database)
    with pytest.raises(Damaged, match="files-elsewhere"):
        shared_values.join(machines[1], home.database)


def test_what_is_changed_on_purpose_is_noted_anew(first, home):
    second = replace(first, secret=OTHER_SECRET, files=first.keys.with_name("new"))
    shared_values.share(second, home.database)
    shared_values.join(second, home.database)
    with pytest.raises(Damaged, match="secret-differs"):
        shared_values.join(first, home.database)


def test_on_one_machine_nothing_is_noted(home, settings):
    Installation.on(settings).database.close()
    with home.database.reading() as connection:
        names = connection.exec_driver_sql("SELECT name FROM installation_value").scalars().all()
    assert names == ["codes key"]
    assert not settings.files_directory.exists()
