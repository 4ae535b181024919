import re
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import ttest_ind

from instruments import library
from instruments.answers import response_matrix
from instruments.scoring import score
from reports.results.verdicts import Contrast, Verdict, judge
from survey.collection import lifecycle, sealing
from survey.demo.simulation import simulate
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.spec import method, simulation
from tests.waves import OPENS, answer, opened, version

CHAPTER = method.CHAPTER.read_text("utf-8")
WRITTEN = method.written(CHAPTER)
# a seeded stream of normal numbers may change with numpy; one percentage point is the noise of the simulation
NOISE = 1


def test_every_block_of_the_method_chapter_is_computed_and_every_computed_one_stands_in_it():
    assert list(WRITTEN) == sorted(WRITTEN, key=lambda name: CHAPTER.index(f"computed: {name}"))
    assert set(WRITTEN) == set(method.BLOCKS)


@pytest.mark.parametrize("name", sorted(set(method.BLOCKS) - {"false alarms"}))
def test_the_method_chapter_says_what_the_program_does(name):
    assert WRITTEN[name] == method.BLOCKS[name]()


def numbers(table):
    return [[int(number) for number in re.findall(r"\d+", row)] for row in table.splitlines()[2:]]


def test_the_table_of_false_alarms_is_what_the_simulation_gives():
    # the larger ones take three quarters of the time; what is judged knows of the size only where it is small
    small = simulation.SIZES[:3]
    computed = method.false_alarms(small)
    assert computed.splitlines()[0] == WRITTEN["false alarms"].splitlines()[0]
    written = numbers(WRITTEN["false alarms"])[: len(small)]
    assert np.abs(np.array(numbers(computed)) - written).max() <= NOISE


def test_a_false_alarm_comes_in_at_most_5_percent_of_wave_pairs():
    rows = numbers(WRITTEN["false alarms"])
    assert [row[0] for row in rows] == list(simulation.SIZES)
    assert max(alarm for row in rows for alarm in row[2:4]) <= 5


def test_large_changes_are_seen_where_many_answer():
    seen = {row[0]: row[4:] for row in numbers(WRITTEN["false alarms"])}
    assert seen[8] == [0, 0]
    assert seen[80][0] > 90
    assert seen[40][1] > 90
    assert seen[20][1] > 85
    assert all(half <= much for half, much in seen.values())


def test_a_slow_rise_is_told_as_a_trend():
    seen, false = simulation.trends_seen()
    assert seen >= 0.9
    assert false <= 0.05 + NOISE / 100


@pytest.mark.parametrize("people", [20, 25, 40, 80])
def test_a_released_standard_error_is_hardly_larger_than_the_exact_one(people):
    ratios = simulation.standard_error_ratios(people, waves=30)
    assert len(ratios) == 30 * simulation.DIMENSIONS
    assert np.median(ratios) <= 1.03
    assert np.percentile(ratios, 95) <= 1.10
    # and never smaller by more than the last decimal
    assert ratios.min() > 0.999


def test_few_dimensions_lose_their_items_to_agreement():
    version = library.get("learning_community@1.1.0")
    assert 0 < simulation.without_items(version, 25) < 0.15


@pytest.mark.parametrize("blank", [0.0, simulation.BLANK], ids=["complete", "ordinary blanks"])
@pytest.mark.parametrize("people", simulation.SIZES)
def test_what_is_judged_is_what_welch_and_holm_say_of_the_exact_scores(people, blank):
    waves = simulation.answers(np.random.default_rng(people), 12, people, shift=simulation.MUCH, blank=blank)
    expected, number = simulation.claims(waves), 0
    words = {0: Verdict.NO_CERTAIN_CHANGE, 1: Verdict.HIGHER, -1: Verdict.LOWER}
    for pair in range(12):
        sealed = [simulation.sealed(wave[pair], key) for wave, key in zip(waves, "ab", strict=True)]
        judged = judge(sealed, POLICY).contrasts[Contrast.PREVIOUS]
        for place, each in enumerate(judged.values()):
            claimed = words[int(expected[pair, place])]
            assert each.verdict is claimed if people >= 10 else each.verdict is Verdict.NOT_RELEASED
            number += claimed is not Verdict.NO_CERTAIN_CHANGE
    assert (number == 0) == (people < 10)


def test_the_three_contrasts_of_many_waves_are_what_the_simulation_makes_of_them():
    random = np.random.default_rng(5)
    waves = simulation.answers(random, 3, 22, shift=0.12, waves=9)
    times = np.arange(9) - 4.0
    for unit in range(3):
        one = [wave[unit : unit + 1] for wave in waves]
        found = [
            simulation.contrast(one[-2:], (-1, 1)),
            simulation.contrast((one[0], one[-1]), (-1, 1)),
            simulation.contrast(one, times / (times**2).sum()),
        ]
        told = simulation.rejected(np.concatenate([p for _, p in found], axis=1))[0]
        closed = [date(2020, 1, 1) + timedelta(days=180 * number) for number in range(9)]
        sealed = [
            simulation.sealed(wave[0], f"w{number}", closed=closed[number], invited=24)
            for number, wave in enumerate(one)
        ]
        contrasts = judge(sealed, POLICY).contrasts
        judged = [each for contrast in Contrast for each in contrasts[contrast].values()]
        claimed = [each.verdict in {Verdict.HIGHER, Verdict.LOWER} for each in judged]
        assert claimed == told.tolist()
        assert any(claimed)


def test_what_was_judged_through_codes_urn_and_sealing_is_what_welch_and_holm_say(home):
    drawn = np.random.default_rng(11)
    waves, given = [], []
    for number, level in enumerate((3.1, 3.9)):
        held = {each.id: level for each in version().dimensions}
        people = simulate(version(), 24, held, dict.fromkeys(version().item_columns, 0.0), random=drawn)
        opens = OPENS + timedelta(days=200 * number)
        dates = {"opens_on": opens, "closes_on": opens + timedelta(days=14), "invited": 26}
        wave = opened(home, **dates)
        answer(home, wave, people, today=opens + timedelta(days=7))
        waves.append(
            sealing.seal(home.database, home.keys, home.policy, lifecycle.close(home.database, wave.key).key)
        )
        given.append(response_matrix(version(), people))
    scores = [score(version(), each) for each in given]
    found = [
        ttest_ind(after, before, equal_var=False, nan_policy="omit")
        for before, after in zip(*(each.T for each in scores), strict=True)
    ]
    rejected = simulation.rejected(np.array([[each.pvalue for each in found]]))[0]
    judged = sealed_waves.verdicts_of(home.database, waves[1]).contrasts[Contrast.PREVIOUS]
    assert [each.verdict is Verdict.HIGHER for each in judged.values()] == rejected.tolist()
    assert rejected.any()
    assert sealed_waves.verdicts_of(home.database, waves[0]).contrasts == {}
