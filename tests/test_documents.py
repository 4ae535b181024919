"""What the documents say of the code is there: modules, names, files, and the index of decisions."""

import dataclasses
import re
from datetime import date
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import FunctionType

import grimp
import pytest

from tests.paths import REPOSITORY

DOCS = REPOSITORY / "docs"
READ = [
    *sorted(DOCS.glob("*.md")),
    *(
        REPOSITORY / name
        for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")
        if (REPOSITORY / name).exists()
    ),
]
MODULE = re.compile(r"`((?:instruments|reports|survey|tests|benchmarks)(?:\.\w+)+)`")
PATH = re.compile(r"`((?:instruments|reports|survey|tests|benchmarks|docs|requirements)/[\w./@-]+)`")
TEST = re.compile(r"`(tests/[\w./]+\.py)::(\w+)`")
FIRST_WITH_A_FORM = 82  # decisions from this number on carry a date, alternatives and consequences
A_NEWCOMER_LOOKS_FOR = {
    "the minimum group",
    "the sentence “no certain change”",
    "a leader's button",
    "the wording of an item",
    "the rule for closing a wave",
    "a role's access to a page",
    "an error's sentence",
    "a threshold of disclosure control",
    "a cut score",
    "a colour of the figures",
    "a page's layout",
    "a setting",
    "a retention time",
    "a job",
    "an export column",
    "the promise before the first question",
    "a language's words",
}


def tables(document):
    """Every row of every table of a document, as header → cell."""
    header = None
    for line in document.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            header = None
        elif header is None:
            header = cells
        elif set(cells) != {"---"}:
            yield dict(zip(header, cells, strict=True))


def code(cell):
    """What stands in backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def holds(place, name):
    """Whether a module defines a name (`Class.field`), or a file of another kind holds it as a word."""
    if "/" in place:
        text = (REPOSITORY / place).read_text("utf-8")
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
    found = import_module(place)
    for part in name.split("."):
        fields = {each.name for each in dataclasses.fields(found)} if dataclasses.is_dataclass(found) else ()
        if hasattr(found, part):
            found = getattr(found, part)
        elif part in fields:
            return name.endswith(f".{part}")
        else:
            return False
    # what a module only imported is changed elsewhere; a package may hand on what its modules hold
    owner = found.__module__ if isinstance(found, type | FunctionType) else place
    return owner == place or owner.startswith(f"{place}.")


CHANGES = [row for row in tables(DOCS / "architecture.md") if "to change" in row]
WORDS = list(tables(DOCS / "glossary.md"))


def test_the_table_of_changes_answers_what_a_newcomer_looks_for():
    assert {row["to change"] for row in CHANGES} >= A_NEWCOMER_LOOKS_FOR


@pytest.mark.parametrize("row", [*CHANGES, *WORDS], ids=lambda row: next(iter(row.values())))
def test_the_named_module_holds_the_named_thing(row):
    [place], names = code(row["where"]), code(row["name"])
    assert names
    assert [name for name in names if not holds(place, name)] == []


def test_a_thing_that_is_not_there_is_missed():
    assert not holds("instruments.model", "Scale.kategorier")
    assert not holds("instruments.model", "scale")
    assert not holds("instruments.versions", "Version")  # imported there, defined in the model
    assert not holds("docs/architecture.md", "architectur")
    assert holds("instruments.model", "Scale.categories")


@cache
def exists(dotted):
    """Whether a dotted name is a module, or something that a module holds."""
    module, found = dotted, None
    while found is None and "." in module:
        try:
            found = find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            module = module.rpartition(".")[0]
    rest = dotted.removeprefix(module).lstrip(".")
    return found is not None and (not rest or holds_anything(module, rest))


def holds_anything(module, rest):
    """As `holds`, for a text that may also name what a package hands on."""
    first, _, more = rest.partition(".")
    return hasattr(import_module(module), first) and (
        not more or holds(getattr(import_module(module), first).__module__, rest)
    )


@pytest.mark.parametrize("document", READ, ids=lambda document: document.name)
def test_every_module_and_file_that_a_document_names_is_there(document):
    text = document.read_text("utf-8")
    assert [name for name in MODULE.findall(text) if not exists(name)] == []
    assert [name for name in PATH.findall(text) if not (REPOSITORY / name).exists()] == []


@pytest.mark.parametrize("document", READ, ids=lambda document: document.name)
def test_every_test_that_a_document_names_is_there(document):
    named = TEST.findall(document.read_text("utf-8"))
    assert len(named) == document.read_text("utf-8").count(".py::")
    assert [each for each in named if not has_test(*each)] == []


def has_test(path, name):
    """Whether a file of tests defines a test of that name."""
    place = REPOSITORY / path
    return place.exists() and re.search(rf"^def {name}\(", place.read_text("utf-8"), re.MULTILINE) is not None


def test_a_test_that_is_not_there_is_missed():
    assert not has_test("tests/test_documents.py", "test_a_test_that_is_not")
    assert not has_test("tests/test_document.py", "test_a_test_that_is_not_there_is_missed")
    assert has_test("tests/test_documents.py", "test_a_test_that_is_not_there_is_missed")


def test_the_glossary_is_in_alphabetical_order_and_defines_each_word_once():
    words = [row["word"].casefold() for row in WORDS]
    assert words == sorted(set(words))
    assert len(words) >= 30


ROOMS = [code(row["room"])[0] for row in tables(DOCS / "architecture.md") if "room" in row]


def height(module):
    """The place in the list of the room that a module is in; None outside of all rooms."""
    return max((k for k, room in enumerate(ROOMS) if f"{module}.".startswith(f"{room}.")), default=None)


def test_the_rooms_are_all_there_are_and_import_only_rooms_below_them():
    graph = grimp.build_graph("instruments", "reports", "survey", cache_dir=None)
    floors = ("survey", "reports", "instruments")
    assert [name for floor in floors for name in graph.find_children(floor) if height(name) is None] == []
    imports = [
        (module, imported)
        for module in sorted(graph.modules - set(floors))
        for imported in graph.find_modules_directly_imported_by(module)
        if imported not in floors
    ]
    assert len(imports) > 500
    assert [each for each in imports if height(each[0]) > height(each[1])] == []


DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
FORMED = [each for each in DECISIONS if int(each.name[:4]) >= FIRST_WITH_A_FORM]


def title(decision):
    """A decision's heading, without its number sign."""
    return decision.read_text("utf-8").splitlines()[0].removeprefix("# ")


def test_decisions_are_numbered_in_order():
    numbers = [int(each.name[:4]) for each in FORMED]
    assert numbers == list(range(FIRST_WITH_A_FORM, FIRST_WITH_A_FORM + len(numbers)))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.stem)
def test_a_decision_has_the_number_of_its_file(decision):
    assert re.fullmatch(rf"{int(decision.name[:4])}\. \S.*[^.]", title(decision))


@pytest.mark.parametrize("decision", FORMED, ids=lambda decision: decision.stem)
def test_a_decision_says_when_what_else_and_what_follows(decision):
    text = decision.read_text("utf-8")
    status = re.search(r"^\*\*Status:\*\* (accepted|superseded by (\d{4}))$", text, re.MULTILINE)
    assert status
    assert status[2] is None or status[2] in {each.name[:4] for each in DECISIONS}
    decided = re.search(r"^\*\*Date:\*\* (\d{4}-\d{2}-\d{2})$", text, re.MULTILINE)
    assert decided
    assert date.fromisoformat(decided[1]) >= date(2026, 11, 28)
    parts = re.findall(r"^\*\*([A-Z][a-z]+)\.\*\* \S", text, re.MULTILINE)
    assert [part for part in parts if part in FORM] == FORM


FORM = ["Context", "Decision", "Alternatives", "Consequences"]


def test_the_index_lists_every_decision_by_its_title():
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    listed = re.findall(r"\[(\d{4})\]\((\S+)\) \| (.+?) \|", index)
    wanted = [(each.name[:4], each.name, title(each).partition(". ")[2]) for each in DECISIONS]
    assert listed == wanted
