"""The tables of jobs: long work for those who sign in, and the tasks that it is split into."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from survey.store.schema_metadata import METADATA, one_of

JOB_KINDS = (
    *("reports-under", "slips", "round-slips", "round-release"),
    *("research-export", "pool-export", "pool-validation", "edition-verdict"),
)
TASK_STEPS = ("begin", "part", "pack")
_UNDERWAY = "state = 'underway'"
_LEFT = "state IN ('queued', 'running')"

# what to do, for whom and how far it is. Times are seconds since 1970, of workers; the payload names units,
# waves and languages, nothing about respondents
job = Table(
    "job",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(16), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("payload", String(1000), nullable=False),
    Column("ordered_by", String(254), nullable=False),
    Column("state", String(8), nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("result", String(200)),
    Column("fault", String(64)),
    one_of("kind", JOB_KINDS),
    one_of("state", ("underway", "done", "failed")),
    CheckConstraint("(result IS NOT NULL) = (state = 'done')", name="result"),
    CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name="fault"),
    CheckConstraint("done BETWEEN 0 AND total", name="progress"),
    # asked for twice, the same work is under way once
    Index(
        "ix_job_underway",
        "kind",
        "payload",
        unique=True,
        sqlite_where=text(_UNDERWAY),
        postgresql_where=text(_UNDERWAY),
    ),
)

# what one worker does at a time, of one job: who holds it until when, and how often it was taken up
job_task = Table(
    "job_task",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("step", String(5), nullable=False),
    Column("payload", String(100), nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("holder", String(16)),
    Column("lease_until", BigInteger),
    Column("tries", Integer, nullable=False),
    Column("result", String(250)),
    Column("fault", String(64)),
    one_of("step", TASK_STEPS),
    one_of("state", ("queued", "running", "done", "failed")),
    CheckConstraint("(holder IS NOT NULL) = (state = 'running')", name="holder"),
    CheckConstraint("(lease_until IS NOT NULL) = (state = 'running')", name="lease_until"),
    CheckConstraint("(result IS NOT NULL) = (state = 'done')", name="result"),
    CheckConstraint("(fault IS NOT NULL) = (state = 'failed')", name="fault"),
    CheckConstraint("number >= 0 AND tries >= 0", name="counts"),
    # a task is once in its job, whoever adds it
    Index("ix_job_task_number", "job_id", "number", unique=True),
    # those that a worker looks for each second, in the order in which they are taken
    Index("ix_job_task_left", "number", "id", sqlite_where=text(_LEFT), postgresql_where=text(_LEFT)),
)

TABLES = (job, job_task)
