"""What holds for the repository as a whole: its form, its types, its requirements, its size and its words."""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from functools import cache
from importlib.metadata import packages_distributions
from statistics import median

import pytest

from tests.hooks import HOOKS, run_hook
from tests.paths import PACKAGES, REPOSITORY, kept_files

BINARY = {".png", ".ttf", ".icc", ".pdf"}
LONGEST_FUNCTION = 45  # lines
LONGEST_MODULE = 400
MOST_PUBLIC_NAMES = 4  # a hundred lines
LARGEST_TYPICAL_FOLDER = 8  # modules
# a word that only we understood → the field's word for it, which is in docs/glossary.md
PRIVATE_WORDS = {
    "appointing": "granting a role",
    "archival": "PDF/A",
    "community": "unit",
    "filing": "writing a file",
    "guesses": "code throttle",
    "handout": "slip",
    "handouts": "slips",
    "house": "installation, or context",
    "inquiry": "agreed actions",
    "invitation": "password link",
    "invitations": "password links",
    "plate": "page copy",
    "press": "rendering",
    "shelves": "folders of questionnaires",
    "sitting": "respondent session",
    "telling": "disclosure, or sentences",
}


def run(*command):
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands


@pytest.mark.longest
@pytest.mark.parametrize("name", [hook["id"] for hook in HOOKS])
def test_the_code_passes_what_is_run_before_every_commit(tmp_path_factory, name):
    status, said = run_hook(tmp_path_factory, name)
    assert status == 0, said


def test_lint_form_types_and_contracts_are_run_before_every_commit():
    assert [hook["id"] for hook in HOOKS] == ["lint", "form", "types", "contracts"]
    assert {tuple(hook["entry"].split()[0].split("/")[:-1]) for hook in HOOKS} == {(".venv", "bin")}


def test_no_file_names_a_package_registry():
    hosts = ["py" + "pi.org", "python" + "hosted", "npm" + "js", "deb.deb" + "ian"]
    registry = re.compile(rf"https?://[\w.-]*({'|'.join(map(re.escape, hosts))})")
    texts = [name for name in kept_files() if not name.endswith(tuple(BINARY)) and "/faulty/" not in name]
    assert len(texts) > 500
    read = {name: (REPOSITORY / name).read_text("utf-8") for name in texts}
    assert [name for name, text in read.items() if registry.search(text)] == []


@pytest.mark.parametrize("name", ["run.txt", "s3.txt", "test.txt"])
def test_every_requirement_is_pinned_by_hash(name):
    pins = re.split(r"\n(?=\S)", (REPOSITORY / "requirements" / name).read_text(encoding="utf-8").strip())
    assert len(pins) > 10
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@cache
def modules():
    """Path → syntax tree of every module of the three packages, migrations left out."""
    names = [name for name in kept_files() if name.startswith(tuple(f"{each}/" for each in PACKAGES))]
    ours = [name for name in names if name.endswith(".py") and "/migrations/" not in name]
    return {name: ast.parse((REPOSITORY / name).read_text("utf-8")) for name in ours}


def nodes(*kinds):
    """Every node of these kinds, with the module it is in."""
    return (
        (name, node) for name, tree in modules().items() for node in ast.walk(tree) if isinstance(node, kinds)
    )


def imported():
    """The packages that the three floors import by name."""
    for _, node in nodes(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif node.module:
            yield node.module.partition(".")[0]


def test_whatever_is_imported_is_required_by_name():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.match(r"[\w-]+", each)[0].lower() for each in project["dependencies"]}
    foreign = set(imported()) - sys.stdlib_module_names - set(PACKAGES)
    owners = packages_distributions()
    lacking = {name for name in foreign if not {owner.lower() for owner in owners[name]} & required}
    assert lacking == set()


MAY_IMPORT = {
    "numpy",
    "scipy",
    "jsonschema",
    "lxml",
    "openpyxl",
    "tomlkit",
    "xlsxwriter",
}  # instruments, the last four in its formats


def test_the_contracts_keep_every_other_package_out_of_instruments():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["id"]: each for each in project["tool"]["importlinter"]["contracts"]}
    foreign = set(imported()) - sys.stdlib_module_names - set(PACKAGES)
    assert foreign - MAY_IMPORT <= set(contracts["ground"]["forbidden_modules"])
    parts = {name.split("/")[1] for name in modules() if name.startswith("instruments/")}
    rooms = {f"instruments.{part.removesuffix('.py')}" for part in parts - {"__init__.py", "formats"}}
    assert rooms == set(contracts["formats"]["source_modules"])


def test_go_explains_itself_when_asked_for_nothing():
    explained = run("sh", "./go")
    assert explained.returncode == 2
    assert "./go run" in explained.stdout
    assert "./go test" in explained.stdout


def lines(node):
    return node.end_lineno - node.lineno + 1


def test_a_function_fits_on_half_a_screen_and_a_module_on_a_few():
    functions = [(name, node) for name, node in nodes(ast.FunctionDef)]
    assert len(functions) > 1000
    assert [f"{name}: {node.name}" for name, node in functions if lines(node) > LONGEST_FUNCTION] == []
    long = [
        name
        for name in modules()
        if len((REPOSITORY / name).read_text("utf-8").splitlines()) > LONGEST_MODULE
    ]
    assert long == []


def public_names(tree):
    """The functions, classes and constants that a module offers."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named = [target.id for target in targets if isinstance(target, ast.Name)]
        else:
            named = []
        yield from (name for name in named if not name.startswith("_"))


def test_the_names_that_modules_offer_are_few():
    offered = sum(len(list(public_names(tree))) for tree in modules().values())
    written = sum((REPOSITORY / name).read_text("utf-8").count("\n") for name in modules())
    assert 100 * offered / written <= MOST_PUBLIC_NAMES


def test_folders_are_small():
    held = Counter(name.rpartition("/")[0] for name in modules() if not name.endswith("__init__.py"))
    assert median(held.values()) <= LARGEST_TYPICAL_FOLDER


def test_a_public_class_has_a_name_of_its_own():
    found = defaultdict(list)
    for name, node in nodes(ast.ClassDef):
        if not node.name.startswith("_"):
            found[node.name].append(name)
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


def identifiers():
    """Every name that code gives or uses, with the module it is in; and the modules' own names."""
    for name in modules():
        yield from ((name, part) for part in name.removesuffix(".py").split("/"))
    for name, node in nodes(ast.FunctionDef, ast.ClassDef, ast.Name, ast.arg, ast.Attribute, ast.keyword):
        found = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None)
        yield name, found or getattr(node, "attr", "")


def words(identifier):
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", identifier or "")}


def test_code_is_named_in_the_fields_words():
    found = {(name, each) for name, each in identifiers() if words(each) & PRIVATE_WORDS.keys()}
    assert found - {(name, each) for name, each in found if "learning_community" in each} == set()


def test_a_private_word_is_found_inside_a_name():
    assert words("_may_be_told") == {"may", "be", "told"}
    assert words("ToldMean") == {"told", "mean"}
    assert words("HTMLPage") == {"html", "page"}


LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
DOCUMENTS = [name for name in kept_files() if name.endswith(".md")]


def anchors(document):
    """The anchors of a document's headings, as forges and the documentation site make them."""
    headings = re.findall(r"(?m)^#+ +(.*)$", (REPOSITORY / document).read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_links_to_what_is_not_there(document):
    broken = []
    text = re.sub(r"(?s)```.*?```", "", (REPOSITORY / document).read_text("utf-8"))
    for link in (a or b for a, b in LINK.findall(text)):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((REPOSITORY / document).parent / path).resolve() if path else REPOSITORY / document
        if not target.exists() or (anchor and anchor not in anchors(target.relative_to(REPOSITORY))):
            broken.append(link)
    assert broken == []
