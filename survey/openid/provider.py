"""Providers at which people may sign in, as an operator describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from instruments.languages import SOURCE

Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ProviderName:
    """What a provider is called, by language; a text without one is for all of them."""

    texts: Mapping[str, str]

    def in_language(self, tag: str) -> str:
        """Return the name in that language, or in English, or in whichever there is."""
        return self.texts.get(tag) or self.texts.get(SOURCE) or next(iter(self.texts.values()))

    def __str__(self) -> str:
        return self.in_language(SOURCE)


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider.

    `key` is its name in addresses, and `secret` what this service proves itself by: a password, or with the
    method `private_key_jwt` a private key in PEM whose id there is `key_id`. `acr_values` are asked for, and
    one of `accepted_acr` has to stand in the answer, where there are any. `vouches_for` are the domains whose
    addresses of e-mail the provider has from the organisation itself; others count where `verified_claim`
    says so. `required` holds claims that all have to have one of the values, `two_factors` those of which
    one with one of its values says that two factors were given; a value that begins with @ is how the claim
    ends.
    """

    key: str
    name: ProviderName
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    method: str = "client_secret_basic"
    key_id: str = ""
    scopes: tuple[str, ...] = ("openid", "email")
    acr_values: tuple[str, ...] = ()
    accepted_acr: tuple[str, ...] = ()
    address_claim: str = "email"
    verified_claim: str = "email_verified"
    vouches_for: tuple[str, ...] = ()
    required: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: MappingProxyType({}))
    two_factors: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def is_two_factors(self, claims: Claims) -> bool:
        """Return whether the provider asked for two factors, by what its settings say of that."""
        return any(_has_one(claims.get(name), values) for name, values in self.two_factors.items())

    def admits(self, claims: Claims) -> bool:
        """Return whether every claim that has to have one of some values has one."""
        return all(_has_one(claims.get(name), values) for name, values in self.required.items())

    def address(self, claims: Claims) -> str | None:
        """Return the e-mail address that is certain to be this person's; None where none is."""
        address = claims.get(self.address_claim)
        if not isinstance(address, str):
            return None
        domain = address.rpartition("@")[2].casefold()
        # true in JSON; the domain claim of Entra ID comes as a number or a text as well
        is_verified = claims.get(self.verified_claim) in (True, "1", "true")
        return address if is_verified or domain in self.vouches_for else None


def _has_one(value: object, wanted: tuple[object, ...]) -> bool:
    held = value if isinstance(value, list) else [value]
    return any(
        one.casefold().endswith(each.casefold())
        if isinstance(one, str) and isinstance(each, str) and each.startswith("@")
        # 0 is not false, nor 1 true: a claim says which it means
        else type(one) is type(each) and one == each
        for one in held
        for each in wanted
    )


@dataclass(frozen=True, slots=True)
class SignInMethods:
    """How people may sign in: at which providers, by their keys, and whether by a password of ours."""

    providers: Mapping[str, Provider] = field(default_factory=lambda: MappingProxyType({}))
    passwords: bool = True
