"""What is known of single providers that would let a stranger in as somebody with an account here.

A provider of many organisations sends e-mail addresses that each of them wrote, so that one of them can name
an address of another. Whoever matches accounts by these has to look at the organisation as well.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from survey.openid.provider import Provider

_FEIDE = "auth.dataporten.no"
FEIDE_NAME = "https://n.feide.no/claims/eduPersonPrincipalName"
_ENTRA = ("login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PRIVATE_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # Microsoft's own tenant, of everybody
_DOMAIN_OWNER = "xms_edov"
_GUEST = "acct"  # 0 of a member of the tenant, 1 of a guest


def of(provider: Provider) -> Iterator[tuple[str, str]]:
    """Yield what would let strangers in with these settings, and what to do about it."""
    host, path = urlsplit(provider.issuer).hostname, urlsplit(provider.issuer).path
    if host in _ENTRA:
        yield from _of_entra(provider, path.strip("/").split("/")[0])
    if host == _FEIDE and provider.vouches_for:
        bound = provider.address_claim == FEIDE_NAME or FEIDE_NAME in provider.required
        if not bound:
            fault = "any organisation in Feide can write your addresses into its directory."
            yield fault, f'Name yours below required: "{FEIDE_NAME}" = ["@example.org"].'


def _of_entra(provider: Provider, tenant: str) -> Iterator[tuple[str, str]]:
    if _GUID.fullmatch(tenant) is None or tenant == _PRIVATE_ACCOUNTS:
        fault = "the issuer is that of all tenants, and any of them can name an address of yours."
        yield (
            fault,
            "Give the issuer of your own tenant, with its id: https://login.microsoftonline.com/ID/v2.0.",
        )
    if provider.verified_claim != _DOMAIN_OWNER and provider.required.get(_GUEST) != (0,):
        fault = "the addresses of guests are written by other tenants."
        remedy = f'Write verified_claim = "{_DOMAIN_OWNER}", or below required: {_GUEST} = [0].'
        if provider.vouches_for:
            yield fault, remedy
