"""Owners: a round planned for many units by one act, and the board on which it is followed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from instruments.problems import Refused
from survey.accounts import passwords
from survey.collection import (
    admission,
    code_issuing,
    drafting,
    enough,
    lifecycle,
    round_planning,
    submission,
)
from survey.collection.enough import Enough
from survey.collection.round_planning import Planner, RoundPlan
from survey.operations.verification import stored_values
from survey.publication.units_below import Round
from survey.store.repositories import accounts, planned_rounds, units, waves
from tests.policies import POLICY
from tests.roles import grant_role
from tests.waves import OPENS, REFERENCE, answer, opened, place, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
FIRST, LAST = date(2026, 10, 5), date(2026, 10, 23)
PLAN = RoundPlan("Høst 2026", REFERENCE, FIRST, LAST)
SENT = {"title": "Høst 2026", "opens_on": str(FIRST), "closes_on": str(LAST)}
NAMES = ("Alm", "Bjerk «ved åa»", "Eik")


@pytest.fixture
def town(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    for name in NAMES:
        units.add(home.database, name, "workplace", "skole", top.key, invited=24)
    return top


@pytest.fixture
def planner(home):
    return Planner(home.database, home.keys, home.policy)


@pytest.fixture
def owner(browser, home, town):
    holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
    grant_role(home.database, holder, "owner", town.key)
    return browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})


def keys_of(home, *names):
    return [place(home, name).key for name in names]


def send(owner, town, chosen, status=200, **said):
    """Tick these units and press the button."""
    token = owner.get(f"/owner/{town.key}/plan").token()
    sent = {**SENT, "instrument": REFERENCE, "way": "codes", "units": chosen, "csrf_token": token, **said}
    return owner.post(f"/owner/{town.key}/plan", sent, status=status)


def planned(planner, town, plan=PLAN, names=NAMES):
    return round_planning.plan_round(planner, town.key, plan, keys_of(planner, *names))


def test_one_act_drafts_a_survey_in_each_unit_and_the_board_shows_it(owner, home, town):
    send(owner, town, keys_of(home, *NAMES))
    [found] = planned_rounds.of_unit(home.database, town.key)
    assert owner.path == f"/owner/{town.key}/planned/{found.key}"
    assert [row.first("th").text for row in owner.page.select("tbody tr")] == list(NAMES)
    own = waves.of_planned_round(home.database, found.id)
    assert {(each.title, each.opens_on, each.closes_on, each.invited) for each in own} == {
        ("Høst 2026", FIRST, LAST, 24)
    }
    assert all(each.is_draft for each in own)
    assert "Utkast: 3" in owner.page.first("main").text
    assert "Fra 5. oktober 2026 til 23. oktober 2026" in owner.page.first("textarea").text


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (
            {"opens_on": "9999-10-05", "closes_on": "9999-10-23"},
            "Første dag ville vært 5. oktober 9999, som er mer enn et år fram i tid.",
        ),
        ({"closes_on": "9999-10-23"}, "Siste dag er 23. oktober 9999, og det er mer enn et år etter"),
        ({"opens_on": "2020-10-05", "closes_on": "2020-10-23"}, "Siste dag må være i dag eller senere."),
    ],
)
def test_days_that_no_survey_is_planned_for_are_refused_as_in_a_leaders_form(owner, home, town, said, fault):
    send(owner, town, keys_of(home, *NAMES), status=400, **said)
    assert fault in owner.page.first("main").text
    assert waves.every(home.database) == ()


def test_the_units_to_plan_for_are_searched_and_listed_by_edition(owner, home, town):
    units.add(home.database, "Elvebakken", "workplace", "barnehage", town.key, invited=24)
    plan = f"/owner/{town.key}/plan"

    def listed(query=""):
        owner.get(plan + query)
        boxes = owner.page.select("input[name=units]")
        names = [owner.page.first(f"label[for={each['id']}]").text.partition(" · ")[0] for each in boxes]
        return names, sum("checked" in each.attributes for each in boxes)

    assert listed() == (["Alm", "Bjerk «ved åa»", "Eik", "Elvebakken"], 4)
    assert listed("?tick=none") == (["Alm", "Bjerk «ved åa»", "Eik", "Elvebakken"], 0)
    assert listed("?edition=skole") == ([*NAMES], 3)
    assert listed("?edition=skole&search=EI&tick=none") == (["Eik"], 0)
    assert listed("?search=ask") == ([], 0)
    assert "Ingen enhet på lista heter noe slikt." in owner.page.text
    assert not owner.page.select("input[name=title]")
    # what is refused comes back with the same list
    token = owner.get(f"{plan}?edition=skole&search=ei").token()
    sent = {**SENT, "title": "", "instrument": REFERENCE, "way": "codes", "csrf_token": token}
    owner.post(f"{plan}?edition=skole&search=ei", {**sent, "units": keys_of(home, "Eik")}, status=400)
    assert [each["value"] for each in owner.page.select("input[name=units]")] == keys_of(home, "Eik")
    # three hundred of them are sent by one form
    for number in range(300):
        units.add(home.database, f"Skole {number:03}", "workplace", "skole", town.key, invited=24)
    every = round_planning.measured_below(units.every(home.database), town.key)
    sent["units"] = [each.key for each in every if each.edition == "skole"]
    sent["title"] = "Høst 2026"
    assert owner.client.post(plan, data=sent, base_url=owner.address).status_code == 303
    [found] = planned_rounds.of_unit(home.database, town.key)
    assert len(waves.of_planned_round(home.database, found.id)) == 303


def test_a_unit_that_cannot_take_part_is_named_with_its_reason_and_nothing_is_planned(owner, home, town):
    opened(home, "Alm", opens_on=FIRST - timedelta(weeks=3), closes_on=FIRST - timedelta(weeks=1))
    units.add(home.database, "Uten tall", "workplace", "skole", town.key)
    send(owner, town, [*keys_of(home, *NAMES), units.every(home.database)[-1].key], status=400)
    reasons = [each.text for each in owner.page.select("#refused li")]
    assert [each.partition(":")[0] for each in reasons] == ["Alm", "Uten tall"]
    assert "8 uker" in reasons[0]
    assert planned_rounds.of_unit(home.database, town.key) == []
    # they are unticked, so that pressing again plans the round for the others
    ticked = [
        each["value"] for each in owner.page.select("input[name=units]") if "checked" in each.attributes
    ]
    send(owner, town, ticked)
    [found] = planned_rounds.of_unit(home.database, town.key)
    own = waves.of_planned_round(home.database, found.id)
    assert [each.unit_name for each in own] == ["Bjerk «ved åa»", "Eik"]


def test_a_round_is_corrected_whole_before_its_first_day_and_not_after(home, planner, town):
    found = planned(planner, town)
    later = replace(PLAN, closes_on=LAST + timedelta(days=7))
    round_planning.correct_round(planner, found, later, FIRST - timedelta(days=1))
    own = waves.of_planned_round(home.database, found.id)
    assert {(each.closes_on, each.planned_closes_on) for each in own} == {(later.closes_on, later.closes_on)}
    with pytest.raises(Exception, match="round-begun"):
        round_planning.correct_round(planner, found, PLAN, FIRST)
    assert planned_rounds.by_key(home.database, town.key, found.key).closes_on == later.closes_on


@pytest.mark.parametrize("before", [False, True])
def test_correcting_the_way_in_ends_printed_codes_where_it_is_a_link_now(home, planner, town, before):
    found = planned(planner, town, replace(PLAN, open_link=before))
    own = waves.of_planned_round(home.database, found.id)
    code = None if before else code_issuing.issue(home.database, home.keys, own[0].key, 3)[0]
    round_planning.correct_round(planner, found, replace(PLAN, open_link=not before), OPENS)
    assert {wave.open_link for wave in waves.of_planned_round(home.database, found.id)} == {not before}
    assert list(stored_values.problems(home.database)) == []
    if code:
        with pytest.raises(Refused, match="code-unknown"):
            admission.admit(home.database, home.keys, code, FIRST)
    else:
        assert code_issuing.issue(home.database, home.keys, own[0].key, 24)


def test_correcting_the_days_keeps_printed_codes(home, planner, town):
    found = planned(planner, town)
    wave = waves.of_planned_round(home.database, found.id)[0]
    code = code_issuing.issue(home.database, home.keys, wave.key, 3)[0]
    round_planning.correct_round(planner, found, replace(PLAN, closes_on=LAST + timedelta(days=7)), OPENS)
    with pytest.raises(Refused, match="wave-not-open"):
        admission.admit(home.database, home.keys, code, FIRST)


def test_correcting_the_days_leaves_the_way_in_that_a_leader_chose(home, planner, town):
    found = planned(planner, town, replace(PLAN, open_link=True))
    wave = waves.of_planned_round(home.database, found.id)[0]
    own = replace(round_planning._plan_of(PLAN, wave), open_link=False)
    drafting.change(home.database, home.keys, home.policy, wave.key, own)
    code = code_issuing.issue(home.database, home.keys, wave.key, 3)[0]
    later = replace(PLAN, open_link=True, closes_on=LAST + timedelta(days=7))
    round_planning.correct_round(planner, found, later, OPENS)
    told = {each.key: each.open_link for each in waves.of_planned_round(home.database, found.id)}
    assert told.pop(wave.key) is False
    assert set(told.values()) == {True}
    with pytest.raises(Refused, match="wave-not-open"):
        admission.admit(home.database, home.keys, code, FIRST)


def test_a_round_is_taken_back_while_it_is_drafts(home, planner, town):
    found = planned(planner, town)
    lifecycle.open_wave(
        home.database, home.keys, home.policy, waves.of_planned_round(home.database, found.id)[0].key, FIRST
    )
    with pytest.raises(Exception, match="round-begun"):
        round_planning.take_back(planner, found)
    other = planned(planner, town, replace(PLAN, opens_on=date(2027, 3, 1), closes_on=date(2027, 3, 19)))
    assert round_planning.take_back(planner, other) == 3
    assert [each.key for each in planned_rounds.of_unit(home.database, town.key)] == [found.key]


def test_a_leader_changes_what_is_the_units_and_not_what_holds_for_the_round(home, planner, town):
    found = planned(planner, town)
    wave = waves.of_planned_round(home.database, found.id)[0]
    asked = round_planning._plan_of(replace(PLAN, title="Min egen", closes_on=LAST + timedelta(days=3)), wave)
    changed = drafting.change(home.database, home.keys, home.policy, wave.key, replace(asked, invited=31))
    assert (changed.invited, changed.title, changed.closes_on) == (31, "Høst 2026", LAST)


def test_a_wave_that_is_prolonged_over_the_half_year_stays_in_its_planned_round(home, planner, town):
    found = planned(planner, town, replace(PLAN, opens_on=date(2026, 12, 7), closes_on=date(2026, 12, 30)))
    wave = waves.of_planned_round(home.database, found.id)[0]
    assert Round.of(replace(wave, closes_on=date(2027, 1, 8))).half == "2026-2"


@pytest.mark.parametrize("leaders_answer", [True, False])
@pytest.mark.parametrize("invited", [3, 9, 10, 14, 15, 24, 60])
def test_an_owner_is_told_nothing_finer_than_the_steps_of_the_leader(home, invited, leaders_answer):
    """The attack: look after each answer, and see between which two of them the word changes."""
    wave = replace(opened(home, "Alm", invited=30), planned_invited=invited, leaders_answer=leaders_answer)
    minimum, step = POLICY.minimum(wave.audience), POLICY.collection.turnout_step
    seen = {}
    for count in range(invited + 1):
        reached = submission.turnout_step(count, invited, minimum, step)
        seen.setdefault(reached, set()).add(enough.enough(POLICY, wave, reached))
        assert enough.enough(POLICY, wave, reached) is not Enough.LIKELY or count >= 10
    assert all(len(told) == 1 for told in seen.values())
    told = {each for found in seen.values() for each in found}
    assert told in ({Enough.UNTOLD}, {Enough.NOT_YET, Enough.LIKELY})


def test_the_board_tells_no_number_and_asks_few_questions_of_the_database(owner, home, planner, town):
    for number in range(60):
        units.add(home.database, f"Enhet {number:02}", "workplace", "skole", town.key, invited=24)
    every = [each.key for each in round_planning.measured_below(units.every(home.database), town.key)]
    found = round_planning.plan_round(planner, town.key, PLAN, every)
    for wave, people in zip(waves.of_planned_round(home.database, found.id), (12, 4), strict=False):
        begun = lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, FIRST)
        answer(home, begun, simulated(people), FIRST)
    asked = []
    event.listen(home.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    owner.get(f"/owner/{town.key}/planned/{found.key}")
    assert 0 < len([each for each in asked if each.startswith("SELECT")]) <= 8
    rows = owner.page.select("tbody tr")
    assert len(rows) == 50
    assert [row.select("td")[2].text for row in rows[:3]] == ["sannsynligvis", "ikke ennå", "–"]
    assert "Side 1 av 2" in owner.page.text
    owner.get(f"/owner/{town.key}/planned/{found.key}?page=2&sort=state&search=enhet%205")
    assert [row.first("th").text for row in owner.page.select("tbody tr")] == [
        f"Enhet {number}" for number in range(50, 60)
    ]


def test_a_unit_without_a_survey_is_a_row_of_the_board_like_the_others(owner, home, planner, town):
    found = planned(planner, town, names=["Eik"])
    # nobody can ask it with the round's questionnaire
    units.add(home.database, "Byen selv", "municipality", None, town.key)
    board = f"/owner/{town.key}/planned/{found.key}"
    rows = {
        sort: [[cell.text for cell in row.select("th, td")] for row in owner.page.select("tbody tr")]
        for sort in ("name", "state", "last")
        if owner.get(f"{board}?sort={sort}")
    }
    alm, bjerk, eik = [["Alm", "Ikke begynt", "–", "–"], ["Bjerk «ved åa»", "Ikke begynt", "–", "–"],
                       ["Eik", "Utkast", "23. okt. 2026", "–"]]  # fmt: skip
    assert rows == {"name": [alm, bjerk, eik], "state": [alm, bjerk, eik], "last": [eik, alm, bjerk]}
    assert "Ikke begynt: 2" in owner.page.first("main").text
    owner.get(f"{board}?search=bjerk")
    assert [row.first("th").text for row in owner.page.select("tbody tr")] == ["Bjerk «ved åa»"]


def test_the_list_of_those_who_have_not_opened_is_searched_sorted_and_in_pages(owner, home, planner, town):
    for number in range(60):
        units.add(home.database, f"Enhet {number:02}", "workplace", "skole", town.key, invited=24)
    every = [each.key for each in round_planning.measured_below(units.every(home.database), town.key)]
    found = round_planning.plan_round(planner, town.key, PLAN, every)
    for wave in waves.of_planned_round(home.database, found.id)[:3]:
        lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, FIRST)
    owner.get(f"/owner/{town.key}/planned/{found.key}")
    [link] = [each for each in owner.page.select("main p a") if each.text == "Har ikke åpnet ennå (60)"]
    owner.get(link["href"].partition("#")[0])
    assert len(owner.page.select("tbody tr")) == 50
    assert {row.select("td")[0].text for row in owner.page.select("tbody tr")} == {"Utkast"}
    assert owner.page.first("caption").text == "Utkast: 60 enheter"
    [further] = [each["href"] for each in owner.page.select("nav a") if each.text == "Neste"]
    owner.get(further)
    assert [row.first("th").text for row in owner.page.select("tbody tr")] == [
        f"Enhet {number}" for number in range(50, 60)
    ]
    owner.get(f"/owner/{town.key}/planned/{found.key}?state=draft&search=alm")
    assert not owner.page.select("tbody tr")


def test_units_that_were_forgotten_or_are_new_are_added_by_one_act(owner, home, planner, town):
    found = planned(planner, town, names=["Eik"])
    units.add(home.database, "Ny skole", "workplace", "skole", town.key, invited=12)
    units.add(home.database, "Ny barnehage uten tall", "workplace", "skole", town.key)
    board = f"/owner/{town.key}/planned/{found.key}"
    owner.get(board)
    [adding] = [each["href"] for each in owner.page.select("main p.go a") if "Legg til" in each.text]
    owner.get(adding)
    outside = {owner.page.first(f"label[for={each['id']}]").text.partition(" · ")[0]: each["value"]
               for each in owner.page.select("input[name=units]")}  # fmt: skip
    assert [*outside] == ["Alm", "Bjerk «ved åa»", "Ny barnehage uten tall", "Ny skole"]
    # with one that is refused none is added, and it is named with its reason
    sent = {"csrf_token": owner.token(), "units": [outside["Ny skole"], outside["Ny barnehage uten tall"]]}
    owner.post(adding, sent, status=400)
    [reason] = [each.text for each in owner.page.select("#refused li")]
    assert reason.startswith("Ny barnehage uten tall: Ingen har sagt hvor mange som er invitert")
    assert len(waves.of_planned_round(home.database, found.id)) == 1
    assert [each["value"] for each in owner.page.select("input[checked]")] == [outside["Ny skole"]]
    owner.post(adding, {**sent, "units": [outside["Ny skole"]]})
    assert owner.path == board
    own = {each.unit_name: each for each in waves.of_planned_round(home.database, found.id)}
    assert {(each.title, each.opens_on, each.closes_on) for each in own.values()} == {
        (PLAN.title, FIRST, LAST)
    }
    assert own["Ny skole"].invited == 12
    assert "Utkast: 2" in owner.page.first("main").text
    owner.post(adding, {"csrf_token": sent["csrf_token"]}, status=400)
    said = "Ingen enhet er valgt. En runde gjelder én eller flere enheter. Velg minst én enhet."
    assert owner.page.first("#units #units-error").text == said
    assert owner.page.first('a[href="#units"]').text == said


def test_units_are_added_until_the_last_day_also_once_others_have_opened(home, planner, town):
    found = planned(planner, town, names=["Eik"])
    [eik] = waves.of_planned_round(home.database, found.id)
    lifecycle.open_wave(home.database, home.keys, home.policy, eik.key, FIRST)
    assert round_planning.add_units(planner, found, keys_of(home, "Alm"), LAST) == 1
    alm = next(each for each in waves.of_planned_round(home.database, found.id) if each.unit_name == "Alm")
    assert lifecycle.open_wave(home.database, home.keys, home.policy, alm.key, LAST).is_open
    with pytest.raises(Refused, match="round-over"):
        round_planning.add_units(planner, found, keys_of(home, NAMES[1]), LAST + timedelta(days=1))
    # and no unit twice, nor one of somebody else
    with pytest.raises(Refused, match=r"wave-drafted-already|waves-"):
        round_planning.add_units(planner, found, keys_of(home, "Alm"), LAST)
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    furu = units.add(home.database, "Furu", "workplace", "skole", elsewhere.key, invited=20)
    assert round_planning.add_units(planner, found, [furu.key], LAST) == 0


def test_a_round_of_another_owner_is_not_there(owner, home, planner, town):
    elsewhere = units.add(home.database, "Fjellby", "municipality", None, None)
    units.add(home.database, "Furu", "workplace", "skole", elsewhere.key, invited=20)
    found = round_planning.plan_round(planner, elsewhere.key, PLAN, keys_of(home, "Furu"))
    owner.get(f"/owner/{elsewhere.key}/planned/{found.key}", status=404)
    owner.get(f"/owner/{elsewhere.key}/planned/{found.key}/add", status=404)
    owner.get(f"/owner/{town.key}/planned/{found.key}", status=404)
    owner.get(f"/owner/{elsewhere.key}/plan", status=404)
    # and a unit that is not below is not planned for
    with pytest.raises(Exception, match="round-empty"):
        round_planning.plan_round(planner, town.key, PLAN, [])
    mine = round_planning.plan_round(planner, town.key, PLAN, keys_of(home, "Alm", "Furu"))
    assert [each.unit_name for each in waves.of_planned_round(home.database, mine.id)] == ["Alm"]
