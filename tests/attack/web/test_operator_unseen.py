"""An operator wants to read a unit's report unseen: by a straw account, or as its leader."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from survey.accounts import passwords
from survey.background import maintenance
from survey.operations import log
from survey.organisation import placement
from survey.store import actor
from survey.store.repositories import access_history, accounts, released_figures, sealed, units
from survey.web.permissions import ROUTES, Role
from survey.web.platform.context import EXTENSION
from survey.web.result_routes import RESULTS
from tests.pages import Browser
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.roles import grant_role
from tests.survey.web.conftest import seconds_of
from tests.waves import TODAY, on_sqlite_alone, place, release_below, simulated
from tests.waves import sealed as sealed_wave

# the history and what keeps it are tested on both: tests/survey/store/test_act_chain.py
engine_name = on_sqlite_alone

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)
OPERATOR, LEADER, STRAW = "drift@example.org", "leder@example.org", "stråmann@example.org"
BEHIND_A_BACK = {"link-made", "address-changed", "account-removed", "unit-renamed"}
BEHIND_A_BACK_IN_WORDS = (
    "Det ble laget en lenke",
    "En konto fikk ny e-postadresse",
    "En konto ble fjernet",
    "Enheten fikk nytt navn",
)
DAY = 24 * 60 * 60
# 12:00 in UTC is 13:00 in Oslo, where the day ends at 23:00 in UTC
UNTIL_MIDNIGHT = 11 * 60 * 60


class Site:
    """A unit with results below a town, its leader of years and an operator, both signed in."""

    def __init__(self, app, home, clock, public_url):
        self.app, self.home, self.clock, self.public_url = app, home, clock, public_url
        self.installation = app.extensions[EXTENSION].installation
        with actor.acting(log.COMMAND_LINE, TODAY):
            self.town = units.add(home.database, "Fjordby", "municipality", None, None)
            self.unit = units.add(home.database, "Asken", "workplace", "skole", self.town.key)
            self.wave = sealed_wave(home, simulated(22), invited=30).key
        self.profile = f"/leader/{self.unit.key}/{self.wave}/profile"
        self.operator = self.signed_in(self.account(OPERATOR, "operator", None))
        self.leader = self.signed_in(self.account(LEADER, "leader", self.unit.key))

    def account(self, email, role, unit_key):
        """An account with a role that was given long ago."""
        holder = accounts.add(self.home.database, email, HASHED, "nb")
        with actor.acting(log.COMMAND_LINE, TODAY):
            return grant_role(self.home.database, holder, role, unit_key)

    def found(self, email):
        return accounts.by_email(self.home.database, email)

    def signed_in(self, holder, password=PASSWORD):
        browser = Browser(self.app, self.public_url)
        browser.get("/account/sign-in").submit({"email": holder.email, "password": password})
        return browser

    def give(self, role, unit_key, email=STRAW):
        """Let the operator give the role on the page, to an account that is added where it is missing."""
        holder = self.found(email) or accounts.add(self.home.database, email, HASHED, "nb")
        self.operator = self.signed_in(self.found(OPERATOR))  # who may have been away for too long
        path = f"/operator/accounts/{holder.id}/role"
        self.operator.get(path).submit({"role": role, "unit": unit_key or ""})
        return self.found(email)

    def take(self, holder, role, unit_key):
        token = self.operator.get("/operator/accounts").token()
        sent = {"csrf_token": token, "role": role, "unit": unit_key or ""}
        self.operator.post(f"/operator/accounts/{holder.id}/role/remove", sent)

    def link(self, holder):
        """The link that the operator makes for an account."""
        self.operator.get(f"/operator/accounts/{holder.id}/link").submit({})
        return self.operator.page.first("main .card").text.removeprefix(self.public_url)

    def rows(self, table, browser=None):
        """The lines of one of the tables of the page, each as one text."""
        browser = browser or self.leader
        browser.get(f"/leader/{self.unit.key}/access")
        lines = browser.page.select(f"[aria-labelledby={table}] tbody tr")
        return [" ".join(" ".join(each.wrapped.etree_element.itertext()).split()) for each in lines]

    def history(self):
        upwards = units.upwards(self.home.database, self.unit.key)
        roles = access_history.roles_of_unit(self.home.database, upwards)
        acts = access_history.acts_on_unit(self.home.database, upwards)
        # what the operator did, of all that has been done
        return roles, [each for each in acts if each.kind in BEHIND_A_BACK]

    def acts(self, browser=None):
        """The lines of what the operator did, each without its mark."""
        lines = self.rows("acts", browser)
        return [line.rpartition(" ")[0] for line in lines if line.startswith(BEHIND_A_BACK_IN_WORDS)]

    def visited(self, browser, role):
        """Every route of the role, as (route, status)."""
        token = browser.get("/account/password").token()
        told = []
        for endpoint, method, path in self._addresses(role):
            sent = {"csrf_token": token} if method == "POST" else None
            reply = browser.client.open(path, method=method, data=sent, base_url=self.public_url)
            told.append((endpoint, reply.status_code))
            reply.close()
        return told

    def _addresses(self, role):
        known = {"unit": self.unit.key, "wave": self.wave, "dimension": "evidence_use", "name": "overview"}
        known |= {"half": "2026-1", "edition": "skole", "instrument": "learning_community@1.0.0"}
        known |= {
            "rows": "items",
            "of": "answers",
            "action": "x",
            "number": 99,
            "tongue": "nb",
            "kind": "x",
            "row": 1,
            "planned": "x",
            "years": 9,
            "ending": "pdf",
            "chosen": "csv",
            "study": "x",
            "job": "x",
            "part": "file",
        }
        with self.app.test_request_context(base_url=self.public_url):
            return [
                (rule.endpoint, method, rule.build({name: known[name] for name in rule.arguments})[1])
                for rule in self.app.url_map.iter_rules()
                if Role(role) in ROUTES[rule.endpoint]
                for method in sorted(rule.methods & {"GET", "POST"})
            ]


@pytest.fixture
def site(app, home, clock, public_url):
    return Site(app, home, clock, public_url)


@pytest.fixture
def read(monkeypatch):
    """The name of every reading of sealed statistics."""
    calls = []

    def noted(name, original):
        return lambda *args: calls.append(name) or original(*args)

    for name in ("of_wave", "of_waves", "of_unit", "whole"):
        monkeypatch.setattr(sealed, name, noted(name, getattr(sealed, name)))
    # what owners are shown was computed of them at the release
    for name in ("means_of_waves", "total_of_group"):
        monkeypatch.setattr(released_figures, name, noted(name, getattr(released_figures, name)))
    return calls


@pytest.mark.parametrize("role", ["leader", "deputy", "owner", "researcher"])
def test_a_role_given_today_reads_no_results_anywhere(site, read, role):
    release_below(site.home, site.town.key)
    read.clear()
    straw = site.signed_in(site.give(role, None if role == "researcher" else site.unit.key))
    told = site.visited(straw, role)
    assert read == []
    assert {status for endpoint, status in told if endpoint in RESULTS} == {403}
    assert sum(endpoint in RESULTS for endpoint, _ in told) >= 2
    site.clock.pass_by(DAY)
    told = site.visited(site.signed_in(site.found(STRAW)), role)
    # a researcher's pages read none ever: a worker makes the files
    assert (read == []) == (role == "researcher")
    assert 403 not in {status for endpoint, status in told if endpoint in RESULTS}


def test_a_straw_leader_for_ten_minutes_is_shown_to_the_leader_for_good(site):
    straw = site.give("leader", site.unit.key)
    site.clock.pass_by(600)
    site.take(straw, "leader", site.unit.key)
    newest, own = site.rows("roles")
    day = "9. mars 2026"
    assert newest == (
        f"{STRAW} Leder · Asken {day} 13:00 {OPERATOR} {day} 13:10 {OPERATOR} "
        "Aldri: Rollen ble avsluttet samme dag som den ble gitt"
    )
    assert own.startswith(LEADER)
    assert "Har rollen nå" in own


def test_a_role_shows_results_from_midnight_where_the_installation_is(site):
    """One minute to midnight in Oslo, and half past: the day is neither that of UTC nor 24 hours."""
    site.clock.pass_by(UNTIL_MIDNIGHT - 60)
    straw = site.signed_in(site.give("leader", site.unit.key))
    straw.get(site.profile, status=403)
    site.clock.pass_by(60)
    straw.get(site.profile)
    site.clock.pass_by(30 * 60)
    late = site.signed_in(site.give("leader", site.unit.key, email="sein@example.org"))
    late.get(site.profile, status=403)
    # the next day of UTC, and the same day in Oslo
    site.clock.pass_by(60 * 60)
    site.signed_in(site.found("sein@example.org")).get(site.profile, status=403)
    site.clock.seconds = seconds_of(TODAY) + UNTIL_MIDNIGHT + DAY
    site.signed_in(site.found("sein@example.org")).get(site.profile)


def test_a_role_that_is_taken_and_given_back_begins_anew(site):
    holder = site.account(STRAW, "leader", site.unit.key)
    browser = site.signed_in(holder)
    browser.get(site.profile)
    site.take(holder, "leader", site.unit.key)
    site.give("leader", site.unit.key)
    browser.get(site.profile, status=403)
    of_straw = [each.ended_by for each in site.history()[0] if each.holder == STRAW]
    assert of_straw == [None, OPERATOR]
    # and given twice it is not given anew
    site.give("leader", site.unit.key)
    assert len([each for each in site.history()[0] if each.holder == STRAW]) == 2


def test_a_link_for_the_leaders_account_reads_nothing_that_day_and_is_shown(site):
    """The operator becomes the leader, instead of giving anybody a role."""
    other = site.account("nestleder@example.org", "leader", site.unit.key)
    thief, new = Browser(site.app, site.public_url), "en annen setning"
    thief.get(site.link(site.found(LEADER))).submit({"new": new, "again": new})
    thief.submit({"email": LEADER, "password": new})
    assert thief.path == "/leader/"
    thief.get(site.profile, status=403)
    thief.get(site.profile.replace("profile", "report.pdf"), status=403)
    thief.get(site.profile.replace("profile", "downloads/slides"), status=403)
    [act] = site.acts(site.signed_in(other))
    assert act == f"Det ble laget en lenke for å velge nytt passord {LEADER} 9. mars 2026 {OPERATOR}"
    assert site.leader.get("/leader/").path == "/account/sign-in"
    site.clock.pass_by(DAY)
    site.signed_in(site.found(LEADER), new).get(site.profile)


def test_links_for_an_owner_and_a_researcher_are_shown_to_the_leaders_they_read_about(site):
    owner = site.account("eier@example.org", "owner", site.town.key)
    researcher = site.account("forsker@example.org", "researcher", None)
    editor = site.account("red@example.org", "editor", None)
    for holder in (owner, researcher, editor):
        site.link(holder)
    assert [each.about for each in site.history()[1]] == [researcher.email, owner.email]


def test_owners_above_and_researchers_are_shown_and_others_are_not(site):
    elsewhere = units.add(site.home.database, "Annenby", "municipality", None, None)
    site.account("eier@example.org", "owner", site.town.key)
    site.account("annen@example.org", "owner", elsewhere.key)
    site.account("forsker@example.org", "researcher", None)
    site.account("red@example.org", "editor", None)
    site.account("nabo@example.org", "leader", place(site.home, "Bjerka").key)
    shown = {line.split()[0] for line in site.rows("roles")}
    assert shown == {LEADER, "eier@example.org", "forsker@example.org"}


def test_a_renamed_and_then_removed_account_keeps_its_line_under_the_address_it_had(site):
    database, new = site.home.database, "helt.annen@example.org"
    straw = site.give("leader", site.unit.key)
    renamed = accounts.change_address(database, straw, new, by=OPERATOR, now=site.clock())
    accounts.remove(database, renamed, by=OPERATOR, now=site.clock() + 60)
    assert site.found(new) is None
    newest, _ = site.rows("roles")
    assert newest.startswith(f"{STRAW} Leder · Asken")
    assert "9. mars 2026 13:01" in newest
    removed, changed = site.acts()
    assert removed.startswith(f"En konto ble fjernet {new}")
    assert changed.startswith(f"En konto fikk ny e-postadresse {STRAW} → {new}")


def test_a_removed_account_gives_its_number_to_nobody(site):
    """What an account had is not found again by whoever comes after it."""
    first = site.account(STRAW, "leader", site.unit.key)
    accounts.remove(site.home.database, first, by=OPERATOR, now=site.clock())
    assert accounts.add(site.home.database, STRAW, HASHED, "nb").id != first.id


def test_a_renamed_unit_says_what_it_was_called(site):
    units.rename(site.home.database, site.unit.key, "Lønna", by=OPERATOR, now=site.clock())
    [act] = site.acts()
    assert act.startswith("Enheten fikk nytt navn Asken → Lønna")
    assert site.leader.heading.endswith("Lønna")


def test_nothing_of_it_is_removed_before_a_year_has_passed(site):
    straw = site.give("leader", site.unit.key)
    site.link(straw)
    site.take(straw, "leader", site.unit.key)
    kept = site.installation.policy.retention.access_history
    assert kept >= 366 * DAY
    assert list(map(len, site.history())) == [2, 1]
    for passed, left in ((366 * DAY, [2, 1]), (kept, [2, 1]), (kept + DAY, [1, 0])):
        now = site.clock() + passed
        maintenance.run(site.installation, date(1970, 1, 1) + timedelta(seconds=now), now)
        assert list(map(len, site.history())) == left


def test_only_one_function_of_the_program_removes_a_role_or_an_act():
    removal = re.compile(r"delete\((membership|unit_act)\)|DELETE FROM (membership|unit_act)")
    sources = {path: path.read_text("utf-8") for path in (REPOSITORY / "survey").rglob("*.py")}
    removing = [path.name for path, text in sources.items() if removal.search(text)]
    # of acts the chain removes what `access_history` says is old enough, and its triggers nothing else
    assert sorted(removing) == ["access_history.py", "act_chain.py"]


def test_whatever_is_changed_of_a_unit_is_shown_to_its_leaders():
    """An owner would read what lies below: moving is recorded where it is made, as every other change is."""
    sources = {path: path.read_text("utf-8") for path in (REPOSITORY / "survey").rglob("*.py")}
    updating = [path.name for path, text in sources.items() if "update(unit)" in text]
    # which forgets into what a unit was merged, when that one is removed
    assert sorted(updating) == ["unit_contents.py", "units.py"]
    changing = {
        path: re.split(r"(?m)^def ", text)
        for path, text in sources.items()
        if re.search(r"(?:units\.|^    |^        )change\(connection, ", text, re.MULTILINE)
    }
    assert {path.name for path in changing} >= {"placement.py", "merger.py", "closure.py", "units.py"}
    unrecorded = [
        (path.name, function.partition("(")[0])
        for path, functions in changing.items()
        for function in functions
        if re.search(r"\bchange\(connection, ", function) and "access_history.record" not in function
    ]
    # recorded by whoever calls it
    assert unrecorded == [("closure.py", "end")]


def test_an_owner_from_whom_a_unit_was_moved_away_is_still_shown_to_its_leaders(site):
    elsewhere = units.add(site.home.database, "Annenby", "municipality", None, None)
    site.account("eier@example.org", "owner", site.town.key)
    site.account("annen@example.org", "owner", elsewhere.key)
    act = {"by": OPERATOR, "now": site.clock(), "today": date(2026, 9, 1)}
    placement.move(site.home.database, POLICY, site.unit.key, elsewhere.key, **act)
    shown = {line.split()[0] for line in site.rows("roles")}
    assert shown == {LEADER, "eier@example.org", "annen@example.org"}
    told = site.rows("acts")[0]
    assert told.startswith("Enheten ble flyttet Asken: Fjordby → Annenby")


@pytest.mark.parametrize(
    "change", ["account_id = NULL", "ended_at = 5, ended_by = 'x'", "ended_at = 2000000000", "holder = NULL"]
)
def test_the_database_refuses_a_role_that_is_nobodys_or_ends_before_it_begins(site, change):
    with (
        pytest.raises(IntegrityError, match=r"(?i)check|not.null"),
        site.home.database.writing() as connection,
    ):
        connection.exec_driver_sql(f"UPDATE membership SET {change}")  # noqa: S608 - our own words
