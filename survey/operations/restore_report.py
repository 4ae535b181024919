"""What the operator reads when a backup was brought back: what is over and what is to be done, in English."""

from collections.abc import Iterator
from datetime import datetime

from survey.operations.restore import Restored


def lines(restored: Restored) -> Iterator[str]:
    """Yield what came back, what was ended in the same act, and what nobody but the operator can do."""
    made_at = restored.manifest.made_at
    yield f"The database is as it was at {made_at}. What was done since is gone."
    yield (
        "Ended: every sign-in, every link to choose a password, to sign in once or for a lost second factor, "
        "every token of a study, every recovery code."
    )
    yield from _accesses(restored)
    for wave in restored.open:
        yield (
            f"{wave.key} ({wave.unit_name}, “{wave.title}”) is {wave.state} again. Answers that were "
            "sent since then are gone, and their codes admit again: ask who answered since then to answer "
            "once more. Slips that were printed since then admit nobody: cancel them and print new ones."
        )
    for wave in restored.unreadable:
        yield (
            f"{wave.key} ({wave.unit_name}, “{wave.title}”) is {wave.state} again, and nobody can read its "
            "answers: it was sealed, given up or removed since then, or its keys are lost. Restore a newer "
            "backup if there is one; else its leader gives it up, or: "
            f"kjennetegn wave abandon {wave.key}"
        )
    for name in restored.unknown:
        yield (
            f"{name} has keys and is not in the database: it was opened since then, and its answers are "
            "gone. Restore a newer backup if there is one."
        )
    if restored.held:
        yield (
            f"{restored.held} sealed surveys are held: what was released of them since then is not known any "
            "more, and a release beside it could be subtracted from it. Their own leaders see them as "
            "before, what had been released until then stays released, and nothing more is."
        )


def _accesses(restored: Restored) -> Iterator[str]:
    """Yield what became of accounts, roles and ways to sign in."""
    again = restored.again
    by_hand = "take away again what was taken away since"
    if again is None:
        yield (
            "Accounts, roles, passwords, passkeys, apps and links to identities elsewhere are those of then, "
            f"and no log says what ended since: {by_hand}."
        )
        return
    for what, named in (
        ("Removed again", again.removed),
        ("Taken again", again.roles),
        ("Unlinked again", again.unlinked),
        ("Closed, as what they signed in by had ended: kjennetegn account link EMAIL", again.closed),
        ("NOT taken, as no operator would be left", again.kept),
        ("Their role may end on another day than it did: look at it", again.days),
    ):
        if named:
            yield f"{what}: {', '.join(named)}."
    if again.begins is None or again.begins > datetime.fromisoformat(restored.manifest.made_at):
        begins = "holds nothing" if again.begins is None else f"begins at {again.begins.isoformat()}"
        yield f"The log {begins}, after the backup was made: of what was done between them {by_hand}."
    yield f"Acts of the command line stand in no log of the server: {by_hand} by it."
