"""What one gets in return for answers: what happens now, what was agreed last time, and one's own profile."""

from datetime import timedelta

import pytest

from instruments.answers import Answers
from reports.results.agreed_actions import AgreedAction
from survey.collection import code_issuing, lifecycle, sealing, staff_results
from survey.store.repositories import actions
from survey.web.respondent.receipt import own_profile
from tests.waves import CLOSES, OPENS, answer, opened, simulated, version

ITEMS = version().items
GOAL, DEED = "Vi vet hva vi mener med god lesing", "Ti minutter på hvert trinnmøte"


def sent(browser, home, wave):
    """A browser that has answered the first dimension with 1, 2, 3 and 4, one item of the next, and sent."""
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    browser.get(f"/c/{code}").get("/answer/start?language=nb").get("/answer/1")
    said = {f"item_{item.id}": str(place + 1) for place, item in enumerate(ITEMS[:5])}
    browser.submit(said, "review")
    return browser.submit(press="Send")


@pytest.fixture
def wave(home):
    return opened(home)


def test_the_profile_is_ones_own_score_in_every_dimension_by_the_questionnaires_rule():
    wording = version().wording("skole", "nb")
    own = own_profile(Answers(version(), {item.id: 4 for item in ITEMS}), wording)
    reversed_items = {item.id for item in ITEMS if item.reverse}
    expected = [
        (
            wording.dimensions[part.id].name,
            sum(2 if item.id in reversed_items else 4 for item in part.items) / len(part.items),
        )
        for part in version()
    ]
    assert [(each.name, each.score) for each in own.scores] == expected
    assert reversed_items


def test_the_reply_to_sending_shows_the_profile_and_says_what_has_none(browser, home, wave):
    page = sent(browser, home, wave).page
    rows = [[each.text for each in row.select("th, td")] for row in page.select(".own tbody tr")]
    wording = version().wording("skole", "nb")
    assert [name for name, _ in rows] == [wording.dimensions[part.id].name for part in version()]
    turned = [6 - said if item.reverse else said for said, item in enumerate(ITEMS[:4], start=1)]
    assert float(page.select("meter")[0]["value"]) == sum(turned) / 4
    assert rows[0][1] == f"{sum(turned) / 4:.1f}".replace(".", ",")
    # one answer of four is too few, and none is
    assert {said for _, said in rows[1:]} == {"Du svarte på for få påstander"}
    assert "Ingen andre kan se dette." in page.first(".own").text


def test_the_profile_is_folded_until_it_is_asked_for(browser, home, wave):
    assert "open" not in sent(browser, home, wave).page.first("details.own").attributes


def test_the_profile_is_gone_with_the_page(browser, home, wave):
    token = sent(browser, home, wave).token()
    for reply in (
        browser.get("/answer/send"),
        browser.post("/answer/send", {"csrf_token": token}),
        browser.get("/answer/receipt"),
    ):
        assert reply.path == "/answer/receipt"
        assert not reply.page.select(".own, meter")
        assert reply.heading == "Takk. Svarene dine har kommet fram"


def test_the_receipt_says_until_when_others_answer_and_what_comes_then(browser, home, wave):
    told = [each.text for each in sent(browser, home, wave).page.select("main ol li")]
    assert told[0] == "Andre kan svare til og med 20. mars 2026."
    assert len(told) == 4
    assert told[3].endswith(f"https://svar.example/r/{staff_results.code(home.keys, wave)}")


def test_what_was_agreed_after_the_last_survey_is_told_and_nothing_else_of_it(browser, home):
    earlier = opened(
        home, "Asken", title="Høst", opens_on=OPENS - timedelta(200), closes_on=CLOSES - timedelta(190)
    )
    answer(home, earlier, simulated(8), earlier.opens_on)
    lifecycle.close(home.database, earlier.key)
    earlier = sealing.seal(home.database, home.keys, home.policy, earlier.key)
    agreed = AgreedAction(version().dimensions[0].id, GOAL, DEED, "Teamlederne", "Flere spør", CLOSES)
    actions.add(home.database, earlier, agreed)
    page = sent(browser, home, opened(home, "Asken", title="Vår")).page
    assert [each.text for each in page.select(".agreements h3")] == [GOAL]
    assert DEED in page.first(".agreements").text
    assert "Teamlederne" in page.first(".agreements").text


def test_nothing_is_said_of_agreements_where_there_are_none(browser, home, wave):
    assert not sent(browser, home, wave).page.select(".agreements")
