"""The leader's profile on screen: what the gate tells, drawn and in tables, and the report to take along."""

import pytest

from survey.accounts import passwords
from survey.collection import lifecycle, sealing
from survey.store.repositories import accounts
from tests.roles import grant_role
from tests.waves import answer, drafted, opened, place, sealed, simulated

PASSWORD = "a sentence to sign in with"


@pytest.fixture
def leader(home, browser):
    """A browser signed in as the leader of Asken."""
    account = accounts.add(home.database, "leader@asken.example", passwords.hash_password(PASSWORD), "nb")
    grant_role(home.database, account, "leader", place(home).key)
    browser.get("/account/sign-in?language=en")
    return browser.submit({"email": account.email, "password": PASSWORD})


def address(wave):
    return f"/leader/{wave.unit_key}/{wave.key}"


def test_a_sealed_wave_has_its_figure_its_numbers_and_its_reports(home, leader):
    wave = sealed(home, simulated(20))
    leader.get(f"{address(wave)}/profile")
    assert len(leader.page.select("main tbody tr")) == 9
    assert "20 of 20" in leader.page.first("main").text
    image = leader.page.first("main img")
    assert "3" in image["alt"]
    drawing = leader.client.get(image["src"], base_url=leader.address)
    assert drawing.mimetype == "image/svg+xml"
    assert b"<svg " in drawing.data
    links = [each["href"] for each in leader.page.select("main ul.go a")]
    assert [each.split("in=")[1] for each in links] == ["nb", "nn", "en"]
    pdf = leader.client.get(links[1], base_url=leader.address)
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")


@pytest.mark.parametrize("path", ["profile", "profile/evidence_use"])
def test_on_a_narrow_screen_the_same_figure_is_drawn_with_its_names_above(home, leader, path):
    wave = sealed(home, simulated(20))
    leader.get(f"{address(wave)}/{path}")
    wide, narrow = (
        leader.page.first("main picture img")["src"],
        leader.page.first("main picture source")["srcset"],
    )
    drawn = [leader.client.get(each, base_url=leader.address) for each in (wide, narrow)]
    assert [each.mimetype for each in drawn] == ["image/svg+xml"] * 2
    widths = [float(each.text.split('viewBox="0 0 ')[1].split()[0]) for each in drawn]
    assert widths[1] < 0.7 * widths[0]


def test_each_dimension_has_a_page_with_its_answers_and_questions(home, leader):
    wave = sealed(home, simulated(40), invited=40)
    leader.get(f"{address(wave)}/profile/evidence_use")
    assert leader.heading == "Use of knowledge and data"
    assert len(leader.page.select("main tbody tr")) == 5
    assert leader.client.get(leader.page.first("main img")["src"], base_url=leader.address).status_code == 200


def test_a_wave_of_four_has_a_profile_without_a_number(home, leader):
    wave = sealed(home, simulated(4))
    leader.get(f"{address(wave)}/profile")
    assert not leader.page.select("main img")
    cells = {each.text for each in leader.page.select("main tbody td")}
    assert cells == {"–"}


def test_nothing_is_told_before_sealing(home, leader):
    wave = drafted(home)
    for path in ("profile", "profile/evidence_use", "report.pdf", "figure/overview.svg"):
        leader.get(f"{address(wave)}/{path}", status=409)


@pytest.mark.parametrize(
    "path",
    [
        "profile/no_such",
        "figure/no_such.svg",
        "figure/shares/no_such.svg",
        "figure/shares.svg",
        "figure/overview/evidence_use.svg",
        "figure/shares-wide/evidence_use.svg",
    ],
)
def test_what_is_not_there_is_not_found(home, leader, path):
    wave = sealed(home, simulated(20))
    leader.get(f"{address(wave)}/{path}", status=404)


def test_another_units_wave_is_not_there(home, leader):
    wave = sealed(home, simulated(20), unit="Bjerka")
    leader.get(f"{address(wave)}/profile", status=404)
    leader.get(f"/leader/{place(home).key}/{wave.key}/profile", status=404)


def test_a_language_that_the_edition_lacks_is_refused(home, leader):
    wave = sealed(home, simulated(20))
    leader.get(f"{address(wave)}/report.pdf?in=da", status=400)


def test_a_wave_with_a_background_question_is_shown_by_group_and_another_is_not(home, leader):
    wave = opened(home, background="role@1", invited=24, leaders_answer=False)
    chosen = ["with_learners"] * 12 + ["supporting_others"] * 12
    answer(home, wave, simulated(24), said=chosen)
    lifecycle.close(home.database, wave.key)
    sealing.seal(home.database, home.keys, home.policy, wave.key)
    leader.get(f"{address(wave)}/profile")
    table = leader.page.first("[aria-labelledby=groups]")
    assert [each.text for each in table.select("th[scope=col]")][1:] == [
        "Work directly with the pupils",
        "Lead, coordinate or support others",
        "All together",
    ]
    assert [each.text for each in table.select("tbody tr td")][:3] == ["12", "12", "24"]
    leader.get(f"{address(sealed(home, simulated(20)))}/profile")
    assert leader.page.first("[aria-labelledby=groups]") is None
