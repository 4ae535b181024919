"""Passkeys: added and removed, a second factor and a sign-in of their own, what is no signature."""

import json

import pytest

from survey.store.repositories import second_factors
from tests.authenticator import Authenticator
from tests.waves import ON_SQLITE


@pytest.fixture
def operator(holder):
    """An operator with a passkey, signed in."""
    made = holder("operator")
    made.sign_in()
    made.add_passkey()
    return made


@pytest.fixture
def thief(operator):
    """Somebody at another browser, with neither password nor device."""
    return operator.elsewhere()


def passkeys(home, person):
    return second_factors.of_account(home.database, person.account.id).passkeys


def test_a_passkey_is_all_that_somebody_needs_to_sign_in(operator, home):
    assert len(operator.codes) == 10
    other = operator.elsewhere()
    other.browser.get("/account/passkey?next=/operator/accounts")
    assert other.asked()["userVerification"] == "required"
    assert other.asked()["allowCredentials"] == []
    assert other.give(operator.device.sign(other.asked())).path == "/operator/accounts"
    [kept] = passkeys(home, operator)
    assert (kept.name, kept.signed, kept.last_on is None) == ("Telefon", 2, False)


@ON_SQLITE
def test_a_passkey_is_the_second_factor_after_a_password(operator):
    other = operator.elsewhere()
    assert other.sign_in().heading == "Your second factor"
    assert len(other.asked()["allowCredentials"]) == 1
    assert other.give(operator.device.sign(other.asked())).path == "/operator/"


@ON_SQLITE
def test_the_page_says_what_works_without_scripts(operator):
    without = operator.elsewhere().sign_in().page.first("#passkey-without").text
    assert "an app that shows codes and recovery codes work" in without


def test_what_was_signed_once_opens_nothing_again(operator, thief):
    """Neither sent twice nor with the cookie of before put back."""
    thief.browser.get("/account/passkey")
    token, signed = thief.browser.token(), operator.device.sign(thief.asked())
    cookie = thief.browser.client.get_cookie("__Host-staff", domain="svar.example").value
    thief.give(signed)
    again = operator.elsewhere().browser
    again.client.set_cookie("__Host-staff", cookie, domain="svar.example")
    again.post("/account/passkey", {"csrf_token": token, "passkey": signed}, status=403)
    assert again.get("/operator/").path == "/account/sign-in"


@ON_SQLITE
@pytest.mark.parametrize(
    "client",
    [
        {"origin": "https://svar.example.org"},
        {"origin": "http://svar.example"},
        {"challenge": "AAAA"},
        {"type": "webauthn.create"},
    ],
)
def test_what_was_signed_for_another_place_or_page_opens_nothing(operator, thief, client):
    thief.browser.get("/account/passkey")
    thief.give(operator.device.sign(thief.asked(), **client), status=403)
    assert thief.browser.heading == "Sign in with a passkey"


@ON_SQLITE
def test_what_another_browser_was_asked_opens_nothing(operator, thief):
    thief.browser.get("/account/passkey")
    other = operator.elsewhere()
    other.browser.get("/account/passkey")
    thief.give(operator.device.sign(other.asked()), status=403)


@ON_SQLITE
def test_a_device_that_does_not_ask_who_uses_it_opens_nothing(operator, thief):
    operator.device.verifies = False
    thief.browser.get("/account/passkey")
    thief.give(operator.device.sign(thief.asked()), status=403)


def test_a_copy_of_a_device_that_has_signed_less_opens_nothing(operator, thief):
    thief.browser.get("/account/passkey")
    operator.device.counts = 0
    asked = thief.asked()
    thief.give(operator.device.sign(asked), status=403)
    operator.device.counts = 1
    operator.device.handle = b"somebody else's"
    thief.browser.get("/account/passkey")
    thief.give(operator.device.sign(thief.asked()), status=403)


@ON_SQLITE
def test_another_key_under_the_same_name_opens_nothing(operator, thief):
    copied = Authenticator(operator.address, counts=5)
    copied.credential, copied.handle = operator.device.credential, operator.device.handle
    thief.browser.get("/account/passkey")
    thief.give(copied.sign(thief.asked()), status=403)


@ON_SQLITE
def test_a_passkey_of_somebody_else_is_no_second_factor(operator, holder):
    leader = holder("leader")
    leader.sign_in()
    leader.add_passkey()
    thief = operator.elsewhere()
    thief.sign_in()
    thief.give(leader.device.sign({**thief.asked(), "allowCredentials": []}), status=403)


@ON_SQLITE
@pytest.mark.parametrize("said", ["", "{", "[]", json.dumps({"id": "x"}), "å" * 500, "x" * 9000])
def test_junk_in_place_of_a_passkey_is_refused_and_nothing_more(operator, thief, said):
    thief.browser.get("/account/passkey")
    thief.give(said, status=403)
    thief.sign_in()
    fields = {"csrf_token": thief.browser.token(), "passkey": said}
    thief.browser.post("/account/second-factor", fields, 400 if len(said) > 8000 else 403)
    operator.browser.get("/account/passkeys/new")
    operator.give(said, name="Nøkkel", status=400)


@ON_SQLITE
def test_a_passkey_is_added_once_and_never_without_a_name_or_its_holder(operator, home):
    operator.browser.get("/account/passkeys/new")
    [known] = operator.asked()["excludeCredentials"]
    assert known["type"] == "public-key"
    operator.give(operator.device.make(operator.asked()), name="Igjen", status=409)
    second = Authenticator(operator.address)
    operator.browser.get("/account/passkeys/new")
    operator.give(second.make(operator.asked()), name="", status=400)
    second.verifies = False
    operator.give(second.make(operator.asked()), name="Nøkkel", status=400)
    second.verifies = True
    operator.give(second.make(operator.asked()), name="Nøkkel")
    assert [each.name for each in passkeys(home, operator)] == ["Telefon", "Nøkkel"]


@ON_SQLITE
def test_a_removed_passkey_opens_nothing_and_the_last_one_stays(operator, home):
    [first] = passkeys(home, operator)
    address = f"/account/passkeys/{first.id}/remove"
    operator.browser.get(address).submit(status=409)
    second = Authenticator(operator.address)
    operator.browser.get("/account/passkeys/new")
    operator.give(second.make(operator.asked()), name="Nøkkel")
    operator.browser.get(address).submit()
    assert [each.name for each in passkeys(home, operator)] == ["Nøkkel"]
    thief = operator.elsewhere()
    thief.browser.get("/account/passkey")
    thief.give(operator.device.sign(thief.asked()), status=403)
    operator.browser.get(address, status=404)


@ON_SQLITE
def test_nobody_removes_the_passkey_of_somebody_else(operator, holder, home):
    leader = holder("leader")
    leader.sign_in()
    [theirs] = passkeys(home, operator)
    leader.browser.get(f"/account/passkeys/{theirs.id}/remove", status=404)
    token = leader.browser.get("/account/factors").token()
    leader.browser.post(f"/account/passkeys/{theirs.id}/remove", {"csrf_token": token}, 404)
    assert passkeys(home, operator) == [theirs]
