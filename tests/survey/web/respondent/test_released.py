"""The privacy account: everything released of a workplace outside it, the same for everybody with a slip."""

import pytest

from survey.collection import admission, code_issuing, lifecycle, submission
from survey.operations import log
from survey.publication import round_release, rounds
from survey.store import actor
from survey.store.repositories import accounts, released_outside, releases, units, waves
from tests.pages import Browser
from tests.roles import LONG_AGO, grant_role
from tests.waves import ON_SQLITE, TODAY, answer, opened, seal, sealed, simulated

pytestmark = ON_SQLITE


@pytest.fixture
def town(home):
    """Return the key of a town with a workplace, Asken, that had a survey in the half-year before."""
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Asken", "workplace", "skole", top.key)
    return top.key


@pytest.fixture
def reading(app, home, public_url):
    """Returns what the page says to the holder of a new slip, who may have used it."""

    def read(wave, *, used=False):
        if used:
            [held] = answer(home, wave, simulated(1, seed=7))
            assert held
        [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
        browser = Browser(app, public_url)
        browser.get(f"/c/{code}?language=en")
        return browser.get("/answer/released")

    return read


def before(home, people=24):
    return sealed(home, simulated(people), unit="Asken", invited=40, opens_on=TODAY, closes_on=TODAY)


def release(home, town):
    with actor.acting(log.WORKER, TODAY):
        for each in rounds.round_statuses(home.database, town):
            round_release.release_round(home.database, town, each.round, home.policy, TODAY)


def text(browser):
    return " ".join(browser.page.first("main").text.split())


def test_nothing_yet_is_said_plainly(home, town, reading):
    before(home)
    assert "Nothing yet: no figure of this workplace has been released" in text(
        reading(opened(home, "Asken"))
    )
    assert town


def test_it_tells_what_was_released_when_by_which_rules_and_to_whom(home, town, reading):
    wave = before(home)
    release(home, town)
    [found], _ = released_outside.of_unit(home.database, wave.unit_key)
    wave_now = opened(home, "Asken", title="Høst")
    told = text(reading(wave_now))
    assert f"{wave.title} 9 March 2026" in told
    assert f"the means of {found.means} dimensions, with their intervals for {found.intervals}" in told
    assert "The owner of what the workplace belongs to, with its name" in told
    assert "Researchers: in no data file yet" in told
    assert f"By the rules that hold today ({released_outside.policy_mark(home.policy)})" in told
    with actor.acting("forsker@example.org", TODAY):
        releases.take_out(home.database, "items", home.policy)
        releases.take_out(home.database, "items", home.policy)
    told = text(reading(wave_now))
    assert "Researchers, without its name: in data files that were taken out on 1 day (9 March 2026)" in told


def test_a_wave_of_which_nothing_may_be_released_is_not_told_of(home, town, reading):
    before(home, people=6)
    release(home, town)
    assert "Nothing yet" in text(reading(opened(home, "Asken", title="Høst")))


def test_a_total_is_told_in_every_unit_that_is_in_it(home, town, reading):
    for name in ("Bjørka", "Osp", "Selje"):
        units.add(home.database, name, "workplace", "skole", town)
    for seed, name in enumerate(("Asken", "Bjørka", "Osp", "Selje")):
        sealed(home, simulated(24, seed=seed), unit=name, invited=40, opens_on=TODAY, closes_on=TODAY)
    release(home, town)
    told = text(reading(opened(home, "Asken", title="Høst")))
    assert "The owner, as part of one figure for 4 workplaces together" in told


def test_the_page_is_the_same_for_every_slip_used_or_not(home, town, reading):
    before(home)
    release(home, town)
    wave = opened(home, "Asken", title="Høst")
    pages = [reading(wave).reply.data, reading(wave, used=True).reply.data, reading(wave).reply.data]
    assert pages[0] == pages[1] == pages[2]


def test_it_names_leaders_and_counts_owners_and_researchers(home, town, reading):
    wave = before(home)
    for email, role, unit in (
        ("leder@example.org", "leader", wave.unit_key),
        ("eier@example.org", "owner", town),
        ("forsker@example.org", "researcher", None),
    ):
        holder = accounts.add(home.database, email, "", "nb")
        grant_role(home.database, holder, role, unit)
    former = accounts.add(home.database, "forrige@example.org", "", "nb")
    grant_role(home.database, former, "leader", wave.unit_key)
    accounts.revoke_role(
        home.database, former, "leader", wave.unit_key, by="drift", now=LONG_AGO + 400 * 86400
    )
    told = text(reading(opened(home, "Asken", title="Høst")))
    assert "Leader: leder@example.org, since 14 November 2023" in told
    assert "Leader: forrige@example.org, from 14 November 2023 to 18 December 2024" in told
    assert "1 owner now, 0 before" in told
    assert "1 researcher now, 0 before" in told
    for hidden in ("eier@", "forsker@"):
        assert hidden not in told


def test_after_sealing_every_slip_leads_to_it_by_the_address_of_the_result(app, home, public_url, town):
    wave = opened(home, "Asken", invited=40, opens_on=TODAY, closes_on=TODAY)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 25)
    for code, answers in zip(codes[:24], simulated(24), strict=True):
        submission.submit(
            home.database, home.keys, admission.admit(home.database, home.keys, code, TODAY), answers, TODAY
        )
    lifecycle.close(home.database, wave.key)
    seal(home, waves.by_key(home.database, wave.key))
    release(home, town)
    pages = []
    for code in (codes[0], codes[24]):
        browser = Browser(app, public_url)
        browser.get(f"/c/{code}?language=en")
        pages.append(browser.get(f"{browser.path}/released").reply.data)
    assert pages[0] == pages[1]
    assert b"The owner of what the workplace belongs to, with its name" in pages[0]
