"""What an owner, a leader and a researcher can subtract from each other: attacks that must fail."""

import copy
import csv
import dataclasses
import io
import json
import logging
import operator
import os
import pickle
import re
import subprocess
import sys
import traceback
from itertools import combinations
from pathlib import Path

import pytest

import reports
import survey
from reports.disclosure import SUPPRESSED, Audience, Coding, ReleasedMean, Suppressed, Unsealed, pool, release
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.disclosure.differencing.ledger_text import to_texts
from reports.disclosure.seal import Seal
from reports.exports import ExportedWave, csv_bytes, dimension_rows, item_rows, unit_key
from tests.hooks import run_hook
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.reports.waves import FOUR, believable, identified, sealed_from

LEADER, AMONG, OWNER, OUTSIDE = Audience


def unit(name, n, seed=1, **kinds):
    return sealed_from(FOUR, believable(FOUR, n, seed), unit=name, **kinds)


def owner_sees(*units):
    municipality = pool(units, identified(FOUR, "municipality"))
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    return [release(each, OWNER, POLICY, ledger) for each in (municipality, *units)]


def test_an_owner_with_the_total_and_all_units_but_one_does_not_get_the_last_one():
    total, *units = owner_sees(unit("a", 22, 1), unit("b", 19, 2), unit("c", 17, 3), unit("d", 4, 4))
    assert total is not SUPPRESSED
    missing = total.n - sum(each.n for each in units if each is not SUPPRESSED)
    hidden = [each for each in units if each is SUPPRESSED]
    assert len(hidden) >= 2
    assert missing >= POLICY.thresholds[OUTSIDE].mean


def test_an_owner_of_one_unit_is_not_told_its_items_however_many_answered():
    municipality, *units = owner_sees(*(unit(name, 60, seed) for seed, name in enumerate("abcd")))
    for each in units:
        assert set(each.item_figures.values()) == {SUPPRESSED}
    assert SUPPRESSED not in municipality.item_figures.values()


def test_an_owner_of_two_units_gets_no_total_to_subtract_from():
    assert owner_sees(unit("a", 30, 1), unit("b", 30, 2))[0] is SUPPRESSED


def test_a_total_that_is_nearly_one_unit_is_not_told():
    assert owner_sees(unit("a", 60, 1), unit("b", 5, 2), unit("c", 5, 3))[0] is SUPPRESSED


def test_the_leader_of_a_small_unit_cannot_make_a_sister_unit_of_the_municipality_bare():
    units = [unit("mine", 8, 1), unit("sister", 6, 2), unit("b", 20, 3), unit("c", 20, 4), unit("d", 20, 5)]
    _, *told = owner_sees(*units)
    hidden = sum(each.moments.n for each, shown in zip(units, told, strict=True) if shown is SUPPRESSED)
    # nor can two leaders together, or one leader of two units
    assert hidden - 8 - 20 >= POLICY.thresholds[OUTSIDE].mean


def test_asking_again_after_one_more_answer_is_another_wave_and_changes_no_release():
    before = unit("a", 10, wave="spring")
    rows = [*believable(FOUR, 10, 1), [1] * 8]
    ledger = decide(Ledger(), [before], POLICY)
    resealed = sealed_from(FOUR, rows, unit="a", wave="spring")
    assert decide(ledger, [resealed], POLICY) == ledger
    # and a leader who is shown ten answers and then eleven does not get the one more by subtraction
    means = {
        n: release(each, LEADER, POLICY).dimensions["trust"].mean
        for n, each in ((10, before), (11, resealed))
    }
    sums = {
        n: (n * (mean.value - mean.step / 2), n * (mean.value + mean.step / 2)) for n, mean in means.items()
    }
    least, most = sums[11][0] - sums[10][1], sums[11][1] - sums[10][0]
    assert most - least > 2 * 4 * POLICY.unanimity_width
    assert least <= 1 <= most  # what the one more answered to everything


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_a_leader_among_five_is_told_nothing_and_cannot_tell_five_from_one(n):
    assert release(unit("a", n), AMONG, POLICY) is SUPPRESSED


def exported(released, key):
    return dimension_rows([ExportedWave(released)], POLICY, key)


def test_a_researcher_cannot_tell_why_or_how_many_were_withheld():
    few = [release(unit("a", n, n), OUTSIDE, POLICY) for n in (0, 1, 4, 9)]
    assert set(few) == {SUPPRESSED}
    assert repr(SUPPRESSED) == "SUPPRESSED"
    key = b"k" * 16
    shown = release(unit("b", 40), OUTSIDE, POLICY)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(exported(shown, key)).decode())))
    assert {row["unit"] for row in rows} == {unit_key("b", key)}


def test_a_researcher_cannot_find_a_unit_by_hashing_its_name_or_joining_two_families():
    told = [ExportedWave(release(unit("asken", 40), OUTSIDE, POLICY))]
    one, two = (
        {row["unit"] for row in csv.DictReader(io.StringIO(csv_bytes(item_rows(told, POLICY, key)).decode()))}
        for key in (b"k" * 16, b"q" * 16)
    )
    assert not one & two
    assert one == {unit_key("asken", b"k" * 16)}
    assert "asken" not in one


def test_n_is_not_hidden_where_shares_would_give_it_back_and_the_codebook_says_so():
    released = release(unit("a", 23, invited=31), OUTSIDE, POLICY)
    assert (released.n, released.invited, released.response_rate) == (23, 31, 0.74)
    labels = {column.name: column.label for column in exported(released, b"k" * 16).columns}
    assert "exact" in labels["n"]
    assert "rounded" not in labels["n"]


def test_the_leader_of_two_of_three_units_who_reads_the_owners_page_is_shown_no_total():
    total, *units = owner_sees(unit("a", 22, 1), unit("b", 20, 2), unit("c", 8, 3))
    assert total is SUPPRESSED
    assert units[2] is SUPPRESSED


SIZES = [(22, 20, 8), (16, 15, 12, 9), (15, 15, 15), (25, 25, 12, 12, 6), (40, 30, 30, 9), (30, 30, 30, 30)]


@pytest.mark.parametrize("sizes", SIZES)
def test_no_two_leaders_get_a_third_unit_from_a_total_and_what_is_shown_of_units(sizes):
    units = [unit(f"u{place}", n, seed=place) for place, n in enumerate(sizes)]
    municipality = pool(units, identified(FOUR, "municipality"))
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    total, *told = (release(each, OUTSIDE, POLICY, ledger) for each in (municipality, *units))
    shows_items = total is not SUPPRESSED and not isinstance(total.item_figures["t1"], Suppressed)
    pairs = list(combinations(range(len(sizes)), 2))
    assert pairs
    for pair in pairs:
        apart = [place for place in range(len(sizes)) if place not in pair]
        hidden = [sizes[place] for place in apart if told[place] is SUPPRESSED]
        assert total is SUPPRESSED or not hidden or sum(hidden) >= POLICY.thresholds[OUTSIDE].mean
        without = [
            sizes[place]
            for place in apart
            if told[place] is SUPPRESSED or isinstance(told[place].item_figures["t1"], Suppressed)
        ]
        assert not shows_items or not without or sum(without) >= POLICY.thresholds[OUTSIDE].item


def test_totals_with_and_without_items_are_both_among_those_tried():
    found = set()
    for sizes in SIZES:
        units = [unit(f"u{place}", n, seed=place) for place, n in enumerate(sizes)]
        municipality = pool(units, identified(FOUR, "municipality"))
        total = release(municipality, OUTSIDE, POLICY, decide(Ledger(), [*units, municipality], POLICY))
        found.add("nothing" if total is SUPPRESSED else isinstance(total.item_figures["t1"], Suppressed))
    assert found == {"nothing", True, False}


def test_no_log_and_no_traceback_holds_a_sealed_count():
    sealed = unit("a", 7)
    text = io.StringIO()
    logging.StreamHandler(text).emit(logging.LogRecord("x", 20, "", 0, "%r %s", (sealed, [sealed]), None))
    text.writelines(traceback.format_exception(RuntimeError(sealed)))
    assert text.getvalue().count("asken") == 0
    assert text.getvalue().count("SealedWave") == 3
    assert "array" not in text.getvalue()
    assert "Moments" not in text.getvalue()


MEAN = release(unit("a", 20), LEADER, POLICY).dimensions["trust"].mean
FORGERIES = {
    "without a seal": (TypeError, lambda: ReleasedMean(5.0, 1, 0.1, Coding.EXACT)),
    "with a seal of its own": (Unsealed, lambda: ReleasedMean(5.0, 1, 0.1, Coding.EXACT, Seal())),
    "with no seal": (Unsealed, lambda: ReleasedMean(5.0, 1, 0.1, Coding.EXACT, seal=None)),
    "as another's copy": ((TypeError, ValueError), lambda: dataclasses.replace(MEAN, value=5.0)),
    "as a copy sealed anew": (Unsealed, lambda: dataclasses.replace(MEAN, value=5.0, seal=Seal())),
    "from a file": (Unsealed, lambda: pickle.loads(pickle.dumps(MEAN))),  # noqa: S301 - the attack
    "in place": (dataclasses.FrozenInstanceError, lambda: setattr(MEAN, "value", 5.0)),
}


@pytest.mark.parametrize("way", FORGERIES)
def test_a_program_cannot_forge_what_was_released(way):
    refused, forge = FORGERIES[way]
    with pytest.raises(refused):
        forge()
    assert MEAN.value != 5.0


def test_a_program_cannot_change_the_figures_of_a_release():
    told = release(unit("a", 20), LEADER, POLICY)
    with pytest.raises(TypeError, match="item assignment"):
        operator.setitem(told.dimensions, "trust", None)
    assert copy.deepcopy(told) is told


def test_no_source_of_ours_outside_the_gate_names_the_token():
    gate = Path(reports.__file__).parent / "disclosure"
    sources = {
        source: source.read_text("utf-8")
        for package in (reports, survey)
        for source in Path(package.__file__).parent.rglob("*.py")
    }
    naming = {
        source for source, text in sources.items() if re.search(r"disclosure(\.| import )seal|\bSEAL\b", text)
    }
    assert gate / "gate.py" in naming
    assert {source for source in naming if gate not in source.parents} == set()


def test_the_ledger_keeps_no_answer_and_no_mean_that_was_not_released():
    units = [unit(name, n, n) for name, n in (("a", 22), ("b", 19), ("c", 17), ("d", 4))]
    municipality = pool(units, identified(FOUR, "municipality"))
    ledger = decide(Ledger(), [*units, municipality], POLICY)
    told = {(each.identity.unit, each.identity.wave): each for each in units}
    groups = [json.loads(text) for text in to_texts(ledger).values()]
    kept = [(cells["cells"], *figure) for cells in groups for figure in cells["figures"]]
    assert {figure for _, figure, *_ in kept} == {"answers", "trust", "goals"}
    for cells, figure, n, depth, mean in kept:
        sealed = municipality if len(cells) == 4 else told[tuple(cells[0])]
        assert n == (sealed.moments.n if figure == "answers" else sealed.moments.scores[figure].persons)
        shown = release(sealed, OUTSIDE, POLICY, ledger)
        released = None if depth == 0 or figure == "answers" else shown.dimensions[figure].mean.value
        assert mean == released
    assert [entry.mean for entry in ledger.entries if len(entry.cells) == 4 and entry.figure == "trust"] != []


def test_the_type_checker_refuses_a_number_that_was_not_released(tmp_path_factory, tmp_path):
    # what it found out of our packages is kept for whoever asks it in the same way
    assert run_hook(tmp_path_factory, "types")[0] == 0
    forged = "from reports.disclosure import Coding, ReleasedMean\nReleasedMean(3.4, 1, 0.1, Coding.EXACT)\n"
    (tmp_path / "forged.py").write_text(forged, "utf-8")
    asked = subprocess.run(
        [sys.executable, "-m", "mypy", "--module", "forged"],
        cwd=REPOSITORY,
        env={**os.environ, "MYPYPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert 'Missing positional argument "seal"' in asked.stdout
