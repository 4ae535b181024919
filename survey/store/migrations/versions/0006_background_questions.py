"""background questions, and what is kept of their categories."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("wave", sa.Column("background", sa.String(length=64)))
    op.create_table(
        "sealed_category",
        sa.Column("wave_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger()),
        sa.CheckConstraint("n >= 5", name=op.f("ck_sealed_category_enough")),
        sa.CheckConstraint("(total IS NULL) = (figure = 'answers')", name=op.f("ck_sealed_category_total")),
        sa.ForeignKeyConstraint(
            ["wave_id"],
            ["sealed_wave.wave_id"],
            ondelete="CASCADE",
            name=op.f("fk_sealed_category_wave_id"),
        ),
        sa.PrimaryKeyConstraint("wave_id", "figure", "category", name=op.f("pk_sealed_category")),
        sqlite_with_rowid=False,
    )
