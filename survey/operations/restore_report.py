"""What the operator reads when a backup was brought back: what is over and what is to be done, in English."""

from collections.abc import Iterator

from survey.operations.restore import Restored


def lines(restored: Restored) -> Iterator[str]:
    """Yield what came back, what was ended in the same act, and what nobody but the operator can do."""
    made_at = restored.manifest.made_at
    yield f"The database is as it was at {made_at}. What was done since is gone."
    yield (
        "Ended: every sign-in, every link to choose a password, every token of a study. Passwords, roles and "
        "accounts are those of then: take away again what was taken away since."
    )
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
