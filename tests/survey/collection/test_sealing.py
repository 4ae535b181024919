import shutil
from datetime import timedelta

import pytest

from instruments.aggregates.moments import WITHHELD
from instruments.problems import Damaged, Refused
from survey.collection import lifecycle, sealing, submission
from survey.collection.urn import Urn
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import urns, waves
from tests.waves import (
    CLOSES,
    alike,
    answer,
    but_drawn,
    closed,
    kept_sums,
    opened,
    sealed,
    simulated,
)


def left_of(home, wave):
    return sealed_waves.of_wave(home.database, wave).moments


def test_a_sealed_wave_holds_the_moments_of_all_answers_once(home):
    people = simulated(30)
    wave = sealed(home, people, invited=30)
    assert wave.is_sealed
    [kept] = sealed_waves.of_unit(home.database, wave.unit_key)
    assert but_drawn(kept.moments) == kept_sums(home, people)
    assert kept.invited == 30
    assert kept.identity.unit_name == "Asken"


def test_sealing_twice_gives_the_same_again(home):
    wave = sealed(home, simulated(15))
    before = left_of(home, wave)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert left_of(home, wave) == before


@pytest.mark.parametrize(("n", "withheld"), [(6, True), (14, True), (15, False)])
def test_fewer_than_fifteen_answers_leave_no_cross_products(home, n, withheld):
    moments = left_of(home, sealed(home, simulated(n)))
    assert moments.n == n
    assert (moments.cross_products is WITHHELD) == withheld


@pytest.mark.parametrize(("n", "leaders_answer"), [(0, True), (5, True), (1, False), (4, False)])
def test_fewer_answers_than_the_leaders_minimum_leave_nothing_not_even_how_few(home, n, leaders_answer):
    wave = sealed(home, simulated(n), leaders_answer=leaders_answer)
    assert sealed_waves.without_result(home.database) == {wave.id}
    with home.database.reading() as connection:
        [row] = connection.exec_driver_sql("SELECT n, moments FROM sealed_wave").all()
    assert row == (None, None)
    assert left_of(home, wave).n == 0


@pytest.mark.parametrize(("n", "asked", "code"), [(5, False, "seal-too-few"), (6, True, "seal-enough")])
def test_answers_are_destroyed_without_result_only_where_they_are_few_and_that_is_asked(home, n, asked, code):
    wave = closed(home, simulated(n))
    with pytest.raises(Refused, match=code) as refused:
        sealing.seal(home.database, home.keys, home.policy, wave.key, without_result=asked)
    with pytest.raises(Refused, match=code):
        sealing.require_asked(home.database, home.keys, home.policy, wave, without_result=asked)
    # the leader's minimum, and not how many have answered
    assert refused.value.problems[0].values == {"title": wave.title, "fewest": 6}
    assert waves.by_key(home.database, wave.key) == wave
    assert len(urn_of(home, wave)) == n
    done = sealing.seal(home.database, home.keys, home.policy, wave.key, without_result=not asked)
    assert done.is_sealed
    assert not home.keys.remaining(wave.key)
    with home.database.reading() as connection:
        assert urns.boxes(connection, wave.id) == {}


def test_whoever_retries_after_the_end_hears_that_the_answers_arrived(home):
    wave = opened(home)
    [admission] = answer(home, wave, [alike()])
    lifecycle.close(home.database, wave.key)
    [kept] = urn_of(home, wave)
    submission.submit(home.database, home.keys, admission, alike(2), CLOSES + timedelta(days=1))
    assert urn_of(home, wave) == [kept]


def urn_of(home, wave):
    """Every answer in the wave's urn, sealed."""
    urn = Urn(wave.key, home.keys.urn(wave.key))
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    return [entry for shard, box in boxes.items() for entry in urn.entries(shard, box).values()]


@pytest.mark.parametrize("half", ["private", "urn"])
def test_sealing_without_a_key_changes_nothing(home, half):
    wave = closed(home, simulated(6))
    key = home.keys.path / f"{wave.key}.{half}"
    away = key.rename(home.keys.path / "away")
    with pytest.raises(Damaged, match="keys-missing"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed
    away.rename(key)
    assert left_of(home, sealing.seal(home.database, home.keys, home.policy, wave.key)).n == 6


def test_a_box_that_was_altered_or_moved_stops_the_sealing(home):
    wave = closed(home, simulated(6))
    swap = "UPDATE urn SET box = (SELECT box FROM urn WHERE shard = 3) WHERE shard = 4"
    with home.database.writing() as connection:
        connection.exec_driver_sql(swap)
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed
    assert home.keys.urn(wave.key)
    assert home.keys.private(wave.key)


def test_another_waves_private_key_stops_the_sealing_even_of_no_answers(home):
    wave, other = closed(home, []), opened(home)
    shutil.copy(home.keys.path / f"{other.key}.private", home.keys.path / f"{wave.key}.private")
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed
    assert home.keys.urn(wave.key)
    assert home.keys.private(wave.key)


def test_sealing_destroys_every_key_of_the_wave(home):
    wave = sealed(home, simulated(6))
    assert not home.keys.remaining(wave.key)
    assert lifecycle.interrupted(home.database, home.keys) == []
    assert not list(home.keys.path.glob(f"*{wave.key}*"))


def test_a_box_that_is_gone_stops_the_sealing(home):
    wave = closed(home, simulated(6))
    with home.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM urn WHERE shard = 4")
    with pytest.raises(Damaged, match="urn-damaged"):
        sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed


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
