"""`kjennetegn worker`: does the rounds until it is interrupted."""

import signal
import threading
import time

import click

from survey import rounds
from survey.cli.installed import installed


@click.command()
@click.option("--once", is_flag=True, help="Do one round and end, for a timer of the system.")
@click.option("--every", default=60, show_default=True, type=click.IntRange(1), help="Seconds in between.")
def worker(every: int, *, once: bool) -> None:
    """Close waves at their date and finish what an interruption left, until SIGINT or SIGTERM."""
    ended = threading.Event()
    if not once:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
    home = installed()
    while not ended.is_set():
        for told in rounds.go(home, home.today, int(time.time())):
            click.echo(told)
        if once or ended.wait(every):
            return
