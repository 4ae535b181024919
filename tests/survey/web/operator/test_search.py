"""Operators find accounts and units by what they type, fifty at a time, and correct a unit."""

import pytest
from sqlalchemy import event

from survey.store.repositories import access_history, accounts, search, units
from survey.unit_import import carrying_out, sheet
from survey.unit_import.plan import Scope
from tests.survey.unit_import.sheets import TOWN, content, numbered
from tests.survey.web.operator.conftest import OPERATOR

MOST_STATEMENTS = 8  # on a page, whatever there is


@pytest.fixture
def many(home):
    """A municipality with 120 schools, each with a leader of its own."""
    read, scope = sheet.read(content(numbered(120))), Scope(by="drift")
    digest = carrying_out.preview(home.database, read, scope).digest()
    carrying_out.carry_out(home.database, read, scope, digest, now=1_770_000_000)


def rows(browser):
    return [each.first("th").text for each in browser.page.select("[aria-labelledby=found] tbody tr")]


def found(browser):
    return browser.page.first("#found").text


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("page", "counted"), [("accounts", "121 kontoer"), ("units", "121 enheter")])
def test_all_are_on_pages_of_fifty_in_order(operator, page, counted):
    operator.get(f"/operator/{page}")
    assert found(operator) == counted
    seen = rows(operator)
    for _ in range(2):
        assert len(rows(operator)) == search.PAGE_SIZE
        seen += rows(operator.get(operator.page.first("main a[rel=next]")["href"]))
    assert operator.page.first("main a[rel=next]") is None
    assert (len(seen), len(set(seen))) == (121, 121)
    assert seen == sorted(seen, key=str.casefold)
    assert operator.page.first("main [aria-current=page]").text == "Side 3 av 3"
    for junk in ("999", "0", "-1", "x", "9" * 40):
        assert rows(operator.get(f"/operator/{page}?page={junk}"))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("page", "typed", "expected"),
    [
        ("accounts", "LEDER119", ["leder119@skole.no"]),
        ("accounts", "skole 119", ["leder119@skole.no"]),
        ("accounts", OPERATOR, [OPERATOR]),
        ("accounts", "ingen", []),
        ("units", "skole 119", ["Skole 119"]),
        ("units", "FJORDBY 119", ["Skole 119"]),
        ("units", "958935420", ["Fjordby"]),
        ("units", "%", []),
        ("units", "<b>", []),
    ],
)
def test_every_word_that_is_typed_is_looked_for_in_any_case(operator, page, typed, expected):
    operator.get(f"/operator/{page}", query_string={"q": typed})
    assert rows(operator) == expected
    assert operator.page.first("#q")["value"] == typed


@pytest.mark.usefixtures("many")
def test_a_search_is_kept_from_page_to_page(operator):
    operator.get("/operator/accounts", query_string={"q": "skole.no"})
    operator.get(operator.page.first("main a[rel=next]")["href"])
    assert (found(operator), operator.page.first("#q")["value"]) == ("120 kontoer", "skole.no")


def test_letters_of_our_languages_are_found_in_either_case(operator, home):
    units.add(home.database, "Ærfuglen barnehage", "workplace", "barnehage", None)
    operator.get("/operator/units", query_string={"q": "æRFUGLEN"})
    assert rows(operator) == ["Ærfuglen barnehage"]


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "page", ["accounts", "units", "first-passwords", "accounts/{account}", "units/{unit}"]
)
def test_a_page_asks_the_database_few_questions_however_much_there_is(operator, home, page):
    unit = next(each for each in units.every(home.database) if each.name == "Skole 7")
    holder = accounts.by_email(home.database, "leder7@skole.no")
    begun = []
    engine = operator.client.application.extensions["kjennetegn"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *call: begun.append(call[2]))
    path = f"/operator/{page.format(account=holder.id, unit=unit.key)}"
    # longer than what tests read of a page
    assert operator.client.get(path, base_url=operator.address).status_code == 200
    assert len([each for each in begun if each != "BEGIN"]) <= MOST_STATEMENTS


def renamed(home, unit):
    acts = access_history.acts_on_unit(home.database, [unit.key])
    return [each.about for each in acts if each.kind == "unit-renamed"]


def test_what_is_known_of_a_unit_is_corrected_in_one_act_and_leaders_see_the_old_name(operator, home):
    unit = units.add(home.database, "Alm", "workplace", "skole", None)
    said = {"name": "Eik", "organisation_number": "974 760 673", "language": "nn", "invited": "31"}
    operator.get(f"/operator/units/{unit.key}").submit(said)
    assert operator.page.first(".done").text == "Enheten er endret."
    found_now = units.by_key(home.database, unit.key)
    assert (found_now.name, found_now.organisation_number, found_now.language, found_now.invited) == (
        "Eik", "974760673", "nn", 31,
    )  # fmt: skip
    assert renamed(home, unit) == ["Alm → Eik"]
    operator.submit({"organisation_number": "", "language": "", "invited": ""})
    emptied = units.by_key(home.database, unit.key)
    assert (emptied.organisation_number, emptied.language, emptied.invited) == (None, None, None)
    assert renamed(home, unit) == ["Alm → Eik"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""), ("name", "Skole 你"), ("name", "fjordby"), ("organisation_number", "974760674"),
        ("organisation_number", TOWN[0]), ("organisation_number", "x" * 41), ("invited", "0"),
        ("language", "xx"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_changed(operator, home, field, typed):
    units.add(home.database, "Fjordby", "municipality", None, None, organisation_number=TOWN[0])
    unit = units.add(home.database, "Alm", "workplace", "skole", None)
    operator.get(f"/operator/units/{unit.key}").submit({"name": "Eik", field: typed}, status=400)
    assert operator.page.first(".faults a")["href"] == f"#{field}"
    assert units.by_key(home.database, unit.key) == unit
