"""Done in a process of its own: `kjennetegn worker`, which writes a line into a log for every report that it
begins to print.

With a file beside the log that ends in .hold, it does not get past the third. A report is two empty pages:
what reports look like is tested elsewhere.
"""

import io
import os
import signal
import time
from functools import partial

from pypdf import PdfWriter

from reports.pdf import report
from survey.background import jobs
from survey.cli import main
from survey.cli.worker import worker
from survey.operations.installation import Installation

HELD = 3


def watched(log, profile, language):
    with log.open("a", encoding="utf-8") as begun:
        begun.write(f"{profile.identity.wave} {language}\n")
    while log.with_suffix(".hold").exists() and log.read_text("utf-8").count("\n") >= HELD:
        time.sleep(0.02)
    writer, printed = PdfWriter(), io.BytesIO()
    for _ in range(2):
        writer.add_blank_page(595, 842)
    writer.write(printed)
    return printed.getvalue()


def poisoned(now):
    """Take up the task that comes next, and be killed by it."""
    home = Installation.from_environment()
    report.report = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    jobs.seconds = lambda: now
    jobs.run_next(home)


def work(log):
    report.report = partial(watched, log)
    assert worker.name == "worker"
    main(["worker"])
