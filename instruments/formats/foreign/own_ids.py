"""Make ids of the names that other programs have for questions, groups and answers."""

import re
import unicodedata
from typing import Final

from instruments.definition.validation import is_id

_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "Ae", "Ø": "O", "Å": "A", "ß": "ss"})
_LONGEST: Final = 60  # leaves room for a number


class OwnIds:
    """Give names ids of which no two are the same, in upper or lower case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, name: str, otherwise: str) -> str:
        """Return the id for a name, and that for `otherwise` where no letter of the name can be kept."""
        plain = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore").decode()
        stem = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")[:_LONGEST].rstrip("_")
        if not stem:
            stem = otherwise
        elif not stem[0].isalpha():
            stem = f"{otherwise}_{stem}"
        made, number = stem, 2
        while not is_id(made) or made.upper() in self._taken:
            made, number = f"{stem}_{number}", number + 1
        self._taken.add(made.upper())
        return made
