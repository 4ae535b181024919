"""The table of what the installation knows of itself: values by which it knows what belongs to it."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from survey.store.schema_metadata import METADATA

# name → a keyed hash, such as of the key of codes: who steals the database alone learns nothing from one
installation_value = Table(
    "installation_value",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

# a wave that was sealed in a database which was brought back: what was released of it since is not known, so
# that nothing more is released of it outside its unit (docs/decisions/0146)
release_hold = Table(
    "release_hold",
    METADATA,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True, autoincrement=False),
)

TABLES = (installation_value, release_hold)
