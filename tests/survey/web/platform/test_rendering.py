"""Pages that are shown once, and long addresses on narrow screens."""

import re

import pytest

from survey.web.platform.rendering import breakable
from tests.paths import REPOSITORY

TEMPLATES = REPOSITORY / "survey" / "web" / "templates"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("En lenke til drift.nord@example.org", "En lenke til drift<wbr>.nord@<wbr>example<wbr>.org"),
        ("Ola. Og <b>Å</b>", "Ola. Og &lt;b&gt;Å&lt;/b&gt;"),
        ("<i>@a.no", "&lt;i&gt;@<wbr>a<wbr>.no"),
    ],
)
def test_an_address_breaks_after_its_at_and_before_its_dots(text, shown):
    assert breakable(text) == shown


def test_a_page_that_shows_something_once_offers_no_language_that_would_lose_it():
    pages = [
        path
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"shown (only )?this once\.", path.read_text("utf-8"))
    ]
    told = {path.name for path in pages if "{% set once = " in path.read_text("utf-8")}
    assert told == {path.name for path in pages if path.name != "desk_layout.html"}
    assert told == {"link.html", "deputy_link.html", "study.html", "recovery_codes.html", "way_in_link.html"}
