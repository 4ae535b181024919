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
    monkeypatch.setattr(html_trees, "_lists", set())
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


LISTS = [
    f'<nav class="tongues"><ul><li{one}>A</li><li{other}>B</li></ul></nav>'
    for one, other in ((' class="c"', ""), ("", ' class="c"'))
]


def with_list(page, languages):
    return page.replace("<p", f"{languages}<p", 1)


def test_a_list_of_languages_that_marks_another_need_not_be_read_anew_on_each_page(monkeypatch):
    other = PAGE.replace("<p", "<h1>En</h1><p", 1)
    for page, languages in zip((PAGE, other), LISTS, strict=True):
        tree(with_list(page, languages))
    monkeypatch.setattr(html_trees, "HTMLParser", None)
    read = [tree(with_list(page, languages)) for page, languages in zip((other, PAGE), LISTS, strict=True)]
    assert [each.find(".//li[@class='c']").text for each in read] == ["A", "B"]


@pytest.mark.parametrize(
    "fault", [("</li></ul>", "</ul></li>"), ("</nav>", "</nav></b>"), ("<nav", "<b><nav")]
)
def test_a_fault_in_a_list_of_languages_or_around_it_is_found(fault):
    pages = [with_list(PAGE, each) for each in LISTS]
    for each in pages:
        tree(each)
    with pytest.raises(AssertionError):
        tree(pages[1].replace(*fault, 1))


def test_of_pages_that_differ_in_words_and_values_alone_the_first_is_named():
    languages = '<nav class="tongues"><a href="?" aria-current="true">A</a></nav>'
    pages = {"nb": PAGE, "da": PAGE.replace("Hei", "Hej").replace("<p", f"{languages}<p")}
    pages |= {
        "nn": PAGE.replace(' class="a"', ""),
        "en": PAGE.replace("Hei", " ").replace("</b> &amp; ", "</b> "),
    }
    assert html_trees.first_of_each_markup(pages) == {"nb", "nn", "en"}


def test_pages_that_differ_in_how_many_rows_they_have_are_of_one_markup():
    row = '<li><a href="/x?a=1&amp;b=2">En</a></li>'
    assert row in PAGE
    others = {"more": PAGE.replace(row, row * 3), "other": PAGE.replace(row, row + "<li>To</li>")}
    assert html_trees.first_of_each_markup({"one": PAGE, **others}) == {"one", "other"}
