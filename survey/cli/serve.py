"""`kjennetegn serve`: the web application under gunicorn, with no access log."""

import errno
import gc
import importlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing

import click
from flask import Flask
from gunicorn import systemd
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger

from instruments.problems import Damaged, Refused, Unavailable, refuse
from survey import create_app
from survey.cli.serving import WaitressWorker
from survey.operations import log
from survey.operations.installation import Installation
from survey.settings import Settings
from survey.store.outages import pauses
from survey.web.platform.context import EXTENSION

_LAST_THREADS_SECONDS = 2.0
_OF_PRINTING = ("matplotlib.figure", "weasyprint")
_OBJECTS_BETWEEN_COLLECTIONS = 20_000  # what a request leaves is mostly gone by then of itself


class Server(BaseApplication):
    """Gunicorn on an application that each worker builds for itself, configured by nothing but `options`."""

    def __init__(self, build: Callable[[], Flask], **options: object) -> None:
        self._build = build
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, setting in self._options.items():
            self.cfg.set(name, setting)

    def load(self) -> Flask:  # type: ignore[override]  # Flask is a WSGI application, its stub says it wider
        built = self._build()
        installation = built.extensions[EXTENSION].installation
        if not installation.is_ready:
            threading.Thread(target=_await, args=[installation], daemon=True).start()
        # the program itself is never garbage: looking through it stopped everyone for a tenth of a second
        gc.freeze()
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        return built


class _ServerLog(Logger):
    """Leaves what gunicorn reports to the log: its own lines hold the time and address of requests."""

    def setup(self, cfg: Config) -> None:
        self.cfg = cfg
        self.error_log.setLevel(logging.WARNING)
        # to our own log, which leaves out what could be of a request
        self.error_log.propagate = True


def _await(installation: Installation) -> None:
    """Find the installation ready as soon as its database is back; end the server where it is not ours."""
    for pause in pauses():
        try:
            installation.make_ready()
        except Unavailable:
            time.sleep(pause)
        except (Refused, Damaged) as error:
            log.fault("start-refused", error.problems)
            # from a thread, past all that would keep the process: no request can be served here
            os._exit(Arbiter.WORKER_BOOT_ERROR)
        else:
            return


def claim(host: str, port: int) -> None:
    """Raise Refused where the address is taken or not ours to listen on.

    A server that was killed holds its address until the last of its threads is gone: that long is waited.
    """
    until = time.monotonic() + _LAST_THREADS_SECONDS
    while fault := _fault(host, port):
        if fault.errno != errno.EADDRINUSE or time.monotonic() > until:
            raise refuse(
                "address-taken",
                f"The server cannot listen there: {fault.strerror}.",
                "Stop the program that uses the port, or choose another with --port.",
                place=f"{host}:{port}",
            ) from fault
        time.sleep(0.05)


def _fault(host: str, port: int) -> OSError | None:
    """Return why one cannot listen at the address; None where one can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        # as gunicorn does, else an address that was just left would count as taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def listen(settings: Settings, host: str, port: int) -> None:
    """Serve until interrupted: one process for SQLite, whose writers would only wait, four for PostgreSQL.

    A socket that systemd holds and hands over is served in place of the address: requests wait in it while
    the server is started anew.
    """
    if not systemd.listen_fds(unset_environment=False):
        claim(host, port)
    log.capture_libraries()
    with log.refused_start():
        # here, where it ends the command: a process of gunicorn's would be started again and again. What is
        # away for now is waited for while the server answers that it is
        Installation.on(settings, awaited=True).database.close()
    workers, threads = (1, 16) if settings.database.startswith("sqlite") else (4, 8)
    # read once, before the workers part: one that takes the place of a dead one serves within a moment, and
    # several share the memory of what only printing needs
    for each in ("survey.web.application", *(_OF_PRINTING if workers > 1 else ())):
        importlib.import_module(each)
    Server(
        lambda: create_app(settings),
        bind=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        worker_class=WaitressWorker,
        workers=workers,
        threads=threads,
        accesslog=None,
        logger_class=_ServerLog,
        # from here on the process takes requests, and libraries may tell nothing of them
        post_worker_init=lambda _: log.capture_libraries(lambda: settings.date_at(time.time())),
        # nobody steers the server by it, and two servers of one user would fight for it
        control_socket_disable=True,
        proc_name="kjennetegn",
    ).run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the web application.

    It is set up by the KJENNETEGN_… environment variables. A socket that systemd hands over is served in
    place of --host and --port.
    """
    with log.refused_start():
        settings = Settings.from_environment(os.environ)
    listen(settings, host, port)
