"""The page of ready texts about a survey, in the language asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask import Response, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from instruments import background, library
from instruments.answering_time import minutes_to_set_aside
from reports.disclosure import Audience
from survey.background import slip_printing
from survey.collection import next_steps, questionnaire_link
from survey.store.repositories.waves import Wave
from survey.web.leader.preparation.announcement_texts import AnnouncedSurvey, Occasion, Use, announcement
from survey.web.leader.preparation.answering_time_form import AnsweringTimeForm
from survey.web.platform import headers, languages
from survey.web.platform.context import context
from survey.web.platform.rendering import FormError, render_page, static_address

_LETTERS_A_LINE = 48  # of a text's field, about
_OCCASIONS: Mapping[Occasion, LazyString] = MappingProxyType(
    {
        Occasion.BEFORE: lazy_gettext("Before it opens"),
        Occasion.OPENING: lazy_gettext("When it opens"),
        Occasion.REMINDER: lazy_gettext("As a reminder"),
    }
)
_USES: Mapping[Use, LazyString] = MappingProxyType(
    {
        Use.MAIL: lazy_gettext("As an e-mail"),
        Use.MEETING: lazy_gettext("At a staff meeting"),
        Use.WALL: lazy_gettext("On the wall"),
    }
)


@dataclass(frozen=True, slots=True)
class _ShownText:
    """A text to copy: its use, and how many lines its field has."""

    use: str
    name: str
    text: str
    lines: int


@dataclass(frozen=True, slots=True)
class _ShownOccasion:
    """An occasion with the days it is for and its texts."""

    id: str
    name: str
    days: Sequence[date]
    texts: Sequence[_ShownText]


def announcement_page(found: Wave, form: AnsweringTimeForm, faults: Sequence[FormError] = ()) -> Response:
    """Return the page; the form that was sent and has faults is shown as it was filled in."""
    tongue = tongue_of(found)
    survey = announced(found, tongue)
    headers.allow_own_script()
    return render_page(
        "leader/announcements.html",
        gettext("Tell the staff"),
        faults=faults,
        status=400 if faults else 200,
        here=url_for("leader.announcements", unit=found.unit_key, wave=found.key),
        wave=found,
        tongue=tongue,
        tongues=library.get(found.instrument).editions[found.edition],
        occasions=[_shown(found, survey, occasion, tongue) for occasion in Occasion],
        form=form,
        minutes=survey.minutes,
        script=static_address("copying.js"),
    )


def tongue_of(found: Wave) -> str:
    """Return the language that the request asks for the texts in, or the reader's."""
    offered = library.get(found.instrument).editions[found.edition]
    asked = request.args.get("tongue", "")
    return asked if asked in offered else languages.current_among(offered, found.language)


def announced(found: Wave, tongue: str) -> AnnouncedSurvey:
    """Return what the texts say of the survey in a language."""
    here = context()
    version = library.get(found.instrument)
    wording = version.wording(found.edition, tongue)
    asked = background.wording_of(found.background, wording)
    return AnnouncedSurvey(
        title=found.title,
        purpose=slip_printing.purpose(wording),
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        minutes=minutes_to_set_aside(len(version.items)),
        minimum=here.policy.minimum(found.audience),
        # a follow-up is for the unit alone
        outside=None if found.is_part else here.policy.minimum(Audience.OUTSIDE),
        among=here.policy.minimum(Audience.LEADER_AMONG_RESPONDENTS),
        show_days=here.policy.collection.show_staff_days,
        open_link=found.open_link,
        split_key=found.split_key,
        asked=asked.question if asked else "",
        answering=here.settings.public_url,
        questions=questionnaire_link.address(here.settings, here.keys, found),
        privacy=f"{here.settings.public_url}/privacy",
    )


def _shown(found: Wave, survey: AnnouncedSurvey, occasion: Occasion, tongue: str) -> _ShownOccasion:
    with languages.speaking(tongue):
        said = {use: announcement(survey, occasion, use) for use in Use}
    texts = [_ShownText(use.value, str(_USES[use]), text, _lines(text)) for use, text in said.items()]
    return _ShownOccasion(occasion.value, str(_OCCASIONS[occasion]), _days(found, occasion), texts)


def _days(found: Wave, occasion: Occasion) -> Sequence[date]:
    if occasion is Occasion.BEFORE:
        return [next_steps.announcement_day(found.opens_on)]
    if occasion is Occasion.OPENING:
        return [found.opens_on]
    return next_steps.reminder_days(found.opens_on, found.closes_on)


def _lines(text: str) -> int:
    return sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n"))
