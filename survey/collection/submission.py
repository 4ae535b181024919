"""Submission: the one act of handing in answers, and how many have done so.

Nothing is written before the answers are, and then only a box that looks like noise.
"""

from dataclasses import dataclass
from datetime import date

from instruments.answers import SKIPPED, Answers, Skipped
from instruments.problems import refuse
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
    closing_day: date,
    *,
    category: str | Skipped = SKIPPED,
) -> bool:
    """Put the answers into the urn and on disk, once, however often this is called.

    Return whether they were put in now: not where there are some of this admission already, which then
    stand. `category` is what the person said to the wave's background question, `closing_day` as in
    `lifecycle.require_taking`. Once some have arrived, calling again refuses nothing, closed or not.

    Raises Refused: `answers-version`, `wave-full`, and as `lifecycle.require_taking` and
    `response_encoding.join` do. Raises Damaged, and takes nothing, where the answers could never be counted.
    """
    wave = _asked_in(database, admission.wave_key, answers)
    public_key = _public_key(wave, closing_day)
    urn = urn_for_answers(database, keys, wave)
    entry = urn.entry_id(admission.token)
    sealed = seal(public_key, response_encoding.join(answers, wave.background, category))
    place = urn.shard(entry)
    # all boxes are held, in their order, only where an open link is nearly full: then the cap is exact
    nearly_full = wave.open_link and stored_urn.count(database, urn, wave) >= cap(wave) - _CLOSE_TO_CAP
    is_new = False

    def put_in(connection: Transaction) -> None:
        nonlocal is_new
        boxes = urns.lock_boxes(connection, wave.id, None if nearly_full else place)
        if place not in boxes:
            raise lifecycle.over(wave)
        fuller = urn.added(place, boxes[place], entry, sealed)
        if fuller is None:
            return
        lifecycle.require_taking(wave, closing_day)
        if nearly_full and stored_urn.count_in(urn, boxes) >= cap(wave):
            raise full(wave)
        if not urns.replace_box(connection, wave.id, place, fuller):
            raise lifecycle.over(wave)
        is_new = True

    database.write_in_group(put_in)
    return is_new


def _asked_in(database: Database, key: str, answers: Answers) -> Wave:
    """Return the wave of that key. Raises Refused("answers-version") where it asks another version."""
    wave = waves.cached(database, key)
    if not wave.is_open:
        wave = waves.by_key(database, key)
    if answers.version.content_hash != wave.content_hash:
        raise refuse(
            "answers-version",
            "These are answers to %(given)s, and the survey asks %(asked)s.",
            "Start again with your code or the link.",
            given=answers.version.reference,
            asked=wave.instrument,
        )
    return wave


def _public_key(wave: Wave, closing_day: date) -> bytes:
    """Return what answers are sealed with. Raises Refused as `lifecycle.require_taking` does."""
    if not wave.has_urn or wave.public_key is None:
        lifecycle.require_taking(wave, closing_day)
        raise RuntimeError("an open wave without a public key")
    return wave.public_key


def turnout(database: Database, keys: KeyDirectory, policy: Policy, wave: Wave) -> Turnout:
    """Return how many answered an open or closed wave so far, as coarsely as its leader may know.

    The steps are those of the number first invited: correcting it upwards makes none of them finer.
    """
    minimum, step = policy.minimum(wave.audience), policy.collection.turnout_step
    count = stored_urn.count(database, urn_for_answers(database, keys, wave), wave)
    return turnout_step(count, wave.planned_invited, minimum, step)


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


def turnout_steps(invited: int, minimum: int, step: int) -> list[Turnout]:
    """Return every step that participation of so many invited can be in, from the lowest on."""
    found = (turnout_step(count, invited, minimum, step) for count in range(max(invited, minimum) + 1))
    return list(dict.fromkeys(found))
