"""A leader has the monitoring program's token, asks for the metrics every second, and waits for answers."""

import re
import shutil
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from survey.background import jobs as job_runs
from survey.background import maintenance
from survey.collection import lifecycle
from survey.operations import certificate, installation_state
from survey.operations.verification import directories
from survey.store.repositories import jobs
from survey.web.platform.context import EXTENSION
from tests.paths import REPOSITORY
from tests.waves import CLOSES, TODAY, answer, opened, seal, simulated

TOKEN = "0123456789abcdefghijklmnopqrstuv"
ROUND_AT = 1_772_000_000


@pytest.fixture
def public_url():
    return "http://localhost:8000"


@pytest.fixture
def installation(app, monkeypatch):
    """An installation with all that the metrics tell of, on a disk that holds nothing else."""
    parts = app.extensions[EXTENSION]
    settings = replace(parts.installation.settings, metrics_token=TOKEN)
    parts.installation = replace(parts.installation, settings=settings)
    jobs.add(parts.database, "reports-under", {"unit": "x"}, now=ROUND_AT)
    maintenance.run(parts.installation, TODAY, ROUND_AT)
    certificate.look_again(settings, ROUND_AT)
    monkeypatch.setattr(job_runs, "seconds", lambda: ROUND_AT)

    def usage(_):
        used = sum(path.stat().st_size for path in settings.keys.parent.rglob("*") if path.is_file())
        return shutil._ntuple_diskusage(2**31, used, 2**31 - 2**29 - used)

    monkeypatch.setattr(directories.shutil, "disk_usage", usage)
    return parts.installation


def scraped(app, token=TOKEN):
    return app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})


def told(app):
    """Name and labels → value; the clock of the test stands still, that of the database does not."""
    reply = scraped(app)
    assert reply.status_code == 200
    samples = [each for family in text_string_to_metric_families(reply.text) for each in family.samples]
    return {
        (each.name, *sorted(each.labels.items())): each.value
        for each in samples
        if each.name != "kjennetegn_clock_difference_seconds" and each.labels.get("part") != "clock"
    }


def test_no_metric_moves_with_an_answer_nor_with_a_step_of_the_turnout(app, home, installation):
    wave = opened(home, invited=13)
    before = told(app)
    seen = []
    for each in simulated(13):
        answer(home, wave, [each])
        seen.append(told(app))
    assert seen == [before] * 13
    # the control: what staff do is seen
    lifecycle.close(home.database, wave.key, TODAY)
    after = told(app)
    assert (
        after[("kjennetegn_waves", ("state", "open"))] == before[("kjennetegn_waves", ("state", "open"))] - 1
    )
    assert installation.settings.metrics_token == TOKEN


@pytest.mark.usefixtures("installation")
def test_no_metric_tells_how_many_answered_a_survey_that_is_sealed(app, home):
    """One of three is closed without result, one of twelve brings something into a pool: both are sealed."""
    seen = []
    for people in (3, 12):
        wave = opened(home, unit=f"Unit {people}", invited=13)
        answer(home, wave, simulated(people))
        before = told(app)
        seal(home, lifecycle.close(home.database, wave.key, CLOSES))
        after = told(app)
        seen.append(
            {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name)}
        )
    assert seen[0] == seen[1]
    assert set(seen[0]) == {("kjennetegn_waves", ("state", each)) for each in ("open", "sealed")}


def test_a_minute_of_a_worker_beside_it_changes_nothing_that_answers_do(app, home, installation):
    wave = opened(home, invited=13)
    maintenance.run(installation, TODAY, ROUND_AT)
    untouched = {name: value for name, value in told(app).items() if "round_timestamp" not in name[0]}
    for each in simulated(6):
        answer(home, wave, [each])
        maintenance.run(installation, TODAY, ROUND_AT)
    after = {name: value for name, value in told(app).items() if "round_timestamp" not in name[0]}
    assert after == untouched


@pytest.mark.usefixtures("installation")
def test_there_are_the_metrics_of_the_document_and_none_of_the_process(app):
    """Requests, time, memory and open files of a process move whenever somebody answers."""
    text = (REPOSITORY / "docs" / "operators.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(kjennetegn_\w+)", text, re.MULTILINE))
    families = {line.split()[2] for line in scraped(app).text.splitlines() if line.startswith("# TYPE")}
    assert len(listed) >= 10
    # of this installation no certificate is known, as its address has none, and nobody made a backup
    assert listed - families == {
        "kjennetegn_certificate_ends_timestamp_seconds",
        "kjennetegn_backup_last_timestamp_seconds",
    }
    assert families <= listed


@pytest.mark.parametrize("free", [2**29, 2**29 + 1, 2**30 - 1])
def test_the_room_on_a_disk_is_told_in_steps_that_double(free):
    assert installation_state.doubling_step(free) == 2**29
    assert installation_state.doubling_step(0) == 0


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", "æ" * 32])
def test_whoever_has_not_the_token_is_told_nothing(app, token):
    reply = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 401
    assert "kjennetegn_" not in reply.text


def test_without_a_token_in_the_settings_nobody_is_told_anything(app):
    """Not from this machine either: what the web server in front hands on comes from there too."""
    for token in ("", TOKEN):
        reply = scraped(app, token)
        assert reply.status_code == 404
        assert "kjennetegn_" not in reply.text
