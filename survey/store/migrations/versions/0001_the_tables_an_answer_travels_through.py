"""the tables an answer travels through."""

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
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "attempt",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("window_began_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_attempt")),
    )
    op.create_table(
        "community",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("edition", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "edition IS NOT NULL OR kind NOT IN ('team', 'unit')", name=op.f("ck_community_edition")
        ),
        sa.CheckConstraint(
            "kind IN ('team', 'unit', 'municipality', 'county', 'country')", name=op.f("ck_community_kind")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["community.id"], name=op.f("fk_community_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("key", name=op.f("uq_community_key")),
    )
    with op.batch_alter_table("community", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_community_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(community_id IS NOT NULL) = (role IN ('leader', 'owner'))", name=op.f("ck_membership_community")
        ),
        sa.CheckConstraint(
            "role IN ('leader', 'owner', 'researcher', 'editor', 'operator')", name=op.f("ck_membership_role")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_membership_community_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", "community_id", "role", name=op.f("uq_membership_account_id")),
    )
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
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "wave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
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
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=32), nullable=True),
        sa.CheckConstraint(
            "(public_key IS NOT NULL) = (state IN ('open', 'closed'))", name=op.f("ck_wave_public_key")
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'sealed')", name=op.f("ck_wave_state")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_wave_closes_on")),
        sa.CheckConstraint("invited >= 1", name=op.f("ck_wave_invited")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_wave_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wave")),
        sa.UniqueConstraint("key", name=op.f("uq_wave_key")),
    )
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wave_community_id"), ["community_id"], unique=False)

    op.create_table(
        "access_code",
        sa.Column("keyed_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_access_code_wave_id")),
        sa.PrimaryKeyConstraint("keyed_hash", name=op.f("pk_access_code")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_code_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "sealed_wave",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("moments", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(n IS NULL AND moments IS NULL) OR (n IS NOT NULL AND n >= 5 AND moments IS NOT NULL)",
            name=op.f("ck_sealed_wave_enough"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_sealed_wave_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_sealed_wave")),
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
