"""The columns of an export: names, labels and decimals, built from the policy of its figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import Final, final

from instruments.languages import SOURCE
from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import rounding
from reports.disclosure.policy import Audience, Policy
from reports.disclosure.released import Coding, Suppressed
from reports.exports.labels import Texts, texts

_ALPHA_DECIMALS: Final = 2
_RATE_DECIMALS: Final = 4
_AT_ONCE: Final = 5000  # rows
_KEY, _LIST = 13, 160  # letters of a text column; the same in every file
NAME_WIDTH: Final = 64  # likewise, of what has an id
SHORT_WIDTH: Final = 8


@final
class NotApplicable(Enum):
    """A cell about something that there is not, such as the wave before of a unit's first wave."""

    NOT_APPLICABLE = "not applicable"


NOT_APPLICABLE: Final = NotApplicable.NOT_APPLICABLE

Values = Mapping[str | int, Texts]
Cell = str | int | float | Suppressed | NotApplicable
Row = tuple[Cell, ...]


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


class Subject(Enum):
    """What the rows of a table are of: each unit, or many together. Named as its group of notes."""

    UNITS = "notes"
    POOLS = "pool_notes"


# by identity: what is computed of a table once is kept as long as the table
@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ExportTable:
    """Columns and rows, and the policy that both follow. `key` names the columns that no two rows share.

    A cell that is not released is `SUPPRESSED`, one about nothing `NOT_APPLICABLE`; each format has its own
    way to leave one empty. `family` is the mark of the key that units are named by.
    """

    name: str
    columns: tuple[ExportColumn, ...]
    rows: Sequence[Row]
    versions: tuple[Version, ...]
    policy: Policy
    key: tuple[str, ...] = ()
    family: str = ""
    subject: Subject = Subject.UNITS

    @property
    def is_empty(self) -> bool:
        """Return whether nothing may be released."""
        return not self.rows


def require_at_most(most: int, table: ExportTable, kind: str) -> None:
    """Raise Refused("export-too-long") where the table has more rows than a file of that kind is made of."""
    if len(table.rows) > most:
        raise refuse(
            "export-too-long",
            "A file in the format %(kind)s is made of at most %(most)s rows, and this has %(rows)s.",
            "Choose fewer half-years or questionnaires, or another format.",
            kind=kind,
            most=most,
            rows=len(table.rows),
        )


def batched(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows some thousand at a time, which is all that is held of a large table."""
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def identity_columns() -> tuple[ExportColumn, ...]:
    """Return the columns that say which unit's wave a row is about, and how many answered it."""
    ways: Values = {name: texts("values", name) for name in ("code", "link")}
    return (
        *(text_column(name, _KEY) for name in ("unit", "owner", "county")),
        text_column("wave", NAME_WIDTH),
        text_column("period", SHORT_WIDTH, Measure.ORDINAL),
        *(text_column(name, NAME_WIDTH) for name in ("instrument", "edition")),
        text_column("language", SHORT_WIDTH),
        text_column("languages", NAME_WIDTH),
        ExportColumn("way_in", texts("columns", "way_in"), Kind.TEXT, 0, ways, Measure.NOMINAL, SHORT_WIDTH),
        yes_or_no_column("leaders_answered"),
        *(count_column(name) for name in ("n", "invited")),
        number_column("response_rate", _RATE_DECIMALS),
        *(yes_or_no_column(name) for name in ("prolonged", "invited_corrected")),
    )


def dimension_columns(policy: Policy, versions: Sequence[Version], names: Values) -> tuple[ExportColumn, ...]:
    """Return the columns of a dimension's figures; `names` are the dimensions' names by their ids."""
    confidence, decimals = _percent(policy.confidence), _mean_decimals(policy, versions)
    levels = _level_names(versions)
    codings: Values = {each.value: texts("values", each.value) for each in Coding}
    alpha = {
        name: number_column(name, _ALPHA_DECIMALS, confidence=confidence)
        for name in ("alpha_low", "alpha_high")
    }
    return (
        ExportColumn(
            "dimension", texts("columns", "dimension"), Kind.TEXT, 0, names, Measure.NOMINAL, NAME_WIDTH
        ),
        count_column("dimension_n", fewest=policy.minimum(Audience.LEADER)),
        number_column("mean", decimals),
        ExportColumn(
            "mean_coding",
            texts("columns", "mean_coding"),
            Kind.TEXT,
            0,
            codings,
            Measure.NOMINAL,
            SHORT_WIDTH,
        ),
        number_column("mean_step", decimals),
        number_column("interval_low", decimals, confidence=confidence),
        number_column("interval_high", decimals, confidence=confidence),
        number_column("sd", 3),
        number_column("se", 4),
        number_column("sd_pooled", 3),
        *(
            ExportColumn(name, texts("columns", name), Kind.TEXT, 0, levels, Measure.ORDINAL, NAME_WIDTH)
            for name in ("level_low", "level_high")
        ),
        *(count_column(name) for name in ("share_low", "share_middle", "share_high")),
        number_column("alpha", _ALPHA_DECIMALS),
        *alpha.values(),
        text_column("before", NAME_WIDTH),
        count_column("common_items"),
        number_column("mean_common", decimals),
        number_column("mean_common_before", decimals),
    )


def item_columns(policy: Policy, versions: Sequence[Version]) -> tuple[ExportColumn, ...]:
    """Return the columns of an item's figures."""
    decimals = _mean_decimals(policy, versions)
    return (
        text_column("item", NAME_WIDTH),
        text_column("dimension", NAME_WIDTH, label="item_dimension"),
        yes_or_no_column("reversed"),
        text_column("since", NAME_WIDTH),
        text_column("common_with", _LIST),
        count_column("item_n", fewest=policy.minimum(Audience.LEADER)),
        number_column("mean", decimals, label="item_mean"),
        number_column("sd", 2, label="item_sd"),
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


def text_column(
    name: str, width: int, measure: Measure = Measure.NOMINAL, label: str | None = None
) -> ExportColumn:
    """Return a column of texts of at most `width` letters; its label is that of `label` or of its name."""
    return ExportColumn(name, texts("columns", label or name), Kind.TEXT, 0, {}, measure, width)


def count_column(name: str, label: str | None = None, **values: object) -> ExportColumn:
    """Return a column of whole numbers; `values` are filled into its label."""
    return ExportColumn(name, texts("columns", label or name, **values), Kind.INTEGER)


def number_column(name: str, decimals: int, label: str | None = None, **values: object) -> ExportColumn:
    """Return a column of numbers of so many decimals; `values` are filled into its label."""
    return ExportColumn(name, texts("columns", label or name, **values), Kind.NUMBER, decimals)


def yes_or_no_column(name: str) -> ExportColumn:
    """Return a column of ones and zeros."""
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
