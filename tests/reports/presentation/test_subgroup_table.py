import io

import pikepdf
import pytest

from instruments import background, library
from instruments.aggregates.subgroups import tabulate_subgroups
from instruments.answers import SKIPPED
from reports.disclosure import Audience, SealedWave
from reports.pdf import report
from reports.presentation.locale import DASH, LOCALES, get_locale
from reports.presentation.sentences import Sentences
from reports.presentation.subgroup_table import subgroup_table
from reports.results.profile import profile
from tests.instruments.building import coded
from tests.policies import POLICY
from tests.reports.validating import faults
from tests.reports.waves import believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
YEARS = background.get("years_here@1")


def shown(sizes, audience=Audience.LEADER, waves=1):
    """The profile of a wave whose people chose the categories of YEARS in these numbers, or said nothing."""
    kinds = (*YEARS.categories, SKIPPED)
    chosen = [kind for kind, size in zip(kinds, sizes, strict=True) for _ in range(size)]
    made = []
    for number in range(waves):
        rows = believable(VERSION, len(chosen), seed=number)
        plain = sealed_from(VERSION, rows, wave=f"wave-{number}")
        kept = tabulate_subgroups(VERSION, YEARS, coded(VERSION, rows), chosen, 5)
        made.append(SealedWave(plain.identity, VERSION, plain.invited, plain.moments, breakdown=kept))
    return profile(made, audience, POLICY)


def section(found, language="en"):
    return subgroup_table(found, Sentences(found, get_locale(language)))


def test_a_line_for_the_answers_and_one_for_each_dimension_without_what_stands_elsewhere():
    found = shown((12, 11, 9, 0))
    made = section(found)
    assert [column.name for column in made.table.columns] == [
        "Less than 3 years",
        "3 to 10 years",
        "More than 10 years",
    ]
    assert made.table.lines[0].cells == ("12", "11", "9")
    assert len(made.table.lines) == 1 + len(VERSION.dimensions)
    told = found.released
    for line, dimension in zip(made.table.lines[1:], VERSION, strict=True):
        means = [category.means[dimension.id] for category in told.breakdown.categories.values()]
        assert line.cells == tuple(f"{mean.value:.1f}" for mean in means)
    assert not made.withholds


def test_a_withheld_group_is_a_dash_in_every_line_and_one_sentence_says_so():
    found = shown((12, 11, 3, 2))
    made = section(found)
    assert {line.cells[2] for line in made.table.lines} == {DASH}
    assert made.withholds
    page = report.html(found, "nb")
    assert "Gruppe for gruppe" in page
    assert page.count("En strek (–) sier ikke noe om svarene.") == 1


def test_groups_stand_on_the_sixth_page_beside_the_sheet_to_work_on():
    pdf = report.report(shown((12, 11, 9, 0)), "nn")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 6
    assert faults(pdf) == []


@pytest.mark.parametrize("audience", [Audience.OWNER, Audience.OUTSIDE])
def test_a_report_for_anybody_else_has_no_groups(audience):
    assert section(shown((20, 20, 20, 20), audience)) is None


def test_a_wave_that_asked_nothing_or_of_too_few_has_no_groups():
    plain = profile([sealed_from(VERSION, believable(VERSION, 30))], Audience.LEADER, POLICY)
    assert section(plain) is None
    assert "By group" not in report.html(plain, "en")
    assert section(shown((2, 2, 0, 0))) is None


@pytest.mark.parametrize("language", [tag for tag in LOCALES if tag != "da"])
def test_the_report_with_groups_keeps_to_eight_pages_and_says_that_nothing_is_tested(language):
    found = shown((12, 11, 9, 3), waves=3)
    with pikepdf.open(io.BytesIO(report.report(found, language))) as opened:
        assert len(opened.pages) <= 8
    sentence = get_locale(language).say(
        "Groups as small as these often differ by chance alone. No difference has been tested and none is a "
        "finding: ask what may lie behind it, never who."
    )
    assert sentence in report.html(found, language)


def test_no_tested_difference_and_no_interval_is_told_of_a_group():
    categories = shown((12, 11, 9, 0)).released.breakdown.categories
    assert len(categories) == 3
    for category in categories.values():
        assert set(category.__slots__) <= {"id", "n", "means", "seal"}
