"""How much room a text takes on paper, before it is laid out."""

import pytest

from reports.pdf.fitting import Setting, best_setting, lines_of, shortened, width_of

POINTS = 72 / 25.4


def wide_enough(text, size):
    """So many mm that the text just has room on a line."""
    return width_of(text) * size / POINTS + 0.01


def test_a_text_takes_one_line_where_it_has_room_and_breaks_between_words():
    width = wide_enough("Siste dag", 10)
    assert lines_of("Siste dag", 10, width) == 1
    assert lines_of("Siste dag:", 10, width) == 2
    assert lines_of("Siste dag " * 7, 10, width) == 7
    assert lines_of("", 10, width) == 1


def test_a_word_that_is_longer_than_a_line_goes_on_on_the_next():
    width = wide_enough("W" * 10, 10)
    assert [lines_of("W" * letters, 10, width) for letters in (10, 11, 20, 25)] == [1, 2, 2, 3]
    assert lines_of(f"{'W' * 25} W", 10, width) == 3


@pytest.mark.parametrize(("letters", "size"), [(10, 12), (11, 10), (20, 6)])
def test_the_first_setting_with_room_is_taken_and_the_last_if_there_is_none(letters, size):
    width = wide_enough("W" * 10, 12) * 1.04
    assert best_setting("W" * letters, [Setting(12), Setting(10), Setting(6)], width).size == size


def test_what_is_cut_ends_in_dots():
    width = wide_enough("Undersøkelse…", 8)
    assert shortened("Undersøkelse", 8, width) == "Undersøkelse"
    assert shortened("Undersøkelser om fellesskap", 8, width) == "Undersøkelse…"
