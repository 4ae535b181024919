"""The files by which a project is used by others are right: citation, changelog, hooks, templates, form."""

import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.paths import REPOSITORY, kept_files

# the schema is that of the Citation File Format 1.2.0 by its authors, under CC BY 4.0
CITATION_SCHEMA = Path(__file__).parent / "citation-file-format-1.2.0.json"
BINARY = ("*.png", "*.ttf", "*.icc", "*.pdf")
FREE = ("tests/instruments/definition/faulty/", "reports/pdf/fonts/")  # .editorconfig lets their form be
KINDS_OF_CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def text(name):
    """A file as it is, its ends of lines too."""
    return (REPOSITORY / name).read_bytes().decode("utf-8")


def citation():
    return yaml.safe_load(text("CITATION.cff"))


def version():
    return tomllib.loads(text("pyproject.toml"))["project"]["version"]


def test_the_citation_is_one():
    checker = jsonschema.Draft7Validator(json.loads(CITATION_SCHEMA.read_text("utf-8")))
    assert [error.message for error in checker.iter_errors(citation())] == []
    lacking = {name: value for name, value in citation().items() if name != "authors"}
    assert [error.message for error in checker.iter_errors(lacking)] == ["'authors' is a required property"]


def sections():
    """Heading → text of the changelog's parts, in order."""
    parts = re.split(r"(?m)^## (.*)$", text("CHANGELOG.md"))[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_changelog_begins_with_what_is_not_released_and_has_a_day_for_every_version():
    unreleased, *released = sections()
    assert unreleased == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})", heading) for heading in released]
    assert all(found)
    days = [date.fromisoformat(each[2]) for each in found]
    assert days == sorted(days, reverse=True)


def test_the_changelog_says_of_every_change_which_kind_it_is():
    written = sections()
    assert len(written) > 1
    for content in written.values():
        kinds = re.findall(r"(?m)^### (.*)$", content)
        assert set(kinds) <= KINDS_OF_CHANGES
        assert len(kinds) == len(set(kinds))
        assert [line for line in content.split("###")[0].splitlines() if line.startswith("-")] == []


def test_the_citation_names_the_version_that_was_released_last():
    newest = list(sections())[1]
    assert newest == f"[{citation()['version']}] - {citation()['date-released']}"
    assert version() == citation()["version"]


def test_pre_commit_reads_its_configuration():
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    subprocess.run(command, cwd=REPOSITORY, check=True)  # noqa: S603 - our own command


def test_a_hook_stops_a_commit_without_the_network(tmp_path):
    """With the environment of the suite in place of .venv, and a file that ruff would format otherwise."""
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        (tmp_path / name).write_text(text(name), "utf-8")
    (tmp_path / ".gitignore").write_text(".venv\n", "utf-8")
    (tmp_path / "crooked.py").write_text('"""Crooked."""\n\nLISTED = [1,2]\n', "utf-8")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache")}
    for command in (["git", "init", "--quiet"], ["git", "add", "."]):
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)  # noqa: S603 - our own commands
    hook = [sys.executable, "-m", "pre_commit", "run", "--all-files", "form"]

    def commit():
        options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
        return subprocess.run(hook, check=False, **options)  # noqa: S603 - likewise

    crooked = commit()
    assert crooked.returncode == 1
    assert "crooked.py" in crooked.stdout
    (tmp_path / "crooked.py").write_text('"""Straight."""\n\nLISTED = [1, 2]\n', "utf-8")
    assert commit().returncode == 0


FORMED = [
    name
    for name in kept_files()
    if not name.startswith(FREE) and not any(fnmatch(name, each) for each in BINARY)
]


def test_files_have_the_form_that_editors_are_told():
    assert f"[{{{','.join(f'{each}**' for each in FREE)}}}]" in text(".editorconfig")
    assert len(FORMED) > 500
    read = {name: text(name).encode() for name in FORMED if text(name)}
    assert [name for name, content in read.items() if b"\r" in content] == []
    assert [name for name, content in read.items() if not content.endswith(b"\n")] == []
    assert [name for name, content in read.items() if re.search(rb"[ \t]\n", content)] == []


@pytest.mark.parametrize("name", ["fault", "wish"])
def test_an_issue_form_asks_for_something_under_ids_of_their_own(name):
    form = yaml.safe_load(text(f".github/ISSUE_TEMPLATE/{name}.yml"))
    assert form["name"]
    assert form["description"]
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in asked}) == len(asked) > 1
    assert [part["id"] for part in asked if not part["attributes"]["label"]] == []
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_whoever_files_a_fault_is_led_to_the_private_way():
    assert "SECURITY.md" in text(".github/ISSUE_TEMPLATE/fault.yml")
    promised = text("SECURITY.md")
    for heading in ("## How to report", "## What is protected", "## What is not protected"):
        assert heading in promised
