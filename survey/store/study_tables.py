"""The tables of studies: who may take research data out together, and until when."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Integer, LargeBinary, String, Table

from survey.store.schema_metadata import METADATA

# a family of exports: its key is derived from the study's own and from the keys of the installation
study = Table(
    "study",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("ends_on", Date, nullable=False),
    CheckConstraint("length(trim(name)) > 0", name="name"),
)

# a researcher in a study; the token by which a program of theirs reads it is known by its hash only
study_member = Table(
    "study_member",
    METADATA,
    Column("study_id", ForeignKey("study.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("token_hash", LargeBinary(32), unique=True),
)

TABLES = (study, study_member)
