"""The tables of rounds."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table

from survey.store.schema_metadata import METADATA

# what an owner decided of a round for many units: each wave of it is linked to it
planned_round = Table(
    "planned_round",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("title", String(100), nullable=False),
    Column("instrument", String(200), nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False),
    Column("open_link", Boolean(create_constraint=True, name="open_link"), nullable=False),
    CheckConstraint("closes_on >= opens_on", name="closes_on"),
)

# the first release of each round below a unit, told on its pages for good
round_release = Table(
    "round_release",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("half", String(6), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("instrument", String(200), nullable=False),
    Column("released_on", Date, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    CheckConstraint("sealed >= 0 AND missing >= 0", name="counts"),
    Index("ix_round_release_round", "unit_id", "half", "edition", "instrument", unique=True),
)

TABLES = (planned_round, round_release)
