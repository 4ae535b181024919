"""A tablet in kiosk mode: everybody starts at a clean page, and nobody goes on from another's."""

import pytest

from survey.accounts import passwords
from survey.collection import admission, code_issuing, lifecycle, stored_urn
from survey.store.repositories import accounts
from tests.policies import POLICY
from tests.roles import grant_role
from tests.stored import raw_bytes
from tests.waves import ON_SQLITE, opened, place

pytestmark = ON_SQLITE

ELSEWHERE = {"headers": {"Sec-Fetch-Site": "none"}}
PAGE_SECONDS, IDLE_SECONDS = POLICY.retention.kiosk_page, POLICY.retention.kiosk_idle_seconds


def slip(home, wave):
    return code_issuing.issue(home.database, home.keys, wave.key, 1)[0]


def address(home, wave):
    return f"/k/{admission.kiosk_code(home.keys, wave)}"


def arrived(home, wave):
    return stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)


def first_item(browser):
    return browser.page.first("input[type=radio]")["name"]


@pytest.fixture
def linked(home):
    return opened(home, open_link=True)


@pytest.fixture
def slipped(home):
    return opened(home, "Bjerka")


@pytest.fixture
def tablet(browser, home, linked):
    browser.is_kiosk = True
    return browser.get(address(home, linked) + "?language=nb", **ELSEWHERE)


@pytest.fixture
def used(tablet):
    """A tablet on whose second page somebody is."""
    tablet.submit(press="/kiosk").get("/answer/1").submit({first_item(tablet): "2"}, "forward")
    assert tablet.path == "/answer/2"
    return tablet


def test_the_address_moves_out_of_sight_and_the_tablet_offers_a_clean_start(tablet, home, linked):
    assert tablet.path == "/kiosk"
    assert admission.kiosk_code(home.keys, linked) not in tablet.reply.text
    assert tablet.page.select("#code") == []
    assert tablet.submit(press="/kiosk").path == "/answer/start"


def test_the_start_page_forgets_whoever_was_there_and_offers_no_way_on(used, home, linked):
    assert used.get("/kiosk").page.select("main a") == []
    for page in ("/answer/1", "/answer/review", "/answer/start"):
        used.get(page, status=403)
    assert used.get("/").path == "/kiosk"
    assert used.get("/answer").path == "/kiosk"
    assert used.submit(press="/kiosk").get("/answer/1").page.select("input[checked]") == []
    assert arrived(home, linked) == 0


@pytest.mark.parametrize(
    "page", ["/answer/1", "/answer/review", "/answer/start", "/kiosk/still-there", "/answer"]
)
def test_a_typed_address_leads_to_the_start(used, page):
    assert used.get(page, **ELSEWHERE).path == "/kiosk"
    used.get("/answer/1", status=403)


def test_a_page_that_stood_too_long_is_forgotten_by_the_server_as_well(used, clock):
    clock.pass_by(PAGE_SECONDS)
    assert used.get("/answer/2").path == "/answer/2"
    token = used.token()
    clock.pass_by(PAGE_SECONDS + 61)
    assert used.post("/answer/2", {"csrf_token": token, "go": "forward"}).path == "/kiosk"
    used.get("/answer/1", status=403)


def test_whoever_is_slow_keeps_what_was_ticked(used, clock):
    """What the script does on a page that is used for long: it saves, and stays."""
    for _ in range(3):
        clock.pass_by(PAGE_SECONDS - 60)
        used.submit({first_item(used): "4"}, press=None)
        used.get("/answer/2")
        used.post("/answer/2", {"csrf_token": used.token(), first_item(used): "3", "go": "stay"})
        assert used.path == "/answer/2"
        assert used.page.first("input[checked]")["value"] == "3"


def test_without_a_script_a_page_that_stands_asks_whether_somebody_is_there(used, clock):
    asks = used.page.first("noscript").text or used.reply.text
    assert f"{PAGE_SECONDS}; url=/kiosk/still-there" in asks
    clock.pass_by(PAGE_SECONDS)
    used.get("/kiosk/still-there")
    assert "20; url=/kiosk" in used.reply.text
    assert used.page.select("input") == []
    assert used.page.first("main a.button")["href"] == "/answer/2"
    assert used.get("/answer/1").page.first("input[checked]")["value"] == "2"


def test_a_receipt_goes_back_to_the_start_by_itself_and_people_follow_each_other(tablet, home, linked):
    for number in range(1, 4):
        tablet.submit(press="/kiosk").get("/answer/1").submit({first_item(tablet): "5"}, "review")
        tablet.submit(press="Send")
        assert tablet.path == "/answer/send"
        # nobody leaves their own profile on a shared screen
        assert not tablet.page.select("meter")
        assert (
            f'<noscript><meta http-equiv="refresh" content="{IDLE_SECONDS}; url=/kiosk">' in tablet.reply.text
        )
        assert tablet.page.first("#kiosk")["data-idle"] == str(IDLE_SECONDS)
        tablet.get("/kiosk")
        assert arrived(home, linked) == number


def test_stopping_leads_back_to_the_start_too(used):
    used.submit(press="stop")
    used.submit(press="/answer/stop")
    assert f'<noscript><meta http-equiv="refresh" content="{IDLE_SECONDS}; url=/kiosk">' in used.reply.text
    assert used.get("/").path == "/kiosk"


def test_a_survey_with_slips_still_wants_them(browser, home, slipped):
    browser.is_kiosk = True
    browser.get(address(home, slipped))
    browser.submit({"code": "0000-0000-00000"}, "/kiosk", status=400)
    assert browser.page.first(".faults a")["href"] == "#code"
    code = slip(home, slipped)
    assert browser.submit({"code": code}, "/kiosk").path == "/answer/start"
    browser.get("/answer/1").submit({first_item(browser): "5"}, "review")
    browser.submit(press="Send")
    assert arrived(home, slipped) == 1
    browser.get("/kiosk").submit({"code": code}, "/kiosk", status=400)
    assert arrived(home, slipped) == 1


def test_a_second_slip_that_is_scanned_starts_clean_and_asks_nothing(used, home, slipped):
    assert used.get(f"/c/{slip(home, slipped)}", **ELSEWHERE).path == "/answer/start"
    assert used.get("/answer/1").page.select("input[checked]") == []


def test_the_tablet_forgets_the_survey_once_it_is_closed(used, home, linked):
    lifecycle.close(home.database, linked.key)
    used.get("/kiosk", status=410)
    used.is_kiosk = False
    assert used.get("/").path == "/"
    used.get("/kiosk", status=403)
    used.get(address(home, linked), status=410)


def test_leaving_takes_the_code_that_the_leader_has(used, home, linked, slipped):
    used.get("/kiosk/leave")
    for wrong in ("", "7K3M", admission.kiosk_code(home.keys, slipped), admission.link(home.keys, linked)):
        used.submit({"code": wrong}, "/kiosk/leave", status=400)
    used.submit({"code": admission.kiosk_code(home.keys, linked).lower()}, "/kiosk/leave")
    used.is_kiosk = False
    assert used.get("/").path == "/"
    used.get("/answer/1", status=403)


def test_setting_up_asks_before_it_deletes_what_somebody_left_on_the_device(browser, home, linked):
    browser.get(f"/open/{admission.link(home.keys, linked)}")
    browser.get("/answer/1").submit({first_item(browser): "2"}, "forward")
    browser.get(address(home, linked))
    assert browser.path == address(home, linked)
    assert browser.page.first("main a.quiet")["href"] == "/answer"
    browser.is_kiosk = True
    assert browser.submit(press=None).path == "/kiosk"


def test_a_tablet_that_stood_overnight_is_still_set_up_and_holds_nobodys_answers(used, clock):
    clock.pass_by(20 * 3600)
    assert used.get("/answer/1").path == "/kiosk"
    assert used.submit(press="/kiosk").path == "/answer/start"


@pytest.mark.parametrize("given", ["0000-0000-00000", "x", "k"])
def test_an_address_that_is_none_sets_nothing_up(browser, given):
    browser.get(f"/k/{given}", status=404)
    browser.get("/kiosk", status=403)


def test_the_open_link_is_no_kiosk_and_the_kiosk_no_link(browser, home, linked):
    browser.get(f"/k/{admission.link(home.keys, linked)}", status=404)
    browser.get(f"/open/{admission.kiosk_code(home.keys, linked)}", status=404)
    browser.get("/").submit({"code": admission.kiosk_code(home.keys, linked)}, status=400)


def test_the_leader_finds_the_address_on_the_page_of_an_open_survey(browser, home, linked, slipped):
    holder = accounts.add(
        home.database, "leder@example.org", passwords.hash_password("en lang setning her"), "nb"
    )
    for wave in (linked, slipped):
        grant_role(home.database, holder, "leader", wave.unit_key)
    browser.get("/account/sign-in").submit({"email": "leder@example.org", "password": "en lang setning her"})
    for wave in (linked, slipped):
        page = browser.get(f"/leader/{wave.unit_key}/{wave.key}").page
        [shown] = [each.text for each in page.select(".address") if "/k/" in each.text]
        assert shown == f"https://svar.example{address(home, wave)}"
    lifecycle.close(home.database, linked.key)
    assert "/k/" not in browser.get(f"/leader/{linked.unit_key}/{linked.key}").page.first("main").text


def test_nothing_that_is_stored_tells_of_a_kiosk_or_of_somebody_who_stopped(used, home, capsys):
    before = raw_bytes(home.database)
    capsys.readouterr()
    used.submit(press="stop")
    used.submit(press="/answer/stop")
    used.get("/kiosk").submit(press="/kiosk")
    used.get("/answer/1").submit(press="review")
    used.submit(press="/answer/send")
    used.submit(press="/answer/nothing")
    assert used.path == "/answer/nothing-sent"
    assert raw_bytes(home.database) == before
    assert capsys.readouterr() == ("", "")


def test_a_page_of_the_form_outside_of_kiosk_mode_runs_no_script_of_it(browser, home, linked):
    browser.get(f"/open/{admission.link(home.keys, linked)}").get("/answer/1")
    assert "kiosk" not in browser.reply.text
    assert place(home)
