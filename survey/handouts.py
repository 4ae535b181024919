"""The paper that lets people in, made for one wave: slips with fresh codes, or the poster of its link."""

from reports import slips
from reports.slips import Occasion, Slip
from survey import participation
from survey.installation import Installation
from survey.store.repositories import waves
from survey.store.repositories.waves import Wave


def print_slips(home: Installation, wave_key: str, count: int, *, retiring: bool = False) -> bytes:
    """A PDF of so many slips with new codes, to be kept by nobody; retiring: all earlier slips end.

    Raises Refused as `participation.issue` does.
    """
    wave = waves.by_key(home.database, wave_key)
    codes = participation.issue(home.database, home.keys, wave_key, count, retiring=retiring)
    handed_out = [Slip(code, participation.code_address(home.settings, code)) for code in codes]
    return slips.slips(_occasion(home, wave), handed_out)


def print_poster(home: Installation, wave_key: str) -> bytes:
    """A PDF of the wave's poster. Raises Refused where it has no open link, or is not open."""
    wave = waves.by_key(home.database, wave_key)
    participation.require_open(wave, home.today)
    return slips.poster(_occasion(home, wave), participation.link_address(home.settings, home.keys, wave))


def _occasion(home: Installation, wave: Wave) -> Occasion:
    return Occasion(wave.community_name, wave.title, wave.closes_on, home.settings.public_url, wave.language)
