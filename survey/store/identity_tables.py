"""The table of identities elsewhere: by which person of which provider an account is signed in to."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, String, Table, UniqueConstraint

from survey.store.schema_metadata import METADATA

# one of each provider for an account, and one account for each; the provider's name for the person is hashed.
# The time is in seconds since 1970
account_identity = Table(
    "account_identity",
    METADATA,
    Column("issuer", String(200), primary_key=True),
    Column("subject_hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("linked_at", BigInteger, nullable=False),
    UniqueConstraint("account_id", "issuer"),
)

TABLES = (account_identity,)
