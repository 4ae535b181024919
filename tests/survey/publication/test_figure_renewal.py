"""Stored figures are renewed by other rules in batches, and no page shows any of the rules before."""

from dataclasses import replace

import pytest

from instruments.problems import Damaged
from reports.disclosure import SUPPRESSED, Audience, release, release_means
from reports.disclosure.released_text import total_text
from survey import job_files
from survey.background import maintenance
from survey.collection import retention
from survey.operations import marks, shared_rules
from survey.operations.installation import Installation
from survey.publication import figure_renewal, round_figures, round_release, rounds
from survey.publication.rounds import Round
from survey.store.repositories import released_figures, releases, sealed, units
from tests.log_lines import log_lines
from tests.policies import POLICY
from tests.waves import REFERENCE, TODAY, on_sqlite_alone, simulated
from tests.waves import sealed as sealed_wave

__all__ = ["on_sqlite_alone"]
SPRING = Round("2026-1", "skole", REFERENCE)
SIZES = {"Alm": 24, "Bjerk": 21, "Eik": 20, "Gran": 16, "Hegg": 12}
# of fewer than twenty-one an owner is shown nothing
_OWNER = replace(POLICY.thresholds[Audience.OWNER], mean=21, interval=21, shares=21, histogram=21, item=21)
STRICT = replace(POLICY, thresholds={**POLICY.thresholds, Audience.OWNER: _OWNER})


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, POLICY)


@pytest.fixture
def town(home):
    found = units.add(home.database, "Fjordby", "municipality", None, None)
    for name, n in SIZES.items():
        units.add(home.database, name, "workplace", "skole", found.key)
        sealed_wave(home, simulated(n, seed=n), unit=name, invited=40)
    round_release.release_round(home.database, found.key, SPRING, POLICY, TODAY)
    return found


@pytest.fixture
def page(home, town, monkeypatch):
    """What a page of a process that has just begun shows of the round, by some rules."""

    def shown(policy):
        monkeypatch.setattr(round_figures, "_last_rounds", round_figures._LastRounds())
        found = rounds.round_status(home.database, town.key, SPRING)
        figures = round_figures.of_round(found, policy)
        means = {wave.unit_name: figures.units[wave.unit_key] for wave in found.units}
        return total_text(figures.total), {name: repr(each) for name, each in means.items()}

    return shown


@pytest.fixture
def gate(home, town):
    """What the gate gives of the same, from the sealed statistics."""

    def given(policy):
        found, ledger = rounds.round_status(home.database, town.key, SPRING), releases.present(home.database)
        total = release(found.below.total(SPRING), Audience.OWNER, policy, ledger)
        own = {
            wave.unit_name: release_means(sealed.of_wave(home.database, wave), Audience.OWNER, policy, ledger)
            for wave in found.units
        }
        return total_text(total), {name: repr(each) for name, each in own.items()}

    return given


def left(home, policy=STRICT):
    return released_figures.count_outdated(home.database, policy)


@pytest.mark.usefixtures("town")
def test_at_no_moment_does_a_page_show_what_stricter_rules_withhold(home, page, gate, monkeypatch):
    before, strict = page(POLICY), gate(STRICT)
    hidden = [name for name, means in strict[1].items() if means == repr(SUPPRESSED)]
    assert hidden == ["Eik", "Gran", "Hegg"]
    assert all(before[1][name] != repr(SUPPRESSED) for name in hidden[:2])
    assert page(STRICT) == strict
    monkeypatch.setattr(figure_renewal, "_AT_ONCE", 2)
    batches = list(figure_renewal.batches(home.database, STRICT))
    # the total of all five is a batch of its own
    assert sorted(map(len, batches)) == [1, 1, 2, 2]
    stored = []

    def killed(*given, original=released_figures.renew):
        if len(stored) == 2:
            raise KeyboardInterrupt
        original(*given)
        stored.append(left(home))

    monkeypatch.setattr(released_figures, "renew", killed)
    for batch in batches[:2]:
        figure_renewal.renew(home.database, batch, STRICT)
        assert page(STRICT) == strict
    with pytest.raises(KeyboardInterrupt):
        figure_renewal.renew(home.database, batches[2], STRICT)
    monkeypatch.undo()
    assert 0 < left(home) == stored[-1] < stored[0] < len(SIZES) + 1
    assert (page(STRICT), page(POLICY)) == (strict, before)
    for batch in figure_renewal.batches(home.database, STRICT):
        figure_renewal.renew(home.database, batch, STRICT)
    assert left(home) == 0
    assert (page(STRICT), page(POLICY)) == (strict, before)


@pytest.mark.usefixtures("town")
def test_a_worker_renews_what_pages_then_read_and_tells_how_far_it_is(
    installation, page, gate, monkeypatch, capsys
):
    total, own = gate(STRICT)
    monkeypatch.setattr(figure_renewal, "_AT_ONCE", 2)
    changed = replace(installation, policy=STRICT)
    maintenance.run(changed, TODAY, 0)
    told = [line for line in log_lines(capsys.readouterr().err) if line["event"] == "figures-renewed"]
    assert [line.get("left", 0) for line in told] == [4, 2, 1, 0]
    assert sum(line["groups"] for line in told) == len(SIZES) + 1
    monkeypatch.setattr(sealed, "of_waves", lambda *_: pytest.fail("statistics were read"))
    assert page(STRICT) == (total, own)
    # once: the next round has nothing to compute
    maintenance.run(changed, TODAY, 0)
    assert "figures-renewed" not in capsys.readouterr().err


@pytest.mark.usefixtures("town")
def test_what_takes_long_goes_on_in_the_next_round_and_the_operator_is_told_what_is_left(
    home, installation, monkeypatch
):
    changed = replace(installation, policy=STRICT)
    monkeypatch.setattr(maintenance, "_RENEWING_SECONDS", 0.0)
    maintenance.run(changed, TODAY, 0)
    noted = marks.read(job_files.at(installation.settings), marks.ROUND)
    assert noted.found["figures_left"] == left(home) == len(SIZES) + 1


@pytest.mark.usefixtures("town")
def test_a_worker_with_a_policy_that_another_machine_has_replaced_renews_nothing(home, installation):
    changed = replace(installation, policy=STRICT, rules={shared_rules.POLICY: bytes(32)})
    shared_rules.note({shared_rules.POLICY: b"\1" * 32}, home.database)
    maintenance.run(changed, TODAY, 0)
    assert left(home) == len(SIZES) + 1
    shared_rules.note(changed.rules, home.database)
    maintenance.run(changed, TODAY, 0)
    assert left(home) == 0


@pytest.mark.usefixtures("town")
def test_an_altered_unit_keeps_no_other_from_being_renewed(home):
    with home.database.writing() as connection:
        first = "(SELECT min(wave_id) FROM sealed_wave)"
        connection.exec_driver_sql(f"UPDATE sealed_wave SET digest = zeroblob(32) WHERE wave_id = {first}")  # noqa: S608
    [batch] = figure_renewal.batches(home.database, STRICT)
    with pytest.raises(Damaged) as refused:
        figure_renewal.renew(home.database, batch, STRICT)
    # it, and the total that it is in
    assert len(refused.value.problems) == left(home) == 2


def test_what_is_removed_meanwhile_is_not_stored_again(home, town, monkeypatch):
    found = rounds.round_status(home.database, town.key, SPRING)
    [batch] = figure_renewal.batches(home.database, STRICT)
    shown = released_figures.shown

    def removed(*given):
        if not rounds.round_status(home.database, town.key, SPRING).withdrawn:
            retention.end(home.database, home.keys, found.units[0])
        return shown(*given)

    monkeypatch.setattr(released_figures, "shown", removed)
    figure_renewal.renew(home.database, batch, STRICT)
    with home.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM released_figures").scalar_one()
    assert (rows, left(home)) == (len(SIZES) - 1, 0)
