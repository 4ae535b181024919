"""axe-core over every page there is, and over pages that must fail."""

import re

import pytest

from tests.browser.axe import EVERYTHING, SAID, SEEN, Axe
from tests.browser.conftest import DESK, PHONE
from tests.browser.layout import set_size, styled
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
    """Every page, with our style in it: name → text."""
    found = {**respondents_pages, **others_pages}
    assert len(found) > 450
    return {name: styled(html) for name, html in found.items() if not FOLLOWED.fullmatch(name)}


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
    """Every rule but those of contrast and size, which the next test asks in one language.

    What is said is at fault where a name or a part is missing, which another markup is: what the names are
    is asked by no rule but that of the language of the page, which `tests.pages` reads on each.
    """
    set_size(axe.page, PHONE)
    assert {name.partition(": ")[0][-2:] for name in pages} == {"nb", "nn", "da", "en"}
    assert faults(axe, distinct, SAID) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_has_a_fault_in_what_is_seen(axe, pages, viewport, scheme):
    """Contrast and sizes on every page of one edition in one language; on a light desk the other rules too.

    Colours and sizes do not depend on the language.
    """
    set_size(axe.page, viewport)
    axe.page.emulate_media(color_scheme=scheme)
    chosen = {name: html for name, html in pages.items() if IN_ONE_LANGUAGE.match(name)}
    assert len(chosen) > 90
    rules = EVERYTHING if (viewport, scheme) == (DESK, "light") else SEEN
    assert faults(axe, chosen, rules) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_nobody_can_read_is_found_out(axe, scheme):
    axe.page.emulate_media(color_scheme=scheme)
    assert [rule for rule, _ in axe.faults(UNREADABLE.replace("SCHEME", scheme), SEEN)] == ["color-contrast"]


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
