"""No rehearsal can become an answer, and no answer can be lost by one.

Somebody tries to hand in what was only rehearsed, by every cookie and every form there is; and somebody
rehearses on a device on which another is answering.
"""

import pytest

from survey.collection import admission, code_issuing, questionnaire_link, stored_urn, submission
from survey.store.tables import metadata
from tests.pages import Browser
from tests.waves import ON_SQLITE, opened

pytestmark = ON_SQLITE

HOST = "svar.example"


@pytest.fixture
def wave(home):
    return opened(home, open_link=True, invited=12)


def rehearsing(browser, home, wave):
    """Somebody who has ticked a whole page in a rehearsal, in Norwegian."""
    browser.get(f"/rehearsal/{questionnaire_link.code(home.keys, wave)}?language=nb")
    return tick(browser.get("/rehearsal/answer/1"), "5")


def answering(browser, home, wave):
    """Somebody who has answered a whole page, and nothing is sent."""
    browser.get(f"/open/{admission.link(home.keys, wave)}?language=nb")
    return tick(browser.get("/answer/1"), "2")


def tick(browser, said):
    names = {each["name"] for each in browser.page.select("input[type=radio][name^=item_]")}
    return browser.submit(dict.fromkeys(names, said), "forward")


def chosen(browser, path):
    return [each["value"] for each in browser.get(path).page.select("input[checked]")]


def everything_stored(home):
    with home.database.reading() as connection:
        return {name: connection.execute(each.select()).all() for name, each in metadata.tables.items()}


def handed_in(home, wave):
    return stored_urn.count(home.database, stored_urn.open_urn(home.keys, wave), wave)


def cookie(browser, name):
    return next(
        each
        for key, each in browser.client._cookies.items()
        if key[0] == HOST and each.key == f"__Host-{name}"
    )


def give(browser, name, value):
    browser.client.set_cookie(f"__Host-{name}", value, domain=HOST, secure=True)


def test_a_whole_rehearsal_changes_nothing_that_is_stored(browser, home, wave):
    before, seen = everything_stored(home), turnout(home, wave)
    rehearsing(browser, home, wave).get("/rehearsal/answer/review").submit(press="/rehearsal/answer/send")
    assert browser.path == "/rehearsal/answer/send"
    assert everything_stored(home) == before
    assert turnout(home, wave) == seen
    assert handed_in(home, wave) == 0


def turnout(home, wave):
    return submission.turnout(home.database, home.keys, home.policy, wave)


def test_a_rehearsals_cookie_is_none_to_answer_with_under_any_name(browser, home, wave):
    rehearsing(browser, home, wave)
    token, held = browser.get("/rehearsal/answer/1").token(), cookie(browser, "rehearsal").value
    # the pages that count do not open it
    give(browser, "answers", held)
    browser.get("/answer/1", status=403)
    browser.post("/answer/send", {"csrf_token": token}, status=403)
    assert handed_in(home, wave) == 0


def test_an_answers_cookie_is_none_to_rehearse_with_and_is_left_as_it_is(browser, home, wave):
    answering(browser, home, wave)
    held = cookie(browser, "answers").value
    give(browser, "rehearsal", held)
    browser.get("/rehearsal/answer/1", status=403)
    browser.post("/rehearsal/answer/send", {"csrf_token": browser.get("/answer/1").token()}, status=403)
    assert set(chosen(browser, "/answer/1")) == {"2"}


def test_a_form_of_a_rehearsal_is_none_of_answering_and_the_other_way_round(browser, home, wave):
    answering(browser, home, wave)
    rehearsing(browser, home, wave)
    tokens = {root: browser.get(f"{root}/answer/1").token() for root in ("", "/rehearsal")}
    assert len(set(tokens.values())) == 2
    for root, other in (("", "/rehearsal"), ("/rehearsal", "")):
        for path in ("/answer/1", "/answer/send", "/answer/stop", "/answer/finish", "/answer"):
            sent = {"csrf_token": tokens[other], **({"choice": "anew"} if path == "/answer" else {})}
            browser.post(root + path, sent, status=400)
    assert handed_in(home, wave) == 0
    assert set(chosen(browser, "/answer/1")) == {"2"}
    assert set(chosen(browser, "/rehearsal/answer/1")) == {"5"}


@pytest.mark.parametrize("ending", ["send", "stop", "finish", "leave", "anew"])
def test_answers_that_are_not_sent_outlive_every_end_of_a_rehearsal(browser, home, wave, ending):
    answering(browser, home, wave)
    rehearsing(browser, home, wave)
    if ending == "leave":
        browser.get("/rehearsal/leave")
    else:
        sent = {"csrf_token": browser.get("/rehearsal/answer/1").token()}
        path = "/rehearsal/answer" if ending == "anew" else f"/rehearsal/answer/{ending}"
        browser.post(path, sent | ({"choice": "anew"} if ending == "anew" else {}))
    assert set(chosen(browser, "/answer/1")) == {"2"}
    browser.get("/answer/review").submit(press="/answer/send")
    assert browser.heading == "Takk. Svarene dine har kommet fram"
    assert handed_in(home, wave) == 1


def test_sending_answers_does_not_end_a_rehearsal_nor_takes_anything_of_it(browser, home, wave):
    rehearsing(browser, home, wave)
    answering(browser, home, wave)
    browser.get("/answer/review").submit(press="/answer/send")
    assert handed_in(home, wave) == 1
    assert set(chosen(browser, "/rehearsal/answer/1")) == {"5"}


def test_a_slips_code_is_as_good_after_a_rehearsal_as_before(browser, home):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    rehearsing(browser, home, wave).get("/rehearsal/answer/review").submit(press="/rehearsal/answer/send")
    tick(browser.get(f"/c/{code}").get("/answer/1"), "2")
    browser.get("/answer/review").submit(press="/answer/send")
    assert handed_in(home, wave) == 1


def test_nobody_rehearses_on_a_shared_tablet(app, public_url, home, wave):
    """Whoever comes next there would tick what does not count; and whoever is there loses nothing."""
    tablet = Browser(app, public_url)
    rehearsing(tablet, home, wave)
    tablet.is_kiosk = True
    tablet.get(f"/k/{admission.kiosk_code(home.keys, wave)}").submit(press="/kiosk")
    tick(tablet.get("/answer/1"), "2")
    held = cookie(tablet, "answers").value
    for path in (
        f"/rehearsal/{questionnaire_link.code(home.keys, wave)}",
        "/rehearsal/answer/1",
        "/rehearsal/answer/start",
    ):
        reply = tablet.client.get(path, base_url=public_url)
        assert (reply.status_code, reply.location) == (303, "/kiosk")
        assert cookie(tablet, "answers").value == held
    assert set(chosen(tablet, "/answer/1")) == {"2"}
