"""The tables of the ledger: what was released outside units, one row for each group of waves."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from survey.store.schema_metadata import METADATA

# sealed waves on whole questionnaires that wait for a release; an index holds them, and is found by this text
UNDECIDED = "state = 'sealed' AND NOT decided AND replace(instrument, '+', '') = instrument"

# how many groups there are, and a checksum of all; whoever decides on a release holds this row
ledger = Table(
    "ledger",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("groups", Integer, nullable=False),
    Column("checksum", LargeBinary(16), nullable=False),
    CheckConstraint("id = 1", name="single"),
    CheckConstraint("groups >= 0", name="groups"),
)

# one group of waves that was decided on, or that lies in one, as reports.disclosure.differencing.ledger_text
# writes it; the other columns say of it what is asked without reading it
ledger_group = Table(
    "ledger_group",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("waves", Integer, nullable=False),
    Column("decided", Boolean(create_constraint=True, name="decided"), nullable=False),
    Column("withdrawn", Boolean(create_constraint=True, name="withdrawn"), nullable=False),
    Column("content", Text, nullable=False),
    CheckConstraint("waves >= 1", name="waves"),
)

# which waves a group is of: a page reads the groups of its own waves, and not all that was ever released
ledger_cell = Table(
    "ledger_cell",
    METADATA,
    Column("wave_key", String(16), primary_key=True),
    Column("group_id", ForeignKey("ledger_group.id"), primary_key=True, autoincrement=False),
    Index("ix_ledger_cell_group_id", "group_id"),
    sqlite_with_rowid=False,
)

# what owners are shown of a group that was decided on, as reports.disclosure.released_text writes it, and the
# mark of the rules that it was computed by: a page of thousands of units reads it, and no statistics
released_figures = Table(
    "released_figures",
    METADATA,
    Column("group_id", ForeignKey("ledger_group.id"), primary_key=True, autoincrement=False),
    Column("computed_by", String(20), nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
)

TABLES = (ledger, ledger_group, ledger_cell, released_figures)
