"""Waves: one unit's round of answering, from draft to sealed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, bindparam, insert, select

from instruments import background, library
from instruments.background import Background
from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import Audience, Policy
from survey.store.database import Database, searchable
from survey.store.repositories import units
from survey.store.tables import unit, wave


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave as everything above the store sees it.

    `instrument` is the version's reference, `invited` how many may answer, `leaders_answer` whether the
    leader is one of them, `background` the reference of the background question, if one is asked.
    `public_key` is there while the wave is open or closed.
    """

    id: int
    key: str
    unit_id: int
    unit_key: str
    unit_name: str
    title: str
    instrument: str
    content_hash: str
    edition: str
    language: str
    invited: int
    opens_on: date
    closes_on: date
    open_link: bool
    leaders_answer: bool
    background: str | None
    state: str
    public_key: bytes | None

    @property
    def audience(self) -> Audience:
        """What its leader is to it: a reader who may have answered, or one who did not."""
        return leaders_audience(leaders_answer=self.leaders_answer)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a leader decides about a new wave."""

    unit_key: str
    title: str
    instrument: str
    language: str
    invited: int
    opens_on: date
    closes_on: date
    open_link: bool = False
    leaders_answer: bool = True
    background: str | None = None

    @property
    def audience(self) -> Audience:
        """What its leader will be to it."""
        return leaders_audience(leaders_answer=self.leaders_answer)


def leaders_audience(*, leaders_answer: bool) -> Audience:
    """Return what its leader is to a wave: a reader who may have answered, or one who did not."""
    return Audience.LEADER_AMONG_RESPONDENTS if leaders_answer else Audience.LEADER


def draft(database: Database, policy: Policy, plan: Plan) -> Wave:
    """The new wave, in draft. Raises Refused where the plan names what is not there or cannot be."""
    version = library.get(plan.instrument)
    place = units.by_key(database, plan.unit_key)
    if place.edition is None or plan.language not in version.editions.get(place.edition, ()):
        raise refuse(
            "language-missing",
            f"{plan.instrument} does not speak {plan.language} in the edition of {place.name}.",
            "Choose a language and an edition that `kjennetegn instrument show` lists.",
            place=plan.unit_key,
        )
    if plan.invited < 1 or plan.closes_on < plan.opens_on:
        raise refuse(
            "wave-impossible",
            "A wave needs somebody invited and a last day that is not before its first.",
            "Correct the number of invited people or the dates.",
        )
    if plan.background is not None:
        _require_worth_asking(policy, plan, version, background.get(plan.background))
    key = secrets.token_hex(4)
    with database.writing() as connection:
        connection.execute(
            insert(wave).values(
                key=key,
                unit_id=place.id,
                title=plan.title,
                instrument=plan.instrument,
                content_hash=version.content_hash,
                edition=place.edition,
                language=plan.language,
                invited=plan.invited,
                opens_on=plan.opens_on,
                closes_on=plan.closes_on,
                open_link=plan.open_link,
                leaders_answer=plan.leaders_answer,
                background=plan.background,
                state="draft",
            )
        )
    return by_key(database, key)


def _require_worth_asking(policy: Policy, plan: Plan, version: Version, asked: Background) -> None:
    """Nothing, where something may come of it. Raises Refused where asking could only cost trust."""
    fewest = policy.invited_for_subgroups(plan.audience)
    if plan.invited < fewest:
        groups = policy.collection.subgroups
        fault = f"{plan.invited} are invited: too few for {groups} groups of which anything is shown."
        remedy = f"Invite {fewest} people or more, or ask no background question."
        raise refuse("background-too-few", fault, remedy)
    if all(len(dimension.items) == 1 for dimension in version):
        fault = f"{version.reference} has one statement a dimension, and statements are not told by group."
        raise refuse("background-single-items", fault, "Choose a longer questionnaire, or ask none.")
    unspoken = {language for spoken in version.editions.values() for language in spoken} - set(asked.texts)
    if unspoken:
        fault = f"{asked.reference} is not asked in {', '.join(sorted(unspoken))}."
        raise refuse("background-language", fault, "Choose another questionnaire, or ask none.")


def by_key(database: Database, key: str) -> Wave:
    """The wave of that key. Raises Refused where there is none."""
    with database.reading() as connection:
        row = connection.execute(_BY_KEY, {"wanted": searchable(key)}).one_or_none()
    if row is None:
        raise refuse("wave-unknown", "There is no wave of that key.", "Look it up on the desk.", place=key)
    return _value(row)


def cached(database: Database, key: str) -> Wave:
    """Return the wave of that key as it was a second ago or less. Raises Refused where there is none.

    For pages and for what never changes in an open wave; taking answers asks the database for its state.
    """
    return database.cache.get(key, lambda: by_key(database, key))


def by_id(database: Database, wave_id: int) -> Wave:
    """The wave of that id, which the database itself gave."""
    with database.reading() as connection:
        return _value(connection.execute(_BY_ID, {"wanted": wave_id}).one())


def of_unit(database: Database, unit_key: str) -> Sequence[Wave]:
    """The unit's waves, oldest first."""
    with database.reading() as connection:
        rows = connection.execute(_all().where(unit.c.key == unit_key).order_by(wave.c.closes_on, wave.c.id))
        return tuple(_value(row) for row in rows)


def every(database: Database) -> Sequence[Wave]:
    """All waves, oldest first."""
    with database.reading() as connection:
        return tuple(_value(row) for row in connection.execute(_all().order_by(wave.c.closes_on, wave.c.id)))


def _all() -> Select[tuple[object, ...]]:
    place = [unit.c.key.label("unit_key"), unit.c.name.label("unit_name")]
    return select(*wave.c, *place).join(unit)


def _value(row: Row[tuple[object, ...]]) -> Wave:
    return Wave(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it


# built once: every page and every answer begins with one of these
_BY_KEY = _all().where(wave.c.key == bindparam("wanted"))
_BY_ID = _all().where(wave.c.id == bindparam("wanted"))
