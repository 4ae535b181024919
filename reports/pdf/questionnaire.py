"""Print a questionnaire to be answered on paper, and the code sheet for whoever types the answers in.

The promise of the screen speaks of encryption, so paper has a promise of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from instruments.answering_time import answering_minutes
from instruments.answers import typed_codes
from instruments.background import BackgroundWording
from instruments.languages import SOURCE
from instruments.model import Version, Wording
from reports.pdf import fitting, html_pages, rendering
from reports.pdf.slips import SlipHeading
from reports.presentation.locale import LOCALES, Locale, get_locale

# mm: between the margins, a statement at least, a column at least
_PAGE, _STATEMENT, _NARROWEST = 182, 62, 12
_HEAD: Final = 8.5  # points
_MOST_PAGES: Final = 4  # of two sheets, printed on both sides
_MILLIMETRES_A_POINT: Final = 25.4 / 72
_FOOTER: Final = (8, 145)  # points and mm of a line


@dataclass(frozen=True, slots=True)
class PaperWave:
    """What a form says of the wave that it is for.

    `minimum` is the fewest answers of which its leader is shown anything; `page` the address where forms are
    typed in.
    """

    heading: SlipHeading
    minimum: int
    by_slip: bool
    page: str
    background: BackgroundWording | None = None


def html(version: Version, wording: Wording, wave: PaperWave | None = None) -> str:
    """Return the questionnaire as one page of HTML that prints on A4 and loads nothing.

    What is not the questionnaire's own is English where its language is none of ours. Without a wave it is
    for whoever scores their own data: it has no last day, and promises less.
    """
    return _filled("questionnaire.html", version, wording, wave)


def pdf(version: Version, wording: Wording, wave: PaperWave | None = None) -> bytes:
    """Return the questionnaire as a tagged PDF (PDF/UA-1), of two sheets printed on both sides at most.

    A language of long words is set closer, where it would take a third.
    """
    set_wider_or_closer = (
        _filled("questionnaire.html", version, wording, wave, is_close=is_close) for is_close in (False, True)
    )
    return rendering.render_within(_MOST_PAGES, set_wider_or_closer)


def code_sheet(version: Version, wording: Wording, wave: PaperWave | None = None) -> bytes:
    """Return a tagged PDF (PDF/UA-1) for whoever types the answers in: what to type for each of them."""
    return rendering.render_uncached(_filled("code_sheet.html", version, wording, wave))


def _filled(
    template: str, version: Version, wording: Wording, wave: PaperWave | None, *, is_close: bool = False
) -> str:
    locale = get_locale(wording.language if wording.language in LOCALES else SOURCE)
    scale = version.scale
    labels = [wording.categories[each] for each in scale.categories]
    labels += [wording.unscored[each] for each in scale.unscored]
    columns = [
        (code, label, answer)
        for (code, answer), label in zip(typed_codes(scale).items(), labels, strict=True)
    ]
    numbers = {item.id: number for number, item in enumerate(version.items, start=1)}
    return html_pages.fill(
        template,
        locale,
        version=version,
        wording=wording,
        wave=wave,
        columns=columns,
        numbers=numbers,
        widths=[_column(each.values(), len(labels)) for each in (wording.categories, wording.unscored)],
        footer=_footer(wording, wave),
        last_day=_last_day(locale, wave),
        time=_time(locale, version),
        is_close=is_close,
    )


def _column(labels: Iterable[str], columns: int) -> float:
    """Return how wide each column of boxes under such labels is, in mm; there are so many in all.

    No word over one is broken while the statements have room.
    """
    longest = max((fitting.width_of(word) for label in labels for word in label.split()), default=0)
    wanted = max(_NARROWEST, longest * _HEAD * _MILLIMETRES_A_POINT + 0.8)
    return min(wanted, (_PAGE - _STATEMENT) / columns)


def _footer(wording: Wording, wave: PaperWave | None) -> str:
    """Return what tells the sheets of two waves apart, short enough for one line, as a string of CSS."""
    whose = f"{wave.heading.title} · {wave.heading.unit}" if wave else wording.title
    return "".join(f"\\{ord(each):06x}" for each in fitting.shortened(whose, *_FOOTER))


def _time(locale: Locale, version: Version) -> str:
    minutes = answering_minutes(len(version.items))
    return locale.count("It takes about one minute.", "It takes about %(number)s minutes.", minutes)


def _last_day(locale: Locale, wave: PaperWave | None) -> str:
    return locale.say("Last day: %(day)s", day=locale.day(wave.heading.closes_on)) if wave else ""
