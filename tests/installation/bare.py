"""Builds the package as it is kept, and installs it where nothing of the checkout can be seen."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.paths import REPOSITORY, kept_files


def copy_of_the_repository(target):
    """A folder with what git keeps and nothing else: what somebody who clones it has."""
    for name in kept_files():
        copied = target / name
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes((REPOSITORY / name).read_bytes())
        copied.chmod((REPOSITORY / name).stat().st_mode)
    return target


def content(archive):
    """The names of the files in a wheel, without the metadata."""
    return {name for name in zipfile.ZipFile(archive).namelist() if ".dist-info/" not in name}


def run(command, *, status=0, **options):
    """A command that has ended, with this exit status."""
    options = {"cwd": "/", "timeout": 180, **options}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **options)  # noqa: S603 - our own commands
    assert done.returncode == status, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def clean_environment(**variables):
    """The environment of a person on a server: nothing of the suite's, and these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": "/nonexistent", **variables}


def runtime_distributions():
    """What requirements/run.txt pins for this machine, as it is installed here."""
    for line in (REPOSITORY / "requirements" / "run.txt").read_text("utf-8").splitlines():
        if "==" not in line:
            continue
        required = Requirement(line.rstrip("\\ "))
        if required.marker is None or required.marker.evaluate():
            yield distribution(required.name)


def link_requirements(site_packages):
    """Put the pinned requirements, and no other package of the suite, into an environment."""
    for each in runtime_distributions():
        for older in site_packages.glob(f"{each.name.replace('-', '_')}-*.dist-info"):
            shutil.rmtree(older)  # a new environment may have an older setuptools of its own
        for name in sorted({file.parts[0] for file in each.files} - {"..", "__pycache__"}):
            link = site_packages / name
            if link.is_dir() and not link.is_symlink():
                shutil.rmtree(link)
            if not link.is_symlink():
                link.unlink(missing_ok=True)
                link.symlink_to(each.locate_file(name))


def site_packages(environment):
    """Where an environment keeps its packages."""
    return next((Path(environment) / "lib").glob("python3*/site-packages"))


def installed_from(wheel, environment):
    """A new environment with the wheel and its requirements; the environment's folder."""
    run([sys.executable, "-m", "venv", "--without-pip", environment])
    link_requirements(site_packages(environment))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", environment / "bin/python"]
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", wheel])
    return environment
