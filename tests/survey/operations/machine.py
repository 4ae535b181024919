"""One process of one machine: `serve PORT` or `worker LOG`, as `kjennetegn` runs them, in its own folder.

Reports are empty pages, as what they look like is tested elsewhere; LOG has a line for each that is begun.
A lease lasts some seconds, so that a test need not wait two minutes for what a dead worker held.
"""

import sys
import time
from pathlib import Path

from reports.pdf import report
from survey.cli import main
from survey.store.repositories import job_tasks
from tests.survey.background.killed_worker import watched

LEASE_SECONDS = 6
REPORT_SECONDS = 0.2


def printed(log, profile, language):
    time.sleep(REPORT_SECONDS)
    return watched(log, profile, language)


if __name__ == "__main__":
    kind, named = sys.argv[1:]
    job_tasks._LEASE_SECONDS = LEASE_SECONDS
    if kind == "serve":
        main(["serve", "--port", named])
    else:
        report.report = lambda profile, language: printed(Path(named), profile, language)
        main(["worker"])
