"""What people are told of privacy: the same on paper and on screen, and true of every table there is."""

import pytest

from reports.disclosure import Audience
from survey.store.tables import metadata
from tests.paths import REPOSITORY
from tests.policies import POLICY
from tests.waves import ON_SQLITE

PAGE = REPOSITORY / "docs" / "privacy.md"
LEDGER = {"ledger", "ledger_group", "ledger_cell"}
# the line of the page that speaks of each table
LINES = {
    "The name and kind of each workplace": {"unit"},
    "Of everyone who signs in": {"account"},
    "Who could see results of a workplace": {"membership", "unit_act", "act_chain"},
    "Of each study of researchers": {"study", "study_member"},
    "Of those who are signed in": {"sign_in", "attempt"},
    "Of each survey": {"wave", "wave_link", "planned_round"},
    "Fingerprints of the printed codes": {"access_code"},
    "The answers, encrypted, without order": {"urn"},
    "If the key to the answers is on printed sheets": {"held_key_share"},
    "The figures of the group": {"sealed_wave", "release_hold"},
    "If a question about you was asked": {"sealed_category"},
    "How answers to two statements go together": {"pool", "pool_contribution"},
    "What a leader expected of a survey": {"agreed_action", "expectation", "look_back"},
    "Which figures were shown outside": {*LEDGER, "unit_release", "data_export", "round_release"},
    "Fingerprints by which this installation knows": {"installation_value"},
    "Reports, slips and files for researchers that are being made": {"job", "job_task"},
}


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
    browser.get("/privacy?language=en")
    rows = [row.first("th").text for row in browser.page.select("main tbody tr")]
    assert set.union(*LINES.values()) == set(metadata.tables)
    assert [[line for line in LINES if row.startswith(line)] for row in rows] == [[line] for line in LINES]


def test_the_numbers_on_the_page_are_those_the_gate_goes_by(browser):
    told = {audience: each.mean for audience, each in POLICY.thresholds.items()}
    text = browser.get("/privacy?language=en").page.text
    assert f"for fewer than {told[Audience.LEADER]} answers" in text
    assert f"fewer than {told[Audience.LEADER_AMONG_RESPONDENTS]} where your leader answers too" in text
    assert (
        f"Outside your workplace no results are shown for fewer than {told[Audience.OUTSIDE]} answers" in text
    )
    assert told[Audience.OWNER] == told[Audience.OUTSIDE]  # one sentence speaks of both
