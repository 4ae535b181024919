"""Read from an installation what its papers say: settings, policy, and the unit whose papers they are."""

from survey.openid.provider import SignInMethods
from survey.operations.installation import Installation
from survey.store.repositories import units
from survey.web.papers.facts import Facts, facts


def facts_of(home: Installation, sign_in: SignInMethods, language: str, owner: str | None = None) -> Facts:
    """Return what the papers say in a language; `owner` is the key of the unit they are of, or None.

    Raises Refused("unit-unknown").
    """
    if owner is None:
        return facts(language, home.policy, settings=home.settings, sign_in=sign_in)
    kept = units.years_kept(home.database, owner, home.policy.retention.results_years)
    unit = units.by_key(home.database, owner)
    return facts(language, home.policy, settings=home.settings, sign_in=sign_in, owner=unit, kept_years=kept)
