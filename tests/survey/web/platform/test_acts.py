"""The acts of staff on the pages: each that is carried out is one line of the log, and none that is not."""

from datetime import timedelta

import pytest

from survey.accounts import passwords
from survey.store.act_kinds import UNIT_ACTS
from survey.store.repositories import accounts, releases, studies, waves
from survey.web.permissions import ROUTES
from survey.web.platform.acts import ACTS
from survey.web.platform.history import ACT_WORDS
from tests.log_lines import log_lines, without_time
from tests.paths import REPOSITORY
from tests.roles import grant_role
from tests.waves import CLOSES, TODAY, place, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


def test_whatever_a_page_of_staff_changes_is_known_as_an_act(app):
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    others = ("respondent.", "answering.", "rehearsal.")
    staff = {each for each in sent if not each.startswith(others)}
    assert staff - set(ACTS) == set()
    assert {each for each in ACTS if each.startswith(others)} == set()
    assert set(ACTS) <= set(ROUTES)
    assert len(staff) > 15


# what the log calls otherwise than the history of the unit, and what is recorded by its own change
OTHERWISE = {
    "role-taken": "role-ended",
    "round-units-added": "wave-drafted",
    "round-changed": "wave-changed",
    "round-removed": "draft-removed",
    "release-asked": "round-released",
    "reports-ordered": "reports-made",
}


def test_whatever_a_leader_or_an_owner_does_is_an_act_that_the_unit_is_told():
    """Every event of the log that one of their pages makes: `history.html` promises every act."""
    theirs = {event for route, event in ACTS.items() if route.startswith(("leader.", "owner."))}
    assert {OTHERWISE.get(event, event) for event in theirs} - set(UNIT_ACTS) == set()
    assert set(OTHERWISE) <= theirs
    assert set(ACT_WORDS) == set(UNIT_ACTS)


def test_every_kind_of_act_is_recorded_somewhere():
    """A kind that nothing records would be a promise of its words alone."""
    words = {"act_kinds.py", "history.py", "0001_first_tables.py", "acts.py"}
    written = "".join(
        path.read_text("utf-8") for path in (REPOSITORY / "survey").rglob("*.py") if path.name not in words
    )
    assert [kind for kind in UNIT_ACTS if f'"{kind}"' not in written] == []


@pytest.fixture
def signed_in(browser, home, capsys):
    """Signs somebody in with roles; returns the account's number, and leaves nothing read in the log."""

    def sign_in(*roles):
        holder = accounts.add(home.database, "kari@example.org", HASHED, "nb")
        for role, unit in roles:
            grant_role(home.database, holder, role, unit)
        browser.get("/account/sign-in").submit({"email": "kari@example.org", "password": PASSWORD})
        [line] = without_time(log_lines(capsys.readouterr().err))
        assert line == {"level": "info", "event": "signed-in", "account": holder.id}
        return holder.id

    return sign_in


def logged(capsys):
    return [
        {name: value for name, value in line.items() if name != "level"}
        for line in without_time(log_lines(capsys.readouterr().err))
    ]


def test_a_leaders_wave_is_logged_by_its_keys_from_draft_to_closed(browser, home, signed_in, capsys):
    unit = place(home).key
    leader = signed_in(("leader", unit))
    fields = {"title": "Vår", "invited": "12", "closes_on": CLOSES.isoformat()}
    browser.get(f"/leader/{unit}/new").submit(fields)
    [wave] = waves.of_unit(home.database, unit)
    of_wave = {"account": leader, "unit": unit, "wave": wave.key}
    assert logged(capsys) == [{"event": "wave-drafted", **of_wave}]
    browser.get(f"/leader/{unit}/new").submit({**fields, "invited": "none"}, status=400)
    assert logged(capsys) == []
    address = f"/leader/{unit}/{wave.key}"
    browser.get(address).submit(press=f"{address}/open")
    assert logged(capsys) == [{"event": "wave-opened", **of_wave}]
    for act, event in (("close", "wave-closed"), ("destroy", "wave-sealed")):
        # looking at the page that asks is no act
        browser.get(f"{address}/{act}")
        assert logged(capsys) == []
        browser.submit()
        assert logged(capsys) == [{"event": event, **of_wave}]
    assert TODAY < CLOSES


def test_an_operators_acts_name_accounts_by_number_and_nobody_by_e_mail(browser, home, signed_in, capsys):
    operator, unit = signed_in(("operator", None)), place(home).key
    browser.get("/operator/accounts/new").submit({"email": "ny@example.org", "role": "leader", "unit": unit})
    new = accounts.by_email(home.database, "ny@example.org").id
    browser.get(f"/operator/accounts/{new}/role").submit({"role": "editor", "unit": ""})
    told = capsys.readouterr().err
    assert "example.org" not in told
    assert "Asken" not in told
    assert [
        {name: value for name, value in line.items() if name != "level"}
        for line in without_time(log_lines(told))
    ] == [
        {"event": "account-added", "account": operator, "to": new, "role": "leader", "unit": unit},
        {"event": "role-given", "account": operator, "to": new, "role": "editor"},
    ]


def test_taking_figures_out_is_logged_and_releases_nothing(browser, home, signed_in, capsys, clock):
    sealed(home, simulated(22), invited=30)
    clock.pass_by(120 * 86400)  # into the next half-year
    researcher = signed_in(("researcher", None))
    study = studies.add(home.database, "Over tid", TODAY + timedelta(days=365), TODAY)
    studies.join(home.database, study, accounts.of_id(home.database, researcher))
    browser.get(f"/researcher/studies/{study}/exports/new").submit({"rows": "dimensions", "format": "csv"})
    ordered = {"event": "export-ordered", "account": researcher, "study": study}
    assert logged(capsys) == [ordered]
    assert releases.present(home.database).entries == ()


def test_the_next_request_of_the_same_thread_is_nobodys(browser, home, signed_in, capsys, app):
    signed_in(("leader", place(home).key))
    browser.get("/leader/")

    def meet(**_):
        raise ValueError

    app.view_functions["respondent.privacy"] = meet
    browser.get("/privacy", status=500)
    assert log_lines(capsys.readouterr().err) == [
        {"level": "error", "event": "fault", "code": "unexpected-ValueError", "date": TODAY.isoformat()}
    ]
