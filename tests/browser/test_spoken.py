"""What is heard of a page is all that is seen of it, at both widths."""

import pytest

from instruments.pages import questionnaire_pages
from tests.browser.following import follow
from tests.browser.spoken import Spoken, spoken
from tests.waves import version

WORDING = version().wording("skole", "nb")
SAID = [*WORDING.categories.values(), *WORDING.unscored.values()]


def named(found, role):
    return [each.name for each in found if each.role == role]


@pytest.fixture
def questions(site, page):
    """The first page of statements, nothing answered."""
    page.goto(f"{site.address}/c/{site.code()}")
    follow(page, "a[hreflang=nb]")
    follow(page, "main a.button")
    return page


def test_every_button_says_its_answer_its_statement_and_the_question(questions):
    items = [item.id for part in questionnaire_pages(version())[0] for item in part.items]
    expected = [f"{said} {WORDING.items[item]} {WORDING.referent}" for item in items for said in SAID]
    assert named(spoken(questions), "radio") == expected
    assert len(expected) == 8 * 7


def test_a_page_is_heard_as_tables_with_their_scale_and_statements(questions):
    found = spoken(questions)
    parts = questionnaire_pages(version())[0]
    assert named(found, "table") == [WORDING.dimensions[part.id].heading for part in parts]
    assert named(found, "heading") == ["Side 1 av 5", *named(found, "table")]
    assert named(found, "columnheader") == ["Påstand", *SAID, "Fjern svaret mitt"] * len(parts)
    assert named(found, "rowheader") == [WORDING.items[item.id] for part in parts for item in part.items]
    assert Spoken("text", WORDING.referent) in found
    assert named(found, "progressbar") == ["omtrent 8 minutter igjen"]


def test_what_takes_an_answer_back_is_heard_once_there_is_one(questions):
    first = version().items[0].id
    questions.locator("tr.item td").first.click()
    heard = [each for each in named(spoken(questions), "radio") if each.startswith("Fjern svaret mitt")]
    assert heard == [f"Fjern svaret mitt {WORDING.items[first]} {WORDING.referent}"]


def test_the_first_page_is_heard_in_the_order_it_is_read(site, page):
    page.goto(f"{site.address}/c/{site.code()}")
    follow(page, "a[hreflang=nb]")
    found = [each.name for each in spoken(page) if each.role in {"heading", "text", "link"}]
    told = [
        "Asken · Høst 2026",
        WORDING.title,
        WORDING.subtitle,
        *WORDING.introduction[:2],
        "Ingen får se hva du svarer",
        "Tar omtrent 8 minutter",
        "Begynn",
    ]
    places = [found.index(each) for each in told]
    assert places == sorted(places)
