import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks import kills
from instruments.answers import SKIPPED, encode
from instruments.problems import Damaged
from survey.collection import code_issuing, lifecycle, sealing, sheet_sealing
from survey.collection.access_codes import parse
from survey.collection.urn import Urn, unseal
from survey.operations import verification
from survey.store import database as databases
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import urns, waves
from tests.paths import REPOSITORY
from tests.stored import raw_bytes
from tests.survey.collection.hammered import ROUNDS, answers_of
from tests.waves import (
    CLOSES,
    ON_POSTGRESQL,
    ON_SQLITE,
    TODAY,
    answer,
    but_drawn,
    closed,
    closed_with_sheets,
    kept_sums,
    opened,
    opened_with_sheets,
    simulated,
    version,
)

pytestmark = pytest.mark.usefixtures("program_read_once")

STAGES = ("begin", "held", "opened", "replaced", "counted", "unreadable", "scrubbed", "destroyed")
BEFORE_COMMIT = STAGES[:4]
ABANDONING = ("marked", "emptied", "abandoned", "unreadable", "scrubbed", "destroyed")
CODES = 8_000  # more than can be used up in the time
SEED = 5
NOW = 1_800_000_000


def left_of(home, wave):
    return sealed_waves.of_wave(home.database, wave).moments


def traces(boxes, raw):
    """The shards of which a piece lies in these bytes."""
    return [shard for shard, box in boxes.items() if box[40:72] in raw or box[-72:-40] in raw]


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize("stage", STAGES)
def test_a_sealing_that_is_killed_anywhere_and_repeated_gives_the_result_once(
    home, settings, run_killed, stage
):
    people = simulated(20)
    wave = closed(home, people)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    assert traces(boxes, raw_bytes(home.database)) == list(boxes)
    died = run_killed("seal", settings.database, settings.keys, wave.key, stage)
    assert died == -signal.SIGKILL
    assert waves.by_key(home.database, wave.key).is_closed == (stage in BEFORE_COMMIT)
    assert waves.by_key(home.database, wave.key).is_sealed == (stage not in BEFORE_COMMIT)
    both = (settings.keys / f"{wave.key}.urn", settings.keys / f"{wave.key}.private")
    assert all(path.exists() for path in both) == (stage in {*BEFORE_COMMIT, "counted"})
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert but_drawn(left_of(home, wave)) == kept_sums(home, people)
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_wave").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM urn").scalar() == 0
    assert not home.keys.remaining(wave.key)
    assert verification.find_problems(settings) == []
    assert traces(boxes, raw_bytes(home.database)) == []


# sealing by the server's own key is killed at every stage on both databases above
@ON_SQLITE
@pytest.mark.parametrize(
    ("stage", "apart"),
    [*((stage, False) for stage in STAGES), *((stage, True) for stage in ("held", "replaced", "scrubbed"))],
)
def test_a_sealing_with_two_sheets_that_is_killed_anywhere_and_repeated_gives_the_result_once(
    home, settings, run_killed, stage, apart
):
    people = simulated(20)
    wave, sheets = closed_with_sheets(home, people)
    if apart:
        sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:1], now=NOW)
    died = run_killed("seal", settings.database, settings.keys, wave.key, stage, *sheets[:2])
    assert died == -signal.SIGKILL
    assert waves.by_key(home.database, wave.key).is_closed == (stage in BEFORE_COMMIT)
    # the first of two that came apart is still held, and of those that came together neither is
    again = sheets[1:2] if apart else sheets[:2]
    given = sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, again, now=NOW)
    assert given.wave.is_sealed
    assert but_drawn(left_of(home, wave)) == kept_sums(home, people)
    with home.database.reading() as connection:
        for table, rows in (("sealed_wave", 1), ("urn", 0), ("held_key_share", 0)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == rows  # noqa: S608 - our own words
    assert not home.keys.remaining(wave.key)
    assert verification.find_problems(settings) == []


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize(
    ("stage", "lost"),
    [*((stage, "both") for stage in ABANDONING), ("abandoned", "private"), ("unreadable", "urn")],
)
def test_giving_up_that_is_killed_anywhere_is_finished_by_the_worker_or_by_doing_it_again(
    home, settings, run_killed, stage, lost
):
    wave = closed(home, simulated(20))
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    for half in ("private", "urn"):
        if lost in {half, "both"}:
            (settings.keys / f"{wave.key}.{half}").unlink()
    died = run_killed("abandon", settings.database, settings.keys, wave.key, stage)
    assert died == -signal.SIGKILL
    is_decided = stage not in {"marked", "emptied"}
    assert waves.by_key(home.database, wave.key).is_abandoned == is_decided
    for left in lifecycle.interrupted(home.database, home.keys):
        lifecycle.destroy_remains(home.database, home.keys, left.key)
    lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM urn").scalar() == 0
        # so that a slip says what became of the survey
        assert connection.exec_driver_sql("SELECT count(*) FROM access_code").scalar() == 20
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_wave").scalar() == 0
    assert not list(settings.keys.glob(f"{wave.key}*"))
    assert verification.find_problems(settings) == []
    assert traces(boxes, raw_bytes(home.database)) == []


@ON_SQLITE
def test_opening_again_that_is_killed_leaves_the_wave_closed_and_its_sheet_held(home, settings, run_killed):
    wave, sheets = opened_with_sheets(home)
    answer(home, wave, simulated(6))
    lifecycle.close(home.database, wave.key, TODAY)
    sheet_sealing.give_sheets(home.database, home.keys, home.policy, wave.key, sheets[:1], now=NOW)
    before = waves.by_key(home.database, wave.key)
    assert run_killed("reopen", settings.database, settings.keys, wave.key, "opened") == -signal.SIGKILL
    assert waves.by_key(home.database, wave.key) == before
    assert sheet_sealing.held_until(home.database, before, NOW)
    assert run_killed("reopen", settings.database, settings.keys, wave.key, "none") == 0
    again = waves.by_key(home.database, wave.key)
    assert (again.is_open, again.closes_on, again.reopened) == (True, CLOSES, 1)
    assert sheet_sealing.held_until(home.database, again, NOW) is None
    assert verification.find_problems(settings) == []


@ON_SQLITE
def test_taking_back_that_is_killed_leaves_the_wave_open_with_all_it_has(home, settings, run_killed):
    ahead = opened(home, opens_on=TODAY + timedelta(1), open_link=True)
    assert (
        run_killed("take_back", settings.database, settings.keys, ahead.key, "taken back") == -signal.SIGKILL
    )
    assert waves.by_key(home.database, ahead.key) == ahead
    assert verification.find_problems(settings) == []
    assert run_killed("take_back", settings.database, settings.keys, ahead.key, "none") == 0
    assert waves.by_key(home.database, ahead.key).is_draft
    assert verification.find_problems(settings) == []


@pytest.mark.usefixtures("own_files")
@pytest.mark.parametrize("table", ["wave", "urn"])
def test_a_sealing_is_not_over_while_someone_still_reads_what_was_there_before(
    home, settings, table, monkeypatch
):
    monkeypatch.setattr(databases, "_SCRUBBING_SECONDS", 0.1)
    monkeypatch.setattr(databases, "_LOCK_MILLISECONDS", 50)
    wave = closed(home, simulated(20))
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    reader = databases.connect(settings.database)
    level = {} if reader.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with reader.engine.connect().execution_options(**level) as reading, reading.begin():
        reading.exec_driver_sql(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own word
        with pytest.raises(Damaged, match="database-busy"):
            sealing.seal(home.database, home.keys, home.policy, wave.key)
        with pytest.raises(Damaged, match="database-busy"):
            lifecycle.destroy_remains(home.database, home.keys, wave.key)
        assert waves.by_key(home.database, wave.key).is_sealed
        # the keys no box can be opened without are gone; what says that there is more to do is not
        assert [path.suffix for path in settings.keys.glob(f"{wave.key}*")] == [".urn"]
        assert [problem.place for problem in verification.find_problems(settings)] == [wave.key]
        assert traces(boxes, raw_bytes(home.database))
    reader.close()
    assert [each.key for each in lifecycle.interrupted(home.database, home.keys)] == [wave.key]
    lifecycle.destroy_remains(home.database, home.keys, wave.key)
    assert not list(settings.keys.glob(f"{wave.key}*"))
    assert verification.find_problems(settings) == []
    assert traces(boxes, raw_bytes(home.database)) == []


def free_port():
    """A port no client is given as its own: whoever asks a dead server there might reach themselves."""
    while True:
        with closing(socket.socket()) as probe, suppress(OSError):
            port = 20_000 + secrets.randbelow(10_000)
            probe.bind(("127.0.0.1", port))
            return port


def test_whoever_is_hammered_at_answers_something():
    asked = version()
    given = [answers_of(str(code), asked).given.values() for code in range(20_000)]
    assert all(any(answer is not SKIPPED for answer in each) for each in given)


def hammered(settings, codes, folder):
    """The codes that were sent, and those that were acknowledged, while the server was killed and killed."""
    listed, log = folder / "codes", folder / "log"
    listed.write_text("\n".join(codes))
    command = [sys.executable, "-m", "tests.survey.collection.hammered", settings.database, settings.keys]
    command += [free_port(), listed, log, SEED]
    with subprocess.Popen(list(map(str, command)), cwd=REPOSITORY, process_group=0) as hammering:  # noqa: S603 - our own words
        try:
            status = hammering.wait(timeout=300)
        finally:  # nothing that was begun there outlives it
            with suppress(ProcessLookupError):
                os.killpg(hammering.pid, signal.SIGKILL)
    faults = folder / "faults"
    assert status == 0, faults.read_text() if faults.exists() else "it ended without a word"
    lines = [line.split() for line in log.read_text().splitlines()]
    return tuple({code for said, code in lines if said == word} for word in ("sent", "acknowledged"))


@ON_SQLITE  # with PostgreSQL the next test asks the same of all parts of an installation
@pytest.mark.longest
def test_every_answer_acknowledged_on_screen_is_counted_once_and_no_other(home, settings, tmp_path):
    today = datetime.now(UTC).date()
    dates = {"opens_on": today - timedelta(1), "closes_on": today + timedelta(1)}
    wave = opened(home, invited=CODES, **dates)
    codes = code_issuing.issue(home.database, home.keys, wave.key, CODES)
    sent, acknowledged = hammered(settings, codes, tmp_path)
    assert len(acknowledged) > 2 * ROUNDS
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    held = {
        entry: unseal(private, wave.key, stored)
        for shard, box in boxes.items()
        for entry, stored in urn.entries(shard, box).items()
    }
    asked = version()
    expected = {urn.entry_id(parse(code)): encode(answers_of(code, asked)) for code in sent}
    assert {urn.entry_id(parse(code)) for code in acknowledged} <= held.keys()
    assert held.items() <= expected.items()
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    people = [answers_of(code, asked) for code in sent if urn.entry_id(parse(code)) in held]
    assert but_drawn(left_of(home, wave)) == kept_sums(home, people)


@ON_POSTGRESQL
@pytest.mark.longest
def test_nobody_is_lost_or_doubled_or_left_unserved_when_parts_of_an_installation_are_killed(engine_name):
    """Each part once, while people answer; `python -m benchmarks.kills` does so for as long as it is told."""
    rounds, people = len(kills.TARGETS[engine_name]), 8
    told = kills.measured(engine_name, rounds=rounds, people=people, longest_outage=2.0)
    assert told["faults"] == []
    assert told["acknowledged"] == rounds * people
    assert [told[wrong] for wrong in kills.WRONG] == [0] * len(kills.WRONG)
    assert told["verify"] == []
