"""Machines tell each other by which policy and own questionnaires they run; none is refused for another."""

from dataclasses import replace

import pytest

from reports.disclosure.policy_file import DEFAULT_POLICY
from survey.operations import health, shared_rules, verification
from survey.operations.installation import Installation
from tests.waves import ON_SQLITE

pytestmark = [ON_SQLITE]


@pytest.fixture
def named(settings, tmp_path):
    """Settings with which there may be several machines, and a policy and questionnaires of their own."""
    policy, own = tmp_path / "policy.toml", tmp_path / "own"
    policy.write_text(DEFAULT_POLICY.read_text("utf-8"), "utf-8")
    own.mkdir()
    (own / "notes.toml").write_text("a = 1\n", "utf-8")
    return replace(settings, queue="redis://127.0.0.1:1", policy=policy, instruments=own)


def started(settings):
    """A server that is started: a machine that says how it stands."""
    return Installation.on(settings, awaited=True)


def machines(home):
    return health.check(home, None, 0)["machines"]


@pytest.mark.usefixtures("home")
def test_a_policy_that_is_changed_on_one_machine_is_told_of_the_other_until_it_has_it_too(named):
    first, second = started(named), started(named)
    assert machines(first) == machines(second) == "ok"
    # written otherwise it says the same
    text = named.policy.read_text("utf-8")
    named.policy.write_text(f"# of ours\n{text}", "utf-8")
    assert machines(started(named)) == machines(first) == "ok"
    changed = named.policy.with_name("changed.toml")
    changed.write_text(text.replace("confidence = 0.95", "confidence = 0.9"), "utf-8")
    assert changed.read_text("utf-8") != text
    other = replace(named, policy=changed)
    assert machines(started(other)) == "ok"
    assert machines(first) == "policy-differs"
    assert "policy-differs" in {each.code for each in verification.find_problems(named)}
    assert "policy-differs" not in {each.code for each in verification.find_problems(other)}
    for each in (first, second):
        each.database.close()


@pytest.mark.usefixtures("home")
def test_other_questionnaires_of_ones_own_are_told_and_refuse_nobody(named):
    first = started(named)
    (named.instruments / "notes.toml").write_text("a = 2\n", "utf-8")
    assert machines(started(named)) == "ok"
    assert machines(first) == "questionnaires-differ"


@pytest.mark.usefixtures("home")
def test_a_command_notes_nothing_and_those_that_come_with_the_program_are_not_compared(named):
    first = started(replace(named, policy=None, instruments=None))
    Installation.on(named).database.close()
    assert machines(first) == "ok"
    rules = shared_rules.read(replace(named, policy=None, instruments=None))
    assert rules == first.rules
    assert shared_rules.read(replace(named, queue=None)) == {}
