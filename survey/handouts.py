"""The paper that lets people in, made for one wave: slips with fresh codes, or the poster of its link."""

from collections.abc import Callable
from dataclasses import dataclass

from reports import slips
from reports.slips import Occasion, Slip
from survey import codes, issuing, participation
from survey.installation import Installation
from survey.issuing import Batch
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, repr=False)
class Printed:
    """Slips whose codes admit nobody until they are accepted, once the paper is safe."""

    pdf: bytes
    batch: Batch


def print_slips(
    home: Installation, wave_key: str, count: int, *, retiring: bool, progress: Progress = lambda _: None
) -> Printed:
    """So many slips with new codes, to be kept by nobody; `progress` is told how many are printed.

    Raises Refused as `issuing.require_room` does, before anything is printed.
    """
    issuing.require_room(home.database, wave_key, count, retiring=retiring)
    wave = issuing.printable(home.database, wave_key)
    drawn = codes.draw(count)
    handed_out = [
        Slip(code, participation.code_address(home.settings, code)) for code in map(codes.typed, drawn)
    ]
    return Printed(slips.slips(_occasion(home, wave), handed_out, progress), Batch(wave, drawn, retiring))


def print_poster(home: Installation, wave_key: str) -> bytes:
    """A PDF of the wave's poster. Raises Refused where it has no open link, or is not open."""
    wave = waves.by_key(home.database, wave_key)
    participation.require_open(wave, home.today)
    return slips.poster(_occasion(home, wave), participation.link_address(home.settings, home.keys, wave))


def _occasion(home: Installation, wave: Wave) -> Occasion:
    return Occasion(wave.community_name, wave.title, wave.closes_on, home.settings.public_url, wave.language)
