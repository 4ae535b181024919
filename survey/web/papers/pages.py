"""What owners and operators find on their pages: the papers there are, and each as a file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Response
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import NotFound

from survey.web.papers import from_installation
from survey.web.papers.paper import ENDINGS, LANGUAGES, PAPERS, paper
from survey.web.platform.context import context
from survey.web.platform.file_names import joined_name
from survey.web.platform.rendering import download

# those to read and those to go on writing in; Markdown is for the command line
OFFERED: Final = ("pdf", "html")
TITLES: Final[Mapping[str, LazyString]] = MappingProxyType(
    dict(
        zip(
            PAPERS,
            (
                lazy_gettext("Accessibility statement"),
                lazy_gettext("Evaluation of accessibility (WCAG-EM)"),
                lazy_gettext("Impact assessment (DPIA)"),
                lazy_gettext("Processing agreement"),
                lazy_gettext("Record of processing"),
                lazy_gettext("For the employees' representatives"),
            ),
            strict=True,
        )
    )
)


def send(name: str, language: str, ending: str, owner: str | None = None) -> Response:
    """Return a reply with a paper as a file; `owner` is the key of the unit whose paper it is, or None.

    Raises NotFound where there is no such paper, language or file.
    """
    if name not in PAPERS or language not in LANGUAGES or ending not in OFFERED:
        raise NotFound
    here = context()
    known = from_installation.facts_of(here.installation, here.sign_in, language, owner)
    file = joined_name("kjennetegn", name, language, ending=ending)
    return download(paper(name, language, known).content(ending), ENDINGS[ending], file)
