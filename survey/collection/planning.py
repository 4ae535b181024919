"""What a leader decides about a new wave, and whether that can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from instruments import background, library, versions
from instruments.background import Background
from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import Audience, Policy
from reports.pdf import letters
from survey.store.repositories import units, waves
from survey.store.repositories.units import Unit
from survey.store.repositories.waves import Wave

LONGEST_TITLE: Final = 100  # characters, as the table takes it
MOST_INVITED: Final = 5000
# from today to the first day of a survey, and from the first to the last: what is further off was mistyped
FURTHEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a leader decides about a new wave.

    With `split_key` the wave's private key is printed on three sheets and kept nowhere else.
    """

    unit_key: str
    title: str
    instrument: str
    language: str
    invited: int
    opens_on: date
    closes_on: date
    open_link: bool = False
    leaders_answer: bool = True
    background: str | None = None
    split_key: bool = False

    @property
    def audience(self) -> Audience:
        """Return what its leader will be to it."""
        return waves.leaders_audience(leaders_answer=self.leaders_answer)


def instruments_for(edition: str) -> Sequence[Version]:
    """Return the versions that a unit of that edition can be asked with; the first is the one proposed.

    By name, and the newest of each name first.
    """
    known = [library.get(reference) for reference in library.available()]
    newest = sorted(known, key=lambda each: versions.number_parts(each.number), reverse=True)
    return [each for each in sorted(newest, key=lambda each: each.name) if edition in each.editions]


def require_edition(edition: str, place: str = "") -> None:
    """Raise Refused("edition-none") for an edition that no questionnaire has."""
    if not instruments_for(edition):
        raise refuse(
            "edition-none",
            "No questionnaire has an edition “%(edition)s”.",
            "Choose one of those there are.",
            place=place,
            edition=edition[:40],
        )


def proposed_instrument(place: Unit) -> str:
    """Return the reference of the version that is proposed for a new wave in a unit.

    Raises Refused: `unit-unmeasured`, `edition-unknown`.
    """
    found = instruments_for(require_measured(place))
    if not found:
        raise refuse(
            "edition-unknown",
            "There is no questionnaire for the edition %(edition)s of %(unit)s.",
            "Add one to the folder of your own questionnaires, or correct the unit's edition.",
            place=place.key,
            edition=place.edition,
            unit=place.name,
        )
    return found[0].reference


def require_possible(policy: Policy, plan: Plan, place: Unit) -> tuple[Version, str]:
    """Return the version and the edition of a plan for that unit, if they go together.

    Raises Refused: `unit-closed`, `instrument-unknown`, `unit-unmeasured`, `language-missing`,
    `invited-none`, `dates-order`, `dates-far`, `background-…`, and as `require_title` and
    `letters.require_printable_version` do.
    """
    units.require_open(place)
    version, edition = library.get(plan.instrument), require_measured(place)
    letters.require_printable_version(version)
    _require_sound(plan, version, edition)
    if plan.background is not None:
        _require_worth_asking(policy, plan, version, background.get(plan.background))
    return version, edition


def require_measured(place: Unit) -> str:
    """Return the edition that people answer in a unit. Raises Refused("unit-unmeasured")."""
    if place.edition is None:
        raise refuse(
            "unit-unmeasured",
            "%(unit)s only holds other units: nobody answers there.",
            "Create the survey in a team or a workplace.",
            place=place.key,
            unit=place.name,
        )
    return place.edition


def require_title(title: str, place: str) -> None:
    """Raise Refused unless a wave may have this title: `title-length`, `letter-unprintable`."""
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise refuse(
            "title-length",
            "A title is not empty and has at most %(longest)s characters; this one has %(number)s.",
            "Write another one.",
            place=place,
            longest=LONGEST_TITLE,
            number=len(title.strip()),
        )
    letters.require_printable(title, place)


def require_first_day(first: date, today: date, place: str = "") -> None:
    """Raise Refused unless a survey may be planned to open on that day: `first-day-past`, `first-day-far`."""
    if first < today:
        raise refuse(
            "first-day-past",
            "The first day would be %(first)s, which is over.",
            "Choose a first day from today on.",
            place=place,
            first=first,
        )
    if first > today + FURTHEST:
        raise refuse(
            "first-day-far",
            "The first day would be %(first)s, which is more than a year from now.",
            "Choose a first day within a year from now.",
            place=place,
            first=first,
        )


def require_days(first: date, last: date, place: str = "") -> None:
    """Raise Refused unless a survey may take answers from the one day to the other.

    `dates-order`, or `dates-far` where more than a year lies between them.
    """
    if last < first:
        raise refuse(
            "dates-order",
            "The last day is %(last)s, which is before the first, %(first)s.",
            "Correct one of the days.",
            place=place,
            first=first,
            last=last,
        )
    if last > first + FURTHEST:
        raise refuse(
            "dates-far",
            "The last day is %(last)s, which is more than a year after the first, %(first)s.",
            "Choose a last day within a year from the first.",
            place=place,
            first=first,
            last=last,
        )


def require_later(wave: Wave, last_day: date, before: date, today: date) -> None:
    """Raise Refused unless a wave's last day may be moved from `before` to this one.

    `last-day-earlier`, `last-day-past`, and as `require_days` does.
    """
    require_days(wave.opens_on, max(last_day, wave.opens_on), wave.key)
    if last_day < before:
        raise refuse(
            "last-day-earlier",
            "The last day of “%(title)s” is %(before)s, and it can only be moved to a later one: not to "
            "%(last)s.",
            "Choose a later day, or close the survey before its last day.",
            place=wave.key,
            title=wave.title,
            before=before,
            last=last_day,
        )
    if last_day < today:
        raise refuse(
            "last-day-past",
            "The last day of “%(title)s” would be %(last)s, which is over.",
            "Choose a last day from today on.",
            place=wave.key,
            title=wave.title,
            last=last_day,
        )


def _require_sound(plan: Plan, version: Version, edition: str) -> None:
    require_title(plan.title, plan.unit_key)
    languages = version.editions.get(edition, ())
    if plan.language not in languages:
        raise refuse(
            "language-missing",
            "%(instrument)s is not written in %(language)s for the edition %(edition)s, but in: %(known)s.",
            "Choose one of these languages, or another questionnaire.",
            place=plan.unit_key,
            instrument=version.reference,
            language=plan.language,
            edition=edition,
            known=", ".join(languages) or "–",
        )
    if plan.invited < 1:
        raise refuse(
            "invited-none",
            "%(invited)s people are invited, and a survey needs at least one.",
            "Say how many may answer.",
            place=plan.unit_key,
            invited=plan.invited,
        )
    require_days(plan.opens_on, plan.closes_on, plan.unit_key)


def _require_worth_asking(policy: Policy, plan: Plan, version: Version, asked: Background) -> None:
    """Raise Refused where nothing could ever be shown by group, so that asking would only cost trust."""
    fewest = policy.invited_for_subgroups(plan.audience)
    if plan.invited < fewest:
        raise refuse(
            "background-too-few",
            "%(invited)s people are invited: too few to show figures group by group.",
            "Invite %(fewest)s people or more, or ask no background question.",
            place=plan.unit_key,
            invited=plan.invited,
            fewest=fewest,
        )
    if all(len(dimension.items) == 1 for dimension in version):
        raise refuse(
            "background-single-items",
            "%(instrument)s has one statement for each dimension, and single statements are not shown by "
            "group.",
            "Choose a longer questionnaire, or ask no background question.",
            place=plan.unit_key,
            instrument=version.reference,
        )
    unspoken = {language for spoken in version.editions.values() for language in spoken} - set(asked.texts)
    if unspoken:
        raise refuse(
            "background-language",
            "The background question %(question)s is not available in %(languages)s.",
            "Choose another questionnaire, or ask no background question.",
            place=plan.unit_key,
            question=asked.reference,
            languages=", ".join(sorted(unspoken)),
        )
