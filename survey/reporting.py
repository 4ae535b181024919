"""The reports of an installation's communities: which waves they rest on, and for whom."""

from collections.abc import Iterator
from pathlib import Path

from instruments.problems import refuse
from reports import document, filing
from reports.profile import Profile, profile
from reports.release import Audience
from survey.store.database import Database
from survey.store.repositories import communities, sealed, waves
from survey.store.repositories.waves import Wave


def sealed_wave(database: Database, community_key: str, wave_key: str | None = None) -> Wave:
    """The community's wave of that key, or its last sealed one. Raises Refused where that is not sealed."""
    community = communities.by_key(database, community_key)
    found = waves.of_community(database, community.key)
    wanted = [wave for wave in found if wave.key == wave_key or (wave_key is None and wave.state == "sealed")]
    if wave_key is not None and not wanted:
        remedy = "Name one of the community's own waves."
        raise refuse("wave-unknown", f"{community.name} has no such wave.", remedy, wave_key)
    if not wanted or wanted[-1].state != "sealed":
        state = f"The wave is {wanted[-1].state}." if wanted else f"{community.name} has no sealed wave."
        remedy = "Close and seal the wave first: nothing is told before."
        raise refuse("wave-not-sealed", state, remedy, wave_key or community_key)
    return wanted[-1]


def for_leader(database: Database, wave: Wave) -> Profile:
    """The profile of a sealed wave beside the community's earlier ones, as its leader may see it."""
    known = sealed.of_community(database, wave.community_key)
    last = next(place for place, each in enumerate(known) if each.identity.wave == wave.key)
    audience = Audience.LEADER_AMONG_RESPONDENTS if wave.leaders_answer else Audience.LEADER
    return profile(known[: last + 1], audience)


def write_all_under(
    database: Database, community_key: str, language: str | None, directory: Path
) -> Iterator[tuple[Path, bool]]:
    """Write the last report of every community from this one down; yields each file and whether it is new.

    A file that is there already is left as it is: reports are made of sealed waves and do not change, so
    that an interrupted run goes on where it was. `language` None takes each wave's own.
    """
    for wave in last_waves(database, community_key):
        spoken = language or wave.language
        target = directory / f"{wave.key}-{spoken}.pdf"
        if new := not target.exists():
            filing.write({target: document.report(for_leader(database, wave), spoken)})
        yield target, new


def last_waves(database: Database, community_key: str) -> list[Wave]:
    """The last sealed wave of every community from this one down that has one."""
    below = communities.subtree(database, community_key)
    found = [
        [wave for wave in waves.of_community(database, each.key) if wave.state == "sealed"] for each in below
    ]
    return [own[-1] for own in found if own]
