"""Waves in a database for tests: opened, answered and sealed in as few words as a test wants to spend."""

import random
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from instruments import library
from instruments.aggregates.moments import WITHHELD
from instruments.aggregates.sealed_moments import SealedMoments
from instruments.answers import SKIPPED, Answers, answer_indices, response_matrix
from reports.disclosure import Policy
from survey.collection import (
    admission,
    code_issuing,
    drafting,
    key_shares,
    lifecycle,
    planning,
    sealing,
    submission,
)
from survey.collection.keys import KeyDirectory
from survey.publication import round_release, rounds
from survey.store.database import Database
from survey.store.repositories import units, waves
from tests.policies import POLICY

OPENS = date(2026, 3, 2)
TODAY = date(2026, 3, 9)
CLOSES = date(2026, 3, 20)
REFERENCE = "learning_community@1.0.0"
# marks of tests of what is true of one of the two databases alone; ON_SQLITE is also for what is settled
# before or after the database, with no SQL that tests on both do not ask: docs/decisions/0033
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
ON_BOTH = pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
# and of what is done to a database that has no table yet
ON_NO_TABLES = pytest.mark.parametrize("has_tables", [False], ids=["no tables"])


@pytest.fixture(name="engine_name", params=["sqlite"])
def on_sqlite_alone(request):
    """In place of the fixture of all tests: a folder that takes it is tested on one database."""
    return request.param


@dataclass(frozen=True)
class BareInstallation:
    """What an installation stores, without its settings: the database, the keys beside it and the policy."""

    database: Database
    keys: KeyDirectory
    policy: Policy = POLICY


def version(reference=REFERENCE):
    return library.get(reference)


def kept_sums(home, people):
    """What sealing keeps of these people's answers, less the cross-products: see `but_drawn`."""
    asked = people[0].version
    matrix, detail = response_matrix(asked, people), sealing.kept_detail(home.policy)
    return but_drawn(SealedMoments.of(asked, matrix, detail, np.random.default_rng(1)))


def but_drawn(kept):
    """The same without the cross-products: whom they leave out is drawn at each sealing."""
    return replace(kept, cross_products=WITHHELD)


def place(home, name="Asken"):
    """The unit of that name, added where it is missing."""
    found = [each for each in units.every(home.database) if each.name == name]
    return found[0] if found else units.add(home.database, name, "workplace", "skole", None)


def _free(home, days):
    """The name of the first unit where no survey is open on these days: there is one at a time in each."""
    with home.database.reading() as connection:
        taken = {
            each.unit_name
            for each in waves.begun(connection, [each.key for each in units.every(home.database)])
            if each.is_open and each.opens_on <= days["closes_on"] and days["opens_on"] <= each.closes_on
        }
    return next(name for name in ("Asken", "Bjørka", "Osp", "Selje", "Hegg", "Rogn") if name not in taken)


def without_spacing(policy):
    """The policy, but that waves of a unit need not be weeks apart: tests of their spacing ask for it."""
    return replace(policy, collection=replace(policy.collection, weeks_apart=0))


def drafted(home, unit=None, **asked):
    """A wave in draft; `asked` replaces what a plan holds here."""
    plan = {"title": "Vår 2026", "instrument": REFERENCE, "language": "nb", "invited": 20}
    dates = {"opens_on": OPENS, "closes_on": CLOSES}
    key = place(home, unit or _free(home, {**dates, **asked})).key
    plan = planning.Plan(unit_key=key, **{**plan, **dates, **asked})
    return drafting.draft(home.database, home.keys, without_spacing(home.policy), plan)


def opened(home, unit=None, **asked):
    """An open wave."""
    wave = drafted(home, unit, **asked)
    return lifecycle.open_wave(
        home.database, home.keys, without_spacing(home.policy), wave.key, wave.opens_on
    )


def opened_with_sheets(home, unit=None, **asked):
    """An open wave whose key is split, and what stands on its three sheets."""
    wave, key = drafted(home, unit, split_key=True, **asked), key_shares.split_new_key()
    lifecycle.accept_sheets(home.database, wave.key, key.public_key)
    marks = key_shares.sheet_marks(key.public_key)
    sheets = [key_shares.printed_form(share, key.public_key) for share in key.shares]
    policy, first = without_spacing(home.policy), wave.opens_on
    return lifecycle.open_wave(home.database, home.keys, policy, wave.key, first, marks=marks), sheets


def closed_with_sheets(home, people, unit=None, **asked):
    """A closed wave whose key is split, which these people answered, and what stands on its three sheets."""
    wave, sheets = opened_with_sheets(home, unit, **asked)
    answer(home, wave, people, wave.opens_on)
    return lifecycle.close(home.database, wave.key), sheets


def simulated(number, seed=1, of=REFERENCE):
    """So many people's answers, each drawn evenly from all an item can hold."""
    drawn, asked = random.Random(seed), version(of)  # noqa: S311 - simulated answers need no secrecy
    held = tuple(answer_indices(asked.scale))
    return [Answers(asked, {item.id: drawn.choice(held) for item in asked.items}) for _ in range(number)]


def alike(category=4, of=REFERENCE):
    """One person's answers: the same category everywhere."""
    return Answers(version(of), {item.id: category for item in version(of).items})


def blank():
    return Answers(version(), {item.id: SKIPPED for item in version().items})


def admitted(home, wave, number=1, today=TODAY):
    """So many people let in, each with an own code or by the open link."""
    if wave.open_link:
        link = admission.link(home.keys, wave)
        return [admission.admit_by_link(home.database, home.keys, link, today) for _ in range(number)]
    codes = code_issuing.issue(home.database, home.keys, wave.key, number)
    return [admission.admit(home.database, home.keys, code, today) for code in codes]


def answer(home, wave, people, today=TODAY, said=None):
    """Let these people answer, and say this of themselves if they are asked; their admissions."""
    people = list(people)
    admissions = admitted(home, wave, len(people), today) if people else []
    for held, answers, category in zip(admissions, people, said or [SKIPPED] * len(people), strict=True):
        submission.submit(home.database, home.keys, held, answers, today, category=category)
    return admissions


def closed(home, people, unit=None, **asked):
    """A closed wave that these people answered."""
    wave = opened(home, unit, **asked)
    answer(home, wave, people)
    return lifecycle.close(home.database, wave.key)


def seal(home, wave):
    """The closed wave sealed; without result where too few have answered."""
    few = sealing.has_too_few(home.database, home.keys, home.policy, wave)
    return sealing.seal(home.database, home.keys, home.policy, wave.key, without_result=few)


def sealed(home, people, unit=None, **asked):
    """A sealed wave that these people answered; without result where they are few."""
    return seal(home, closed(home, people, unit, **asked))


def release_below(home, unit_key, today=TODAY):
    """Release every round below the unit of which something is not decided on."""
    for each in rounds.round_statuses(home.database, unit_key):
        if each.undecided:
            round_release.release_round(home.database, unit_key, each.round, home.policy, today)


def release_finished(home, today):
    """Release what a worker releases by itself."""
    for unit_key, wanted in round_release.finished_rounds(home.database, today):
        round_release.release_readable(home.database, unit_key, wanted, home.policy, today)
