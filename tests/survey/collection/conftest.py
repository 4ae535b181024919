"""What tests of acts that are killed share: one process that forks the children."""

import json
import subprocess
import sys

import pytest

from tests.paths import REPOSITORY


@pytest.fixture(scope="module")
def run_killed():
    """Begins an act in a process that is killed at a stage: the status with which that process ended."""
    command = [sys.executable, "-m", "tests.survey.collection.killed"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=REPOSITORY, **pipes) as forking:  # noqa: S603 - our own words

        def run(*arguments):
            forking.stdin.write(json.dumps(list(map(str, arguments))) + "\n")
            forking.stdin.flush()
            return int(forking.stdout.readline())

        yield run
        forking.stdin.close()
