"""What is stored of a background question, in the urn and after sealing, tells of no small group."""

import pytest

from instruments import background
from instruments.answers import SKIPPED
from reports.disclosure.policy import ABSOLUTE_MINIMUM
from survey.collection import lifecycle, sealing, submission
from survey.collection.urn import Urn, unseal
from survey.store.repositories import sealed as sealed_waves
from survey.store.repositories import urns
from tests.stored import raw_bytes
from tests.waves import TODAY, admitted, answer, opened, simulated

ROLE = background.get("role@1")


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


SIZES = [(9, 4, 0), (9, 4, 1), (8, 5, 4), (5, 5, 5), (6, 6, 0), (4, 4, 4), (3, 2, 1), (20, 1, 0), (13, 0, 0)]


@pytest.mark.usefixtures("own_files")
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
