"""E-mail addresses of those who sign in, as far as their form tells."""

from typing import Final

PATTERN: Final = r"[^@\s]+@[^@\s]+\.[^@\s]+\Z"
LONGEST: Final = 254
