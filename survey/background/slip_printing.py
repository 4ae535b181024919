"""Print what admits people to one wave: slips with new codes, or the poster of its open link."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from instruments import library
from instruments.answering_time import answering_minutes
from instruments.model import Wording
from reports.pdf import slips
from reports.pdf.slips import Slip, SlipHeading, SlipText
from survey.collection import access_codes, admission, code_issuing, lifecycle
from survey.collection.code_issuing import Batch
from survey.operations.installation import Installation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave

_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s")

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True, repr=False)
class PrintedSlips:
    """Slips whose codes are valid only once the batch is accepted, after the PDF is stored."""

    pdf: bytes
    batch: Batch


def purpose(wording: Wording) -> str:
    """Return in one sentence what a questionnaire is about: its introduction begins with that."""
    return _SENTENCE_END.split((*wording.introduction, wording.title)[0])[0]


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
    pdf = slips.slips(_text(home, wave, wave.language), printed, progress)
    return PrintedSlips(pdf, Batch(wave, drawn, retiring))


def print_poster(home: Installation, wave_key: str) -> bytes:
    """Print the wave's poster, in its own language and beneath it in all others that it is offered in.

    Raises Refused where it has no open link, or is not open.
    """
    wave = waves.by_key(home.database, wave_key)
    # one that was opened ahead of its first day has its poster already
    lifecycle.require_taking(wave, home.today)
    offered = library.get(wave.instrument).editions[wave.edition]
    spoken = [wave.language, *(each for each in offered if each != wave.language)]
    texts = [_text(home, wave, each) for each in spoken]
    return slips.poster(texts, admission.link_address(home.settings, home.keys, wave))


def _text(home: Installation, wave: Wave, language: str) -> SlipText:
    version = library.get(wave.instrument)
    wording = version.wording(wave.edition, language)
    return SlipText(
        SlipHeading(wave.unit_name, wave.title, wave.closes_on, home.settings.public_url, language),
        purpose=purpose(wording),
        minutes=answering_minutes(len(version.items)),
    )
