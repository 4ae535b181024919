"""Run in a process of its own: `ACT URL KEYS WAVE STAGE SHEET…` dies by SIGKILL when the act reaches STAGE.

ACT is `seal` or `abandon`; a wave whose key is split is sealed with two SHEETs, as they are typed.
"""

import os
import signal
import sys
from pathlib import Path

from survey.collection import key_shares, lifecycle, sealing
from survey.collection.keys import KeyDirectory
from survey.store.database import open_database
from survey.store.repositories import waves
from tests.policies import POLICY
from tests.waves import TODAY


def end(act, url, keys, wave_key, fatal, *sheets):
    def step(stage):
        if stage == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database, key_directory = open_database(url), KeyDirectory.prepared(Path(keys))
    if act == "seal":
        public_key = waves.by_key(database, wave_key).public_key
        shares = [key_shares.parse(each, public_key) for each in sheets]
        sealing.seal(database, key_directory, POLICY, wave_key, step, shares=shares)
    else:
        lifecycle.abandon(database, key_directory, POLICY, wave_key, TODAY, step=step)


if __name__ == "__main__":
    end(*sys.argv[1:])
