"""Fill an installation with a simulated country of units, to write analyses against: what is true is known.

The answers of each wave are simulated, counted as sealing counts them and forgotten; they take no urn, so
that hundreds of units take minutes. Parameters and seed decide every figure and every key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from instruments import library
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.model import Version
from reports.results.half_year import half_year
from reports.results.verdicts import judge
from survey.collection.sealing import kept_detail
from survey.demo import simulation
from survey.demo.country_pools import CountryPools
from survey.demo.installation import DemoAccount, add_account, start_levels
from survey.operations.installation import Installation
from survey.publication import round_release
from survey.publication.rounds import Round
from survey.store import random_keys
from survey.store.repositories import sealed, units, wave_lists, waves
from survey.store.tables import WaveState, unit, wave

CLOSED: Final = (date(2024, 11, 8), date(2025, 4, 11), date(2025, 11, 7), date(2026, 4, 17))
VERSIONS: Final = ("learning_community@1.0.0",) * 2 + ("learning_community@1.1.0",) * 2
TITLES: Final = ("Høst 2024", "Vår 2025", "Høst 2025", "Vår 2026")
EDITIONS: Final = ("skole", "skole", "barnehage")  # two schools for each kindergarten
_DAYS_OPEN: Final = 21


@dataclass(frozen=True, slots=True)
class CountryParameters:
    """What is true of the simulated country, in scale points unless it is a share.

    A unit's level in a dimension is the dimension's start, plus normal deviations of these standard
    deviations: `unit` in all dimensions alike, `dimension` in each, `drift` anew in each wave. Persons differ
    within a unit as `simulation.VarianceComponents` says. Of the units `absent` skip a half-year, and `late`
    are sealed after its release; `answering` is the mean share of the invited who answer.
    """

    unit: float = 0.20
    dimension: float = 0.15
    drift: float = 0.10
    answering: float = 0.78
    absent: float = 0.08
    late: float = 0.05
    open_link: float = 0.15
    leaders_answer: float = 0.40
    median_staff: float = 26.0
    in_municipality: int = 10
    in_county: int = 50


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit that answers, before and after it is stored: `lay_in` as a wave keeps it."""

    id: int
    key: str
    number: int
    edition: str
    language: str
    invited: int
    lay_in: str


@dataclass(frozen=True, slots=True)
class _Country:
    """What everything in it is made of."""

    home: Installation
    seed: int
    true: CountryParameters

    def random(self, *of: int) -> np.random.Generator:
        """Return a generator of its own for what these numbers name: adding others changes nothing in it."""
        return np.random.default_rng([self.seed, *of])

    def key(self, name: str) -> str:
        """Return the key of a unit or a wave, which follows from the seed."""
        return blake2b(f"{self.seed}/{name}".encode(), digest_size=random_keys.BYTES).hexdigest()


def fill_country(
    home: Installation,
    number: int,
    seed: int,
    progress: Callable[[int], None],
    true: CountryParameters | None = None,
) -> Sequence[DemoAccount]:
    """Fill an empty installation with so many units, their sealed and released waves; return the accounts.

    `progress` is called with how many waves are done since.
    """
    country = _Country(home, seed, true or CountryParameters())
    pooled = CountryPools(home.policy)
    counties, places = _stored_units(country, number)
    late: list[tuple[int, _Place]] = []
    for half in range(len(CLOSED)):
        for place in places:
            random = country.random(place.number, half)
            is_late, is_absent = (
                random.random() < share for share in (country.true.late, country.true.absent)
            )
            if is_late and not is_absent:
                late.append((half, place))
            elif not is_absent:
                _seal(country, place, half, pooled)
            progress(1)
        _release(home, counties, half)
    for half, place in late:
        _seal(country, place, half, pooled)
    pooled.store(home.database)
    # what is late in the last half-year waits for its release
    for half in range(len(CLOSED) - 1):
        _release(home, counties, half)
    return _accounts(home, counties, places)


def _stored_units(country: _Country, number: int) -> tuple[list[str], list[_Place]]:
    """Store counties, municipalities and units."""
    true = country.true
    counties: list[str] = []
    places = []
    with country.home.database.writing() as connection:

        def stored(name: str, **columns: Any) -> tuple[int, str]:  # noqa: ANN401 - as the table takes them
            key = country.key(name)
            row = insert(unit).values(key=key, name=name, **columns).returning(unit.c.id)
            return connection.execute(row).scalar_one(), key

        county, municipality = (0, ""), (0, "")
        for each in range(number):
            if each % true.in_county == 0:
                county = stored(f"Fylke {len(counties) + 1}", kind="county")
                counties.append(county[1])
            if each % true.in_municipality == 0:
                name = f"Kommune {each // true.in_municipality + 1}"
                municipality = stored(name, kind="municipality", parent_id=county[0])
            random = country.random(each)
            edition = EDITIONS[each % len(EDITIONS)]
            invited = int(np.clip(round(true.median_staff * np.exp(random.normal(0, 0.5))), 6, 120))
            columns = {"kind": "workplace", "parent_id": municipality[0], "edition": edition}
            made = stored(f"{edition.capitalize()} {each + 1}", **columns)
            # every fourth municipality writes nynorsk
            language = "nn" if each // true.in_municipality % 4 == 0 else "nb"
            lay_in = f"{municipality[1]} {county[1]}/"
            places.append(_Place(*made, each, edition, language, invited, lay_in))
    return counties, places


def _seal(country: _Country, place: _Place, half: int, pooled: CountryPools) -> None:
    """Simulate a wave, and store it as sealing leaves it."""
    home, seed, true = country.home, country.seed, country.true
    version = library.get(VERSIONS[half])
    random = country.random(place.number, half, 1)
    share = np.clip(random.normal(true.answering, 0.1), 0.3, 1.0)
    persons = max(1, round(place.invited * float(share)))
    spread = simulation.VarianceComponents()
    ease = simulation.difficulties(version, spread, seed)
    answers = _answers(version, persons, _levels(country, place, half), ease, random)
    moments = SealedMoments.of(version, answers, kept_detail(home.policy), random)
    columns = _wave_columns(country, place, half, random)
    earlier = [
        sealed.of_wave(home.database, each)
        for each in waves.of_unit(home.database, place.key)
        if each.closes_on < CLOSED[half]
    ]
    with home.database.writing() as connection:
        stored = connection.execute(insert(wave).values(**columns).returning(wave.c.id)).scalar_one()
        wave_lists.add_sealed(connection, {stored: place.lay_in})
        now = waves.locked(connection, stored)
        if persons < home.policy.minimum(now.audience):
            sealed.add_without_result(connection, stored)
        else:
            judged = judge([*earlier, sealed.of_moments(now, moments)], home.policy)
            sealed.add(connection, stored, moments, judged, None)
    pooled.add(now, answers, country.random(place.number, half, 3))


def _wave_columns(
    country: _Country, place: _Place, half: int, random: np.random.Generator
) -> dict[str, object]:
    version, true = library.get(VERSIONS[half]), country.true
    closes = CLOSED[half]
    return {
        "key": country.key(f"{place.number}/{half}"),
        "unit_id": place.id,
        "title": TITLES[half],
        "instrument": version.reference,
        "content_hash": version.content_hash,
        "edition": place.edition,
        "language": place.language,
        "invited": place.invited,
        "planned_invited": place.invited,
        "opens_on": closes - timedelta(days=_DAYS_OPEN),
        "closes_on": closes,
        "planned_closes_on": closes,
        "kept_years": 10,
        "open_link": bool(random.random() < true.open_link),
        "leaders_answer": bool(random.random() < true.leaders_answer),
        "split_key": False,
        "state": WaveState.SEALED.value,
        "sealed_on": closes + timedelta(days=1),
        "lay_in": place.lay_in,
    }


def _levels(country: _Country, place: _Place, half: int) -> Mapping[str, float]:
    """Return the unit's true level of each dimension in a wave."""
    own, true = country.random(place.number, 0, 2), country.true
    alike = own.normal(0, true.unit)
    start = start_levels()
    particular = dict(zip(start, own.normal(0, true.dimension, len(start)), strict=True))
    drifts = own.normal(0, true.drift, (len(CLOSED), len(start)))[1 : half + 1].sum(axis=0)
    moved = dict(zip(start, drifts, strict=True))
    return {name: level + alike + particular[name] + moved[name] for name, level in start.items()}


def _answers(
    version: Version,
    persons: int,
    levels: Mapping[str, float],
    ease: Mapping[str, float],
    random: np.random.Generator,
) -> NDArray[np.int8]:
    """Simulate persons × items as `answers.response_matrix` holds them, by the model of `simulation`."""
    spread = simulation.VarianceComponents()
    places = np.repeat(np.arange(len(version.dimensions)), [len(each.items) for each in version])
    expected = np.array([levels[each.id] + ease[item.id] for each in version for item in each.items])
    agreement = (
        expected
        + random.normal(0, spread.general, (persons, 1))
        + random.normal(0, spread.particular, (persons, len(version.dimensions)))[:, places]
        + random.normal(0, spread.noise, (persons, len(places)))
    )
    categories = np.array(version.scale.categories)
    found = np.abs(agreement[:, :, np.newaxis] - categories).argmin(axis=2)
    reverse = np.array([item.reverse for item in version.items])
    found = np.where(reverse, len(categories) - 1 - found, found)
    reluctance = random.gamma(1.0, size=(persons, 1))
    draw, unscored = random.random(found.shape), len(version.scale.unscored)
    without = (draw < (spread.skipped + spread.unscored) * reluctance) & (unscored > 0)
    found = np.where(without, len(categories) + random.integers(max(1, unscored), size=found.shape), found)
    skipped = draw < spread.skipped * reluctance
    return np.where(skipped, len(categories) + unscored, found).astype(np.int8)


def _release(home: Installation, counties: Sequence[str], half: int) -> None:
    for county in counties:
        for wanted in _rounds(half):
            round_release.release_round(home.database, county, wanted, home.policy, CLOSED[half])


def _rounds(half: int) -> Iterator[Round]:
    closed = CLOSED[half]
    for edition in sorted(set(EDITIONS)):
        yield Round(half_year(closed), edition, VERSIONS[half])


def _accounts(home: Installation, counties: Sequence[str], places: Sequence[_Place]) -> Sequence[DemoAccount]:
    owners = [units.by_key(home.database, key) for key in counties[:1]]
    leaders = [units.by_key(home.database, each.key) for each in places[:3]]
    return [
        *(add_account(home, f"owner{at}@example.org", "owner", each) for at, each in enumerate(owners, 1)),
        *(add_account(home, f"leader{at}@example.org", "leader", each) for at, each in enumerate(leaders, 1)),
        *(add_account(home, f"{role}@example.org", role, None) for role in ("researcher", "operator")),
    ]
