"""A real server on a free port and a real Chromium, one of each for a test file's process."""

import json
import threading
from dataclasses import replace
from shutil import which

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

import survey
from survey.settings import Settings
from survey.web.platform.context import EXTENSION
from tests.browser.every_page import write_pages
from tests.browser.layout import HEIGHT, Layout
from tests.browser.site import Site
from tests.keys import make_installation
from tests.once import made_once

CHROMIUM = which("chromium-headless-shell") or which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    settings = make_installation(
        Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2)
    )
    app = survey.create_app(replace(settings, public_url="http://localhost"))
    house = app.extensions[EXTENSION]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}", app)
    server.shutdown()
    thread.join()
    server.server_close()
    house.database.close()


@pytest.fixture(scope="session")
def pages_folder(tmp_path_factory):
    """Where every page of the service is written, once for all processes of a run."""
    return made_once(tmp_path_factory, "pages", write_pages)


@pytest.fixture(scope="session")
def respondents_pages(pages_folder):
    """Every page of those who answer, in every edition and language: name → text."""
    return json.loads((pages_folder / "pages.json").read_text("utf-8"))["respondents"]


@pytest.fixture(scope="session")
def others_pages(pages_folder):
    """Every other page in every language: name → text."""
    return json.loads((pages_folder / "pages.json").read_text("utf-8"))["others"]


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def layout(chromium):
    """One page of Chromium in which pages are laid out."""
    context = chromium.new_context(viewport={"width": 1400, "height": HEIGHT}, bypass_csp=True)
    yield Layout(context.new_page())
    context.close()


@pytest.fixture
def phone(chromium):
    """A page on a telephone, without JavaScript."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="nb-NO")
    yield context.new_page()
    context.close()


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request, chromium):
    """A page with JavaScript, which the tests need to look into it; the service sends none."""
    context = chromium.new_context(viewport=request.param, locale="nb-NO", bypass_csp=True)
    yield context.new_page()
    context.close()
