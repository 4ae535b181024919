"""How an installation stands, in the text format of Prometheus.

Everything is read when it is asked for, from what all machines share, so that it does not matter which
process or machine answers. There is no counter, and nothing of a process: requests, time, memory and open
files of a server move whenever somebody answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from survey.operations import health
from survey.operations.installation_state import InstallationState
from survey.store import schema

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_JOB_STATES = ("underway", "failed", "done")


def exposition(state: InstallationState) -> bytes:
    """Return the metrics of an installation that stands so."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(state))
    return generate_latest(registry)


class _Collector(Collector):
    """Gives what one look at an installation found; a value that could not be found out is left out."""

    def __init__(self, state: InstallationState) -> None:
        self._state = state

    def collect(self) -> Iterable[Metric]:
        stands = self._state
        yield InfoMetricFamily(
            "kjennetegn",
            "The program of the server that answered, and the revision of the tables.",
            {"version": version("kjennetegn"), "needs": schema.newest(), "tables": stands.revision or ""},
        )
        for each in _by_label(stands):
            yield each
        for each in _single(stands):
            yield each


def _by_label(stands: InstallationState) -> Iterator[Metric]:
    outcomes = {part: float(code == health.OK) for part, code in stands.outcomes.items()}
    yield _labelled("ok", "Whether a part works; the operator's page says what is wrong.", "part", outcomes)
    counted = stands.jobs
    by_state = {} if counted is None else {each: getattr(counted, each) for each in _JOB_STATES}
    yield _labelled("jobs", "Jobs of the last week, by state.", "state", by_state)
    by_state = {state.value: number for state, number in (stands.waves or {}).items()}
    yield _labelled("waves", "Surveys, by state.", "state", by_state)
    yield _labelled(
        "disk_free_bytes", "Room on the disk of a directory, in steps that double.", "directory", stands.free
    )


def _single(stands: InstallationState) -> Iterator[Metric]:
    last = stands.round
    found = {} if last is None else last.found
    values: Mapping[str, tuple[str, object]] = {
        "worker_last_round_timestamp_seconds": (
            "When a worker last ended a round.",
            None if last is None else last.at,
        ),
        "worker_refused_acts": ("What the last round could not do, see worker.log.", found.get("refused")),
        "pool_batches_waiting": (
            "Full batches that the last round left unadded.",
            found.get("pool_batches"),
        ),
        "oldest_job_timestamp_seconds": (
            "When the job under way that was touched longest ago was touched.",
            None if stands.jobs is None else stands.jobs.oldest,
        ),
        "clock_difference_seconds": (
            "How far the database's clock is ahead, in steps of five seconds.",
            stands.clock,
        ),
        "certificate_ends_timestamp_seconds": (
            "When the certificate of the public address ends.",
            stands.certificate_ends,
        ),
        "backup_last_timestamp_seconds": (
            "When kjennetegn backup last made one.",
            None if stands.backup is None else stands.backup.at,
        ),
    }
    for name, (meaning, value) in values.items():
        if isinstance(value, int):
            yield GaugeMetricFamily(f"kjennetegn_{name}", meaning, value)


def _labelled(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"kjennetegn_{name}", meaning, labels=[label])
    for said, value in values.items():
        family.add_metric([said], value)
    return family
