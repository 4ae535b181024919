"""What a listener is told of a figure: two sentences, with the numbers the figure shows and no others."""

import re
from dataclasses import replace
from html import unescape

import pytest

from instruments import library
from reports.disclosure import Audience
from reports.presentation import alt_text, charts
from reports.presentation.locale import get_locale
from reports.results.answer_shares import answer_shares, axis_range
from reports.results.profile import profile
from tests.policies import POLICY
from tests.reports.waves import believable, sealed_from

VERSION = library.get("learning_community@1.0.0")
FIRST = VERSION.dimensions[0].id
EN = get_locale("en")
POINTS_A_MM = 72 / 25.4
LETTER = 0.55  # of its size, the mean width of a letter in a wide typeface


def shown(*sizes):
    waves = [
        sealed_from(VERSION, believable(VERSION, n, seed=n), wave=f"wave-{k}") for k, n in enumerate(sizes)
    ]
    return profile(waves, Audience.LEADER, POLICY)


def size(drawing):
    """Width and height in points."""
    return tuple(float(each) for each in re.search(rb'viewBox="0 0 (\S+) (\S+)"', drawing).groups())


def written(drawing):
    """Every word drawn, with the height of its baseline and the size of its letters, in points."""
    words_drawn = re.findall(r'font-size: (\d+)px[^>]* y="([\d.]+)">([^<]+)<', drawing.decode())
    return [(unescape(text), float(baseline), int(letters)) for letters, baseline, text in words_drawn]


def tops(drawing):
    """The upper ends of all that is drawn and no word, in points."""
    paths = re.findall(r'<path d="([^"]+)"', drawing.decode())
    return [
        min(map(float, re.findall(r"[ML] \S+ (\S+)", part)))
        for path in paths
        for part in path.split("z")
        if "M" in part
    ]


def numbers(text):
    return re.findall(r"\d+\.\d+", text)


def test_the_glance_names_every_score_with_its_interval():
    seen = shown(30)
    said = alt_text.overview_text(seen, EN)
    for dimension in VERSION:
        figure = seen.told.dimensions[dimension.id]
        assert f"{figure.mean.value:.2f} ({figure.interval.low:.2f} to {figure.interval.high:.2f})" in said
    assert len(numbers(said)) == 3 * len(VERSION.dimensions)


def test_where_only_means_are_told_only_means_are_said():
    said = alt_text.overview_text(shown(7), EN)
    assert len(numbers(said)) == len(VERSION.dimensions)


def test_where_nothing_is_told_no_number_is_said():
    said = alt_text.overview_text(shown(4), EN)
    assert numbers(said) == []
    assert "No score is shown." in said


def test_the_bars_say_the_share_on_each_side_of_the_middle_of_every_row():
    seen = shown(40)
    found = answer_shares(seen, FIRST)
    told = [row for row in found.rows if isinstance(row.shares, tuple)]
    said = alt_text.shares_text(seen, FIRST, found, EN)
    assert told
    assert len(re.findall(r"\d+%, \d+%, \d+%", said)) == len(told)


def test_a_series_says_the_waves_it_shows_and_leaves_out_the_one_that_is_withheld():
    said = alt_text.time_text(shown(30, 4, 33), FIRST, EN)
    assert "Wave-0" in said
    assert "Wave-1" not in said
    assert "Wave-2" in said


def test_levels_are_neither_drawn_nor_said_behind_points_of_which_no_level_is_told():
    fine, coarse = shown(30), shown(7)
    assert "Developing" in alt_text.overview_text(fine, EN)
    assert "Developing" not in alt_text.overview_text(coarse, EN)
    drawn = [charts.overview_chart(each, EN).decode() for each in (fine, coarse)]
    bands = [charts.BANDS[0].lower() in each for each in drawn]
    assert bands == [True, False]
    assert ["Developing" in each for each in drawn] == [True, False]


def test_the_same_statistics_draw_the_same_figure():
    assert charts.overview_chart(shown(30), EN) == charts.overview_chart(shown(30), EN)


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_the_words_of_a_level_are_drawn_whole(edition, language):
    seen = profile([sealed_from(VERSION, believable(VERSION, 30), edition=edition)], Audience.LEADER, POLICY)
    drawn = charts.overview_chart(seen, get_locale(language)).decode()
    levels = VERSION.wording(edition, language).levels
    assert len(levels) == 4
    for level in levels.values():
        assert all(word in drawn for word in level.split())


@pytest.mark.parametrize(("edition", "language"), sorted(VERSION.wordings))
def test_names_above_their_rows_keep_to_a_narrow_drawing_and_off_the_marks(edition, language):
    said = VERSION.wording(edition, language)
    told = profile([sealed_from(VERSION, believable(VERSION, 30), edition=edition)], Audience.LEADER, POLICY)
    names = charts.RowLabels([said.dimensions[each.id].name for each in VERSION], above=True)
    width, _ = size(charts.overview_chart(told, get_locale(language)))
    narrow = charts.overview_chart(told, get_locale(language), names)
    assert size(narrow)[0] == width
    assert {text for text, *_ in written(narrow)} >= set(names.texts)
    for dimension in VERSION:
        found = answer_shares(told, dimension.id)
        texts = [said.items[row.item.id] if row.item else "–" for row in found.rows]
        drawing = charts.shares_chart(found, axis_range(told), charts.RowLabels(texts, above=True))
        width, height = size(drawing)
        row, bar = height / len(texts), charts.BARS_ROW * POINTS_A_MM
        lines = written(drawing)
        assert " ".join(text for text, *_ in lines) == " ".join(texts)
        for text, baseline, letters in lines:
            assert width > LETTER * letters * len(text)
            assert row * (baseline // row) < baseline - letters / 2
            assert baseline % row < row - bar + letters / 3
        assert [top for top in tops(drawing) if top % row < row - bar] == []


def test_a_new_version_leaves_a_seam_and_is_compared_on_what_both_ask():
    newer = library.get("learning_community@1.1.0")
    pair = [sealed_from(VERSION, believable(VERSION, 30)), sealed_from(newer, believable(newer, 33))]
    seen = profile(
        [replace(each, identity=replace(each.identity, wave=f"w{k}")) for k, each in enumerate(pair)],
        Audience.LEADER,
        POLICY,
    )
    again = profile(
        [replace(pair[0], identity=replace(pair[0].identity, wave=f"w{k}")) for k in range(2)],
        Audience.LEADER,
        POLICY,
    )
    dashes = [charts.time_chart(each, FIRST, EN).count(b"L") for each in (again, seen)]
    assert seen.step.partial
    assert seen.before is None
    assert dashes[1] > dashes[0] + 30
