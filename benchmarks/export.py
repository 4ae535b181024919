"""How long a data file for research takes, and how much longer than the bare reading of its rows.

`python -m benchmarks.export --units 100 300`: units with four released half-years each. Reading is that of
the statistics of all waves, checked and made nothing of; *first* is the release of all waves in a process
that has kept none, *again* the same after it; then each format of the table of dimensions. Seconds of the
processor, which other work on the machine hardly changes; the last column of the first table is *first*
over reading.
"""

import argparse
import contextlib
import io
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from benchmarks import release as country
from reports.disclosure import Policy
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.exports import FORMATS, ExportedWave, content, dimension_rows
from survey.publication import release, round_release
from survey.publication.research.extraction import extraction
from survey.publication.research.kept_figures import KeptFigures
from survey.publication.rounds import Round
from survey.store.database import Database, connect
from survey.store.repositories import sealed, waves

HALVES = 4
_FAMILY = b"0123456789abcdef"
_TODAY = date(2030, 1, 1)

_Made = TypeVar("_Made")


def main() -> None:
    """Print a line for each number of units, and the seconds of each format of the last of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[100, 300])
    given, policy = asked.parse_args(), read_policy(DEFAULT_POLICY)
    kept = country._moments(policy)  # noqa: SLF001 - the same units as those whose release is measured
    print("units  waves  reading s   first s   again s   rows s   first ÷ reading")
    for number in given.units:
        with tempfile.TemporaryDirectory() as folder:
            database = connect(f"sqlite:///{Path(folder) / 'benchmark.db'}")
            database.migrate()
            top = country._fill(database, number, HALVES, kept)  # noqa: SLF001 - likewise
            with contextlib.redirect_stdout(io.StringIO()):
                for half in range(HALVES):
                    wanted = Round(f"{2020 + half // 2}-{1 + half % 2}", country.EDITION, country.REFERENCE)
                    round_release.release_round(database, top, wanted, policy, _TODAY)
            exported = _measure(database, number, policy)
            database.close()
    table = dimension_rows(exported, policy, _FAMILY)
    print(f"\nformats of {len(table.rows)} rows: seconds, bytes")
    made = extraction(_TODAY, policy, "CC-BY-4.0")
    for kind in FORMATS:
        seconds, file = _timed(lambda kind=kind: content(table, kind, made))  # type: ignore[misc]
        print(f"{kind:12} {seconds:7.2f} {len(file):>12,}")


def _measure(database: Database, number: int, policy: Policy) -> list[ExportedWave]:
    release._kept = KeptFigures()  # noqa: SLF001 - as in a process that has made no export
    reading, _ = _timed(lambda: _read(database))
    first, found = _timed(lambda: release.to_researchers(database, policy))
    again, _ = _timed(lambda: release.to_researchers(database, policy))
    rows, _ = _timed(lambda: dimension_rows(found, policy, _FAMILY))
    print(
        f"{number:5}  {number * HALVES:5}  {reading:9.2f} {first:9.2f} {again:9.2f} {rows:8.2f}   "
        f"{first / reading:15.1f}"
    )
    return found


def _read(database: Database) -> int:
    return len(sealed.of_waves(database, waves.every(database)))


def _timed(act: Callable[[], _Made]) -> tuple[float, _Made]:
    began = time.process_time()
    made = act()
    return time.process_time() - began, made


if __name__ == "__main__":
    main()
