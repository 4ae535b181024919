"""What an operator may change of a unit: the form of each change, its words, and the act itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import Length

from instruments import library
from survey.organisation import closure, merger, placement, removal
from survey.store.repositories import units
from survey.store.repositories.units import LONGEST_NAME, Unit
from survey.web.forms import typed
from survey.web.platform import sign_ins
from survey.web.platform.context import context


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A change: its button, what it comes to, its fields for a unit, and the act, which returns a unit's key.

    `is_offered` says for which units it is there at all; a `grave` one cannot be undone.
    """

    button: LazyString
    consequence: LazyString
    fields: Callable[[Unit], Mapping[str, Field]]
    act: Callable[[Unit, FlaskForm], str | None]
    is_offered: Callable[[Unit], bool] = lambda _unit: True
    grave: bool = False


def form_of(change: UnitChange, found: Unit) -> FlaskForm:
    """Build the form of a change of that unit; without fields it only asks whether it is meant."""
    # a class for each request: its choices are the units there are now, in the reader's language
    return type("UnitForm", (FlaskForm,), dict(change.fields(found)))()


def _nothing(_unit: Unit) -> Mapping[str, Field]:
    return {}


def _edition(found: Unit) -> Mapping[str, Field]:
    known = {each: each for reference in library.available() for each in library.get(reference).editions}
    return {"edition": SelectField(gettext("Edition"), choices=known, default=found.edition)}


def _parent(found: Unit) -> Mapping[str, Field]:
    every = units.every(context().database)
    inside = {each.key for each in units.subtree(context().database, found.key)}
    open_now = {each.key: each.name for each in every if each.key not in inside and each.closed_on is None}
    above = next((each.key for each in every if each.id == found.parent_id), "")
    choices = {"": gettext("Nothing"), **open_now}
    return {"parent": SelectField(gettext("Lies in"), choices=choices, default=above)}


def _others(found: Unit) -> Mapping[str, Field]:
    others = {
        each.key: each.name
        for each in units.every(context().database)
        if each.edition == found.edition and each.closed_on is None and each.key != found.key
    }
    return {
        "other": SelectField(gettext("Merge with"), choices=others),
        "name": StringField(gettext("Name of the new unit"), [Length(0, LONGEST_NAME)], filters=[typed]),
    }


def _years(found: Unit) -> Mapping[str, Field]:
    most = context().policy.retention.results_years
    choices = {
        "": gettext("As what it lies in"),
        **{str(number): str(number) for number in range(1, most + 1)},
    }
    return {"years": SelectField(gettext("Years"), choices=choices, default=str(found.kept_years or ""))}


def _by() -> dict[str, Any]:
    return {"by": sign_ins.visitor().account.email, "now": context().now}


def _correct_edition(found: Unit, form: FlaskForm) -> str:
    return placement.correct_edition(context().database, found.key, form.edition.data, **_by()).key


def _move(found: Unit, form: FlaskForm) -> str:
    here, above = context(), form.parent.data or None
    return placement.move(here.database, here.policy, found.key, above, today=here.today, **_by()).key


def _merge(found: Unit, form: FlaskForm) -> str:
    here, given = context(), {"today": context().today, **_by()}
    store = here.database, here.installation.keys, here.policy
    if form.name.data:
        parts = [found.key, form.other.data]
        return merger.merge_into_new(*store, parts, form.name.data, **given).key
    return merger.merge(*store, [found.key], form.other.data, **given).key


def _close(found: Unit, _form: FlaskForm) -> str:
    here = context()
    return closure.close(here.database, here.installation.keys, found.key, today=here.today, **_by()).key


def _reopen(found: Unit, _form: FlaskForm) -> str:
    return closure.reopen(context().database, found.key, **_by()).key


def _keep(found: Unit, form: FlaskForm) -> str:
    here, years = context(), form.years.data
    decided = placement.decide_years(
        here.database, here.policy, found.key, int(years) if years else None, **_by()
    )
    return decided.key


def _remove(found: Unit, _form: FlaskForm) -> None:
    removal.remove(context().installation, found.key, today=context().today, **_by())


def _is_open(found: Unit) -> bool:
    return found.closed_on is None


def _is_measured(found: Unit) -> bool:
    return found.edition is not None and _is_open(found)


def offered(found: Unit) -> Mapping[str, UnitChange]:
    """Return the changes that there are for a unit, by the word in their address."""
    return {what: each for what, each in CHANGES.items() if each.is_offered(found)}


CHANGES: Mapping[str, UnitChange] = MappingProxyType(
    {
        "edition": UnitChange(
            lazy_gettext("Correct the edition"),
            lazy_gettext("The edition can be corrected until the unit has its first survey."),
            _edition,
            _correct_edition,
            _is_measured,
        ),
        "move": UnitChange(
            lazy_gettext("Move"),
            lazy_gettext(
                "All that lies in the unit is moved with it. What is sealed stays with the owner it was "
                "sealed below, and no total changes; a new owner sees what is sealed from now on."
            ),
            _parent,
            _move,
        ),
        "merge": UnitChange(
            lazy_gettext("Merge"),
            lazy_gettext(
                "With a name, both become a new unit; without one, this unit becomes part of the other. "
                "What was merged is closed, and its drafts are removed. Its results stay with it, for "
                "those who have a role in it. Nobody is given a role in the other unit by this: give it "
                "afterwards."
            ),
            _others,
            _merge,
            _is_measured,
            grave=True,
        ),
        "close": UnitChange(
            lazy_gettext("Close"),
            lazy_gettext(
                "Nobody is asked in a closed unit, and its drafts are removed. What is sealed can still be "
                "read. A closed unit can be opened again."
            ),
            _nothing,
            _close,
            _is_open,
        ),
        "reopen": UnitChange(
            lazy_gettext("Open again"),
            lazy_gettext("Surveys can be created in the unit again."),
            _nothing,
            _reopen,
            lambda found: found.closed_on is not None and found.merged_into_id is None,
        ),
        "keep": UnitChange(
            lazy_gettext("How long results are kept"),
            lazy_gettext(
                "It holds for surveys opened from now on, in this unit and in all that lies in it. Whoever "
                "has answered before was told another time, and that one stays."
            ),
            _years,
            _keep,
        ),
        "remove": UnitChange(
            lazy_gettext("Remove"),
            lazy_gettext(
                "The unit is removed with its surveys, results, agreements and roles. This cannot be "
                "undone. What was released of it stays counted, so that nothing can be subtracted later: "
                "totals that it is in are withdrawn."
            ),
            _nothing,
            _remove,
            grave=True,
        ),
    }
)
