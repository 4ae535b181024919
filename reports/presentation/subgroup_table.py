"""Build the table of dimensions by the categories of a background question, for PDF and pages."""

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


def subgroup_table(profile: Profile, sentences: Sentences) -> SubgroupTable | None:
    """Build the table of subgroups; None where no question was asked or nothing is released."""
    released = profile.released
    if isinstance(released, Suppressed) or released.breakdown is None:
        return None
    words = released.breakdown.background.wording(sentences.wording)
    columns = [Column(words.categories[name]) for name in released.breakdown.categories]
    # no column for everybody: those means stand beside each dimension already
    lines = (_answers(released.breakdown, sentences), *_means(released, released.breakdown, sentences))
    # a dash needs its explanation, and only where there is one
    withholds = any(DASH in line.cells for line in lines)
    fewest = profile.policy.minimum(profile.audience)
    return SubgroupTable(words.name, words.question, fewest, Table(tuple(columns), lines), withholds)


def _answers(found: ReleasedSubgroups, sentences: Sentences) -> TableRow:
    counts = [each.n for each in found.categories.values()]
    cells = [DASH if isinstance(n, Suppressed) else sentences.words.number(n) for n in counts]
    return TableRow(sentences.words.say("Answers"), tuple(cells))


def _means(released: Released, found: ReleasedSubgroups, sentences: Sentences) -> list[TableRow]:
    lines = []
    for key in released.dimensions:
        means = [each.means[key] for each in found.categories.values()]
        lines.append(TableRow(sentences.wording.dimensions[key].name, tuple(map(sentences.mean, means))))
    return lines
