"""What a country costs in one PostgreSQL: tables, pages, releases, the worker, exports; and how each grows.

`python -m benchmarks.country --units 500 1000 2000 4000 8000`: each size is a database of its own with four
released half-years a unit and some 35 people a wave. Figures are seconds of this process's processor, elapsed
seconds (the database works in them too), statements to it, and bytes. The last column is the slope of log
cost on log units: 1 grows with the units, 0 not at all. The database is started for the benchmark and does
not flush to disk: it measures work, not disks.
"""

import argparse
import contextlib
import gc
import io
import itertools
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import event, text

import survey
from benchmarks import country_rows
from benchmarks.country_rows import EDITION, LONG_AGO, Kind, Places
from instruments import library
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.exports import content, dimension_rows
from survey.accounts import passwords
from survey.background import maintenance
from survey.collection import code_issuing, drafting, lifecycle, sealing, submission
from survey.collection.admission import admit
from survey.collection.planning import Plan
from survey.demo import simulation
from survey.demo.country import CLOSED, VERSIONS
from survey.demo.installation import start_levels
from survey.demo.policy import write_policy
from survey.operations import log
from survey.operations.set_up import set_up
from survey.operations.verification import sealed_statistics
from survey.publication import reports, round_release
from survey.publication.release import to_researchers
from survey.publication.research.extraction import extraction
from survey.publication.rounds import Round
from survey.settings import Settings
from survey.store.database import open_database
from survey.store.patience import LONG
from survey.store.repositories import accounts, waves
from survey.web.platform.context import EXTENSION
from tests import postgres
from tests.pages import Browser

URL, PASSWORD = "https://svar.example", "a demonstration only"
SAMPLE = 3  # reports that are printed
HALVES = ("2024-2", "2025-1", "2025-2", "2026-1")
Measured = dict[str, float]


def main() -> None:
    """Print a table with a line for each figure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[500, 1000, 2000, 4000, 8000])
    asked.add_argument("--formats", nargs="*", default=["csv", "xlsx"])
    given = asked.parse_args()
    made = country_rows.kinds(read_policy(DEFAULT_POLICY))
    found: dict[int, Measured] = {}
    with postgres.server() as address:
        for number in given.units:
            with postgres.database_in(address) as url, tempfile.TemporaryDirectory() as folder:
                found[number] = _country(url, Path(folder), number, made, given.formats)
    _print(found)


def _country(url: str, folder: Path, number: int, made: list[Kind], formats: Sequence[str]) -> Measured:
    where = url.replace("postgresql://", "postgresql+psycopg://")
    settings = Settings(where, folder / "keys", secrets.token_hex(32), URL, policy=write_policy(folder))
    set_up(settings)
    app = survey.create_app(settings)
    home = app.extensions[EXTENSION].installation
    clock = _Clock(home.database.engine)
    found: Measured = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            # tens of thousands of rows at once, which no page writes
            with contextlib.closing(open_database(where, LONG)) as filling:
                places = country_rows.fill(filling, number, made)
            with home.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as direct:
                direct.execute(text("ANALYZE"))
            people = sum(made[place % len(made)].people for place in range(number))
            found["people"] = people
            for act, measured in _acts(app, places, number, formats):
                found |= clock.measured(act, measured)
                print(number, act, found.get(act), flush=True, file=_TERMINAL)
            found |= _sizes(home)
    finally:
        home.database.close()
    return found


def _acts(
    app: Flask, places: Places, number: int, formats: Sequence[str]
) -> Iterator[tuple[str, Callable[[], float | None]]]:
    """Yield everything that is measured, in an order in which each finds what it needs."""
    home = app.extensions[EXTENSION].installation
    day = country_rows.day_after()
    for half, reference in zip(HALVES, VERSIONS, strict=True):
        wanted = Round(half, EDITION, reference)
        name = "release of the last round" if half == HALVES[-1] else f"release {half}"

        def act(wanted: Round = wanted) -> None:
            round_release.release_round(home.database, places.country, wanted, home.policy, day)

        yield name, act
    now = int(time.mktime(day.timetuple()))
    maintenance.run(home, day, now)
    yield "worker's round, nothing to do", lambda: maintenance.run(home, day, now)
    yield "verify of statistics and ledger", lambda: _verified(home)
    yield from _pages(app, places)
    printed = reports.report_renderer(home.database, home.policy, places.country, "owner")
    planned: list[Any] = []
    yield (
        "planning all reports",
        lambda: planned.extend(
            reports.planned_reports(home.database, home.policy, places.country, "owner", None)
        ),
    )

    def print_sample() -> float:
        began = time.process_time()
        for each in planned[:SAMPLE]:
            printed(each)
        return (time.process_time() - began) / SAMPLE * number

    yield "printing all reports (of a sample)", print_sample
    yield from _sealings(app, places, number)
    yield from _export(home, formats)


def _verified(home: Any) -> None:  # noqa: ANN401 - an installation
    found = list(sealed_statistics.problems(home.database, home.policy))
    if found:
        raise SystemExit(str(found[:3]))


def _pages(app: Flask, places: Places) -> Iterator[tuple[str, Callable[[], None]]]:
    home = app.extensions[EXTENSION].installation
    last = waves.of_unit(home.database, places.units[0])[-1]
    whose = {"leader": ("leader", places.units[0]), "municipality": ("owner", places.municipality),
             "county": ("owner", places.county), "country": ("owner", places.country),
             "researcher": ("researcher", None), "operator": ("operator", None)}  # fmt: skip
    browsers = {name: _signed_in(app, name, role, unit) for name, (role, unit) in whose.items()}
    shown = f"round/{HALVES[-1]}/{EDITION}/{VERSIONS[-1]}"
    pages = [
        ("leader", "desk", "/leader/"),
        ("leader", "profile", f"/leader/{last.unit_key}/{last.key}/profile"),
        *((owner, *page) for owner in ("municipality", "county", "country") for page in (
            ("front page", "/owner/"),
            ("round", f"/owner/{getattr(places, owner)}/{shown}"),
            ("reports", f"/owner/{getattr(places, owner)}/reports"),
        )),
        ("country", "history", f"/owner/{places.country}/history"),
        ("researcher", "desk", "/researcher/"),
        ("operator", "front page", "/operator/"),
        ("operator", "accounts", "/operator/accounts"),
        ("operator", "units", "/operator/units"),
    ]  # fmt: skip
    for who, name, path in pages:

        def act(who: str = who, path: str = path) -> None:
            reply = browsers[who].client.get(path, base_url=URL)
            if reply.status_code != 200:  # noqa: PLR2004 - OK
                raise SystemExit(f"{path}: {reply.status}")

        if name == "round":
            yield f"{who}: round, first time", act
        else:
            act()  # what a process reads once
        yield f"{who}: {name}", act


def _sealings(app: Flask, places: Places, number: int) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield the sealing of a whole round, told from one unit's, whose answers are handed in as people do."""
    home = app.extensions[EXTENSION].installation
    random, reference = np.random.default_rng(3), VERSIONS[-1]
    opens = CLOSED[-1] + timedelta(100)
    plan = Plan(
        unit_key=places.units[1],
        title="Sommer",
        instrument=reference,
        language="nb",
        invited=50,
        opens_on=opens,
        closes_on=opens + timedelta(10),
        open_link=False,
        leaders_answer=False,
    )
    drafted = drafting.draft(home.database, home.keys, home.policy, plan)
    wave = lifecycle.open_wave(home.database, home.keys, home.policy, drafted.key, opens)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 35)
    version = library.get(reference)
    ease = simulation.difficulties(version, simulation.VarianceComponents(), 7)
    people = simulation.simulate(version, 35, start_levels(), ease, random=random)

    def answer() -> float:
        began = time.process_time()
        for code, answers in zip(codes, people, strict=True):
            submission.submit(
                home.database, home.keys, admit(home.database, home.keys, code, opens), answers, opens
            )
        return time.process_time() - began

    yield "35 people's answers to one unit", answer
    closed = lifecycle.close(home.database, wave.key)

    def seal() -> float:
        began = time.process_time()
        sealing.seal(home.database, home.keys, home.policy, closed.key)
        return (time.process_time() - began) * number

    yield "sealing a round (of a sample)", seal


def _export(home: Any, formats: Sequence[str]) -> Iterator[tuple[str, Callable[[], None]]]:  # noqa: ANN401
    held: dict[str, Any] = {}

    def rows() -> None:
        released = to_researchers(home.database, home.policy)
        held["table"] = dimension_rows(released, home.policy, b"0123456789abcdef")

    yield "export: released figures and rows", rows
    made = extraction(home.today, home.policy, "CC-BY-4.0")
    for kind in formats:
        yield f"export: {kind}", lambda kind=kind: len(content(held["table"], kind, made)) and None  # type: ignore[misc]


def _signed_in(app: Flask, name: str, role: str, unit_key: str | None) -> Browser:
    database, email = app.extensions[EXTENSION].database, f"{name}@example.org"
    holder = accounts.add(database, email, passwords.hash_password(PASSWORD), "en")
    accounts.grant_role(database, holder, role, unit_key, by="drift", now=LONG_AGO)
    browser = Browser(app, URL)
    browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})
    return browser


class _Clock:
    """Measures acts: processor seconds of this process, and statements to the database."""

    def __init__(self, engine: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        self._count = itertools.count()
        event.listen(engine, "before_cursor_execute", lambda *_: next(self._count))

    def measured(self, name: str, act: Callable[[], float | None]) -> Measured:
        """Do the act; return its seconds by its name, and its statements beside."""
        gc.collect()
        before, began, wall = next(self._count), time.process_time(), time.perf_counter()
        told = act()
        taken = time.process_time() - began if told is None else told
        return {name: taken, f"{name}, elapsed": time.perf_counter() - wall,
                f"{name}, statements": next(self._count) - before - 1}  # fmt: skip


def _sizes(home: Any) -> Measured:  # noqa: ANN401 - an installation
    asked = text(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
    )
    with home.database.reading() as connection:
        found = {f"bytes of {name}": float(size) for name, size in connection.execute(asked)}
        most = dict(itertools.islice(found.items(), 8))
        return {**most, "bytes of the database": sum(found.values())}


def _print(found: Mapping[int, Measured]) -> None:
    sizes = list(found)
    names = [name for name in found[sizes[-1]] if all(name in found[size] for size in sizes)]
    print(f"{'':44}" + "".join(f"{size:>13,}" for size in sizes) + f"{'exponent':>10}")
    for name in names:
        values = [float(found[size][name]) for size in sizes]
        told = "".join(f"{value:>13,.0f}" if value.is_integer() else f"{value:>13.3f}" for value in values)
        print(f"{name:44}{told}{_exponent(sizes, values):>10}")


def _exponent(sizes: Sequence[int], values: Sequence[float]) -> str:
    """Return the slope of log cost on log units, over the larger half of the sizes at least."""
    if len(sizes) < 2 or min(values) <= 0:  # noqa: PLR2004 - a line has two points
        return "–"
    return f"{np.polyfit(np.log(sizes), np.log(values), 1)[0]:.2f}"


if __name__ == "__main__":
    _TERMINAL = sys.stderr
    log.capture_libraries()
    main()
