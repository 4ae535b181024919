"""What is shipped for cron and logrotate does what it says, and names what there is."""

import re
import subprocess

from deploy.server import assigned, blocks
from survey import cli
from tests.installation.bare import run
from tests.paths import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
GUIDE = REPOSITORY / "docs" / "operators.md"
LINE = re.compile(r"(?:[\d*]+ ){5}kjennetegn (.*)")


def places():
    """The places of step 1 of the guide, each written out."""
    [first] = [each for each in blocks(GUIDE) if each.title == "choose"]
    return assigned(first)


def test_cron_runs_commands_that_there_are_in_the_places_of_the_guide():
    lines = (DEPLOY / "cron").read_text("utf-8").splitlines()
    commands = [LINE.fullmatch(each) for each in lines if not re.match(r"#|\w+=", each)]
    assert len(commands) == 4
    assert all(commands)
    text = "\n".join(each[1].replace(r"\%", "%") for each in commands)
    assert not re.search(r"(?<!\\)%", "".join(each[1] for each in commands))  # a line feed, to cron
    subprocess.run(["/bin/sh", "-n", "-c", text], check=True)  # noqa: S603 - reads it and does nothing
    used = re.findall(rf"{places()['program']}/bin/kjennetegn (\S+)", text)
    assert used == ["worker", "backup", "verify"]
    assert set(used) <= cli._FAMILIES.keys()
    known = {name: place for name, place in places().items() if place.startswith("/")}
    for path in re.findall(r"/(?:opt|etc|var)/[\w./-]+", text):
        assert path.startswith(tuple(known.values())), path


def test_logrotate_keeps_a_year_of_logs_while_the_services_write(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    text = (DEPLOY / "logrotate").read_text("utf-8")
    assert text.count(places()["data"]) == 2
    text = text.replace(places()["data"], str(data)).replace("    su kjennetegn kjennetegn\n", "")
    (tmp_path / "rules").write_text(text, "utf-8")
    with (data / "serve.log").open("a") as log:  # as systemd opens it
        for month in range(15):
            log.write(f"month {month}\n")
            log.flush()
            command = ["logrotate", "--force", "--state", tmp_path / "state", tmp_path / "rules"]
            run(command, env={"PATH": "/usr/sbin:/usr/bin:/bin"})
    assert (data / "serve.log").read_text() == ""
    kept = {each.name: each.read_text() for each in data.glob("serve.log.*")}
    assert kept == {f"serve.log.{number}": f"month {15 - number}\n" for number in range(1, 13)}
