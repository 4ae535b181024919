"""The tables of second factors: what somebody has beside a password, and how they get in where it is lost."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from survey.store.schema_metadata import METADATA

_SEALED_SECRET = 72  # bytes: a secret of an app, encrypted
LONGEST_NAME = 60  # of a passkey
LONGEST_REASON = 200

# an app that shows a new code every half minute: its secret, encrypted, and the step of the last code taken
code_app = Table(
    "code_app",
    METADATA,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("secret", LargeBinary(_SEALED_SECRET), nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("added_on", Date, nullable=False),
)

# a passkey: what it signs is checked by its public key; the private one never leaves its holder's device
passkey = Table(
    "passkey",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    # how often its device says that it has signed; 0 where it does not count
    Column("signed", BigInteger, nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("added_on", Date, nullable=False),
    Column("last_on", Date),
    CheckConstraint("length(trim(name)) > 0", name="name"),
    CheckConstraint("last_on IS NULL OR last_on >= added_on", name="last_on"),
)

# codes printed once, for the day on which the rest is lost; a row goes when its code is used
recovery_code = Table(
    "recovery_code",
    METADATA,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
)

# somebody who has lost them all: who asked for a way in and who agreed. Times are seconds since 1970
lost_factor = Table(
    "lost_factor",
    METADATA,
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reason", String(LONGEST_REASON), nullable=False),
    Column("asked_by", String(254), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("agreed_by", String(254)),
    Column("agreed_at", BigInteger),
    # of the link by which new ones are set up: as long as there is one, nobody comes in by the password alone
    Column("link_hash", LargeBinary(32), unique=True),
    CheckConstraint("length(trim(reason)) > 0", name="reason"),
    CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed"),
    CheckConstraint("agreed_at IS NULL OR agreed_at >= asked_at", name="order"),
    # the command line agrees with itself: whoever has the machine in hand needs nobody
    CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by OR agreed_by = 'command line'", name="two"),
)

TABLES = (code_app, passkey, recovery_code, lost_factor)
