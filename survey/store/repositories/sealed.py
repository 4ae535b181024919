"""Sealed statistics, as the release gate takes them in."""

from collections.abc import Sequence

from sqlalchemy import select

from instruments import library
from instruments.moments import Moments
from reports.release import Sealed, WaveIdentity
from survey.store.database import Database
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave
from survey.store.tables import sealed_wave


def of_wave(database: Database, wave: Wave) -> Sealed:
    """What may ever be known of a sealed wave; of one with too few answers, the moments of nobody."""
    with database.reading() as connection:
        stored = connection.execute(
            select(sealed_wave.c.moments).where(sealed_wave.c.wave_id == wave.id)
        ).scalar_one()
    version = library.get(wave.instrument)
    moments = Moments.empty(version) if stored is None else Moments.from_bytes(version, stored)
    return Sealed(_identity(wave), version, wave.invited, moments)


def of_community(database: Database, community_key: str) -> Sequence[Sealed]:
    """All the community's sealed waves, oldest first."""
    found = waves.of_community(database, community_key)
    return tuple(of_wave(database, wave) for wave in found if wave.state == "sealed")


def every(database: Database) -> Sequence[Sealed]:
    """All sealed waves, oldest first."""
    return tuple(of_wave(database, wave) for wave in waves.every(database) if wave.state == "sealed")


def _identity(wave: Wave) -> WaveIdentity:
    return WaveIdentity(
        community=wave.community_key,
        community_name=wave.community_name,
        wave=wave.key,
        wave_title=wave.title,
        closed_on=wave.closes_on,
        reference=wave.instrument,
        edition=wave.edition,
    )
