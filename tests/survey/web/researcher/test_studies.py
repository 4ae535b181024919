"""An operator makes a study, researchers take data out in it, and a program of theirs reads by a token."""

from datetime import date

import pytest

from survey.accounts import passwords
from survey.background import jobs as working
from survey.operations.installation import Installation
from survey.store.act_tables import unit_act
from survey.store.repositories import accounts, sign_ins, studies
from survey.web.platform.context import EXTENSION
from tests.pages import Browser, saved_name
from tests.roles import grant_role
from tests.waves import TODAY, place, release_below, sealed, simulated

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def signed_in(app, home, public_url):
    def sign_in(email, role):
        place(home)
        grant_role(home.database, accounts.add(home.database, email, HASHED, "nb"), role, None)
        browser = Browser(app, public_url)
        return browser.get("/account/sign-in").submit({"email": email, "password": PASSWORD})

    return sign_in


@pytest.fixture
def operator(signed_in):
    return signed_in("drift@example.org", "operator")


@pytest.fixture
def researcher(signed_in):
    return signed_in("ina@example.org", "researcher")


def make(operator, name="Fellesskap «over» tid", last="2026-12-31", **more):
    return operator.get("/operator/studies").submit({"study_name": name, "ends_on": last}, **more)


def test_a_study_is_made_joined_and_found_by_who_takes_part(operator, researcher, home):
    make(operator)
    assert operator.heading == "Fellesskap «over» tid"
    operator.submit({"email": "INA@example.org"}, press="Legg til i studien")
    assert "ina@example.org" in operator.page.first("main ul").text
    researcher.get("/researcher/").get(researcher.page.first("main a.button.quiet")["href"])
    assert researcher.heading == "Fellesskap «over» tid"
    key = researcher.path.rpartition("/")[2]
    assert [each.key for each in studies.every(home.database, TODAY)] == [key]


def test_a_token_is_shown_once_reads_and_ends(operator, researcher, app, public_url):
    make(operator)
    operator.submit({"email": "ina@example.org"}, press="Legg til i studien")
    researcher.get("/researcher/").get(researcher.page.first("main a.button.quiet")["href"])
    study = researcher.path
    researcher.get(f"{study}/token").submit()
    token = researcher.page.first("main code").text
    assert token.startswith("kjs_")
    assert researcher.page.select("nav.tongues") == []
    assert token not in researcher.get(study).page.text

    def read():
        sent = {"Authorization": f"Bearer {token}"}
        return app.test_client().get("/api/v1/study", base_url=public_url, headers=sent).status_code

    assert read() == 200
    researcher.get(f"{study}/token").submit(press=f"{study}/token/end")
    assert read() == 401


def test_a_file_is_ordered_made_found_and_taken_out_again_by_whoever_takes_part(
    researcher, home, app, monkeypatch
):
    monkeypatch.setattr(Installation, "today", TODAY)  # the worker looks at it
    for seed, name in enumerate(("Asken", "Bjørka")):
        sealed(home, simulated(24, seed), unit=name, invited=30)
        release_below(home, place(home, name).key)
    holder = accounts.by_email(home.database, "ina@example.org")
    study = studies.add(home.database, "Over tid", TODAY, TODAY)
    studies.join(home.database, study, holder)
    researcher.get(f"/researcher/studies/{study}/exports/new")
    chosen = {
        "rows": "items",
        "format": "csv_spreadsheet",
        "language": "nb",
        "first": "2026H1",
        "last": "2026H1",
    }
    researcher.submit(chosen)
    assert researcher.heading == "Over tid"
    assert "Filen venter på tur." in researcher.page.first("main").text
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get(f"/researcher/studies/{study}")
    told = researcher.page.first("main").text
    assert "Påstander · CSV til regneark · 2026H1" in told
    assert f"{TODAY.isoformat()}-" in told
    paths = [
        each["href"] for each in researcher.page.select("main .card a.button") if "/exports/" in each["href"]
    ]
    for _ in range(2):
        with researcher.client.get(paths[0], base_url=researcher.address) as file:
            assert file.data.startswith("\ufeffunit;".encode())
            assert saved_name(file).endswith("-spreadsheet-nb.csv")
    with researcher.client.get(paths[1], base_url=researcher.address) as codebook:
        assert codebook.is_json
    with home.database.reading() as connection:
        done = connection.execute(unit_act.select().where(unit_act.c.kind == "export-made")).all()
    assert [each.done_by for each in done] == ["ina@example.org"]
    researcher.get(f"/researcher/studies/{study}/exports/{'0' * 16}/file", status=404)
    researcher.get(paths[0].replace("/file", "/described"), status=404)


def test_who_takes_part_in_no_study_is_told_who_makes_one_and_gets_no_file(researcher):
    told = researcher.get("/researcher/").page.first("main").text
    assert "Du er ikke med i noen studie ennå. Be dem som driver tjenesten" in told
    assert [each["href"] for each in researcher.page.select("main a")] == ["/researcher/pools"]
    researcher.get("/researcher/dimensions.csv", status=404)


def test_a_study_of_others_looks_like_none(operator, researcher):
    make(operator)
    key = operator.path.rpartition("/")[2]
    for path in (f"studies/{key}", f"studies/{key}/token", f"studies/{key}/exports/new", "studies/x"):
        researcher.get(f"/researcher/{path}", status=404)
        assert researcher.heading == "Det finnes ingen slik studie"


def test_what_is_missing_or_no_researcher_is_said_beside_the_field(operator):
    make(operator, name="", status=400)
    assert operator.page.first("#study_name-error-1").text == "Skriv et navn."
    make(operator, last="2020-01-01", status=400)
    assert "senest" in operator.page.first("#ends_on-error-1").text
    make(operator)
    for email, told in (("ingen@example.org", "Ingen har konto"), ("drift@example.org", "er ikke forsker")):
        operator.submit({"email": email}, press="Legg til i studien", status=400)
        assert told in operator.page.first("#email-error-1").text
        operator.get(operator.path.removesuffix("/join"))


def test_ending_a_study_is_confirmed_and_leaving_ends_the_token(operator, researcher, home):
    make(operator)
    study = operator.path
    operator.submit({"email": "ina@example.org"}, press="Legg til i studien")
    [found] = studies.every(home.database, TODAY)
    token = studies.make_token(home.database, found.key, found.members[0].account_id)
    # nobody's number, and one that no database holds
    for number in ("0", "9" * 30):
        operator.get(study).post(f"{study}/leave", {"csrf_token": operator.token(), "number": number})
    assert studies.of_token(home.database, token, date(2026, 3, 9)) is not None
    operator.get(study).get(operator.page.first("main li a.button")["href"])
    assert operator.heading == "Fjerne ina@example.org fra studien?"
    assert "Tokenet for programmer avsluttes for godt" in operator.page.first("main").text
    operator.submit()
    assert "Ingen er med ennå." in operator.page.first("main").text
    assert studies.of_token(home.database, token, date(2026, 3, 9)) is None
    operator.get(f"{study}/end").submit()
    assert operator.path == "/operator/studies"
    assert studies.every(home.database, TODAY) == []
    operator.get(study, status=404)
    assert "Du er ikke med i noen studie ennå." in researcher.get("/researcher/").page.first("main").text


@pytest.mark.parametrize("how", ["signed out", "new link", "own password"])
def test_a_token_ends_with_the_sign_ins_of_its_account(home, researcher, how):
    holder = accounts.by_email(home.database, "ina@example.org")
    key = studies.add(home.database, "Over tid", TODAY, TODAY)
    studies.join(home.database, key, holder)
    token = studies.make_token(home.database, key, holder.id)
    if how == "own password":
        typed = {"old": PASSWORD, "new": "en annen lang setning", "again": "en annen lang setning"}
        researcher.get("/account/password").submit(typed)
    elif how == "new link":
        accounts.reset_password(home.database, holder, by="drift@example.org", now=1)
    else:
        sign_ins.end_all(home.database, holder.id)
    assert studies.of_token(home.database, token, TODAY) is None
    assert studies.by_key(home.database, key, TODAY).member(holder.id)
