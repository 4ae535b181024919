"""How this installation makes data files for research: by which program and rules, and how licensed."""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from reports.disclosure import Policy
from reports.exports import ALL, Extraction, Selection
from survey.store.repositories.released_outside import policy_mark

_DISTRIBUTION = "kjennetegn"


def extraction(
    day: date,
    policy: Policy,
    licence: str,
    earlier: Mapping[str, object] | None = None,
    selection: Selection = ALL,
) -> Extraction:
    """Return what identifies the data set that is made today; `earlier` describes one to compare it with."""
    return Extraction(day, _program(), policy_mark(policy), licence, earlier or {}, selection.told)


def _program() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        # run from a folder that nobody installed
        return "not installed"
