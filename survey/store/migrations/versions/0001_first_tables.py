"""the tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("links", sa.Integer(), server_default="0", nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("window_began_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_attempt")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name=op.f("ck_job_fault")),
        sa.CheckConstraint("(holder IS NOT NULL) = (state = 'running')", name=op.f("ck_job_holder")),
        sa.CheckConstraint(
            "(lease_until IS NOT NULL) = (state = 'running')", name=op.f("ck_job_lease_until")
        ),
        sa.CheckConstraint("(result IS NOT NULL) = (state = 'done')", name=op.f("ck_job_result")),
        sa.CheckConstraint("kind IN ('reports-under', 'slips')", name=op.f("ck_job_kind")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.CheckConstraint("done BETWEEN 0 AND total AND tries >= 0", name=op.f("ck_job_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(
        "ix_job_underway",
        "job",
        ["kind", "payload"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    # a ledger without entries, as reports.disclosure.differencing.ledger writes it
    op.bulk_insert(
        ledger,
        [{"id": 1, "entries": '{"format": 1, "digest": "7ebb3c7c2a87b1a2f8a7ed729ecb040d", "entries": []}'}],
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "edition IS NOT NULL OR kind NOT IN ('team', 'workplace')", name=op.f("ck_unit_edition")
        ),
        sa.CheckConstraint(
            "kind IN ('team', 'workplace', 'municipality', 'county', 'country')", name=op.f("ck_unit_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("key", name=op.f("uq_unit_key")),
    )
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=254), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.String(length=254), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_membership_ended")),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR ended_at IS NOT NULL", name=op.f("ck_membership_account")
        ),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name=op.f("ck_membership_order")),
        sa.CheckConstraint(
            "(unit_id IS NOT NULL) = (role IN ('leader', 'owner'))", name=op.f("ck_membership_unit")
        ),
        sa.CheckConstraint(
            "role IN ('leader', 'owner', 'researcher', 'editor', 'operator')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_account_id"), "membership", ["account_id"], unique=False)
    op.create_index(op.f("ix_membership_unit_id"), "membership", ["unit_id"], unique=False)
    op.create_index(
        "ix_membership_held",
        "membership",
        ["account_id", "unit_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "unit_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=512), nullable=False),
        sa.Column("done_by", sa.String(length=254), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('unit-renamed', 'wave-drafted', 'sheets-printed', 'wave-opened', 'wave-closed', "
            "'wave-sealed', 'wave-abandoned', 'slips-ordered', 'poster-printed', 'report-made', 'reports-made', "
            "'export-made', 'link-made', 'address-changed', 'account-removed')",
            name=op.f("ck_unit_act_kind"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_act_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_act")),
    )
    op.create_index(op.f("ix_unit_act_unit_id"), "unit_act", ["unit_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("instrument", sa.String(length=100), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("open_link", sa.Boolean(create_constraint=True, name="open_link"), nullable=False),
        sa.Column(
            "leaders_answer", sa.Boolean(create_constraint=True, name="leaders_answer"), nullable=False
        ),
        sa.Column("background", sa.String(length=64), nullable=True),
        sa.Column("split_key", sa.Boolean(create_constraint=True, name="split_key"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint(
            "(public_key IS NOT NULL) = (state IN ('open', 'closed'))"
            " OR (public_key IS NOT NULL AND state = 'draft' AND split_key)",
            name=op.f("ck_wave_public_key"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'sealed', 'abandoned')", name=op.f("ck_wave_state")
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_wave_closes_on")),
        sa.CheckConstraint("invited >= 1", name=op.f("ck_wave_invited")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_wave_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("key", name=op.f("uq_wave_key")),
    )
    op.create_index(op.f("ix_wave_unit_id"), "wave", ["unit_id"], unique=False)
    op.create_table(
        "access_code",
        sa.Column("keyed_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_access_code_wave_id")),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_access_code")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_access_code_wave_id"), "access_code", ["wave_id"], unique=False)
    op.create_table(
        "sealed_wave",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("moments", sa.LargeBinary(), nullable=True),
        sa.Column("verdicts", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint(
            "(n IS NULL AND moments IS NULL AND verdicts IS NULL AND digest IS NULL)"
            " OR (n IS NOT NULL AND n >= 5"
            " AND moments IS NOT NULL AND verdicts IS NOT NULL AND digest IS NOT NULL)",
            name=op.f("ck_sealed_wave_enough"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sealed_wave_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_sealed_wave")),
    )
    op.create_table(
        "held_key_share",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_held_key_share_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_held_key_share")),
    )
    op.create_table(
        "urn",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("shard BETWEEN 0 AND 15", name=op.f("ck_urn_shard")),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_urn_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "shard", name=op.f("pk_urn")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agreed_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=64), nullable=False),
        sa.Column("goal", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=140), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("sign", sa.String(length=100), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 140", name=op.f("ck_agreed_action_action")),
        sa.CheckConstraint("length(goal) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_goal")),
        sa.CheckConstraint("length(sign) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_sign")),
        sa.CheckConstraint("length(who) BETWEEN 1 AND 60", name=op.f("ck_agreed_action_who")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["sealed_wave.wave_id"], name=op.f("fk_agreed_action_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("key", name=op.f("uq_agreed_action_key")),
    )
    op.create_index(op.f("ix_agreed_action_wave_id"), "agreed_action", ["wave_id"], unique=False)
    op.create_table(
        "sealed_category",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Integer(), nullable=True),
        sa.CheckConstraint("(mean IS NULL) = (figure = 'answers')", name=op.f("ck_sealed_category_mean")),
        sa.CheckConstraint("n >= 5", name=op.f("ck_sealed_category_enough")),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["sealed_wave.wave_id"], name=op.f("fk_sealed_category_wave_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("wave_id", "figure", "category", name=op.f("pk_sealed_category")),
        sqlite_with_rowid=False,
    )
