"""`./go` makes the environment that it is asked for, once, and measures coverage where it is asked to."""

import os
import shutil
import subprocess

import pytest

from tests.paths import REPOSITORY

# an interpreter that makes environments of itself and writes down what it was asked for
PYTHON = """#!/bin/sh
case "$*" in
  --version) echo "Python {version}.9" ;;
  -c*) exit {unsuitable} ;;
  *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
echo "$0 $*" >>asked.txt
echo "${{PYTHONDONTWRITEBYTECODE-yes}}" >compiled_is_kept.txt
"""
# a process more than there are processors
EVERYTHING = f".venv/bin/python -m pytest -n {len(os.sched_getaffinity(0)) + 2} --dist worksteal"
FILES = (
    *("requirements/run.txt", "requirements/test.txt", "pyproject.toml", "setup.py"),
    *("tests/openid/package.json", "tests/openid/package-lock.json"),
)


@pytest.fixture
def go(tmp_path):
    """Runs the script in a folder with stand-ins for the system; its result and what was asked of Python."""
    shutil.copy(REPOSITORY / "go", tmp_path)
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(name, "utf-8")
    executable(tmp_path / "bin" / "dpkg-query", '#!/bin/sh\necho "install ok installed"\n')
    for version in ("3.11", "3.12", "3.13"):
        executable(tmp_path / "bin" / f"python{version}", PYTHON.format(version=version, unsuitable=0))
    executable(tmp_path / "bin" / "python3.9", PYTHON.format(version="3.9", unsuitable=1))

    def run(*arguments, **variables):
        (tmp_path / "asked.txt").write_text("", "utf-8")
        done = subprocess.run(  # noqa: S603 - our own command
            [tmp_path / "go", *arguments],
            env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return done, (tmp_path / "asked.txt").read_text("utf-8").splitlines()

    return run


def executable(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def test_the_newest_python_makes_the_environment_and_it_is_made_once(go):
    done, asked = go("test")
    assert done.returncode == 0
    assert "making .venv with Python 3.13.9" in done.stdout
    assert [each for each in asked if "--require-hashes" in each and "requirements/test.txt" in each]
    done, asked = go("test")
    assert "making" not in done.stdout
    assert [each for each in asked if "pip install" in each] == []


def test_what_python_compiles_for_the_suite_is_kept(go, tmp_path):
    go("test", PYTHONDONTWRITEBYTECODE="1")
    assert (tmp_path / "compiled_is_kept.txt").read_text() == "yes\n"


def test_a_changed_requirement_is_installed(go, tmp_path):
    go("test")
    (tmp_path / "requirements" / "run.txt").write_text("another", "utf-8")
    done, _ = go("test")
    assert "making .venv" in done.stdout


def test_the_provider_that_people_sign_in_at_is_installed_once_and_anew_where_it_changes(go, tmp_path):
    told = "installing the OpenID provider"
    assert told in go("test")[0].stdout
    assert told not in go("test")[0].stdout
    (tmp_path / "tests" / "openid" / "package-lock.json").write_text("another", "utf-8")
    assert told in go("test")[0].stdout
    assert told not in go("run")[0].stdout


def test_another_python_and_another_folder_can_be_named(go, tmp_path):
    done, asked = go("test", PYTHON="python3.12", VENV=".venv-3.12")
    assert "making .venv-3.12 with Python 3.12.9" in done.stdout
    assert asked[-1].startswith(".venv-3.12/bin/python -m pytest")
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_too_old_is_not_taken(go):
    done, _ = go("test", PYTHON="python3.9")
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in done.stderr


def test_all_tests_are_one_run_which_measures_nothing(go):
    asked = go("test")[1]
    assert [each for each in asked if "-m pytest" in each] == [EVERYTHING]
    assert go("test", "-k", "scoring")[1][-1] == f"{EVERYTHING} -k scoring"


def test_the_coverage_of_everything_is_measured_when_it_is_asked_for(go):
    asked = go("coverage")[1]
    assert asked[-1] == f"{EVERYTHING} --cov --cov-report=term"
    assert [each for each in asked if "--require-hashes" in each and "requirements/test.txt" in each]
