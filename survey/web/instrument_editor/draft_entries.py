"""The texts of a questionnaire that is being written, each with what its check says of it."""

from dataclasses import dataclass

from instruments.definition.toml_positions import KeyPath
from instruments.formats.foreign import editing
from instruments.formats.foreign.editing import TextPath
from instruments.formats.foreign.reading import ReadQuestionnaire
from survey.web.instrument_editor.draft_labels import label_of


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A text to write: its field's name, what it is, in which language, and what the check says of it."""

    name: str
    label: str
    tag: str
    text: str
    is_missing: bool
    is_long: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """A statement to write: its texts, its dimension, and whether agreeing counts against that."""

    id: str
    number: int
    entries: tuple[TextEntry, ...]
    is_reversed: bool


def field_name(tag: str, path: TextPath) -> str:
    """Return the name of the field of a text."""
    return ".".join((tag, *path))


def entry(found: ReadQuestionnaire, tag: str, path: TextPath, text: str) -> TextEntry:
    """Return a text of a language as a page asks for it."""
    faults = tuple(
        each.sentences()[0] + " " + each.sentences()[1]
        for each in found.faults
        if _is_of(found.path_of(each), ("texts", tag, *path))
    )
    is_long = path[0] in {"items", "promise", "introduction", "referent"} or path[-1] == "definition"
    missing = not text and editing.is_required(path)
    return TextEntry(field_name(tag, path), label_of(path), tag, text, missing, is_long, faults)


def _is_of(path: KeyPath, text: KeyPath) -> bool:
    """Return whether a fault at a path is of a text, or of the dimension that it names."""
    return path == text or (bool(path) and text[-1] == "name" and path == text[:-1])


def missing_around(found: ReadQuestionnaire, tag: str) -> int:
    """Return how many texts around the statements are still to be written in a language."""
    texts = editing.frame_texts(found.tree, tag)
    return sum(not text and editing.is_required(path) for path, text in texts.items())


def missing_in(found: ReadQuestionnaire, dimension: str) -> int:
    """Return how many texts of a dimension and its statements are still to be written, in all languages."""
    items = [
        item["id"] for each in found.tree["dimensions"] if each["id"] == dimension for item in each["items"]
    ]
    number = 0
    for tag in found.tree["texts"]:
        texts = editing.dimension_texts(found.tree, tag, dimension)
        texts |= {("items", item): editing.item_text(found.tree, tag, item) for item in items}
        number += sum(not text and editing.is_required(path) for path, text in texts.items())
    return number


def page_of(found: ReadQuestionnaire, path: KeyPath) -> tuple[str, str]:
    """Return of which page a fault is: the texts of a language, a dimension, or neither."""
    match path:
        case ("texts", str(tag), "dimensions", str(key), *_):
            return "dimension", key
        case ("texts", str(tag), "items", str(key), *_):
            own = (
                each["id"]
                for each in found.tree["dimensions"]
                if key in {item["id"] for item in each["items"]}
            )
            return "dimension", next(own, "")
        case ("texts", str(tag), *_):
            return "texts", tag
        case ("dimensions", int(place), *_):
            return "dimension", str(found.tree["dimensions"][place]["id"])
    return "", ""
