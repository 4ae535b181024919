"""Message catalogues: compiled from .po to .mo where a .mo is missing or stale.

`python -m survey.web.platform.catalogues` compiles; the compiled files are not kept in the repository.
"""

import ast
import os
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_HERE = Path(__file__).parent.parent
_ROOT = _HERE.parent.parent
_FLOORS = ("instruments", "reports", "survey")
_TREES = (_HERE / "translations", _ROOT / "reports" / "presentation" / "translations")
_METHODS = (("**.py", "python"), ("templates/**.html", "jinja2"))
_KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def compile_stale(trees: tuple[Path, ...] = _TREES) -> list[Path]:
    """Write every .mo that is missing or older than its .po, whole or not at all; returns those written."""
    stale = [po for tree in trees for po in sorted(tree.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    return [_compiled(po) for po in stale]


def catalogue(po: Path) -> Catalog:
    """Read one catalogue as its translators wrote it."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name)


def messages(shown: Collection[str]) -> Catalog:
    """Return every message that the web pages and their code hold now.

    `shown` are the codes of the refusals that pages show, whose sentences are written where they are raised.
    """
    found = Catalog(project="Kjennetegn", charset="utf-8", fuzzy=False)
    for name, _, message, comments, context in extract_from_dir(_HERE, list(_METHODS), keywords=_KEYWORDS):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    for floor in _FLOORS:
        for path in sorted((_ROOT / floor).rglob("*.py")):
            for sentence in _refusals(path, shown):
                found.add(sentence, locations=[(path.relative_to(_ROOT).as_posix(), 0)])
    return found


def _refusals(path: Path, shown: Collection[str]) -> Iterator[str]:
    """Yield the sentences of those refusals that a module raises. Raises ValueError for a computed one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        start = {"refuse": 0, "Problem": 1}.get(node.func.id)
        code = node.args[start] if start is not None else None
        if start is not None and isinstance(code, ast.Constant) and code.value in shown:
            yield from (ast.literal_eval(sentence) for sentence in node.args[start + 1 : start + 3])


def spoken(found: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in found if message.id)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compiled(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    handle, name = tempfile.mkstemp(dir=po.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue(po))
    Path(name).replace(mo)
    return mo


if __name__ == "__main__":
    compile_stale()
