"""A survey on paper: leaders print the form in every language, as long as it takes answers."""

from io import BytesIO

import pypdf
import pytest

from survey.accounts import passwords
from survey.collection import lifecycle
from survey.store.repositories import accounts, waves
from tests.log_lines import log_lines
from tests.pages import saved_name
from tests.roles import grant_role
from tests.waves import drafted, opened, place

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def inside(browser, home):
    """A browser signed in as the leader of Asken."""
    holder = accounts.add(home.database, "leder@example.org", HASHED, "nb")
    grant_role(home.database, holder, "leader", place(home).key)
    return browser.get("/account/sign-in").submit({"email": "leder@example.org", "password": PASSWORD})


def page_of(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def text_of(reply):
    pages = pypdf.PdfReader(BytesIO(reply.data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("begin", [drafted, opened])
def test_the_page_of_a_survey_leads_to_its_form_in_every_language(inside, home, begin):
    wave = begin(home, background="years_here@1")
    link = inside.get(page_of(wave)).page.first(f'main a[href="{page_of(wave)}/paper"]')
    files = [each["href"] for each in inside.get(link["href"]).page.select("main a[href$='.pdf']")]
    forms = [f"{page_of(wave)}/paper/{language}.pdf" for language in ("nb", "nn", "en")]
    sheets = [f"{page_of(wave)}/paper/{language}/code-sheet.pdf" for language in ("nb", "nn", "en")]
    assert files == forms + sheets
    told = text_of(inside.get(forms[0]).reply)
    for part in ("Asken", "Vår 2026", "Siste dag: 20. mars 2026", "arbeidet her?", "med lappen din inni"):
        assert part in told
    assert "Last day: 20 March 2026" in text_of(inside.get(forms[2]).reply)


def test_the_file_is_named_by_unit_survey_and_language(inside, home):
    wave = drafted(home, title="Vår/../2026 «ny»")
    inside.get(f"{page_of(wave)}/paper/nn.pdf")
    assert saved_name(inside.reply) == "paper-Asken-Vår-2026-ny-nn.pdf"


def test_what_is_said_of_paper_speaks_of_slips_only_where_there_are_some(inside, home):
    wave = opened(home, open_link=True)
    assert "lapp" not in inside.get(f"{page_of(wave)}/paper").page.first("main").text.lower()
    for file in ("nb.pdf", "nb/code-sheet.pdf"):
        assert "lapp" not in text_of(inside.get(f"{page_of(wave)}/paper/{file}").reply).lower()


def test_a_language_that_is_not_offered_and_a_survey_that_is_over_have_no_form(inside, home):
    wave = opened(home)
    inside.get(f"{page_of(wave)}/paper/da.pdf", status=400)
    lifecycle.close(home.database, wave.key)
    assert waves.by_key(home.database, wave.key).is_closed
    assert f"{page_of(wave)}/paper" not in inside.get(page_of(wave)).reply.text
    for address in ("paper", "paper/nb.pdf", "paper/nb/code-sheet.pdf"):
        inside.get(f"{page_of(wave)}/{address}", status=409)


def test_the_address_for_typing_in_is_shown_when_it_is_asked_for_and_noted_in_the_log(inside, home, capsys):
    wave = opened(home)
    assert inside.get(f"{page_of(wave)}/paper").page.select(".address") == []
    capsys.readouterr()
    address = inside.submit(press=f"{page_of(wave)}/paper").page.first(".address").text
    assert inside.get(address.removeprefix("https://svar.example")).path == "/paper"
    told = text_of(inside.get(f"{page_of(wave)}/paper/nb/code-sheet.pdf").reply)
    assert address in told.replace(" ", "")
    assert saved_name(inside.reply) == "code-sheet-Asken-Vår-2026-nb.pdf"
    noted = [line["event"] for line in log_lines(capsys.readouterr().err)]
    assert noted == ["typing-set-up", "code-sheet-printed"]


def test_a_draft_has_no_address_for_typing_in_yet(inside, home):
    wave = drafted(home)
    inside.get(f"{page_of(wave)}/paper")
    token = inside.token()
    assert inside.page.select("main form") == []
    inside.post(f"{page_of(wave)}/paper", {"csrf_token": token}, status=409)
