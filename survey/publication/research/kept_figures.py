"""What was released of each wave, kept in memory from one export to the next: it never changes."""

from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Final

from reports.disclosure import Released, Suppressed

_MOST: Final = 4000  # waves: some 30 kB each

Figures = Released | Suppressed


class KeptFigures:
    """The figures of the last export, each by all that it is made of; none where it had too many waves.

    Only what the last export asked for is kept: what is removed or released anew is forgotten with the next.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: Mapping[Hashable, Figures] = MappingProxyType({})

    def known(self) -> Mapping[Hashable, Figures]:
        """Return what is kept now, which another thread does not change."""
        return self._kept

    def replace(self, figures: Mapping[Hashable, Figures]) -> None:
        """Keep these and no others."""
        # one assignment: threads read the old ones or the new
        self._kept = MappingProxyType(dict(figures)) if len(figures) <= self._most else MappingProxyType({})
