"""Fill the templates of everything that reports write: the one Jinja environment for all of them."""

import base64
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.presentation.locale import Locale, sentence_case

TEMPLATES: Final = Path(__file__).parent / "templates"


def fill(template: str, locale: Locale, **values: object) -> str:
    """Return the page of HTML that a template makes of the values, in the language of the locale.

    Whatever people wrote is escaped. A template finds `locale`, and `_` for its sentences; a value that it
    names and was not given raises jinja2.UndefinedError.
    """
    return _environment().get_template(template).render(locale=locale, _=locale.say, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # a background, so that whoever has a page read aloud is not told of an ornament
    environment.filters["sentence_case"] = sentence_case
    mark = base64.b64encode((TEMPLATES / "mark.svg").read_bytes()).decode()
    environment.globals["mark"] = f"data:image/svg+xml;base64,{mark}"
    return environment
