"""What a leader tells the staff about a survey, ready to be copied: three times, each for three uses.

Everybody is told the same, and nothing says who has answered or how many: nobody can be singled out by it.
The texts speak the language of the moment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType

from flask_babel import format_date, gettext, ngettext


class Occasion(Enum):
    """When the staff is told something."""

    BEFORE = "before"
    OPENING = "opening"
    REMINDER = "reminder"


class Use(Enum):
    """What a text is for."""

    MAIL = "mail"
    MEETING = "meeting"
    WALL = "wall"


@dataclass(frozen=True, slots=True)
class AnnouncedSurvey:
    """What the texts say of a survey, in the words of their language.

    `purpose` is a sentence of the questionnaire, `minutes` are those to set aside. `minimum` is the fewest
    answers of which anything is shown, `outside` the same outside the unit: None where nothing ever is,
    and `among` the same for those who answered, who see the results `show_days` after sealing at the latest.
    `answering`, `questions` and `privacy` are addresses: where a code is typed, where the questions are read,
    and what is protected.
    `asked` is the background question, or empty.
    """

    title: str
    purpose: str
    opens_on: date
    closes_on: date
    minutes: int
    minimum: int
    outside: int | None
    among: int
    show_days: int
    open_link: bool
    split_key: bool
    asked: str
    answering: str
    questions: str
    privacy: str


def announcement(survey: AnnouncedSurvey, occasion: Occasion, use: Use) -> str:
    """Return one text, its paragraphs divided by empty lines, or points each on a line of its own."""
    said = _SAID[occasion](survey)
    if use is Use.MAIL:
        subject = gettext("Subject: %(subject)s", subject=_subject(survey, occasion))
        return "\n\n".join([subject, gettext("Dear all,"), *said])
    if use is Use.MEETING:
        now = [_now(survey)] if occasion is Occasion.OPENING else []
        return "\n".join(f"– {point}" for point in [*said, *now])
    return "\n\n".join(_on_the_wall(survey, occasion))


def how_to_answer(survey: AnnouncedSurvey) -> str:
    """Return how people come in once the survey is open."""
    if survey.open_link:
        return str(gettext("Scan the QR code on the poster, or type the address on it. Answer once."))
    return str(
        gettext(
            "Draw a slip. Scan the QR code on it, or type its code at %(address)s. Tear up the slip when you "
            "have sent your answers.",
            address=survey.answering,
        )
    )


def protection(survey: AnnouncedSurvey) -> str:
    """Return what is protected, and where it is said what cannot be."""
    return " ".join(
        [
            _anonymous(),
            gettext(
                "When the survey has closed, everyone's answers are counted together, and then the "
                "individual answers are deleted."
            ),
            _who_is_shown(survey),
            gettext(
                "What the service protects, and what it cannot protect against: %(address)s",
                address=survey.privacy,
            ),
        ]
    )


def _who_is_shown(survey: AnnouncedSurvey) -> str:
    if survey.outside is None:
        shown = gettext(
            "Results are shown only where at least %(minimum)s have answered, and only to your own "
            "workplace.",
            minimum=survey.minimum,
        )
    else:
        shown = gettext(
            "Results are shown only where at least %(minimum)s have answered, and outside your workplace "
            "only where at least %(outside)s have.",
            minimum=survey.minimum,
            outside=survey.outside,
        )
    return str(shown)


def _before(survey: AnnouncedSurvey) -> Sequence[str]:
    coming = gettext(
        "From %(first)s to %(last)s we have a survey: “%(title)s”.",
        title=survey.title,
        **_days(survey),
    )
    come_in = gettext("You come in with a code on a slip that you draw from a bowl.")
    if survey.open_link:
        come_in = gettext("You come in with the QR code or the address on a poster.")
    return [
        f"{coming} {survey.purpose}",
        _effort(survey),
        _use_of_results(),
        _own_look(survey),
        protection(survey),
        *_about_you(survey),
        *_about_the_key(survey),
        come_in,
        gettext("You can read all the questions beforehand: %(address)s", address=survey.questions),
    ]


def _opening(survey: AnnouncedSurvey) -> Sequence[str]:
    is_open = gettext(
        "The survey “%(title)s” is open until %(last)s.", title=survey.title, last=_days(survey)["last"]
    )
    return [
        f"{is_open} {survey.purpose}",
        how_to_answer(survey),
        _effort(survey),
        _use_of_results(),
        _own_look(survey),
        protection(survey),
    ]


def _reminder(survey: AnnouncedSurvey) -> Sequence[str]:
    return [
        gettext("The survey “%(title)s” closes on %(last)s.", title=survey.title, last=_days(survey)["last"]),
        gettext(
            "If you have answered: thank you. If not, there is still time. This reminder goes to everybody, "
            "because no page shows who has answered."
        ),
        how_to_answer(survey),
        _effort(survey),
        protection(survey),
    ]


_SAID: Mapping[Occasion, Callable[[AnnouncedSurvey], Sequence[str]]] = MappingProxyType(
    {Occasion.BEFORE: _before, Occasion.OPENING: _opening, Occasion.REMINDER: _reminder}
)


def _on_the_wall(survey: AnnouncedSurvey, occasion: Occasion) -> Sequence[str]:
    """Return the lines of a note on the wall, which are few."""
    days = _days(survey)
    if occasion is Occasion.BEFORE:
        when = gettext("From %(first)s to %(last)s", **days)
        how = gettext("You can read all the questions beforehand: %(address)s", address=survey.questions)
    else:
        when = gettext("Last day: %(last)s", last=days["last"])
        how = how_to_answer(survey)
    return [survey.title, when, how, _effort(survey), _anonymous()]


def _subject(survey: AnnouncedSurvey, occasion: Occasion) -> str:
    if occasion is Occasion.BEFORE:
        return str(gettext("A survey is coming: %(title)s", title=survey.title))
    if occasion is Occasion.OPENING:
        return str(gettext("The survey is open: %(title)s", title=survey.title))
    return str(gettext("The survey closes soon: %(title)s", title=survey.title))


def _days(survey: AnnouncedSurvey) -> dict[str, str]:
    days = {"first": survey.opens_on, "last": survey.closes_on}
    return {name: format_date(day, "full") for name, day in days.items()}


def _effort(survey: AnnouncedSurvey) -> str:
    taking = ngettext(
        "You get %(num)s minute of working time to answer.",
        "You get %(num)s minutes of working time to answer.",
        survey.minutes,
    )
    return f"{taking} {gettext('Taking part is voluntary, and you may skip any statement.')}"


def _now(survey: AnnouncedSurvey) -> str:
    return str(
        ngettext(
            "You now have %(num)s minute to answer. Meanwhile I leave the room.",
            "You now have %(num)s minutes to answer. Meanwhile I leave the room.",
            survey.minutes,
        )
    )


def _anonymous() -> str:
    return str(gettext("Nobody asks for your name, and no page shows who has answered, or what."))


def _use_of_results() -> str:
    return str(
        gettext(
            "We will talk about the results together and agree on what we want to try. They are not used for "
            "pay, for ranking or for comparing people."
        )
    )


def _own_look(survey: AnnouncedSurvey) -> str:
    """Return that those who answer see the results too, when and where."""
    seen = ngettext(
        "You can read the first page of the results yourselves, without signing in, at the latest %(num)s "
        "day after the answers were counted. The receipt says where. Whoever answers on paper finds it on "
        "the form.",
        "You can read the first page of the results yourselves, without signing in, at the latest %(num)s "
        "days after the answers were counted. The receipt says where. Whoever answers on paper finds it on "
        "the form.",
        survey.show_days,
    )
    # the leader is shown more where fewer have answered
    needed = gettext("It has figures only where at least %(among)s have answered.", among=survey.among)
    return f"{seen} {needed}" if survey.minimum < survey.among else str(seen)


def _about_you(survey: AnnouncedSurvey) -> Sequence[str]:
    if not survey.asked:
        return []
    return [
        gettext(
            "The last question is about you: “%(question)s” It is voluntary, like all the others.",
            question=survey.asked,
        )
    ]


def _about_the_key(survey: AnnouncedSurvey) -> Sequence[str]:
    if not survey.split_key:
        return []
    return [
        gettext(
            "The key to your answers is not kept on the server. It is on three printed sheets, one each for "
            "your leader, the employees' representative and the owner, and no answer can be opened before "
            "two of them are there. You may ask the representative whether they have theirs."
        )
    ]
