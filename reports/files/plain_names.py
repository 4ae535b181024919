"""Write what people called something in letters and digits that every file system and ZIP reader takes."""

import re
import unicodedata
from typing import Final

# bytes of a part of a name: two of them, keys and endings are still short of what file systems take
_LONGEST_PART: Final = 60
# letters of the Nordic and neighbouring alphabets; others lose their accents by normalisation
_LETTERS: Final = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "đ": "d"}
)


def plain(text: str) -> str:
    """Return the text in small letters, digits and dashes; empty where it has none of these."""
    ascii_text = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS)).encode("ascii", "ignore")
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.decode())[:_LONGEST_PART].strip("-")
