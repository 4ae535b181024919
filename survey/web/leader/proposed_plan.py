"""What the form of a new survey holds before anybody types: the set-up of the survey before, a year on."""

import re
from datetime import date

from flask_babel import gettext

from instruments.languages import LANGUAGES, SOURCE
from instruments.model import Version
from survey.collection.planning import LONGEST_TITLE
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave
from survey.web.forms import BLANK
from survey.web.platform import languages

_FIRST_AUTUMN_MONTH = 7
_NAMES = sorted({name for each in LANGUAGES.values() for name in each.halves}, key=len, reverse=True)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_HALF_YEAR = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _NAMES))})[ ,]+{_YEAR.pattern}", re.IGNORECASE)


def proposed_title(before: str, language: str, today: date) -> str:
    """Return the title of the survey before with today's half-year, or year, in place of its own.

    A title that names neither is kept with the half-year behind it, where there is room. Without a survey
    before, the half-year is the title.
    """
    season = _season(language, today)
    if _HALF_YEAR.search(before):
        return _HALF_YEAR.sub(season, before)
    if _YEAR.search(before):
        return _YEAR.sub(str(today.year), before)
    longer = f"{before}, {season}"
    return longer if before and len(longer) <= LONGEST_TITLE else season


def plan_after(before: Wave | None, place: Unit, reader: str, today: date) -> dict[str, object]:
    """Return the form's data for a survey after `before`, or for a unit's first one.

    That begins with what is known of the unit, else with the language that its leader reads.
    """
    if before is None:
        language = place.language or reader
        title = proposed_title("", language, today)
        return {"title": title, "opens_on": today, "language": language, "invited": place.invited}
    title = proposed_title(before.title, before.language, today)
    # the newest questionnaire is proposed, and nobody knows the last day beforehand
    again = {"title": title, "opens_on": today, "closes_on": None, "instrument": None}
    return {**plan_of(before), **again}


def follow_up_plan(before: Wave | None, part: Version, earliest: date) -> dict[str, object]:
    """Return what differs in the form of a survey that follows up `before` with a part of a questionnaire.

    It is proposed for `earliest`, the first day on which it may open.
    """
    language = before.language if before else languages.current()
    name, season = gettext("Follow-up"), _season(language, earliest)
    return {
        "title": f"{name}, {season}",
        "instrument": part.reference,
        "opens_on": earliest,
        "background": BLANK,
    }


def plan_of(wave: Wave) -> dict[str, object]:
    """Return the form's data for a survey as it was planned."""
    return {
        "title": wave.title,
        "instrument": wave.instrument,
        "language": wave.language,
        "invited": wave.invited,
        "opens_on": wave.opens_on,
        "closes_on": wave.closes_on,
        "way": "link" if wave.open_link else "codes",
        "leaders_answer": "yes" if wave.leaders_answer else "no",
        "split_key": "yes" if wave.split_key else "no",
        "background": wave.background or "",
    }


def _season(language: str, today: date) -> str:
    spring, autumn = LANGUAGES.get(language, LANGUAGES[SOURCE]).halves
    return f"{spring if today.month < _FIRST_AUTUMN_MONTH else autumn} {today.year}"
