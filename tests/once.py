"""Makes what several test processes read, and no test changes, in the first process that asks for it."""

import fcntl
import os


def made_once(tmp_path_factory, name, make):
    """The folder of this name that `make` fills, shared by all processes of one run.

    A process that finds it being made waits. What could not be made is tried again by the next that asks.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
