"""The dimensions by the categories of a background question, as a table for paper and screen alike."""

from dataclasses import dataclass

from reports.disclosure import Released, ReleasedSubgroups, Suppressed
from reports.presentation.locale import DASH
from reports.presentation.sentences import Sentences
from reports.presentation.tables import Column, Table, TableRow
from reports.results.profile import Profile


@dataclass(frozen=True, slots=True)
class SubgroupTable:
    """What was asked, and the table; `fewest` answers make a group, `withholds` says that a dash is there."""

    name: str
    question: str
    fewest: int
    table: Table
    withholds: bool


def subgroup_table(profile: Profile, teller: Sentences) -> SubgroupTable | None:
    """The section on groups, or None where no background question was asked or nothing at all is told."""
    told = profile.released
    if isinstance(told, Suppressed) or told.breakdown is None:
        return None
    words = told.breakdown.background.wording(teller.wording)
    columns = [Column(words.categories[name]) for name in told.breakdown.categories]
    columns.append(Column(teller.words.say("All together")))
    lines = (_answers(told, told.breakdown, teller), *_means(told, told.breakdown, teller))
    withholds = any(DASH in line.cells for line in lines)
    fewest = profile.policy.minimum(profile.audience)
    return SubgroupTable(words.name, words.question, fewest, Table(tuple(columns), lines), withholds)


def _answers(told: Released, found: ReleasedSubgroups, teller: Sentences) -> TableRow:
    counts = [each.n for each in found.categories.values()]
    cells = [DASH if isinstance(n, Suppressed) else teller.words.number(n) for n in (*counts, told.n)]
    return TableRow(teller.words.say("Answers"), tuple(cells))


def _means(told: Released, found: ReleasedSubgroups, teller: Sentences) -> list[TableRow]:
    lines = []
    for key, dimension in told.dimensions.items():
        means = [*(each.means[key] for each in found.categories.values()), dimension.mean]
        lines.append(TableRow(teller.wording.dimensions[key].name, tuple(map(teller.mean, means))))
    return lines
