"""What people are told of privacy: the same on paper and on screen, and true of every table there is."""

import pytest

from reports.disclosure import Audience
from survey.store.tables import metadata
from survey.web.platform import stored_texts
from survey.web.platform.words import words_in
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.waves import ON_SQLITE

PAGE = REPOSITORY / "docs" / "privacy.md"


def as_text(page):
    """The page's content as Markdown."""
    lines = []
    for part in page.select("main h1, main h2, main p, main li, main tr"):
        text = " ".join(part.text.split())
        if part.name == "tr":
            text = " | ".join(" ".join(cell.text.split()) for cell in part.select("th, td"))
        mark = {"h1": "# ", "h2": "## ", "li": "- ", "tr": "- "}.get(part.name, "")
        lines.append(mark + text)
    return "\n\n".join(lines).replace("\n\n- ", "\n- ")


@ON_SQLITE
@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_the_document_says_what_the_page_says(browser, language):
    browser.get(f"/privacy?language={language}")
    assert as_text(browser.page) in PAGE.read_text(encoding="utf-8")


def test_every_table_has_its_line_on_the_page(browser):
    lines = stored_texts.stored(POLICY, words_in("en"))
    browser.get("/privacy?language=en")
    rows = [row.first("th").text for row in browser.page.select("main tbody tr")]
    assert rows == [each.what for each in lines]
    assert sorted(table for each in lines for table in each.tables) == sorted(metadata.tables)


def test_the_numbers_on_the_page_are_those_the_gate_goes_by(browser):
    told = {audience: each.mean for audience, each in POLICY.thresholds.items()}
    text = browser.get("/privacy?language=en").page.text
    assert f"for fewer than {told[Audience.LEADER]} answers" in text
    assert f"fewer than {told[Audience.LEADER_AMONG_RESPONDENTS]} where your leader answers too" in text
    assert (
        f"Outside your workplace no results are shown for fewer than {told[Audience.OUTSIDE]} answers" in text
    )
    assert told[Audience.OWNER] == told[Audience.OUTSIDE]  # one sentence speaks of both
