"""A wave whose key is another's is told to whoever runs the service, before somebody would answer it."""

import shutil
import time

from survey.operations import health, wave_key_looks
from survey.operations.installation import Installation
from tests.waves import ON_SQLITE, opened

pytestmark = [ON_SQLITE]
HOUR = 60 * 60


def test_a_key_of_another_wave_is_told_within_the_hour_and_no_more_once_it_is_mended(home, settings):
    installation = Installation(settings, home.database, home.keys, home.policy)
    wave, other, now = opened(home), opened(home), int(time.time())

    def keys_at(moment):
        wave_key_looks.look_again(installation, moment)
        return health.check(installation, None, moment)["keys"]

    assert keys_at(now) == "ok"
    own = home.keys.path / f"{wave.key}.private"
    shutil.copy(own, settings.keys / "aside")
    shutil.copy(home.keys.path / f"{other.key}.private", own)
    # it is not read at every round, which costs what there are waves
    assert keys_at(now + HOUR // 2) == "ok"
    assert keys_at(now + HOUR + 1) == "keys-wrong"
    shutil.move(settings.keys / "aside", own)
    # at once, and not in an hour
    assert keys_at(now + 60) == "ok"


def test_a_wave_whose_key_is_missing_is_told_as_that(home, settings):
    installation = Installation(settings, home.database, home.keys, home.policy)
    wave = opened(home)
    (home.keys.path / f"{wave.key}.private").unlink()
    wave_key_looks.look_again(installation, int(time.time()))
    assert not wave_key_looks.are_wrong(installation)
    assert health.check(installation, None, 0)["keys"] == "keys-missing"
