"""Owners of a town and of its county compare all they were ever shown: no difference tells of too few."""

import random
from itertools import pairwise

import pytest

from reports.disclosure import ANSWERS, Audience, DetailLevel, Suppressed, release
from reports.disclosure.differencing.ledger import Ledger
from reports.disclosure.released_text import total_text
from survey.publication import round_figures, round_release, rounds
from survey.publication.rounds import Round
from survey.store.repositories import releases, units
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.waves import REFERENCE, TODAY, sealed, simulated, version

FEWEST = POLICY.thresholds[Audience.OUTSIDE].mean
SPRING = Round("2026-1", "skole", REFERENCE)


@pytest.fixture
def county(home):
    return units.add(home.database, "Nordlys", "county", None, None)


@pytest.fixture
def towns(home, county):
    return [
        units.add(home.database, name, "municipality", None, county.key) for name in ("Fjordby", "Fjellby")
    ]


def seal_some(home, towns, drawn, names):
    """Units of all sizes, most of them small, each sealed in one of the towns."""
    for name in names:
        town = towns[drawn.random() < 0.4]
        units.add(home.database, name, "workplace", "skole", town.key)
        size = drawn.choice([3, 6, 7, 9, 10, 12, 14, 21])
        sealed(home, simulated(size, drawn.randrange(999)), unit=name, invited=30)


def shown(home, owned):
    """What the owner sees of the whole of the round, and which units are in it."""
    found = rounds.round_status(home.database, owned.key, SPRING)
    if found is None or found.total is None:
        return None
    ledger, total = releases.present(home.database), found.below.total(SPRING)
    told = release(total, Audience.OWNER, POLICY, ledger)
    # what was stored at the release is that, and nothing that was withheld
    assert total_text(round_figures.of_round(found, POLICY).total) == total_text(told)
    return None if isinstance(told, Suppressed) else (total_text(told), {part.key for part in total.parts})


def differences(ledger: Ledger, figure: str):
    """How many people, and cells, every told group holds beyond the largest told groups inside it."""
    told = {
        entry.cells: entry.n
        for entry in ledger.entries
        if entry.figure == figure and entry.level is not DetailLevel.NOTHING
    }
    assert told, figure
    for whole, n in told.items():
        inside = [cells for cells in told if cells < whole]
        largest = [cells for cells in inside if not any(cells < other for other in inside)]
        yield n - sum(told[cells] for cells in largest), len(whole) - sum(map(len, largest))


@pytest.mark.parametrize("seed", [1, 3, 5, 7])
def test_no_difference_of_what_two_owners_saw_over_time_is_a_group_under_the_minimum(
    home, county, towns, seed
):
    drawn = random.Random(seed)  # noqa: S311 - sizes of simulated units need no secrecy
    pages = []
    for step, names in enumerate(("ABCD", "EF", "HIJ")):
        seal_some(home, towns, drawn, names)
        for owned in ((towns[0],), (county, towns[0]), (towns[1], county))[step]:
            round_release.release_round(home.database, owned.key, SPRING, POLICY, TODAY)
            pages.append([shown(home, each) for each in (county, *towns)])
    ledger = releases.present(home.database)
    for figure in (ANSWERS, *(dimension.id for dimension in version())):
        for people, cells in differences(ledger, figure):
            assert cells == 0 or people >= FEWEST, figure
    shown_twice = [
        (was, now)
        for earlier, later in pairwise(pages)
        for was, now in zip(earlier, later, strict=True)
        if was is not None
    ]
    assert shown_twice
    assert [was for was, _ in shown_twice] == [now for _, now in shown_twice]


def test_a_unit_told_before_its_round_is_no_difference_to_the_whole_afterwards(home, county, towns):
    drawn = random.Random(9)  # noqa: S311 - likewise
    seal_some(home, towns[:1] * 2, drawn, "ABCDE")
    every = sealed_waves.whole(home.database)
    releases.decide(home.database, every[:2], POLICY)
    round_release.release_round(home.database, county.key, SPRING, POLICY, TODAY)
    found = list(differences(releases.present(home.database), ANSWERS))
    assert len(found) > 1
    for people, cells in found:
        assert cells == 0 or people >= FEWEST
