"""R finds in exported files of pools what was simulated, and our own models say what lavaan says."""

import numpy as np
import pytest

from instruments.statistics.factor_models import FactorModel, Sample, fit_factors, invariance
from reports.exports import covariance_rows, csv_bytes
from reports.results.pool_validity import compare_pools, structure_of
from tests.policies import POLICY
from tests.researchers.simulated_country import pool
from tests.researchers.tools import example, run_r, written

MEASURES = ("chisq", "df", "cfi", "tli", "rmsea", "srmr")
OTHERWISE = "values_discussed"
# what the example found, as files: a row for each measure
FOUND = """
write.csv(sapply(structures, fitMeasures, measures), "structures.csv")
write.csv(sapply(levels, fitMeasures, measures), "levels.csv")
freed <- lavTestLRT(partial, levels$scalar)[2, "Chisq diff"]
cost <- lavTestLRT(levels$metric, levels$scalar)[2, "Pr(>Chisq)"]
write.csv(data.frame(worst, freed, cost), "item.csv")
"""
PUBLISHED = """
library(lavaan)
measures <- c("chisq", "df", "cfi", "tli", "rmsea", "srmr")
tests <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
countries <- "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\ndem65 =~ y5 + y6 + y7 + y8"
pupils <- HolzingerSwineford1939
equal <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"))
fits <- c(list(pupils = cfa(tests, pupils), countries = cfa(countries, PoliticalDemocracy)),
          lapply(equal, function(alike) cfa(tests, pupils, group = "school", group.equal = alike)))
write.csv(sapply(fits, fitMeasures, measures), "published.csv")
write.csv(pupils, "pupils.csv")
write.csv(PoliticalDemocracy, "countries.csv")
"""


def pools_in_r(folder, pools):
    """What the worked example finds in the exported file of these pools: fits by name, and the item."""
    (folder / "pools.csv").write_bytes(csv_bytes(covariance_rows(pools, POLICY)))
    run_r(example("r", "lavaan") + FOUND, folder)
    [item] = written(folder, "item.csv")
    return fits_in(folder, "structures.csv") | fits_in(folder, "levels.csv"), item


def fits_in(folder, name):
    """χ², degrees of freedom, CFI, TLI, RMSEA and SRMR by the name of the model."""
    rows = written(folder, name)
    assert [row[""] for row in rows] == list(MEASURES)
    return {model: tuple(row[model] for row in rows) for model in rows[0] if model}


def ours(fit):
    found = fit.measures
    return pytest.approx((found.chi2, found.df, found.cfi, found.tli, found.rmsea, found.srmr), rel=1e-5)


@pytest.fixture(scope="module")
def kindergartens_and_schools():
    return pool("barnehage", 160, 1), pool("skole", 160, 1)


def test_r_finds_the_simulated_dimensions_and_invariance_in_the_exported_file(
    kindergartens_and_schools, tmp_path
):
    fits, item = pools_in_r(tmp_path, kindergartens_and_schools)
    assert fits["one"][2] < 0.8
    assert fits["nine"][2] > 0.97
    assert fits["scalar"][2] > fits["configural"][2] - 0.002
    assert item["cost"] > 0.05
    # and validate says the same
    structure = structure_of(kindergartens_and_schools[1])
    assert (fits["one"], fits["nine"]) == (ours(structure.one_factor), ours(structure.dimensions))
    compared = compare_pools(kindergartens_and_schools, POLICY.invariance)
    assert compared.means
    for level, fit in compared.invariance.fits.items():
        assert fits[level] == ours(fit)


def test_r_finds_the_item_that_one_edition_was_simulated_to_understand_otherwise(
    kindergartens_and_schools, tmp_path
):
    shifted = (pool("barnehage", 160, 1, shifted=OTHERWISE), kindergartens_and_schools[1])
    fits, item = pools_in_r(tmp_path, shifted)
    assert item["worst"] == OTHERWISE
    assert item["cost"] < 1e-9
    # freeing it gives back what it cost
    assert item["freed"] > 0.9 * (fits["scalar"][0] - fits["metric"][0] - 27)
    compared = compare_pools(shifted, POLICY.invariance)
    assert (compared.correlations, compared.means) == (True, False)
    assert fits["scalar"] == ours(compared.invariance.fits["scalar"])


def test_published_data_have_the_fit_that_lavaan_gives_them(tmp_path):
    run_r(PUBLISHED, tmp_path)
    fits = fits_in(tmp_path, "published.csv")
    tests = {
        name: tuple(f"x{number}" for number in range(first, first + 3))
        for name, first in (("visual", 1), ("textual", 4), ("speed", 7))
    }
    pupils = written(tmp_path, "pupils.csv")
    model = model_of(tests)
    assert fits["pupils"] == ours(fit_factors([sample(pupils, model)], model))
    countries = model_of(
        {
            "ind60": ("x1", "x2", "x3"),
            "dem60": ("y1", "y2", "y3", "y4"),
            "dem65": ("y5", "y6", "y7", "y8"),
        }
    )
    lands = written(tmp_path, "countries.csv")
    assert fits["countries"] == ours(fit_factors([sample(lands, countries)], countries))
    schools = sorted({row["school"] for row in pupils})
    apart = [sample([row for row in pupils if row["school"] == school], model) for school in schools]
    for level, fit in invariance(apart, model).fits.items():
        assert fits[level] == ours(fit)


def model_of(factors):
    return FactorModel(tuple(item for own in factors.values() for item in own), factors)


def sample(rows, model):
    return Sample.of(np.array([[row[item] for item in model.items] for row in rows]))
