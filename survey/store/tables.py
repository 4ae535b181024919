"""The tables. What privacy forbids to store has no column, and what it limits is a CHECK constraint."""

from enum import Enum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from reports.disclosure import ANSWERS
from reports.disclosure.policy import ABSOLUTE_MINIMUM
from reports.results.agreed_actions import LONGEST, LONGEST_LOOK_BACK, ActionStatus
from reports.results.expectations import Expected
from survey.store import (
    act_tables,
    factor_tables,
    identity_tables,
    installation_tables,
    job_tables,
    ledger_tables,
    pool_tables,
    round_tables,
    schema_metadata,
    study_tables,
)

KINDS = ("team", "workplace", "municipality", "county", "country")
ANSWERING_KINDS = ("team", "workplace")  # those in which people answer; the others hold units
ROLES = ("leader", "deputy", "owner", "researcher", "editor", "operator")
LEADING_ROLES = ("leader", "deputy")  # a deputy does and sees what a leader does, and appoints nobody
PLACED_ROLES = (*LEADING_ROLES, "owner")  # held in a unit; the others are held everywhere
RESULT_ROLES = (*PLACED_ROLES, "researcher")  # those that are shown results
SHARDS = 16


class WaveState(Enum):
    """Names the states of a wave, in the order of its life; `survey.collection.lifecycle` has the rules.

    An abandoned wave is one whose answers nobody can read any more, and which was given up for that.
    """

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"
    ABANDONED = "abandoned"

    def __str__(self) -> str:
        return self.value


metadata = schema_metadata.METADATA
_one_of, _UNDECIDED = schema_metadata.one_of, text(ledger_tables.UNDECIDED)
HISTORY = act_tables.TABLES
LEDGER = ledger_tables.TABLES
ROUNDS = round_tables.TABLES
JOBS = job_tables.TABLES
POOLS = pool_tables.TABLES
STUDIES = study_tables.TABLES
INSTALLATION = installation_tables.TABLES
IDENTITIES = identity_tables.TABLES
FACTORS = factor_tables.TABLES

unit = Table(
    "unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("parent_id", ForeignKey("unit.id"), index=True),
    Column("edition", String(64)),
    Column("organisation_number", String(10), unique=True),
    # what a draft begins with: the language of its slips, and how many are invited
    Column("language", String(2)),
    Column("invited", Integer),
    # from this day on nobody is asked there; and what it was merged into, if it was
    Column("closed_on", Date),
    Column("merged_into_id", ForeignKey("unit.id")),
    # the day on which others were last merged into it
    Column("merged_on", Date),
    # the day from which it lies where it lies: added or moved there; empty where that was not noted
    Column("placed_on", Date),
    # how many years the results of surveys opened there, and below, are kept; as above where it is empty
    Column("kept_years", Integer),
    _one_of("kind", KINDS),
    CheckConstraint("edition IS NOT NULL OR kind NOT IN ('team', 'workplace')", name="edition"),
    CheckConstraint("length(trim(name)) > 0", name="name"),
    CheckConstraint("length(organisation_number) BETWEEN 8 AND 10", name="organisation_number"),
    CheckConstraint("invited BETWEEN 1 AND 5000", name="invited"),
    CheckConstraint("kept_years >= 1", name="kept_years"),
    CheckConstraint("merged_into_id IS NULL OR closed_on IS NOT NULL", name="merged_into_id"),
    UniqueConstraint("parent_id", "name", name="uq_unit_name_below"),
    # of units that lie in none: NULL is like no other NULL
    Index(
        "ix_unit_name_at_the_top",
        "name",
        unique=True,
        sqlite_where=text("parent_id IS NULL"),
        postgresql_where=text("parent_id IS NULL"),
    ),
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", String(200), nullable=False),
    Column("links", Integer, nullable=False, server_default="0"),
    Column("linked_at", BigInteger),
    Column("language", String(2), nullable=False),
    # since when it has no role; it is removed some weeks later
    Column("roleless_since", BigInteger),
    sqlite_autoincrement=True,  # no number of a removed account is given to another
)

# who holds which role, and who held it: a row outlives the role and the account. Times are seconds since 1970
membership = Table(
    "membership",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="SET NULL"), index=True),
    Column("holder", String(254), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), index=True),
    Column("role", String(16), nullable=False),
    Column("given_by", String(254), nullable=False),
    Column("given_at", BigInteger, nullable=False),
    # its last day, where somebody has said one: from the next on it is none, whoever has noted it or not
    Column("ends_on", Date),
    Column("ended_by", String(254)),
    Column("ended_at", BigInteger),
    _one_of("role", ROLES),
    CheckConstraint("(unit_id IS NOT NULL) = (role IN ('leader', 'deputy', 'owner'))", name="unit"),
    CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="ended"),
    CheckConstraint("account_id IS NOT NULL OR ended_at IS NOT NULL", name="account"),
    CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name="order"),
    Index(
        "ix_membership_held",
        "account_id",
        "unit_id",
        "role",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# those who sign in: leaders, owners, researchers; never respondents. Times are seconds since 1970
sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    # how many factors it was made with, and when one was last shown in it
    Column("factors", Integer, nullable=False),
    Column("proved_at", BigInteger, nullable=False),
    CheckConstraint("factors IN (1, 2)", name="factors"),
    CheckConstraint("proved_at >= began_at", name="proved_at"),
)

# how often a bucket (a keyed hash that changes daily) was tried; holds no address and no e-mail
attempt = Table(
    "attempt",
    metadata,
    Column("bucket", LargeBinary(32), primary_key=True),
    Column("window_began_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)

wave = Table(
    "wave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("title", String(100), nullable=False),
    Column("instrument", String(200), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("language", String(2), nullable=False),
    Column("invited", Integer, nullable=False),
    Column("opens_on", Date, nullable=False),
    Column("closes_on", Date, nullable=False),
    # as they were when it was opened: corrected upwards and moved later they are told beside
    Column("planned_invited", Integer, nullable=False),
    Column("planned_closes_on", Date, nullable=False),
    # the last day of a wave that was closed before it, which re-opening gives back
    Column("reopens_to", Date),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Column("kept_years", Integer, nullable=False),
    Column("open_link", Boolean(create_constraint=True, name="open_link"), nullable=False),
    Column("leaders_answer", Boolean(create_constraint=True, name="leaders_answer"), nullable=False),
    Column("background", String(64)),
    Column("split_key", Boolean(create_constraint=True, name="split_key"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("public_key", LargeBinary(32)),
    # by which what opens its boxes is known again; a keyed hash, which tells nothing of it
    Column("urn_check", LargeBinary(32)),
    Column("planned_round_id", ForeignKey("planned_round.id", ondelete="SET NULL"), index=True),
    # what its unit lay in when it was sealed: reorganisation moves no sealed wave (docs/decisions/0121)
    Column("lay_in", String(800)),
    # the first day of the waves that it was compared with, where its unit had been merged
    Column("compared_from", Date),
    # the day it was sealed, and the day from which its leader showed the result to those who answered
    Column("sealed_on", Date),
    Column("shown_on", Date),
    # whether the ledger has decided on its release, so that a worker need not read the ledger to see that
    Column(
        "decided", Boolean(create_constraint=True, name="decided"), nullable=False, server_default=false()
    ),
    _one_of("state", tuple(state.value for state in WaveState)),
    CheckConstraint("(lay_in IS NOT NULL) = (state = 'sealed')", name="lay_in"),
    CheckConstraint(
        "compared_from IS NULL OR (state = 'sealed' AND compared_from <= opens_on)", name="compared_from"
    ),
    CheckConstraint("planned_invited >= 1 AND invited >= planned_invited", name="invited"),
    CheckConstraint("NOT decided OR state = 'sealed'", name="decided_sealed"),
    Index("ix_wave_state", "state", "closes_on"),
    Index("ix_wave_kept_years", "kept_years", "closes_on"),
    Index("ix_wave_undecided", "id", sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
    CheckConstraint("closes_on >= opens_on", name="closes_on"),
    CheckConstraint(
        "reopens_to IS NULL OR (state = 'closed' AND reopens_to >= closes_on)", name="reopens_to"
    ),
    CheckConstraint("planned_closes_on >= opens_on", name="planned_closes_on"),
    CheckConstraint("reopened >= 0 AND kept_years >= 1", name="reopened"),
    CheckConstraint("(sealed_on IS NOT NULL) = (state = 'sealed')", name="sealed_on"),
    CheckConstraint("shown_on IS NULL OR (sealed_on IS NOT NULL AND shown_on >= sealed_on)", name="shown_on"),
    # a draft has one once the sheets with the shares of its private key are printed
    CheckConstraint(
        "(public_key IS NOT NULL) = (state IN ('open', 'closed'))"
        " OR (public_key IS NOT NULL AND state = 'draft' AND split_key)",
        name="public_key",
    ),
    CheckConstraint("(urn_check IS NOT NULL) = (state IN ('open', 'closed'))", name="urn_check"),
)

# in which units a sealed wave is found beside its own: all that it lay in, as `wave.lay_in` says in order
sealed_in = Table(
    "sealed_in",
    metadata,
    Column("unit_key", String(16), primary_key=True),
    Column(
        "wave_id",
        ForeignKey("wave.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    sqlite_with_rowid=False,
)

# what its leader expected of a wave, written before anybody was asked
expectation = Table(
    "expectation",
    metadata,
    Column("wave_id", ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("dimension", String(64), primary_key=True),
    Column("expected", String(8), nullable=False),
    _one_of("expected", tuple(expected.value for expected in Expected)),
    sqlite_with_rowid=False,
)

# every code that was issued, used or not: whether one was used stands nowhere
access_code = Table(
    "access_code",
    metadata,
    Column("keyed_hash", LargeBinary(32), primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# what leads to a wave without a code of one's own: its open link, the kiosk a leader sets up, where its
# questionnaire is read, and where its result is shown
wave_link = Table(
    "wave_link",
    metadata,
    Column("keyed_hash", LargeBinary(32), primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    sqlite_with_rowid=False,
)

# the answers of a wave, as blobs that all look new (docs/decisions/0030)
urn = Table(
    "urn",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True, autoincrement=False),
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("box", LargeBinary, nullable=False),
    CheckConstraint(f"shard BETWEEN 0 AND {SHARDS - 1}", name="shard"),
    sqlite_with_rowid=False,
)

# one of the two key sheets that seal a wave whose key is split, for the short time until the other is given:
# encrypted under the wave's box key, and only ever one. The time is in seconds since 1970, and of staff
held_key_share = Table(
    "held_key_share",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True, autoincrement=False),
    Column("share", LargeBinary, nullable=False),
    Column("held_until", BigInteger, nullable=False),
)

# a wave with too few answers keeps nothing at all, not even how few
sealed_wave = Table(
    "sealed_wave",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True, autoincrement=False),
    Column("n", Integer),
    Column("moments", LargeBinary),
    Column("verdicts", Text),  # as reports.results.verdicts writes them
    # of the verdicts and of the rows of `sealed_category`: an altered one would show nowhere else
    Column("digest", LargeBinary(16)),
    CheckConstraint(
        "(n IS NULL AND moments IS NULL AND verdicts IS NULL AND digest IS NULL)"
        # without the first condition an unknown n would pass: a CHECK fails on false only
        f" OR (n IS NOT NULL AND n >= {ABSOLUTE_MINIMUM}"
        " AND moments IS NOT NULL AND verdicts IS NOT NULL AND digest IS NOT NULL)",
        name="enough",
    ),
)

# what was agreed after a wave, in the leader's words; only a sealed wave can have any, and takes it along
agreed_action = Table(
    "agreed_action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("wave_id", ForeignKey("sealed_wave.wave_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("dimension", String(64), nullable=False),
    *(Column(part, String(longest), nullable=False) for part, longest in LONGEST.items()),
    Column("due", Date, nullable=False),
    # SQLite keeps to no length by itself
    *(
        CheckConstraint(f"length({part}) BETWEEN 1 AND {longest}", name=part)
        for part, longest in LONGEST.items()
    ),
)

# what became of an agreed action, on each day it was looked at again
look_back = Table(
    "look_back",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("action_id", ForeignKey("agreed_action.id", ondelete="CASCADE"), nullable=False),
    Column("status", String(8), nullable=False),
    Column("sentence", String(LONGEST_LOOK_BACK), nullable=False),
    Column("noted_on", Date, nullable=False),
    _one_of("status", tuple(status.value for status in ActionStatus)),
    CheckConstraint(f"length(sentence) BETWEEN 1 AND {LONGEST_LOOK_BACK}", name="sentence"),
    Index("ix_look_back_day", "action_id", "noted_on", unique=True),
)

# people and mean scores by category of the wave's background question; the database refuses few. What the
# rows of a figure leave of the wave is never few either: survey.collection.sealing stores no such rows
sealed_category = Table(
    "sealed_category",
    metadata,
    Column(
        "wave_id",
        ForeignKey("sealed_wave.wave_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("figure", String(64), primary_key=True),
    Column("category", String(64), primary_key=True),
    Column("n", Integer, nullable=False),
    Column("mean", Integer),
    CheckConstraint(f"n >= {ABSOLUTE_MINIMUM}", name="enough"),
    CheckConstraint(f"(mean IS NULL) = (figure = '{ANSWERS}')", name="mean"),
    sqlite_with_rowid=False,
)
