"""Run in a process of its own: `seal URL KEYS WAVE STAGE` dies by SIGKILL when the sealing reaches STAGE;
`hammer URL KEYS WAVE ROUNDS LOG` lets four processes submit and kills each of them ROUNDS times.

The log holds a line before each submission and one after it was acknowledged.
"""

import os
import random
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path

from instruments import library
from instruments.answers import Answers, possible_answers
from survey import participation, sealing
from survey.keys import KeyDirectory
from survey.store.database import open_database
from survey.store.repositories import waves

PROCESSES = 4
LONGEST_LIFE = 0.25  # seconds


def answers_of(token, version):
    """The answers that a token stands for, the same in every process."""
    held = possible_answers(version.scale)
    drawn = random.Random(sha256(token).digest())  # noqa: S311 - simulated answers need no secrecy
    return Answers(version, {item.id: drawn.choice(held) for item in version.items})


def seal(url, keys, wave_key, fatal):
    def step(stage):
        if stage == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    sealing.seal(open_database(url), KeyDirectory(Path(keys)), wave_key, step)


def hammer(url, keys, wave_key, rounds, log):
    drawn = random.Random(5)  # noqa: S311 - likewise
    database = open_database(url)
    wave = waves.by_key(database, wave_key)
    library.get(wave.instrument)
    database.close()
    for _ in range(int(rounds)):
        children = []
        for _ in range(PROCESSES):
            child = os.fork()
            if child == 0:
                submit_for_ever(url, keys, wave, log)
            children.append(child)
        for child in children:
            time.sleep(drawn.uniform(0, LONGEST_LIFE))
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)


def submit_for_ever(url, keys, wave, log):
    database, directory = open_database(url), KeyDirectory(Path(keys))
    told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    version = library.get(wave.instrument)
    while True:
        token = os.urandom(8)
        os.write(told, f"sent {token.hex()}\n".encode())
        admission = participation.Admission(wave.key, token)
        participation.submit(database, directory, admission, answers_of(token, version), wave.opens_on)
        os.write(told, f"acknowledged {token.hex()}\n".encode())


if __name__ == "__main__":
    {"seal": seal, "hammer": hammer}[sys.argv[1]](*sys.argv[2:])
