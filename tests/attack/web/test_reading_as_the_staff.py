"""Somebody with a slip looks for more than the leader's page tells, for used slips, or too early."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from reports.disclosure import SUPPRESSED, Released, Suppressed
from survey.accounts import passwords
from survey.collection import admission, code_issuing, lifecycle, staff_results, submission
from survey.publication import reports
from survey.store.repositories import accounts, releases, waves
from survey.web.respondent.code_throttle import code_throttle
from tests.pages import Browser
from tests.roles import grant_role
from tests.stored import statements
from tests.waves import (
    CLOSES,
    ON_SQLITE,
    OPENS,
    TODAY,
    alike,
    answer,
    opened,
    seal,
    sealed,
    simulated,
)

pytestmark = ON_SQLITE
DAY = 86400
PASSWORD = "en lang setning her"


def sealed_then(home, n, day, **asked):
    """A wave of Asken on these days that n people answered, sealed."""
    wave = opened(home, "Asken", opens_on=day, closes_on=day + timedelta(9), **asked)
    answer(home, wave, simulated(n, seed=n), day)
    return seal(home, lifecycle.close(home.database, wave.key))


def staff_page(home, wave):
    return f"/r/{staff_results.code(home.keys, wave)}"


def slips(home, wave, used):
    """Three codes of the wave: `used` of them has been answered with."""
    codes = code_issuing.issue(home.database, home.keys, wave.key, 3)
    for code in codes[:used]:
        admitted = admission.admit(home.database, home.keys, code, TODAY)
        submission.submit(home.database, home.keys, admitted, alike(), TODAY)
    return codes


def replies(app, public_url, address):
    """Every reply on the way from an address in a browser that was never here, as they come: all of each."""
    client, told = app.test_client(), []
    while address:
        reply = client.get(address, base_url=public_url)
        told.append((reply.status, sorted(reply.headers.items()), reply.data))
        address = reply.headers.get("Location")
    return told


def figures(value):
    """All numbers and words that a release holds, by where they stand; what is withheld holds none."""
    if isinstance(value, Suppressed):
        return {}
    if hasattr(value, "__dataclass_fields__"):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
    elif hasattr(value, "items"):
        parts = dict(value.items())
    else:
        return {(): value}
    found = {}
    for name, part in parts.items():
        if name not in {"audience", "version", "breakdown", "identity"}:
            found |= {(name, *place): told for place, told in figures(part).items()}
    return found


def compared(found):
    """What is told of a contrast, dimension by dimension."""
    return {name: repr(each) for name, each in getattr(found, "changes", {}).items()} or found.obstacle


@pytest.mark.parametrize("n", [4, 5, 6, 10, 15, 20])
@pytest.mark.parametrize("leaders_answer", [True, False])
def test_it_is_the_same_release(home, n, leaders_answer):
    asked = {"invited": 26, "leaders_answer": leaders_answer}
    sealed_then(home, 22, OPENS - timedelta(200), **asked)
    wave = sealed_then(home, n, OPENS, **asked)
    leaders = reports.for_leader(home.database, home.policy, wave)
    staff = reports.for_staff(home.database, home.policy, wave)
    assert (n < 6) == (staff.released is SUPPRESSED)
    # with five and a leader who did not answer the leader is shown means, and nobody whose own answer is one
    assert (n < (6 if leaders_answer else 5)) == (leaders.released is SUPPRESSED)
    if isinstance(staff.released, Released):
        assert figures(staff.released) == figures(leaders.released)
        assert [figures(each) for each in staff.over_time] == [figures(each) for each in leaders.over_time]
        assert list(map(compared, staff.comparisons)) == list(map(compared, leaders.comparisons))
        assert len(figures(staff.released)) > 3
    else:
        assert staff.comparisons == ()


def test_a_dimension_that_few_answered_is_the_same_to_both(home):
    people = simulated(9, seed=2)
    trust = [item.id for item in people[0].version.dimensions[0].items]
    # five have a score in it: enough for a leader who did not answer, too few for those who did
    people = [
        replace(each, given={k: v for k, v in each.given.items() if k not in trust}) if place < 4 else each
        for place, each in enumerate(people)
    ]
    wave = sealed(home, people, unit="Asken", leaders_answer=False)
    name = people[0].version.dimensions[0].id
    for profile in (reports.for_leader, reports.for_staff):
        released = profile(home.database, home.policy, wave).released
        assert isinstance(released.dimensions[name].mean, Suppressed)
        assert sum(not isinstance(each.mean, Suppressed) for each in released.dimensions.values()) > 3


def test_beside_an_earlier_survey_that_only_the_leader_is_shown_nothing_is_compared(home):
    days = [(OPENS - timedelta(400), 20), (OPENS - timedelta(200), 5), (OPENS, 20)]
    for day, n in days:
        wave = sealed_then(home, n, day, leaders_answer=False)
    leaders = reports.for_leader(home.database, home.policy, wave)
    staff = reports.for_staff(home.database, home.policy, wave)
    assert figures(staff.released) == figures(leaders.released)
    assert len(leaders.over_time) == 3
    assert (staff.over_time, staff.comparisons) == ((staff.released,), ())


def test_every_slip_leads_there_and_no_reply_says_whether_it_was_used(app, home, public_url, clock):
    wave = opened(home, "Asken")
    codes = slips(home, wave, used=2)
    answer(home, wave, simulated(8))
    lifecycle.close(home.database, wave.key)
    stages = [lambda: None, lambda: seal(home, waves.by_key(home.database, wave.key))]
    stages.append(lambda: staff_results.show_staff(home.database, wave.key, TODAY))
    for reach in stages:
        reach()
        clock.pass_by(2)
        told = [replies(app, public_url, f"/c/{code}") for code in codes]
        assert told[0] == told[1] == told[2]
        assert [status for status, _, _ in told[0]] == ["303 SEE OTHER", "200 OK"]
        # no cookie, so that nothing is left on a shared device but the address
        assert "Set-Cookie" not in {name for _, headers, _ in told[0] for name, _ in headers}
        # the code is in no address that stays, nor on the page
        assert not any(code.encode() in body for code in codes for _, _, body in told[0])
        clock.pass_by(60)
        with statements(home.database) as first:
            replies(app, public_url, f"/c/{codes[0]}")
        clock.pass_by(60)
        with statements(home.database) as last:
            replies(app, public_url, f"/c/{codes[2]}")
        assert first
        assert first == last
    assert b"<figure" in told[0][-1][2]


def test_a_typed_code_is_told_the_same(app, home, public_url):
    wave = opened(home, "Asken")
    codes = slips(home, wave, used=1)
    lifecycle.close(home.database, wave.key)
    told = []
    for code in codes:
        browser = Browser(app, public_url)
        browser.get("/").submit({"code": code}, "Start")
        told.append((browser.path, browser.page.first("main").text))
    assert len(set(told)) == 1
    assert told[0][0] == staff_page(home, wave)


def test_before_the_leaders_word_and_the_day_there_is_no_figure_at_any_address(browser, home, clock):
    wave = seal(home, lifecycle.close(home.database, _answered(home, 12).key))
    page, days = staff_page(home, wave), home.policy.collection.show_staff_days
    last = staff_results.last_day(home.policy, wave)
    assert (wave.sealed_on, last) == (CLOSES, CLOSES + timedelta(days))
    clock.pass_by(((last - TODAY).days - 1) * DAY)
    text = browser.get(f"{page}?language=en").page.first("main").text
    assert "April 3, 2026" in text or "3 April 2026" in text
    assert "12" not in text
    for part in ("/overview.svg", "/one-page.pdf"):
        browser.get(page + part, status=404)
    clock.pass_by(DAY)
    assert browser.get(f"{page}?language=en").page.first("figure")
    assert browser.client.get(f"{page}/overview.svg", base_url=browser.address).data.startswith(b"<?xml")
    assert browser.client.get(f"{page}/one-page.pdf", base_url=browser.address).data.startswith(b"%PDF")


def _answered(home, n, **asked):
    wave = opened(home, "Asken", **asked)
    answer(home, wave, simulated(n))
    return wave


def test_nothing_but_the_page_is_there_and_looking_changes_nothing(browser, home):
    wave = sealed(home, simulated(24), unit="Asken", invited=30)
    staff_results.show_staff(home.database, wave.key, TODAY)
    page, before = staff_page(home, wave), releases.present(home.database)
    with statements(home.database) as asked:
        browser.get(page)
    assert not [each for each in asked if each.split()[0].upper() in {"INSERT", "UPDATE", "DELETE"}]
    assert releases.present(home.database) == before
    for part in ("/change.svg", "/time.svg", "/overview/trust.svg", "/report.pdf", "/profile", "/workbook"):
        browser.get(page + part, status=404)
    # the leader's own pages are as shut as before
    assert browser.get(f"/leader/{wave.unit_key}/{wave.key}/profile").path == "/account/sign-in"


def test_no_other_address_of_the_survey_leads_there_and_guesses_are_counted(app, browser, home):
    wave = sealed(home, simulated(8), unit="Asken")
    others = [admission.kiosk_code(home.keys, wave), admission.link(home.keys, replace(wave, open_link=True))]
    with app.app_context():
        throttle = code_throttle()
    for number, given in enumerate([*others, "0000-0000-00000", "AAAA-AAAA-AAAAA"], 1):
        browser.get(f"/r/{given}", status=404)
        assert throttle._wrong == number


def test_an_unknown_code_is_refused_as_everywhere_else(browser, home):
    sealed(home, simulated(8), unit="Asken")
    [code] = code_issuing.issue(home.database, home.keys, opened(home, "Bjerka").key, 1)
    elsewhere = browser.get("/c/0000-0000-00000", status=400).page.first("main").text
    assert code not in elsewhere
    assert browser.get("/c/0000-0000-00000", status=400).page.first("main").text == elsewhere


def test_the_open_link_leads_there_too(browser, home):
    wave = opened(home, "Asken", open_link=True)
    link = admission.link(home.keys, wave)
    answer(home, wave, simulated(7))
    seal(home, lifecycle.close(home.database, wave.key))
    assert browser.get(f"/open/{link}").path == staff_page(home, wave)
    assert browser.get(f"/OPEN/{link.lower()}").path == staff_page(home, wave)


def test_a_survey_without_result_says_the_one_neutral_text(browser, home):
    few = sealed(home, simulated(3), unit="Asken")
    assert isinstance(few.sealed_on, date)
    staff_results.show_staff(home.database, few.key, TODAY)
    text = browser.get(f"{staff_page(home, few)}?language=en").page.first("main").text
    assert "No figures are shown for this survey, to protect those who answered." in text
    assert not any(each.isdigit() for each in text.replace("2026", ""))


def test_a_slip_of_a_survey_that_was_given_up_says_so(browser, home):
    wave = opened(home, "Asken")
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    home.keys.destroy_urn(wave.key)
    lifecycle.abandon(home.database, home.keys, home.policy, wave.key, TODAY)
    for path, status in ((f"/c/{code}", 410), (staff_page(home, wave), 200)):
        text = browser.get(f"{path}?language=en", status=status).page.first("main").text
        assert "This survey has been given up, because its answers could not be read." in text


def test_a_leaders_word_is_asked_for_once_and_lets_everybody_read(app, browser, home, public_url):
    wave = sealed(home, simulated(12), unit="Asken", invited=20)
    holder = accounts.add(home.database, "kari@example.org", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, holder, "leader", wave.unit_key)
    address = f"/leader/{wave.unit_key}/{wave.key}"
    browser.get("/account/sign-in").submit({"email": "kari@example.org", "password": PASSWORD})
    asked = browser.get(f"{address}/show-staff?language=en").page.first("main").text
    assert "This cannot be taken back." in asked
    assert staff_page(home, wave) in asked
    reader = Browser(app, public_url)
    assert not reader.get(staff_page(home, wave)).page.select("figure")
    browser.submit(press="Show the staff now")
    assert waves.by_key(home.database, wave.key).shown_on == max(TODAY, wave.sealed_on)
    assert reader.get(staff_page(home, wave)).page.select("figure")
    assert browser.get(f"{address}/show-staff").path == address
