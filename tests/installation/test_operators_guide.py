"""docs/operators.md is followed to the letter on SQLite and on PostgreSQL, docs/upgrading.md on SQLite.

On PostgreSQL the program lies there already: how it is installed and upgraded is walked on SQLite. There too
the services and the nightly backup are run from their units, which are the same for both databases. That a
unit gives its program the settings of the commands is asked on both. Servers and workers on PostgreSQL are
run by tests/survey/operations/test_machines.py.

Changed are only the lines that the document gives its reader to change; left out are only the blocks that it
says are for root, and what those ask for is compared with what `./go` installs.
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyotp
import pytest

from deploy.server import Block, assigned, blocks, with_values
from survey.accounts import recovery_codes
from survey.operations import marks
from survey.web.platform.cookies import _STAFF_PATHS
from tests.installation.bare import (
    clean_environment,
    copy_of_the_repository,
    link_requirements,
    run,
    site_packages,
)
from tests.installation.guide import Terminal, service, started_by
from tests.installation.remote import STARTING_SECONDS, free_port, serving
from tests.paths import REPOSITORY
from tests.postgres import binaries
from tests.waves import ON_NO_TABLES

GUIDE = REPOSITORY / "docs" / "operators.md"
UPGRADING = REPOSITORY / "docs" / "upgrading.md"
MADE_BY = {"sqlite": b"SQLite format 3", "postgresql": b"PGDMP"}
INSTALLS = re.compile(r"-m venv|bin/pip")
UNITS = Block("", "kjennetegn unit list")
PASSWORD = "en lang setning for driften"


def of_the_reader(document, engine_name):
    """The blocks that somebody types who is not root, for one of the two databases."""
    other = {"sqlite": "PostgreSQL", "postgresql": "SQLite"}[engine_name]
    typed = [each for each in blocks(document) if "as root" not in each.title and other not in each.title]
    return [each for each in typed if engine_name == "sqlite" or not INSTALLS.search(each.text)]


@pytest.fixture
def values(request, tmp_path, engine_name, database_url, tmp_path_factory):
    """What this reader writes into the block of places."""
    folder = tmp_path / "server"
    port = free_port()
    database, program = "sqlite:///$data/kjennetegn.db", folder / "opt"
    if engine_name == "postgresql":
        database = f"'{database_url.replace('+psycopg', '')}'"
        program = request.getfixturevalue("environment")
    return {
        "source": copy_of_the_repository(tmp_path_factory.mktemp("source")),
        "program": program,
        "settings": folder / "settings.env",
        "data": folder / "data",
        "keys": folder / "keys",
        "backups": folder / "backups",
        "keycopies": folder / "keycopies",
        "database": database,
        "address": f"http://localhost:{port}",
        "port": port,
    }


@pytest.fixture
def terminal(tmp_path):
    """A terminal of somebody whose machine has Python and PostgreSQL's client, and no network."""
    path = f"{Path(sys.executable).parent}:{binaries()}:/usr/bin:/bin"
    return Terminal(tmp_path, clean_environment(PATH=path, PIP_NO_INDEX="1"))


@pytest.mark.longest
@ON_NO_TABLES
def test_from_a_bare_machine_to_a_backup_and_a_newer_version(terminal, values, engine_name):
    wanted = of_the_reader(GUIDE, engine_name)
    printed = walk(terminal, [each for each in wanted if not each.title.startswith("bring back")], values)
    assert "Everything is in place." in printed["kjennetegn verify"]
    assert "learning_community@1.1.0" in printed["kjennetegn instrument list"]
    links = re.findall(r"http\S+", printed["kjennetegn account link"])
    assert len(links) == 2
    assert [log_of(values, name) for name in ("serve", "worker")] == [
        f"{values['data']}/serve.log",
        f"{values['data']}/worker.log",
    ]
    # made by the program's user, before any service writes to them
    assert all((values["data"] / f"{name}.log").exists() for name in ("serve", "worker"))
    assert_units_run_by_the_settings_of_commands(terminal, values)
    (backup,) = values["backups"].iterdir()
    assert {each.name for each in backup.iterdir()} == {"database", "manifest.json"}
    assert (backup / "database").read_bytes().startswith(MADE_BY[engine_name])
    assert {each.stat().st_mode & 0o077 for each in (backup, *backup.iterdir())} == {0}
    assert {each.name for each in values["keycopies"].iterdir()} == {"codes.key", "copy-of.json"}
    if engine_name == "sqlite":
        look_at_the_pages(values, links[0])
        work_until_told_to_stop(values)
        back_up_at_night(values)
    bring_back(terminal, [each for each in wanted if each.title.startswith("bring back")], values)
    # tables of an earlier version are brought up on both databases by tests/survey/store/test_migrating.py
    if engine_name == "sqlite":
        upgrade(terminal, values)


@pytest.mark.parametrize("document", [GUIDE, UPGRADING], ids=["operators", "upgrading"])
def test_what_only_root_types_is_a_script_of_known_places(document):
    known = set(assigned(next(each for each in blocks(GUIDE) if each.title == "choose")))
    typed_by_root = [each for each in blocks(document) if "as root" in each.title]
    assert len(typed_by_root) >= 2
    for block in typed_by_root:
        subprocess.run(["/bin/sh", "-n", "-c", block.text], check=True)  # noqa: S603 - reads it and does nothing
        assert set(re.findall(r"\$(\w+)", block.text)) <= known


def test_the_packages_of_the_system_are_those_that_go_installs():
    asked = " ".join(each.text for each in blocks(GUIDE) if each.title == "as root")
    named = set(re.search(r"install --yes --no-install-recommends (.*)", asked)[1].split())
    [shown_with] = re.findall(r'(?m)^shown_with="(.*)"$', (REPOSITORY / "go").read_text("utf-8"))
    assert named == {"python3", "python3-venv", *shown_with.split()}


def test_the_reader_may_change_places_and_nothing_else():
    [places] = [each for each in blocks(GUIDE) if each.title == "choose"]
    assert len(assigned(places)) == len(places.text.splitlines())
    later = "".join(each.text for each in blocks(GUIDE) + blocks(UPGRADING) if each is not places)
    assert set(assigned(places)) - set(re.findall(r"\$(\w+)", later)) == set()


def test_an_upgrade_installs_by_the_lines_of_the_first_installation():
    def lines(document):
        text = "\n".join(each.text for each in blocks(document))
        return [line.replace("--force-reinstall ", "") for line in text.splitlines() if "bin/pip" in line]

    assert lines(UPGRADING) == lines(GUIDE)
    assert len(lines(GUIDE)) == 3


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_the_way_back_is_typed_as_any_backup_is_brought_back(database):
    [back] = [each.text for each in blocks(UPGRADING) if each.title == f"go back, on {database}"]
    [bring] = [each.text for each in blocks(GUIDE) if each.title == f"bring back, on {database}"]
    assert back.lstrip().replace("newer", "broken").replace("before-upgrade", "$(date +%Y-%m-%d)") == bring


def test_an_upgrade_makes_its_backup_as_on_any_other_day():
    typed = [block.text for block in blocks(UPGRADING) if "as root" not in block.title]
    assert typed[0].lstrip().replace("before-upgrade", "$(date +%Y-%m-%d)") in {
        each.text for each in blocks(GUIDE)
    }


def test_the_log_in_front_is_kept_of_the_staffs_pages_alone():
    [sentence] = re.findall(r"Whoever needs a log.*?there\.", GUIDE.read_text("utf-8"), re.DOTALL)
    # an employees' representative hands in a key sheet without an account
    of_accounts = tuple(path for path in _STAFF_PATHS if path != "/sheet")
    assert tuple(re.findall(r"`(.*?)`", sentence)) == of_accounts


def walk(terminal, wanted, values):
    """Type every block; what each printed, by the commands of the program in it."""
    printed = {}
    for block in wanted:
        chosen = with_values(block, values) if block.title == "choose" else block
        said = terminal.type(chosen)
        if "-m venv" in block.text:
            # what `pip install` would fetch is laid there: the suite has no network
            link_requirements(site_packages(values["program"]))
        typed = re.sub(r"<<END\n.*?^END$", "", block.text, flags=re.DOTALL | re.MULTILINE)
        for command in re.findall(r"kjennetegn (?:unit|account|instrument) \w+|kjennetegn \w+", typed):
            printed[command] = said
    return printed


def assert_units_run_by_the_settings_of_commands(terminal, values):
    """Of the file of settings systemd makes what the shell makes of it, an address with its quotes too."""
    units = [service(values["data"] / f"kjennetegn-{name}.service") for name in ("serve", "worker")]
    for command, settings in units:
        assert command[:1] == [f"{values['program']}/bin/kjennetegn"]
        assert set(settings) >= {"KJENNETEGN_DATABASE", "KJENNETEGN_KEYS", "KJENNETEGN_SECRET"}
        assert settings == {name: terminal.value(name) for name in settings}


def look_at_the_pages(values, link):
    """Start what the service starts, sign in as the operator for the first time, and see how it stands."""
    command, settings = service(values["data"] / "kjennetegn-serve.service")
    with serving(command, values["port"], clean_environment(**settings)) as browser:
        assert link.startswith(browser.address)
        browser.get(link.removeprefix(browser.address))
        browser.submit({"new": PASSWORD, "again": PASSWORD})
        browser.submit({"email": "operator@example.org", "password": PASSWORD})
        assert browser.path == "/account/factors"
        key = browser.get("/account/code-app").page.first("main p.address").text.replace(" ", "")
        browser.submit({"code": pyotp.TOTP(key).now()}, press="/account/code-app")
        assert len(browser.page.select("ol.codes li")) == recovery_codes.CODES
        assert browser.get("/operator/").path == "/operator/"
        assert browser.get("/privacy").reply.status_code == 200


def work_until_told_to_stop(values):
    """Start what the other service starts; after a round it ends by itself when systemd stops it."""
    command, settings = service(values["data"] / "kjennetegn-worker.service")
    mark = Path(settings["KJENNETEGN_FILES"]) / marks.ROUND
    mark.unlink()
    with subprocess.Popen(command, cwd="/", env=clean_environment(**settings)) as worker:  # noqa: S603 - our own command
        until = time.monotonic() + STARTING_SECONDS
        while not mark.exists() and time.monotonic() < until:
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert mark.exists()


def back_up_at_night(values):
    """Do what the timer does, with a backup that is too old; systemd finds nothing wrong in any unit."""
    units = sorted(values["data"].glob("kjennetegn-*"))
    assert [each.name.removeprefix("kjennetegn-") for each in units] == [
        "backup.service",
        "backup.timer",
        "serve.service",
        "serve.socket",
        "worker.service",
    ]
    run(["systemd-analyze", "verify", "--man=no", *units])
    _, settings = service(values["data"] / "kjennetegn-serve.service")
    old = values["backups"] / "nightly-2020-01-01"
    old.mkdir()
    os.utime(old, (0, 0))
    environment = clean_environment(PATH=f"{binaries()}:/usr/bin:/bin", **settings)
    said = [run(each, env=environment).stdout for each in started_by(units[0])]
    assert "Everything is in place." in said[-1]
    kept = {each.name for each in values["backups"].iterdir() if each.name.startswith("nightly-")}
    assert len(kept) == 1
    assert kept != {old.name}


def log_of(values, name):
    """Where a service writes its log: a file, for the journal adds a time to every line."""
    unit = (values["data"] / f"kjennetegn-{name}.service").read_text("utf-8")
    return re.search(r"(?m)^StandardError=append:(.*)$", unit)[1]


def bring_back(terminal, wanted, values):
    """What was changed after the backup is gone once it is brought back; what was there before is there."""
    added = terminal.type(Block("", "kjennetegn unit add 'For sent' --kind municipality")).strip()
    assert added
    walk(terminal, wanted, values)
    listed = terminal.type(UNITS)
    assert added not in listed
    assert "For sent" not in listed
    assert "Solvang skole" in listed


def upgrade(terminal, values):
    """Install a version that has another number, and bring the tables up, as the second document says."""
    project = values["source"] / "pyproject.toml"
    changed = re.sub(r'(?m)^version = ".*"', 'version = "999.0.0"', project.read_text("utf-8"), count=1)
    project.write_text(changed, "utf-8")
    wanted = of_the_reader(UPGRADING, "sqlite")
    printed = walk(terminal, [each for each in wanted if not each.title.startswith("go back")], values)
    assert "Everything is in place." in printed["kjennetegn verify"]
    assert "999.0.0" in run([values["program"] / "bin/kjennetegn", "--version"]).stdout
    # the way back: the old version is installed as the new one was
    bring_back(terminal, [each for each in wanted if each.title.startswith("go back")], values)
