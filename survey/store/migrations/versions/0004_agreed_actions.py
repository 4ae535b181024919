"""what was agreed after a sealed wave."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
        sa.CheckConstraint("length(goal) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_goal")),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 140", name=op.f("ck_agreed_action_action")),
        sa.CheckConstraint("length(who) BETWEEN 1 AND 60", name=op.f("ck_agreed_action_who")),
        sa.CheckConstraint("length(sign) BETWEEN 1 AND 100", name=op.f("ck_agreed_action_sign")),
        sa.ForeignKeyConstraint(
            ["wave_id"],
            ["sealed_wave.wave_id"],
            name=op.f("fk_agreed_action_wave_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("key", name=op.f("uq_agreed_action_key")),
    )
    op.create_index("ix_agreed_action_wave_id", "agreed_action", ["wave_id"])
