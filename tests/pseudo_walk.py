"""Walk a copy of the repository in the pseudo-language: `python -m tests.pseudo_walk FOLDER`, in the copy.

What is written to the folder is looked at by the tests of the repository that was copied.
"""

import gc
import sys
from pathlib import Path

import pytest

import survey
import tests.conftest  # noqa: F401 - as in the suite, a hash is cheap and nothing waits for the disk
from survey.demo.policy import write_policy
from survey.operations import installation
from survey.web.platform import catalogues
from tests import pages
from tests.browser.every_page import write_pages
from tests.compiled import keep_what_is_compiled
from tests.paths import REPOSITORY
from tests.pseudo_language import TAG
from tests.reports.pdf.every_sheet import write_sheets


def walk(folder):
    """Write every page, sheet and report to a folder."""
    assert Path(survey.__file__).is_relative_to(REPOSITORY), "the copy is not what is walked"
    # nearly all that is loaded stays, and to look for garbage among it takes long
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    # as `pip install .` does
    catalogues.compile_stale()
    # its letters are longer by what is said of them, and take two bytes each
    pages.LARGEST_PAGE *= 2
    # very many sign in, and as in the suite nobody is asked for a second factor
    installation.DEFAULT_POLICY = write_policy(folder)
    with pytest.MonkeyPatch.context() as patched:
        keep_what_is_compiled(patched)
        write_pages(folder, (TAG,))
    write_sheets(folder, TAG)


if __name__ == "__main__":
    walk(Path(sys.argv[1]))
