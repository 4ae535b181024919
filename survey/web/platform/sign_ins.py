"""Who is signed in: a token in the sealed cookie, and at the server when it began and was last seen."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from flask import g, session
from flask_babel import lazy_gettext

from instruments.problems import Refused, refuse
from survey.store.repositories import accounts, sign_ins, units
from survey.store.repositories.accounts import Account, Membership
from survey.store.tables import LEADING_ROLES
from survey.web.platform.context import context

IDLE_SECONDS = 45 * 60
LONGEST_SECONDS = 8 * 60 * 60
# a sign-in is noted as seen at most this often: reading a page is seldom a write
_NOTED_EVERY_SECONDS = 60
_COOKIE_KEY = "sign_in"
SIGNED_IN_AT = "signed_in_at"  # in the cookie: the provider that a sign-in came from, for signing out there
_BY_LINK = "by_link"  # in the cookie of who has signed in without the second factor they lost
_DESKS = (
    (LEADING_ROLES, "leader.desk", lazy_gettext("My surveys")),
    (("owner",), "owner.overview", lazy_gettext("My units")),
    (("researcher",), "researcher.desk", lazy_gettext("Data for research")),
    (("editor",), "instrument_editor.overview", lazy_gettext("Questionnaires")),
    (("operator",), "operator.status", lazy_gettext("Operation")),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in account with what it may reach.

    `must_set_up` says that it reaches nothing yet but the pages on which a second factor is set up;
    `proved_at` is when a factor was last shown, in seconds since 1970, and `factors` by how many it is in.
    """

    account: Account
    must_set_up: bool = False
    proved_at: int = 0
    factors: int = 1

    def units(self, role: str) -> frozenset[str]:
        """Return the keys of the units it holds the role in; an owner also holds it in all units below."""
        held = [each for each in self.account.memberships if each.role == role]
        return frozenset(key for each in held for key in self._reach(each))

    def units_led(self) -> frozenset[str]:
        """Return the keys of the units it leads, or is a leader's deputy in."""
        return frozenset[str]().union(*map(self.units, LEADING_ROLES))

    def sees_results_of(self, unit_key: str) -> bool:
        """Return whether it is shown what the unit's leaders are shown."""
        return self.sees_results(LEADING_ROLES, unit_key)

    def sees_results(self, roles: Iterable[str], unit_key: str | None = None) -> bool:
        """Return whether it is shown results in one of these roles there, or everywhere.

        A role shows them from the day after it was given, so that nobody looks before it can be seen who was
        given it; and so does an account after a link to choose its password was made, for who opens that is
        not sure to be who had the role.
        """
        linked_at = self.account.linked_at or 0
        today, date_at = context().today, context().settings.date_at
        return any(
            held.role in roles
            and date_at(max(held.given_at, linked_at)) < today
            and (unit_key is None or unit_key in self._reach(held))
            for held in self.account.memberships
        )

    def _reach(self, held: Membership) -> frozenset[str]:
        """Return the keys of the units a role is about: an owner's, and all below."""
        if held.unit_key is None:
            return frozenset()
        if held.role != "owner":
            return frozenset({held.unit_key})
        # once in a request, which asks for it several times
        known: dict[str, frozenset[str]] = g.setdefault("reach", {})
        if held.unit_key not in known:
            known[held.unit_key] = units.keys_below(context().database, held.unit_key)
        return known[held.unit_key]

    def desks(self) -> list[tuple[str, str]]:
        """Return the first page of each of its roles, with that page's name in the reader's language."""
        held = [] if self.must_set_up else _DESKS
        return [(endpoint, str(name)) for roles, endpoint, name in held if self.holds(roles)]

    def holds(self, roles: Iterable[str]) -> bool:
        """Return whether it holds any of the roles, anywhere."""
        return any(membership.role in roles for membership in self.account.memberships)


def begin(account: Account, *, factors: int) -> None:
    """Sign the account in by one factor or two: a new token and an empty cookie.

    Nothing that was planted before survives.
    """
    language, provider = session.get("language", account.language), session.get(SIGNED_IN_AT)
    session.clear()
    # the server keeps its hash: who reads the database cannot make a cookie of it
    token = secrets.token_bytes(32)
    session[_COOKIE_KEY] = base64.b64encode(token).decode()
    session["language"] = language
    if provider is not None:
        session[SIGNED_IN_AT] = provider
    now = context().now
    sign_ins.end_stale(context().database, seen_before=now - IDLE_SECONDS, began_before=now - LONGEST_SECONDS)
    sign_ins.begin(context().database, token, account, now, factors=factors)


def current() -> Visitor | None:
    """Return who sends this request; None where nobody is signed in, or somebody was for too long."""
    token = _token()
    found = sign_ins.of_token(context().database, token) if token else None
    now = context().now
    if found is None or now - found.seen_at > IDLE_SECONDS or now - found.began_at > LONGEST_SECONDS:
        return None
    # one of a time to come was noted before the clock was set back, and would last so much longer
    if abs(now - found.seen_at) > _NOTED_EVERY_SECONDS:
        sign_ins.see(context().database, token, now)
    account = accounts.by_id(context().database, found.account_id).as_of(context().today)
    kept = context().policy.retention.accounts_without_role
    is_over = account.roleless_since is not None and account.roleless_since < now - kept
    # the worker removes it, and until it has, nobody is signed in to it
    lacks_one = found.factors == 1 and (_BY_LINK in session or needs_two(account))
    return None if is_over else Visitor(account, lacks_one, found.proved_at, found.factors)


def visitor() -> Visitor:
    """Return who sends this request, once the permissions have let it through."""
    found: Visitor = g.visitor
    return found


def begin_by_link(account: Account) -> None:
    """Sign in whoever came by the link for a lost factor: nothing but a new one can be set up."""
    begin(account, factors=1)
    session[_BY_LINK] = True


def note_proof() -> None:
    """Note that a factor of this sign-in was shown once more just now."""
    sign_ins.prove(context().database, _token(), context().now)


def note_second_factor() -> None:
    """Note that this sign-in is by two factors from now on, and end every other one of the account."""
    sign_ins.prove(context().database, _token(), context().now, factors=2)
    sign_ins.end_others(context().database, visitor().account.id, _token())
    session.pop(_BY_LINK, None)


def secret() -> bytes:
    """Return what only this sign-in's browser holds: the server keeps its hash."""
    return _token()


def ended() -> Refused:
    """Return the refusal of a form that comes without the sign-in it was made for."""
    return refuse(
        "session-ended",
        "You were away for too long, or signed out in another window.",
        "Sign in and try again.",
    )


def end() -> None:
    """End this sign-in, at the server and in the cookie; the page that says so speaks its language still."""
    sign_ins.end(context().database, _token())
    language = session.get("language")
    session.clear()
    if language is not None:
        session["language"] = language


def end_others() -> None:
    """End every sign-in of the account but that of this request."""
    sign_ins.end_others(context().database, visitor().account.id, _token())


def needs_two(account: Account) -> bool:
    """Return whether one of the account's roles needs a second factor."""
    needed = context().policy.second_factors.roles
    return any(held.role in needed for held in account.memberships)


def _token() -> bytes:
    return base64.b64decode(str(session.get(_COOKIE_KEY, "")))
