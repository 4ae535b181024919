import pytest

from reports.disclosure.policy_file import DEFAULT_POLICY
from survey import cli
from tests.policies import STRICT_POLICY

SETTINGS = {
    "KJENNETEGN_DATABASE": "sqlite:////srv/kjennetegn/kjennetegn.db",
    "KJENNETEGN_KEYS": "/srv/keys",
    "KJENNETEGN_SECRET": "0123456789abcdef0123456789abcdef",
}


@pytest.fixture
def run(capsys, monkeypatch):
    for name, text in SETTINGS.items():
        monkeypatch.setenv(name, text)

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main(["policy", *map(str, arguments)])
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return command


def test_the_shipped_policy_is_shown_as_the_file_it_is(run):
    shipped = DEFAULT_POLICY.read_text("utf-8")
    assert run("show") == (0, shipped, "")
    assert run("show", "--shipped") == (0, shipped, "")


def test_the_policy_that_the_installation_names_is_shown(run, monkeypatch):
    monkeypatch.setenv("KJENNETEGN_POLICY", str(STRICT_POLICY))
    assert run("show") == (0, STRICT_POLICY.read_text("utf-8"), "")
    assert run("show", "--shipped")[1] == DEFAULT_POLICY.read_text("utf-8")


def test_a_shown_policy_is_in_order_once_it_is_written_to_a_file(run, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(run("show")[1], "utf-8")
    assert run("check", file) == (0, f"{file} is in order.\n", "")


def test_every_fault_of_a_policy_is_said_and_the_status_is_2(run, tmp_path):
    file = tmp_path / "policy.toml"
    text = DEFAULT_POLICY.read_text("utf-8").replace("units = 3", "units = 0").replace("power = 0.8", "")
    file.write_text(text, "utf-8")
    status, out, err = run("check", file)
    assert (status, out) == (2, "")
    assert "policy-range: comparison_groups.units is 0. Give a whole number from 2 to 1000 (units)." in err
    assert "policy-key-missing: change.power is missing. Copy it from default_policy.toml." in err
