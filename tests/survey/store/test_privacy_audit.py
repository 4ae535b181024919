"""The data protection officer's table lists every column there is, and none that is not."""

import importlib
import re

import pytest
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


# the ledger is kept so that nothing can be subtracted, and the log is not ours
NEVER = {"for good", "as long as the installation", "the log"}


def ended():
    """How long → what ends it, and the tests that wait it out."""
    text = AUDIT.read_text(encoding="utf-8").partition("### What ends it")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", text, re.MULTILINE)[1:]
    return {how_long: (code, tests) for how_long, code, tests in rows if how_long != "---"}


def test_every_how_long_of_the_table_is_ended_by_something():
    listed = re.findall(
        r"^\| `\w+\.\w+` \| .+ \| .+ \| (.+) \|$", AUDIT.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(set(listed)) > 10
    assert set(listed) - set(ended()) == set()


@pytest.mark.parametrize("how_long", sorted(ended()))
def test_what_ends_it_and_the_test_that_waits_it_out_are_there(how_long):
    code, waiting = ended()[how_long]
    for name in re.findall(r"`(survey[.\w]+)`", code):
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name
    assert re.search(r"`survey[.\w]+`", code) or how_long in NEVER
    tests = re.findall(r"`(tests/[^`]+)::(\w+)`", waiting)
    assert tests
    for file, test in tests:
        assert f"def {test}(" in (REPOSITORY / file).read_text(encoding="utf-8")
