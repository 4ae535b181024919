"""A survey's check-list in the reader's words: what is done, what is to be done, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask import url_for
from flask_babel import format_date, gettext, ngettext

from instruments import library
from instruments.answering_time import minutes_to_set_aside
from reports.results.agreed_actions import FOCUS, MOST_ACTIONS, AgreedAction
from survey.collection import next_steps, staff_results
from survey.collection.next_steps import NextStep, Standing, StepKind, WaveFacts
from survey.store.repositories import actions, codes, sealed
from survey.store.repositories.actions import StoredAction
from survey.store.repositories.waves import Wave
from survey.web.leader.preparation.addresses import questionnaire_address
from survey.web.leader.preparation.step_texts import STEP_TEXTS
from survey.web.platform import sign_ins
from survey.web.platform.context import context

# kind → the part of the survey's page that a step is done in
_PARTS: Mapping[StepKind, str] = MappingProxyType(
    {
        StepKind.PRINT_SHEETS: "sheets",
        StepKind.PRINT_SLIPS: "slips",
        StepKind.OPEN: "open",
        StepKind.PRINT_POSTER: "poster",
        StepKind.SEAL_ANSWERS: "seal",
        StepKind.SHOW_STAFF: "staff",
        StepKind.AGREE: "agreed",
        StepKind.LOOK_BACK: "agreed",
    }
)
# kind → the part of the page of ready texts that is for it
_OCCASIONS: Mapping[StepKind, str] = MappingProxyType(
    {StepKind.ANNOUNCE: "before", StepKind.TELL: "opening", StepKind.REMIND: "reminder"}
)
# what a short survey that follows up a whole one leaves to that one's page
_OF_WHOLES = frozenset({StepKind.AGREE, StepKind.LOOK_BACK})
# what comes of a result, which a survey closed without one has none of
_OF_RESULTS = frozenset({StepKind.REPORT, StepKind.MEET, *_OF_WHOLES})
# kind → the chapter of the guide that says more of it; of the others the first one does
_GUIDE: Mapping[StepKind, str] = MappingProxyType(
    {
        StepKind.PRINT_SHEETS: "key",
        StepKind.REPORT: "report",
        StepKind.SHOW_STAFF: "report",
        StepKind.MEET: "conversation",
        StepKind.AGREE: "conversation",
        StepKind.LOOK_BACK: "afterwards",
        StepKind.ASK_AGAIN: "afterwards",
    }
)


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step as it is shown: `when` says that it is done, that it is to be done now, or on which day.

    `link` is the address where it is done, or empty; `guide` that of the chapter that says more of it.
    """

    standing: Standing
    when: str
    title: str
    help: str
    link: str
    link_name: str
    guide: str

    @property
    def is_now(self) -> bool:
        """Return whether it is to be done now."""
        return self.standing is Standing.NOW

    @property
    def is_later(self) -> bool:
        """Return whether its day has not come."""
        return self.standing is Standing.LATER


def step_list(wave: Wave) -> Sequence[ShownStep]:
    """Return the check-list of a survey that can be read, as its state is shown."""
    if not wave.is_sealed:
        return steps_of(wave, (), without_result=False)
    without = wave.id in sealed.without_result(context().database, [wave.id])
    return steps_of(wave, actions.of_wave(context().database, wave), without_result=without)


def steps_of(wave: Wave, written: Sequence[StoredAction], *, without_result: bool) -> Sequence[ShownStep]:
    """Return the same of a survey of which it is known what was agreed after it."""
    if wave.is_sealed and not sign_ins.visitor().sees_results_of(wave.unit_key):
        # what comes of results is for those who see them
        return ()
    left_out = _OF_WHOLES if wave.is_part else frozenset()
    if without_result:
        left_out = _OF_RESULTS
    steps = next_steps.next_steps(_facts(wave, [each.action for each in written]), context().today)
    return [_shown(wave, each) for each in steps if each.kind not in left_out]


def _facts(wave: Wave, written: Sequence[AgreedAction]) -> WaveFacts:
    slips = 0
    # of a survey that is over nobody asks whether its slips were printed
    if not wave.open_link and (wave.is_draft or wave.is_open):
        with context().database.reading() as connection:
            slips = codes.count(connection, wave.id)
    return WaveFacts(
        wave.state,
        wave.opens_on,
        wave.closes_on,
        open_link=wave.open_link,
        split_key=wave.split_key,
        sheets=wave.public_key is not None,
        slips=slips,
        agreed=len(written),
        look_backs=[each.due for each in written if each.awaits_look_back],
        staff_sees_on=staff_results.last_day(context().policy, wave) if wave.is_sealed else None,
        staff_sees=staff_results.is_shown(context().policy, wave, context().today),
    )


def _shown(wave: Wave, step: NextStep) -> ShownStep:
    title, helps, link_name = STEP_TEXTS[step.kind]
    policy = context().policy
    numbers = {
        "minutes": minutes_to_set_aside(len(library.get(wave.instrument).items)),
        "focus": FOCUS,
        "most": MOST_ACTIONS,
        "weeks": policy.collection.weeks_apart,
        "hours": policy.retention.unsent_answers_hours,
        "days": policy.collection.show_staff_days,
    }
    return ShownStep(
        step.standing,
        _when(step),
        _days_left(wave) if step.kind is StepKind.CLOSES else str(title),
        str(helps) % numbers,
        _link(wave, step),
        str(link_name),
        url_for("guide.chapter", chapter=_GUIDE.get(step.kind, "before")),
    )


def _when(step: NextStep) -> str:
    if step.standing is Standing.DONE:
        return str(gettext("Done"))
    if step.standing is Standing.NOW:
        return str(gettext("Now"))
    return str(gettext("Later")) if step.day is None else format_date(step.day, "long")


def _days_left(wave: Wave) -> str:
    days = (wave.closes_on - context().today).days
    if days <= 0:
        return str(gettext("Closes today"))
    return str(ngettext("Closes in %(num)s day", "Closes in %(num)s days", days))


def _link(wave: Wave, step: NextStep) -> str:
    """Return the address where a step is done; empty where that is not here, or not there yet."""
    kind = step.kind
    if kind is StepKind.READ:
        return questionnaire_address(wave).path
    if kind is StepKind.ASK_AGAIN:
        return url_for("leader.new_wave", unit=wave.unit_key)
    if kind in _OCCASIONS:
        part = _OCCASIONS[kind]
        return url_for("leader.announcements", unit=wave.unit_key, wave=wave.key, _anchor=part)
    if kind in {StepKind.REPORT, StepKind.MEET} and wave.is_sealed:
        return url_for("leader.profile", unit=wave.unit_key, wave=wave.key)
    if kind not in _PARTS or (kind is StepKind.SEAL_ANSWERS and not wave.is_closed):
        return ""
    return url_for("leader.wave", unit=wave.unit_key, wave=wave.key, _anchor=_PARTS[kind])
