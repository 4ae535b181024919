"""The identities elsewhere of an account, as its holder and an operator are shown them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey.store.repositories import identities
from survey.web.platform import languages
from survey.web.platform.context import context


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """One identity: of which issuer, under which name, and since which day.

    `key` is that of the provider, empty where no setting names it any more; `mark` is what the page sends.
    """

    issuer: str
    key: str
    name: str
    since: date

    @property
    def mark(self) -> str:
        """Return the provider's key, or the name of its host where there is no setting for it."""
        return self.key or self.name


def of(account_id: int) -> Sequence[ShownIdentity]:
    """Return the identities that are linked to an account."""
    here = context()
    known = {each.issuer: each for each in here.sign_in.providers.values()}
    shown = []
    for linked in identities.of_account(here.database, account_id):
        provider = known.get(linked.issuer)
        key = provider.key if provider else ""
        name = provider.name.in_language(languages.current()) if provider else linked.host
        shown.append(ShownIdentity(linked.issuer, key, name, here.settings.date_at(linked.linked_at)))
    return shown
