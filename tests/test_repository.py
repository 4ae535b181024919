"""What holds for the repository as a whole: its arrows, its types, its form and its two commands."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
ARROWS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
BINARY = {".png", ".ttf", ".icc", ".pdf", ".mo", ".pyc"}
MADE = {
    ".git",
    ".venv",
    "demo",
    "build",
    "__pycache__",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
}
MADE |= {".import_linter_cache", "node_modules"}


def run(*command):
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "--no-cache", "."],
        ["-m", "ruff", "format", "--no-cache", "--check", "."],
        ["-m", "mypy"],
        ["-c", ARROWS],
    ],
    ids=["lint", "form", "types", "arrows"],
)
def test_the_code_passes(command):
    checked = run(sys.executable, *command)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def own_text():
    """Every text file of ours, by path; not what the two commands make."""
    for path in sorted(REPOSITORY.rglob("*")):
        inside = path.relative_to(REPOSITORY)
        ours = not MADE & set(inside.parts) and not inside.parts[0].endswith(".egg-info")
        if ours and path.is_file() and path.suffix not in BINARY and "faulty" not in inside.parts:
            yield str(inside), path.read_text(encoding="utf-8")


def test_no_file_names_a_package_registry():
    hosts = ["py" + "pi.org", "python" + "hosted", "npm" + "js", "deb.deb" + "ian"]
    registry = re.compile(rf"https?://[\w.-]*({'|'.join(map(re.escape, hosts))})")
    assert [name for name, text in own_text() if registry.search(text)] == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_requirement_is_pinned_by_hash(name):
    pins = re.split(r"\n(?=\S)", (REPOSITORY / "requirements" / name).read_text(encoding="utf-8").strip())
    assert len(pins) > 10
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def imported():
    """The packages that the three floors import by name."""
    for floor in ("instruments", "reports", "survey"):
        for path in (REPOSITORY / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (name.name.partition(".")[0] for name in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.partition(".")[0]


def test_whatever_is_imported_is_required_by_name():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.match(r"[\w-]+", each)[0].lower() for each in project["dependencies"]}
    foreign = set(imported()) - sys.stdlib_module_names - {"instruments", "reports", "survey"}
    owners = packages_distributions()
    lacking = {name for name in foreign if not {owner.lower() for owner in owners[name]} & required}
    assert lacking == set()


def test_go_explains_itself_when_asked_for_nothing():
    told = run("sh", "./go")
    assert told.returncode == 2
    assert "./go run" in told.stdout
    assert "./go test" in told.stdout
