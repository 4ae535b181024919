"""the ledger of releases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ledger = op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    op.bulk_insert(ledger, [{"id": 1, "entries": '{"format": 1, "entries": []}'}])
