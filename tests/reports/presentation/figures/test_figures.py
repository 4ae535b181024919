"""The figures as they are drawn: each mark where its number is, nothing that tells more, readable in grey."""

import threading
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import matplotlib as mpl
import pytest

from instruments import library
from reports.disclosure import SUPPRESSED, Audience
from reports.presentation import views
from reports.presentation.figures import palette
from reports.presentation.figures.answer_bars import ROW, WIDTH, answer_bars_figure
from reports.presentation.figures.axes import scale_axis
from reports.presentation.figures.drawing import Drawing
from reports.presentation.figures.overview import NARROW, ON_PAPER
from reports.presentation.views import profile_view
from reports.results.answer_shares import AxisRange, SharesRow, answer_shares, axis_range
from reports.results.certain import certain_changes
from reports.results.profile import profile
from reports.results.verdicts import Contrast
from tests.policies import POLICY
from tests.reports.presentation.figures.drawn import boxes, lines, marks, size, texts, words
from tests.reports.waves import at_the_end, believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
FIRST = VERSION.dimensions[0].id
LETTER = 0.56  # of its size, the mean width of a letter
HEAD, FOOT = 9, 5


def shown(*sizes, edition="skole", step=0.0, rows=None, version=VERSION):
    """The profile of so many waves a year apart, each `step` higher than the one before."""
    waves = []
    for k, n in enumerate(sizes):
        answers = rows[k] if rows else believable(version, n, seed=n + k, center=3.2 + step * k, spread=0.5)
        wave = sealed_from(version, answers, wave=f"w{k}", edition=edition)
        waves.append(replace(wave, identity=replace(wave.identity, closed_on=date(2018 + k, 4, 1))))
    return profile(waves, Audience.LEADER, POLICY)


def view(*sizes, language="en", **options):
    return profile_view(shown(*sizes, **options), language)


def overview_place(axis, value, shape=ON_PAPER):
    return shape.names + (shape.width - shape.names - shape.numbers) * (value - axis.low) / (
        axis.high - axis.low
    )


def test_every_mean_is_drawn_where_the_scale_has_it_in_the_row_of_its_dimension():
    seen = view(30)
    drawing = seen.overview().svg
    figures = seen.released.dimensions
    found = marks(drawing, palette.MARK)
    axis = scale_axis(
        VERSION.scale, [end for each in figures.values() for end in (each.interval.low, each.interval.high)]
    )
    assert len(found) == len(VERSION.dimensions)
    for place, (dimension, (x, y)) in enumerate(zip(VERSION, found, strict=True)):
        assert x == pytest.approx(overview_place(axis, figures[dimension.id].mean.value), abs=0.02)
        assert HEAD + ON_PAPER.row * place < y < HEAD + ON_PAPER.row * (place + 1)
    bars = boxes(drawing, palette.MARK_INTERVAL)
    for (left, _, right, _), each in zip(bars, figures.values(), strict=True):
        assert left == pytest.approx(overview_place(axis, each.interval.low), abs=0.02)
        assert right == pytest.approx(overview_place(axis, each.interval.high), abs=0.02)


def test_each_mean_is_written_once_in_the_overview():
    seen = view(40, 40)
    written = texts(seen.overview().svg)
    means = [each.mean for each in seen.dimensions]
    assert len(means) == 9
    assert {each: written.count(each) for each in means} == {each: means.count(each) for each in means}


@pytest.mark.parametrize("low", [False, True])
def test_a_coded_mean_is_an_open_triangle_and_its_number_is_in_words(low):
    rows = at_the_end(VERSION, believable(VERSION, 24), VERSION.dimensions[2], low=low)
    seen = view(24, 24, rows=[rows, rows])
    mean = seen.released.dimensions[VERSION.dimensions[2].id].mean
    drawing = seen.overview().svg
    assert (
        len(marks(drawing, palette.PAPER, palette.MARK) + marks(drawing, palette.PAPER, palette.QUIET)) == 1
    )
    written = texts(drawing)
    assert {"under" if low else "over", f"{mean.value:.2f}"} <= set(written)
    assert seen.has_coded


def test_rows_with_a_certain_change_are_dark_with_an_arrow_and_all_others_quiet():
    seen = view(40, 40, rows=raised(FIRST))
    changed = certain_changes(seen.profile)
    assert [each.dimension for each in changed] == [FIRST]
    drawing = seen.overview().svg
    assert len(marks(drawing, palette.MARK)) == 1
    assert len(marks(drawing, palette.QUIET)) == len(VERSION.dimensions) - 1
    assert texts(drawing).count(f"↑ +{changed[0].estimate.difference:.2f}") == 1
    assert sum("↑" in each or "↓" in each for each in texts(drawing)) == 1


def raised(*dimensions):
    """Answers of two waves between which only these dimensions rose, by a point."""
    waves = [believable(VERSION, 40, seed=seed, center=3.2, spread=0.5) for seed in (1, 2)]
    up = {
        VERSION.item_columns[item.id]: -1 if item.reverse else 1
        for name in dimensions
        for item in VERSION.dimension(name).items
    }
    waves[1] = [
        [min(5, max(1, answer + up.get(column, 0))) for column, answer in enumerate(row)] for row in waves[1]
    ]
    return waves


def test_the_wave_before_is_a_tick_with_its_own_interval_under_the_row():
    seen = view(30, 30)
    earlier = seen.profile.before.dimensions
    drawing = seen.overview().svg
    spans = [each for each in lines(drawing, palette.EARLIER) if len(each) == 2 and each[0][1] == each[1][1]]
    assert len(spans) == len(VERSION.dimensions)
    dots = marks(drawing, palette.QUIET)
    assert all(below[0][1] > y for below, (_, y) in zip(spans, dots, strict=True))
    widths = [right - left for (left, _), (right, _) in spans]
    wanted = [each.interval.high - each.interval.low for each in earlier.values()]
    ratios = [width / real for width, real in zip(widths, wanted, strict=True)]
    assert max(ratios) == pytest.approx(min(ratios), rel=0.02)


@pytest.mark.parametrize("sizes", [(7,), (7, 7), (30, 7)], ids=str)
def test_of_fewer_than_ten_answers_only_dots_are_drawn(sizes):
    drawing = view(*sizes).overview().svg
    assert len(marks(drawing, palette.MARK)) == len(VERSION.dimensions)
    for colour in (palette.MARK_INTERVAL, palette.QUIET_INTERVAL):
        assert boxes(drawing, colour) == []
    assert lines(drawing, palette.EARLIER) == []
    assert "Established" not in texts(drawing)


def test_the_axis_is_cropped_to_the_data_and_keeps_at_least_three_steps():
    scale = VERSION.scale
    assert (scale_axis(scale, [3.1, 3.4]).low, scale_axis(scale, [3.1, 3.4]).high) == (2.5, 4.0)
    assert scale_axis(scale, [1.0, 5.0]).is_cropped is False
    assert scale_axis(scale, []).is_cropped is False
    for low, high in [(1.0, 1.2), (4.9, 5.0), (2.0, 4.4)]:
        axis = scale_axis(scale, [low, high])
        assert axis.low <= low
        assert high <= axis.high
        assert axis.high - axis.low >= 1.5
        assert 1 <= axis.low < axis.high <= 5


def test_differences_are_filled_only_where_they_are_certain_and_a_band_is_what_would_not_be_seen():
    seen = view(40, 40, rows=raised(FIRST))
    drawing = seen.change.drawing.svg
    assert len(marks(drawing, palette.MARK)) == 1
    assert len(marks(drawing, palette.PAPER, palette.QUIET)) == len(VERSION.dimensions) - 1
    bands = boxes(drawing, palette.UNSEEN)
    assert len(bands) == len(VERSION.dimensions)
    changes = seen.profile.comparisons[0].changes
    sizes = [right - left for left, _, right, _ in bands]
    wanted = [each.estimate.interval.detectable for each in changes.values()]
    ratios = [width / real for width, real in zip(sizes, wanted, strict=True)]
    assert max(ratios) == pytest.approx(min(ratios), rel=0.02)
    assert texts(drawing)[0] == "Since W0" or "Since W0" in texts(drawing)


def test_three_waves_have_three_columns_and_two_waves_one():
    drawn = [texts(view(*[30] * count).change.drawing.svg) for count in (2, 3)]
    assert [sum(each.startswith(("Since", "Trend")) for each in one) for one in drawn] == [
        1,
        3,
    ]


def test_over_time_nine_figures_name_their_waves_and_write_the_first_and_the_last_value():
    seen = view(30, 31, 32)
    drawing = seen.over_time.svg
    written = texts(drawing)
    for name in ("W0", "W1", "W2"):
        assert written.count(name) == len(VERSION.dimensions)
    for dimension in VERSION:
        first, _, last = seen.profile.series(dimension.id)
        assert f"{first.mean.value:.2f}" in written
        assert f"{last.mean.value:.2f}" in written
    assert len(marks(drawing, palette.MARK)) == 3 * len(VERSION.dimensions)


def test_over_time_the_inner_interval_lies_within_the_outer_and_around_the_mean():
    points = [point for each in VERSION for point in shown(30, 31).series(each.id)]
    assert len(points) == 2 * len(VERSION.dimensions)
    for point in points:
        low, high = point.inner
        assert point.interval.low <= low < point.mean.value < high <= point.interval.high
        assert (high - low) / (2 * point.interval.half_width) == pytest.approx(1.31 / 2.05, abs=0.01)


def test_lines_join_only_waves_that_both_have_answers_enough_for_an_interval():
    joined = [
        len(lines(view(*sizes).over_time.svg, palette.EARLIER))
        for sizes in [(30, 31), (7, 30), (7, 8), (30, 7, 30)]
    ]
    assert joined == [len(VERSION.dimensions), 0, 0, 0]


def test_a_gap_is_labelled():
    seen = view(30, 4, 33)
    assert texts(seen.over_time.svg).count("not shown") == len(VERSION.dimensions)
    assert "not shown" not in texts(view(30, 31).over_time.svg)


def test_of_nine_waves_the_first_and_the_last_five_are_full_and_the_rest_faint():
    drawing = view(*[30] * 9).over_time.svg
    assert len(marks(drawing, palette.MARK)) == 6 * len(VERSION.dimensions)
    assert len(marks(drawing, palette.FAINT)) == 3 * len(VERSION.dimensions)


def test_waves_lie_in_true_time():
    rows = [believable(VERSION, 30, seed=seed) for seed in range(3)]
    waves = [sealed_from(VERSION, each, wave=f"w{k}") for k, each in enumerate(rows)]
    days = [date(2020, 1, 1), date(2020, 4, 1), date(2021, 1, 1)]
    waves = [
        replace(each, identity=replace(each.identity, closed_on=day))
        for each, day in zip(waves, days, strict=True)
    ]
    drawing = profile_view(profile(waves, Audience.LEADER, POLICY), "en").over_time.svg
    first = sorted(x for x, y in marks(drawing, palette.MARK) if x < 60 and y < 29)
    assert (first[1] - first[0]) / (first[2] - first[0]) == pytest.approx(91 / 366, abs=0.01)


def test_bars_are_as_long_as_their_shares_with_the_neutral_ones_half_on_either_side_of_zero():
    rows = (SharesRow(None, (10, 20, 30, 25, 15)), SharesRow(None, (0, 0, 0, 0, 100)))
    drawing = Drawing("", lambda: answer_bars_figure(rows, AxisRange(low=50, high=100))).svg
    percent, zero = WIDTH / 150, 50 * WIDTH / 150
    expected = {
        0: [(-45, -35)],
        1: [(-35, -15)],
        2: [(-15, 15)],
        3: [(15, 40)],
        4: [(40, 55), (0, 100)],
    }
    for category, colour in enumerate(palette.category_colours(5)):
        spans = [(left, right) for left, _, right, _ in boxes(drawing, colour)]
        wanted = [(zero + left * percent, zero + right * percent) for left, right in expected[category]]
        assert [pytest.approx(each, abs=0.02) for each in wanted] == spans
    assert sorted(texts(drawing), key=int) == ["10", "15", "20", "25", "30", "100"]


def test_bars_are_drawn_once_for_every_language_and_anew_for_other_shares(monkeypatch):
    built, build = [], views.answer_bars_figure
    monkeypatch.setattr(views, "answer_bars_figure", lambda *of: built.append(of) or build(*of))
    first = [view(30, 33, language=language).dimensions[0].answers for language in ("nb", "nn")]
    assert first[0].drawing.svg == first[1].drawing.svg
    assert [each.svg for each in first[0].bars] == [each.svg for each in first[1].bars]
    assert len(built) == 1 + len(VERSION.dimension(FIRST).items)
    other = view(30, 34, language="nn").dimensions[0].answers
    assert other.drawing.svg != first[0].drawing.svg
    assert len(built) == 2 + len(VERSION.dimension(FIRST).items)


def test_shares_under_eight_percent_are_not_written():
    rows = (SharesRow(None, (7, 8, 35, 25, 25)),)
    assert sorted(texts(Drawing("", lambda: answer_bars_figure(rows, AxisRange(40, 80))).svg)) == [
        "25",
        "25",
        "35",
        "8",
    ]


def test_favourable_answers_are_to_the_right_also_where_a_statement_is_reversed():
    seen = shown(40)
    found = 0
    for dimension in VERSION:
        for row in answer_shares(seen, dimension.id).rows:
            given = seen.item(row.item.id).histogram.shares
            as_given = tuple(given[category] for category in sorted(given))
            assert row.shares == (as_given[::-1] if row.item.reverse else as_given)
            found += row.item.reverse
    assert found == 5


def test_the_favourable_share_of_the_wave_before_is_the_turned_one():
    seen = shown(40, 41)
    earlier = seen.before.item_figures
    for dimension in VERSION:
        for row in answer_shares(seen, dimension.id).rows:
            shares = earlier[row.item.id].histogram.shares
            good = (1, 2) if row.item.reverse else (4, 5)
            assert row.earlier == sum(shares[category] for category in good)
    assert {row.earlier for row in answer_shares(shown(40), FIRST).rows} == {SUPPRESSED}


def test_a_row_that_is_withheld_has_no_bar_and_no_mark_of_its_own():
    rows = (SharesRow(None, SUPPRESSED, 40), SharesRow(None, (10, 20, 30, 25, 15)))
    drawing = Drawing("", lambda: answer_bars_figure(rows, AxisRange(50, 80))).svg
    drawn = [each for colour in palette.category_colours(5) for each in boxes(drawing, colour)]
    assert len(drawn) == 5
    assert min(top for _, top, _, _ in drawn) > ROW


def test_no_bar_or_tick_goes_beyond_the_axis_of_the_report():
    seen = shown(40, 41)
    reach = axis_range(seen)
    rows = [row for each in VERSION for row in answer_shares(seen, each.id).rows]
    assert len(rows) == len(VERSION.items)
    for row in rows:
        low, middle, high = row.shares[:2], row.shares[2], row.shares[3:]
        assert sum(low) + middle / 2 <= reach.low
        assert middle / 2 + max(sum(high), row.earlier) <= reach.high


@pytest.mark.parametrize("categories", [3, 4, 5, 7])
def test_in_grey_print_the_ends_differ_and_neighbours_on_a_side_do_too(categories):
    shades = [palette.lightness(each) for each in palette.category_colours(categories)]
    assert abs(shades[0] - shades[-1]) > 0.3
    assert all(abs(one - other) > 0.03 for one, other in pairwise(shades))
    marked = [palette.lightness(each) for each in (palette.MARK, palette.QUIET, palette.QUIET_INTERVAL)]
    assert all(abs(one - other) > 0.2 for one, other in combinations(marked, 2))


def test_words_on_a_colour_can_be_read():
    colours = palette.category_colours(5)
    assert len(colours) == 5
    for colour in colours:
        assert abs(palette.lightness(colour) - palette.lightness(palette.ink_on(colour))) > 0.4


def test_the_same_statistics_draw_the_same_figure_in_any_thread_and_leave_the_settings_alone():
    before, alone = dict(mpl.rcParams), view(30, 33).over_time.svg
    drawn = []
    threads = [threading.Thread(target=lambda: drawn.append(view(30, 33).over_time.svg)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 4
    assert dict(mpl.rcParams) == before


def test_a_figure_can_be_saved_as_a_picture():
    assert view(30).overview().png(50).startswith(b"\x89PNG")


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_every_name_is_written_whole_and_within_its_figure(edition, language):
    seen = view(30, 31, language=language, edition=edition)
    names = [each.words.name for each in seen.dimensions]
    assert len(names) == len(VERSION.dimensions)
    for drawing in (
        seen.overview().svg,
        seen.drawing("overview-narrow").svg,
        seen.change.drawing.svg,
        seen.over_time.svg,
        seen.drawing("change-narrow").svg,
        seen.drawing("time-narrow").svg,
    ):
        written = " ".join(texts(drawing))
        assert all(name in written for name in names)
        width, height = size(drawing)
        for text, left, baseline, letters in words(drawing):
            assert 0 <= left <= width
            assert letters * 0.5 < baseline < height + 0.1, text
            assert text not in names or left + letters * LETTER * len(text) < width + 1, text
    assert size(seen.drawing("overview-narrow").svg)[0] == pytest.approx(NARROW.width, abs=0.1)


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_names_at_the_left_do_not_reach_into_the_axis(edition, language):
    seen = view(30, language=language, edition=edition)
    names = {line for each in seen.dimensions for line in each.words.name.split()}
    at_left = [each for each in words(seen.overview().svg) if each[1] < 1 and set(each[0].split()) & names]
    assert len(at_left) >= len(VERSION.dimensions)
    assert all(letters * LETTER * len(text) < ON_PAPER.names for text, _, _, letters in at_left)


def test_a_new_version_is_parted_by_a_broken_line_and_compared_on_what_both_ask():
    newer = library.get("learning_community@1.1.0")
    pair = [sealed_from(VERSION, believable(VERSION, 30)), sealed_from(newer, believable(newer, 33))]
    seen, again = (
        profile(
            [replace(each, identity=replace(each.identity, wave=f"w{k}")) for k, each in enumerate(waves)],
            Audience.LEADER,
            POLICY,
        )
        for waves in (pair, [pair[0]] * 2)
    )
    parted = [profile_view(each, "en").over_time.svg.count(b"stroke-dasharray") for each in (again, seen)]
    assert parted == [0, len(VERSION.dimensions)]
    assert seen.step.partial
    assert seen.before is None
    assert seen.comparisons[0].contrast is Contrast.PREVIOUS
