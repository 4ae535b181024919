"""What all tables share: the one schema they are in, and how their constraints are named."""

from sqlalchemy import CheckConstraint, MetaData

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the check that a column holds one of a few words."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)
