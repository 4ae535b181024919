"""long work as rows that workers hold by a lease."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNDERWAY = "state IN ('queued', 'running')"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("holder", sa.String(length=16)),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=200)),
        sa.Column("fault", sa.String(length=64)),
        sa.CheckConstraint("kind IN ('reports-under')", name=op.f("ck_job_kind")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.CheckConstraint("(holder IS NOT NULL) = (state = 'running')", name=op.f("ck_job_holder")),
        sa.CheckConstraint(
            "(lease_until IS NOT NULL) = (state = 'running')", name=op.f("ck_job_lease_until")
        ),
        sa.CheckConstraint("(result IS NOT NULL) = (state = 'done')", name=op.f("ck_job_result")),
        sa.CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name=op.f("ck_job_fault")),
        sa.CheckConstraint("done BETWEEN 0 AND total AND tries >= 0", name=op.f("ck_job_progress")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(
        "ix_job_underway",
        "job",
        ["kind", "payload"],
        unique=True,
        sqlite_where=sa.text(UNDERWAY),
        postgresql_where=sa.text(UNDERWAY),
    )
