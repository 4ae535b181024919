"""Each sentence that promises something to those who answer stands in the audit, with its tests."""

import re
import tomllib

import pytest

from survey.collection import admission, code_issuing, lifecycle, submission
from tests.paths import REPOSITORY
from tests.stored import raw_bytes
from tests.waves import ON_SQLITE, TODAY, alike, opened, opened_with_sheets

AUDIT = (REPOSITORY / "docs" / "privacy-audit.md").read_text("utf-8")
HELD = dict(re.findall(r"^\| ([^`|]+) \| (`tests/.+`) \|$", AUDIT, re.MULTILINE))
WORDING = REPOSITORY / "instruments" / "questionnaires" / "learning_community" / "1.0.0" / "en.toml"
SOURCES = {path: path.read_text("utf-8") for path in (REPOSITORY / "survey").rglob("*.py")}


@pytest.fixture
def wave(home):
    return opened(home)


@pytest.fixture
def codes(home, wave):
    return code_issuing.issue(home.database, home.keys, wave.key, 2)


@pytest.fixture
def promised(browser, codes):
    """A browser at the promise, before the first statement, in English."""
    browser.get("/").submit({"code": codes[0]}, "Start")
    return browser.get("/answer/start?language=en")


def words(element):
    return " ".join(element.text.split())


def sentences(text):
    return [each for each in re.split(r"(?<=[.!?]) (?=[A-Z])", text) if each]


def unheld(texts):
    """The sentences among them that the table of promises does not have."""
    found = [each for text in texts for each in sentences(text)]
    assert found
    return [each for each in found if each not in HELD]


def test_every_sentence_of_the_privacy_page_has_its_tests(browser):
    page = browser.get("/privacy?language=en").page
    said = [words(each) for each in page.select("main p, main ul:not(#limits + ul) li")]
    assert len(said) > 10
    assert unheld(said) == []


def test_everything_that_is_said_of_how_long_has_its_tests(browser):
    page = browser.get("/privacy?language=en").page
    said = {words(row.first("td")) for row in page.select("main tbody tr")}
    assert {each for each in said if each not in HELD} == set()


def test_what_the_page_cannot_protect_against_is_said_to_who_decides_in_the_same_words(browser):
    page = browser.get("/privacy?language=en").page
    said = [words(each) for each in page.select("#limits + ul li")]
    listed = " ".join(AUDIT.partition("## What is not protected against")[2].split())
    assert len(said) == 10
    assert [each for each in said if each not in listed] == []


def test_the_promise_of_a_questionnaire_has_its_tests():
    assert unheld([tomllib.loads(WORDING.read_text("utf-8"))["promise"]]) == []


def test_what_is_said_of_results_before_the_first_statement_has_its_tests(promised):
    said = [words(each) for each in promised.page.select("main p")]
    about_results = [each for each in said if each.startswith("Results are shown only")]
    assert len(about_results) == 1
    assert unheld(about_results) == []


def test_what_the_first_page_promises_at_a_glance_has_its_tests(promised):
    glance = words(promised.page.first(".three li"))
    assert unheld([glance, words(promised.page.first("main .hint"))]) == []


def test_what_is_said_of_the_sheets_before_the_first_statement_has_its_tests(browser, home):
    sheets, _ = opened_with_sheets(home, "Bjerka")
    [code] = code_issuing.issue(home.database, home.keys, sheets.key, 1)
    browser.get("/").submit({"code": code}, "Start")
    page = browser.get("/answer/start?language=en").page
    [said] = [words(each) for each in page.select("main p") if "printed sheets" in each.text]
    # what people may ask of each other is no promise of ours
    assert unheld([said.partition(" You may ask")[0]]) == []


def test_the_promise_leads_to_what_it_cannot_protect_against(promised):
    [link] = [each["href"] for each in promised.page.select("main a[href*='#']")]
    path, _, place = link.partition("#")
    assert promised.get(path).page.first(f"#{place}").text == "What this cannot protect against"


@ON_SQLITE  # what PostgreSQL writes by itself is no answer
def test_answering_writes_nothing_before_it_is_sent(promised, home):
    before = raw_bytes(home.database)
    promised.get("/answer/1")
    promised.submit(
        dict.fromkeys([each["name"] for each in promised.page.select("input[type=radio]")], "4"), "forward"
    )
    promised.get("/answer/review")
    assert raw_bytes(home.database) == before


def test_the_receipt_and_every_page_after_it_hold_no_answer(promised):
    promised.get("/answer/1")
    promised.submit(
        dict.fromkeys([each["name"] for each in promised.page.select("input[type=radio]")], "4"), "forward"
    )
    assert "To a great extent" in promised.get("/answer/review").page.text
    promised.submit(press="Send")
    assert unheld([words(promised.page.first("main p + p"))]) == []
    for path in ("/answer/review", "/answer/1", "/answer/receipt"):
        page = promised.get(path).page
        assert "To a great extent" not in page.text
        assert page.select("input[checked]") == []


def test_a_used_code_and_an_unused_one_are_told_the_same_once_the_survey_has_closed(
    browser, home, wave, codes
):
    admitted = admission.admit(home.database, home.keys, codes[0], TODAY)
    submission.submit(home.database, home.keys, admitted, alike(), TODAY)
    while_open = [browser.get("/").submit({"code": codes[0]}, "Start", status=409).page.text]
    lifecycle.close(home.database, wave.key)
    told = [browser.get("/").submit({"code": each}, "Start").page.first("main").text for each in codes]
    assert "has been used" in while_open[0]
    assert told[0] == told[1]


def test_a_survey_is_removed_as_a_draft_with_its_unit_or_when_its_time_is_over_and_nowhere_else():
    removing = [file for file, text in SOURCES.items() if re.search(r"delete\((wave|unit|table)\)", text)]
    where = {str(file).rpartition("survey/")[2] for file in removing}
    assert where == {"store/repositories/waves.py", "store/repositories/unit_contents.py"}
    calling = {
        str(file).rpartition("survey/")[2]: set(re.findall(r"\b(remove_waves?|remove_unit)\(", text))
        for file, text in SOURCES.items()
        if re.search(r"\b(remove_waves?|remove_unit)\(", text)
    }
    assert calling.keys() == {
        "store/repositories/unit_contents.py",
        "collection/removal.py",
        "collection/retention.py",
        "organisation/removal.py",
    }


def test_nothing_but_an_operators_act_or_the_end_of_its_time_removes_an_account():
    removing = [path.name for path, text in SOURCES.items() if re.search(r"delete\(account\)", text)]
    calling = [
        path
        for path, text in SOURCES.items()
        if re.search(r"\b(?:accounts\.remove|role_endings\.forget_roleless)\(", text)
    ]
    assert sorted(removing) == ["accounts.py", "role_endings.py"]
    found = {path.relative_to(REPOSITORY / "survey").as_posix() for path in calling}
    # a restore takes away again what an operator had taken away
    again = "operations/access_log.py"
    assert found == {"cli/account.py", "web/operator/account_views.py", "background/maintenance.py", again}
