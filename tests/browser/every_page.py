"""Every page of the service in every language, as text, and the templates they were made of."""

import json
import re
from dataclasses import replace
from unittest.mock import patch

from flask import template_rendered

import survey
from instruments.languages import LANGUAGES
from survey.operations import verification
from survey.settings import Settings
from survey.web.platform.context import EXTENSION
from tests import browser_pages, factor_pages, provider_pages
from tests.browser.respondent_pages import everywhere
from tests.browser.site import Site
from tests.keys import make_installation
from tests.paths import REPOSITORY
from tests.waves import BareInstallation

TEMPLATES = REPOSITORY / "survey" / "web" / "templates"
_PART = re.compile(r'{% (?:extends|from|include|import) "([^"]+)"')


def write_pages(folder, languages=tuple(LANGUAGES)):
    """Write pages.json (whose → name → page) and templates.json (the templates rendered) to a folder."""
    used = set()

    def note(_, template, **__):
        used.add(template.name)

    # the program's files are the same on each page that checks them
    problems = verification.find_program_problems()
    with (
        template_rendered.connected_to(note),
        patch.object(verification, "find_program_problems", lambda *_: list(problems)),
    ):
        pages = {
            "respondents": _respondents(folder / "respondents", languages),
            "others": _others(folder / "others", languages),
        }
    (folder / "pages.json").write_text(json.dumps(pages), "utf-8")
    (folder / "templates.json").write_text(json.dumps(sorted(used)), "utf-8")


def _respondents(folder, languages):
    app = _service(folder)
    known = app.extensions[EXTENSION]
    found = dict(everywhere(app, BareInstallation(known.database, known.keys), known.today, languages))
    known.database.close()
    return found


WALKS = (
    browser_pages.opened_pages,
    browser_pages.sharing,
    browser_pages.rehearsing,
    browser_pages.typing_in,
    browser_pages.signed_in,
    factor_pages.with_factors,
    provider_pages.signing_in_elsewhere,
)


def _others(folder, languages):
    app = _service(folder)
    site = Site(browser_pages.ADDRESS, app)
    found = {}
    for language in languages:
        for walk in WALKS:
            for name, html in walk(site, language):
                assert f"{language}: {name}" not in found, f"two pages named {name}"
                found[f"{language}: {name}"] = html
    app.extensions[EXTENSION].database.close()
    return found


def _service(folder):
    folder.mkdir()
    settings = make_installation(
        Settings(f"sqlite:///{folder}/kjennetegn.db", folder / "keys", "0123456789abcdef" * 2)
    )
    return survey.create_app(replace(settings, public_url=browser_pages.ADDRESS))


def whole_templates():
    """The templates that are pages, and not parts of one."""
    texts = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    return texts.keys() - {part for text in texts.values() for part in _PART.findall(text)}
