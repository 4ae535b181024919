"""The tables of who did what on a unit, and of what was released of it outside it."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, LargeBinary, String, Table

from survey.store.act_kinds import UNIT_ACTS
from survey.store.schema_metadata import METADATA, one_of

# what was done to a unit, or without one to all; it outlives the unit. Each row holds the hash of the one
# before and its own; triggers refuse to alter it, and to remove it before `act_chain` says it was pruned
unit_act = Table(
    "unit_act",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("unit_key", String(16), index=True),
    Column("kind", String(24), nullable=False),
    Column("about", String(512), nullable=False),
    Column("done_by", String(254), nullable=False),
    Column("done_on", Date, nullable=False),
    Column("previous", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    one_of("kind", UNIT_ACTS),
)

# where the chain of acts begins, after the last that was removed for its age, and where it ends
act_chain = Table(
    "act_chain",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("newest", Integer, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("pruned", Integer, nullable=False),
    Column("pruned_digest", LargeBinary(32), nullable=False),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("pruned BETWEEN 0 AND newest", name="pruned"),
)
# what was released outside a unit of one of its waves, alone or in a total of so many units; it outlives the
# wave, as the ledger does
unit_release = Table(
    "unit_release",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("unit_key", String(16), nullable=False, index=True),
    Column("wave_key", String(16), nullable=False),
    Column("title", String(100), nullable=False),
    Column("units", Integer, nullable=False),
    Column("means", Integer, nullable=False),
    Column("intervals", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("released_on", Date, nullable=False),
    Column("policy", String(12), nullable=False),
    CheckConstraint("units >= 1", name="units"),
    CheckConstraint("items >= 0 AND intervals >= items AND means >= intervals", name="levels"),
)

# every data file that was taken out for research, by day: it held all that was released until then
data_export = Table(
    "data_export",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("made_on", Date, nullable=False),
    Column("content", String(16), nullable=False),
    Column("policy", String(12), nullable=False),
    one_of("content", ("dimensions", "items")),
)

TABLES = (unit_act, act_chain, unit_release, data_export)
TRIGGERS = ("unit_act_kept", "unit_act_unaltered")  # of `unit_act`, made by the migration
