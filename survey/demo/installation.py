"""Fill the demonstration: simulated units whose answers take the same path as real ones, codes included."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from instruments import background, library
from instruments.answers import SKIPPED, Skipped
from survey.accounts import passwords
from survey.collection import code_issuing, drafting, lifecycle, sealing, submission
from survey.collection.admission import admit
from survey.collection.planning import Plan
from survey.demo import simulation
from survey.demo.agreed_actions import AGREED
from survey.operations import log
from survey.operations.installation import Installation
from survey.store.repositories import accounts, actions, units
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave

PASSWORD = "a demonstration only"  # noqa: S105 - printed on purpose
# the open waves ask the present version, to be compared with the sealed ones on what both ask
SEALED, OPEN = "learning_community@1.0.0", "learning_community@1.1.0"
_SEED = 2026
_SLIPS_SHOWN = 3
_UNSAID = 0.04  # the share of people who would rather not say anything of themselves
_DAYS_OPEN = 21
_LANGUAGES = {"folkeskole": "da"}

# where a dimension's latent level starts, in scale points, before a unit's own bent is added
_START = {
    "shared_values_goals": 3.3,
    "collective_responsibility": 3.6,
    "reflective_inquiry": 3.0,
    "evidence_use": 2.8,
    "shared_practice": 2.7,
    "improvement_cycle": 2.9,
    "participation_trust": 3.7,
    "leadership_structures": 3.1,
    "learning_across": 2.5,
}


@dataclass(frozen=True, slots=True)
class _SimulatedUnit:
    """A simulated unit: how many answer in each sealed wave, and what truly changes between them.

    `change` holds, per dimension, what is added to its latent level from each wave to the next; `background`
    is the question its waves ask.
    """

    name: str
    edition: str
    parent: str
    invited: int
    answered: Sequence[int]
    bent: float
    change: Mapping[str, Sequence[float]]
    open_link: bool = False
    background: str | None = None


SIMULATED_UNITS = (
    _SimulatedUnit("Solvang skole", "skole", "Fjordby kommune", 44, (37, 39, 41), 0.0,
          {"improvement_cycle": (0.55, 0.1), "shared_practice": (0.0, 0.6)},
          open_link=True, background="years_here@1"),
    _SimulatedUnit("Tusenfryd barnehage", "barnehage", "Fjordby kommune", 9, (7, 7, 7), 0.3,
          {"evidence_use": (0.3, 0.3)}),
    _SimulatedUnit("Bekkelia barnehage", "barnehage", "Fjordby kommune", 6, (4, 4, 4), 0.1, {}),
    _SimulatedUnit("Opplæringsringen Nordlys", "fagopplaering", "Nordlys fylke", 26, (18, 21, 22), -0.2,
          {"learning_across": (0.5, 0.4)}),
    _SimulatedUnit("Skovbakkeskolen", "folkeskole", "Aabæk Kommune", 62, (51, 47, 55), 0.1,
          {"evidence_use": (0.45, 0.2), "leadership_structures": (0.0, -0.5)}),
    # with these two the schools of Fjordby are enough for a total that may be released
    _SimulatedUnit(
        "Lia skole", "skole", "Fjordby kommune", 29, (24, 26, 25), -0.1, {"learning_across": (0.3, 0.0)}),
    _SimulatedUnit("Bratthaug skole", "skole", "Fjordby kommune", 23, (19, 18, 20), 0.1, {}),
)  # fmt: skip
_PARENTS = (
    ("Fjordby kommune", "municipality"),
    ("Nordlys fylke", "county"),
    ("Aabæk Kommune", "municipality"),
)
_TITLES = {
    "nb": ("Vår 2025", "Høst 2025", "Vår 2026", "Høst 2026"),
    "da": ("Forår 2025", "Efterår 2025", "Forår 2026", "Efterår 2026"),
}
CLOSED = (date(2025, 4, 11), date(2025, 11, 7), date(2026, 4, 17))


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, to be printed."""

    role: str
    unit: str
    email: str


def fill_installation(
    home: Installation, today: date, progress: Callable[[str], None]
) -> Sequence[DemoAccount]:
    """Fill an empty installation with sealed and open waves; return the accounts to sign in with.

    `progress` is called with the name of each unit before it is filled.
    """
    holders = {name: units.add(home.database, name, kind, None, None) for name, kind in _PARENTS}
    made = [
        add_account(home, f"owner{number}@example.org", "owner", holder)
        for number, holder in enumerate(holders.values(), start=1)
    ]
    for number, simulated in enumerate(SIMULATED_UNITS):
        progress(simulated.name)
        parent = holders[simulated.parent].key
        unit = units.add(home.database, simulated.name, "workplace", simulated.edition, parent)
        made.append(add_account(home, f"leader{number + 1}@example.org", "leader", unit))
        # a generator for each unit: adding one changes nothing in the answers of those before it
        random = np.random.default_rng([_SEED, number])
        for wave, closed in enumerate(CLOSED):
            sealed = _measure(home, simulated, _opened(home, simulated, unit, wave, closed), random)
            for action in AGREED.get(simulated.name, {}).get(wave, ()):
                actions.add(home.database, sealed, action)
        last = today + timedelta(days=_DAYS_OPEN)
        _opened(home, simulated, unit, len(CLOSED), last, open_link=simulated.open_link)
    made += [
        add_account(home, f"{role}@example.org", role, None) for role in ("researcher", "editor", "operator")
    ]
    return made


def start_levels() -> Mapping[str, float]:
    """Return where each dimension's latent level starts, in scale points."""
    return _START


def levels(simulated: _SimulatedUnit, wave: int) -> Mapping[str, float]:
    """Return the latent level of each dimension in a wave, numbered from 0, in scale points."""
    return {
        dimension: start + simulated.bent + sum(simulated.change.get(dimension, (0.0, 0.0))[:wave])
        for dimension, start in _START.items()
    }


def _measure(home: Installation, simulated: _SimulatedUnit, wave: Wave, random: np.random.Generator) -> Wave:
    """Answer the wave by its codes on its last day, seal it and return it."""
    number, today = CLOSED.index(wave.closes_on), wave.closes_on
    version = library.get(wave.instrument)
    codes = code_issuing.issue(home.database, home.keys, wave.key, simulated.answered[number])
    ease = simulation.difficulties(version, simulation.VarianceComponents(), _SEED)
    people = simulation.simulate(version, len(codes), levels(simulated, number), ease, random=random)
    for code, answers, category in zip(codes, people, _background_answers(simulated, number), strict=True):
        admission = admit(home.database, home.keys, code, today)
        submission.submit(home.database, home.keys, admission, answers, today, category=category)
    closed = lifecycle.close(home.database, wave.key)
    few = sealing.has_too_few(home.database, home.keys, home.policy, closed)
    return sealing.seal(home.database, home.keys, home.policy, wave.key, without_result=few)


def _background_answers(simulated: _SimulatedUnit, wave: int) -> list[str | Skipped]:
    """Draw answers to the background question: all categories alike, and some left blank."""
    count = simulated.answered[wave]
    if simulated.background is None:
        return [SKIPPED] * count
    # apart from the answers, which stay the same whether or not the question is asked
    random, offered = np.random.default_rng([_SEED, count]), background.get(simulated.background).categories
    drawn = random.integers(len(offered), size=count).tolist()
    blank = (random.random(count) < _UNSAID).tolist()
    return [SKIPPED if left else offered[chosen] for chosen, left in zip(drawn, blank, strict=True)]


def _opened(
    home: Installation,
    simulated: _SimulatedUnit,
    unit: Unit,
    number: int,
    closes: date,
    *,
    open_link: bool = False,
) -> Wave:
    language = _LANGUAGES.get(simulated.edition, "nb")
    plan = Plan(
        unit_key=unit.key,
        title=_TITLES[language][number],
        instrument=SEALED if number < len(CLOSED) else OPEN,
        language=language,
        invited=simulated.invited,
        opens_on=closes - timedelta(days=_DAYS_OPEN),
        closes_on=closes,
        open_link=open_link,
        leaders_answer=False,
        background=simulated.background,
    )
    drafted = drafting.draft(home.database, home.keys, home.policy, plan)
    return lifecycle.open_wave(home.database, home.keys, home.policy, drafted.key, plan.opens_on)


def add_account(home: Installation, email: str, role: str, unit: Unit | None) -> DemoAccount:
    """Add an account with the demonstration's password that holds a role in a unit, or everywhere."""
    account = accounts.add(home.database, email, passwords.hash_password(PASSWORD), "nb")
    # before there was a survey, so that everybody sees what there is to see today
    given_at = int(datetime.combine(CLOSED[0] - timedelta(days=_DAYS_OPEN), time()).timestamp())
    accounts.grant_role(
        home.database, account, role, unit.key if unit else None, by=log.COMMAND_LINE, now=given_at
    )
    return DemoAccount(role, unit.name if unit else "", email)
