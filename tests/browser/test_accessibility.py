"""axe-core over every page there is, and over pages that must fail."""

import re

import pytest

from tests.browser.axe import ALL_BUT_CONTRAST, CONTRAST, SAID, SIZES, Axe
from tests.browser.conftest import DESK, PHONE
from tests.browser.layout import set_size
from tests.html_trees import first_of_each_markup

# one edition in one language, with every page of those who do not answer
IN_ONE_LANGUAGE = re.compile(r"(learning_community\S* skole )?nb: ")
# like another page, but that it comes anew after seconds: a reader asked for that, and a link on it ends it
FOLLOWED = re.compile(r"\w\w: .* followed")
UNREADABLE = """<!doctype html><html lang="nb"><head><title>Grått</title>
<style>@media (prefers-color-scheme: SCHEME) { h1 { color: #aaa; background: #fff } }</style></head>
<body><main><h1>Grått på hvitt</h1></main></body></html>"""
UNHEARABLE = """<!doctype html><html lang="norsk"><head><title></title></head>
<body><main><h1></h1><input><button></button><a href="#"></a></main></body></html>"""


@pytest.fixture(scope="module")
def axe(chromium):
    context = chromium.new_context(viewport=PHONE, bypass_csp=True)
    yield Axe(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def pages(respondents_pages, others_pages):
    """Every page: name → text."""
    found = {**respondents_pages, **others_pages}
    assert len(found) > 450
    return {name: html for name, html in found.items() if not FOLLOWED.fullmatch(name)}


@pytest.fixture(scope="module")
def in_one_language(pages):
    """Every page of one edition in one language: colours and sizes do not depend on the language."""
    found = {name: html for name, html in pages.items() if IN_ONE_LANGUAGE.match(name)}
    assert len(found) > 90
    return found


@pytest.fixture(scope="module")
def distinct(pages):
    """The first page of each markup."""
    first = first_of_each_markup(pages)
    assert 200 < len(first) < len(pages) / 2
    return {name: html for name, html in pages.items() if name in first}


def faults(axe, pages, rules):
    found = {name: axe.faults(html, rules) for name, html in pages.items()}
    return {name: each for name, each in found.items() if each}


def test_no_page_in_any_language_has_a_fault_in_what_is_said(axe, pages, distinct):
    """Every rule but those of contrast and size, which the next tests ask in one language.

    What is said is at fault where a name or a part is missing, which another markup is: what the names are
    is asked by no rule but that of the language of the page, which `tests.pages` reads on each.
    """
    set_size(axe.page, PHONE)
    assert {name.partition(": ")[0][-2:] for name in pages} == {"nb", "nn", "da", "en"}
    assert faults(axe, distinct, SAID) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_text_that_is_too_pale(axe, layout, in_one_language, scheme):
    """Asked of each page that has a text in a colour, or on a background, that no page before it has."""
    for page in (axe.page, layout.page):
        page.emulate_media(color_scheme=scheme)
    known, found = set(), {}
    for viewport in (PHONE, DESK):
        set_size(axe.page, viewport)
        for name, html in in_one_language.items():
            contrasts = layout.contrasts(html, viewport["width"])
            if not contrasts <= known:
                known |= contrasts
                found[viewport["width"], name] = axe.faults(html, CONTRAST)
    assert len(found) > 50
    assert {where: each for where, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("viewport", "scheme", "rules"),
    [(PHONE, "dark", SIZES), (DESK, "light", ALL_BUT_CONTRAST)],
    ids=["phone", "desk"],
)
def test_no_page_has_something_to_press_that_is_too_small(axe, in_one_language, viewport, scheme, rules):
    """On every page; on a desk the other rules too. No size depends on the scheme: `test_style`."""
    set_size(axe.page, viewport)
    axe.page.emulate_media(color_scheme=scheme)
    assert faults(axe, in_one_language, rules) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_nobody_can_read_is_found_out(axe, scheme):
    axe.page.emulate_media(color_scheme=scheme)
    assert [rule for rule, _ in axe.faults(UNREADABLE.replace("SCHEME", scheme), CONTRAST)] == [
        "color-contrast"
    ]


def test_a_page_nobody_can_hear_is_found_out(axe):
    found = {rule for rule, _ in axe.faults(UNHEARABLE, SAID)}
    assert found >= {
        "button-name",
        "document-title",
        "empty-heading",
        "html-lang-valid",
        "label",
        "link-name",
    }
