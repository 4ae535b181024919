"""The sheet on which a staff looks back on what it agreed: one page to print, and to write on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reports.pdf import html_pages, rendering
from reports.presentation.locale import get_locale, gettext_noop
from reports.results.agreed_actions import ActionStatus, AgreedAction

STATUS_WORDS: Final[Mapping[ActionStatus, str]] = MappingProxyType(
    {
        ActionStatus.GOES_ON: gettext_noop("Goes on"),
        ActionStatus.CHANGED: gettext_noop("Changed"),
        ActionStatus.STOPPED: gettext_noop("Stopped"),
    }
)

# lines for what was seen and for the next step, by the number of actions: the page holds no more
_LINES: Final = ((0, 0), (8, 6), (4, 3), (3, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class SheetHeading:
    """Name the unit and the wave a sheet is about, and the language it is in."""

    unit: str
    wave: str
    language: str


def look_back_sheet(heading: SheetHeading, agreed: Sequence[tuple[str, AgreedAction]]) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of one A4 page: each action beside the name of its dimension.

    What was found when somebody looked back last is printed; the rest is room to write.
    """
    locale = get_locale(heading.language)
    return rendering.render_uncached(
        html_pages.fill(
            "look_back.html",
            locale,
            heading=heading,
            agreed=agreed,
            lines=_LINES[min(len(agreed), len(_LINES) - 1)],
            words={status: locale.say(word) for status, word in STATUS_WORDS.items()},
        )
    )
