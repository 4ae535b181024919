"""Read from an installation what its papers say: settings, policy, and the unit whose papers they are."""

from survey.operations.installation import Installation
from survey.store.repositories import units
from survey.web.papers.facts import Facts, facts


def facts_of(home: Installation, language: str, owner: str | None = None) -> Facts:
    """Return what the papers say in a language; `owner` is the key of the unit they are of, or None.

    Raises Refused("unit-unknown").
    """
    if owner is None:
        return facts(language, home.policy, home.settings)
    kept = units.years_kept(home.database, owner, home.policy.retention.results_years)
    return facts(language, home.policy, home.settings, units.by_key(home.database, owner), kept)
