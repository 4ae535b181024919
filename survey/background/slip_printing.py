"""Print what admits people to one wave: slips with new codes, or the poster of its open link."""

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
    """Slips whose codes are valid only once the batch is accepted, after the PDF is stored."""

    pdf: bytes
    batch: Batch


def print_slips(
    home: Installation, wave_key: str, count: int, *, retiring: bool, progress: Progress = lambda _: None
) -> PrintedSlips:
    """Print `count` slips with new codes; call `progress` with the number of slips done so far.

    Raises Refused or Damaged as `code_issuing.require_room` does, before anything is printed.
    """
    wave = code_issuing.require_room(home.database, home.keys, wave_key, count, retiring=retiring)
    # in memory only: a code is stored, as a hash, once its slip is safe
    drawn = access_codes.generate(count)
    printed = [
        Slip(code, admission.code_address(home.settings, code)) for code in map(access_codes.formatted, drawn)
    ]
    return PrintedSlips(slips.slips(_heading(home, wave), printed, progress), Batch(wave, drawn, retiring))


def print_poster(home: Installation, wave_key: str) -> bytes:
    """Print the wave's poster. Raises Refused where it has no open link, or is not open."""
    wave = waves.by_key(home.database, wave_key)
    lifecycle.require_open(wave, home.today)
    return slips.poster(_heading(home, wave), admission.link_address(home.settings, home.keys, wave))


def _heading(home: Installation, wave: Wave) -> SlipHeading:
    return SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, wave.language)
