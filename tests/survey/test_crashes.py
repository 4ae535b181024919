import signal
import subprocess
import sys
from pathlib import Path

import pytest

from instruments.answers import encode, matrix
from instruments.moments import Moments
from survey import sealing, upkeep
from survey.store import urns
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import waves
from survey.urn import Urn, unseal
from tests.stored import raw_bytes
from tests.survey import killed
from tests.waves import closed, opened, simulated, version

STAGES = ("begin", "held", "opened", "replaced", "counted", "unreadable", "scrubbed", "destroyed")
BEFORE_COMMIT = STAGES[:4]
ROUNDS = 20


def run_killed(*arguments):
    command = [sys.executable, "-m", "tests.survey.killed", *map(str, arguments)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode  # noqa: S603 - our own words


def left_of(home, wave):
    return sealed_waves.of_wave(home.database, wave).moments


def traces(boxes, raw):
    """The shards of which a piece lies in these bytes."""
    return [shard for shard, box in boxes.items() if box[40:72] in raw or box[-72:-40] in raw]


@pytest.mark.parametrize("stage", STAGES)
def test_a_sealing_that_is_killed_anywhere_and_repeated_gives_the_result_once(home, settings, stage):
    people = simulated(20)
    wave = closed(home, people)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    assert traces(boxes, raw_bytes(home.database)) == list(boxes)
    died = run_killed("seal", settings.database, settings.keys, wave.key, stage)
    assert died == -signal.SIGKILL
    state = waves.by_key(home.database, wave.key).state
    assert state == ("closed" if stage in BEFORE_COMMIT else "sealed")
    assert home.keys.holds(wave.key) == (stage in {*BEFORE_COMMIT, "counted"})
    sealing.seal(home.database, home.keys, wave.key)
    assert left_of(home, wave) == Moments.of(version(), matrix(version(), people))
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sealed_wave").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM urn").scalar() == 0
    assert not home.keys.remaining(wave.key)
    assert upkeep.problems(settings) == []
    assert traces(boxes, raw_bytes(home.database)) == []


def test_every_acknowledged_answer_is_counted_once_and_no_other(home, settings, tmp_path):
    wave = opened(home, invited=50_000)
    log = tmp_path / "log"
    assert run_killed("hammer", settings.database, settings.keys, wave.key, ROUNDS, log) == 0
    lines = [line.split() for line in log.read_text().splitlines()]
    sent = {bytes.fromhex(token) for word, token in lines if word == "sent"}
    acknowledged = {bytes.fromhex(token) for word, token in lines if word == "acknowledged"}
    assert len(acknowledged) > ROUNDS
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    held = {
        entry: unseal(private, wave.key, stored)
        for shard, box in boxes.items()
        for entry, stored in urn.entries(shard, box).items()
    }
    expected = {urn.entry_id(token): encode(killed.answers_of(token, version())) for token in sent}
    assert {urn.entry_id(token) for token in acknowledged} <= held.keys()
    assert held.items() <= expected.items()
    sealing.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, wave.key)
    people = [killed.answers_of(token, version()) for token in sent if urn.entry_id(token) in held]
    assert left_of(home, wave) == Moments.of(version(), matrix(version(), people))
