"""Where the tests find the repository, its files and its example definitions, wherever a test file stands."""

import subprocess
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
PACKAGES = ("instruments", "reports", "survey")
EXAMPLES = Path(__file__).parent / "instruments" / "examples"
MINIMAL = EXAMPLES / "minimal.toml"
FAULTY = Path(__file__).parent / "instruments" / "definition" / "faulty"


@cache
def kept_files():
    """Every file of the repository that git keeps, or would if it were added now."""
    command = ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z", "--cached", "--others"]
    listed = subprocess.run(  # noqa: S603 - our own command
        [*command, "--exclude-standard"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    names = listed.stdout.rstrip("\0").split("\0")
    return tuple(sorted(name for name in names if (REPOSITORY / name).is_file()))
