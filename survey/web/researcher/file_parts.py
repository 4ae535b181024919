"""What a file for researchers is sent as, where it is not the ordered format: codebook and described data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {"codebook": "application/json", "described": "text/csv"}
)
