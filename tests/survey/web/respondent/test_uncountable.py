"""Whoever would answer a survey that cannot be counted is told so, and nothing is taken from them."""

import os
import shutil

import pytest

from survey.collection import access_codes, admission, code_issuing, stored_urn, wave_links
from survey.collection import keys as keys_module
from survey.collection.keys import KeyDirectory
from survey.store import ttl_cache
from survey.store.repositories import urns
from tests.log_lines import log_lines
from tests.waves import TODAY, opened

HEADING = "Undersøkelsen kan ikke ta imot svar nå"


def lose(home, wave, half):
    (home.keys.path / f"{wave.key}.{half}").unlink()


def swap(home, wave, half):
    other = opened(home, "Eik")
    shutil.copy(home.keys.path / f"{other.key}.{half}", home.keys.path / f"{wave.key}.{half}")


def cut(home, wave, half):
    os.truncate(home.keys.path / f"{wave.key}.{half}", 16)


def harm(home, statement, wave):
    with home.database.writing() as connection:
        connection.exec_driver_sql(f"{statement} AND wave_id = {wave.id}")


# what was done to the wave, and the code that the log then holds
HARMS = {
    "private key lost": (lambda home, wave: lose(home, wave, "private"), "keys-missing"),
    "urn key lost": (lambda home, wave: lose(home, wave, "urn"), "keys-missing"),
    "private key of another wave": (lambda home, wave: swap(home, wave, "private"), "keys-wrong"),
    "urn key of another wave": (lambda home, wave: swap(home, wave, "urn"), "keys-wrong"),
    "private key cut short": (lambda home, wave: cut(home, wave, "private"), "keys-missing"),
    "urn key cut short": (lambda home, wave: cut(home, wave, "urn"), "keys-missing"),
    "one box lost": (lambda home, wave: harm(home, "DELETE FROM urn WHERE shard = 4", wave), "urn-damaged"),
    "one box altered": (
        lambda home, wave: harm(
            home, "UPDATE urn SET box = (SELECT max(box) FROM urn WHERE shard = 3) WHERE shard = 4", wave
        ),
        "urn-damaged",
    ),
}


@pytest.fixture(autouse=True)
def ask_the_database(monkeypatch):
    """Let no second pass between what is done to an urn and what is seen of it."""
    monkeypatch.setattr(ttl_cache, "LONGEST_SECONDS", 0)


@pytest.fixture(params=sorted(HARMS))
def harmed(request):
    return HARMS[request.param]


def require_told(browser, capsys, code):
    """The page says whose fault it is, that nothing was taken and whom to ask; the log only what is wrong."""
    assert browser.heading == HEADING
    said = browser.page.first("main .lead").text
    for each in ("Feilen er vår", "Du har ikke gjort noe galt", "ikke tatt imot noe svar", "Si fra til den"):
        assert each in said
    assert code not in browser.page.first("main").text
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": code, "date": TODAY.isoformat()}
    ]


def boxes_of(home, wave):
    with home.database.reading() as connection:
        return urns.boxes(connection, wave.id)


def begin(browser, code):
    browser.get("/").submit({"code": code})
    if browser.path == "/answer":
        browser.submit(press="anew")
    browser.get("/answer/start?language=nb")
    browser.get("/answer/1")
    browser.submit({browser.page.first("input[type=radio]")["name"]: "4"}, "review")


def test_nobody_is_asked_anything_by_a_survey_that_cannot_be_counted(browser, home, harmed, capsys):
    wave = opened(home, invited=40)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    damage, logged = harmed
    damage(home, wave)
    capsys.readouterr()
    browser.get(f"/c/{code}?language=nb", status=503)
    require_told(browser, capsys, logged)
    browser.post("/", {"csrf_token": browser.get("/").token(), "code": code}, status=503)
    require_told(browser, capsys, logged)
    assert browser.get("/answer", status=403).heading == "Start med koden din"


def test_nobody_comes_in_by_the_link_of_a_survey_that_cannot_be_counted(browser, home, harmed, capsys):
    wave = opened(home, open_link=True)
    link = admission.link(home.keys, wave)
    damage, logged = harmed
    damage(home, wave)
    capsys.readouterr()
    browser.get(f"/open/{link}?language=nb", status=503)
    require_told(browser, capsys, logged)


def test_answers_are_not_taken_into_an_urn_that_can_never_be_opened(browser, home, harmed, capsys):
    wave, whole = opened(home, invited=40), opened(home, "Gran")
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    begin(browser, code)
    damage, logged = harmed
    damage(home, wave)
    before = boxes_of(home, wave)
    capsys.readouterr()
    browser.post("/answer/send", {"csrf_token": browser.token()}, status=503)
    require_told(browser, capsys, logged)
    assert boxes_of(home, wave) == before
    # the answers are still on the device, and another survey goes on
    assert browser.get("/answer/review").path == "/answer/review"
    [other] = code_issuing.issue(home.database, home.keys, whole.key, 1)
    begin(browser, other)
    browser.submit(press="Send")
    assert browser.path == "/answer/send"
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, whole), whole) == 1


def test_what_comes_back_is_taken_again(browser, home):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    begin(browser, code)
    kept = home.keys.path / f"{wave.key}.private"
    held = kept.read_bytes()
    kept.unlink()
    token = browser.token()
    browser.post("/answer/send", {"csrf_token": token}, status=503)
    kept.write_bytes(held)
    browser.post("/answer/send", {"csrf_token": token})
    assert browser.path == "/answer/send"
    assert stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave) == 1


def taken_away(keys):
    shutil.rmtree(keys.path)


def emptied(keys):
    for each in keys.path.iterdir():
        each.unlink()


def of_another_installation(keys):
    other = KeyDirectory.of_new_installation(keys.path.with_name("others"))
    other.take_into_use()
    shutil.copy(other.path / "codes.key", keys.path)


KEYS_AWAY = [(taken_away, "keys-missing"), (emptied, "keys-missing"), (of_another_installation, "keys-wrong")]


@pytest.mark.parametrize("away", KEYS_AWAY)
def test_keys_that_are_away_make_no_slip_and_no_poster_one_that_nobody_knows(
    browser, home, tmp_path, capsys, away
):
    happened, code = away
    wave, with_link = opened(home), opened(home, open_link=True)
    [slip] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    ways = [f"/c/{slip}", *(f"/{kind}" for kind in links(home, with_link))]
    shutil.copytree(home.keys.path, tmp_path / "kept")
    happened(home.keys)
    left = sorted(each.name for each in tmp_path.glob("keys/*"))
    for way in ways:
        capsys.readouterr()
        browser.get(f"{way}?language=nb", status=503)
        require_told(browser, capsys, code)
    # no other key took its place
    assert sorted(each.name for each in tmp_path.glob("keys/*")) == left
    shutil.rmtree(home.keys.path, ignore_errors=True)
    shutil.copytree(tmp_path / "kept", home.keys.path)
    browser.get(ways[0])


def links(home, wave):
    """The last parts of the addresses that lead to a wave without a code of one's own."""
    made = {"open": wave_links.link, "k": wave_links.kiosk, "p": wave_links.paper, "r": wave_links.results}
    return [f"{kind}/{access_codes.formatted(of(home.keys, wave))}" for kind, of in made.items()]


@pytest.mark.parametrize("half", ["ids of entries", "key of boxes"])
def test_a_wave_with_a_wrong_half_of_its_key_takes_no_answers(browser, home, capsys, half):
    wave, other = opened(home), opened(home)
    [slip] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    ours, others = home.keys.urn(wave.key), home.keys.urn(other.key)
    wrong = others.pepper + ours.box_key if half == "ids of entries" else ours.pepper + others.box_key
    (home.keys.path / f"{wave.key}.urn").write_bytes(keys_module._with_checksum(wrong))
    browser.get(f"/c/{slip}?language=nb", status=503)
    require_told(browser, capsys, "keys-wrong")
