"""An operator holds the database, its journals, system columns, dumps and backups, and wants to know whose
answers are whose, or in which order they came. The keys are apart; without them everything must be noise.
"""

import logging
import random
import re
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from instruments.answers import encode
from survey.collection import access_codes, code_issuing, lifecycle, sealing, submission
from survey.collection.admission import admit
from survey.collection.keys import UrnKeys
from survey.collection.urn import _TRAY, SHARDS, Urn, unseal
from survey.operations import backup
from survey.store.repositories import urns
from tests.stored import files, raw_bytes
from tests.waves import ON_SQLITE, TODAY, admitted, alike, answer, closed, opened, simulated


def boxes_of(home, wave):
    with home.database.reading() as connection:
        return urns.boxes(connection, wave.id)


def dumped(home):
    """Every row of every table that is about answering, with what PostgreSQL adds to each."""
    extra = "" if home.database.is_sqlite else "xmin, xmax, ctid, "
    with home.database.reading() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT {extra}* FROM {table}").all()  # noqa: S608 - our own words
            for table in ("wave", "access_code", "urn", "sealed_wave")
        }


def test_no_table_changes_with_an_answer_but_one_box(home):
    wave = opened(home)
    admissions = admitted(home, wave, 6)
    assert len(admissions) == 6
    for admission in admissions:
        before = dumped(home)
        submission.submit(home.database, home.keys, admission, alike(), TODAY)
        after = dumped(home)
        assert {table for table in before if before[table] != after[table]} == {"urn"}
        changed = [old != new for old, new in zip(sorted_rows(before), sorted_rows(after), strict=True)]
        assert sum(changed) == 1


def sorted_rows(dump):
    return sorted(dump["urn"], key=lambda row: row.shard)


def test_being_admitted_writes_nothing(home):
    wave = opened(home)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 5)
    before = dumped(home)
    for code in codes:
        admit(home.database, home.keys, code, TODAY)
    assert dumped(home) == before


def test_an_answer_leaves_no_more_than_one_new_box_of_the_same_size(home):
    """How many answers there are is not told by sizes either, until a box has more than a tray of them."""
    wave, silent = opened(home, invited=200), opened(home)
    answer(home, wave, simulated(_TRAY))
    sizes = {len(box) for box in boxes_of(home, wave).values()}
    assert sizes == {len(box) for box in boxes_of(home, silent).values()}
    assert len(sizes) == 1


def test_every_rewriting_makes_every_byte_of_a_box_new(home):
    wave = opened(home)
    first = boxes_of(home, wave)
    for admission in admitted(home, wave, 12):
        submission.submit(home.database, home.keys, admission, alike(), TODAY)
    second = boxes_of(home, wave)
    rewritten = [shard for shard in range(SHARDS) if first[shard] != second[shard]]
    assert len(rewritten) > 3
    for shard in rewritten:
        same = sum(a == b for a, b in zip(first[shard], second[shard], strict=True))
        assert same < len(first[shard]) / 64  # by chance one byte in 256 is the same


def secrets_of(home, wave, codes, people):
    """Everything that would give somebody away: codes, tokens, entry ids, answers, sealed answers."""
    urn = Urn(wave.key, home.keys.urn(wave.key))
    boxes = boxes_of(home, wave)
    bits = [access_codes.parse(code) for code in codes]
    stored = [pair for shard, box in boxes.items() for pair in urn.entries(shard, box).items()]
    return {
        "codes": [code.encode() for code in codes] + [code.replace("-", "").encode() for code in codes],
        "bits": bits,
        "entry ids": [urn.entry_id(each) for each in bits],
        "answers": [encode(each) for each in people],
        "sealed answers": [sealed[:24] for _, sealed in stored],
    }


def found(secrets, raw):
    lowered = raw.lower()
    return {
        kind
        for kind, values in secrets.items()
        for value in values
        if value in raw or value.hex().encode() in lowered
    }


@pytest.mark.usefixtures("own_files")
def test_the_files_and_journals_of_an_open_wave_hold_no_secret(home):
    wave = opened(home)
    people = simulated(20)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 20)
    for code, answers in zip(codes, people, strict=True):
        admission = admit(home.database, home.keys, code, TODAY)
        submission.submit(home.database, home.keys, admission, answers, TODAY)
    secrets = secrets_of(home, wave, codes, people)
    raw = raw_bytes(home.database, journals=True)
    assert wave.key.encode() in raw  # what is not secret is found, so the search works
    assert found(secrets, raw) == set()
    keys = [path.read_bytes()[:32] for path in home.keys.path.iterdir()]
    assert not [key for key in keys if key in raw]


def test_stored_codes_lie_in_no_order_of_the_slips(home):
    wave = opened(home, invited=300)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 300)
    pepper = home.keys.hashing_key()
    printed = [code_issuing.keyed_hash(access_codes.parse(code), pepper) for code in codes]
    with home.database.reading() as connection:
        order = "" if home.database.is_sqlite else " ORDER BY ctid"
        stored = list(connection.exec_driver_sql(f"SELECT keyed_hash FROM access_code{order}").scalars())  # noqa: S608 - our own words
    stored = [bytes(each) for each in stored]
    assert stored == sorted(printed)
    assert printed != stored


def test_no_stored_hash_can_be_recomputed_without_the_key_directory(home):
    wave = opened(home)
    [code] = code_issuing.issue(home.database, home.keys, wave.key, 1)
    bits = access_codes.parse(code)
    with home.database.reading() as connection:
        [stored] = connection.exec_driver_sql("SELECT keyed_hash FROM access_code").scalars()
    guesses = [code_issuing.keyed_hash(bits, bytes(32)), code_issuing.keyed_hash(bits, wave.public_key)]
    assert bytes(stored) not in guesses
    assert bytes(stored) == code_issuing.keyed_hash(bits, home.keys.hashing_key())


def test_the_order_of_the_entries_in_a_box_is_not_the_order_they_came_in(home):
    """Even whoever opens the boxes finds entries by their ids, which are random to them."""
    wave = opened(home, invited=120)
    admissions = answer(home, wave, simulated(120))
    urn = Urn(wave.key, home.keys.urn(wave.key))
    came = [urn.entry_id(admission.token) for admission in admissions]
    lying = [list(urn.entries(shard, box)) for shard, box in boxes_of(home, wave).items()]
    assert lying == [sorted(entries) for entries in lying]
    arrived = [[entry for entry in came if entry in entries] for entries in lying]
    assert sum(map(len, arrived)) == 120
    # of two entries in a box one half lies as it came, of three a sixth: in a box of seven hardly ever
    assert sum(here == there for here, there in zip(lying, arrived, strict=True)) < SHARDS / 2


def test_a_backup_with_the_web_servers_keys_still_reads_no_answer(home):
    """Whoever has the database and the keys of the web, but not the private one, finds sealed answers."""
    wave = opened(home)
    answer(home, wave, [alike(3), alike(3)])
    urn = Urn(wave.key, home.keys.urn(wave.key))
    stored = [s for shard, box in boxes_of(home, wave).items() for s in urn.entries(shard, box).values()]
    assert len(stored) == 2
    assert stored[0] != stored[1]  # the same answers do not look the same
    assert not any(encode(alike(3))[:8] in sealed for sealed in stored)


def test_boxes_kept_from_before_sealing_are_unreadable_after_it(home):
    wave = closed(home, simulated(8))
    before = boxes_of(home, wave)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    left = b"".join(path.read_bytes() for path in home.keys.path.rglob("*") if path.is_file())
    assert len(left) == 40  # what hashes access codes, with its checksum, and nothing else
    with pytest.raises(Exception, match="urn-damaged"):
        Urn(wave.key, UrnKeys(left, left)).entries(0, before[0])


@ON_SQLITE  # what PostgreSQL's own tool copies is looked at in the tests of backups
def test_a_backup_of_an_open_wave_holds_its_boxes_and_nothing_else_of_its_answers(home, tmp_path):
    wave, people = opened(home), simulated(8)
    answer(home, wave, people)
    backup.write(home.database, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert dict(copy.execute("SELECT shard, box FROM urn")) == boxes_of(home, wave)
    raw = (tmp_path / "backup.db").read_bytes()
    assert found({"answers": [encode(each) for each in people]}, raw) == set()


@pytest.mark.usefixtures("own_files")
def test_after_sealing_the_database_files_hold_no_box(home):
    wave = closed(home, simulated(20))
    boxes = boxes_of(home, wave)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    raw = raw_bytes(home.database)
    assert [shard for shard, box in boxes.items() if box[40:72] in raw] == []


@ON_SQLITE
def test_after_sealing_the_journal_is_empty(home):
    wave = closed(home, simulated(20))
    [journal] = [path for path in files(home.database) if path.name.endswith("-wal")]
    assert journal.stat().st_size > 0
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert journal.stat().st_size == 0


def test_a_sealed_wave_tells_neither_which_codes_were_used_nor_how_many(home):
    wave = opened(home)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 20)
    used = random.Random(3).sample(codes, 8)  # noqa: S311 - which codes are used needs no secrecy
    before = dumped(home)["access_code"]
    for code in used:
        admission = admit(home.database, home.keys, code, TODAY)
        submission.submit(home.database, home.keys, admission, alike(), TODAY)
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    assert dumped(home)["access_code"] == before


def test_nothing_that_is_logged_tells_a_code_a_token_or_an_answer(home, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    wave = opened(home)
    people = simulated(5)
    codes = code_issuing.issue(home.database, home.keys, wave.key, 5)
    admissions = [admit(home.database, home.keys, code, TODAY) for code in codes]
    for admission, answers in zip(admissions, people, strict=True):
        submission.submit(home.database, home.keys, admission, answers, TODAY)
    shown = caplog.text + "".join(map(repr, [*admissions, home.keys.urn(wave.key), home.keys]))
    secrets = secrets_of(home, wave, codes, people)
    assert found(secrets, shown.encode()) == set()
    assert not re.search(r"token=b|pepper=b|box_key=b", shown)


def test_no_log_says_which_code_was_looked_up_not_even_where_the_database_fails(home, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy").setLevel(logging.DEBUG)
    wave = opened(home)
    code = code_issuing.issue(home.database, home.keys, wave.key, 1)[0]
    admit(home.database, home.keys, code, TODAY)
    hashed = code_issuing.keyed_hash(access_codes.parse(code), home.keys.hashing_key())
    broken = text("SELECT nothing FROM access_code WHERE keyed_hash = :of")
    with pytest.raises(DBAPIError) as failed, home.database.reading() as connection:
        connection.execute(broken, {"of": hashed})
    told = f"{caplog.text} {failed.value}"
    assert "access_code" in told
    assert repr(hashed)[2:-1] not in told
    assert hashed.hex() not in told.lower()


def test_the_private_key_is_what_it_takes(home):
    """The control: with every key in hand the answers open, so the tests above looked in the right place."""
    wave = opened(home)
    people = simulated(6)
    answer(home, wave, people)
    urn, private = Urn(wave.key, home.keys.urn(wave.key)), home.keys.private(wave.key)
    opened_up = [
        unseal(private, wave.key, sealed)
        for shard, box in boxes_of(home, wave).items()
        for sealed in urn.entries(shard, box).values()
    ]
    assert sorted(opened_up) == sorted(encode(each) for each in people)
