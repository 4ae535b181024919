"""The dimensions by the categories of a background question, as a table for paper and screen alike."""

from dataclasses import dataclass

from reports.profile import Profile
from reports.release import Released, ReleasedBreakdown, Suppressed
from reports.tables import Column, Line, Table
from reports.telling import Teller
from reports.wording import DASH


@dataclass(frozen=True, slots=True)
class Groups:
    """What was asked, and the table; `fewest` answers make a group, `withholds` says that a dash is there."""

    name: str
    question: str
    fewest: int
    table: Table
    withholds: bool


def groups(profile: Profile, teller: Teller) -> Groups | None:
    """The section on groups, or None where no background question was asked or nothing at all is told."""
    told = profile.told
    if isinstance(told, Suppressed) or told.breakdown is None:
        return None
    words = told.breakdown.background.wording(teller.wording)
    columns = [Column(words.categories[name]) for name in told.breakdown.categories]
    columns.append(Column(teller.words.say("All together")))
    lines = (_answers(told, told.breakdown, teller), *_means(told, told.breakdown, teller))
    withholds = any(DASH in line.cells for line in lines)
    fewest = profile.policy.thresholds[profile.audience].mean
    return Groups(words.name, words.question, fewest, Table(tuple(columns), lines), withholds)


def _answers(told: Released, found: ReleasedBreakdown, teller: Teller) -> Line:
    counts = [each.n for each in found.categories.values()]
    cells = [DASH if isinstance(n, Suppressed) else teller.words.number(n) for n in (*counts, told.n)]
    return Line(teller.words.say("Answers"), tuple(cells))


def _means(told: Released, found: ReleasedBreakdown, teller: Teller) -> list[Line]:
    lines = []
    for key, dimension in told.dimensions.items():
        means = [*(each.means[key] for each in found.categories.values()), dimension.mean]
        lines.append(Line(teller.wording.dimensions[key].name, tuple(map(teller.mean, means))))
    return lines
