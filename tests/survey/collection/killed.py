"""Run in a process of its own: `URL KEYS WAVE STAGE` dies by SIGKILL when the sealing reaches STAGE."""

import os
import signal
import sys
from pathlib import Path

from survey.collection import sealing
from survey.collection.keys import KeyDirectory
from survey.store.database import open_database
from tests.policies import POLICY


def seal(url, keys, wave_key, fatal):
    def step(stage):
        if stage == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sealing.seal(open_database(url), KeyDirectory.prepared(Path(keys)), POLICY, wave_key, step)


if __name__ == "__main__":
    seal(*sys.argv[1:])
