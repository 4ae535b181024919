"""The paper that lets people in, made for one wave: slips with fresh codes, or the poster of its link."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.pdf import slips
from reports.pdf.slips import Slip, SlipHeading
from survey.collection import access_codes, admission, code_issuing, lifecycle
from survey.collection.code_issuing import Batch
from survey.operations.installation import Installation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, repr=False)
class PrintedSlips:
    """Slips whose codes admit nobody until they are accepted, once the paper is safe."""

    pdf: bytes
    batch: Batch


def print_slips(
    home: Installation, wave_key: str, count: int, *, retiring: bool, progress: Progress = lambda _: None
) -> PrintedSlips:
    """So many slips with new codes, to be kept by nobody; `progress` is told how many are printed.

    Raises Refused or Damaged as `code_issuing.require_room` does, before anything is printed.
    """
    wave = code_issuing.require_room(home.database, home.keys, wave_key, count, retiring=retiring)
    drawn = access_codes.generate(count)
    handed_out = [
        Slip(code, admission.code_address(home.settings, code)) for code in map(access_codes.formatted, drawn)
    ]
    return PrintedSlips(
        slips.slips(_occasion(home, wave), handed_out, progress), Batch(wave, drawn, retiring)
    )


def print_poster(home: Installation, wave_key: str) -> bytes:
    """A PDF of the wave's poster. Raises Refused where it has no open link, or is not open."""
    wave = waves.by_key(home.database, wave_key)
    lifecycle.require_open(wave, home.today)
    return slips.poster(_occasion(home, wave), admission.link_address(home.settings, home.keys, wave))


def _occasion(home: Installation, wave: Wave) -> SlipHeading:
    return SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, wave.language)
