"""Roles for tests, given long enough ago to show results unless a test says when."""

from survey.store.repositories import accounts

LONG_AGO = 1_700_000_000  # seconds since 1970: a day in November 2023
OPERATOR = "drift@example.org"


def grant_role(database, holder, role, unit_key, *, by=OPERATOR, now=LONG_AGO):
    """The account with one more role."""
    return accounts.grant_role(database, holder, role, unit_key, by=by, now=now)
