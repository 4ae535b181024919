"""What a sheet would do to what is stored, and that it does just that: all of it, once, or nothing."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from instruments.problems import Refused
from survey.organisation import closure
from survey.store.repositories import access_history, accounts, units
from survey.store.tables import metadata
from survey.unit_import import carrying_out, export, grid, sheet
from survey.unit_import.columns import SheetColumn
from survey.unit_import.plan import Scope
from tests.survey.unit_import.sheets import ASKEN, BJERKA, HEADINGS, ROWS, TOWN, content, numbered
from tests.waves import TODAY

BY, NOW = "drift@example.org", 1_770_000_000
SCOPE = Scope(by=BY)
on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"])
# signs that spreadsheets take for a formula, and those that an export puts before them or around
SIGNS = "'=+-@;,\"æA "
NAMES = st.text(SIGNS, min_size=1, max_size=6).map(grid.tidy).filter(bool)


def previewed(home, rows=ROWS, scope=SCOPE, headings=HEADINGS):
    return carrying_out.preview(home.database, sheet.read(content(rows, headings)), scope)


def imported(home, rows=ROWS, scope=SCOPE):
    read = sheet.read(content(rows))
    digest = carrying_out.preview(home.database, read, scope).digest()
    return carrying_out.carry_out(home.database, read, scope, digest, now=NOW)


def codes(planned):
    return {(each.row, each.column and each.column.value): each.problem.code for each in planned.faults}


def stored(home):
    """Every row of every table."""
    with home.database.reading() as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in metadata.tables.items()
        }


def by_name(home):
    return {each.name: each for each in units.every(home.database)}


def test_a_sheet_makes_units_accounts_and_roles_and_the_same_again_nothing(home):
    before = stored(home)
    planned = previewed(home)
    assert stored(home) == before
    assert (len(planned.made), planned.roles, dict(planned.accounts)) == (
        3,
        3,
        {"kari@skole.no": "nn", "ola@skole.no": "nb"},
    )
    imported(home)
    found = by_name(home)
    town, school, nursery = (found[name] for name in ("Fjordby", "Asken skole", "Bjerka barnehage"))
    assert (town.kind, town.edition, town.parent_id) == ("municipality", None, None)
    assert (school.organisation_number, school.language, school.invited) == ("974760673", "nn", 24)
    assert {school.parent_id, nursery.parent_id} == {town.id}
    assert (nursery.kind, nursery.edition) == ("workplace", "barnehage")
    kari = accounts.by_email(home.database, "kari@skole.no")
    assert (kari.password_hash, kari.links, kari.language) == ("", 0, "nn")
    assert {(each.role, each.unit_key, each.given_at) for each in kari.memberships} == {
        ("leader", school.key, NOW),
        ("leader", nursery.key, NOW),
    }
    [period] = access_history.roles_of_unit(home.database, [school.key])
    assert (period.holder, period.given_by) == ("kari@skole.no", BY)
    after = stored(home)
    again = imported(home)
    assert again.does_nothing
    assert len(again.left) == 3
    assert stored(home) == after


@on_sqlite
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.permutations(ROWS), st.sets(st.sampled_from(range(8)), max_size=5))
def test_in_whatever_order_and_with_whatever_left_out_a_second_time_changes_nothing(home, rows, emptied):
    empty = emptied - {1, 2, 3, 4}
    rows = [tuple("" if place in empty else each for place, each in enumerate(row)) for row in rows]
    imported(home, rows)
    after = stored(home)
    assert imported(home, rows).does_nothing
    assert stored(home) == after


@on_sqlite
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=1, max_size=4, unique_by=str.casefold))
@example(["'=x", "''=x", "=x", "'+1", "'-1", "'@A", "'", "''", "'A"])
def test_an_export_is_read_back_whatever_signs_a_name_begins_with(home, names):
    there = {each.name.casefold() for each in units.every(home.database)}
    for name in names:
        if name.casefold() not in there:
            units.add(home.database, name, "workplace", "skole", None)
    read = sheet.read(export.csv_bytes(home.database, "nb"))
    assert [row.cells[SheetColumn.NAME] for row in read.rows] == [
        each.name for each in units.every(home.database)
    ]
    assert carrying_out.preview(home.database, read, SCOPE).does_nothing


def test_what_is_stored_is_changed_by_its_number_and_the_old_name_is_seen(home):
    imported(home)
    renamed = ("974760673", "Eika skole", "", "", "", "Bokmål", "", "30")
    planned = imported(home, [renamed])
    [change] = planned.changed
    assert change.changes == {
        SheetColumn.NAME: "Eika skole",
        SheetColumn.LANGUAGE: "nb",
        SheetColumn.INVITED: 30,
    }
    found = by_name(home)["Eika skole"]
    assert (found.language, found.invited, found.edition) == ("nb", 30, "skole")
    done = access_history.acts_on_unit(home.database, [found.key])
    assert {(each.kind, each.about) for each in done} == {
        ("unit-added", "Asken skole"), ("role-given", "leader kari@skole.no"),
        ("unit-renamed", "Asken skole → Eika skole"),
        ("language-changed", "nn → nb"), ("invited-changed", "24 → 30"),
    }  # fmt: skip
    assert {each.done_by for each in done} == {BY}


@on_sqlite
def test_a_number_is_given_to_a_stored_unit_without_one(home):
    imported(home, [TOWN, ("", *ASKEN[1:])])
    [change] = imported(home, [ASKEN]).changed
    assert change.changes == {SheetColumn.ORGANISATION_NUMBER: "974760673"}


def below(parent, name="Trinn", kind="", edition="skole", leader=""):
    return ("", name, kind, edition, parent, "", leader, "")


@on_sqlite
@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([below("Fjellby")], {(2, "parent"): "parent-unknown"}),
        ([below("Trinn")], {(2, "parent"): "parent-unknown"}),
        ([below("B", "A"), below("A", "B")], {(2, "parent"): "parent-cycle", (3, "parent"): "parent-cycle"}),
        (
            [below("B", "A"), below("C", "B"), below("A", "C"), below("A", "D")],
            {(2, "parent"): "parent-cycle", (3, "parent"): "parent-cycle", (4, "parent"): "parent-cycle"},
        ),
        ([TOWN, below("Fjordby"), below("fjordby", "TRINN")], {(4, None): "row-repeated"}),
        ([TOWN, ASKEN, ("974760673", "Eika", *ASKEN[2:])], {(4, "organisation_number"): "row-repeated"}),
        ([below("", edition="")], {(2, "edition"): "edition-missing"}),
        ([below("", kind="team", edition="")], {(2, "edition"): "edition-missing"}),
        ([below("", kind="kommune", edition="", leader="a@b.no")], {(2, "leader"): "leader-of-none"}),
        ([below("", leader=BY)], {(2, "leader"): "role-own"}),
        ([below("", leader="forsker@b.no")], {(2, "leader"): "roles-apart"}),
        (
            [below("", "X"), below("X", "Likt"), below("", "Y"), below("Y", "Likt"), below("Likt")],
            {(6, "parent"): "parent-unclear"},
        ),
    ],
)  # fmt: skip
def test_each_fault_between_rows_has_its_row_its_column_and_its_code(home, rows, found):
    holder = accounts.add(home.database, "forsker@b.no", "", "nb")
    accounts.grant_role(home.database, holder, "researcher", None, by="", now=0)
    assert codes(previewed(home, rows)) == found
    with pytest.raises(Refused, match=next(iter(found.values()))):
        imported(home, rows)
    assert units.every(home.database) == ()


@on_sqlite
@pytest.mark.parametrize(
    ("row", "found"),
    [
        (("974760673", "Bjerka barnehage", *[""] * 6), {(2, "name"): "unit-name-taken"}),
        (
            ("13585628", "Asken skole", "", "skole", "Fjordby", "", "", ""),
            {(2, "organisation_number"): "unit-number-differs"},
        ),
        (("974760673", "Asken skole", "Team", *[""] * 5), {(2, "kind"): "unit-fixed"}),
        (("974760673", "Asken skole", "", "barnehage", *[""] * 4), {(2, "edition"): "unit-fixed"}),
        (("974760673", "Asken skole", "", "", "Fjellby", "", "", ""), {(2, "parent"): "unit-fixed"}),
        (("", "asken skole", "", "skole", "", "", "", ""), {(2, "parent"): "parent-missing"}),
        (("", "ASKEN skole", "", "skole", "958 935 420", "", "", ""), {}),
    ],
)  # fmt: skip
def test_each_fault_beside_what_is_stored_has_its_row_its_column_and_its_code(home, row, found):
    imported(home, [*ROWS, ("", "Fjellby", "kommune", *[""] * 5)])
    assert codes(previewed(home, [row])) == found


@on_sqlite
def test_a_closed_unit_is_given_nobody_and_holds_nothing_new(home):
    imported(home, [TOWN, ("", "Alm", "kommune", *[""] * 5), ASKEN])
    for name in ("Asken skole", "Alm"):
        closure.close(home.database, home.keys, by_name(home)[name].key, by=BY, now=NOW, today=TODAY)
    found = codes(previewed(home, [ASKEN, below("Alm", "Bøk")]))
    assert found == {(2, "name"): "unit-closed", (3, "parent"): "unit-closed"}
    assert "Asken" not in export.csv_bytes(home.database, "nb").decode()


@on_sqlite
def test_parents_are_found_by_name_number_and_key_in_the_sheet_in_any_order_and_stored(home):
    imported(home, [TOWN])
    key = by_name(home)["Fjordby"].key
    rows = [
        below("Alm", "Trinn 1", "team"),
        below("Fjordby", "Alm"),
        below("958935420", "Bøk"),
        below(key, "Eik"),
        below("974760673", "Trinn 2", "team"),
        ("974760673", "Gran", "", "skole", "FJORDBY", "", "", ""),
    ]
    imported(home, rows)
    found = by_name(home)
    names = {each.id: each.name for each in found.values()}
    assert {each.name: names[each.parent_id] for each in found.values() if each.parent_id} == {
        "Trinn 1": "Alm", "Alm": "Fjordby", "Bøk": "Fjordby", "Eik": "Fjordby", "Trinn 2": "Gran",
        "Gran": "Fjordby",
    }  # fmt: skip


@on_sqlite
def test_a_school_may_be_called_as_its_municipality(home):
    rows = [below("Fjordby", "Fjordby"), TOWN, below("Fjordby", "Alm")]
    imported(home, rows)
    town = next(each for each in units.every(home.database) if each.kind == "municipality")
    assert [each.parent_id for each in units.every(home.database) if each is not town][1:] == [town.id] * 2
    assert imported(home, rows).does_nothing


@on_sqlite
def test_either_part_of_a_sheet_can_be_carried_out_alone(home):
    accounts_alone, units_alone = Scope(units=False, by=BY), Scope(leaders=False, by=BY)
    assert set(codes(previewed(home, [ASKEN], accounts_alone)).values()) == {"parent-unknown", "unit-missing"}
    imported(home, ROWS, units_alone)
    assert accounts.every(home.database) == []
    planned = imported(home, [TOWN, (*ASKEN[:7], "99"), BJERKA], accounts_alone)
    assert (planned.roles, len(planned.changed)) == (3, 0)
    assert by_name(home)["Asken skole"].invited == 24


def test_nothing_is_stored_where_the_database_refuses_in_the_middle(home):
    before, read = stored(home), sheet.read(content())
    digest = carrying_out.preview(home.database, read, SCOPE).digest()

    def fail(connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO membership"):
            connection.exec_driver_sql("INSERT INTO unit (key, name, kind) VALUES ('x', ' ', 'county')")

    event.listen(home.database.engine, "before_cursor_execute", fail)
    with pytest.raises(Refused, match="import-overtaken"):
        carrying_out.carry_out(home.database, read, SCOPE, digest, now=NOW)
    event.remove(home.database.engine, "before_cursor_execute", fail)
    assert stored(home) == before


@on_sqlite
def test_what_would_be_done_now_and_was_not_shown_is_not_done(home):
    read = sheet.read(content())
    digest = carrying_out.preview(home.database, read, SCOPE).digest()
    units.add(home.database, "Fjordby", "municipality", None, None)
    before = stored(home)
    with pytest.raises(Refused, match="import-overtaken"):
        carrying_out.carry_out(home.database, read, SCOPE, digest, now=NOW)
    assert stored(home) == before


@on_sqlite
def test_the_number_of_statements_does_not_grow_with_the_rows(home):
    def counted(rows):
        begun = []
        event.listen(home.database.engine, "before_cursor_execute", lambda *call: begun.append(call[2]))
        imported(home, rows)
        return len(begun)

    few = counted(numbered(3))
    assert counted(numbered(300)) <= few < 22
