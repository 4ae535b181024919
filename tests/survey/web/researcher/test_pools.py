"""Researchers see the pools there are, alone and merged, and take the same out as files."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reports.exports import POOL_TABLES
from survey.accounts import passwords
from survey.background import jobs as working
from survey.background import pool_exports
from survey.background.data_files import FileLayout
from survey.background.pool_exports import PoolOrder
from survey.operations.installation import Installation
from survey.operations.verification import stored_values
from survey.publication.pool_release import released_pool
from survey.store import random_keys
from survey.store.job_tables import job
from survey.store.pool_tables import pool
from survey.store.repositories import accounts, jobs
from survey.web.platform.context import EXTENSION
from survey.web.researcher.file_choices import FILE_CHOICES
from survey.web.researcher.pool_views import MOST
from tests.pages import Browser
from tests.pooled import added_pool, waiting
from tests.roles import grant_role
from tests.waves import TODAY, place

PASSWORD = "en lang setning her"
HASHED = passwords.hash_password(PASSWORD)


@pytest.fixture
def researcher(app, home, public_url):
    place(home)
    grant_role(
        home.database, accounts.add(home.database, "ina@example.org", HASHED, "nb"), "researcher", None
    )
    browser = Browser(app, public_url)
    return browser.get("/account/sign-in").submit({"email": "ina@example.org", "password": PASSWORD})


def rows(reply):
    return list(csv.reader(io.StringIO(reply.data.decode())))


def order(researcher, keys, **asked):
    chosen = {"rows": "covariances", "format": "csv", "language": "nb"}
    return {"csrf_token": researcher.token(), "pool": keys, **chosen, **asked}


def fetched(researcher, address):
    with researcher.client.get(address, base_url=researcher.address) as reply:
        assert reply.status_code == 200
        return reply.get_data()


def test_pools_are_listed_with_how_many_they_are_of_chosen_and_merged(researcher, home):
    keys = [added_pool(home, units=50, half=half) for half in ("2025-1", "2025-2")]
    researcher.get("/researcher/pools")
    told = researcher.page.first("main").text
    assert "2025H1" in told
    assert [each["value"] for each in researcher.page.select("input[type=checkbox]")] == keys
    asked = "&".join(f"pool={key}" for key in keys)
    researcher.get(f"/researcher/pools/chosen?{asked}")
    told = researcher.page.first("main").text
    assert "100 enheter eller flere, omtrent 2000 personer" in told
    assert len(researcher.page.select("[aria-labelledby=dimensions] tbody tr")) == 9
    assert "Enheter sammenlignes ikke her" not in told
    researcher.get(f"/researcher/pools/chosen?{asked}&show=items")
    assert len(researcher.page.select("[aria-labelledby=items] tbody tr")) == 36
    table = rows(researcher.get(f"/researcher/pools/dimensions.csv?{asked}").reply)
    assert len(table) == 10
    assert "" not in table[1][:11]
    assert len(rows(researcher.get(f"/researcher/pools/items.csv?{asked}").reply)) == 37
    assert "100 units or more" in researcher.get(f"/researcher/pools/report.txt?{asked}").reply.text


def test_a_file_of_chosen_pools_is_ordered_made_by_a_worker_and_found_by_every_researcher(
    researcher, home, app
):
    keys = [added_pool(home, units=12, half=half) for half in ("2025-1", "2025-2")]
    for name in POOL_TABLES:
        researcher.get("/researcher/pools/chosen?" + "&".join(f"pool={key}" for key in keys))
        researcher.post("/researcher/pools/files", order(researcher, keys, rows=name))
        assert "Filen venter på tur." in researcher.page.first("main").text
    assert list(stored_values.problems(home.database)) == []
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get(researcher.path)
    sent = [each["href"] for each in researcher.page.select("main .card a")]
    found = [released_pool(home.database, home.keys, home.policy, key, TODAY) for key in keys]
    # the newest first, of each the file and its codebook
    for name, file, book in zip(reversed(POOL_TABLES), sent[::2], sent[1::2], strict=True):
        told, table = (
            list(csv.reader(io.StringIO(fetched(researcher, file).decode()))),
            POOL_TABLES[name](found, home.policy),
        )
        assert len(told) == len(table.rows) + 1
        assert told[0] == [column.name for column in table.columns]
        assert {row[0] for row in told[1:]} == set(keys)
        described = json.loads(fetched(researcher, book))
        assert described["data set"]["rows"] == len(table.rows)


@pytest.mark.parametrize("chosen", FILE_CHOICES)
def test_pools_come_in_every_format(researcher, home, app, chosen):
    key = added_pool(home, units=12)
    researcher.get("/researcher/pools")
    researcher.post("/researcher/pools/files", order(researcher, [key], format=chosen, rows="answers"))
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get("/researcher/pools/files")
    sent = [each["href"] for each in researcher.page.select("main .card a")]
    assert len(sent) == (3 if chosen == "ddi" else 2)
    for each in sent:
        assert fetched(researcher, each)


def test_a_file_of_pools_goes_with_the_first_of_them(researcher, home, app):
    keys = [added_pool(home, units=12, half=half) for half in ("2025-1", "2025-2")]
    installation = app.extensions[EXTENSION].installation
    researcher.get("/researcher/pools")
    researcher.post("/researcher/pools/files", order(researcher, keys))
    working.run_waiting(installation)
    researcher.get("/researcher/pools/files")
    [file, _] = [each["href"] for each in researcher.page.select("main .card a")]
    [made] = jobs.of_kind(home.database, pool_exports.KIND)
    assert list(working.removals(installation, working.seconds())) == []
    with home.database.writing() as connection:
        over = TODAY - timedelta(days=1)
        connection.execute(update(pool).where(pool.c.key == keys[1]).values(kept_until=over))
    researcher.get(file, status=404)
    [removal] = working.removals(installation, working.seconds())
    removal()
    assert not jobs.of_kind(home.database, pool_exports.KIND)
    assert working.folder(installation, made.key).names() == []


def test_an_order_of_no_such_rows_or_pools_is_refused(researcher, home):
    key = added_pool(home, units=12)
    researcher.get("/researcher/pools")
    asked = order(researcher, [key])
    researcher.post("/researcher/pools/files", {**asked, "format": "docx"}, status=400)
    assert researcher.page.select("[aria-invalid=true]")
    for keys, status in (([], 400), (["x"], 404)):
        researcher.post("/researcher/pools/files", {**asked, "pool": keys}, status=status)
    researcher.get("/researcher/pools/files/x/file", status=404)


def test_units_of_editions_that_may_not_be_compared_are_not(researcher, home, app):
    keys = [added_pool(home, units=90), added_pool(home, units=10, language="nn")]
    asked = "&".join(f"pool={key}" for key in keys)
    researcher.get(f"/researcher/pools/chosen?{asked}")
    assert "Enheter sammenlignes ikke her før modeller" in researcher.page.first("main").text
    researcher.post("/researcher/pools/validations", {"csrf_token": researcher.token(), "pool": keys})
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get(f"/researcher/pools/chosen?{asked}")
    assert "Enheter sammenlignes ikke her: " in researcher.page.first("main").text
    table = rows(researcher.get(f"/researcher/pools/dimensions.csv?{asked}").reply)
    assert {cell for row in table[1:] for cell in row[7:]} == {""}


def test_units_of_languages_are_compared_once_models_have_shown_it_until_the_pools_change(
    researcher, home, app
):
    keys = [added_pool(home, units=60), added_pool(home, units=60, language="nn")]
    asked = "&".join(f"pool={key}" for key in keys)
    researcher.get(f"/researcher/pools/chosen?{asked}")
    assert "Enheter sammenlignes ikke her før modeller" in researcher.page.first("main").text
    researcher.post("/researcher/pools/validations", {"csrf_token": researcher.token(), "pool": keys})
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get(f"/researcher/pools/chosen?{asked}")
    assert "Enheter sammenlignes ikke her" not in researcher.page.first("main").text
    table = rows(researcher.get(f"/researcher/pools/dimensions.csv?{asked}").reply)
    assert "" not in table[1][:11]
    third = added_pool(home, units=50, half="2025-1")
    with home.database.writing() as connection:
        more = connection.execute(select(pool.c.sums).where(pool.c.key == third)).scalar_one()
        connection.execute(update(pool).where(pool.c.key == keys[0]).values(sums=more))
    researcher.get(f"/researcher/pools/chosen?{asked}")
    assert "Enheter sammenlignes ikke her før modeller" in researcher.page.first("main").text


def test_as_many_pools_as_may_be_chosen_are_one_order():
    keys = [random_keys.draw() for _ in range(MOST)]
    order = PoolOrder("covariances", tuple(keys), FileLayout("datapackage", "nb", spreadsheet=True))
    for payload in ({"pools": " ".join(keys), "pairwise": "yes"}, order.payload()):
        assert len(jobs.encode(payload)) <= job.c.payload.type.length


def test_what_waits_is_not_offered_and_what_is_no_pool_is_refused(researcher, home):
    waiting(home, units=3)
    researcher.get("/researcher/pools")
    assert researcher.page.select("input[type=checkbox]") == []
    assert "En strek: Ingenting er lagt sammen ennå." in researcher.page.first("main").text
    key = added_pool(home)
    other = added_pool(home, instrument="pulse@1.0.0")
    researcher.get(f"/researcher/pools/chosen?pool={key}&pool={other}")
    assert "slås ikke sammen til én tabell" in researcher.page.first("main").text
    for asked, status in (("", 400), ("?pool=x", 404), (f"?pool={key}&pool={other}", 400)):
        researcher.get(f"/researcher/pools/dimensions.csv{asked}", status=status)


def test_models_are_ordered_fitted_by_a_worker_and_shown_with_the_verdict(researcher, home, app, monkeypatch):
    monkeypatch.setattr(Installation, "today", TODAY)  # the worker looks at it
    keys = [added_pool(home, units=15, edition=each) for each in ("skole", "barnehage")]
    researcher.get("/researcher/pools/chosen?" + "&".join(f"pool={key}" for key in keys))
    researcher.post("/researcher/pools/validations", {"csrf_token": researcher.token(), "pool": keys})
    assert "Modellene venter på tur." in researcher.page.first("main").text
    assert list(stored_values.problems(home.database)) == []
    working.run_waiting(app.extensions[EXTENSION].installation)
    researcher.get(researcher.path)
    told = researcher.page.first("main").text
    assert "Kan de sammenlignes?" in told
    # of three hundred people each too little is told to show it
    assert "Gjennomsnitt kan sammenlignes." not in told
    assert len(researcher.page.select("main h2")) == 3
    with researcher.client.get(f"{researcher.path}/report.txt", base_url=researcher.address) as text:
        assert text.text.rstrip().endswith("Means may not be compared.")
    researcher.get("/researcher/pools/validations/x", status=404)
