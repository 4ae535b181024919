"""What is decided about a unit and put right; nothing that was sealed is changed by it."""

from datetime import date

from instruments.problems import refuse
from reports.disclosure import Policy
from survey.collection import planning
from survey.organisation import standstill
from survey.store.database import Database
from survey.store.repositories import access_history, units, waves
from survey.store.repositories.units import Unit


def move(
    database: Database, policy: Policy, key: str, parent_key: str | None, *, by: str, now: int, today: date
) -> Unit:
    """Let a unit lie in another one, or in none, with all that lies in it, and return it.

    Its sealed waves stay where they are: below what it lay in then. Raises Refused: `unit-unknown`,
    `unit-cycle` where it would lie in itself, `unit-closed`, and as `standstill.require_long_over` does.
    """
    moved, within = units.by_key(database, key), units.subtree(database, key)
    parent = None if parent_key is None else units.by_key(database, parent_key)
    _require_outside(moved, parent, within)
    former = None if moved.parent_id is None else _unit(database, moved.parent_id)
    above = [] if parent is None else units.upwards(database, parent.key)
    with database.writing() as connection:
        standstill.require_long_over(connection, policy, within, today)
        if parent is not None:
            units.require_open(units.by_id(connection, parent.id))
        parent_id = None if parent is None else parent.id
        units.require_name(connection, moved.name, parent_id, moved.id, place=key)
        units.change(connection, moved.id, parent_id=parent_id, placed_on=today)
        about = f"{moved.name}: {_name(former)} → {_name(parent)}"
        # whoever sees what it lies in sees it there
        places = [moved.id, *([former.id] if former and former.key not in above else [])]
        access_history.record(connection, "unit-moved", places, about=about, by=by, now=now)
    return units.by_key(database, key)


def correct_edition(database: Database, key: str, edition: str, *, by: str, now: int) -> Unit:
    """Give a unit in which nobody was asked yet another edition, and return it.

    Raises Refused: `unit-unknown`, `unit-unmeasured`, `edition-none` for one that no questionnaire has, and
    `edition-used` where the unit has a wave, if only a draft.
    """
    found = units.by_key(database, key)
    planning.require_measured(found)
    planning.require_edition(edition, key)
    with database.writing() as connection:
        units.lock(connection, [key])
        if waves.are_in(connection, found.id):
            raise refuse(
                "edition-used",
                "%(unit)s has a survey in the edition %(edition)s already.",
                "Remove its drafts. If people have been asked, close this unit and add a new one.",
                place=key,
                unit=found.name,
                edition=found.edition,
            )
        units.change(connection, found.id, edition=edition)
        about = f"{found.edition} → {edition}"
        access_history.record(connection, "edition-changed", [found.id], about=about, by=by, now=now)
    return units.by_key(database, key)


def decide_years(
    database: Database, policy: Policy, key: str, years: int | None, *, by: str, now: int
) -> Unit:
    """Let results of surveys that are opened in a unit or below it be kept so many years, and return it.

    None: as what it lies in says. Surveys of before are kept as long as was said when they were opened.
    Raises Refused: `unit-unknown`, `years-number` for more than the policy allows or none.
    """
    found, most = units.by_key(database, key), policy.retention.results_years
    if years is not None and not 1 <= years <= most:
        raise refuse(
            "years-number",
            "Results are kept for 1 to %(most)s years, and not for %(years)s.",
            "Choose a number between them.",
            place=key,
            most=most,
            years=years,
        )
    with database.writing() as connection:
        units.change(connection, found.id, kept_years=years)
        about = f"{found.kept_years or '–'} → {years or '–'}"
        access_history.record(connection, "years-changed", [found.id], about=about, by=by, now=now)
    return units.by_key(database, key)


def _require_outside(moved: Unit, parent: Unit | None, within: tuple[Unit, ...]) -> None:
    if parent is not None and parent.id in {each.id for each in within}:
        raise refuse(
            "unit-cycle",
            "%(parent)s lies in %(unit)s, or is the same: a unit cannot lie in itself.",
            "Choose another unit.",
            place=moved.key,
            parent=parent.name,
            unit=moved.name,
        )


def _unit(database: Database, unit_id: int) -> Unit:
    with database.reading() as connection:
        return units.by_id(connection, unit_id)


def _name(place: Unit | None) -> str:
    return "–" if place is None else place.name
