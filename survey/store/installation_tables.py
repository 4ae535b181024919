"""The table of what the installation knows of itself: values by which it knows what belongs to it."""

from sqlalchemy import Column, LargeBinary, String, Table

from survey.store.schema_metadata import METADATA

# name → a keyed hash, such as of the key of codes: who steals the database alone learns nothing from one
installation_value = Table(
    "installation_value",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

TABLES = (installation_value,)
