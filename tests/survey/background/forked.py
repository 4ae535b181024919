"""Processes of their own that begin at once: forked from one in which everything was imported.

Importing takes longer than most of what they do. They share nothing with the tests but the files.
"""

import multiprocessing
import os
from contextlib import contextmanager

_KINDS = ("killed_printer", "killed_worker")
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([f"tests.survey.background.{each}" for each in _KINDS])


@contextmanager
def process(settings, do, *arguments):
    """A process that does this with these settings; killed at the end, if it still runs."""
    names = {"DATABASE": settings.database, "KEYS": str(settings.keys), "SECRET": settings.secret}
    variables = {f"KJENNETEGN_{name}": text for name, text in names.items()}
    begun = _FORKING.Process(target=_begin, args=(variables, do, arguments))
    begun.start()
    try:
        yield begun
    finally:
        begun.kill()
        begun.join()


def _begin(variables, do, arguments):
    os.environ.update(variables)
    do(*arguments)
