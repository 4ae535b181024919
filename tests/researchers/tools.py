"""The programs of researchers, and the worked examples of the documentation, run on files in a folder."""

import csv
import re
import subprocess

from tests.paths import REPOSITORY

_BLOCK = re.compile(r"(?ms)^## ([^\n]*)\n.*?^```(\w+)\n(.*?)^```")
EXAMPLES = REPOSITORY / "docs" / "worked-examples.md"


def example(language, heading):
    """The code of the worked example of that language below the heading that contains these words."""
    found = [
        code
        for title, named, code in _BLOCK.findall(EXAMPLES.read_text("utf-8"))
        if named == language and heading in title
    ]
    [code] = found
    return code


def run_r(script, folder):
    """Run a script of R in a folder and return what it printed."""
    return _run(["Rscript", "--vanilla", "-"], script, folder)


def run_spss(syntax, folder):
    """Run syntax of SPSS in a folder, by PSPP, and return what it listed, as CSV."""
    (folder / "syntax.sps").write_text(syntax, "utf-8")
    return _run(["pspp", "-O", "format=csv", "syntax.sps"], "", folder)


def written(folder, name):
    """The rows of a CSV file that a script wrote, numbers as numbers, texts without spaces around."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [{key: _number(text) for key, text in row.items()} for row in csv.DictReader(file)]


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _run(command, typed, folder):
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, input=typed, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
