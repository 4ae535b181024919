from instruments import library
from instruments.definition.notices import notices
from tests.instruments.building import built
from tests.paths import MINIMAL

LENGTHS = built({"one": ["a"], "two": ["b", "c"], "three": ["d", "e", "f"], "last": ["g"]})


def test_dimensions_of_one_and_two_items_are_told_of_and_longer_ones_are_not():
    found = [(each.dimension, each.code) for each in notices(LENGTHS)]
    assert found == [
        ("one", "one-item"),
        ("two", "two-items"),
        ("last", "one-item"),
    ]


def test_a_notice_of_a_file_stands_on_the_line_of_its_dimension():
    [notice] = library.notices(MINIMAL)
    lines = MINIMAL.read_text("utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("[[dimensions]]"))
    assert notice.place == f"{MINIMAL.as_posix()}:{line + 1}"
    assert notice.code == "two-items"


def test_the_shipped_long_form_has_nothing_to_tell():
    assert not list(notices(library.get("learning_community@1.0.0")))
    assert {each.code for each in notices(library.get("pulse@1.0.0"))} == {"one-item"}
