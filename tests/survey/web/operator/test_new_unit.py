"""An operator makes one new unit, with the checks and the sentences of a sheet, and names its leader."""

import pytest

from survey.store.repositories import access_history, accounts, units
from survey.unit_import import carrying_out, sheet
from survey.unit_import.plan import Scope
from tests.survey.unit_import.sheets import content
from tests.survey.web.operator.conftest import OPERATOR
from tests.waves import TODAY

NUMBER = "974760673"
ALM = {"name": "Alm", "edition": "skole", "parent": "Fjordby", "language": "nn", "invited": "24"}


@pytest.fixture
def town(home):
    return units.add(home.database, "Fjordby", "municipality", None, None)


def asked(operator, status=200, **typed):
    operator.get("/operator/units").get(operator.page.first("main a[href$='/units/new']")["href"])
    return operator.submit(typed, press="Legg til enheten", status=status)


def test_a_unit_is_made_with_all_that_is_known_of_it_and_its_leader_is_named_from_there(operator, home, town):
    asked(operator, **ALM, organisation_number="974 760 673")
    alm = next(each for each in units.every(home.database) if each.name == "Alm")
    assert operator.path == f"/operator/units/{alm.key}"
    assert operator.page.first(".done").text == "Enheten er lagt til. Nå kan du oppgi hvem som leder den."
    assert (alm.kind, alm.edition, alm.parent_id, alm.language, alm.invited, alm.organisation_number) == (
        "workplace", "skole", town.id, "nn", 24, NUMBER,
    )  # fmt: skip
    [act] = access_history.acts_on_unit(home.database, [alm.key])
    assert (act.kind, act.about, act.done_by) == ("unit-added", "Alm", OPERATOR)
    operator.get(next(a["href"] for a in operator.page.select("main a") if "role=leader" in a["href"]))
    operator.submit({"email": "leder@skole.no"})
    assert accounts.by_email(home.database, "leder@skole.no").holds("leader", alm.key)


def test_a_unit_is_begun_from_the_page_of_the_one_around_it(operator, home, town):
    operator.get(f"/operator/units/{town.key}")
    assert not [a for a in operator.page.select("main a") if "role=leader" in a["href"]]
    operator.get(next(a["href"] for a in operator.page.select("main a") if "new?in=" in a["href"]))
    assert operator.page.first("#parent")["value"] == "Fjordby"
    operator.submit({"name": "Ærlig «A» O'Hara", "edition": "skole"})
    assert units.every(home.database)[1].name == "Ærlig «A» O'Hara"
    assert units.every(home.database)[1].parent_id == town.id
    # of two with one name, the key says which is meant
    units.add(home.database, "Fjordby", "workplace", "skole", town.key)
    assert operator.get(f"/operator/units/new?in={town.key}").page.first("#parent")["value"] == town.key


FAULTY = [
    ("name", {"name": " "}),
    ("name", {"name": "Hjort"}),
    ("organisation_number", {"organisation_number": "974760674"}),
    ("organisation_number", {"organisation_number": "x"}),
    ("organisation_number", {"organisation_number": "958935420"}),
    ("edition", {"edition": ""}),
    ("parent", {"parent": "Ingensteds"}),
    ("parent", {"parent": "Stengt"}),
    ("invited", {"invited": "0"}),
    ("invited", {"invited": "mange"}),
    ("language", {"language": "xx"}),
]


@pytest.mark.parametrize(("field", "typed"), FAULTY, ids=str)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(operator, home, town, field, typed):
    number = "958935420"
    units.add(home.database, "Hjort", "workplace", "skole", town.key, organisation_number=number)
    closed = units.add(home.database, "Stengt", "municipality", None, None)
    with home.database.writing() as connection:
        units.change(connection, closed.id, closed_on=TODAY)
    before = units.every(home.database)
    asked(operator, status=400, **{**ALM, **typed})
    assert [each["href"] for each in operator.page.select(".faults a")] == [f"#{field}"]
    assert operator.page.first(f"#{field}-error-1") is not None
    assert operator.page.first("#name")["value"] == {**ALM, **typed}["name"].strip()
    assert units.every(home.database) == before


@pytest.mark.usefixtures("town")
def test_several_faults_are_said_at_once_each_in_the_words_of_a_sheet(operator, home):
    wrong = {"parent": "Ingensteds", "invited": "0", "organisation_number": "974760674"}
    asked(operator, status=400, **{**ALM, **wrong})
    assert [each["href"] for each in operator.page.select(".faults a")] == [
        "#parent", "#organisation_number", "#invited",
    ]  # fmt: skip
    row = (wrong["organisation_number"], "Alm", "", "skole", "Ingensteds", "nn", "", "0")
    planned = carrying_out.preview(home.database, sheet.read(content([row])), Scope(leaders=False))
    assert len(planned.faults) == 3
    operator.get("/operator/units/new?language=en").submit({**ALM, **wrong}, status=400)
    english = {each.text for each in operator.page.select("main .error")}
    assert english == {" ".join(each.problem.sentences()) for each in planned.faults}
