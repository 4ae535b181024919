"""Drafts: a wave is made, changed and removed before anybody is asked."""

from collections.abc import Mapping

from instruments import library
from instruments.model import Version
from reports.disclosure import Policy
from survey.collection import lifecycle, planning, spacing, wave_links
from survey.collection.keys import KeyDirectory
from survey.collection.planning import Plan
from survey.collection.spacing import Period
from survey.store import random_keys
from survey.store.database import Database, Transaction
from survey.store.repositories import codes, expectations, units, waves
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState

# what a planned round sets for all its waves
ROUNDS_OWN = ("title", "instrument", "content_hash", "opens_on", "closes_on", "planned_closes_on")


def draft(database: Database, keys: KeyDirectory, policy: Policy, plan: Plan, key: str | None = None) -> Wave:
    """Store a new wave in draft and return it; where the unit has one of this key already, return that.

    So whoever draws a key before asking, and asks twice, makes one wave.

    A key that is none, or another unit's, is replaced. Raises Refused where the plan cannot be asked:
    `unit-unknown`, and as `planning.require_possible` and `spacing.require_apart` do. Raises Damaged where
    the key that links follow from is gone.
    """
    version, edition = _require_possible(database, policy, plan)
    if key is None or not random_keys.is_key(key):
        key = random_keys.draw()
    columns = columns_of(plan, version, edition)
    columns["kept_years"] = units.years_kept(database, plan.unit_key, policy.retention.results_years)
    columns["unit_id"] = units.by_key(database, plan.unit_key).id
    if not waves.add(database, wave_links.draft_hashes(keys, key), key=key, **columns):
        # the form was sent twice, or somebody typed a key
        found = waves.by_key(database, key)
        if found.unit_key == plan.unit_key:
            return found
        key = random_keys.draw()
        waves.add(database, wave_links.draft_hashes(keys, key), key=key, **columns)
    return waves.by_key(database, key)


def change(database: Database, keys: KeyDirectory, policy: Policy, wave_key: str, plan: Plan) -> Wave:
    """Change a draft to what the plan says and return it.

    Codes end where people are now to come in by a link, printed key sheets where the key is no longer split,
    and expectations of dimensions that are no longer asked. Raises Refused: `wave-state` where it is no
    draft, and as `draft` does.
    """
    wave = waves.by_key(database, wave_key)
    lifecycle.require_state(wave, WaveState.DRAFT)
    version, edition = _require_possible(database, policy, plan, wave.id)
    columns = columns_of(plan, version, edition)
    if wave.planned_round_id is not None:
        # what the owner set for the whole round is not its leader's to change
        columns |= {name: getattr(wave, name) for name in ROUNDS_OWN}
    with database.writing() as connection:
        changed = store_change(connection, keys, wave, plan, columns)
        if changed:
            waves.record_act(connection, "wave-changed", wave.unit_id, plan.title)
    database.cache.forget(wave.key)
    found = waves.by_key(database, wave_key)
    if not changed:
        lifecycle.require_state(found, WaveState.DRAFT)
    return found


def store_change(
    connection: Transaction, keys: KeyDirectory, wave: Wave, plan: Plan, columns: Mapping[str, object]
) -> bool:
    """Give a draft these columns and end what does not fit them any more; return whether it is a draft.

    Codes end where people come in by a link, printed key sheets where the key is no longer split, and
    expectations of dimensions that are no longer asked.
    """
    without_sheets = {} if plan.split_key else {"public_key": None}
    if not waves.change_draft(connection, wave.id, **{**columns, **without_sheets}):
        return False
    if plan.open_link:
        codes.remove(connection, wave.id)
    if plan.split_key:
        # of a time when it was opened ahead of its first day with a key on the server
        keys.destroy_private(wave.key)
    asked = library.get(str(columns["instrument"]))
    expectations.forget_others(connection, wave.id, [each.id for each in asked])
    return True


def remove(database: Database, keys: KeyDirectory, wave_key: str) -> Wave:
    """Remove a draft with its codes and return what it was. Raises Refused("wave-state") for another wave."""
    wave = waves.by_key(database, wave_key)
    lifecycle.require_state(wave, WaveState.DRAFT)
    with database.writing() as connection:
        removed = waves.remove_draft(connection, wave.id)
        if removed:
            # there are some where it was opened ahead of its first day and taken back
            keys.destroy_private(wave.key)
            keys.destroy_urn(wave.key)
            waves.record_act(connection, "draft-removed", wave.unit_id, wave.title)
    database.cache.forget(wave.key)
    if not removed:
        lifecycle.require_state(waves.by_key(database, wave_key), WaveState.DRAFT)
    return wave


def _require_possible(
    database: Database, policy: Policy, plan: Plan, wave_id: int | None = None
) -> tuple[Version, str]:
    place = units.by_key(database, plan.unit_key)
    possible = planning.require_possible(policy, plan, place)
    period = Period(spacing.line(database, place.key), plan.opens_on, plan.closes_on, wave_id)
    with database.reading() as connection:
        spacing.require_apart(connection, policy, period)
    return possible


def columns_of(plan: Plan, version: Version, edition: str) -> dict[str, object]:
    """Return what is stored of a plan."""
    return {
        "title": plan.title,
        "instrument": plan.instrument,
        "content_hash": version.content_hash,
        "edition": edition,
        "language": plan.language,
        "invited": plan.invited,
        "planned_invited": plan.invited,
        "opens_on": plan.opens_on,
        "closes_on": plan.closes_on,
        "planned_closes_on": plan.closes_on,
        "open_link": plan.open_link,
        "leaders_answer": plan.leaders_answer,
        "background": plan.background,
        "split_key": plan.split_key,
    }
