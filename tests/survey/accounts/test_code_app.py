"""Codes of an app: those of the standard, around now, and a secret that only its installation can read."""

import base64
import secrets

import pytest

from survey.accounts import code_app

# of RFC 6238, appendix B: the secret, and the last six of the eight digits at each moment
SECRET = base64.b32encode(b"12345678901234567890").decode()
PUBLISHED = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
INSTALLATION = "0123456789abcdef" * 2


@pytest.mark.parametrize(("moment", "code"), PUBLISHED.items())
def test_the_codes_are_those_of_the_standard(moment, code):
    assert code_app.step_of(SECRET, code, moment) == moment // 30
    assert code_app.step_of(SECRET, f"{code[:3]} {code[3:]}", moment) == moment // 30


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(seconds, fits):
    assert (code_app.step_of(SECRET, "081804", 1111111109 + seconds) is not None) is fits


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708٢", "å" * 6, "\ud800"])
def test_what_is_no_code_fits_nothing(code):
    assert code_app.step_of(SECRET, code, 59) is None


def test_a_stored_secret_is_read_by_its_installation_and_account_alone():
    sealed = code_app.seal(INSTALLATION, 7, SECRET)
    assert code_app.unseal(INSTALLATION, 7, sealed) == SECRET
    assert SECRET.encode() not in sealed
    assert code_app.unseal(INSTALLATION, 8, sealed) is None
    assert code_app.unseal(secrets.token_urlsafe(32), 7, sealed) is None


def test_the_picture_names_the_service_the_account_and_the_secret():
    assert code_app.address(SECRET, "kari@example.org") == (
        f"otpauth://totp/Kjennetegn:kari%40example.org?secret={SECRET}&issuer=Kjennetegn"
    )
