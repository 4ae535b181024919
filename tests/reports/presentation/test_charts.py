"""The figures as they are drawn: each mark where its number is, names whole, and nothing that tells more."""

import re
import threading
from dataclasses import replace
from html import unescape

import matplotlib as mpl
import pytest
from lxml.etree import fromstring

from instruments import library
from reports.disclosure import SUPPRESSED, Audience
from reports.presentation import charts
from reports.presentation.charts import NamePlace, RowNames
from reports.presentation.locale import get_locale
from reports.results.answer_shares import AnswerShares, AxisRange, SharesRow, answer_shares, axis_range
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import at_the_end, believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
FIRST = VERSION.dimensions[0].id
EN = get_locale("en")
MM = 72 / 25.4
LETTER = 0.55  # of its size, the mean width of a letter in a wide typeface
SVG = "{http://www.w3.org/2000/svg}"
MARKS = f"{SVG}use"


def shown(*sizes, edition="skole"):
    waves = [
        sealed_from(VERSION, believable(VERSION, n, seed=n), wave=f"wave-{k}", edition=edition)
        for k, n in enumerate(sizes)
    ]
    return profile(waves, Audience.LEADER, POLICY)


def size(drawing):
    """Width and height in points."""
    return tuple(float(each) for each in re.search(rb'viewBox="0 0 (\S+) (\S+)"', drawing).groups())


def written(drawing):
    """Every line of words drawn, with the height of its baseline and the size of its letters, in points."""
    found = []
    for text in fromstring(drawing).iter(f"{SVG}text"):
        place = re.search(r"translate\(\S+ (\S+)\)", text.get("transform", ""))
        letters = float(re.search(r"font-size: ([\d.]+)px", text.get("style"))[1])
        found.append((unescape(text.text), float(place[1] if place else text.get("y")), letters))
    return found


def boxes(drawing, colour):
    """The boxes filled with a colour, as left, top, right and bottom in mm."""
    found = []
    for path in fromstring(drawing).iter(f"{SVG}path"):
        if path.get("style") == f"fill: {colour.lower()}":
            for part in path.get("d").split("z")[:-1]:
                points = [(float(x) / MM, float(y) / MM) for x, y in re.findall(r"[ML] (\S+) (\S+)", part)]
                (left, right), (top, bottom) = ((min(each), max(each)) for each in zip(*points, strict=True))
                found.append((left, top, right, bottom))
    return found


def marks(drawing, colour):
    """The centres of the circles filled with a colour, in mm."""
    found = fromstring(drawing).iter(MARKS)
    return [
        (float(each.get("x")) / MM, float(each.get("y")) / MM)
        for each in found
        if f"fill: {colour.lower()}" in each.get("style")
    ]


def test_every_mean_is_drawn_where_the_scale_has_it_in_the_row_of_its_dimension():
    seen = shown(30)
    found = marks(charts.overview_chart(seen, EN), charts._MARK)
    across = (charts.OVERVIEW_WIDTH - 5) / 4  # mm a point of the scale, with 2.5 mm at either end
    assert len(found) == len(VERSION.dimensions)
    for position, (dimension, (x, y)) in enumerate(zip(VERSION, found, strict=True)):
        value = seen.released.dimensions[dimension.id].mean.value
        assert x == pytest.approx(2.5 + across * (value - 1), abs=0.01)
        assert y == pytest.approx(charts.OVERVIEW_HEAD + charts.OVERVIEW_ROW * (position + 0.5), abs=0.01)


@pytest.mark.parametrize("low", [False, True])
def test_a_coded_mean_is_an_open_triangle_at_its_number_pointing_to_the_end_it_lies_towards(low):
    rows = at_the_end(VERSION, believable(VERSION, 24), VERSION.dimensions[2], low=low)
    waves = [sealed_from(VERSION, rows, wave=f"wave-{k}") for k in range(2)]
    seen = profile(waves, Audience.LEADER, POLICY)
    mean = seen.released.dimensions[VERSION.dimensions[2].id].mean
    drawing = charts.overview_chart(seen, EN)
    assert len(marks(drawing, charts._MARK)) == len(VERSION.dimensions) - 1
    [(x, y)] = triangles(drawing)
    across = (charts.OVERVIEW_WIDTH - 5) / 4
    assert x == pytest.approx(2.5 + across * (mean.value - 1), abs=0.01)
    assert y == pytest.approx(charts.OVERVIEW_HEAD + charts.OVERVIEW_ROW * 2.5, abs=0.01)
    assert pointing(drawing) == (-1 if low else 1, 0)
    over_time = charts.time_chart(seen, VERSION.dimensions[2].id, EN)
    assert marks(over_time, charts._MARK) == []
    assert len(triangles(over_time)) == 2
    assert pointing(over_time) == (0, 1 if low else -1)
    words = f"{'under' if low else 'over'} {mean.value:.2f}"
    [(text, x, letters)] = [each for each in placed(over_time) if each[0] == words]
    assert x + LETTER * letters * len(text) < size(over_time)[0]


def triangles(drawing):
    """The centres of open marks with the edge of means, in mm."""
    return [
        (float(each.get("x")) / MM, float(each.get("y")) / MM)
        for each in fromstring(drawing).iter(MARKS)
        if f"fill: {charts._PAPER.lower()}" in each.get("style")
        and f"stroke: {charts._MARK.lower()}" in each.get("style")
    ]


def pointing(drawing):
    """Where the one triangle in a drawing points, right and down: the corner apart from the other two."""
    shapes = [
        [(round(float(x), 3), round(float(y), 3)) for x, y in re.findall(r"[ML] (\S+) (\S+)", each.get("d"))]
        for each in fromstring(drawing).iter(f"{SVG}path")
        if each.getparent().tag == f"{SVG}defs"
    ]
    [corners] = [set(each) for each in shapes if len(set(each)) == 3]
    for axis in (0, 1):
        for apart in corners:
            base = {each[axis] for each in corners - {apart}}
            if len(base) == 1:
                side = 1 if apart[axis] > base.pop() else -1
                return (side, 0) if axis == 0 else (0, side)
    return None


def placed(drawing):
    """Every line of words drawn, with its left end and the size of its letters, in points."""
    found = []
    for text in fromstring(drawing).iter(f"{SVG}text"):
        place = re.search(r"translate\((\S+) \S+\)", text.get("transform", ""))
        letters = float(re.search(r"font-size: ([\d.]+)px", text.get("style"))[1])
        found.append((unescape(text.text), float(place[1] if place else text.get("x")), letters))
    return found


def test_bars_are_as_long_as_their_shares_and_part_at_the_middle_of_the_scale():
    rows = (SharesRow(None, (10, 20, 30, 25, 15)), SharesRow(None, (0, 0, 0, 0, 100)))
    reach = AxisRange(low=30, middle=30, high=100)
    drawing = charts.shares_chart(AnswerShares(rows, three_way=False), reach)
    percent = (charts.SHARES_WIDTH - 3) / 160
    zero, aside = 30 * percent, 130 * percent + 3
    expected = {
        0: [(zero - 30 * percent, zero - 20 * percent)],
        1: [(zero - 20 * percent, zero)],
        2: [(aside, aside + 30 * percent)],
        3: [(zero, zero + 25 * percent)],
        4: [(zero + 25 * percent, zero + 40 * percent), (zero, zero + 100 * percent)],
    }
    colours = charts.colours(5)
    assert len(colours) == len(expected)
    for category, colour in enumerate(colours):
        spans = [(left, right) for left, _, right, _ in boxes(drawing, colour)]
        assert [pytest.approx(each, abs=0.01) for each in expected[category]] == spans


def test_a_row_that_is_withheld_has_no_bar_and_no_mark_of_its_own():
    rows = (SharesRow(None, (10, 20, 30, 25, 15)),)
    reach = AxisRange(low=30, middle=30, high=40)
    withheld = AnswerShares((SharesRow(None, SUPPRESSED), *rows), three_way=False)
    drawing = charts.shares_chart(withheld, reach)
    drawn = [each for colour in charts.colours(5) for each in boxes(drawing, colour)]
    assert len(drawn) == 5
    assert min(top for _, top, _, _ in drawn) > charts.SHARES_ROW


def test_levels_are_not_drawn_behind_points_of_which_no_level_is_released():
    fine, coarse = (charts.overview_chart(each, EN) for each in (shown(30), shown(7)))
    assert len(boxes(fine, charts._BANDS[0])) == 2 * len(VERSION.dimensions)
    assert boxes(coarse, charts._BANDS[0]) == []
    assert [b"Developing" in each for each in (fine, coarse)] == [True, False]


def test_the_same_statistics_draw_the_same_figure():
    assert charts.overview_chart(shown(30), EN) == charts.overview_chart(shown(30), EN)


def test_figures_drawn_by_several_threads_at_once_are_those_drawn_alone_and_leave_the_settings_alone():
    seen, before = shown(30, 33), dict(mpl.rcParams)
    alone = charts.time_chart(seen, FIRST, EN)
    drawn = []
    threads = [
        threading.Thread(target=lambda: drawn.extend(charts.time_chart(seen, FIRST, EN) for _ in range(3)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 12
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_the_words_of_a_level_are_drawn_whole(edition, language):
    seen = shown(30, edition=edition)
    drawn = charts.overview_chart(seen, get_locale(language)).decode()
    levels = VERSION.wording(edition, language).levels
    assert len(levels) == 4
    for level in levels.values():
        assert all(word in drawn for word in level.split())


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_names_above_their_rows_keep_to_a_narrow_drawing_and_off_the_bars(edition, language):
    wording, seen = VERSION.wording(edition, language), shown(30, edition=edition)
    names = RowNames([wording.dimensions[each.id].name for each in VERSION], NamePlace.ABOVE)
    narrow = charts.overview_chart(seen, get_locale(language), names)
    assert size(narrow)[0] == size(charts.overview_chart(seen, get_locale(language)))[0]
    assert {text for text, *_ in written(narrow)} >= set(names.texts)
    for dimension in VERSION:
        found = answer_shares(seen, dimension.id)
        texts = [wording.items[row.item.id] if row.item else "–" for row in found.rows]
        drawing = charts.shares_chart(found, axis_range(seen), RowNames(texts, NamePlace.ABOVE))
        (width, height), lines = size(drawing), written(drawing)
        row = height / len(texts)
        assert " ".join(text for text, *_ in lines) == " ".join(texts)
        bars = [each for colour in charts.colours(5) for each in boxes(drawing, colour)]
        assert len(bars) > len(texts)
        for text, baseline, letters in lines:
            top = min(top * MM for _, top, _, _ in bars if top * MM // row == baseline // row)
            assert width > LETTER * letters * len(text)
            assert row * (baseline // row) < baseline - letters * 0.7
            assert baseline < top


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
    parted = [charts.time_chart(each, FIRST, EN).count(b"stroke-dasharray") for each in (again, seen)]
    assert parted == [0, 1]
    assert seen.step.partial
    assert seen.before is None
