"""The image: every step done in a bare root, and the program run there, in a root that nobody can write."""

import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
import yaml

from survey.settings import Settings
from tests.installation.bare import copy_of_the_repository, run
from tests.installation.image import built, fetched, instructions
from tests.paths import REPOSITORY
from tests.survey.cli.served import free_port, until

DEPLOY = REPOSITORY / "deploy"
COMPOSITION = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
OURS = {name: each for name, each in COMPOSITION["services"].items() if each.get("image") == "kjennetegn"}
# versions of Debian's packages end with every update of security
UNPINNED = "DL3008"
CONTAINERFILE = REPOSITORY / "deploy" / "Containerfile"
SECRET = "0123456789abcdef" * 2


@pytest.fixture
def image(tmp_path_factory):
    if os.getuid():
        pytest.fail("only root can make a root for an image: run this test as root")
    context = copy_of_the_repository(tmp_path_factory.mktemp("context"))
    return built(CONTAINERFILE, context, tmp_path_factory.mktemp("image"))


def settings(stage):
    """What is decided of one that runs alone, on SQLite."""
    given = {"KJENNETEGN_DATABASE": "sqlite:////data/kjennetegn.db", "KJENNETEGN_SECRET": SECRET}
    assert Settings.from_environment({**kept(stage.environment), **given})
    return given


def kept(environment):
    return {name: value for name, value in environment.items() if name.startswith("KJENNETEGN_")}


@pytest.mark.longest
def test_an_image_runs_as_nobody_in_a_root_that_cannot_be_written(image, tmp_path):
    given = settings(image)
    assert image.run(["id", "-u"]) == "10001\n"
    mounts = [line.split() for line in image.run(["cat", "/proc/self/mounts"], sealed=True).splitlines()]
    [options] = [each[3].split(",") for each in mounts if each[1] == "/"][-1:]
    assert "ro" in options
    image.run([*image.entrypoint, "set-up"], sealed=True, **given)
    image.run([*image.entrypoint, "worker", "--once"], sealed=True, **given)
    assert "Everything is in place." in image.run([*image.entrypoint, "verify"], sealed=True, **given)
    printing = "import matplotlib.pyplot, weasyprint; weasyprint.HTML(string='a').write_pdf()"
    assert image.run(["sh", "-c", f'/opt/kjennetegn/bin/python3 -c "{printing}" 2>&1'], sealed=True) == ""
    port = free_port()
    command = [*image.entrypoint, *image.command, "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own words
            image.process(command, sealed=True, **given), stderr=log, start_new_session=True
        )
    try:
        until(lambda: health(port) == 200)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)
    assert (tmp_path / "log").read_bytes() == b""


def health(port):
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", "/health")
            return connection.getresponse().status
    except OSError:
        return 0


def test_an_image_has_the_packages_that_go_installs_and_what_makes_backups():
    [installed] = [each for each in fetched(CONTAINERFILE) if "apt-get install" in each]
    named = set(installed.partition("--no-install-recommends ")[2].split())
    [shown_with] = re.findall(r'(?m)^shown_with="(.*)"$', (REPOSITORY / "go").read_text("utf-8"))
    assert named == {"python3", "postgresql-client", *shown_with.split()}


def test_the_image_and_the_composition_are_in_form():
    tools = Path(sys.executable).parent
    run([tools / "hadolint", "--ignore", UNPINNED, "--failure-threshold", "warning", CONTAINERFILE])
    schema = ["--builtin-schema", "vendor.compose-spec"]
    run([tools / "check-jsonschema", *schema, DEPLOY / "compose.yml"])


def test_every_container_of_ours_is_nobody_in_a_root_that_cannot_be_written():
    assert set(OURS) == {"server-1", "server-2", "worker", "command"}
    for each in OURS.values():
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]
        assert "user" not in each  # that of the image
    assert COMPOSITION["networks"]["inside"]["internal"]
    assert [name for name, each in COMPOSITION["services"].items() if "ports" in each] == ["proxy"]
    assert all("inside" in each["networks"] for each in OURS.values())


def test_no_log_of_a_container_adds_the_time_at_which_somebody_answered():
    """Of people who answer the program notes the date alone; an engine's log adds the time to each line."""
    drivers = {name: each["logging"]["driver"] for name, each in COMPOSITION["services"].items()}
    assert drivers == {**dict.fromkeys(COMPOSITION["services"], "none"), "command": "local"}
    assert all("2>>/data/" in OURS[name]["entrypoint"][2] for name in ("server-1", "server-2", "worker"))


def test_the_composition_gives_the_program_settings_that_there_are_and_that_fit():
    example = (DEPLOY / "compose.env.example").read_text("utf-8")
    named = dict(re.findall(r"(?m)^(\w+)=(.*)$", example))
    given = {**named, "SECRET": SECRET, "DATABASE_PASSWORD": SECRET}
    text = (DEPLOY / "compose.yml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)", text)) == set(named)
    [lines] = [stage for stage in instructions(CONTAINERFILE) if stage[0] == "ENV"]
    variables = dict(each.split("=", 1) for each in lines[1].split())
    for each in OURS.values():
        decided = {
            name: re.sub(r"\$\{(\w+)[^}]*\}", lambda found: given[found[1]], value)
            for name, value in each["environment"].items()
        }
        made = Settings.from_environment({**kept(variables), **decided})
        assert made.public_url == f"https://{named['HOST_NAME']}"
        assert made.queue_place == "redis://queue:6379/0"
