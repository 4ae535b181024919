"""The data protection officer's table lists every column there is, and none that is not."""

import re

from sqlalchemy import inspect

from survey.store.tables import metadata
from tests.paths import REPOSITORY

AUDIT = REPOSITORY / "docs" / "privacy-audit.md"


def audited():
    return re.findall(
        r"^\| `(\w+\.\w+)` \| .+ \| .+ \| .+ \|$", AUDIT.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_every_column_of_the_live_schema_is_in_the_audit_and_no_other(database):
    live = inspect(database.engine)
    columns = {
        f"{table}.{column['name']}"
        for table in live.get_table_names()
        if table != "alembic_version"
        for column in live.get_columns(table)
    }
    assert set(audited()) == columns
    assert len(audited()) == len(columns)


def test_no_column_could_hold_who_answered_or_when():
    of_answers = {"access_code", "urn", "sealed_wave"}
    kinds = {
        str(column.type).split("(")[0] for name in of_answers for column in metadata.tables[name].columns
    }
    # the one text is what was judged of change, as reports.results.verdicts writes it
    assert kinds == {"INTEGER", "BLOB", "TEXT"}
    texts = [
        (name, column.name)
        for name in of_answers
        for column in metadata.tables[name].columns
        if str(column.type) == "TEXT"
    ]
    assert texts == [("sealed_wave", "verdicts")]
