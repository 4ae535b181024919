"""What every floor's tests may use: databases, migrated, on SQLite and on PostgreSQL."""

import tests.one_thread  # noqa: F401 - before numpy is loaded

# isort: split
import gc
import importlib
import os
import shutil
import sys
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import HealthCheck
from hypothesis import settings as properties
from sqlalchemy import make_url

from survey.accounts import passwords
from survey.demo.policy import write_policy
from survey.operations import installation, verification
from survey.settings import Settings
from survey.store import database as databases
from survey.store.database import connect, open_database
from survey.web.platform import catalogues
from tests.buckets import buckets
from tests.compiled import keep_what_is_compiled
from tests.keys import key_directory, note
from tests.lent import LentDatabases
from tests.paths import REPOSITORY
from tests.postgres import database_in, server
from tests.rewritten import rewrite_share
from tests.stored import AS_SHIPPED
from tests.waves import BareInstallation

# the same examples in every run, so that a change is judged by what it changes; to look for new ones, see
# CONTRIBUTING.md. However long an example takes on a busy machine, it is judged by what comes out
PATIENT = properties(deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.register_profile("steady", PATIENT, derandomize=True)
properties.register_profile("explore", PATIENT, derandomize=False)
properties.load_profile("steady")

# many tests sign in, and a real hash takes a fifth of a second; tests/survey/accounts/ looks at those
passwords._HASHER = PasswordHasher.from_parameters(replace(CHEAPEST, salt_len=16, hash_len=32))

# no test pulls the plug: what is written need not reach the disk before the test goes on
os.fsync = lambda _: None
databases._WRITING_PRAGMAS = tuple(
    each.replace("synchronous = FULL", "synchronous = OFF") for each in AS_SHIPPED
)


@pytest.fixture(scope="session", autouse=True)
def _simple_sign_in(tmp_path_factory):
    """Ask nobody for a second factor where a test names no policy of its own: very many sign in."""
    installation.DEFAULT_POLICY = write_policy(tmp_path_factory.mktemp("policy"))


def pytest_collection_modifyitems(items):
    """Begin with the longest tests: one that is left to the end keeps all other processes waiting."""
    items.sort(key=lambda item: item.get_closest_marker("longest") is None)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session):
    """Look for no garbage while tests are read and collected: nearly all of it stays."""
    gc.disable()
    try:
        rewrite_share(session.config, REPOSITORY / "tests")
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish():
    """Search what was read for the tests for garbage this once: a tenth of their time went into doing so."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of this test process; started when the first test asks for it."""
    with server() as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    """The name of a database with our tables and nothing in them."""
    with database_in(postgres_server) as address:
        _migrate(_for_our_driver(address))
        yield make_url(address).database


@pytest.fixture(scope="session")
def lent_databases(postgres_server, postgres_template):
    """Such databases, which one test after the other is lent."""
    return LentDatabases(postgres_server, postgres_template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """The file of such a database."""
    file = tmp_path_factory.mktemp("template") / "kjennetegn.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def has_tables():
    """Tests have a database with our tables, unless they are marked as ON_NO_TABLES."""
    return True


@pytest.fixture
def own_files():
    """Tests that look into the files of their database take this: no other test has written in them."""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request):
    """Every test that has a database runs on both."""
    return request.param


@pytest.fixture(scope="session", autouse=True)
def compiled_catalogues():
    """The message catalogues, compiled where they are stale."""
    catalogues.compile_stale()


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """What libraries compile, kept for the next test."""
    with pytest.MonkeyPatch.context() as patched:
        keep_what_is_compiled(patched)
        yield


@pytest.fixture(scope="session", autouse=True)
def unmeasured_libraries():
    """Where coverage is measured, libraries are left alone while they lay out, draw and write files."""
    with pytest.MonkeyPatch.context() as patched:
        if sys.gettrace() is not None:
            importlib.import_module("tests.unmeasured").leave_libraries_unmeasured(patched)
        yield


@pytest.fixture
def database_url(request, engine_name, has_tables, tmp_path):
    if engine_name == "sqlite":
        file = tmp_path / "kjennetegn.db"
        if has_tables:
            # copied: migrating takes longer than most tests
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    elif has_tables and "own_files" not in request.fixturenames:
        with request.getfixturevalue("lent_databases").lend() as address:
            yield _for_our_driver(address)
    else:
        template = request.getfixturevalue("postgres_template") if has_tables else "template1"
        with database_in(request.getfixturevalue("postgres_server"), template) as address:
            yield _for_our_driver(address)


@pytest.fixture(scope="session")
def bucket_service():
    """A service of buckets of this test process; started when the first test asks for it."""
    with buckets() as service:
        yield service


@pytest.fixture
def bucket(request, monkeypatch):
    """Job files are in a directory, unless a test is marked as IN_BOTH: then in a bucket as well."""
    if getattr(request, "param", "a directory") == "a directory":
        return ""
    return request.getfixturevalue("bucket_service").new_bucket(monkeypatch)


@pytest.fixture
def settings(database_url, has_tables, bucket, tmp_path):
    if has_tables:
        key_directory(tmp_path / "keys")
    return Settings(
        database_url,
        tmp_path / "keys",
        "0123456789abcdef0123456789abcdef",
        "https://svar.example",
        bucket=bucket,
    )


@pytest.fixture
def database(settings):
    opened = open_database(settings.database)
    yield opened
    opened.close()


@pytest.fixture
def home(settings, database):
    return BareInstallation(database, key_directory(settings.keys))


def _for_our_driver(address):
    return address.replace("postgresql:", "postgresql+psycopg:")


def _migrate(url):
    made = connect(url)
    made.migrate(note)
    made.close()


@pytest.fixture(scope="session")
def program_problems():
    """What is wrong with the program's own files, read once."""
    return verification.find_program_problems()


@pytest.fixture
def program_read_once(program_problems, monkeypatch):
    """Verification reads an installation anew, and not the program's files, which takes longest."""
    monkeypatch.setattr(verification, "find_program_problems", lambda *_: list(program_problems))
