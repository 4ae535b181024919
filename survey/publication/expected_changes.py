"""What a drafted wave could come to show of change, from what is released of the waves before it."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from instruments import library
from instruments.parts import asks_all_of
from reports.disclosure import Policy, Released, release
from reports.results import expectations
from reports.results.expectations import VisibleChange
from survey.store.database import Database
from survey.store.repositories import sealed, units, waves
from survey.store.repositories.waves import Wave

_CONTRASTS = 3  # beside two waves or more: with the one before, with the first, and the trend


def is_followed(database: Database, wave: Wave) -> bool:
    """Return whether the unit has a sealed wave that this one will be compared with."""
    return bool(_before(database, wave))


def visible_changes(database: Database, policy: Policy, wave: Wave) -> Mapping[str, VisibleChange]:
    """Return, by dimension, the smallest change that the wave could show its leader since the one before."""
    before = _before(database, wave)
    if not before:
        return MappingProxyType({})
    last = before[-1]
    released = release(sealed.of_wave(database, last), last.audience, policy)
    if not isinstance(released, Released):
        return MappingProxyType({})
    contrasts = 1 if len(before) == 1 else _CONTRASTS
    version = library.get(wave.instrument)
    return expectations.visible_changes(released, version, wave.invited, contrasts, policy)


def _before(database: Database, wave: Wave) -> list[Wave]:
    asked, merged_on = library.get(wave.instrument), units.by_key(database, wave.unit_key).merged_on
    planned = replace(wave, compared_from=merged_on)
    return [
        each
        for each in waves.of_unit(database, wave.unit_key)
        if each.is_sealed and each.id != wave.id and planned.is_compared_with(each)
        if asks_all_of(library.get(each.instrument), asked)
    ]
