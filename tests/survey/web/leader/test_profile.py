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
    assert len(leader.page.select("main tbody tr")) == 2 + 9
    assert len(leader.page.select("main tbody tr a")) == 9
    assert "20 of 20" in leader.page.first("main").text
    image = leader.page.first("main img")
    assert "3" in image["alt"]
    drawing = leader.client.get(image["src"], base_url=leader.address)
    assert drawing.mimetype == "image/svg+xml"
    assert b"<svg " in drawing.data
    links = [each["href"] for each in leader.page.select("main ul.go a")]
    assert [each.split("in=")[1] for each in links] == ["en", "nb", "nn"]  # the reader's own first
    assert leader.page.text.index("PDF") < leader.page.text.index("What the answers settle")
    pdf = leader.client.get(links[2], base_url=leader.address)
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF")


def test_the_page_tells_what_the_report_tells_in_its_order(home, leader):
    first = sealed(home, simulated(20))
    wave = sealed(home, simulated(22, seed=2), title="Høst 2026")
    leader.get(f"{address(wave)}/profile")
    said = leader.page.first("main").text
    order = [
        "What the answers settle",
        "What has changed",
        "Where you differ most",
        "Since last time",
        "Dimension by",
    ]
    assert [said.index(each) for each in order] == sorted(said.index(each) for each in order)
    assert said.count("No certain change") == 1
    names = [each["src"].rsplit("/", 1)[1] for each in leader.page.select("main picture img")]
    assert names == ["overview.svg", "change.svg", "time.svg"]
    for each in leader.page.select("main picture source"):
        assert leader.client.get(each["srcset"], base_url=leader.address).mimetype == "image/svg+xml"
    links = {each["href"] for each in leader.page.select("main p.go a")}
    assert f"{address(first)}/profile" in links
    leader.get(f"{address(first)}/profile")
    assert f"{address(wave)}/profile" in {each["href"] for each in leader.page.select("main p.go a")}


def test_on_a_narrow_screen_the_same_figure_is_drawn_narrower(home, leader):
    wave = sealed(home, simulated(20))
    leader.get(f"{address(wave)}/profile")
    wide, narrow = (
        leader.page.first("main picture img")["src"],
        leader.page.first("main picture source")["srcset"],
    )
    drawn = [leader.client.get(each, base_url=leader.address) for each in (wide, narrow)]
    assert [each.mimetype for each in drawn] == ["image/svg+xml"] * 2
    widths = [float(each.text.split('viewBox="0 0 ')[1].split()[0]) for each in drawn]
    assert widths[1] < 0.8 * widths[0]


def test_a_figure_can_be_saved_as_a_picture(home, leader):
    wave = sealed(home, simulated(20))
    saved = leader.client.get(f"{address(wave)}/figure/overview.png", base_url=leader.address)
    assert saved.mimetype == "image/png"
    assert saved.data.startswith(b"\x89PNG")
    assert "attachment" in saved.headers["Content-Disposition"]
    leader.get(f"{address(sealed(home, simulated(4)))}/figure/overview.png", status=404)


def test_each_dimension_has_a_page_on_which_a_statement_its_bar_and_its_mean_are_one_row(home, leader):
    wave = sealed(home, simulated(40), invited=40)
    leader.get(f"{address(wave)}/profile/evidence_use")
    assert leader.heading == "Use of knowledge"
    rows = leader.page.select("main tbody tr")
    assert len(rows) == 4
    for row in rows:
        image = row.first("td img")
        assert "%" in image["alt"]
        assert leader.client.get(image["src"], base_url=leader.address).mimetype == "image/svg+xml"
        assert len(row.select("td")) == 2
        assert "." in row.select("td")[1].text


def test_a_wave_of_four_has_a_profile_without_a_number(home, leader):
    wave = sealed(home, simulated(4))
    leader.get(f"{address(wave)}/profile")
    assert not leader.page.select("main img")
    cells = {each.text for each in leader.page.select("main tbody td")}
    assert cells == {"–"}
    assert "What has changed" not in leader.page.text


def test_nothing_is_told_before_sealing(home, leader):
    wave = drafted(home)
    for path in ("profile", "profile/evidence_use", "report.pdf", "figure/overview.svg"):
        leader.get(f"{address(wave)}/{path}", status=409)


@pytest.mark.parametrize(
    "path",
    [
        "profile/no_such",
        "figure/no_such.svg",
        "figure/answers/no_such.svg",
        "figure/answers.svg",
        "figure/overview-wide.svg",
        "figure/overview/evidence_use.svg",
        "figure/answers/evidence_use.svg",
        "figure/answers/evidence_use/5.svg",
        "figure/time/evidence_use/1.svg",
        "figure/change.svg",
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
    ]
    assert [each.text for each in table.select("tbody tr td")][:2] == ["12", "12"]
    leader.get(f"{address(sealed(home, simulated(20)))}/profile")
    assert leader.page.first("[aria-labelledby=groups]") is None


def test_where_two_versions_are_compared_the_page_says_on_what_that_rests(home, leader):
    newer = "learning_community@1.1.0"
    first = sealed(home, simulated(20))
    second = sealed(home, simulated(22, of=newer), title="Høst 2026", instrument=newer)
    for wave, says in ((first, False), (second, True)):
        leader.get(f"{address(wave)}/profile")
        told = leader.page.first("main").text
        assert ("Versions are compared because these statements mean the same in both" in told) == says
