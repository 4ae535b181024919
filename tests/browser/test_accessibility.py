"""axe-core over every type of page, on a telephone and a desk; and over one page that must fail."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser_pages import answering, leading, opened_pages

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
UNREADABLE = """<!doctype html><html lang="nb"><head><title>Grått</title></head>
<body><main><h1 style="color:#aaa;background:#fff">Grått på hvitt</h1></main></body></html>"""


def faults(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("path", opened_pages())
def test_a_page_anyone_may_open_has_no_fault(site, page, path):
    page.goto(site.address + path)
    assert faults(page) == []


def test_the_pages_of_answering_have_no_fault(site, page):
    found = {place: faults(page) for place in answering(site, page)}
    assert len(found) == 7
    assert {place: each for place, each in found.items() if each} == {}


def test_the_pages_of_those_who_sign_in_have_no_fault(site, page):
    found = {place: faults(page) for place in leading(site, page)}
    assert len(found) > 30
    assert {place: each for place, each in found.items() if each} == {}


def test_no_page_is_wider_than_the_telephone_it_is_read_on(site, page):
    beyond = "document.documentElement.scrollWidth - innerWidth"
    found = {}
    for walk in (answering, leading):
        for place in walk(site, page):
            page.wait_for_load_state()
            found[place] = page.evaluate(beyond)
    assert len(found) > 37
    assert {place: pixels for place, pixels in found.items() if pixels > 0} == {}


def test_a_page_nobody_can_read_is_found_out(page):
    page.set_content(UNREADABLE)
    assert "color-contrast" in [name for name, _ in faults(page)]


def test_a_table_that_can_be_a_list_is_never_moved_sideways(site, page):
    cut = "found => found.filter(each => each.scrollWidth > each.clientWidth).map(each => each.innerText)"
    tables = ".wide-table:has(.listing)"
    found = {
        place: page.eval_on_selector_all(tables, cut)
        for place in leading(site, page)
        if page.locator(tables).count()
    }
    assert len(found) > 5
    assert {place: each for place, each in found.items() if each} == {}
