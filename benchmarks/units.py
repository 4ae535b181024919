"""How long an import of units takes, and an operator's pages beside so many of them.

    python -m benchmarks.units [UNITS]

A sheet of one municipality and so many schools, each with a leader of its own, is read, planned and stored
in a new database of SQLite. Seconds of the clock; of a page the median of five, and its statements.
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
from sqlalchemy import event

import survey
from survey.accounts import passwords
from survey.demo.policy import write_policy
from survey.settings import Settings
from survey.store.repositories import accounts
from survey.unit_import import carrying_out, sheet
from survey.unit_import.plan import Scope
from survey.web.platform.context import EXTENSION
from tests.pages import Browser
from tests.roles import grant_role

ADDRESS = "http://localhost"
HEADINGS = ("Navn", "Type", "Utgave", "Overordnet enhet", "Språk", "Leders e-post", "Inviterte")
EMAIL, PASSWORD = "drift@example.org", "a benchmark only"
PAGES = ("/operator/units", "/operator/units?q=skole+7", "/operator/accounts", "/operator/accounts?q=leder7")


def rows(count: int) -> list[tuple[str, ...]]:
    """Return the rows of the sheet, headings first."""
    town = ("Fjordby", "kommune", "", "", "", "", "")
    schools = [
        ("Skole " + str(k), "", "skole", "Fjordby", "nb", f"leder{k}@skole.no", "20") for k in range(count)
    ]
    return [HEADINGS, town, *schools]


def workbook(table: list[tuple[str, ...]]) -> bytes:
    """Return the rows as XLSX."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in table:
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def timed(name: str, act: Callable[[], object]) -> object:
    """Print how long an act takes, and return what it returns."""
    began = time.perf_counter()
    made = act()
    print(f"{name:40} {time.perf_counter() - began:6.2f} s")
    return made


def main(count: int) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        database, keys = f"sqlite:///{folder}/units.db", Path(folder) / "keys"
        settings = Settings(database, keys, "0123456789abcdef" * 2, policy=write_policy(Path(folder)))
        app = survey.create_app(replace(settings, public_url=ADDRESS))
        database = app.extensions[EXTENSION].database
        table, scope = rows(count), Scope(by=EMAIL)
        text = "\n".join(";".join(row) for row in table).encode()
        timed("read XLSX", lambda: sheet.read(workbook(table)))
        read = timed("read CSV", lambda: sheet.read(text))
        planned = timed("plan", lambda: carrying_out.preview(database, read, scope))
        store = lambda: carrying_out.carry_out(database, read, scope, planned.digest(), now=0)  # noqa: E731 - one act
        timed("store", store)
        timed("plan again", lambda: carrying_out.preview(database, read, scope))
        measure_pages(app, database)
        database.close()


def measure_pages(app: object, database: object) -> None:
    """Print the median time of each page and how many statements it asked."""
    holder = accounts.add(database, EMAIL, passwords.hash_password(PASSWORD), "nb")
    grant_role(database, holder, "operator", None)
    browser = Browser(app, ADDRESS)
    browser.get("/account/sign-in").submit({"email": EMAIL, "password": PASSWORD})
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for path in PAGES:
        taken = []
        for _ in range(5):
            asked.clear()
            began = time.perf_counter()
            browser.client.get(path, base_url=ADDRESS)
            taken.append(time.perf_counter() - began)
        number = sum(statement != "BEGIN" for statement in asked)
        print(f"{path:40} {1000 * statistics.median(taken):6.0f} ms, {number} statements")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
