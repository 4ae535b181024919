"""`kjennetegn account`: who may sign in, and as what."""

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from instruments.languages import LANGUAGES
from instruments.problems import refuse
from survey.accounts import entry_links, lost_factors, password_links, passwords
from survey.cli import unit_sheets
from survey.cli.asking import YES, require_yes
from survey.cli.installed import installed
from survey.operations import log
from survey.store.database import Database
from survey.store.email_addresses import require_address
from survey.store.repositories import accounts, identities, role_endings, units
from survey.store.repositories.accounts import Account
from survey.store.tables import PLACED_ROLES, ROLES
from survey.unit_import.plan import Scope


@click.group()
def account() -> None:
    """Add accounts and give them roles."""


@account.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--unit", default="", metavar="KEY", help="The unit a leader or an owner has the role in.")
@click.option("--language", default="nb", show_default=True, type=click.Choice(list(LANGUAGES)))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, role: str, unit: str, language: str, *, password_stdin: bool) -> None:
    """Add an account for EMAIL with a role."""
    database = installed().database
    _require_unit(database, role, unit)
    # before anybody has typed a password for nothing
    require_address(email)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    added = accounts.add(database, email, passwords.hash_password(password), language)
    accounts.grant_role(database, added, role, unit or None, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("account-added", to=added.id, role=role, unit=unit)
    click.echo(f"{email.lower()} is {role}.")


@account.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", default="nb", show_default=True, type=click.Choice(list(LANGUAGES)))
@YES
def import_leaders(file: Path, language: str, *, yes: bool) -> None:
    """Give the leaders in a sheet of units (XLSX or CSV) their role, all of them in one act or none.

    The units have to be there: `unit import` reads the same sheet. Who has no account is given one without a
    password; operators make links for all of them on the page *First passwords*.
    """
    scope = Scope(units=False, by=log.COMMAND_LINE, language=language)
    unit_sheets.import_file(installed(), file, scope, yes=yes)


@account.command()
@click.argument("email")
@YES
def link(email: str, *, yes: bool) -> None:
    """Print a link by which EMAIL chooses a new password, for whoever forgot it.

    The old password, links to identities elsewhere, every sign-in and earlier links end at once. The link
    works once and for as long as the policy says. Whoever leads a unit whose results the account is shown
    sees that it was made, and results are shown to the account from the next day.
    """
    home = installed()
    holder = _account(home.database, email)
    ends = "the password, links to identities elsewhere, every sign-in and earlier links"
    require_yes(f"End {ends} of {holder.email}?", yes=yes)
    link = password_links.issue(
        home.database, home.policy, home.settings, holder, by=log.COMMAND_LINE, now=int(time.time())
    )
    log.act("link-made", to=holder.id)
    click.echo(link)


@account.command("let-in")
@click.argument("email")
@click.option("--reason", default="lost", show_default=True, help="Why; the account's holder reads it.")
@YES
def let_in(email: str, reason: str, *, yes: bool) -> None:
    """Print a link by which EMAIL sets up a new second factor, for whoever lost theirs.

    On the pages two operators have to agree to that; this is for an installation with a single one. Every
    second factor and sign-in of the account ends at once. The link works once, beside the password, and for
    as long as the policy says.
    """
    home = installed()
    holder = _account(home.database, email)
    require_yes(f"End every second factor and sign-in of {holder.email}?", yes=yes)
    link = lost_factors.let_in(home.database, home.settings, holder, reason, now=int(time.time()))
    log.act("way-in-agreed", of=holder.id)
    click.echo(link)


@account.command()
@click.argument("email")
def enter(email: str) -> None:
    """Print a link that signs in to the account of EMAIL once, within a quarter of an hour.

    It is the way in where nobody can sign in otherwise: a provider is away and there are no passwords, say.
    Password and sign-ins stay; earlier links end. Whoever leads a unit whose results the account is shown
    sees that it was made, and results are shown to the account from the next day.
    """
    home = installed()
    holder = _account(home.database, email)
    made = entry_links.issue(home.database, home.settings, holder, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("link-made", to=holder.id)
    click.echo(made)


@account.command()
@click.argument("email")
@click.argument("issuer")
@YES
def disconnect(email: str, issuer: str, *, yes: bool) -> None:
    """Remove the link of the account of EMAIL to its identity at the provider of that ISSUER."""
    database = installed().database
    holder = _account(database, email)
    by = log.COMMAND_LINE
    require_yes(f"End the way of {holder.email} to sign in at {issuer}, and every sign-in?", yes=yes)
    if not identities.remove(database, holder, issuer, by=by, now=int(time.time())):
        linked = ", ".join(each.issuer for each in identities.of_account(database, holder.id)) or "none"
        fault = "The account is linked to no identity there."
        raise refuse("identity-missing", fault, f"It is linked to: {linked}.", email)
    log.act("identity-removed", of=holder.id)
    click.echo(f"{holder.email} is not linked to {issuer} any more.")


@account.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--unit", default="", metavar="KEY", help="The unit a leader or an owner has the role in.")
def grant(email: str, role: str, unit: str) -> None:
    """Give the account of EMAIL one more role. Results are shown in it from the next day."""
    database = installed().database
    _require_unit(database, role, unit)
    receiver = _account(database, email)
    accounts.grant_role(database, receiver, role, unit or None, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("role-given", to=receiver.id, role=role, unit=unit)
    click.echo(f"{email.lower()} is {role}.")


@account.command()
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--unit", default="", metavar="KEY", help="Where a leader or an owner has the role.")
@click.option("--on", "last_day", type=click.DateTime(["%Y-%m-%d"]), help="Its last day; now if left out.")
def revoke(email: str, role: str, unit: str, last_day: datetime | None) -> None:
    """Take a role from the account of EMAIL, now or after a day. That it had it stays shown to the leaders.

    An account that has no role any more is removed after some weeks.
    """
    home = installed()
    database = home.database
    _require_unit(database, role, unit)
    holder = _account(database, email)
    done: dict[str, Any] = {"by": log.COMMAND_LINE, "now": int(time.time())}
    if last_day is not None:
        day = last_day.date()
        held = role_endings.end_role_on(
            database, holder.id, role, unit or None, day, today=home.today, **done
        )
    else:
        held = accounts.revoke_role(database, holder, role, unit or None, **done)
    if not held:
        raise refuse("role-missing", "The account does not have that role there.", "See who has it.", email)
    log.act("role-taken" if last_day is None else "role-day-changed", of=holder.id, role=role, unit=unit)
    ending = "is no longer" if last_day is None else f"is until {last_day.date().isoformat()}"
    click.echo(f"{email.lower()} {ending} {role}.")


@account.command()
@click.argument("email")
@click.argument("new", metavar="NEW-EMAIL")
def rename(email: str, new: str) -> None:
    """Give the account of EMAIL another e-mail address; roles it was given keep the old one beside them."""
    database = installed().database
    holder = _account(database, email)
    accounts.change_address(database, holder, new, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("address-changed", of=holder.id)
    click.echo(f"{email.lower()} is now {new.lower()}.")


@account.command()
@click.argument("email")
@YES
def remove(email: str, *, yes: bool) -> None:
    """Remove the account of EMAIL: nobody signs in with it any more.

    Which roles it held stays shown to the leaders of the units, as long as the policy says.
    """
    database = installed().database
    holder = _account(database, email)
    require_yes(f"Remove {holder.email} and end its roles?", yes=yes)
    accounts.remove(database, holder, by=log.COMMAND_LINE, now=int(time.time()))
    log.act("account-removed", of=holder.id)
    click.echo(f"{holder.email} is removed.")


def _account(database: Database, email: str) -> Account:
    """Return the account of that address. Raises Refused("account-unknown")."""
    found = accounts.by_email(database, email)
    if found is None:
        raise refuse("account-unknown", "There is no account of that address.", "Add it first.", email)
    return found


def _require_unit(database: Database, role: str, unit: str) -> None:
    """Raise Refused unless the role can be held in that unit."""
    # a leader of nothing, or a researcher of one unit, would be a role that no page looks for
    if (role in PLACED_ROLES) != bool(unit):
        kind, remedy = ("is", "Give one") if role in PLACED_ROLES else ("is not", "Leave it out")
        fault = f"The role {role} {kind} held in a unit."
        raise refuse("role-unit", fault, f"{remedy}.", "--unit")
    if unit:
        units.by_key(database, unit)
