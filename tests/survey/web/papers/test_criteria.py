"""What the papers say of accessibility is what the suite tests."""

import re

import pytest

from survey.web.papers.criteria import CRITERIA, METHODS, CriterionOutcome
from tests.browser.axe import _SOURCE, ALL_BUT_CONTRAST
from tests.paths import REPOSITORY

WEB = REPOSITORY / "survey" / "web"
# of WCAG 2.1 at A and AA: how many of each guideline
GUIDELINES = {
    "1.1": 1, "1.2": 5, "1.3": 5, "1.4": 9, "2.1": 3, "2.2": 2, "2.3": 1, "2.4": 7, "2.5": 4, "3.1": 2,
    "3.2": 4, "3.3": 4, "4.1": 3,
}  # fmt: skip
MEDIA = re.compile(
    r"<(audio|video|object|embed|iframe)\b|devicemotion|deviceorientation|touchmove|@keyframes"
)


def looked_for():
    """The criteria for which axe has a rule that the suite runs, by number."""
    tags = [set(re.findall(r'"([^"]+)"', each)) for each in re.findall(r"tags:\[([^\]]*)\]", _SOURCE)]
    # contrast is asked for by itself; axe leaves out what is experimental unless it is asked for
    run = [
        each
        for each in tags
        if each & set(ALL_BUT_CONTRAST["runOnly"]) and not each & {"experimental", "deprecated"}
    ]
    numbers = {found for each in run for tag in each for found in re.findall(r"^wcag(\d)(\d)(\d+)$", tag)}
    return {".".join(number) for number in numbers}


def test_every_criterion_stands_there_once_in_order():
    numbers = [tuple(map(int, each.number.split("."))) for each in CRITERIA]
    assert numbers == sorted(set(numbers))
    found = [each.number.rpartition(".")[0] for each in CRITERIA]
    assert {guideline: found.count(guideline) for guideline in found} == GUIDELINES
    assert {each.level for each in CRITERIA} == {"A", "AA"}


def test_every_criterion_has_a_name_in_both_languages_and_a_note_in_both_or_none():
    assert [each.number for each in CRITERIA if not all(each.names.values())] == []
    assert [each.number for each in CRITERIA if len(set(map(bool, each.notes.values()))) > 1] == []


def test_a_criterion_without_a_fault_was_looked_for_and_another_was_not():
    for each in CRITERIA:
        assert bool(each.methods) == (each.outcome == CriterionOutcome.NO_FAULT), each.number
        assert each.outcome != CriterionOutcome.BREACH or each.notes["en"]


def test_every_method_is_used_and_its_tests_are_there():
    assert {method for each in CRITERIA for method in each.methods} == {each.id for each in METHODS}
    assert [name for each in METHODS for name in each.tests if not (REPOSITORY / name).is_file()] == []


def test_axe_is_named_where_it_looks_and_nowhere_else():
    faultless = {each.number for each in CRITERIA if each.outcome == CriterionOutcome.NO_FAULT}
    assert {each.number for each in CRITERIA if "axe" in each.methods} == looked_for() & faultless


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_there_is_no_sound_film_flash_or_gesture(folder):
    files = [path for path in (WEB / folder).rglob("*") if path.suffix in {".html", ".js", ".css"}]
    assert len(files) > 3
    assert [path.name for path in files if MEDIA.search(path.read_text("utf-8"))] == []
