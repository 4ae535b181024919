"""Only a token that the provider signed, for us, for this sign-in and just now says who somebody is."""

import hmac
from base64 import urlsafe_b64encode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from instruments.problems import Refused
from survey.openid import tokens
from survey.openid.provider import Provider, ProviderName

NOW = 1_795_000_000
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
ISSUER = "https://id.example.org"
PROVIDER = Provider("here", ProviderName({"": "Here"}), ISSUER, "kjennetegn", "secret")
GOOD = {"iss": ISSUER, "aud": "kjennetegn", "sub": "kari", "nonce": "n", "iat": NOW, "exp": NOW + 300}
ENDED = {"http://schemas.openid.net/event/backchannel-logout": {}}
NOTICE = {**{name: GOOD[name] for name in ("iss", "aud", "sub", "iat", "exp")}, "events": ENDED, "jti": "1"}


class Description:
    """What a provider says of its keys: those of before, and those of now."""

    def __init__(self, *keys, newer=()):
        self.known, self.newer = KeySet(list(keys)), KeySet([*keys, *newer])

    def keys(self, *, anew=False):
        return self.newer if anew else self.known


def signed(claims, key=KEY, alg="RS256", **header):
    return jwt.encode({"alg": alg, "kid": "first", **header}, claims, key, algorithms=[alg])


def read(token, description=None):
    given = {"id_token": token, "access_token": "a"}
    return tokens.read_id_token(PROVIDER, description or Description(KEY), given, nonce="n", now=NOW)


def refused(token, description=None):
    with pytest.raises(Refused) as raised:
        read(token, description)
    return raised.value.problems[0].code


def test_a_good_token_says_who_it_is():
    assert read(signed(GOOD))["sub"] == "kari"
    assert read(signed({**GOOD, "aud": ["kjennetegn"]}))["sub"] == "kari"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://there.example.org"},
        {"iss": f"{ISSUER}/"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["kjennetegn", "another"]},
        {"azp": "another"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "k" * 256},
        {"exp": None},
        {"iat": None},
        {"iat": NOW + 31},
        {"nbf": NOW + 31},
        {"at_hash": "of another token"},
    ],
)
def test_a_token_that_says_something_else_is_forged(changed):
    claims = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    assert refused(signed(claims)) == "sign-in-forged"


@pytest.mark.parametrize(("exp", "is_late"), [(NOW - 29, False), (NOW - 31, True)])
def test_a_token_ends_half_a_minute_after_its_time(exp, is_late):
    token = signed({**GOOD, "iat": NOW - 300, "exp": exp})
    if is_late:
        assert refused(token) == "sign-in-late"
    else:
        assert read(token)["exp"] == exp


def test_a_token_of_another_key_or_of_none_is_forged():
    other = RSAKey.generate_key(2048, {"kid": "first"})
    assert refused(signed(GOOD, other)) == "sign-in-forged"
    head, body, _ = signed(GOOD).split(".")
    assert refused(f"{head}.{body}.") == "sign-in-forged"
    nothing = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    assert refused(f"{nothing}.{body}.") == "sign-in-forged"


def test_the_public_key_is_no_secret_to_sign_with():
    """The known confusion of algorithms: what everybody can read, taken for a secret of both."""
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"first"}').rstrip(b"=")
    said = head + b"." + signed(GOOD).split(".")[1].encode()
    mark = urlsafe_b64encode(hmac.digest(KEY.as_pem(private=False), said, "sha256")).rstrip(b"=")
    assert refused((said + b"." + mark).decode()) == "sign-in-forged"


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", 7, "a" * 20_000])
def test_what_is_no_token_is_forged(token):
    assert refused(token) == "sign-in-forged"


def test_a_key_that_is_newer_than_those_we_know_is_looked_up():
    newer = ECKey.generate_key("P-256", {"kid": "second", "use": "sig"})
    token = signed(GOOD, newer, "ES256", kid="second")
    assert refused(token) == "sign-in-forged"
    assert read(token, Description(KEY, newer=[newer]))["sub"] == "kari"


def test_a_notice_names_whose_sign_ins_ended():
    notice = {name: value for name, value in NOTICE.items() if name != "exp"}
    for each in (NOTICE, notice):
        assert tokens.read_logout_token(PROVIDER, Description(KEY), signed(each), now=NOW) == "kari"


@pytest.mark.parametrize(
    "changed",
    [{"events": {}}, {"events": None}, {"nonce": "n"}, {"iat": NOW - 601}, {"aud": "another"}, {"sub": None}],
)
def test_another_token_is_no_notice(changed):
    claims = {name: value for name, value in {**NOTICE, **changed}.items() if value is not None}
    with pytest.raises(Refused, match="not proven"):
        tokens.read_logout_token(PROVIDER, Description(KEY), signed(claims), now=NOW)
