"""One view of a profile: each text and drawing is made once, and the report prints what the view holds."""

from collections import Counter

import pytest
from markupsafe import escape

from reports.pdf import report
from reports.presentation import alt_text, charts, tables
from reports.presentation.locale import DASH
from reports.presentation.views import profile_view
from tests.reports.pdf.test_report import VERSION, shown


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_report_prints_the_texts_of_the_view(language):
    told = shown([30, 33])
    dimensions, page = profile_view(told, language).dimensions, report.html(told, language)
    assert len(dimensions) == len(VERSION.dimensions)
    for each in dimensions:
        said = each.change or each.numbers
        for text in (said, each.shares.figure.alternative, each.over_time.alternative):
            assert text
            assert str(escape(text)) in page
        row = f'<td class="mean">{each.mean}</td><td class="interval">{each.interval}</td>'
        assert f'{row}<td class="level">{each.level}</td>' in page
        assert each.mean in each.standing


def test_a_report_describes_and_draws_each_figure_once(monkeypatch):
    made = Counter()
    for module, name in [
        (alt_text, "overview_text"),
        (alt_text, "shares_text"),
        (alt_text, "time_text"),
        (charts, "overview_chart"),
        (charts, "time_chart"),
        (charts, "shares_chart"),
    ]:
        original = getattr(module, name)

        def counted(*given, original=original, name=name):
            made[name] += 1
            return original(*given)

        monkeypatch.setattr(module, name, counted)
    report.html(shown([30, 33]), "nb")
    dimensions = len(VERSION.dimensions)
    assert made == {
        "overview_text": 1,
        "overview_chart": 1,
        "shares_text": dimensions,
        "shares_chart": dimensions,
        "time_text": dimensions,
        "time_chart": dimensions,
    }


def test_a_drawing_without_a_table_beside_it_names_its_rows():
    view = profile_view(shown([30]), "nb")
    for figure in (view.overview, view.dimensions[0].shares.figure):
        words = [name.split()[0] for name in figure.names]
        assert len(words) > 1
        for drawing in (figure.alone(), figure.alone(narrow=True)):
            assert all(word in drawing.decode() for word in words)
        assert not any(f">{name}<" in figure.beside_table.decode() for name in figure.names)


def test_what_is_withheld_has_no_figure_no_level_and_no_sentence():
    view = profile_view(shown([4]), "en")
    assert view.released is None
    assert {each.shares for each in view.dimensions} == {None}
    assert {(each.mean, each.interval, each.level) for each in view.dimensions} == {(DASH, DASH, DASH)}
    assert {(each.standing, each.change, each.numbers, each.over_time) for each in view.dimensions} == {
        ("", "", "", None)
    }
    assert {len(each.rubrics) for each in view.dimensions} == {len(VERSION.levels.ids)}


def test_a_dimension_the_questionnaire_lacks_has_no_view():
    assert profile_view(shown([30]), "en").dimension("no_such") is None


def test_units_are_listed_as_given_with_a_dash_where_nothing_is_released():
    told, nothing = shown([30]), shown([4])
    wording = VERSION.wording("skole", "nb")
    locale = profile_view(told, "nb").locale
    found = tables.units_table([("Eik", told.released), ("Alm", nothing.released)], VERSION, wording, locale)
    assert [column.name for column in found.columns] == [wording.dimensions[each.id].name for each in VERSION]
    eik, alm = found.lines
    assert (eik.name, alm.name) == ("Eik", "Alm")
    assert eik.cells == tuple(each.mean for each in profile_view(told, "nb").dimensions)
    assert set(alm.cells) == {DASH}
