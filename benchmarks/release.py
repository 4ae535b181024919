"""How long an owner waits for the release of a round, and for the pages that show it.

For each number of units, half-year after half-year is released:
`python benchmarks/release.py --units 50 100 300 --halves 2`. Waves are put into the database as sealing
leaves them, so that the time measured is that of the release alone.
"""

import argparse
import random
import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from instruments import library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.answers import Answers, answer_indices, response_matrix
from reports.disclosure import Policy
from reports.disclosure.policy_file import DEFAULT_POLICY, read_policy
from reports.results.verdicts import Verdicts
from survey.collection import sealing
from survey.publication import round_figures, round_release, rounds
from survey.publication.rounds import Round
from survey.store.database import Database, connect
from survey.store.repositories import sealed, units, wave_lists
from survey.store.tables import unit, wave

REFERENCE = "learning_community@1.1.0"
EDITION = "skole"
_FEWEST, _MOST = 6, 60  # people who answered in a unit
_KINDS = 40  # of units' answers, drawn once


def main() -> None:
    """Print a line for each half-year: its release, one more release after it, and its page, twice."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[50, 100, 300])
    asked.add_argument("--halves", type=int, default=1)
    given = asked.parse_args()
    policy = read_policy(DEFAULT_POLICY)
    kept = _moments(policy)
    print("units  half  release s  again s  list ms  page ms  page again ms")
    for number in given.units:
        with tempfile.TemporaryDirectory() as folder:
            database = connect(f"sqlite:///{Path(folder) / 'benchmark.db'}")
            database.migrate()
            top = _fill(database, number, given.halves, kept)
            for half in range(given.halves):
                _measure(database, top, half, policy)
            database.close()


def _measure(database: Database, top: str, half: int, policy: Policy) -> None:
    wanted = Round(f"{2020 + half // 2}-{1 + half % 2}", EDITION, REFERENCE)

    def release() -> None:
        round_release.release_round(database, top, wanted, policy, date(2030, 1, 1))

    def show() -> None:
        found = rounds.round_status(database, top, wanted)
        if found is not None:
            round_figures.of_round(found, policy)

    acts = [(release, 1), (release, 1), (lambda: rounds.round_statuses(database, top), 1000), (show, 1000)]
    taken = [_seconds(act) * scale for act, scale in (*acts, (show, 1000))]
    number = len(rounds.round_statuses(database, top)[0].units)
    print(f"{number:5}  {half + 1:4}  " + "  ".join(f"{each:9.2f}" for each in taken))


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _moments(policy: Policy) -> list[SealedMoments]:
    drawn, version = random.Random(1), library.get(REFERENCE)
    held = tuple(answer_indices(version.scale))
    found = []
    for _ in range(_KINDS):
        number = drawn.randint(_FEWEST, _MOST)
        people = [
            Answers(version, {item.id: drawn.choice(held) for item in version.items}) for _ in range(number)
        ]
        matrix, detail = response_matrix(version, people), sealing.kept_detail(policy)
        found.append(SealedMoments.of(version, matrix, detail, np.random.default_rng(1)))
    return found


def _fill(database: Database, number: int, halves: int, kept: list[SealedMoments]) -> str:
    top = units.add(database, "Fjordby", "municipality", None, None)
    version = library.get(REFERENCE)
    school = {"kind": "workplace", "parent_id": top.id, "edition": EDITION}
    schools = [{**school, "key": secrets.token_hex(8), "name": f"Skole {place}"} for place in range(number)]
    with database.writing() as connection:
        connection.execute(insert(unit), schools)
        own = connection.execute(select(unit.c.id).where(unit.c.parent_id == top.id)).scalars().all()
        for half in range(halves):
            first = date(2020 + half // 2, 3 + 6 * (half % 2), 1)
            days = {
                "opens_on": first,
                "closes_on": first.replace(day=20),
                "planned_closes_on": first.replace(day=20),
            }
            for place, unit_id in enumerate(own):
                row = connection.execute(
                    insert(wave)
                    .values(
                        key=secrets.token_hex(8),
                        unit_id=unit_id,
                        title="Runde",
                        instrument=REFERENCE,
                        content_hash=version.content_hash,
                        edition=EDITION,
                        language="nb",
                        invited=_MOST + 9,
                        planned_invited=_MOST + 9,
                        open_link=False,
                        leaders_answer=False,
                        split_key=False,
                        state="sealed",
                        kept_years=10,
                        sealed_on=first.replace(day=20),
                        lay_in=f"{top.key}/",
                        **days,
                    )
                    .returning(wave.c.id)
                ).scalar_one()
                wave_lists.add_sealed(connection, {row: f"{top.key}/"})
                sealed.add(connection, row, kept[(place + half) % len(kept)], Verdicts({}), None)
    return top.key


if __name__ == "__main__":
    main()
