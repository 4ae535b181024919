"""The owner's report: a total, units as dots without names, their states, and no sheet to work on."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

import pikepdf
import pytest

from instruments import library
from reports.disclosure import SUPPRESSED, Audience, Coding, pool, release, release_means
from reports.disclosure.differencing.ledger import Ledger, decide
from reports.pdf import owner_report
from reports.presentation.figures import palette
from reports.presentation.figures.overview import NARROW, ON_PAPER
from reports.presentation.locale import LOCALES
from reports.presentation.round_view import round_view
from reports.results.round_results import RoundResults, RoundUnit, UnitState
from tests.policies import POLICY
from tests.reports.pdf.test_report import text_of
from tests.reports.presentation.figures.drawn import lines, marks, texts
from tests.reports.validating import faults
from tests.reports.waves import at_the_end, believable, identified, sealed_from

VERSION = library.get("learning_community@1.0.0")
HEAD = 3  # mm above the first row
SIZES = {"Alm": 30, "Bjerk": 26, "Eik": 24, "Gran": 22}


@cache
def _pooled(year, edition="skole"):
    parts = [
        sealed_from(
            VERSION, believable(VERSION, n, seed=n + year), unit=name, wave=f"{name}-{year}", edition=edition
        )
        for name, n in SIZES.items()
    ]
    identity = replace(identified(VERSION, "fjordby", f"{year}-1", edition), closed_on=date(year, 4, 1))
    return parts, pool(parts, identity)


def results(*, earlier=True, total=True, edition="skole"):
    (parts, whole), (_, before) = _pooled(2026, edition), _pooled(2025, edition)
    ledger = decide(Ledger(), [whole, *parts, before], POLICY)
    units = tuple(
        RoundUnit(
            each.identity.unit_name, UnitState.SEALED, release_means(each, Audience.OWNER, POLICY, ledger)
        )
        for each in parts
    )
    return RoundResults(
        whole.identity,
        VERSION,
        POLICY,
        "2026",
        release(whole, Audience.OWNER, POLICY, ledger) if total else SUPPRESSED,
        (
            *units,
            RoundUnit("Hegg", UnitState.SEALED),
            RoundUnit("Osp", UnitState.UNDER_WAY),
            RoundUnit("Rogn", UnitState.NO_SURVEY),
        ),
        "2025",
        release(before, Audience.OWNER, POLICY, ledger) if earlier else SUPPRESSED,
    )


@pytest.mark.parametrize("language", LOCALES)
def test_it_is_two_tagged_pages_in_every_language(language):
    pdf = owner_report.owner_report(results(edition="folkeskole" if language == "da" else "skole"), language)
    assert faults(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2


def test_the_total_stands_beside_that_of_the_same_units_a_year_before():
    found = results()
    view = round_view(found, "en")
    assert [column.name for column in view.total.columns] == ["2026", "2025"]
    assert len(view.total.lines) == len(VERSION.dimensions)
    for line in view.total.lines:
        for cell, released in zip(line.cells, (found.total, found.earlier), strict=True):
            figure = released.dimensions[line.id]
            assert cell == f"{figure.mean.value:.2f} ± {figure.interval.half_width:.2f}"
    alone = round_view(results(earlier=False), "en")
    assert [column.name for column in alone.total.columns] == ["2026"]
    assert "No total of exactly these units" in owner_report.html(alone.results, "en")


def test_units_are_dots_without_names_by_their_value_alone():
    found = results()
    view = round_view(found, "en")
    shown = [each for each in found.units if each.means is not SUPPRESSED]
    assert len(shown) == len(SIZES)
    for drawing in (view.drawing().svg, view.drawing(NARROW).svg):
        assert len(marks(drawing, palette.QUIET)) == len(shown) * len(VERSION.dimensions)
        assert len(marks(drawing, palette.MARK)) == len(VERSION.dimensions)
        assert not any(name in text for name in SIZES for text in texts(drawing))
    assert not any(name in view.drawing().alternative for name in SIZES)
    turned = replace(found, units=found.units[::-1])
    assert round_view(turned, "en").drawing().svg == view.drawing().svg


@pytest.mark.parametrize(("count", "dots"), [(1, 0), (2, 0), (3, 3)])
def test_fewer_units_than_make_a_total_are_no_dots_for_they_could_be_told_by_their_states(count, dots):
    found = results()
    view = round_view(replace(found, units=found.units[:count]), "en")
    assert len(marks(view.drawing().svg, palette.QUIET)) == dots * len(VERSION.dimensions)
    assert ("units from" in view.drawing().alternative) is view.has_dots is bool(dots)
    said = owner_report.html(view.results, "en")
    assert ("Pale dots" in said) is bool(dots)
    assert ("dots only where figures of at least 3 of them are shown" in said) is not bool(dots)


@pytest.mark.parametrize("shape", [ON_PAPER, NARROW])
def test_dots_of_many_equal_units_keep_to_their_row(shape):
    found = results()
    drawn = round_view(replace(found, units=found.units[:1] * 40), "en").drawing(shape).svg
    dots = sorted(y for _, y in marks(drawn, palette.QUIET))
    assert len(dots) == 40 * len(VERSION.dimensions)
    for place in range(len(VERSION.dimensions)):
        own = dots[40 * place : 40 * (place + 1)]
        assert HEAD + shape.row * place < own[0] < own[-1] < HEAD + shape.row * (place + 1)


def test_a_total_a_year_before_that_is_coded_is_a_triangle_and_explained():
    first, rest = VERSION.dimensions[0], len(VERSION.dimensions) - 1
    coded = sealed_from(VERSION, at_the_end(VERSION, believable(VERSION, 40), first))
    found = replace(results(), earlier=release(coded, Audience.LEADER, POLICY))
    assert found.earlier_figure(first.id).mean.coding is Coding.OVER
    view = round_view(found, "en")
    drawn = view.drawing().svg
    assert len(marks(drawn, palette.PAPER, palette.EARLIER)) == 1
    ticks = [each for each in lines(drawn, palette.EARLIER) if each[0][0] == pytest.approx(each[1][0])]
    assert len(ticks) == rest
    assert view.has_coded


def test_units_are_listed_with_their_state_and_without_a_figure():
    lines = {line.name: line.cells for line in round_view(results(), "en").units.lines}
    assert lines["Alm"] == ("sealed, figures are shown",)
    assert lines["Hegg"] == ("sealed, no figures are shown",)
    assert (lines["Osp"], lines["Rogn"]) == (("under way",), ("no survey",))


def test_a_unit_that_was_prolonged_or_corrected_says_so_and_the_others_nothing():
    found = results()
    assert len(round_view(found, "en").units.columns) == 1
    first, *rest = found.units
    amended = replace(found, units=(replace(first, days_longer=12, is_corrected=True), *rest))
    table = round_view(amended, "en").units
    assert [each.name for each in table.columns] == ["State", "Changed while open"]
    said = "days later than first planned: 12; number invited corrected upwards"
    assert [line.cells[1] for line in table.lines] == [said, *[""] * len(rest)]
    assert said in owner_report.html(amended, "en")


def test_nothing_in_it_is_for_a_staff_to_work_on():
    said = owner_report.html(results(), "en")
    assert not any(text in said for text in ("Talk together", "agreed", "Focus 1", "Questions to discuss"))


def test_without_a_total_no_dot_and_no_number_is_shown():
    pdf = owner_report.owner_report(results(total=False), "en")
    assert faults(pdf) == []
    said = text_of(pdf)
    assert "No figures are shown for all units together." in said
    assert "±" not in said
    assert "<img" not in owner_report.html(results(total=False), "en")


def test_the_same_results_give_the_same_bytes():
    first = owner_report.owner_report(results(), "nb")
    owner_report.rendering._render_cached.cache_clear()
    assert owner_report.owner_report(results(), "nb") == first
