"""The second factor: whose accounts need one, how it is set up and asked for, and what it lets nobody do."""

import pytest

from survey.store.repositories import second_factors, sign_ins
from survey.web.account.guessing import MOST_CODES
from tests.log_lines import log_lines
from tests.waves import ON_SQLITE

PASSWORD = "en lang setning her"
NEW = "en helt ny setning her"


@pytest.fixture
def leader(holder):
    """A leader with an app, signed in."""
    made = holder("leader")
    made.sign_in()
    made.set_up_app()
    return made


@ON_SQLITE
@pytest.mark.parametrize("role", ["operator", "owner"])
def test_who_needs_a_second_factor_reaches_nothing_but_setting_one_up(holder, role):
    person = holder(role)
    browser = person.sign_in().get(f"/{role}/")
    assert (browser.path, browser.heading) == ("/account/factors", "My sign-in")
    assert [each.text for each in browser.page.select("nav.desk a")] == ["My sign-in"]
    for path in ("/account/password", "/account/", "/leader/", "/owner/", "/operator/accounts"):
        assert browser.get(path).path == "/account/factors"
    browser.post("/account/password", {"csrf_token": browser.get("/account/factors").token()}, status=403)
    assert "First set up a second factor" in browser.page.text
    person.set_up_app()
    assert len(person.codes) == 10
    assert browser.get(f"/{role}/").path == f"/{role}/"


@ON_SQLITE
def test_whoever_needs_one_may_sign_out_without(holder):
    browser = holder("operator").sign_in()
    token = browser.token()
    assert browser.post("/account/sign-out", {"csrf_token": token}).path == "/account/sign-in"


@ON_SQLITE
@pytest.mark.parametrize("role", ["leader", "researcher", "editor"])
def test_others_may_have_one_and_need_none(holder, role):
    assert holder(role).sign_in().heading not in {"My sign-in", "Your second factor"}


def test_a_password_alone_signs_nobody_in_where_there_is_an_app(leader, capsys):
    thief = leader.elsewhere()
    capsys.readouterr()
    assert thief.sign_in().heading == "Your second factor"
    assert thief.browser.get("/leader/").path == "/account/sign-in"
    thief.sign_in().submit({"code": "000000"}, status=403)
    assert [each["event"] for each in log_lines(capsys.readouterr().err)] == ["first-factor-shown"] * 2
    assert thief.browser.submit({"code": leader.code()}).path == "/leader/"


def test_a_code_is_taken_once_and_none_before_it(leader):
    code = leader.code()
    assert leader.elsewhere().sign_in().submit({"code": code}).path == "/leader/"
    leader.elsewhere().sign_in().submit({"code": code}, status=403)
    leader.elsewhere().sign_in().submit({"code": leader.code(-1)}, status=403)
    assert leader.elsewhere().sign_in().submit({"code": leader.code(1)}).path == "/leader/"


@ON_SQLITE
def test_whoever_was_on_the_way_to_a_page_comes_to_it(leader):
    there = leader.elsewhere().sign_in(path="/account/sign-in?next=/guide/before")
    assert there.submit({"code": leader.code()}).path == "/guide/before"


@ON_SQLITE
def test_the_second_factor_comes_soon_after_the_first(leader):
    late = leader.elsewhere()
    late.sign_in()
    leader.clock.pass_by(10 * 60 + 1)
    late.browser.submit({"code": leader.code()}, status=403)
    late.browser.get("/account/second-factor", status=403)


@ON_SQLITE
def test_the_first_factor_is_shown_for_nothing_where_the_password_is_changed_meanwhile(leader):
    thief = leader.elsewhere()
    thief.sign_in()
    leader.browser.get("/account/password").submit({"old": PASSWORD, "new": NEW, "again": NEW})
    thief.browser.submit({"code": leader.code()}, status=403)


@ON_SQLITE
def test_codes_cannot_be_guessed_and_nobody_is_kept_out_by_who_tries(leader):
    thief, at_home = leader.elsewhere(), leader.browser
    for _ in range(MOST_CODES):
        thief.sign_in().submit({"code": "123456"}, status=403)
    thief.sign_in().submit({"code": leader.code()}, status=429)
    assert "Too many codes" in thief.browser.page.text
    # the holder's own device is counted apart, and elsewhere a recovery code does
    at_home.post("/account/sign-out", {"csrf_token": at_home.get("/account/factors").token()})
    assert leader.sign_in().submit({"code": leader.code()}).path == "/leader/"
    assert (
        leader.elsewhere().sign_in().submit({"recovery": leader.codes[0]}, "Use this recovery code").path
        == "/leader/"
    )


def test_a_recovery_code_lets_in_once_and_it_is_said_how_many_are_left(leader, home):
    first, second = leader.elsewhere(), leader.elsewhere()
    typed = leader.codes[3].lower().replace("-", " ")
    page = first.sign_in().submit({"recovery": typed}, "Use this recovery code").page
    assert "You have 9 recovery codes left." in page.text
    second.sign_in().submit({"recovery": leader.codes[3]}, "Use this recovery code", status=403)
    assert second_factors.of_account(home.database, leader.account.id).codes_left == 9


@ON_SQLITE
def test_new_recovery_codes_end_those_before(leader):
    before = leader.codes
    leader.browser.get("/account/factors").submit(press="/account/recovery-codes")
    after = leader.shown_codes()
    assert (len(after), set(before) & set(after)) == (10, set())
    leader.elsewhere().sign_in().submit({"recovery": before[0]}, "Use this recovery code", status=403)
    assert (
        leader.elsewhere().sign_in().submit({"recovery": after[0]}, "Use this recovery code").path
        == "/leader/"
    )


@ON_SQLITE
def test_what_is_secret_stands_nowhere_in_the_database_or_the_log(holder, home, capsys):
    leader = holder("leader")
    leader.sign_in()
    leader.set_up_app()
    leader.elsewhere().sign_in().submit({"code": leader.code()})
    with home.database.reading() as connection:
        for table in ("code_app", "recovery_code", "sign_in", "attempt"):
            rows = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())  # noqa: S608 - our own words
            for secret in (leader.secret, *leader.codes, leader.codes[0].replace("-", "")):
                assert secret not in rows
    told = capsys.readouterr().err
    assert '"code-app-added"' in told
    assert not [each for each in (leader.secret, *leader.codes) if each in told]


@ON_SQLITE
def test_the_page_for_printing_is_for_once(leader):
    assert leader.browser.get("/account/recovery-codes", status=405)
    assert not leader.shown_codes()


@ON_SQLITE
def test_who_changes_a_factor_has_shown_one_just_before(leader):
    leader.clock.pass_by(10 * 60)
    for path in ("code-app", "passkeys/new", "code-app/remove"):
        assert leader.browser.get(f"/account/{path}").heading == "Show that it is you"
    token = leader.browser.token()
    for path in ("code-app/remove", "recovery-codes", "passkeys/1/remove"):
        assert leader.browser.post(f"/account/{path}", {"csrf_token": token}).heading == "Show that it is you"
    leader.browser.get("/account/code-app/remove").submit({"code": "123456"}, status=403)
    assert leader.browser.submit({"code": leader.code()}).path == "/account/code-app/remove"


@ON_SQLITE
def test_without_a_second_factor_the_password_is_asked_for_once_more(holder):
    person = holder("leader")
    person.sign_in()
    person.clock.pass_by(10 * 60 + 1)
    person.browser.get("/account/code-app").submit({"password": NEW}, status=403)
    assert person.browser.submit({"password": PASSWORD}).path == "/account/code-app"


@ON_SQLITE
def test_a_changed_factor_ends_the_sign_ins_elsewhere(leader):
    other = leader.elsewhere()
    other.sign_in().submit({"code": leader.code()})
    leader.browser.get("/account/code-app/remove").submit()
    assert other.browser.get("/leader/").path == "/account/sign-in"
    assert leader.browser.get("/leader/").path == "/leader/"
    # and nothing is asked for any more, nor left over
    assert leader.elsewhere().sign_in().path == "/leader/"
    leader.browser.post(
        "/account/recovery-codes", {"csrf_token": leader.browser.get("/account/factors").token()}, 409
    )


@ON_SQLITE
def test_the_only_factor_of_who_needs_one_is_not_removed(holder):
    person = holder("operator")
    person.sign_in()
    person.set_up_app()
    person.browser.get("/account/code-app/remove").submit(status=409)
    assert "only second factor" in person.browser.page.text


def test_a_sign_in_knows_by_how_many_factors_it_is(leader, home):
    with home.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT factors FROM sign_in").scalars().all() == [2]
    sign_ins.end_all(home.database, leader.account.id)
    assert leader.browser.get("/leader/").path == "/account/sign-in"
