"""A way in for who has lost every second factor: two operators agree, and a link opens it once."""

import pytest

from survey.accounts import lost_factors
from survey.store.repositories import access_history, accounts
from survey.store.repositories import lost_factors as requests
from tests.waves import ON_SQLITE, place

DAY = 86400
REASON = "Phone stolen; known by voice"


@pytest.fixture
def leader(holder):
    made = holder("leader")
    made.sign_in()
    made.set_up_app()
    return made


@pytest.fixture
def operators(holder):
    """Two operators, signed in, each with an app."""
    found = [holder("operator", "first"), holder("operator", "second")]
    for each in found:
        each.sign_in()
        each.set_up_app()
    return found


@pytest.fixture
def address(leader):
    return f"/operator/accounts/{leader.account.id}"


@pytest.fixture
def link(operators, address):
    """The link to which two have agreed, below the public address."""
    ask(operators[0], address)
    return agreed(operators[1], address)


def ask(operator, address, reason=REASON, status=200):
    return operator.browser.get(f"{address}/lost-factor").submit({"reason": reason}, status=status)


def agreed(operator, address):
    page = operator.browser.get(f"{address}/lost-factor/agree").submit().page
    return page.first("main p.address").text.removeprefix(operator.address)


def test_two_operators_agree_and_the_link_sets_up_a_new_factor_once(leader, link, home):
    assert leader.browser.get("/leader/").path == "/account/sign-in"
    leader.sign_in(status=403)
    assert "Open the link that you were given" in leader.browser.page.text
    page = leader.browser.get(link).page
    assert f"first@example.org and second@example.org agreed to this: “{REASON}”" in page.text
    assert leader.sign_in().path == "/account/factors"
    assert leader.browser.get("/leader/").path == "/account/factors"
    leader.set_up_app()
    assert leader.browser.get("/leader/").path == "/leader/"
    leader.elsewhere().browser.get(link, status=410)
    # the next sign-in says who let them in, and only that one
    for says in (True, False):
        shown = leader.elsewhere().sign_in().submit({"code": leader.code()}).page.text
        assert ("first@example.org and second@example.org let a new" in shown) is says
        leader.clock.pass_by(60)
    acts = access_history.acts_on_unit(home.database, [place(home).key])
    assert [(each.kind, each.done_by) for each in acts if each.kind.startswith("factor")] == [
        ("factor-replaced", "second@example.org"),
        ("factor-asked", "first@example.org"),
    ]


@ON_SQLITE
def test_whoever_knows_the_password_gets_in_with_the_link_alone_to_nothing(leader, link):
    """The link without the password, and the password without the link, open nothing."""
    thief = leader.elsewhere()
    thief.browser.get(link)
    thief.sign_in("noe helt annet her", status=403)
    leader.elsewhere().sign_in(status=403)
    leader.elsewhere().sign_in(status=403, path="/account/sign-in?next=/leader/")


@ON_SQLITE
def test_one_operator_does_nothing_alone(leader, operators, address, holder):
    holder("operator", "third")
    first, second = operators
    ask(first, address)
    first.browser.get(f"{address}/lost-factor/agree").submit(status=403)
    assert "Somebody else has to agree" in first.browser.page.text
    assert leader.elsewhere().sign_in().heading == "Your second factor"
    # nor for the own account, whoever asked
    own = f"/operator/accounts/{second.account.id}"
    ask(first, own)
    second.browser.get(f"{own}/lost-factor/agree", status=404)
    first.browser.get(f"/operator/accounts/{first.account.id}/lost-factor", status=404)


@ON_SQLITE
def test_an_operator_who_was_made_one_today_agrees_to_nothing(operators, address, holder):
    first, _ = operators
    ask(first, address)
    straw = holder("leader", "straw")
    first.browser.get(f"/operator/accounts/{straw.account.id}/role").submit({"role": "operator", "unit": ""})
    straw.sign_in()
    straw.set_up_app()
    straw.browser.get(f"{address}/lost-factor/agree").submit(status=403)
    straw.clock.pass_by(DAY)
    straw.sign_in().submit({"code": straw.code()})
    assert agreed(straw, address).startswith("/account/way-in/")


@ON_SQLITE
def test_the_holder_sees_what_is_asked_and_drops_it(leader, operators, address):
    first, second = operators
    ask(first, address)
    page = leader.elsewhere().sign_in().submit({"code": leader.code()}).page
    assert f"first@example.org asked for your second factor to be replaced: “{REASON}”" in page.text
    leader.browser.get("/account/factors").submit(press="/account/way-in/drop")
    assert "It has been dropped" in leader.browser.page.text
    second.browser.get(f"{address}/lost-factor/agree", status=409)
    assert leader.browser.get("/leader/").path == "/leader/"


@ON_SQLITE
def test_what_was_asked_and_the_link_end_after_some_days(leader, operators, address):
    first, second = operators
    ask(first, address)
    leader.clock.pass_by(3 * DAY + 1)
    second.sign_in().submit({"code": second.code()})
    second.browser.get(f"{address}/lost-factor/agree", status=409)
    first.sign_in().submit({"code": first.code()})
    ask(first, address)
    link = agreed(second, address)
    leader.clock.pass_by(3 * DAY + 1)
    leader.browser.get(link, status=410)
    # and the password alone opens nothing then either, nor when it is asked anew
    leader.sign_in(status=403)
    first.clock.pass_by(60)
    first.sign_in().submit({"code": first.code()})
    ask(first, address)
    leader.sign_in(status=403)


@ON_SQLITE
def test_a_single_operator_is_told_of_the_command_line(holder, address):
    alone = holder("operator")
    alone.sign_in()
    alone.set_up_app()
    ask(alone, address, status=409)
    assert "kjennetegn account let-in" in alone.browser.page.text


@ON_SQLITE
def test_the_command_line_agrees_with_itself(leader, app, home, clock, public_url):
    settings = app.extensions["kjennetegn"].settings
    link = lost_factors.let_in(home.database, settings, leader.account, "lost", now=clock.seconds)
    leader.browser.get(link.removeprefix(public_url))
    assert "command line" in leader.browser.page.text
    assert leader.sign_in().path == "/account/factors"


@ON_SQLITE
def test_a_reason_is_asked_for(operators, address):
    ask(operators[0], address, reason=" ", status=400)
    ask(operators[0], address, reason="x" * 201, status=400)


def test_with_an_account_all_its_factors_go(leader, operators, address, home):
    ask(operators[0], address)
    accounts.remove(home.database, leader.account, by="drift", now=leader.clock.seconds)
    with home.database.reading() as connection:
        for table in ("code_app", "recovery_code", "lost_factor"):
            left = f"SELECT count(*) FROM {table} WHERE account_id = {leader.account.id}"  # noqa: S608 - our own
            assert connection.exec_driver_sql(left).scalar() == 0


@ON_SQLITE
def test_the_worker_forgets_what_nobody_agreed_to_and_keeps_what_is_closed(leader, operators, address, home):
    ask(operators[0], address)
    requests.forget_old(home.database, leader.clock.seconds)
    assert requests.of_account(home.database, leader.account.id) is not None
    agreed(operators[1], address)
    requests.forget_old(home.database, leader.clock.seconds + 1)
    assert requests.of_account(home.database, leader.account.id).awaits_link
