"""The release policy of an installation: every number of the method that it holds, each stated once.

The numbers come from a TOML file (`reports.disclosure.policy_file`), whose tables and keys are the classes
and fields here; the shipped file, default_policy.toml, says beside each number what it is. Whoever needs one
is passed the policy; docs/decisions/0090 says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Final

ABSOLUTE_MINIMUM: Final = 5  # answers: no policy may release, or keep, figures of fewer
POOL_WAVE: Final = 10  # answers: no policy may put a wave of fewer into a pool
POOL_UNITS: Final = 10  # units: no policy may add up, or keep, a batch of fewer
POOL_PEOPLE: Final = 200  # people: likewise

_MINUTE, _HOUR, _DAY, _YEAR = 60, 60 * 60, 24 * 60 * 60, 366 * 24 * 60 * 60  # seconds


class Audience(Enum):
    """Who reads. A leader who may have answered can subtract the own answer; an owner is outside the unit."""

    LEADER = "leader"
    LEADER_AMONG_RESPONDENTS = "leader-among-respondents"
    OWNER = "owner"
    OUTSIDE = "outside"

    @property
    def inside(self) -> bool:
        """Return whether the reader leads the unit the figures are about."""
        return self is Audience.LEADER or self is Audience.LEADER_AMONG_RESPONDENTS


class DetailLevel(Enum):
    """How much of a dimension is released, each level with all above it.

    With the interval come three-way shares, with items the dimension's histogram and reliability.
    """

    NOTHING = 0
    MEAN = 1
    INTERVAL = 2
    ITEMS = 3


@dataclass(frozen=True, slots=True)
class Within:
    """What a policy may give for a number: from `low` to `high`, both allowed, in `unit`."""

    low: float
    high: float
    unit: str


_Answers = Annotated[int, Within(ABSOLUTE_MINIMUM, 1000, "answers")]
_Share = Annotated[float, Within(0, 1, "as a share of 1")]
_Step = Annotated[float, Within(0.0005, 0.25, "as a share of the scale's range")]
_Confidence = Annotated[float, Within(0.8, 0.999, "as a share of 1")]
_Percent = Annotated[int, Within(1, 50, "percent")]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The fewest answers behind each kind of figure for one audience, counted figure by figure.

    `unit_items` says whether the items of a single unit are released at all; a pool's always may be.
    """

    mean: _Answers
    interval: _Answers
    shares: _Answers
    histogram: _Answers
    item: _Answers
    reliability: _Answers
    unit_items: bool

    @property
    def whole_dimension(self) -> int:
        """Return the fewest answers from which on nothing of a dimension is hidden for want of answers."""
        return max(self.mean, self.interval, self.shares, self.histogram, self.reliability)


@dataclass(frozen=True, slots=True)
class Rounding:
    """How finely figures are released: means in shares of the scale's range, shares in percent.

    It depends on the number of answers to the whole wave alone: from `fine_from` on means go in steps of
    `fine_step` and shares of `fine_share`, below in the coarse ones.
    """

    fine_from: _Answers
    fine_step: _Step
    coarse_step: _Step
    fine_share: _Percent
    coarse_share: _Percent


@dataclass(frozen=True, slots=True)
class ComparisonGroups:
    """A total over units: `units` of them or more, none with more than `largest_share` of the people."""

    units: Annotated[int, Within(2, 1000, "units")]
    largest_share: _Share


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """When a change between two waves is claimed.

    Waves are compared from `compare_from` of the invited on, a change is claimed from `claim_from` on, and
    on `common_items` items or more. `confidence` holds for all dimensions and contrasts of a report
    together; the detectable change is seen with `power`.
    """

    compare_from: _Share
    claim_from: _Share
    common_items: Annotated[int, Within(1, 500, "items")]
    confidence: _Confidence
    power: Annotated[float, Within(0.5, 0.999, "as a share of 1")]


@dataclass(frozen=True, slots=True)
class CollectionRules:
    """What is shown while answers are collected, and what sealing keeps of them.

    `turnout_step` is how coarsely participation in an open wave is shown. A wave of fewer answers than its
    leader is shown anything of leaves nothing, nor does a dimension of fewer than `kept_from`; a wave of
    fewer than `cross_products_from` leaves no item tables and no cross-products. A
    background question takes as many invited as make `subgroups` groups of the minimum. Two waves of one unit
    begin at least `weeks_apart` apart. A wave that its leader closed early can be opened again until
    `reopen_days` later, `reopenings` times. One that waits for its key sheets can be given up
    `lost_sheets_days` after its last day. Those who answered a wave are shown its result `show_staff_days`
    after it was sealed, or before that when its leader says so.
    """

    turnout_step: _Answers
    kept_from: _Answers
    cross_products_from: _Answers
    subgroups: Annotated[int, Within(2, 100, "groups")]
    weeks_apart: Annotated[int, Within(8, 104, "weeks")]
    reopen_days: Annotated[int, Within(1, 7, "days")]
    reopenings: Annotated[int, Within(0, 3, "times")]
    lost_sheets_days: Annotated[int, Within(1, 90, "days")]
    show_staff_days: Annotated[int, Within(1, 60, "days")]


@dataclass(frozen=True, slots=True)
class PoolRules:
    """What goes into pools of many units, and how finely pools are released.

    A wave of `answers` or more goes in. Waiting waves are added up together from `units` and `people` on,
    where no unit has more than `largest_share` of the people; those that still wait `waiting_days` after the
    half-year are destroyed. Counts are released in steps of `step_answers`, drawn up or down, and covariances
    in steps as large as one person can move them; what differs between units from `between_units` units on.
    """

    answers: Annotated[int, Within(POOL_WAVE, 1000, "answers")]
    units: Annotated[int, Within(POOL_UNITS, 1000, "units")]
    people: Annotated[int, Within(POOL_PEOPLE, 100000, "people")]
    largest_share: Annotated[float, Within(0.1, 0.5, "as a share of 1")]
    waiting_days: Annotated[int, Within(1, 366, "days")]
    step_answers: Annotated[int, Within(5, 100, "answers")]
    between_units: Annotated[int, Within(20, 1000, "units")]


@dataclass(frozen=True, slots=True)
class InvarianceLimits:
    """When groups may be compared: the fit of the first level, and how much worse each later one may fit.

    Source: Hu & Bentler (1999) for SRMR; Chen (2007) for the changes.
    """

    least_cfi: Annotated[float, Within(0.8, 1, "")]
    most_srmr: Annotated[float, Within(0, 0.15, "")]
    most_cfi_loss: Annotated[float, Within(0, 0.05, "")]
    most_rmsea_gain: Annotated[float, Within(0, 0.05, "")]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept for a while is kept.

    Answers that were not sent are in the respondent's own browser; with sign-ins go counts of failed ones. Of
    access is kept who held which role and what was done to a unit, counted from its end. `results_years` is
    the most, and what holds where an owner has not decided on fewer; it counts from a wave's last day.
    """

    unsent_answers_hours: Annotated[int, Within(1, 24, "hours")]
    kiosk_idle_seconds: Annotated[int, Within(30, 600, "seconds")]
    kiosk_page_minutes: Annotated[int, Within(3, 60, "minutes")]
    report_files_days: Annotated[int, Within(1, 90, "days")]
    held_key_share_minutes: Annotated[int, Within(5, 1440, "minutes")]
    slip_files_minutes: Annotated[int, Within(5, 1440, "minutes")]
    sign_ins_hours: Annotated[int, Within(12, 168, "hours")]
    password_links_days: Annotated[int, Within(1, 30, "days")]
    known_devices_days: Annotated[int, Within(1, 365, "days")]
    access_history_years: Annotated[int, Within(1, 10, "years")]
    results_years: Annotated[int, Within(1, 30, "years")]
    accounts_without_role_days: Annotated[int, Within(1, 365, "days")]

    @property
    def unsent_answers(self) -> int:
        """Return how long unsent answers are kept, in seconds."""
        return self.unsent_answers_hours * _HOUR

    @property
    def kiosk_page(self) -> int:
        """Return how long a page may stand on a tablet in kiosk mode, in seconds."""
        return self.kiosk_page_minutes * _MINUTE

    @property
    def report_files(self) -> int:
        """Return how long reports made by a job are kept, in seconds."""
        return self.report_files_days * _DAY

    @property
    def held_key_share(self) -> int:
        """Return how long one key sheet that was given waits for the second, in seconds."""
        return self.held_key_share_minutes * _MINUTE

    @property
    def slip_files(self) -> int:
        """Return how long slips printed by a job are kept, in seconds."""
        return self.slip_files_minutes * _MINUTE

    @property
    def sign_ins(self) -> int:
        """Return how long sign-ins, and counts of failed ones, are kept, in seconds."""
        return self.sign_ins_hours * _HOUR

    @property
    def password_links(self) -> int:
        """Return how long a link to choose a password works, in seconds."""
        return self.password_links_days * _DAY

    @property
    def known_devices(self) -> int:
        """Return how long a device on which staff have signed in is known, in seconds."""
        return self.known_devices_days * _DAY

    @property
    def accounts_without_role(self) -> int:
        """Return how long an account without any role is kept, in seconds."""
        return self.accounts_without_role_days * _DAY

    @property
    def access_history(self) -> int:
        """Return how long the history of access is kept after its end, in seconds; never less than a year."""
        return self.access_history_years * _YEAR


@dataclass(frozen=True, slots=True)
class SecondFactorRules:
    """Whose accounts need a second factor beside the password, by role; a deputy is what a leader is.

    Whoever changes the factors of an account has shown one of them within `proof_minutes`. What was asked for
    somebody who has lost theirs ends after `lost_days`, and so does the link that two operators agreed to.
    """

    operators: bool
    owners: bool
    researchers: bool
    leaders: bool
    editors: bool
    proof_minutes: Annotated[int, Within(2, 60, "minutes")]
    lost_days: Annotated[int, Within(1, 14, "days")]

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles whose accounts need one."""
        held = {
            "operator": self.operators,
            "owner": self.owners,
            "researcher": self.researchers,
            "leader": self.leaders,
            "deputy": self.leaders,
            "editor": self.editors,
        }
        return frozenset(role for role, is_needed in held.items() if is_needed)

    @property
    def proof(self) -> int:
        """Return for how long a factor that was shown counts, in seconds."""
        return self.proof_minutes * _MINUTE

    @property
    def lost(self) -> int:
        """Return how long a way in for somebody who lost theirs is good, in seconds."""
        return self.lost_days * _DAY


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy.

    `confidence` is that of every released interval. `unanimity_width` is the share of the
    scale's range that no single person's score may be bounded to.
    """

    confidence: _Confidence
    unanimity_width: Annotated[float, Within(0.025, 1, "as a share of the scale's range")]
    thresholds: Mapping[Audience, Thresholds]
    rounding: Rounding
    comparison_groups: ComparisonGroups
    change: ChangeRules
    collection: CollectionRules
    pools: PoolRules
    invariance: InvarianceLimits
    retention: Retention
    second_factors: SecondFactorRules

    @property
    def fewest_for_reliability(self) -> int:
        """Return the fewest complete answers behind any reliability that somebody is shown."""
        return min(each.reliability for each in self.thresholds.values())

    def minimum(self, audience: Audience) -> int:
        """Return the fewest answers behind any figure that `audience` is shown."""
        return self.thresholds[audience].mean

    def invited_for_subgroups(self, audience: Audience) -> int:
        """Return how many must be invited before a background question can show its leader anything."""
        # means by group stand beside item tables only: fewer answers show none
        return max(self.collection.subgroups * self.minimum(audience), self.thresholds[audience].item)
