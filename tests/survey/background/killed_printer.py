"""Done in a process of its own: a job, with death by SIGKILL at a stage: while it prints, with the file on
disk, in the transaction that ends the job, or right after that."""

import os
import signal

from reports.files import atomic_write
from survey.background import jobs, slip_printing
from survey.collection import code_issuing
from survey.operations.installation import Installation
from survey.store.repositories import job_tasks
from survey.store.repositories import jobs as rows


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def after(done):
    """The same, and death."""

    def dying(*given, **named):
        done(*given, **named)
        die()

    return dying


def print_until(stage, key):
    home = Installation.from_environment()
    if stage == "printing":
        slip_printing.print_slips = die
    elif stage == "printed":
        atomic_write.write = after(atomic_write.write)
    elif stage == "accepted":
        code_issuing.accept = after(code_issuing.accept)
    else:
        job_tasks.finish = after(job_tasks.finish)
    assert rows.by_key(home.database, key).is_underway
    jobs.run_waiting(home)
