"""Runs what is run before every commit, each of it once for all processes of a run."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.once import made_once
from tests.paths import REPOSITORY

HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]


def run_hook(tmp_path_factory, name):
    """What the hook of this name ends with, and what it says."""
    [hook] = [each for each in HOOKS if each["id"] == name]
    tool, *arguments = hook["entry"].split()

    def run(folder):
        command = [Path(sys.executable).with_name(Path(tool).name), *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
        (folder / "done.json").write_text(json.dumps([done.returncode, done.stdout + done.stderr]), "utf-8")

    folder = made_once(tmp_path_factory, f"hook-{name}", run)
    return json.loads((folder / "done.json").read_text("utf-8"))
