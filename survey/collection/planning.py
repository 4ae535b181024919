"""What a leader decides about a new wave, and whether that can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from instruments import background, library, versions
from instruments.background import Background
from instruments.model import Version
from instruments.problems import refuse
from reports.disclosure import Audience, Policy
from survey.store.repositories import waves
from survey.store.repositories.units import Unit


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


def proposed_instrument(place: Unit) -> str:
    """Return the reference of the version that is proposed for a new wave in a unit.

    Raises Refused: `unit-unmeasured`, `edition-unknown`.
    """
    found = instruments_for(_edition_of(place))
    if not found:
        raise refuse(
            "edition-unknown",
            "No questionnaire is written for the edition %(edition)s of %(unit)s.",
            "Add one to the folder of your own questionnaires, or correct the unit's edition.",
            place=place.key,
            edition=place.edition,
            unit=place.name,
        )
    return found[0].reference


def require_possible(policy: Policy, plan: Plan, place: Unit) -> tuple[Version, str]:
    """Return the version and the edition of a plan for that unit, if they go together.

    Raises Refused: `instrument-unknown`, `unit-unmeasured`, `language-missing`, `invited-none`,
    `dates-order`, `background-…`.
    """
    version, edition = library.get(plan.instrument), _edition_of(place)
    _require_sound(plan, version, edition)
    if plan.background is not None:
        _require_worth_asking(policy, plan, version, background.get(plan.background))
    return version, edition


def _edition_of(place: Unit) -> str:
    if place.edition is None:
        raise refuse(
            "unit-unmeasured",
            "%(unit)s only holds other units: nobody answers there.",
            "Make the survey in a team or a workplace.",
            place=place.key,
            unit=place.name,
        )
    return place.edition


def _require_sound(plan: Plan, version: Version, edition: str) -> None:
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
    if plan.closes_on < plan.opens_on:
        raise refuse(
            "dates-order",
            "The last day is %(last)s, which is before the first, %(first)s.",
            "Correct one of the days.",
            place=plan.unit_key,
            first=plan.opens_on,
            last=plan.closes_on,
        )


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
            "The background question %(question)s is not asked in %(languages)s.",
            "Choose another questionnaire, or ask no background question.",
            place=plan.unit_key,
            question=asked.reference,
            languages=", ".join(sorted(unspoken)),
        )
