"""The columns of an export: names, labels and decimals, built from the policy of its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, final

from instruments.languages import SOURCE
from instruments.model import Version
from reports.disclosure import rounding
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import Coding, Suppressed
from reports.exports.labels import Texts, texts

_ALPHA_DECIMALS: Final = 2
_RATE_DECIMALS: Final = 4
_KEY, _NAME, _SHORT, _LIST = 13, 64, 8, 160  # letters of a text column; the same in every file


@final
class NotApplicable(Enum):
    """A cell about something that there is not, such as the wave before of a unit's first wave."""

    NOT_APPLICABLE = "not applicable"


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE

Values = Mapping[str | int, Texts]
Cell = str | int | float | Suppressed | NotApplicable


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"


class Measure(Enum):
    """How the values of a column may be compared, in the words of SPSS."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: its name (a letter first, valid in SPSS), what it and its values mean in every language.

    `width` is the most letters of a text, the same in every file, so that files can be put together.
    """

    name: str
    labels: Texts
    kind: Kind
    decimals: int = 0
    values: Values = field(default_factory=dict)
    measure: Measure = Measure.SCALE
    width: int = 0

    @property
    def label(self) -> str:
        """Return what it means in the language of the source."""
        return self.labels[SOURCE]


@dataclass(frozen=True, slots=True)
class ExportTable:
    """Columns and rows, and the policy that both follow. `key` names the columns that no two rows share.

    A cell that is not released is `SUPPRESSED`, one about nothing `NOT_APPLICABLE`; each format has its own
    way to leave one empty. `family` is the mark of the key that units are named by.
    """

    name: str
    columns: tuple[ExportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    versions: tuple[Version, ...]
    policy: Policy
    key: tuple[str, ...] = ()
    family: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing may be released."""
        return not self.rows


def identity_columns() -> tuple[ExportColumn, ...]:
    """Return the columns that say which unit's wave a row is about, and how many answered it."""
    ways: Values = {name: texts("values", name) for name in ("code", "link")}
    return (
        *(_text(name, _KEY) for name in ("unit", "owner", "county")),
        _text("wave", _NAME),
        _text("period", _SHORT, Measure.ORDINAL),
        *(_text(name, _NAME) for name in ("instrument", "edition")),
        _text("language", _SHORT),
        _text("languages", _NAME),
        ExportColumn("way_in", texts("columns", "way_in"), Kind.TEXT, 0, ways, Measure.NOMINAL, _SHORT),
        _yes_or_no("leaders_answered"),
        *(_count(name) for name in ("n", "invited")),
        _number("response_rate", _RATE_DECIMALS),
        *(_yes_or_no(name) for name in ("prolonged", "invited_corrected")),
    )


def dimension_columns(policy: Policy, versions: Sequence[Version], names: Values) -> tuple[ExportColumn, ...]:
    """Return the columns of a dimension's figures; `names` are the dimensions' names by their ids."""
    confidence, decimals = _percent(policy.confidence), _mean_decimals(policy, versions)
    levels = _level_names(versions)
    codings: Values = {each.value: texts("values", each.value) for each in Coding}
    alpha = {
        name: _number(name, _ALPHA_DECIMALS, confidence=confidence) for name in ("alpha_low", "alpha_high")
    }
    return (
        ExportColumn("dimension", texts("columns", "dimension"), Kind.TEXT, 0, names, Measure.NOMINAL, _NAME),
        _count("dimension_n", fewest=policy.minimum(Audience.LEADER)),
        _number("mean", decimals),
        ExportColumn(
            "mean_coding", texts("columns", "mean_coding"), Kind.TEXT, 0, codings, Measure.NOMINAL, _SHORT
        ),
        _number("mean_step", decimals),
        _number("interval_low", decimals, confidence=confidence),
        _number("interval_high", decimals, confidence=confidence),
        _number("sd", 3),
        _number("se", 4),
        _number("sd_pooled", 3),
        *(
            ExportColumn(name, texts("columns", name), Kind.TEXT, 0, levels, Measure.ORDINAL, _NAME)
            for name in ("level_low", "level_high")
        ),
        *(_count(name) for name in ("share_low", "share_middle", "share_high")),
        _number("alpha", _ALPHA_DECIMALS),
        *alpha.values(),
        _text("before", _NAME),
        _count("common_items"),
        _number("mean_common", decimals),
        _number("mean_common_before", decimals),
    )


def item_columns(policy: Policy, versions: Sequence[Version]) -> tuple[ExportColumn, ...]:
    """Return the columns of an item's figures."""
    decimals = _mean_decimals(policy, versions)
    return (
        _text("item", _NAME),
        _text("dimension", _NAME, label="item_dimension"),
        _yes_or_no("reversed"),
        _text("since", _NAME),
        _text("common_with", _LIST),
        _count("item_n", fewest=policy.minimum(Audience.LEADER)),
        _number("mean", decimals, label="item_mean"),
        _number("sd", 2, label="item_sd"),
    )


def share_columns(categories: Sequence[int], label: str) -> tuple[ExportColumn, ...]:
    """Return a column for each category of the scale: its share of the answers that `label` names."""
    return tuple(
        ExportColumn(
            f"answers_{category}" if category >= 0 else f"answers_minus_{-category}",
            texts("columns", label, category=category),
            Kind.INTEGER,
        )
        for category in categories
    )


def mean_steps(policy: Policy, version: Version) -> tuple[float, float]:
    """Return the fine and the coarse step that means on the version's scale are released in."""
    fine = rounding.mean_step(policy.rounding.fine_from, version.scale, policy)
    return fine, rounding.mean_step(0, version.scale, policy)


def _text(
    name: str, width: int, measure: Measure = Measure.NOMINAL, label: str | None = None
) -> ExportColumn:
    return ExportColumn(name, texts("columns", label or name), Kind.TEXT, 0, {}, measure, width)


def _count(name: str, **values: object) -> ExportColumn:
    return ExportColumn(name, texts("columns", name, **values), Kind.INTEGER)


def _number(name: str, decimals: int, label: str | None = None, **values: object) -> ExportColumn:
    return ExportColumn(name, texts("columns", label or name, **values), Kind.NUMBER, decimals)


def _yes_or_no(name: str) -> ExportColumn:
    values: Values = {1: texts("values", "yes"), 0: texts("values", "no")}
    return ExportColumn(name, texts("columns", name), Kind.INTEGER, 0, values, Measure.NOMINAL)


def _level_names(versions: Sequence[Version]) -> Values:
    """Return the names of the levels by language, where any edition of these versions has them."""
    found: dict[str | int, dict[str, str]] = {}
    for version in versions:
        for wording in version.wordings.values():
            for level, name in wording.levels.items():
                found.setdefault(level, {}).setdefault(wording.language, name)
    return found


def _mean_decimals(policy: Policy, versions: Sequence[Version]) -> int:
    """Return how many decimals the means of all these versions need; of none, none."""
    steps = [step for version in versions for step in mean_steps(policy, version)]
    return max(map(rounding.decimals, steps), default=0)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
