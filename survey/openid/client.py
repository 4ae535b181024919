"""Sign somebody in at a provider: send them there, and find out from the answer who came back.

The code flow with PKCE (RFC 7636). An answer is believed only if it belongs to the state that this browser
was sent away with, says that it comes from the provider it was sent to (RFC 9207), and brings a token that
the provider signed for us, for this sign-in and just now (OpenID Connect Core 1.0, section 3.1.3.7).
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

from instruments.problems import Refused, refuse
from survey.openid import tokens
from survey.openid.provider import Claims, Provider
from survey.openid.provider_description import ProviderDescription
from survey.openid.provider_file import private_key
from survey.openid.provider_requests import ProviderRequests
from survey.operations import log

# of the error codes of OAuth 2.0 and OpenID Connect, those by which a person, and not a setting, ended it
_CANCELLED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_ASSERTION_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SentAway:
    """What this browser was sent to a provider with, and has to come back with; kept in its cookie.

    `at` is when, in seconds since 1970.
    """

    provider: str
    state: str
    nonce: str
    verifier: str
    at: int


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """Who came back: the provider's own name for a person, and what else it says of them."""

    provider: Provider
    subject: str
    claims: Claims
    id_token: str

    @property
    def address(self) -> str | None:
        """Return the e-mail address that is certain to be this person's; None where none is."""
        return self.provider.address(self.claims)

    @property
    def is_two_factors(self) -> bool:
        """Return whether they gave two factors."""
        return self.provider.is_two_factors(self.claims)

    def is_since(self, moment: int) -> bool:
        """Return whether the provider says that they signed in there, and not only came back, since then."""
        said = self.claims.get("auth_time")
        # true is a whole number to Python
        is_told = isinstance(said, int | float) and not isinstance(said, bool)
        return is_told and said >= moment - tokens.LEEWAY_SECONDS  # type: ignore[operator]


class ProviderClient:
    """This service as one provider knows it."""

    def __init__(self, provider: Provider, clock: Callable[[], float]) -> None:
        """Build it; the provider is asked nothing before somebody signs in there."""
        self.provider, self._clock = provider, clock
        self._requests = ProviderRequests(provider)
        self._description = ProviderDescription(provider, self._requests, clock)

    def send_away(self, return_to: str, language: str, *, anew: bool = False) -> tuple[str, SentAway]:
        """Return the address to send a browser to, and what it has to come back with.

        `anew` asks that the person signs in there although they are signed in already.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        sent = SentAway(self.provider.key, state, nonce, verifier, int(self._clock()))
        more = {"acr_values": " ".join(self.provider.acr_values)}
        if anew:
            # with the age the provider has to say when they signed in (OpenID Connect Core 1.0, section 2)
            more |= {"prompt": "login", "max_age": "0"}
        address, _ = OAuth2Session(
            self.provider.client_id,
            scope=" ".join(self.provider.scopes),
            redirect_uri=return_to,
            code_challenge_method="S256",
        ).create_authorization_url(
            self._description.address("authorization_endpoint"),
            state=sent.state,
            code_verifier=sent.verifier,
            nonce=sent.nonce,
            ui_locales=language,
            **{name: value for name, value in more.items() if value},
        )
        return address, sent

    def receive(self, answer: Mapping[str, str], sent: SentAway, return_to: str) -> ProvenIdentity:
        """Return who came back with this answer to what was sent.

        Raises Refused: `sign-in-forged` for an answer of another sender or one that is not proven,
        `sign-in-cancelled`, `sign-in-late`, `identity-weak`, `identity-outside`, and as a provider that is
        away does.
        """
        self._require_sender(answer)
        if "error" in answer:
            raise self._ended(answer["error"])
        if not answer.get("code"):
            raise tokens.forged(self.provider)
        redeemed = self._redeem(answer["code"], sent.verifier, return_to)
        claims = tokens.read_id_token(
            self.provider, self._description, redeemed, nonce=sent.nonce, now=int(self._clock())
        )
        claims = {**self._more_claims(claims, str(redeemed.get("access_token", ""))), **claims}
        if self.provider.accepted_acr and claims.get("acr") not in self.provider.accepted_acr:
            raise weak(self.provider)
        if not self.provider.admits(claims):
            raise refuse(
                "identity-outside",
                "You signed in with %(provider)s as somebody whom this service does not take from there.",
                "Sign in there with the account of your organisation, or here in another way.",
                provider=self.provider.name,
            )
        return ProvenIdentity(self.provider, str(claims["sub"]), claims, str(redeemed["id_token"]))

    def sign_out_address(self, id_token: str, return_to: str) -> str | None:
        """Return where somebody signs out at the provider as well; None where that cannot be done now."""
        try:
            address = self._description.address("end_session_endpoint")
        except Refused:
            return None
        said = {"post_logout_redirect_uri": return_to, "client_id": self.provider.client_id}
        if not address:
            return None
        if id_token:
            said["id_token_hint"] = id_token
        return str(add_params_to_uri(address, list(said.items())))

    def ended_there(self, logout_token: str) -> str:
        """Return whose sign-ins the provider has ended, as it says in a token. Raises Refused otherwise."""
        return tokens.read_logout_token(
            self.provider, self._description, logout_token, now=int(self._clock())
        )

    def _require_sender(self, answer: Mapping[str, str]) -> None:
        """Raise Refused where another provider than the one that was asked may have answered."""
        is_named = "iss" in answer or self._description.names_itself
        if is_named and answer.get("iss") != self.provider.issuer:
            raise tokens.forged(self.provider)

    def _redeem(self, code: str, verifier: str, return_to: str) -> Mapping[str, object]:
        address = self._description.address("token_endpoint")
        with self._requests.asking() as session:
            session.client_id = self.provider.client_id
            session.client_secret = self.provider.secret
            session.token_endpoint_auth_method = self.provider.method
            if self.provider.method == PrivateKeyJWT.name:
                session.client_secret = self._private_key
                session.register_client_auth_method(self._assertion())
            try:
                redeemed: Mapping[str, object] = session.fetch_token(
                    address,
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=return_to,
                    code_verifier=verifier,
                )
            except OAuthError as error:
                refused = self._ended(str(error.error))
            else:
                return redeemed
        raise refused

    @cached_property
    def _private_key(self) -> object:
        return private_key(self.provider.secret)

    def _assertion(self) -> PrivateKeyJWT:
        # addressed to the issuer and to nobody else: made for a token address that a provider chose, it could
        # be handed on to another
        headers = {"kid": self.provider.key_id} if self.provider.key_id else {}
        now = int(self._clock())
        return PrivateKeyJWT(
            self.provider.issuer,
            claims={"iat": now, "exp": now + _ASSERTION_SECONDS},
            headers=headers,
            alg="RS256" if isinstance(self._private_key, RSAKey) else "ES256",
        )

    def _more_claims(self, claims: Claims, access_token: str) -> Claims:
        """Return what the provider says of the same person beside the token, where that is looked at."""
        wanted = {self.provider.address_claim, *self.provider.required}
        address = self._description.address("userinfo_endpoint")
        if wanted <= claims.keys() or not address or not access_token:
            return {}
        more = self._requests.get_json(address, access_token)
        if more.get("sub") != claims["sub"]:
            raise tokens.forged(self.provider)
        # how somebody signed in is said in the token alone
        return {name: more[name] for name in more.keys() - self.provider.two_factors.keys() - {"acr"}}

    def _ended(self, error: str) -> Refused:
        """Return why a sign-in came to nothing, by the code that the provider gives."""
        if error in _CANCELLED:
            return refuse(
                "sign-in-cancelled",
                "The sign-in with %(provider)s was broken off, and nothing has happened here.",
                "Begin again on the sign-in page, or sign in in another way.",
                provider=self.provider.name,
            )
        if error == "invalid_grant":
            return tokens.late(self.provider)
        refused = refuse(
            "provider-refuses",
            "%(provider)s does not take what this service asks for.",
            "Sign in in another way, and tell those who run the service: it is a matter of its settings.",
            place=self.provider.key,
            provider=self.provider.name,
        )
        # by what the specifications call it, and never by what somebody may have put into the address
        log.fault("sign-in-failed", refused.problems, error=error if error in _OF_SETTINGS else "unknown")
        return refused


def weak(provider: Provider) -> Refused:
    """Return the refusal of a sign-in at a provider that is not safe enough for what it was for."""
    return refuse(
        "identity-weak",
        "The way in which you signed in with %(provider)s is not safe enough for this service.",
        "Begin again, and choose a safer way there.",
        provider=provider.name,
    )


_OF_SETTINGS = frozenset(
    {
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "invalid_target",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "unmet_authentication_requirements",
    }
)
