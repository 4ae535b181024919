"""Pages are read quickly where the same markup was read before, and no fault goes by for it."""

import pytest

from tests import html_trees
from tests.html_trees import tree

PAGE = """<!doctype html>
<html lang="nb"><head><title>En</title></head><body>
<p class="a" id="b">Hei <b>du</b> &amp; <wbr>jeg</p><ul><li><a href="/x?a=1&amp;b=2">En</a></li></ul>
<form><table><tbody><tr><td><input type="text" name="a"></td></tr></tbody></table></form>
<textarea>Tekst</textarea></body></html>
"""


@pytest.fixture(autouse=True)
def _read_before(monkeypatch):
    monkeypatch.setattr(html_trees, "_is_like", {})
    tree(PAGE)


@pytest.fixture
def quickly(monkeypatch):
    """The pages that lxml was given."""
    read, given = html_trees._read_quickly, []
    monkeypatch.setattr(html_trees, "_read_quickly", lambda text: given.append(text) or read(text))
    return given


def test_a_page_with_other_words_is_read_quickly_into_the_same_tree(quickly):
    other = PAGE.replace("Hei", "Ha det").replace('"a"', '"an other"').replace("/x?", "/y/z?")
    found = html_trees._parts(tree(other))
    assert quickly == [other]
    html_trees._is_like.clear()
    assert found == html_trees._parts(tree(other))
    assert ("b", {}, "du", " & ") in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("du", "du &nosuch; jeg"),
        ("du", "a < b"),
        ("</b>", "</i>"),
        ("</ul>", "</ul></p>"),
        ('id="b"', 'class="b"'),
        ('id="b"', 'id="b"class="c"'),
        ("?a=1&amp;", "?a=1&ampb;"),
        ("<!doctype html>", ""),
    ],
)
def test_a_fault_in_the_markup_is_found_where_the_page_was_read_without_it(old, new):
    assert old in PAGE
    with pytest.raises(AssertionError):
        tree(PAGE.replace(old, new, 1))


def test_a_page_of_which_lxml_makes_another_tree_is_read_by_the_rules_of_html(quickly):
    pages = [PAGE.replace("<tbody>", "").replace("</tbody>", "").replace("Hei", word) for word in ("A", "B")]
    trees = [tree(each) for each in pages]
    assert quickly == pages[:1]
    assert all(each.find(".//table/tbody/tr") is not None for each in trees)


def test_of_pages_that_differ_in_words_and_values_alone_the_first_is_named():
    languages = '<nav class="tongues"><a href="?" aria-current="true">A</a></nav>'
    pages = {"nb": PAGE, "da": PAGE.replace("Hei", "Hej").replace("<p", f"{languages}<p")}
    pages |= {
        "nn": PAGE.replace(' class="a"', ""),
        "en": PAGE.replace("Hei", " ").replace("</b> &amp; ", "</b> "),
    }
    assert html_trees.first_of_each_markup(pages) == {"nb", "nn", "en"}
