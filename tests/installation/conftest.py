"""The package, built once by each test process from a copy of what git keeps."""

import sys

import pytest

from tests.installation.bare import copy_of_the_repository, installed_from, run


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A copy of the repository without anything that was made in it."""
    return copy_of_the_repository(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="session")
def wheel(checkout, tmp_path_factory):
    """The wheel that `pip wheel .` makes, without the network and with remains of an earlier build."""
    remains = checkout / "build" / "lib" / "survey" / "removed_long_ago.py"
    remains.parent.mkdir(parents=True)
    remains.write_text("", "utf-8")
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    run([*pip, "--wheel-dir", target, "."], cwd=checkout)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel, tmp_path_factory):
    """An environment with the wheel and its pinned requirements, in which the checkout cannot be imported."""
    return installed_from(wheel, tmp_path_factory.mktemp("installed") / "venv")
