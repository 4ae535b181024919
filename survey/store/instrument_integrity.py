"""Whether the questionnaires and background questions of waves are still the ones that ship."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from instruments import background, library
from instruments.problems import Damaged, Problem, Refused
from survey.store.tables import wave


def require_unaltered(connection: Connection) -> None:
    """Raise Damaged with one problem per version that is missing or altered."""
    found = list(problems(connection))
    if found:
        raise Damaged(found)


def problems(connection: Connection) -> Iterator[Problem]:
    """Yield a problem for every version or question of a wave that is missing here, or was altered."""
    used = select(wave.c.instrument, wave.c.content_hash).distinct().order_by(wave.c.instrument)
    for reference, content_hash in connection.execute(used):
        try:
            version = library.get(reference)
        except (Refused, Damaged) as refused:
            yield from refused.problems
            continue
        if version.content_hash != content_hash:
            yield Problem(
                reference,
                "instrument-altered",
                f"Waves were asked with the content {content_hash[:12]}…; here it is "
                f"{version.content_hash[:12]}….",
                "Install the release of Kjennetegn that holds it unaltered.",
            )
    asked = select(wave.c.background).where(wave.c.background.is_not(None)).distinct()
    for reference in sorted(connection.scalars(asked)):
        try:
            background.get(reference)
        except (Refused, Damaged) as refused:
            yield from refused.problems
