"""Plan, render and write the reports of an installation's units, for leaders and for owners."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from instruments import library
from instruments.problems import refuse
from reports.disclosure import Audience, Policy, Released, SealedWave
from reports.files import atomic_write
from reports.files.plain_names import plain
from reports.pdf import report
from reports.results.agreed_actions import NO_AGREEMENTS, Agreements, Check
from reports.results.follow_up import checks_of
from reports.results.profile import Profile, profile
from survey.store.database import Database
from survey.store.repositories import actions, expectations, releases, sealed, units, wave_lists, waves
from survey.store.repositories.waves import Wave

EVERY_LANGUAGE = "all"


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """A report to be written: a sealed wave's, for its `leader` or for an `owner`, in one language.

    `agreed` is what it says of agreements, all of it that can change once a wave is sealed.
    """

    wave: Wave
    reader: str
    language: str
    agreed: Agreements = NO_AGREEMENTS

    @property
    def stem(self) -> str:
        """Return the start of the file's name, unique to the report: unit, wave, reader, language."""
        named = (plain(self.wave.unit_name), plain(self.wave.title))
        return "-".join(filter(None, [*named, self.wave.key, self.reader, self.language]))

    @property
    def name(self) -> str:
        """Return the name of the file; another one once the agreed actions have changed."""
        if self.agreed == NO_AGREEMENTS:
            return f"{self.stem}.pdf"
        # a digest in the name lets a later run see that the file is of an earlier text
        digest = hashlib.blake2b(repr(self.agreed).encode(), digest_size=4).hexdigest()
        return f"{self.stem}-{digest}.pdf"

    def replaces(self, file: Path) -> bool:
        """Return whether the file is this report from before its agreed actions changed."""
        earlier = re.fullmatch(rf"{re.escape(self.stem)}(-[0-9a-f]{{8}})?\.pdf", file.name)
        return earlier is not None and file.name != self.name


_Printer = Callable[[PlannedReport], bytes]


def sealed_wave(database: Database, unit_key: str, wave_key: str | None = None) -> Wave:
    """Return the unit's wave of that key, or its last sealed one. Raises Refused where it is not sealed."""
    unit = units.by_key(database, unit_key)
    found = waves.of_unit(database, unit.key)
    wanted = [wave for wave in found if wave.key == wave_key or (wave_key is None and wave.is_sealed)]
    if wave_key is not None and not wanted:
        raise waves.unknown(wave_key)
    if not wanted:
        raise refuse(
            "wave-not-sealed",
            "%(unit)s has no sealed survey.",
            "Close the survey and seal it first: nothing is shown before that.",
            place=unit_key,
            unit=unit.name,
        )
    if not wanted[-1].is_sealed:
        raise refuse(
            "wave-not-sealed",
            "The survey is “%(state)s”, and this needs a sealed survey.",
            "Close the survey and seal it first: nothing is shown before that.",
            place=wanted[-1].key,
            state=wanted[-1].state,
        )
    return wanted[-1]


def for_leader(database: Database, policy: Policy, wave: Wave) -> Profile:
    """Return the profile of a sealed wave beside the unit's earlier ones, as its leader may see it."""
    return _for_leader(database, policy, wave, agreements(database, policy, wave))


def agreements(database: Database, policy: Policy, wave: Wave) -> Agreements:
    """Return what was agreed after the sealed wave before this one, and after this one, for leaders.

    With it comes what had been expected of this one, and what short surveys in between found.
    """
    sealed_waves = [each for each in waves.of_unit(database, wave.unit_key) if each.is_sealed]
    # nothing is agreed after a part: what it follows up was agreed after the whole wave before it
    known = [each for each in sealed_waves if each.key == wave.key or not each.is_part]
    last = next(place for place, each in enumerate(known) if each.key == wave.key)
    agreed = [
        tuple(each.action for each in actions.of_wave(database, one))
        for one in known[max(last - 1, 0) : last + 1]
    ]
    return Agreements(
        agreed[0] if last else (),
        agreed[-1],
        expectations.of_wave(database, wave),
        _checks(database, policy, known[last - 1], wave, sealed_waves) if last else (),
    )


def _checks(
    database: Database, policy: Policy, before: Wave, wave: Wave, known: Sequence[Wave]
) -> tuple[Check, ...]:
    """Return what short surveys between two whole ones found, as their leader is told it."""
    if wave.is_part:
        return ()
    between = known[known.index(before) + 1 : known.index(wave)]
    profiles = [_for_leader(database, policy, each, NO_AGREEMENTS) for each in between if each.is_part]
    return tuple(check for each in profiles for check in checks_of(each))


def _for_leader(database: Database, policy: Policy, wave: Wave, agreed: Agreements) -> Profile:
    known, judged = _known(database, wave), sealed.verdicts_of(database, wave)
    merged = wave.compared_from is not None
    return profile(known, wave.audience, policy, agreed=agreed, judged=judged, is_merged=merged)


def for_staff(database: Database, policy: Policy, wave: Wave) -> Profile:
    """Return the profile of a sealed wave as those who answered it may see it: its leader's, or less of it.

    What was agreed comes along, and neither what the leader had expected nor what short surveys found.
    """
    known, judged = _known(database, wave), sealed.verdicts_of(database, wave)
    told = agreements(database, policy, wave)
    agreed = Agreements(told.before, told.after)
    merged = wave.compared_from is not None
    reader = Audience.LEADER_AMONG_RESPONDENTS
    shown = profile(known, reader, policy, agreed=agreed, judged=judged, is_merged=merged)
    leaders = profile(known, wave.audience, policy, judged=judged)
    if len(shown.over_time) == len(leaders.over_time):
        return shown
    # compared with another wave than on the leader's page, it would tell something else
    last = shown.over_time[-1:] if isinstance(shown.released, Released) else ()
    return replace(shown, over_time=last, comparisons=())


def _known(database: Database, wave: Wave) -> list[SealedWave]:
    """Return the unit's sealed waves up to this one that it is compared with, oldest first."""
    known = _beside(database, wave)
    last = next(place for place, each in enumerate(known) if each.identity.wave == wave.key)
    return known[: last + 1]


def _beside(database: Database, wave: Wave, above: str | None = None) -> list[SealedWave]:
    """Return the unit's sealed waves that this one is compared with and itself, oldest first.

    With `above`, those alone that were sealed below the unit of that key.
    """
    found = [each for each in waves.of_unit(database, wave.unit_key) if each.is_sealed]
    compared = [each for each in found if wave.is_compared_with(each) and above in {None, *each.places}]
    return [sealed.of_wave(database, each) for each in compared]


def for_owner(database: Database, policy: Policy, wave: Wave, above: str) -> Profile:
    """Return it for the owner above, as the ledger decided on it together with all waves below that owner.

    Beside it are waves that were sealed below the unit `above`, which is owned: one of when the unit lay in
    another stays that one's. Waves on other versions are left out: an owner is shown whole dimensions only.
    Agreements are too: they are a unit's own words, of which no gate knows what they give away.
    """
    known = [each for each in _beside(database, wave, above) if _precedes(each, wave)]
    # what was decided stays: read with each report, and of this unit's waves only
    ledger = releases.of_waves(database, [each.identity.wave for each in known])
    judged = sealed.verdicts_of(database, wave)
    merged = wave.compared_from is not None
    return profile(known, Audience.OWNER, policy, ledger, judged=judged, is_merged=merged)


def planned_reports(
    database: Database, policy: Policy, unit_key: str, reader: str, language: str | Collection[str] | None
) -> list[PlannedReport]:
    """Plan a report for the last sealed wave of every unit from this one down; an owner's last released.

    `language` None takes each wave's own, EVERY_LANGUAGE one report for each that it was offered in. Of
    several chosen ones each is taken that the wave was offered in; where that is none, the wave's own.
    """
    if reader == "owner":
        return [
            PlannedReport(wave, reader, spoken)
            for wave in _last_released(database, unit_key)
            for spoken in _spoken(wave, language)
        ]
    return [
        PlannedReport(wave, reader, spoken, agreements(database, policy, wave))
        for wave in _last_waves(database, unit_key)
        for spoken in _spoken(wave, language)
    ]


def planned_report(
    database: Database, policy: Policy, wave_key: str, reader: str, language: str
) -> PlannedReport:
    """Plan the report of one wave. Raises Refused("wave-unknown")."""
    wave = waves.by_key(database, wave_key)
    agreed = NO_AGREEMENTS if reader == "owner" else agreements(database, policy, wave)
    return PlannedReport(wave, reader, language, agreed)


def report_renderer(database: Database, policy: Policy, unit_key: str, reader: str) -> _Printer:
    """Return what prints reports for a `leader`, or for an `owner` of the unit that all are under."""
    if reader == "leader":
        # with the agreements that its name is made of, even where they change in the meantime
        return lambda planned: report.report(
            _for_leader(database, policy, planned.wave, planned.agreed), planned.language
        )
    return lambda planned: report.report(
        for_owner(database, policy, planned.wave, unit_key), planned.language
    )


def write_all(
    wanted: Sequence[PlannedReport], printed: _Printer, directory: Path
) -> Iterator[tuple[PlannedReport, bool]]:
    """Write every planned report into the directory; yield each and whether it is new.

    A file that is there already is left as it is: reports are made of sealed waves, and of agreements that
    their names know of, so that an interrupted run goes on where it was. A report from before agreements
    were changed is removed once its successor is there.
    """
    for planned in wanted:
        target = directory / planned.name
        if new := not target.exists():
            # replacing, because another worker may have been faster by now, with the same bytes
            atomic_write.write({target: printed(planned)}, replace=True)
        for earlier in filter(planned.replaces, list(directory.iterdir())):
            earlier.unlink(missing_ok=True)
        yield planned, new


def _last_waves(database: Database, unit_key: str) -> list[Wave]:
    """Return the last wave of every unit that was sealed in this one or below it, parents before children."""
    return _last(database, unit_key, wave_lists.sealed_below(database, unit_key))


def _last_released(database: Database, unit_key: str) -> list[Wave]:
    """Return the last wave of every unit from this one down of whose release is decided.

    None asks a part of a questionnaire: nothing of those leaves their unit.
    """
    known = {(wave.unit_key, wave.key): wave for wave in wave_lists.sealed_below(database, unit_key)}
    decided = releases.decisions(database, known).alone
    return _last(database, unit_key, [wave for cell, wave in known.items() if cell in decided])


def _last(database: Database, unit_key: str, known: Sequence[Wave]) -> list[Wave]:
    order = {each.key: place for place, each in enumerate(units.subtree(database, unit_key))}
    found = {wave.unit_key: wave for wave in known}
    # those that have moved away since come last
    return sorted(
        found.values(), key=lambda wave: (order.get(wave.unit_key, len(order)), wave.unit_name, wave.key)
    )


def units_without_report(database: Database, unit_key: str, reader: str) -> list[str]:
    """Return the names of the measured units from this one down without a report for that reader, in order.

    Of them no wave is sealed, or, where an owner reads, none is released.
    """
    found = _last_released(database, unit_key) if reader == "owner" else _last_waves(database, unit_key)
    reported = {wave.unit_key for wave in found}
    below = units.subtree(database, unit_key)
    return sorted(each.name for each in below if each.edition is not None and each.key not in reported)


def _precedes(known: SealedWave, wave: Wave) -> bool:
    """Return whether a sealed wave is this one, or one before it on the same version."""
    same = known.identity.reference == wave.instrument
    # the same order as the repository's: by day, and the wave itself last among those of its day
    return same and (known.identity.wave == wave.key or known.identity.closed_on < wave.closes_on)


def offered_languages(database: Database, unit_key: str) -> list[str]:
    """Return the languages in which an owner's reports of the units from this one down can be made."""
    released = _last_released(database, unit_key)
    return sorted({spoken for wave in released for spoken in _spoken(wave, EVERY_LANGUAGE)})


def _spoken(wave: Wave, language: str | Collection[str] | None) -> Sequence[str]:
    if language is None or (isinstance(language, str) and language != EVERY_LANGUAGE):
        return [language or wave.language]
    offered = library.get(wave.instrument).editions[wave.edition]
    if language == EVERY_LANGUAGE:
        return offered
    # no unit is left out unsaid because it speaks another language
    return [each for each in offered if each in language] or [wave.language]
