"""Submission: the one act of handing in answers, and how many have done so.

Nothing is written before the answers are, and then only a box that looks like noise.
"""

from dataclasses import dataclass
from datetime import date

from instruments.answers import SKIPPED, Answers, Skipped
from instruments.problems import Refused, refuse
from reports.disclosure import Policy
from survey.collection import lifecycle, response_encoding, stored_urn
from survey.collection.admission import Admission, cap, full, urn_for_answers
from survey.collection.keys import KeyDirectory
from survey.collection.urn import seal
from survey.store.database import Database, Transaction
from survey.store.repositories import urns, waves
from survey.store.repositories.waves import Wave

_CLOSE_TO_CAP = 64  # answers; more than can be under way at once, so that the cap holds exactly


@dataclass(frozen=True, slots=True)
class Turnout:
    """Say how many have answered, as coarsely as a leader may know before sealing: `low` to `high`.

    `high` is None in the last step, which has no end.
    """

    low: int
    high: int | None

    @property
    def text(self) -> str:
        """Return it as the command line writes it, such as 0–4, 5–9 or 10+."""
        return f"{self.low}+" if self.high is None else f"{self.low}–{self.high}"


def submit(
    database: Database,
    keys: KeyDirectory,
    admission: Admission,
    answers: Answers,
    today: date,
    *,
    category: str | Skipped = SKIPPED,
) -> None:
    """Put the answers into the urn and on disk, once, however often this is called.

    `category` is what the person said to the wave's background question. Answers that arrived already are
    confirmed again, also after the wave was closed.
    Raises Refused: `answers-version`, `wave-full`, and as `lifecycle.require_open` and
    `response_encoding.join` do. Raises Damaged, and takes nothing, where the answers could never be counted.
    """
    wave = waves.cached(database, admission.wave_key)
    if not wave.is_open:
        wave = waves.by_key(database, wave.key)
    if answers.version.content_hash != wave.content_hash:
        raise _of_another_version(answers, wave)
    if not wave.has_urn or wave.public_key is None:
        lifecycle.require_open(wave, today)
        raise RuntimeError("an open wave without a public key")
    urn = urn_for_answers(database, keys, wave)
    entry = urn.entry_id(admission.token)
    sealed = seal(wave.public_key, response_encoding.join(answers, wave.background, category))
    place = urn.shard(entry)
    # all boxes are held, in their order, only where an open link is nearly full: then the cap is exact
    nearly_full = wave.open_link and stored_urn.count(database, urn, wave) >= cap(wave) - _CLOSE_TO_CAP

    def put_in(connection: Transaction) -> None:
        boxes = urns.lock_boxes(connection, wave.id, None if nearly_full else place)
        if place not in boxes:
            raise lifecycle.over(wave)
        fuller = urn.added(place, boxes[place], entry, sealed)
        if fuller is None:
            return
        lifecycle.require_open(wave, today)
        if nearly_full and stored_urn.count_in(urn, boxes) >= cap(wave):
            raise full(wave)
        if not urns.replace_box(connection, wave.id, place, fuller):
            raise lifecycle.over(wave)

    database.write_in_group(put_in)


def _of_another_version(answers: Answers, wave: Wave) -> Refused:
    return refuse(
        "answers-version",
        "These are answers to %(given)s, and the survey asks %(asked)s.",
        "Start again with your code or the link.",
        given=answers.version.reference,
        asked=wave.instrument,
    )


def turnout(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave) -> Turnout:
    """Return how many answered an open or closed wave so far, as coarsely as its leader may know."""
    minimum, step = policy.minimum(wave.audience), policy.collection.turnout_step
    count = stored_urn.count(database, urn_for_answers(database, keys, wave), wave)
    return turnout_step(count, wave.invited, minimum, step)


def turnout_step(count: int, invited: int, minimum: int, step: int) -> Turnout:
    """Return the step of participation that `count` answers are in.

    The first step ends below `minimum`, the fewest answers of which anything is released to its leader: then
    whether anything was released says no more of the number than the step had. Further steps hold `step`
    numbers. The last has no end, and holds as many of those invited unless it is the second: one for the
    number of invited alone would say that everybody has answered.
    """
    if count < minimum:
        return Turnout(0, minimum - 1)
    steps = max(1, (invited - minimum + 1) // step)
    place = min((count - minimum) // step, steps - 1)
    low = minimum + place * step
    return Turnout(low, None if place == steps - 1 else low + step - 1)
