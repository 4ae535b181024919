import json
from pathlib import Path

import numpy as np
import pytest

from instruments import library
from survey.cli import main
from tests.instruments.building import built
from tests.instruments.reference import HOLES, TIGHT
from tests.paths import MINIMAL

FOUR = Path(__file__).with_name("four.toml")


@pytest.fixture
def four(tmp_path):
    """The reference data of the statistics as a definition and a CSV with groups."""
    rows = [",".join(row).replace(".", "") for row in HOLES.split()]
    lines = [f"{row},g{group}" for row, group in zip(rows, TIGHT, strict=True)]
    answers = tmp_path / "answers.csv"
    answers.write_text("a,b,c,d,place\n" + "\n".join(lines) + "\n", "utf-8")
    return FOUR, answers


def run(capsys, *arguments):
    """The exit status, standard output and standard error of `kjennetegn score …`."""
    with pytest.raises(SystemExit) as ended:
        main(["score", *map(str, arguments)])
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


def test_json_holds_every_figure_at_full_precision(capsys, four):
    status, out, err = run(capsys, *four, "--json")
    figures = json.loads(out)["dimensions"]["promises"]
    assert status == 0
    assert err.startswith("warning: row 1, column place: column-unknown: four_items@1.0.0 has no such item.")
    # the values of tests/instruments/statistics, computed in R
    assert (figures["n"], figures["missing"]) == (30, 0)
    assert figures["mean"] == pytest.approx(3.30555555555556, rel=1e-13)
    assert figures["sd"] == pytest.approx(0.697331164879451, rel=1e-13)
    assert figures["interval"]["low"] == pytest.approx(3.04516781923689, rel=1e-12)
    assert figures["percentiles"]["75"] == pytest.approx(3.75)
    assert figures["alpha"] == pytest.approx(0.541128891138807, rel=1e-10)
    assert figures["alpha_interval"]["high"] == pytest.approx(0.760306221673528, rel=1e-9)
    assert figures["alpha_if_dropped"]["b"] == pytest.approx(0.311056683514010, rel=1e-10)
    assert figures["item_rest"]["a"] == pytest.approx(0.324133058786333, rel=1e-10)
    assert figures["complete_cases"]["alpha"] == pytest.approx(0.590106007067138, rel=1e-10)
    # lavaan finds a negative unique variance here: flagged, not reported
    assert figures["omega_heywood"] is True
    assert figures["omega_model_implied"] is None
    assert figures["undefined"]["omega_observed"].endswith("(Heywood case)")
    assert figures["icc1"] is None
    assert figures["undefined"]["icc1"] == "fewer than two groups"


def test_groups_are_told_one_by_one_and_give_the_intraclass_correlations(capsys, four):
    status, out, _ = run(capsys, *four, "--group", "place", "--json")
    content = json.loads(out)
    assert status == 0
    assert {label: part["n"] for label, part in content["groups"].items()} == {
        "g1": 4,
        "g2": 9,
        "g3": 12,
        "g4": 5,
    }
    assert content["warnings"] == []
    scores = np.array([np.mean([int(digit) for digit in row if digit != "."]) for row in HOLES.split()])
    third = content["groups"]["g3"]["dimensions"]["promises"]
    assert third["mean"] == pytest.approx(scores[np.array(TIGHT) == 3].mean())
    assert content["dimensions"]["promises"]["icc2"] > content["dimensions"]["promises"]["icc1"] > 0.5


def test_the_table_shows_a_line_for_each_dimension_and_group(capsys, four):
    _, out, _ = run(capsys, *four, "--group", "place")
    assert out.startswith("four_items@1.0.0: everyone, rows: 30\n")
    line = next(line for line in out.splitlines() if line.startswith("promises"))
    assert line.split() == ["promises", "30", "0", "3.31", "3.05", "–", "3.57", "0.70", "0.54", "Heywood"]
    assert "group g4, rows: 5" in out


def test_any_scale_is_scored_in_its_own_points(capsys, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("starts_on_time;drags_on\n0;3\n3;0\ndont_know;\n", "utf-8")
    _, out, _ = run(capsys, MINIMAL, answers, "--json")
    figures = json.loads(out)["dimensions"]["meetings"]
    assert (figures["n"], figures["missing"], figures["mean"]) == (2, 1, 1.5)


def test_nobody_gives_null_everywhere(capsys, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("starts_on_time,drags_on,team\n", "utf-8")
    status, out, _ = run(capsys, MINIMAL, answers, "--json", "--group", "team")
    figures = json.loads(out)["dimensions"]["meetings"]
    assert status == 0
    assert {figures[name] for name in ("mean", "sd", "alpha", "interval", "rwg_j", "ad", "icc1")} == {None}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("starts_on_time,drags_on\n1,9\n", "answers.csv, row 2, column drags_on: out-of-range"),
        ("", "answers.csv: file-empty"),
        (None, "answers.csv: file-unreadable"),
    ],
)
def test_bad_answers_end_with_status_2_and_print_no_figure(capsys, tmp_path, content, told):
    answers = tmp_path / "answers.csv"
    if content is not None:
        answers.write_text(content, "utf-8")
    status, out, err = run(capsys, MINIMAL, answers, "--json")
    assert (status, out) == (2, "")
    assert told in err


def test_a_version_that_ships_is_named_by_its_reference(capsys, tmp_path, monkeypatch):
    answers = tmp_path / "answers.csv"
    answers.write_text("heard\n4\n", "utf-8")
    status, _, err = run(capsys, "learning_community@9.9.9", answers)
    assert (status, "instrument-unknown" in err) == (2, True)
    monkeypatch.setattr(library, "get", {"heard@1.0.0": built({"trust": ["heard"]})}.__getitem__)
    status, out, _ = run(capsys, "heard@1.0.0", answers)
    assert (status, "everyone, rows: 1" in out) == (0, True)
