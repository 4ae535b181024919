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
from survey.organisation import merger
from survey.store.repositories import accounts, units
from tests.browser.conftest import DESK
from tests.browser.walking import Service, Walker
from tests.roles import grant_role
from tests.survey.unit_import.sheets import content, numbered
from tests.waves import REFERENCE, answer, opened

OPERATOR, OWNER, PASSWORD = "drift@fjordby.example", "eier@fjordby.example", "en lang setning å huske"
FIRST_DAY = date(2026, 10, 5)
UNITS, ANSWERED, INVITED = 40, 12, 16
# clicks, at most, from the file to the links, and from the round to its report
MOST_TO_LINKS, MOST_TO_REPORT = 3, 4


@pytest.fixture
def walk(chromium, tmp_path, monkeypatch):
    service = Service(tmp_path, FIRST_DAY)
    monkeypatch.setattr(Installation, "today", property(lambda _: service.today))
    monkeypatch.setattr(Installation, "closing_day", property(lambda _: service.here.closing_day))
    contexts = [chromium.new_context(viewport=DESK, locale="nb-NO", bypass_csp=True) for _ in range(2)]
    for email, role in ((OPERATOR, "operator"), (OWNER, None)):
        account = accounts.add(service.home.database, email, passwords.hash_password(PASSWORD), "nb")
        if role:
            grant_role(service.home.database, account, role, None)
    yield [Walker(each.new_page(), service) for each in contexts]
    for each in contexts:
        each.close()
    service.end()


def sign_in(walker, email):
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


def answered(service, unit, title):
    """The unit's survey, opened and answered."""
    days = {"opens_on": service.today, "closes_on": service.today + timedelta(days=11)}
    wave = opened(service.home, unit.name, title=title, instrument=REFERENCE, invited=INVITED, **days)
    people = [person(library.get(REFERENCE), f"{unit.key} {number}") for number in range(ANSWERED)]
    answer(service.home, wave, people, service.today)
    return wave


def seal(service, wave):
    lifecycle.close(service.home.database, wave.key)
    sealing.seal(service.home.database, service.home.keys, service.home.policy, wave.key)


@pytest.mark.longest
def test_a_municipality_of_forty_units(walk):
    operator, owner = walk
    service, home = operator.service, operator.service.home
    links = import_units(operator, numbered(UNITS))
    town, *schools = units.every(home.database)
    assert len(links) == len(schools) == UNITS
    grant_role(home.database, accounts.by_email(home.database, OWNER), "owner", town.key)
    late, *others = [answered(service, each, "Høst 2026") for each in schools]
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
    next_year(operator, owner)


def next_year(operator, owner):
    """Two schools have been merged, and one has a new leader."""
    service, home = operator.service, operator.service.home
    service.pass_until(date(2027, 6, 21))
    first, second = (each.key for each in units.every(home.database) if each.name in {"Skole 38", "Skole 39"})
    said = {"by": OPERATOR, "now": service.clock.seconds, "today": service.today}
    merger.merge_into_new(home.database, home.keys, home.policy, (first, second), "Nye skole", **said)
    service.pass_until(FIRST_DAY.replace(year=2027))
    town, school, *_ = numbered(1)
    [link] = import_units(operator, (town, (*school[:6], "ny.leder@skole.no", school[7])))
    assert link
    taking = [each for each in units.every(home.database) if each.edition and each.closed_on is None]
    assert len(taking) == UNITS - 1
    for each in [answered(service, each, "Høst 2027") for each in taking]:
        seal(service, each)
    report = release(owner)
    assert f"{(UNITS - 1) * ANSWERED} av {(UNITS - 1) * INVITED} svarte" in report
    assert "Skole 38" not in report
    assert "Nye skole" in report


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
