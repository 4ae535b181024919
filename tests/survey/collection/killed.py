"""Run in a process of its own: `ACT URL KEYS WAVE STAGE` dies by SIGKILL when the act reaches STAGE.

ACT is `seal` or `abandon`.
"""

import os
import signal
import sys
from pathlib import Path

from survey.collection import lifecycle, sealing
from survey.collection.keys import KeyDirectory
from survey.store.database import open_database
from tests.policies import POLICY


def end(act, url, keys, wave_key, fatal):
    def step(stage):
        if stage == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database, key_directory = open_database(url), KeyDirectory.prepared(Path(keys))
    if act == "seal":
        sealing.seal(database, key_directory, POLICY, wave_key, step)
    else:
        lifecycle.abandon(database, key_directory, wave_key, step)


if __name__ == "__main__":
    end(*sys.argv[1:])
