"""Nothing stands out of its box, on narrow and wide screens, with wide-set or large letters."""

import pytest

from tests.browser.layout import HEIGHT, SPACED, WIDTHS, set_text_size

# the first page: at most so many screens of a small telephone, with Begin on the first of them
MOST_SCREENS = 1.3
LONGEST_WHOLE = 16  # letters
BROKEN = """<!doctype html><html lang="nb"><head><title>Bredt</title><style>
.card { width: 200px; border: 1px solid } .row { display: flex } .wide { width: 600px; height: 1px }
.option { position: relative } input { position: absolute; left: 8px } .narrow { width: 4em }</style></head>
<body><div class="card"><p class="row"><b>Vidensgrundlagssamarbeidskompetanse</b> <i>Endre</i></p></div>
<p class="narrow">Vidensgrundlag</p>
<div class="option"><input type="radio" id="a"><label for="a">Svar</label></div>
<div class="wide"></div></body></html>"""


@pytest.fixture(scope="module")
def pages(respondents_pages):
    """Every page of those who answer: name → text."""
    assert len(respondents_pages) > 100
    return respondents_pages


def faults(layout, pages, *widths_and_spacings):
    found = {name: layout.standing_out(html, *widths_and_spacings) for name, html in pages.items()}
    return {name: each for name, each in found.items() if each}


@pytest.mark.parametrize(("percent", "widths"), [(100, WIDTHS), (200, (320, 1280))])
def test_nothing_stands_out_at_any_width_and_spacing(layout, pages, percent, widths):
    """In large letters at the least width, and at that from which wide screens are laid out otherwise."""
    set_text_size(layout.page, percent)
    assert faults(layout, pages, widths) == {}


def test_no_word_of_common_length_is_broken(layout, pages):
    set_text_size(layout.page, 100)
    found = {name: layout.broken_words(html, (360, 768, 1280), LONGEST_WHOLE) for name, html in pages.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_word_that_is_broken_is_found(layout):
    html = "<html><body><p style='width: 4em; overflow-wrap: anywhere'>hos arbeidsplassen</p></body></html>"
    found = layout.broken_words(html, (320, 360), LONGEST_WHOLE)
    assert found == {"320": ["arbeidsplassen"], "360": ["arbeidsplassen"]}
    assert layout.broken_words(html, (360,), 5) == {}


def test_nothing_stands_out_in_forced_colours_and_the_dark_scheme(layout, pages):
    set_text_size(layout.page, 100)
    layout.page.emulate_media(color_scheme="dark", forced_colors="active")
    # colours bring frames and symbols, and words of no other length
    in_one_language = {name: html for name, html in pages.items() if " nb: " in name}
    assert len(in_one_language) > 30
    found = faults(layout, in_one_language, (320, 1280))
    layout.page.emulate_media(color_scheme="light", forced_colors="none")
    assert found == {}


def test_the_first_page_is_short_and_begin_is_in_sight(layout, pages):
    set_text_size(layout.page, 100)
    first = {name: html for name, html in pages.items() if name.endswith("first page")}
    assert len(first) > 20
    sizes = {name: layout.height(html, "main a.button") for name, html in first.items()}
    assert {name: size for name, size in sizes.items() if size[0] > MOST_SCREENS * HEIGHT} == {}
    assert {name: size for name, size in sizes.items() if size[1] > HEIGHT} == {}


def test_what_stands_out_is_found(layout):
    set_text_size(layout.page, 100)
    told = "\n".join(layout.standing_out(BROKEN, (320,))["320"])
    assert "beyond a frame: b “Vidensgrundlag" in told
    assert "letters beyond their block: p.narrow" in told
    assert "letters under a button: label" in told
    assert "beyond the page: div.wide" in told


@pytest.fixture(scope="module")
def danish(others_pages):
    """The other pages in the language whose words are longest."""
    found = {name: html for name, html in others_pages.items() if name.startswith("da: ")}
    assert len(found) > 75
    return found


def test_nothing_stands_out_of_any_other_page(layout, others_pages, danish):
    """At each width in the language whose words are longest, and in the others where there is least room.

    There words are set wide, which takes more room than not. `test_pseudo_language` asks at each width, and
    with either spacing, with longer words yet.
    """
    set_text_size(layout.page, 100)
    assert len(others_pages) > 300
    assert faults(layout, danish, (320, 768, 1280)) == {}
    others = {name: html for name, html in others_pages.items() if name not in danish}
    assert faults(layout, others, (320,), (SPACED,)) == {}


def test_nothing_stands_out_of_any_other_page_in_large_letters(layout, danish):
    set_text_size(layout.page, 200)
    assert faults(layout, danish, (320,)) == {}


def test_a_table_that_can_be_a_list_is_never_moved_sideways(layout, others_pages):
    set_text_size(layout.page, 100)
    with_tables = {name: html for name, html in others_pages.items() if 'class="listing"' in html}
    assert len(with_tables) > 4 * 5
    found = {
        name: layout.moved_sideways(html, (360, 1280), ".wide-table:has(.listing)")
        for name, html in with_tables.items()
    }
    assert {name: each for name, each in found.items() if any(each)} == {}


def test_a_table_that_is_moved_sideways_is_found(layout):
    set_text_size(layout.page, 100)
    html = """<html><body><div class="wide-table" style="overflow: auto">
    <table class="listing" style="width: 500px"><tr><td>En</table></div>"""
    assert layout.moved_sideways(html, (360, 1280), ".wide-table:has(.listing)") == [1, 0]
