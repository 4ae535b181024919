"""What monitoring programs read, and the rules that are written of it."""

import os
import re
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from survey import job_files
from survey.operations import certificate, health, installation_state, marks, metrics
from survey.operations.installation import Installation
from survey.operations.marks import Mark
from survey.settings import Settings
from survey.store.repositories import job_counts, jobs
from survey.store.repositories.job_counts import JobCounts
from survey.store.tables import WaveState
from survey.web.operator import fault_texts
from tests.paths import REPOSITORY
from tests.waves import ON_SQLITE

NOW = 1_800_000_000
DAY = 24 * 60 * 60
CERTIFICATE = Path(__file__).with_name("localhost.pem")  # and its key, made for this test
RULES = REPOSITORY / "docs" / "examples" / "kjennetegn.rules.yml"
FOUND = {"refused": 0, "pool_batches": 0, "time_zone": "Europe/Oslo"}
IDLE = JobCounts(underway=0, done=0, failed=0, oldest=None, moved=None, failed_at=None)


def state_of(**otherwise):
    """An installation with which nothing is wrong, but for what is said."""
    well = {
        "now": NOW,
        "checks": dict.fromkeys(("database", "keys", "worker", "disk", "clock"), health.OK),
        "revision": "0001",
        "round": Mark(NOW - 30, FOUND),
        "backup": Mark(NOW - DAY, {}),
        "certificate": Mark(NOW - 60, {"ends": NOW + 60 * DAY}),
        "time_zone": "Europe/Oslo",
        "jobs": IDLE,
        "waves": dict.fromkeys(WaveState, 0),
        "free": {"keys": 2**33},
        "clock": 0,
    }
    return installation_state.InstallationState(**{**well, **otherwise})


def wrong(**otherwise):
    return {part: code for part, code in state_of(**otherwise).outcomes.items() if code != health.OK}


def of_jobs(**counted):
    return JobCounts(**{**{name: getattr(IDLE, name) for name in IDLE.__slots__}, **counted})


FAULTS = [
    ({"round": Mark(NOW, {**FOUND, "refused": 2})}, {"rounds": "rounds-failed"}),
    ({"round": Mark(NOW, {**FOUND, "pool_batches": 1})}, {"pools": "batches-wait"}),
    ({"round": Mark(NOW, {**FOUND, "time_zone": "Europe/London"})}, {"time_zone": "zone-differs"}),
    ({"checks": {"queue": "queue-unreachable"}}, {"queue": "queue-unreachable"}),
    ({"checks": {"clock": "clock-wrong"}}, {"clock": "clock-wrong"}),
    ({"checks": {"clock": "clock-jumped"}}, {"clock": "clock-jumped"}),
    ({"certificate": Mark(NOW, {"fault": "refused"})}, {"certificate": "certificate-refused"}),
    ({"certificate": Mark(NOW, {"ends": NOW + 14 * DAY - 1})}, {"certificate": "certificate-ends"}),
    ({"backup": Mark(NOW - 3 * DAY - 1, {})}, {"backup": "backup-old"}),
    ({"jobs": of_jobs(failed=1, moved=NOW - 60, failed_at=NOW - 60)}, {"jobs": "jobs-failed"}),
    ({"jobs": of_jobs(underway=9, oldest=NOW - 999, moved=NOW - 601)}, {"jobs": "jobs-wait"}),
]
NO_FAULTS = [
    {},
    {"round": None},
    {"round": Mark(NOW, {})},
    {"clock": None, "waves": None, "jobs": None, "revision": None, "free": {}},
    {"certificate": None},
    {"certificate": Mark(NOW, {"fault": "unreachable"})},
    {"certificate": Mark(NOW, {"ends": NOW + 14 * DAY})},
    {"backup": None},
    {"jobs": of_jobs(failed=1, moved=NOW - DAY, failed_at=NOW - DAY)},
    # a long queue with a worker at work
    {"jobs": of_jobs(underway=8000, oldest=NOW - 9999, moved=NOW - 20)},
]


@pytest.mark.parametrize(("stands", "faults"), FAULTS)
def test_each_fault_is_found_alone_and_has_its_sentences(stands, faults):
    assert wrong(**stands) == faults
    [(part, code)] = faults.items()
    assert part in fault_texts.PARTS
    assert len(fault_texts.FAULTS[code]) == 2


@pytest.mark.parametrize("stands", NO_FAULTS)
def test_what_is_not_known_or_not_yet_wrong_is_no_fault(stands):
    assert wrong(**stands) == {}


def test_each_part_that_machines_ask_after_has_a_name_on_the_operators_page(home, settings):
    shared = replace(settings, queue="redis://127.0.0.1:1/0")
    parts = health.check(Installation(shared, home.database, home.keys, home.policy), NOW, NOW)
    assert "queue" in parts
    assert set(parts) <= set(fault_texts.PARTS)


def samples(stands):
    told = metrics.exposition(stands).decode()
    return [each for family in text_string_to_metric_families(told) for each in family.samples]


def test_the_metrics_say_what_was_found_and_leave_out_what_was_not():
    told = {(each.name, *each.labels.values()): each.value for each in samples(state_of(clock=-5))}
    assert told["kjennetegn_ok", "worker"] == 1
    assert told["kjennetegn_waves", "sealed"] == 0
    assert told["kjennetegn_disk_free_bytes", "keys"] == 2**33
    assert told["kjennetegn_clock_difference_seconds",] == -5
    assert told["kjennetegn_certificate_ends_timestamp_seconds",] == NOW + 60 * DAY
    unknown = {"jobs": None, "waves": None, "round": None, "backup": None, "certificate": None, "clock": None}
    left = {each.name for each in samples(state_of(**unknown, free={}))}
    assert left == {"kjennetegn_info", "kjennetegn_ok"}


def test_the_rules_of_the_example_are_about_metrics_that_there_are():
    """Whether they are well formed promtool of Prometheus says; it does not know which metrics there are."""
    rules = [each for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for each in group["rules"]]
    assert len({each["alert"] for each in rules}) == len(rules) >= 5
    assert all(each["annotations"]["summary"] for each in rules)
    asked = {name for each in rules for name in re.findall(r"\bkjennetegn_\w+", each["expr"])}
    assert asked
    assert asked <= {each.name for each in samples(state_of())}
    named = [said for each in rules for said in re.findall(r'part=~"([^"]+)"', each["expr"])]
    parts = {part for said in named for part in said.split("|")}
    assert parts
    assert parts <= set(state_of().outcomes)


def test_jobs_are_counted_by_state_with_the_time_of_the_oldest(home):
    assert job_counts.count(home.database) == IDLE
    for number, at in enumerate((NOW, NOW + 5)):
        jobs.add(home.database, "reports-under", {"unit": str(number)}, now=at)
    counted = job_counts.count(home.database)
    assert (counted.underway, counted.failed, counted.done) == (2, 0, 0)
    assert (counted.oldest, counted.moved, counted.failed_at) == (NOW, NOW + 5, None)


def test_a_database_that_is_away_leaves_the_rest_to_be_told(home, settings):
    installation = Installation(settings, home.database, home.keys, home.policy)
    stands = installation_state.look(installation, NOW)
    assert stands.waves == dict.fromkeys(WaveState, 0)
    with home.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE wave RENAME TO elsewhere")
    stands = installation_state.look(installation, NOW)
    assert stands.waves is None
    assert stands.jobs == IDLE


def test_a_mark_that_cannot_be_read_was_made_and_says_nothing(tmp_path):
    settings = Settings("sqlite:////k.db", tmp_path / "keys", "0f" * 16, files=tmp_path)
    assert marks.read(job_files.at(settings), marks.ROUND) is None
    marks.write(job_files.at(settings), marks.ROUND, {"refused": 1})
    os.utime(tmp_path / marks.ROUND, (NOW, NOW))
    assert marks.read(job_files.at(settings), marks.ROUND) == Mark(NOW, {"refused": 1})
    for content in ("", "{", "[1]"):
        (tmp_path / marks.ROUND).write_text(content)
        assert marks.read(job_files.at(settings), marks.ROUND).found == {}


@pytest.fixture
def secured_port():
    """A port on which somebody shows the certificate of `localhost` that nobody has signed."""
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with suppress(OSError):
                while True:
                    plain, _ = listening.accept()
                    with suppress(OSError), shown.wrap_socket(plain, server_side=True) as secured:
                        secured.recv(1)

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        serving.join(10)


def test_the_certificate_is_looked_at_as_browsers_do(secured_port, monkeypatch):
    address = f"https://localhost:{secured_port}/survey"
    assert certificate.look(address) == {"fault": "refused"}
    trusting = partial(ssl.create_default_context, cafile=str(CERTIFICATE))
    monkeypatch.setattr(certificate.ssl, "create_default_context", trusting)
    assert datetime.fromtimestamp(certificate.look(address)["ends"], UTC).year == 2126
    # of another name than it is shown under
    assert certificate.look(f"https://127.0.0.1:{secured_port}") == {"fault": "refused"}
    assert certificate.look("http://localhost:8000") == {}
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert certificate.look(f"https://127.0.0.1:{closed.getsockname()[1]}") == {"fault": "unreachable"}


@ON_SQLITE
def test_the_certificate_is_looked_at_once_an_hour(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(certificate, "look", lambda address: asked.append(address) or {"ends": NOW})
    settings.files_directory.mkdir(mode=0o700)
    mark = settings.files_directory / marks.CERTIFICATE
    for now in (NOW, NOW + 3599, NOW + 3600):
        certificate.look_again(settings, now)
        os.utime(mark, (min(now, NOW), min(now, NOW)))
    assert asked == ["https://svar.example"] * 2
    assert marks.read(job_files.at(settings), marks.CERTIFICATE).found == {"ends": NOW}
