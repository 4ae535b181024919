"""`./go server` types the commands of the guide, each as the user it says, and goes on after a fault."""

import os
import subprocess
import sys

import pytest

from deploy import server
from deploy.server import Block, Terminals, blocks, first_account, wanted
from tests.paths import REPOSITORY

ADDRESS, OPERATOR = "https://skjema.fjordby.kommune.no", "drift@fjordby.kommune.no"


def texts(database="sqlite", web_server="Caddy"):
    return [each.text for each in wanted(ADDRESS, database, web_server)]


def test_what_is_typed_is_every_block_of_the_steps_that_this_server_needs():
    left_out = {each.title for each in blocks(server.GUIDE) if each.text not in texts() and each.step}
    assert left_out == {
        "choose",  # whose values are this server's
        "as root, for PostgreSQL",
        "",  # the units and people of step 7
        "as root, with nginx",
        "bring back, on SQLite",
        "bring back, on PostgreSQL",
    }
    assert [each.step for each in wanted(ADDRESS, "sqlite", "Caddy")] == sorted(
        each.step for each in wanted(ADDRESS, "sqlite", "Caddy")
    )
    assert "createdb --owner kjennetegn kjennetegn" in "".join(texts("postgresql"))
    assert "caddy" not in "".join(texts(web_server="none"))


def test_the_places_are_those_of_the_guide_and_the_rest_is_this_servers():
    chosen = server.assigned(next(iter(wanted(ADDRESS, "postgresql", "Caddy"))))
    assert chosen["address"] == ADDRESS
    assert chosen["source"] == str(REPOSITORY)
    assert chosen["database"] in server.GUIDE.read_text("utf-8")
    assert chosen["data"] == "/var/lib/kjennetegn"
    with pytest.raises(KeyError, match="prot"):
        server.with_values(Block("choose", "port=8000\n"), {"prot": 1})


def test_root_types_what_is_for_root_and_the_programs_user_the_rest():
    by = {each.text.split("\n", 1)[0]: each.is_for_root for each in wanted(ADDRESS, "sqlite", "Caddy")}
    assert by["umask 077"]
    assert not by["kjennetegn set-up"]
    typed_by_the_program = [each.text for each in wanted(ADDRESS, "sqlite", "Caddy") if not each.is_for_root]
    assert [each for each in typed_by_the_program if "systemctl" in each or "apt-get" in each] == []


def test_the_first_account_is_an_operators_and_its_address_is_quoted():
    text = first_account("o'brien@example.org").text
    assert "account add 'o'\"'\"'brien@example.org' --role operator --password-stdin" in text
    assert text.splitlines()[-1].startswith("kjennetegn account link ")
    assert "leader@" not in text
    subprocess.run(["/bin/sh", "-n", "-c", text], check=True)  # noqa: S603 - reads it and does nothing


def test_a_shell_knows_what_was_typed_before_and_a_fault_stops_it(tmp_path, monkeypatch):
    if os.getuid():
        pytest.fail("only root can type as another user: run this test as root")
    monkeypatch.setattr(server, "_PROGRAM", "root")
    terminals = Terminals(tmp_path)
    terminals.type(Block("choose", "place=/usr\nname='æ b'\n", 1))
    terminals.type(Block("", 'cd "$place"\nmore=1\n', 3))
    terminals.type(Block("", f'printf "%s %s %s" "$PWD" "$name" "$more" >{tmp_path}/said', 5))
    assert (tmp_path / "said").read_text("utf-8") == "/usr æ b 1"
    with pytest.raises(subprocess.CalledProcessError):
        terminals.type(Block("", f"false\ntouch {tmp_path}/later", 5))
    assert not (tmp_path / "later").exists()


def run(*arguments):
    command = [sys.executable, REPOSITORY / "deploy" / "server.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://a.example.org", OPERATOR], "is not like https://survey.example.org"),
        (["https://a.example.org/b", OPERATOR], "is not like https://survey.example.org"),
        (["https://a.example.org;reboot", OPERATOR], "is not like https://survey.example.org"),
        ([ADDRESS, "nobody"], "nobody is no e-mail address"),
        ([ADDRESS], "operator"),
    ],
)
def test_bad_input_is_refused_before_anything_is_done(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_commands_can_be_read_first():
    done = run(ADDRESS, OPERATOR, "--show")
    assert done.returncode == 0
    assert all(each in done.stdout for each in texts())
    assert "# step 6, as kjennetegn\nkjennetegn set-up" in done.stdout


def test_after_a_fault_the_command_says_how_to_go_on(monkeypatch, capsys):
    typed, texts_of = [], []

    def typing(_, block):
        typed.append(block.step)
        texts_of.append(block.text)
        if block.step == 8:
            raise subprocess.CalledProcessError(1, "sh")

    monkeypatch.setattr(Terminals, "type", typing)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    again = f"./go server {ADDRESS} {OPERATOR} --database postgresql --web-server Caddy --from 8"
    with pytest.raises(SystemExit, match=again):
        server.main([ADDRESS, OPERATOR, "--database", "postgresql", "--from", "2"])
    assert "step 8: start the server and the worker" in capsys.readouterr().out
    typed.clear()
    with pytest.raises(SystemExit):
        server.main([ADDRESS, OPERATOR, "--from", "8"])
    assert typed == [1, 6, 8]  # the places, the settings, and where it stopped
    server.main([ADDRESS, OPERATOR, "--from", "9"])
    assert "account link" in texts_of[-1]
    assert "The link above chooses the operator's password." in capsys.readouterr().out
