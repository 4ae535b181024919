"""Form pages rendered once: all on them but a token and the answers is the same for everybody.

A page is kept for one questionnaire, edition, language and number, and holds nothing of any respondent. What
a respondent's own request carries is put into its holes, and nowhere else. See docs/fast-paths.md.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, make_response
from flask_babel import gettext

from instruments import background
from instruments.answering_time import answering_minutes
from instruments.model import Dimension, Version, Wording
from instruments.pages import questionnaire_pages
from survey.web.platform.csrf import FORM_TOKEN
from survey.web.platform.kiosk_mode import KioskTimes
from survey.web.platform.rendering import render_page, static_address
from survey.web.respondent.forms import background_choices, choices, field_name

_MOST_KEPT = 512  # of some 10 kB: every page of a dozen questionnaires in every edition and language
# what nobody can know or guess, so that no wording can be taken for a hole
_EDGE = secrets.token_hex(16)
_HOLE = re.compile(f"{_EDGE}([^ ]*) (.*?){_EDGE}")


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Everything a kept page depends on.

    `root` is the path that the service is reached below. `language` is that of the questionnaire, `spoken`
    that of the page around it: they differ where the questionnaire is not written in the reader's language.
    `background` is the reference of the background question that the page asks, and `fewest` the size of the
    smallest group that its means are shown of. `returning` says that the page leads back to the review.
    `kiosk` is what a page needs on a device in kiosk mode, `rehearsal` says that it belongs to a rehearsal.
    """

    root: str
    version: Version
    edition: str
    language: str
    spoken: str
    number: int
    background: str | None
    fewest: int
    returning: bool = False
    kiosk: KioskTimes | None = None
    rehearsal: bool = False

    @property
    def wording(self) -> Wording:
        """Return the questionnaire's texts in the page's edition and language."""
        return self.version.wording(self.edition, self.language)


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page with holes: `pieces` are the text around them, `holes` the field and value of each."""

    pieces: tuple[str, ...]
    holes: tuple[tuple[str, str], ...]

    def filled(self, token: str, chosen: Mapping[str, str]) -> str:
        """Return the page with its form's token, and with the option of each field in `chosen` chosen."""
        parts = [self.pieces[0]]
        for (name, value), piece in zip(self.holes, self.pieces[1:], strict=True):
            if name == FORM_TOKEN:
                parts.append(token)
            elif chosen.get(name) == value:
                parts.append(" checked")
            parts.append(piece)
        return "".join(parts)


@lru_cache(_MOST_KEPT)
def _cached_page(of: CacheKey) -> CachedPage:
    """Return the page, rendered when it is first asked for, by a request whose language is `of.spoken`."""
    wording, pages = of.wording, questionnaire_pages(of.version)
    words = background.wording_of(of.background, wording)
    html = render_page(
        "respondent/page.html",
        gettext("Page %(number)s of %(last)s", number=of.number, last=len(pages)),
        hole=_hole,
        script=static_address("answering.js"),
        offered=of.version.editions[of.edition],
        referent=wording.referent,
        parts=[_part(wording, dimension) for dimension in pages[of.number - 1]],
        choices=choices(of.version, wording),
        number=of.number,
        last=len(pages),
        minutes=answering_minutes(sum(len(each.items) for page in pages[of.number - 1 :] for each in page)),
        scored=len(of.version.scale.categories),
        asked=words,
        categories=background_choices(words) if words else {},
        fewest=of.fewest,
        returning=of.returning,
    ).get_data(as_text=True)
    cut = _HOLE.split(html)
    return CachedPage(tuple(cut[::3]), tuple(zip(cut[1::3], cut[2::3], strict=True)))


def _part(wording: Wording, dimension: Dimension) -> tuple[str, str, dict[str, str]]:
    """Return a dimension's id, its heading, and its items: field → statement."""
    statements = {field_name(item.id): wording.items[item.id] for item in dimension.items}
    return dimension.id, wording.dimensions[dimension.id].heading, statements


def filled_page(of: CacheKey, token: str, chosen: Mapping[str, str]) -> Response:
    """Return the page for one respondent."""
    return make_response(_cached_page(of).filled(token, chosen))


def _hole(name: str, value: str = "") -> str:
    return f"{_EDGE}{name} {value}{_EDGE}"
