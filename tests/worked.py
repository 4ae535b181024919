"""What waits for a worker."""

from survey.store.job_tables import JOB_KINDS
from survey.store.repositories import jobs


def underway(database):
    """The keys of the jobs that have not ended."""
    return [job.key for kind in JOB_KINDS for job in jobs.of_kind(database, kind) if job.is_underway]
