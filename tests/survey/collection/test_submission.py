from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from instruments.problems import Refused
from survey.collection import (
    access_codes,
    admission,
    code_issuing,
    lifecycle,
    questionnaire_link,
    sealing,
    submission,
    wave_links,
)
from survey.collection.code_issuing import keyed_hash
from survey.store.repositories import sealed as sealed_waves
from tests.waves import (
    OPENS,
    TODAY,
    admitted,
    alike,
    answer,
    drafted,
    opened,
    sealed,
    simulated,
    without_spacing,
)


def admit(home, code, today=TODAY):
    return admission.admit(home.database, home.keys, code, today)


def submit(home, held, answers=None, today=TODAY):
    submission.submit(home.database, home.keys, held, answers or alike(), today)


def issue(home, wave, count, **how):
    return code_issuing.issue(home.database, home.keys, wave.key, count, **how)


def counted(home, wave):
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    return sealed_waves.of_wave(home.database, wave).moments.n


def test_a_code_admits_again_and_again_until_its_answers_are_in(home):
    wave = opened(home)
    [code] = issue(home, wave, 1)
    assert admit(home, code).token == admit(home, code.lower()).token
    submit(home, admit(home, code))
    with pytest.raises(Refused, match="code-used"):
        admit(home, code)


def test_sending_twice_counts_once_and_keeps_the_first_answers(home):
    wave = opened(home)
    admissions = answer(home, wave, simulated(6))
    for held in admissions:
        submit(home, held)
    assert counted(home, wave) == 6


def test_a_code_that_nobody_was_given_is_unknown(home):
    wave = opened(home)
    [code] = issue(home, wave, 1)
    [stranger] = access_codes.generate(1)
    with pytest.raises(Refused, match="code-unknown"):
        admit(home, access_codes.formatted(stranger))
    with pytest.raises(Refused, match="code-unknown"):
        admit(home, code[:-1] + ("0" if code[-1] != "0" else "2"))


def test_codes_can_be_printed_before_the_wave_opens_but_admit_only_then(home):
    wave = drafted(home)
    [code] = issue(home, wave, 1)
    with pytest.raises(Refused, match="wave-not-open"):
        admit(home, code)
    lifecycle.open_wave(home.database, home.keys, without_spacing(home.policy), wave.key, TODAY)
    with pytest.raises(Refused, match="wave-not-open"):
        admit(home, code, OPENS - timedelta(days=1))
    assert admit(home, code).wave_key == wave.key


@pytest.mark.parametrize(("over", "told"), [("closed", "wave-closed"), ("sealed", "wave-sealed")])
def test_who_comes_too_late_is_told_so(home, over, told):
    wave = opened(home)
    [code, other] = issue(home, wave, 2)
    held = admit(home, other)
    lifecycle.close(home.database, wave.key)
    if over == "sealed":
        sealing.seal(home.database, home.keys, home.policy, wave.key, without_result=True)
    with pytest.raises(Refused, match=told):
        admit(home, code)
    with pytest.raises(Refused, match=told):
        submit(home, held)
    with pytest.raises(Refused, match="wave-over"):
        issue(home, wave, 1)


def test_retired_codes_admit_nobody_and_new_ones_do(home):
    wave = opened(home)
    old = issue(home, wave, 5)
    submit(home, admit(home, old[0]))
    new = issue(home, wave, 5, retiring=True)
    for code in old:
        with pytest.raises(Refused, match="code-unknown"):
            admit(home, code)
    submit(home, admit(home, new[0]))
    assert submission.turnout(home.database, home.keys, home.policy, wave).low == 0


def test_there_are_only_so_many_codes_as_people_and_some_to_spare(home):
    wave = opened(home, invited=20)
    issue(home, wave, 30)
    for count in (1, 0, -1):
        with pytest.raises(Refused, match="codes-number"):
            issue(home, wave, count)
    assert len(issue(home, wave, 30, retiring=True)) == 30


def test_five_thousand_codes_are_issued_at_once(home):
    assert len(set(issue(home, opened(home, invited=5000), 5000))) == 5000


def test_an_open_link_stops_at_the_number_of_staff_and_a_small_margin(home):
    wave = opened(home, invited=6, open_link=True)
    waiting = admitted(home, wave, 12)
    for held in waiting[:8]:
        submit(home, held)
    with pytest.raises(Refused, match="wave-full"):
        submit(home, waiting[8])
    with pytest.raises(Refused, match="wave-full"):
        admitted(home, wave)
    submit(home, waiting[0])  # a retry is still confirmed
    assert counted(home, wave) == 8


def test_the_cap_of_a_link_holds_when_all_come_at_once(home):
    wave = opened(home, invited=10, open_link=True)
    waiting = admitted(home, wave, 24)

    def sent(held):
        try:
            submit(home, held)
        except Refused as refused:
            return refused.problems[0].code
        return "counted"

    with ThreadPoolExecutor(8) as people:
        outcomes = list(people.map(sent, waiting))
    assert sorted(set(outcomes)) == ["counted", "wave-full"]
    assert outcomes.count("counted") == counted(home, wave) == 12


def test_people_who_answer_at_once_are_all_counted(home):
    wave = opened(home, invited=60)
    waiting = admitted(home, wave, 60)
    with ThreadPoolExecutor(12) as people:
        list(people.map(lambda held: submit(home, held), [*waiting, *waiting]))
    assert counted(home, wave) == 60


def test_a_link_is_not_guessed_from_the_waves_key(home):
    wave = opened(home, open_link=True)
    link = admission.link(home.keys, wave)
    kiosk = access_codes.formatted(wave_links.kiosk(home.keys, wave))
    read = questionnaire_link.code(home.keys, wave)
    [stranger] = map(access_codes.formatted, access_codes.generate(1))
    # nor is a kiosk's address one to come in by, nor that of the questionnaire
    for given in (wave.key, link[:-1], link + "a", "", "æ" * 13, stranger, kiosk, read, opened(home).key):
        with pytest.raises(Refused, match="link-unknown"):
            admission.admit_by_link(home.database, home.keys, given, TODAY)
    with pytest.raises(Refused, match="link-unknown"):
        admission.link(home.keys, opened(home))
    assert len(link.replace("-", "")) == 13
    for typed in (link, link.lower().replace("-", ""), f"{link}/"):
        assert admission.admit_by_link(home.database, home.keys, typed, TODAY).wave_key == wave.key


def test_what_stands_on_the_poster_may_be_typed_as_a_code_and_no_other_address_may(home):
    wave = opened(home, open_link=True)
    link = admission.link(home.keys, wave)
    first, second = (admit(home, link) for _ in range(2))
    assert first.wave_key == wave.key
    # by a link everybody is somebody else
    assert first.token != second.token
    for bits in (wave_links.kiosk(home.keys, wave), wave_links.reading(home.keys, wave.key)):
        with pytest.raises(Refused, match="code-unknown"):
            admit(home, access_codes.formatted(bits))


def test_the_database_holds_a_waves_addresses_as_hashes_alone(home):
    wave = opened(home, open_link=True)
    with home.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT keyed_hash FROM wave_link").scalars().all()
    made = (wave_links.link, wave_links.kiosk, wave_links.paper, wave_links.results)
    bits = [*(each(home.keys, wave) for each in made), wave_links.reading(home.keys, wave.key)]
    assert sorted(map(bytes, rows)) == sorted(keyed_hash(each, home.keys.hashing_key()) for each in bits)


def test_a_wave_by_link_has_no_codes(home):
    with pytest.raises(Refused, match="wave-by-link"):
        issue(home, opened(home, open_link=True), 1)


@pytest.mark.parametrize(
    ("n", "low", "high"), [(0, 0, 4), (4, 0, 4), (5, 5, 9), (9, 5, 9), (10, 10, 14), (15, 15, None)]
)
def test_turnout_is_told_in_steps_of_five(home, n, low, high):
    wave = opened(home, leaders_answer=False)
    answer(home, wave, simulated(n))
    assert submission.turnout(home.database, home.keys, home.policy, wave) == submission.Turnout(low, high)


def test_where_leaders_answer_the_steps_begin_at_their_minimum(home):
    wave = opened(home)
    answer(home, wave, simulated(5))
    assert submission.turnout(home.database, home.keys, home.policy, wave) == submission.Turnout(0, 5)
    answer(home, wave, simulated(1))
    assert submission.turnout(home.database, home.keys, home.policy, wave) == submission.Turnout(6, 10)


def test_a_sealed_wave_has_no_turnout_to_look_at(home):
    with pytest.raises(Refused, match="wave-sealed"):
        submission.turnout(home.database, home.keys, home.policy, sealed(home, simulated(5)))
