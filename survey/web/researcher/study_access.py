"""Whether who reads takes part in a study, which every page of it asks first."""

from instruments.problems import refuse
from survey.store.repositories import studies
from survey.store.repositories.studies import Study
from survey.web.platform import sign_ins
from survey.web.platform.context import context


def own_study(key: str) -> Study:
    """Return a study that the reader takes part in. Raises Refused("study-unknown")."""
    found = studies.by_key(context().database, key, context().today)
    if found.member(own_account()) is None:
        # one of others looks like one that is not there
        raise refuse(
            "study-unknown",
            "There is no such study, or it has ended.",
            "Ask those who run the service which studies you take part in.",
        )
    return found


def own_account() -> int:
    """Return the number of the reader's account."""
    return sign_ins.visitor().account.id
