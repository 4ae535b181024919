"""The first page of the report as a file of its own, for the wall: on A4, or enlarged to A3."""

import math
from enum import Enum

from reports.pdf import rendering, report
from reports.results.profile import Profile


class Paper(Enum):
    """A size of paper, by how much A4 is enlarged to fill it."""

    A4 = 1.0
    A3 = math.sqrt(2)


def one_page(profile: Profile, language: str, paper: Paper = Paper.A4) -> bytes:
    """Return the page as a PDF/UA-1 and PDF/A-2a file, for a profile of which something is released.

    The same profile, language and paper give the same bytes. Raises Refused for a language that the profile
    does not have.
    """
    return rendering.render(report.html(profile, language, "one_page.html"), report.STYLE, zoom=paper.value)
