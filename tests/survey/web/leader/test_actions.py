"""A leader writes down what was agreed after a sealed survey, mends it, takes it away; nobody else does."""

from datetime import date

import pytest

from reports.results.agreed_actions import LONGEST, MOST_ACTIONS
from survey.accounts import passwords
from survey.store.repositories import accounts, actions
from tests.roles import grant_role
from tests.waves import CLOSES, ON_SQLITE, opened, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
TYPED = {
    "dimension": "shared_practice",
    "goal": "Vi undrer oss sammen over egen undervisning.",
    "action": "Hvert team åpner annethvert møte med ett spørsmål.",
    "who": "Teamlederne",
    "sign": "Referatene viser flere syn på samme sak.",
    "due": "2026-09-01",
}


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in?language=nb").submit({"email": holder.email, "password": PASSWORD})


@pytest.fixture
def wave(home):
    return sealed(home, simulated(12))


def address(wave, path=""):
    return f"/leader/{wave.unit_key}/{wave.key}{path}"


def written(home, wave):
    return [each.action for each in actions.of_wave(home.database, wave)]


def add(inside, wave, status=200, **typed):
    return inside.get(address(wave, "/actions/new")).submit({**TYPED, **typed}, status=status)


def test_an_action_is_written_down_read_changed_and_removed(inside, home, wave):
    inside.get(address(wave))
    inside.get(inside.page.first("#agreed .go a")["href"]).submit(TYPED)
    assert inside.path == address(wave)
    assert inside.page.first(".done").text == "Tiltaket er lagt til. Neste rapport åpner med det."
    assert inside.page.first("#agreed h3").text == "Åpen praksis og deling"
    told = [each.text for each in inside.page.select("#agreed dd")]
    assert told == [TYPED["goal"], TYPED["action"], TYPED["who"], TYPED["sign"], "1. september 2026"]
    _, change, remove = (each["href"] for each in inside.page.select("#agreed .aside a"))
    inside.get(change)
    assert inside.page.first("input[name=goal]")["value"] == TYPED["goal"]
    assert inside.page.first("input[name=due]")["value"] == "2026-09-01"
    inside.submit({"who": "Alle på trinnet"})
    assert [each.who for each in written(home, wave)] == ["Alle på trinnet"]
    inside.get(remove)
    assert TYPED["goal"] in inside.page.text
    assert written(home, wave)
    inside.submit(press="Fjern tiltaket")
    assert inside.page.first(".done").text == "Tiltaket er fjernet."
    assert written(home, wave) == []


@ON_SQLITE
@pytest.mark.parametrize(
    "fault",
    [
        ("dimension", "", "Velg dimensjonen dere vil arbeide med."),
        ("dimension", "weather", "Velg dimensjonen dere vil arbeide med."),
        ("goal", " \t\n ", "Skriv hva dere vil se mer av."),
        ("action", "", "Skriv hva dere vil prøve."),
        ("who", "", "Skriv hvilken rolle eller gruppe som følger det opp."),
        ("sign", "", "Skriv hva dere ville merke hvis det virker."),
        ("due", "", "Velg dagen dere skal se på det sammen."),
        ("due", "2026-02-31", "Skriv en gyldig dato på formen år-måned-dag."),
        ("due", "2026-03-19", "Undersøkelsen ble stengt 20. mars 2026. Velg den dagen eller en senere."),
        ("due", "2029-09-01", "Velg en dag innen tre år: Det som ligger lenger fram, blir ikke fulgt opp."),
        *(
            (part, "æ" * (most + 1), f"Bruk høyst {most} tegn: Teksten trykkes i en smal kolonne.")
            for part, most in LONGEST.items()
        ),
    ],
)
def test_a_fault_is_told_beside_its_field_and_nothing_typed_is_lost(inside, home, wave, fault):
    field, value, said = fault
    assert wave.closes_on == CLOSES
    add(inside, wave, 400, **{field: value})
    assert [each["href"] for each in inside.page.select(".faults a")] == [f"#{field}"]
    (shown,) = inside.page.select(f"#{field}-error-1")
    assert shown.text == said
    assert shown["id"] in inside.page.first(f"#{field}")["aria-describedby"].split()
    kept = {name: inside.page.first(f"#{name}") for name in TYPED if name != field}
    chosen = {name: each.first("option[selected]") for name, each in kept.items() if each.name == "select"}
    told = {name: each.text if each.name == "textarea" else each.get("value") for name, each in kept.items()}
    assert told | {name: each["value"] for name, each in chosen.items()} == {
        name: TYPED[name] for name in kept
    }
    assert written(home, wave) == []


def test_the_faults_of_an_empty_form_come_in_the_order_of_its_fields(inside, wave):
    add(inside, wave, 400, **dict.fromkeys(TYPED, ""))
    assert [each["href"] for each in inside.page.select(".faults a")] == [f"#{field}" for field in TYPED]


@pytest.mark.parametrize("part", LONGEST)
def test_the_longest_that_is_allowed_is_kept_and_its_spaces_do_not_count(inside, home, wave, part):
    longest = "ø" * LONGEST[part]
    add(inside, wave, **{part: f"  {longest}\n"})
    assert [getattr(each, part) for each in written(home, wave)] == [longest]


def test_what_does_not_print_is_left_out_and_lines_become_one(inside, home, wave):
    add(inside, wave, goal="Vi\0 un\u202edrer\r\n\r\n oss\u200b")
    assert [each.goal for each in written(home, wave)] == ["Vi undrer oss"]


def test_lines_are_kept_where_a_text_may_have_several(inside, home, wave):
    said = "  Ett spørsmål \r\n\r\n\tTo  minutter\r\n"
    add(inside, wave, action=said, sign=said)
    kept = "Ett spørsmål\nTo minutter"
    assert [(each.action, each.sign) for each in written(home, wave)] == [(kept, "Ett spørsmål To minutter")]
    assert inside.page.first("#agreed dd.lines").text == kept
    add(inside, wave, 400, action="\n".join("abcdefg"))
    assert "Bruk færre linjer" in inside.page.first(".faults").text


def test_a_third_dimension_is_refused_beside_the_choice_and_the_text_is_kept(inside, home, wave):
    for dimension in ("evidence_use", "shared_practice"):
        add(inside, wave, dimension=dimension)
    add(inside, wave, 400, dimension="improvement_cycle")
    assert inside.page.first(".faults a")["href"] == "#dimension"
    assert "eller fjern først tiltakene for en annen" in inside.page.first(".faults").text
    assert inside.page.first("#goal")["value"] == TYPED["goal"]
    inside.submit({"dimension": "evidence_use"})
    assert len(written(home, wave)) == 3
    key = actions.of_wave(home.database, wave)[0].key
    inside.get(address(wave, f"/actions/{key}")).submit({"dimension": "improvement_cycle"}, status=400)
    assert inside.page.first(".faults a")["href"] == "#dimension"


def test_where_there_is_room_for_no_more_none_is_asked_for_and_none_is_taken(inside, home, wave):
    for _ in range(MOST_ACTIONS):
        add(inside, wave)
    assert not [each for each in inside.page.select("#agreed .go a") if each["href"].endswith("/new")]
    assert "Det er ikke plass til flere" in inside.page.first("#agreed").text
    add(inside, wave, 400)
    assert "Fjern et som betyr mindre" in inside.page.first(".faults").text
    assert len(written(home, wave)) == MOST_ACTIONS


@ON_SQLITE
@pytest.mark.parametrize("text", ["<b>fet</b> & <script>x</script>", "{{ 7 * 7 }}", "'\"><img src=x>"])
def test_markup_in_an_action_is_text_on_every_page(inside, home, wave, text):
    parts = dict.fromkeys(LONGEST, text)
    add(inside, wave, **parts)
    assert inside.page.select("#agreed dd")[0].text == text
    key = actions.of_wave(home.database, wave)[0].key
    inside.get(address(wave, f"/actions/{key}"))
    assert inside.page.first("#goal")["value"] == text
    assert inside.page.first("#who")["value"] == text
    inside.get(address(wave, f"/actions/{key}/remove"))
    assert inside.page.select("main dd")[0].text == text
    inside.get(address(wave, "/profile"))
    assert [each.text for each in inside.page.select("main .card dd")][:4] == [text] * 4
    assert not inside.page.select("main b, main script, main img[src=x]")


def test_the_next_profile_tells_what_was_agreed_and_so_does_its_report(inside, home, wave):
    add(inside, wave)
    later = sealed(home, simulated(14, seed=2), title="Høst 2026", closes_on=date(2026, 10, 1))
    inside.get(address(wave, "/profile"))
    assert "Hva vi avtalte sist" not in inside.page.text
    assert TYPED["goal"] in inside.page.text
    inside.get(address(later, "/profile"))
    headings = [each.text for each in inside.page.select("main h2")]
    assert headings.index("Dimensjon for dimensjon") < headings.index("Hva vi avtalte sist")
    parts = [each.text for each in inside.page.select("main .card dd")]
    assert parts[:5] == [TYPED["goal"], TYPED["action"], TYPED["who"], TYPED["sign"], "1. september 2026"]
    links = [each["href"] for each in inside.page.select("main ul.go a")]
    first = inside.client.get(links[0], base_url=inside.address).data
    assert inside.client.get(links[0], base_url=inside.address).data == first
    key = actions.of_wave(home.database, wave)[0].key
    inside.get(address(wave, f"/actions/{key}")).submit({"who": "Rektor"})
    assert inside.client.get(links[0], base_url=inside.address).data != first


def test_before_sealing_there_is_nothing_to_agree_on(inside, home):
    wave = opened(home)
    assert not inside.get(address(wave)).page.select("#agreed")
    token = inside.token()
    for path in ("new", "x", "x/remove"):
        inside.get(address(wave, f"/actions/{path}"), status=409)
        inside.post(address(wave, f"/actions/{path}"), {**TYPED, "csrf_token": token}, status=409)


@ON_SQLITE
@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_the_form_says_in_every_language_to_name_no_person(inside, wave, language):
    inside.get(f"{address(wave, '/actions/new')}?language={language}")
    told = {"nb": "ikke en person", "nn": "ikkje ein person", "da": "ikke en person", "en": "not a person"}
    assert told[language] in inside.page.first("main .note").text


def test_a_form_without_its_token_changes_nothing(inside, home, wave):
    inside.post(address(wave, "/actions/new"), TYPED, status=403)
    add(inside, wave)
    key = actions.of_wave(home.database, wave)[0].key
    for path in (key, f"{key}/remove"):
        inside.post(address(wave, f"/actions/{path}"), {**TYPED, "who": "Andre"}, status=403)
    assert [each.who for each in written(home, wave)] == [TYPED["who"]]


def test_another_units_actions_are_neither_seen_nor_changed(inside, home, wave):
    add(inside, wave)
    theirs = sealed(home, simulated(12), unit="Bjørka")
    token = inside.get(address(wave, "/actions/new")).token()
    mine = actions.of_wave(home.database, wave)[0]
    kept = actions.add(home.database, theirs, mine.action)
    sent = {**TYPED, "who": "Andre", "csrf_token": token}
    paths = [address(theirs, f"/actions/{end}") for end in ("new", kept.key, f"{kept.key}/remove")]
    # under the own unit, and under the own survey too
    own = f"/leader/{wave.unit_key}/{theirs.key}/actions"
    paths += [f"{own}/new", f"{own}/{kept.key}", f"{own}/{kept.key}/remove"]
    paths += [address(wave, f"/actions/{kept.key}")]
    for path in paths:
        inside.get(path, status=404)
        inside.post(path, sent, status=404)
    inside.get(address(wave, f"/actions/{kept.key}/remove"), status=404)
    inside.post(address(wave, f"/actions/{kept.key}/remove"), sent)
    assert actions.of_wave(home.database, theirs) == (kept,)
    assert actions.of_wave(home.database, wave) == (mine,)


@pytest.mark.parametrize(("role", "status"), [("owner", 403), ("researcher", 403), (None, 303)])
def test_nobody_but_a_leader_sees_or_changes_an_action(browser, home, wave, role, status):
    if role:
        holder = accounts.add(home.database, "hun@example.org", HASHED, "nb")
        grant_role(home.database, holder, role, place(home).key if role == "owner" else None)
        browser.get("/account/sign-in").submit({"email": "hun@example.org", "password": PASSWORD})
    token = browser.get("/account/sign-in").token()
    for path in ("new", "x", "x/remove"):
        reply = browser.client.get(address(wave, f"/actions/{path}"), base_url=browser.address)
        assert reply.status_code == status
        sent = {**TYPED, "csrf_token": token}
        reply = browser.client.post(address(wave, f"/actions/{path}"), data=sent, base_url=browser.address)
        assert reply.status_code == 403
    assert written(home, wave) == []
