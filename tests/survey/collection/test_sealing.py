from datetime import timedelta

import pytest

from instruments.aggregates.moments import WITHHELD, Moments
from instruments.answers import response_matrix
from instruments.problems import Damaged, Refused
from survey.collection import sealing, submission
from survey.collection.urn import Urn
from survey.store import urns
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import waves
from tests.waves import (
    CLOSES,
    TODAY,
    admitted,
    alike,
    answer,
    closed,
    drafted,
    opened,
    sealed,
    simulated,
    version,
)


def left_of(home, wave):
    return sealed_waves.of_wave(home.database, wave).moments


def test_a_sealed_wave_holds_the_moments_of_all_answers_once(home):
    people = simulated(30)
    wave = sealed(home, people, invited=30)
    assert wave.state == "sealed"
    [kept] = sealed_waves.of_unit(home.database, wave.unit_key)
    assert kept.moments == Moments.of(version(), response_matrix(version(), people))
    assert kept.invited == 30
    assert kept.identity.unit_name == "Asken"


def test_sealing_twice_gives_the_same_again(home):
    wave = sealed(home, simulated(15))
    before = left_of(home, wave)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert left_of(home, wave) == before


@pytest.mark.parametrize(("n", "withheld"), [(5, True), (14, True), (15, False)])
def test_fewer_than_fifteen_answers_leave_no_cross_products(home, n, withheld):
    moments = left_of(home, sealed(home, simulated(n)))
    assert moments.n == n
    assert (moments.cross_products is WITHHELD) == withheld


@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_answers_leave_nothing_not_even_how_few(home, n):
    wave = sealed(home, simulated(n))
    with home.database.reading() as connection:
        [row] = connection.exec_driver_sql("SELECT n, moments FROM sealed_wave").all()
    assert row == (None, None)
    assert left_of(home, wave).n == 0


def test_an_open_wave_is_not_sealed_and_a_draft_not_closed(home):
    wave = opened(home)
    with pytest.raises(Refused, match="wave-not-closed"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    with pytest.raises(Refused, match="wave-not-open"):
        sealing.close(home.database, drafted(home).key)


def test_a_wave_closes_by_itself_after_its_last_day(home):
    wave = opened(home)
    [came, late, on_time] = admitted(home, wave, 3)
    submission.submit(home.database, home.keys, came, alike(), TODAY)
    submission.submit(home.database, home.keys, on_time, alike(), CLOSES)
    after = CLOSES + timedelta(days=1)
    with pytest.raises(Refused, match="wave-closed"):
        submission.submit(home.database, home.keys, late, alike(), after)
    assert sealing.close_due(home.database, CLOSES) == ()
    assert [each.key for each in sealing.close_due(home.database, after)] == [wave.key]
    assert waves.by_key(home.database, wave.key).state == "closed"


def test_whoever_retries_after_the_end_hears_that_the_answers_arrived(home):
    wave = opened(home)
    [admission] = answer(home, wave, [alike()])
    sealing.close(home.database, wave.key)
    [kept] = urn_of(home, wave)
    submission.submit(home.database, home.keys, admission, alike(2), CLOSES + timedelta(days=1))
    assert urn_of(home, wave) == [kept]


def urn_of(home, wave):
    """Every answer in the wave's urn, sealed."""
    urn = Urn(wave.key, home.keys.urn(wave.key))
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    return [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]


def test_closing_before_the_last_day_makes_that_day_the_last(home):
    wave = opened(home)
    assert sealing.close(home.database, wave.key, TODAY).closes_on == TODAY
    assert sealing.close(home.database, wave.key, CLOSES).closes_on == TODAY
    late = sealing.close(home.database, opened(home).key, CLOSES + timedelta(days=9))
    assert late.closes_on == CLOSES


def test_a_wave_never_goes_back(home):
    wave = sealed(home, simulated(5))
    for act in (sealing.close, lambda database, key: sealing.open_wave(database, home.keys, key)):
        with pytest.raises(Refused, match="wave-not-"):
            act(home.database, wave.key)
    assert waves.by_key(home.database, wave.key).state == "sealed"


@pytest.mark.parametrize("half", ["private", "urn"])
def test_sealing_without_a_key_changes_nothing(home, half):
    wave = closed(home, simulated(6))
    key = home.keys.path / f"{wave.key}.{half}"
    away = key.rename(home.keys.path / "away")
    with pytest.raises(Damaged, match="keys-missing"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).state == "closed"
    away.rename(key)
    assert left_of(home, sealing.seal(home.database, home.keys, home.policy, wave.key)).n == 6


def test_a_box_that_was_altered_or_moved_stops_the_sealing(home):
    wave = closed(home, simulated(6))
    swap = "UPDATE urn SET box = (SELECT box FROM urn WHERE shard = 3) WHERE shard = 4"
    with home.database.writing() as connection:
        connection.exec_driver_sql(swap)
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).state == "closed"
    assert home.keys.holds(wave.key)


def test_sealing_destroys_every_key_of_the_wave(home):
    wave = sealed(home, simulated(6))
    assert not home.keys.remaining(wave.key)
    assert sealing.finish_interrupted(home.database, home.keys, home.policy) == ()
    assert not list(home.keys.path.glob(f"*{wave.key}*"))


def test_opening_twice_keeps_the_keys_of_the_first_time(home):
    wave = drafted(home)
    first = sealing.open_wave(home.database, home.keys, wave.key)
    assert home.keys.make(wave.key) == first.public_key
    with pytest.raises(Refused, match="wave-not-draft"):
        sealing.open_wave(home.database, home.keys, wave.key)


def test_a_box_that_is_gone_stops_the_sealing(home):
    wave = closed(home, simulated(6))
    with home.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM urn WHERE shard = 4")
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).state == "closed"


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o704])
def test_a_wave_does_not_open_where_others_could_come_at_its_keys(home, mode):
    wave = drafted(home)
    home.keys.path.chmod(mode)
    with pytest.raises(Damaged, match="keys-exposed"):
        sealing.open_wave(home.database, home.keys, wave.key)
    assert waves.by_key(home.database, wave.key).state == "draft"
    assert not list(home.keys.path.iterdir())


def test_what_a_key_was_is_overwritten_where_it_lay_before_it_is_removed(home, tmp_path):
    wave = closed(home, simulated(6))
    held = {path: path.read_bytes() for path in home.keys.path.glob(f"{wave.key}.*")}
    for path in held:
        # another name for the same place on the disk
        (tmp_path / path.name).hardlink_to(path)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert len(held) == 2
    for path, content in held.items():
        left = (tmp_path / path.name).read_bytes()
        assert len(left) == len(content)
        assert left != content


def test_a_box_is_not_put_back_into_a_wave_that_was_closed_meanwhile(home):
    wave = closed(home, simulated(6))
    with home.database.writing() as connection:
        box = urns.lock_boxes(connection, wave.id, 3)[3]
        assert not urns.replace_box(connection, wave.id, 3, box[::-1])
        assert urns.lock_boxes(connection, wave.id, 3) == {3: box}
