"""The documentation site: built without a warning, complete, and loading nothing from elsewhere."""

import ast
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.once import made_once
from tests.paths import REPOSITORY, kept_files

DECISIONS = [name for name in kept_files() if name.startswith("docs/decisions/0")]


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and prints nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the site, built strictly: a warning fails it."""
    return made_once(tmp_path_factory, "documentation", build)


def build(folder):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def address(built):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=built))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visited(page, address):
    """Opens a page of the site; every host it asked for anything."""
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))

    def visit(name):
        page.goto(f"{address}/{name}")
        page.wait_for_load_state("networkidle")
        return hosts

    return visit


@pytest.mark.parametrize("name", ["index.html", "method.html", "reference/instruments.statistics.html"])
def test_a_page_asks_no_other_host_for_anything(visited, address, name):
    assert visited(name) == {urlsplit(address).netloc}


def test_the_site_is_searched_without_another_host(page, visited, address):
    hosts = visited("index.html")
    page.keyboard.press("/")
    page.keyboard.type("agreement")
    page.locator(".md-search-result__item").first.wait_for()
    assert hosts == {urlsplit(address).netloc}


def test_the_decisions_are_in_the_navigation(built):
    index = (built / "index.html").read_text("utf-8")
    pages = [name.removeprefix("docs/").replace(".md", ".html") for name in DECISIONS]
    assert len(pages) > 40
    assert [page for page in pages if f'href="{page}"' not in index] == []


def public_functions():
    """The page and name of every public function of `instruments`."""
    for name in kept_files():
        if name.startswith("instruments/") and name.endswith(".py"):
            *room, _ = parts = name.removesuffix(".py").split("/")
            tree = ast.parse((REPOSITORY / name).read_text("utf-8"))
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"reference/{'.'.join(room)}.html", ".".join([*parts, node.name])


def test_the_reference_holds_every_function_of_the_measuring_floor(built):
    listed = {page: (built / page).read_text("utf-8") for page, _ in public_functions()}
    assert len(listed) >= 5
    assert [name for page, name in public_functions() if f'id="{name}"' not in listed[page]] == []
