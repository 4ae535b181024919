"""Read what a provider signed, and believe it only if it did, for us and just now."""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from instruments.problems import Refused, refuse
from survey.openid.provider import Claims, Provider
from survey.openid.provider_description import ProviderDescription

LEEWAY_SECONDS = 30  # by which the clocks of two machines may differ
_OLDEST_NOTICE = 10 * 60  # seconds, of a notice that somebody signed out
_ENDED = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST = 16 * 1024
_LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
# never one whose key both sides know, and never none
_SIGNED_BY = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
]


def read_id_token(
    provider: Provider,
    description: ProviderDescription,
    redeemed: Mapping[str, object],
    *,
    nonce: str,
    now: int,
) -> Claims:
    """Return what the ID token says. Raises Refused: `sign-in-late`, or `sign-in-forged` for all else."""
    token = _decoded(provider, description, redeemed.get("id_token"))
    said = {"nonce": nonce, "client_id": provider.client_id, "access_token": redeemed.get("access_token")}
    claims = CodeIDToken(token.claims, token.header, _ours(provider), said)
    try:
        claims.validate(now=now, leeway=LEEWAY_SECONDS)
    except JoseError as error:
        raise late(provider) if error.error == "expired_token" else forged(provider) from None
    return _of_somebody(provider, claims)


def read_logout_token(provider: Provider, description: ProviderDescription, given: str, *, now: int) -> str:
    """Return the subject whose sign-ins ended, by OpenID Connect Back-Channel Logout 1.0, section 2.6."""
    token = _decoded(provider, description, given)
    claims = CodeIDToken(token.claims, token.header, _ours(provider), {"client_id": provider.client_id})
    # without an end in some providers: it is a notice, and an old one is none
    claims.setdefault("exp", now)
    try:
        claims.validate(now=now, leeway=LEEWAY_SECONDS)
    except JoseError:
        raise forged(provider) from None
    events, made_at = claims.get("events"), claims.get("iat")
    is_notice = isinstance(events, dict) and _ENDED in events and "nonce" not in claims
    if not is_notice or not isinstance(made_at, int) or made_at < now - _OLDEST_NOTICE:
        raise forged(provider)
    return str(_of_somebody(provider, claims)["sub"])


def forged(provider: Provider) -> Refused:
    """Return the refusal of an answer that is not proven to be the provider's, to us and to this sign-in."""
    return refuse(
        "sign-in-forged",
        "What came back from %(provider)s is not proven to be its answer to this sign-in, and was not used.",
        "Begin again on the sign-in page. If it happens again, tell those who run the service.",
        provider=provider.name,
    )


def late(provider: Provider) -> Refused:
    """Return the refusal of an answer that came too late, or a second time."""
    return refuse(
        "sign-in-late",
        "It took too long to come back from %(provider)s, or the same answer came twice.",
        "Begin again on the sign-in page.",
        provider=provider.name,
    )


def _ours(provider: Provider) -> Any:  # noqa: ANN401 - a typed dict that Authlib keeps to itself
    return {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }


def _decoded(provider: Provider, description: ProviderDescription, given: object) -> jwt.Token:
    if not isinstance(given, str) or len(given) > _LONGEST:
        raise forged(provider)
    try:
        return _verified(given, description.keys())
    except (JoseError, ValueError):
        # signed with a key that is newer than those we know
        try:
            return _verified(given, description.keys(anew=True))
        except (JoseError, ValueError):
            raise forged(provider) from None


def _verified(given: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=_SIGNED_BY, strict_check_header=False)
    return jwt.decode(given, keys, registry=registry)


def _of_somebody(provider: Provider, claims: Claims) -> Claims:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise forged(provider)
    return claims
