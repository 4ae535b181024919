"""Slips printed by a worker: known to one sign-in alone, and counted exactly when the file is whole."""

import signal
import time
from io import BytesIO

import pypdf
import pytest

from instruments.problems import Refused
from survey.background import jobs
from survey.background.slips import slip_orders
from survey.background.slips.slip_orders import Recipient
from survey.collection import access_codes, admission, code_issuing
from survey.operations.installation import Installation
from survey.store.repositories import codes, job_tasks
from survey.store.repositories import jobs as rows
from survey.store.repositories.job_tasks import _LEASE_SECONDS
from tests.buckets import IN_BOTH
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.stored import raw_bytes
from tests.survey.background.forked import process
from tests.survey.background.killed_printer import print_until
from tests.waves import TODAY, opened
from tests.worked import underway

ROOT = REPOSITORY
RECIPIENT = Recipient(b"the secret of a sign-in, thirty-two")


@pytest.fixture
def installation(home, settings):
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def wave(home):
    return opened(home, invited=20)


@pytest.fixture
def ordered(installation, wave):
    return order(installation, wave)


def order(installation, wave, count=12, **asked):
    choice = {"retiring": False, "recipient": RECIPIENT, "now": jobs.seconds(), **asked}
    return slip_orders.place_order(installation, wave.key, count, **choice)


def later():
    """The time when every lease has run out."""
    return int(time.time()) + _LEASE_SECONDS + 1


def standing(home, wave):
    with home.database.reading() as connection:
        return codes.count(connection, wave.id)


def opened_codes(installation, job, recipient=RECIPIENT):
    """The codes in the file of an order, as its recipient reads them; None where there is nothing to open."""
    done = rows.by_key(installation.database, job.key)
    pdf = slip_orders.open_order(
        jobs.folder(installation, job.key).file(done.result),
        done,
        recipient,
        POLICY.retention,
        jobs.seconds(),
    )
    if pdf is None:
        return None
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    return [word for word in text.split() if word.count("-") == 2 and len(word) == 15]


def admits(home, code):
    try:
        admission.admit(home.database, home.keys, code, TODAY)
    except Refused as refused:
        return refused.problems[0].code
    return "admitted"


@IN_BOTH
def test_an_order_is_printed_and_every_code_in_it_counts_once(installation, wave, ordered):
    jobs.run_waiting(installation)
    printed = opened_codes(installation, ordered)
    assert len(set(printed)) == len(printed) == 12 == standing(installation, wave)
    assert {admits(installation, code) for code in printed} == {"admitted"}
    done = rows.by_key(installation.database, ordered.key)
    assert (done.done, done.total) == (12, 12)


@pytest.mark.usefixtures("own_files")
def test_nobody_else_opens_the_file_and_no_file_or_row_holds_a_code(installation, ordered):
    jobs.run_waiting(installation)
    printed = opened_codes(installation, ordered)
    assert opened_codes(installation, ordered, Recipient(b"the secret of another sign-in")) is None
    shop = installation.settings.files_directory
    lying = b"".join(each.read_bytes() for each in shop.rglob("*") if each.is_file())
    lying += raw_bytes(installation.database)
    assert b"%PDF" not in lying
    for code in printed:
        held = access_codes.parse(code)
        forms = (code, code.replace("-", ""), held.hex())
        assert not any(form.lower().encode() in lying.lower() for form in forms)
        assert held not in lying
    assert bytes(RECIPIENT.key) not in lying
    assert bytes(RECIPIENT.key).hex().encode() not in lying


def test_the_file_is_there_for_an_hour(installation, ordered):
    jobs.run_waiting(installation)
    done = rows.by_key(installation.database, ordered.key)
    file = jobs.folder(installation, ordered.key).file(done.result)
    assert file.path.stat().st_mode & 0o077 == 0
    for removal in jobs.removals(installation, done.heartbeat_at + POLICY.retention.slip_files):
        removal()
    assert slip_orders.open_order(
        file, done, RECIPIENT, POLICY.retention, done.heartbeat_at + POLICY.retention.slip_files
    )
    assert (
        slip_orders.open_order(
            file, done, RECIPIENT, POLICY.retention, done.heartbeat_at + POLICY.retention.slip_files + 1
        )
        is None
    )
    for removal in jobs.removals(installation, done.heartbeat_at + POLICY.retention.slip_files + 1):
        removal()
    assert not file.exists()
    assert rows.by_key(installation.database, ordered.key).state == "done"


def test_the_same_order_is_under_way_once(installation, wave, ordered):
    assert order(installation, wave).key == ordered.key
    assert slip_orders.latest_order(installation, wave.key, RECIPIENT) == ordered
    assert slip_orders.latest_order(installation, wave.key, Recipient(b"another")) is None


def test_too_many_are_refused_before_anything_is_printed(installation, wave):
    with pytest.raises(Refused, match="codes-number"):
        order(installation, wave, 31)
    assert underway(installation.database) == []


@IN_BOTH
def test_an_order_that_others_were_faster_than_fails_and_none_of_its_codes_counts(
    installation, wave, ordered
):
    issued = code_issuing.issue(installation.database, installation.keys, wave.key, 20)
    jobs.run_waiting(installation)
    failed = rows.by_key(installation.database, ordered.key)
    assert (failed.state, failed.fault) == ("failed", "codes-number")
    assert standing(installation, wave) == 20
    assert admits(installation, issued[0]) == "admitted"


def test_slips_printed_before_admit_until_the_new_ones_are_whole(installation, wave):
    [old] = code_issuing.issue(installation.database, installation.keys, wave.key, 1)
    order(installation, wave, retiring=True)
    jobs.run_next(installation, lambda: True)
    assert admits(installation, old) == "admitted"
    jobs.run_waiting(installation)
    assert admits(installation, old) == "code-unknown"
    assert standing(installation, wave) == 12


def test_a_worker_that_was_overtaken_adds_no_code_and_touches_no_file_of_the_other(
    installation, wave, ordered, monkeypatch
):
    finish = job_tasks.finish

    def late(database, held, *rest, **when):
        job_tasks.requeue_stale(database, now=jobs.seconds() + _LEASE_SECONDS + 1)
        monkeypatch.setattr(job_tasks, "finish", finish)
        monkeypatch.setattr(jobs, "seconds", later)
        jobs.run_waiting(installation)
        finish(database, held, *rest, **when)

    monkeypatch.setattr(job_tasks, "finish", late)
    jobs.run_waiting(installation)
    assert standing(installation, wave) == 12
    assert {admits(installation, code) for code in opened_codes(installation, ordered)} == {"admitted"}


@pytest.mark.parametrize("stage", ["printing", "printed", "accepted", "done"])
def test_a_worker_killed_at_any_point_leaves_no_code_that_nobody_knows(
    installation, settings, wave, ordered, *, stage, monkeypatch
):
    with process(settings, print_until, stage, ordered.key) as printing:
        printing.join(timeout=60)
        assert printing.exitcode == -signal.SIGKILL
    assert standing(installation, wave) == (12 if stage == "done" else 0)
    # it waits from when its lease ran out
    monkeypatch.setattr(jobs, "seconds", later)
    jobs.requeue_stale(installation)
    jobs.run_waiting(installation)
    printed = opened_codes(installation, ordered)
    assert len(printed) == 12 == standing(installation, wave)
    assert {admits(installation, code) for code in printed} == {"admitted"}
