"""Jobs of every kind are done for whoever may order them still, and fetched by nobody else."""

import pytest
from sqlalchemy import select

from survey.background import jobs, order_rights
from survey.background.slips import slip_orders
from survey.background.slips.slip_orders import Recipient
from survey.background.tasks import report_jobs
from survey.collection import admission, code_issuing
from survey.job_files.directory import DirectoryFolder
from survey.operations import log
from survey.operations.installation import Installation
from survey.publication import round_release
from survey.store import actor
from survey.store.act_tables import unit_act
from survey.store.job_tables import JOB_KINDS
from survey.store.repositories import accounts, job_counts, job_tasks, releases, studies, units
from survey.store.repositories import jobs as rows
from survey.web.permissions import ROUTES, Role
from tests.paths import REPOSITORY
from tests.roles import OPERATOR, grant_role
from tests.waves import REFERENCE, TODAY, on_sqlite_alone, opened, release_below, sealed, simulated

__all__ = ["on_sqlite_alone"]
WHO = "hun@example.org"
LEADERS = {Role.LEADER, Role.DEPUTY}
OWNERS, RESEARCHERS = {Role.OWNER}, {Role.RESEARCHER}
# for each kind of job: the role by which it is ordered, and the pages that show or send what it made, with
# the roles that open them at that moment; those of a study are for its members alone (`study_access`)
KINDS = {
    "reports-under": ("owner", {"owner.download_reports": OWNERS}),
    "slips": ("leader", {"leader.download_slips": LEADERS}),
    "round-slips": ("owner", {"owner.download_round_slips": OWNERS, "leader.download_slip_file": LEADERS}),
    "round-release": ("owner", {"owner.show_round": OWNERS}),
    "research-export": ("researcher", {"researcher.download_export": RESEARCHERS}),
    "pool-export": ("researcher", {"researcher.download_pool_file": RESEARCHERS}),
    "pool-validation": (
        "researcher",
        {"researcher.validation": RESEARCHERS, "researcher.validation_text": RESEARCHERS},
    ),
    # ordered by the service itself, and told with the round
    "edition-verdict": (None, {"owner.show_round": OWNERS}),
}
TEMPLATES = REPOSITORY / "survey" / "web" / "templates"
ORDERED = [kind for kind, (role, _) in KINDS.items() if role]


@pytest.fixture
def installation(home, settings, monkeypatch):
    monkeypatch.setattr(Installation, "today", TODAY)
    return Installation(settings, home.database, home.keys, home.policy)


@pytest.fixture
def wave(home):
    top = units.add(home.database, "Fjordby", "municipality", None, None)
    units.add(home.database, "Alm", "workplace", "skole", top.key)
    return opened(home, unit="Alm", invited=20)


@pytest.fixture
def study(home):
    return studies.add(home.database, "Over tid", TODAY.replace(month=12), TODAY)


@pytest.fixture
def done(monkeypatch):
    """The jobs that were done, each of one step, which makes a file and tells how far it is."""
    found = []

    def make(task):
        task.note(0, 1)
        task.folder.write({"made.txt": b"made"})
        found.append(task.job.kind)
        task.note(1, 1)
        task.finish("made.txt")

    monkeypatch.setattr(jobs, "_DOING", {(kind, "begin"): make for kind in JOB_KINDS})
    return found


@pytest.fixture
def order(home, wave, study):
    """Order a job of a kind by whoever may, and return it with the account."""

    def ordered(kind):
        role = KINDS[kind][0]
        led = wave.unit_key if role == "leader" else units.upwards(home.database, wave.unit_key)[-1]
        holder = accounts.add(home.database, f"{kind}@example.org", "", "nb")
        holder = grant_role(home.database, holder, role, None if role == "researcher" else led)
        asked = {"unit": wave.unit_key}
        if role == "leader":
            asked = {"wave": wave.key}
        if role == "researcher":
            studies.join(home.database, study, holder)
            asked = {"study": study} if kind == "research-export" else {"pools": "a"}
        with actor.acting(holder.email, TODAY):
            return holder, rows.add(home.database, kind, asked, now=jobs.seconds())

    return ordered


def fault_of(home, job):
    return rows.by_key(home.database, job.key).fault


def undone(home, kind):
    """What the history says of orders of a kind that were not carried out: about which units, and what."""
    c = unit_act.c
    asked = select(c.unit_key, c.about, c.done_by)
    asked = asked.where(c.kind == "order-undone", c.about.startswith(f"{kind} "))
    with home.database.reading() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def take(home, holder):
    """Take the account's role away."""
    [held] = holder.memberships
    gone = {"by": OPERATOR, "now": jobs.seconds()}
    assert accounts.revoke_role(home.database, holder, held.role, held.unit_key, **gone)


def test_each_kind_of_job_has_a_rule_of_who_may_order_it_and_pages_that_ask_for_the_role():
    assert set(KINDS) == set(JOB_KINDS) == set(order_rights.MAY_ORDER) == {kind for kind, _ in jobs._DOING}
    for role, pages in KINDS.values():
        for page, roles in pages.items():
            assert ROUTES[page] == roles
        assert role is None or any(Role(role) in roles for roles in pages.values())


def test_a_job_is_done_for_whoever_may_order_it_and_not_once_the_role_is_gone(
    home, installation, wave, order, done
):
    all_units = {"research-export": [None], "pool-export": [], "pool-validation": []}
    for kind in ORDERED:
        holder, first = order(kind)
        jobs.run_waiting(installation)
        assert (done.pop(), fault_of(home, first), undone(home, kind)) == (kind, None, [])
        with actor.acting(holder.email, TODAY):
            again = rows.add(home.database, kind, first.payload, now=jobs.seconds())
        take(home, holder)
        jobs.run_waiting(installation)
        assert (done, fault_of(home, again)) == ([], rows.RIGHT_LOST)
        # nothing is wrong with the service
        counts = job_counts.count(home.database)
        assert (counts.failed, counts.failed_at, counts.underway) == (0, None, 0)
        said = all_units.get(kind, [wave.unit_key])
        assert undone(home, kind) == [(each, f"{kind} {holder.email}", log.WORKER) for each in said]


def test_a_job_goes_on_under_a_new_address_and_is_not_done_once_the_account_is_gone(
    home, installation, order, done
):
    gone = {"by": OPERATOR, "now": jobs.seconds()}
    for kind in ORDERED:
        holder, job = order(kind)
        holder = accounts.change_address(home.database, holder, f"new-{holder.email}", **gone)
        jobs.run_waiting(installation)
        assert (done.pop(), fault_of(home, job)) == (kind, None)
        with actor.acting(holder.email, TODAY):
            again = rows.add(home.database, kind, job.payload, now=jobs.seconds())
        accounts.remove(home.database, holder, **gone)
        jobs.run_waiting(installation)
        assert (done, fault_of(home, again)) == ([], rows.RIGHT_LOST)


def test_a_role_that_goes_in_the_middle_ends_the_job_at_its_next_step_and_leaves_no_file(
    home, installation, order, done, monkeypatch
):
    written = DirectoryFolder.write
    for kind in ORDERED:
        holder, job = order(kind)

        def taken(folder, files, holder=holder):
            written(folder, files)
            take(home, holder)

        monkeypatch.setattr(DirectoryFolder, "write", taken)
        jobs.run_waiting(installation)
        assert (done.pop(), fault_of(home, job)) == (kind, rows.RIGHT_LOST)
        assert jobs.folder(installation, job.key).names() == []


def test_a_role_elsewhere_or_whose_last_day_is_past_orders_nothing(home, installation, order, done):
    holder, job = order("round-release")
    other = units.add(home.database, "Dalby", "municipality", None, None)
    with home.database.writing() as connection:
        moved = units.upwards(home.database, job.payload["unit"])[0]
        number = units.by_key(home.database, moved).id
        units.change(connection, number, parent_id=other.id)
    jobs.run_waiting(installation)
    assert (done, fault_of(home, job)) == ([], rows.RIGHT_LOST)
    grant_role(home.database, holder, "owner", other.key)
    with actor.acting(holder.email, TODAY):
        again = rows.add(home.database, job.kind, job.payload, now=jobs.seconds())
    with home.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE membership SET ends_on = '{TODAY.replace(year=2025)}'")  # noqa: S608
    jobs.run_waiting(installation)
    assert (done, fault_of(home, again)) == ([], rows.RIGHT_LOST)


def test_a_member_who_left_the_study_is_made_no_file_of_it(installation, order, done):
    holder, job = order("research-export")
    studies.leave(installation.database, job.payload["study"], holder.id)
    jobs.run_waiting(installation)
    assert (done, fault_of(installation, job)) == ([], rows.RIGHT_LOST)


def test_each_page_that_tells_why_a_job_failed_tells_it_of_a_right_that_was_lost():
    pages = [each for each in TEMPLATES.rglob("*.html") if "job.fault" in each.read_text("utf-8")]
    assert len(pages) > 5
    silent = [
        each.name for each in pages if f'job.fault == "{rows.RIGHT_LOST}"' not in each.read_text("utf-8")
    ]
    assert silent == ["status.html"]  # of operators, who are told the code


def test_what_commands_and_the_service_order_needs_no_account(installation, done):
    for name in (log.COMMAND_LINE, log.WORKER):
        with actor.acting(name, TODAY):
            rows.add(installation.database, "edition-verdict", {"by": name}, now=jobs.seconds())
    with actor.acting(WHO, TODAY):
        refused = rows.add(installation.database, "edition-verdict", {"by": WHO}, now=jobs.seconds())
    accounts.add(installation.database, WHO, "", "nb")
    jobs.run_waiting(installation)
    assert len(done) == 2
    assert fault_of(installation, refused) == rows.RIGHT_LOST


def test_slips_that_were_printed_before_stay_good_where_the_order_to_cancel_them_is_not_carried_out(
    installation, wave
):
    printed = code_issuing.issue(installation.database, installation.keys, wave.key, 3)
    leader = grant_role(
        installation.database,
        accounts.add(installation.database, WHO, "", "nb"),
        "leader",
        wave.unit_key,
    )
    with actor.acting(WHO, TODAY):
        job = slip_orders.place_order(
            installation,
            wave.key,
            2,
            retiring=True,
            recipient=Recipient(b"the secret of a sign-in, thirty-two"),
            now=jobs.seconds(),
        )
    take(installation, leader)
    jobs.run_waiting(installation)
    assert fault_of(installation, job) == rows.RIGHT_LOST
    for code in printed:
        admission.admit(installation.database, installation.keys, code, TODAY)


def test_a_release_is_not_stored_where_the_role_goes_while_it_is_decided(home, installation, monkeypatch):
    top = units.add(home.database, "Storby", "municipality", None, None)
    for name, n in (("Bjerk", 23), ("Eik", 22), ("Gran", 21)):
        units.add(home.database, name, "workplace", "skole", top.key)
        sealed(home, simulated(n, n), unit=name, invited=30)
    owner = grant_role(home.database, accounts.add(home.database, WHO, "", "nb"), "owner", top.key)
    named = {"half": "2026-1", "edition": "skole", "instrument": REFERENCE}
    with actor.acting(WHO, TODAY):
        job = rows.add(home.database, "round-release", {"unit": top.key, **named}, now=jobs.seconds())
    monkeypatch.setattr(round_release, "_TOLD_EVERY", 2)
    decided = releases.ledgers.decide

    def meanwhile(*args):
        take(home, owner)
        return decided(*args)

    monkeypatch.setattr(releases.ledgers, "decide", meanwhile)
    jobs.run_waiting(installation)
    assert fault_of(home, job) == rows.RIGHT_LOST
    assert releases.present(home.database).entries == ()
    assert undone(home, "round-release") == [(top.key, f"round-release {WHO}", log.WORKER)]


def test_reports_that_are_half_made_end_once_for_all_parts(home, installation, monkeypatch):
    top = units.add(home.database, "Storby", "municipality", None, None)
    for name, n in (("Bjerk", 23), ("Eik", 22)):
        units.add(home.database, name, "workplace", "skole", top.key)
        sealed(home, simulated(n, n), unit=name, invited=30)
    release_below(home, top.key)
    owner = grant_role(home.database, accounts.add(home.database, WHO, "", "nb"), "owner", top.key)
    asked = {"unit": top.key, "reader": "owner", "languages": "nb"}
    with actor.acting(WHO, TODAY):
        job = rows.add(home.database, report_jobs.KIND, asked, now=jobs.seconds())
    monkeypatch.setattr(report_jobs, "_printer", lambda _task: lambda _planned: b"%PDF")
    jobs.run_next(installation)
    jobs.run_next(installation)
    assert len(job_tasks.parts(home.database, job.id, "done")) == 1
    assert jobs.folder(installation, job.key).names()
    take(home, owner)
    jobs.run_waiting(installation)
    assert fault_of(home, job) == rows.RIGHT_LOST
    assert len(job_tasks.parts(home.database, job.id, "failed")) == 1
    assert jobs.folder(installation, job.key).names() == []
    assert undone(home, "reports-under") == [(top.key, f"reports-under {WHO}", log.WORKER)]
