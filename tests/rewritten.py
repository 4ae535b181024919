"""Rewrites the assertions of the test files once for all processes of a run, each process its share of them.

pytest keeps a rewritten file for the next process that reads it. All processes begin at once, and each would
rewrite every file before another has kept it, which takes longer than all the rest of collecting tests.
"""

import os

from _pytest.assertion import rewrite


def rewrite_share(config, folder):
    """Rewrite and keep the share of this process, where the whole suite is run by several."""
    name, number = os.environ.get("PYTEST_XDIST_WORKER"), os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    if name is None or config.args_source is not config.ArgsSource.TESTPATHS:
        return
    state = config.stash[rewrite.assertstate_key]
    for file in sorted(folder.rglob("test_*.py"))[int(name.removeprefix("gw")) :: int(number)]:
        kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
        if rewrite._read_pyc(file, kept) is None and rewrite.try_makedirs(kept.parent):
            digest, code = rewrite._rewrite_test(file, config)
            rewrite._write_pyc(state, code, digest, kept)
