"""Slips of a whole round, ordered by its owner: each unit's file is locked, and counted when it is whole."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest

from instruments.problems import Refused
from survey.background import jobs
from survey.background.slips import round_slips, slip_orders
from survey.collection import (
    access_codes,
    admission,
    code_issuing,
    lifecycle,
    round_planning,
    slip_password,
)
from survey.collection.keys import KeyDirectory
from survey.collection.round_planning import Planner, RoundPlan
from survey.operations.installation import Installation
from survey.operations.verification import stored_values
from survey.store import actor
from survey.store.repositories import access_history, accounts, units, waves
from survey.store.repositories import jobs as rows
from tests.buckets import IN_BOTH
from tests.policies import POLICY
from tests.roles import grant_role
from tests.stored import raw_bytes
from tests.waves import REFERENCE

FIRST = date(2026, 10, 5)
PLAN = RoundPlan("Høst 2026", REFERENCE, FIRST, date(2026, 10, 23))
OWNER = "owner@example.org"
NAMES = ("Alm", "Bjørk «ved åa»", "Eik")


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def found(home):
    town = units.add(home.database, "Fjordby", "municipality", None, None)
    grant_role(home.database, accounts.add(home.database, OWNER, "", "nb"), "owner", town.key)
    chosen = [units.add(home.database, name, "workplace", "skole", town.key, invited=4).key for name in NAMES]
    planner = Planner(home.database, home.keys, home.policy)
    return round_planning.plan_round(planner, town.key, PLAN, chosen)


def own(home, found):
    return {wave.unit_name: wave for wave in waves.of_planned_round(home.database, found.id)}


def order(installation, found):
    with actor.acting(OWNER, FIRST):
        return round_slips.place_order(installation, found, "nb", now=jobs.seconds())


def made(installation, job):
    """The names in the ZIP that a job made, each with its bytes."""
    done = rows.by_key(installation.database, job.key)
    assert done.state == "done", done.fault
    file = jobs.folder(installation, job.key).file(done.result)
    with file.open() as opened, zipfile.ZipFile(opened) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def codes_in(pdf, password):
    with pikepdf.open(BytesIO(pdf), password=password) as opened:
        assert opened.encryption.bits == 256
        plain = BytesIO()
        opened.save(plain, encryption=False)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(plain).pages)
    return {word for word in text.split() if word.count("-") == 2 and len(word) == 15}


@IN_BOTH
def test_each_units_slips_are_in_a_file_of_their_own_that_only_its_password_opens(home, installation, found):
    job = order(installation, found)
    jobs.run_waiting(installation)
    files = made(installation, job)
    waves_of = own(home, found)
    assert [*files] == [
        f"alm-host-2026-{waves_of['Alm'].key}-slips-nb.pdf",
        f"bjork-ved-aa-host-2026-{waves_of[NAMES[1]].key}-slips-nb.pdf",
        f"eik-host-2026-{waves_of['Eik'].key}-slips-nb.pdf",
        "contents.html",
    ]
    passwords = [slip_password.password_of(home.keys, waves_of[name].key) for name in NAMES]
    assert len(set(passwords)) == 3
    admitted = []
    for pdf, password in zip(files.values(), passwords, strict=False):
        for wrong in ["", "x", *[each for each in passwords if each != password]]:
            with pytest.raises(pikepdf.PasswordError, match="invalid password"):
                pikepdf.open(BytesIO(pdf), password=wrong)
        admitted.append(codes_in(pdf, password))
    assert [len(each) for each in admitted] == [4, 4, 4]
    alm = lifecycle.open_wave(home.database, home.keys, home.policy, waves_of["Alm"].key, FIRST)
    assert {admission.admit(home.database, home.keys, each, FIRST).wave_key for each in admitted[0]} == {
        alm.key
    }
    assert list(stored_values.problems(home.database)) == []


@pytest.mark.usefixtures("own_files")
def test_no_file_or_row_holds_a_code_or_a_password(home, installation, found):
    job = order(installation, found)
    jobs.run_waiting(installation)
    password = slip_password.password_of(home.keys, own(home, found)["Alm"].key)
    drawn = codes_in(next(iter(made(installation, job).values())), password)
    everything = installation.settings.files_directory.rglob("*")
    stored = b"".join(each.read_bytes() for each in everything if each.is_file())
    stored += raw_bytes(installation.database)
    secrets = [password, password.replace("-", ""), *drawn, *(each.replace("-", "") for each in drawn)]
    assert not [each for each in secrets if each.encode() in stored]
    assert not [each for each in drawn if access_codes.parse(each) in stored]


def test_a_unit_with_slips_a_link_or_an_end_is_left_out_and_named(home, installation, found):
    waves_of = own(home, found)
    code_issuing.issue(home.database, home.keys, waves_of["Eik"].key, 1)
    assert [each.unit_name for each in round_slips.waiting(installation, found).printed] == ["Eik"]
    job = order(installation, found)
    jobs.run_waiting(installation)
    files = made(installation, job)
    assert not [name for name in files if name.startswith("eik")]
    assert '<li dir="auto">Eik</li>' in files["contents.html"].decode()
    with pytest.raises(Refused, match="round-slips-none"):
        order(installation, found)


def test_a_unit_that_is_added_after_the_order_has_no_slips_of_it_and_no_line_of_history(
    home, installation, found
):
    job = order(installation, found)
    late = units.add(home.database, "Or", "workplace", "skole", found.unit_key, invited=4)
    planner = Planner(home.database, home.keys, home.policy)
    round_planning.add_units(planner, found, [late.key], FIRST)
    jobs.run_waiting(installation)
    assert len(made(installation, job)) == len(NAMES) + 1
    assert [each.unit_name for each in round_slips.waiting(installation, found).ready] == ["Or"]
    lines = access_history.acts_on_unit(home.database, [late.key])
    assert "slips-ordered" not in [each.kind for each in lines]
    # the next order is of that unit
    order(installation, found)
    jobs.run_waiting(installation)
    assert home_codes(home, own(home, found)["Or"])


def test_slips_that_a_leader_prints_meanwhile_are_not_doubled(home, installation, found, monkeypatch):
    waves_of, print_slips = own(home, found), round_slips.slip_printing.print_slips

    def printed_meanwhile(*given, **asked):
        if not home_codes(home, waves_of["Eik"]):
            code_issuing.issue(home.database, home.keys, waves_of["Eik"].key, 4)
        return print_slips(*given, **asked)

    job = order(installation, found)
    # the worker has chosen Eik by then
    chosen = round_slips.waiting(installation, found)
    monkeypatch.setattr(round_slips, "waiting", lambda *_: chosen)
    monkeypatch.setattr(round_slips.slip_printing, "print_slips", printed_meanwhile)
    jobs.run_waiting(installation)
    failed = rows.by_key(home.database, job.key)
    assert (failed.state, failed.fault) == ("failed", "round-slips-overtaken")
    assert [home_codes(home, waves_of[name]) for name in NAMES] == [False, False, True]


def home_codes(home, wave):
    with home.database.reading() as connection:
        return bool(round_slips.codes.waves_with_codes(connection, [wave.id]))


def test_the_file_is_there_for_as_long_as_other_slips(home, installation, found):
    job = order(installation, found)
    assert order(installation, found).key == job.key
    jobs.run_waiting(installation)
    done, keep = rows.by_key(home.database, job.key), POLICY.retention.slip_files
    assert not slip_orders.is_over(done, POLICY.retention, done.heartbeat_at + keep)
    for remove in jobs.removals(installation, done.heartbeat_at + keep):
        remove()
    assert jobs.folder(installation, job.key).path.exists()
    for remove in jobs.removals(installation, done.heartbeat_at + keep + 1):
        remove()
    assert not jobs.folder(installation, job.key).path.exists()


def test_a_password_belongs_to_one_survey_and_one_installation(home, found, tmp_path):
    wave = own(home, found)["Alm"]
    assert slip_password.is_used(wave)
    assert not slip_password.is_used(replace(wave, open_link=True))
    assert not slip_password.is_used(replace(wave, planned_round_id=None))
    password = slip_password.password_of(home.keys, wave.key)
    assert len(password) == 23
    assert password == slip_password.password_of(home.keys, wave.key)
    others = KeyDirectory.of_new_installation(tmp_path / "elsewhere")
    others.take_into_use()
    assert slip_password.password_of(others, wave.key) != password
