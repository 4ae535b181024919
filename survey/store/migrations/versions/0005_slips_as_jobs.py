"""slips as a kind of job."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite changes no CHECK in place: the table is made anew with all that it holds
    with op.batch_alter_table("job") as job:
        job.drop_constraint(op.f("ck_job_kind"), type_="check")
        job.create_check_constraint(op.f("ck_job_kind"), "kind IN ('reports-under', 'slips')")
