"""The demonstration: simulated communities whose answers take the same way as real ones, codes and all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from instruments import background, library
from instruments.answers import SKIPPED, Skipped
from survey import issuing, participation, passwords, sealing, simulation
from survey.demo_agreements import AGREED
from survey.installation import Installation
from survey.store.repositories import accounts, actions, communities, waves
from survey.store.repositories.communities import Community
from survey.store.repositories.waves import Plan, Wave

PASSWORD = "a demonstration only"  # noqa: S105 - printed on purpose
# the open waves ask the present version, to be compared with the sealed ones on what both ask
SEALED, OPEN = "learning_community@1.0.0", "learning_community@1.1.0"
SEED = 2026
SLIPS_SHOWN = 3
UNSAID = 0.04  # the share of people who would rather not say anything of themselves
DAYS_OPEN = 21
LANGUAGES = {"folkeskole": "da"}

# where a dimension's latent level starts, in scale points, before a community's own bent is added
START = {
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
class Place:
    """A simulated community: how many answer in each sealed wave, and what truly changes between them.

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


PLACES = (
    Place("Solvang skole", "skole", "Fjordby kommune", 44, (37, 39, 41), 0.0,
          {"improvement_cycle": (0.55, 0.1), "shared_practice": (0.0, 0.6)},
          open_link=True, background="years_here@1"),
    Place("Tusenfryd barnehage", "barnehage", "Fjordby kommune", 9, (7, 7, 7), 0.3,
          {"evidence_use": (0.3, 0.3)}),
    Place("Bekkelia barnehage", "barnehage", "Fjordby kommune", 6, (4, 4, 4), 0.1, {}),
    Place("Opplæringsringen Nordlys", "fagopplaering", "Nordlys fylke", 26, (18, 21, 22), -0.2,
          {"learning_across": (0.5, 0.4)}),
    Place("Skovbakkeskolen", "folkeskole", "Aabæk Kommune", 62, (51, 47, 55), 0.1,
          {"evidence_use": (0.45, 0.2), "leadership_structures": (0.0, -0.5)}),
    # with these two the schools of Fjordby are enough for a whole that may be told
    Place("Lia skole", "skole", "Fjordby kommune", 29, (24, 26, 25), -0.1, {"learning_across": (0.3, 0.0)}),
    Place("Bratthaug skole", "skole", "Fjordby kommune", 23, (19, 18, 20), 0.1, {}),
)  # fmt: skip
PARENTS = (
    ("Fjordby kommune", "municipality"),
    ("Nordlys fylke", "county"),
    ("Aabæk Kommune", "municipality"),
)
TITLES = {
    "nb": ("Vår 2025", "Høst 2025", "Vår 2026", "Høst 2026"),
    "da": ("Forår 2025", "Efterår 2025", "Forår 2026", "Efterår 2026"),
}
CLOSED = (date(2025, 4, 11), date(2025, 11, 7), date(2026, 4, 17))


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the demonstration, to be printed."""

    role: str
    place: str
    email: str


def furnish(home: Installation, today: date, progress: Callable[[str], None]) -> Sequence[SignIn]:
    """The sign-ins, after filling an empty installation: sealed waves, and one open wave each.

    `progress` is told the name of each community as its turn comes.
    """
    holders = {name: communities.add(home.database, name, kind, None, None) for name, kind in PARENTS}
    made = [
        _account(home, f"owner{number}@example.org", "owner", holder)
        for number, holder in enumerate(holders.values(), start=1)
    ]
    for number, place in enumerate(PLACES):
        progress(place.name)
        parent = holders[place.parent].key
        community = communities.add(home.database, place.name, "unit", place.edition, parent)
        made.append(_account(home, f"leader{number + 1}@example.org", "leader", community))
        random = np.random.default_rng([SEED, number])
        for wave, closed in enumerate(CLOSED):
            sealed = _measure(home, place, _opened(home, place, community, wave, closed), random)
            for action in AGREED.get(place.name, {}).get(wave, ()):
                actions.add(home.database, sealed, action)
        last = today + timedelta(days=DAYS_OPEN)
        _opened(home, place, community, len(CLOSED), last, open_link=place.open_link)
    made += [
        _account(home, f"{role}@example.org", role, None) for role in ("researcher", "editor", "operator")
    ]
    return made


def levels(place: Place, wave: int) -> Mapping[str, float]:
    """The latent level of each dimension in a wave, numbered from 0, in scale points."""
    return {
        dimension: start + place.bent + sum(place.change.get(dimension, (0.0, 0.0))[:wave])
        for dimension, start in START.items()
    }


def _measure(home: Installation, place: Place, wave: Wave, random: np.random.Generator) -> Wave:
    """The wave, answered by its codes on its last day, and sealed."""
    number, today = CLOSED.index(wave.closes_on), wave.closes_on
    version = library.get(wave.instrument)
    codes = issuing.issue(home.database, home.keys, wave.key, place.answered[number])
    ease = simulation.difficulties(version, simulation.Spread(), SEED)
    people = simulation.simulate(version, len(codes), levels(place, number), ease, random=random)
    for code, answers, category in zip(codes, people, _said(place, number), strict=True):
        admission = participation.admit(home.database, home.keys, code, today)
        participation.submit(home.database, home.keys, admission, answers, today, category=category)
    sealing.close(home.database, wave.key)
    return sealing.seal(home.database, home.keys, wave.key)


def _said(place: Place, wave: int) -> list[str | Skipped]:
    """What people say to the background question: all categories alike, and some nothing."""
    count = place.answered[wave]
    if place.background is None:
        return [SKIPPED] * count
    random, offered = np.random.default_rng([SEED, count]), background.get(place.background).categories
    drawn = random.integers(len(offered), size=count).tolist()
    blank = (random.random(count) < UNSAID).tolist()
    return [SKIPPED if left else offered[chosen] for chosen, left in zip(drawn, blank, strict=True)]


def _opened(
    home: Installation,
    place: Place,
    community: Community,
    number: int,
    closes: date,
    *,
    open_link: bool = False,
) -> Wave:
    language = LANGUAGES.get(place.edition, "nb")
    plan = Plan(
        community_key=community.key,
        title=TITLES[language][number],
        instrument=SEALED if number < len(CLOSED) else OPEN,
        language=language,
        invited=place.invited,
        opens_on=closes - timedelta(days=DAYS_OPEN),
        closes_on=closes,
        open_link=open_link,
        leaders_answer=False,
        background=place.background,
    )
    return sealing.open_wave(home.database, home.keys, waves.draft(home.database, plan).key)


def _account(home: Installation, email: str, role: str, community: Community | None) -> SignIn:
    account = accounts.add(home.database, email, passwords.hashed(PASSWORD), "nb")
    accounts.join(home.database, account, role, community.key if community else None)
    return SignIn(role, community.name if community else "", email)
