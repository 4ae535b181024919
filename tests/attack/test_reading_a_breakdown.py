"""A leader holds the breakdown by a background question beside the report, or a thief the database: what do
they learn of a category of few people, of one person, or of those who would rather not say?
"""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from instruments import background
from instruments.aggregates.subgroups import tabulate_subgroups
from instruments.answers import SKIPPED
from reports.disclosure import SUPPRESSED, Audience, Coding, SealedWave, Suppressed, pool, release
from reports.disclosure.figures import compute_figures
from reports.disclosure.policy import ABSOLUTE_MINIMUM, DetailLevel
from reports.disclosure.subgroups import _Asked, _whole
from reports.results.profile import profile
from survey.collection import lifecycle, sealing, submission
from survey.collection.urn import Urn, unseal
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import urns
from tests.instruments.building import built, coded
from tests.policies import POLICY
from tests.reports.waves import identified, kept_of
from tests.stored import raw_bytes
from tests.waves import TODAY, admitted, answer, opened, simulated

LEADER, AMONG, OWNER, OUTSIDE = Audience
WIDTH = POLICY.unanimity_width * 4  # scale points
FOUR = built({"trust": ["t1", "t2", "t3", "t4"]})
TWO = built({"trust": ["t1", "t2"]})
ROLE, YEARS = background.get("role@1"), background.get("years_here@1")
SHORT, MIDDLE, LONG = YEARS.categories


def broken(version, question, people, *, wave="w1", among=False):
    """A sealed wave of `people`, (category or SKIPPED, codes); `among` says that its leaders answered."""
    answers = coded(version, [codes for _, codes in people])
    moments = kept_of(version, answers)
    kept = tabulate_subgroups(
        version, question, answers, [category for category, _ in people], ABSOLUTE_MINIMUM
    )
    identity = identified(version, wave=wave)
    return SealedWave(identity, version, len(people), moments, breakdown=kept, leaders_answer=among)


def people_of(sizes, seed=1, *, version=FOUR, centers=(3.0, 3.4, 3.8, 3.2), skipping=0.0):
    """So many people in each category of YEARS, and so many who would rather not say, with their answers."""
    drawn, made = np.random.default_rng(seed), []
    for category, size, center in zip((*YEARS.categories, SKIPPED), sizes, centers, strict=True):
        for _ in range(size):
            person = drawn.normal(center, 0.7) + drawn.normal(0, 0.7, len(version.items))
            codes = np.clip(np.rint(person), 1, 5).astype(int).tolist()
            made.append((category, [None if drawn.random() < skipping else code for code in codes]))
    return made


def told_of(sealed):
    """Category → the range of the sum of its scores that its told mean says, of the only dimension."""
    shown, sums = release(sealed, LEADER, POLICY), {}
    for name, category in shown.breakdown.categories.items():
        mean = category.means["trust"]
        if not isinstance(mean, Suppressed):
            n = sealed.breakdown.scores["trust"][name].n
            sums[name] = (n, n * (mean.value - mean.step / 2), n * (mean.value + mean.step / 2))
    return shown, sums


def scores_of(people):
    """Each person's score on the only dimension; None where too little was answered."""
    answered = [[code for code in codes if code is not None] for _, codes in people]
    enough = [2 * len(codes) >= len(FOUR.items) for codes in answered]
    return [np.mean(codes) if held else None for codes, held in zip(answered, enough, strict=True)]


def width_of(hidden, atom, low, high):
    """How widely the mean of `hidden` among `atom` people lies whose scores sum to low…high."""
    ends = []
    for sign in (1, -1):
        found = linprog(
            [sign] * hidden + [0] * (atom - hidden),
            A_ub=[[1] * atom, [-1] * atom],
            b_ub=[high, -low],
            bounds=[(1, 5)] * atom,
        )
        assert found.success
        ends.append(sign * found.fun / hidden)
    return ends[1] - ends[0]


SIZES_TRIED = (0, 1, 3, 4, 6, 9, 13)
COMPOSITIONS = [sizes for sizes in product(SIZES_TRIED, repeat=4) if 12 <= sum(sizes) <= 30]


@pytest.mark.parametrize("audience", [LEADER, AMONG])
@pytest.mark.parametrize("seed", range(4))
def test_no_small_category_is_told_left_over_or_bounded_in_any_composition(audience, seed):
    fewest, bounded_few = POLICY.thresholds[audience].mean, 0
    for sizes in random.Random(seed).sample(COMPOSITIONS, 60):  # noqa: S311 - a sample of cases
        people = people_of(sizes, seed, skipping=0.1 * seed)
        sealed = broken(FOUR, YEARS, people, among=audience is AMONG)
        shown, sums = told_of(sealed)
        counts = {
            name: each.n for name, each in shown.breakdown.categories.items() if each.n is not SUPPRESSED
        }
        assert all(n >= fewest for n in counts.values())
        assert not counts or len(people) - sum(counts.values()) >= fewest or len(counts) == 3
        for hidden, rest, low, high in few_left_over(people, shown, sums, fewest):
            bounded_few += 1
            assert width_of(hidden, rest, low, high) > WIDTH
            # a reader who is among the others takes the own answer out
            for own in (1, 5) if audience is AMONG else ():
                assert width_of(hidden, rest - 1, low - own, high - own) > WIDTH
    assert bounded_few >= 10


def few_left_over(people, shown, sums, fewest):
    """Yield every withheld category of fewer people than `fewest`, where some category's mean is released.

    Each as (people in it, people left over, the least and the largest sum of their scores).
    """
    if not sums:
        return
    scored = [name for (name, _), score in zip(people, scores_of(people), strict=True) if score is not None]
    mean = shown.dimensions["trust"].mean
    rest = len(scored) - sum(n for n, *_ in sums.values())
    assert all(n >= fewest for n, *_ in sums.values())
    assert rest >= fewest or (rest == 0 and len(sums) == 3)
    low = len(scored) * (mean.value - mean.step / 2) - sum(high for *_, high in sums.values())
    high = len(scored) * (mean.value + mean.step / 2) - sum(low for _, low, _ in sums.values())
    for name in {*YEARS.categories, SKIPPED} - set(sums):
        if 0 < (hidden := scored.count(name)) < fewest:
            yield hidden, rest, low, high


def test_where_a_category_is_withheld_an_empty_one_looks_like_one_of_four():
    for hidden in (0, 1, 4):
        sealed = broken(FOUR, YEARS, people_of((9, 10 - hidden, hidden, 0)))
        category = release(sealed, LEADER, POLICY).breakdown.categories[LONG]
        assert category.n is SUPPRESSED
        assert set(category.means.values()) == {SUPPRESSED}
        told = [each.n for each in release(sealed, LEADER, POLICY).breakdown.categories.values()]
        assert sum(n for n in told if n is not SUPPRESSED) <= 19 - 5


@pytest.mark.parametrize("audience", [OWNER, OUTSIDE])
def test_nobody_but_the_own_leader_is_told_by_category(audience):
    sealed = broken(FOUR, YEARS, people_of((20, 20, 20, 20)))
    assert release(sealed, audience, POLICY).breakdown is None
    for inside in (LEADER, AMONG):
        assert release(sealed, inside, POLICY).breakdown is not None


def test_a_pool_tells_nothing_by_category():
    waves = [broken(FOUR, YEARS, people_of((20, 20, 20, 0), seed)) for seed in range(3)]
    renamed = [
        SealedWave(identified(FOUR, name), FOUR, 60, each.moments, breakdown=each.breakdown)
        for name, each in zip("abc", waves, strict=True)
    ]
    assert pool(renamed, identified(FOUR, "m")).breakdown is None


def test_a_dimension_that_is_withheld_cannot_be_added_up_from_its_categories():
    people = people_of((10, 10, 10, 0))
    people = [(name, codes if place < 4 else [None] * 4) for place, (name, codes) in enumerate(people)]
    shown = release(broken(FOUR, YEARS, people), LEADER, POLICY)
    assert shown.dimensions["trust"].mean is SUPPRESSED
    assert all(each.means["trust"] is SUPPRESSED for each in shown.breakdown.categories.values())


def test_a_dimension_whose_mean_is_coded_is_not_added_up_to_more_from_its_categories():
    people = [(name, [5] * 4) for name in YEARS.categories for _ in range(6)]
    shown = release(broken(FOUR, YEARS, people), LEADER, POLICY)
    assert shown.dimensions["trust"].mean.coding is Coding.OVER
    assert all(each.means["trust"] is SUPPRESSED for each in shown.breakdown.categories.values())


def test_the_mean_of_a_large_category_is_told_no_finer_than_that_of_a_small_one():
    shown = release(broken(FOUR, YEARS, people_of((40, 30, 12, 0))), LEADER, POLICY)
    told = [category.means["trust"] for category in shown.breakdown.categories.values()]
    assert not any(isinstance(mean, Suppressed) for mean in told)
    assert {mean.step for mean in told} == {0.1}


@pytest.mark.parametrize(("level", "is_known"), [(DetailLevel.ITEMS, True), (DetailLevel.MEAN, False)])
def test_beside_answers_that_are_told_the_mean_of_everybody_counts_as_exactly_known(level, is_known):
    sealed = broken(FOUR, YEARS, people_of((12, 10, 8, 0)))
    [trust] = FOUR
    shown = compute_figures(sealed, trust, level, POLICY).dimension
    told = _whole(_Asked(sealed, sealed.breakdown, POLICY, 5), trust, shown, shown.mean).bounds
    exact = np.mean([np.mean(codes) for _, codes in people_of((12, 10, 8, 0))])
    assert told.low <= exact <= told.high
    assert (told.high - told.low < 0.001) is is_known


def shows_means(n, seed, *, among):
    answers = [codes for _, codes in people_of((n, 0, 0, 0), seed)]
    people = [(ROLE.categories[place >= n // 2], codes) for place, codes in enumerate(answers)]
    sealed = broken(FOUR, ROLE, people, among=among)
    found = release(sealed, LEADER, POLICY).breakdown.categories.values()
    return any(not isinstance(each.means["trust"], Suppressed) for each in found)


@pytest.mark.parametrize("audience", [LEADER, AMONG])
def test_a_question_may_be_asked_of_as_many_as_means_by_category_can_be_shown_of(audience):
    fewest, among = POLICY.invited_for_subgroups(audience), audience is AMONG
    assert not any(shows_means(fewest - 1, seed, among=among) for seed in range(20))
    assert any(shows_means(fewest, seed, among=among) for seed in range(20))


def test_a_dimension_of_one_item_is_not_told_by_category():
    one = built({"trust": ["t1"]})
    shown = release(broken(one, YEARS, people_of((9, 9, 9, 9), version=one)), LEADER, POLICY)
    assert shown.dimensions["trust"].mean is not SUPPRESSED
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


@st.composite
def agreeing(draw, version):
    """People in two roles who may agree very much inside them."""
    made = []
    for name, least in zip((*ROLE.categories, SKIPPED), (5, 8, 2), strict=True):
        favourites = draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
        answer = st.one_of(st.sampled_from(favourites), st.sampled_from(favourites), st.integers(1, 5))
        codes = st.lists(answer, min_size=len(version.items), max_size=len(version.items))
        made += [(name, draw(codes)) for _ in range(draw(st.integers(least, 12)))]
    return made


def may_stand(answers, n, low, high, *, side, people=2):
    """Whether so many of n people may have scores on or beyond the middle: an integer program.

    The reader knows every item's exact distribution over everybody (`answers`, persons × items), and that
    the n people's scores sum to low…high, not whose answers are whose. Some are modelled one by one, the
    others by their counts.
    """
    items = answers.shape[1]
    counts = np.array([np.bincount(answers[:, item], minlength=6)[1:] for item in range(items)])
    values, each = np.arange(1, 6), np.kron(np.eye(items), np.ones(5))
    scores, none, parts = np.tile(values, items), np.zeros((items, items * 5)), range(people + 1)
    rows, least, most = [], [], []
    for place, people_there in enumerate((*[1] * people, n - people)):
        rows.append(np.hstack([each if place == part else none for part in parts]))
        least, most = [*least, *[people_there] * items], [*most, *[people_there] * items]
    rows.append(np.hstack([np.eye(items * 5)] * len(parts)))
    least, most = [*least, *[0] * items * 5], [*most, *counts.ravel()]
    rows.append(np.tile(scores, len(parts))[np.newaxis])
    least, most = [*least, items * low - 1e-6], [*most, items * high + 1e-6]
    for person in range(people):
        rows.append(np.hstack([scores if part == person else 0 * scores for part in parts])[np.newaxis])
        least, most = [*least, 3 * items if side > 0 else 0], [*most, 5 * items if side > 0 else 3 * items]
    told = LinearConstraint(np.vstack(rows), least, most)
    size = len(parts) * items * 5
    return milp(np.zeros(size), constraints=told, integrality=np.ones(size), bounds=Bounds(0, n)).success


def told_parts(people, audience):
    """(n, low, high) of every told part, and of the rest, where the distribution of the whole is told."""
    version = FOUR if len(people[0][1]) == len(FOUR.items) else TWO
    shown, sums = told_of(broken(version, ROLE, people, among=audience is AMONG))
    if not sums or isinstance(shown.dimensions["trust"].histogram, Suppressed):
        return {}
    mean = shown.dimensions["trust"].mean
    whole = [len(people) * (mean.value + side * mean.step / 2) for side in (-1, 1)]
    rest = len(people) - sum(n for n, *_ in sums.values())
    low, high = (
        whole[0] - sum(most for *_, most in sums.values()),
        whole[1] - sum(least for _, least, _ in sums.values()),
    )
    return {**sums, SKIPPED: (rest, low, high)} if rest else sums


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_beside_every_distribution_two_people_of_each_part_may_still_stand_apart(version, data):
    people = data.draw(agreeing(version))
    answers, parts = np.array([codes for _, codes in people]), told_parts(people, LEADER)
    assume(parts)
    for n, low, high in parts.values():
        for side in (-1, 1):
            assert may_stand(answers, n, low, high, side=side)


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_leader_who_answered_still_does_not_know_where_one_other_of_the_own_part_stands(version, data):
    people = data.draw(agreeing(version))
    parts = told_parts(people, AMONG)
    assume(parts and people)
    for place in {(name, tuple(codes)): place for place, (name, codes) in enumerate(people)}.values():
        name, codes = people[place]
        n, low, high = parts.get(name) or parts[SKIPPED]
        others = np.array([each for at, (_, each) in enumerate(people) if at != place])
        own = sum(codes) / len(codes)
        for side in (-1, 1):
            assert may_stand(others, n - 1, low - own, high - own, side=side, people=1)


@st.composite
def hiding(draw, version):
    """People in two roles, the second of few, and some who would rather not say; many agree."""
    sizes = draw(st.tuples(st.integers(9, 14), st.integers(1, 4), st.integers(2, 9)))
    favourites = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    answer = st.one_of(st.sampled_from(favourites), st.sampled_from(favourites), st.integers(1, 5))
    codes = st.lists(answer, min_size=len(version.items), max_size=len(version.items))
    kinds = zip((*ROLE.categories, SKIPPED), sizes, strict=True)
    return [(name, draw(codes)) for name, size in kinds for _ in range(size)]


def bounded(people, items, told, hidden):
    """How widely the mean of `hidden` of those not told of may lie: integer programs.

    The reader knows every item's exact distribution over everybody, and for each told part how many are in
    it and what their scores sum to, as (n, low, high).
    """
    answers = np.array([codes for _, codes in people])
    counts = np.array([np.bincount(answers[:, item], minlength=6)[1:] for item in range(items)])
    sizes = [hidden, len(people) - hidden - sum(n for n, *_ in told), *(n for n, *_ in told)]
    each, cells = np.kron(np.eye(items), np.ones(5)), items * 5
    scores = np.tile(np.arange(1, 6), items) / items
    rows, least, most = [np.hstack([np.eye(cells)] * len(sizes))], [*counts.ravel()], [*counts.ravel()]
    for place, size in enumerate(sizes):
        rows.append(np.hstack([each if place == part else 0 * each for part in range(len(sizes))]))
        least, most = [*least, *[size] * items], [*most, *[size] * items]
    for place, (_, low, high) in enumerate(told, start=2):
        rows.append(np.hstack([scores if place == part else 0 * scores for part in range(len(sizes))])[None])
        least, most = [*least, low - 1e-9], [*most, high + 1e-9]
    known, width = LinearConstraint(np.vstack(rows), least, most), len(sizes) * cells
    goal = np.r_[scores / hidden, np.zeros(width - cells)]
    found = [
        milp(sign * goal, constraints=known, integrality=np.ones(width), bounds=Bounds(0, len(people)))
        for sign in (1, -1)
    ]
    assert all(each.success for each in found)
    return -found[1].fun - found[0].fun


@pytest.mark.parametrize("version", [TWO, FOUR], ids=["two items", "four items"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_beside_every_distribution_a_small_category_is_not_bounded_to_a_scale_point(version, data):
    people = data.draw(hiding(version))
    shown, sums = told_of(broken(version, ROLE, people))
    assume(sums and not isinstance(shown.dimensions["trust"].histogram, Suppressed))
    hidden = sum(name == ROLE.categories[1] for name, _ in people)
    assert bounded(people, len(version.items), list(sums.values()), hidden) > WIDTH


def test_where_the_whole_answers_in_two_neighbouring_categories_no_remainder_is_left():
    """Everybody says 3 or 4: a mean of eleven among eighteen would say of the hidden seven what they said."""
    people = [(ROLE.categories[0], [3, 4, 3, 4])] * 6 + [(ROLE.categories[0], [4, 3, 3, 4])] * 5
    people += [(ROLE.categories[1], [3, 3, 3, 4])] * 3 + [(SKIPPED, [4, 4, 4, 3])] * 4
    shown = release(broken(FOUR, ROLE, people), LEADER, POLICY)
    assert shown.breakdown.categories[ROLE.categories[0]].n == 11
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_a_mean_that_the_told_distribution_leaves_no_doubt_about_is_not_told():
    """The whole has no 2 and no 3, and few 5: twelve people at 4.6 cannot hold two of those who said 1."""
    high = [[5, 5]] * 7 + [[5, 4]] + [[4, 4]] * 4
    low = [[1, 1]] * 3 + [[4, 5]] + [[4, 4]] * 4
    people = [(ROLE.categories[0], codes) for codes in high] + [(ROLE.categories[1], codes) for codes in low]
    shown = release(broken(TWO, ROLE, people), LEADER, POLICY)
    assert shown.dimensions["trust"].histogram is not SUPPRESSED
    answers = np.array([codes for _, codes in people])
    assert not may_stand(answers, 12, 12 * 4.55, 12 * 4.65, side=-1)
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_where_the_spread_lies_between_two_groups_nobody_in_them_is_bounded():
    """Six at 2 and six at 4: the told spread is all between the groups, so each of them would be known."""
    people = [
        (name, [code] * 4) for name, code in zip(ROLE.categories, (2, 4), strict=True) for _ in range(6)
    ]
    shown = release(broken(FOUR, ROLE, people), LEADER, POLICY)
    assert shown.dimensions["trust"].interval is not SUPPRESSED
    assert {each.means["trust"] for each in shown.breakdown.categories.values()} == {SUPPRESSED}


def test_two_waves_tell_each_what_they_would_tell_alone():
    """Others may have answered in the second: nothing of one is a part of the other."""
    first = broken(FOUR, YEARS, people_of((9, 9, 9, 0), 1), wave="w1")
    second = broken(FOUR, YEARS, people_of((9, 9, 4, 6), 2), wave="w2")
    for audience in (LEADER, AMONG):
        alone, after = profile([second], audience, POLICY), profile([first, second], audience, POLICY)
        assert [wave.identity.wave for wave in after.over_time] == ["w1", "w2"]
        assert (
            after.released.breakdown
            == alone.released.breakdown
            == release(second, audience, POLICY).breakdown
        )
        assert not isinstance(alone.released.breakdown.categories[SHORT].n, Suppressed)


@pytest.mark.parametrize("audience", [LEADER, AMONG])
def test_the_same_answers_in_any_order_are_told_alike(audience):
    """No order of people or of asking decides anything: the same in, the same out."""
    people = people_of((9, 8, 3, 2), 5, skipping=0.2)
    shown = {
        repr(release(broken(FOUR, YEARS, order), audience, POLICY).breakdown)
        for order in (people, people[::-1], people[7:] + people[:7])
    }
    assert len(shown) == 1


def answered(home, categories, asked=ROLE, seed=1):
    """A closed wave whose people chose these categories."""
    wave = opened(home, background=asked.reference, invited=max(15, len(categories)))
    answer(home, wave, simulated(len(categories), seed), said=categories)
    return lifecycle.close(home.database, wave.key)


def test_every_reply_in_the_urn_is_equally_long_whatever_was_said(home):
    wave = answered(home, [*ROLE.categories, SKIPPED] * 2)
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    entries = [each for shard, box in boxes.items() for each in urn.entries(shard, box).values()]
    assert len(entries) == 6
    assert len({len(each) for each in entries}) == 1
    assert {len(unseal(private, wave.key, each)) for each in entries} == {36 + 1}
    assert len({len(box) for box in boxes.values()}) == 1


def test_a_wave_without_the_question_holds_not_one_byte_more(home):
    wave = opened(home)
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    [admission] = admitted(home, wave)
    submission.submit(home.database, home.keys, admission, simulated(1)[0], TODAY)
    with home.database.reading() as connection:
        boxes = urns.boxes(connection, wave.id)
    [entry] = [each for shard, box in boxes.items() for each in urn.entries(shard, box).values()]
    assert len(unseal(private, wave.key, entry)) == 36


SIZES = [(9, 4, 0), (9, 4, 1), (8, 5, 4), (5, 5, 5), (6, 6, 0), (4, 4, 4), (3, 0, 1), (20, 1, 0), (13, 0, 0)]


@pytest.mark.parametrize("sizes", SIZES)
def test_the_database_after_sealing_holds_no_small_category_and_no_small_remainder(home, sizes):
    kinds = (*ROLE.categories, SKIPPED)
    chosen = [name for name, size in zip(kinds, sizes, strict=True) for _ in range(size)]
    wave = sealing.seal(home.database, home.keys, home.policy, answered(home, chosen, seed=sum(sizes)).key)
    with home.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT figure, category, n, mean FROM sealed_category").all()
    kept = sealed_waves.of_wave(home.database, wave).moments
    for figure in {row.figure for row in rows}:
        counts = [row.n for row in rows if row.figure == figure]
        whole = len(chosen) if figure == "answers" else kept.scores[figure].persons
        assert min(counts) >= ABSOLUTE_MINIMUM
        assert not 0 < whole - sum(counts) < ABSOLUTE_MINIMUM
    small = [name for name in ROLE.categories if chosen.count(name) < ABSOLUTE_MINIMUM]
    assert not {row.category for row in rows} & set(small)
    raw = raw_bytes(home.database)
    assert not [name for name in small if name.encode() in raw]
