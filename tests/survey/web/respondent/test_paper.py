"""Answers on paper are typed in: one form after the other, each checked, saved once, and gone."""

import pytest

from instruments.answers import SKIPPED, typed_codes
from survey.collection import admission, code_issuing, lifecycle, sealing, stored_urn, submission
from survey.store.repositories import sealed as sealed_waves
from tests.policies import POLICY
from tests.stored import raw_bytes
from tests.waves import CLOSES, ON_SQLITE, TODAY, but_drawn, kept_sums, opened, simulated, version

pytestmark = ON_SQLITE

ELSEWHERE = {"headers": {"Sec-Fetch-Site": "none"}}
FIELDS = [f"item_{item.id}" for item in version().items]


def address(home, wave):
    settings = type("Public", (), {"public_url": ""})
    return admission.paper_address(settings, home.keys, wave)


def slips(home, wave, number=1):
    return code_issuing.issue(home.database, home.keys, wave.key, number)


def arrived(home, wave):
    return stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)


def all_alike(sign):
    return dict.fromkeys(FIELDS, sign)


@pytest.fixture
def slipped(home):
    return opened(home, "Bjerka", background="years_here@1")


@pytest.fixture
def linked(home):
    return opened(home, open_link=True, invited=10)


@pytest.fixture
def desk(browser, home, slipped):
    """A device on which the forms of a survey with slips are typed in, at the first of them."""
    browser.get(address(home, slipped) + "?language=en", **ELSEWHERE)
    return browser.get("/paper/form")


@pytest.fixture
def link_desk(browser, home, linked):
    browser.get(address(home, linked) + "?language=en", **ELSEWHERE)
    return browser.get("/paper/form")


def shown(browser):
    """What the fields of a form on the page hold, where they hold something."""
    values = {each["name"]: each.get("value", "") for each in browser.page.select(".sign input")}
    return {name: value for name, value in values.items() if value}


def test_the_address_moves_out_of_sight_and_the_page_says_what_is_asked_of_who_types(browser, home, slipped):
    browser.get(address(home, slipped) + "?language=en", **ELSEWHERE)
    assert browser.path == "/paper"
    assert address(home, slipped).rpartition("/")[2] not in browser.reply.text
    told = browser.page.first("main").text
    for part in (
        "Say nothing of it to anyone",
        "before 20 March 2026 is over",
        "shred",
        "for at most 2 hours",
    ):
        assert part in " ".join(told.split())
    assert [each["hreflang"] for each in browser.page.select(".tongues a")] == ["nb", "nn", "en"]


def test_a_form_is_typed_by_its_signs_checked_and_saved_and_the_next_one_is_empty(desk, home, slipped):
    signs = all_alike("4") | {FIELDS[0]: " 8 ", FIELDS[1]: "9", FIELDS[2]: "", FIELDS[35]: "１"}
    [code] = slips(home, slipped)
    desk.submit({"code": code, **signs, "background": "over_10"}, "/paper/form")
    assert desk.path == "/paper/check"
    told = " ".join(desk.page.first("main").text.split())
    assert "35 of 36 statements are answered. Unanswered: 3." in told
    assert "More than 10 years" in told
    rows = [" ".join(each.text.split()) for each in desk.page.select(".typed li")]
    assert rows[:4] == ["1 8 Don't know", "2 9 Not applicable", "3 Unanswered", "4 4 To a great extent"]
    assert rows[35] == "36 1 To a very small extent"
    assert arrived(home, slipped) == 0
    desk.submit(press="Save the form")
    assert (desk.path, desk.heading) == ("/paper/form", "Saved: type in the next form")
    assert (arrived(home, slipped), shown(desk), desk.page.first("#code")["value"]) == (1, {}, "")
    assert desk.get("/paper/form").heading == "Type in a form"


def test_what_was_typed_is_what_is_counted(desk, home, slipped):
    people = simulated(6, seed=5)
    signs = {answer: sign for sign, answer in typed_codes(version().scale).items()} | {SKIPPED: ""}
    for code, person in zip(slips(home, slipped, len(people)), people, strict=True):
        typed = {f"item_{item}": signs[answer] for item, answer in person.given.items()}
        desk.submit({"code": code, **typed}, "/paper/form").submit(press="Save the form")
    lifecycle.close(home.database, slipped.key)
    sealing.seal(home.database, home.keys, home.policy, slipped.key)
    assert but_drawn(sealed_waves.of_wave(home.database, slipped).moments) == kept_sums(home, people)


def test_numbers_on_the_page_are_those_on_the_form(desk):
    rows = desk.page.select(".sign label")
    wording = version().wording("skole", "en")
    assert [" ".join(each.text.split()) for each in rows] == [
        f"{number} {wording.items[item.id]}" for number, item in enumerate(version().items, start=1)
    ]
    legend = " ".join(desk.page.first(".signs").text.split())
    assert legend.startswith("Type: 1 To a very small extent 2 ")
    assert "8 Don't know 9 Not applicable nothing no cross, or more than one" in legend


def test_a_wrong_sign_and_a_wrong_code_are_named_and_what_was_typed_stays(desk, home, slipped):
    desk.submit({"code": "7K3M", **all_alike("3"), FIELDS[6]: "7", FIELDS[7]: "x"}, "/paper/form", status=400)
    faults = [(each["href"], each.text) for each in desk.page.select(".faults a")]
    assert [href for href, _ in faults] == ["#code", f"#{FIELDS[6]}", f"#{FIELDS[7]}"]
    assert faults[1][1] == "Statement 7: “7” is not one of the signs on the form."
    assert shown(desk)[FIELDS[7]] == "x"
    [code] = slips(home, slipped)
    desk.submit({"code": code, FIELDS[6]: "2", FIELDS[7]: ""}, "/paper/form")
    assert desk.path == "/paper/check"


def test_what_is_wrong_can_be_corrected_before_it_is_saved(desk, home, slipped):
    [code] = slips(home, slipped)
    desk.submit({"code": code, **all_alike("5"), "background": "under_3"}, "/paper/form")
    desk.get(desk.page.first("main a.quiet")["href"])
    assert (shown(desk), desk.page.first("#code")["value"]) == (all_alike("5"), code)
    assert desk.page.first("option[selected]")["value"] == "under_3"
    desk.submit({FIELDS[0]: "1"}, "/paper/form")
    assert desk.page.first(".typed b").text == "1"
    desk.submit(press="Save the form")
    assert arrived(home, slipped) == 1


def test_a_slip_counts_once_on_paper_and_screen_together(desk, home, slipped):
    [code] = slips(home, slipped)
    desk.submit({"code": code, **all_alike("5")}, "/paper/form").submit(press="Save the form")
    desk.submit({"code": code, **all_alike("1")}, "/paper/form", status=400)
    assert "That code has been used" in desk.page.first(".faults").text
    assert arrived(home, slipped) == 1
    desk.get(f"/c/{code}", status=409)


def test_a_slip_of_another_survey_is_refused_in_words_of_its_own(desk, home):
    [other] = slips(home, opened(home, "Osp"))
    desk.submit({"code": other, **all_alike("5")}, "/paper/form", status=400)
    assert "That form belongs to another survey" in desk.page.first(".faults").text


def test_sending_twice_counts_once_and_shows_nothing_again(desk, home, slipped):
    [code] = slips(home, slipped)
    desk.submit({"code": code, **all_alike("5")}, "/paper/form")
    cookie = desk.client.get_cookie("__Host-answers", domain="svar.example").value
    sent = {"csrf_token": desk.token(), "form": desk.page.first("[name=form]")["value"]}
    desk.post("/paper/check", sent)
    assert desk.post("/paper/check", sent).path == "/paper/form"
    # the first reply was lost, and the browser still has the cookie from before
    desk.client.set_cookie("__Host-answers", cookie, domain="svar.example", secure=True)
    desk.post("/paper/check", sent)
    assert desk.heading == "Nothing new was saved: type in the next form"
    assert "If you pressed twice or lost the connection" in desk.page.first(".note").text
    assert arrived(home, slipped) == 1


def test_a_code_that_was_used_elsewhere_after_the_check_is_not_said_to_be_saved(desk, home, slipped):
    [code] = slips(home, slipped)
    desk.submit({"code": code, **all_alike("5")}, "/paper/form")
    admitted = admission.admit(home.database, home.keys, code, TODAY)
    assert submission.submit(home.database, home.keys, admitted, simulated(1)[0], TODAY) is True
    desk.submit(press="Save the form")
    assert (desk.path, desk.heading) == ("/paper/form", "Nothing new was saved: type in the next form")
    assert "the code was used somewhere else, and this form is not counted" in desk.page.first(".note").text
    assert (shown(desk), arrived(home, slipped)) == ({}, 1)
    assert desk.get("/paper/form").page.select(".note") == []


def test_an_open_links_form_that_is_corrected_after_a_lost_reply_counts_once(link_desk, home, linked):
    assert link_desk.page.select("#code") == []
    link_desk.submit(all_alike("5"), "/paper/form")
    cookie = link_desk.client.get_cookie("__Host-answers", domain="svar.example").value
    link_desk.submit(press="Save the form")
    link_desk.client.set_cookie("__Host-answers", cookie, domain="svar.example", secure=True)
    link_desk.get("/paper/correct").submit({FIELDS[0]: "1"}, "/paper/form").submit(press="Save the form")
    assert arrived(home, linked) == 1
    assert "the correction is not counted" in link_desk.page.first(".note").text


def test_an_open_link_takes_as_many_forms_as_answers_from_screens(link_desk, home, linked):
    for _ in range(admission.cap(linked)):
        link_desk.get("/paper/form").submit(all_alike("3"), "/paper/form").submit(press="Save the form")
    assert arrived(home, linked) == admission.cap(linked)
    link_desk.submit(all_alike("3"), "/paper/form", status=409)
    assert link_desk.heading == "All the places have been used"


def test_a_form_without_a_cross_is_no_answer(link_desk, home, linked):
    link_desk.submit(press="/paper/form")
    assert link_desk.page.select("main button") == []
    token = link_desk.token()
    sent = {"csrf_token": token, "form": link_desk.page.first("[name=form]")["value"]}
    assert link_desk.post("/paper/check", sent).path == "/paper/check"
    assert arrived(home, linked) == 0


def test_pages_of_a_form_that_was_saved_show_nothing_and_send_nothing(link_desk, home, linked):
    """The back button, and a page that another tab still shows."""
    old = {"csrf_token": link_desk.token(), "sheet": link_desk.page.first("[name=sheet]")["value"]}
    link_desk.submit(all_alike("5"), "/paper/form")
    checked = {"csrf_token": link_desk.token(), "form": link_desk.page.first("[name=form]")["value"]}
    link_desk.submit(press="Save the form")
    for page in ("/paper/check", "/paper/correct", "/paper/form"):
        assert (link_desk.get(page).path, shown(link_desk)) == ("/paper/form", {})
    link_desk.post("/paper/form", {**old, **all_alike("7")}, status=400)
    assert (link_desk.heading, shown(link_desk)) == ("That page is too old", {})
    link_desk.get("/paper/form").submit(all_alike("1"), "/paper/form")
    link_desk.post("/paper/check", checked, status=400)
    assert arrived(home, linked) == 1


@pytest.mark.parametrize("page", ["/paper/check", "/paper/correct"])
def test_whoever_comes_otherwise_than_from_the_page_before_finds_an_empty_form(link_desk, page):
    link_desk.submit(all_alike("5"), "/paper/form")
    assert link_desk.get(page, **ELSEWHERE).path == "/paper/form"
    assert (shown(link_desk), link_desk.get("/paper/correct").path) == ({}, "/paper/form")


def test_the_next_form_finds_nothing_of_one_that_was_given_up(link_desk):
    link_desk.submit(all_alike("5"), "/paper/form")
    assert (shown(link_desk.get("/paper/form")), link_desk.get("/paper/check").path) == ({}, "/paper/form")


def test_a_form_that_was_given_up_in_another_tab_is_not_passed_over_in_silence(link_desk, home, linked):
    link_desk.submit(all_alike("5"), "/paper/form")
    checked = {"csrf_token": link_desk.token(), "form": link_desk.page.first("[name=form]")["value"]}
    link_desk.get("/paper/form")
    link_desk.post("/paper/check", checked, status=400)
    assert "Nothing was saved just now" in link_desk.page.first("main").text
    assert arrived(home, linked) == 0


def test_a_code_used_elsewhere_is_not_said_to_be_saved_on_the_last_day_either(desk, home, slipped, clock):
    clock.pass_by((CLOSES - TODAY).days * 86400 + 11 * 3600 - 60)
    [code] = slips(home, slipped)
    desk.get(address(home, slipped)).get("/paper/form")
    desk.submit({"code": code, **all_alike("5")}, "/paper/form")
    admitted = admission.admit(home.database, home.keys, code, CLOSES)
    submission.submit(home.database, home.keys, admitted, simulated(1)[0], CLOSES)
    clock.pass_by(3600)
    desk.submit(press="Save the form")
    assert desk.heading == "The last day is over"
    assert "this form is not counted" in desk.page.first(".note").text


def test_forms_are_taken_as_long_as_answers_from_screens(link_desk, home, linked, clock):
    # to a minute before the end of the last day, where the installation is
    clock.pass_by((CLOSES - TODAY).days * 86400 + 11 * 3600 - 60)
    link_desk.get(address(home, linked)).get("/paper/form").submit(all_alike("5"), "/paper/form")
    clock.pass_by(3600)
    # checked on the last day: it is sent like a draft that was begun on it
    link_desk.submit(press="Save the form")
    assert (link_desk.heading, arrived(home, linked)) == ("Saved. The last day is over", 1)
    link_desk.get("/paper/form", status=403)
    link_desk.get(address(home, linked), status=410)


def test_the_device_forgets_the_survey_once_it_is_closed_and_after_two_hours(desk, home, slipped, clock):
    clock.pass_by(POLICY.retention.unsent_answers + 1)
    desk.get("/paper/form", status=403)
    assert desk.heading == "This device is not set up for typing in"
    desk.get(address(home, slipped)).get("/paper/form")
    lifecycle.close(home.database, slipped.key)
    desk.get("/paper/form", status=410)
    assert desk.get("/").path == "/"


def test_a_form_that_took_longer_than_the_device_remembers_says_so(desk, clock):
    token, sheet = desk.token(), desk.page.first("[name=sheet]")["value"]
    clock.pass_by(POLICY.retention.unsent_answers + 1)
    desk.post("/paper/form", {"csrf_token": token, "sheet": sheet, **all_alike("2")}, status=403)
    assert desk.heading == "This device is not set up for typing in"


def test_finishing_leaves_nothing_on_the_device(link_desk):
    link_desk.submit(all_alike("5"), "/paper/form")
    assert link_desk.get("/").path == "/paper"
    link_desk.submit(press="/paper")
    assert link_desk.path == "/paper/finished"
    link_desk.get("/paper/form", status=403)
    assert link_desk.get("/").path == "/"


def test_setting_up_asks_before_it_deletes_what_somebody_left_on_the_device(browser, home, slipped, linked):
    browser.get(f"/open/{admission.link(home.keys, linked)}")
    browser.get("/answer/1").submit({browser.page.first("input[type=radio]")["name"]: "2"}, "forward")
    browser.get(address(home, slipped))
    assert browser.path == address(home, slipped)
    assert browser.page.first("main a.quiet")["href"] == "/answer"
    assert browser.submit(press=None).path == "/paper"
    browser.get("/answer/1", status=403)


def test_somebody_who_comes_with_a_slip_of_their_own_finds_nothing_of_typing(link_desk, home, slipped):
    link_desk.submit(all_alike("5"), "/paper/form")
    [code] = slips(home, slipped)
    assert link_desk.get(f"/c/{code}", **ELSEWHERE).path == "/answer/start"
    assert link_desk.get("/answer/1").page.select("input[checked]") == []
    link_desk.get("/paper/check", status=403)


@pytest.mark.parametrize("given", ["0000-0000-00000", "x", "p"])
def test_an_address_that_is_none_sets_nothing_up(browser, given):
    browser.get(f"/p/{given}", status=404)
    browser.get("/paper", status=403)


def test_each_link_leads_to_its_own_page_and_to_no_other(browser, home, linked):
    code = address(home, linked).rpartition("/")[2]
    for other in (admission.link(home.keys, linked), admission.kiosk_code(home.keys, linked)):
        browser.get(f"/p/{other}", status=404)
    for page in ("open", "k", "c"):
        browser.get(f"/{page}/{code}", status=404 if page != "c" else 400)
    assert browser.get(f"/P/{code.lower()}/").path == "/paper"


def test_typing_writes_nothing_before_a_form_is_saved(link_desk, home, capsys):
    before = raw_bytes(home.database)
    capsys.readouterr()
    link_desk.submit(all_alike("5"), "/paper/form")
    link_desk.get("/paper/correct").get("/paper/form").get("/paper").submit(press="/paper")
    assert raw_bytes(home.database) == before
    assert capsys.readouterr() == ("", "")


def test_a_field_that_was_not_asked_for_is_refused(link_desk):
    link_desk.submit({**all_alike("5"), "background": "under_3"}, "/paper/form", status=400)
    assert link_desk.heading == "That form does not belong to this survey"
