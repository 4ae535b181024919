"""Imported before numpy is: its products take one thread, as each test process has a processor of its own.

Threads that wait for each other on a busy machine made the factor models of one test 37 times as slow.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
