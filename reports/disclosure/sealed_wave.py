"""What the gate takes in: the sealed statistics of one wave, or of several units' waves together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from instruments import statistics
from instruments.aggregates.sealed_moments import SealedMoments, merge_sealed
from instruments.aggregates.subgroups import SubgroupSums
from instruments.model import Version
from instruments.problems import Problem, Refused
from instruments.statistics import Undefined
from reports.disclosure import protection
from reports.disclosure.policy import Audience
from reports.disclosure.released import WaveIdentity


@dataclass(frozen=True, eq=False)
class SealedWave:
    """What may ever be known of a wave. No page, chart or file takes it: only the gate does.

    `invited` is how many people could answer. `parts` are the units of a pool, and empty for the
    wave of a single unit. `breakdown` is there where the wave asked a background question; a pool
    has none. `leaders_answer` says that its leaders were among those who answered.
    """

    identity: WaveIdentity
    # not in a log or a traceback: that would be a way past the gate
    version: Version = field(repr=False)
    invited: int
    moments: SealedMoments = field(repr=False)
    parts: tuple["SealedWave", ...] = ()
    breakdown: SubgroupSums | None = None
    leaders_answer: bool = False

    @property
    def units(self) -> tuple["SealedWave", ...]:
        """Return the single units' waves it is made of: itself, or the parts of the pool."""
        return self.parts or (self,)

    def reader(self, audience: Audience) -> Audience:
        """Return what a reader is to this wave: its leader is one who answered wherever leaders answered.

        A later wave in which they do not is no way to learn more of an earlier one in which they did.
        """
        among = audience.inside and self.any_leader_answered
        return Audience.LEADER_AMONG_RESPONDENTS if among else audience

    @property
    def dissenters(self) -> int:
        """Return how many people must be able to stand outside whatever the others agree on."""
        return protection.dissenters(reader_answered=self.any_reader_answered)

    @property
    def any_reader_answered(self) -> bool:
        """Return whether whoever reads its figures may be one who answered.

        Of a unit's own wave some always are: it is shown to those who answered it (docs/decisions/0118).
        """
        return not self.parts or self.any_leader_answered

    @property
    def any_leader_answered(self) -> bool:
        """Return whether a leader may know one of the answers, as the own one."""
        return any(part.leaders_answer for part in self.units)

    @cached_property
    def item_table(self) -> NDArray[np.int64] | Undefined:
        """Return the answers to all items by category, turned; undefined where they were not kept."""
        return statistics.item_table(self.moments)

    @cached_property
    def protected_items(self) -> frozenset[str]:
        """Return the items whose tables the unanimity rule lets be released; none where none were kept."""
        tables = self.item_table
        if isinstance(tables, Undefined):
            return frozenset()
        protected = protection.protected_tables(tables, self.dissenters).tolist()
        return frozenset(item.id for item, may in zip(self.version.items, protected, strict=True) if may)

    @property
    def key(self) -> tuple[str, str]:
        """Return the unit's and the wave's key, which no other set of answers has."""
        return self.identity.unit, self.identity.wave

    @cached_property
    def cells(self) -> frozenset[tuple[str, str]]:
        """Return the keys of the single units' waves it is made of."""
        return frozenset(part.key for part in self.units)


def pool(sealeds: Sequence[SealedWave], identity: WaveIdentity) -> SealedWave:
    """Return the waves of several units as one, under the identity of what holds them.

    Pools may be pooled again. A wave of which nothing was kept, because too few answered, is no part of it.
    Raises Refused where there are none, where they answered different versions
    of the instrument or different editions, or where a unit is in it twice.
    """
    parts = tuple(sorted((part for each in sealeds for part in each.units), key=lambda part: part.key))
    problems = list(_faults(parts))
    if problems:
        raise Refused(problems)
    moments = merge_sealed(parts[0].version, [part.moments for part in parts])
    counted = tuple(part for part in parts if part.moments.n) or parts
    # nor are those who were invited to it, as their answers are in no figure
    invited = sum(part.invited for part in counted)
    return SealedWave(identity, parts[0].version, invited, moments, counted)


def _faults(parts: Sequence[SealedWave]) -> list[Problem]:
    if not parts:
        return [Problem("", "pool-empty", "There are no waves to pool.", "Choose at least one sealed wave.")]
    problems = []
    if len({part.version.content_hash for part in parts}) > 1:
        found = ", ".join(sorted({part.version.reference for part in parts}))
        problems.append(
            Problem("", "pool-versions", f"The waves answered {found}.", "Pool waves of one version."),
        )
    if len({part.identity.edition for part in parts}) > 1:
        found = ", ".join(sorted({part.identity.edition for part in parts}))
        problems.append(
            Problem("", "pool-editions", f"The waves used {found}.", "Pool waves of one edition."),
        )
    times = Counter(part.identity.unit for part in parts)
    problems.extend(
        Problem(name, "pool-repeats-unit", "It is in the pool twice.", "Choose one of its waves.")
        for name in sorted(name for name, number in times.items() if number > 1)
    )
    return problems
