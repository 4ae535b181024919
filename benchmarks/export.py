"""What a data file for research costs a worker: seconds of its processor, and how much memory at most.

`python -m benchmarks.export --units 300 8000`: units of one country with four released half-years each, in an
installation of its own on SQLite. Each file is ordered in a study and made as a worker makes it, in a process
of its own, so that its memory is its own too. *base* is the memory of a worker before its first job.
Counties of 500 units release; the release of a whole country at once is measured by `benchmarks.country`.
"""

import argparse
import contextlib
import io
import multiprocessing
import resource
import secrets
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks import country_rows
from instruments.problems import Refused
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from survey.background import jobs, research_exports
from survey.background.research_exports import Order
from survey.demo.country import VERSIONS
from survey.operations.installation import Installation
from survey.operations.set_up import set_up
from survey.publication import round_release
from survey.publication.rounds import Round
from survey.settings import Settings
from survey.store import tables
from survey.store.repositories import jobs as rows_of_jobs
from survey.store.repositories import studies

HALVES = ("2024-2", "2025-1", "2025-2", "2026-1")
_MEGABYTE = 1024  # of the kilobytes that the system counts in


def main() -> None:
    """Print a line for each number of units, rows and format."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[300, 8000])
    asked.add_argument("--rows", nargs="+", default=["dimensions", "items"])
    asked.add_argument("--formats", nargs="+", default=["csv", "parquet", "xlsx", "sav"])
    given = asked.parse_args()
    print("units  rows of        format          rows   file MB  processor s  elapsed s  memory MB  base MB")
    for number in given.units:
        with tempfile.TemporaryDirectory() as folder:
            settings = _filled(Path(folder), number)
            for rows in given.rows:
                for kind in given.formats:
                    _print(number, rows, kind, settings)


def _filled(folder: Path, number: int) -> Settings:
    settings = Settings(
        f"sqlite:///{folder / 'benchmark.db'}", folder / "keys", secrets.token_hex(32), "https://svar.example"
    )
    with contextlib.redirect_stdout(io.StringIO()):
        set_up(settings)
        home = Installation.on(settings)
        policy = read_policy(DEFAULT_POLICY)
        country_rows.fill(home.database, number, country_rows.kinds(policy))
        with home.database.reading() as connection:
            counties = select(tables.unit.c.key).where(tables.unit.c.kind == "county")
            found = list(connection.execute(counties).scalars())
        for half, reference in zip(HALVES, VERSIONS, strict=True):
            for county in found:
                wanted = Round(half, country_rows.EDITION, reference)
                round_release.release_round(home.database, county, wanted, policy, country_rows.day_after())
        home.database.close()
    return settings


def _print(number: int, rows: str, kind: str, settings: Settings) -> None:
    here, there = multiprocessing.Pipe(duplex=False)
    # not forked: a child has all the memory of its parent
    worker = multiprocessing.get_context("spawn").Process(target=_make, args=(settings, rows, kind, there))
    worker.start()
    # a worker that fails ends the waiting
    there.close()
    print(f"{number:5}  {rows:13}  {kind:8}  {here.recv()}", flush=True)
    worker.join()


def _make(settings: Settings, rows: str, kind: str, told: object) -> None:
    """Order one file and make it, as a worker that has just begun."""
    home = Installation.on(settings)
    study = studies.add(home.database, "Benchmark", home.today + timedelta(days=1), home.today)
    job = research_exports.place(home, study, Order(rows, kind), now=jobs.seconds())
    base, began, elapsed = _memory(), time.process_time(), time.perf_counter()
    with contextlib.redirect_stderr(io.StringIO()):
        jobs.run_waiting(home)
    taken, waited = time.process_time() - began, time.perf_counter() - elapsed
    done = rows_of_jobs.by_key(home.database, job.key)
    found = research_exports.made(home, done)
    size = found.file.size() / 2**20 if found else 0
    line = f"{found.rows:>12,}  {size:8.1f}" if found else f"{done.fault:>12}  {size:8.1f}"
    told.send(f"{line}  {taken:11.1f}  {waited:9.1f}  {_memory():9.0f}  {base:7.0f}")  # type: ignore[attr-defined]
    with contextlib.suppress(Refused):
        studies.end(home.database, study)
    home.database.close()


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE


if __name__ == "__main__":
    main()
