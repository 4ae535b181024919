"""The API is read by programs that know nothing of us: a validator of OpenAPI, and R."""

import polars as pl
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from survey.web.api.description import described
from tests.researchers.tools import run_r, written

IN_R = """
table <- jsonlite::fromJSON("table.json")
stopifnot(nrow(table$rows) == table$total, names(table$rows) == table$columns$name)
write.csv(table$rows[c("unit", "dimension", "n", "mean")], "opened.csv", row.names = FALSE)
"""


def test_the_description_is_one_of_openapi():
    document = described("https://svar.example")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    del document["info"]["title"]
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) != []


@pytest.mark.usefixtures("released")
def test_r_reads_a_table_of_the_api(read, tmp_path):
    (tmp_path / "table.json").write_bytes(read("tables/dimensions").data)
    (tmp_path / "table.parquet").write_bytes(read("tables/dimensions.parquet").data)
    run_r(IN_R, tmp_path)
    rows = pl.read_parquet(tmp_path / "table.parquet").select("unit", "dimension", "n", "mean").to_dicts()
    assert written(tmp_path, "opened.csv") == rows
