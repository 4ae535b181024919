"""The files that are made of a profile besides its report: what each is called, and how it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from instruments.problems import refuse
from reports.disclosure import Suppressed
from reports.downloads.own_figures import own_figures
from reports.downloads.pictures import pictures
from reports.downloads.spreadsheets import delimited, workbook
from reports.pdf.one_page import Paper, one_page
from reports.pdf.report import spoken_locale
from reports.presentation.locale import get_locale
from reports.presentation.views import profile_view
from reports.results.profile import Profile


@dataclass(frozen=True, slots=True)
class DownloadKind:
    """A kind of file: the first word and the ending of its name, its media type, and what makes it."""

    word: str
    ending: str
    media_type: str
    make: Callable[[Profile, str], bytes]
    needs_figures: bool = True

    def is_offered(self, profile: Profile) -> bool:
        """Return whether the file can be made of a profile: most need figures that are released."""
        return not (self.needs_figures and isinstance(profile.released, Suppressed))


def make(name: str, profile: Profile, language: str) -> bytes:
    """Return the file of a kind in one language.

    Raises Refused where nothing of the survey is released that it could hold, and for a language that the
    profile does not have; KeyError for a kind that is none.
    """
    kind = DOWNLOADS[name]
    # each kind asks for its words again: here it is only refused
    spoken_locale(profile, language)
    if not kind.is_offered(profile):
        raise refuse(
            "nothing-released",
            "No figures are shown for this survey, to protect those who answered.",
            "Take the report or the slides: they say what to do without figures.",
        )
    return kind.make(profile, language)


def _workbook(profile: Profile, language: str) -> bytes:
    return workbook(own_figures(profile, get_locale(language)))


def _delimited(profile: Profile, language: str) -> bytes:
    return delimited(own_figures(profile, get_locale(language)))


def _pictures(profile: Profile, language: str) -> bytes:
    return pictures(profile_view(profile, language))


def _slides(profile: Profile, language: str) -> bytes:
    from reports.downloads.slides import slides  # noqa: PLC0415 - other pages do not pay for it

    return slides(profile, language)


DOWNLOADS: Final[Mapping[str, DownloadKind]] = MappingProxyType(
    {
        "slides": DownloadKind(
            "slides",
            "pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            _slides,
            needs_figures=False,
        ),
        "one-page": DownloadKind("one-page", "pdf", "application/pdf", one_page),
        "one-page-a3": DownloadKind(
            "one-page-A3", "pdf", "application/pdf", partial(one_page, paper=Paper.A3)
        ),
        "pictures": DownloadKind("pictures", "zip", "application/zip", _pictures),
        "workbook": DownloadKind(
            "figures", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook
        ),
        "csv": DownloadKind("figures", "csv", "text/csv", _delimited),
    }
)
