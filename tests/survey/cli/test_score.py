import csv
import json
import re
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
    assert "answers.csv, row 1, column place: column-unknown: four_items@1.0.0 has no such item." in err
    # the values of tests/instruments/statistics, computed in R
    assert (figures["n"], figures["missing"]) == (30, 0)
    assert figures["mean"] == pytest.approx(3.30555555555556, rel=1e-13)
    assert figures["sd"] == pytest.approx(0.697331164879451, rel=1e-13)
    assert figures["interval"]["low"] == pytest.approx(3.04516781923689, rel=1e-12)
    assert figures["percentiles"]["75"] == pytest.approx(3.75)
    assert figures["reliability"]["alpha"] == pytest.approx(0.590106007067138, rel=1e-10)
    assert figures["reliability"]["omega_model_implied"] is None
    assert "icc1" not in out


def test_pairs_are_taken_on_request_as_psych_does(capsys, four):
    _, out, _ = run(capsys, *four, "--json", "--pairwise")
    figures = json.loads(out)["dimensions"]["promises"]
    assert json.loads(out)["cases"] == "pairwise"
    assert figures["reliability"]["alpha"] == pytest.approx(0.541128891138807, rel=1e-10)
    assert figures["reliability"]["alpha_interval"]["high"] == pytest.approx(0.760306221673528, rel=1e-9)
    assert figures["items"]["b"]["with_others"]["alpha_if_dropped"] == pytest.approx(
        0.311056683514010, rel=1e-10
    )
    assert figures["items"]["a"]["with_others"]["item_rest"] == pytest.approx(0.324133058786333, rel=1e-10)
    assert figures["reliability"]["undefined"]["omega_observed"].endswith("more than by chance")


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
    between = content["between_groups"]["dimensions"]["promises"]
    assert between["icc2"] > between["icc1"] > 0.5


def test_the_table_shows_a_line_for_each_dimension_and_group(capsys, four):
    _, out, _ = run(capsys, *four, "--group", "place")
    assert out.startswith("four_items@1.0.0: everyone, rows: 30\n")
    line = next(line for line in out.splitlines() if line.startswith("promises"))
    assert line.split()[:9] == ["promises", "30", "0", "3.31", "3.05", "–", "3.57", "0.70", "20"]
    assert "group g4, rows: 5" in out


def test_any_scale_is_scored_in_its_own_points(capsys, tmp_path):
    answers = tmp_path / "answers.csv"
    answers.write_text("starts_on_time;drags_on\n0;3\n3;0\ndont_know;\n", "utf-8")
    _, out, _ = run(capsys, MINIMAL, answers, "--json")
    figures = json.loads(out)["dimensions"]["meetings"]
    assert (figures["n"], figures["missing"], figures["mean"]) == (2, 1, 1.5)


def test_scores_and_figures_are_written_and_never_over_others(capsys, four, tmp_path):
    scores, figures = tmp_path / "scores.csv", tmp_path / "figures.csv"
    asked = (*four, "--group", "place", "--scores", scores, "--keep", "a", "--output", figures)
    status, out, err = run(capsys, *asked)
    assert (status, out) == (0, "")
    assert f"Wrote {scores}.\nWrote {figures}." in err
    head, first, *rest = scores.read_text("utf-8").splitlines()
    assert (head, first, len(rest)) == ("row,place,a,promises", "2,g1,1,2.500000", 29)
    rows = list(csv.DictReader(figures.read_text("utf-8").splitlines()))
    (alpha,) = [row for row in rows if (row["group"], row["figure"]) == ("", "reliability.alpha")]
    assert (alpha["dimension"], alpha["n"]) == ("promises", "20")
    scores.unlink()
    status, _, err = run(capsys, *asked)
    assert (status, "output-exists" in err, scores.exists()) == (2, True, False)
    assert run(capsys, *asked, "--replace")[0] == 0


def test_two_groups_and_two_files_are_compared(capsys, four, tmp_path):
    _, out, _ = run(capsys, *four, "--group", "place", "--compare", "g2", "g3")
    assert "g3 less g2\n" in out
    later = tmp_path / "later.csv"
    later.write_text(four[1].read_text("utf-8").replace("2,", "3,"), "utf-8")
    _, out, _ = run(capsys, *four, "--with", later, "--json")
    found = json.loads(out)["comparison"]
    assert (found["first"], found["second"]) == ("answers", "later")
    assert found["dimensions"]["promises"]["difference"] > 0


def test_what_is_to_be_detected_is_planned(capsys, four):
    _, out, _ = run(capsys, *four, "--detect", "0.5", "--chance", "0.9")
    assert "answers each of two waves needs to show a difference of 0.5" in out
    # R: power.t.test(delta = 0.5, sd = 0.697331164879451, power = 0.9)$n is 41.9
    assert re.search(r"^promises +30 +0\.70 +42 +42$", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--compare", "g1", "g2"], "option-missing"),
        (["--group", "place", "--compare", "g1", "g9"], "group-unknown"),
        (["--group", "place", "--compare", "g1", "g2", "--with", "x.csv"], "option-unused"),
        (["--group", "place", "--compare", "g1", "g1"], "group-twice"),
        (["--keep", "place"], "option-missing"),
        (["--group", "place", "--keep", "place", "--scores", "x.csv"], "column-taken"),
        (["--scores", "x.csv", "--output", "x.csv"], "output-twice"),
        (["--output", "x.xlsx"], "output-ending"),
        (["--detect", "9"], "detect-range"),
        (["--missing", "3,-99"], "missing-scored"),
        (["--group", "nowhere"], "column-missing"),
        (["--with", "nowhere.csv"], "file-unreadable"),
    ],
)
def test_options_that_cannot_be_are_refused(capsys, four, options, code):
    status, out, err = run(capsys, *four, *options)
    assert (status, out, code in err) == (2, "", True)


def test_a_name_alone_takes_the_latest_version_and_says_so(capsys, tmp_path):
    answers = tmp_path / "answers.csv"
    latest = library.latest("learning_community")
    items = [item.id for item in library.get(latest).items]
    answers.write_text(",".join(items) + "\n" + ",".join(["3"] * len(items)) + "\n", "utf-8")
    status, out, err = run(capsys, "learning_community", answers)
    assert (status, out.startswith(f"{latest}: everyone")) == (0, True)
    assert f"learning_community: {latest} is taken, the latest version." in err
    status, _, err = run(capsys, "learning_comunity", answers)
    assert (status, "instrument-unknown" in err) == (2, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("starts_on_time,drags_on\n1,9\n", "answers.csv, row 2, column drags_on: out-of-range"),
        ("", "answers.csv: file-empty"),
        ("starts_on_time,drags_on\n", "answers.csv, row 1: rows-none"),
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
