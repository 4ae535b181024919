"""`kjennetegn worker`: does jobs and maintenance until it is interrupted."""

import os
import signal
import threading
import time
from collections.abc import Callable

import click

from instruments.problems import Damaged, Refused, Unavailable
from survey import job_files
from survey.background import jobs, maintenance
from survey.background.wake_queue import WakeQueue
from survey.cli.installed import installed
from survey.operations import certificate, clock_jumps, log, wave_key_looks
from survey.operations.installation import Installation
from survey.store.outages import pauses

_SWEEP_SECONDS = 1.0


@click.command()
@click.option(
    "--once",
    is_flag=True,
    help="Do maintenance once and every job that waits, then end: to be started by a timer.",
)
@click.option(
    "--every",
    default=60,
    show_default=True,
    type=click.IntRange(1, 86_400),
    help="Seconds between runs.",
)
@click.option("--with-parent", is_flag=True, help="End when the process that started this one ends.")
def worker(every: int, *, once: bool, with_parent: bool) -> None:
    """Do jobs and close waves at their date, until stopped.

    What an interruption left is finished first; SIGINT and SIGTERM stop it after the task in hand.
    Several may run at once, and share the tasks of a job.
    """
    ended = threading.Event()
    if not once:
        _end_by_signal(ended)
    log.capture_libraries()
    with log.refused_start():
        home = installed(awaited=not once)
        if not once:
            _await(home, ended)
    if once:
        _maintain(home)
        jobs.requeue_stale(home)
        jobs.run_waiting(home)
    else:
        # a parent that was killed cannot end its worker; a worker sees that it has another parent
        parent = os.getppid()
        _work(home, ended, every, lambda: with_parent and os.getppid() != parent)


def _await(home: Installation, ended: threading.Event) -> None:
    """Wait until the database is there, or the worker was told to end. Raises Damaged."""
    for pause in pauses():
        if ended.is_set():
            raise SystemExit(0)
        try:
            home.make_ready()
        except Unavailable:
            ended.wait(pause)
        else:
            return


def _work(home: Installation, ended: threading.Event, every: int, orphaned: Callable[[], bool]) -> None:
    """Do jobs in a thread of their own, one task after another, and maintenance beside it."""
    with log.refused_start():
        queue = WakeQueue(home, ended)
    queue.start()
    _end_by_signal(ended)  # the queue has put its own in their place, and knows no gentle SIGTERM
    due, waits, swept = time.monotonic(), pauses(), True
    while not ended.is_set():
        if time.monotonic() >= due:
            is_done = _is_maintained(home)
            waits = pauses() if is_done else waits
            due = time.monotonic() + (every if is_done else min(every, next(waits)))
        swept = _is_swept(queue, was=swept)
        if ended.wait(_SWEEP_SECONDS) or orphaned():
            ended.set()
    queue.stop()


def _maintain(home: Installation) -> None:
    now = int(time.time())
    try:
        is_believed = clock_jumps.is_believed(job_files.at(home.settings), clock_jumps.read())
    except (Refused, Damaged) as error:
        log.fault("maintenance-failed", error.problems)
        is_believed = True
    except Unavailable:
        # the log says once that the files are away
        is_believed = True
    maintenance.run(home, home.today, now, is_dated=is_believed)
    certificate.look_again(home.settings, now)
    wave_key_looks.look_again(home, now)


def _is_maintained(home: Installation) -> bool:
    """Do maintenance; return whether that is done for now, and need not be tried again at once."""
    try:
        _maintain(home)
    except Unavailable:
        # the log says once that the database is away
        return False
    except Exception as error:  # noqa: BLE001 - a worker that ends does nothing of what is left
        log.unexpected("maintenance-failed", error)
    return True


def _is_swept(queue: WakeQueue, *, was: bool) -> bool:
    """Queue the jobs that wait; return whether that worked, and log why not the first time it does not."""
    try:
        queue.sweep()
    except Unavailable:
        return was
    except Exception as error:  # noqa: BLE001 - likewise, and whatever it is may pass
        if was:
            log.unexpected("queue-failed", error)
        return False
    return True


def _end_by_signal(ended: threading.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
