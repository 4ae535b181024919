"""Data files of a study: made by a worker, found by all who take part, and gone with what they are of."""

import csv
import json
from dataclasses import replace

import polars as pl
import pytest

from instruments.problems import Refused
from reports.exports import FORMATS, Selection, readstat, xlsx
from survey.background import jobs, research_exports
from survey.background.research_exports import Order
from survey.operations.installation import Installation
from survey.operations.verification import stored_values
from survey.store.repositories import jobs as rows
from survey.store.repositories import studies
from tests.buckets import IN_BOTH
from tests.waves import ON_SQLITE, TODAY, place, release_below, sealed, simulated

pytestmark = ON_SQLITE


@pytest.fixture
def installation(home, settings, monkeypatch):
    monkeypatch.setattr(Installation, "today", TODAY)
    for seed, name in enumerate(("Asken", "Bjerka")):
        sealed(home, simulated(24, seed), unit=name, invited=30)
        release_below(home, place(home, name).key)
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def study(installation):
    return studies.add(installation.database, "Over tid", TODAY.replace(month=12), TODAY)


def made(home, study, order):
    job = research_exports.place(home, study, order, now=jobs.seconds())
    assert list(stored_values.problems(home.database)) == []
    jobs.run_waiting(home)
    return rows.by_key(home.database, job.key)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_made_with_its_codebook_version_and_checksum(installation, study, kind):
    job = made(installation, study, Order("dimensions", kind, "nn"))
    assert (job.state, job.fault, job.done) == ("done", None, job.total)
    found = research_exports.made(installation, job)
    described = json.loads(found.codebook.read())["data set"]
    assert found.rows == 18
    assert described["version"] == found.version
    assert described["sha-256 of the table as plain CSV"] == found.checksum
    assert found.version in found.file.name
    assert (found.described is not None) == (kind == "ddi")


def test_a_file_holds_nothing_of_a_survey_before_its_round_is_released_and_names_no_unit(
    home, settings, monkeypatch
):
    monkeypatch.setattr(Installation, "today", TODAY)
    sealed(home, simulated(24), unit="Asken", invited=30)
    installation = Installation(settings, home.database, home.keys, home.policy)
    study = studies.add(home.database, "Over tid", TODAY, TODAY)
    before = research_exports.made(installation, made(installation, study, Order("dimensions", "csv")))
    assert before.rows == 0
    release_below(home, place(home, "Asken").key)
    after = research_exports.made(installation, made(installation, study, Order("dimensions", "csv")))
    assert after.rows == 9
    assert after.changes["added"] == 1
    assert "Asken" not in after.file.read().decode()


def test_a_file_of_more_rows_than_its_format_holds_is_refused_and_no_other(installation, study, monkeypatch):
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 17)
    monkeypatch.setattr(readstat, "MOST_ROWS", 18)
    assert made(installation, study, Order("dimensions", "xlsx")).fault == "export-too-long"
    assert made(installation, study, Order("dimensions", "sav")).fault is None
    assert made(installation, study, Order("items", "dta")).fault == "export-too-long"


@IN_BOTH
def test_a_file_holds_what_was_chosen_and_says_what_changed_since_the_one_before(installation, study):
    chosen = Selection(
        first="2026H1", last="2026H1", instruments=("learning_community",), editions=("skole",)
    )
    order = Order("items", "csv", spreadsheet=True, language="nb", selection=chosen)
    first = research_exports.made(installation, made(installation, study, order))
    assert first.changes is None
    lines = first.file.read().decode("utf-8-sig").splitlines()
    assert len(list(csv.DictReader(lines, delimiter=";"))) == first.rows > 0
    sealed(installation, simulated(24, 9), unit="Ørje", invited=30)
    release_below(installation, place(installation, "Ørje").key)
    after = research_exports.made(
        installation, made(installation, study, replace(order, kind="parquet", spreadsheet=False))
    )
    assert after.changes == {"added": 1, "withdrawn": 0, "changed": 0}
    assert pl.read_parquet(after.file.read())["unit"].n_unique() == 3
    none = replace(order, selection=Selection(first="2025H1", last="2025H2"))
    assert research_exports.made(installation, made(installation, study, none)).rows == 0


def test_files_end_with_their_study_with_any_unit_and_with_the_first_survey_that_is_over(
    installation, study, monkeypatch
):
    kept = made(installation, study, Order("dimensions", "csv"))
    folder = jobs.folder(installation, kept.key).path
    about = json.loads((folder / "about.json").read_text("utf-8"))
    assert folder.is_dir()
    monkeypatch.setattr(Installation, "today", TODAY.replace(year=int(about["kept_until"][:4]) + 1))
    assert research_exports.made(installation, kept) is None
    assert research_exports.ended(installation) == [kept]
    monkeypatch.setattr(Installation, "today", TODAY)
    assert research_exports.ended(installation) == []
    jobs.remove_about(installation, {"another"}, jobs.seconds())
    assert not folder.exists()
    waiting = research_exports.place(installation, study, Order("items", "csv"), now=jobs.seconds())
    studies.end(installation.database, study)
    for act in jobs.removals(installation, jobs.seconds()):
        act()
    with pytest.raises(Refused, match="job-unknown"):
        rows.by_key(installation.database, waiting.key)


@IN_BOTH
def test_a_study_that_ended_meanwhile_fails_the_job_and_leaves_no_file(installation, study):
    job = research_exports.place(installation, study, Order("dimensions", "csv"), now=jobs.seconds())
    studies.end(installation.database, study)
    jobs.run_waiting(installation)
    assert rows.by_key(installation.database, job.key).fault == "study-unknown"
    assert jobs.folder(installation, job.key).names() == []
