"""What passkeys belong to: the one public address, where browsers know them there."""

import pytest

from survey.accounts.passkeys import Site, credential_of, made


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://svar.example", ("svar.example", "https://svar.example")),
        ("https://svar.example/kjennetegn", ("svar.example", "https://svar.example")),
        ("https://svar.example:8443", ("svar.example", "https://svar.example:8443")),
        ("https://spørsmål.example", ("xn--sprsml-mua2m.example", "https://xn--sprsml-mua2m.example")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
    ],
)
def test_a_passkey_belongs_to_the_host_of_the_public_address(address, site):
    assert Site.of(address) == Site(*site)


@pytest.mark.parametrize(
    "address",
    ["http://svar.example", "https://192.0.2.7", "https://[2001:db8::1]", "http://127.0.0.1:8000"],
)
def test_where_browsers_know_no_passkeys_none_are_offered(address):
    assert Site.of(address) is None


@pytest.mark.parametrize("given", ["", "{", "[]", "null", '{"id": 1}', '{"id": "å", "rawId": "%"}', "\x00"])
def test_what_is_no_answer_of_a_browser_is_no_passkey(given):
    site = Site.of("https://svar.example")
    assert (credential_of(given), made(site, b"challenge", given)) == (None, None)
