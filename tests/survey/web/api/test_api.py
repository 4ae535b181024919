"""Programs read what exports release, by token and page by page, and are told errors as they read them."""

import io
from functools import cache
from urllib.parse import urlencode

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reports.exports import TABLES, csv_bytes
from survey.collection import removal
from survey.publication import families
from survey.publication.release import to_researchers
from survey.publication.research import kept_tables
from survey.store.act_tables import data_export, unit_act
from survey.store.repositories import accounts, studies, waves
from survey.web.api.description import described
from survey.web.platform import bearer
from tests.policies import POLICY
from tests.roles import OPERATOR, grant_role
from tests.survey.web.api.conftest import LAST, TODAY
from tests.waves import place, release_below, sealed, simulated

DAY = 24 * 60 * 60
ADDRESS = "https://svar.example"


@cache
def validator(name):
    """Checks a reply against what the description says of it."""
    document = described(ADDRESS)
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def valid(reply, name, status=200):
    assert reply.status_code == status, reply.text
    kind = "application/json" if name != "Problem" else "application/problem+json"
    assert reply.mimetype == kind
    body = reply.get_json(force=True)
    assert [each.message for each in validator(name).iter_errors(body)] == []
    return body


def problem(reply, status, code=None):
    body = valid(reply, "Problem", status)
    assert body["status"] == status
    assert body["type"] == (f"urn:kjennetegn:problem:{code}" if code else "about:blank")
    return body


@pytest.mark.usefixtures("released")
def test_a_table_holds_to_the_row_what_the_export_of_the_study_holds(read, home, study):
    body = valid(read("tables/dimensions"), "Table")
    family = families.of_study(home.keys, study)
    exported = TABLES["dimensions"](to_researchers(home.database, POLICY), POLICY, family)
    assert [each["name"] for each in body["columns"]] == [each.name for each in exported.columns]
    assert body["total"] == len(body["rows"]) == len(exported.rows) == 9
    table = pl.read_csv(io.BytesIO(csv_bytes(exported)))
    assert [row["mean"] for row in body["rows"]] == table["mean"].to_list()
    assert [row["unit"] for row in body["rows"]] == table["unit"].to_list()
    assert valid(read("tables/items"), "Table")["total"] > 9


@pytest.mark.usefixtures("released")
def test_pages_put_together_are_the_table_and_parquet_is_the_same(read):
    whole = valid(read("tables/dimensions"), "Table")
    path, pages = "tables/dimensions?limit=4", []
    while path:
        page = valid(read(path), "Table")
        pages.append(page["rows"])
        path = page["next"] and page["next"].removeprefix(f"{ADDRESS}/api/v1/")
    assert [len(rows) for rows in pages] == [4, 4, 1]
    assert [row for rows in pages for row in rows] == whole["rows"]
    reply = read("tables/dimensions.parquet")
    assert reply.mimetype == "application/vnd.apache.parquet"
    assert pl.read_parquet(io.BytesIO(reply.data)).to_dicts() == whole["rows"]


@pytest.fixture
def computed(monkeypatch):
    """How often tables are computed."""
    found = []

    def counted(database, policy):
        found.append(database)
        return to_researchers(database, policy)

    monkeypatch.setattr(kept_tables, "to_researchers", counted)
    return found


@pytest.mark.usefixtures("released")
def test_all_pages_of_a_table_are_of_one_computation_until_something_changes(read, home, computed):
    for path in (
        "dimensions?limit=4",
        "dimensions?limit=4&offset=4",
        "dimensions?since=2026H1",
        "dimensions",
    ):
        valid(read(f"tables/{path}"), "Table")
    assert len(computed) == 1
    valid(read("tables/items"), "Table")
    assert len(computed) == 2
    before = read("tables/dimensions?limit=1").json["version"]
    sealed(home, simulated(26, seed=4), unit="Bjerka")
    release_below(home, place(home, "Bjerka").key)
    problem(read(f"tables/dimensions?version={before}"), 409, "table-changed")
    assert len(computed) == 3
    assert valid(read("tables/dimensions"), "Table")["total"] == 18
    removal.remove_waves(home.database, home.keys, waves.every(home.database)[:1])
    assert valid(read("tables/dimensions"), "Table")["total"] == 9
    assert len(computed) == 4


def test_kept_tables_are_of_bounded_size_and_the_one_asked_for_last_stays():
    made = kept_tables.KeptTable.of((), pl.DataFrame({"n": list(range(1000))}))
    tables, calls = kept_tables.KeptTables(most=2 * made.size), []

    def make():
        calls.append(1)
        return made

    for name in ("one", "two", "one", "three", "one", "two"):
        assert tables.get(name, b"state", make) is made
    # the second made room for the third
    assert len(calls) == 4
    small = kept_tables.KeptTables(most=made.size - 1)
    for _ in range(2):
        assert small.get("one", b"state", make) is made
    assert len(calls) == 6


@pytest.mark.usefixtures("released")
def test_since_leaves_out_half_years_before_it(read):
    assert valid(read("tables/dimensions?since=2026H1"), "Table")["total"] == 9
    assert valid(read("tables/dimensions?since=2026H2"), "Table")["rows"] == []
    content = read("tables/dimensions.parquet?since=2026H2").data
    later = pl.read_parquet(io.BytesIO(content))
    assert later.is_empty()
    assert later.schema == pl.read_parquet(io.BytesIO(read("tables/dimensions.parquet").data)).schema


@pytest.mark.usefixtures("released")
def test_what_a_program_has_already_is_not_sent_again_and_a_changed_table_is_told(read):
    first = read("tables/dimensions")
    again = read("tables/dimensions", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    problem(read("tables/dimensions?version=0000"), 409, "table-changed")


@pytest.mark.usefixtures("released")
def test_two_accounts_of_a_study_read_the_same_names_and_those_of_another_study_others(read, home, study):
    second = accounts.add(home.database, "per@example.org", "", "nb")
    second = grant_role(home.database, second, "researcher", None)
    studies.join(home.database, study, second)
    token = studies.make_token(home.database, study, second.id)
    mine, theirs = read("tables/dimensions"), read("tables/dimensions", bearer=token)
    assert mine.data == theirs.data
    other = studies.add(home.database, "Annen", LAST, TODAY)
    studies.join(home.database, other, second)
    elsewhere = read("tables/dimensions", bearer=studies.make_token(home.database, other, second.id))
    assert {row["unit"] for row in elsewhere.json["rows"]} & {
        row["unit"] for row in mine.json["rows"]
    } == set()


def test_the_study_says_its_last_day_and_where_its_tables_are(read, study):
    body = valid(read("study"), "Study")
    assert (body["key"], body["ends_on"]) == (study, "2026-12-31")
    for each in body["tables"]:
        assert valid(read(each["json"].removeprefix(f"{ADDRESS}/api/v1/")), "Table")["total"] == 0


def test_without_a_good_token_nothing_is_read_and_the_description_is(read, home, study, researcher):
    for wrong in (None, "", "kjs_wrong", "x" * 5000, "æ\udcff".encode("utf-8", "replace").decode()):
        reply = read("tables/dimensions", bearer=wrong)
        problem(reply, 401)
        assert reply.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert read("openapi.json", bearer=None).json["openapi"] == "3.1.1"
    studies.end_token(home.database, study, researcher.id)
    problem(read("study"), 401)


def test_a_token_ends_with_its_study_and_with_the_role(read, home, researcher, clock):
    assert read("study").status_code == 200
    accounts.revoke_role(home.database, researcher, "researcher", None, by=OPERATOR, now=clock())
    problem(read("study"), 403)
    grant_role(home.database, accounts.by_id(home.database, researcher.id), "researcher", None, now=clock())
    # a role shows results from the next day
    problem(read("tables/dimensions"), 403, "results-tomorrow")
    clock.pass_by(DAY)
    assert read("tables/dimensions").status_code == 200
    clock.pass_by(365 * DAY)
    problem(read("study"), 401)


def test_requests_are_counted_over_all_processes_and_go_on_after_a_while(read, clock, monkeypatch):
    monkeypatch.setattr(bearer, "MOST_REQUESTS", 3)
    assert [read("study").status_code for _ in range(3)] == [200] * 3
    reply = read("study")
    problem(reply, 429)
    assert int(reply.headers["Retry-After"]) == bearer.WINDOW_SECONDS
    clock.pass_by(bearer.WINDOW_SECONDS + 1)
    assert read("study").status_code == 200


@pytest.mark.usefixtures("released")
def test_what_is_taken_out_is_an_act_of_the_researcher_and_what_is_not_sent_is_none(read, home):
    def acts():
        with home.database.reading() as connection:
            made = connection.execute(data_export.select()).all()
            done = connection.execute(unit_act.select().where(unit_act.c.kind == "export-made")).all()
        return len(made), [each.done_by for each in done]

    before = acts()
    mark = read("tables/dimensions").headers["ETag"]
    made, done = acts()
    assert (made, done) == (before[0] + 1, [*before[1], "ina@example.org"])
    read("tables/dimensions", If_None_Match=mark)
    # nor does a program that goes on reading fill the history of every unit
    for path in ("tables/dimensions?limit=1", "tables/dimensions?offset=1", "tables/dimensions.parquet"):
        assert read(path).status_code == 200
    assert acts() == (made, done)


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("rows", ["tables/dimensions", "tables/dimensions.parquet"])
def test_no_header_brings_figures_without_an_act(read, home, rows):
    # what does not hold asks for nothing to be done, and figures that are sent are an act all the same
    assert read(rows, If_Match='"x"').status_code == 200
    with home.database.reading() as connection:
        done = connection.execute(unit_act.select().where(unit_act.c.kind == "export-made")).all()
    assert [each.done_by for each in done] == ["ina@example.org"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("tables/dimensions?since=2026", 400, "query-form"),
        ("tables/dimensions?since=2026H3", 400, "query-form"),
        ("tables/dimensions?limit=0", 400, "query-form"),
        ("tables/dimensions?limit=10001", 400, "query-form"),
        ("tables/dimensions?offset=-1", 400, "query-form"),
        ("tables/dimensions?offset=٣", 400, "query-form"),
        ("tables/dimensions?unit=Asken", 400, "query-unknown"),
        ("tables/dimensions.parquet?limit=1", 400, "query-unknown"),
        ("tables/answers", 404, None),
        ("nothing", 404, None),
    ],
)
def test_every_error_is_one_that_programs_read(read, path, status, code):
    problem(read(path), status, code)


def test_nothing_can_be_sent_or_changed(read):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert read("study", method=method).status_code in {403, 405}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["study", "openapi.json", "tables/dimensions", "tables/items", "tables/dimensions.parquet"]
    ),
    st.dictionaries(
        st.sampled_from(["since", "offset", "limit", "version", "x"]),
        st.one_of(st.integers().map(str), st.text(max_size=12), st.sampled_from(["2026H1", "0", "1"])),
        max_size=3,
    ),
)
def test_whatever_is_asked_the_reply_is_one_of_the_description(read, path, asked):
    document = described(ADDRESS)["paths"]
    reply = read(f"{path}?{urlencode(asked, errors='replace')}")
    told = document[f"/api/v1/{path}".replace("dimensions", "{rows}").replace("items", "{rows}")]["get"]
    assert str(reply.status_code) in told["responses"]
    known = "Table" if path.startswith("tables/") else "Study"
    checked = {"application/json": known, "application/problem+json": "Problem"}.get(reply.mimetype)
    errors = list(validator(checked).iter_errors(reply.json)) if checked and path != "openapi.json" else []
    assert errors == []


def test_the_description_is_sound_and_names_every_route(app):
    document = described(ADDRESS)
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    plain = {rule.replace("<any(dimensions, items):rows>", "{rows}") for rule in routes}
    assert set(document["paths"]) == plain
    names = {each.rpartition("/")[2] for each in _references(document)}
    parts = document["components"]
    assert names <= {name for part in ("schemas", "responses", "parameters") for name in parts[part]}
    for schema in parts["schemas"].values():
        Draft202012Validator.check_schema(schema)


def _references(value):
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
