"""Write the tables of a definition as TOML that an author goes on writing in."""

from collections.abc import Mapping
from typing import Any, Final

import tomlkit

_HEAD: Final = (
    "Brought from {source}.",
    "What stands empty has to be written; `kjennetegn instrument check` names each place.",
    "Mark items where agreeing counts against the dimension: reverse = true.",
    "docs/authoring.md explains every part.",
)


def toml_text(tree: Mapping[str, Any], source: str) -> str:
    """Return the tables of a definition as one file; `source` is what it was brought from."""
    document = tomlkit.document()
    for line in _HEAD:
        # a line end in a file's name would end the comment
        document.add(tomlkit.comment(line.format(source=" ".join(source.split()))))
    for key, value in tree.items():
        if key == "texts":
            texts = tomlkit.table(is_super_table=True)
            for tag, table in value.items():
                texts.add(tag, _table(table))
            document.add("texts", texts)
        else:
            document.add(key, tomlkit.item(value))
    return tomlkit.dumps(document)


def _table(content: Mapping[str, Any]) -> Any:  # noqa: ANN401 - tomlkit's own classes
    """Return a table: texts first, then tables; what is said of one dimension stands in one line."""
    made = tomlkit.table()
    for key, value in content.items():
        if isinstance(value, dict) and key == "dimensions":
            inner = tomlkit.table()
            for name, texts in value.items():
                line = tomlkit.inline_table()
                line.update(texts)
                inner.add(name, line)
            made.add(key, inner)
        elif isinstance(value, list):
            listed = tomlkit.array()
            listed.extend(value)
            made.add(key, listed.multiline(multiline=len(value) > 1))
        else:
            made.add(key, tomlkit.item(value))
    return made
