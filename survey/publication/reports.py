"""Plan, render and write the reports of an installation's units, for leaders and for owners."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from instruments import library
from instruments.problems import refuse
from reports.disclosure import Audience, Policy, SealedWave
from reports.disclosure.differencing.ledger import Ledger
from reports.files import atomic_write
from reports.pdf import report
from reports.results.agreed_actions import NO_AGREEMENTS, Agreements
from reports.results.profile import Profile, profile
from survey.publication import rounds
from survey.store.database import Database
from survey.store.repositories import actions, releases, sealed, units, waves
from survey.store.repositories.waves import Wave

EVERY_LANGUAGE = "all"
# bytes: with key, reader, language and digest still short of what file systems take
_LONGEST_STEM = 60
# letters of the Nordic and neighbouring alphabets; others lose their accents by normalisation
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "đ": "d"})


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
        plain = unicodedata.normalize("NFKD", self.wave.unit_name.lower().translate(_LETTERS))
        stem = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode())[:_LONGEST_STEM].strip("-")
        return "-".join(filter(None, [stem, self.wave.key, self.reader, self.language]))

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
            "Close the survey and seal it first: nothing is shown before.",
            place=unit_key,
            unit=unit.name,
        )
    if not wanted[-1].is_sealed:
        raise refuse(
            "wave-not-sealed",
            "The survey's state is “%(state)s”, and this needs a sealed one.",
            "Close the survey and seal it first: nothing is shown before.",
            place=wanted[-1].key,
            state=wanted[-1].state,
        )
    return wanted[-1]


def for_leader(database: Database, policy: Policy, wave: Wave) -> Profile:
    """Return the profile of a sealed wave beside the unit's earlier ones, as its leader may see it."""
    return _for_leader(database, policy, wave, agreements(database, wave))


def agreements(database: Database, wave: Wave) -> Agreements:
    """Return what was agreed after the sealed wave before this one, and after this one, for leaders."""
    known = [each for each in waves.of_unit(database, wave.unit_key) if each.is_sealed]
    last = next(place for place, each in enumerate(known) if each.key == wave.key)
    agreed = [
        tuple(each.action for each in actions.of_wave(database, one))
        for one in known[max(last - 1, 0) : last + 1]
    ]
    return Agreements(agreed[0] if last else (), agreed[-1])


def _for_leader(database: Database, policy: Policy, wave: Wave, agreed: Agreements) -> Profile:
    known = sealed.of_unit(database, wave.unit_key)
    last = next(place for place, each in enumerate(known) if each.identity.wave == wave.key)
    judged = sealed.verdicts_of(database, wave)
    return profile(known[: last + 1], wave.audience, policy, agreed=agreed, judged=judged)


def for_owner(database: Database, policy: Policy, wave: Wave, ledger: Ledger) -> Profile:
    """Return it for the owner above, by a ledger that decided on all waves below that owner together.

    Waves on other versions are left out: an owner is shown whole dimensions only. Agreements are too:
    they are a unit's own words, of which no gate knows what they give away.
    """
    known = [each for each in sealed.of_unit(database, wave.unit_key) if _precedes(each, wave)]
    judged = sealed.verdicts_of(database, wave)
    return profile(known, Audience.OWNER, policy, ledger, judged=judged)


def planned_reports(
    database: Database, unit_key: str, reader: str, language: str | None
) -> list[PlannedReport]:
    """Plan a report for the last sealed wave of every unit from this one down.

    `language` None takes each wave's own, EVERY_LANGUAGE one report for each that it was offered in.
    """
    return [
        PlannedReport(
            wave, reader, spoken, agreements(database, wave) if reader == "leader" else NO_AGREEMENTS
        )
        for wave in _last_waves(database, unit_key)
        for spoken in _spoken(wave, language)
    ]


def report_renderer(database: Database, policy: Policy, unit_key: str, reader: str) -> _Printer:
    """Return what prints reports for a `leader`, or for an `owner` of the unit that all are under."""
    if reader == "leader":
        # with the agreements that its name is made of, even where they change in the meantime
        return lambda planned: report.report(
            _for_leader(database, policy, planned.wave, planned.agreed), planned.language
        )
    # before any report is made, so that all of them are made by the same decisions
    rounds.release_below(database, unit_key, policy)
    ledger = releases.present(database)
    return lambda planned: report.report(for_owner(database, policy, planned.wave, ledger), planned.language)


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
    """Return the last sealed wave of every unit from this one down that has one."""
    below = units.subtree(database, unit_key)
    found = [[wave for wave in waves.of_unit(database, each.key) if wave.is_sealed] for each in below]
    return [own[-1] for own in found if own]


def units_without_report(database: Database, unit_key: str) -> list[str]:
    """Return the names of the measured units from this one down without a sealed wave, in their order."""
    reported = {wave.unit_key for wave in _last_waves(database, unit_key)}
    below = units.subtree(database, unit_key)
    return sorted(each.name for each in below if each.edition is not None and each.key not in reported)


def _precedes(known: SealedWave, wave: Wave) -> bool:
    """Return whether a sealed wave is this one, or one before it on the same version."""
    same = known.identity.reference == wave.instrument
    # the same order as the repository's: by day, and the wave itself last among those of its day
    return same and (known.identity.wave == wave.key or known.identity.closed_on < wave.closes_on)


def _spoken(wave: Wave, language: str | None) -> Sequence[str]:
    if language == EVERY_LANGUAGE:
        return library.get(wave.instrument).editions[wave.edition]
    return [language or wave.language]
