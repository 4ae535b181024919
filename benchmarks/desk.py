"""How many statements and milliseconds the first pages of staff take in a large installation.

`python -m benchmarks.desk --units 50 2000`: the pages are asked for in each of the installations, with four
waves a unit, in turns of one run; the last column is how much longer a page takes in the last of them than in
the first. Statements are those to the database, milliseconds those at the server, the median of the turns.
"""

import argparse
import itertools
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, event, insert, select, update

import survey
from instruments import library
from survey.accounts import passwords
from survey.collection import lifecycle
from survey.demo.policy import write_policy
from survey.operations.set_up import set_up
from survey.settings import Settings
from survey.store import act_chain, tables
from survey.store.act_chain import Act
from survey.store.database import Database
from survey.store.repositories import accounts, planned_rounds, units, wave_lists, waves
from survey.store.repositories.units import Unit
from survey.web.platform.context import EXTENSION
from tests.pages import Browser

URL, PASSWORD = "https://svar.example", "a demonstration only"
REFERENCE, EDITION = "learning_community@1.1.0", "skole"
WAVES, BELOW = 4, 300  # waves of a unit, units below the municipality that is looked at
ROUND, OPENED = secrets.token_hex(8), 25  # the newest wave of most units is of this round, some are open
LONG_AGO = 1_700_000_000
TODAY = datetime.now(UTC).date()


@dataclass
class Served:
    """One installation that is filled, and the pages of it as (name, whose, path)."""

    app: Flask
    number: int
    pages: list[tuple[str, str]]
    browsers: Mapping[str, Browser]


def main() -> None:
    """Print a line for each page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[50, 2000])
    asked.add_argument("--turns", type=int, default=7)
    given = asked.parse_args()
    with ExitStack() as stack:
        served = [_served(stack, number) for number in given.units]
        names = [f"{each.number:,} units" for each in served]
        print(f"{'page':34}" + "".join(f"{name:>22}" for name in names) + f"{'ratio':>9}")
        for place, (name, _) in enumerate(served[0].pages):
            taken: list[list[tuple[int, float]]] = [[] for _ in served]
            for _, (into, each) in itertools.product(range(given.turns), zip(taken, served, strict=True)):
                into.append(_measured(each, place))
            median = [(turns[0][0], statistics.median(ms for _, ms in turns)) for turns in taken]
            told = "".join(f"{sql:>10} sql {ms:5.0f} ms" for sql, ms in median)
            print(f"{name:34}{told}{median[-1][1] / median[0][1]:9.2f}")


def _measured(served: Served, place: int) -> tuple[int, float]:
    """Ask for the page once; return how many statements it took, and the milliseconds."""
    name, path = served.pages[place]
    engine, count = served.app.extensions[EXTENSION].database.engine, itertools.count()

    def counted(*asked: Any) -> None:  # noqa: ANN401 - as SQLAlchemy calls it
        if asked[2] != "BEGIN":
            next(count)

    event.listen(engine, "before_cursor_execute", counted)
    began = time.perf_counter()
    reply = served.browsers[name.split()[0]].client.get(path, base_url=URL)
    taken = time.perf_counter() - began
    event.remove(engine, "before_cursor_execute", counted)
    if reply.status_code != 200:  # noqa: PLR2004 - OK
        raise SystemExit(f"{path}: {reply.status}")
    return next(count), taken * 1000


def _served(stack: ExitStack, number: int) -> Served:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    database, secret = f"sqlite:///{folder / 'benchmark.db'}", secrets.token_hex(16)
    settings = Settings(database, folder / "keys", secret, URL, policy=write_policy(folder))
    set_up(settings)
    app = survey.create_app(settings)
    database: Database = app.extensions[EXTENSION].database
    stack.callback(database.close)
    top, own = fill(database, number, TODAY)
    browsers = {role: _signed_in(app, database, role, where) for role, where in
                (("leader", own), ("owner", top), ("operator", None))}  # fmt: skip
    county = units.upwards(database, top)[-1]
    browsers["county"] = _signed_in(app, database, "owner", county, "county")
    _plan_round(app, county, own)
    pages = [
        ("leader desk", "/leader/"),
        ("leader history", f"/leader/{own}/access"),
        ("owner front page", "/owner/"),
        ("owner history", f"/owner/{top}/history"),
        ("county plan", f"/owner/{county}/plan"),
        ("county board", f"/owner/{county}/planned/{ROUND}"),
        ("county board by state", f"/owner/{county}/planned/{ROUND}?sort=state"),
        ("operator accounts", "/operator/accounts"),
    ]
    return Served(app, number, pages, browsers)


def _plan_round(app: Flask, county: str, own: str) -> None:
    """Make nine of ten drafts a round of the county, and open some of those that its board shows first."""
    here = app.extensions[EXTENSION]
    with here.database.writing() as connection:
        above = units.by_key(here.database, county).id
        days = {"opens_on": TODAY - timedelta(9), "closes_on": TODAY + timedelta(5)}
        asked = {"title": "Runde 4", "instrument": REFERENCE, "open_link": False, **days}
        round_id = planned_rounds.add(connection, ROUND, above, **asked)
        of_it = (tables.wave.c.state == "draft", tables.wave.c.unit_id % 10 > 0)
        connection.execute(update(tables.wave).where(*of_it).values(planned_round_id=round_id))
    known = [wave for wave in waves.of_planned_round(here.database, round_id) if wave.unit_key != own]
    for wave in known[:OPENED]:
        lifecycle.open_wave(here.database, here.keys, here.policy, wave.key, TODAY)


def _signed_in(
    app: Flask, database: Database, role: str, unit_key: str | None, name: str | None = None
) -> Browser:
    email = f"{name or role}@example.org"
    holder = accounts.add(database, email, passwords.hash_password(PASSWORD), "en")
    accounts.grant_role(database, holder, role, unit_key, by="drift", now=LONG_AGO)
    browser = Browser(app, URL)
    browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})
    return browser


def fill(database: Database, number: int, today: date) -> tuple[str, str]:
    """Put so many units with their waves, leaders and acts into the database.

    Return the key of a municipality with at most BELOW of them, and that of one of its units.
    """
    parts = max(1, -(-number // BELOW))
    county = units.add(database, "Nordlys", "county", None, None)
    names = [f"Fjordby {place}" for place in range(parts)]
    tops = [units.add(database, name, "municipality", None, county.key) for name in names]
    _insert(database, tables.unit, (
        {"key": secrets.token_hex(8), "name": f"Skole {place:04}", "kind": "workplace",
         "parent_id": tops[place % parts].id, "edition": EDITION}
        for place in range(number)
    ))  # fmt: skip
    own = [each for each in units.every(database) if each.edition]
    at = {each.id: each.key for each in tops}
    lies_in = {each.id: f"{at[each.parent_id or 0]} {county.key}/" for each in own}
    _insert(database, tables.wave, (row for each in own for row in _waves(each, lies_in[each.id], today)))
    c = tables.wave.c
    with database.writing() as connection:
        stored = connection.execute(select(c.id, c.unit_id).where(c.state == "sealed")).all()
        wave_lists.add_sealed(connection, {wave_id: lies_in[unit_id] for wave_id, unit_id in stored})
    _insert(database, tables.account, (
        {"email": f"leader{each.id}@example.org", "password_hash": "", "language": "nb"} for each in own
    ))  # fmt: skip
    with database.reading() as connection:
        numbers = (
            connection.execute(select(tables.account.c.id).order_by(tables.account.c.id)).scalars().all()
        )
    _insert(database, tables.membership, (
        {"account_id": account, "holder": f"leader{each.id}@example.org", "unit_id": each.id,
         "role": "leader", "given_by": "drift", "given_at": LONG_AGO}
        for account, each in zip(numbers, own, strict=True)
    ))  # fmt: skip
    done = ("wave-drafted", "wave-opened", "slips-ordered", "wave-closed", "wave-sealed")
    with database.writing() as connection:
        act_chain.append(connection, [
            Act(each.key, kind, "Runde", "drift", today) for each in own for kind in done * WAVES
        ])  # fmt: skip
    below = next(each for each in own if each.parent_id == tops[0].id)
    return tops[0].key, below.key


def _waves(own: Unit, lies_in: str, today: date) -> Iterator[dict[str, object]]:
    version = library.get(REFERENCE)
    for back in range(WAVES):
        closes = today - timedelta(days=182 * back - 5)
        state = "sealed" if back else "draft"
        yield {
            "key": secrets.token_hex(8), "unit_id": own.id, "title": f"Runde {WAVES - back}",
            "instrument": REFERENCE, "content_hash": version.content_hash, "edition": EDITION,
            "language": "nb", "invited": 25, "planned_invited": 25, "opens_on": closes - timedelta(14),
            "closes_on": closes, "planned_closes_on": closes, "open_link": False, "leaders_answer": False,
            "split_key": False, "kept_years": 5, "state": state, "lay_in": lies_in if back else None,
            "sealed_on": closes if back else None,
        }  # fmt: skip


def _insert(database: Database, table: Table, rows: Iterator[dict[str, object]]) -> None:
    with database.writing() as connection:
        connection.execute(insert(table), list(rows))


if __name__ == "__main__":
    main()
