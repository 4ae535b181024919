"""The package, built once a run from a copy of what git keeps."""

import sys

import pytest

from tests.installation.bare import copy_of_the_repository, installed_from, run
from tests.once import made_once


@pytest.fixture(scope="session")
def build(tmp_path_factory):
    """A folder with `checkout`, a copy of the repository without anything that was made in it, and `dist`.

    In `dist` is the wheel that `pip wheel .` makes, without the network and with remains of an earlier build.
    """

    def make(folder):
        checkout = copy_of_the_repository(folder / "checkout")
        remains = checkout / "build" / "lib" / "survey" / "removed_long_ago.py"
        remains.parent.mkdir(parents=True, exist_ok=True)
        remains.write_text("", "utf-8")
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
        run([*pip, "--no-build-isolation", "--wheel-dir", folder / "dist", "."], cwd=checkout)

    return made_once(tmp_path_factory, "build", make)


@pytest.fixture(scope="session")
def checkout(build):
    return build / "checkout"


@pytest.fixture(scope="session")
def wheel(build):
    (built,) = (build / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel, tmp_path_factory):
    """An environment with the wheel and its pinned requirements, in which the checkout cannot be imported."""

    def make(folder):
        installed_from(wheel, folder / "venv")

    return made_once(tmp_path_factory, "installed", make) / "venv"
