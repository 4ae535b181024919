"""links by which a holder chooses a password are counted, so that only the last is good."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("links", sa.Integer(), nullable=False, server_default="0"))
