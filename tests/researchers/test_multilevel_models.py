"""Multilevel models on exported rows give back how much the simulated units differ."""

import pytest

from reports.exports import content, csv_bytes, dimension_rows
from tests.policies import POLICY
from tests.researchers.simulated_country import FAMILY, MADE, exported_waves, small_country
from tests.researchers.tools import example, run_r, run_spss, written

COUNTRIES, UNITS, BETWEEN = 100, 40, 0.25
EACH = """
library(metafor)
found <- lapply(list.files(pattern = "^country"), function(name) {
  rows <- subset(read.csv(name), mean_coding == "exact")
  rows$se <- with(rows, ifelse(is.na(se), sd_pooled / sqrt(dimension_n), se))
  confint(rma(mean, sei = se, data = rows))$random["tau", ]
})
write.csv(do.call(rbind, found), "between.csv")
"""
FOUND = """
write.csv(data.frame(rbind(between), low = kept[".sig01", 1], high = kept[".sig01", 2]), "between.csv")
"""


def test_the_between_unit_sd_of_simulated_countries_lies_in_its_interval(tmp_path):
    for seed in range(COUNTRIES):
        made = csv_bytes(dimension_rows(small_country(UNITS, seed, BETWEEN), POLICY, FAMILY))
        (tmp_path / f"country{seed:03}.csv").write_bytes(made)
    run_r(EACH, tmp_path)
    found = written(tmp_path, "between.csv")
    assert len(found) == COUNTRIES
    assert sum(row["ci.lb"] <= BETWEEN <= row["ci.ub"] for row in found) >= 90
    # and the intervals say something: neither always the same side, nor as wide as the scale
    assert sum(row["estimate"] for row in found) / COUNTRIES == pytest.approx(BETWEEN, abs=0.02)
    assert max(row["ci.ub"] - row["ci.lb"] for row in found) < 0.25


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with the files of the worked examples, of a smaller country."""
    folder = tmp_path_factory.mktemp("country")
    table = dimension_rows(exported_waves(90, 2026), POLICY, FAMILY)
    for kind in ("csv", "parquet", "sav", "dta"):
        (folder / f"dimensions.{kind}").write_bytes(content(table, kind, MADE))
    return folder


def test_the_examples_in_r_python_and_spss_find_what_was_simulated(exported, capsys, monkeypatch):
    run_r(example("r", "metafor") + FOUND, exported)
    [in_r] = written(exported, "between.csv")
    assert in_r["ci.lb"] < BETWEEN < in_r["ci.ub"]
    assert in_r["low"] < BETWEEN < in_r["high"]
    monkeypatch.chdir(exported)
    names = {}
    exec(example("python", "Python"), names)  # noqa: S102 - as the documentation has it
    assert "Standard error of the mean" in capsys.readouterr().out
    assert (names["low"], names["high"]) == pytest.approx((in_r["ci.lb"], in_r["ci.ub"]), abs=1e-3)
    listed = run_spss(example("spss", "SPSS"), exported).strip().splitlines()
    assert listed[-2] == "units,spread,between"
    assert float(listed[-1].split(",")[2]) == pytest.approx(in_r["estimate"], abs=0.03)
