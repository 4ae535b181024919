"""What a profile's figures settle, and what they leave open: levels, changes, and what would show."""

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.model import Item
from reports.disclosure import ReleasedItem, Suppressed
from reports.results.change import ChangeInterval, Comparison, DimensionChange, Estimate
from reports.results.profile import Profile
from reports.results.verdicts import Contrast, Verdict

CERTAIN = frozenset({Verdict.HIGHER, Verdict.LOWER})


@dataclass(frozen=True, slots=True)
class SettledLevels:
    """The dimensions whose interval lies within one level, by the level's id, and those it leaves `open`."""

    settled: Mapping[str, tuple[str, ...]]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest change that would have been seen in every dimension that was judged, in scale points.

    `everywhere` says that it is known of all dimensions without a certain change.
    """

    change: float
    decimals: int
    everywhere: bool


def comparison(profile: Profile, contrast: Contrast) -> Comparison | None:
    """Return the contrast, or None where it was not made."""
    found = (each for each in profile.comparisons if isinstance(each, Comparison))
    return next((each for each in found if each.contrast is contrast), None)


def change(profile: Profile, dimension_id: str, contrast: Contrast) -> DimensionChange | None:
    """Return one dimension in a contrast, or None where that was not made."""
    made = comparison(profile, contrast)
    return made.changes.get(dimension_id) if made else None


def certain_changes(profile: Profile, contrast: Contrast = Contrast.PREVIOUS) -> tuple[DimensionChange, ...]:
    """Return the changes told to be certain, in the order of the questionnaire."""
    made = comparison(profile, contrast)
    return tuple(each for each in made.changes.values() if each.verdict in CERTAIN) if made else ()


def detectable(profile: Profile) -> Detectable | None:
    """Return what change since the wave before would have been seen; None where none was judged or shown."""
    made = comparison(profile, Contrast.PREVIOUS)
    others = [each for each in made.changes.values() if each.verdict not in CERTAIN] if made else []
    found = [
        (each.estimate.interval.detectable, each.estimate.decimals)
        for each in others
        if each.verdict is Verdict.NO_CERTAIN_CHANGE
        and isinstance(each.estimate, Estimate)
        and isinstance(each.estimate.interval, ChangeInterval)
    ]
    if not found:
        return None
    largest, decimals = max(found)
    return Detectable(largest, decimals, everywhere=len(found) == len(others))


def settled_levels(profile: Profile) -> SettledLevels:
    """Return what level each dimension is in, as far as its interval settles it."""
    settled: dict[str, tuple[str, ...]] = {}
    left_open = []
    for dimension in profile.version:
        figure = profile.dimension(dimension.id)
        if isinstance(figure, Suppressed) or isinstance(figure.level, Suppressed):
            continue
        if isinstance(figure.level, str):
            settled[figure.level] = (*settled.get(figure.level, ()), dimension.id)
        else:
            left_open.append(dimension.id)
    in_order = {level: settled[level] for level in profile.version.levels.ids if level in settled}
    return SettledLevels(in_order, tuple(left_open))


def most_divided_items(profile: Profile) -> tuple[Item, ...]:
    """Return the released statements whose answers lie farthest apart by their SD: several where they tie.

    No dimension is named in their place: its SD is that of its interval, which is made wider where people
    agree very much.
    """
    released = [
        (figure.sd, item)
        for item in profile.version.items
        if isinstance(figure := profile.item(item.id), ReleasedItem)
    ]
    largest = max((sd for sd, _ in released), default=0.0)
    return tuple(item for sd, item in released if sd == largest)
