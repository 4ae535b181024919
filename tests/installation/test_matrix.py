"""The matrix runs under every Python there is, and says of each what became of it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import REPOSITORY

PYTHON = """#!/bin/sh
[ "$1" = --version ] && echo "Python {version}.9" && exit
case "$2" in *"!= '{version}'"*) exit {status} ;; *) exit 1 ;; esac
"""
GO = """#!/bin/sh
echo "$VENV was asked for $*"
[ "$VENV" != .venv-{failing} ]
"""


@pytest.fixture
def matrix(tmp_path):
    """A folder with the script, in which stand-ins take the place of the interpreters and of `./go`."""

    def run(*arguments, found=("3.11", "3.12", "3.13"), failing=""):
        (tmp_path / ".ci").mkdir()
        shutil.copy(REPOSITORY / ".ci" / "matrix", tmp_path / ".ci")
        executable(tmp_path / "go", GO.format(failing=failing))
        executable(tmp_path / "bin" / "uv", "#!/bin/sh\nexit 2\n")
        for version in ("3.11", "3.12", "3.13"):
            status = 0 if version in found else 1
            executable(tmp_path / "bin" / f"python{version}", PYTHON.format(version=version, status=status))
        return subprocess.run(  # noqa: S603 - our own command
            [tmp_path / ".ci" / "matrix", *arguments],
            env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def executable(path: Path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def test_every_version_runs_in_an_environment_of_its_own(matrix, tmp_path):
    done = matrix("-k", "scoring")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "ran under 3 of 3 versions; failed: none; not found: none"
    for version in ("3.11", "3.12", "3.13"):
        assert f"{version}  passed: .venv-{version} was asked for test -k scoring" in done.stdout
        assert (tmp_path / ".ci" / "results" / f"{version}.log").exists()


def test_a_version_that_is_not_there_is_named_and_not_passed(matrix):
    done = matrix(found=("3.12",))
    assert done.returncode == 0
    assert "3.11  not found, nothing ran" in done.stdout
    assert "passed: .venv-3.11" not in done.stdout
    assert done.stdout.splitlines()[-1] == "ran under 1 of 3 versions; failed: none; not found: 3.11 3.13"


def test_one_failure_fails_the_whole(matrix):
    done = matrix(failing="3.12")
    assert done.returncode == 1
    assert "3.12  FAILED" in done.stdout
    assert "3.13  passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "ran under 3 of 3 versions; failed: 3.12; not found: none"


def test_where_nothing_ran_nothing_passed(matrix):
    done = matrix(found=())
    assert done.returncode == 1
    assert (
        done.stdout.splitlines()[-1] == "ran under 0 of 3 versions; failed: none; not found: 3.11 3.12 3.13"
    )


def test_the_quick_part_is_one_that_is_there(matrix):
    done = matrix("--quick", "-x")
    [asked] = {line.partition("asked for test ")[2] for line in done.stdout.splitlines() if "passed" in line}
    parts = asked.split()
    assert parts.pop() == "-x"
    assert len(parts) >= 3
    assert [part for part in parts if not (REPOSITORY / part).exists()] == []
