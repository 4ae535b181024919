"""Whatever stored value is damaged, `kjennetegn verify` names it: every column is tried."""

from itertools import zip_longest

import pytest
from sqlalchemy import Boolean, Date, Enum, Integer, LargeBinary, String

from instruments import library
from instruments.problems import Damaged
from survey.cli import main
from survey.store.database import open_database
from survey.store.repositories import sealed, waves
from survey.store.tables import metadata
from tests.damage import COLUMNS, TABLES, altered, change, found, problems_in, stored_alone, value


def test_nothing_is_wrong_with_a_whole_installation_and_every_table_has_a_row(settings):
    assert found(settings) == set()
    assert [name for name in TABLES if change(settings, f"DELETE FROM {name}") == 0] == []  # noqa: S608 - our own words


def test_the_three_faults_that_were_overlooked_end_verify_with_status_two(settings, monkeypatch, capsys):
    for name, text in settings.to_environment().items():
        monkeypatch.setenv(name, text)
    moments = value(settings, "sealed_wave", "moments")
    change(settings, "UPDATE ledger_group SET content = '{'")
    change(settings, "UPDATE sealed_wave SET moments = ?", (altered(moments, 200),))
    monkeypatch.setattr(library, "HOME", settings.keys)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    for code in ("ledger-unreadable", "moments-corrupt", "library-empty"):
        assert f": {code}: " in told.err


@stored_alone
@pytest.mark.parametrize(
    ("table", "column", "code"),
    [
        ("sealed_wave", "moments", "moments-corrupt"),
        ("sealed_wave", "verdicts", "statistics-altered"),
        ("ledger_group", "content", "ledger-unreadable"),
        ("urn", "box", "urn-damaged"),
        ("pool", "sums", "pool-corrupt"),
        ("pool_contribution", "box", "pool-damaged"),
        ("wave", "public_key", "keys-wrong"),
        ("wave", "content_hash", "instrument-altered"),
    ],
)
def test_one_byte_altered_anywhere_in_what_is_stored_is_named(settings, table, column, code):
    whole = value(settings, table, column)
    places = [at for at in range(len(whole)) if whole[at : at + 1] not in {" ", b" "}]
    tried = places[:: max(1, len(places) // 8)]
    assert len(tried) >= 6
    put = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"  # noqa: S608 - our own words
    for at in tried:
        assert change(settings, put, (altered(whole, at), whole)) > 0
        assert code in {each for _, each in found(settings)}, f"byte {at}"
        change(settings, put, (whole, altered(whole, at)))
    assert found(settings) == set()


def wrong_for(column):
    """A value that no part of the program would ever store there, of another type than the column's."""
    kind = column.type
    if isinstance(kind, Enum):
        return "forgotten"
    if isinstance(kind, LargeBinary):
        return b"short" if kind.length else "no bytes"
    if isinstance(kind, Boolean):
        return 7
    if isinstance(kind, Date):
        return "2026-3-20"
    if isinstance(kind, String):
        return b"\xff\xfe"
    assert isinstance(kind, Integer)
    return "many"


# a whole number that names a row can be no word: SQLite itself refuses that
ROW_NUMBERS = {(t.name, "id") for t in metadata.sorted_tables if "id" in t.columns}
ROW_NUMBERS |= {("code_app", "account_id"), ("lost_factor", "account_id")}
ROW_NUMBERS |= {("sealed_wave", "wave_id"), ("held_key_share", "wave_id"), ("release_hold", "wave_id")}
ROW_NUMBERS |= {("released_figures", "group_id")}


def change_one(settings, table, column, new):
    """Change the value in one row of those that have one: what stands once in a table cannot stand twice."""
    keys = [key.name for key in metadata.tables[table].primary_key.columns]
    names = ", ".join(keys)
    one = f"(SELECT {names} FROM {table} WHERE {column} IS NOT NULL ORDER BY {names} LIMIT 1)"  # noqa: S608 - our own words
    changed = change(settings, f"UPDATE {table} SET {column} = ? WHERE ({names}) = {one}", (new,))  # noqa: S608 - likewise
    assert changed == 1


def columns_in_turns():
    """Every column that can hold a value of another type, no two of one table in the same turn."""
    tried = [[each for each in COLUMNS if each[0] == name and each not in ROW_NUMBERS] for name in TABLES]
    return [[each for each in turn if each] for turn in zip_longest(*tried)]


@stored_alone
@pytest.mark.parametrize("columns", columns_in_turns())
def test_a_value_that_is_none_of_its_column_is_named_and_ends_nothing(settings, columns):
    """Each is told by its own sentence, so that many tables are altered before `verify` runs once."""
    for table, column in columns:
        change_one(settings, table, column, wrong_for(metadata.tables[table].columns[column]))
    told = [each for each in problems_in(settings) if each.code == "value-unreadable"]
    named = {(each.place.split()[0], each.fault.partition(" is no ")[0]) for each in told}
    assert set(columns) - named == set()


def test_every_column_that_can_hold_a_value_of_another_type_is_tried_once():
    tried = [column for columns in columns_in_turns() for column in columns]
    assert sorted(tried) == sorted(set(COLUMNS) - ROW_NUMBERS)


_FIRST = "(SELECT min(category) FROM sealed_category)"
_ONE_ROW = f"figure = 'shared_practice' AND category = {_FIRST}"
# a value that could stand there and is not the one that did, and the code of what verify says of it
PLAUSIBLE = {
    ("unit", "id"): ("999 WHERE name = 'Asken'", "row-orphaned"),
    ("unit", "key"): ("'0123456789abcdef' WHERE name = 'Asken'", "ledger-differs"),
    ("unit", "kind"): ("'village'", "database-corrupt"),
    ("unit", "parent_id"): ("999 WHERE parent_id IS NOT NULL", "row-orphaned"),
    ("unit", "edition"): ("'barnehage' WHERE edition IS NOT NULL", "value-unreadable"),
    ("unit", "organisation_number"): ("'974760674' WHERE name = 'Asken'", "value-unreadable"),
    ("unit", "language"): ("'sv'", "value-unreadable"),
    ("unit", "invited"): ("0", "database-corrupt"),
    ("unit", "closed_on"): ("'2026-03-01'", "value-unreadable"),
    ("unit", "kept_years"): ("0", "database-corrupt"),
    ("wave", "kept_years"): ("0", "database-corrupt"),
    ("unit", "merged_into_id"): ("999 WHERE merged_into_id IS NOT NULL", "row-orphaned"),
    ("account", "id"): ("999 WHERE email LIKE 'kari%'", "row-orphaned"),
    ("account", "password_hash"): (
        "substr(password_hash, 1, length(password_hash) - 2)",
        "password-unreadable",
    ),
    ("account", "links"): ("-1", "value-unreadable"),
    ("account", "linked_at"): ("-1", "value-unreadable"),
    ("account", "roleless_since"): ("5", "value-unreadable"),
    ("account", "language"): ("'sv'", "value-unreadable"),
    ("membership", "account_id"): ("999", "row-orphaned"),
    ("membership", "unit_id"): ("999", "row-orphaned"),
    ("membership", "role"): ("'headmaster'", "database-corrupt"),
    ("membership", "given_at"): ("ended_at + 1 WHERE ended_at IS NOT NULL", "database-corrupt"),
    ("membership", "ended_at"): ("given_at - 1 WHERE ended_at IS NOT NULL", "database-corrupt"),
    ("unit_act", "id"): ("id + 1000 WHERE id = 2", "acts-altered"),
    ("unit_act", "unit_key"): ("'0123456789abcdef' WHERE id = 2", "acts-altered"),
    ("unit_act", "kind"): ("'wave-forgotten'", "database-corrupt"),
    ("unit_act", "about"): ("'Høst' WHERE id = 2", "acts-altered"),
    ("unit_act", "done_by"): ("'ingen' WHERE id = 2", "acts-altered"),
    ("unit_act", "done_on"): ("'2020-01-01' WHERE id = 2", "acts-altered"),
    ("unit_act", "previous"): ("randomblob(32) WHERE id = 2", "acts-altered"),
    ("unit_act", "digest"): ("randomblob(32) WHERE id = 2", "acts-altered"),
    ("act_chain", "id"): ("2", "database-corrupt"),
    ("act_chain", "newest"): ("newest + 1", "acts-altered"),
    ("act_chain", "digest"): ("randomblob(32)", "acts-altered"),
    ("act_chain", "pruned"): ("1", "acts-altered"),
    ("act_chain", "pruned_digest"): ("randomblob(32)", "acts-altered"),
    ("unit_release", "unit_key"): ("'0123456789abcdef'", "account-differs"),
    ("unit_release", "wave_key"): ("'0123456789abcdef'", "account-differs"),
    ("unit_release", "units"): ("units + 1", "account-differs"),
    ("unit_release", "means"): ("means + 1", "account-differs"),
    ("unit_release", "intervals"): ("intervals + 1", "database-corrupt"),
    ("unit_release", "items"): ("items + 99", "database-corrupt"),
    ("unit_release", "policy"): ("'rules'", "value-unreadable"),
    ("data_export", "content"): ("'answers'", "database-corrupt"),
    ("data_export", "policy"): ("'rules'", "value-unreadable"),
    ("study", "id"): ("999", "row-orphaned"),
    ("study", "key"): ("'0123'", "value-unreadable"),
    ("study_member", "study_id"): ("999", "row-orphaned"),
    ("study_member", "account_id"): ("999", "row-orphaned"),
    ("account_identity", "account_id"): ("999", "row-orphaned"),
    ("account_identity", "linked_at"): ("-1", "value-unreadable"),
    ("sign_in", "account_id"): ("999", "row-orphaned"),
    ("sign_in", "began_at"): ("seen_at + 1", "value-unreadable"),
    ("sign_in", "seen_at"): ("began_at - 1", "value-unreadable"),
    ("sign_in", "factors"): ("3", "database-corrupt"),
    ("sign_in", "proved_at"): ("began_at - 1", "value-unreadable"),
    ("code_app", "account_id"): ("999", "row-orphaned"),
    ("code_app", "last_step"): ("-1", "value-unreadable"),
    ("code_app", "secret"): ("substr(secret, 1, 40)", "value-unreadable"),
    ("passkey", "account_id"): ("999", "row-orphaned"),
    ("passkey", "signed"): ("-1", "value-unreadable"),
    ("passkey", "added_on"): ("'2999-01-01'", "database-corrupt"),
    ("passkey", "last_on"): ("'2000-01-01'", "database-corrupt"),
    ("recovery_code", "account_id"): ("999", "row-orphaned"),
    ("lost_factor", "account_id"): ("999", "row-orphaned"),
    ("lost_factor", "asked_at"): ("agreed_at + 1", "database-corrupt"),
    ("lost_factor", "agreed_at"): ("asked_at - 1", "database-corrupt"),
    ("lost_factor", "agreed_by"): ("asked_by", "database-corrupt"),
    ("attempt", "window_began_at"): ("-1", "value-unreadable"),
    ("attempt", "tries"): ("-1", "value-unreadable"),
    ("wave", "id"): ("999 WHERE background IS NOT NULL", "row-orphaned"),
    ("wave", "key"): ("'0123456789abcdef' WHERE state = 'open'", "keys-missing"),
    ("wave", "unit_id"): ("999", "row-orphaned"),
    ("wave", "instrument"): ("'learning_community@1.1.0'", "instrument-altered"),
    ("wave", "content_hash"): ("replace(content_hash, '0', '1')", "instrument-altered"),
    ("wave", "edition"): ("'barnehage'", "value-unreadable"),
    ("wave", "language"): ("'da'", "value-unreadable"),
    ("wave", "invited"): ("0", "database-corrupt"),
    ("wave", "opens_on"): ("'2027-01-01'", "database-corrupt"),
    ("wave", "closes_on"): ("'2025-01-01'", "database-corrupt"),
    ("wave", "planned_invited"): ("99", "database-corrupt"),
    ("wave", "planned_closes_on"): ("'2025-01-01'", "database-corrupt"),
    ("wave", "reopens_to"): ("'2025-01-01'", "database-corrupt"),
    ("wave", "reopened"): ("-1", "database-corrupt"),
    ("wave", "open_link"): ("1 WHERE state = 'open'", "value-unreadable"),
    ("wave", "background"): ("'role@1' WHERE background IS NOT NULL", "breakdown-differs"),
    ("wave", "split_key"): ("1 WHERE state = 'open'", "keys-extra"),
    ("wave", "state"): ("'closed' WHERE state = 'sealed'", "statistics-missing"),
    ("wave", "public_key"): ("randomblob(32) WHERE state = 'open'", "keys-wrong"),
    ("wave", "urn_check"): ("randomblob(32) WHERE state = 'open'", "keys-wrong"),
    ("installation_value", "name"): ("'key of codes' WHERE name = 'codes key'", "value-missing"),
    ("installation_value", "value"): ("randomblob(32) WHERE name = 'codes key'", "keys-wrong"),
    ("release_hold", "wave_id"): (
        "999 WHERE wave_id = (SELECT min(wave_id) FROM release_hold)",
        "row-orphaned",
    ),
    ("wave", "lay_in"): ("replace(lay_in, '/', ' ')", "value-unreadable"),
    ("sealed_in", "unit_key"): ("'0123456789abcdef'", "value-unreadable"),
    ("sealed_in", "wave_id"): (
        "999 WHERE wave_id = (SELECT min(wave_id) FROM sealed_in)",
        "row-orphaned",
    ),
    ("wave", "compared_from"): ("'2999-01-01' WHERE state = 'sealed'", "database-corrupt"),
    ("wave", "sealed_on"): ("'2025-01-01' WHERE state = 'open'", "database-corrupt"),
    ("wave", "shown_on"): ("'2025-01-01'", "database-corrupt"),
    ("access_code", "wave_id"): ("999", "row-orphaned"),
    ("wave_link", "wave_id"): ("999", "row-orphaned"),
    ("urn", "wave_id"): ("999 WHERE shard = 3 AND wave_id = (SELECT min(wave_id) FROM urn)", "row-orphaned"),
    ("urn", "shard"): ("16 WHERE shard = 3", "database-corrupt"),
    ("urn", "box"): ("(SELECT box FROM urn WHERE shard = 3) WHERE shard = 4", "urn-damaged"),
    ("held_key_share", "wave_id"): ("999", "row-orphaned"),
    ("held_key_share", "share"): ("randomblob(length(share))", "sheet-unreadable"),
    ("held_key_share", "held_until"): ("-1", "value-unreadable"),
    ("sealed_wave", "wave_id"): ("999 WHERE wave_id = 1", "statistics-missing"),
    ("sealed_wave", "n"): ("n + 1", "statistics-differ"),
    ("sealed_wave", "verdicts"): ("replace(verdicts, 'change', 'chance')", "statistics-altered"),
    ("sealed_wave", "digest"): ("randomblob(16)", "statistics-altered"),
    ("sealed_wave", "moments"): ("substr(moments, 1, 40)", "moments-corrupt"),
    ("agreed_action", "key"): ("substr(key, 1, 7)", "value-unreadable"),
    ("agreed_action", "wave_id"): ("999", "row-orphaned"),
    ("agreed_action", "dimension"): ("'nothing'", "value-unreadable"),
    ("expectation", "wave_id"): ("999", "row-orphaned"),
    ("expectation", "dimension"): ("'nothing'", "value-unreadable"),
    ("expectation", "expected"): ("'much'", "database-corrupt"),
    ("look_back", "action_id"): ("999", "row-orphaned"),
    ("look_back", "status"): ("'forgotten'", "database-corrupt"),
    ("sealed_category", "wave_id"): ("999", "row-orphaned"),
    ("sealed_category", "figure"): (f"'nothing' WHERE {_ONE_ROW}", "statistics-altered"),
    ("sealed_category", "category"): (f"'nobodys' WHERE {_ONE_ROW}", "statistics-altered"),
    ("sealed_category", "n"): (f"n + 1 WHERE {_ONE_ROW}", "statistics-altered"),
    ("sealed_category", "mean"): (f"mean + 1 WHERE {_ONE_ROW}", "statistics-altered"),
    ("ledger", "id"): ("2", "database-corrupt"),
    ("ledger", "groups"): ("groups + 1", "ledger-unreadable"),
    ("ledger", "checksum"): ("randomblob(16)", "ledger-unreadable"),
    ("ledger_group", "id"): ("999 WHERE id = (SELECT min(id) FROM ledger_group)", "row-orphaned"),
    ("ledger_group", "waves"): ("waves + 1", "ledger-unreadable"),
    ("ledger_group", "decided"): ("NOT decided", "ledger-unreadable"),
    ("ledger_group", "withdrawn"): ("NOT withdrawn", "ledger-unreadable"),
    ("ledger_group", "content"): ("replace(content, 'true', 'false')", "ledger-unreadable"),
    ("ledger_cell", "wave_key"): ("'0123456789abcdef'", "ledger-unreadable"),
    ("ledger_cell", "group_id"): ("999", "row-orphaned"),
    ("released_figures", "group_id"): (
        "999 WHERE group_id = (SELECT min(group_id) FROM released_figures)",
        "row-orphaned",
    ),
    ("released_figures", "computed_by"): ("'rules'", "released-figures-unreadable"),
    ("released_figures", "content"): ("replace(content, '3', '4')", "released-figures-unreadable"),
    ("released_figures", "digest"): ("randomblob(16)", "released-figures-unreadable"),
    ("wave", "decided"): ("NOT decided WHERE state = 'sealed'", "ledger-differs"),
    ("wave", "planned_round_id"): ("999", "row-orphaned"),
    ("planned_round", "id"): ("999", "row-orphaned"),
    ("planned_round", "key"): ("substr(key, 1, 7)", "value-unreadable"),
    ("planned_round", "unit_id"): ("999", "row-orphaned"),
    ("planned_round", "instrument"): ("'nothing@1.0.0'", "value-unreadable"),
    ("planned_round", "opens_on"): ("'2027-01-01'", "database-corrupt"),
    ("planned_round", "closes_on"): ("'2025-01-01'", "database-corrupt"),
    ("pool", "id"): ("999 WHERE sums IS NULL", "row-orphaned"),
    ("pool", "key"): ("substr(key, 1, 7)", "value-unreadable"),
    ("pool", "instrument"): ("'pulse@1.0.0'", "pool-corrupt"),
    ("pool", "content_hash"): ("replace(content_hash, '0', '1')", "pool-corrupt"),
    ("pool", "edition"): ("'barnehage'", "pool-corrupt"),
    ("pool", "language"): ("'nn'", "pool-corrupt"),
    ("pool", "half"): ("'2024-1'", "pool-corrupt"),
    ("pool", "batch"): ("9", "pool-key-missing"),
    ("pool", "public_key"): ("randomblob(32) WHERE public_key IS NOT NULL", "pool-key-wrong"),
    ("pool", "destroyed"): ("batch", "database-corrupt"),
    ("pool", "lost"): ("-1", "database-corrupt"),
    ("pool", "units"): ("units + 1 WHERE units > 0", "pool-corrupt"),
    ("pool", "people"): ("people + 1 WHERE people > 0", "pool-corrupt"),
    ("pool", "sums"): ("substr(sums, 1, 40) WHERE sums IS NOT NULL", "pool-corrupt"),
    ("pool", "kept_until"): ("'2020-01-01'", "pool-corrupt"),
    ("pool_contribution", "wave_id"): ("999", "row-orphaned"),
    ("pool_contribution", "pool_id"): ("999", "row-orphaned"),
    ("pool_contribution", "box"): ("randomblob(length(box))", "pool-damaged"),
    ("round_release", "unit_id"): ("999", "row-orphaned"),
    ("round_release", "half"): ("'2026-3'", "value-unreadable"),
    ("round_release", "edition"): ("'nothing'", "value-unreadable"),
    ("round_release", "instrument"): ("'nothing@1.0.0'", "value-unreadable"),
    ("round_release", "sealed"): ("-1", "database-corrupt"),
    ("round_release", "missing"): ("-1", "database-corrupt"),
    ("job", "key"): ("substr(key, 1, 15)", "value-unreadable"),
    ("job", "kind"): ("'slips'", "value-unreadable"),
    ("job", "payload"): ("replace(payload, 'owner', 'nobody')", "value-unreadable"),
    ("job", "ordered_by"): ("'nobody'", "value-unreadable"),
    ("job", "state"): ("'lost'", "database-corrupt"),
    ("job", "heartbeat_at"): ("-1", "value-unreadable"),
    ("job", "done"): ("total + 1", "database-corrupt"),
    ("job", "total"): ("-1", "value-unreadable"),
    ("job_task", "job_id"): ("999 + job_id", "row-orphaned"),
    ("job_task", "number"): ("-1 - id", "value-unreadable"),
    ("job_task", "step"): ("'rest'", "database-corrupt"),
    ("job_task", "payload"): ("'[]'", "value-unreadable"),
    ("job_task", "state"): ("'lost'", "database-corrupt"),
    ("job_task", "due_at"): ("-1", "value-unreadable"),
    ("job_task", "holder"): ("'nobody' WHERE holder IS NOT NULL", "value-unreadable"),
    ("job_task", "lease_until"): ("-1 WHERE lease_until IS NOT NULL", "value-unreadable"),
    ("job_task", "tries"): ("-1", "value-unreadable"),
}
# where one possible value cannot be told from another by anything else that is kept, and why
ANY_OTHER = "of a name or text, any other is as good"
UNNOTICED = {
    ("unit", "name"): ANY_OTHER,
    ("unit", "placed_on"): "any day may be the one on which it was moved",
    ("unit", "merged_on"): "what was merged into it may be removed since",
    ("account", "email"): ANY_OTHER,
    ("membership", "id"): "nothing refers to it",
    ("membership", "ends_on"): "any day may be the last",
    ("membership", "holder"): ANY_OTHER,
    ("membership", "given_by"): ANY_OTHER,
    ("membership", "ended_by"): ANY_OTHER,
    ("unit_release", "id"): "nothing refers to it",
    ("unit_release", "title"): ANY_OTHER,
    (
        "unit_release",
        "released_on",
    ): "any day is as good, once the act of that day is older than acts are kept",
    ("data_export", "id"): "nothing refers to it",
    ("data_export", "made_on"): "any day is as good, likewise",
    ("account_identity", "issuer"): "any other is nobody's, and signs nobody in",
    ("account_identity", "subject_hash"): "what it is a hash of is kept nowhere",
    ("sign_in", "token_hash"): "the token is the browser's alone; another hash signs it out",
    ("study", "name"): ANY_OTHER,
    ("study", "ends_on"): "any day may be the last",
    ("study_member", "token_hash"): "the token is its researcher's alone; another hash ends it",
    ("code_app", "added_on"): "any day may be the one on which it was set up",
    ("passkey", "id"): "nothing refers to it",
    ("passkey", "credential"): "the device's alone; another one is nobody's",
    (
        "passkey",
        "public_key",
    ): "another key checks no signature; its holder is told to choose another way",
    ("passkey", "name"): ANY_OTHER,
    ("recovery_code", "code_hash"): "the codes are on paper alone",
    ("lost_factor", "reason"): ANY_OTHER,
    ("lost_factor", "asked_by"): ANY_OTHER,
    ("lost_factor", "link_hash"): "the link is its holder's alone; another hash lets nobody in",
    ("attempt", "bucket"): "what it is a hash of is kept nowhere",
    ("wave", "title"): ANY_OTHER,
    ("wave", "leaders_answer"): "the leader chooses freely, and nothing else depends on it",
    ("access_code", "keyed_hash"): "the codes are on paper alone; whose is lost cannot be let in",
    (
        "wave_link",
        "keyed_hash",
    ): "a link whose hash is altered leads nowhere, and says so to whoever scans it",
    ("agreed_action", "id"): "nothing refers to it; it only orders the actions",
    ("agreed_action", "goal"): ANY_OTHER,
    ("agreed_action", "action"): ANY_OTHER,
    ("agreed_action", "who"): ANY_OTHER,
    ("agreed_action", "sign"): ANY_OTHER,
    ("agreed_action", "due"): "the staff choose any day",
    ("look_back", "id"): "nothing refers to it",
    ("look_back", "sentence"): ANY_OTHER,
    ("look_back", "noted_on"): "the staff look back on any day",
    ("planned_round", "title"): ANY_OTHER,
    ("planned_round", "open_link"): "an owner chooses freely, and a leader may choose otherwise",
    ("round_release", "id"): "nothing refers to it",
    ("round_release", "released_on"): "an owner releases on any day",
    ("job", "id"): "nothing refers to it; it only orders the jobs",
    ("job", "result"): "the file of that name is kept for some days only",
    ("job", "fault"): "codes of faults are open to what a job may meet",
    ("job_task", "id"): "nothing refers to it; it only orders the tasks",
    ("job_task", "result"): "the file of that name is kept for some days only",
    ("job_task", "fault"): "codes of faults are open, likewise",
}


def test_every_column_is_either_tried_or_listed_with_the_reason_why_it_cannot_be():
    assert set(COLUMNS) == PLAUSIBLE.keys() | UNNOTICED.keys()
    assert not PLAUSIBLE.keys() & UNNOTICED.keys()
    assert all(UNNOTICED.values())


@stored_alone
@pytest.mark.parametrize(("table", "column"), sorted(PLAUSIBLE))
def test_a_value_that_could_stand_there_and_is_wrong_is_named(settings, table, column):
    new, code = PLAUSIBLE[table, column]
    assert change(settings, f"UPDATE {table} SET {column} = {new}") > 0  # noqa: S608 - our own words
    assert code in {each for _, each in found(settings)}


# what is emptied where a column allows that: the code; None where an empty value means something by itself
EMPTIED = {
    ("unit", "parent_id"): None,  # a unit above all others
    ("unit", "edition"): "database-corrupt",
    ("unit", "organisation_number"): None,
    ("unit", "language"): None,
    ("unit", "invited"): None,
    ("unit", "closed_on"): "database-corrupt",
    ("unit", "merged_into_id"): None,  # closed, and not merged
    ("unit", "kept_years"): None,  # as what it lies in says
    ("unit", "placed_on"): None,  # not noted
    ("unit", "merged_on"): None,  # nothing was merged into it
    ("wave", "lay_in"): "database-corrupt",
    ("wave", "compared_from"): None,  # compared with all of its unit's
    ("membership", "unit_id"): "database-corrupt",
    ("membership", "account_id"): "database-corrupt",
    ("membership", "ends_on"): None,  # it goes on
    ("study_member", "token_hash"): None,  # there is no token
    ("account", "roleless_since"): "value-unreadable",
    ("passkey", "last_on"): None,  # not used yet
    ("lost_factor", "agreed_by"): "database-corrupt",
    ("lost_factor", "agreed_at"): "database-corrupt",
    ("lost_factor", "link_hash"): None,  # it was used
    ("membership", "ended_by"): "database-corrupt",
    ("membership", "ended_at"): "database-corrupt",
    ("unit_act", "unit_key"): "acts-altered",
    ("account", "linked_at"): "value-unreadable",
    ("wave", "planned_round_id"): None,  # a wave that its leader planned
    ("wave", "reopens_to"): None,  # closed by its last day
    ("wave", "background"): "breakdown-differs",
    ("wave", "sealed_on"): "database-corrupt",
    ("wave", "shown_on"): None,  # not shown by its leader's word
    ("wave", "public_key"): "database-corrupt",
    ("wave", "urn_check"): "database-corrupt",
    ("sealed_wave", "n"): "database-corrupt",
    ("sealed_wave", "moments"): "database-corrupt",
    ("sealed_wave", "verdicts"): "database-corrupt",
    ("sealed_wave", "digest"): "database-corrupt",
    ("sealed_category", "mean"): "database-corrupt",
    ("pool", "public_key"): "pool-damaged",
    ("pool", "sums"): "database-corrupt",
    ("pool_contribution", "box"): None,  # it was added
    ("job", "result"): "database-corrupt",
    ("job", "fault"): "database-corrupt",
    ("job_task", "holder"): "database-corrupt",
    ("job_task", "lease_until"): "database-corrupt",
    ("job_task", "result"): "database-corrupt",
    ("job_task", "fault"): "database-corrupt",
}
NULLABLE = {each for each in COLUMNS if metadata.tables[each[0]].columns[each[1]].nullable}


@stored_alone
@pytest.mark.parametrize(("table", "column"), sorted(NULLABLE))
def test_a_value_that_is_gone_is_named(settings, table, column):
    change_one(settings, table, column, None)
    codes = {each for _, each in found(settings)}
    assert codes == set() if EMPTIED[table, column] is None else EMPTIED[table, column] in codes


@pytest.mark.parametrize("read", [sealed.of_wave, sealed.verdicts_of])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed_wave SET verdicts = replace(verdicts, 'change', 'chance')",
        "UPDATE sealed_category SET n = n + 1",
        "UPDATE sealed_category SET mean = mean + 1",
        "DELETE FROM sealed_category",
    ],
)
def test_altered_verdicts_and_figures_by_category_are_shown_to_nobody(settings, read, statement):
    database = open_database(settings.database)
    [wave] = [each for each in waves.every(database) if each.is_sealed and each.background]
    assert read(database, wave)
    assert change(settings, statement) > 0
    with pytest.raises(Damaged, match="statistics-altered"):
        read(database, wave)
    database.close()
