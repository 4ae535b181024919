"""What one person hands in, as bytes: the answers, and a category where a background question is asked.

Always of one length in a wave: whoever leaves the question blank hands in a byte that says so.
"""

from instruments import background
from instruments.answers import SKIPPED, Answers, Skipped, encode
from instruments.model import Version
from instruments.problems import refuse


def length(version: Version, asked: str | None) -> int:
    """Return how many bytes every reply has."""
    return len(version.items) + (asked is not None)


def join(answers: Answers, asked: str | None, category: str | Skipped = SKIPPED) -> bytes:
    """Return the reply; `asked` is the reference of the wave's background question, if it has one.

    Raises Refused: `background-category` where the question lacks it, `background-unasked` where there is
    no question.
    """
    if asked is not None:
        return encode(answers) + background.get(asked).encode(category)
    if category is not SKIPPED:
        raise refuse(
            "background-unasked",
            "The survey asks no background question, and the answer “%(given)s” to one was sent.",
            "Leave it out.",
            given=str(category)[:40],
        )
    return encode(answers)


def split(version: Version, asked: str | None, reply: bytes) -> tuple[bytes, str | Skipped]:
    """Return the encoded answers and the category.

    Raises Damaged: `answers-unreadable` on another wave's reply.
    """
    # one byte an item, so the category is whatever follows
    width = len(version.items)
    if asked is not None:
        return reply[:width], background.get(asked).decode(reply[width:])
    return reply, SKIPPED
