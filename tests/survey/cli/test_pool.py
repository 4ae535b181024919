import polars as pl
import pyreadstat
import pytest

from survey.cli import main
from tests.log_lines import log_lines
from tests.pooled import added_pool, waiting
from tests.waves import ON_SQLITE

pytestmark = ON_SQLITE


@pytest.fixture
def typed(home, settings, monkeypatch, capsys):  # noqa: ARG001 - the database is there before a command
    for name, text in settings.to_environment().items():
        monkeypatch.setenv(name, text)

    def command(*words):
        with pytest.raises(SystemExit) as ended:
            main(words)
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return command


def test_a_pool_that_waits_is_listed_and_shows_no_number_of_it(home, typed):
    waiting(home, units=3)
    status, out, _ = typed("pool", "list")
    key, *of = out.strip().split("\t")
    assert (status, of) == (0, ["learning_community@1.0.0", "skole", "nb", "2026-1", "waits"])
    status, out, _ = typed("pool", "show", key)
    assert status == 0
    assert "Nothing yet: 10 units and 200 people are added up at once." in out
    assert "alpha" not in out
    status, _, err = typed("validate", key)
    assert status == 2
    assert "pool-unreleased" in err


def test_two_editions_of_one_country_are_shown_and_compared(home, typed):
    keys = [added_pool(home, units=60, edition=edition) for edition in ("skole", "barnehage")]
    status, out, err = typed("pool", "show", keys[0])
    assert status == 0
    assert [(each["event"], each["pools"]) for each in log_lines(err)] == [("pool-taken-out", keys[0])]
    assert "60 units or more, about 1200 people" in out
    assert "shared_practice" in out
    status, out, err = typed("validate", *keys)
    assert status == 0
    assert [(each["event"], each["rows"]) for each in log_lines(err)] == [("pool-taken-out", "models")]
    assert out.count("one factor") == 2
    # the same people in both: what is compared cannot differ but by chance
    assert "Means may be compared." in out


def test_what_is_shown_of_pools_is_exported_as_files(home, typed, tmp_path):
    keys = [added_pool(home, edition=edition) for edition in ("skole", "barnehage")]
    status, out, err = typed("pool", "export", "--as", "csv", "--output", str(tmp_path / "pools.csv"))
    assert (status, out.count("Wrote")) == (0, 2)
    [act] = log_lines(err)
    assert (act["event"], set(act["pools"].split("+")), act["rows"]) == (
        "pool-taken-out",
        set(keys),
        "covariances",
    )
    held = pl.read_csv(tmp_path / "pools.csv")
    assert set(held["pool"]) == set(keys)
    assert set(held["matrix"]) == {"complete", "pairwise", "dimension"}
    one = ("pool", "export", keys[0], "--rows", "answers", "--as", "sav", "--output", str(tmp_path / "a.sav"))
    assert typed(*one)[0] == 0
    answers, about = pyreadstat.read_sav(tmp_path / "a.sav", output_format="polars")
    assert set(answers["pool"]) == {keys[0]}
    assert about.variable_value_labels["reversed"] == {0.0: "no", 1.0: "yes"}
    status, _, err = typed(*one)
    assert (status, "output-exists" in err) == (2, True)
    status, out, err = typed("pool", "export", "nothing", "--as", "csv", "--output", str(tmp_path / "n.csv"))
    assert (status, out, "pool-unknown" in err) == (2, "", True)
    assert not (tmp_path / "n.csv").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pool", "show", "nothing"), "pool-unknown"),
        (("validate", "nothing"), "pool-unknown"),
        (("pool", "give-up", "nothing", "--yes"), "pool-unknown"),
    ],
)
def test_a_pool_that_is_not_there_is_refused(typed, words, code):
    status, out, err = typed(*words)
    assert (status, out) == (2, "")
    assert code in err


def test_a_pool_is_not_compared_with_itself(home, typed):
    key = added_pool(home)
    status, _, err = typed("validate", key, key)
    assert status == 2
    assert "pools-twice" in err


def test_pools_are_merged_and_units_are_compared_where_editions_may_be(home, typed):
    keys = [added_pool(home, units=50, half=half) for half in ("2025-1", "2025-2")]
    status, out, _ = typed("pool", "show", *keys)
    assert status == 0
    assert "100 units or more, about 2000 people" in out
    assert [line.count(" · ") for line in out.splitlines()[:2]] == [3, 3]
    assert "Units are not compared" not in out
    icc = next(line for line in out.splitlines() if line.startswith("shared_practice")).split()
    assert "–" not in icc[:9]
    other = added_pool(home, units=12, edition="barnehage")
    status, out, _ = typed("pool", "show", *keys, other)
    assert status == 0
    assert "Units are not compared: invariance over these editions or languages is not shown." in out
    assert (
        next(line for line in out.splitlines() if line.startswith("shared_practice")).split().count("–") == 6
    )


def test_merged_pools_are_compared_and_none_is_in_two_of_them(home, typed):
    keys = [added_pool(home, units=30, half=half) for half in ("2024-1", "2024-2", "2025-1", "2025-2")]
    status, out, _ = typed("validate", "+".join(keys[:2]), "+".join(keys[2:]))
    assert status == 0
    assert out.count("Rests on about") == 2
    for words, code in (
        (("validate", "+".join(keys[:2]), "+".join(keys[1:])), "pools-twice"),
        (("pool", "show", keys[0], keys[0]), "pools-twice"),
        (("pool", "show", keys[0], added_pool(home, instrument="pulse@1.0.0")), "pools-versions"),
    ):
        status, _, err = typed(*words)
        assert status == 2
        assert code in err
