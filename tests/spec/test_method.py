import re

import numpy as np
import pytest

from reports.disclosure import SUPPRESSED, Audience, release
from reports.results import change as trajectory
from tests.policies import POLICY
from tests.reports.waves import sealed_from
from tests.spec import method, simulation

CHAPTER = method.CHAPTER.read_text("utf-8")
WRITTEN = method.written(CHAPTER)
# a seeded stream of normal numbers may change with numpy; one percentage point is the noise of the simulation
NOISE = 1


def test_every_block_of_the_method_chapter_is_computed_and_every_computed_one_stands_in_it():
    assert list(WRITTEN) == sorted(WRITTEN, key=CHAPTER.index)
    assert set(WRITTEN) == set(method.BLOCKS)


@pytest.mark.parametrize("name", sorted(set(method.BLOCKS) - {"false alarms"}))
def test_the_method_chapter_says_what_the_program_does(name):
    assert WRITTEN[name] == method.BLOCKS[name]()


def numbers(table):
    return [[int(number) for number in re.findall(r"\d+", row)] for row in table.splitlines()[2:]]


def test_the_table_of_false_alarms_is_what_the_simulation_gives():
    computed = method.false_alarms()
    assert computed.splitlines()[0] == WRITTEN["false alarms"].splitlines()[0]
    assert np.abs(np.array(numbers(computed)) - numbers(WRITTEN["false alarms"])).max() <= NOISE


def test_a_false_alarm_comes_in_at_most_5_percent_of_wave_pairs():
    rows = numbers(WRITTEN["false alarms"])
    assert [row[0] for row in rows] == list(simulation.SIZES)
    assert max(alarm for row in rows for alarm in row[2:4]) + NOISE <= 5


def test_large_changes_are_seen_where_many_answer():
    seen = {row[0]: row[4:] for row in numbers(WRITTEN["false alarms"])}
    assert seen[8] == [0, 0]
    assert seen[80][0] > 90
    assert seen[40][1] > 90
    assert all(half <= much for half, much in seen.values())


@pytest.mark.parametrize("people", simulation.SIZES)
def test_the_gate_and_the_trajectory_claim_what_the_simulation_does_or_less(people):
    waves = simulation.answers(np.random.default_rng(people), 8, people, shift=simulation.MUCH)
    shown = [simulation.told(wave) for wave in waves]
    number = 0
    for pair in range(8):
        before, after = (_released(wave[pair], key) for wave, key in zip(waves, "ab", strict=True))
        found = trajectory.compare(before, after, POLICY.change).changes.values()
        claimed = {
            place: 1 if change.verdict is trajectory.Verdict.HIGHER else -1
            for place, change in enumerate(found)
            if change.verdict in {trajectory.Verdict.HIGHER, trajectory.Verdict.LOWER}
        }
        expected = simulation.claims(shown[0][pair], shown[1][pair]) if shown[0] else {}
        withheld = any(change.estimate is SUPPRESSED for change in found)
        assert claimed.items() <= expected.items() if withheld else claimed == expected
        number += len(claimed)
    # eight pairs with one large change each: below twenty answers too little is released to see it
    assert (number == 0) == (people < 20)
    assert number >= 8 or people < 40


def _released(wave, key):
    rows = wave.reshape(len(wave), -1).tolist()
    sealed = sealed_from(simulation.VERSION, rows, wave=key)
    return release(sealed, Audience.LEADER, POLICY)
