"""Links by which somebody signs in once, counted with those to choose a password: only the last is good."""

from sqlalchemy import update

from survey.store.database import Database
from survey.store.repositories import access_history
from survey.store.repositories.accounts import Account
from survey.store.tables import account


def make(database: Database, holder: Account, *, by: str, now: int) -> int:
    """Return the number of one more link of the account, which ends the ones before; it is recorded."""
    with database.writing() as connection:
        counted = (
            update(account)
            .where(account.c.id == holder.id)
            .values(links=account.c.links + 1, linked_at=now)
            .returning(account.c.links)
        )
        number = int(connection.execute(counted).scalar_one())
        access_history.record_on_account(
            connection, "link-made", holder.id, about=holder.email, by=by, now=now
        )
    return number


def use(database: Database, holder: Account) -> bool:
    """Use up the link that the account was looked up by; return whether nobody else has."""
    last = (account.c.id == holder.id, account.c.links == holder.links)
    with database.writing() as connection:
        used = update(account).where(*last).values(links=account.c.links + 1)
        return connection.execute(used).rowcount == 1
