"""Whether a worker runs, for pages that tell how far a job is."""

from survey.background import jobs
from survey.operations import health
from survey.web.platform.context import context


def is_away() -> bool:
    """Return whether no worker has run for so long that what waits for one stands still."""
    return health.is_worker_away(context().installation, jobs.seconds())
