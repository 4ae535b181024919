"""One view of a profile: each text and drawing is made once, and the report prints what the view holds."""

from collections import Counter

import pytest
from markupsafe import escape

from instruments import library
from reports.disclosure import Audience
from reports.pdf import report
from reports.presentation import alt_text
from reports.presentation.figures.drawing import Drawing
from reports.presentation.locale import DASH
from reports.presentation.views import Detail, profile_view
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.pdf.test_report import VERSION, shown
from tests.reports.waves import believable, sealed_from


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_report_prints_the_texts_of_the_view(language):
    told = shown([30, 33])
    view, page = profile_view(told, language), report.html(told, language)
    assert len(view.dimensions) == len(VERSION.dimensions)
    alternatives = [view.overview().alternative, view.change.drawing.alternative, view.over_time.alternative]
    alternatives += [each.answers.drawing.alternative for each in view.dimensions]
    for text in (*alternatives, view.headline.settled, view.headline.changed, view.headline.divided):
        assert text
        assert page.count(str(escape(text))) == 1
    for each in view.dimensions:
        assert each.mean in each.standing


@pytest.mark.parametrize(("newest", "says"), [("1.0.0", False), ("1.1.0", True)])
def test_where_two_versions_are_compared_the_report_says_on_what_that_rests(newest, says):
    versions = [VERSION, library.get(f"learning_community@{newest}")]
    waves = [sealed_from(each, believable(each, 30), wave=f"w{k}") for k, each in enumerate(versions)]
    told = report.html(profile(waves, Audience.LEADER, POLICY), "nb")
    assert ("Versjonene sammenlignes fordi disse påstandene betyr det samme i begge" in told) == says


def test_a_report_describes_and_draws_each_figure_once(monkeypatch):
    made = Counter()
    for name in ("overview_text", "answers_text", "change_text", "time_text"):
        original = getattr(alt_text, name)

        def described(*given, original=original, name=name):
            made[name] += 1
            return original(*given)

        monkeypatch.setattr(alt_text, name, described)
    saved = Drawing._saved

    def counted(drawing, *given):
        made["drawn"] += 1
        return saved(drawing, *given)

    monkeypatch.setattr(Drawing, "_saved", counted)
    report.html(shown([30, 33]), "nb")
    dimensions = len(VERSION.dimensions)
    # of one dimension over time, which a page shows and the report does not, only the text is made
    assert made == {
        "overview_text": 1,
        "answers_text": dimensions,
        "change_text": 1,
        "time_text": dimensions + 1,
        "drawn": dimensions + 3,
    }


def test_what_is_withheld_has_no_figure_no_level_and_no_sentence():
    view = profile_view(shown([4]), "en")
    assert view.released is None
    assert view.detail is Detail.NOTHING
    assert {each.answers for each in view.dimensions} == {None}
    assert {(each.mean, each.interval, each.level) for each in view.dimensions} == {(DASH, DASH, DASH)}
    assert {(each.standing, each.change, each.numbers, each.over_time) for each in view.dimensions} == {
        ("", "", "", None)
    }
    assert {len(each.rubrics) for each in view.dimensions} == {len(VERSION.levels.ids)}
    assert (view.drawing("overview"), view.drawing("change"), view.drawing("time")) == (None, None, None)


@pytest.mark.parametrize(
    ("size", "detail"),
    [(5, Detail.MEANS), (9, Detail.MEANS), (10, Detail.SHARES), (14, Detail.SHARES), (15, Detail.ITEMS)],
)
def test_the_detail_of_a_report_follows_from_what_is_released(size, detail):
    assert profile_view(shown([size]), "en").detail is detail


def test_means_of_reversed_statements_are_turned():
    view, told = profile_view(shown([40]), "en"), shown([40])
    turned = 0
    for dimension, seen in zip(VERSION, view.dimensions, strict=True):
        for item, line in zip(dimension.items, seen.answers.table.lines, strict=True):
            mean = told.item(item.id).mean.value
            assert line.cells == (f"{6 - mean if item.reverse else mean:.2f}",)
            turned += line.turned
    assert turned == sum(item.reverse for item in VERSION.items) == 5


def test_the_table_of_waves_holds_each_mean_with_half_its_interval_and_the_last_difference():
    told = shown([30, 33])
    view = profile_view(told, "en")
    *waves, change = view.waves.columns
    assert [column.name for column in (*waves, change)] == ["Wave-0", "Wave-1", "Since Wave-0"]
    for line in view.waves.lines[2:]:
        figure = told.released.dimensions[line.id]
        assert line.cells[1] == f"{figure.mean.value:.2f} ± {figure.interval.half_width:.2f}"
        difference = told.comparisons[0].changes[line.id].estimate.difference
        assert line.cells[2].startswith(f"{difference:+.2f} (".replace("-", "−"))
    assert [cells for _, *cells in (line.cells for line in view.waves.lines[:2])] == [
        ["33", ""],
        ["100%", ""],
    ]


def test_of_small_waves_the_table_stands_side_by_side_without_differences():
    table = profile_view(shown([7, 8]), "en").waves
    assert [column.name for column in table.columns] == ["Wave-0", "Wave-1"]
    assert not table.has_intervals


def test_of_nine_waves_the_table_holds_the_first_and_the_last_five():
    table = profile_view(shown([25] * 9), "en").waves
    names = [column.name for column in table.columns]
    assert names == ["Wave-0", *(f"Wave-{k}" for k in range(4, 9)), "Since Wave-7"]


def test_a_dimension_the_questionnaire_lacks_has_no_view():
    assert profile_view(shown([30]), "en").dimension("no_such") is None
