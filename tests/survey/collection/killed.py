"""Run in a process of its own: for each line, a child begins an act and dies by SIGKILL on reaching STAGE.

A line is the JSON list ACT URL KEYS WAVE STAGE SHEET…, the reply the status with which the child ended. ACT
is `seal`, `abandon`, `reopen` or `take_back`; a wave whose key is split is sealed with two SHEETs, as they
are typed. Or it is `add_batch`, `give_up` or `end_pool`, and WAVE is a pool's key.
Children are forked from what is imported once and has no database open: starting Python takes
longer than most acts.
"""

import json
import os
import signal
import sys
import traceback
from datetime import date
from pathlib import Path

from survey.collection import key_shares, lifecycle, pool_batches, reopening, sealing
from survey.store.database import open_database
from survey.store.repositories import waves
from tests.keys import key_directory
from tests.policies import POLICY
from tests.waves import TODAY

LATER = date(2037, 1, 1)  # when every pool of the tests is over


def end(act, url, keys, wave_key, fatal, *sheets):
    def step(stage):
        if stage == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    database, held = open_database(url), key_directory(Path(keys))
    if act == "seal":
        public_key = waves.by_key(database, wave_key).public_key
        shares = [key_shares.parse(each, public_key) for each in sheets]
        sealing.seal(database, held, POLICY, wave_key, step, shares=shares)
    elif act == "reopen":
        reopening.reopen(database, POLICY, wave_key, TODAY, step=step)
    elif act == "take_back":
        reopening.take_back(database, held, wave_key, TODAY, step=step)
    elif act == "add_batch":
        pool_batches.add_batch(database, held, POLICY, wave_key, step)
    elif act == "give_up":
        pool_batches.give_up(database, held, POLICY, wave_key, step)
    elif act == "end_pool":
        pool_batches.end(database, held, POLICY, wave_key, LATER, step=step)
    else:
        lifecycle.abandon(database, held, POLICY, wave_key, TODAY, step=step)


def end_in_child(arguments):
    """The status with which a child ended that began the act; 0 where it lived, 1 where the act failed."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        end(*arguments)
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on to the next line
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    for line in sys.stdin:
        print(end_in_child(json.loads(line)), flush=True)  # noqa: T201 - the reply
