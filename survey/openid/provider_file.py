"""The file of an operator that says how people may sign in, read and checked whole."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from instruments.definition.loader import DefinitionDraft, Tree
from instruments.definition.toml_positions import KeyPath
from instruments.languages import LANGUAGES
from survey.openid import known_hazards
from survey.openid.addresses import is_safe
from survey.openid.provider import Provider, ProviderName, SignInMethods

_KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LONGEST_NAME = 40  # characters that a button has room for
_OTHERS = 0o004  # of a file's mode: anybody on the machine may read it
_TEXTS: Final = ("issuer", "client_id", "client_secret_file", "private_key_file", "private_key_id")
_MAY_BE_LEFT_OUT: Final = ("client_auth", "address_claim", "verified_claim")
_LISTS: Final = (
    "scopes",
    "acr_values",
    "accepted_acr",
    "vouches_for",
)
_KNOWN = ("name", *_TEXTS, *_MAY_BE_LEFT_OUT, *_LISTS, "required", "two_factors")
_METHODS: Final = {"basic": "client_secret_basic", "post": "client_secret_post"}


def read_sign_in_methods(path: Path) -> SignInMethods:
    """Return what the TOML file says. Raises Refused with every fault at once, each with its line."""
    draft = DefinitionDraft(path)
    draft.tree = draft.read(path, ())
    draft.refuse()
    for key in draft.tree.keys() - {"passwords", "provider"}:
        draft.add((key,), "sign-in-unknown", f"there is no key {key}.", "Use passwords and [provider.NAME].")
    passwords, tables = draft.tree.get("passwords", True), draft.tree.get("provider", {})
    if not isinstance(passwords, bool):
        draft.add(("passwords",), "sign-in-wrong", "passwords is no truth value.", "Write true or false.")
    if not isinstance(tables, dict) or not (tables or passwords):
        draft.add((), "sign-in-wrong", "nobody could sign in.", "Describe a provider in [provider.NAME].")
    draft.refuse()
    read = [_ProviderTable(draft, key, table).provider() for key, table in tables.items()]
    providers = [each for each in read if each is not None]
    issuers = [each.issuer for each in providers]
    for each in providers:
        if issuers.count(each.issuer) > 1:
            fault = f"two providers have the issuer {each.issuer}."
            draft.add(("provider", each.key), "sign-in-wrong", fault, "Describe it once.")
    draft.refuse()
    return SignInMethods(MappingProxyType({each.key: each for each in providers}), passwords)


class _ProviderTable:
    """The table of one provider: its faults are noted in the draft."""

    def __init__(self, draft: DefinitionDraft, key: str, table: object) -> None:
        self.draft, self.key = draft, key
        self.path: KeyPath = ("provider", key)
        self.table: Tree = table if isinstance(table, dict) else {}

    def provider(self) -> Provider | None:
        """Return the provider; None where a fault was noted."""
        before = len(self.draft.problems)
        if _KEY.fullmatch(self.key) is None:
            self.wrong((), f"{self.key} stands in addresses.", "Use small letters, digits and -.")
        for key in self.table.keys() - set(_KNOWN):
            fault = f"there is no key {key}."
            self.draft.add((*self.path, key), "sign-in-unknown", fault, f"Use {', '.join(_KNOWN)}.")
        texts = {key: self.text(key, required=key in ("issuer", "client_id")) for key in _TEXTS}
        others = {key: self.text(key) for key in _MAY_BE_LEFT_OUT if key in self.table}
        lists = {key: self.texts(key) for key in _LISTS if key in self.table}
        self.issuer(texts["issuer"])
        if "openid" not in lists.get("scopes", ("openid",)):
            self.wrong(("scopes",), "a sign-in is asked for with openid.", "Add it to scopes.")
        for domain in lists.get("vouches_for", ()):
            if _DOMAIN.fullmatch(domain) is None:
                self.wrong(("vouches_for",), f"{domain!r} is no domain.", "Write it as example.org.")
        name, required, two_factors = self.name(), self.claims("required"), self.claims("two_factors")
        method, secret = self.secret(others.pop("client_auth", "basic"), texts)
        if len(self.draft.problems) > before:
            return None
        made = Provider(
            self.key,
            name,
            texts["issuer"],
            texts["client_id"],
            secret,
            method,
            texts["private_key_id"],
            required=required,
            two_factors=two_factors,
            **others,  # type: ignore[arg-type] # each key is a field of that type
            **lists,  # type: ignore[arg-type] # likewise
        )
        for fault, remedy in known_hazards.of(made):
            self.wrong((), fault, remedy)
        return made

    def wrong(self, inside: KeyPath, fault: str, remedy: str) -> None:
        self.draft.add((*self.path, *inside), "sign-in-wrong", fault, remedy)

    def text(self, key: str, *, required: bool = False) -> str:
        """Return the text of a key, or an empty one where it may be left out and is."""
        value = self.table.get(key, "")
        if key not in self.table and not required:
            return ""
        if isinstance(value, str) and value.strip() and value.isprintable():
            return value
        self.wrong((key,), f"{key} is missing, or no text.", f'Write {key} = "…".')
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.table[key]
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return tuple(value)
        self.wrong((key,), f"{key} is no list of texts.", f'Write {key} = ["…"].')
        return ()

    def issuer(self, issuer: str) -> None:
        if issuer and not is_safe(issuer):
            fault = f"{issuer[:100]!r} is no address of an issuer."
            self.wrong(
                ("issuer",), fault, "Give the https:// address that the provider names, to the letter."
            )

    def name(self) -> ProviderName:
        value = self.table.get("name", self.key)
        texts = {"": value} if isinstance(value, str) else value
        known = isinstance(texts, dict) and texts and set(texts) <= {"", *LANGUAGES}
        if not known or not all(
            isinstance(each, str) and each.strip() and each.isprintable() and len(each) <= _LONGEST_NAME
            for each in texts.values()
        ):
            each = ", ".join(LANGUAGES)
            remedy = f"Write a text of at most {_LONGEST_NAME} characters, or one for each of {each}."
            self.wrong(("name",), "the name is none.", remedy)
            return ProviderName({"": self.key})
        return ProviderName(MappingProxyType(dict(texts)))

    def claims(self, key: str) -> Mapping[str, tuple[object, ...]]:
        value = self.table.get(key, {})
        if isinstance(value, dict) and all(isinstance(each, list) and each for each in value.values()):
            return MappingProxyType({claim: tuple(values) for claim, values in value.items()})
        self.wrong((key,), f"{key} holds no lists.", 'Write "claim" = ["value"] below it.')
        return MappingProxyType({})

    def secret(self, auth: str, texts: Mapping[str, str]) -> tuple[str, str]:
        """Return the method by which this service proves itself, and the secret or key for it."""
        named = [key for key in ("client_secret_file", "private_key_file") if texts[key]]
        if len(named) != 1:
            fault = "this service proves itself by a secret or by a private key."
            self.wrong((), fault, "Name one of client_secret_file and private_key_file.")
            return "", ""
        [key] = named
        content = self.kept(key, Path(texts[key]))
        if key == "client_secret_file":
            if auth not in _METHODS:
                self.wrong(("client_auth",), f"{auth!r} is no way.", f"Use {' or '.join(_METHODS)}.")
            return _METHODS.get(auth, ""), content.strip()
        if content and _key_algorithm(content) is None:
            self.wrong((key,), "the file holds no private key.", "Give an RSA or EC key in PEM.")
        return "private_key_jwt", content

    def kept(self, key: str, file: Path) -> str:
        """Return what a file of secrets holds; empty with a fault noted where it is not fit for one."""
        try:
            content, mode = file.read_text("utf-8"), file.stat().st_mode
        except (OSError, ValueError):
            self.wrong((key,), f"{file} cannot be read.", "Let the user of the program read it.")
            return ""
        if mode & _OTHERS:
            self.wrong((key,), f"anybody on the machine can read {file}.", f"chmod o= {file}")
        if not content.strip():
            self.wrong((key,), f"{file} is empty.", "Write the secret into it.")
        return content


def private_key(pem: str) -> RSAKey | ECKey:
    """Return the private key in a PEM text. Raises ValueError where it holds none."""
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, RSAKey | ECKey) and key.is_private:
            return key
    raise ValueError("no private key of RSA or of an elliptic curve")


def _key_algorithm(pem: str) -> str | None:
    try:
        return "RS256" if isinstance(private_key(pem), RSAKey) else "ES256"
    except ValueError:
        return None
