"""The tables of pools: sums over many units, and what waits to be added to them (docs/decisions/0130)."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, LargeBinary, String, Table

from reports.disclosure.policy import POOL_PEOPLE, POOL_UNITS
from survey.store.schema_metadata import METADATA

# the sums of a version, edition, language and half-year; the database refuses those of few
pool = Table(
    "pool",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("instrument", String(200), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("half", String(6), nullable=False),
    # the number of the batch that waits, and what its waves are encrypted to
    Column("batch", Integer, nullable=False),
    Column("public_key", LargeBinary(32)),
    # the last batch of which the key and every trace are destroyed
    Column("destroyed", Integer, nullable=False, server_default="0"),
    # how many batches were given up, as nobody could read them
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("units", Integer, nullable=False, server_default="0"),
    Column("people", Integer, nullable=False, server_default="0"),
    Column("sums", LargeBinary),
    Column("kept_until", Date, nullable=False),
    CheckConstraint("batch >= 1 AND lost >= 0", name="batch"),
    CheckConstraint("destroyed BETWEEN 0 AND batch - 1", name="destroyed"),
    CheckConstraint(
        "(sums IS NULL AND units = 0 AND people = 0)"
        f" OR (sums IS NOT NULL AND units >= {POOL_UNITS} AND people >= {POOL_PEOPLE})",
        name="enough",
    ),
)

# which wave goes into which pool: encrypted to the pool's key until the batch is full, then only that it did
pool_contribution = Table(
    "pool_contribution",
    METADATA,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True, autoincrement=False),
    Column("pool_id", ForeignKey("pool.id"), nullable=False, index=True),
    Column("box", LargeBinary),
    sqlite_with_rowid=False,
)

TABLES = (pool, pool_contribution)
