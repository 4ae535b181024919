"""A thief has the database of sealed waves: what do the stored statistics say beyond what may be released?"""

import json
from random import Random

import pytest

from instruments import library
from instruments.answers import SKIPPED, Answers
from survey.collection import lifecycle, sealing, submission
from survey.store.repositories import sealed as sealed_waves
from tests.instruments.written import definition
from tests.policies import POLICY
from tests.waves import TODAY, admitted, opened

REFERENCE = "any@1.0.0"
FEW = range(POLICY.collection.kept_from, POLICY.collection.cross_products_from)
# of three people on a scale from 0 to 10: equal sums, equal sums of squares, all below the middle
ONE_WAY, ANOTHER = (0, 3, 3), (1, 1, 4)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A dimension of one item and one of four, two of them reversed, on a scale from 0 to 10."""
    monkeypatch.setattr(library, "_folders", [tmp_path])
    turned = [False, False, True, False, True]
    text = definition([1, 4], range(11), ("dont_know",), turned, 0.5)
    (tmp_path / f"{REFERENCE}.toml").write_text(text, "utf-8")
    library.get.cache_clear()
    yield library.get(REFERENCE)
    library.get.cache_clear()


def stored_of(home, version, rows, unit):
    """What the database holds after these people's wave was sealed: bytes, and the same read as JSON."""
    wave = opened(home, unit, instrument=REFERENCE, language="en", invited=len(rows), leaders_answer=False)
    for admission, row in zip(admitted(home, wave, len(rows)), rows, strict=True):
        given = {
            item.id: SKIPPED if answer is None else answer
            for item, answer in zip(version.items, row, strict=True)
        }
        submission.submit(home.database, home.keys, admission, Answers(version, given), TODAY)
    lifecycle.close(home.database, wave.key)
    done = sealing.seal(home.database, home.keys, home.policy, wave.key)
    with home.database.reading() as connection:
        query = f"SELECT moments FROM sealed_wave WHERE wave_id = {done.id}"  # noqa: S608 - our own number
        packed = bytes(connection.exec_driver_sql(query).scalar_one())
    return packed, json.loads(packed.splitlines()[0]), sealed_waves.of_wave(home.database, done).moments


def people(number, seed, blank=0.0):
    random = Random(seed)  # noqa: S311 - simulated answers need no secrecy
    return [
        [None if random.random() < blank else random.randint(0, 10) for _ in range(5)] for _ in range(number)
    ]


def numbers_in(content):
    """Every number of the stored form, however deep."""
    if isinstance(content, dict | list):
        inner = content.values() if isinstance(content, dict) else content
        return [number for each in inner for number in numbers_in(each)]
    return [content] if isinstance(content, int) or str(content).replace("/", "").isdigit() else []


@pytest.mark.parametrize("n", FEW)
def test_below_fifteen_different_answers_with_the_same_sums_are_stored_as_the_same_bytes(home, asked, n):
    # the same item sums and the same persons' scores in the second dimension, from other rows
    one = [[0, 2, 7, 3, 9], [3, 3, 8, 2, 9], [3, 1, 7, 4, 9]]
    another = [[1, 3, 7, 2, 9], [1, 2, 8, 3, 9], [4, 1, 7, 4, 9]]
    assert tuple(row[0] for row in one) == ONE_WAY
    assert tuple(row[0] for row in another) == ANOTHER
    rest = people(n - 3, n)
    stored = [stored_of(home, asked, rows + rest, unit)[0] for rows, unit in ((one, "A"), (another, "B"))]
    assert stored[0] == stored[1]


@pytest.mark.parametrize("n", FEW)
def test_below_fifteen_nothing_is_stored_but_counts_and_sums(home, asked, n):
    _, content, moments = stored_of(home, asked, people(n, n, blank=0.1), "Asken")
    assert set(content) == {"format", "instrument", "content_hash", "n", "scores", "items", "sides"}
    items, dimensions = len(asked.items), len(asked.dimensions)
    assert set(content["scores"]) == {each.id for each in asked}
    assert {len(sums) for sums in content["scores"].values()} == {3}
    assert [len(sums) for sums in content["items"]] == [items, items]
    sides = 3 * dimensions if n >= 10 else 0
    del content["format"], content["content_hash"]
    assert len(numbers_in(content)) == 1 + 3 * dimensions + 2 * items + sides
    assert moments.n == n


@pytest.mark.parametrize("few", [1, 2, 4])
@pytest.mark.parametrize("n", [15, 20, 40])
def test_whoever_left_an_item_blank_is_not_what_the_stored_sums_leave_over(home, asked, n, few):
    rows = people(n, n)
    for row in rows[:few]:
        row[1] = None
    _, content, moments = stored_of(home, asked, rows, "Asken")
    # subtracted, the cross-products would have given the answers of the few who left it blank
    count, sums, _ = content["cross_products"]["d1"]
    for place in range(1, 5):
        rest = int(moments.item_counts[place]) - count
        assert rest >= POLICY.collection.kept_from
        taken = int(moments.item_sums[place]) - sums[place - 1]
        alone = sum(
            (10 - row[place] if asked.items[place].reverse else row[place])
            for row in rows[:few]
            if row[place] is not None
        )
        assert taken >= alone
    assert moments.scores["d1"].persons - count >= POLICY.collection.kept_from


@pytest.mark.parametrize("n", [15, 30])
@pytest.mark.parametrize("blank", [0.02, 0.3])
def test_no_stored_number_counts_one_to_four_people_by_their_blanks_or_their_score(home, asked, n, blank):
    _, content, moments = stored_of(home, asked, people(n, n, blank), "Asken")
    assert set(content) == {
        "format", "instrument", "content_hash", "n", "scores", "answers", "cross_products",
    }  # fmt: skip
    fewest = POLICY.collection.kept_from
    assert {len(row) for row in content["answers"]} == {len(asked.scale.categories)}
    counted = [sums[0] for sums in content["scores"].values()]
    counted += [products[0] for products in content["cross_products"].values()]
    assert all(people == 0 or people >= fewest for people in counted)
    for dimension in asked:
        products = moments.cross_products[dimension.id]
        for item in dimension.items:
            rest = int(moments.item_counts[asked.item_columns[item.id]]) - products.count
            assert rest == 0 or rest >= fewest
