"""A wave that was opened is opened again, moved, corrected and taken back by commands."""

from datetime import timedelta

import pytest

from survey.store.repositories import access_history, waves
from tests.survey.cli.days import in_days
from tests.waves import BareInstallation, answer, simulated

NEWEST = "learning_community@1.1.0"
LAST, LATER, LATEST = in_days(60), in_days(72), in_days(90)


@pytest.fixture
def wave(run, place):
    return run("wave", "draft", place, "--title", "Vår", "--invited", "8", "--closes", LAST)[1]


def test_a_wave_closed_too_early_is_opened_again_and_moved(run, wave, installation, place):
    run("wave", "open", wave)
    tomorrow = (installation.today + timedelta(1)).isoformat()
    said = run("wave", "close", wave, "--yes")[1]
    assert f"It can be opened again until the end of {tomorrow}: kjennetegn wave reopen {wave}" in said
    assert run("wave", "reopen", wave) == (0, f"{wave} is open until {LAST}.", "")
    assert "opened again until" not in run("wave", "close", wave, "--yes")[1]
    assert "reopening-again" in run("wave", "reopen", wave)[2]
    acts = access_history.acts_on_unit(installation.database, [place])
    assert [each.kind for each in acts] == [
        "wave-closed",
        "wave-reopened",
        "wave-closed",
        "wave-opened",
        "wave-drafted",
        "unit-added",
    ]


def test_sealing_says_that_a_wave_could_still_be_opened_again(run, wave, installation):
    run("wave", "open", wave)
    home = BareInstallation(installation.database, installation.keys)
    answer(home, waves.by_key(home.database, wave), simulated(6, of=NEWEST), installation.today)
    run("wave", "close", wave, "--yes")
    assert "it could still be opened again instead." in run("wave", "seal", wave, "--yes")[1]


def test_a_last_day_is_moved_later_only(run, wave, installation):
    run("wave", "open", wave)
    assert run("wave", "prolong", wave, LATER) == (0, f"{wave} is open until {LATER}.", "")
    assert run("wave", "status", wave)[1].endswith("\t12 days longer than first planned")
    assert "last-day-earlier" in run("wave", "prolong", wave, LAST)[2]
    assert run("wave", "reopen", wave, "--closes", LATEST)[0] == 2
    run("wave", "close", wave, "--yes")
    assert run("wave", "reopen", wave, "--closes", LATEST)[1] == f"{wave} is open until {LATEST}."
    assert waves.by_key(installation.database, wave).days_longer == 30


def test_a_title_and_the_number_invited_are_put_right(run, wave, installation):
    assert "wave-state" in run("wave", "correct", wave, "--title", "Høst")[2]
    run("wave", "open", wave)
    assert run("wave", "correct", wave, "--title", "Høst") == (0, "Høst: 8 are invited.", "")
    assert run("wave", "correct", wave, "--invited", "9")[0] == 1
    assert waves.by_key(installation.database, wave).invited == 8
    assert run("wave", "correct", wave, "--invited", "9", "--yes") == (0, "Høst: 9 are invited.", "")
    for wrong, code in ((("--invited", "8"), "invited-fewer"), (("--title", "x" * 101), "title-length")):
        assert code in run("wave", "correct", wave, *wrong)[2]
    assert waves.by_key(installation.database, wave).planned_invited == 8


@pytest.mark.parametrize("asked", [(), ("--invited", str(10**20))])
def test_what_corrects_nothing_or_more_than_there_can_be_is_refused(run, wave, installation, place, asked):
    run("wave", "open", wave)
    status, _, said = run("wave", "correct", wave, *asked)
    assert (status, "--invited" in said) == (2, True)
    assert access_history.acts_on_unit(installation.database, [place])[0].kind == "wave-opened"


def test_a_wave_opened_ahead_says_when_it_begins_and_is_taken_back(run, place):
    plan = ("--title", "Vår", "--invited", "8", "--opens", in_days(30), "--closes", LAST)
    ahead = run("wave", "draft", place, *plan)[1]
    run("wave", "open", ahead)
    assert run("wave", "status", ahead)[1].endswith(f"\topens on {in_days(30)}")
    assert run("wave", "take-back", ahead) == (0, f"{ahead} is draft.", "")
    run("wave", "open", ahead)
    assert run("wave", "take-back", ahead)[0] == 0


def test_a_wave_that_has_begun_is_not_taken_back(run, wave):
    run("wave", "open", wave)
    assert "wave-begun" in run("wave", "take-back", wave)[2]
