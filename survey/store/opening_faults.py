"""What is said of a database that does not open, and does not pass by itself."""

from sqlalchemy.exc import SQLAlchemyError

from instruments.problems import Damaged, damage


def unusable(place: str, error: SQLAlchemyError) -> Damaged:
    """Return the report of a database that cannot be written, for the caller to raise."""
    return damage(
        "database-unusable",
        f"The database does not open for writing: {_reason(error)}.",
        "Check KJENNETEGN_DATABASE, that the server runs, and that this user may write there.",
        place=place,
    )


def unreadable(place: str, error: SQLAlchemyError) -> Damaged:
    """Return the report of a database of which a part cannot be read, for the caller to raise."""
    return damage(
        "database-unreadable",
        f"The database cannot be read: {_reason(error)}.",
        "Run `kjennetegn verify`, which reads everything and names what is missing.",
        place=place,
    )


def _reason(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0]
