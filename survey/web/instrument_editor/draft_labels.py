"""What each text of a definition is called where it is written, and what to know of it."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString, gettext, lazy_gettext

from instruments.formats.foreign.editing import TextPath

_LABELS: Mapping[str, LazyString] = MappingProxyType(
    {
        "title": lazy_gettext("Title"),
        "subtitle": lazy_gettext("Subtitle, if there is one"),
        "name": lazy_gettext("Kind of workplace, in this language"),
        "promise": lazy_gettext("Promise: who sees what, in two sentences"),
        "introduction": lazy_gettext("Introduction, a paragraph on each line"),
        "referent": lazy_gettext("What stands above the statements"),
    }
)
_OF_DIMENSION: Mapping[str, LazyString] = MappingProxyType(
    {
        "name": lazy_gettext("Name of the dimension"),
        "definition": lazy_gettext("What the dimension is about"),
        "heading": lazy_gettext("What stands above its statements, if not the same as above the others"),
    }
)


def label_of(path: TextPath) -> str:
    """Return what the text at a path is called."""
    match path:
        case ("categories", code):
            return str(gettext("Answer %(code)s", code=code))
        case ("unscored", code):
            return str(gettext("Answer that is no point of the scale (%(code)s)", code=code))
        case ("levels", level):
            return str(gettext("Level (%(level)s)", level=level))
        case ("items", item):
            return str(gettext("Statement (%(item)s)", item=item))
        case ("dimensions", _, key):
            return str(_OF_DIMENSION[key])
    return str(_LABELS[path[0]])
