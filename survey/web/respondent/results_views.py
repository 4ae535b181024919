"""The result of a survey for those who answered it: one page at one address, for whoever has that.

Nothing on it depends on who asks. Its address is the same whichever slip led there.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from instruments import library
from reports.pdf.one_page import one_page
from reports.presentation.views import ProfileView, profile_view
from survey.collection import lifecycle, staff_results
from survey.publication import reports
from survey.store.repositories.waves import Wave
from survey.web.platform import languages
from survey.web.platform.context import Context, context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, render_page
from survey.web.respondent.blueprint import respondent
from survey.web.respondent.code_throttle import admit_unless_guessed

_MINUTE = 60
_MOST_KEPT = 32  # results in memory, each in one language


# the last of them is the one that addresses are built of
@respondent.get("/R/<code>", strict_slashes=False)
@respondent.get("/r/<code>", strict_slashes=False)
def results(code: str) -> Response:
    """Show the first page of the report and what was agreed, or from when on they are shown."""
    here, wave = context(), wave_at(code)
    if not staff_results.is_shown(here.policy, wave, here.today):
        return render_page(
            "respondent/results_later.html",
            gettext("The results are not shown yet"),
            wave=wave,
            code=code,
            takes_answers=wave.is_open and here.today <= wave.closes_on,
            day=staff_results.last_day(here.policy, wave),
            days=here.policy.collection.show_staff_days,
        )
    view = _view(wave)
    return render_page(
        "respondent/results.html",
        gettext("The results of the survey"),
        wave=wave,
        code=code,
        view=view,
        offered=view.profile.version.editions[wave.edition],
        overview=view.drawing("overview"),
        say=view.locale.say,
        names={each.id: each.words.name for each in view.dimensions},
    )


@respondent.get("/r/<code>/<name>.svg")
def results_figure(code: str, name: str) -> Response:
    """Return the figure of that page as SVG, for a wide screen or a narrow one."""
    drawing = _view(_shown(code)).drawing(name) if name in {"overview", "overview-narrow"} else None
    if drawing is None:
        raise NotFound
    return Response(drawing.svg, mimetype="image/svg+xml")


@respondent.get("/r/<code>/one-page.pdf")
def results_page(code: str) -> Response:
    """Return the same as one page to print."""
    wave = _shown(code)
    view = _view(wave)
    if view.released is None:
        raise NotFound
    language = view.locale.language
    return download(
        one_page(view.profile, language), "application/pdf", file_name("results", wave, language, "pdf")
    )


def address_of(wave: Wave) -> str:
    """Return the address of the page, within the service."""
    return url_for("respondent.results", code=staff_results.code(context().keys, wave))


def wave_at(code: str) -> Wave:
    """Return the wave whose result has this address, as it stands today; a wrong one counts as a guess."""
    found = admit_unless_guessed(
        lambda database, keys, given, _: staff_results.wave_of(database, keys, given), code
    )
    return lifecycle.as_of(found, context().closing_day)


def _shown(code: str) -> Wave:
    wave = wave_at(code)
    if not staff_results.is_shown(context().policy, wave, context().today):
        raise NotFound
    return wave


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a kept result depends on; `minute` lets none be older than that."""

    wave: Wave
    language: str
    minute: int
    here: Context = field(compare=False, repr=False)


def _view(wave: Wave) -> ProfileView:
    """Return the released figures in the reader's language, computed once a minute for all who read them."""
    offered = library.get(wave.instrument).editions[wave.edition]
    # not `language`, which would be remembered in a cookie
    asked = request.args.get("in", languages.current())
    language = asked if asked in offered else languages.current_among(offered, wave.language)
    return _kept_view(_Asked(wave, language, context().now // _MINUTE, context()))


@lru_cache(_MOST_KEPT)
def _kept_view(asked: _Asked) -> ProfileView:
    here = asked.here
    return profile_view(reports.for_staff(here.database, here.policy, asked.wave), asked.language)
