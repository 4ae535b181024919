"""Who sends a request with a token: a researcher's program, as the researcher who made the token."""

import hashlib

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from survey.store.repositories import accounts, attempts, studies
from survey.store.repositories.studies import Study
from survey.web.platform.context import context
from survey.web.platform.sign_ins import Visitor

MOST_REQUESTS = 300  # of one token within a window
WINDOW_SECONDS = 15 * 60
_DAY_SECONDS = 24 * 60 * 60
_SCHEME = "bearer"


def current() -> Visitor:
    """Return the researcher whose token the request brings; the study is `study()` from then on.

    Raises Unauthorized where there is no token that is good today, and TooManyRequests.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    here = context()
    found = studies.of_token(here.database, token.strip(), here.today) if scheme.lower() == _SCHEME else None
    if found is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate(_SCHEME, {"realm": "kjennetegn"}))
    own, account_id = found
    bucket = _bucket(f"{own.key} {account_id} {here.now // _DAY_SECONDS}")
    # in the database, since several processes answer
    if attempts.count(here.database, bucket, now=here.now, window=WINDOW_SECONDS) > MOST_REQUESTS:
        raise TooManyRequests(retry_after=WINDOW_SECONDS)
    g.study = own
    return Visitor(accounts.by_id(here.database, account_id).as_of(here.today))


def study() -> Study:
    """Return the study of this request, once the permissions have let it through."""
    found: Study = g.study
    return found


def _bucket(counted: str) -> bytes:
    secret = context().settings.secret.encode()
    key = hashlib.blake2b(secret, digest_size=32, person=b"api requests").digest()
    return hashlib.blake2b(counted.encode(), key=key, digest_size=32).digest()
