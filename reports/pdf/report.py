"""The report: a profile as a page of HTML in one language, and as a tagged PDF."""

import base64
from typing import Final

from instruments.problems import refuse
from reports.pdf import html_pages, rendering
from reports.pdf.look_back_sheet import STATUS_WORDS
from reports.presentation.figures import answer_bars
from reports.presentation.figures.over_time import MOST_WAVES
from reports.presentation.figures.overview import OverviewShape, is_cropped
from reports.presentation.figures.palette import category_colours
from reports.presentation.locale import Locale, get_locale
from reports.presentation.views import Detail, ProfileView, profile_view
from reports.results.agreed_actions import room_of
from reports.results.profile import Profile

STYLE: Final = "report.css"
_TALLEST_ROW: Final = 20.0  # mm of the first page's figure
_LOWEST_ROW: Final = 8.4  # mm: two lines of a name; the sentences beside it are as tall as nine of these
_ONE_LINE_ROW: Final = 5.0  # mm
_FIGURE: Final = 180.0  # mm for its rows where nothing else is on the page
_TABLE: Final = 58.0  # mm of the table of waves, where it is on the first page
_STATUS: Final = (3.6, 6.5)  # mm of a line on what became of an action, and of two
_LONG_STATUS: Final = 70  # letters of a sentence that may take two, behind dimension, day and status
_EXPECTATIONS: Final = 14.0  # mm
_LETTERS: Final = 1350  # of definitions and of the longest column beside the level, on one page
_AGREEMENT: Final = (0.0, 26.0, 38.0, 50.0, 62.0)  # mm, by their number


def report(profile: Profile, language: str) -> bytes:
    """Return the report as a PDF/UA-1 and PDF/A-2a file: of six pages, or of fewer where less is released.

    The same profile and language give the same bytes. Raises Refused for a language that reports, or the
    edition that was answered, do not have.
    """
    return rendering.render(html(profile, language), STYLE)


def html(profile: Profile, language: str, template: str = "report.html") -> str:
    """Return the report, or what a template makes of it, as a page of HTML that loads nothing."""
    locale = spoken_locale(profile, language)
    view = profile_view(profile, language)
    shape = _shape(view)
    return html_pages.fill(
        template,
        locale,
        view=view,
        profile=profile,
        sentences=view.sentences,
        wording=view.wording,
        overview=view.overview(shape),
        full=shape.row <= _LOWEST_ROW,
        bars=answer_bars,
        swatches=_swatches(view),
        status_words=STATUS_WORDS,
        data_uri=_data_uri,
        tight=_is_tight(view),
        **_scale(view),
        **_method(view),
    )


def spoken_locale(profile: Profile, language: str) -> Locale:
    """Return a language's locale. Raises Refused unless the edition that was answered is written in it."""
    locale = get_locale(language)
    languages = profile.version.editions.get(profile.identity.edition, ())
    if language not in languages:
        raise refuse(
            "language-missing",
            "%(instrument)s is not written in %(language)s for the edition %(edition)s, but in: %(known)s.",
            "Choose one of these languages, or another questionnaire.",
            instrument=profile.version.reference,
            language=language,
            edition=profile.identity.edition,
            known=", ".join(languages) or "–",
        )
    return locale


def _shape(view: ProfileView) -> OverviewShape:
    """Return the first page's figure as tall as what else stands on that page leaves room for."""
    actions = [each for _, own in view.agreed for each in own]
    room = _FIGURE - _AGREEMENT[min(len(actions), len(_AGREEMENT) - 1)]
    found = [each.last_look_back.sentence for each in actions if each.last_look_back]
    room -= sum(_STATUS[room_of(sentence) > _LONG_STATUS] for sentence in found)
    room -= _STATUS[1] if view.follow_ups else 0
    room -= _EXPECTATIONS if view.expected else 0
    if view.detail is Detail.MEANS:
        return _low_shape((room - _TABLE) / len(view.dimensions))
    return OverviewShape(row=min(_TALLEST_ROW, max(_LOWEST_ROW, room / len(view.dimensions))))


def _low_shape(row: float) -> OverviewShape:
    """Return a figure without intervals, which may be lower: a name then stands on one line."""
    if row >= _LOWEST_ROW:
        return OverviewShape(row=min(_TALLEST_ROW, row))
    return OverviewShape(row=max(_ONE_LINE_ROW, row), names=54.0, letters=34)


def _is_tight(view: ProfileView) -> bool:
    """Return whether the words of three dimensions are too many for a page in the usual size."""
    letters = [
        len(each.definition) + max(sum(map(len, each.questions)), sum(map(len, each.first_steps)))
        for each in (section.words for section in view.dimensions)
    ]
    return any(sum(letters[start : start + 3]) > _LETTERS for start in range(0, len(letters), 3))


def _scale(view: ProfileView) -> dict[str, object]:
    categories = view.profile.version.scale.categories
    return {
        "low": view.locale.number(categories[0]),
        "high": view.locale.number(categories[-1]),
        "cropped": is_cropped(view.profile),
        "faint": len(view.profile.waves) > MOST_WAVES,
        "most_waves": MOST_WAVES,
        "has_turned": any(
            line.turned for each in view.dimensions if each.answers for line in each.answers.table.lines
        ),
    }


def _swatches(view: ProfileView) -> list[tuple[str, str]]:
    """Return the classes of the legend's swatches with their colours."""
    counts = {len(each.answers.categories) for each in view.dimensions if each.answers}
    return [
        (f"of{count}.c{place}", colour)
        for count in sorted(counts)
        for place, colour in enumerate(category_colours(count), 1)
    ]


def _method(view: ProfileView) -> dict[str, object]:
    profile, levels = view.profile, view.profile.version.levels
    decimals = max(len(str(cut).partition(".")[2].rstrip("0")) for cut in levels.cuts) if levels.cuts else 0
    return {
        "cuts": view.locale.listed([view.locale.number(cut, decimals) for cut in levels.cuts]),
        "provisional": levels.status == "provisional",
        "minimum": profile.policy.minimum(profile.audience),
        "threshold": profile.policy.thresholds[profile.audience],
    }


def _data_uri(drawing: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")
