"""Every test can fail: what the syntax of tests shows of those that cannot."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.paths import REPOSITORY

# exceptions that so much raises that their words have to be looked at too
BROAD = {"Exception", "BaseException", "Refused", "Damaged", "ValueError", "TypeError", "KeyError"}
BROAD |= {"LookupError", "OSError", "RuntimeError", "IntegrityError"}
# what hands on as much as it is given
HANDING_ON = {"zip", "enumerate", "sorted", "list", "set", "range", "reversed", "items", "keys", "values"}


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """Yield everything inside a node, but nothing inside the functions and classes defined in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield from inside(child)


def raises(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises"


def is_check(node: ast.AST) -> bool:
    """Whether a statement asserts, by `assert` or by what has to be raised inside it."""
    if isinstance(node, ast.With):
        return any(raises(item.context_expr) for item in node.items)
    return isinstance(node, ast.Assert)


def has_check(statements: list[ast.stmt]) -> bool:
    return any(is_check(each) or any(map(is_check, inside(each))) for each in statements)


def leaves_early(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what ends a test, or a round of a loop of assertions, before its assertions."""
    for node in inside(test):
        if isinstance(node, ast.Return):
            yield node
        if isinstance(node, ast.For | ast.While) and has_check(node.body):
            yield from (each for each in inside(node) if isinstance(each, ast.Continue | ast.Break))


def asserts_on_a_condition(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield each `if` with an assertion on one side alone."""
    for node in inside(test):
        if isinstance(node, ast.If) and has_check(node.body) is not has_check(node.orelse):
            yield node


def takes_any_refusal(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what waits for an exception that much raises, and does not look at its words."""
    for node in inside(test):
        for item in node.items if isinstance(node, ast.With) else ():
            if raises(item.context_expr) and item.optional_vars is None:
                exceptions, *_ = item.context_expr.args
                names = {each.id for each in ast.walk(exceptions) if isinstance(each, ast.Name)}
                if names & BROAD and not item.context_expr.keywords:
                    yield node


def compares_with_itself(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield each comparison of a thing with itself; calls may differ from one time to the next."""
    for node in inside(test):
        if isinstance(node, ast.Compare) and not any(isinstance(part, ast.Call) for part in ast.walk(node)):
            sides = [ast.dump(side) for side in (node.left, *node.comparators)]
            if len(set(sides)) < len(sides):
                yield node


def replaces_what_may_be_gone(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what is patched even where there is no such thing."""
    yield from (
        node.value for node in inside(test) if isinstance(node, ast.keyword) and node.arg == "raising"
    )


def asserts_of_what_may_be_nothing(test: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield each loop that may run no time at all, where every assertion of a test is in such a loop."""
    loops = {
        node: {*inside(node)} for node in inside(test) if isinstance(node, ast.For) and has_check(node.body)
    }
    within = {node: [loop for loop, held in loops.items() if node in held] for node in inside(test)}
    known = known_names(test, [node for node, around in within.items() if not around])
    empty = {loop for loop in loops if not runs(loop.iter, known)}
    if all(empty & {*around} for node, around in within.items() if is_check(node)):
        yield from empty


def known_names(test: ast.FunctionDef, certain: list[ast.AST]) -> set[str]:
    """The parameters of a test, and the names that it asserts or assumes something of outside its loops."""
    stated = [node.test for node in certain if isinstance(node, ast.Assert)]
    stated += [node for node in certain if isinstance(node, ast.Call) and ast.unparse(node.func) == "assume"]
    return {each.arg for each in test.args.args} | {
        each.id for node in stated for each in ast.walk(node) if isinstance(each, ast.Name)
    }


def runs(iterated: ast.expr, known: set[str]) -> bool:
    """Whether something is in it: it is written out, a constant, or the test says so."""
    if isinstance(iterated, ast.Tuple | ast.List):
        return bool(iterated.elts)
    if isinstance(iterated, ast.Name):
        return iterated.id.isupper() or iterated.id in known
    if isinstance(iterated, ast.SetComp | ast.ListComp | ast.DictComp | ast.GeneratorExp):
        return all(runs(each.iter, known) and not each.ifs for each in iterated.generators)
    if isinstance(iterated, ast.Call):
        name = iterated.func.attr if isinstance(iterated.func, ast.Attribute) else ast.unparse(iterated.func)
        of = [iterated.func.value] if isinstance(iterated.func, ast.Attribute) else []
        return name in HANDING_ON and all(
            isinstance(each, ast.Constant) or runs(each, known) for each in iterated.args or of
        )
    return False


KINDS = [
    leaves_early,
    asserts_on_a_condition,
    takes_any_refusal,
    compares_with_itself,
    replaces_what_may_be_gone,
    asserts_of_what_may_be_nothing,
]


@cache
def every_test() -> list[tuple[str, ast.FunctionDef]]:
    """Return every test with the name of its module, read once for all kinds."""
    paths = sorted(Path(REPOSITORY / "tests").rglob("test_*.py"))
    read = [(path.relative_to(REPOSITORY).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths]
    return [(name, test) for name, tree in read for test in functions(tree)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_test_is_of_a_kind_that_cannot_fail(kind):
    assert len(every_test()) > 800
    assert [f"{name}:{node.lineno} {test.name}" for name, test in every_test() for node in kind(test)] == []


CANNOT_FAIL = {
    leaves_early: [
        "if nothing:\n    return\nassert shown",
        "for each in EVERY:\n    if each:\n        continue\n    assert each",
    ],
    asserts_on_a_condition: [
        "if shown:\n    assert shown.mean",
        "if shown:\n    pass\nelse:\n    assert hidden",
    ],
    takes_any_refusal: [
        "with pytest.raises(Refused):\n    ask()",
        "with closing(it), pytest.raises((KeyError, Lost)):\n    ask()",
    ],
    compares_with_itself: ["assert shown.mean == shown.mean"],
    replaces_what_may_be_gone: ["monkeypatch.setattr(gate, 'open', shut, raising=False)\nassert gate.open"],
    asserts_of_what_may_be_nothing: [
        "for each in everybody():\n    assert each",
        "for each in ():\n    assert each",
        "for each in sorted(each for each in KNOWN if each):\n    assert each",
        "for one in KNOWN:\n    for other in one.others:\n        assert other",
    ],
}
CAN_FAIL = [
    "if shown:\n    assert shown.mean\nelse:\n    assert hidden",
    "for each in EVERY:\n    assert each",
    "for each in EVERY.values():\n    for other in each.others:\n        assert other\n    assert each",
    "shown = ask()\nassert len(shown) == 3\nfor each in shown.values():\n    assert each",
    "shown = ask()\nassume(shown)\nfor each in shown:\n    assert each",
    "with pytest.raises(Refused, match='wave-closed'):\n    ask()",
    "with pytest.raises(Refused) as refused:\n    ask()\nassert 'wave-closed' in str(refused)",
    "assert draw() == draw()",
]


def parsed(body: str) -> ast.FunctionDef:
    """A test with this body."""
    indented = body.replace("\n", "\n    ")
    [test] = functions(ast.parse(f"def test_it():\n    {indented}\n"))
    return test


@pytest.mark.parametrize(("kind", "body"), [(kind, body) for kind in KINDS for body in CANNOT_FAIL[kind]])
def test_a_test_of_each_kind_is_found(kind, body):
    assert len(list(kind(parsed(body)))) == 1


@pytest.mark.parametrize("body", CAN_FAIL)
def test_a_test_that_can_fail_is_of_no_kind(body):
    assert [kind.__name__ for kind in KINDS for _ in kind(parsed(body))] == []
