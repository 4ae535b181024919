"""What a reader is told of a fault: of their own in words and numbers, of ours that it is ours."""

import ast
import re
from datetime import date

import pytest

from instruments.problems import damage, refuse
from survey.accounts import passwords
from survey.store.repositories import accounts
from survey.store.tables import WaveState
from survey.web.error_pages import REFUSALS
from tests.log_lines import log_lines
from tests.paths import REPOSITORY
from tests.waves import TODAY, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def owner(browser, home):
    holder = accounts.add(home.database, "eier@example.org", HASHED, "nb")
    accounts.grant_role(home.database, holder, "owner", place(home).key)
    browser.get("/account/sign-in").submit({"email": "eier@example.org", "password": PASSWORD})
    return browser


def raising(app, error):
    """The application, where the page about privacy meets this."""

    def meet():
        raise error

    app.view_functions["respondent.privacy"] = meet


def test_a_ledger_that_cannot_be_read_is_our_fault_and_is_logged(owner, home, capsys):
    sealed(home, simulated(12))
    with home.database.writing() as connection:
        connection.exec_driver_sql("UPDATE ledger SET entries = '{'")
    account = accounts.by_email(home.database, "eier@example.org").id
    capsys.readouterr()
    owner.get("/owner/", status=500)
    assert owner.heading == "Noe gikk galt hos oss"
    [line] = log_lines(capsys.readouterr().err)
    assert (line["event"], line["code"], line["page"]) == ("fault", "ledger-unreadable", "owner.overview")
    assert line["account"] == account


@pytest.mark.parametrize(
    "error", [damage("urn-damaged", "It is.", "Mend it."), refuse("nobodys", "No.", "No.")]
)
def test_damage_and_a_code_that_no_page_knows_are_ours_and_say_nothing_of_the_inside(
    app, browser, error, capsys
):
    raising(app, error)
    browser.get("/privacy", status=500)
    assert browser.heading == "Something went wrong with us"
    assert error.problems[0].code not in browser.page.first("main").text
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": error.problems[0].code, "date": TODAY.isoformat()}
    ]


def test_the_log_of_a_respondents_page_holds_a_fault_without_its_place(app, browser, capsys):
    raising(app, damage("keys-missing", "It is gone.", "Bring it back.", "/srv/keys/1234abcd.urn"))
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "keys-missing", "date": TODAY.isoformat()}
    ]


def test_an_error_nobody_foresaw_is_logged_by_its_class_and_what_it_says_stays_unsaid(
    app, browser, owner, capsys
):
    def meet(**_):
        raise ValueError("the answer of somebody")

    app.view_functions["respondent.privacy"] = app.view_functions["owner.overview"] = meet
    capsys.readouterr()
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "unexpected-ValueError", "date": TODAY.isoformat()}
    ]
    owner.get("/owner/", status=500)
    [line] = log_lines(capsys.readouterr().err)
    assert (line["code"], line["page"]) == ("unexpected-ValueError", "owner.overview")
    assert line["frames"][-1].startswith(f"{__name__}:")
    assert "somebody" not in str(line)


# what only a terminal or an editor of definitions shows, in English
IN_ENGLISH = (
    "instruments/definition/", "instruments/library.py", "survey/cli/", "survey/offline/",
    "survey/settings.py", "survey/operations/", "survey/demo/", "reports/disclosure/policy", "reports/files/",
)  # fmt: skip
# refusals of the floors below that no page leads to: on a page they are a fault of ours
OURS = {
    "moments-version", "groups-cross", "pool-empty", "pool-versions", "pool-editions", "pool-repeats-unit",
    "output-name", "language-unknown", "database-missing", "instrument-altered", "keys-wrong",
}  # fmt: skip
NO_PAGE_YET = {"instrument-unknown"}  # raised in a module that is told in English too


def calls():
    """Every place that raises a problem: its module, the name called, the code and the call."""
    for floor in ("instruments", "reports", "survey"):
        for path in sorted((REPOSITORY / floor).rglob("*.py")):
            module = path.relative_to(REPOSITORY).as_posix()
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    place = {"refuse": 0, "damage": 0, "Problem": 1}.get(node.func.id)
                    if place is not None and module != "instruments/problems.py":
                        yield module, node.func.id, node.args[place], node


def refusals():
    return [
        (code.value, call)
        for module, name, code, call in calls()
        if name != "damage" and not module.startswith(IN_ENGLISH) and isinstance(code, ast.Constant)
    ]


def values_of(call):
    """A value for each that the refusal gives."""
    given = {each.arg for each in call.keywords} - {"place", None}
    held = {
        "state": WaveState.OPEN,
        "needed": WaveState.CLOSED,
        "first": date(2026, 3, 2),
        "last": date(2026, 3, 20),
    }
    return {name: held.get(name, 17) for name in given}


def test_every_code_of_a_refusal_has_an_entry_and_no_entry_is_of_no_use():
    raised = {code for code, _ in refusals()}
    assert len(raised) > 45
    assert raised - set(REFUSALS) - OURS == set()
    assert set(REFUSALS) - raised - NO_PAGE_YET == set()


def test_what_says_what_to_do_in_its_own_words_always_gives_values():
    bare = {code for code, call in refusals() if not values_of(call)}
    only_own = {code for code, (_, _, advice) in REFUSALS.items() if advice is None}
    # a report in a language it lacks is asked for on the command line alone
    assert bare & only_own == {"language-missing"}


SAID = {code: call for code, call in refusals() if values_of(call)}


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("code", sorted(SAID))
def test_a_refusal_is_told_in_each_language_with_what_was_given(app, browser, code):
    call, values = SAID[code], values_of(SAID[code])
    fault, remedy = (ast.literal_eval(sentence) for sentence in call.args[1:3])
    raising(app, refuse(code, fault, remedy, **values))
    status, told = REFUSALS[code][0], {}
    assert 400 <= status < 500
    for language in ("nb", "nn", "da", "en"):
        browser.get(f"/privacy?language={language}", status=status)
        told[language] = browser.page.first("main .lead").text
        assert "%" not in told[language]
        gaps = re.findall(r"%\((\w+)\)", fault + remedy)
        assert all("17" in told[language] for name in gaps if values[name] == 17)
    assert told["en"] == f"{fault} {remedy}" % _english(values)
    assert told["en"] not in {told["nb"], told["nn"], told["da"]}


def _english(values):
    months = {WaveState.OPEN: "Open", WaveState.CLOSED: "Closed"}
    return {
        name: months.get(value, f"{value.day} March 2026" if isinstance(value, date) else value)
        for name, value in values.items()
    }


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_every_code_of_damage_is_a_page_of_ours(app, browser):
    codes = {code.value for _, name, code, _ in calls() if name == "damage"}
    assert {"keys-missing", "urn-damaged", "ledger-unreadable"} <= codes
    assert codes & set(REFUSALS) == set()
    for code in sorted(codes | OURS):
        raising(app, damage(code, "It is.", "Mend it."))
        browser.get("/privacy", status=500)
        assert browser.heading == "Something went wrong with us"
