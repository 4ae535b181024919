"""Leaders: ready texts for the staff in every language, and a time to answer for their calendars.

Nothing is sent from here: so no addresses are known, and nobody can be picked out.
"""

from datetime import UTC, datetime, timedelta

from flask import Response, request
from flask_babel import gettext

from survey.collection import lifecycle
from survey.store.repositories.waves import Wave
from survey.store.tables import WaveState
from survey.web.leader.blueprint import leader
from survey.web.leader.preparation.announcement_page import announced, announcement_page, tongue_of
from survey.web.leader.preparation.announcement_texts import how_to_answer, protection
from survey.web.leader.preparation.answering_time_form import AnsweringTimeForm, proposed_time, sent_time
from survey.web.leader.wave_views import found_wave
from survey.web.platform import languages
from survey.web.platform.calendar_file import MEDIA_TYPE, Appointment, calendar_file
from survey.web.platform.context import context
from survey.web.platform.file_names import file_name
from survey.web.platform.rendering import download, form_errors


@leader.get("/<unit>/<wave>/announcements")
def announcements(unit: str, wave: str) -> Response:
    """Show what the staff can be told before, at the opening and as a reminder."""
    found = _taking(unit, wave)
    return announcement_page(found, proposed_time(found))


@leader.get("/<unit>/<wave>/answering-time.ics")
def answering_time(unit: str, wave: str) -> Response:
    """Send an appointment in which people answer, for everybody's calendar."""
    found = _taking(unit, wave)
    form = sent_time(found, request.args)
    if not form.validate():
        return announcement_page(found, form, form_errors(form))
    content = calendar_file(_appointment(found, form))
    return download(content, MEDIA_TYPE, file_name("answering-time", found, languages.current(), "ics"))


def _taking(unit: str, key: str) -> Wave:
    """Return the unit's survey. Raises Refused("wave-state") where it takes no answers any more."""
    found = lifecycle.as_of(found_wave(unit, key), context().closing_day)
    lifecycle.require_state(found, WaveState.OPEN, WaveState.DRAFT)
    return found


def _appointment(found: Wave, form: AnsweringTimeForm) -> Appointment:
    tongue = tongue_of(found)
    survey = announced(found, tongue)
    with languages.speaking(tongue):
        title = gettext("Answer the survey: %(title)s", title=found.title)
        text = "\n\n".join([how_to_answer(survey), protection(survey)])
    return Appointment(
        f"answering-{found.key}@kjennetegn",
        title,
        text,
        form.starts_at,
        timedelta(minutes=survey.minutes),
        datetime.fromtimestamp(context().now, UTC),
    )
