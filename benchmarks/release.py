"""How long an owner waits for the release of a round, and for the pages that show it.

For each number of units, half-year after half-year is released:
`python -m benchmarks.release --units 50 100 300 --halves 2`. Waves are put into the database as sealing
leaves them, so that what is measured is the release alone: seconds of the processor.

`--shapes` says how large units are and where they lie. In one municipality: `any` sizes, as they are drawn;
`one-small`, `half-small` and `one-shown` among others; `late`, where every other unit is sealed after the
first release, and the one of these is measured; `moved`, where every other unit was sealed elsewhere and lies
here now. In `towns` of 25 units each, one in ten of them small, in a country without counties. For each shape
the slope of log cost on log units is printed: 1 grows with the units, and above 1.1 is a fault.
"""

import argparse
import random
import secrets
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
_ANY, _SMALL, _SHOWN = (6, 60), (5, 9), (12, 60)  # people who answered in a unit
_KINDS = 40  # of units' answers of each size, drawn once
_IN_TOWN, _ONE_IN = 25, 10  # units in a town, and one of how many is small there


Sizes = tuple[int, int]
Kept = Mapping[Sizes, Sequence[SealedMoments]]


@dataclass(frozen=True, slots=True)
class Shape:
    """Of which sizes a unit is, by its place among so many, and what is unusual in where and when it is."""

    sizes: Callable[[int, int], Sizes]
    towns: bool = False
    late: bool = False
    moved: bool = False


SHAPES = {
    "any": Shape(lambda _place, _number: _ANY),
    "one-small": Shape(lambda place, number: _SMALL if place == number // 2 else _SHOWN),
    "half-small": Shape(lambda place, _number: _SMALL if place % 2 else _SHOWN),
    "one-shown": Shape(lambda place, number: _SHOWN if place == number // 2 else _SMALL),
    "towns": Shape(lambda place, _number: _SHOWN if place % _ONE_IN else _SMALL, towns=True),
    "late": Shape(lambda _place, _number: _ANY, late=True),
    "moved": Shape(lambda _place, _number: _ANY, moved=True),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The key of the top; of each unit its id, and what its waves lie in when they are sealed."""

    top: str
    units: Sequence[tuple[int, str]]


def main() -> None:
    """Print a line for each half-year: its release, one more release after it, and its page, twice."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, nargs="+", default=[50, 100, 300])
    asked.add_argument("--halves", type=int, default=1)
    asked.add_argument("--shapes", nargs="+", choices=list(SHAPES), default=["any"])
    given = asked.parse_args()
    policy = read_policy(DEFAULT_POLICY)
    kept = {sizes: _moments(policy, sizes) for sizes in (_ANY, _SMALL, _SHOWN)}
    for name in given.shapes:
        print(f"{name}\nunits  half  release s  again s  list ms  page ms  page again ms")
        released = [_released(number, given.halves, SHAPES[name], kept, policy) for number in given.units]
        if len(released) > 1:
            slope = np.polyfit(np.log(given.units), np.log(released), 1)[0]
            print(f"exponent of the release: {slope:.2f}")


def _released(number: int, halves: int, shape: Shape, kept: Kept, policy: Policy) -> float:
    """Release each half-year of so many units in a database of their own; return the seconds of the last."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        database.migrate()
        places = _fill(database, number, shape)
        moments = [kept[shape.sizes(place, number)][place % _KINDS] for place in range(number)]
        for half in range(halves):
            if shape.late:
                _seal(database, places, half, moments, slice(0, None, 2))
                _release(database, places, half, policy)
                _seal(database, places, half, moments, slice(1, None, 2))
            else:
                _seal(database, places, half, moments, slice(None))
            seconds = _measure(database, places, half, policy)
        database.close()
    return seconds


def _round(half: int) -> Round:
    return Round(f"{2020 + half // 2}-{1 + half % 2}", EDITION, REFERENCE)


def _release(database: Database, places: Places, half: int, policy: Policy) -> None:
    round_release.release_round(database, places.top, _round(half), policy, date(2030, 1, 1))


def _measure(database: Database, places: Places, half: int, policy: Policy) -> float:
    def release() -> None:
        _release(database, places, half, policy)

    def show() -> None:
        found = rounds.round_status(database, places.top, _round(half))
        if found is not None:
            round_figures.of_round(found, policy)

    def list_all() -> None:
        rounds.round_statuses(database, places.top)

    acts = [(release, 1), (release, 1), (list_all, 1000), (show, 1000), (show, 1000)]
    taken = [_seconds(act) * scale for act, scale in acts]
    number = len(rounds.round_statuses(database, places.top)[0].units)
    print(f"{number:5}  {half + 1:4}  " + "  ".join(f"{each:9.2f}" for each in taken), flush=True)
    return taken[0]


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _moments(policy: Policy, sizes: Sizes) -> Sequence[SealedMoments]:
    drawn, version = random.Random(1), library.get(REFERENCE)
    held = tuple(answer_indices(version.scale))
    found = []
    for _ in range(_KINDS):
        number = drawn.randint(*sizes)
        people = [
            Answers(version, {item.id: drawn.choice(held) for item in version.items}) for _ in range(number)
        ]
        matrix, detail = response_matrix(version, people), sealing.kept_detail(policy)
        found.append(SealedMoments.of(version, matrix, detail, np.random.default_rng(1)))
    return found


def _fill(database: Database, number: int, shape: Shape) -> Places:
    """Store so many units and what they lie in."""
    kind = "country" if shape.towns else "municipality"
    top = units.add(database, "Fjordby", kind, None, None)
    elsewhere = units.add(database, "Fjellby", "municipality", None, None)
    towns = [
        units.add(database, f"Kommune {place}", "municipality", None, top.key)
        for place in range(-(-number // _IN_TOWN) if shape.towns else 0)
    ]
    above = [towns[place // _IN_TOWN] if shape.towns else top for place in range(number)]
    school = {"kind": "workplace", "edition": EDITION}
    rows = [
        {**school, "parent_id": own.id, "key": secrets.token_hex(8), "name": f"Skole {place}"}
        for place, own in enumerate(above)
    ]
    with database.writing() as connection:
        connection.execute(insert(unit), rows)
        asked = select(unit.c.id).where(unit.c.edition.is_not(None)).order_by(unit.c.id)
        ids = connection.execute(asked).scalars().all()
    lay_in = [f"{own.key} {top.key}/" if shape.towns else f"{top.key}/" for own in above]
    if shape.moved:
        lay_in[::2] = [f"{elsewhere.key}/" for _ in lay_in[::2]]
    return Places(top.key, list(zip(ids, lay_in, strict=True)))


def _seal(
    database: Database, places: Places, half: int, moments: Sequence[SealedMoments], which: slice
) -> None:
    """Store the sealed waves of some of the units in a half-year."""
    version, first = library.get(REFERENCE), date(2020 + half // 2, 3 + 6 * (half % 2), 1)
    last = first.replace(day=20)
    same = {
        "title": "Runde",
        "instrument": REFERENCE,
        "content_hash": version.content_hash,
        "edition": EDITION,
        "language": "nb",
        "invited": _ANY[1] + 9,
        "planned_invited": _ANY[1] + 9,
        "opens_on": first,
        "closes_on": last,
        "planned_closes_on": last,
        "open_link": False,
        "leaders_answer": False,
        "split_key": False,
        "state": "sealed",
        "kept_years": 10,
        "sealed_on": last,
    }
    with database.writing() as connection:
        for (unit_id, lay_in), own in list(zip(places.units, moments, strict=True))[which]:
            columns = {**same, "key": secrets.token_hex(8), "unit_id": unit_id, "lay_in": lay_in}
            row = connection.execute(insert(wave).values(columns).returning(wave.c.id)).scalar_one()
            wave_lists.add_sealed(connection, {row: lay_in})
            sealed.add(connection, row, own, Verdicts({}), None)


if __name__ == "__main__":
    main()
