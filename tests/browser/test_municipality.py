"""A municipality of forty units, from an empty database to the report that its politicians read, and on."""

import io
import random
import zipfile
from datetime import date, timedelta

import openpyxl
import pypdf
import pytest

from instruments import library
from instruments.answers import Answers
from survey.accounts import passwords
from survey.collection import lifecycle, sealing
from survey.operations.installation import Installation
from survey.store.repositories import accounts, units, waves
from tests.browser.conftest import DESK, PHONE
from tests.browser.walking import Service, Walker
from tests.roles import grant_role
from tests.survey.unit_import.sheets import content, numbered
from tests.waves import answer

OPERATOR, OWNER, PASSWORD = "drift@fjordby.example", "eier@fjordby.example", "en lang setning å huske"
FIRST_DAY = date(2026, 10, 5)
OPEN_DAYS = timedelta(days=11)
UNITS, ANSWERED, INVITED = 40, 12, 20
# clicks, at most: from the file to the links, from the list of rounds to the drafts, from there to the report
MOST_TO_LINKS, MOST_TO_DRAFTS, MOST_TO_REPORT = 3, 2, 4


@pytest.fixture
def walk(chromium, tmp_path, monkeypatch):
    service = Service(tmp_path, FIRST_DAY)
    monkeypatch.setattr(Installation, "today", property(lambda _: service.today))
    monkeypatch.setattr(Installation, "closing_day", property(lambda _: service.here.closing_day))
    contexts = [
        chromium.new_context(viewport=size, locale="nb-NO", bypass_csp=True) for size in (DESK, DESK, PHONE)
    ]
    for email, role in ((OPERATOR, "operator"), (OWNER, None)):
        account = accounts.add(service.home.database, email, passwords.hash_password(PASSWORD), "nb")
        if role:
            grant_role(service.home.database, account, role, None)
    yield [Walker(each.new_page(), service) for each in contexts]
    for each in contexts:
        each.close()
    service.end()


def sign_in(walker, email):
    # days have gone by, and nobody stays signed in for as long
    walker.page.context.clear_cookies()
    walker.arrive("/account/sign-in")
    walker.type("E-postadresse", email)
    walker.type("Passord", PASSWORD)
    walker.press("Logg inn")


def person(version, seed):
    drawn = random.Random(seed)  # noqa: S311 - simulated answers need no secrecy
    own = drawn.choice((2, 3, 3, 4))
    return Answers(
        version, {each.id: min(5, max(1, own + drawn.choice((-1, 0, 1)))) for each in version.items}
    )


def drafts(service):
    """The drafts that planning made, by the names of their units."""
    return {wave.unit_name: wave for wave in waves.every(service.home.database) if wave.is_draft}


def answered(service, wave):
    """The survey opened by its leader, and answered."""
    home = service.home
    begun = lifecycle.open_wave(home.database, home.keys, home.policy, wave.key, service.today)
    people = [person(library.get(wave.instrument), f"{wave.unit_key} {number}") for number in range(ANSWERED)]
    answer(home, begun, people, service.today)
    return begun


def seal(service, wave):
    lifecycle.close(service.home.database, wave.key)
    sealing.seal(service.home.database, service.home.keys, service.home.policy, wave.key)


@pytest.mark.longest
def test_a_municipality_of_forty_units(walk):
    operator, owner, phone = walk
    service, home = operator.service, operator.service.home
    links = import_units(operator, numbered(UNITS))
    town, *schools = units.every(home.database)
    assert len(links) == len(schools) == UNITS
    grant_role(home.database, accounts.by_email(home.database, OWNER), "owner", town.key)
    sign_in(owner, OWNER)
    plan(owner, "Høst 2026", forgotten="Skole 7")
    made = drafts(service)
    assert len(made) == UNITS
    late = made.pop("Skole 0")
    others = [answered(service, each) for each in made.values()]
    board = follow(owner, "Skole 0")
    late = answered(service, late)
    service.pass_by(days=10)
    for each in others:
        seal(service, each)
    report = release(owner, late.unit_name)
    assert f"{(UNITS - 1) * ANSWERED} av {(UNITS - 1) * INVITED} svarte" in report
    # a unit sealed after the release is shown by itself, and the total stays as it is
    seal(service, late)
    owner.page.reload()
    owner.press("Frigi det som ble forseglet senere")
    owner.press("Frigi det som ble forseglet senere")
    assert f"svar fra {(UNITS - 1) * ANSWERED} av {(UNITS - 1) * INVITED} inviterte" in owner.text
    owner.page.goto(board)
    assert f"Forseglet: {UNITS}" in owner.text
    next_year(operator, phone)


def next_year(operator, owner):
    """Two schools have been merged and one has a new leader; the owner has a telephone only."""
    service = operator.service
    service.pass_until(date(2027, 6, 21))
    sign_in(operator, OPERATOR)
    merge(operator, "Skole 38", "Skole 39", "Nye skole")
    service.pass_until(FIRST_DAY.replace(year=2027))
    town, school, *_ = numbered(1)
    [link] = import_units(operator, (town, (*school[:6], "ny.leder@skole.no", school[7])))
    assert link
    sign_in(owner, OWNER)
    plan(owner, "Høst 2027")
    made = drafts(service)
    assert len(made) == UNITS - 1
    assert not {"Skole 38", "Skole 39"} & {*made}
    late = made.pop("Skole 0")
    others = [answered(service, each) for each in made.values()]
    follow(owner, "Skole 0")
    for each in [*others, answered(service, late)]:
        seal(service, each)
    report = release(owner)
    assert f"{(UNITS - 1) * ANSWERED} av {(UNITS - 1) * INVITED} svarte" in report
    assert "Skole 38" not in report
    assert "Nye skole" in report


def plan(owner, title, forgotten=""):
    """Plan the round for all units by one act, and add the one that was forgotten by another."""
    today = owner.service.today
    owner.arrive("/owner/")
    owner.start_counting()
    owner.press("Planlegg en runde")
    owner.type("Tittel", title)
    owner.type("Første dag", today)
    owner.type("Siste dag", today + OPEN_DAYS)
    if forgotten:
        owner.page.locator("#units label", has_text=f"{forgotten} ").click()
    owner.press("Planlegg runden")
    assert owner.clicks <= MOST_TO_DRAFTS
    assert owner.typed == 3
    if forgotten:
        assert f"Utkast: {UNITS - 1}" in owner.text
        owner.press("Legg til enheter …")
        owner.page.locator("#units label", has_text=f"{forgotten} ").click()
        owner.press("Legg dem til i runden")
        assert f"Utkast: {UNITS}" in owner.text


def follow(owner, late):
    """Look at the board, from the list of rounds, for who has not opened yet; its address."""
    owner.arrive("/owner/")
    owner.press("Høst")
    board = owner.page.url
    assert "Utkast: 1" in owner.text
    assert "sannsynligvis" in owner.text
    owner.press("Har ikke åpnet ennå (1)")
    assert owner.page.locator("tbody th").all_inner_texts() == [late]
    return board


def merge(operator, first, second, name):
    """Merge two schools into a new one on the operator's pages, and say how many people it has."""
    operator.arrive(f"/operator/units?q={first}")
    operator.press(first)
    operator.press("Slå sammen")
    operator.choose("Slå sammen med", second)
    operator.type("Navn på den nye enheten", name)
    operator.press("Slå sammen")
    operator.type("Hvor mange som er invitert", INVITED)
    operator.press("Lagre")


def import_units(operator, rows):
    """Import a sheet in the browser, and make the links for first passwords; the links."""
    sign_in(operator, OPERATOR)
    operator.arrive("/operator/import")
    operator.start_counting()
    file = {"name": "enheter.csv", "mimeType": "text/csv", "buffer": content(rows)}
    operator.page.set_input_files("[name=sheet]", file)
    operator.press("Vis hva den vil føre til")
    operator.press("Lagre alt sammen")
    _, packed = operator.save("Lag lenker")
    assert operator.clicks <= MOST_TO_LINKS
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        [sheet] = [each for each in files.namelist() if each.endswith(".xlsx")]
        book = openpyxl.load_workbook(io.BytesIO(files.read(sheet)))
    return [row[2].value for row in book.active.iter_rows(min_row=2)]


def release(owner, late=""):
    """Release the newest round, of which one unit may be late, and read its report."""
    sign_in(owner, OWNER)
    owner.start_counting()
    owner.press("Juli til desember")
    owner.press("Frigi runden …")
    assert f"{UNITS - 1} enheter er forseglet" in owner.text
    assert late in owner.text
    owner.press("Frigi runden for godt")
    _, report = owner.save("Rapporten for runden")
    assert owner.clicks <= MOST_TO_REPORT
    pages = pypdf.PdfReader(io.BytesIO(report)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
